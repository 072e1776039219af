//! Reachability from each source: breadth first, over nodes and forms, within what can reach a sink at all.

use std::cell::LazyCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;
use petgraph::Direction;
use petgraph::graph::EdgeReference;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::carried::Carriages;
use super::destination::{Company, Texts, Way};
use super::names::{self, Read};
use super::origins::Origins;
use super::search::{Parents, Places, Routes, Scent, State, spread};
use super::{Flow, Form, SinkEnd, witness};
use crate::base::Span;
use crate::graph::natives::TagKind;
use crate::graph::objects::Field;
use crate::graph::{Edge, FlowGraph, InstId, Mark, Node, NodeId, Via};
use crate::models::{Anchor, Confidence, Lexicon, Meaning, Models, Sink};

/// The kind of sinks that show data to the user.
const SHOWN: &str = "display";

/// One place at which one kind of data comes in.
struct Source<'m> {
    model: &'m str,
    data: &'m str,
    place: Span,
    confidence: Confidence,
    starts: Vec<State>,
    /// What counts as it: where a name told what it is, its own fields have names of their own, and are not it.
    scent: Scent,
    /// Whether an event of a tag brings it; its place is the tag.
    is_event: bool,
}

impl Source<'_> {
    /// Whether a sink takes such data as it is: templates show texts, and no records.
    fn can_end_in(&self, sink: &Sink) -> bool {
        self.scent != Scent::Whole || !matches!(sink.anchor, Anchor::Component(_) | Anchor::Text)
    }
}

/// Where a search may go.
pub(super) struct Scope<'a> {
    /// The nodes from which a sink can be reached.
    pub relevant: &'a FixedBitSet,
    /// Properties that say nothing of what they are read from.
    pub clearing: &'a [Field],
}

impl Scope<'_> {
    pub(super) fn lets_through(&self, edge: &EdgeReference<'_, Edge, u32>) -> bool {
        self.relevant.contains(edge.target().index()) && !is_cleared(edge.weight(), self.clearing)
    }
}

/// Finds all flows, each with its shortest witness, sorted by place.
pub fn solve(graph: &FlowGraph, models: &Models) -> Vec<Flow> {
    let sinks = sinks(graph, models);
    if sinks.is_empty() || graph.origins.is_empty() {
        return Vec::new();
    }
    let relevant = reach(graph, sinks.keys().copied(), Direction::Incoming);
    let clearing = clearing(graph, models);
    let lexicon = Lexicon::new(&models.names, &models.name_words);
    let sources = sources(graph, models, &lexicon);
    let reads = names::reads(graph, &lexicon, &Scope { relevant: &relevant, clearing: &clearing });
    let origins = LazyCell::new(|| Origins::new(graph, &reads));
    let mut places = Places::new(graph);
    let mut flows =
        Flows { by_ends: FxHashMap::default(), company: Company::new(graph), carriages: Carriages::new(graph), graph };
    // What can happen comes first: a way through code that is never run counts only where there is no other.
    let live = live_part(graph, &relevant);
    let parts = live.iter().map(|live| (live, true)).chain([(&relevant, live.is_none())]);
    for (relevant, is_first) in parts {
        let scope = Scope { relevant, clearing: &clearing };
        let mut routes = Routes::new(graph, &scope);
        let mut covered: FxHashSet<(Span, &str)> = FxHashSet::default();
        for source in &sources {
            let (parents, states) = search(&mut routes, &mut places, source, &sinks);
            let found = Found { graph, source, scope: &scope, parents: &parents };
            flows.add(&sinks, &found, &states, is_first);
            let told = reads.iter();
            let told = told.filter(|read| read.meaning.data == source.data && parents.has_way_to(read.state));
            let told: Vec<&Read<'_>> = told.collect();
            if !told.is_empty() {
                let calls = calls(graph, &parents);
                let told =
                    told.into_iter().filter(|read| is_of_source(graph, origins.of(read.state.0), source, &calls));
                covered.extend(told.filter_map(|read| Some((graph.place(read.state.0)?, source.data))));
            }
        }
        // What a source itself is known to give counts more than a name.
        let named = named_sources(graph, &reads);
        for source in named.iter().filter(|source| !covered.contains(&(source.place, source.data))) {
            let (parents, states) = search(&mut routes, &mut places, source, &sinks);
            let found = Found { graph, source, scope: &scope, parents: &parents };
            flows.add(&sinks, &found, &states, is_first);
        }
    }
    let mut flows: Vec<Flow> =
        flows.by_ends.into_values().flat_map(BTreeMap::into_values).filter(|flow| !witness::is_guess(flow)).collect();
    without_later_reads(&mut flows);
    flows.sort_by(|a, b| {
        let key = |flow: &Flow| (flow.sink.span, flow.source.span);
        let more =
            |flow: &Flow| (flow.sink.in_destination, flow.sink.destination.clone(), flow.sink.destinations.clone());
        let ends = key(a).cmp(&key(b)).then_with(|| (&a.data, &a.sink.model).cmp(&(&b.data, &b.sink.model)));
        ends.then_with(|| more(a).cmp(&more(b)))
    });
    flows
}

