//! Variables become values: on-the-fly SSA construction over a finished control-flow graph.
//!
//! After Braun et al., "Simple and Efficient Construction of Static Single Assignment Form" (CC 2013); all blocks are
//! sealed, so a phi is made only where a read meets a join. A shared variable is written to its cell where a closure may
//! first see it, and at each later write: what was overwritten before any closure existed is invisible to closures.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use crate::ir::builder::{Builder, Draft, DraftBlock, Var};
use crate::ir::passes::guards::Outcome;
use crate::ir::passes::tested::Tests;
use crate::ir::passes::val_map::ValMap;
use crate::ir::passes::{ends, facts, fields, guards, turns};
use crate::ir::{Block, BlockId, Branch, Call, Function, Instr, Key, Literal, Range, Val};

/// Resolves the variables of a function.
pub fn resolve(mut builder: Builder) -> Function {
    let reachable = reachable_blocks(&builder.blocks);
    let predecessors = predecessors(&builder.blocks, &reachable);
    fields::localize(&mut builder, &reachable, &predecessors);
    // Fields are variables now, and conditions may depend on them.
    guards::prune(&mut builder, None);
    let reachable = reachable_blocks(&builder.blocks);
    let predecessors = self::predecessors(&builder.blocks, &reachable);
    let shared = shared_at_entry(&builder, &predecessors);
    let mut renamer = Renamer {
        ends: vec![FxHashMap::default(); builder.blocks.len()],
        phis: vec![Vec::new(); builder.blocks.len()],
        code: Vec::new(),
        replaced: ValMap::default(),
        predecessors,
        undefined: None,
        builder,
    };
    renamer.number_ends(&reachable);
    renamer.rename(&reachable, shared);
    renamer.finish(&reachable)
}

/// Blocks that control can get to from the entry.
fn reachable_blocks(blocks: &[DraftBlock]) -> FixedBitSet {
    let mut reached = FixedBitSet::with_capacity(blocks.len());
    let mut work = vec![BlockId(0)];
    reached.insert(0);
    while let Some(block) = work.pop() {
        for &next in &blocks[block.0 as usize].next {
            if !reached.put(next.0 as usize) {
                work.push(next);
            }
        }
    }
    reached
}

fn predecessors(blocks: &[DraftBlock], reachable: &FixedBitSet) -> Vec<Vec<BlockId>> {
    let mut predecessors = vec![Vec::new(); blocks.len()];
    for at in reachable.ones() {
        for next in &blocks[at].next {
            predecessors[next.0 as usize].push(BlockId(at as u32));
        }
    }
    predecessors
}

/// For each block the variables that a closure may already see when control enters it.
pub(in crate::ir) fn shared_at_entry(builder: &Builder, predecessors: &[Vec<BlockId>]) -> Vec<FixedBitSet> {
    let n_vars = builder.cells.len();
    let made = |block: &DraftBlock| {
        let mut vars = FixedBitSet::new();
        for (draft, _) in &block.code {
            if let Draft::Share { vars: shared } = draft {
                vars.grow(n_vars);
                shared.iter().for_each(|var| vars.insert(var.0 as usize));
            }
        }
        vars
    };
    let made: Vec<FixedBitSet> = builder.blocks.iter().map(made).collect();
    let mut entry = vec![FixedBitSet::new(); builder.blocks.len()];
    if made.iter().all(FixedBitSet::is_clear) {
        return entry;
    }
    let mut changed = true;
    while changed {
        changed = false;
        for at in 0..entry.len() {
            let mut joined = std::mem::take(&mut entry[at]);
            for from in &predecessors[at] {
                for more in [&made[from.0 as usize], &entry[from.0 as usize]] {
                    if !more.is_subset(&joined) {
                        joined.union_with(more);
                        changed = true;
                    }
                }
            }
            entry[at] = joined;
        }
    }
    entry
}

struct Renamer {
    builder: Builder,
    predecessors: Vec<Vec<BlockId>>,
    /// What each variable holds at the end of a block, as far as it is known.
    ends: Vec<FxHashMap<Var, Val>>,
    phis: Vec<Vec<(Instr, Range)>>,
    code: Vec<Vec<(Instr, Range)>>,
    /// Values that turned out to be others: reads of variables, and phis with one operand.
    replaced: ValMap<Val>,
    undefined: Option<Val>,
}

