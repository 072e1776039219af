//! The modules that compiled code defines, and the configurations beside them.
//! Knows the words that the platform's packer writes around them, and nothing of what is in a module.

use swc_common::Spanned;
use swc_ecma_ast::{ArrowFunctionBody, AssignExpr, CallExpr, Expr, Pat, Program};

use super::{tree, walk};
use crate::base::{FileId, Span};
use crate::syntax::span_of;

/// Where modules of plugins are put: the folder under which packages keep them.
const PLUGINS: &str = "__plugin__";
/// How a plugin's own paths begin in configurations.
const PRIVATE: &str = "plugin-private://";
/// How a plugin is called where it is defined.
const PLUGIN: &str = "plugin://";
/// What the packer calls the parameters of a module.
const PARAMETERS: [&str; 3] = ["require", "module", "exports"];

/// What was found in one file, in the order of the text.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) modules: Vec<Module>,
    pub(super) configs: Vec<Config<'a>>,
    /// Pages whose code lies under a name of its own: page, module, where that is said.
    pub(super) renamed: Vec<(String, String, Span)>,
}

/// A module.
pub(super) struct Module {
    /// Its path as it is defined, below the folder of its plugin if it has one.
    pub(super) path: String,
    /// The name in `define`.
    pub(super) name: Span,
    /// Its code.
    pub(super) body: Span,
    /// Whether the parameters have the names that they must have.
    pub(super) is_named: bool,
}

/// A configuration as a value in code.
pub(super) struct Config<'a> {
    /// The path of the file that it was.
    pub(super) path: String,
    pub(super) value: &'a Expr,
}

/// Looks through the code of a file.
pub(super) fn find(file: FileId, program: &Program) -> Found<'_> {
    let mut finder = Finder { file, folder: Vec::new(), route: None, found: Found::default() };
    walk::program(program, &mut finder);
    finder.found
}

/// Whether a path is that of a plugin's own file; then the one below the folder of plugins.
pub(super) fn plugin_path(path: &str) -> Option<String> {
    path.strip_prefix(PRIVATE).map(|inner| format!("{PLUGINS}/{inner}"))
}

struct Finder<'a> {
    file: FileId,
    /// The plugins around.
    folder: Vec<String>,
    /// The page whose code comes next.
    route: Option<(&'a str, Span)>,
    found: Found<'a>,
}

impl<'a> walk::Visitor<'a> for Finder<'a> {
    fn expr(&mut self, expr: &'a Expr) -> bool {
        match expr {
            Expr::Call(call) => self.call(call),
            Expr::Assign(assign) => {
                self.assignment(assign);
                true
            }
            _ => true,
        }
    }
}

impl<'a> Finder<'a> {
    fn call(&mut self, call: &'a CallExpr) -> bool {
        match (tree::callee(call), call.args.len()) {
            (Some("define"), 2..) => !self.define(call),
            (Some("definePlugin"), 2..) => !self.define_plugin(call),
            _ => true,
        }
    }

    /// `define("path.js", function (require, module, exports, …) { … })`
    fn define(&mut self, call: &'a CallExpr) -> bool {
        let (Some(name), Some(function)) = (tree::arg(call, 0), tree::arg(call, 1)) else { return false };
        let Some((path, (params, body))) = tree::text(name).zip(function_parts(function)) else { return false };
        let is_named = params.iter().zip(PARAMETERS).all(|(param, name)| *param == Some(name));
        let block = span_of(self.file, body);
        self.found.modules.push(Module {
            path: self.inside(path),
            name: span_of(self.file, name.span()),
            // Without the braces.
            body: Span::new(self.file, block.start + 1, block.end.saturating_sub(1)),
            is_named,
        });
        true
    }

    /// `definePlugin("plugin://appid", function (define, require, …) { define(…) … })`
    fn define_plugin(&mut self, call: &'a CallExpr) -> bool {
        let name = tree::arg(call, 0).and_then(tree::text).and_then(|name| name.strip_prefix(PLUGIN));
        let Some((name, function)) = name.zip(tree::arg(call, 1)) else { return false };
        let body = match function {
            Expr::Fn(function) => function.function.body.as_ref(),
            _ => None,
        };
        let Some(body) = body else { return false };
        self.folder.push(format!("{PLUGINS}/{name}"));
        walk::body(&body.stmts, self);
        self.folder.pop();
        true
    }

    fn assignment(&mut self, assign: &'a AssignExpr) {
        let right = tree::bare(&assign.right);
        match tree::written_name(assign) {
            Some("__wxRoute") => {
                self.route = tree::text(right).map(|route| (route, span_of(self.file, right.span())));
            }
            Some("__wxAppCurrentFile__") => self.renamed(tree::text(right)),
            _ => {}
        }
        let Some(member) = tree::written_member(assign) else { return };
        if tree::name(&member.obj) == Some("__wxAppCode__")
            && let Some(path) = tree::member_key(member).filter(|path| super::is(path, "json"))
        {
            let path = plugin_path(path).unwrap_or_else(|| self.inside(path));
            self.found.configs.push(Config { path, value: right });
        }
    }

    fn renamed(&mut self, file: Option<&str>) {
        let Some(((route, span), file)) = self.route.zip(file) else { return };
        if file.strip_suffix(".js") != Some(route) {
            self.found.renamed.push((route.to_owned(), file.to_owned(), span));
        }
    }

    fn inside(&self, path: &str) -> String {
        self.folder.last().map_or_else(|| path.to_owned(), |folder| format!("{folder}/{path}"))
    }
}

/// The names of the parameters and the block of a function.
fn function_parts(expr: &Expr) -> Option<(Vec<Option<&str>>, swc_common::Span)> {
    fn name(pat: &Pat) -> Option<&str> {
        match pat {
            Pat::Ident(name) => Some(&name.sym),
            _ => None,
        }
    }
    match expr {
        Expr::Fn(function) => {
            let params = function.function.params.iter().map(|param| name(&param.pat)).collect();
            Some((params, function.function.body.as_ref()?.span))
        }
        Expr::Arrow(arrow) => match &*arrow.body {
            ArrowFunctionBody::FunctionBody(block) => Some((arrow.params.iter().map(name).collect(), block.span)),
            ArrowFunctionBody::Expr(_) => None,
        },
        _ => None,
    }
}
