//! Modules: CommonJS and ES, JSON, packages from outside, and TypeScript's enums and namespaces.

use std::cell::RefCell;
use std::rc::Rc;

use swc_ecma_ast::{
    Decl, DefaultDecl, ExportSpecifier, ImportSpecifier, ModuleDecl, ModuleExportName, ModuleItem, Program, Stmt,
    TsEnumDecl, TsEnumMemberId, TsModuleDecl, TsModuleName, TsModuleRef, TsNamespaceBody,
};

use super::coroutines::{Coroutine, Resume, Signal};
use super::functions::Code;
use super::machine::{Abrupt, Fut, Machine, Outcome};
use super::scope::{Cell, Env, Frame, Scope, declared_names, names_of, vars_of};
use super::value::{Key, Kind, Obj, Prop, Slot, Value};
use crate::base::{FileId, FileKind};
use crate::project::Resolution;

/// The name under which a default export is kept.
const DEFAULT: &str = "*default*";

/// A module that was loaded, or is being loaded.
#[derive(Clone, Debug)]
pub(super) struct ModuleState {
    env: Env,
    /// `module`
    module: Obj,
    is_esm: bool,
    exports: Vec<(String, Export)>,
    stars: Vec<Source>,
    namespace: Option<Value>,
}

/// What a name that a module exports stands for.
#[derive(Clone, Debug)]
enum Export {
    Local(String),
    From(Source, String),
    Namespace(Source),
}

/// Where something is imported from.
#[derive(Clone, Debug)]
enum Source {
    File(FileId),
    Outside(String),
}

fn text_of(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(ident) => ident.sym.to_string(),
        ModuleExportName::Str(text) => text.value.to_string_lossy().into_owned(),
    }
}

impl<'a> Machine<'a> {
    pub(super) fn resolve(&self, from: FileId, request: &str) -> Option<FileId> {
        match self.project.resolve_module(from, request) {
            Resolution::File(file) => Some(file),
            _ => None,
        }
    }

    fn source(&self, from: FileId, request: &str) -> Source {
        match self.resolve(from, request) {
            Some(file) => Source::File(file),
            None => Source::Outside(request.to_owned()),
        }
    }

    /// A package: of some the library has what programs use most, and all else that they hold is from outside.
    fn package(&self, request: &str) -> Value {
        let outside = self.outside_name(&format!("package {request}"));
        let name = request.strip_prefix("node:").unwrap_or(request);
        let known = self.base_value("packages").object().map(|packages| self.own_data(packages, name));
        let Some(Value::Obj(known)) = known else { return outside };
        if !self.is_callable(&Value::Obj(known)) {
            self.with(known, |object| object.proto = outside);
        }
        Value::Obj(known)
    }

    /// Loads a module unless it was loaded before.
    pub(super) fn load(&self, file: FileId) -> Outcome<()> {
        if self.modules.borrow().contains_key(&file) {
            return Ok(());
        }
        self.touch(0);
        self.enter()?;
        let end = self.load_new(file);
        self.leave();
        end
    }

