//! Assignments: to names, properties and patterns, compound and logical.

use swc_common::Spanned;
use swc_ecma_ast::{
    AssignExpr, AssignOp, AssignTarget, BinaryOp, Expr, Ident, MemberExpr, MemberProp, SimpleAssignTarget, SuperProp,
};

use super::super::passes::guards::Outcome;
use super::super::{Key, Name, Range, Val};
use super::expressions::strip;
use super::{Draft, Lowerer, content, range_of};

impl<'a> Lowerer<'a> {
    pub(super) fn assign(&mut self, assign: &'a AssignExpr, at: Range) -> Val {
        let target = match &assign.left {
            AssignTarget::Pat(pat) => {
                let val = self.expression(&assign.right);
                match pat {
                    swc_ecma_ast::AssignTargetPat::Array(array) => self.assign_array(array, val),
                    swc_ecma_ast::AssignTargetPat::Object(object) => self.assign_object(object, val),
                    swc_ecma_ast::AssignTargetPat::Invalid(_) => {}
                }
                return val;
            }
            AssignTarget::Simple(target) => target,
        };
        match assign.op {
            AssignOp::Assign => {
                let place = self.place(target);
                let name = match target {
                    SimpleAssignTarget::Ident(ident) => Some(ident.id.sym.to_string()),
                    SimpleAssignTarget::Member(MemberExpr { prop: MemberProp::Ident(name), .. }) => {
                        Some(name.sym.to_string())
                    }
                    _ => None,
                };
                let val = self.expression_named(&assign.right, name.as_deref());
                self.write_argument(target, val, at);
                self.write_place(&place, val, at);
                val
            }
            AssignOp::AndAssign | AssignOp::OrAssign | AssignOp::NullishAssign => {
                self.assign_logical(assign, target, at)
            }
            op => {
                let place = self.place(target);
                let old = self.read_place(&place, at);
                let right = self.expression(&assign.right);
                let op = op.to_update().unwrap_or(BinaryOp::Add);
                let val = self.binary_operation(op, vec![old, right], at);
                self.write_place(&place, val, at);
                val
            }
        }
    }

    /// `a ||= b` and its like: what is there stays, or `b` takes its place.
    fn assign_logical(&mut self, assign: &'a AssignExpr, target: &'a SimpleAssignTarget, at: Range) -> Val {
        let outcome = match assign.op {
            AssignOp::AndAssign => Outcome::True,
            AssignOp::OrAssign => Outcome::False,
            _ => Outcome::Nullish,
        };
        let place = self.place(target);
        let old = self.read_place(&place, at);
        let start = self.cx.builder.current;
        let join = self.cx.builder.block();
        let chosen = self.cx.builder.variable(None);
        self.cx.builder.current = self.cx.builder.guarded(start, old, outcome.opposite());
        // What `&&=` leaves is falsy: it says nothing of the data.
        let kept = if outcome == Outcome::True { self.cx.builder.plain(at) } else { old };
        self.cx.builder.draft(Draft::Write { var: chosen, val: kept }, at);
        self.cx.builder.go(join);
        self.cx.builder.current = self.cx.builder.guarded(start, old, outcome);
        let val = self.expression(&assign.right);
        if outcome != Outcome::True {
            self.write_place(&place, val, at);
        }
        self.cx.builder.draft(Draft::Write { var: chosen, val }, at);
        self.cx.builder.go(join);
        let dst = self.cx.builder.value(at);
        self.cx.builder.draft(Draft::Read { dst, var: chosen }, at);
        if outcome == Outcome::True {
            self.write_place(&place, dst, at);
        }
        dst
    }

