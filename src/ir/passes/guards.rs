//! Conditions: what is known of values when control gets to a block, and which blocks control never gets to.
//!
//! Sparse conditional constant propagation after Wegman and Zadeck ("Constant Propagation with Conditional Branches",
//! TOPLAS 1991), over the variables that conditions and computed keys depend on, before these become values.
//! Knows nothing of what the values hold beyond constants.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;
use swc_ecma_ast::{BinaryOp, UnaryOp};

use crate::ir::builder::{Builder, Draft, Var};
use crate::ir::constant::Constant;
use crate::ir::passes::val_map::{ValMap, VarMap};
use crate::ir::{BlockId, Instr, Key, Name, Range, Val};

/// Rounds over a function beyond which all its blocks count as reachable.
const MAX_ROUNDS: usize = 12;
/// Values and variables of a function beyond which conditions are not looked at.
const MAX_SLICE: usize = 20_000;

/// How a value comes about, as far as constants are concerned.
#[derive(Clone, Debug)]
pub enum Fact {
    /// It is a constant.
    Is(Constant),
    /// An operator with one operand.
    Unary(UnaryOp, Val),
    /// An operator with two operands.
    Binary(BinaryOp, Val, Val),
}

/// What a condition turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Truthy.
    True,
    /// Falsy.
    False,
    /// `null` or `undefined`.
    Nullish,
    /// Neither `null` nor `undefined`.
    Present,
    /// `undefined`
    Undefined,
    /// Anything but `undefined`.
    Given,
}

impl Outcome {
    /// The other way it can turn out.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Nullish => Self::Present,
            Self::Present => Self::Nullish,
            Self::Undefined => Self::Given,
            Self::Given => Self::Undefined,
        }
    }

    /// Whether a constant turns out so.
    pub fn allows(self, constant: &Constant) -> bool {
        match self {
            Self::True => constant.is_truthy(),
            Self::False => !constant.is_truthy(),
            Self::Nullish => constant.is_nullish(),
            Self::Present => !constant.is_nullish(),
            Self::Undefined => *constant == Constant::Undefined,
            Self::Given => *constant != Constant::Undefined,
        }
    }
}

/// Control gets to a block only if a value turns out in some way.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// The value.
    pub val: Val,
    /// How it turns out.
    pub outcome: Outcome,
}

/// Cuts off the blocks that control never gets to, and gives computed keys that are constant their name, if there is
/// somebody to say it.
pub fn prune(builder: &mut Builder, mut name: Option<&mut dyn FnMut(&str) -> Name>) {
    let slice = Slice::of(builder);
    if !slice.has_constants || slice.size() > MAX_SLICE {
        return;
    }
    let mut run = Run { builder, slice: &slice, entry: FxHashMap::default(), vals: FxHashMap::default() };
    if !run.to_fixpoint() {
        return;
    }
    let Run { entry, vals, .. } = run;
    for block in &mut builder.blocks {
        block.next.retain(|next| entry.contains_key(next));
        for (draft, _) in &mut block.code {
            let Draft::Instr(Instr::Load { key, .. } | Instr::Store { key, .. } | Instr::Delete { key, .. }) = draft
            else {
                continue;
            };
            if let (Key::Computed(val), Some(name)) = (&*key, &mut name)
                && let Some(Ok(constant)) = vals.get(val)
                && let Some(text) = constant.as_key()
            {
                *key = Key::Named(name(&text));
            }
        }
    }
}

/// What conditions and computed keys depend on.
#[derive(Default)]
struct Slice {
    vals: FixedBitSet,
    vars: FixedBitSet,
    /// Code that matters, by block.
    code: Vec<Vec<u32>>,
    /// Values that this code makes.
    made: FixedBitSet,
    has_constants: bool,
}

