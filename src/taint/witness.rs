//! The way of a flow as steps that a person can follow in the text.

use petgraph::graph::EdgeIndex;
use rustc_hash::FxHashSet;

use super::carried::{Carriage, Carriages, JSON, is_any, is_any_of_several, is_crowd, is_list};
use super::destination::{Texts, common};
use super::{Flow, Form, SinkEnd, SourceEnd, Step, StepKind, feature};
use crate::base::Span;
use crate::graph::natives::TagKind;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::together::SinkKey;
use crate::graph::{Edge, FlowGraph, Mark, Node, Via};
use crate::models::{Access, Anchor, Confidence, Effect, Models, Port, Sink};

/// The source of a flow.
pub(super) struct Begin<'a> {
    pub model: &'a str,
    pub data: &'a str,
    pub place: Span,
    pub confidence: Confidence,
}

/// The sink of a flow.
pub(super) struct End<'a> {
    pub sink: &'a Sink,
    pub index: u32,
    pub mark: &'a Mark,
    pub place: Span,
    /// All that the destination may be.
    pub texts: Texts,
    /// Whether what goes out is part of the URL, or of the like, that it goes to.
    pub in_destination: bool,
    /// Whether it stands in the head of a request.
    pub in_header: bool,
}

/// Whether an edge leads through code of a library's component that its uses are not told apart in.
fn is_shared_by_uses(graph: &FlowGraph, edge: EdgeIndex<u32>) -> bool {
    let target = graph.graph.edge_endpoints(edge).map(|(_, to)| to);
    let inst = target.and_then(|node| graph.graph[node].instance());
    inst.is_some_and(|inst| graph.instances[inst.0 as usize].is_shared)
        && target.and_then(|node| graph.place(node)).is_some_and(|place| graph.is_in_component_library(place))
}

/// What data is like at the end of its way, and where in the program's own text that is.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    pub form: Form,
    pub place: Span,
}

impl<'a> End<'a> {
    /// The sink that a mark stands for.
    pub(super) fn new(graph: &FlowGraph, models: &'a Models, mark: &'a Mark) -> Option<Self> {
        let Some(TagKind::Sink { sink: index, .. }) = graph.tags.kind(mark.tag) else { return None };
        let (sink, place) = (&models.sinks[index as usize], graph.place(mark.node)?);
        let input = input_of(graph, sink, mark);
        let in_destination = input.is_some() && input == sink.destination.as_ref();
        let in_header = input.is_some_and(|port| is_header(port, models));
        let end = Self { sink, index, mark, place, texts: Texts::default(), in_destination, in_header };
        Some(Self { texts: all_texts(graph, &end), ..end })
    }

    /// The sink in its context.
    pub(super) fn key(&self) -> SinkKey {
        (self.mark.inst, self.index, self.mark.group)
    }
}

/// Where data on a way goes out in the program's own text: what a component of a library shows is shown where the program
/// hands it over, or uses the component if it hands over nothing of it.
pub(super) fn place_of_end(graph: &FlowGraph, end: &End<'_>, edges: &[EdgeIndex<u32>]) -> Span {
    if !graph.is_in_component_library(end.place) || edges.iter().any(|edge| is_shared_by_uses(graph, *edge)) {
        return end.place;
    }
    let own = |edge: &EdgeIndex<u32>| {
        step(graph, *edge).map(|step| step.span).filter(|span| !graph.is_in_component_library(*span))
    };
    edges.iter().rev().find_map(own).or_else(|| graph.place_outside(end.mark.inst)).unwrap_or(end.place)
}

