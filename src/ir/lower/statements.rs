//! Statements: control flow becomes blocks.

use swc_common::Spanned;
use swc_ecma_ast::{
    BlockStmt, Decl, DoWhileStmt, Expr, ForHead, ForInStmt, ForOfStmt, ForStmt, IfStmt, LabeledStmt, Pat, Stmt,
    SwitchStmt, VarDecl, VarDeclKind, VarDeclOrExpr, WhileStmt,
};

use super::super::scope::BindingId;
use super::super::{BlockId, Instr, Range, Val, Written};
use super::functions::Body;
use super::{Constant, Jump, Lowerer, range_of};

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
            Stmt::Block(block) => match label {
                Some(label) => self.labeled_block(label, block),
                None => self.block_statements(block),
            },
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
                self.cx.pending_label = Some(label.sym.to_string());
                self.statement(body);
                self.cx.pending_label = None;
            }
            Stmt::Break(jump) => self.jump(jump.label.as_ref().map(|label| &*label.sym), false),
            Stmt::Continue(jump) => self.jump(jump.label.as_ref().map(|label| &*label.sym), true),
            Stmt::With(with) => {
                self.expression(&with.obj);
                self.statement(&with.body);
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
            self.requests.insert(id, Written { request: Some(request), names: Vec::new() });
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
                let names = vec![self.name(&member)];
                self.requests.insert(id, Written { request: Some(request), names });
            }
        }
    }

    fn if_statement(&mut self, statement: &'a IfStmt) {
        if let Some(known) = self.constant_of(&statement.test) {
            let taken = if known.is_truthy() { Some(&*statement.cons) } else { statement.alt.as_deref() };
            let dead = if known.is_truthy() { statement.alt.as_deref() } else { Some(&*statement.cons) };
            self.dead_code(dead);
            if let Some(taken) = taken {
                self.statement(taken);
            }
            return;
        }
        // `else if` chains are walked, not recursed into.
        let join = self.cx.builder.block();
        let mut next = Some(statement);
        while let Some(current) = next.take() {
            let body = self.cx.builder.block();
            let other = current.alt.as_ref().map_or(join, |_| self.cx.builder.block());
            self.condition(&current.test, body, other);
            self.cx.builder.current = body;
            self.statement(&current.cons);
            self.cx.builder.link(self.cx.builder.current, join);
            let Some(alt) = current.alt.as_deref() else { continue };
            self.cx.builder.current = other;
            match alt {
                Stmt::If(inner) if self.constant_of(&inner.test).is_none() => next = Some(inner),
                alt => {
                    self.statement(alt);
                    self.cx.builder.link(self.cx.builder.current, join);
                }
            }
        }
        self.cx.builder.current = join;
    }

    /// Code that control never gets to: its functions still exist, its declarations still bind.
    fn dead_code(&mut self, statement: Option<&'a Stmt>) {
        let Some(statement) = statement else { return };
        let back = self.cx.builder.current;
        self.cx.builder.current = self.cx.builder.block();
        self.statement(statement);
        self.cx.builder.current = back;
    }

    fn push_jump(&mut self, label: Option<String>, on_break: BlockId, on_continue: Option<BlockId>) {
        let n_finalizers = self.cx.finalizers.len();
        self.cx.jumps.push(Jump { label, on_break, on_continue, n_finalizers });
    }

    fn jump(&mut self, label: Option<&str>, is_continue: bool) {
        let target = self.cx.jumps.iter().rev().find_map(|jump| match label {
            Some(label) if jump.label.as_deref() != Some(label) => None,
            // A plain `break` does not leave a labelled block.
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

    fn labeled_block(&mut self, label: String, block: &'a BlockStmt) {
        let after = self.cx.builder.block();
        self.push_jump(Some(label), after, None);
        self.block_statements(block);
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
        let known = test.and_then(|test| self.constant_of(test)).map(|constant| constant.is_truthy());
        if let Some(test) = test {
            self.expression(test);
            if known != Some(true) {
                self.cx.builder.link(self.cx.builder.current, after);
            }
        }
        if known != Some(false) {
            self.cx.builder.link(self.cx.builder.current, inside);
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
        self.expression(&statement.test);
        if self.constant_of(&statement.test).is_none_or(|constant| constant.is_truthy()) {
            self.cx.builder.link(self.cx.builder.current, body);
        }
        self.cx.builder.go(after);
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

    fn for_each(&mut self, label: Option<String>, head: &'a ForHead, item: Val, body: &'a Stmt) {
        let start = self.cx.builder.block();
        let inside = self.cx.builder.block();
        let after = self.cx.builder.block();
        self.cx.builder.go(start);
        self.cx.builder.link(start, after);
        self.cx.builder.link(start, inside);
        self.cx.builder.current = inside;
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
        self.push_jump(label, after, Some(start));
        self.statement(body);
        self.cx.jumps.pop();
        self.cx.builder.link(self.cx.builder.current, start);
        self.cx.builder.current = after;
    }

    fn for_in(&mut self, statement: &'a ForInStmt, label: Option<String>) {
        let src = self.expression(&statement.right);
        let at = range_of(statement.left.span());
        let dst = self.cx.builder.value(at);
        self.push(Instr::Keys { dst, src }, at);
        self.for_each(label, &statement.left, dst, &statement.body);
    }

    fn for_of(&mut self, statement: &'a ForOfStmt, label: Option<String>) {
        let src = self.expression(&statement.right);
        let at = range_of(statement.left.span());
        let mut item = self.iterate(src, at);
        if statement.is_await {
            item = self.await_value(item, at);
        }
        self.for_each(label, &statement.left, item, &statement.body);
    }

    fn switch(&mut self, statement: &'a SwitchStmt, label: Option<String>) {
        self.expression(&statement.discriminant);
        for case in &statement.cases {
            self.hoist_functions(&case.cons);
        }
        let start = self.cx.builder.current;
        let after = self.cx.builder.block();
        // `continue` inside belongs to the loop around.
        let outer = self.cx.jumps.iter().rev().find_map(|jump| jump.on_continue);
        self.push_jump(label, after, outer);
        let known = self.constant_of(&statement.discriminant);
        let mut has_default = false;
        let mut previous: Option<BlockId> = None;
        for case in &statement.cases {
            let body = self.cx.builder.block();
            let is_taken = if let Some(test) = &case.test {
                self.cx.builder.current = start;
                self.expression(test);
                self.may_match(known.as_ref(), test)
            } else {
                has_default = true;
                known.is_none() || !self.some_case_matches(statement, known.as_ref())
            };
            if is_taken {
                self.cx.builder.link(start, body);
            }
            if let Some(previous) = previous {
                self.cx.builder.link(previous, body);
            }
            self.cx.builder.current = body;
            case.cons.iter().for_each(|statement| self.statement(statement));
            previous = Some(self.cx.builder.current);
        }
        self.cx.jumps.pop();
        if let Some(previous) = previous {
            self.cx.builder.link(previous, after);
        }
        if !has_default {
            self.cx.builder.link(start, after);
        }
        self.cx.builder.current = after;
    }

    fn may_match(&self, known: Option<&Constant>, test: &Expr) -> bool {
        match (known, self.constant_of(test)) {
            (Some(left), Some(right)) => super::constants::same(left, &right).unwrap_or(true),
            _ => true,
        }
    }

    fn some_case_matches(&self, statement: &SwitchStmt, known: Option<&Constant>) -> bool {
        let tests = statement.cases.iter().filter_map(|case| case.test.as_deref());
        tests.into_iter().any(|test| match (known, self.constant_of(test)) {
            (Some(left), Some(right)) => super::constants::same(left, &right) == Some(true),
            _ => false,
        })
    }
}
