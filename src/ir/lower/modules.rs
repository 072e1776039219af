//! Modules: imports, exports, TypeScript's enums and namespaces.

use swc_common::Spanned;
use swc_ecma_ast::{
    Decl, DefaultDecl, ExportDecl, ExportSpecifier, Ident, ImportDecl, ImportSpecifier, ModuleDecl, ModuleExportName,
    ModuleItem, NamedExport, TsEntityName, TsEnumDecl, TsEnumMemberId, TsModuleBlock, TsModuleDecl, TsModuleName,
    TsModuleRef, TsNamespaceBody,
};

use super::super::patterns::pattern_idents;
use super::super::scope::{BindingId, BindingKind};
use super::super::{Instr, Name, Range, Required, Val};
use super::functions::Body;
use super::{Lowerer, range_of};

/// The export that `import x from` takes.
pub(super) const DEFAULT: &str = "default";

impl<'a> Lowerer<'a> {
    pub(super) fn module_object(&mut self, at: Range) -> Val {
        let dst = self.cx.builder.value(at);
        self.push(Instr::Module { dst }, at);
        dst
    }

    pub(super) fn exports_object(&mut self, at: Range) -> Val {
        let module = self.module_object(at);
        let key = self.named("exports");
        self.cx.builder.load(module, key, at)
    }

