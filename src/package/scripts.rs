//! WXS modules: the generator writes each as a function, with a prefix before every name, and tables that say which
//! template uses which. Knows these tables, and nothing of templates.

use std::collections::BTreeMap;

use swc_common::Spanned;
use swc_ecma_ast::{AssignExpr, BinaryOp, CallExpr, Callee, Expr, Function, Ident, IdentName, MemberExpr, Stmt};
use swc_ecma_visit::{Visit, VisitWith};

use super::tree;
use crate::base::{Draft, FileId, Span};
use crate::syntax::span_of;

/// Stands before every name in a compiled WXS module.
const PREFIX: &str = "nv_";
const REQUIRE: &str = "nv_require";
/// Before the path of a module in a file of its own.
const OF_FILE: &str = "p_./";
/// Before the path of a template and the name of a module in it.
const OF_TEMPLATE: &str = "m_./";

/// A module as templates ask for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Used {
    /// The template.
    pub(super) template: String,
    /// The name of the module in it.
    pub(super) name: String,
    /// Its file.
    pub(super) file: String,
}

/// The modules of one generator.
#[derive(Default)]
pub(super) struct Scripts<'a> {
    /// Functions by the key of their module.
    functions: BTreeMap<&'a str, &'a str>,
    bodies: BTreeMap<&'a str, &'a Function>,
    pub(super) used: Vec<(Used, Span)>,
}

impl<'a> Scripts<'a> {
    /// `{"p_./a.wxs": np_0, …}`
    pub(super) fn table(&mut self, init: &'a Expr) {
        let Expr::Object(object) = tree::bare(init) else { return };
        let entries = object.props.iter().filter_map(tree::property);
        let known = entries.filter(|(key, ..)| file_of(key).is_some());
        self.functions.extend(known.filter_map(|(key, value, _)| Some((key, tree::name(value)?))));
    }

    /// `function np_0() { var nv_module = …; …; return nv_module.nv_exports }`
    pub(super) fn function(&mut self, name: &'a str, function: &'a Function) {
        if name.starts_with("np_") {
            self.bodies.insert(name, function);
        }
    }

    /// `f_['./a.wxml']['m'] = f_['./a.wxs'] || nv_require("p_./a.wxs")`
    pub(super) fn use_of(&mut self, file: FileId, assign: &'a AssignExpr) {
        let Some((template, name)) = tree::written_member(assign).and_then(template_and_name) else { return };
        let right = tree::bare(&assign.right);
        let module = match right {
            Expr::Bin(either) if either.op == BinaryOp::LogicalOr => required(&either.right),
            _ => required(right),
        };
        let Some(target) = module.and_then(file_of) else { return };
        let used = Used { template: template.trim_start_matches("./").to_owned(), name: name.to_owned(), file: target };
        self.used.push((used, span_of(file, assign.span)));
    }

    /// Takes over what was found in a body within.
    pub(super) fn adopt(&mut self, inner: Self) {
        self.functions.extend(inner.functions);
        self.bodies.extend(inner.bodies);
        self.used.extend(inner.used);
    }

    /// The files that the modules were, by path.
    pub(super) fn files(&self, file: FileId, source: &str) -> Vec<(String, Draft)> {
        let of = |(key, function): (&&str, &&str)| {
            let body = self.bodies.get(function)?.body.as_ref()?;
            Some((file_of(key)?, module(file, source, &body.stmts)))
        };
        self.functions.iter().filter_map(of).collect()
    }
}

/// The path of the file that a module is put into.
fn file_of(key: &str) -> Option<String> {
    if let Some(path) = key.strip_prefix(OF_FILE) {
        return Some(path.to_owned());
    }
    let (template, name) = key.strip_prefix(OF_TEMPLATE)?.rsplit_once(':')?;
    Some(format!("{}.{name}.wxs", template.strip_suffix(".wxml").unwrap_or(template)))
}

/// `f_['./a.wxml']['m']`
fn template_and_name(member: &MemberExpr) -> Option<(&str, &str)> {
    let Expr::Member(inner) = tree::bare(&member.obj) else { return None };
    (tree::name(&inner.obj)? == "f_").then_some(())?;
    Some((tree::member_key(inner)?, tree::member_key(member)?))
}

/// `nv_require("…")`
fn required(expr: &Expr) -> Option<&str> {
    match tree::bare(expr) {
        Expr::Call(call) if tree::callee(call) == Some(REQUIRE) => tree::arg(call, 0).and_then(tree::text),
        _ => None,
    }
}

/// The text of a module without the prefixes, and without the statements around it that make its exports.
fn module(file: FileId, source: &str, statements: &[Stmt]) -> Draft {
    let [_, inner @ .., _] = statements else { return Draft::default() };
    let mut edits = Edits { file, edits: Vec::new() };
    inner.iter().for_each(|stmt| stmt.visit_with(&mut edits));
    let mut draft = Draft::default();
    let Some((first, last)) = inner.first().zip(inner.last()) else { return draft };
    let end = span_of(file, last.span()).end;
    let mut at = span_of(file, first.span()).start;
    edits.edits.sort_by_key(|(span, _)| span.start);
    for (span, words) in edits.edits {
        if at <= span.start {
            draft.copy(source, Span::new(file, at, span.start));
            draft.push(&words, span);
            at = span.end;
        }
    }
    draft.copy(source, Span::new(file, at, end));
    draft
}

/// What stands elsewhere in the text of a module than in its source.
struct Edits {
    file: FileId,
    edits: Vec<(Span, String)>,
}

impl Edits {
    fn name(&mut self, name: &str, span: swc_common::Span) {
        if name.starts_with(PREFIX) {
            let span = span_of(self.file, span);
            self.edits.push((Span { end: span.start + PREFIX.len() as u32, ..span }, String::new()));
        }
    }
}

impl Visit for Edits {
    fn visit_ident(&mut self, ident: &Ident) {
        self.name(&ident.sym, ident.span);
    }

    fn visit_ident_name(&mut self, ident: &IdentName) {
        self.name(&ident.sym, ident.span);
    }

    /// `nv_require("p_./a.wxs")()` was `require("…")`.
    fn visit_call_expr(&mut self, call: &CallExpr) {
        let made = match &call.callee {
            Callee::Expr(callee) => required(callee).and_then(file_of),
            _ => None,
        };
        match made {
            Some(path) => self.edits.push((span_of(self.file, call.span), format!("require(\"/{path}\")"))),
            None => call.visit_children_with(self),
        }
    }
}
