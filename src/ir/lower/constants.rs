//! What is constant in the text: literals, names that are bound to them, and the fields of objects that nobody can change.

use rustc_hash::{FxHashMap, FxHashSet};
use swc_ecma_ast::{
    AssignExpr, AssignTarget, BinExpr, BinaryOp, CallExpr, Callee, Expr, ExprOrSpread, Lit, MemberExpr, MemberProp,
    ObjectLit, Program, Prop, PropName, PropOrSpread, SimpleAssignTarget, Tpl, UnaryExpr, UnaryOp, UpdateExpr,
};
use swc_ecma_visit::{Visit, VisitWith};

use super::super::scope::{BindingId, Scopes};
use super::expressions::strip;
use super::{Constant, Lowerer};

/// The constant that an expression certainly is.
pub(super) fn constant(lowerer: &Lowerer<'_>, expression: &Expr) -> Option<Constant> {
    match strip(expression) {
        Expr::Lit(Lit::Str(text)) => Some(Constant::Text(text.value.to_string_lossy().into_owned())),
        Expr::Lit(Lit::Num(number)) => Some(Constant::Number(number.value)),
        Expr::Lit(Lit::Bool(value)) => Some(Constant::Bool(value.value)),
        Expr::Lit(Lit::Null(_)) => Some(Constant::Null),
        Expr::Tpl(template) => constant_template(lowerer, template),
        Expr::Ident(ident) => match lowerer.scopes.binding_of(ident) {
            Some(id) => lowerer.constants.get(&id).cloned(),
            None => (&*ident.sym == "undefined").then_some(Constant::Undefined),
        },
        Expr::Member(MemberExpr { obj, prop, .. }) => {
            let Expr::Ident(ident) = strip(obj) else { return None };
            let fields = lowerer.fields.get(&lowerer.scopes.binding_of(ident)?)?;
            match prop {
                MemberProp::Ident(name) => fields.get(&*name.sym).cloned(),
                MemberProp::Computed(key) => fields.get(&constant(lowerer, &key.expr)?.as_key()?).cloned(),
                MemberProp::PrivateName(_) => None,
            }
        }
        Expr::Unary(UnaryExpr { op, arg, .. }) if *op != UnaryOp::Void || arg.is_lit() => {
            constant(lowerer, arg)?.unary(*op)
        }
        Expr::Bin(bin) => constant_binary(lowerer, bin),
        Expr::Call(call) => constant_join(lowerer, call),
        _ => None,
    }
}

/// `['a', 'b'].join('/')`
fn constant_join(lowerer: &Lowerer<'_>, call: &CallExpr) -> Option<Constant> {
    let (Callee::Expr(callee), [by]) = (&call.callee, &call.args[..]) else { return None };
    let Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(method), .. }) = strip(callee) else { return None };
    let (Expr::Array(list), "join") = (strip(obj), &*method.sym) else { return None };
    let by = constant(lowerer, &by.expr)?.as_key()?;
    let element = |element: &Option<ExprOrSpread>| match element {
        Some(ExprOrSpread { spread: None, expr }) => constant(lowerer, expr)?.as_key(),
        _ => None,
    };
    let elements: Option<Vec<String>> = list.elems.iter().map(element).collect();
    Some(Constant::Text(elements?.join(&by)))
}

fn constant_binary(lowerer: &Lowerer<'_>, bin: &BinExpr) -> Option<Constant> {
    let left = constant(lowerer, &bin.left);
    match bin.op {
        BinaryOp::LogicalAnd => {
            let left = left?;
            if left.is_truthy() { constant(lowerer, &bin.right) } else { Some(left) }
        }
        BinaryOp::LogicalOr => {
            let left = left?;
            if left.is_truthy() { Some(left) } else { constant(lowerer, &bin.right) }
        }
        op => Constant::binary(op, &left?, &constant(lowerer, &bin.right)?),
    }
}

