//! Variables: scopes, what is hoisted, and what stands where in the text.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use swc_ecma_ast::{
    ArrowExpr, AssignExpr, CallExpr, Callee, CatchClause, Class, Constructor, Decl, Expr, ExprOrSpread, Function,
    GetterProp, Ident, ImportDecl, Lit, MemberExpr, ModuleDecl, NewExpr, ObjectPatProp, OptChainExpr, Pat, Program,
    SetterProp, SimpleAssignTarget, Str, TaggedTpl, TsExternalModuleRef, TsModuleName, VarDecl, VarDeclKind,
};
use swc_ecma_visit::{Visit, VisitWith};

use super::value::{Key, Obj, Value};
use super::{LIBRARY, Record};
use crate::base::{FileId, Span};
use crate::ir::{Func, Scopes};
use crate::syntax::{FIRST_POSITION, span_of};

/// A variable.
#[derive(Debug)]
pub(super) struct Variable {
    pub value: RefCell<Value>,
    /// The entry from outside during which it came up.
    pub era: u32,
    /// When it came up.
    pub born: u64,
}

/// When something comes up: during which entry from outside, and after how much else.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Time {
    pub era: u32,
    pub now: u64,
}

pub(super) type Cell = Rc<Variable>;
pub(super) type Env = Rc<Scope>;

/// Variables of a block.
#[derive(Debug)]
pub(super) struct Scope {
    pub vars: RefCell<FxHashMap<Rc<str>, Cell>>,
    pub parent: Option<Env>,
    pub frame: Rc<Frame>,
    /// The object whose properties names mean here, in a `with`.
    pub object: Option<Value>,
    /// Whether there is one here or around.
    pub is_open: bool,
}

/// What a call has beside its variables.
#[derive(Debug)]
pub(super) struct Frame {
    pub this: RefCell<Option<Value>>,
    /// The object that the method stands in.
    pub home: Option<Obj>,
    /// The function itself.
    pub func: Option<Obj>,
    pub new_target: Value,
    pub args: Vec<Value>,
    pub arguments: RefCell<Option<Value>>,
    /// Properties that parameters become once `super` has made the object.
    pub pending: RefCell<Vec<(Key, Value)>>,
    /// The frame around an arrow function.
    pub outer: Option<Rc<Frame>>,
    pub file: FileId,
    /// Whether `await` and `yield` may stand here.
    pub is_async: bool,
}

impl Scope {
    pub(super) fn new(parent: Option<Env>, frame: Rc<Frame>) -> Env {
        let is_open = parent.as_ref().is_some_and(|parent| parent.is_open);
        Rc::new(Self { vars: RefCell::default(), parent, frame, object: None, is_open })
    }

    /// A block in which names mean properties of an object.
    pub(super) fn within(env: &Env, object: Value) -> Env {
        let (parent, frame) = (Some(env.clone()), env.frame.clone());
        Rc::new(Self { vars: RefCell::default(), parent, frame, object: Some(object), is_open: true })
    }

    /// A block in a scope.
    pub(super) fn inner(env: &Env) -> Env {
        Self::new(Some(env.clone()), env.frame.clone())
    }

    pub(super) fn find(&self, name: &str) -> Option<Cell> {
        let mut scope = self;
        loop {
            if let Some(cell) = scope.vars.borrow().get(name) {
                return Some(cell.clone());
            }
            scope = scope.parent.as_deref()?;
        }
    }

    /// The variable of this name in the outermost block of a call.
    pub(super) fn find_in(self: &Rc<Self>, frame: &Rc<Frame>, name: &str) -> Option<Cell> {
        let mut found = None;
        let mut scope = Some(self);
        while let Some(inner) = scope {
            if Rc::ptr_eq(&inner.frame, frame) {
                found = inner.vars.borrow().get(name).cloned().or(found);
            }
            scope = inner.parent.as_ref();
        }
        found
    }

    /// The outermost block of the call.
    pub(super) fn outermost(self: &Rc<Self>) -> Env {
        let mut scope = self.clone();
        while let Some(parent) = scope.parent.clone().filter(|parent| Rc::ptr_eq(&parent.frame, &self.frame)) {
            scope = parent;
        }
        scope
    }

    pub(super) fn has_own(&self, name: &str) -> bool {
        self.vars.borrow().contains_key(name)
    }

    pub(super) fn declare(&self, name: &str, value: Value, time: Time) -> Cell {
        let cell = Rc::new(Variable { value: RefCell::new(value), era: time.era, born: time.now });
        self.vars.borrow_mut().insert(Rc::from(name), cell.clone());
        cell
    }
}

