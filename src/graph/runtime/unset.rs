//! Properties that are declared as texts and that nobody gives a value: they stay empty.
//! Knows when that is certain, not what the texts are for.

use petgraph::Direction;

use crate::graph::objects::Object;
use crate::graph::solver::Solver;
use crate::graph::{Node, NodeId, Via};

/// How many places are looked at before one that nothing comes to: a declaration has few.
const MAX_SILENT: usize = 16;

impl Solver<'_> {
    /// A property is a text.
    pub(super) fn note_text(&mut self, property: NodeId) {
        self.runtime.texts.push(property);
    }

    /// Texts that nothing is written into by now are empty; whether there are any.
    pub fn leave_unset(&mut self) -> bool {
        let texts = std::mem::take(&mut self.runtime.texts);
        let is_unset = |&property: &NodeId| self.is_silent(property);
        let unset: Vec<NodeId> = texts.into_iter().filter(is_unset).collect();
        for &property in &unset {
            let empty = self.symbols.intern("");
            let empty = self.objects.intern(Object::Text(empty));
            let begin = self.passage();
            self.add_object(begin, empty);
            self.flow(begin, property, Via::Store, None, None);
        }
        !unset.is_empty()
    }

    /// Whether nothing comes to a property but what other properties have that nobody writes, such as the initial value in
    /// its declaration.
    fn is_silent(&self, property: NodeId) -> bool {
        let mut looked_at = vec![property];
        let mut next = 0;
        while let Some(&node) = looked_at.get(next) {
            let is_property = matches!(self.graph[node], Node::Field { .. } | Node::Lookup { .. });
            if !is_property || !self.objects_of(node).is_empty() || looked_at.len() > MAX_SILENT {
                return false;
            }
            for before in self.graph.neighbors_directed(node, Direction::Incoming) {
                if !looked_at.contains(&before) {
                    looked_at.push(before);
                }
            }
            next += 1;
        }
        true
    }
}
