//! Loops whose bodies keep something under the names that the loop goes through. Such a body is a function of its own, called
//! for each name: what it does for one stays apart from what it does for the others, as in the callback of `forEach`.
//! Only that is needed of which nothing else depends on there being one body: no way leads out of it, and it gives no
//! variable around it a value.

use rustc_hash::FxHashSet;
use swc_ecma_ast::{
    ArrowExpr, AssignExpr, AssignTarget, AwaitExpr, CallExpr, Class, Decl, Expr, ForHead, Function, Ident, MemberProp,
    Pat, PropName, SimpleAssignTarget, Stmt, UpdateExpr, VarDecl, VarDeclKind, YieldExpr,
};
use swc_ecma_visit::{Visit, VisitWith};

use crate::ir::patterns::pattern_idents;

/// A loop over keys (`for … in`) or elements (`for … of`).
#[derive(Clone, Copy)]
pub struct Loop<'a> {
    /// What each of them is given to.
    pub head: &'a ForHead,
    /// What is done with it.
    pub body: &'a Stmt,
}

impl<'a> Loop<'a> {
    /// The parameter that a function would have which the body is.
    pub fn param(self) -> Option<&'a Pat> {
        let ForHead::VarDecl(var) = self.head else { return None };
        let [declarator] = &var.decls[..] else { return None };
        match &declarator.name {
            pat @ Pat::Ident(_) => Some(pat),
            pat @ Pat::Array(_) if var.kind != VarDeclKind::Var => Some(pat),
            _ => None,
        }
    }

    /// Whether the body, with this parameter, is such a function.
    pub fn is_function(self, pat: &Pat) -> bool {
        let mut body = Body::default();
        body.names.extend(pattern_idents(pat).into_iter().map(|ident| ident.sym.to_string()));
        body.locals.clone_from(&body.names);
        self.body.visit_with(&mut body);
        body.keeps && !body.is_open
    }
}

/// What a body does with the names of its loop.
#[derive(Default)]
struct Body {
    /// The names, and variables that are made of them.
    names: FxHashSet<String>,
    /// Variables of the body's own.
    locals: FxHashSet<String>,
    /// Whether it keeps something under a name, or hands it on with the name.
    keeps: bool,
    /// Whether it does what a function called for each cannot.
    is_open: bool,
}

impl Body {
    fn speaks(&self, expression: &Expr) -> bool {
        let mut mentions = Mentions { names: &self.names, found: false };
        expression.visit_with(&mut mentions);
        mentions.found
    }

    fn assigned(&mut self, ident: &Ident) {
        self.is_open |= !self.locals.contains(&*ident.sym);
    }

    /// Whether a value is just what an object holds under the same key: such copies keep names apart by themselves.
    fn is_copy(key: &Expr, value: &Expr) -> bool {
        let (Expr::Ident(key), Expr::Member(member)) = (key, value) else { return false };
        matches!(&member.prop, MemberProp::Computed(prop) if matches!(&*prop.expr, Expr::Ident(of) if of.sym == key.sym))
    }
}

impl Visit for Body {
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}

    fn visit_stmt(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Return(_) | Stmt::For(_) | Stmt::ForIn(_) | Stmt::ForOf(_) | Stmt::While(_) | Stmt::DoWhile(_) => {
                self.is_open = true;
            }
            // Code that is not strict sees it around the loop, too.
            Stmt::Decl(Decl::Fn(_)) => self.is_open = true,
            Stmt::Break(jump) => self.is_open |= jump.label.is_some(),
            Stmt::Continue(jump) => self.is_open |= jump.label.is_some(),
            _ if self.is_open => {}
            _ => statement.visit_children_with(self),
        }
    }

    fn visit_var_decl(&mut self, var: &VarDecl) {
        self.is_open |= var.kind == VarDeclKind::Var;
        for declarator in &var.decls {
            let idents = pattern_idents(&declarator.name);
            if declarator.init.as_ref().is_some_and(|init| self.speaks(init)) {
                self.names.extend(idents.iter().map(|ident| ident.sym.to_string()));
            }
            self.locals.extend(idents.into_iter().map(|ident| ident.sym.to_string()));
        }
        var.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(ident)) => self.assigned(&ident.id),
            AssignTarget::Simple(SimpleAssignTarget::Member(member)) => {
                if let MemberProp::Computed(key) = &member.prop {
                    self.keeps |= self.speaks(&key.expr) && !Self::is_copy(&key.expr, &assign.right);
                }
            }
            AssignTarget::Simple(_) => {}
            AssignTarget::Pat(pat) => pattern_idents(&pat.clone().into()).iter().for_each(|ident| self.assigned(ident)),
        }
        assign.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        if let Expr::Ident(ident) = &*update.arg {
            self.assigned(ident);
        }
        update.visit_children_with(self);
    }

    fn visit_prop_name(&mut self, name: &PropName) {
        if let PropName::Computed(computed) = name {
            self.keeps |= self.speaks(&computed.expr);
        }
        name.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let speaking = call.args.iter().filter(|arg| self.speaks(&arg.expr)).count();
        self.keeps |= speaking > 1;
        call.visit_children_with(self);
    }

    fn visit_yield_expr(&mut self, _: &YieldExpr) {
        self.is_open = true;
    }

    fn visit_await_expr(&mut self, _: &AwaitExpr) {
        self.is_open = true;
    }
}

/// Looks for names in an expression.
struct Mentions<'n> {
    names: &'n FxHashSet<String>,
    found: bool,
}

impl Visit for Mentions<'_> {
    fn visit_ident(&mut self, ident: &Ident) {
        self.found |= self.names.contains(&*ident.sym);
    }
}
