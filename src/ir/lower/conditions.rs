//! Conditions: where control goes, and what is known of variables there.

use swc_common::Spanned;
use swc_ecma_ast::{
    AssignExpr, AssignOp, AssignTarget, BinExpr, BinaryOp, CondExpr, Expr, Ident, IfStmt, SimpleAssignTarget, Stmt,
    SwitchStmt, UnaryExpr, UnaryOp,
};

use super::super::builder::Var;
use super::super::passes::guards::{Guard, Outcome};
use super::super::{BlockId, Comparison, Echo, Instr, Literal, Range, Told, Val};
use super::expressions::{property_of_name, strip};
use super::{Constant, Draft, Fact, Lowerer, range_of};

impl<'a> Lowerer<'a> {
    pub(super) fn if_statement(&mut self, statement: &'a IfStmt) {
        if let Some(known) = self.constant_of(&statement.test) {
            let taken = if known.is_truthy() { Some(&*statement.cons) } else { statement.alt.as_deref() };
            let dead = if known.is_truthy() { statement.alt.as_deref() } else { Some(&*statement.cons) };
            self.dead_code(dead);
            if let Some(taken) = taken {
                self.statement(taken);
            }
            return;
        }
        // `else if` chains are walked, not recursed into.
        let join = self.cx.builder.block();
        let mut next = Some(statement);
        while let Some(current) = next.take() {
            let (yes, no) = (self.cx.builder.block(), self.cx.builder.block());
            self.condition(&current.test, yes, no);
            self.cx.builder.current = yes;
            self.statement(&current.cons);
            self.cx.builder.link(self.cx.builder.current, join);
            self.cx.builder.current = no;
            match current.alt.as_deref() {
                Some(Stmt::If(inner)) if self.constant_of(&inner.test).is_none() => next = Some(inner),
                Some(alt) => self.statement(alt),
                None => {}
            }
            if next.is_none() {
                self.cx.builder.link(self.cx.builder.current, join);
            }
        }
        self.cx.builder.current = join;
    }

    pub(super) fn conditional(&mut self, cond: &'a CondExpr, at: Range) -> Val {
        if let Some(known) = self.constant_of(&cond.test) {
            return self.expression(if known.is_truthy() { &cond.cons } else { &cond.alt });
        }
        let (yes, no, join) = (self.cx.builder.block(), self.cx.builder.block(), self.cx.builder.block());
        self.condition(&cond.test, yes, no);
        // A variable, so that only the sides that control gets to count.
        let chosen = self.cx.builder.variable(None);
        for (side, block) in [(&cond.cons, yes), (&cond.alt, no)] {
            self.cx.builder.current = block;
            let src = self.expression(side);
            let val = self.cx.builder.value(at);
            self.push(Instr::Copy { dst: val, src }, at);
            self.cx.builder.draft(Draft::Write { var: chosen, val }, at);
            self.cx.builder.link(self.cx.builder.current, join);
        }
        self.cx.builder.current = join;
        let dst = self.cx.builder.value(at);
        self.cx.builder.draft(Draft::Read { dst, var: chosen }, at);
        dst
    }

    pub(super) fn logical(&mut self, bin: &'a BinExpr, at: Range) -> Val {
        let outcome = match bin.op {
            BinaryOp::LogicalAnd => Outcome::True,
            BinaryOp::LogicalOr => Outcome::False,
            _ => Outcome::Nullish,
        };
        let known = self.constant_of(&bin.left).map(|constant| outcome.allows(&constant));
        let left = self.expression(&bin.left);
        if known == Some(false) {
            return left;
        }
        let start = self.cx.builder.current;
        let join = self.cx.builder.block();
        let chosen = self.cx.builder.variable(None);
        if known.is_none() {
            self.enter_when(start, &bin.left, left, outcome.opposite());
            // What `&&` hands on from the left is falsy: it says nothing of the data.
            let val = match bin.op {
                BinaryOp::LogicalAnd => self.cx.builder.nothing(at),
                _ => left,
            };
            self.cx.builder.draft(Draft::Write { var: chosen, val }, at);
            self.cx.builder.go(join);
        }
        self.enter_when(start, &bin.left, left, outcome);
        let right = self.expression(&bin.right);
        self.cx.builder.draft(Draft::Write { var: chosen, val: right }, at);
        self.cx.builder.go(join);
        let dst = self.cx.builder.value(at);
        self.cx.builder.draft(Draft::Read { dst, var: chosen }, at);
        dst
    }

