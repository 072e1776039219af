//! Conditions: of them only the truth matters, so that what is not known need not be decided where the rest tells.

use swc_ecma_ast::{BinExpr, BinaryOp, Expr, UnaryExpr, UnaryOp};

use super::machine::{Fut, Machine};
use super::scope::Env;
use super::value::Value;

impl<'a> Machine<'a> {
    /// A value that is true where the condition holds.
    pub(super) fn condition<'f>(&'f self, expr: &'a Expr, env: &'f Env) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            let (op, left, right) = match expr {
                Expr::Paren(inner) => return self.condition(&inner.expr, env).await,
                Expr::Bin(BinExpr { op, left, right, .. })
                    if matches!(op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) =>
                {
                    (*op, left, right)
                }
                _ => return self.expr(expr, env).await,
            };
            self.step()?;
            let first = self.condition(left, env).await?;
            let tells = op == BinaryOp::LogicalOr;
            if first.unknown().is_some()
                && is_plain(right)
                && let Ok(second) = self.expr(right, env).await
                && second.unknown().is_none()
                && self.truth(&second)? == tells
            {
                return Ok(second);
            }
            if self.truth(&first)? == tells { Ok(first) } else { self.condition(right, env).await }
        })
    }
}

/// Whether an expression may be looked at early: a variable, or what it is not.
fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Ident(_) | Expr::Lit(_) => true,
        Expr::Unary(UnaryExpr { op: UnaryOp::Bang, arg, .. }) => is_plain(arg),
        Expr::Paren(inner) => is_plain(&inner.expr),
        _ => false,
    }
}