/// The flow on a way; none where what a device asks for does not hold the data.
pub(super) fn flow(
    graph: &FlowGraph,
    carriages: &Carriages<'_>,
    begin: &Begin<'_>,
    end: &End<'_>,
    arrival: Arrival,
    edges: &[EdgeIndex<u32>],
    texts: Vec<String>,
) -> Option<Flow> {
    let Arrival { form, place } = arrival;
    let mut steps = vec![Step { span: begin.place, kind: StepKind::Source, key: true, note: begin.model.to_owned() }];
    follow(graph, carriages, edges, &mut steps);
    // What a component does with what it is handed is the library's matter.
    if place != end.place {
        let handed = steps.iter().rposition(|step| step.span == place);
        steps.truncate(handed.map_or(steps.len(), |at| at + 1));
    }
    // What the model's own code does at the sink's place is the sink.
    while steps.len() > 1 && steps.last().is_some_and(|step| step.span == place) {
        steps.pop();
    }
    steps.push(Step { span: place, kind: StepKind::Sink, key: true, note: end.sink.id.clone() });
    let mut flow = Flow {
        data: begin.data.to_owned(),
        form,
        source: SourceEnd { model: begin.model.to_owned(), span: begin.place, confidence: begin.confidence },
        sink: SinkEnd {
            model: end.sink.id.clone(),
            kind: end.sink.kind.clone(),
            destination: None,
            destinations: Vec::new(),
            span: place,
            path: inner_path(graph, edges),
            in_destination: end.in_destination,
            in_header: end.in_header,
            contexts: vec![end.mark.inst],
        },
        features: features(graph, carriages, edges, end),
        steps,
    };
    // What goes on as it is may be an address itself, and stands in none.
    let is_in_text = edges.iter().any(|edge| makes_text(&graph.graph[*edge]));
    let is_asked_for = is_in_text && texts.iter().any(|text| is_in_query(text));
    if let (true, Some(kind)) = (is_asked_for, end.sink.fetched.as_ref()) {
        flow.sink.kind.clone_from(kind);
        flow.sink.in_destination = true;
    }
    leads_to(&mut flow, texts);
    (is_asked_for || !end.sink.is_only_fetched).then_some(flow)
}

/// Whether an edge leads into a text that is made of more.
fn makes_text(edge: &Edge) -> bool {
    edge.via == Via::Operator || edge.via == Via::Step && edge.effect != Effect::Value
}

/// Whether what is not known of an address stands in its query alone.
fn is_in_query(address: &str) -> bool {
    let Some((place, query)) = address.split_once('?') else { return false };
    place.contains("://") && !place.contains('…') && query.contains('…')
}

/// Adds the steps of a way, among them those of the objects that carry the data on it.
pub(super) fn follow(graph: &FlowGraph, carriages: &Carriages<'_>, edges: &[EdgeIndex<u32>], steps: &mut Vec<Step>) {
    let mut writer = None;
    for &edge in edges {
        // What an object carries goes where the object goes.
        let own = step(graph, edge);
        let is_around = |it: &Step| own.as_ref().is_some_and(|own| it.kind == own.kind && it.span.contains(own.span));
        let carried = carriages.way(edge, writer).into_iter().filter_map(|edge| step(graph, edge));
        for step in carried.filter(|step| step.key && !is_around(step)).chain(own.clone()) {
            push(steps, step);
        }
        let ends = graph.graph.edge_endpoints(edge);
        writer = ends.and_then(|(from, _)| graph.graph[from].instance()).or(writer);
    }
}

/// A flow may go to any of these.
pub(super) fn leads_to(flow: &mut Flow, texts: Vec<String>) {
    flow.sink.destination = common(&texts);
    if 1 < texts.len() {
        if !flow.features.contains(&feature::OF_SEVERAL) {
            flow.features.push(feature::OF_SEVERAL);
        }
        flow.sink.destinations = texts;
    }
}

/// All that a sink's destination may be. Where it has none of its own, a text that goes out is one if it is an address.
fn all_texts(graph: &FlowGraph, end: &End<'_>) -> Texts {
    let texts = graph.destinations.texts.get(&end.key()).map_or(&[][..], Vec::as_slice);
    let is_one = |text: &&String| end.sink.destination.is_some() || text.contains("://");
    texts.iter().filter(is_one).cloned().collect()
}

/// Where in a call what goes out stands.
fn input_of<'a>(graph: &FlowGraph, sink: &'a Sink, mark: &Mark) -> Option<&'a Port> {
    match graph.tags.kind(mark.tag)? {
        TagKind::Sink { input, .. } => sink.inputs.get(input as usize),
        _ => None,
    }
}

