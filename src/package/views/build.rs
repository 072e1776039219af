//! Runs the function of a template by symbol: variables hold nodes, and calls of the vocabulary make and join them.
//! Knows these calls; values are constants of a table that are not looked into here.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use swc_common::Spanned;
use swc_ecma_ast::{CallExpr, Decl, Expr, Function, IfStmt, Pat, Stmt};

use super::super::tree;
use super::scope::{Table, number_of_path};
use crate::base::{FileId, Level, Problem, Span, Text};
use crate::syntax::span_of;

/// What all functions of one generator have in common.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a, 's> {
    pub(super) file: FileId,
    pub(super) paths: &'s [&'a str],
    pub(super) tables: &'s BTreeMap<&'a str, Table<'a>>,
    /// How many bytes of templates may still be written for the file: constants may be used any number of times.
    pub(super) budget: &'s Cell<usize>,
}

/// A node; an index into [`Built::nodes`].
pub(super) type Id = usize;

/// A constant, and the table whose others it may name.
#[derive(Clone, Copy)]
pub(super) struct Constant<'a, 's> {
    pub(super) expr: &'a Expr,
    pub(super) table: &'s [&'a Expr],
}

/// What a node is.
pub(super) enum Shape<'a, 's> {
    /// Holds what stands in it, and is nothing itself.
    Group,
    Tag(&'a str),
    Text(Constant<'a, 's>),
    /// There under a condition; the directive is `wx:if` or `wx:elif`.
    Branch {
        directive: &'static str,
        test: Option<Constant<'a, 's>>,
    },
    Loop {
        list: Option<Constant<'a, 's>>,
        item: &'a str,
        index: &'a str,
    },
    Use {
        name: Constant<'a, 's>,
        data: Option<Constant<'a, 's>>,
    },
    Import(&'a str),
    Include(&'a str),
}

pub(super) struct Node<'a, 's> {
    pub(super) shape: Shape<'a, 's>,
    pub(super) span: Span,
    pub(super) attributes: Vec<Attribute<'a, 's>>,
    pub(super) children: Vec<Id>,
}

/// An attribute; without a value it is there for itself.
pub(super) struct Attribute<'a, 's> {
    pub(super) name: &'a str,
    pub(super) span: Span,
    pub(super) value: Option<Constant<'a, 's>>,
}

/// A tree; node 0 is its root.
pub(super) struct Built<'a, 's> {
    pub(super) nodes: Vec<Node<'a, 's>>,
    /// That a part of it could not be read, and the first such place.
    pub(super) problem: Option<Problem>,
}

/// What a variable holds.
#[derive(Clone, Copy)]
enum Value<'a, 's> {
    Node(Id),
    Text(Constant<'a, 's>, Span),
    Table(&'s [&'a Expr]),
    Function(&'a Function),
    /// The template of that name.
    Template(Constant<'a, 's>),
    Data(Option<Constant<'a, 's>>),
}

/// Runs a function from an empty root.
pub(super) fn run<'a, 's>(shared: Shared<'a, 's>, function: &'a Function) -> Built<'a, 's> {
    let span = span_of(shared.file, function.span);
    let global = shared.tables.get("").map_or(&[][..], Vec::as_slice);
    let (variables, nodes) = (BTreeMap::new(), Vec::new());
    let (placed, run) = (BTreeSet::from([0]), BTreeSet::new());
    let mut runner = Runner { shared, global, variables, nodes, placed, run, unread: None };
    let root = runner.node(Shape::Group, span);
    runner.call_builder(function, root);
    let problem = runner.unread.map(unread);
    Built { nodes: runner.nodes, problem }
}

fn unread(span: Span) -> Problem {
    let message = Text::new(
        "编译后的模板有一部分无法识别，其中的数据绑定与事件未分析",
        "a part of this compiled template could not be read; bindings and events in it are not analysed",
    );
    Problem::at(Level::Warning, "template-not-read", span, message)
}

struct Runner<'a, 's> {
    shared: Shared<'a, 's>,
    /// The table of old code, which has but one.
    global: &'s [&'a Expr],
    variables: BTreeMap<&'a str, Value<'a, 's>>,
    nodes: Vec<Node<'a, 's>>,
    /// Nodes that stand in another, and functions that were run: once each, else a tree could be without end.
    placed: BTreeSet<Id>,
    run: BTreeSet<Span>,
    unread: Option<Span>,
}

impl<'a, 's> Runner<'a, 's> {
    fn node(&mut self, shape: Shape<'a, 's>, span: Span) -> Id {
        self.nodes.push(Node { shape, span, attributes: Vec::new(), children: Vec::new() });
        self.nodes.len() - 1
    }

    fn child(&mut self, parent: Id, shape: Shape<'a, 's>, span: Span) -> Id {
        let id = self.node(shape, span);
        self.placed.insert(id);
        self.nodes[parent].children.push(id);
        id
    }

    fn span(&self, node: &impl Spanned) -> Span {
        span_of(self.shared.file, node.span())
    }

    /// The third parameter of a builder is the node to build in.
    fn call_builder(&mut self, function: &'a Function, root: Id) {
        if !self.run.insert(self.span(&function.span)) {
            return self.skip(function.span);
        }
        if let Some(Pat::Ident(name)) = function.params.get(2).map(|param| &param.pat) {
            self.variables.insert(&name.sym, Value::Node(root));
        }
        self.statements(function.body.iter().flat_map(|body| &body.stmts));
    }

    fn statements(&mut self, statements: impl Iterator<Item = &'a Stmt>) {
        statements.for_each(|stmt| self.statement(stmt));
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Block(block) => self.statements(block.stmts.iter()),
            Stmt::Try(tried) => self.statements(tried.block.stmts.iter()),
            Stmt::If(branch) => self.branch(branch, "wx:if"),
            Stmt::Decl(Decl::Var(declared)) => {
                for declarator in &declared.decls {
                    if let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init) {
                        self.bind(&name.sym, init);
                    }
                }
            }
            Stmt::Expr(stmt) => self.effect(&stmt.expr),
            Stmt::Return(_) | Stmt::Empty(_) => {}
            other => self.skip(other.span()),
        }
    }

