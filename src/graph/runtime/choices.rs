//! What the user chose is often the place of an entry in a list: `sexes[e.detail.value]`. The entry tells the choice.
//! Knows no tag.

use petgraph::visit::EdgeRef;
use rustc_hash::FxHashSet;

use super::super::natives::TagKind;
use super::super::solver::Solver;
use super::super::{Edge, NodeId, Via};
use crate::models::{Effect, Takes};

/// Whether a place in a list is still one behind an edge: what holds it, and a text with it in it, is none.
fn is_number(edge: &Edge) -> bool {
    edge.effect == Effect::Value && !matches!(edge.via, Via::Part | Via::Operator | Via::Unknown)
}

impl Solver<'_> {
    /// Choices go from the keys that they are to the entries that are read by them.
    pub(super) fn hand_choices_on(&mut self) {
        let is_choice = |tag: u32| match self.natives.tags.kind(tag) {
            Some(TagKind::Source { source, .. }) => self.models.sources[source as usize].takes == Some(Takes::Choice),
            _ => false,
        };
        let mut open: Vec<NodeId> =
            self.origins.iter().filter(|mark| is_choice(mark.tag)).map(|mark| mark.node).collect();
        let mut reached: FxHashSet<NodeId> = FxHashSet::default();
        let mut handed: FxHashSet<usize> = FxHashSet::default();
        while !open.is_empty() {
            while let Some(node) = open.pop() {
                if reached.insert(node) {
                    open.extend(
                        self.graph.edges(node).filter(|edge| is_number(edge.weight())).map(|edge| edge.target()),
                    );
                }
            }
            for at in 0..self.accesses.len() {
                let access = self.accesses[at];
                if !access.is_store && reached.contains(&access.key) && handed.insert(at) {
                    self.tell_of(access.key, access.other, Via::Operator, Effect::Derive, None);
                    open.push(access.other);
                }
            }
        }
    }
}