impl Frame {
    /// Code that no function of the program is around.
    pub(super) fn new(this: Option<Value>, file: FileId) -> Self {
        Self {
            this: RefCell::new(this),
            home: None,
            func: None,
            new_target: Value::Undefined,
            args: Vec::new(),
            arguments: RefCell::default(),
            pending: RefCell::default(),
            outer: None,
            file,
            is_async: false,
        }
    }

    /// The frame that `this` and `arguments` mean.
    pub(super) fn own(self: &Rc<Self>) -> Rc<Self> {
        let mut frame = self.clone();
        while let Some(outer) = frame.outer.clone() {
            frame = outer;
        }
        frame
    }
}

/// The names that a declaration binds in the scope around it.
pub(super) fn declared_names(decl: &Decl) -> Vec<Rc<str>> {
    let mut names: Vec<Rc<str>> = Vec::new();
    match decl {
        Decl::Class(class) => names.push(Rc::from(class.ident.sym.as_str())),
        Decl::Fn(function) => names.push(Rc::from(function.ident.sym.as_str())),
        Decl::Var(var) => var.decls.iter().for_each(|declarator| names_of(&declarator.name, &mut names)),
        Decl::TsEnum(item) => names.push(Rc::from(item.id.sym.as_str())),
        Decl::TsModule(item) => {
            if let TsModuleName::Ident(name) = &item.id {
                names.push(Rc::from(name.sym.as_str()));
            }
        }
        _ => {}
    }
    names
}

/// The names that a pattern binds.
pub(super) fn names_of(pat: &Pat, names: &mut Vec<Rc<str>>) {
    match pat {
        Pat::Ident(ident) => names.push(Rc::from(ident.id.sym.as_str())),
        Pat::Array(array) => array.elems.iter().flatten().for_each(|pat| names_of(pat, names)),
        Pat::Rest(rest) => names_of(&rest.arg, names),
        Pat::Object(object) => {
            for prop in &object.props {
                match prop {
                    ObjectPatProp::KeyValue(pair) => names_of(&pair.value, names),
                    ObjectPatProp::Assign(assign) => names.push(Rc::from(assign.key.id.sym.as_str())),
                    ObjectPatProp::Rest(rest) => names_of(&rest.arg, names),
                }
            }
        }
        Pat::Assign(assign) => names_of(&assign.left, names),
        Pat::Invalid(_) | Pat::Expr(_) => {}
    }
}

/// The names that `var` declares anywhere in a body.
pub(super) fn vars_of<N: VisitWith<Vars>>(node: &N) -> Vec<Rc<str>> {
    let mut vars = Vars::default();
    node.visit_with(&mut vars);
    vars.names
}

#[derive(Default)]
pub(super) struct Vars {
    names: Vec<Rc<str>>,
}

impl Visit for Vars {
    fn visit_var_decl(&mut self, decl: &VarDecl) {
        if decl.kind == VarDeclKind::Var {
            decl.decls.iter().for_each(|declarator| names_of(&declarator.name, &mut self.names));
        }
    }
    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
    fn visit_expr(&mut self, _: &Expr) {}
}

/// Writes down where functions and handlers stand.
pub(super) fn note_places(programs: &[(FileId, Program)], aliases: &[String], record: &mut Record) {
    for (file, program) in programs.iter().filter(|(file, _)| *file != LIBRARY) {
        let scopes = Scopes::of(program);
        record.aliasing.extend(spans_of(&scopes, &scopes.aliasing, *file));
        record.sloppy.extend(spans_of(&scopes, &scopes.sloppy, *file));
        let inert = super::inert::functions(*file, program, &scopes, aliases, record);
        record.inert.extend(inert);
        program.visit_with(&mut Places { file: *file, aliases, record });
    }
}

/// Where some functions of a file stand.
fn spans_of(scopes: &Scopes, funcs: &FxHashSet<Func>, file: FileId) -> impl Iterator<Item = Span> {
    let functions = scopes.functions.iter().filter(|(_, func)| funcs.contains(func));
    functions.map(move |((lo, hi), _)| Span::new(file, lo - FIRST_POSITION, hi - FIRST_POSITION))
}

struct Places<'r> {
    file: FileId,
    /// Names of the global object.
    aliases: &'r [String],
    record: &'r mut Record,
}

