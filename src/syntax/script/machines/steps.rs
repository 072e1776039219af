//! The body of a state machine as statements of a generator. What a step returns tells the helper how to go on: with a
//! value that is waited for, with another step, or not at all. Where a step goes on to is not followed: any may come next;
//! what is waited for comes in at the start of the step behind it in the text.

use swc_common::{BytePos, Span, Spanned};
use swc_ecma_ast::{
    ArrayLit, ArrowExpr, AssignExpr, AssignOp, AssignTarget, BlockStmt, CallExpr, Callee, CatchClause, Class,
    ComputedPropName, ContinueStmt, Decl, Expr, ExprStmt, ForStmt, Function, Ident, IdentName, IfStmt, LabeledStmt,
    Lit, MemberExpr, MemberProp, ObjectLit, Pat, ReturnStmt, SimpleAssignTarget, Stmt, SwitchStmt, ThrowStmt, TryStmt,
    VarDecl, VarDeclKind, VarDeclarator, YieldExpr,
};
use swc_ecma_visit::{VisitMut, VisitMutWith};

use super::super::tree::{invalid, take};

/// Names that no text of a program has: the loop around the steps, and what was caught.
const STEPS: &str = "steps:";
const CAUGHT: &str = "caught:";

/// How a machine tells its helper what happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dialect {
    /// It returns an instruction with its operand, as TypeScript has it: `[4, value]`.
    Instructions,
    /// It calls methods of its context, as regenerator has it, and returns what is waited for.
    Context,
}

/// A function that a helper calls again and again.
pub(super) struct Machine {
    /// The parameter that holds its state.
    pub state: Option<Ident>,
    /// Where the function stands.
    pub at: Span,
    /// Its statements.
    pub body: Vec<Stmt>,
    /// How it speaks.
    pub dialect: Dialect,
}

impl Machine {
    /// The machine as a block in a generator.
    pub fn into_statement(self) -> Stmt {
        let Self { state, at, body, dialect } = self;
        let mut stmts: Vec<Stmt> = state.iter().map(declared).collect();
        let mut steps = Steps { state, dialect, sent: None, yielded: None, n_yields: 0, catches: false };
        for mut stmt in body {
            if is_machine(&stmt, steps.state.as_ref())
                && let Some(switch) = switch_of(&mut stmt)
            {
                steps.cases(switch);
                stmts.push(steps.looped(switch, at));
            } else {
                stmt.visit_mut_with(&mut steps);
                stmts.push(stmt);
            }
        }
        block(stmts, at)
    }
}

/// Whether a statement chooses among the steps by the state.
fn is_machine(statement: &Stmt, state: Option<&Ident>) -> bool {
    let switch = match statement {
        Stmt::Switch(switch) => switch,
        Stmt::While(looped) => return is_machine(&looped.body, state),
        Stmt::For(ForStmt { init: None, test: None, body, .. }) => return is_machine(body, state),
        Stmt::Block(block) => return matches!(&block.stmts[..], [only] if is_machine(only, state)),
        _ => return false,
    };
    let mut chosen = &*switch.discriminant;
    while let Expr::Assign(AssignExpr { right, .. }) = chosen {
        chosen = right;
    }
    let Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(name), .. }) = chosen else { return false };
    ["label", "next", "n"].contains(&&*name.sym) && state.is_some_and(|state| is_ident(obj, state))
}

/// Whether a statement does so again and again.
pub(super) fn is_looped_machine(statement: &Stmt, state: Option<&Ident>) -> bool {
    matches!(statement, Stmt::While(_) | Stmt::For(_)) && is_machine(statement, state)
}

fn switch_of(statement: &mut Stmt) -> Option<&mut SwitchStmt> {
    match statement {
        Stmt::Switch(switch) => Some(switch),
        Stmt::While(looped) => switch_of(&mut looped.body),
        Stmt::For(looped) => switch_of(&mut looped.body),
        Stmt::Block(block) => switch_of(block.stmts.first_mut()?),
        _ => None,
    }
}

fn is_ident(expression: &Expr, name: &Ident) -> bool {
    matches!(expression, Expr::Ident(ident) if ident.sym == name.sym)
}

