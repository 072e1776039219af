//! Where data comes in of which only names tell what it is: at which of those places each read of such a name may begin.

use std::collections::VecDeque;

use fixedbitset::FixedBitSet;
use petgraph::Direction;
use rustc_hash::FxHashMap;

use super::names::{self, Read};
use super::solve::reach;
use crate::graph::{FlowGraph, Mark, NodeId};

/// Places that one walk tells apart.
const AT_ONCE: usize = u64::BITS as usize;

/// Where what is read comes in.
pub(super) struct Origins<'g> {
    marks: Vec<&'g Mark>,
    /// By the node of the read, the numbers of the marks.
    of: FxHashMap<NodeId, FixedBitSet>,
}

impl<'g> Origins<'g> {
    pub(super) fn new(graph: &'g FlowGraph, reads: &[Read<'_>]) -> Self {
        let marks: Vec<&Mark> = names::unnamed(graph).collect();
        let none = || FixedBitSet::with_capacity(marks.len());
        let mut of: FxHashMap<NodeId, FixedBitSet> = reads.iter().map(|read| (read.state.0, none())).collect();
        let before = reach(graph, of.keys().copied(), Direction::Incoming);
        for (at, marks) in marks.chunks(AT_ONCE).enumerate() {
            let reached = forward(graph, marks, &before);
            of.iter_mut().for_each(|(node, of)| {
                let reached = reached[node.index()];
                of.extend((0..marks.len()).filter(|bit| reached >> bit & 1 == 1).map(|bit| at * AT_ONCE + bit));
            });
        }
        Self { marks, of }
    }

    /// The places at which data comes in that may be read at a node.
    pub(super) fn of(&self, node: NodeId) -> impl Iterator<Item = &'g Mark> {
        self.of.get(&node).into_iter().flat_map(FixedBitSet::ones).map(|at| self.marks[at])
    }
}

/// By node, which of some marks reach it, as far as that lies within `part`.
fn forward(graph: &FlowGraph, marks: &[&Mark], part: &FixedBitSet) -> Vec<u64> {
    let mut reached = vec![0; graph.graph.node_count()];
    let mut is_queued = FixedBitSet::with_capacity(graph.graph.node_count());
    let mut queue = VecDeque::new();
    for (bit, mark) in marks.iter().enumerate().filter(|(_, mark)| part.contains(mark.node.index())) {
        reached[mark.node.index()] |= 1 << bit;
        if !is_queued.put(mark.node.index()) {
            queue.push_back(mark.node);
        }
    }
    while let Some(node) = queue.pop_front() {
        is_queued.set(node.index(), false);
        let marks: u64 = reached[node.index()];
        for next in graph.graph.neighbors(node).filter(|next| part.contains(next.index())) {
            let known = &mut reached[next.index()];
            if *known | marks != *known {
                *known |= marks;
                if !is_queued.put(next.index()) {
                    queue.push_back(next);
                }
            }
        }
    }
    reached
}