impl Renamer {
    /// The last write of each variable in each block.
    fn number_ends(&mut self, reachable: &FixedBitSet) {
        for at in reachable.ones() {
            for (draft, _) in &self.builder.blocks[at].code {
                if let Draft::Write { var, val } | Draft::Narrow { var, val } = draft {
                    self.ends[at].insert(*var, *val);
                }
            }
        }
    }

    fn undefined(&mut self) -> Val {
        if let Some(val) = self.undefined {
            return val;
        }
        let at = Range { start: self.builder.function.at.start, end: self.builder.function.at.start };
        let dst = self.builder.value(at);
        self.phis[0].push((Instr::Const { dst, literal: Literal::Undefined }, at));
        self.undefined = Some(dst);
        dst
    }

    /// What `var` holds where control enters `block`.
    fn read_entry(&mut self, var: Var, block: BlockId, at: Range) -> Val {
        // A chain of blocks with one predecessor each is walked, not recursed into.
        let mut chain = Vec::new();
        let mut block = block;
        let val = loop {
            match self.predecessors[block.0 as usize][..] {
                [] => break self.undefined(),
                [from] if from != block => {
                    if let Some(&val) = self.ends[from.0 as usize].get(&var) {
                        break val;
                    }
                    chain.push(from);
                    block = from;
                }
                _ => break self.read_join(var, block, at),
            }
        };
        for passed in chain {
            self.ends[passed.0 as usize].entry(var).or_insert(val);
        }
        val
    }

    fn read_end(&mut self, var: Var, block: BlockId, at: Range) -> Val {
        if let Some(&val) = self.ends[block.0 as usize].get(&var) {
            return val;
        }
        let val = self.read_entry(var, block, at);
        self.ends[block.0 as usize].entry(var).or_insert(val);
        val
    }

    fn read_join(&mut self, var: Var, block: BlockId, at: Range) -> Val {
        let dst = self.builder.value(at);
        // The phi stands for the variable while its operands are sought, so that loops end.
        let placed = !self.ends[block.0 as usize].contains_key(&var);
        if placed {
            self.ends[block.0 as usize].insert(var, dst);
        }
        let from = self.predecessors[block.0 as usize].clone();
        let mut srcs: Vec<Val> = from.into_iter().map(|from| self.read_end(var, from, at)).collect();
        srcs.sort_unstable();
        srcs.dedup();
        srcs.retain(|&src| self.resolve(src) != dst);
        if let [only] = srcs[..] {
            self.replaced.insert(dst, only);
            if placed {
                self.ends[block.0 as usize].insert(var, only);
            }
            return only;
        }
        self.phis[block.0 as usize].push((Instr::Phi { dst, srcs }, at));
        dst
    }

    fn resolve(&self, val: Val) -> Val {
        let mut val = val;
        let mut steps = 0;
        while let Some(next) = self.replaced.get(val) {
            val = next;
            steps += 1;
            if steps > self.replaced.len() {
                break;
            }
        }
        val
    }

    fn rename(&mut self, reachable: &FixedBitSet, shared: Vec<FixedBitSet>) {
        let owner = self.builder.owner();
        self.code = vec![Vec::new(); self.builder.blocks.len()];
        for (at, mut shared) in shared.into_iter().enumerate() {
            if !reachable.contains(at) {
                continue;
            }
            let mut now: FxHashMap<Var, Val> = FxHashMap::default();
            let drafts = std::mem::take(&mut self.builder.blocks[at].code);
            for (draft, place) in drafts {
                match draft {
                    Draft::Instr(instr) => self.code[at].push((instr, place)),
                    Draft::Read { dst, var } => {
                        let val = self.read_here(&mut now, var, at, place);
                        self.replaced.insert(dst, val);
                    }
                    Draft::Write { var, val } => {
                        now.insert(var, val);
                        if shared.contains(var.0 as usize)
                            && let Some(cell) = self.builder.cells[var.0 as usize]
                        {
                            self.code[at].push((Instr::StoreCell { owner, cell, val }, place));
                        }
                    }
                    Draft::Narrow { var, val } => {
                        now.insert(var, val);
                    }
                    Draft::Share { vars } => {
                        for var in vars {
                            shared.grow(var.0 as usize + 1);
                            shared.insert(var.0 as usize);
                            let Some(cell) = self.builder.cells[var.0 as usize] else { continue };
                            let val = self.read_here(&mut now, var, at, place);
                            self.code[at].push((Instr::StoreCell { owner, cell, val }, place));
                        }
                    }
                }
            }
        }
    }

