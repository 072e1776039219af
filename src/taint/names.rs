//! Data from outside that only the names of its fields tell: one walk from all that came in finds the reads of names
//! that mean something; and what stands beside an input says what is typed. Knows no name.

use std::collections::VecDeque;

use petgraph::graph::EdgeReference;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Form;
use super::solve::{Scope, State, after};
use super::witness;
use crate::graph::natives::TagKind;
use crate::graph::objects::Field;
use crate::graph::runtime::inputs::Hint;
use crate::graph::symbols::Sym;
use crate::graph::{Edge, FlowGraph, Node, NodeId, Via};
use crate::models::{Lexicon, Meaning, Said};

/// The id of such sources in reports.
pub(super) const SERVER_DATA: &str = "server-data";

/// A read of a field whose name says what it holds.
pub(super) struct Read<'m> {
    pub state: State,
    pub meaning: Meaning<'m>,
}

/// The walk under way.
struct Walk<'g, 'm> {
    graph: &'g FlowGraph,
    lexicon: &'g Lexicon<'m>,
    /// What fields of these names, of owners of these names, mean.
    known: FxHashMap<(Option<Sym>, Sym), Option<Meaning<'m>>>,
    containers: FxHashMap<Sym, bool>,
}

/// All such reads, in the order of their distance from where the data comes in.
pub(super) fn reads<'m>(graph: &FlowGraph, lexicon: &Lexicon<'m>, scope: &Scope<'_>) -> Vec<Read<'m>> {
    let mut walk = Walk { graph, lexicon, known: FxHashMap::default(), containers: FxHashMap::default() };
    let mut found = Vec::new();
    let mut queue: VecDeque<(State, Option<Sym>)> = VecDeque::new();
    let mut seen: FxHashSet<State> = FxHashSet::default();
    let mut copied: FxHashSet<NodeId> = FxHashSet::default();
    let origins = graph.origins.iter().filter(|mark| graph.tags.kind(mark.tag) == Some(TagKind::Unnamed));
    for node in origins.map(|mark| mark.node).filter(|node| scope.relevant.contains(node.index())) {
        if seen.insert((node, Form::Raw)) {
            queue.push_back(((node, Form::Raw), None));
        }
    }
    while let Some((state, owner)) = queue.pop_front() {
        let mut edges: Vec<_> = graph.graph.edges(state.0).filter(|edge| scope.lets_through(edge)).collect();
        edges.sort_unstable_by_key(EdgeRef::id);
        for edge in edges {
            let target = (edge.target(), after(state.1, edge.weight().effect));
            if !seen.insert(target) {
                continue;
            }
            let name = name_read(graph, &edge);
            if let Node::Lookup { .. } = graph.graph[target.0] {
                // The read itself is the edge behind it.
                if name.is_some() {
                    copied.insert(target.0);
                }
                queue.push_back((target, owner));
                continue;
            }
            let name = name.or_else(|| edge.weight().field.and_then(named).filter(|_| copied.contains(&state.0)));
            if let Some(meaning) = name.and_then(|name| walk.meaning(owner, name, target)) {
                found.push(Read { state: target, meaning });
            }
            queue.push_back((target, walk.owner(owner, edge.weight())));
        }
    }
    found
}

fn named(field: Field) -> Option<Sym> {
    match field {
        Field::Named(name) => Some(name),
        Field::Any | Field::Content(_) => None,
    }
}

/// What the first hint that says something says of the data beside it.
pub(super) fn typed<'m>(hints: &[Hint], lexicon: &Lexicon<'m>) -> Option<Meaning<'m>> {
    for hint in hints {
        if hint.is_name {
            let (owner, name) = hint.text.rsplit_once('.').map_or((None, &*hint.text), |(of, name)| (Some(of), name));
            if let Some(meaning) = lexicon.name(owner, name) {
                return Some(meaning);
            }
            continue;
        }
        match lexicon.label(&hint.text) {
            Said::Nothing => {}
            Said::Other => return None,
            Said::Data(meaning) => return Some(meaning),
        }
    }
    None
}

/// The name by which an edge takes a part out of data whose own fields are not known: of a value that is data as a
/// whole, or of an object into which its fields were copied.
pub(super) fn name_read(graph: &FlowGraph, edge: &EdgeReference<'_, Edge, u32>) -> Option<Sym> {
    let weight = edge.weight();
    let Some(Field::Named(name)) = weight.field else { return None };
    let is_copied = || matches!(graph.graph[edge.source()], Node::Field { field: Field::Any, .. });
    (weight.via == Via::Project || (weight.via == Via::Load && is_copied())).then_some(name)
}

impl<'m> Walk<'_, 'm> {
    /// What the read says, if it is one in the text of the program.
    fn meaning(&mut self, owner: Option<Sym>, name: Sym, target: State) -> Option<Meaning<'m>> {
        if witness::is_model(self.graph, self.graph.graph[target.0]) {
            return None;
        }
        let symbols = &self.graph.symbols;
        let lexicon = self.lexicon;
        *self
            .known
            .entry((owner, name))
            .or_insert_with(|| lexicon.name(owner.map(|owner| symbols.text(owner)), symbols.text(name)))
    }

    /// The name of what holds the data: of the last field on its way that has one worth the name.
    fn owner(&mut self, owner: Option<Sym>, edge: &Edge) -> Option<Sym> {
        let (Via::Project | Via::Load | Via::Store, Some(Field::Named(name))) = (edge.via, edge.field) else {
            return owner;
        };
        let (lexicon, symbols) = (self.lexicon, &self.graph.symbols);
        let is_container = *self.containers.entry(name).or_insert_with(|| lexicon.is_container(symbols.text(name)));
        if is_container { owner } else { Some(name) }
    }
}
