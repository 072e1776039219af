//! How far data came from one place towards another, and the part of the graph between two places.
//! Knows the flow graph, and neither sources nor clauses: the places are those that somebody asks about.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;
use petgraph::Direction;
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashSet;

use super::carried::Carriages;
use super::search::{Parents, Places, Routes, Scent, State, spread};
use super::solve::{Scope, clearing, reach};
use super::witness::follow;
use super::{Form, Step, StepKind};
use crate::base::Span;
use crate::graph::{FlowGraph, Mark, Node, NodeId};
use crate::models::Models;

/// What became of data on its way from one place to another.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Whether it arrives.
    pub arrives: bool,
    /// The way to the place, or to where the data came nearest to it.
    pub way: Vec<Step>,
    /// Where the data was last seen, and where what arrives begins, at the narrowest place between the two.
    pub gap: Option<(Span, Span)>,
    /// All places where the data was last seen.
    pub ends: Vec<Span>,
    /// Reads of properties that say nothing of the data, such as a length.
    pub cleared: Vec<Span>,
}

/// The nodes whose place begins within `lines`; where a model marks some of them, those.
pub fn nodes_at(graph: &FlowGraph, lines: Span, marks: &[Mark]) -> Vec<NodeId> {
    let is_here = |node: NodeId| graph.place(node).is_some_and(|span| lines.contains(Span { end: span.start, ..span }));
    let marked: BTreeSet<NodeId> = marks.iter().map(|mark| mark.node).filter(|node| is_here(*node)).collect();
    if !marked.is_empty() {
        return marked.into_iter().collect();
    }
    graph.graph.node_indices().filter(|node| is_here(*node)).collect()
}

/// Follows data from some nodes to others.
pub fn trace(graph: &FlowGraph, models: &Models, sources: &[NodeId], sinks: &[NodeId]) -> Trace {
    let all = all_nodes(graph);
    let clearing = clearing(graph, models);
    let scope = Scope { relevant: &all, clearing: &clearing };
    let mut reached = Vec::new();
    let starts = sources.iter().map(|&node| (node, Form::Raw));
    let mut places = Places::new(graph);
    let mut routes = Routes::new(graph, &scope);
    let parents = spread(&mut routes, &mut places, starts, Scent::Anything, |state| reached.push(state));
    let wanted: FxHashSet<NodeId> = sinks.iter().copied().collect();
    if let Some(&state) = reached.iter().find(|state| wanted.contains(&state.0)) {
        let way = way(graph, sources, state, &parents, true);
        return Trace { arrives: true, way, ..Trace::default() };
    }
    lost(graph, sources, sinks, &scope, (&parents, &reached))
}

fn lost(
    graph: &FlowGraph,
    sources: &[NodeId],
    sinks: &[NodeId],
    scope: &Scope<'_>,
    (parents, reached): (&Parents<'_>, &[State]),
) -> Trace {
    let back = reach(graph, sinks.iter().copied(), Direction::Incoming);
    let is_end = |node: NodeId| graph.graph.edges(node).next().is_none();
    let ends: Vec<State> = reached.iter().copied().filter(|state| is_end(state.0)).collect();
    let ends = if ends.is_empty() { reached.to_vec() } else { ends };
    let places: Vec<(State, Span)> = ends.iter().filter_map(|state| Some((*state, graph.place(state.0)?))).collect();
    let is_reached: FxHashSet<NodeId> = reached.iter().map(|state| state.0).collect();
    let nodes = || back.ones().map(NodeId::new).filter(|node| !is_reached.contains(node));
    let origins = nodes().filter(|node| is_origin(graph, *node)).filter_map(|node| graph.place(node));
    let mut begins: BTreeSet<Span> = origins.collect();
    if begins.is_empty() {
        begins = nodes().filter_map(|node| graph.place(node)).collect();
    }
    let nearest = places
        .iter()
        .flat_map(|end| begins.iter().map(move |begin| (distance(end.1, *begin), end, *begin)))
        .min_by_key(|(distance, end, begin)| (*distance, end.1, *begin));
    let last = nearest.map(|(_, end, _)| end.0).or_else(|| reached.last().copied());
    let cleared = reached.iter().flat_map(|state| graph.graph.edges(state.0));
    let cleared = cleared.filter(|edge| !scope.lets_through(edge)).filter_map(|edge| graph.place(edge.target()));
    Trace {
        arrives: false,
        way: last.map(|state| way(graph, sources, state, parents, false)).unwrap_or_default(),
        gap: nearest.map(|(_, end, begin)| (end.1, begin)),
        ends: places.iter().map(|(_, span)| *span).collect::<BTreeSet<_>>().into_iter().collect(),
        cleared: cleared.collect::<BTreeSet<_>>().into_iter().collect(),
    }
}

/// Whether a value begins here, and is no constant.
fn is_origin(graph: &FlowGraph, node: NodeId) -> bool {
    let Node::Value { inst, val } = graph.graph[node] else { return false };
    let function = &graph.program.get(graph.instances[inst.0 as usize].func).function;
    !function.literals.contains(val as usize)
        && graph.graph.neighbors_directed(node, Direction::Incoming).next().is_none()
}

/// How far two places lie from each other: in bytes within a file, and far beyond that otherwise.
fn distance(a: Span, b: Span) -> u64 {
    let far = if a.file == b.file { 0 } else { 1 << 40 };
    far + u64::from(a.start.abs_diff(b.start))
}

fn way(graph: &FlowGraph, sources: &[NodeId], state: State, parents: &Parents<'_>, arrives: bool) -> Vec<Step> {
    let edges = parents.edges_to(state);
    let first = edges.first().and_then(|edge| graph.graph.edge_endpoints(*edge)).map(|(from, _)| from);
    let start = first.or_else(|| sources.first().copied()).and_then(|node| graph.place(node));
    let mut steps: Vec<Step> =
        start.map(|span| Step { span, kind: StepKind::Source, key: true, note: String::new() }).into_iter().collect();
    follow(graph, &Carriages::new(graph), &edges, &mut steps);
    if let Some(last) = steps.last_mut().filter(|_| arrives) {
        (last.kind, last.key) = (StepKind::Sink, true);
    }
    steps
}

/// The nodes on some way from `from` to `to`; an end that is not given is any.
pub fn between(graph: &FlowGraph, from: Option<&[NodeId]>, to: Option<&[NodeId]>) -> FixedBitSet {
    let mut part =
        from.map_or_else(|| all_nodes(graph), |nodes| reach(graph, nodes.iter().copied(), Direction::Outgoing));
    if let Some(nodes) = to {
        part.intersect_with(&reach(graph, nodes.iter().copied(), Direction::Incoming));
    }
    part
}

/// The nodes of functions with this name.
pub fn of_function(graph: &FlowGraph, name: &str) -> FixedBitSet {
    let mut part = FixedBitSet::with_capacity(graph.graph.node_count());
    for node in graph.graph.node_indices() {
        let Some(inst) = graph.graph[node].instance() else { continue };
        let entry = graph.program.get(graph.instances[inst.0 as usize].func);
        let is_own = entry.function.name.is_some_and(|own| graph.symbols.text(entry.sym(own)) == name);
        part.set(node.index(), is_own);
    }
    part
}

fn all_nodes(graph: &FlowGraph) -> FixedBitSet {
    let mut all = FixedBitSet::with_capacity(graph.graph.node_count());
    all.insert_range(..);
    all
}
