//! Walks a file and finds which declaration each identifier means.

use rustc_hash::{FxHashMap, FxHashSet};
use swc_common::Spanned;
use swc_ecma_ast::{
    ArrowExpr, ArrowFunctionBody, AssignExpr, AssignTarget, BlockStmt, BreakStmt, CatchClause, Class, ClassDecl,
    ClassExpr, ClassMember, ContinueStmt, Decl, DefaultDecl, ExportDefaultDecl, Expr, FnDecl, FnExpr, ForHead,
    ForInStmt, ForOfStmt, ForStmt, Function, Ident, ImportDecl, ImportSpecifier, LabeledStmt, ModuleDecl, ModuleItem,
    Pat, Program, SimpleAssignTarget, Stmt, SwitchStmt, TsEnumDecl, TsImportEqualsDecl, TsInterfaceDecl, TsModuleDecl,
    TsModuleName, TsType, TsTypeAliasDecl, TsTypeAnn, TsTypeParamDecl, TsTypeParamInstantiation, UpdateExpr, VarDecl,
    VarDeclKind,
};
use swc_ecma_visit::{Visit, VisitWith};

use super::loops::Loop;
use super::{Binding, BindingId, BindingKind, Scopes};
use crate::ir::Func;
use crate::ir::bodies::{VarHoister, is_strict, says_strict};
use crate::ir::patterns::{param_pattern, pattern_idents};

struct Scope {
    names: FxHashMap<String, BindingId>,
    function: Func,
    holds_vars: bool,
}

/// The walk.
#[derive(Default)]
pub(super) struct Resolver {
    scopes: Scopes,
    stack: Vec<Scope>,
    function: Func,
    is_strict: bool,
    /// The function, this one or one around it, whose `arguments` are meant here.
    receiver: Func,
    /// Functions that name their `arguments`.
    mentions: FxHashSet<Func>,
    /// Functions that write into them.
    writes_arguments: FxHashSet<Func>,
    /// The functions that blocks of sloppy code declare.
    in_blocks: FxHashMap<(Func, String), BindingId>,
    /// Names that no scope binds, where they are used and in which function.
    free: Vec<(u32, String, Func)>,
}

impl Resolver {
    /// Resolves all names of a program.
    pub(super) fn resolve_program(program: &Program) -> Scopes {
        let mut resolver = Self { is_strict: is_strict(program), ..Self::default() };
        resolver.enter_function((u32::MAX, u32::MAX), None);
        match program {
            Program::Module(module) => {
                resolver.hoist_items(&module.body);
                module.visit_children_with(&mut resolver);
            }
            Program::Script(script) => {
                resolver.hoist_statements(&script.body);
                script.visit_children_with(&mut resolver);
            }
        }
        if !resolver.in_blocks.is_empty() {
            resolver.resolve_free();
        }
        resolver.scopes.last_inside[0] = Func(resolver.scopes.parents.len() as u32 - 1);
        resolver.scopes
    }

    fn enter_function(&mut self, range: (u32, u32), parent: Option<Func>) -> Func {
        let func = Func(self.scopes.parents.len() as u32);
        self.scopes.functions.insert(range, func);
        self.scopes.parents.push(parent);
        self.scopes.last_inside.push(func);
        self.scopes.captures.push(FxHashSet::default());
        self.function = func;
        self.push_scope(true);
        func
    }

    fn push_scope(&mut self, holds_vars: bool) {
        self.stack.push(Scope { names: FxHashMap::default(), function: self.function, holds_vars });
    }

    fn in_function(&mut self, span: swc_common::Span, visit: impl FnOnce(&mut Self)) {
        let (outer, was_strict) = (self.function, self.is_strict);
        self.enter_function((span.lo.0, span.hi.0), Some(outer));
        visit(self);
        self.scopes.last_inside[self.function.0 as usize] = Func(self.scopes.parents.len() as u32 - 1);
        self.stack.pop();
        self.function = outer;
        self.is_strict = was_strict;
    }

    fn in_block(&mut self, visit: impl FnOnce(&mut Self)) {
        self.push_scope(false);
        visit(self);
        self.stack.pop();
    }

    fn declare(&mut self, name: &str, kind: BindingKind, as_var: bool) -> BindingId {
        let at = if as_var { self.stack.iter().rposition(|scope| scope.holds_vars) } else { None };
        let at = at.unwrap_or(self.stack.len() - 1);
        let scope = &mut self.stack[at];
        if let Some(&known) = scope.names.get(name) {
            return known;
        }
        let id = BindingId(self.scopes.bindings.len() as u32);
        scope.names.insert(name.to_owned(), id);
        self.scopes.bindings.push(Binding {
            owner: scope.function,
            kind,
            is_outermost: at == 0,
            writes: 0,
            is_captured: false,
            is_written_inside: false,
        });
        id
    }