    pub(super) fn switch(&mut self, statement: &'a SwitchStmt, label: Option<String>) {
        let discriminant = self.expression(&statement.discriminant);
        for case in &statement.cases {
            self.hoist_functions(&case.cons);
        }
        let after = self.cx.builder.block();
        // `continue` inside belongs to the loop around.
        let outer = self.cx.jumps.iter().rev().find_map(|jump| jump.on_continue);
        self.push_jump(label, after, outer);
        let bodies: Vec<BlockId> = statement.cases.iter().map(|_| self.cx.builder.block()).collect();
        for (case, &body) in statement.cases.iter().zip(&bodies) {
            let Some(test) = &case.test else { continue };
            let val = self.expression(test);
            let at = range_of(test.span());
            let is_it = self.cx.builder.plain(at);
            self.note(is_it, Fact::Binary(BinaryOp::EqEqEq, discriminant, val));
            self.note_comparison(is_it, BinaryOp::EqEqEq, [&statement.discriminant, test], [discriminant, val]);
            let start = self.cx.builder.current;
            self.cx.builder.current = self.cx.builder.guarded(start, is_it, Outcome::True);
            self.narrow_equal(&statement.discriminant, test, val, at);
            self.cx.builder.go(body);
            self.cx.builder.current = self.cx.builder.guarded(start, is_it, Outcome::False);
            if let Some(constant) = self.constant_of(test) {
                self.refine(&statement.discriminant, &constant, false);
            }
        }
        let default = statement.cases.iter().position(|case| case.test.is_none());
        self.cx.builder.go(default.map_or(after, |at| bodies[at]));
        for (at, case) in statement.cases.iter().enumerate() {
            self.cx.builder.current = bodies[at];
            case.cons.iter().for_each(|statement| self.statement(statement));
            self.cx.builder.go(bodies.get(at + 1).copied().unwrap_or(after));
        }
        self.cx.jumps.pop();
        self.cx.builder.current = after;
    }

    /// Control goes on in `yes` or in `no` as the condition has it; parts of it that are not reached are not run. On each way
    /// there it is known of variables what that way tells.
    fn condition(&mut self, test: &'a Expr, yes: BlockId, no: BlockId) {
        match strip(test) {
            Expr::Unary(UnaryExpr { op: UnaryOp::Bang, arg, .. }) => self.condition(arg, no, yes),
            Expr::Bin(bin) if matches!(bin.op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) => {
                let is_and = bin.op == BinaryOp::LogicalAnd;
                match self.constant_of(&bin.left).map(|constant| constant.is_truthy() == is_and) {
                    Some(true) => {
                        self.expression(&bin.left);
                    }
                    Some(false) => {
                        self.expression(&bin.left);
                        self.cx.builder.go(if is_and { no } else { yes });
                        return;
                    }
                    None => {
                        let right = self.cx.builder.block();
                        let (on_true, on_false) = if is_and { (right, no) } else { (yes, right) };
                        self.condition(&bin.left, on_true, on_false);
                        self.cx.builder.current = right;
                    }
                }
                self.condition(&bin.right, yes, no);
            }
            _ => {
                let val = self.expression(test);
                let start = self.cx.builder.current;
                for (outcome, to) in [(Outcome::True, yes), (Outcome::False, no)] {
                    self.enter_when(start, test, val, outcome);
                    self.cx.builder.go(to);
                }
            }
        }
    }