/// Whether all that only its name tells at a read came in where a source is, or out of one of the calls that its data
/// goes through.
fn is_of_source<'g>(
    graph: &FlowGraph,
    marks: impl Iterator<Item = &'g Mark>,
    source: &Source<'_>,
    calls: &FxHashSet<InstId>,
) -> bool {
    let mut marks = marks;
    marks.all(|mark| graph.place(mark.node) == Some(source.place) || calls.contains(&mark.inst))
}

/// The calls of outside code that data goes through.
fn calls(graph: &FlowGraph, reached: &Parents<'_>) -> FxHashSet<InstId> {
    let call = |node: NodeId| match graph.graph[node] {
        node @ (Node::Value { inst, .. } | Node::Result { inst }) if witness::is_model(graph, node) => Some(inst),
        _ => None,
    };
    reached.nodes_behind().filter_map(call).collect()
}

/// What a name tells twice on one way is one flow, from where it is told first.
fn without_later_reads(flows: &mut Vec<Flow>) {
    let is_told = |flow: &Flow| flow.source.model == names::SERVER_DATA;
    // The longer way is the one that passes the other's beginning.
    flows.sort_by_key(|flow| (Reverse(flow.steps.len()), flow.source.span, flow.sink.span));
    let mut on_the_way: FxHashSet<(String, Span, Span)> = FxHashSet::default();
    flows.retain(|flow| {
        if !is_told(flow) {
            return true;
        }
        if on_the_way.contains(&(flow.data.clone(), flow.sink.span, flow.source.span)) {
            return false;
        }
        let inner = flow.steps.iter().filter(|step| ![flow.source.span, flow.sink.span].contains(&step.span));
        on_the_way.extend(inner.map(|step| (flow.data.clone(), flow.sink.span, step.span)));
        true
    });
}

/// The properties that say nothing of what they are read from.
pub(super) fn clearing(graph: &FlowGraph, models: &Models) -> Vec<Field> {
    models.clearing_properties.iter().filter_map(|name| graph.symbols.find(name)).map(Field::Named).collect()
}

/// Destinations that are told apart for one pair of ends; beyond it the rest is one flow, to any of the others.
const MAX_DESTINATIONS: usize = 16;

/// Where the data comes in and its category, where it goes out and the number of the sink's model.
type Ends<'g> = (Span, &'g str, Span, u32);

/// Whether data is a part of the destination, and all that this may be; an empty text stands for the rest.
type Target = (bool, Texts);

/// The places at which data goes out, by node.
type Sinks<'g> = FxHashMap<NodeId, Vec<witness::End<'g>>>;

/// The flows found so far: one for each destination that a pair of ends has.
struct Flows<'g> {
    by_ends: FxHashMap<Ends<'g>, BTreeMap<Target, Flow>>,
    company: Company<'g>,
    carriages: Carriages<'g>,
    graph: &'g FlowGraph,
}

/// What a search found.
pub(super) struct Found<'a, 'm> {
    graph: &'a FlowGraph,
    source: &'a Source<'m>,
    scope: &'a Scope<'a>,
    /// Where each state was first reached from.
    pub parents: &'a Parents<'a>,
}

impl Found<'_, '_> {
    /// Whether the search came to a state.
    pub(super) fn has(&self, state: State) -> bool {
        self.parents.has(state) || self.begins(state)
    }

    /// Whether the data comes in there.
    pub(super) fn begins(&self, state: State) -> bool {
        self.source.starts.contains(&state)
    }

    /// Whether the search may go over an edge.
    pub(super) fn passes(&self, edge: &EdgeReference<'_, Edge, u32>) -> bool {
        passes(self.graph, self.source, self.scope, edge)
    }
}