    fn read_here(&mut self, now: &mut FxHashMap<Var, Val>, var: Var, block: usize, at: Range) -> Val {
        if let Some(&val) = now.get(&var) {
            return val;
        }
        let val = self.read_entry(var, BlockId(block as u32), at);
        now.insert(var, val);
        val
    }

    fn finish(mut self, reachable: &FixedBitSet) -> Function {
        let mut function = std::mem::take(&mut self.builder.function);
        for at in 0..self.builder.blocks.len() {
            let mut code = std::mem::take(&mut self.phis[at]);
            code.append(&mut self.code[at]);
            for (instr, _) in &mut code {
                for_each_use(instr, |val| *val = self.resolve(*val));
            }
            let next = std::mem::take(&mut self.builder.blocks[at].next);
            let DraftBlock { when, throws, .. } = self.builder.blocks[at];
            let is_reachable = reachable.contains(at);
            let branch = branch_of(&self.builder, &next);
            let branch = branch.map(|branch| Branch { val: self.resolve(branch.val), ..branch });
            function.blocks.push(Block { code, next, is_reachable, throws, when, tests: 0, branch });
        }
        for echo in &mut function.echoes {
            echo.val = self.resolve(echo.val);
        }
        for comparison in &mut function.comparisons {
            comparison.sides = comparison.sides.map(|side| self.resolve(side));
        }
        let tests = Tests {
            facts: &self.builder.facts,
            asked: &self.builder.asked,
            resolve: &|val| self.resolve(val),
            drafts: &self.builder.blocks,
            predecessors: &self.predecessors,
            reachable,
        };
        tests.note(&mut function);
        if let Some(words) = &self.builder.vocabulary {
            ends::name_keys(&mut function, &self.builder.facts, &|val| self.resolve(val), words);
        }
        facts::note(&mut function);
        if let Some(words) = &self.builder.vocabulary {
            turns::note(&mut function, &self.builder.facts, &|val| self.resolve(val), words);
        }
        function
    }
}

/// By what value control chooses among the blocks behind one.
fn branch_of(builder: &Builder, next: &[BlockId]) -> Option<Branch> {
    let &[first, second] = next else { return None };
    let guards = |block: BlockId| builder.blocks[block.0 as usize].guards.first();
    let (one, other) = (guards(first)?, guards(second)?);
    if one.val != other.val || one.outcome != other.outcome.opposite() {
        return None;
    }
    match one.outcome {
        Outcome::True => Some(Branch { val: one.val, on_true: first, on_false: second }),
        Outcome::False => Some(Branch { val: one.val, on_true: second, on_false: first }),
        _ => None,
    }
}