/// Rewrites the statements of a machine.
struct Steps {
    state: Option<Ident>,
    dialect: Dialect,
    /// The field of the state that holds what came in before this step.
    sent: Option<String>,
    /// The field that holds what comes in behind the last statement.
    yielded: Option<String>,
    n_yields: usize,
    /// Whether some steps catch errors.
    catches: bool,
}

impl Steps {
    fn cases(&mut self, switch: &mut SwitchStmt) {
        for case in switch.cases.iter_mut().filter(|case| !case.cons.is_empty()) {
            self.sent = self.yielded.take();
            for statement in &mut case.cons {
                self.yielded = None;
                statement.visit_mut_with(self);
            }
        }
    }

    /// The steps in a loop: any of them may be next. Errors come back in, or leave the function.
    fn looped(&self, switch: &mut SwitchStmt, at: Span) -> Stmt {
        let span = switch.span;
        let cases = std::mem::take(&mut switch.cases);
        let discriminant = Box::new(invalid(span));
        let mut body = Stmt::Switch(SwitchStmt { span, discriminant, cases, ..SwitchStmt::default() });
        if self.catches
            && let [Some(caught), Some(thrown)] = [0, 1].map(|offset| self.field(at.lo + BytePos(offset), CAUGHT))
        {
            let arg = Box::new(Expr::Member(thrown));
            let rethrow = Box::new(Stmt::Throw(ThrowStmt { span, arg }));
            let rethrow = Stmt::If(IfStmt { span, test: Box::new(invalid(span)), cons: rethrow, alt: None });
            let handler = CatchClause {
                span,
                param: Some(Pat::Expr(Box::new(Expr::Member(caught)))),
                body: BlockStmt { span, stmts: vec![rethrow], ..BlockStmt::default() },
            };
            let tried = BlockStmt { span, stmts: vec![body], ..BlockStmt::default() };
            body = Stmt::Try(Box::new(TryStmt { span, block: tried, handler: Some(handler), finalizer: None }));
        }
        let looped = ForStmt { span, init: None, test: None, update: None, body: Box::new(body) };
        Stmt::Labeled(LabeledStmt { span, label: label(span), body: Box::new(Stmt::For(looped)) })
    }

    /// What a step that returns `value` does.
    fn step(&mut self, value: Expr, span: Span) -> Vec<Stmt> {
        match value {
            Expr::Paren(inner) => self.step(*inner.expr, span),
            Expr::Seq(mut seq) => {
                let last = seq.exprs.pop();
                let mut stmts: Vec<Stmt> = seq.exprs.into_iter().map(expression_statement).collect();
                stmts.extend(last.into_iter().flat_map(|last| self.step(*last, span)));
                stmts
            }
            Expr::Cond(choice) if [&choice.cons, &choice.alt].iter().any(|side| self.says(side)) => {
                let cons = Box::new(block(self.step(*choice.cons, span), span));
                let alt = Some(Box::new(block(self.step(*choice.alt, span), span)));
                vec![Stmt::If(IfStmt { span, test: choice.test, cons, alt })]
            }
            value => vec![match self.dialect {
                Dialect::Instructions => self.instruction(value, span),
                Dialect::Context => self.told(value, span),
            }],
        }
    }

    /// Whether an expression tells the helper more than its value.
    fn says(&self, value: &Expr) -> bool {
        match value {
            Expr::Paren(inner) => self.says(&inner.expr),
            Expr::Seq(seq) => seq.exprs.last().is_some_and(|last| self.says(last)),
            Expr::Call(CallExpr { callee: Callee::Expr(callee), .. }) => self.field_of_state(callee).is_some(),
            _ => false,
        }
    }

    /// `return [4, value]`: 2 returns, 3 and 7 go on elsewhere, 4 and 5 yield.
    fn instruction(&mut self, value: Expr, span: Span) -> Stmt {
        let Expr::Array(mut array) = value else { return returned(Some(value), span) };
        let code = array.elems.first().and_then(|first| number(&first.as_ref()?.expr)).unwrap_or_default();
        let operand = |array: &mut ArrayLit| Some(*array.elems.get_mut(1)?.take()?.expr);
        match &*code {
            "2" => returned(operand(&mut array), span),
            "3" | "7" => go_on(span),
            "4" => self.yields(operand(&mut array), false, None, span),
            "5" => self.yields(operand(&mut array), true, None, span),
            _ => returned(Some(Expr::Array(array)), span),
        }
    }

