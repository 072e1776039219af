//! Code in constant texts: `eval('…')`, `new Function('…')` and timers that are given text become the code itself.
//! Knows these callees, and nothing of what the code does.

mod given;

use rustc_hash::{FxHashMap, FxHashSet};
use swc_common::{BytePos, Span, Spanned};
use swc_ecma_ast::{
    ArrowExpr, ArrowFunctionBody, BinaryOp, BlockStmt, CallExpr, Callee, Class, CondExpr, Expr, ExprOrSpread, ExprStmt,
    FnExpr, Function, FunctionBody, Ident, IfStmt, Lit, MemberProp, ModuleItem, NewExpr, Pat, Program, ReturnStmt,
    SeqExpr, Stmt, Str, VarDecl, VarDeclKind, VarDeclarator,
};
use swc_ecma_visit::{VisitMut, VisitMutWith};

use super::tree::{binary, call as call_of, paren};
use super::{Grammar, depth, parser};
use crate::syntax::FIRST_POSITION;
use crate::syntax::depth::Angles;

/// What runs texts as code.
const CALLEES: [&str; 4] = ["eval", "Function", "setTimeout", "setInterval"];

/// Puts code in the place of texts that are run as code.
pub(super) fn inline(program: &mut Program, text: &str) {
    if CALLEES.iter().any(|name| text.contains(name)) {
        let given = given::texts(program, text);
        program.visit_mut_with(&mut Inliner { given, ..Inliner::default() });
    }
}

#[derive(Default)]
struct Inliner {
    /// Texts of names that are declared once, until they are run.
    texts: FxHashMap<String, Option<Code>>,
    /// Texts that parameters are given, until these are run.
    given: FxHashMap<String, Vec<Code>>,
    /// Names of constants that are one of the callees, with its name.
    aliases: FxHashMap<String, &'static str>,
    /// Names of constants.
    constants: FxHashSet<String>,
    /// Whether what code in a text declares stays there.
    is_strict: bool,
}

/// A text, and where it stands.
#[derive(Clone)]
struct Code {
    text: String,
    at: BytePos,
}

impl Inliner {
    /// The text that an expression certainly is. A name's text is taken away: its code can stand in one place only.
    fn code(&mut self, expression: &Expr) -> Option<Code> {
        match expression {
            Expr::Lit(Lit::Str(text)) => {
                Some(Code { text: text.value.to_string_lossy().into_owned(), at: text.span.lo + BytePos(1) })
            }
            Expr::Tpl(template) if template.exprs.is_empty() => {
                let quasi = template.quasis.first()?;
                Some(Code { text: quasi.cooked.as_ref()?.to_string_lossy().into_owned(), at: quasi.span.lo })
            }
            Expr::Paren(inner) => self.code(&inner.expr),
            Expr::Ident(name) => self.texts.get_mut(&*name.sym)?.take(),
            Expr::Tpl(_) | Expr::Bin(_) => {
                // What is put together stands where its parts do, as far as it has room there.
                let text = self.put_together(expression)?;
                let span = expression.span();
                (text.len() <= (span.hi - span.lo).0 as usize).then_some(Code { text, at: span.lo })
            }
            _ => None,
        }
    }

