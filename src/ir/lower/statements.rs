//! Statements: control flow becomes blocks.

use swc_common::Spanned;
use swc_ecma_ast::{
    BlockStmt, Decl, DoWhileStmt, Expr, ForHead, ForInStmt, ForOfStmt, ForStmt, LabeledStmt, Pat, Stmt, VarDecl,
    VarDeclKind, VarDeclOrExpr, WhileStmt,
};

use super::super::scope::{BindingId, Loop};
use super::super::{Arg, BlockId, CallKind, Instr, Range, Required, Val};
use super::functions::Body;
use super::{Jump, Lowerer, range_of};

impl<'a> Lowerer<'a> {
    /// Function declarations have their values before the first statement of their scope runs.
    pub fn hoist_functions(&mut self, statements: &'a [Stmt]) {
        for statement in statements {
            if let Stmt::Decl(Decl::Fn(declaration)) = statement {
                self.hoist_function(&declaration.ident, &declaration.function);
            }
        }
    }

    /// Gives a declared function its value. Closures see nothing yet: that is from where its name is first used.
    pub fn hoist_function(&mut self, ident: &'a swc_ecma_ast::Ident, function: &'a swc_ecma_ast::Function) {
        if function.body.is_none() {
            return;
        }
        let at = range_of(function.span);
        let func = self.scopes.function_at(function.span);
        let dst = self.cx.builder.value(at);
        self.push(Instr::Closure { dst, func }, at);
        self.cx.unnamed.insert(func);
        let is_outermost = self.scopes.binding_of(ident).is_some_and(|id| self.scopes.get(id).is_outermost);
        self.declared.extend(is_outermost.then_some(func));
        self.queue_body(Body::Function(function), func, Some(&ident.sym));
        self.write_ident(ident, dst, range_of(ident.span));
    }

    fn block_statements(&mut self, block: &'a BlockStmt) {
        self.lower_body(&block.stmts);
    }

    /// One statement.
    pub fn statement(&mut self, statement: &'a Stmt) {
        let label = self.cx.pending_label.take();
        match statement {
            Stmt::Block(block) => self.block_statements(block),
            Stmt::Expr(expression) => {
                self.expression(&expression.expr);
            }
            Stmt::Decl(declaration) => self.declaration(declaration),
            Stmt::Return(ret) => {
                let val = ret.arg.as_ref().map(|arg| self.expression(arg));
                self.run_finalizers(0);
                if let Some(val) = val {
                    self.push(Instr::Return { val }, range_of(ret.span));
                }
                self.cx.builder.stop();
            }
            Stmt::Throw(throw) => {
                let val = self.expression(&throw.arg);
                self.rethrow(val, range_of(throw.span));
            }
            Stmt::If(statement) => self.if_statement(statement),
            Stmt::While(statement) => self.while_statement(statement, label),
            Stmt::DoWhile(statement) => self.do_while(statement, label),
            Stmt::For(statement) => self.for_statement(statement, label),
            Stmt::ForIn(statement) => self.for_in(statement, label),
            Stmt::ForOf(statement) => self.for_of(statement, label),
            Stmt::Switch(statement) => self.switch(statement, label),
            Stmt::Try(statement) => self.try_statement(statement),
            Stmt::Labeled(LabeledStmt { label, body, .. }) => {
                let label = label.sym.to_string();
                if has_own_label(body) {
                    self.cx.pending_label = Some(label);
                    self.statement(body);
                } else {
                    self.labeled(label, body);
                }
            }
            Stmt::Break(jump) => self.jump(jump.label.as_ref().map(|label| &*label.sym), false),
            Stmt::Continue(jump) => self.jump(jump.label.as_ref().map(|label| &*label.sym), true),
            Stmt::With(with) => {
                let val = self.expression(&with.obj);
                let object = self.within(val, range_of(with.span));
                self.cx.withs.push(object);
                self.statement(&with.body);
                self.cx.withs.pop();
            }
            Stmt::Empty(_) | Stmt::Debugger(_) => {}
        }
    }

    /// A declaration in statement position or behind `export`.
    pub fn declaration(&mut self, declaration: &'a Decl) {
        match declaration {
            Decl::Var(var) => self.variables(var),
            Decl::Using(using) => {
                for declarator in &using.decls {
                    self.declarator(&declarator.name, declarator.init.as_deref(), false, true);
                }
            }
            Decl::Class(class) => {
                let val = self.class(&class.class, Some(&class.ident.sym));
                self.write_ident(&class.ident, val, range_of(class.ident.span));
            }
            Decl::TsEnum(decl) => self.enumeration(decl),
            Decl::TsModule(decl) => self.namespace(decl),
            Decl::Fn(_) | Decl::TsInterface(_) | Decl::TsTypeAlias(_) => {}
        }
    }

    fn variables(&mut self, var: &'a VarDecl) {
        for declarator in &var.decls {
            let is_lexical = var.kind != VarDeclKind::Var;
            self.declarator(&declarator.name, declarator.init.as_deref(), is_lexical, var.kind == VarDeclKind::Const);
        }
    }