    fn skip(&mut self, span: swc_common::Span) {
        self.unread.get_or_insert(span_of(self.shared.file, span));
    }

    fn bind(&mut self, name: &'a str, init: &'a Expr) {
        let value = self.value(tree::bare(init));
        match value {
            Some(value) => self.variables.insert(name, value),
            None => self.variables.remove(name),
        };
    }

    fn value(&mut self, init: &'a Expr) -> Option<Value<'a, 's>> {
        match init {
            Expr::Fn(function) => Some(Value::Function(&function.function)),
            // `_1z(…) || {}`
            Expr::Bin(either) => self.value(tree::bare(&either.left)),
            Expr::Call(call) => self.made(call),
            _ => None,
        }
    }

    /// What a call of the vocabulary makes.
    fn made(&mut self, call: &'a CallExpr) -> Option<Value<'a, 's>> {
        let span = self.span(call);
        let name = tree::callee(call)?;
        match name {
            "_n" => Some(Value::Node(self.node(Shape::Tag(tree::text(tree::arg(call, 0)?)?), span))),
            "_v" => Some(Value::Node(self.node(Shape::Group, span))),
            "_mz" | "_m" => {
                let (table, first) = self.table(call);
                let tag = self.node(Shape::Tag(tree::text(tree::arg(call, first)?)?), span);
                self.attributes(tag, tree::arg(call, first + 1)?, table, "");
                self.attributes(tag, tree::arg(call, first + 2)?, table, "generic:");
                Some(Value::Node(tag))
            }
            "_oz" | "_o" => Some(Value::Text(self.constant(call)?, span)),
            "_gd" => match self.variables.get(tree::name(tree::arg(call, 1)?)?) {
                Some(Value::Text(name, _)) => Some(Value::Template(*name)),
                _ => None,
            },
            "_1z" | "_1" => Some(Value::Data(self.constant(call))),
            _ => self.shared.tables.get(name).map(|table| Value::Table(table)),
        }
    }

