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
        let dominators = simple_fast(&control, NodeIndex::new(0));
        Self { control, dominators }
    }

    /// The tests without which control never gets to a block, the nearest first: in which block they stand, what they test,
    /// and what it must be. `blocks` are those of the function that this was made of.
    pub fn tests(&self, blocks: &[Block], block: usize) -> Vec<(usize, Val, bool)> {
        let mut found = Vec::new();
        let mut below = NodeIndex::new(block);
        for test in self.dominators.strict_dominators(below).into_iter().flatten() {
            // Of the arms of a test only one can dominate, and then it is the next dominator on the way down.
            if self.is_entered_from(below, test)
                && blocks[test.index()].is_reachable
                && let Some(branch) = blocks[test.index()].branch
                && branch.on_true != branch.on_false
            {
                let arms = [(branch.on_true, true), (branch.on_false, false)];
                let taken = arms.into_iter().find(|(arm, _)| arm.0 as usize == below.index());
                found.extend(taken.map(|(_, is)| (test.index(), branch.val, is)));
            }
            below = test;
        }
        found
    }

    /// Whether control comes into a block from one other alone, but for what comes back to it from behind.
    fn is_entered_from(&self, block: NodeIndex, from: NodeIndex) -> bool {
        let mut before = self.control.neighbors_directed(block, Direction::Incoming);
        before.all(|it| {
            let mut above = self.dominators.dominators(it).into_iter().flatten().peekable();
            it == from || above.peek().is_none() || above.any(|it| it == block)
        })
    }
}
