//! Classes as compilers write them for older engines: `_createClass(C, [{ key, value }], [{ key, get }])` hands the members
//! to a helper, which takes them from the lists one by one. They become assignments, so that each name has its own
//! function. Knows the form of these calls; nothing of what the members do.

use swc_common::Spanned;
use swc_ecma_ast::{
    CallExpr, Callee, ComputedPropName, Expr, ExprOrSpread, Ident, Lit, MemberExpr, MemberProp, ObjectLit, Program,
    Prop, PropName, PropOrSpread, SeqExpr,
};
use swc_ecma_visit::{VisitMut, VisitMutWith};

use super::helpers::Own;
use super::tree::{argument, assignment, bare, call, ident, member, paren};

/// Gives classes their members one by one, but for those of helpers that are left as they are.
pub(super) fn restore(program: &mut Program, text: &str, own: &Own) {
    if text.contains("key:") || text.contains("\"key\"") {
        program.visit_mut_with(&mut Restorer { own });
    }
}

struct Restorer<'o> {
    own: &'o Own,
}

impl VisitMut for Restorer<'_> {
    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        if let Expr::Call(call) = expression
            && !call.callee.as_expr().is_some_and(|callee| self.own.has(callee))
            && let Some(members) = members(call)
        {
            *expression = paren(call.span, Expr::Seq(members));
        }
    }
}

/// The assignments that a call stands for, and its result, which is the class.
fn members(call: &CallExpr) -> Option<SeqExpr> {
    let Callee::Expr(callee) = &call.callee else { return None };
    let (class, lists) = call.args.split_first()?;
    if lists.is_empty() || lists.len() > 2 || call.args.iter().any(|arg| arg.spread.is_some()) {
        return None;
    }
    let Expr::Ident(class) = &*class.expr else { return None };
    let mut exprs = Vec::new();
    let mut is_certain = is_named(callee);
    for (list, is_static) in lists.iter().zip([false, true]) {
        let Expr::Array(list) = &*list.expr else {
            // `null` or `void 0`
            matches!(&*list.expr, Expr::Lit(Lit::Null(_)) | Expr::Unary(_)).then_some(())?;
            continue;
        };
        for element in &list.elems {
            let Some(ExprOrSpread { spread: None, expr }) = element else { return None };
            let Expr::Object(descriptor) = &**expr else { return None };
            let member = Member::of(descriptor)?;
            is_certain |= member.is_function();
            exprs.push(Box::new(member.defined_on(target(class, is_static))));
        }
    }
    if exprs.is_empty() || !is_certain || !is_helper(callee) {
        return None;
    }
    exprs.push(Box::new(Expr::Ident(class.clone())));
    Some(SeqExpr { span: call.span, exprs })
}

/// Whether a callee may be the helper: a function of the file or of a module, not a method of something.
fn is_helper(callee: &Expr) -> bool {
    match callee {
        Expr::Ident(_) => true,
        Expr::Paren(inner) => is_helper(&inner.expr),
        // `(0, helper.default)(…)`
        Expr::Seq(_) => true,
        // `Object(helper['a'])(…)`
        Expr::Call(CallExpr { callee: Callee::Expr(callee), .. }) => {
            matches!(&**callee, Expr::Ident(name) if &*name.sym == "Object")
        }
        Expr::Member(_) => is_named(callee),
        _ => false,
    }
}

/// Whether a callee has the name of the helper.
fn is_named(callee: &Expr) -> bool {
    let is_name = |name: &str| ["createClass", "create_class"].iter().any(|known| name.ends_with(known));
    match callee {
        Expr::Ident(name) => is_name(&name.sym),
        Expr::Paren(inner) => is_named(&inner.expr),
        Expr::Seq(seq) => seq.exprs.last().is_some_and(|last| is_named(last)),
        Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(name), .. }) => {
            is_name(&name.sym) || (&*name.sym == "default" && is_named(obj))
        }
        _ => false,
    }
}

/// One member of a class.
struct Member<'a> {
    descriptor: &'a ObjectLit,
    key: &'a Expr,
    /// What it is; accessors have none.
    value: Option<&'a Expr>,
}

impl<'a> Member<'a> {
    fn of(descriptor: &'a ObjectLit) -> Option<Self> {
        let (mut key, mut value, mut has_accessor) = (None, None, false);
        for prop in &descriptor.props {
            let PropOrSpread::Prop(prop) = prop else { return None };
            match &**prop {
                Prop::KeyValue(pair) => match name_of(&pair.key)? {
                    "key" => key = Some(&*pair.value),
                    "value" => value = Some(&*pair.value),
                    "get" | "set" => has_accessor = true,
                    "enumerable" | "configurable" | "writable" => {}
                    _ => return None,
                },
                Prop::Method(method) => match name_of(&method.key)? {
                    "get" | "set" => has_accessor = true,
                    _ => return None,
                },
                _ => return None,
            }
        }
        (has_accessor != value.is_some()).then_some(Self { descriptor, key: key?, value })
    }

    fn is_function(&self) -> bool {
        self.value.is_none_or(|value| matches!(bare(value), Expr::Fn(_)))
    }

    /// The member as the code would define it by itself.
    fn defined_on(&self, target: Expr) -> Expr {
        let span = self.descriptor.span;
        let key = Box::new(self.key.clone());
        if let Some(value) = self.value {
            let prop = MemberProp::Computed(ComputedPropName { span: key.span(), expr: key });
            return assignment(span, MemberExpr { span, obj: Box::new(target), prop }, value.clone());
        }
        let args = [target, *key, Expr::Object(self.descriptor.clone())].map(argument);
        call(span, member(ident(span, "Object"), "defineProperty"), args.into())
    }
}

fn name_of(key: &PropName) -> Option<&str> {
    match key {
        PropName::Ident(name) => Some(&name.sym),
        PropName::Str(name) => name.value.as_str(),
        _ => None,
    }
}

/// What holds the members: the prototype, or the class for static ones.
fn target(class: &Ident, is_static: bool) -> Expr {
    let class = Expr::Ident(class.clone());
    if is_static { class } else { member(class, "prototype") }
}