impl Slice {
    fn of(builder: &Builder) -> Self {
        let n_vals = builder.function.values.len();
        let mut slice = Self {
            vals: FixedBitSet::with_capacity(n_vals),
            vars: FixedBitSet::with_capacity(builder.cells.len()),
            made: FixedBitSet::with_capacity(n_vals),
            ..Self::default()
        };
        let mut work: Vec<Val> = builder.blocks.iter().flat_map(|block| &block.guards).map(|guard| guard.val).collect();
        for (draft, _) in builder.blocks.iter().flat_map(|block| &block.code) {
            if let Draft::Instr(
                Instr::Load { key: Key::Computed(val), .. }
                | Instr::Store { key: Key::Computed(val), .. }
                | Instr::Delete { key: Key::Computed(val), .. },
            ) = draft
            {
                work.push(*val);
            }
        }
        if work.is_empty() {
            return slice;
        }
        let uses = Uses::of(builder);
        while let Some(val) = work.pop() {
            if slice.vals.put(val.0 as usize) {
                continue;
            }
            match builder.facts.get(&val) {
                Some(Fact::Is(_)) => slice.has_constants = true,
                Some(Fact::Unary(_, operand)) => work.push(*operand),
                Some(Fact::Binary(_, left, right)) => work.extend([*left, *right]),
                None => {}
            }
            match uses.made.get(val) {
                Some(Made::Copied(block, at)) => match &builder.blocks[block as usize].code[at as usize].0 {
                    Draft::Instr(Instr::Copy { src, .. }) => work.push(*src),
                    Draft::Instr(Instr::Phi { srcs, .. }) => work.extend(srcs),
                    _ => {}
                },
                Some(Made::Read(var)) if !slice.vars.put(var.0 as usize) => uses.written(var, &mut work),
                _ => {}
            }
        }
        for block in &builder.blocks {
            let code = slice.relevant(&block.code);
            slice.code.push(code);
        }
        slice
    }

    fn size(&self) -> usize {
        self.vals.count_ones(..) + self.vars.count_ones(..)
    }

    fn relevant(&mut self, code: &[(Draft, Range)]) -> Vec<u32> {
        let mut relevant = Vec::new();
        for (at, (draft, _)) in code.iter().enumerate() {
            let matters = match draft {
                Draft::Read { dst, .. }
                | Draft::Instr(
                    Instr::Copy { dst, .. } | Instr::Phi { dst, .. } | Instr::Op { dst, .. } | Instr::Const { dst, .. },
                ) => self.vals.contains(dst.0 as usize) && !self.made.put(dst.0 as usize),
                Draft::Write { var, .. } | Draft::Narrow { var, .. } => self.vars.contains(var.0 as usize),
                _ => false,
            };
            if matters {
                relevant.push(at as u32);
            }
        }
        relevant
    }
}

/// How a value is made, where it is another one.
#[derive(Clone, Copy, Debug)]
enum Made {
    /// It is one of those that an instruction copies: the block, and the place in it.
    Copied(u32, u32),
    /// It is what a variable holds.
    Read(Var),
}

/// Where values come from and variables are written.
#[derive(Default)]
struct Uses {
    made: ValMap<Made>,
    /// What is written to variables, each with the number of what was written to the same one before.
    writes: Vec<(Val, Option<u32>)>,
    last_writes: VarMap<u32>,
}

impl Uses {
    fn of(builder: &Builder) -> Self {
        let mut uses = Self::default();
        for (block, it) in (0..).zip(&builder.blocks) {
            for (at, (draft, _)) in (0..).zip(&it.code) {
                match draft {
                    Draft::Read { dst, var } => _ = uses.made.insert(*dst, Made::Read(*var)),
                    Draft::Write { var, val } | Draft::Narrow { var, val } => {
                        uses.writes.push((*val, uses.last_writes.get(*var)));
                        uses.last_writes.insert(*var, uses.writes.len() as u32 - 1);
                    }
                    Draft::Instr(Instr::Copy { dst, .. } | Instr::Phi { dst, .. }) => {
                        uses.made.insert(*dst, Made::Copied(block, at));
                    }
                    _ => {}
                }
            }
        }
        uses
    }

    /// Adds all that is written to a variable.
    fn written(&self, var: Var, vals: &mut Vec<Val>) {
        let mut at = self.last_writes.get(var);
        while let Some(write) = at {
            let (val, before) = self.writes[write as usize];
            vals.push(val);
            at = before;
        }
    }
}

/// The value may be anything.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Varying;

/// What a value is, once its code was seen to run.
type Known = Result<Constant, Varying>;

/// What variables certainly hold; those that are not in it may hold anything.
type Held = FxHashMap<Var, Constant>;

/// The propagation under way.
struct Run<'a> {
    builder: &'a Builder,
    slice: &'a Slice,
    /// What variables hold where control enters a block; blocks that control was not seen to get to have none.
    entry: FxHashMap<BlockId, Held>,
    /// What values are, as far as their code was seen to run.
    vals: FxHashMap<Val, Known>,
}

