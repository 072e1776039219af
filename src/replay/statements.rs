//! Statements.

use std::rc::Rc;

use swc_ecma_ast::{
    Decl, Expr, ForHead, ForInStmt, ForOfStmt, ForStmt, Ident, Stmt, SwitchStmt, TryStmt, VarDecl, VarDeclKind,
    VarDeclOrExpr,
};

use super::functions::Code;
use super::iteration::Cursor;
use super::machine::{Abrupt, Fut, Machine, Outcome};
use super::scope::{Env, Scope, names_of};
use super::value::{Key, Value};
use crate::syntax::span_of;

fn label(ident: Option<&Ident>) -> Option<Rc<str>> {
    ident.map(|ident| Rc::from(ident.sym.as_str()))
}

impl<'a> Machine<'a> {
    /// Declares what a block declares, and makes its functions.
    pub(super) fn hoist(&self, stmts: &'a [Stmt], env: &Env) {
        for stmt in stmts {
            let Stmt::Decl(decl) = stmt else { continue };
            self.hoist_decl(decl, env);
        }
    }

    pub(super) fn hoist_decl(&self, decl: &'a Decl, env: &Env) {
        let time = self.time();
        match decl {
            Decl::Fn(function) if !function.declare && function.function.body.is_some() => {
                let name = &function.ident.sym;
                let value = self.closure(Code::Function(&function.function), env, name, None);
                env.declare(name, value, time);
            }
            Decl::Class(class) if !class.declare => {
                env.declare(&class.ident.sym, Value::Undefined, time);
            }
            Decl::Var(var) if var.kind != VarDeclKind::Var => {
                let mut names = Vec::new();
                var.decls.iter().for_each(|declarator| names_of(&declarator.name, &mut names));
                names.iter().for_each(|name| {
                    env.declare(name, Value::Undefined, time);
                });
            }
            Decl::TsEnum(item) if !env.has_own(&item.id.sym) => {
                env.declare(&item.id.sym, Value::Undefined, time);
            }
            Decl::TsModule(item) => {
                if let swc_ecma_ast::TsModuleName::Ident(name) = &item.id
                    && !env.has_own(&name.sym)
                {
                    env.declare(&name.sym, Value::Undefined, time);
                }
            }
            _ => {}
        }
    }

    /// Sloppy code sees the functions of a block around it, too, unless something else has their names.
    fn show_functions(&self, stmts: &'a [Stmt], env: &Env) {
        for stmt in stmts {
            let Stmt::Decl(Decl::Fn(function)) = stmt else { continue };
            let name = &*function.ident.sym;
            let Some(own) = env.find(name) else { continue };
            let value = own.value.borrow().clone();
            let outermost = env.outermost();
            let shown = outermost.vars.borrow().get(name).cloned();
            match shown {
                Some(shown) => {
                    let is_function = self.is_callable(&shown.value.borrow());
                    if is_function {
                        *shown.value.borrow_mut() = value;
                    }
                }
                None if env.parent.as_ref().is_none_or(|parent| parent.find(name).is_none()) => {
                    outermost.declare(name, value, self.time());
                }
                None => {}
            }
        }
    }