    fn declare_pattern(&mut self, pat: &Pat, kind: BindingKind, as_var: bool) {
        for ident in pattern_idents(pat) {
            self.declare(&ident.sym, kind, as_var);
        }
    }

    fn hoist_items(&mut self, items: &[ModuleItem]) {
        for item in items {
            match item {
                ModuleItem::Stmt(stmt) => self.hoist_statement(stmt),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => self.hoist_declaration(&export.decl),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => self.hoist_default(export),
                ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => self.hoist_import(import),
                ModuleItem::ModuleDecl(ModuleDecl::TsImportEquals(import)) => {
                    self.declare_written(&import.id.sym, BindingKind::Import);
                }
                ModuleItem::ModuleDecl(_) => {}
            }
        }
        self.hoist_vars(items);
    }

    fn hoist_statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            self.hoist_statement(statement);
        }
        self.hoist_vars(statements);
    }

    /// `var` of the whole function, nested blocks included.
    fn hoist_vars<T: VisitWith<VarHoister>>(&mut self, body: &[T]) {
        let mut hoister = VarHoister::default();
        for part in body {
            part.visit_with(&mut hoister);
        }
        for name in hoister.names {
            self.declare(&name, BindingKind::Variable, true);
        }
    }

    fn hoist_statement(&mut self, statement: &Stmt) {
        if let Stmt::Decl(declaration) = statement {
            self.hoist_declaration(declaration);
        }
    }

    fn declare_written(&mut self, name: &str, kind: BindingKind) {
        let id = self.declare(name, kind, false);
        let binding = &mut self.scopes.bindings[id.0 as usize];
        binding.writes += 1;
        binding.kind = kind;
    }

    fn hoist_declaration(&mut self, declaration: &Decl) {
        match declaration {
            Decl::Class(class) => self.declare_written(&class.ident.sym, BindingKind::Variable),
            // The id of the function is known once it is visited.
            Decl::Fn(function) if function.function.body.is_some() => {
                self.declare_written(&function.ident.sym, BindingKind::Function(Func(0)));
                self.note_in_block(&function.ident.sym);
            }
            Decl::Var(var) if var.kind != VarDeclKind::Var => {
                for declarator in &var.decls {
                    self.declare_pattern(&declarator.name, BindingKind::Variable, false);
                }
            }
            Decl::Using(using) => {
                for declarator in &using.decls {
                    self.declare_pattern(&declarator.name, BindingKind::Variable, false);
                }
            }
            Decl::TsEnum(decl) => self.declare_written(&decl.id.sym, BindingKind::Variable),
            Decl::TsModule(decl) => {
                if let TsModuleName::Ident(id) = &decl.id {
                    self.declare_written(&id.sym, BindingKind::Variable);
                }
            }
            _ => {}
        }
    }

    fn hoist_default(&mut self, export: &ExportDefaultDecl) {
        match &export.decl {
            DefaultDecl::Class(ClassExpr { ident: Some(ident), .. }) => {
                self.declare_written(&ident.sym, BindingKind::Variable);
            }
            DefaultDecl::Fn(FnExpr { ident: Some(ident), .. }) => {
                self.declare_written(&ident.sym, BindingKind::Function(Func(0)));
            }
            _ => {}
        }
    }

    fn hoist_import(&mut self, import: &ImportDecl) {
        if import.type_only {
            return;
        }
        for specifier in &import.specifiers {
            let local = match specifier {
                ImportSpecifier::Named(named) => &named.local,
                ImportSpecifier::Default(default) => &default.local,
                ImportSpecifier::Namespace(namespace) => &namespace.local,
            };
            self.declare_written(&local.sym, BindingKind::Import);
        }
    }

    fn lookup(&self, name: &str) -> Option<BindingId> {
        self.stack.iter().rev().find_map(|scope| scope.names.get(name).copied())
    }

    /// Sloppy code sees a function that a block declares around that block, too.
    fn note_in_block(&mut self, name: &str) {
        if let Some(scope) = self.stack.last()
            && !scope.holds_vars
            && !self.is_strict
        {
            let id = scope.names[name];
            self.in_blocks.entry((self.function, name.to_owned())).or_insert(id);
        }
    }

    /// Names that no scope binds may be functions that a block beside them declares.
    fn resolve_free(&mut self) {
        for (at, name, function) in std::mem::take(&mut self.free) {
            let mut around = Some(function);
            while let Some(func) = around {
                if let Some(&id) = self.in_blocks.get(&(func, name.clone())) {
                    self.resolve(at, id, function);
                    break;
                }
                around = self.scopes.parents[func.0 as usize];
            }
        }
    }

    fn resolve(&mut self, at: u32, id: BindingId, function: Func) {
        self.scopes.uses.insert(at, id);
        let binding = &mut self.scopes.bindings[id.0 as usize];
        if binding.owner != function {
            binding.is_captured = true;
            self.scopes.captures[function.0 as usize].insert(id);
        }
    }

    fn note_use(&mut self, ident: &Ident) {
        match self.lookup(&ident.sym) {
            Some(id) => self.resolve(ident.span.lo.0, id, self.function),
            None if &*ident.sym == "arguments" => {
                self.mentions.insert(self.receiver);
            }
            None if !self.is_strict => self.free.push((ident.span.lo.0, ident.sym.to_string(), self.function)),
            None => {}
        }
    }

    fn note_write(&mut self, ident: &Ident) {
        let Some(id) = self.lookup(&ident.sym) else { return };
        let binding = &mut self.scopes.bindings[id.0 as usize];
        binding.writes += 1;
        binding.is_written_inside |= binding.owner != self.function;
    }

    fn write_pattern(&mut self, pat: &Pat) {
        for ident in pattern_idents(pat) {
            self.note_write(&ident);
        }
    }

    /// Body of a function whose parameters are declared; the body's block shares their scope.
    fn visit_body(&mut self, statements: &[Stmt]) {
        self.hoist_statements(statements);
        statements.iter().for_each(|statement| statement.visit_with(self));
    }

    fn visit_params<'p>(&mut self, params: impl Iterator<Item = &'p Pat> + Clone) {
        for pat in params.clone() {
            self.declare_pattern(pat, BindingKind::Param, false);
            self.write_pattern(pat);
        }
        for pat in params {
            pat.visit_with(self);
        }
    }

    fn visit_plain_function(&mut self, function: &Function) {
        self.in_function(function.span, |this| {
            this.is_strict |= function.body.as_ref().is_some_and(|body| says_strict(&body.stmts));
            let outer = std::mem::replace(&mut this.receiver, this.function);
            this.visit_params(function.params.iter().map(|param| &param.pat));
            if let Some(body) = &function.body {
                this.visit_body(&body.stmts);
            }
            if !this.is_strict {
                this.scopes.sloppy.insert(this.function);
                this.note_aliasing(function);
            }
            this.receiver = outer;
        });
    }

    fn note_aliasing(&mut self, function: &Function) {
        let is_plain = function.params.iter().all(|param| matches!(param.pat, Pat::Ident(_)));
        if !is_plain || !self.mentions.contains(&self.function) {
            return;
        }
        let is_written = |param: &swc_ecma_ast::Param| {
            let Pat::Ident(ident) = &param.pat else { return false };
            self.lookup(&ident.sym).is_some_and(|id| self.scopes.get(id).writes > 1)
        };
        if self.writes_arguments.contains(&self.function) || function.params.iter().any(is_written) {
            self.scopes.aliasing.insert(self.function);
        }
    }

    fn bind_function(&mut self, ident: &Ident, function: &Function) {
        let func = self.scopes.function_at(function.span);
        if let Some(id) = self.lookup(&ident.sym)
            && matches!(self.scopes.get(id).kind, BindingKind::Function(_))
        {
            self.scopes.bindings[id.0 as usize].kind = BindingKind::Function(func);
        }
    }

    /// A loop over keys or elements; its body may be a function of its own, called for each.
    fn visit_loop(&mut self, inner: Loop<'_>, over: &Expr) {
        let Some(param) = inner.param().filter(|param| inner.is_function(param)) else {
            self.visit_for_head(inner.head);
            over.visit_with(self);
            inner.body.visit_with(self);
            return;
        };
        over.visit_with(self);
        let outer = match (inner.head, param) {
            (ForHead::VarDecl(var), Pat::Ident(ident)) if var.kind == VarDeclKind::Var => {
                self.note_write(ident);
                self.lookup(&ident.sym)
            }
            _ => None,
        };
        self.scopes.loops.insert(param.span().lo.0, outer);
        self.in_function(inner.body.span(), |this| {
            this.visit_params(std::iter::once(param));
            inner.body.visit_with(this);
        });
    }

    fn visit_for_head(&mut self, head: &ForHead) {
        match head {
            ForHead::VarDecl(var) => {
                for declarator in &var.decls {
                    self.declare_pattern(&declarator.name, BindingKind::Variable, var.kind == VarDeclKind::Var);
                    self.write_pattern(&declarator.name);
                    declarator.name.visit_with(self);
                }
            }
            ForHead::UsingDecl(using) => {
                for declarator in &using.decls {
                    self.declare_pattern(&declarator.name, BindingKind::Variable, false);
                    self.write_pattern(&declarator.name);
                    declarator.name.visit_with(self);
                }
            }
            ForHead::Pat(pat) => {
                self.write_pattern(pat);
                pat.visit_with(self);
            }
        }
    }
}