    /// The text that an expression puts together from texts that are known.
    fn put_together(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Lit(Lit::Str(text)) => Some(text.value.to_string_lossy().into_owned()),
            Expr::Paren(inner) => self.put_together(&inner.expr),
            Expr::Ident(name) if self.constants.contains(&*name.sym) => {
                Some(self.texts.get(&*name.sym)?.as_ref()?.text.clone())
            }
            Expr::Bin(bin) if bin.op == BinaryOp::Add => {
                Some(self.put_together(&bin.left)? + &self.put_together(&bin.right)?)
            }
            Expr::Tpl(template) => {
                let mut text = String::new();
                for (at, quasi) in template.quasis.iter().enumerate() {
                    text += &quasi.cooked.as_ref()?.to_string_lossy();
                    if let Some(part) = template.exprs.get(at) {
                        text += &self.put_together(part)?;
                    }
                }
                Some(text)
            }
            _ => None,
        }
    }

    /// What a call of `eval` runs.
    fn evaluated(&mut self, call: &CallExpr) -> Option<Vec<Stmt>> {
        let Callee::Expr(callee) = &call.callee else { return None };
        let [ExprOrSpread { spread: None, expr }] = &call.args[..] else { return None };
        if !self.is_named(callee, &["eval"]) {
            return None;
        }
        parse(&self.code(expr)?)
    }

    /// The function that `Function` makes of texts.
    fn made(&mut self, args: &[ExprOrSpread], span: Span) -> Option<Expr> {
        let (body, params) = args.split_last()?;
        let body = self.code(&body.expr).filter(|_| body.spread.is_none())?;
        self.function(params, parse(&body)?, span)
    }

    /// A function with parameters that texts name.
    fn function(&mut self, names: &[ExprOrSpread], stmts: Vec<Stmt>, span: Span) -> Option<Expr> {
        // The parameters as a function of their own, to be taken from it.
        let mut params = Vec::new();
        for name in names {
            let code = self.code(&name.expr).filter(|_| name.spread.is_none())?;
            let [Stmt::Expr(ExprStmt { expr, .. })] = &mut parse_as_parameters(&code)?[..] else { return None };
            let Expr::Arrow(arrow) = &mut **expr else { return None };
            params.extend(arrow.params.drain(..).map(swc_ecma_ast::Param::from));
        }
        let body = Some(FunctionBody { span, stmts });
        let function = Box::new(Function { params, span, body, ..Function::default() });
        Some(Expr::Fn(FnExpr { ident: None, function }))
    }

    /// The code that a call runs.
    fn inlined(&mut self, expression: &Expr) -> Option<Expr> {
        let span = expression.span();
        match expression {
            Expr::Call(call) => match (self.evaluated(call), &call.callee) {
                (Some(stmts), _) => Some(value_of(stmts, span)),
                (None, Callee::Expr(callee)) if self.is_named(callee, &["Function"]) => self.made(&call.args, span),
                _ => None,
            },
            Expr::New(new) if self.is_named(&new.callee, &["Function"]) => self.made(new.args.as_ref()?, span),
            _ => None,
        }
    }

    /// A call that runs what a function is given: each text that this may be, where it is that.
    fn by_case(&mut self, expression: &Expr) -> Option<Expr> {
        let (callee, args) = match expression {
            Expr::Call(CallExpr { callee: Callee::Expr(callee), args, .. }) => (callee, args),
            Expr::New(NewExpr { callee, args: Some(args), .. }) => (callee, args),
            _ => return None,
        };
        let (given, params) = args.split_last()?;
        let Expr::Ident(name) = &*given.expr else { return None };
        let is_maker = self.is_named(callee, &["Function"]);
        let is_evaluated = params.is_empty() && self.is_named(callee, &["eval"]);
        if !is_maker && !is_evaluated {
            return None;
        }
        let codes = self.given.remove(&*name.sym)?;
        let cases: Vec<(Str, Vec<Stmt>)> =
            codes.iter().filter_map(|code| Some((literal(code), parse(code)?))).collect();
        let span = expression.span();
        let otherwise = expression.clone();
        if !is_maker {
            let value = |whole, (text, stmts): (Str, Vec<Stmt>)| {
                let value = value_of(stmts, text.span);
                choice(span, is_text(name, text), value, whole)
            };
            return Some(cases.into_iter().fold(otherwise, value));
        }
        let tests = cases.iter().map(|(text, _)| is_text(name, text.clone()));
        let is_any = tests.reduce(|left, right| binary(span, BinaryOp::LogicalOr, left, right))?;
        let branch = |(text, stmts): (Str, Vec<Stmt>)| {
            let cons = Box::new(Stmt::Block(BlockStmt { span: text.span, stmts, ..BlockStmt::default() }));
            Stmt::If(IfStmt { span: text.span, test: Box::new(is_text(name, text)), cons, alt: None })
        };
        let made = self.function(params, cases.into_iter().map(branch).collect(), span)?;
        Some(choice(span, is_any, made, otherwise))
    }

    /// Whether an expression is a global function of one of these names, directly or not.
    fn is_named(&self, expression: &Expr, names: &[&str]) -> bool {
        match expression {
            Expr::Ident(ident) => {
                names.contains(&&*ident.sym)
                    || self.aliases.get(&*ident.sym).is_some_and(|callee| names.contains(callee))
            }
            Expr::Paren(inner) => self.is_named(&inner.expr, names),
            Expr::Seq(seq) => seq.exprs.last().is_some_and(|last| self.is_named(last, names)),
            Expr::Member(member) => {
                let is_global = matches!(&*member.obj, Expr::Ident(object) if ["globalThis", "window", "global", "self"].contains(&&*object.sym));
                is_global && matches!(&member.prop, MemberProp::Ident(name) if names.contains(&&*name.sym))
            }
            _ => false,
        }
    }

    fn run_later(&mut self, call: &mut CallExpr) {
        let Callee::Expr(callee) = &call.callee else { return };
        if !self.is_named(callee, &["setTimeout", "setInterval"]) {
            return;
        }
        let Some(first) = call.args.first_mut() else { return };
        if matches!(&*first.expr, Expr::Lit(_) | Expr::Tpl(_))
            && let Some(stmts) = self.code(&first.expr).and_then(|code| parse(&code))
        {
            *first.expr = arrow(stmts, first.expr.span());
        }
    }
}

