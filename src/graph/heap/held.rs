//! Values that go on only where a list holds nothing: a fold over an empty list gives what it began with. Whether a list
//! stays empty is looked at when nothing else is left to do.

use petgraph::Direction;

use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::solver::Solver;
use crate::graph::{NodeId, Via};

/// A value that goes on unless a list holds something.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) struct Unheld {
    pub list: NodeId,
    pub src: NodeId,
    pub dst: NodeId,
}

impl Solver<'_> {
    /// Lets values through of which the list is empty by now; whether there were any to look at.
    pub fn let_unheld_through(&mut self) -> bool {
        let pending = std::mem::take(&mut self.unheld);
        for &Unheld { list, src, dst } in &pending {
            if self.objects_of(list).iter().any(|object| self.is_empty_list(*object)) {
                self.flow(src, dst, Via::Assign, None, None);
            }
        }
        !pending.is_empty()
    }

    /// Whether an object is a list of the program's own that nothing was put into.
    fn is_empty_list(&self, list: ObjId) -> bool {
        let is_list = matches!(self.objects.kind(list), Object::Alloc { ty, .. } if ty == self.known.ty_array);
        is_list
            && !self.is_crowd(list)
            && self.objects.get(list).fields.iter().all(|&(field, node)| {
                let is_element = match field {
                    Field::Named(name) => self.symbols.text(name).bytes().all(|byte| byte.is_ascii_digit()),
                    Field::Any => true,
                    Field::Content(name) => name != self.known.proto,
                };
                let is_filled = !self.objects_of(node).is_empty()
                    || self.graph.neighbors_directed(node, Direction::Incoming).next().is_some();
                !(is_element && is_filled)
            })
    }
}