    /// `return context.abrupt('return', value)` and the like; anything else is waited for.
    fn told(&mut self, value: Expr, span: Span) -> Stmt {
        let mut call = match value {
            Expr::Call(call) => call,
            value => return self.yields(Some(value), false, None, span),
        };
        let Callee::Expr(callee) = &call.callee else { return go_on(span) };
        let Some(method) = self.field_of_state(callee).map(str::to_owned) else {
            return self.yields(Some(Expr::Call(call)), false, None, span);
        };
        let how = call.args.first().map(|arg| (*arg.expr).clone());
        let mut operand = |index: usize| call.args.get_mut(index).map(|arg| take(&mut arg.expr));
        match (&*method, how) {
            ("stop", _) => returned(None, span),
            ("abrupt", Some(Expr::Lit(Lit::Str(how)))) if how.value.as_str() == Some("return") => {
                returned(operand(1), span)
            }
            ("a", Some(code)) if number(&code).as_deref() == Some("2") => returned(operand(1), span),
            ("abrupt", Some(Expr::Lit(Lit::Str(how)))) if how.value.as_str() == Some("throw") => {
                let arg = Box::new(operand(1).unwrap_or_else(|| invalid(span)));
                Stmt::Throw(ThrowStmt { span, arg })
            }
            ("delegateYield" | "d", _) => {
                let (value, into) = (operand(0), operand(1));
                let into = match into {
                    Some(Expr::Lit(Lit::Str(name))) => Some(name.value.to_string_lossy().into_owned()),
                    _ => None,
                };
                self.yields(value, true, into, span)
            }
            _ => go_on(span),
        }
    }

    /// A step waits for a value; what comes in is kept for the step behind it.
    fn yields(&mut self, arg: Option<Expr>, delegate: bool, into: Option<String>, span: Span) -> Stmt {
        self.n_yields += 1;
        let name = into.unwrap_or_else(|| format!("sent:{}", self.n_yields));
        let yielded = Expr::Yield(YieldExpr { span, arg: arg.map(Box::new), delegate });
        let statement = match self.field(span.lo, &name) {
            Some(field) => {
                let left = AssignTarget::Simple(SimpleAssignTarget::Member(field));
                Expr::Assign(AssignExpr { span, op: AssignOp::Assign, left, right: Box::new(yielded) })
            }
            None => yielded,
        };
        self.yielded = Some(name);
        expression_statement(Box::new(statement))
    }

    /// A field of the state, read or written at a place where no other name stands.
    fn field(&self, at: BytePos, name: &str) -> Option<MemberExpr> {
        let span = Span::new(at, at + BytePos(1));
        let state = Ident { span, ..self.state.clone()? };
        let prop = MemberProp::Ident(IdentName { span, sym: name.into() });
        Some(MemberExpr { span, obj: Box::new(Expr::Ident(state)), prop })
    }

    /// The name of the field of the state that an expression is.
    fn field_of_state<'e>(&self, expression: &'e Expr) -> Option<&'e str> {
        let Expr::Member(MemberExpr { obj, prop, .. }) = expression else { return None };
        if !self.state.as_ref().is_some_and(|state| is_ident(obj, state)) {
            return None;
        }
        match prop {
            MemberProp::Ident(name) => Some(&name.sym),
            MemberProp::Computed(ComputedPropName { expr, .. }) => match &**expr {
                Expr::Lit(Lit::Str(name)) => name.value.as_str(),
                _ => None,
            },
            MemberProp::PrivateName(_) => None,
        }
    }

    /// What came in before this step, as a field of the state: the one that is known, what was caught if that comes in the
    /// same way, else any.
    fn sent_field(&self, comes_caught: bool, span: Span) -> MemberProp {
        match &self.sent {
            Some(name) => named(name, span),
            None if comes_caught && self.catches => named(CAUGHT, span),
            None => MemberProp::Computed(ComputedPropName { span, expr: Box::new(invalid(span)) }),
        }
    }
}