    /// A block with its own scope.
    pub(super) fn block<'f>(&'f self, stmts: &'a [Stmt], env: &'f Env) -> Fut<'f, ()>
    where
        'a: 'f,
    {
        Box::pin(async move {
            let env = Scope::inner(env);
            self.hoist(stmts, &env);
            self.show_functions(stmts, &env);
            self.statements(stmts, &env).await
        })
    }

    pub(super) async fn statements(&self, stmts: &'a [Stmt], env: &Env) -> Outcome<()> {
        for stmt in stmts {
            self.statement(stmt, env, None).await?;
        }
        Ok(())
    }

    pub(super) fn statement<'f>(&'f self, stmt: &'a Stmt, env: &'f Env, name: Option<Rc<str>>) -> Fut<'f, ()>
    where
        'a: 'f,
    {
        Box::pin(async move {
            self.step()?;
            match stmt {
                Stmt::Block(block) => self.labelled(self.block(&block.stmts, env).await, name),
                Stmt::Empty(_) | Stmt::Debugger(_) => Ok(()),
                Stmt::With(with) => {
                    let object = self.expr(&with.obj, env).await?;
                    self.statement(&with.body, &Scope::within(env, object), None).await
                }
                Stmt::Return(statement) => {
                    let value = match &statement.arg {
                        Some(arg) => self.expr(arg, env).await?,
                        None => Value::Undefined,
                    };
                    Err(Abrupt::Return(value))
                }
                Stmt::Labeled(labeled) => {
                    let name: Rc<str> = Rc::from(labeled.label.sym.as_str());
                    let end = self.statement(&labeled.body, env, Some(name.clone())).await;
                    self.labelled(end, Some(name))
                }
                Stmt::Break(statement) => Err(Abrupt::Break(label(statement.label.as_ref()))),
                Stmt::Continue(statement) => Err(Abrupt::Continue(label(statement.label.as_ref()))),
                Stmt::If(statement) => {
                    let test = self.condition(&statement.test, env).await?;
                    if self.truth(&test)? {
                        self.statement(&statement.cons, env, None).await
                    } else if let Some(alt) = &statement.alt {
                        self.statement(alt, env, None).await
                    } else {
                        Ok(())
                    }
                }
                Stmt::Switch(statement) => self.switch(statement, env).await,
                Stmt::Throw(statement) => {
                    let value = self.expr(&statement.arg, env).await?;
                    Err(Abrupt::Throw(value))
                }
                Stmt::Try(statement) => self.try_statement(statement, env).await,
                Stmt::While(statement) => {
                    let mut rounds = self.rounds();
                    loop {
                        let test = self.condition(&statement.test, env).await?;
                        if !self.go_on(&mut rounds, &test)? {
                            return Ok(());
                        }
                        if self.round(self.statement(&statement.body, env, None).await, &name)? {
                            return Ok(());
                        }
                    }
                }
                Stmt::DoWhile(statement) => {
                    let mut rounds = self.rounds();
                    loop {
                        if self.round(self.statement(&statement.body, env, None).await, &name)? {
                            return Ok(());
                        }
                        let test = self.condition(&statement.test, env).await?;
                        if !self.go_on(&mut rounds, &test)? {
                            return Ok(());
                        }
                    }
                }
                Stmt::For(statement) => self.for_statement(statement, env, name).await,
                Stmt::ForIn(statement) => self.for_in(statement, env, name).await,
                Stmt::ForOf(statement) => self.for_of(statement, env, name).await,
                Stmt::Decl(decl) => self.declaration(decl, env).await,
                Stmt::Expr(statement) => {
                    let is_call = matches!(&*statement.expr, Expr::Call(_)) && env.frame.file != super::LIBRARY;
                    if !is_call {
                        return self.expr(&statement.expr, env).await.map(|_| ());
                    }
                    // Nobody asks what it gives.
                    let segment = self.begin_segment();
                    match self.expr(&statement.expr, env).await {
                        Ok(_) => self.end_segment(&segment, false),
                        Err(other) => {
                            self.leave_segment(&segment);
                            Err(other)
                        }
                    }
                }
            }
        })
    }

    fn labelled(&self, end: Outcome<()>, name: Option<Rc<str>>) -> Outcome<()> {
        match end {
            Err(Abrupt::Break(Some(label))) if Some(&label) == name.as_ref() => Ok(()),
            end => end,
        }
    }

    /// Whether a loop ends behind a round.
    fn round(&self, end: Outcome<()>, name: &Option<Rc<str>>) -> Outcome<bool> {
        match end {
            Ok(()) | Err(Abrupt::Continue(None)) => Ok(false),
            Err(Abrupt::Break(None)) => Ok(true),
            Err(Abrupt::Continue(label)) if label == *name => Ok(false),
            Err(other) => Err(other),
        }
    }

    pub(super) async fn declaration(&self, decl: &'a Decl, env: &Env) -> Outcome<()> {
        match decl {
            Decl::Var(var) => self.var_decl(var, env).await,
            Decl::Class(class) if !class.declare => {
                let value = self.class(&class.class, &class.ident.sym, env).await?;
                self.assign_name(&class.ident.sym, value, env).await
            }
            Decl::Using(_) => Err(Abrupt::Stop("using")),
            Decl::TsEnum(item) if !item.declare => self.ts_enum(item, env).await,
            Decl::TsModule(item) if !item.declare => self.ts_module(item, env).await,
            _ => Ok(()),
        }
    }

    async fn var_decl(&self, var: &'a VarDecl, env: &Env) -> Outcome<()> {
        for declarator in &var.decls {
            let Some(init) = &declarator.init else { continue };
            let name = match &declarator.name {
                swc_ecma_ast::Pat::Ident(ident) => Key::str(&ident.id.sym),
                _ => Key::str(""),
            };
            let value = self.named(init, &name, env).await?;
            self.bind(&declarator.name, value, env).await?;
        }
        Ok(())
    }

    async fn switch(&self, statement: &'a SwitchStmt, env: &Env) -> Outcome<()> {
        let value = self.expr(&statement.discriminant, env).await?;
        let env = Scope::inner(env);
        for case in &statement.cases {
            self.hoist(&case.cons, &env);
        }
        let mut start = None;
        for (at, case) in statement.cases.iter().enumerate() {
            let Some(test) = &case.test else { continue };
            let test = self.expr(test, &env).await?;
            let is_equal = self.strictly_equal(&value, &test)?;
            if self.truth(&is_equal)? {
                start = Some(at);
                break;
            }
        }
        let start = start.or_else(|| statement.cases.iter().position(|case| case.test.is_none()));
        let Some(start) = start else { return Ok(()) };
        for case in &statement.cases[start..] {
            match self.statements(&case.cons, &env).await {
                Ok(()) => {}
                Err(Abrupt::Break(None)) => return Ok(()),
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    async fn try_statement(&self, statement: &'a TryStmt, env: &Env) -> Outcome<()> {
        let guarded = self.guarded.get();
        let depth = self.depth.get();
        let counts = statement.handler.is_some() && env.frame.file != super::LIBRARY;
        self.guarded.set(guarded + u32::from(counts));
        let mut end = self.block(&statement.block.stmts, env).await;
        self.guarded.set(guarded);
        if let (Some(handler), Err(Abrupt::Throw(value))) = (&statement.handler, &end) {
            self.depth.set(depth);
            self.record.borrow_mut().entered.insert(span_of(env.frame.file, handler.span));
            let value = value.clone();
            let env = Scope::inner(env);
            if let Some(param) = &handler.param {
                let mut names = Vec::new();
                names_of(param, &mut names);
                names.iter().for_each(|name| {
                    env.declare(name, Value::Undefined, self.time());
                });
                self.bind(param, value, &env).await?;
            }
            end = self.block(&handler.body.stmts, &env).await;
        }
        if let Some(finalizer) = &statement.finalizer
            && !matches!(end, Err(Abrupt::Stop(_)))
        {
            self.block(&finalizer.stmts, env).await?;
        }
        end
    }

    async fn for_statement(&self, statement: &'a ForStmt, env: &Env, name: Option<Rc<str>>) -> Outcome<()> {
        let mut scope = Scope::inner(env);
        let mut names = Vec::new();
        match &statement.init {
            Some(VarDeclOrExpr::VarDecl(var)) => {
                if var.kind != VarDeclKind::Var {
                    var.decls.iter().for_each(|declarator| names_of(&declarator.name, &mut names));
                    names.iter().for_each(|name| {
                        scope.declare(name, Value::Undefined, self.time());
                    });
                }
                self.var_decl(var, &scope).await?;
            }
            Some(VarDeclOrExpr::Expr(expr)) => {
                self.expr(expr, &scope).await?;
            }
            None => {}
        }
        let mut rounds = self.rounds();
        loop {
            if let Some(test) = &statement.test {
                let test = self.condition(test, &scope).await?;
                if !self.go_on(&mut rounds, &test)? {
                    return Ok(());
                }
            }
            if self.round(self.statement(&statement.body, &scope, None).await, &name)? {
                return Ok(());
            }
            // Each round has its own variables, which closures keep.
            if !names.is_empty() {
                let next = Scope::inner(env);
                for name in &names {
                    let value = scope.find(name).map_or(Value::Undefined, |cell| cell.value.borrow().clone());
                    next.declare(name, value, self.time());
                }
                scope = next;
            }
            if let Some(update) = &statement.update {
                self.expr(update, &scope).await?;
            }
        }
    }

    /// The scope of a round of `for (head of …)`, with its variables bound.
    async fn head(&self, head: &'a ForHead, value: Value, env: &Env) -> Outcome<Env> {
        let scope = Scope::inner(env);
        match head {
            ForHead::VarDecl(var) => {
                let Some(declarator) = var.decls.first() else { return Ok(scope) };
                if var.kind != VarDeclKind::Var {
                    let mut names = Vec::new();
                    names_of(&declarator.name, &mut names);
                    names.iter().for_each(|name| {
                        scope.declare(name, Value::Undefined, self.time());
                    });
                }
                self.bind(&declarator.name, value, &scope).await?;
            }
            ForHead::Pat(pat) => self.bind(pat, value, &scope).await?,
            ForHead::UsingDecl(_) => return Err(Abrupt::Stop("using")),
        }
        Ok(scope)
    }

    async fn for_in(&self, statement: &'a ForInStmt, env: &Env, name: Option<Rc<str>>) -> Outcome<()> {
        let value = self.expr(&statement.right, env).await?;
        if let Value::Unknown(unk) = value {
            let mut rounds = self.rounds();
            loop {
                let more = self.opaque(0);
                if !self.go_on(&mut rounds, &more)? {
                    return Ok(());
                }
                let key = self.opaque(self.labels_of_unknown(unk));
                let scope = self.head(&statement.left, key, env).await?;
                if self.round(self.statement(&statement.body, &scope, None).await, &name)? {
                    return Ok(());
                }
            }
        }
        let mut seen = Vec::new();
        let mut at = value.object();
        while let Some(obj) = at {
            for key in self.listed_keys(obj).await? {
                if matches!(key, Key::Sym(_)) || seen.contains(&key) {
                    continue;
                }
                if !matches!(key, Key::Unknown(_)) && !self.has_own(obj, &key) && !self.is_proxy(obj) {
                    continue;
                }
                seen.push(key.clone());
                let scope = self.head(&statement.left, key.value(), env).await?;
                if self.round(self.statement(&statement.body, &scope, None).await, &name)? {
                    return Ok(());
                }
            }
            at = self.look(obj, |object| object.proto.object());
        }
        Ok(())
    }

    async fn for_of(&self, statement: &'a ForOfStmt, env: &Env, name: Option<Rc<str>>) -> Outcome<()> {
        let value = self.expr(&statement.right, env).await?;
        let mut iterator =
            if statement.is_await { self.iterate_async(&value).await? } else { self.iterate(&value).await? };
        let mut rounds = self.rounds();
        loop {
            if let Cursor::Unknown(_) = iterator {
                let more = self.opaque(0);
                if !self.go_on(&mut rounds, &more)? {
                    return Ok(());
                }
            }
            let Some(mut item) = self.next(&mut iterator).await? else { return Ok(()) };
            if statement.is_await {
                item = self.wait_for(item).await?;
            }
            let scope = self.head(&statement.left, item, env).await?;
            let end = self.statement(&statement.body, &scope, None).await;
            match self.round(end, &name) {
                Ok(false) => {}
                Ok(true) => return self.close(&iterator).await,
                Err(Abrupt::Stop(why)) => return Err(Abrupt::Stop(why)),
                Err(other) => {
                    self.close(&iterator).await?;
                    return Err(other);
                }
            }
        }
    }
}