    /// The top of a module: imports are bound, functions have their values, then the code runs; exports come last, so
    /// that they are the variables' final values.
    pub(super) fn lower_items(&mut self, items: &'a [ModuleItem]) {
        for item in items {
            match item {
                ModuleItem::ModuleDecl(ModuleDecl::Import(import)) => self.import(import),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(ExportDecl { decl: Decl::Fn(declaration), .. }))
                | ModuleItem::Stmt(swc_ecma_ast::Stmt::Decl(Decl::Fn(declaration))) => {
                    self.hoist_function(&declaration.ident, &declaration.function);
                }
                ModuleItem::ModuleDecl(ModuleDecl::ExportDefaultDecl(export)) => {
                    if let DefaultDecl::Fn(function) = &export.decl
                        && let Some(ident) = &function.ident
                    {
                        self.hoist_function(ident, &function.function);
                    }
                }
                _ => {}
            }
        }
        for item in items {
            match item {
                ModuleItem::Stmt(statement) => self.statement(statement),
                ModuleItem::ModuleDecl(declaration) => self.module_code(declaration),
            }
        }
        let declarations = || items.iter().filter_map(|item| item.as_module_decl());
        let own = declarations().flat_map(exported).collect::<Vec<_>>();
        let own = own.iter().map(|name| self.name(name)).collect::<Vec<_>>();
        declarations().for_each(|declaration| self.export(declaration, &own));
    }

    fn import(&mut self, import: &'a ImportDecl) {
        if import.type_only {
            return;
        }
        let text = import.src.value.to_string_lossy().into_owned();
        let request = self.name(&text);
        let at = range_of(import.src.span);
        let module = self.cx.builder.value(at);
        self.push(Instr::Import { dst: module, request }, at);
        for specifier in &import.specifiers {
            let place = range_of(specifier.span());
            let (local, member) = match specifier {
                ImportSpecifier::Named(named) if named.is_type_only => continue,
                ImportSpecifier::Named(named) => {
                    let member = named.imported.as_ref().map_or_else(|| named.local.sym.to_string(), export_name);
                    (&named.local, Some(member))
                }
                ImportSpecifier::Default(default) => (&default.local, Some(DEFAULT.to_owned())),
                ImportSpecifier::Namespace(namespace) => (&namespace.local, None),
            };
            let val = match &member {
                Some(member) => self.imported(module, member, place),
                None => module,
            };
            if let Some(id) = self.scopes.binding_of(local) {
                let members: Vec<Name> =
                    member.iter().filter(|member| *member != DEFAULT).map(|member| self.name(member)).collect();
                self.requests.insert(id, Required { request, members });
            }
            self.write_ident(local, val, place);
        }
    }

    /// A member of a module; the default of a CommonJS module is the module itself.
    pub(super) fn imported(&mut self, module: Val, member: &str, at: Range) -> Val {
        let key = self.named(member);
        let val = self.cx.builder.load(module, key, at);
        if member != DEFAULT {
            return val;
        }
        let key = self.content("commonjs");
        let whole = self.cx.builder.load(module, key, at);
        self.cx.builder.merge(vec![val, whole], at)
    }

    /// What a module declaration does when control gets to it.
    fn module_code(&mut self, declaration: &'a ModuleDecl) {
        match declaration {
            ModuleDecl::ExportDecl(export) => self.declaration(&export.decl),
            ModuleDecl::ExportDefaultDecl(export) => match &export.decl {
                DefaultDecl::Class(class) => {
                    let at = range_of(export.span);
                    let val = self.class(&class.class, class.ident.as_ref().map(|ident| &*ident.sym));
                    if let Some(ident) = &class.ident {
                        self.write_ident(ident, val, range_of(ident.span));
                    }
                    self.export_value(DEFAULT, val, at);
                }
                DefaultDecl::Fn(function) if function.ident.is_none() && function.function.body.is_some() => {
                    let val = self.closure(Body::Function(&function.function), Some(DEFAULT));
                    self.export_value(DEFAULT, val, range_of(export.span));
                }
                _ => {}
            },
            ModuleDecl::ExportDefaultExpr(export) => {
                let val = self.expression_named(&export.expr, Some(DEFAULT));
                self.export_value(DEFAULT, val, range_of(export.span));
            }
            ModuleDecl::TsExportAssignment(export) => {
                let val = self.expression(&export.expr);
                let at = range_of(export.span);
                let module = self.module_object(at);
                let key = self.named("exports");
                self.cx.builder.store(module, key, val, at);
            }
            ModuleDecl::TsImportEquals(import) if !import.is_type_only => {
                let at = range_of(import.span);
                let val = match &import.module_ref {
                    TsModuleRef::TsExternalModuleRef(external) => {
                        let request = self.name(&external.expr.value.to_string_lossy());
                        let dst = self.cx.builder.value(at);
                        self.push(Instr::Import { dst, request }, at);
                        dst
                    }
                    TsModuleRef::TsEntityName(name) => self.entity(name, at),
                };
                self.write_ident(&import.id, val, at);
                if import.is_export {
                    self.export_value(&import.id.sym, val, at);
                }
            }
            _ => {}
        }
    }

    fn entity(&mut self, name: &'a TsEntityName, at: Range) -> Val {
        match name {
            TsEntityName::Ident(ident) => self.read_ident(ident),
            TsEntityName::TsQualifiedName(qualified) => {
                let left = self.entity(&qualified.left, at);
                let key = self.named(&qualified.right.sym);
                self.cx.builder.load(left, key, at)
            }
        }
    }

    fn export_value(&mut self, name: &str, val: Val, at: Range) {
        let exports = self.exports_object(at);
        let key = self.named(name);
        self.cx.builder.store(exports, key, val, at);
    }

    /// Exports of declared names, once the code of the module is done.
    /// What a declaration hands out. `own` are the names that the module hands out by itself: `export *` brings none of them.
    fn export(&mut self, declaration: &'a ModuleDecl, own: &[Name]) {
        match declaration {
            ModuleDecl::ExportDecl(export) => {
                for ident in declared(&export.decl) {
                    let at = range_of(ident.span);
                    let val = self.read_ident(&ident);
                    self.export_value(&ident.sym, val, at);
                }
            }
            ModuleDecl::ExportDefaultDecl(export) => {
                if let DefaultDecl::Fn(function) = &export.decl
                    && let Some(ident) = &function.ident
                {
                    let val = self.read_ident(ident);
                    self.export_value(DEFAULT, val, range_of(ident.span));
                }
            }
            ModuleDecl::ExportNamed(export) if !export.type_only => self.export_named(export),
            ModuleDecl::ExportAll(export) if !export.type_only => {
                let at = range_of(export.span);
                let request = self.name(&export.src.value.to_string_lossy());
                let src = self.cx.builder.value(at);
                self.push(Instr::Import { dst: src, request }, at);
                let obj = self.exports_object(at);
                let except = own.iter().copied().chain([self.name(DEFAULT)]).collect();
                self.push(Instr::CopyProps { obj, src, except }, at);
            }
            _ => {}
        }
    }

    fn export_named(&mut self, export: &'a NamedExport) {
        let source = export.src.as_ref().map(|src| {
            let at = range_of(src.span);
            let request = self.name(&src.value.to_string_lossy());
            let dst = self.cx.builder.value(at);
            self.push(Instr::Import { dst, request }, at);
            dst
        });
        for specifier in &export.specifiers {
            let at = range_of(specifier.span());
            let (val, name) = match (specifier, source) {
                (ExportSpecifier::Named(named), Some(module)) => {
                    let name = export_name(named.exported.as_ref().unwrap_or(&named.orig));
                    (self.imported(module, &export_name(&named.orig), at), name)
                }
                (ExportSpecifier::Named(named), None) => {
                    let name = export_name(named.exported.as_ref().unwrap_or(&named.orig));
                    let ModuleExportName::Ident(ident) = &named.orig else { continue };
                    (self.read_ident(ident), name)
                }
                (ExportSpecifier::Namespace(namespace), Some(module)) => (module, export_name(&namespace.name)),
                (ExportSpecifier::Default(default), Some(module)) => {
                    (self.imported(module, DEFAULT, at), default.exported.sym.to_string())
                }
                _ => continue,
            };
            self.export_value(&name, val, at);
        }
    }

    pub(super) fn enumeration(&mut self, decl: &'a TsEnumDecl) {
        let at = range_of(decl.span);
        let ty = self.name("Object");
        let obj = self.cx.builder.alloc(ty, at);
        // A member without a value is one more than the one before.
        let mut next = Some(0.0);
        for member in &decl.members {
            let place = range_of(member.span);
            let number = match &member.init {
                Some(init) => match self.constant_of(init) {
                    Some(super::Constant::Number(number)) => Some(number),
                    _ => None,
                },
                None => next,
            };
            next = number.map(|number| number + 1.0);
            let val = match (&member.init, number) {
                (Some(init), _) => self.expression(init),
                (None, Some(number)) => self.number_constant(number, place),
                (None, None) => self.cx.builder.plain(place),
            };
            let text = match &member.id {
                TsEnumMemberId::Ident(ident) => ident.sym.to_string(),
                TsEnumMemberId::Str(text) => text.value.to_string_lossy().into_owned(),
            };
            let key = self.named(&text);
            self.cx.builder.store(obj, key, val, place);
        }
        self.write_ident(&decl.id, obj, at);
    }

    pub(super) fn namespace(&mut self, decl: &'a TsModuleDecl) {
        let (TsModuleName::Ident(id), Some(body)) = (&decl.id, &decl.body) else { return };
        if decl.declare {
            return;
        }
        let at = range_of(decl.span);
        let ty = self.name("Object");
        let mut target = self.cx.builder.alloc(ty, at);
        let binding = self.scopes.binding_of(id);
        let is_more = binding.is_some_and(|binding| {
            let is_known = !self.namespaces.insert(binding);
            is_known || self.scopes.get(binding).writes > 1 || self.is_function(binding)
        });
        if is_more {
            // The namespace, class or function of that name gets further members.
            let known = self.read_ident(id);
            target = self.cx.builder.merge(vec![known, target], at);
        }
        self.write_ident(id, target, at);
        let mut body = body;
        while let TsNamespaceBody::TsNamespaceDecl(inner) = body {
            let nested = self.cx.builder.alloc(ty, at);
            let key = self.named(&inner.id.sym);
            self.cx.builder.store(target, key, nested, at);
            target = nested;
            body = &inner.body;
        }
        if let TsNamespaceBody::TsModuleBlock(block) = body {
            let function = self.closure(Body::Namespace(block, decl.span), Some(&id.sym));
            self.quiet_call(function, target, &[target], at);
        }
    }

    fn is_function(&self, binding: BindingId) -> bool {
        matches!(self.scopes.get(binding).kind, BindingKind::Function(_))
    }

    /// The body of a namespace is a function that gets the namespace object; exports become its properties.
    pub(super) fn lower_namespace_body(&mut self, block: &'a TsModuleBlock) {
        let at = range_of(block.span);
        let target = self.cx.builder.param(at);
        for item in &block.body {
            if let ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(ExportDecl { decl: Decl::Fn(declaration), .. }))
            | ModuleItem::Stmt(swc_ecma_ast::Stmt::Decl(Decl::Fn(declaration))) = item
            {
                self.hoist_function(&declaration.ident, &declaration.function);
            }
        }
        for item in &block.body {
            match item {
                ModuleItem::Stmt(statement) => self.statement(statement),
                ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
                    self.declaration(&export.decl);
                    for ident in declared(&export.decl) {
                        let val = self.read_ident(&ident);
                        let key = self.named(&ident.sym);
                        self.cx.builder.store(target, key, val, range_of(ident.span));
                    }
                }
                ModuleItem::ModuleDecl(other) => self.module_code(other),
            }
        }
    }
}