fn constant_template(lowerer: &Lowerer<'_>, template: &Tpl) -> Option<Constant> {
    let mut text = String::new();
    for (at, quasi) in template.quasis.iter().enumerate() {
        text += &quasi.cooked.as_ref()?.to_string_lossy();
        if let Some(part) = template.exprs.get(at) {
            text += &constant(lowerer, part)?.as_key()?;
        }
    }
    Some(Constant::Text(text))
}

impl Lowerer<'_> {
    /// Remembers the constant fields of an object that is only ever read field by field.
    pub(super) fn note_constant_fields(&mut self, id: BindingId, init: &Expr) {
        let literal = match strip(init) {
            Expr::Object(object) => object,
            Expr::Call(CallExpr { callee: Callee::Expr(callee), args, .. }) => {
                let (Expr::Member(MemberExpr { prop: MemberProp::Ident(name), .. }), [arg]) =
                    (strip(callee), &args[..])
                else {
                    return;
                };
                let Expr::Object(object) = strip(&arg.expr) else { return };
                if &*name.sym != "freeze" {
                    return;
                }
                object
            }
            _ => return,
        };
        if self.read_only.contains(&id) {
            let fields = self.constant_fields(literal);
            self.fields.insert(id, fields);
        }
    }

    fn constant_fields(&self, literal: &ObjectLit) -> FxHashMap<String, Constant> {
        let mut fields = FxHashMap::default();
        for prop in &literal.props {
            let PropOrSpread::Prop(prop) = prop else { return FxHashMap::default() };
            let Prop::KeyValue(pair) = &**prop else { continue };
            let key = match &pair.key {
                PropName::Ident(name) => name.sym.to_string(),
                PropName::Str(text) => text.value.to_string_lossy().into_owned(),
                _ => return FxHashMap::default(),
            };
            match self.constant_of(&pair.value) {
                Some(constant) => fields.insert(key, constant),
                None => fields.remove(&key),
            };
        }
        fields
    }
}

/// Names of which the text does nothing but read fields.
pub(super) fn read_only(program: &Program, scopes: &Scopes) -> FxHashSet<BindingId> {
    let mut reads = FieldReads::default();
    program.visit_with(&mut reads);
    let mut n_other = vec![0; scopes.bindings.len()];
    let other = scopes.uses.iter().filter(|(position, _)| !reads.positions.contains(position));
    other.for_each(|(_, id)| n_other[id.0 as usize] += 1);
    // The declaration itself is one.
    (0..scopes.bindings.len() as u32).map(BindingId).filter(|id| n_other[id.0 as usize] == 1).collect()
}

/// Where names stand as `name.field` that is read.
#[derive(Default)]
struct FieldReads {
    positions: FxHashSet<u32>,
}

impl FieldReads {
    fn note(&mut self, expression: &Expr) {
        if let Expr::Member(member) = strip(expression)
            && let Expr::Ident(ident) = strip(&member.obj)
        {
            self.positions.remove(&ident.span.lo.0);
        }
    }
}

impl Visit for FieldReads {
    fn visit_member_expr(&mut self, member: &MemberExpr) {
        if let Expr::Ident(ident) = strip(&member.obj) {
            self.positions.insert(ident.span.lo.0);
        }
        member.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        call.visit_children_with(self);
        if let Callee::Expr(callee) = &call.callee {
            self.note(callee);
        }
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        assign.visit_children_with(self);
        if let AssignTarget::Simple(SimpleAssignTarget::Member(member)) = &assign.left
            && let Expr::Ident(ident) = strip(&member.obj)
        {
            self.positions.remove(&ident.span.lo.0);
        }
    }

    fn visit_pat(&mut self, pat: &swc_ecma_ast::Pat) {
        pat.visit_children_with(self);
        if let swc_ecma_ast::Pat::Expr(target) = pat {
            self.note(target);
        }
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        update.visit_children_with(self);
        self.note(&update.arg);
    }

    fn visit_unary_expr(&mut self, unary: &UnaryExpr) {
        unary.visit_children_with(self);
        if unary.op == UnaryOp::Delete {
            self.note(&unary.arg);
        }
    }
}
