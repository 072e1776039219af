//! What compilers make of async functions and generators for older engines becomes such functions again: the helpers of
//! TypeScript, Babel (regenerator, also as of 7.27) and esbuild run state machines, and as such each of their steps may
//! follow each other. Knows these helpers by their names and their machines by their form; nothing of what the code does.

mod steps;
mod streams;

use rustc_hash::FxHashSet;
use swc_common::{BytePos, DUMMY_SP};
use swc_ecma_ast::{
    ArrowExpr, ArrowFunctionBody, AwaitExpr, CallExpr, Callee, Class, Expr, ExprOrSpread, FnDecl, FnExpr, Function,
    IdentName, ImportDecl, ImportSpecifier, Lit, MemberExpr, MemberProp, Pat, Program, ReturnStmt, SeqExpr, Stmt,
    UnaryOp, VarDeclarator,
};
use swc_ecma_visit::{Visit, VisitMut, VisitMutWith, VisitWith};

use super::helpers::{Own, root_of};
use super::tree::{call as call_of, invalid, take};
use super::unused;
use steps::{Dialect, Machine};

/// One of these is in the text of every file with such functions.
const SIGNS: [&str; 7] =
    ["__awaiter", "__async", "__generator", "syncToGenerator", "AsyncGenerator", "egenerator", ".wrap("];

/// The helper of Babel that makes an async function of a generator; its module has the same name.
const RUNNER: &str = "asyncToGenerator";

/// Turns machines back into the functions that they were made of, but for those of helpers that are left as they are.
pub(super) fn restore(program: &mut Program, text: &str, own: &Own) {
    if SIGNS.iter().any(|sign| text.contains(sign)) {
        let mut runners = Runners::default();
        program.visit_with(&mut runners);
        let machines = FxHashSet::default();
        let mut restorer = Restorer { runners, own, machines, helpers: FxHashSet::default() };
        program.visit_mut_with(&mut restorer);
        unused::empty(program, restorer.helpers);
    }
}

/// What the functions of a file may do with a generator that they are given.
#[derive(Default)]
struct Runners {
    /// The names under which the file has [`RUNNER`].
    known: FxHashSet<String>,
    /// Functions of its own that give no function back: they are no such helper under another name.
    others: FxHashSet<String>,
}

impl Runners {
    fn note(&mut self, name: &str, function: &Function) {
        let mut returns = Returns { may_be_function: false };
        function.visit_children_with(&mut returns);
        if !returns.may_be_function {
            self.others.insert(name.to_owned());
        }
    }
}

/// Whether a function may give a function back; those inside it have their own results.
struct Returns {
    may_be_function: bool,
}

impl Visit for Returns {
    fn visit_return_stmt(&mut self, node: &ReturnStmt) {
        let mut arg = node.arg.as_deref();
        while let Some(Expr::Seq(SeqExpr { exprs, .. })) = arg {
            arg = exprs.last().map(|last| &**last);
        }
        let is_none = matches!(arg, None | Some(Expr::Member(_) | Expr::New(_) | Expr::Object(_) | Expr::Lit(_)));
        self.may_be_function |= !is_none;
    }

    fn visit_function(&mut self, _: &Function) {}
    fn visit_arrow_expr(&mut self, _: &ArrowExpr) {}
    fn visit_class(&mut self, _: &Class) {}
}

impl Visit for Runners {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        declarator.visit_children_with(self);
        let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init) else { return };
        match &**init {
            Expr::Fn(function) => self.note(&name.id.sym, &function.function),
            init if requests_runner(init) => {
                self.known.insert(name.id.sym.to_string());
            }
            _ => {}
        }
    }

    fn visit_fn_decl(&mut self, declared: &FnDecl) {
        declared.visit_children_with(self);
        self.note(&declared.ident.sym, &declared.function);
    }

    fn visit_import_decl(&mut self, import: &ImportDecl) {
        if is_runner(&import.src.value.to_string_lossy()) {
            let default = import.specifiers.iter().filter_map(|specifier| match specifier {
                ImportSpecifier::Default(default) => Some(default.local.sym.to_string()),
                _ => None,
            });
            self.known.extend(default);
        }
    }
}

fn is_runner(name: &str) -> bool {
    name.strip_suffix(".js").unwrap_or(name).ends_with(RUNNER)
}

/// Whether an expression is `require('…/asyncToGenerator')`, or a call with that alone.
fn requests_runner(expression: &Expr) -> bool {
    let Expr::Call(CallExpr { args, .. }) = expression else { return false };
    match &args[..] {
        [ExprOrSpread { spread: None, expr }] => match &**expr {
            Expr::Lit(Lit::Str(text)) => is_runner(&text.value.to_string_lossy()),
            inner => requests_runner(inner),
        },
        _ => false,
    }
}