    fn declarator(&mut self, name: &'a Pat, init: Option<&'a Expr>, is_lexical: bool, is_const: bool) {
        let at = range_of(name.span());
        let Some(init) = init else {
            if let (true, Pat::Ident(ident)) = (is_lexical, name) {
                let val = self.cx.builder.constant(super::Literal::Undefined, at);
                self.write_ident(&ident.id, val, at);
            }
            return;
        };
        if let Pat::Ident(ident) = name {
            if let Some(id) = self.scopes.binding_of(&ident.id) {
                self.note_constant(id, init, is_const);
                if is_const {
                    self.note_constant_fields(id, init);
                    self.note_descriptor(id, init);
                }
            }
            let val = self.expression_named(init, Some(&ident.id.sym));
            let whole = Range { start: at.start, end: range_of(init.span()).end };
            self.write_ident(&ident.id, val, whole);
            return;
        }
        self.note_required_members(name, init);
        let val = self.expression(init);
        self.assign_pattern(name, val, Range::default());
    }

    /// Remembers what a variable with one value certainly is: a constant, or what a request gives.
    fn note_constant(&mut self, id: BindingId, init: &Expr, is_const: bool) {
        if !is_const && self.scopes.get(id).writes != 1 {
            return;
        }
        if let Some(constant) = self.constant_of(init) {
            self.constants.insert(id, constant);
        } else if let Some(request) = self.required_text(init) {
            let request = self.name(&request);
            self.requests.insert(id, Required { request, members: Vec::new() });
        }
    }

    /// `const { post } = require('./http')`
    fn note_required_members(&mut self, name: &Pat, init: &Expr) {
        let (Pat::Object(object), Some(request)) = (name, self.required_text(init)) else { return };
        let request = self.name(&request);
        for prop in &object.props {
            let (member, ident) = match prop {
                swc_ecma_ast::ObjectPatProp::Assign(assign) => (assign.key.id.sym.to_string(), &assign.key.id),
                swc_ecma_ast::ObjectPatProp::KeyValue(pair) => match (&pair.key, &*pair.value) {
                    (swc_ecma_ast::PropName::Ident(key), Pat::Ident(ident)) => (key.sym.to_string(), &ident.id),
                    _ => continue,
                },
                swc_ecma_ast::ObjectPatProp::Rest(_) => continue,
            };
            if let Some(id) = self.scopes.binding_of(ident) {
                let members = vec![self.name(&member)];
                self.requests.insert(id, Required { request, members });
            }
        }
    }

    /// Code that control never gets to: its functions still exist, its declarations still bind.
    pub(super) fn dead_code(&mut self, statement: Option<&'a Stmt>) {
        let Some(statement) = statement else { return };
        let back = self.cx.builder.current;
        self.cx.builder.current = self.cx.builder.block();
        self.statement(statement);
        self.cx.builder.current = back;
    }

    pub(super) fn push_jump(&mut self, label: Option<String>, on_break: BlockId, on_continue: Option<BlockId>) {
        let n_finalizers = self.cx.finalizers.len();
        self.cx.jumps.push(Jump { label, on_break, on_continue, n_finalizers });
    }

    fn jump(&mut self, label: Option<&str>, is_continue: bool) {
        let target = self.cx.jumps.iter().rev().find_map(|jump| match label {
            Some(label) if jump.label.as_deref() != Some(label) => None,
            // A plain `break` does not leave a labelled statement that is none itself.
            None if !is_continue && jump.label.is_some() && jump.on_continue.is_none() => None,
            _ if is_continue => jump.on_continue.map(|target| (target, jump.n_finalizers)),
            _ => Some((jump.on_break, jump.n_finalizers)),
        });
        if let Some((target, n_finalizers)) = target {
            self.run_finalizers(n_finalizers);
            self.cx.builder.link(self.cx.builder.current, target);
        }
        self.cx.builder.stop();
    }

    fn labeled(&mut self, label: String, body: &'a Stmt) {
        let after = self.cx.builder.block();
        self.push_jump(Some(label), after, None);
        self.statement(body);
        self.cx.jumps.pop();
        self.cx.builder.go(after);
    }

    /// A loop: `head` leaves the current block where the test is made; `step` runs before the next round.
    fn looped(
        &mut self,
        label: Option<String>,
        test: Option<&'a Expr>,
        body: impl FnOnce(&mut Self),
        step: impl FnOnce(&mut Self),
    ) {
        let head = self.cx.builder.block();
        let inside = self.cx.builder.block();
        let next = self.cx.builder.block();
        let after = self.cx.builder.block();
        self.cx.builder.go(head);
        match test {
            Some(test) => {
                let val = self.expression(test);
                let start = self.cx.builder.current;
                for (holds, target) in [(true, inside), (false, after)] {
                    self.when(start, test, val, holds);
                    self.cx.builder.go(target);
                }
            }
            None => self.cx.builder.link(self.cx.builder.current, inside),
        }
        self.cx.builder.current = inside;
        self.push_jump(label, after, Some(next));
        body(self);
        self.cx.jumps.pop();
        self.cx.builder.go(next);
        step(self);
        self.cx.builder.link(self.cx.builder.current, head);
        self.cx.builder.current = after;
    }

