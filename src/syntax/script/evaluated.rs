//! Code in constant texts: `eval('…')`, `new Function('…')` and timers that are given text become the code itself.
//! Knows these callees, and nothing of what the code does.

use rustc_hash::FxHashMap;
use swc_common::{BytePos, Span, Spanned};
use swc_ecma_ast::{
    ArrowExpr, ArrowFunctionBody, BlockStmt, CallExpr, Callee, Expr, ExprOrSpread, ExprStmt, FnExpr, Function,
    FunctionBody, Lit, MemberProp, ParenExpr, Pat, Program, ReturnStmt, SeqExpr, Stmt, VarDeclarator,
};
use swc_ecma_visit::{VisitMut, VisitMutWith};

use super::{Grammar, depth, parser};
use crate::syntax::FIRST_POSITION;
use crate::syntax::depth::Angles;

/// Puts code in the place of texts that are run as code.
pub(super) fn inline(program: &mut Program, text: &str) {
    if ["eval", "Function", "setTimeout", "setInterval"].iter().any(|name| text.contains(name)) {
        program.visit_mut_with(&mut Inliner::default());
    }
}

#[derive(Default)]
struct Inliner {
    /// Texts of names that are declared once, until they are run.
    texts: FxHashMap<String, Option<Code>>,
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
            _ => None,
        }
    }

    /// What a call of `eval` runs.
    fn evaluated(&mut self, call: &CallExpr) -> Option<Vec<Stmt>> {
        let Callee::Expr(callee) = &call.callee else { return None };
        let [ExprOrSpread { spread: None, expr }] = &call.args[..] else { return None };
        if !is_named(callee, &["eval"]) {
            return None;
        }
        parse(&self.code(expr)?)
    }

    /// The function that `Function` makes of texts.
    fn made(&mut self, args: &[ExprOrSpread], span: Span) -> Option<Expr> {
        let mut codes = Vec::new();
        for arg in args {
            codes.push(self.code(&arg.expr).filter(|_| arg.spread.is_none())?);
        }
        let body = codes.pop()?;
        // The parameters as a function of their own, to be taken from it.
        let mut params = Vec::new();
        for code in codes {
            let [Stmt::Expr(ExprStmt { expr, .. })] = &mut parse_as_parameters(&code)?[..] else { return None };
            let Expr::Arrow(arrow) = &mut **expr else { return None };
            params.extend(arrow.params.drain(..).map(swc_ecma_ast::Param::from));
        }
        let stmts = parse(&body)?;
        let body = Some(FunctionBody { span, stmts });
        let function = Box::new(Function { params, span, body, ..Function::default() });
        Some(Expr::Fn(FnExpr { ident: None, function }))
    }

    fn run_later(&mut self, call: &mut CallExpr) {
        let Callee::Expr(callee) = &call.callee else { return };
        if !is_named(callee, &["setTimeout", "setInterval"]) {
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
    fn visit_mut_var_declarator(&mut self, declarator: &mut VarDeclarator) {
        declarator.visit_mut_children_with(self);
        if let (Pat::Ident(name), Some(init)) = (&declarator.name, &declarator.init)
            && let Expr::Lit(_) | Expr::Tpl(_) = &**init
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
            // Its declarations are those of the function around.
            *statement = Stmt::Block(BlockStmt { span: *span, stmts, ..BlockStmt::default() });
        }
        statement.visit_mut_children_with(self);
    }

    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        let span = expression.span();
        let code = match expression {
            Expr::Call(call) => {
                self.run_later(call);
                match (self.evaluated(call), &call.callee) {
                    (Some(stmts), _) => Some(value_of(stmts, span)),
                    (None, Callee::Expr(callee)) if is_named(callee, &["Function"]) => self.made(&call.args, span),
                    _ => None,
                }
            }
            Expr::New(new) if is_named(&new.callee, &["Function"]) => {
                new.args.as_ref().and_then(|args| self.made(args, span))
            }
            _ => None,
        };
        if let Some(code) = code {
            *expression = code;
        }
    }
}

/// Whether an expression is a global function of one of these names, directly or not.
fn is_named(expression: &Expr, names: &[&str]) -> bool {
    match expression {
        Expr::Ident(ident) => names.contains(&&*ident.sym),
        Expr::Paren(inner) => is_named(&inner.expr, names),
        Expr::Seq(seq) => seq.exprs.last().is_some_and(|last| is_named(last, names)),
        Expr::Member(member) => {
            let is_global = matches!(&*member.obj, Expr::Ident(object) if ["globalThis", "window", "global", "self"].contains(&&*object.sym));
            is_global && matches!(&member.prop, MemberProp::Ident(name) if names.contains(&&*name.sym))
        }
        _ => false,
    }
}

/// What statements give as an expression: the value of the last one.
fn value_of(mut stmts: Vec<Stmt>, span: Span) -> Expr {
    if stmts.iter().all(Stmt::is_expr) && !stmts.is_empty() {
        let exprs: Vec<Box<Expr>> = stmts.into_iter().filter_map(Stmt::expr).map(|stmt| stmt.expr).collect();
        return Expr::Paren(ParenExpr { span, expr: Box::new(Expr::Seq(SeqExpr { span, exprs })) });
    }
    if let Some(last) = stmts.last_mut()
        && let Stmt::Expr(ExprStmt { span, expr }) = last
    {
        *last = Stmt::Return(ReturnStmt { span: *span, arg: Some(expr.clone()) });
    }
    let callee = Callee::Expr(Box::new(arrow(stmts, span)));
    Expr::Call(CallExpr { span, callee, ..CallExpr::default() })
}

fn arrow(stmts: Vec<Stmt>, span: Span) -> Expr {
    let body = Box::new(ArrowFunctionBody::FunctionBody(FunctionBody { span, stmts }));
    Expr::Arrow(ArrowExpr { span, body, ..ArrowExpr::default() })
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