impl<'g> Flows<'g> {
    /// Adds what a search found. Later searches only add what earlier ones could not find.
    fn add(&mut self, sinks: &Sinks<'g>, found: &Found<'_, 'g>, states: &[State], is_first: bool) {
        for &state in states {
            let ends = sinks[&state.0].iter().filter(|end| {
                !is_echo(found.graph, found.source, end.sink, end.place) && found.source.can_end_in(end.sink)
            });
            for end in ends {
                for way in self.company.ways(found, state, end.key(), &end.texts) {
                    let edges = || way.edges(found.parents);
                    let is_inside = self.graph.is_in_component_library(end.place);
                    let place = if is_inside { witness::place_of_end(self.graph, end, &edges()) } else { end.place };
                    if !is_echo(found.graph, found.source, end.sink, place) {
                        self.add_way(found, end, witness::Arrival { form: state.1, place }, &way, is_first);
                    }
                }
            }
        }
    }

    fn add_way(
        &mut self,
        found: &Found<'_, 'g>,
        end: &witness::End<'_>,
        arrival: witness::Arrival,
        way: &Way,
        is_first: bool,
    ) {
        let source = found.source;
        let witness::Arrival { form, place } = arrival;
        let by_target = self.by_ends.entry((source.place, source.data, place, end.index)).or_default();
        let mut key = (end.in_destination, way.texts.clone());
        let is_rest = MAX_DESTINATIONS <= by_target.len() && !by_target.contains_key(&key);
        if is_rest {
            key.1 = [String::new()].into();
        }
        // States come shortest first; a less protected form of the same data matters more.
        let is_known = |known: &Flow| {
            let may_be_better = is_first || known.features.contains(&super::feature::UNREACHABLE);
            known.form <= form || !may_be_better
        };
        let mut contexts = Vec::new();
        let mut rest = None;
        if let Some(known) = by_target.get_mut(&key) {
            if !known.sink.contexts.contains(&end.mark.inst) {
                known.sink.contexts.push(end.mark.inst);
            }
            if is_rest && let Some(all) = with_texts(&known.sink, &way.texts) {
                witness::leads_to(known, all.clone());
                rest = Some(all);
            }
            if is_known(known) {
                return;
            }
            contexts.clone_from(&known.sink.contexts);
            if is_rest && rest.is_none() {
                rest = Some(known.sink.destinations.clone());
            }
        }
        let begin = witness::Begin {
            model: source.model,
            data: source.data,
            place: source.place,
            confidence: source.confidence,
        };
        let edges = way.edges(found.parents);
        let texts = way.texts.to_vec();
        let flow = witness::flow(self.graph, &self.carriages, &begin, end, arrival, &edges, texts);
        let Some(mut flow) = flow else { return };
        contexts.retain(|context| *context != end.mark.inst);
        flow.sink.contexts.append(&mut contexts);
        if let Some(rest) = rest {
            witness::leads_to(&mut flow, rest);
        }
        by_target.insert(key, flow);
    }
}

/// All that the destination of a flow may be, with these texts; nothing where it may be each of them already.
fn with_texts(sink: &SinkEnd, more: &[String]) -> Option<Vec<String>> {
    let known = &sink.destinations;
    let mut new = sink.destination.iter().chain(more).filter(|text| known.binary_search(text).is_err()).peekable();
    if !known.is_empty() {
        new.peek()?;
    }
    let mut all: Vec<String> = new.chain(known).cloned().collect();
    all.sort();
    all.dedup();
    Some(all)
}