struct Restorer<'o> {
    runners: Runners,
    /// Helpers that are left as they are, with their machines.
    own: &'o Own,
    /// Where the functions begin that were machines which may have been async functions.
    machines: FxHashSet<BytePos>,
    /// The names of the helpers that ran them.
    helpers: FxHashSet<String>,
}

impl VisitMut for Restorer<'_> {
    fn visit_mut_function(&mut self, function: &mut Function) {
        function.visit_mut_children_with(self);
        let Some(body) = &mut function.body else { return };
        let Some((dialect, is_async)) = restore_body(&mut body.stmts, self.own, &mut self.helpers) else { return };
        function.is_generator = true;
        if dialect == Dialect::Context {
            self.machines.insert(function.span.lo);
        }
        if is_async {
            make_async(function);
        }
    }

    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        if let Expr::Call(call) = expression
            && let Some(restored) = self.restored(call)
        {
            *expression = restored;
        }
    }
}

impl Restorer<'_> {
    /// What stands for a call of a helper.
    fn restored(&mut self, call: &mut CallExpr) -> Option<Expr> {
        let Callee::Expr(callee) = &call.callee else { return None };
        if self.own.has(callee) {
            return None;
        }
        let helper = root_of(callee).map(str::to_owned);
        let restored = self.restored_from(call)?;
        self.helpers.extend(helper);
        Some(restored)
    }

    fn restored_from(&self, call: &mut CallExpr) -> Option<Expr> {
        let Callee::Expr(callee) = &call.callee else { return None };
        let name = last_name(callee)?;
        match (name, call.args.len()) {
            ("__awaiter", 4) => run(call, 3),
            ("__async", 3) => run(call, 2),
            ("__asyncGenerator", 3) => streams::run(call),
            ("awrap", 1) => Some(take(&mut call.args[0].expr)),
            (_, 1) => {
                let is_marked = ["mark", "m"].contains(&name);
                let is_runner = is_runner(name) || self.runs(callee);
                let function = function_of(&mut call.args[0].expr).filter(|it| it.function.is_generator)?;
                if streams::is_maker(name) {
                    streams::make(&mut function.function);
                    return Some(take(&mut call.args[0].expr));
                }
                let is_other = matches!(&**callee, Expr::Ident(name) if self.runners.others.contains(&*name.sym));
                let is_machine = !is_other && self.machines.contains(&function.function.span.lo);
                if !(is_machine && is_marked) {
                    // A machine that is handed to something alone was an async function.
                    (is_machine || is_runner).then(|| make_async(&mut function.function))?;
                }
                Some(take(&mut call.args[0].expr))
            }
            _ => None,
        }
    }

    /// Whether a callee is [`RUNNER`] under a name of the file's own.
    fn runs(&self, callee: &Expr) -> bool {
        match callee {
            Expr::Paren(inner) => self.runs(&inner.expr),
            Expr::Seq(seq) => seq.exprs.last().is_some_and(|last| self.runs(last)),
            Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(name), .. }) => {
                &*name.sym == "default" && self.runs(obj)
            }
            Expr::Ident(name) => self.runners.known.contains(&*name.sym),
            _ => false,
        }
    }
}

/// Puts the statements of a machine in the place of what runs it; its dialect, and whether it is run as an async function.
fn restore_body(stmts: &mut Vec<Stmt>, own: &Own, helpers: &mut FxHashSet<String>) -> Option<(Dialect, bool)> {
    let at = stmts.iter().rposition(|stmt| !matches!(stmt, Stmt::Decl(_) | Stmt::Empty(_)))?;
    let Stmt::Return(ReturnStmt { arg: Some(arg), .. }) = &mut stmts[at] else { return None };
    let call = last_call(arg)?;
    let Callee::Expr(callee) = &call.callee else { return None };
    if own.has(callee) {
        return None;
    }
    let name = last_name(callee)?;
    let helper = root_of(callee).map(str::to_owned);
    let is_async = name == "async";
    let (dialect, index) = if name == "__generator" { (Dialect::Instructions, 1) } else { (Dialect::Context, 0) };
    let function = function_of(&mut call.args.get_mut(index)?.expr)?;
    let body = function.function.body.as_mut()?;
    let state = match function.function.params.first().map(|param| &param.pat) {
        Some(Pat::Ident(name)) => Some(name.id.clone()),
        _ => None,
    };
    if dialect == Dialect::Context && !body.stmts.iter().any(|stmt| steps::is_looped_machine(stmt, state.as_ref())) {
        return None;
    }
    helpers.extend(helper);
    let body = std::mem::take(&mut body.stmts);
    let machine = Machine { state, at: function.function.span, body, dialect };
    let mut arg = take(arg);
    while let Expr::Paren(inner) = arg {
        arg = *inner.expr;
    }
    let mut restored: Vec<Stmt> = match arg {
        Expr::Seq(mut seq) => {
            seq.exprs.pop();
            seq.exprs.into_iter().map(steps::expression_statement).collect()
        }
        _ => Vec::new(),
    };
    restored.push(machine.into_statement());
    stmts.splice(at..=at, restored);
    Some((dialect, is_async))
}