impl Run<'_> {
    /// Whether an end was found.
    fn to_fixpoint(&mut self) -> bool {
        self.entry.insert(BlockId(0), Held::default());
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            let mut seen = FixedBitSet::with_capacity(self.builder.blocks.len());
            let mut work = vec![BlockId(0)];
            while let Some(block) = work.pop() {
                if seen.put(block.0 as usize) {
                    continue;
                }
                let (held, differs) = self.run(block);
                changed |= differs;
                for &next in self.builder.blocks[block.0 as usize].next.iter().rev() {
                    if self.is_open(next) {
                        changed |= self.enter(next, &held);
                        work.push(next);
                    }
                }
            }
            if !changed {
                return true;
            }
        }
        false
    }

    fn is_open(&self, block: BlockId) -> bool {
        let allows = |guard: &Guard| match self.value(guard.val, 0) {
            Some(Ok(constant)) => guard.outcome.allows(&constant),
            _ => true,
        };
        self.builder.blocks[block.0 as usize].guards.iter().all(allows)
    }

    fn enter(&mut self, block: BlockId, held: &Held) -> bool {
        let Some(known) = self.entry.get_mut(&block) else {
            self.entry.insert(block, held.clone());
            return true;
        };
        let before = known.len();
        known.retain(|var, constant| held.get(var) == Some(constant));
        known.len() != before
    }

    /// Runs a block: what variables hold behind it, and whether some value is less known than before.
    fn run(&mut self, block: BlockId) -> (Held, bool) {
        let mut held = self.entry.get(&block).cloned().unwrap_or_default();
        let mut differs = false;
        let (builder, slice) = (self.builder, self.slice);
        for &at in slice.code.get(block.0 as usize).into_iter().flatten() {
            match &builder.blocks[block.0 as usize].code[at as usize].0 {
                Draft::Read { dst, var } => differs |= self.set(*dst, held.get(var).cloned().ok_or(Varying)),
                Draft::Write { var, val } | Draft::Narrow { var, val } => {
                    match self.value(*val, 0) {
                        Some(Ok(constant)) => held.insert(*var, constant),
                        _ => held.remove(var),
                    };
                }
                Draft::Instr(Instr::Phi { dst, srcs }) if !builder.facts.contains_key(dst) => {
                    let mut known = srcs.iter().filter_map(|src| self.value(*src, 0));
                    let first = known.next().unwrap_or(Err(Varying));
                    let is_same = known.all(|other| other == first);
                    differs |= self.set(*dst, if is_same { first } else { Err(Varying) });
                }
                Draft::Instr(Instr::Copy { dst, src }) if !builder.facts.contains_key(dst) => {
                    let constant = self.value(*src, 0).unwrap_or(Err(Varying));
                    differs |= self.set(*dst, constant);
                }
                Draft::Instr(
                    Instr::Copy { dst, .. } | Instr::Phi { dst, .. } | Instr::Op { dst, .. } | Instr::Const { dst, .. },
                ) => {
                    let constant = self.made(*dst, 0).unwrap_or(Err(Varying));
                    differs |= self.set(*dst, constant);
                }
                _ => {}
            }
        }
        (held, differs)
    }

    fn set(&mut self, val: Val, now: Known) -> bool {
        let known = self.vals.entry(val).or_insert_with(|| now.clone());
        if *known != now && known.is_ok() {
            *known = Err(Varying);
            return true;
        }
        false
    }

    /// What a value is; `None` where its code was not seen to run.
    fn value(&self, val: Val, depth: u32) -> Option<Known> {
        match self.vals.get(&val) {
            Some(known) => Some(known.clone()),
            None if self.slice.made.contains(val.0 as usize) => None,
            None => self.made(val, depth).or(Some(Err(Varying))),
        }
    }

    /// What the operator that makes a value gives.
    fn made(&self, val: Val, depth: u32) -> Option<Known> {
        const MAX_DEPTH: u32 = 64;
        if depth > MAX_DEPTH {
            return Some(Err(Varying));
        }
        let depth = depth + 1;
        Some(match self.builder.facts.get(&val)? {
            Fact::Is(constant) => Ok(constant.clone()),
            Fact::Unary(op, operand) => {
                self.value(*operand, depth)?.and_then(|operand| operand.unary(*op).ok_or(Varying))
            }
            Fact::Binary(op, left, right) => {
                let (left, right) = (self.value(*left, depth)?, self.value(*right, depth)?);
                match (left, right) {
                    (Ok(left), Ok(right)) => Constant::binary(*op, &left, &right).ok_or(Varying),
                    _ => Err(Varying),
                }
            }
        })
    }
}