    /// `arguments[0] = val` is the parameter's new value too.
    fn write_argument(&mut self, target: &SimpleAssignTarget, val: Val, at: Range) {
        let SimpleAssignTarget::Member(MemberExpr { obj, prop: MemberProp::Computed(key), .. }) = target else {
            return;
        };
        let Expr::Ident(ident) = strip(obj) else { return };
        if &*ident.sym != "arguments" || self.scopes.binding_of(ident).is_some() {
            return;
        }
        let index = self.constant_of(&key.expr).and_then(|key| key.as_key()?.parse::<usize>().ok());
        if !self.scopes.aliasing.contains(&self.func) {
            return;
        }
        if let Some(binding) = index.and_then(|index| *self.cx.params.get(index)?) {
            self.write_binding(binding, val, at);
        }
    }

    /// Gives an assignable expression a value.
    pub fn assign_expression(&mut self, target: &'a Expr, val: Val) {
        let at = range_of(target.span());
        match strip(target) {
            Expr::Ident(ident) => self.write_ident(ident, val, at),
            Expr::Member(member) => {
                let obj = self.expression(&member.obj);
                let key = self.member_key(&member.prop);
                self.cx.builder.store(obj, key, val, at);
            }
            _ => {}
        }
    }

    fn place(&mut self, target: &'a SimpleAssignTarget) -> Place<'a> {
        let expression = match target {
            SimpleAssignTarget::Ident(ident) => return Place::Ident(&ident.id),
            SimpleAssignTarget::Member(member) => return self.member_place(member),
            SimpleAssignTarget::SuperProp(prop) => {
                let this = self.this(range_of(prop.span));
                return match &prop.prop {
                    SuperProp::Ident(name) => {
                        let name = self.name(&name.sym);
                        if self.accessors.contains(&name) {
                            Place::Inherited(this, name)
                        } else {
                            Place::Field(this, Key::Named(name))
                        }
                    }
                    SuperProp::Computed(computed) => {
                        let key = self.computed_key(&computed.expr);
                        Place::Field(this, key)
                    }
                };
            }
            SimpleAssignTarget::Paren(inner) => &inner.expr,
            SimpleAssignTarget::TsAs(inner) => &inner.expr,
            SimpleAssignTarget::TsSatisfies(inner) => &inner.expr,
            SimpleAssignTarget::TsNonNull(inner) => &inner.expr,
            SimpleAssignTarget::TsTypeAssertion(inner) => &inner.expr,
            SimpleAssignTarget::TsInstantiation(inner) => &inner.expr,
            SimpleAssignTarget::OptChain(_) | SimpleAssignTarget::Invalid(_) => return Place::Nothing,
        };
        match strip(expression) {
            Expr::Ident(ident) => Place::Ident(ident),
            Expr::Member(member) => self.member_place(member),
            _ => Place::Nothing,
        }
    }

    fn member_place(&mut self, member: &'a MemberExpr) -> Place<'a> {
        let obj = self.expression(&member.obj);
        Place::Field(obj, self.member_key(&member.prop))
    }

    fn read_place(&mut self, place: &Place<'a>, at: Range) -> Val {
        match *place {
            Place::Ident(ident) => self.read_ident(ident),
            Place::Field(obj, key) => self.cx.builder.load(obj, key, at),
            Place::Inherited(_, name) => {
                let parent = self.parent_prototype(at);
                self.inherited_property(parent, Key::Named(name), at)
            }
            Place::Nothing => self.cx.builder.plain(at),
        }
    }

    fn write_place(&mut self, place: &Place<'a>, val: Val, at: Range) {
        match *place {
            Place::Ident(ident) => self.write_ident(ident, val, at),
            Place::Field(obj, key) => {
                self.may_throw();
                self.cx.builder.store(obj, key, val, at);
            }
            Place::Inherited(this, name) => {
                let parent = self.parent_prototype(at);
                let key = self.accessor_key(content::SET, name);
                let setter = self.cx.builder.load(parent, key, at);
                self.quiet_call(setter, this, &[val], at);
                self.cx.builder.store(this, Key::Named(name), val, at);
            }
            Place::Nothing => {}
        }
    }
}

/// Something that can be assigned to.
enum Place<'a> {
    Ident(&'a Ident),
    Field(Val, Key),
    /// `super.name`, where accessors of that name are defined: the receiver, and the name.
    Inherited(Val, Name),
    Nothing,
}
