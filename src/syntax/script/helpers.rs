//! Helpers of compilers that a file has itself, by their names; they can be run like all else. Knows no single one.

use rustc_hash::FxHashSet;
use swc_ecma_ast::{CallExpr, Callee, Expr, ExprOrSpread, FnDecl, Pat, Program, VarDeclarator};
use swc_ecma_visit::{Visit, VisitWith};

/// The names that a file gives to functions and values of its own.
#[derive(Default)]
pub(super) struct Own(FxHashSet<String>);

impl Own {
    /// All names of a program's own.
    pub fn of(program: &Program) -> Self {
        let mut own = Self::default();
        program.visit_with(&mut own);
        own
    }

    /// Whether a callee begins with one of them.
    pub fn has(&self, callee: &Expr) -> bool {
        root_of(callee).is_some_and(|root| self.0.contains(root))
    }
}

/// The name that a callee begins with.
pub(super) fn root_of(callee: &Expr) -> Option<&str> {
    match callee {
        Expr::Ident(name) => Some(&name.sym),
        Expr::Paren(inner) => root_of(&inner.expr),
        Expr::Seq(seq) => root_of(seq.exprs.last()?),
        Expr::Member(member) => root_of(&member.obj),
        Expr::Call(CallExpr { callee: Callee::Expr(callee), .. }) => root_of(callee),
        _ => None,
    }
}

impl Visit for Own {
    fn visit_fn_decl(&mut self, decl: &FnDecl) {
        decl.visit_children_with(self);
        self.0.insert(decl.ident.sym.to_string());
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        declarator.visit_children_with(self);
        if let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init)
            && requested(init).is_none()
        {
            self.0.insert(name.id.sym.to_string());
        }
    }
}

/// What an expression asks for: `require('…')`, or a call with that alone.
pub(super) fn requested(expression: &Expr) -> Option<&Expr> {
    let Expr::Call(CallExpr { callee: Callee::Expr(callee), args, .. }) = expression else { return None };
    let [ExprOrSpread { spread: None, expr }] = &args[..] else { return None };
    let is_require = matches!(&**callee, Expr::Ident(name) if &*name.sym == "require");
    if is_require { Some(expr) } else { requested(expr) }
}