impl Visit for Resolver {
    fn visit_ident(&mut self, ident: &Ident) {
        self.note_use(ident);
    }

    fn visit_labeled_stmt(&mut self, labeled: &LabeledStmt) {
        labeled.body.visit_with(self);
    }

    fn visit_break_stmt(&mut self, _: &BreakStmt) {}

    fn visit_continue_stmt(&mut self, _: &ContinueStmt) {}

    fn visit_ts_type(&mut self, _: &TsType) {}

    fn visit_ts_type_ann(&mut self, _: &TsTypeAnn) {}

    fn visit_ts_type_param_decl(&mut self, _: &TsTypeParamDecl) {}

    fn visit_ts_type_param_instantiation(&mut self, _: &TsTypeParamInstantiation) {}

    fn visit_ts_interface_decl(&mut self, _: &TsInterfaceDecl) {}

    fn visit_ts_type_alias_decl(&mut self, _: &TsTypeAliasDecl) {}

    fn visit_function(&mut self, function: &Function) {
        function.decorators.visit_with(self);
        self.visit_plain_function(function);
    }

    fn visit_fn_decl(&mut self, declaration: &FnDecl) {
        declaration.function.visit_with(self);
        self.bind_function(&declaration.ident, &declaration.function);
        declaration.ident.visit_with(self);
    }

