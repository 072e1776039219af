//! Expressions, taken apart and put together. Knows the tree, and nothing of why anything is made.

use swc_common::{DUMMY_SP, Span, Spanned};
use swc_ecma_ast::{
    AssignExpr, AssignOp, AssignTarget, BinExpr, BinaryOp, BindingIdent, CallExpr, Callee, Expr, ExprOrSpread, Ident,
    IdentName, Invalid, MemberExpr, MemberProp, ParenExpr, Pat, SimpleAssignTarget,
};

/// An expression without parentheses around it.
pub(super) fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(inner) => bare(&inner.expr),
        other => other,
    }
}

/// The same for one that is taken.
pub(super) fn bared(expression: Expr) -> Expr {
    match expression {
        Expr::Paren(inner) => bared(*inner.expr),
        other => other,
    }
}

/// Takes an expression out of its place.
pub(super) fn take(expression: &mut Expr) -> Expr {
    std::mem::replace(expression, invalid(DUMMY_SP))
}

/// An expression of which nothing is known.
pub(super) fn invalid(span: Span) -> Expr {
    Expr::Invalid(Invalid { span })
}

/// `left op right`
pub(super) fn binary(span: Span, op: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::Bin(BinExpr { span, op, left: Box::new(left), right: Box::new(right) })
}

/// A name.
pub(super) fn ident(span: Span, name: &str) -> Expr {
    Expr::Ident(Ident { span, sym: name.into(), ..Ident::default() })
}

/// A parameter of that name.
pub(super) fn binding(span: Span, name: &str) -> Pat {
    Pat::Ident(BindingIdent { id: Ident { span, sym: name.into(), ..Ident::default() }, type_ann: None })
}

/// `object.name`
pub(super) fn member(object: Expr, name: &str) -> Expr {
    Expr::Member(property(object, name))
}

/// The same as what may be written into.
pub(super) fn property(object: Expr, name: &str) -> MemberExpr {
    let span = object.span();
    let prop = MemberProp::Ident(IdentName { span, sym: name.into() });
    MemberExpr { span, obj: Box::new(object), prop }
}

/// `to = value`
pub(super) fn assignment(span: Span, to: MemberExpr, value: Expr) -> Expr {
    let left = AssignTarget::Simple(SimpleAssignTarget::Member(to));
    Expr::Assign(AssignExpr { span, op: AssignOp::Assign, left, right: Box::new(value) })
}

/// An argument as it is.
pub(super) fn argument(expr: Expr) -> ExprOrSpread {
    ExprOrSpread { spread: None, expr: Box::new(expr) }
}

/// `callee(…)`
pub(super) fn call(span: Span, callee: Expr, args: Vec<ExprOrSpread>) -> Expr {
    Expr::Call(CallExpr { span, callee: Callee::Expr(Box::new(callee)), args, ..CallExpr::default() })
}

/// `(expr)`
pub(super) fn paren(span: Span, expr: Expr) -> Expr {
    Expr::Paren(ParenExpr { span, expr: Box::new(expr) })
}
