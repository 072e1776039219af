//! Reachability from each source: breadth first, over nodes and forms, within what can reach a sink at all.

use std::collections::VecDeque;

use fixedbitset::FixedBitSet;
use petgraph::Direction;
use petgraph::graph::EdgeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;

use super::{Flow, Form, witness};
use crate::base::Span;
use crate::graph::natives::TagKind;
use crate::graph::objects::Field;
use crate::graph::{Edge, FlowGraph, Mark, NodeId, Via};
use crate::models::{Effect, Models};

/// A node and what the data looks like there.
pub(super) type State = (NodeId, Form);

/// Where a state was first reached from.
pub(super) type Parents = FxHashMap<State, (State, EdgeIndex<u32>)>;

/// One place at which one kind of data comes in.
struct Source<'m> {
    model: &'m str,
    data: &'m str,
    place: Span,
    nodes: Vec<NodeId>,
}

/// Finds all flows, each with its shortest witness, sorted by place.
pub fn solve(graph: &FlowGraph, models: &Models) -> Vec<Flow> {
    let sinks = sinks(graph);
    if sinks.is_empty() || graph.origins.is_empty() {
        return Vec::new();
    }
    let relevant = reaching(graph, sinks.keys().copied());
    let clearing: Vec<Field> =
        models.clearing_properties.iter().filter_map(|name| graph.symbols.find(name)).map(Field::Named).collect();
    let mut flows: FxHashMap<(Span, &str, Span, u32), Flow> = FxHashMap::default();
    // What can happen comes first: a way through code that is never run counts only where there is no other.
    let live = live_part(graph, &relevant);
    let parts: Vec<(&FixedBitSet, bool)> =
        live.iter().map(|live| (live, true)).chain([(&relevant, live.is_none())]).collect();
    let sources = sources(graph, models);
    for (source, &(part, is_first)) in sources.iter().flat_map(|source| parts.iter().map(move |part| (source, part))) {
        let (parents, reached) = search(graph, source, part, &clearing, &sinks);
        for state in reached {
            for mark in &sinks[&state.0] {
                let Some(TagKind::Sink { sink, .. }) = graph.tags.kind(mark.tag) else { continue };
                let Some(place) = graph.place(mark.node) else { continue };
                let key = (source.place, source.data, place, sink);
                // States come shortest first; a less protected form of the same data matters more.
                let is_known = |known: &Flow| {
                    let may_be_better = is_first || known.features.contains(&witness::UNREACHABLE);
                    known.form <= state.1 || !may_be_better
                };
                if flows.get(&key).is_some_and(is_known) {
                    continue;
                }
                let end = witness::End { sink: &models.sinks[sink as usize], index: sink, mark, place };
                let begin = witness::Begin { model: source.model, data: source.data, place: source.place };
                flows.insert(key, witness::flow(graph, &begin, &end, state, &parents));
            }
        }
    }
    let mut flows: Vec<Flow> = flows.into_values().collect();
    flows.sort_by(|a, b| {
        let key = |flow: &Flow| (flow.sink.span, flow.source.span);
        key(a).cmp(&key(b)).then_with(|| (&a.data, &a.sink.model).cmp(&(&b.data, &b.sink.model)))
    });
    flows
}

/// The part without code that is never run; `None` if that is all of it.
fn live_part(graph: &FlowGraph, relevant: &FixedBitSet) -> Option<FixedBitSet> {
    let dead: Vec<usize> = relevant.ones().filter(|&node| graph.is_unreachable(NodeId::new(node))).collect();
    if dead.is_empty() {
        return None;
    }
    let mut live = relevant.clone();
    dead.into_iter().for_each(|node| live.set(node, false));
    Some(live)
}

/// The nodes at which data goes out.
fn sinks(graph: &FlowGraph) -> FxHashMap<NodeId, Vec<Mark>> {
    let mut sinks: FxHashMap<NodeId, Vec<Mark>> = FxHashMap::default();
    for mark in &graph.outlets {
        if let Some(TagKind::Sink { .. }) = graph.tags.kind(mark.tag) {
            sinks.entry(mark.node).or_default().push(*mark);
        }
    }
    sinks
}

/// The places at which data comes in, several outputs of a kind at a place as one.
fn sources<'m>(graph: &FlowGraph, models: &'m Models) -> Vec<Source<'m>> {
    let mut sources: Vec<Source<'m>> = Vec::new();
    let mut known: FxHashMap<(Span, &str, &str), usize> = FxHashMap::default();
    for mark in &graph.origins {
        let Some(TagKind::Source { source, output }) = graph.tags.kind(mark.tag) else { continue };
        let Some(place) = graph.place(mark.node) else { continue };
        let model = &models.sources[source as usize];
        let data = &*model.outputs[output as usize].data;
        let at = *known.entry((place, &*model.id, data)).or_insert_with(|| {
            sources.push(Source { model: &model.id, data, place, nodes: Vec::new() });
            sources.len() - 1
        });
        sources[at].nodes.push(mark.node);
    }
    sources
}

/// The nodes from which one of these can be reached.
fn reaching(graph: &FlowGraph, ends: impl Iterator<Item = NodeId>) -> FixedBitSet {
    let mut reached = FixedBitSet::with_capacity(graph.graph.node_count());
    let mut work: Vec<NodeId> = ends.collect();
    work.iter().for_each(|node| reached.insert(node.index()));
    while let Some(node) = work.pop() {
        for before in graph.graph.neighbors_directed(node, Direction::Incoming) {
            if !reached.put(before.index()) {
                work.push(before);
            }
        }
    }
    reached
}

/// All states that the source reaches, in the order of their distance, as far as they are sinks.
fn search(
    graph: &FlowGraph,
    source: &Source<'_>,
    relevant: &FixedBitSet,
    clearing: &[Field],
    sinks: &FxHashMap<NodeId, Vec<Mark>>,
) -> (Parents, Vec<State>) {
    let mut parents = Parents::default();
    let mut reached = Vec::new();
    let mut queue: VecDeque<State> = VecDeque::new();
    let mut seen: rustc_hash::FxHashSet<State> = rustc_hash::FxHashSet::default();
    for &node in &source.nodes {
        if relevant.contains(node.index()) && seen.insert((node, Form::Raw)) {
            queue.push_back((node, Form::Raw));
        }
    }
    while let Some(state) = queue.pop_front() {
        if sinks.contains_key(&state.0) {
            reached.push(state);
        }
        let mut next: Vec<(State, EdgeIndex<u32>)> = graph
            .graph
            .edges(state.0)
            .filter(|edge| relevant.contains(edge.target().index()) && !is_cleared(edge.weight(), clearing))
            .map(|edge| ((edge.target(), after(state.1, edge.weight().effect)), edge.id()))
            .collect();
        next.sort_unstable_by_key(|&(_, edge)| edge);
        for (target, edge) in next {
            if seen.insert(target) {
                parents.insert(target, (state, edge));
                queue.push_back(target);
            }
        }
    }
    (parents, reached)
}

/// A property that says nothing of the value it is read from.
fn is_cleared(edge: &Edge, clearing: &[Field]) -> bool {
    edge.via == Via::Project && edge.field.is_some_and(|field| clearing.contains(&field))
}

/// What the data looks like after a step: protection is not undone by what follows.
fn after(form: Form, effect: Effect) -> Form {
    let made = match effect {
        Effect::Value | Effect::Taint => Form::Raw,
        Effect::Derive => Form::Derived,
        Effect::Mask => Form::Masked,
        Effect::Hash => Form::Hashed,
        Effect::Encrypt => Form::Encrypted,
    };
    form.max(made)
}
