//! What the analysis of control asks of functions and calls again and again, looked up once: which instructions matter,
//! who calls whom. Knows no consent.

use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::deciding::Deciding;
use crate::graph::program::FuncId;
use crate::graph::{FlowGraph, InstId};
use crate::ir::{Block, Echo, Function, Instr, Key, Val};

/// What matters of a function.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// By block, the places of calls and awaits in its code, in order.
    steps: Vec<Vec<u32>>,
    /// Whether its own code may give consent, or may never come back.
    pub gives: bool,
    index: OnceCell<Index>,
    deciding: OnceCell<Deciding>,
    kept: OnceCell<FxHashSet<Val>>,
}

/// Where the values of a function are made and used.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The block of the instruction that makes a value, and its place there.
    definitions: FxHashMap<Val, (u32, u32)>,
    awaits: FxHashMap<Val, Val>,
    echoes: FxHashMap<Val, Echo>,
    comparisons: FxHashMap<Val, [Val; 2]>,
    /// The results of the calls that a value is handed to.
    handed: FxHashMap<Val, Vec<Val>>,
}

impl Index {
    fn of(function: &Function) -> Self {
        let mut index = Self::default();
        for (at, block) in (0..).zip(&function.blocks) {
            for (position, (instr, _)) in (0..).zip(&block.code) {
                match instr {
                    Instr::Await { dst, val } => _ = index.awaits.entry(*val).or_insert(*dst),
                    Instr::Call(call) => {
                        call.args.iter().for_each(|arg| index.handed.entry(arg.val).or_default().push(call.dst));
                    }
                    _ => {}
                }
                if let Some(val) = crate::ir::made(instr) {
                    index.definitions.entry(val).or_insert((at, position));
                }
            }
        }
        for echo in &function.echoes {
            index.echoes.entry(echo.dst).or_insert(*echo);
        }
        index.comparisons.extend(function.comparisons.iter().map(|it| (it.dst, it.sides)));
        index
    }

    /// The block in which a value is made, and the place in its code.
    pub fn definition(&self, val: Val) -> Option<(usize, usize)> {
        self.definitions.get(&val).map(|&(block, at)| (block as usize, at as usize))
    }

    /// What comes of `await val`.
    pub fn result_of_await(&self, val: Val) -> Option<Val> {
        self.awaits.get(&val).copied()
    }

    /// The results of the calls that a value is handed to.
    pub fn handed(&self, val: Val) -> &[Val] {
        self.handed.get(&val).map_or(&[], Vec::as_slice)
    }

    /// The value whose truth decides that of another one.
    pub fn echo(&self, val: Val) -> Option<Echo> {
        self.echoes.get(&val).copied()
    }

    /// The values by which a truth value is what it is.
    pub fn compared(&self, val: Val) -> Vec<Val> {
        match self.comparisons.get(&val) {
            Some(sides) => sides.to_vec(),
            None => self.echo(val).into_iter().map(|echo| echo.val).collect(),
        }
    }
}

impl Shape {
    /// Where its values are made and used; `function` is the one that it was made of.
    pub fn index(&self, function: &Function) -> &Index {
        self.index.get_or_init(|| Index::of(function))
    }

    /// What decides of its blocks; `function` is the one that it was made of.
    pub fn deciding(&self, function: &Function) -> &Deciding {
        self.deciding.get_or_init(|| Deciding::of(function))
    }

    /// Whether nothing is done with a value but to read fields of it, and to keep it; `function` is the one that it was made
    /// of.
    pub fn only_keeps(&self, function: &Function, val: Val) -> bool {
        self.kept.get_or_init(|| kept(function)).contains(&val)
    }

    fn of(function: &Function, is_content: impl Fn(crate::ir::Name) -> bool) -> Self {
        let mut shape = Self::default();
        let mut comes_back = false;
        for block in &function.blocks {
            let mut steps = Vec::new();
            for (at, (instr, _)) in (0..).zip(&block.code) {
                match instr {
                    Instr::Call(_) => steps.push(at),
                    Instr::Await { .. } => {
                        steps.push(at);
                        shape.gives = true;
                    }
                    Instr::Load { key: Key::Content(name), .. } if is_content(*name) => shape.gives = true,
                    _ => {}
                }
            }
            comes_back |= returns(block);
            shape.steps.push(steps);
        }
        shape.gives |= !function.grants.is_empty() || !comes_back;
        shape
    }

