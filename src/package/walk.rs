//! A walk through the code of a compiled file that hands out parts of the tree to keep: what generators write stands in
//! statements, assignments, calls and functions. Knows no name that they use.

use swc_ecma_ast::{
    ArrowFunctionBody, Callee, Decl, Expr, Function, ModuleItem, Pat, Program, Stmt, VarDeclOrExpr, VarDeclarator,
};

/// What is done on the way.
pub(super) trait Visitor<'a> {
    /// An expression; whether what is in it matters too.
    fn expr(&mut self, expr: &'a Expr) -> bool;

    /// A variable and what it begins with; whether that matters too.
    fn variable(&mut self, _name: &'a str, _init: &'a Expr) -> bool {
        true
    }

    /// A function that is declared under a name; its body comes next.
    fn declared(&mut self, _name: &'a str, _function: &'a Function) {}

    /// A body begins.
    fn enter(&mut self) {}

    /// It ends.
    fn leave(&mut self) {}
}

/// Walks through a program; its top is a body.
pub(super) fn program<'a>(program: &'a Program, visitor: &mut dyn Visitor<'a>) {
    visitor.enter();
    match program {
        Program::Script(script) => script.body.iter().for_each(|stmt| statement(stmt, visitor)),
        Program::Module(module) => module.body.iter().for_each(|item| {
            if let ModuleItem::Stmt(stmt) = item {
                statement(stmt, visitor);
            }
        }),
    }
    visitor.leave();
}

/// Walks through statements as one body.
pub(super) fn body<'a>(statements: &'a [Stmt], visitor: &mut dyn Visitor<'a>) {
    visitor.enter();
    statements.iter().for_each(|stmt| statement(stmt, visitor));
    visitor.leave();
}

fn statement<'a>(stmt: &'a Stmt, visitor: &mut dyn Visitor<'a>) {
    match stmt {
        Stmt::Expr(stmt) => expression(&stmt.expr, visitor),
        Stmt::Block(block) => block.stmts.iter().for_each(|stmt| statement(stmt, visitor)),
        Stmt::If(branch) => {
            expression(&branch.test, visitor);
            statement(&branch.cons, visitor);
            branch.alt.iter().for_each(|alt| statement(alt, visitor));
        }
        Stmt::Return(returned) => returned.arg.iter().for_each(|arg| expression(arg, visitor)),
        Stmt::Try(tried) => {
            let handler = tried.handler.iter().flat_map(|handler| &handler.body.stmts);
            let finalizer = tried.finalizer.iter().flat_map(|block| &block.stmts);
            tried.block.stmts.iter().chain(handler).chain(finalizer).for_each(|stmt| statement(stmt, visitor));
        }
        Stmt::Labeled(labeled) => statement(&labeled.body, visitor),
        Stmt::For(looped) => {
            if let Some(VarDeclOrExpr::VarDecl(declared)) = &looped.init {
                declared.decls.iter().for_each(|declarator| variable(declarator, visitor));
            }
            statement(&looped.body, visitor);
        }
        Stmt::While(looped) => statement(&looped.body, visitor),
        Stmt::Decl(Decl::Var(declared)) => {
            declared.decls.iter().for_each(|declarator| variable(declarator, visitor));
        }
        Stmt::Decl(Decl::Fn(declared)) => {
            visitor.declared(&declared.ident.sym, &declared.function);
            function(&declared.function, visitor);
        }
        _ => {}
    }
}

fn variable<'a>(declarator: &'a VarDeclarator, visitor: &mut dyn Visitor<'a>) {
    let Some(init) = &declarator.init else { return };
    let is_wanted = match &declarator.name {
        Pat::Ident(name) => visitor.variable(&name.sym, init),
        _ => true,
    };
    if is_wanted {
        expression(init, visitor);
    }
}

fn function<'a>(function: &'a Function, visitor: &mut dyn Visitor<'a>) {
    if let Some(block) = &function.body {
        body(&block.stmts, visitor);
    }
}

fn expression<'a>(expr: &'a Expr, visitor: &mut dyn Visitor<'a>) {
    if !visitor.expr(expr) {
        return;
    }
    match expr {
        Expr::Paren(paren) => expression(&paren.expr, visitor),
        Expr::Assign(assign) => expression(&assign.right, visitor),
        Expr::Seq(seq) => seq.exprs.iter().for_each(|expr| expression(expr, visitor)),
        Expr::Unary(unary) => expression(&unary.arg, visitor),
        Expr::Bin(bin) => [&bin.left, &bin.right].into_iter().for_each(|expr| expression(expr, visitor)),
        Expr::Cond(cond) => [&cond.test, &cond.cons, &cond.alt].into_iter().for_each(|expr| expression(expr, visitor)),
        Expr::Call(call) => {
            if let Callee::Expr(callee) = &call.callee {
                expression(callee, visitor);
            }
            call.args.iter().for_each(|arg| expression(&arg.expr, visitor));
        }
        Expr::Member(member) => expression(&member.obj, visitor),
        Expr::Fn(inner) => function(&inner.function, visitor),
        Expr::Arrow(arrow) => match &*arrow.body {
            ArrowFunctionBody::FunctionBody(block) => body(&block.stmts, visitor),
            ArrowFunctionBody::Expr(expr) => expression(expr, visitor),
        },
        _ => {}
    }
}