impl Places<'_> {
    fn place(&mut self, span: swc_common::Span) {
        self.record.places.insert(span_of(self.file, span));
    }

    /// Functions among the arguments of a call.
    fn arguments(&mut self, args: &[ExprOrSpread]) {
        let spans = args.iter().filter_map(|arg| match &*arg.expr {
            Expr::Arrow(arrow) => Some(arrow.span),
            Expr::Fn(function) => Some(function.function.span),
            _ => None,
        });
        self.record.arguments.extend(spans.map(|span| span_of(self.file, span)));
    }

    fn function(&mut self, span: swc_common::Span) {
        self.record.functions.push(span_of(self.file, span));
    }
}

impl Visit for Places<'_> {
    fn visit_call_expr(&mut self, node: &CallExpr) {
        self.place(node.span);
        if let Callee::Expr(callee) = &node.callee {
            let name = match &**callee {
                Expr::Ident(name) => Some(name.sym.to_string()),
                Expr::Member(member) => member.prop.as_ident().map(|name| name.sym.to_string()),
                _ => None,
            };
            self.record.called.extend(name);
        }
        self.arguments(&node.args);
        node.visit_children_with(self);
    }
    fn visit_new_expr(&mut self, node: &NewExpr) {
        self.place(node.span);
        self.arguments(node.args.as_deref().unwrap_or_default());
        node.visit_children_with(self);
    }
    fn visit_opt_chain_expr(&mut self, node: &OptChainExpr) {
        self.place(node.span);
        node.visit_children_with(self);
    }
    fn visit_tagged_tpl(&mut self, node: &TaggedTpl) {
        self.place(node.span);
        node.visit_children_with(self);
    }
    fn visit_member_expr(&mut self, node: &MemberExpr) {
        self.place(node.span);
        node.visit_children_with(self);
    }
    fn visit_assign_expr(&mut self, node: &AssignExpr) {
        self.place(node.span);
        if let Some(SimpleAssignTarget::Member(member)) = node.left.as_simple()
            && let Some(name) = member.prop.as_ident()
        {
            let is_global = match &*member.obj {
                Expr::This(_) => true,
                Expr::Ident(base) => self.aliases.iter().any(|alias| *alias == *base.sym),
                _ => false,
            };
            self.record.globals.extend(is_global.then(|| name.sym.to_string()));
        }
        node.visit_children_with(self);
    }
    fn visit_ident(&mut self, node: &Ident) {
        self.place(node.span);
    }
    fn visit_function(&mut self, node: &Function) {
        self.function(node.span);
        node.visit_children_with(self);
    }
    fn visit_arrow_expr(&mut self, node: &ArrowExpr) {
        self.function(node.span);
        node.visit_children_with(self);
    }
    fn visit_constructor(&mut self, node: &Constructor) {
        self.function(node.span);
        node.visit_children_with(self);
    }
    fn visit_getter_prop(&mut self, node: &GetterProp) {
        self.function(node.span);
        node.visit_children_with(self);
    }
    fn visit_setter_prop(&mut self, node: &SetterProp) {
        self.function(node.span);
        node.visit_children_with(self);
    }
    fn visit_catch_clause(&mut self, node: &CatchClause) {
        self.record.handlers.push(span_of(self.file, node.span));
        node.visit_children_with(self);
    }
}

/// The modules that a file asks for by constant texts.
pub(super) fn requests(program: &Program) -> Vec<String> {
    let mut found = Requests::default();
    program.visit_with(&mut found);
    found.texts
}

#[derive(Default)]
struct Requests {
    texts: Vec<String>,
}

impl Requests {
    fn add(&mut self, text: &Str) {
        self.texts.push(text.value.to_string_lossy().into_owned());
    }
}

impl Visit for Requests {
    fn visit_import_decl(&mut self, node: &ImportDecl) {
        self.add(&node.src);
    }
    fn visit_module_decl(&mut self, node: &ModuleDecl) {
        match node {
            ModuleDecl::ExportAll(all) => self.add(&all.src),
            ModuleDecl::ExportNamed(named) => named.src.iter().for_each(|src| self.add(src)),
            _ => {}
        }
        node.visit_children_with(self);
    }
    fn visit_ts_external_module_ref(&mut self, node: &TsExternalModuleRef) {
        self.add(&node.expr);
    }
    fn visit_call_expr(&mut self, node: &CallExpr) {
        let is_request = match &node.callee {
            Callee::Import(_) => true,
            Callee::Expr(callee) => matches!(&**callee, Expr::Ident(name) if name.sym == "require"),
            Callee::Super(_) => false,
        };
        if is_request
            && let Some(first) = node.args.first()
            && let Expr::Lit(Lit::Str(text)) = &*first.expr
        {
            self.add(text);
        }
        node.visit_children_with(self);
    }
}
