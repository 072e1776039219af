//! Small questions about trees of compiled code: names, texts, numbers, arguments.
//! Knows JavaScript only.

use swc_common::Spanned;
use swc_ecma_ast::{
    AssignExpr, AssignTarget, CallExpr, Callee, Expr, Lit, MemberExpr, MemberProp, Prop, PropName, PropOrSpread,
    SimpleAssignTarget, UnaryOp,
};

use crate::base::{FileId, Span};
use crate::syntax::span_of;

/// The expression without the parentheses around it.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => bare(&paren.expr),
        _ => expr,
    }
}

pub(super) fn name(expr: &Expr) -> Option<&str> {
    match bare(expr) {
        Expr::Ident(ident) => Some(&ident.sym),
        _ => None,
    }
}

/// A constant text.
pub(super) fn text(expr: &Expr) -> Option<&str> {
    match bare(expr) {
        Expr::Lit(Lit::Str(text)) => text.value.as_str(),
        Expr::Tpl(template) if template.exprs.is_empty() => {
            template.quasis.first().and_then(|quasi| quasi.cooked.as_ref()).and_then(|text| text.as_str())
        }
        _ => None,
    }
}

/// A whole number, below zero too.
#[expect(clippy::cast_possible_truncation, reason = "a number that does not fit is no index")]
pub(super) fn integer(expr: &Expr) -> Option<i64> {
    match bare(expr) {
        Expr::Lit(Lit::Num(number)) if number.value.fract() == 0.0 && number.value.abs() < 1e15 => {
            Some(number.value as i64)
        }
        Expr::Unary(unary) if unary.op == UnaryOp::Minus => Some(-integer(&unary.arg)?),
        _ => None,
    }
}

/// The name that a call calls.
pub(super) fn callee(call: &CallExpr) -> Option<&str> {
    match &call.callee {
        Callee::Expr(callee) => name(callee),
        _ => None,
    }
}

pub(super) fn arg(call: &CallExpr, at: usize) -> Option<&Expr> {
    call.args.get(at).map(|arg| bare(&arg.expr))
}

/// The member that an assignment writes.
pub(super) fn written_member(assign: &AssignExpr) -> Option<&MemberExpr> {
    match &assign.left {
        AssignTarget::Simple(SimpleAssignTarget::Member(member)) => Some(member),
        _ => None,
    }
}

/// The name that an assignment writes.
pub(super) fn written_name(assign: &AssignExpr) -> Option<&str> {
    match &assign.left {
        AssignTarget::Simple(SimpleAssignTarget::Ident(ident)) => Some(&ident.sym),
        _ => None,
    }
}

/// The constant key of a member.
pub(super) fn member_key(member: &MemberExpr) -> Option<&str> {
    match &member.prop {
        MemberProp::Ident(key) => Some(&key.sym),
        MemberProp::Computed(key) => text(&key.expr),
        MemberProp::PrivateName(_) => None,
    }
}

/// The expression in `obj[…]`.
pub(super) fn computed(member: &MemberExpr) -> Option<&Expr> {
    match &member.prop {
        MemberProp::Computed(key) => Some(&key.expr),
        _ => None,
    }
}

/// The constant key and the value of a property.
pub(super) fn property(prop: &PropOrSpread) -> Option<(&str, &Expr, Span)> {
    let PropOrSpread::Prop(prop) = prop else { return None };
    let Prop::KeyValue(pair) = &**prop else { return None };
    let key = match &pair.key {
        PropName::Ident(key) => &*key.sym,
        PropName::Str(key) => key.value.as_str()?,
        _ => return None,
    };
    Some((key, &pair.value, span_of(FileId(0), pair.key.span())))
}

/// The elements of an array; `None` where one is left out or spread.
pub(super) fn elements(expr: &Expr) -> Option<Vec<&Expr>> {
    let Expr::Array(array) = bare(expr) else { return None };
    array.elems.iter().map(|element| element.as_ref().filter(|it| it.spread.is_none()).map(|it| &*it.expr)).collect()
}