impl VisitMut for Steps {
    fn visit_mut_stmt(&mut self, statement: &mut Stmt) {
        statement.visit_mut_children_with(self);
        if let Stmt::Return(ReturnStmt { arg: Some(arg), span }) = statement {
            let span = *span;
            let mut stmts = self.step(take(arg), span);
            *statement = if stmts.len() == 1 { stmts.remove(0) } else { block(stmts, span) };
        }
    }

    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        match expression {
            Expr::Call(CallExpr { callee: Callee::Expr(callee), span, .. }) => {
                let span = *span;
                if let Expr::Member(method) = &**callee
                    && self.field_of_state(&method.obj) == Some("trys")
                {
                    self.catches = true;
                    *expression = invalid(span);
                    return;
                }
                let prop = match (self.field_of_state(callee), self.dialect) {
                    (Some("sent"), Dialect::Instructions) => self.sent_field(true, span),
                    (Some("catch"), Dialect::Context) => named(CAUGHT, span),
                    _ => return,
                };
                self.catches |= matches!(&prop, MemberProp::Ident(name) if &*name.sym == CAUGHT);
                let Expr::Member(method) = take(callee) else { return };
                *expression = Expr::Member(MemberExpr { prop, ..method });
            }
            Expr::Member(_) if self.dialect == Dialect::Context => {
                let prop = match self.field_of_state(expression) {
                    Some("sent") => self.sent_field(false, expression.span()),
                    Some("v") => self.sent_field(true, expression.span()),
                    _ => return,
                };
                let Expr::Member(member) = expression else { return };
                member.prop = prop;
            }
            // Where it goes on to next, or where errors go.
            Expr::Assign(AssignExpr {
                left: AssignTarget::Simple(SimpleAssignTarget::Member(left)), right, ..
            }) => {
                let field = self.field_of_state(&Expr::Member(left.clone())).map(str::to_owned);
                self.catches |= matches!(field.as_deref(), Some("prev" | "p"));
                if matches!(field.as_deref(), Some("prev" | "p" | "next" | "n" | "label")) {
                    *expression = take(right);
                }
            }
            _ => {}
        }
    }

    fn visit_mut_function(&mut self, _: &mut Function) {}
    fn visit_mut_arrow_expr(&mut self, _: &mut ArrowExpr) {}
    fn visit_mut_class(&mut self, _: &mut Class) {}
}

/// `let state = {}`
fn declared(state: &Ident) -> Stmt {
    let init = Some(Box::new(Expr::Object(ObjectLit { span: state.span, props: Vec::new() })));
    let name = Pat::Ident(state.clone().into());
    let declarator = VarDeclarator { span: state.span, name, init, definite: false };
    let kind = VarDeclKind::Let;
    Stmt::Decl(Decl::Var(Box::new(VarDecl { span: state.span, kind, decls: vec![declarator], ..VarDecl::default() })))
}

/// The digits of a number that stands in the text.
fn number(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(Lit::Num(number)) => Some(number.value.to_string()),
        _ => None,
    }
}

fn named(name: &str, span: Span) -> MemberProp {
    MemberProp::Ident(IdentName { span, sym: name.into() })
}

fn label(span: Span) -> Ident {
    Ident { span, sym: STEPS.into(), ..Ident::default() }
}

fn returned(arg: Option<Expr>, span: Span) -> Stmt {
    Stmt::Return(ReturnStmt { span, arg: arg.map(Box::new) })
}

fn go_on(span: Span) -> Stmt {
    Stmt::Continue(ContinueStmt { span, label: Some(label(span)) })
}

fn block(stmts: Vec<Stmt>, span: Span) -> Stmt {
    Stmt::Block(BlockStmt { span, stmts, ..BlockStmt::default() })
}

/// An expression that is run for what it does.
pub(super) fn expression_statement(expr: Box<Expr>) -> Stmt {
    Stmt::Expr(ExprStmt { span: expr.span(), expr })
}
