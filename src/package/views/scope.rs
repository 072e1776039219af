//! Finds what belongs to one generator: the paths of its templates, their functions and the constants that these use.
//! Knows how a generator is laid out, and not what its functions do.

use std::cell::Cell;
use std::collections::BTreeMap;

use swc_ecma_ast::{AssignExpr, Expr, Function, Program};

use super::super::scripts::Scripts;
use super::super::{tree, walk};
use super::build;
use super::{View, Views};
use crate::base::{Draft, FileId};

/// How many bytes of templates one byte of a generator stands for at most, beside the least that any may write.
const GROWTH: usize = 4;
const MIN_BUDGET: usize = 64 << 10;

/// Constants of one template, which code names by number.
pub(super) type Table<'a> = Vec<&'a Expr>;

/// What was seen in one body.
#[derive(Default)]
struct Body<'a> {
    /// The function that the body is of, if it is declared under a name.
    name: Option<&'a str>,
    /// Paths of templates, which code names by number.
    paths: Vec<&'a str>,
    /// Functions by the variable that holds them.
    functions: BTreeMap<&'a str, &'a Function>,
    /// The main function of a template, by the number of its path.
    mains: Vec<(i64, &'a Expr)>,
    /// Named templates: number of the path, name, function.
    named: Vec<(i64, &'a str, &'a Function)>,
    scripts: Scripts<'a>,
}

struct Finder<'a, 's> {
    file: FileId,
    source: &'s str,
    bodies: Vec<Body<'a>>,
    /// Tables by the function that makes them.
    tables: BTreeMap<&'a str, Table<'a>>,
    /// Generators whose bodies are done.
    done: Vec<Body<'a>>,
    /// The function whose body comes next.
    next: Option<&'a str>,
}

pub(super) fn find(file: FileId, source: &str, program: &Program) -> Views {
    let (bodies, tables, done) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut finder = Finder { file, source, bodies, tables, done, next: None };
    walk::program(program, &mut finder);
    let mut views = Views::default();
    let budget = Cell::new(MIN_BUDGET + GROWTH * source.len());
    for body in &finder.done {
        finder.templates(body, &budget, &mut views);
        views.scripts.extend(body.scripts.files(file, finder.source));
        views.used.extend(body.scripts.used.iter().cloned());
    }
    views
}

impl<'a> walk::Visitor<'a> for Finder<'a, '_> {
    fn enter(&mut self) {
        self.bodies.push(Body { name: self.next.take(), ..Body::default() });
    }

    fn leave(&mut self) {
        let Some(body) = self.bodies.pop() else { return };
        if body.paths.is_empty() {
            // What a body without templates holds belongs to the generator around it.
            if let Some(outer) = self.bodies.last_mut() {
                outer.functions.extend(body.functions);
                outer.mains.extend(body.mains);
                outer.named.extend(body.named);
                outer.scripts.adopt(body.scripts);
            }
        } else {
            self.done.push(body);
        }
    }

    fn declared(&mut self, name: &'a str, function: &'a Function) {
        self.next = Some(name);
        if let Some(body) = self.bodies.last_mut() {
            body.scripts.function(name, function);
        }
    }

    fn variable(&mut self, name: &'a str, init: &'a Expr) -> bool {
        let Some(body) = self.bodies.last_mut() else { return true };
        match (name, tree::bare(init)) {
            ("x", Expr::Array(_)) => {
                let paths = tree::elements(init).unwrap_or_default();
                body.paths.extend(paths.into_iter().map(|path| tree::text(path).unwrap_or_default()));
                false
            }
            ("nnm", _) => {
                body.scripts.table(init);
                false
            }
            (_, Expr::Fn(function)) if is_builder(&function.function) => {
                body.functions.insert(name, &function.function);
                false
            }
            _ => true,
        }
    }

    fn expr(&mut self, expr: &'a Expr) -> bool {
        match expr {
            Expr::Assign(assign) => self.assignment(assign),
            Expr::Call(call) if tree::callee(call) == Some("Z") => {
                if let Some(constant) = tree::arg(call, 0) {
                    self.constant(constant);
                }
                false
            }
            _ => true,
        }
    }
}

impl<'a> Finder<'a, '_> {
    /// Belongs to the nearest function with a name around it; in old code, which has one table, to none.
    fn constant(&mut self, constant: &'a Expr) {
        let maker = self.bodies.iter().rev().find_map(|body| body.name.filter(|name| *name != "Z"));
        self.tables.entry(maker.unwrap_or_default()).or_default().push(constant);
    }

    /// `e_[x[0]]={f:m0,…}`, `d_[x[0]]["name"]=function …`, `f_[…]…=…`; whether to look into it.
    fn assignment(&mut self, assign: &'a AssignExpr) -> bool {
        let (Some(member), Some(body)) = (tree::written_member(assign), self.bodies.last_mut()) else { return true };
        let right = tree::bare(&assign.right);
        match tree::bare(&member.obj) {
            Expr::Ident(table) if table.sym == "e_" => {
                let Expr::Object(made) = right else { return true };
                let main = made.props.iter().filter_map(tree::property).find(|(key, ..)| *key == "f");
                let path = tree::computed(member).and_then(number_of_path);
                body.mains.extend(path.zip(main).map(|(path, (_, function, _))| (path, function)));
                false
            }
            Expr::Member(inner) if tree::name(&inner.obj) == Some("d_") => {
                let (path, name) = (tree::computed(inner).and_then(number_of_path), tree::member_key(member));
                let Expr::Fn(function) = right else { return true };
                body.named.extend(path.zip(name).map(|(path, name)| (path, name, &*function.function)));
                false
            }
            Expr::Member(inner) if tree::name(&inner.obj) == Some("f_") => {
                body.scripts.use_of(self.file, assign);
                false
            }
            _ => true,
        }
    }

    fn templates(&self, body: &Body<'a>, budget: &Cell<usize>, views: &mut Views) {
        let shared = build::Shared { file: self.file, paths: &body.paths, tables: &self.tables, budget };
        for (number, path) in body.paths.iter().enumerate() {
            let is_own = |other: i64| usize::try_from(other).is_ok_and(|other| other == number);
            let main = body.mains.iter().find(|(of, _)| is_own(*of)).map(|(_, function)| *function);
            let main = main.and_then(|function| match tree::bare(function) {
                Expr::Fn(function) => Some(&*function.function),
                other => body.functions.get(tree::name(other)?).copied(),
            });
            let named = body.named.iter().filter(|(of, ..)| is_own(*of)).map(|(_, name, function)| (*name, *function));
            let Some(path) = path.strip_prefix("./").filter(|path| crate::package::is(path, "wxml")) else { continue };
            let mut draft = Draft::default();
            let mut n_nodes = 0;
            for (name, function) in
                named.map(|(name, function)| (Some(name), function)).chain(main.map(|main| (None, main)))
            {
                let built = build::run(shared, function);
                n_nodes += built.nodes.len();
                views.problems.extend(super::print::print(shared, name, function, &built, &mut draft));
                views.problems.extend(built.problem);
            }
            if n_nodes > 0 {
                views.templates.push(View { path: path.to_owned(), draft, n_nodes });
            }
        }
    }
}

/// `x[3]`
pub(super) fn number_of_path(expr: &Expr) -> Option<i64> {
    match tree::bare(expr) {
        Expr::Member(member) if tree::name(&member.obj) == Some("x") => tree::computed(member).and_then(tree::integer),
        _ => None,
    }
}

/// Whether a function builds a tree: it takes an environment, a scope, a root and what is global.
fn is_builder(function: &Function) -> bool {
    function.params.len() == 4
}