    fn load_new(&self, file: FileId) -> Outcome<()> {
        let module = self.plain();
        let exports = Value::Obj(self.plain());
        self.define(module, Key::str("exports"), Prop::data(exports.clone()));
        let frame = Frame { is_async: true, ..Frame::new(Some(exports.clone()), file) };
        let env = Scope::new(None, Rc::new(frame));
        let program = self.programs.iter().find(|(id, _)| *id == file).map(|(_, program)| program);
        let Some(program) = program else {
            return self.load_json(file, env, module);
        };
        let items: Vec<&'a ModuleItem> = match program {
            Program::Module(module) => module.body.iter().collect(),
            Program::Script(_) => vec![],
        };
        let is_esm = items.iter().any(|item| {
            matches!(item, ModuleItem::ModuleDecl(decl) if !matches!(decl, ModuleDecl::TsImportEquals(_) | ModuleDecl::TsExportAssignment(_)))
        });
        let state = ModuleState { env: env.clone(), module, is_esm, exports: vec![], stars: vec![], namespace: None };
        self.modules.borrow_mut().insert(file, state);
        let time = self.time();
        let require = self.require_of(file);
        self.define(module, Key::str("require"), Prop::hidden(require.clone()));
        env.declare("require", require, time);
        env.declare("__filename", Value::str("/index.js"), time);
        env.declare("__dirname", Value::str("/"), time);
        if !is_esm {
            env.declare("module", Value::Obj(module), time);
            env.declare("exports", exports, time);
        }
        let Some(me) = self.me.upgrade() else { return Err(Abrupt::Stop("over")) };
        self.prepare(file, &items, &env)?;
        let body: Fut<'a, Value> = Box::pin(async move {
            me.module_body(program, &items, &env).await?;
            Ok(Value::Undefined)
        });
        let coroutine = self.add_coroutine(Coroutine::new(body));
        match self.resume(coroutine, Resume::Next(Value::Undefined), true)? {
            (Signal::Done, _) => Ok(()),
            (_, value) => {
                let generator = Value::Obj(self.alloc(Kind::Generator { coroutine }, Value::Null));
                self.now(self.call(self.base_value("goOn"), Value::Undefined, vec![generator, value], None))?;
                self.drain()
            }
        }
    }

    fn load_json(&self, file: FileId, env: Env, module: Obj) -> Outcome<()> {
        let source = self.project.files.get(file);
        if source.kind != FileKind::Json {
            return Err(Abrupt::Stop("a file"));
        }
        let value = serde_json::from_str(&source.text).map_err(|_| Abrupt::Stop("a JSON file"))?;
        let value = self.from_json(&value);
        self.define(module, Key::str("exports"), Prop::data(value));
        let state = ModuleState { env, module, is_esm: false, exports: vec![], stars: vec![], namespace: None };
        self.modules.borrow_mut().insert(file, state);
        Ok(())
    }

    fn require_of(&self, file: FileId) -> Value {
        let function = Value::Obj(Obj(self.known.get().function));
        let native = Value::Obj(self.alloc(Kind::Native("require"), function.clone()));
        let bound = Kind::Bound { target: native, this: Value::Undefined, args: vec![Value::Num(f64::from(file.0))] };
        Value::Obj(self.alloc(bound, function))
    }

    /// Declares names, notes exports, and loads what is imported.
    fn prepare(&self, file: FileId, items: &[&'a ModuleItem], env: &Env) -> Outcome<()> {
        for item in items {
            for name in vars_of(*item) {
                env.declare(&name, Value::Undefined, self.time());
            }
            match item {
                ModuleItem::Stmt(Stmt::Decl(decl)) => self.hoist_decl(decl, env),
                ModuleItem::Stmt(_) => {}
                ModuleItem::ModuleDecl(decl) => self.prepare_decl(file, decl, env),
            }
        }
        for item in items {
            let ModuleItem::ModuleDecl(decl) = item else { continue };
            let request = match decl {
                ModuleDecl::Import(import) if !import.type_only => &import.src,
                ModuleDecl::ExportNamed(named) if !named.type_only && named.src.is_some() => {
                    let Some(src) = &named.src else { continue };
                    src
                }
                ModuleDecl::ExportAll(all) if !all.type_only => &all.src,
                _ => continue,
            };
            if let Some(target) = self.resolve(file, &request.value.to_string_lossy()) {
                self.load(target)?;
            }
        }
        for item in items {
            if let ModuleItem::ModuleDecl(ModuleDecl::Import(import)) = item
                && !import.type_only
            {
                let source = self.source(file, &import.src.value.to_string_lossy());
                for specifier in &import.specifiers {
                    self.import(&source, specifier, env)?;
                }
            }
        }
        Ok(())
    }

    fn export(&self, file: FileId, name: String, export: Export) {
        if let Some(state) = self.modules.borrow_mut().get_mut(&file) {
            state.exports.push((name, export));
        }
    }

    fn prepare_decl(&self, file: FileId, decl: &'a ModuleDecl, env: &Env) {
        match decl {
            ModuleDecl::ExportDecl(export) => {
                self.hoist_decl(&export.decl, env);
                for name in declared_names(&export.decl) {
                    self.export(file, name.to_string(), Export::Local(name.to_string()));
                }
            }
            ModuleDecl::ExportDefaultDecl(export) => {
                let (name, value) = match &export.decl {
                    DefaultDecl::Fn(function) => {
                        let name = function.ident.as_ref().map_or("default", |name| name.sym.as_str());
                        (name, self.closure(Code::Function(&function.function), env, name, None))
                    }
                    DefaultDecl::Class(class) => {
                        (class.ident.as_ref().map_or("default", |name| name.sym.as_str()), Value::Undefined)
                    }
                    DefaultDecl::TsInterfaceDecl(_) => return,
                };
                let name = if name == "default" { DEFAULT } else { name };
                env.declare(name, value, self.time());
                self.export(file, "default".to_owned(), Export::Local(name.to_owned()));
            }
            ModuleDecl::ExportDefaultExpr(_) => {
                env.declare(DEFAULT, Value::Undefined, self.time());
                self.export(file, "default".to_owned(), Export::Local(DEFAULT.to_owned()));
            }
            ModuleDecl::ExportNamed(named) if !named.type_only => {
                let source = named.src.as_ref().map(|src| self.source(file, &src.value.to_string_lossy()));
                for specifier in &named.specifiers {
                    match (specifier, &source) {
                        (ExportSpecifier::Named(named), source) if !named.is_type_only => {
                            let local = text_of(&named.orig);
                            let name = named.exported.as_ref().map_or_else(|| local.clone(), text_of);
                            let export = match source {
                                Some(source) => Export::From(source.clone(), local),
                                None => Export::Local(local),
                            };
                            self.export(file, name, export);
                        }
                        (ExportSpecifier::Namespace(space), Some(source)) => {
                            self.export(file, text_of(&space.name), Export::Namespace(source.clone()));
                        }
                        (ExportSpecifier::Default(default), Some(source)) => {
                            let export = Export::From(source.clone(), "default".to_owned());
                            self.export(file, default.exported.sym.to_string(), export);
                        }
                        _ => {}
                    }
                }
            }
            ModuleDecl::ExportAll(all) if !all.type_only => {
                let source = self.source(file, &all.src.value.to_string_lossy());
                if let Some(state) = self.modules.borrow_mut().get_mut(&file) {
                    state.stars.push(source);
                }
            }
            _ => {}
        }
    }

    fn import(&self, source: &Source, specifier: &'a ImportSpecifier, env: &Env) -> Outcome<()> {
        let (local, name) = match specifier {
            ImportSpecifier::Named(named) if named.is_type_only => return Ok(()),
            ImportSpecifier::Named(named) => {
                (&named.local, named.imported.as_ref().map_or_else(|| named.local.sym.to_string(), text_of))
            }
            ImportSpecifier::Default(default) => (&default.local, "default".to_owned()),
            ImportSpecifier::Namespace(space) => {
                let value = self.namespace(source)?;
                env.declare(&space.local.sym, value, self.time());
                return Ok(());
            }
        };
        match self.export_cell(source, &name, 0)? {
            Some(cell) => {
                env.vars.borrow_mut().insert(Rc::from(local.sym.as_str()), cell);
            }
            None => {
                env.declare(&local.sym, Value::Undefined, self.time());
            }
        }
        Ok(())
    }

    fn fresh_cell(&self, value: Value) -> Cell {
        let time = self.time();
        Rc::new(super::scope::Variable { value: RefCell::new(value), era: time.era, born: time.now })
    }

    /// The variable behind a name that a module exports.
    fn export_cell(&self, source: &Source, name: &str, depth: u32) -> Outcome<Option<Cell>> {
        if depth > 20 {
            return Ok(None);
        }
        let file = match source {
            Source::Outside(request) => {
                let package = self.package(request);
                let value = match (&package, name) {
                    (_, "default") => package,
                    (Value::Unknown(unk), name) => self.member_of_unknown(*unk, &Key::str(name)),
                    _ => Value::Undefined,
                };
                return Ok(Some(self.fresh_cell(value)));
            }
            Source::File(file) => *file,
        };
        let state = self.modules.borrow().get(&file).cloned();
        let Some(state) = state else { return Ok(None) };
        if !state.is_esm {
            let exports = self.own_data(state.module, "exports");
            let is_marked = match &exports {
                Value::Obj(obj) => matches!(self.own_data(*obj, "__esModule"), Value::Bool(true)),
                _ => false,
            };
            if name == "default" && !is_marked {
                return Ok(Some(self.fresh_cell(exports)));
            }
            let value = self.now(Box::pin(async { self.get_named(&exports, name).await }))?;
            return Ok(Some(self.fresh_cell(value)));
        }
        if let Some((_, export)) = state.exports.iter().find(|(known, _)| known == name) {
            return match export {
                Export::Local(local) => Ok(state.env.find(local)),
                Export::From(source, name) => self.export_cell(source, name, depth + 1),
                Export::Namespace(source) => Ok(Some(self.fresh_cell(self.namespace(source)?))),
            };
        }
        if name != "default" {
            for star in &state.stars {
                if let Source::File(_) = star
                    && let Some(cell) = self.export_cell(star, name, depth + 1)?
                {
                    return Ok(Some(cell));
                }
            }
            if let Some(star @ Source::Outside(_)) = state.stars.iter().find(|star| matches!(star, Source::Outside(_)))
            {
                return self.export_cell(star, name, depth + 1);
            }
        }
        Ok(None)
    }

    fn export_names(&self, file: FileId, depth: u32) -> Vec<String> {
        let state = self.modules.borrow().get(&file).cloned();
        let Some(state) = state.filter(|_| depth < 20) else { return vec![] };
        let mut names: Vec<String> = state.exports.iter().map(|(name, _)| name.clone()).collect();
        for star in &state.stars {
            if let Source::File(file) = star {
                names.extend(self.export_names(*file, depth + 1).into_iter().filter(|name| name != "default"));
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// `import * as`: an object whose properties are the variables themselves.
    fn namespace(&self, source: &Source) -> Outcome<Value> {
        let file = match source {
            Source::Outside(request) => return Ok(self.package(request)),
            Source::File(file) => *file,
        };
        let state = self.modules.borrow().get(&file).cloned();
        let Some(state) = state else { return Ok(Value::Undefined) };
        if !state.is_esm {
            let exports = self.own_data(state.module, "exports");
            let space = self.plain();
            self.now(Box::pin(async { self.copy_props(&Value::Obj(space), &exports, &[]).await }))?;
            if !self.has_own(space, &Key::str("default")) {
                self.define(space, Key::str("default"), Prop::data(exports));
            }
            return Ok(Value::Obj(space));
        }
        if let Some(space) = state.namespace {
            return Ok(space);
        }
        let space = self.plain();
        if let Some(state) = self.modules.borrow_mut().get_mut(&file) {
            state.namespace = Some(Value::Obj(space));
        }
        for name in self.export_names(file, 0) {
            let Some(cell) = self.export_cell(source, &name, 0)? else { continue };
            self.link_cell(space, &name, cell);
        }
        if let Some(Source::Outside(request)) = state.stars.iter().find(|star| matches!(star, Source::Outside(_))) {
            let package = self.package(request);
            self.with(space, |object| object.proto = package);
        }
        Ok(Value::Obj(space))
    }

    /// A property that is a variable.
    pub(super) fn link_cell(&self, space: Obj, name: &str, cell: Cell) {
        self.cells.borrow_mut().push(cell);
        let index = Value::Num((self.cells.borrow().len() - 1) as f64);
        let function = Value::Obj(Obj(self.known.get().function));
        let bound = |native| {
            let target = Value::Obj(self.alloc(Kind::Native(native), function.clone()));
            let bound = Kind::Bound { target, this: Value::Undefined, args: vec![index.clone()] };
            Value::Obj(self.alloc(bound, function.clone()))
        };
        let slot = Slot::Accessor { get: bound("cell"), set: bound("setCell") };
        self.with(space, |object| {
            object.props.insert(Key::str(name), Prop { slot, is_enumerable: true, is_writable: true })
        });
    }

    pub(super) fn write_cell(&self, index: &Value, value: Value) {
        let Value::Num(index) = index else { return };
        if let Some(cell) = self.cells.borrow().get(*index as usize) {
            self.touch(cell.born);
            self.note_shared(cell.era, cell.born, None);
            *cell.value.borrow_mut() = value;
        }
    }

    pub(super) fn read_cell(&self, index: &Value) -> Value {
        let Value::Num(index) = index else { return Value::Undefined };
        let cells = self.cells.borrow();
        let Some(cell) = cells.get(*index as usize) else { return Value::Undefined };
        self.note_any_read(cell.era);
        cell.value.borrow().clone()
    }

    /// `require(request)`, with the file that asks in front.
    pub(super) async fn require(&self, args: &[Value]) -> Outcome<Value> {
        let Some(Value::Num(file)) = args.first() else { return Err(Abrupt::Stop("require")) };
        let request = args.get(1).cloned().unwrap_or(Value::Undefined);
        let Value::Str(request) = self.to_text(request).await? else { return Err(Abrupt::Stop("an unknown request")) };
        let source = self.source(FileId(*file as u32), &request);
        match source {
            Source::Outside(request) => Ok(self.package(&request)),
            Source::File(target) => {
                self.load(target)?;
                let state = self.modules.borrow().get(&target).cloned();
                match state {
                    Some(state) if state.is_esm => self.namespace(&Source::File(target)),
                    Some(state) => Ok(self.own_data(state.module, "exports")),
                    None => Ok(Value::Undefined),
                }
            }
        }
    }

    /// `import(request)`
    pub(super) async fn dynamic_import(&self, file: FileId, request: Option<&Value>) -> Outcome<Value> {
        let Some(Value::Str(request)) = request else { return Err(Abrupt::Stop("an unknown request")) };
        let source = self.source(file, request);
        if let Source::File(target) = &source {
            self.load(*target)?;
        }
        let space = self.namespace(&source)?;
        let promise = self.base_value("Promise");
        let resolve = self.get_named(&promise, "resolve").await?;
        self.call(resolve, promise, vec![space], None).await
    }

    fn module_body<'f>(&'f self, program: &'a Program, items: &'f [&'a ModuleItem], env: &'f Env) -> Fut<'f, ()>
    where
        'a: 'f,
    {
        Box::pin(async move {
            if let Program::Script(script) = program {
                for name in vars_of(&script.body) {
                    if !env.has_own(&name) {
                        env.declare(&name, Value::Undefined, self.time());
                    }
                }
                self.hoist(&script.body, env);
                return match self.statements(&script.body, env).await {
                    Err(Abrupt::Return(_)) => Ok(()),
                    end => end,
                };
            }
            for item in items {
                match item {
                    ModuleItem::Stmt(stmt) => match self.statement(stmt, env, None).await {
                        Err(Abrupt::Return(_)) => return Ok(()),
                        end => end?,
                    },
                    ModuleItem::ModuleDecl(decl) => self.module_decl(decl, env).await?,
                }
            }
            Ok(())
        })
    }

    async fn module_decl(&self, decl: &'a ModuleDecl, env: &Env) -> Outcome<()> {
        match decl {
            ModuleDecl::ExportDecl(export) => self.declaration(&export.decl, env).await,
            ModuleDecl::ExportDefaultDecl(export) => {
                if let DefaultDecl::Class(class) = &export.decl {
                    let name = class.ident.as_ref().map_or("", |name| name.sym.as_str());
                    let value = self.class(&class.class, name, env).await?;
                    self.assign_name(if name.is_empty() { DEFAULT } else { name }, value, env).await?;
                }
                Ok(())
            }
            ModuleDecl::ExportDefaultExpr(export) => {
                let value = self.named(&export.expr, &Key::str("default"), env).await?;
                self.assign_name(DEFAULT, value, env).await
            }
            ModuleDecl::TsImportEquals(import) if !import.is_type_only => {
                let value = match &import.module_ref {
                    TsModuleRef::TsExternalModuleRef(external) => {
                        let request = Value::str(&external.expr.value.to_string_lossy());
                        self.require(&[Value::Num(f64::from(env.frame.file.0)), request]).await?
                    }
                    TsModuleRef::TsEntityName(_) => return Err(Abrupt::Stop("an alias")),
                };
                env.declare(&import.id.sym, value, self.time());
                Ok(())
            }
            ModuleDecl::TsExportAssignment(export) => {
                let value = self.expr(&export.expr, env).await?;
                let module = self.modules.borrow().get(&env.frame.file).map(|state| state.module);
                if let Some(module) = module {
                    self.define(module, Key::str("exports"), Prop::data(value));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    // TypeScript.

    pub(super) async fn ts_enum(&self, item: &'a TsEnumDecl, env: &Env) -> Outcome<()> {
        let old = self.name(&item.id.sym, env).await?;
        let obj = old.object().unwrap_or_else(|| self.plain());
        self.assign_name(&item.id.sym, Value::Obj(obj), env).await?;
        let scope = Scope::inner(env);
        let mut next = Some(0.0);
        for member in &item.members {
            let name = match &member.id {
                TsEnumMemberId::Ident(ident) => ident.sym.to_string(),
                TsEnumMemberId::Str(text) => text.value.to_string_lossy().into_owned(),
            };
            let value = match (&member.init, next) {
                (Some(init), _) => self.expr(init, &scope).await?,
                (None, Some(next)) => Value::Num(next),
                (None, None) => Value::Undefined,
            };
            if let Value::Num(number) = value {
                next = Some(number + 1.0);
                self.define(obj, Key::str(&super::texts::number(number)), Prop::data(Value::str(&name)));
            }
            scope.declare(&name, value.clone(), self.time());
            self.define(obj, Key::str(&name), Prop::data(value));
        }
        Ok(())
    }

    pub(super) fn ts_module<'f>(&'f self, item: &'a TsModuleDecl, env: &'f Env) -> Fut<'f, ()>
    where
        'a: 'f,
    {
        Box::pin(async move {
            let (TsModuleName::Ident(name), Some(TsNamespaceBody::TsModuleBlock(block))) = (&item.id, &item.body)
            else {
                return Err(Abrupt::Stop("a namespace"));
            };
            let old = self.name(&name.sym, env).await?;
            let space = old.object().unwrap_or_else(|| self.plain());
            self.assign_name(&name.sym, Value::Obj(space), env).await?;
            let scope = Scope::inner(env);
            for item in &block.body {
                match item {
                    ModuleItem::Stmt(Stmt::Decl(decl)) => self.hoist_decl(decl, &scope),
                    ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => self.hoist_decl(&export.decl, &scope),
                    _ => {}
                }
            }
            for item in &block.body {
                match item {
                    ModuleItem::Stmt(stmt) => self.statement(stmt, &scope, None).await?,
                    ModuleItem::ModuleDecl(ModuleDecl::ExportDecl(export)) => {
                        if let Decl::Var(var) = &export.decl {
                            for declarator in &var.decls {
                                let mut names = Vec::new();
                                names_of(&declarator.name, &mut names);
                                names.iter().for_each(|name| {
                                    scope.declare(name, Value::Undefined, self.time());
                                });
                            }
                        }
                        self.declaration(&export.decl, &scope).await?;
                        self.publish(&export.decl, space, &scope);
                    }
                    ModuleItem::ModuleDecl(_) => return Err(Abrupt::Stop("a namespace")),
                }
            }
            Ok(())
        })
    }

    /// Puts what a namespace exports on its object.
    fn publish(&self, decl: &'a Decl, space: Obj, scope: &Env) {
        for name in declared_names(decl) {
            let Some(cell) = scope.find(&name) else { continue };
            self.link_cell(space, &name, cell);
        }
    }
}