    fn while_statement(&mut self, statement: &'a WhileStmt, label: Option<String>) {
        self.looped(label, Some(&statement.test), |this| this.statement(&statement.body), |_| {});
    }

    fn do_while(&mut self, statement: &'a DoWhileStmt, label: Option<String>) {
        let body = self.cx.builder.block();
        let next = self.cx.builder.block();
        let after = self.cx.builder.block();
        self.cx.builder.go(body);
        self.push_jump(label, after, Some(next));
        self.statement(&statement.body);
        self.cx.jumps.pop();
        self.cx.builder.go(next);
        let val = self.expression(&statement.test);
        let start = self.cx.builder.current;
        for (holds, target) in [(true, body), (false, after)] {
            self.when(start, &statement.test, val, holds);
            self.cx.builder.go(target);
        }
    }

    fn for_statement(&mut self, statement: &'a ForStmt, label: Option<String>) {
        match &statement.init {
            Some(VarDeclOrExpr::VarDecl(var)) => self.variables(var),
            Some(VarDeclOrExpr::Expr(expression)) => {
                self.expression(expression);
            }
            None => {}
        }
        self.looped(
            label,
            statement.test.as_deref(),
            |this| this.statement(&statement.body),
            |this| {
                if let Some(update) = &statement.update {
                    this.expression(update);
                }
            },
        );
    }

    fn for_each(&mut self, label: Option<String>, of: Loop<'a>, item: Val) {
        let start = self.cx.builder.block();
        let inside = self.cx.builder.block();
        let after = self.cx.builder.block();
        self.cx.builder.go(start);
        self.cx.builder.link(start, after);
        self.cx.builder.link(start, inside);
        self.cx.builder.current = inside;
        if let Some(param) = of.param()
            && let Some(&outer) = self.scopes.loops.get(&param.span().lo.0)
        {
            self.call_for(param, of.body, item, outer);
        } else {
            self.assign_head(of.head, item);
            self.push_jump(label, after, Some(start));
            self.statement(of.body);
            self.cx.jumps.pop();
        }
        self.cx.builder.link(self.cx.builder.current, start);
        self.cx.builder.current = after;
    }

    fn assign_head(&mut self, head: &'a ForHead, item: Val) {
        match head {
            ForHead::VarDecl(var) => {
                for declarator in &var.decls {
                    self.assign_pattern(&declarator.name, item, Range::default());
                }
            }
            ForHead::UsingDecl(using) => {
                for declarator in &using.decls {
                    self.assign_pattern(&declarator.name, item, Range::default());
                }
            }
            ForHead::Pat(pat) => self.assign_pattern(pat, item, Range::default()),
        }
    }

    /// The body of a loop that is a function of its own, called for a key or an element; a variable around the loop has it,
    /// too.
    fn call_for(&mut self, param: &'a Pat, body: &'a Stmt, item: Val, outer: Option<BindingId>) {
        let at = range_of(param.span());
        if let Some(id) = outer {
            self.write_binding(id, item, at);
        }
        let callee = self.closure(Body::Loop(param, body), None);
        let args = vec![Arg { val: item, is_spread: false }];
        self.emit_call(callee, None, args, CallKind::Call, None, at);
    }

    /// The code of such a function: what leaves the body leaves the function.
    pub(super) fn lower_loop_body(&mut self, body: &'a Stmt) {
        let after = self.cx.builder.block();
        self.push_jump(None, after, Some(after));
        self.statement(body);
        self.cx.jumps.pop();
        self.cx.builder.go(after);
    }

    fn for_in(&mut self, statement: &'a ForInStmt, label: Option<String>) {
        let src = self.expression(&statement.right);
        let at = range_of(statement.left.span());
        let dst = self.cx.builder.value(at);
        self.push(Instr::Keys { dst, src }, at);
        self.for_each(label, Loop { head: &statement.left, body: &statement.body }, dst);
    }

    fn for_of(&mut self, statement: &'a ForOfStmt, label: Option<String>) {
        let src = self.expression(&statement.right);
        let at = range_of(statement.left.span());
        let mut item = self.iterate(src, at);
        if statement.is_await {
            item = self.await_value(item, at);
        }
        self.for_each(label, Loop { head: &statement.left, body: &statement.body }, item);
    }
}

/// Whether a statement takes `break` without a label, too.
fn has_own_label(statement: &Stmt) -> bool {
    matches!(
        statement,
        Stmt::While(_) | Stmt::DoWhile(_) | Stmt::For(_) | Stmt::ForIn(_) | Stmt::ForOf(_) | Stmt::Switch(_)
    )
}
