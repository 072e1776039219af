//! Breadth-first search over nodes and forms, and the way to each state that it came to. Knows neither sources nor sinks.

use petgraph::graph::{EdgeIndex, EdgeReference};
use petgraph::visit::EdgeRef;
use smallvec::SmallVec;

use super::Form;
use crate::graph::{Edge, FlowGraph, NodeId};
use crate::models::Effect;

/// A node and what the data looks like there.
pub(super) type State = (NodeId, Form);

/// Stands for no state.
const NONE: u32 = u32::MAX;

/// Where each node stands among those that the last search reached. One search after the other uses the memory: what an
/// earlier one left there is no place of the node.
pub(super) struct Places(Vec<u32>);

impl Places {
    pub(super) fn new(graph: &FlowGraph) -> Self {
        Self(vec![NONE; graph.graph.node_count()])
    }
}

/// The states that a search reached, each with where it was first reached from.
pub(super) struct Parents<'p> {
    places: &'p mut Places,
    reached: Vec<Reached>,
}

struct Reached {
    state: State,
    /// The place of the state before, or [`NONE`] where the search begins.
    before: u32,
    edge: EdgeIndex<u32>,
    /// The place of another form of the data at the same node, or [`NONE`].
    other: u32,
}

impl<'p> Parents<'p> {
    /// Those of a search that begins at these states.
    pub(super) fn new(places: &'p mut Places, starts: impl Iterator<Item = State>) -> Self {
        let mut parents = Self { places, reached: Vec::new() };
        for state in starts {
            parents.add(state, NONE, EdgeIndex::end());
        }
        parents
    }

    fn first(&self, node: NodeId) -> u32 {
        let at = self.places.0[node.index()];
        if self.reached.get(at as usize).is_some_and(|reached| reached.state.0 == node) { at } else { NONE }
    }

    fn find(&self, state: State) -> Option<&Reached> {
        let mut at = self.first(state.0);
        while let Some(reached) = self.reached.get(at as usize) {
            if reached.state.1 == state.1 {
                return Some(reached);
            }
            at = reached.other;
        }
        None
    }

    /// Adds a state that the one at `before` leads to; whether it is new.
    pub(super) fn add(&mut self, state: State, before: u32, edge: EdgeIndex<u32>) -> bool {
        if self.find(state).is_some() {
            return false;
        }
        let other = self.first(state.0);
        self.places.0[state.0.index()] = self.reached.len() as u32;
        self.reached.push(Reached { state, before, edge, other });
        true
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        self.reached.len()
    }

    /// A state by its place in the order in which they were reached.
    pub(super) fn state(&self, at: usize) -> Option<State> {
        self.reached.get(at).map(|reached| reached.state)
    }

    /// All states in that order.
    pub(super) fn states(&self) -> impl Iterator<Item = State> {
        self.reached.iter().map(|reached| reached.state)
    }

    /// Whether the search came to a state.
    pub(super) fn has(&self, state: State) -> bool {
        self.find(state).is_some()
    }

    /// Whether the search came to a state at which it does not begin.
    pub(super) fn has_way_to(&self, state: State) -> bool {
        self.find(state).is_some_and(|reached| reached.before != NONE)
    }

    /// The nodes at which the search does not begin, some of them twice.
    pub(super) fn nodes_behind(&self) -> impl Iterator<Item = NodeId> {
        self.reached.iter().filter(|reached| reached.before != NONE).map(|reached| reached.state.0)
    }

    /// The edges from where the search begins to `state`, in order.
    pub(super) fn edges_to(&self, state: State) -> Vec<EdgeIndex<u32>> {
        let mut edges = Vec::new();
        self.back_from(state, &mut edges);
        edges.reverse();
        edges
    }

    /// Adds the edges from `state` back to where the search begins, and gives that state.
    pub(super) fn back_from(&self, state: State, edges: &mut Vec<EdgeIndex<u32>>) -> State {
        let Some(mut reached) = self.find(state) else { return state };
        while let Some(before) = self.reached.get(reached.before as usize) {
            edges.push(reached.edge);
            reached = before;
        }
        reached.state
    }
}

/// Visits all states that some states reach over the edges that pass, nearest first, and gives the way to each.
pub(super) fn spread<'p>(
    graph: &FlowGraph,
    places: &'p mut Places,
    starts: impl Iterator<Item = State>,
    passes: impl Fn(&EdgeReference<'_, Edge, u32>) -> bool,
    mut visit: impl FnMut(State),
) -> Parents<'p> {
    let mut parents = Parents::new(places, starts);
    let mut next: SmallVec<[(EdgeIndex<u32>, State); 16]> = SmallVec::new();
    let mut at = 0;
    while let Some(&Reached { state, .. }) = parents.reached.get(at) {
        visit(state);
        let edges = graph.graph.edges(state.0).filter(&passes);
        next.extend(edges.map(|edge| (edge.id(), (edge.target(), after(state.1, edge.weight().effect)))));
        next.sort_unstable_by_key(|&(edge, _)| edge);
        for (edge, target) in next.drain(..) {
            parents.add(target, at as u32, edge);
        }
        at += 1;
    }
    parents
}

/// What the data looks like after a step: protection is not undone by what follows.
pub(super) fn after(form: Form, effect: Effect) -> Form {
    let made = match effect {
        Effect::Value | Effect::Taint => Form::Raw,
        Effect::Derive => Form::Derived,
        Effect::Mask => Form::Masked,
        Effect::Hash => Form::Hashed,
        Effect::Encrypt => Form::Encrypted,
    };
    form.max(made)
}
