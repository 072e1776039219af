//! Which tests of its arguments and of properties a block depends on, so that instances of a function can leave out what
//! their calls never get to. Knows one function, and nothing of its calls.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;
use swc_ecma_ast::{BinaryOp, UnaryOp};

use crate::ir::builder::DraftBlock;
use crate::ir::constant::Constant;
use crate::ir::passes::copies::Copies;
use crate::ir::passes::guards::{Fact, Guard, Outcome};
use crate::ir::{Asks, BlockId, Function, Instr, Literal, Name, Test, Val};

/// Tests of a function beyond which blocks depend on none.
const MAX_TESTS: usize = 64;

/// What is known of the values of a function that is done but for its tests.
pub(in crate::ir) struct Tests<'a> {
    pub(in crate::ir) facts: &'a FxHashMap<Val, Fact>,
    /// Properties whose truth counts.
    pub(in crate::ir) asked: &'a [Val],
    /// The value that another turned out to be.
    pub(in crate::ir) resolve: &'a dyn Fn(Val) -> Val,
    /// The blocks as they were built.
    pub(in crate::ir) drafts: &'a [DraftBlock],
    pub(in crate::ir) predecessors: &'a [Vec<BlockId>],
    pub(in crate::ir) reachable: &'a FixedBitSet,
}

impl Tests<'_> {
    /// Notes in the function which of its blocks depend on which tests.
    pub(in crate::ir) fn note(&self, function: &mut Function) {
        if self.reachable.ones().all(|at| self.drafts[at].guards.is_empty()) {
            return;
        }
        let subjects = Subjects::of(function);
        let mut own = vec![0_u64; self.drafts.len()];
        for at in self.reachable.ones().filter(|&at| function.blocks[at].when.is_none()) {
            for guard in &self.drafts[at].guards {
                let Some(test) = self.test(*guard, &subjects) else { continue };
                let known = function.tests.iter().position(|known| *known == test);
                let index = known.unwrap_or(function.tests.len());
                if index == MAX_TESTS {
                    function.tests.clear();
                    return;
                }
                if known.is_none() {
                    function.tests.push(test);
                }
                own[at] |= 1 << index;
            }
        }
        if !function.tests.is_empty() {
            self.spread(function, &own);
        }
    }

    /// A block depends on what all ways to it depend on.
    fn spread(&self, function: &mut Function, own: &[u64]) {
        let mut tests = vec![u64::MAX; own.len()];
        tests[0] = own[0];
        let mut changed = true;
        while changed {
            changed = false;
            for at in self.reachable.ones().filter(|&at| at != 0) {
                let common =
                    self.predecessors[at].iter().fold(u64::MAX, |common, from| common & tests[from.0 as usize]);
                let now = common | own[at];
                changed |= now != tests[at];
                tests[at] = now;
            }
        }
        for at in self.reachable.ones() {
            let block = &mut function.blocks[at];
            // Code that only some calls need has its own condition.
            block.tests = if block.when.is_none() { tests[at] } else { 0 };
        }
    }

    fn test(&self, guard: Guard, subjects: &Subjects) -> Option<Test> {
        let mut holds = match guard.outcome {
            Outcome::True => true,
            Outcome::False => false,
            _ => return None,
        };
        let mut val = self.root(guard.val, subjects);
        while let Some(Fact::Unary(UnaryOp::Bang, operand)) = self.facts.get(&val) {
            holds = !holds;
            val = self.root(*operand, subjects);
        }
        let Some(fact) = self.facts.get(&val) else {
            let arg = subjects.params.get(&val).copied();
            let asks = if holds { Asks::Truthy } else { Asks::Falsy };
            return (arg.is_some() || self.asked.contains(&val)).then_some(Test { val, arg, holder: None, asks });
        };
        let Fact::Binary(op, left, right) = fact else { return None };
        match op {
            BinaryOp::EqEq | BinaryOp::EqEqEq => {}
            BinaryOp::NotEq | BinaryOp::NotEqEq => holds = !holds,
            _ => return None,
        }
        let sides = [(left, right), (right, left)];
        let (val, name) = sides.into_iter().find_map(|(side, other)| {
            let other = self.root(*other, subjects);
            Some((self.root(*side, subjects), *subjects.texts.get(&other).filter(|_| self.is_told_apart(other))?))
        })?;
        if let Some(Fact::Unary(UnaryOp::TypeOf, operand)) = self.facts.get(&val) {
            let val = self.root(*operand, subjects);
            let arg = Some(*subjects.params.get(&val)?);
            let asks = if holds { Asks::OfType(name) } else { Asks::NotOfType(name) };
            return Some(Test { val, arg, holder: None, asks });
        }
        let arg = subjects.params.get(&val).copied();
        let asks = if holds { Asks::Equals(name) } else { Asks::Differs(name) };
        (holds || arg.is_some()).then_some(Test { val, arg, holder: None, asks })
    }

    /// Whether what a constant is equal to has its text.
    fn is_told_apart(&self, val: Val) -> bool {
        match self.facts.get(&val) {
            Some(Fact::Is(Constant::Text(text))) => !text.is_empty(),
            Some(Fact::Is(Constant::Number(_))) => true,
            _ => false,
        }
    }

    fn root(&self, val: Val, subjects: &Subjects) -> Val {
        subjects.copies.origin((self.resolve)(val))
    }
}

/// What the code says of values.
#[derive(Default)]
struct Subjects {
    copies: Copies,
    texts: FxHashMap<Val, Name>,
    params: FxHashMap<Val, u32>,
}

impl Subjects {
    fn of(function: &Function) -> Self {
        let mut subjects = Self { copies: Copies::of(function), ..Self::default() };
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            if let Instr::Const { dst, literal: Literal::String(name) } = instr {
                subjects.texts.insert(*dst, *name);
            }
        }
        subjects.params = function.params.iter().enumerate().map(|(at, param)| (*param, at as u32)).collect();
        subjects
    }
}
