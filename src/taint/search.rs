//! Breadth-first search over nodes and forms, and the way to each state that it came to. Knows neither sources nor sinks.

use petgraph::graph::{EdgeIndex, EdgeReference};
use petgraph::visit::EdgeRef;

use super::carried::{JSON, is_any};
use super::solve::Scope;
use super::{Form, names};
use crate::graph::objects::Field;
use crate::graph::{Edge, FlowGraph, NodeId, Via};
use crate::ir::content;
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

/// What of its data a search stays with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scent {
    /// All that comes of it.
    Anything,
    /// What has no name of its own.
    Unnamed,
    /// The thing itself, whole, in a list or written down.
    Whole,
}

impl Scent {
    fn follows(self, is_part: bool, is_whole: bool) -> bool {
        match self {
            Self::Anything => true,
            Self::Unnamed => !is_part,
            Self::Whole => is_whole && !is_part,
        }
    }

    /// Whether such a search goes over an edge.
    pub(super) fn goes(self, graph: &FlowGraph, edge: &EdgeReference<'_, Edge, u32>) -> bool {
        self == Self::Anything || self.follows(is_named_part(graph, edge), keeps_whole(graph, edge))
    }
}

/// An edge that a search may go over.
#[derive(Clone, Copy)]
struct Route {
    target: NodeId,
    edge: EdgeIndex<u32>,
    effect: Effect,
    /// Whether it takes out a part that has a name of its own.
    is_part: bool,
    /// Whether what arrives is still the thing that set out.
    is_whole: bool,
    /// Whether it is the last one of its node.
    is_last: bool,
}

/// The edges that searches within a scope may go over, by node and in the order in which they were made. They are looked
/// up when a search first comes to the node: many come to the same.
pub(super) struct Routes<'a> {
    graph: &'a FlowGraph,
    pub scope: &'a Scope<'a>,
    /// Where those of each node begin in `all`; or [`NONE`], or [`Self::UNKNOWN`].
    first: Vec<u32>,
    all: Vec<Route>,
}

impl<'a> Routes<'a> {
    /// Stands for edges that were not looked up.
    const UNKNOWN: u32 = NONE - 1;

    pub(super) fn new(graph: &'a FlowGraph, scope: &'a Scope<'a>) -> Self {
        Self { graph, scope, first: vec![Self::UNKNOWN; graph.graph.node_count()], all: Vec::new() }
    }

    fn from(&mut self, node: NodeId) -> impl Iterator<Item = Route> {
        if self.first[node.index()] == Self::UNKNOWN {
            self.first[node.index()] = self.look_up(node);
        }
        let mut at = Some(self.first[node.index()] as usize);
        std::iter::from_fn(move || {
            let route = self.all.get(at?).copied()?;
            at = at.filter(|_| !route.is_last).map(|at| at + 1);
            Some(route)
        })
    }

    fn look_up(&mut self, node: NodeId) -> u32 {
        let start = self.all.len();
        let edges = self.graph.graph.edges(node).filter(|edge| self.scope.lets_through(edge));
        self.all.extend(edges.map(|edge| Route {
            target: edge.target(),
            edge: edge.id(),
            effect: edge.weight().effect,
            is_part: is_named_part(self.graph, &edge),
            is_whole: keeps_whole(self.graph, &edge),
            is_last: false,
        }));
        self.all[start..].sort_unstable_by_key(|route| route.edge);
        match self.all[start..].last_mut() {
            Some(last) => {
                last.is_last = true;
                start as u32
            }
            None => NONE,
        }
    }
}

/// Visits all states that some states reach, nearest first, and gives the way to each.
pub(super) fn spread<'p>(
    routes: &mut Routes<'_>,
    places: &'p mut Places,
    starts: impl Iterator<Item = State>,
    scent: Scent,
    mut visit: impl FnMut(State),
) -> Parents<'p> {
    let mut parents = Parents::new(places, starts);
    let mut at = 0;
    while let Some(state) = parents.state(at) {
        visit(state);
        for route in routes.from(state.0).filter(|route| scent.follows(route.is_part, route.is_whole)) {
            parents.add((route.target, after(state.1, route.effect)), at as u32, route.edge);
        }
        at += 1;
    }
    parents
}

/// Whether an edge takes out a part that has a name of its own; elements have none.
pub(super) fn is_named_part(graph: &FlowGraph, edge: &EdgeReference<'_, Edge, u32>) -> bool {
    names::name_read(graph, edge).is_some_and(|name| !names::is_element(graph.symbols.text(name)))
}

/// Whether a thing that goes over an edge is still itself behind it: not what somebody made or took of it, not an error,
/// and not one of several properties that a name which is not known may mean.
fn keeps_whole(graph: &FlowGraph, edge: &EdgeReference<'_, Edge, u32>) -> bool {
    let weight = edge.weight();
    let is_kept = match weight.via {
        Via::Unknown | Via::Throw | Via::Operator => false,
        Via::Step => weight.effect == Effect::Value,
        _ => true,
    };
    let is_inside = match weight.field() {
        Some(Field::Content(content)) => [content::PROMISE, JSON].contains(&graph.symbols.text(content)),
        _ => true,
    };
    is_kept && is_inside && ![edge.source(), edge.target()].iter().any(|&node| is_any(graph, graph.graph[node]))
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