/// Whether a port ends in the head of a request.
fn is_header(port: &Port, models: &Models) -> bool {
    matches!(port.accesses.last(), Some(Access::Property(name)) if models.runtime.header_options.contains(name))
}

/// Steps at the same place are one; the one that a reader needs most gives it its name.
pub(super) fn push(steps: &mut Vec<Step>, step: Step) {
    if let Some(last) = steps.last_mut()
        && last.span == step.span
    {
        if last.kind != StepKind::Source && (step.key, step.kind) > (last.key, last.kind) {
            *last = step;
        }
        return;
    }
    steps.push(step);
}

/// What an edge does, where it has a place.
pub(super) fn step(graph: &FlowGraph, edge: EdgeIndex<u32>) -> Option<Step> {
    let (from, to) = graph.graph.edge_endpoints(edge)?;
    let weight = &graph.graph[edge];
    let span = weight.at().map(|at| graph.places[at as usize]).or_else(|| graph.place(to))?;
    let (source, target) = (graph.graph[from], graph.graph[to]);
    let kind = kind(graph, weight, source, target);
    let key = !matches!(kind, StepKind::Assign | StepKind::Field);
    Some(Step { span, kind, key, note: note(graph, weight, kind, source, target) })
}

fn kind(graph: &FlowGraph, edge: &Edge, from: Node, to: Node) -> StepKind {
    if let Some(kind) = outside(graph, from).or_else(|| outside(graph, to)) {
        return kind;
    }
    if !matches!(edge.via, Via::Step | Via::Unknown) && is_template(graph, to) {
        return StepKind::Binding;
    }
    match edge.via {
        Via::Event => StepKind::Event,
        Via::Navigate => StepKind::Navigate,
        Via::Assign | Via::Operator => StepKind::Assign,
        Via::Load | Via::Store | Via::Project | Via::Part => StepKind::Field,
        Via::Argument if is_model(graph, from) && !is_model(graph, to) => StepKind::Callback,
        Via::Argument if is_model(graph, to) => StepKind::Step,
        Via::Argument => StepKind::Call,
        Via::Return if is_model(graph, from) => StepKind::Step,
        Via::Return => StepKind::Return,
        Via::Capture => StepKind::Capture,
        Via::Throw => StepKind::Throw,
        Via::Await => StepKind::Await,
        Via::Step => StepKind::Step,
        Via::Unknown => StepKind::Unknown,
    }
}

/// Whether a node is a field of a place outside the program.
fn outside(graph: &FlowGraph, node: Node) -> Option<StepKind> {
    let (Node::Field { obj, .. } | Node::Lookup { obj, .. }) = node else { return None };
    is_store(graph, obj).then_some(StepKind::Storage)
}

pub(super) fn is_store(graph: &FlowGraph, obj: ObjId) -> bool {
    matches!(graph.objects.kind(obj), Object::Api(api) if graph.apis.is_store(api, &graph.symbols))
}

pub(super) fn is_model(graph: &FlowGraph, node: Node) -> bool {
    let Some(inst) = node.instance() else { return false };
    graph.program.get(graph.instances[inst.0 as usize].func).origin == crate::graph::program::Origin::Model
}

fn is_template(graph: &FlowGraph, node: Node) -> bool {
    matches!(node, Node::Value { inst, .. } if graph.program.is_template(graph.instances[inst.0 as usize].func))
}

/// The name that matters at a step: a field, a function.
fn note(graph: &FlowGraph, edge: &Edge, kind: StepKind, from: Node, to: Node) -> String {
    let function = |node: Node| match node {
        Node::Value { inst, .. } | Node::Result { inst } => {
            let entry = graph.program.get(graph.instances[inst.0 as usize].func);
            entry.function.name.map(|name| graph.symbols.text(entry.sym(name)).to_owned())
        }
        _ => None,
    };
    match kind {
        StepKind::Field | StepKind::Storage => field_name(graph, edge.field()).unwrap_or_default(),
        StepKind::Call | StepKind::Callback => function(to).unwrap_or_default(),
        StepKind::Return => function(from).unwrap_or_default(),
        _ => String::new(),
    }
}

