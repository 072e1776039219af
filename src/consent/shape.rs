//! What the analysis of control asks of functions and calls again and again, looked up once: which instructions matter,
//! who calls whom. Knows no consent.

use std::ops::Range;

use crate::graph::program::FuncId;
use crate::graph::{FlowGraph, InstId};
use crate::ir::{Block, Function, Instr, Key};

/// What matters of a function.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// By block, the places of calls and awaits in its code, in order.
    steps: Vec<Vec<u32>>,
    /// Whether its own code may give consent, or may never come back.
    pub gives: bool,
}

impl Shape {
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

/// Whether a function comes back at the end of a block.
pub(super) fn returns(block: &Block) -> bool {
    block.is_reachable && block.next.is_empty() && !matches!(block.code.last(), Some((Instr::Throw { .. }, _)))
}

/// The shapes of all functions, and the calls by caller and callee.
pub(super) struct Shapes {
    functions: Vec<Shape>,
    /// By caller, where its calls begin in the sorted list; one more at the end.
    first_calls: Vec<u32>,
    /// By callee, where its callers begin in `callers`; one more at the end.
    first_callers: Vec<u32>,
    callers: Vec<InstId>,
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
        let mut by_callee: Vec<(InstId, InstId)> = calls.iter().map(|call| (call.to, call.from)).collect();
        by_callee.sort_unstable();
        by_callee.dedup();
        Self {
            functions: (0..graph.program.len() as u32).map(shape).collect(),
            first_calls: beginnings(n, calls.iter().map(|call| call.from)),
            first_callers: beginnings(n, by_callee.iter().map(|(to, _)| *to)),
            callers: by_callee.into_iter().map(|(_, from)| from).collect(),
        }
    }

    pub fn of(&self, func: FuncId) -> &Shape {
        &self.functions[func.0 as usize]
    }

    /// Where the calls of an instance stand in the sorted list of all.
    pub fn calls_of(&self, inst: InstId) -> Range<usize> {
        range(&self.first_calls, inst)
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