    /// The table that a call names first, and the position of the argument behind it.
    fn table(&self, call: &'a CallExpr) -> (&'s [&'a Expr], usize) {
        match tree::arg(call, 0).and_then(tree::name).and_then(|name| self.variables.get(name)) {
            Some(Value::Table(table)) => (table, 1),
            _ => (self.global, 0),
        }
    }

    /// The constant whose number a call gives first, behind the table.
    fn constant(&self, call: &'a CallExpr) -> Option<Constant<'a, 's>> {
        let (table, first) = self.table(call);
        constant_at(table, tree::integer(tree::arg(call, first)?)?)
    }

    /// `['bindtap', 4, 'class', 1]`: the first number counts from the start of the table, the others from there; what is
    /// before the start is no value.
    fn attributes(&mut self, tag: Id, list: &'a Expr, table: &'s [&'a Expr], prefix: &'static str) {
        let Some(elements) = tree::elements(list) else { return self.skip(list.span()) };
        let mut base = 0;
        for pair in elements.chunks_exact(2) {
            let (Some(name), Some(number)) = (tree::text(pair[0]), tree::integer(pair[1])) else {
                self.skip(pair[0].span());
                continue;
            };
            let at = base + number;
            if base == 0 && 0 <= at {
                base = number;
            }
            let value = constant_at(table, at);
            if value.is_none() && 0 <= at {
                self.skip(pair[1].span());
            }
            let span = self.span(&pair[0].span());
            // The only generic attributes are names of components, which say nothing of data.
            if prefix.is_empty() {
                self.nodes[tag].attributes.push(Attribute { name, span, value });
            }
        }
    }

    /// An expression that stands for itself.
    fn effect(&mut self, expr: &'a Expr) {
        match tree::bare(expr) {
            Expr::Call(call) => {
                if self.done(call).is_none() {
                    self.skip(call.span);
                }
            }
            Expr::Seq(seq) => seq.exprs.iter().for_each(|expr| self.effect(expr)),
            // Marks on nodes and what keeps templates from calling themselves for ever.
            Expr::Assign(assign) => {
                if let Some(name) = tree::written_name(assign) {
                    self.bind(name, &assign.right);
                }
            }
            other => self.skip(other.span()),
        }
    }

    /// Does what a call of the vocabulary does; `None` if it is no such call.
    fn done(&mut self, call: &'a CallExpr) -> Option<()> {
        let span = self.span(call);
        let Some(name) = tree::callee(call) else {
            // `list.pop()`, `cs.push("./a.wxml:view:1:27")`: lists of places and of files that are being read.
            return (is_method(call, "pop") || is_method(call, "push")).then_some(());
        };
        match name {
            "_" => {
                let parent = self.node_in(tree::arg(call, 0)?)?;
                let child = tree::name(tree::arg(call, 1)?).and_then(|name| self.variables.get(name).copied());
                match child {
                    Some(Value::Node(child)) if self.placed.insert(child) => self.nodes[parent].children.push(child),
                    Some(Value::Text(text, at)) => {
                        self.child(parent, Shape::Text(text), at);
                    }
                    _ => return None,
                }
                Some(())
            }
            "_rz" | "_r" => {
                let (table, first) = self.table(call);
                let node = self.node_in(tree::arg(call, first)?)?;
                let name = tree::arg(call, first + 1)?;
                let value = constant_at(table, tree::integer(tree::arg(call, first + 2)?)?)?;
                let span = self.span(&name.span());
                self.nodes[node].attributes.push(Attribute { name: tree::text(name)?, span, value: Some(value) });
                Some(())
            }
            "_2z" | "_2" => self.repeated(call, span),
            "_ai" => {
                // The list belongs to the template, which is the root.
                let path = self.path(tree::arg(call, 1)?)?;
                self.child(0, Shape::Import(path), span);
                Some(())
            }
            "_ic" => {
                let path = self.path(tree::arg(call, 0)?)?;
                let into = call.args.iter().rev().find_map(|arg| self.node_in(&arg.expr)).unwrap_or(0);
                self.child(into, Shape::Include(path), span);
                Some(())
            }
            // What tells that a template is missing, or calls itself.
            "_w" | "_wl" | "_wp" => Some(()),
            _ => self.template_call(name, call, span),
        }
    }

    /// `t(data, data, target, gg)`
    fn template_call(&mut self, name: &'a str, call: &'a CallExpr, span: Span) -> Option<()> {
        let Some(Value::Template(template)) = self.variables.get(name).copied() else { return None };
        let data = tree::arg(call, 0).and_then(tree::name).and_then(|name| self.variables.get(name));
        let data = match data {
            Some(Value::Data(data)) => *data,
            _ => None,
        };
        let target = self.node_in(tree::arg(call, 2)?)?;
        self.child(target, Shape::Use { name: template, data }, span);
        Some(())
    }

    /// `_2z(z, list, builder, e, s, gg, node, 'item', 'index', 'key')`
    fn repeated(&mut self, call: &'a CallExpr, span: Span) -> Option<()> {
        let (_, first) = self.table(call);
        let list = self.constant(call);
        let function = tree::name(tree::arg(call, first + 1)?).and_then(|name| self.variables.get(name).copied());
        let Some(Value::Function(function)) = function else { return None };
        let parent = self.node_in(tree::arg(call, first + 5)?)?;
        let item = tree::arg(call, first + 6).and_then(tree::text).unwrap_or("item");
        let index = tree::arg(call, first + 7).and_then(tree::text).unwrap_or("index");
        let inner = self.child(parent, Shape::Loop { list, item, index }, span);
        self.call_builder(function, inner);
        Some(())
    }

    fn path(&self, expr: &'a Expr) -> Option<&'a str> {
        let number = usize::try_from(number_of_path(expr)?).ok()?;
        self.shared.paths.get(number).copied()
    }

    fn node_in(&self, expr: &'a Expr) -> Option<Id> {
        match self.variables.get(tree::name(expr)?) {
            Some(Value::Node(node)) => Some(*node),
            _ => None,
        }
    }

    /// `if (_oz(…)) { v.wxVkey = 1; … } else if … else …`: a branch of the node `v`. `if (t) { … }` is the use of a template.
    fn branch(&mut self, branch: &'a IfStmt, directive: &'static str) {
        let test = match tree::bare(&branch.test) {
            Expr::Call(call) if matches!(tree::callee(call), Some("_oz" | "_o")) => self.constant(call),
            Expr::Ident(_) => return self.statement(&branch.cons),
            // Keeps a template from calling itself: nothing is built there.
            Expr::Member(_) => return,
            other => {
                self.skip(other.span());
                None
            }
        };
        let span = self.span(&branch.test.span());
        self.alternative(&branch.cons, Shape::Branch { directive, test }, span);
        match branch.alt.as_deref() {
            Some(Stmt::If(other)) => self.branch(other, "wx:elif"),
            Some(other) => self.alternative(other, Shape::Branch { directive: "wx:else", test: None }, span),
            None => {}
        }
    }

    fn alternative(&mut self, stmt: &'a Stmt, shape: Shape<'a, 's>, span: Span) {
        let Some((name, node)) = marked(stmt).and_then(|name| Some((name, self.variables.get(name).copied()?))) else {
            return self.skip(stmt.span());
        };
        let Value::Node(around) = node else { return self.skip(stmt.span()) };
        let inner = self.child(around, shape, span);
        self.variables.insert(name, Value::Node(inner));
        self.statement(stmt);
        self.variables.insert(name, node);
    }
}

/// The variable whose node an alternative belongs to: it sets a mark on it first.
fn marked(stmt: &Stmt) -> Option<&str> {
    let first = match stmt {
        Stmt::Block(block) => block.stmts.first()?,
        other => other,
    };
    let Stmt::Expr(first) = first else { return None };
    let first = match tree::bare(&first.expr) {
        Expr::Seq(seq) => tree::bare(seq.exprs.first()?),
        other => other,
    };
    let Expr::Assign(assign) = first else { return None };
    let member = tree::written_member(assign)?;
    (tree::member_key(member)? == "wxVkey").then(|| tree::name(&member.obj)).flatten()
}

fn is_method(call: &CallExpr, name: &str) -> bool {
    match &call.callee {
        swc_ecma_ast::Callee::Expr(callee) => {
            matches!(tree::bare(callee), Expr::Member(member) if tree::member_key(member) == Some(name))
        }
        _ => false,
    }
}

fn constant_at<'a, 's>(table: &'s [&'a Expr], at: i64) -> Option<Constant<'a, 's>> {
    let expr = table.get(usize::try_from(at).ok()?)?;
    Some(Constant { expr, table })
}
