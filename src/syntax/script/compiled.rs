//! What compilers have helpers for in older engines is written as the language has it: `_objectSpread({}, a)` becomes
//! `{ ...a }` again, and so do other copies, inheritance, interoperation of modules and decorators. The helpers copy name by
//! name in loops, which tell no names apart, and some replace themselves when they are first called.
//! Knows what each helper does; which of them a call calls is up to `names`.

mod build;
mod names;

use rustc_hash::FxHashSet;
use swc_ecma_ast::{
    ArrayLit, ArrowExpr, CallExpr, CatchClause, Expr, Function, Lit, MemberExpr, MemberProp, ObjectLit, Program,
    UnaryExpr, UnaryOp,
};
use swc_ecma_visit::{VisitMut, VisitMutWith};

use super::helpers::root_of;
use super::tree::{bare, bared, take};
use super::unused;
use names::Names;

/// What a helper does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Job {
    /// Puts the properties of further arguments into the first one.
    Assign,
    /// Makes a list of the elements of so many arguments.
    Lists(usize),
    /// Copies the properties of the first argument but for those that the second one lists.
    Rest,
    /// Gives the first argument a property.
    Define,
    /// Says what kind of value something is.
    TypeOf,
    /// Lets the class that is the first argument inherit from the second one.
    Inherit,
    /// Gives what is imported as an object with `default`, unless a compiler made that module too.
    Default,
    /// The same with all other properties of what is imported.
    Whole,
    /// Exports all that the first argument has as the second one.
    Export,
    /// Hands a class through a list of functions, each of which may replace it.
    Decorate,
}

/// Writes what helpers do as the language has it.
pub(super) fn restore(program: &mut Program, text: &str) {
    if !names::may_be_used(text) {
        return;
    }
    let mut restorer = Restorer { names: Names::of(program, text), used: FxHashSet::default() };
    program.visit_mut_with(&mut restorer);
    unused::empty(program, restorer.used);
}

struct Restorer {
    names: Names,
    /// The names of helpers that need not be called any more.
    used: FxHashSet<String>,
}

impl VisitMut for Restorer {
    fn visit_mut_function(&mut self, function: &mut Function) {
        self.names.enter(function);
        function.visit_mut_children_with(self);
        self.names.leave();
    }

    fn visit_mut_arrow_expr(&mut self, arrow: &mut ArrowExpr) {
        self.names.enter(arrow);
        arrow.visit_mut_children_with(self);
        self.names.leave();
    }

    fn visit_mut_catch_clause(&mut self, clause: &mut CatchClause) {
        self.names.enter(&clause.param);
        clause.visit_mut_children_with(self);
        self.names.leave();
    }

    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        let Expr::Call(call) = expression else { return };
        let Some(callee) = call.callee.as_expr() else { return };
        let restored = match self.names.called(callee) {
            Some(job) => {
                let helper = root_of(callee).map(str::to_owned);
                let restored = self.restored(job, call);
                self.used.extend(helper.filter(|_| restored.is_some()));
                restored
            }
            None => concatenated(call),
        };
        if let Some(restored) = restored {
            *expression = restored;
        }
    }
}

impl Restorer {
    /// What stands for a call of a helper.
    fn restored(&self, job: Job, call: &mut CallExpr) -> Option<Expr> {
        if call.args.is_empty() || call.args.iter().any(|arg| arg.spread.is_some()) {
            return None;
        }
        match job {
            Job::Assign => Some(assigned(call)),
            Job::Lists(n) => {
                let lists = call.args.iter_mut().take(n).map(|arg| take(&mut arg.expr));
                Some(build::list(call.span, lists))
            }
            Job::Rest => {
                let [from, without] = &mut call.args[..] else { return None };
                let without = self.names.texts(&without.expr)?;
                Some(build::rest(call.span, take(&mut from.expr), &without))
            }
            Job::Define => {
                let [object, key, value] = &mut call.args[..] else { return None };
                build::defined(call.span, &mut object.expr, &mut key.expr, &mut value.expr)
            }
            Job::TypeOf => {
                let arg = Box::new(take(&mut call.args[0].expr));
                Some(Expr::Unary(UnaryExpr { span: call.span, op: UnaryOp::TypeOf, arg }))
            }
            Job::Inherit => match &call.args[..] {
                [class, parent] => build::inherited(call.span, &class.expr, &parent.expr),
                _ => None,
            },
            Job::Default | Job::Whole => {
                let module = take(&mut call.args[0].expr);
                Some(build::imported(call.span, module, job == Job::Whole))
            }
            Job::Export => {
                call.args.truncate(2);
                call.args.reverse();
                (call.args.len() == 2).then(|| build::assign(call.span, std::mem::take(&mut call.args)))
            }
            Job::Decorate => match &mut call.args[..] {
                [decorators, class] => build::decorated(&decorators.expr, &mut class.expr),
                _ => None,
            },
        }
    }
}

/// `{ …first, …others }` where the first one was made here, and `Object.assign` where others may know it.
fn assigned(call: &mut CallExpr) -> Expr {
    if !matches!(bare(&call.args[0].expr), Expr::Object(_)) {
        return build::assign(call.span, std::mem::take(&mut call.args));
    }
    let mut args = std::mem::take(&mut call.args).into_iter().map(|arg| bared(*arg.expr));
    let mut props = match args.next() {
        Some(Expr::Object(first)) => first.props,
        _ => Vec::new(),
    };
    for arg in args {
        match arg {
            Expr::Object(ObjectLit { props: more, .. }) if build::is_plain(&more) => props.extend(more),
            // `void 0` and `null` have none.
            Expr::Lit(Lit::Null(_)) | Expr::Unary(UnaryExpr { op: UnaryOp::Void, .. }) => {}
            other => props.push(build::spread_property(other)),
        }
    }
    Expr::Object(ObjectLit { span: call.span, props })
}

/// `[a].concat([...b], [c])` is `[a, ...b, c]`.
fn concatenated(call: &mut CallExpr) -> Option<Expr> {
    let Expr::Member(MemberExpr { obj, prop: MemberProp::Ident(name), .. }) = &**call.callee.as_expr()? else {
        return None;
    };
    let list_of = |expr: &Expr| match expr {
        Expr::Array(ArrayLit { elems, .. }) => Some(elems.iter().flatten().any(|it| it.spread.is_some())),
        _ => None,
    };
    if &*name.sym != "concat" || list_of(obj).is_none() {
        return None;
    }
    let spreads = call.args.iter().map(|arg| list_of(&arg.expr).filter(|_| arg.spread.is_none()));
    if !spreads.collect::<Option<Vec<bool>>>()?.contains(&true) {
        return None;
    }
    let Expr::Member(member) = &mut **call.callee.as_mut_expr()? else { return None };
    let first = take(&mut member.obj);
    let others = call.args.iter_mut().map(|arg| take(&mut arg.expr));
    Some(build::list(call.span, std::iter::once(first).chain(others)))
}