/// The names that a module declaration hands out one by one.
fn exported(declaration: &ModuleDecl) -> Vec<String> {
    match declaration {
        ModuleDecl::ExportDecl(export) => declared(&export.decl).iter().map(|ident| ident.sym.to_string()).collect(),
        ModuleDecl::ExportNamed(export) if !export.type_only => export
            .specifiers
            .iter()
            .map(|specifier| match specifier {
                ExportSpecifier::Named(named) => export_name(named.exported.as_ref().unwrap_or(&named.orig)),
                ExportSpecifier::Namespace(namespace) => export_name(&namespace.name),
                ExportSpecifier::Default(default) => default.exported.sym.to_string(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The names that a declaration makes, as far as there is something behind them when the program runs.
fn declared(declaration: &Decl) -> Vec<Ident> {
    match declaration {
        Decl::Class(class) => vec![class.ident.clone()],
        Decl::Fn(function) => vec![function.ident.clone()],
        Decl::Var(var) => var.decls.iter().flat_map(|decl| pattern_idents(&decl.name)).collect(),
        Decl::TsEnum(decl) => vec![decl.id.clone()],
        Decl::TsModule(decl) => match &decl.id {
            TsModuleName::Ident(id) if !decl.declare => vec![id.clone()],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn export_name(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(ident) => ident.sym.to_string(),
        ModuleExportName::Str(text) => text.value.to_string_lossy().into_owned(),
    }
}