    fn visit_export_default_decl(&mut self, export: &ExportDefaultDecl) {
        if let DefaultDecl::Fn(FnExpr { ident: Some(ident), function }) = &export.decl {
            function.visit_with(self);
            self.bind_function(ident, function);
            ident.visit_with(self);
        } else if let DefaultDecl::Class(ClassExpr { ident, class }) = &export.decl {
            ident.visit_with(self);
            class.visit_with(self);
        } else {
            export.visit_children_with(self);
        }
    }

    fn visit_fn_expr(&mut self, expression: &FnExpr) {
        self.in_block(|this| {
            if let Some(ident) = &expression.ident {
                this.declare_written(&ident.sym, BindingKind::Variable);
                ident.visit_with(this);
            }
            expression.function.visit_with(this);
        });
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.in_function(arrow.span, |this| {
            this.visit_params(arrow.params.iter());
            match &*arrow.body {
                ArrowFunctionBody::FunctionBody(body) => this.visit_body(&body.stmts),
                ArrowFunctionBody::Expr(expression) => expression.visit_with(this),
            }
        });
    }

    fn visit_class_decl(&mut self, class: &ClassDecl) {
        class.ident.visit_with(self);
        class.class.visit_with(self);
    }

    fn visit_class_expr(&mut self, class: &ClassExpr) {
        self.in_block(|this| {
            if let Some(ident) = &class.ident {
                this.declare_written(&ident.sym, BindingKind::Variable);
                ident.visit_with(this);
            }
            class.class.visit_with(this);
        });
    }