/// A generator that is run at once, as an async function: `__awaiter(this, void 0, void 0, function* () {})`.
fn run(call: &mut CallExpr, index: usize) -> Option<Expr> {
    let function = function_of(&mut call.args[index].expr).filter(|it| it.function.is_generator)?;
    make_async(&mut function.function);
    let span = call.span;
    let given = ExprOrSpread { spread: Some(DUMMY_SP), expr: Box::new(take(&mut call.args[1].expr)) };
    let has_params = !function_of(&mut call.args[index].expr)?.function.params.is_empty();
    let mut args = Vec::from_iter(has_params.then_some(given));
    let this = take(&mut call.args[0].expr);
    let function = take(&mut call.args[index].expr);
    let callee = match (is_own_or_none(&this), function) {
        (true, Expr::Fn(FnExpr { function, .. })) => {
            let Function { params, span, body: Some(body), .. } = *function else { return None };
            let params = params.into_iter().map(|param| param.pat).collect();
            let body = Box::new(ArrowFunctionBody::FunctionBody(body));
            Expr::Arrow(ArrowExpr { span, params, body, is_async: true, ..ArrowExpr::default() })
        }
        (_, function) => {
            args.insert(0, ExprOrSpread { spread: None, expr: Box::new(this) });
            let prop = MemberProp::Ident(IdentName { span, sym: "call".into() });
            Expr::Member(MemberExpr { span, obj: Box::new(function), prop })
        }
    };
    Some(call_of(span, callee, args))
}

/// Whether a receiver is that of the function around, or there is none.
fn is_own_or_none(this: &Expr) -> bool {
    match this {
        Expr::This(_) | Expr::Lit(Lit::Null(_)) => true,
        Expr::Unary(unary) => unary.op == UnaryOp::Void,
        _ => false,
    }
}

/// Makes an async function of a generator that yields what it waits for.
fn make_async(function: &mut Function) {
    function.is_generator = false;
    function.is_async = true;
    if let Some(body) = &mut function.body {
        body.stmts.visit_mut_with(&mut Waiting);
    }
}

/// `yield` of a function becomes `await`; those inside it have their own.
struct Waiting;

impl VisitMut for Waiting {
    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        if let Expr::Yield(yielded) = expression {
            let arg = yielded.arg.take().unwrap_or_else(|| Box::new(invalid(yielded.span)));
            *expression = Expr::Await(AwaitExpr { span: yielded.span, arg });
        }
    }

    fn visit_mut_function(&mut self, _: &mut Function) {}
    fn visit_mut_arrow_expr(&mut self, _: &mut ArrowExpr) {}
    fn visit_mut_class(&mut self, _: &mut Class) {}
}

/// The name of a callee, or of the property that it is.
fn last_name(callee: &Expr) -> Option<&str> {
    match callee {
        Expr::Ident(name) => Some(&name.sym),
        Expr::Paren(inner) => last_name(&inner.expr),
        Expr::Seq(seq) => last_name(seq.exprs.last()?),
        Expr::Member(MemberExpr { prop: MemberProp::Ident(name), .. }) => Some(&name.sym),
        _ => Some(""),
    }
}

/// The call that an expression comes to in the end.
fn last_call(expression: &mut Expr) -> Option<&mut CallExpr> {
    match expression {
        Expr::Call(call) => Some(call),
        Expr::Paren(inner) => last_call(&mut inner.expr),
        Expr::Seq(seq) => last_call(seq.exprs.last_mut()?),
        _ => None,
    }
}

/// The function that an expression is, without parentheses around it.
fn function_of(expression: &mut Expr) -> Option<&mut FnExpr> {
    while let Expr::Paren(inner) = expression {
        *expression = take(&mut inner.expr);
    }
    match expression {
        Expr::Fn(function) => Some(function),
        _ => None,
    }
}