/// What an instruction reads: the same for those who look and for those who change it.
macro_rules! each_use {
    ($instr:ident, $each:ident, $iter:ident $(, $mutable:tt)?) => {
        match $instr {
            Instr::Const { .. }
            | Instr::Alloc { .. }
            | Instr::Closure { .. }
            | Instr::LoadCell { .. }
            | Instr::OuterThis { .. }
            | Instr::OuterArguments { .. }
            | Instr::LoadGlobal { .. }
            | Instr::Import { .. }
            | Instr::Module { .. }
            | Instr::Origin { .. } => {}
            Instr::Copy { src, .. }
            | Instr::Except { src, .. }
            | Instr::Refine { src, .. }
            | Instr::Iterate { src, .. }
            | Instr::Single { src, .. }
            | Instr::Keys { src, .. }
            | Instr::Parse { src, .. }
            | Instr::Deep { src, .. } => $each(src),
            Instr::Unheld { src, list, .. } => [src, list].into_iter().for_each($each),
            Instr::Phi { srcs, .. } => srcs.$iter().for_each($each),
            Instr::Load { obj, key, .. } | Instr::Delete { obj, key } => {
                $each(obj);
                if let Key::Computed(val) = key {
                    $each(val);
                }
            }
            Instr::Store { obj, key, val } => {
                $each(obj);
                if let Key::Computed(val) = key {
                    $each(val);
                }
                $each(val);
            }
            Instr::Open { obj, .. } => $each(obj),
            Instr::CopyKey { obj, src, key } => {
                $each(obj);
                $each(src);
                $each(key);
            }
            Instr::CopyProps { obj, src, .. } | Instr::AwaitProps { obj, src, .. } => {
                $each(obj);
                $each(src);
            }
            Instr::StoreCell { val, .. }
            | Instr::StoreGlobal { val, .. }
            | Instr::Await { val, .. }
            | Instr::Yield { val, .. }
            | Instr::Return { val }
            | Instr::Throw { val, .. }
            | Instr::Shown { val, .. }
            | Instr::Outlet { val, .. } => $each(val),
            // Templates have no variables: their values are final.
            Instr::Tag(_) | Instr::Template(_) => {}
            Instr::Op { args, .. } => args.$iter().for_each($each),
            Instr::Call(call) => {
                let Call { callee, this, args, .. } = &$($mutable)? **call;
                $each(callee);
                if let Some(this) = this {
                    $each(this);
                }
                args.$iter().for_each(|arg| $each(&$($mutable)? arg.val));
            }
        }
    };
}

/// Calls `each` with every value that an instruction reads.
pub fn for_each_read(instr: &Instr, mut each: impl FnMut(Val)) {
    let mut each = |val: &Val| each(*val);
    each_use!(instr, each, iter);
}

/// The value that an instruction makes: the same for those who look and for those who change it.
macro_rules! made {
    ($instr:ident $(, $mutable:tt)?) => {
        match $instr {
            Instr::Const { dst, .. }
            | Instr::Alloc { dst, .. }
            | Instr::Closure { dst, .. }
            | Instr::Copy { dst, .. }
            | Instr::Phi { dst, .. }
            | Instr::Load { dst, .. }
            | Instr::Open { dst, .. }
            | Instr::LoadCell { dst, .. }
            | Instr::OuterThis { dst, .. }
            | Instr::OuterArguments { dst, .. }
            | Instr::LoadGlobal { dst, .. }
            | Instr::Op { dst, .. }
            | Instr::Import { dst, .. }
            | Instr::Module { dst }
            | Instr::Await { dst, .. }
            | Instr::Iterate { dst, .. }
            | Instr::Single { dst, .. }
            | Instr::Except { dst, .. }
            | Instr::Unheld { dst, .. }
            | Instr::Refine { dst, .. }
            | Instr::Parse { dst, .. }
            | Instr::Keys { dst, .. }
            | Instr::Yield { dst, .. }
            | Instr::Deep { dst, .. }
            | Instr::Origin { dst, .. } => Some(dst),
            Instr::Call(call) => Some(&$($mutable)? call.dst),
            Instr::Store { .. }
            | Instr::Delete { .. }
            | Instr::CopyProps { .. }
            | Instr::CopyKey { .. }
            | Instr::AwaitProps { .. }
            | Instr::StoreCell { .. }
            | Instr::StoreGlobal { .. }
            | Instr::Return { .. }
            | Instr::Throw { .. }
            | Instr::Tag(_)
            | Instr::Template(_)
            | Instr::Shown { .. }
            | Instr::Outlet { .. } => None,
        }
    };
}

/// The value that an instruction makes.
pub fn made(instr: &Instr) -> Option<Val> {
    made!(instr).copied()
}

/// Calls `each` with every value that an instruction of a script speaks of, to be changed.
pub(in crate::ir) fn for_each_value(instr: &mut Instr, each: &mut impl FnMut(&mut Val)) {
    made!(instr, mut).into_iter().for_each(&mut *each);
    match instr {
        Instr::Call(call) => each(&mut call.handler),
        Instr::Yield { handler, .. } | Instr::Throw { handler, .. } => each(handler),
        Instr::Shown { out, .. } => each(out),
        _ => {}
    }
    for_each_use(instr, each);
}

/// The same, for values to be put in their place.
fn for_each_use(instr: &mut Instr, mut each: impl FnMut(&mut Val)) {
    each_use!(instr, each, iter_mut, mut);
}
