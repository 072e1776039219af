//! Searches in lists: the function that chooses says of what is found which kind it is.
//! Knows what is written where a search is called, not what lists hold.

use swc_ecma_ast::{ArrowFunctionBody, BinExpr, BinaryOp, Expr, ExprOrSpread, Ident, MemberProp, Param, Pat, Stmt};

use super::super::{Instr, Key, Range, Told, Val};
use super::expressions::strip;
use super::{Lowerer, content};

/// What a method of lists gives of those items for which a function holds.
#[derive(Clone, Copy)]
enum Search {
    Item,
    List,
}

impl<'a> Lowerer<'a> {
    /// Of what is found in a list the test says something: `list.find(item => item.kind === 'photo')`.
    pub(super) fn found(&mut self, callee: &'a Expr, args: &'a [ExprOrSpread], val: Val, at: Range) -> Val {
        let (Some(search), Some(test)) = (search_of(callee), args.first()) else { return val };
        let Some((item, test)) = predicate(&test.expr) else { return val };
        let Some(told) = self.told_of_item(item, test) else { return val };
        match search {
            Search::Item => self.refined(val, told, at),
            Search::List => self.list_of_refined(val, told, at),
        }
    }

    /// What a test that holds says of the item: one of several that must hold is enough.
    fn told_of_item(&mut self, item: &'a Ident, test: &'a Expr) -> Option<Told> {
        let Expr::Bin(BinExpr { op, left, right, .. }) = strip(test) else { return None };
        let is_it = match op {
            BinaryOp::LogicalAnd => return self.told_of_item(item, left).or_else(|| self.told_of_item(item, right)),
            BinaryOp::EqEqEq | BinaryOp::EqEq => true,
            BinaryOp::NotEqEq | BinaryOp::NotEq => false,
            _ => return None,
        };
        let sides = [(left, right), (right, left)];
        let (_, told) = sides.into_iter().find_map(|(side, other)| {
            let constant = self.constant_of(other)?;
            self.told(side, &constant, is_it).filter(|(of, _)| of.sym == item.sym)
        })?;
        Some(told)
    }

    fn refined(&mut self, src: Val, told: Told, at: Range) -> Val {
        let dst = self.cx.builder.value(at);
        self.push(Instr::Refine { dst, src, told }, at);
        dst
    }

    /// A list of those items of a list that are of a kind; what is no list stays what it is.
    fn list_of_refined(&mut self, list: Val, told: Told, at: Range) -> Val {
        let (array, element) = (self.name("Array"), self.name(content::ELEMENT));
        let item = self.cx.builder.load(list, Key::Any, at);
        let item = self.refined(item, told, at);
        let found = self.cx.builder.alloc(array, at);
        self.cx.builder.store(found, Key::Content(element), item, at);
        let other = self.cx.builder.value(at);
        self.push(Instr::Single { dst: other, src: list }, at);
        self.cx.builder.merge(vec![found, other], at)
    }
}

fn search_of(callee: &Expr) -> Option<Search> {
    let Expr::Member(member) = strip(callee) else { return None };
    let MemberProp::Ident(name) = &member.prop else { return None };
    match &*name.sym {
        "find" | "findLast" => Some(Search::Item),
        "filter" => Some(Search::List),
        _ => None,
    }
}

/// The parameter and the result of a function that only computes one from the other.
fn predicate(function: &Expr) -> Option<(&Ident, &Expr)> {
    match strip(function) {
        Expr::Arrow(arrow) => match (first_of(arrow.params.iter())?, &*arrow.body) {
            (item, ArrowFunctionBody::Expr(result)) => Some((item, result)),
            (item, ArrowFunctionBody::FunctionBody(body)) => Some((item, only_result(&body.stmts)?)),
        },
        Expr::Fn(function) => {
            let item = first_of(function.function.params.iter().map(|Param { pat, .. }| pat))?;
            Some((item, only_result(&function.function.body.as_ref()?.stmts)?))
        }
        _ => None,
    }
}

fn first_of<'p>(mut params: impl Iterator<Item = &'p Pat>) -> Option<&'p Ident> {
    match params.next()? {
        Pat::Ident(item) => Some(&item.id),
        _ => None,
    }
}

fn only_result(statements: &[Stmt]) -> Option<&Expr> {
    match statements {
        [Stmt::Return(result)] => result.arg.as_deref(),
        _ => None,
    }
}