    /// The place in the code of a block of its call or await number `at`.
    pub fn step(&self, block: usize, at: usize) -> Option<usize> {
        self.steps[block].get(at).map(|step| *step as usize)
    }
}

/// The values with which nothing is done but to read fields of them, to keep them and to give them other names.
fn kept(function: &Function) -> FxHashSet<Val> {
    let (mut kept, mut used): (FxHashSet<Val>, FxHashSet<Val>) = Default::default();
    used.extend(function.echoes.iter().map(|echo| echo.val));
    used.extend(function.comparisons.iter().flat_map(|comparison| comparison.sides));
    for block in &function.blocks {
        used.extend(block.branch.map(|branch| branch.val));
        for (instr, _) in &block.code {
            if let Instr::Load { key: Key::Computed(key), .. } | Instr::Store { key: Key::Computed(key), .. } = instr {
                used.insert(*key);
            }
            let keeps = matches!(
                instr,
                Instr::Load { .. }
                    | Instr::Store { .. }
                    | Instr::StoreCell { .. }
                    | Instr::Copy { .. }
                    | Instr::Phi { .. }
            );
            crate::ir::for_each_read(instr, |val| _ = if keeps { &mut kept } else { &mut used }.insert(val));
        }
    }
    kept.retain(|val| !used.contains(val));
    kept
}

/// Whether a function comes back at the end of a block.
pub(super) fn returns(block: &Block) -> bool {
    block.is_reachable && block.next.is_empty() && !block.throws
}

/// The shapes of all functions, and the calls by caller and callee.
pub(super) struct Shapes {
    functions: Vec<Shape>,
    /// By caller, where its calls begin in the sorted list; one more at the end.
    first_calls: Vec<u32>,
    /// By callee, where its callers begin in `callers`; one more at the end.
    first_callers: Vec<u32>,
    callers: Vec<InstId>,
    /// By callee, where the calls of it begin in `incoming`; one more at the end.
    first_incoming: Vec<u32>,
    /// The places of all calls in the sorted list, by callee.
    incoming: Vec<u32>,
}

impl Shapes {
    /// Of all functions of a graph. `content` names what promises hold.
    pub fn new(graph: &FlowGraph, content: &str) -> Self {
        let shape = |func: u32| {
            let entry = graph.program.get(FuncId(func));
            Shape::of(&entry.function, |name| graph.symbols.text(entry.sym(name)) == content)
        };
        let calls = &graph.control.calls;
        let n = graph.instances.len();
        let mut incoming: Vec<u32> = (0..calls.len() as u32).collect();
        incoming.sort_by_key(|at| calls[*at as usize].to);
        let by_callee = || incoming.iter().map(|at| &calls[*at as usize]);
        let first_incoming = beginnings(n, by_callee().map(|call| call.to));
        let mut by_callee: Vec<(InstId, InstId)> = by_callee().map(|call| (call.to, call.from)).collect();
        by_callee.dedup();
        Self {
            functions: (0..graph.program.len() as u32).map(shape).collect(),
            first_calls: beginnings(n, calls.iter().map(|call| call.from)),
            first_callers: beginnings(n, by_callee.iter().map(|(to, _)| *to)),
            callers: by_callee.into_iter().map(|(_, from)| from).collect(),
            first_incoming,
            incoming,
        }
    }

    pub fn of(&self, func: FuncId) -> &Shape {
        &self.functions[func.0 as usize]
    }

    /// Where the calls of an instance stand in the sorted list of all.
    pub fn calls_of(&self, inst: InstId) -> Range<usize> {
        range(&self.first_calls, inst)
    }

    /// Where the calls of an instance by others stand in the sorted list of all.
    pub fn calls_to(&self, inst: InstId) -> &[u32] {
        &self.incoming[range(&self.first_incoming, inst)]
    }

    pub fn callers_of(&self, inst: InstId) -> &[InstId] {
        &self.callers[range(&self.first_callers, inst)]
    }

    pub fn is_called(&self, inst: InstId) -> bool {
        !self.callers_of(inst).is_empty()
    }
}

/// Where the run of each of `n` instances begins in a sorted list; one more at the end.
fn beginnings(n: usize, sorted: impl Iterator<Item = InstId>) -> Vec<u32> {
    let mut first = vec![0; n + 1];
    sorted.for_each(|inst| first[inst.0 as usize + 1] += 1);
    for at in 0..n {
        first[at + 1] += first[at];
    }
    first
}

fn range(first: &[u32], inst: InstId) -> Range<usize> {
    first[inst.0 as usize] as usize..first[inst.0 as usize + 1] as usize
}
