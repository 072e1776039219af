//! Async generators, as compilers write them: a generator that yields what it gives, and, in a wrapper, what it waits for.
//! Knows the names of these wrappers; nothing of what the code does.

use swc_common::Spanned;
use swc_ecma_ast::{
    ArrowExpr, AwaitExpr, CallExpr, Callee, Class, Expr, Function, Ident, IdentName, MemberExpr, MemberProp, YieldExpr,
};
use swc_ecma_visit::{VisitMut, VisitMutWith};

use super::super::tree::{argument, call as call_of, take};
use super::{function_of, last_name};

/// Wrappers around what is waited for.
const WAITED: [&str; 3] = ["awaitAsyncGenerator", "__await", "AwaitValue"];

/// Whether a helper of this name makes an async generator of a generator.
pub(super) fn is_maker(name: &str) -> bool {
    name.ends_with("wrapAsyncGenerator")
}

/// Makes an async generator of a function that is a generator.
pub(super) fn make(function: &mut Function) {
    function.is_async = true;
    if let Some(body) = &mut function.body {
        body.stmts.visit_mut_with(&mut Waits);
    }
}

/// `helper(this, arguments, function* () {})` calls what it makes at once.
pub(super) fn run(call: &mut CallExpr) -> Option<Expr> {
    make(&mut function_of(&mut call.args[2].expr).filter(|it| it.function.is_generator)?.function);
    let span = call.span;
    let prop = MemberProp::Ident(IdentName { span, sym: "apply".into() });
    let obj = Box::new(take(&mut call.args[2].expr));
    let callee = Expr::Member(MemberExpr { span, obj, prop });
    let arguments = Expr::Ident(Ident { span: call.args[1].span(), sym: "arguments".into(), ..Ident::default() });
    let args = [take(&mut call.args[0].expr), arguments];
    Some(call_of(span, callee, args.map(argument).into()))
}

/// `yield wrapper(value)` waits for the value; functions inside have their own.
struct Waits;

impl VisitMut for Waits {
    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        if let Expr::Yield(YieldExpr { span, arg: Some(arg), delegate: false }) = expression
            && let Some(value) = waited(arg)
        {
            let arg = Box::new(take(value));
            *expression = Expr::Await(AwaitExpr { span: *span, arg });
        }
    }

    fn visit_mut_function(&mut self, _: &mut Function) {}
    fn visit_mut_arrow_expr(&mut self, _: &mut ArrowExpr) {}
    fn visit_mut_class(&mut self, _: &mut Class) {}
}

/// What a wrapper holds.
fn waited(expression: &mut Expr) -> Option<&mut Expr> {
    let is_wrapper =
        |callee: &Expr| last_name(callee).is_some_and(|name| WAITED.iter().any(|waited| name.ends_with(waited)));
    let args = match expression {
        Expr::Call(CallExpr { callee: Callee::Expr(callee), args, .. }) if is_wrapper(callee) => args,
        Expr::New(new) if is_wrapper(&new.callee) => new.args.as_mut()?,
        _ => return None,
    };
    args.first_mut().map(|arg| &mut *arg.expr)
}