    /// The constructor is the function at the class' own range; field initialisers belong to it.
    fn visit_class(&mut self, class: &Class) {
        let was_strict = std::mem::replace(&mut self.is_strict, true);
        class.decorators.visit_with(self);
        class.super_class.visit_with(self);
        for member in &class.body {
            match member {
                ClassMember::Method(method) => {
                    method.key.visit_with(self);
                    method.function.visit_with(self);
                }
                ClassMember::PrivateMethod(method) => method.function.visit_with(self),
                ClassMember::ClassProp(prop) => {
                    prop.key.visit_with(self);
                    prop.decorators.visit_with(self);
                    if prop.is_static {
                        prop.value.visit_with(self);
                    }
                }
                ClassMember::PrivateProp(prop) if prop.is_static => prop.value.visit_with(self),
                ClassMember::StaticBlock(block) => {
                    self.in_function(block.span, |this| this.visit_body(&block.body.stmts));
                }
                _ => {}
            }
        }
        self.in_function(class.span, |this| {
            for member in &class.body {
                match member {
                    ClassMember::ClassProp(prop) if !prop.is_static => prop.value.visit_with(this),
                    ClassMember::PrivateProp(prop) if !prop.is_static => prop.value.visit_with(this),
                    ClassMember::AutoAccessor(prop) if !prop.is_static => prop.value.visit_with(this),
                    ClassMember::Constructor(constructor) => {
                        let pats: Vec<Pat> = constructor.params.iter().map(param_pattern).collect();
                        this.visit_params(pats.iter());
                        if let Some(body) = &constructor.body {
                            this.visit_body(&body.stmts);
                        }
                    }
                    _ => {}
                }
            }
        });
        self.is_strict = was_strict;
    }

    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.in_block(|this| {
            for statement in &block.stmts {
                this.hoist_statement(statement);
            }
            block.visit_children_with(this);
        });
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        switch.discriminant.visit_with(self);
        self.in_block(|this| {
            for case in &switch.cases {
                for statement in &case.cons {
                    this.hoist_statement(statement);
                }
            }
            switch.cases.visit_with(this);
        });
    }

    fn visit_catch_clause(&mut self, catch: &CatchClause) {
        self.in_block(|this| {
            if let Some(param) = &catch.param {
                this.declare_pattern(param, BindingKind::Param, false);
                this.write_pattern(param);
                param.visit_with(this);
            }
            catch.body.visit_with(this);
        });
    }

    fn visit_for_stmt(&mut self, statement: &ForStmt) {
        self.in_block(|this| {
            if let Some(swc_ecma_ast::VarDeclOrExpr::VarDecl(var)) = &statement.init {
                this.hoist_declaration(&Decl::Var(var.clone()));
            }
            statement.visit_children_with(this);
        });
    }

    fn visit_for_in_stmt(&mut self, statement: &ForInStmt) {
        let inner = Loop { head: &statement.left, body: &statement.body };
        self.in_block(|this| this.visit_loop(inner, &statement.right));
    }

    fn visit_for_of_stmt(&mut self, statement: &ForOfStmt) {
        let inner = Loop { head: &statement.left, body: &statement.body };
        self.in_block(|this| this.visit_loop(inner, &statement.right));
    }

    fn visit_var_decl(&mut self, var: &VarDecl) {
        for declarator in &var.decls {
            if declarator.init.is_some() {
                self.write_pattern(&declarator.name);
            }
        }
        var.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        match &assign.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(ident)) => self.note_write(&ident.id),
            AssignTarget::Pat(pat) => self.write_pattern(&pat.clone().into()),
            AssignTarget::Simple(SimpleAssignTarget::Member(member)) => {
                if matches!(&*member.obj, swc_ecma_ast::Expr::Ident(ident) if &*ident.sym == "arguments") {
                    self.writes_arguments.insert(self.receiver);
                }
            }
            AssignTarget::Simple(_) => {}
        }
        assign.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        if let swc_ecma_ast::Expr::Ident(ident) = &*update.arg {
            self.note_write(ident);
        }
        update.visit_children_with(self);
    }

    fn visit_ts_enum_decl(&mut self, decl: &TsEnumDecl) {
        decl.id.visit_with(self);
        for member in &decl.members {
            member.init.visit_with(self);
        }
    }

    fn visit_ts_module_decl(&mut self, decl: &TsModuleDecl) {
        if decl.declare {
            return;
        }
        if let TsModuleName::Ident(id) = &decl.id {
            id.visit_with(self);
        }
        self.in_function(decl.span, |this| {
            let mut body = decl.body.as_ref();
            while let Some(swc_ecma_ast::TsNamespaceBody::TsNamespaceDecl(inner)) = body {
                body = Some(&inner.body);
            }
            if let Some(swc_ecma_ast::TsNamespaceBody::TsModuleBlock(block)) = body {
                this.hoist_items(&block.body);
                block.body.visit_with(this);
            }
        });
    }

    fn visit_ts_import_equals_decl(&mut self, import: &TsImportEqualsDecl) {
        import.id.visit_with(self);
        import.module_ref.visit_with(self);
    }

    fn visit_import_decl(&mut self, import: &ImportDecl) {
        if !import.type_only {
            for specifier in &import.specifiers {
                match specifier {
                    ImportSpecifier::Named(named) => named.local.visit_with(self),
                    ImportSpecifier::Default(default) => default.local.visit_with(self),
                    ImportSpecifier::Namespace(namespace) => namespace.local.visit_with(self),
                }
            }
        }
    }
}