fn field_name(graph: &FlowGraph, field: Option<Field>) -> Option<String> {
    match field? {
        Field::Named(name) => Some(graph.symbols.text(name).to_owned()),
        Field::Any => Some("*".to_owned()),
        Field::Content(_) => None,
    }
}

/// The path inside what goes out, from the parts at the end of the way.
fn inner_path(graph: &FlowGraph, edges: &[EdgeIndex<u32>]) -> Option<String> {
    let parts: Vec<String> = edges
        .iter()
        .rev()
        .map(|edge| &graph.graph[*edge])
        .skip_while(|edge| edge.via != Via::Part)
        .take_while(|edge| edge.via == Via::Part)
        .filter_map(|edge| field_name(graph, edge.field()))
        .collect();
    (!parts.is_empty()).then(|| parts.join("."))
}

/// Whether what is not known to be shown comes by a way that is not known either: that proves nothing.
pub(super) fn is_guess(flow: &Flow) -> bool {
    let has = |feature| flow.features.contains(&feature);
    has(feature::ABSENT_COMPONENT) && [feature::ANY_KEY, feature::BROADENED, feature::UNKNOWN_CALL].into_iter().any(has)
}

fn features(
    graph: &FlowGraph,
    carriages: &Carriages<'_>,
    edges: &[EdgeIndex<u32>],
    end: &End<'_>,
) -> Vec<&'static str> {
    let mut features = Vec::new();
    if graph.is_dead(end.mark.inst) {
        features.push(feature::UNREACHABLE);
    }
    if matches!(&end.sink.anchor, Anchor::Component(anchor) if anchor.is_absent) {
        features.push(feature::ABSENT_COMPONENT);
    }
    for &edge in edges {
        let Some((from, to)) = graph.graph.edge_endpoints(edge) else { continue };
        for node in [graph.graph[from], graph.graph[to]] {
            match node {
                Node::Field { field: Field::Content(name), .. } if graph.symbols.text(name) == JSON => {
                    features.push(feature::JSON);
                }
                Node::Field { obj, .. } if is_store(graph, obj) => features.push(feature::STORAGE),
                Node::Value { inst, .. } if graph.instances[inst.0 as usize].is_shared => {
                    features.push(feature::BROADENED);
                }
                Node::Field { obj, .. } | Node::Lookup { obj, .. } | Node::Deep { obj } if is_crowd(graph, obj) => {
                    features.push(feature::BROADENED);
                }
                _ => {}
            }
        }
        if graph.is_unreachable(from) || graph.is_unreachable(to) {
            features.push(feature::UNREACHABLE);
        }
        if graph.graph[edge].via == Via::Unknown {
            features.push(feature::UNKNOWN_CALL);
        }
        let is_unnamed = |node| is_any(graph, graph.graph[node]);
        let is_moved = matches!(graph.graph[edge].via, Via::Load | Via::Store);
        // A part of an object that is no list, under a name that is not known.
        let is_part = graph.graph[edge].via == Via::Part && graph.graph[edge].field() == Some(Field::Any);
        let is_odd = is_part && matches!(graph.graph[to], Node::Deep { obj } if !is_list(graph, obj));
        if is_odd || is_moved && (is_unnamed(from) || is_unnamed(to) || is_any_of_several(graph, edge)) {
            features.push(feature::ANY_KEY);
        }
    }
    let is_coarse = |&edge: &EdgeIndex<u32>| matches!(carriages.of(edge), Some(Carriage::Coarse));
    // What is put into an object that was kept for later does not come out of it where it is new.
    let mut filled_late = FxHashSet::default();
    let is_late = |&edge: &EdgeIndex<u32>| match carriages.kept(edge) {
        Some((obj, true)) if graph.graph[edge].via == Via::Store => {
            filled_late.insert(obj);
            false
        }
        Some((obj, false)) => filled_late.contains(&obj),
        _ => false,
    };
    if !features.contains(&feature::BROADENED) && (edges.iter().any(is_coarse) || edges.iter().any(is_late)) {
        features.push(feature::BROADENED);
    }
    features.sort_unstable();
    features.dedup();
    features
}
