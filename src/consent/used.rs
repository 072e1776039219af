//! What the program does with what comes in: nothing, keep it, or more. Knows no category of data.

use petgraph::visit::EdgeRef;
use rustc_hash::FxHashSet;

use super::MAX_READ;
use super::flow::States;
use crate::graph::objects::{Field, ObjId, Object, role};
use crate::graph::{InstId, Node, NodeId, Via};
use crate::ir::Val;

/// What is done with data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Nothing reads it.
    #[default]
    None,
    /// It is put somewhere, and nothing reads it there.
    Kept,
    /// Something is done with it.
    Taken,
}

impl States<'_> {
    /// What the program's own code does with what comes in at a node; code that is not known does all.
    pub(super) fn use_of(&self, node: NodeId) -> Use {
        let graph = self.graph;
        let mut use_of = Use::None;
        let mut seen = FxHashSet::from_iter([node]);
        let mut work = vec![node];
        while let Some(node) = work.pop() {
            for edge in graph.graph.edges(node) {
                if matches!(edge.weight().via, Via::Unknown | Via::Part) || MAX_READ < seen.len() {
                    return Use::Taken;
                }
                match graph.graph[edge.target()] {
                    Node::Value { inst, .. } if self.is_model(inst) => {}
                    Node::Value { inst, val } if self.only_keeps(inst, val) => use_of = Use::Kept,
                    Node::Value { .. } => return Use::Taken,
                    Node::Field { obj, .. } if self.is_handed_on(obj) => return Use::Taken,
                    _ => {}
                }
                if seen.insert(edge.target()) {
                    work.push(edge.target());
                }
            }
        }
        use_of
    }

    /// Whether an object that a model makes is handed on as a whole, to a call of which nobody knows whom it calls.
    fn is_handed_on(&self, obj: ObjId) -> bool {
        let graph = self.graph;
        let begin = match graph.objects.kind(obj) {
            Object::Alloc { inst, val, .. } if self.is_model(inst) && role::is_of_instruction(val) => {
                Some(self.node(inst, Val(val)))
            }
            Object::Content { of, name } => graph.objects.field(of, Field::Content(name)),
            _ => None,
        };
        let is_left = |inst: InstId, val: Val| {
            let calls = self.index(inst).handed(val).iter();
            !self.is_model(inst) && calls.into_iter().any(|call| self.called(inst, *call).is_empty())
        };
        let mut work: Vec<NodeId> = begin.into_iter().collect();
        let mut seen: FxHashSet<NodeId> = work.iter().copied().collect();
        while let Some(node) = work.pop().filter(|_| seen.len() <= MAX_READ) {
            if matches!(graph.graph[node], Node::Value { inst, val } if is_left(inst, Val(val))) {
                return true;
            }
            let edges =
                graph.graph.edges(node).filter(|edge| edge.weight().is_value || edge.weight().via == Via::Await);
            work.extend(edges.map(|edge| edge.target()).filter(|next| seen.insert(*next)));
        }
        false
    }
}