    /// What the result of a comparison tells of what is compared.
    pub(super) fn note_comparison(&mut self, dst: Val, op: BinaryOp, sides: [&'a Expr; 2], vals: [Val; 2]) {
        let constants = sides.map(|side| self.constant_of(side));
        if let Some((is_left, is_same)) = compared(op, &constants) {
            let text = text_compared(op, &constants).map(|text| self.name(text));
            self.cx.builder.note_echo(Echo { dst, val: vals[usize::from(!is_left)], is_same, text });
        } else if COMPARING.contains(&op) && constants.iter().all(Option::is_none) {
            self.cx.builder.function.comparisons.push(Comparison { dst, sides: vals });
        }
    }

    /// Begins a block behind `start` where `test`, whose value is `val`, holds or does not.
    pub(super) fn when(&mut self, start: BlockId, test: &'a Expr, val: Val, holds: bool) {
        self.enter_when(start, test, val, if holds { Outcome::True } else { Outcome::False });
    }

    fn enter_when(&mut self, start: BlockId, test: &'a Expr, val: Val, outcome: Outcome) {
        self.cx.builder.current = self.cx.builder.guarded(start, val, outcome);
        match outcome {
            Outcome::True => self.narrow(test, true),
            Outcome::False => self.narrow(test, false),
            Outcome::Nullish => self.narrow_absent(test),
            Outcome::Present | Outcome::Undefined | Outcome::Given => {}
        }
    }

    /// What is known of variables where `test` holds, or does not: they are a constant, or absent.
    fn narrow(&mut self, test: &'a Expr, holds: bool) {
        let test = strip(test);
        if let Some(&val) = self.cx.tested.get(&range_of(test.span())) {
            let outcome = if holds { Outcome::True } else { Outcome::False };
            let block = self.cx.builder.current.0 as usize;
            self.cx.builder.blocks[block].guards.push(Guard { val, outcome });
        }
        match test {
            Expr::Unary(UnaryExpr { op: UnaryOp::Bang, arg, .. }) => self.narrow(arg, !holds),
            Expr::Bin(BinExpr { op: BinaryOp::LogicalAnd, left, right, .. }) if holds => {
                self.narrow(left, true);
                self.narrow(right, true);
            }
            Expr::Bin(BinExpr { op: BinaryOp::LogicalOr, left, right, .. }) if !holds => {
                self.narrow(left, false);
                self.narrow(right, false);
            }
            Expr::Bin(BinExpr { op: BinaryOp::EqEqEq | BinaryOp::EqEq, left, right, .. }) => {
                self.narrow_compared(left, right, holds);
            }
            Expr::Bin(BinExpr { op: BinaryOp::NotEqEq | BinaryOp::NotEq, left, right, .. }) => {
                self.narrow_compared(left, right, !holds);
            }
            _ if !holds => self.narrow_absent(test),
            _ => {}
        }
    }

    /// One of two sides that are equal, or are not, may be a constant.
    fn narrow_compared(&mut self, left: &'a Expr, right: &'a Expr, are_equal: bool) {
        for (side, other) in [(left, right), (right, left)] {
            let Some(constant) = self.constant_of(other) else { continue };
            self.refine(side, &constant, are_equal);
            if !are_equal {
                continue;
            }
            if constant.is_nullish() {
                self.narrow_absent(side);
            } else if let (Expr::Unary(UnaryExpr { op: UnaryOp::TypeOf, arg, .. }), Constant::Text(name)) =
                (strip(side), &constant)
            {
                if name == "undefined" {
                    self.narrow_absent(arg);
                }
            } else {
                let at = range_of(other.span());
                let val = match &constant {
                    Constant::Text(text) => self.text_constant(text, at),
                    Constant::Number(number) => self.number_constant(*number, at),
                    _ => self.cx.builder.plain(at),
                };
                self.note(val, Fact::Is(constant));
                self.narrow_to(side, val, at);
            }
        }
    }

    /// A variable that equals the constant `test` is it.
    fn narrow_equal(&mut self, variable: &'a Expr, test: &'a Expr, val: Val, at: Range) {
        if let Some(constant) = self.constant_of(test) {
            self.refine(variable, &constant, true);
            self.narrow_to(variable, val, at);
        }
    }

    /// Which name has a property that is a text, or something else.
    pub(super) fn told(&mut self, property: &'a Expr, constant: &Constant, is_it: bool) -> Option<(&'a Ident, Told)> {
        let ((ident, key), Constant::Text(text)) = (property_of_name(property)?, constant) else { return None };
        let told = Told { key: self.name(&key.sym), text: self.name(text), is_it };
        (!text.is_empty()).then_some((ident, told))
    }

    /// What a variable holds has a property that is a text, or something else.
    fn refine(&mut self, property: &'a Expr, constant: &Constant, is_it: bool) {
        let Some((ident, told)) = self.told(property, constant, is_it) else { return };
        let Some(var) = self.variable_of(ident) else { return };
        let at = range_of(property.span());
        let (src, val) = (self.cx.builder.value(at), self.cx.builder.value(at));
        self.cx.builder.draft(Draft::Read { dst: src, var }, at);
        self.push(Instr::Refine { dst: val, src, told }, at);
        self.cx.builder.draft(Draft::Narrow { var, val }, at);
    }

    /// The variable that a name stands for, if only this function writes it.
    fn variable_of(&mut self, ident: &Ident) -> Option<Var> {
        let id = self.scopes.binding_of(ident)?;
        let is_own = !(self.cells[id.0 as usize].is_some() && self.is_cell_only(id));
        is_own.then(|| self.var(id))
    }

    fn narrow_absent(&mut self, variable: &'a Expr) {
        let at = range_of(variable.span());
        if held_in(variable).is_some() {
            // Some falsy value: which one is not known.
            let val = self.cx.builder.constant(Literal::Undefined, at);
            self.cx.builder.facts.remove(&val);
            self.narrow_to(variable, val, at);
        }
    }

    fn narrow_to(&mut self, variable: &'a Expr, val: Val, at: Range) {
        let Some(ident) = held_in(variable) else { return };
        if let Some(var) = self.variable_of(ident) {
            self.cx.builder.draft(Draft::Narrow { var, val }, at);
        }
    }
}

/// The variable that an expression is, or that is given its value.
fn held_in(expression: &Expr) -> Option<&Ident> {
    match strip(expression) {
        Expr::Ident(ident) => Some(ident),
        Expr::Assign(AssignExpr {
            op: AssignOp::Assign,
            left: AssignTarget::Simple(SimpleAssignTarget::Ident(binding)),
            ..
        }) => Some(&binding.id),
        _ => None,
    }
}

/// Operations whose result is how two values compare.
const COMPARING: [BinaryOp; 8] = [
    BinaryOp::EqEq,
    BinaryOp::EqEqEq,
    BinaryOp::NotEq,
    BinaryOp::NotEqEq,
    BinaryOp::Lt,
    BinaryOp::LtEq,
    BinaryOp::Gt,
    BinaryOp::GtEq,
];

/// Of a comparison with a constant: whether the left side is what is compared, and whether the result is true where
/// that is.
fn compared(op: BinaryOp, sides: &[Option<Constant>; 2]) -> Option<(bool, bool)> {
    let (is_left, constant) = match sides {
        [None, Some(constant)] => (true, constant),
        [Some(constant), None] => (false, constant),
        _ => return None,
    };
    let is_truth = match constant {
        Constant::Number(number) => *number > 0.0,
        other => other.is_truthy(),
    };
    match op {
        BinaryOp::EqEq | BinaryOp::EqEqEq => Some((is_left, is_truth)),
        BinaryOp::NotEq | BinaryOp::NotEqEq => Some((is_left, !is_truth)),
        BinaryOp::Gt | BinaryOp::GtEq => Some((is_left, is_left)),
        BinaryOp::Lt | BinaryOp::LtEq => Some((is_left, !is_left)),
        _ => None,
    }
}

/// The text, of some length, with which one side of a comparison is held to be the same, or not.
fn text_compared(op: BinaryOp, sides: &[Option<Constant>; 2]) -> Option<&str> {
    if !matches!(op, BinaryOp::EqEq | BinaryOp::EqEqEq | BinaryOp::NotEq | BinaryOp::NotEqEq) {
        return None;
    }
    match sides {
        [Some(Constant::Text(text)), None] | [None, Some(Constant::Text(text))] if !text.is_empty() => Some(text),
        _ => None,
    }
}
