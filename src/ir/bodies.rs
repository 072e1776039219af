//! What bodies of functions and programs say by themselves: whether they are strict, and what `var` declares in them.

use swc_ecma_ast::{
    ArrowExpr, Class, Expr, Function, Lit, ModuleItem, Program, Stmt, TsModuleDecl, VarDecl, VarDeclKind,
};
use swc_ecma_visit::{Visit, VisitWith};

use super::patterns::pattern_idents;

/// Whether all code of a program is strict.
pub fn is_strict(program: &Program) -> bool {
    match program {
        Program::Module(module) => {
            module.body.iter().any(|item| matches!(item, ModuleItem::ModuleDecl(_)))
                || matches!(module.body.first(), Some(ModuleItem::Stmt(first)) if says_strict(std::slice::from_ref(first)))
        }
        Program::Script(script) => says_strict(&script.body),
    }
}

/// Whether a body begins by asking for strict code.
pub fn says_strict(body: &[Stmt]) -> bool {
    let directive = |statement: &Stmt| match statement {
        Stmt::Expr(statement) => match &*statement.expr {
            Expr::Lit(Lit::Str(text)) => Some(text.value.to_string_lossy() == "use strict"),
            _ => None,
        },
        _ => None,
    };
    body.iter().map_while(directive).any(|asks| asks)
}

/// Finds the names that `var` declares, but for those of functions inside.
#[derive(Default)]
pub struct VarHoister {
    /// The names.
    pub names: Vec<String>,
}

impl Visit for VarHoister {
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
    fn visit_ts_module_decl(&mut self, _: &TsModuleDecl) {}

    fn visit_var_decl(&mut self, var: &VarDecl) {
        if var.kind == VarDeclKind::Var {
            for declarator in &var.decls {
                self.names.extend(pattern_idents(&declarator.name).into_iter().map(|ident| ident.sym.to_string()));
            }
        }
        var.visit_children_with(self);
    }
}