/// Whether what was typed or chosen is shown in its own box, or in another for the same: nobody sees anything new.
fn is_echo(graph: &FlowGraph, source: &Source<'_>, sink: &Sink, place: Span) -> bool {
    let is_shown = sink.kind == SHOWN && matches!(sink.anchor, Anchor::Component(_) | Anchor::Text);
    let faces = || graph.faces.get(&source.place).into_iter().flatten();
    is_shown && source.is_event && (source.place.contains(place) || faces().any(|face| face.contains(place)))
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
fn sinks<'g>(graph: &'g FlowGraph, models: &'g Models) -> Sinks<'g> {
    let mut sinks = Sinks::default();
    for mark in &graph.outlets {
        if let Some(TagKind::Sink { .. }) = graph.tags.kind(mark.tag) {
            sinks.entry(mark.node).or_default().extend(witness::End::new(graph, models, mark));
        }
    }
    sinks
}

/// The places at which data comes in, several outputs of a kind at a place as one.
fn sources<'m>(graph: &FlowGraph, models: &'m Models, lexicon: &Lexicon<'m>) -> Vec<Source<'m>> {
    let mut sources: Vec<Source<'m>> = Vec::new();
    let mut known: FxHashMap<(Span, &str, &str), usize> = FxHashMap::default();
    for mark in &graph.origins {
        let Some(TagKind::Source { source, output }) = graph.tags.kind(mark.tag) else { continue };
        let Some(place) = place_of_source(graph, mark) else { continue };
        let model = &models.sources[source as usize];
        let hints = graph.hints.get(&mark.node).map_or(&[][..], Vec::as_slice);
        let mut meant = names::typed(hints, lexicon);
        meant.retain(|said| models.can_take(model, said.data));
        if meant.is_empty() {
            let data = &model.outputs[output as usize].data;
            meant.push(Meaning { data, confidence: Confidence::High });
        }
        for Meaning { data, confidence } in meant {
            let at = *known.entry((place, &*model.id, data)).or_insert_with(|| {
                let is_event = matches!(model.anchor, Anchor::Component(_));
                let starts = Vec::new();
                let scent = Scent::Anything;
                sources.push(Source { model: &model.id, data, place, confidence, starts, scent, is_event });
                sources.len() - 1
            });
            sources[at].starts.push((mark.node, Form::Raw));
        }
    }
    sources
}

/// Where data comes in, in the program's own text: what is typed into a component of a library is typed where the
/// program uses it.
fn place_of_source(graph: &FlowGraph, mark: &Mark) -> Option<Span> {
    let place = graph.place(mark.node)?;
    let is_inside = graph.is_in_component_library(place);
    is_inside.then(|| graph.place_outside(mark.inst)).flatten().or(Some(place))
}

/// The places at which a name tells what is read.
fn named_sources<'m>(graph: &FlowGraph, reads: &[Read<'m>]) -> Vec<Source<'m>> {
    let mut sources: Vec<Source<'m>> = Vec::new();
    let mut known: FxHashMap<(Span, &str, bool), usize> = FxHashMap::default();
    for read in reads {
        let Some(place) = place_of_read(graph, read.state.0) else { continue };
        let Meaning { data, confidence } = read.meaning;
        let at = *known.entry((place, data, read.is_record)).or_insert_with(|| {
            let model = names::SERVER_DATA;
            let starts = Vec::new();
            let scent = if read.is_record { Scent::Whole } else { Scent::Unnamed };
            sources.push(Source { model, data, place, confidence, starts, scent, is_event: false });
            sources.len() - 1
        });
        sources[at].starts.push(read.state);
    }
    sources
}

/// Where a name is read: what the framework reads is first seen where the program is given it.
fn place_of_read(graph: &FlowGraph, node: NodeId) -> Option<Span> {
    graph.place(node).or_else(|| graph.graph.neighbors(node).filter_map(|next| graph.place(next)).min())
}

/// The nodes that some nodes reach, or are reached from, these included.
pub(super) fn reach(graph: &FlowGraph, starts: impl Iterator<Item = NodeId>, direction: Direction) -> FixedBitSet {
    let mut reached = FixedBitSet::with_capacity(graph.graph.node_count());
    let mut work: Vec<NodeId> = starts.collect();
    work.iter().for_each(|node| reached.insert(node.index()));
    while let Some(node) = work.pop() {
        for next in graph.graph.neighbors_directed(node, direction) {
            if !reached.put(next.index()) {
                work.push(next);
            }
        }
    }
    reached
}

/// All states that the source reaches, in the order of their distance, as far as they are sinks.
fn search<'p>(
    routes: &mut Routes<'_>,
    places: &'p mut Places,
    source: &Source<'_>,
    sinks: &Sinks<'_>,
) -> (Parents<'p>, Vec<State>) {
    let relevant = routes.scope.relevant;
    let starts = source.starts.iter().copied().filter(|state| relevant.contains(state.0.index()));
    let mut reached = Vec::new();
    let parents = spread(routes, places, starts, source.scent, |state| {
        if sinks.contains_key(&state.0) {
            reached.push(state);
        }
    });
    (parents, reached)
}

fn passes(graph: &FlowGraph, source: &Source<'_>, scope: &Scope<'_>, edge: &EdgeReference<'_, Edge, u32>) -> bool {
    scope.lets_through(edge) && source.scent.goes(graph, edge)
}

/// A property that says nothing of the value it is read from.
fn is_cleared(edge: &Edge, clearing: &[Field]) -> bool {
    edge.via == Via::Project && edge.field().is_some_and(|field| clearing.contains(&field))
}