impl VisitMut for Inliner {
    fn visit_mut_var_decl(&mut self, decl: &mut VarDecl) {
        if decl.kind == VarDeclKind::Const {
            for declarator in &decl.decls {
                let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init) else { continue };
                let name = name.id.sym.to_string();
                if let Some(callee) = CALLEES.into_iter().find(|callee| self.is_named(init, &[callee])) {
                    self.aliases.insert(name.clone(), callee);
                }
                self.constants.insert(name);
            }
        }
        decl.visit_mut_children_with(self);
    }

    fn visit_mut_program(&mut self, program: &mut Program) {
        self.is_strict = match program {
            Program::Module(module) => {
                let is_esm = module.body.iter().any(ModuleItem::is_module_decl);
                is_esm || is_strict(module.body.iter().filter_map(ModuleItem::as_stmt))
            }
            Program::Script(script) => is_strict(&script.body),
        };
        program.visit_mut_children_with(self);
    }

    fn visit_mut_class(&mut self, class: &mut Class) {
        let around = std::mem::replace(&mut self.is_strict, true);
        class.visit_mut_children_with(self);
        self.is_strict = around;
    }

    fn visit_mut_function_body(&mut self, body: &mut FunctionBody) {
        let around = self.is_strict;
        self.is_strict |= is_strict(&body.stmts);
        body.visit_mut_children_with(self);
        self.is_strict = around;
    }

    fn visit_mut_var_declarator(&mut self, declarator: &mut VarDeclarator) {
        declarator.visit_mut_children_with(self);
        if let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init)
            && let Expr::Lit(_) | Expr::Tpl(_) | Expr::Bin(_) = &**init
        {
            let known = self.texts.contains_key(&*name.id.sym);
            let code = if known { None } else { self.code(init) };
            self.texts.insert(name.id.sym.to_string(), code);
        }
    }

    fn visit_mut_stmt(&mut self, statement: &mut Stmt) {
        if let Stmt::Expr(ExprStmt { expr, span }) = statement
            && let Expr::Call(call) = &**expr
            && let Some(stmts) = self.evaluated(call)
        {
            *statement = if self.is_strict {
                Stmt::Expr(ExprStmt { span: *span, expr: Box::new(value_of(stmts, *span)) })
            } else {
                // Its declarations are those of the function around.
                Stmt::Block(BlockStmt { span: *span, stmts, ..BlockStmt::default() })
            };
        }
        statement.visit_mut_children_with(self);
    }

    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        if let Expr::Call(call) = expression {
            self.run_later(call);
        }
        if let Some(code) = self.inlined(expression).or_else(|| self.by_case(expression)) {
            *expression = code;
        }
    }
}

/// Whether code begins with what makes it strict.
fn is_strict<'s>(stmts: impl IntoIterator<Item = &'s Stmt>) -> bool {
    let mut directives = stmts.into_iter().map_while(|stmt| match stmt {
        Stmt::Expr(ExprStmt { expr, .. }) => expr.as_lit().and_then(Lit::as_str),
        _ => None,
    });
    directives.any(|text| text.value == *"use strict")
}

/// What statements give as an expression: the value of the last one.
fn value_of(mut stmts: Vec<Stmt>, span: Span) -> Expr {
    if stmts.iter().all(Stmt::is_expr) && !stmts.is_empty() {
        let exprs: Vec<Box<Expr>> = stmts.into_iter().filter_map(Stmt::expr).map(|stmt| stmt.expr).collect();
        return paren(span, Expr::Seq(SeqExpr { span, exprs }));
    }
    if let Some(last) = stmts.last_mut()
        && let Stmt::Expr(ExprStmt { span, expr }) = last
    {
        *last = Stmt::Return(ReturnStmt { span: *span, arg: Some(expr.clone()) });
    }
    call_of(span, arrow(stmts, span), Vec::new())
}

fn arrow(stmts: Vec<Stmt>, span: Span) -> Expr {
    let body = Box::new(ArrowFunctionBody::FunctionBody(FunctionBody { span, stmts }));
    Expr::Arrow(ArrowExpr { span, body, ..ArrowExpr::default() })
}

/// Whether a name stands for a text.
fn is_text(name: &Ident, text: Str) -> Expr {
    binary(text.span, BinaryOp::EqEqEq, Expr::Ident(name.clone()), Expr::Lit(Lit::Str(text)))
}

fn choice(span: Span, test: Expr, cons: Expr, alt: Expr) -> Expr {
    Expr::Cond(CondExpr { span, test: Box::new(test), cons: Box::new(cons), alt: Box::new(alt) })
}

/// A text as it is written.
fn literal(code: &Code) -> Str {
    let lo = code.at - BytePos(1);
    Str {
        span: Span::new(lo, code.at + BytePos(code.text.len() as u32 + 1)),
        value: code.text.clone().into(),
        raw: None,
    }
}

/// The statements of a text, if it is free of errors. Positions are those of the text in the file, as far as it has no
/// escapes.
fn parse(code: &Code) -> Option<Vec<Stmt>> {
    if depth::too_deep_at(&code.text, Angles::Comparison).is_some() {
        return None;
    }
    let mut parser = parser(Grammar::Script.syntax(), &code.text, (code.at.0 - FIRST_POSITION) as usize, None);
    let script = parser.parse_script().ok()?;
    let mut errors = parser.take_errors();
    errors.retain(|error| !super::is_return_outside(error));
    errors.is_empty().then_some(script.body)
}

/// The statement `(text) => 0`, whose parameters are those in the text.
fn parse_as_parameters(code: &Code) -> Option<Vec<Stmt>> {
    let at = BytePos(code.at.0.saturating_sub(1).max(FIRST_POSITION));
    parse(&Code { text: format!("({}) => 0", code.text), at })
}
