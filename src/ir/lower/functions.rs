//! Functions: closures where they stand, bodies when their turn comes.

use swc_ecma_ast::{
    ArrowExpr, ArrowFunctionBody, BlockStmt, Class, Expr, Function as SwcFunction, Pat, Stmt, TsModuleBlock,
};

use super::super::{Func, FunctionKind, Instr, Val};
use super::{Lowerer, With, range_of};
use swc_common::Spanned;

/// A function whose body waits to be lowered.
pub struct Pending<'a> {
    func: Func,
    name: Option<String>,
    body: Body<'a>,
    /// Objects whose properties names may mean there.
    withs: Vec<With>,
    /// The class whose static field an arrow function stands in.
    class: Option<With>,
}

/// What a function is made of.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// `function`, or a method.
    Function(&'a SwcFunction),
    /// `=>`
    Arrow(&'a ArrowExpr),
    /// A class: its constructor with the field initialisers.
    Class(&'a Class),
    /// `static {}`
    Static(&'a BlockStmt, swc_common::Span),
    /// What a loop does for each key or element.
    Loop(&'a Pat, &'a Stmt),
    /// `namespace N {}`
    Namespace(&'a TsModuleBlock, swc_common::Span),
}

impl Body<'_> {
    fn span(self) -> swc_common::Span {
        match self {
            Self::Function(function) => function.span,
            Self::Arrow(arrow) => arrow.span,
            Self::Class(class) => class.span,
            Self::Loop(_, body) => body.span(),
            Self::Static(_, span) | Self::Namespace(_, span) => span,
        }
    }

    fn kind(self) -> FunctionKind {
        match self {
            Self::Function(function) => FunctionKind {
                is_async: function.is_async,
                is_generator: function.is_generator,
                ..FunctionKind::default()
            },
            Self::Arrow(arrow) => FunctionKind { is_async: arrow.is_async, is_arrow: true, ..FunctionKind::default() },
            Self::Loop(..) => FunctionKind { is_arrow: true, ..FunctionKind::default() },
            Self::Class(_) => FunctionKind { is_constructor: true, ..FunctionKind::default() },
            Self::Static(..) | Self::Namespace(..) => FunctionKind::default(),
        }
    }
}

impl<'a> Lowerer<'a> {
    /// A function object; its body is lowered later.
    pub fn closure(&mut self, body: Body<'a>, name: Option<&str>) -> Val {
        let span = body.span();
        let func = self.scopes.function_at(span);
        let at = range_of(span);
        self.share(func, at);
        let dst = self.cx.builder.value(at);
        self.push(Instr::Closure { dst, func }, at);
        self.queue_body(body, func, name);
        dst
    }

    /// Lets a function's body be lowered when this function is done.
    pub fn queue_body(&mut self, body: Body<'a>, func: Func, name: Option<&str>) {
        // Arrow functions ask their surroundings for `this`, so the kind is known before the body is.
        self.kinds[func.0 as usize] = body.kind();
        if self.queued.insert(func) {
            let withs = self.cx.withs.clone();
            let class = self.cx.class.filter(|_| body.kind().is_arrow);
            self.queue.push_back(Pending { func, name: name.map(str::to_owned), body, withs, class });
        }
    }

    pub(super) fn lower_pending(&mut self, pending: Pending<'a>) {
        let at = range_of(pending.body.span());
        self.begin(pending.func, at, pending.body.kind());
        self.cx.withs = pending.withs;
        self.cx.class = pending.class;
        if let Some(name) = &pending.name {
            self.cx.builder.function.name = Some(self.name(name));
        }
        self.cx.builder.function.is_declared = self.declared.contains(&pending.func);
        match pending.body {
            Body::Function(function) => {
                let params: Vec<&Pat> = function.params.iter().map(|param| &param.pat).collect();
                self.lower_params(&params);
                self.note_aliases();
                if let Some(body) = &function.body {
                    self.lower_body(&body.stmts);
                }
            }
            Body::Arrow(arrow) => {
                let params: Vec<&Pat> = arrow.params.iter().collect();
                self.lower_params(&params);
                match &*arrow.body {
                    ArrowFunctionBody::FunctionBody(body) => self.lower_body(&body.stmts),
                    ArrowFunctionBody::Expr(expression) => self.lower_concise(expression),
                }
            }
            Body::Class(class) => self.lower_constructor(class),
            Body::Loop(param, body) => {
                self.lower_params(&[param]);
                self.lower_loop_body(body);
            }
            Body::Static(block, _) => self.lower_body(&block.stmts),
            Body::Namespace(block, _) => self.lower_namespace_body(block),
        }
        self.end();
    }

    fn lower_concise(&mut self, expression: &'a Expr) {
        let val = self.expression(expression);
        self.push(Instr::Return { val }, range_of(expression.span()));
    }

    /// Statements that open a function: its hoisted functions have their values before the first runs.
    pub fn lower_body(&mut self, statements: &'a [Stmt]) {
        self.hoist_functions(statements);
        for statement in statements {
            self.statement(statement);
        }
    }

    /// Parameters: patterns, defaults and the rest.
    pub fn lower_params(&mut self, params: &[&'a Pat]) {
        let plain = params.iter().map(|pat| match pat {
            Pat::Ident(ident) => self.scopes.binding_of(&ident.id),
            _ => None,
        });
        self.cx.params = plain.collect();
        let values: Vec<(Val, &Pat)> = params
            .iter()
            .enumerate()
            .map(|(index, pat)| {
                let at = range_of(pat.span());
                if let Pat::Rest(rest) = pat {
                    let val = self.cx.builder.value(at);
                    self.rest(index, val, &rest.arg);
                    return (val, &*rest.arg);
                }
                (self.cx.builder.param(at), *pat)
            })
            .collect();
        for (index, (val, pat)) in values.into_iter().enumerate() {
            self.parameter(index, pat, val);
        }
    }

    /// Parameters that `arguments` holds too.
    fn note_aliases(&mut self) {
        if self.scopes.aliasing.contains(&self.func) {
            let params = self.cx.params.iter().enumerate();
            self.cx.aliases = params.filter_map(|(index, id)| Some(((*id)?, index))).collect();
        }
    }

    /// A rest parameter.
    pub(super) fn rest(&mut self, index: usize, val: Val, name: &Pat) {
        self.cx.builder.function.rest = Some((index as u32, val));
        if let Pat::Ident(ident) = name {
            self.rests.extend(self.scopes.binding_of(&ident.id));
        }
    }
}
