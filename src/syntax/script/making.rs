//! Expressions that are put together. Knows the tree, and nothing of why anything is made.

use swc_common::{Span, Spanned};
use swc_ecma_ast::{
    BinExpr, BinaryOp, BindingIdent, CallExpr, Callee, Expr, ExprOrSpread, Ident, IdentName, MemberExpr, MemberProp,
    ParenExpr, Pat,
};

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
    let span = object.span();
    let prop = MemberProp::Ident(IdentName { span, sym: name.into() });
    Expr::Member(MemberExpr { span, obj: Box::new(object), prop })
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
