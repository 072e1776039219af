//! The tests that decide whether control gets to a block of a function: those with an edge that lies on every way to it.
//! Knows nothing of what is tested.

use petgraph::Direction;
use petgraph::algo::dominators::{Dominators, simple_fast};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::ir::{Block, Function, Val};

/// The blocks of a function by what decides of them.
#[derive(Debug)]
pub(super) struct Deciding {
    control: DiGraph<(), ()>,
    dominators: Dominators<NodeIndex>,
    /// By block, its first and last number in a walk through the tree of dominators, if control gets there at all: what a
    /// block dominates has numbers between its own.
    numbers: Vec<Option<(u32, u32)>>,
}

impl Deciding {
    /// Of a function.
    pub fn of(function: &Function) -> Self {
        let n_edges = function.blocks.iter().map(|block| block.next.len()).sum();
        let mut control = DiGraph::with_capacity(function.blocks.len(), n_edges);
        function.blocks.iter().for_each(|_| _ = control.add_node(()));
        for (at, block) in function.blocks.iter().enumerate() {
            for next in &block.next {
                control.add_edge(NodeIndex::new(at), NodeIndex::new(next.0 as usize), ());
            }
        }
        let root = NodeIndex::new(0);
        let dominators = simple_fast(&control, root);
        let numbers = numbered(&control, &dominators, root);
        Self { control, dominators, numbers }
    }

    /// The tests without which control never gets to a block, the nearest first: in which block they stand, what they test,
    /// and what it must be. `blocks` are those of the function that this was made of.
    pub fn tests(&self, blocks: &[Block], block: usize) -> impl Iterator<Item = (usize, Val, bool)> {
        let mut below = NodeIndex::new(block);
        let tests = self.dominators.strict_dominators(below).into_iter().flatten();
        tests.filter_map(move |test| {
            let arm = std::mem::replace(&mut below, test);
            // Of the arms of a test only one can dominate, and then it is the next dominator on the way down.
            let branch = blocks[test.index()].branch.filter(|branch| branch.on_true != branch.on_false)?;
            let arms = [(branch.on_true, true), (branch.on_false, false)];
            let (_, is) = arms.into_iter().find(|(way, _)| way.0 as usize == arm.index())?;
            let decides = blocks[test.index()].is_reachable && self.is_entered_from(arm, test);
            decides.then_some((test.index(), branch.val, is))
        })
    }

    /// Whether control comes into a block from one other alone, but for what comes back to it from behind.
    fn is_entered_from(&self, block: NodeIndex, from: NodeIndex) -> bool {
        let mut before = self.control.neighbors_directed(block, Direction::Incoming);
        before.all(|it| it == from || self.numbers[it.index()].is_none() || self.dominates(block, it))
    }

    fn dominates(&self, above: NodeIndex, below: NodeIndex) -> bool {
        let (Some((first, last)), Some((number, _))) = (self.numbers[above.index()], self.numbers[below.index()])
        else {
            return false;
        };
        (first..=last).contains(&number)
    }
}

/// The numbers of blocks in a walk through the tree of dominators.
fn numbered(control: &DiGraph<(), ()>, dominators: &Dominators<NodeIndex>, root: NodeIndex) -> Vec<Option<(u32, u32)>> {
    let mut below: Vec<Vec<NodeIndex>> = vec![Vec::new(); control.node_count()];
    for block in control.node_indices() {
        if let Some(above) = dominators.immediate_dominator(block) {
            below[above.index()].push(block);
        }
    }
    let mut numbers = vec![None; control.node_count()];
    let mut next = 0;
    let mut way = if control.node_count() == 0 { Vec::new() } else { vec![root] };
    while let Some(&block) = way.last() {
        let (_, last) = numbers[block.index()].get_or_insert_with(|| {
            next += 1;
            (next, next)
        });
        if let Some(inner) = below[block.index()].pop() {
            way.push(inner);
        } else {
            *last = next;
            way.pop();
        }
    }
    numbers
}
