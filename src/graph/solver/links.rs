//! What has to happen with what a node turns out to be: its rules, and the edges along which that moves.
//! Knows nothing of what the rules do.

use petgraph::graph::NodeIndex;

use crate::graph::solver::constraints::Rule;
use crate::graph::solver::listed::{Listed, Member};
use crate::graph::{Edge, NodeId};

/// The rules and edges of all nodes.
#[derive(Debug, Default)]
pub(in crate::graph) struct Links {
    nodes: Vec<OfNode>,
    /// Each with the index of the next one of its node. Most nodes have none or one.
    rules: Vec<(Rule, u32)>,
}

#[derive(Debug)]
struct OfNode {
    rules: Rules,
    edges: Listed<Onward>,
}

/// Some of the rules of a node, in the order in which they were added.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) struct Rules {
    first: u32,
    last: u32,
}

/// Stands for no rule.
const NONE: u32 = u32::MAX;

/// What tells an edge from others of its node, in one number: its end, how the value moves, and whether the very value
/// does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Onward(u32);

impl Links {
    /// A node without any.
    pub fn add_node(&mut self) {
        self.nodes.push(OfNode { rules: Rules { first: NONE, last: NONE }, edges: Listed::default() });
    }

    /// Adds an edge; whether there was none like it.
    pub fn add_edge(&mut self, src: NodeId, dst: NodeId, edge: &Edge) -> bool {
        self.nodes[src.index()].edges.insert(Onward::new(dst, edge))
    }

    /// How many edges a node has.
    pub fn n_edges(&self, node: NodeId) -> usize {
        self.nodes[node.index()].edges.list().len()
    }

    /// Where the very value of a node moves along one of its edges.
    pub fn moves_to(&self, node: NodeId, edge: usize) -> Option<NodeId> {
        let onward = self.nodes[node.index()].edges.list()[edge];
        onward.is_value().then(|| onward.target())
    }

    /// Adds a rule.
    pub fn add_rule(&mut self, node: NodeId, rule: Rule) {
        let at = self.rules.len() as u32;
        self.rules.push((rule, NONE));
        let rules = &mut self.nodes[node.index()].rules;
        match self.rules.get_mut(rules.last as usize) {
            Some((_, next)) => *next = at,
            None => rules.first = at,
        }
        rules.last = at;
    }

    /// The rules that a node has by now.
    pub fn rules(&self, node: NodeId) -> Rules {
        self.nodes[node.index()].rules
    }

    /// Takes the first of some rules.
    pub fn next(&self, rules: &mut Rules) -> Option<Rule> {
        let &(rule, next) = self.rules.get(rules.first as usize)?;
        rules.first = if rules.first == rules.last { NONE } else { next };
        Some(rule)
    }
}

impl Onward {
    const VIA_BITS: u32 = 4;
    const NODE_BITS: u32 = u32::BITS - Self::VIA_BITS - 1;

    fn new(dst: NodeId, edge: &Edge) -> Self {
        let dst = dst.index() as u32;
        assert!(dst >> Self::NODE_BITS == 0, "a graph has fewer than 2^27 nodes");
        Self(dst << (Self::VIA_BITS + 1) | (edge.via as u32) << 1 | u32::from(edge.is_value))
    }

    fn is_value(self) -> bool {
        self.0 & 1 == 1
    }

    fn target(self) -> NodeId {
        NodeIndex::new((self.0 >> (Self::VIA_BITS + 1)) as usize)
    }
}

impl Member for Onward {
    /// No value moves in the way that has the highest number.
    const NONE: Self = Self(u32::MAX);

    fn number(self) -> u32 {
        self.0
    }
}
