//! Whether the user has agreed, on every way, before data is collected or sent: control followed from where it enters
//! the program (lifecycles, handlers, the top of modules) through calls, callbacks and promises to the ends of each
//! flow. Knows gates as models describe them; no clause.

mod answers;
mod decided;
mod deciding;
mod flow;
mod grants;
pub mod platform;
mod promises;
mod refusals;
mod shape;
mod tested;
mod truth;
mod used;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Files, Span};
use crate::graph::natives::TagKind;
use crate::graph::program::Origin;
use crate::graph::{FlowGraph, InstId, Node, NodeId};
use crate::models::{Anchor, Covers, Models, Source, SourceRole};
use crate::taint::{Flow, Step, StepKind, feature};
pub use answers::{Answer, Question};
pub use decided::Decided;
pub use flow::States;
pub use grants::Grants;
pub use platform::Circumstances;
use refusals::Refusals;
use tested::Tested;
pub use used::Use;

/// How often tests are looked at again: each round follows a flag one store further.
const MAX_ROUNDS: usize = 5;
/// The family of sources in code that runs on the server: what comes in there was collected elsewhere.
const SERVER_FAMILY: &str = "cloud";
/// Places that a judgement names at most.
const MAX_PLACES: usize = 6;
/// Nodes behind a source beyond which it counts as used.
const MAX_READ: usize = 2000;

/// What is known of the consent to a flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// On every way the program asks first, at the collection or at the sending.
    Gated,
    /// The platform asks.
    Platform,
    /// On some way nobody asks.
    None,
    /// Not looked at, or not known: data that a server sent, code that is never run.
    #[default]
    Unknown,
}

/// The judgement about one flow.
#[derive(Clone, Debug, Default)]
pub struct Consent {
    /// What is known.
    pub status: Status,
    /// The gates, or the way that passes none: from where control enters to the collection.
    pub evidence: Vec<Span>,
    /// Whether on every way the program asks for something, be it for other data.
    pub asks_for_other: bool,
    /// Whether on every way to the collection the user acted.
    pub is_act: bool,
    /// Whether it happens only where those who make the program try it: no user is there.
    pub is_trial: bool,
    /// The function by which control enters on a way without a gate, if it is one that the framework calls by name.
    pub entry: Option<(String, Span)>,
    /// The function by which control enters where it is sent without an act of the user's.
    pub sent_from: Option<(String, Span)>,
    /// The call whose refusal leads to the sending, or to what is sent, on some way: its model's id, and where it stands.
    pub after_refusal: Option<(String, Span)>,
    /// Whether what is sent then was kept, and joins the way of what is asked for: the witness need not be its own.
    pub is_joined: bool,
    /// Whether what is typed, or comes to a callback, is sent only after some test behind where it came in.
    pub is_tested: bool,
    /// Of what is typed: a test that it has to pass itself before it is sent.
    pub own_test: Option<Span>,
}

/// What is known of control after the analysis.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// By flow.
    pub flows: Vec<Consent>,
    /// Calls of sources, sinks and gates, and those by which users leave, by place and id of the model (or path of what is
    /// called): what holds there on every way.
    pub calls: Vec<CallState>,
    /// Verdicts that depend on what the platform gives, by the place of the source.
    pub decided: Vec<Decided>,
}

/// What holds where something of the platform is called.
#[derive(Clone, Debug)]
pub struct CallState {
    /// The model's id.
    pub model: String,
    /// The call.
    pub place: Span,
    /// On every way to it.
    pub grants: Grants,
    /// Where control enters on a way to it.
    pub entry: Option<(String, Span)>,
    /// Sources on whose callbacks it runs: their ids, sorted.
    pub behind: Vec<String>,
    /// The calls that lead here from those callbacks, in the order of the text.
    pub through: Vec<Span>,
    /// What the program does with what comes back, as far as the flow graph tells.
    pub used: Use,
    /// Of calls that ask, or by which users leave: the answers that lead here, each once.
    pub answers: Vec<Answer>,
    /// Of other sources that are called: the call whose refusal, told by its result, leads here, if one does.
    pub refused: Option<(String, Span)>,
}

/// Follows control from where it enters the program; no flow is asked for.
pub fn solve<'g>(graph: &'g FlowGraph, models: &'g Models) -> States<'g> {
    let mut states = States::new(graph, models);
    states.solve();
    if !states.truths.is_idle() {
        for _ in 0..MAX_ROUNDS {
            if !states.refine() {
                break;
            }
            states.solve();
        }
    }
    states
}

/// Judges all flows by the rules of the platform that the program is under.
pub fn judge(states: &States<'_>, files: &Files, flows: &[Flow], under: Circumstances) -> Judged {
    let judge = Judge::new(states, files, under);
    Judged {
        flows: flows.iter().map(|flow| judge.flow(flow)).collect(),
        calls: judge.calls(),
        decided: decided::all(states),
    }
}

/// What a user types: where it comes in, and where it gets to from there.
#[derive(Default)]
struct Typed {
    entries: Vec<NodeId>,
    reached: OnceCell<FxHashSet<NodeId>>,
}

struct Judge<'a, 'g> {
    states: &'a States<'g>,
    files: &'a Files,
    under: Circumstances,
    /// Instances in which a source gives data, by place and model.
    sources: FxHashMap<(Span, &'a str), Vec<InstId>>,
    /// Where it comes in there, of what users type.
    typed: FxHashMap<(Span, &'a str), Typed>,
    categories: FxHashMap<&'a str, usize>,
    /// Places of gates, with what they cover.
    gates: Vec<(Span, Grants)>,
    /// Calls that ask the user, with their models.
    asking: FxHashMap<InstId, &'a str>,
    refusals: Refusals,
    /// By place and model of a source whose data is taken up again in a `catch` around such a call: the call, and where the
    /// data gets to from there.
    kept: FxHashMap<(Span, &'a str), (InstId, FxHashSet<NodeId>)>,
}

impl<'a, 'g> Judge<'a, 'g> {
    fn new(states: &'a States<'g>, files: &'a Files, under: Circumstances) -> Self {
        let (graph, models) = (states.graph, states.models);
        let mut sources: FxHashMap<(Span, &str), Vec<InstId>> = FxHashMap::default();
        let mut typed: FxHashMap<(Span, &str), Typed> = FxHashMap::default();
        let gates = calls_of_gates(states).into_iter();
        let gates = gates.map(|(inst, gate)| (inst, &models.asks[gate as usize]));
        // A dialog of the program's own may ask anything.
        let gates = gates.filter(|(_, gate)| !matches!(gate.covers, Covers::All | Covers::Nobody));
        let mut asking: FxHashMap<InstId, &str> = gates.map(|(inst, gate)| (inst, &*gate.id)).collect();
        for mark in &graph.origins {
            let Some(TagKind::Source { source, .. }) = graph.tags.kind(mark.tag) else { continue };
            let source_model = &models.sources[source as usize];
            if platform::asks(source_model) {
                asking.insert(mark.inst, &source_model.id);
            }
            if let Some(place) = graph.place(mark.node) {
                sources.entry((place, &*source_model.id)).or_default().push(mark.inst);
                if matches!(source_model.anchor, Anchor::Component(_)) {
                    typed.entry((place, &*source_model.id)).or_default().entries.push(mark.node);
                }
            }
        }
        let categories = models.categories.iter().enumerate().map(|(at, category)| (&*category.slug, at));
        let mut insts: Vec<InstId> = asking.keys().copied().collect();
        insts.sort_unstable();
        let refusals = Refusals::of(states, &insts);
        let categories = categories.collect();
        let (gates, kept) = (Vec::new(), FxHashMap::default());
        let mut judge = Self { states, files, under, sources, typed, categories, gates, asking, refusals, kept };
        judge.gates = judge.gate_places();
        judge.kept = judge.taken_up();
        judge
    }

    /// Where the program asks, in the order of the text.
    fn gate_places(&self) -> Vec<(Span, Grants)> {
        let graph = self.states.graph;
        let mut gates: Vec<(Span, Grants)> = Vec::new();
        let calls = calls_of_gates(self.states).into_iter();
        for (inst, gate) in calls.filter(|&(inst, gate)| self.states.is_met(inst, gate)) {
            if let Some(place) = graph.call_place(inst).filter(|_| !graph.is_dead(inst)) {
                gates.push((place, self.states.covers(gate)));
            }
        }
        for handler in graph.control.handlers.iter().filter(|handler| !graph.is_dead(handler.render)) {
            gates.extend(handler.gates.iter().filter_map(|&gate| Some((handler.place?, self.states.covers(gate)))));
        }
        for field in &graph.control.agreeing {
            gates.extend(field.gates.iter().filter_map(|&gate| Some((field.tag?, self.states.covers(gate)))));
        }
        gates.sort_by_key(|(place, _)| *place);
        gates.dedup();
        gates
    }

    fn flow(&self, flow: &Flow) -> Consent {
        let refused = self.refused(flow);
        let is_joined = refused.is_none();
        let after_refusal = refused
            .or_else(|| self.joined(flow).filter(|asked| !self.is_of_one_time(flow, *asked)))
            .and_then(|asked| Some(((*self.asking.get(&asked)?).to_owned(), self.states.graph.call_place(asked)?)));
        let tested = self.tested(flow);
        Consent {
            is_joined: is_joined && after_refusal.is_some(),
            after_refusal,
            is_tested: tested.is_any,
            own_test: tested.own,
            ..self.asked(flow)
        }
    }

    /// What the data of a flow has to pass before it is sent to somebody.
    fn tested(&self, flow: &Flow) -> Tested {
        if !matches!(flow.sink.kind.as_str(), "network" | "cloud") {
            return Tested::default();
        }
        let typed = self.typed.get(&(flow.source.span, &*flow.source.model));
        let is_told = flow.steps.get(1).is_some_and(|step| step.kind == StepKind::Callback);
        if typed.is_none() && !is_told {
            return Tested::default();
        }
        let data = typed.map(|it| it.reached.get_or_init(|| self.reached(it.entries.clone()).into_iter().collect()));
        tested::before(self.states, &flow.sink.contexts, self.instances_of(flow), data)
    }

    /// Data of sources that is kept, and taken up in a `catch` around another call for the same.
    fn taken_up(&self) -> FxHashMap<(Span, &'a str), (InstId, FxHashSet<NodeId>)> {
        let graph = self.states.graph;
        let caught = self.refusals.caught(self.states);
        if caught.is_empty() {
            return FxHashMap::default();
        }
        let mut found: FxHashMap<(Span, &'a str), (InstId, Vec<NodeId>)> = FxHashMap::default();
        for mark in &graph.origins {
            let Some(TagKind::Source { source, .. }) = graph.tags.kind(mark.tag) else { continue };
            let model = &*self.states.models.sources[source as usize].id;
            let Some(place) = graph.place(mark.node) else { continue };
            let is_of_it = |node: &NodeId| {
                caught.get(node).filter(|asked| self.asking.get(*asked).is_some_and(|it| *it == model)).copied()
            };
            for node in self.reached(vec![mark.node]) {
                let Some(asked) = is_of_it(&node) else { continue };
                found.entry((place, model)).or_insert_with(|| (asked, Vec::new())).1.push(node);
            }
        }
        found
            .into_iter()
            .map(|(source, (asked, kept))| (source, (asked, self.reached(kept).into_iter().collect())))
            .collect()
    }

    /// The call on whose refusal data that was kept takes the place of what was asked for, where the ways of both join
    /// before it is sent: the witness of the flow may be the other one.
    fn joined(&self, flow: &Flow) -> Option<InstId> {
        let graph = self.states.graph;
        let (asked, kept) = self.kept.get(&(flow.source.span, &*flow.source.model))?;
        let is_sink = |tag| matches!(graph.tags.kind(tag), Some(TagKind::Sink { .. }));
        let mut outlets = graph.outlets.iter().filter(|it| flow.sink.contexts.contains(&it.inst) && is_sink(it.tag));
        outlets.any(|mark| kept.contains(&mark.node)).then_some(*asked)
    }

    /// The nodes that data gets to from some, as many as count.
    fn reached(&self, mut work: Vec<NodeId>) -> Vec<NodeId> {
        let mut seen: FxHashSet<NodeId> = work.iter().copied().collect();
        let mut reached = work.clone();
        while let Some(node) = work.pop() {
            for edge in self.states.graph.graph.edges(node) {
                if seen.len() < MAX_READ && seen.insert(edge.target()) {
                    reached.push(edge.target());
                    work.push(edge.target());
                }
            }
        }
        reached
    }

    /// The call on whose refusal data is sent, or something on its way is done. What is asked for once more is none that
    /// was refused.
    fn refused(&self, flow: &Flow) -> Option<InstId> {
        let is_same = |asked: InstId| self.asking.get(&asked).is_some_and(|model| *model == flow.source.model);
        if self.refusals.at_place(flow.source.span).any(is_same) {
            return None;
        }
        let contexts = flow.sink.contexts.iter().find_map(|context| self.refused_before(*context));
        let steps = || flow.steps.iter().skip(1).find_map(|step| self.refusals.at_place(step.span).next());
        contexts.or_else(steps).filter(|asked| !self.is_of_one_time(flow, *asked))
    }

    /// Whether what was refused is the very call that gives the data, which is made once for the page, and only the page
    /// keeps what it gave: then there is nothing from before.
    fn is_of_one_time(&self, flow: &Flow, asked: InstId) -> bool {
        let runtime = &self.states.models.runtime;
        let is_once =
            |inst: &InstId| self.entry(*inst).is_some_and(|(name, _)| runtime.once_lifecycles.contains(&name));
        let is_own = |step: &Step| {
            let owner = self.files.slice(step.span).split(['.', '[']).next().unwrap_or_default().trim();
            step.kind == StepKind::Field && runtime.receivers.iter().any(|receiver| receiver == owner)
        };
        self.states.graph.call_place(asked) == Some(flow.source.span)
            && !flow.features.contains(&feature::STORAGE)
            && self.instances_of(flow).iter().all(is_once)
            && flow.steps.iter().any(is_own)
    }

    /// Where the data of a flow comes in.
    fn instances_of<'s>(&'s self, flow: &'s Flow) -> &'s [InstId] {
        self.sources.get(&(flow.source.span, &*flow.source.model)).map_or(&[][..], Vec::as_slice)
    }

    /// The call on whose refusal an instance runs.
    fn refused_before(&self, context: InstId) -> Option<InstId> {
        let graph = self.states.graph;
        let mut at = context;
        while let Some((caller, _)) = graph.instances[at.0 as usize].caller {
            let mut calls = self.states.calls_to(at).filter(|edge| edge.from == caller);
            let whole = self.refusals.at(self.states, at, None);
            let found = whole.or_else(|| calls.find_map(|edge| self.refusals.at(self.states, caller, Some(edge.val))));
            if found.is_some() {
                return found;
            }
            at = caller;
        }
        None
    }

    fn asked(&self, flow: &Flow) -> Consent {
        let models = self.states.models;
        let Some(source) = models.sources.iter().find(|source| source.id == flow.source.model) else {
            return self.of_server(flow);
        };
        if source.family == SERVER_FAMILY {
            return self.of_server(flow);
        }
        let insts = self.instances_of(flow);
        let started: Vec<InstId> = self.starts_of(source).collect();
        // What a listener gets is collected from where it was started on.
        let collected = self.collected(insts);
        let collected = if started.is_empty() { collected } else { collected.with(self.collected(&started)) };
        let sent = flow.sink.contexts.iter().map(|inst| self.states.entry(*inst)).fold(Grants::NEVER, Grants::meet);
        let by_itself = flow.sink.contexts.iter().find(|inst| !self.states.entry(**inst).is_act());
        let sent_from = by_itself.and_then(|inst| self.entry(*inst));
        let is_act = collected.is_act();
        let is_trial = collected.is_trial() || sent.is_trial();
        let entry = started.first().or(insts.first()).and_then(|inst| self.entry(*inst));
        let Some(category) = self.categories.get(&*flow.data).copied() else {
            return Consent { is_act, is_trial, entry, ..Consent::default() };
        };
        if insts.is_empty() || (collected == Grants::NEVER && sent == Grants::NEVER) {
            return Consent { is_act, is_trial, entry, ..Consent::default() };
        }
        let is_asked = collected.has(category) || sent.has(category);
        let platform_asks = platform::asks_for(source, self.under);
        // A picker that nobody opened hands over what the user did not choose to give.
        let is_picked = platform::asks_each_time(source) && (is_act || platform::gives_what_was_picked(source));
        let is_handed_over = source.role == SourceRole::Source && is_picked;
        let status = match () {
            () if is_asked => Status::Gated,
            () if platform_asks || is_handed_over => Status::Platform,
            () if self.is_from_outside(insts, category) => Status::Unknown,
            () => Status::None,
        };
        let evidence = match status {
            Status::Gated => self.evidence(category, flow),
            Status::None => self.way(insts, category),
            _ => Vec::new(),
        };
        let asks_for_other = [collected, sent].iter().any(|grants| grants.is_consent());
        Consent { status, evidence, asks_for_other, is_act, is_trial, entry, sent_from, ..Consent::default() }
    }

    /// Where that is started which a source listens to.
    fn starts_of<'s>(&'s self, source: &'s Source) -> impl Iterator<Item = InstId> + 's {
        let graph = self.states.graph;
        let is_its = |at: u32| source.about.triggers.contains(&self.states.models.sources[at as usize].id);
        let is_met = |inst: InstId| !graph.is_dead(inst) && self.states.entry(inst) != Grants::NEVER;
        let starts = graph.control.starting.iter().filter(move |(inst, at)| is_its(*at) && is_met(*inst));
        starts.map(|(inst, _)| *inst)
    }

    /// Whether the ways without a gate all begin at functions that only others call, who may have asked.
    fn is_from_outside(&self, insts: &[InstId], category: usize) -> bool {
        let graph = self.states.graph;
        let root = |inst: InstId| {
            let mut at = inst;
            while let Some((caller, _)) = graph.instances[at.0 as usize].caller {
                at = caller;
            }
            at
        };
        let mut ungated = insts.iter().filter(|inst| !self.states.entry(**inst).has(category)).peekable();
        ungated.peek().is_some() && ungated.all(|inst| graph.control.entered.contains(&root(*inst)))
    }

    /// Data that a server sent was collected elsewhere; only whether its sending is asked for can be told.
    fn of_server(&self, flow: &Flow) -> Consent {
        let sent = flow.sink.contexts.iter().map(|inst| self.states.entry(*inst)).fold(Grants::NEVER, Grants::meet);
        let is_asked = self.categories.get(&*flow.data).is_some_and(|&category| sent.has(category));
        let status = if is_asked && sent != Grants::NEVER { Status::Gated } else { Status::Unknown };
        Consent { status, is_act: sent.is_act(), is_trial: sent.is_trial(), ..Consent::default() }
    }

    /// What holds on every way to a collection. What is typed or picked in the view is an act.
    fn collected(&self, insts: &[InstId]) -> Grants {
        let graph = self.states.graph;
        let at = |inst: &InstId| {
            if graph.program.is_template(graph.instances[inst.0 as usize].func) {
                return Grants::ACT;
            }
            self.states.entry(*inst)
        };
        insts.iter().filter(|inst| !graph.is_dead(**inst)).map(at).fold(Grants::NEVER, Grants::meet)
    }

    /// The gates that cover a category; those near the flow if there are some.
    fn evidence(&self, category: usize, flow: &Flow) -> Vec<Span> {
        let all: Vec<Span> =
            self.gates.iter().filter(|(_, grants)| grants.has(category)).map(|(place, _)| *place).collect();
        let near = |place: &&Span| [flow.source.span.file, flow.sink.span.file].contains(&place.file);
        let mut chosen: Vec<Span> = all.iter().filter(near).copied().collect();
        if chosen.is_empty() {
            chosen = all;
        }
        chosen.dedup();
        chosen.truncate(MAX_PLACES);
        chosen
    }

    /// The calls on a way to a collection that passes no gate, the first one first.
    fn way(&self, insts: &[InstId], category: usize) -> Vec<Span> {
        let graph = self.states.graph;
        let Some(&start) = insts.iter().find(|inst| !self.states.entry(**inst).has(category)) else {
            return Vec::new();
        };
        let mut way = Vec::new();
        let mut at = Some(start);
        while let Some(inst) = at {
            let caller = graph.instances[inst.0 as usize].caller;
            way.extend(caller.and_then(|(_, place)| place));
            at = caller.map(|(caller, _)| caller);
        }
        way.extend(self.entry(start).map(|(_, place)| place));
        way.reverse();
        way.dedup();
        way.truncate(MAX_PLACES);
        way
    }

    /// The function that the framework calls on the way to an instance: its name, and where it stands.
    fn entry(&self, inst: InstId) -> Option<(String, Span)> {
        let graph = self.states.graph;
        let mut found = None;
        let mut at = Some(inst);
        while let Some(inst) = at {
            let instance = &graph.instances[inst.0 as usize];
            let entry = graph.program.get(instance.func);
            if let Origin::Module(_) = entry.origin
                && entry.function.parent.is_some()
                && let Some(name) = entry.function.name
            {
                let place = graph.program.span(instance.func, entry.function.at);
                found = place.map(|place| (graph.symbols.text(entry.sym(name)).to_owned(), place));
            }
            at = instance.caller.map(|(caller, _)| caller);
        }
        found
    }

    /// What holds at each call of a source, a sink or a trigger.
    fn calls(&self) -> Vec<CallState> {
        let graph = self.states.graph;
        let models = self.states.models;
        let mut found: FxHashMap<(Span, &str), Vec<InstId>> = FxHashMap::default();
        let mut used: FxHashMap<(Span, &str), Use> = FxHashMap::default();
        let mut models_of: FxHashMap<InstId, &str> = FxHashMap::default();
        let mut sources: FxHashSet<(Span, &str)> = FxHashSet::default();
        for mark in graph.origins.iter().chain(&graph.outlets) {
            let is_source = matches!(graph.tags.kind(mark.tag), Some(TagKind::Source { .. }));
            let model = match graph.tags.kind(mark.tag) {
                Some(TagKind::Source { source, .. }) => &models.sources[source as usize].id,
                Some(TagKind::Sink { sink, .. }) => &models.sinks[sink as usize].id,
                _ => continue,
            };
            if matches!(graph.graph[mark.node], Node::Value { .. })
                && let Some(place) = graph.call_place(mark.inst)
                && !graph.is_dead(mark.inst)
            {
                found.entry((place, model)).or_default().push(mark.inst);
                if is_source {
                    sources.insert((place, model));
                    models_of.insert(mark.inst, model);
                    let used = used.entry((place, model)).or_default();
                    *used = (*used).max(self.states.use_of(mark.node));
                }
            }
        }
        let mut asking: FxHashSet<(Span, &str)> = FxHashSet::default();
        let answers = answers::Answers::new(self.states, self.files, &self.refusals, &self.asking);
        let paths = &models.runtime.answers.leaving;
        let leaving = graph.control.leaving.iter().map(|&(inst, path)| (inst, &*paths[path as usize]));
        for (inst, model) in self.asking.iter().map(|(inst, model)| (*inst, *model)).chain(leaving) {
            if let Some(place) = graph.call_place(inst).filter(|_| !graph.is_dead(inst)) {
                asking.insert((place, model));
                let known = found.entry((place, model)).or_default();
                if !known.contains(&inst) {
                    known.push(inst);
                }
            }
        }
        found.values_mut().for_each(|insts| insts.sort_unstable());
        let mut calls: Vec<CallState> = found
            .into_iter()
            .map(|((place, model), insts)| {
                let (behind, through) = self.behind(&insts, &models_of);
                let is_asking = asking.contains(&(place, model));
                let is_other = !is_asking && sources.contains(&(place, model));
                CallState {
                    model: model.to_owned(),
                    place,
                    grants: self.collected(&insts),
                    entry: insts.first().and_then(|inst| self.entry(*inst)),
                    behind,
                    through,
                    used: used.get(&(place, model)).copied().unwrap_or_default(),
                    answers: if is_asking { answers.of(&insts) } else { Vec::new() },
                    refused: is_other.then(|| refused_call(answers.of(&insts))).flatten(),
                }
            })
            .collect();
        calls.sort_by(|a, b| (a.place, &a.model).cmp(&(b.place, &b.model)));
        calls
    }

    /// The sources on whose callbacks instances run, and the calls that lead from there to the instances.
    fn behind(&self, insts: &[InstId], models_of: &FxHashMap<InstId, &str>) -> (Vec<String>, Vec<Span>) {
        let (mut found, mut through) = (Vec::new(), Vec::new());
        for &inst in insts {
            let mut at = self.states.graph.instances[inst.0 as usize].caller;
            let mut calls = Vec::new();
            while let Some((caller, place)) = at {
                if let Some(model) = models_of.get(&caller) {
                    found.push((*model).to_owned());
                    through.append(&mut calls);
                } else {
                    calls.extend(place);
                }
                at = self.states.graph.instances[caller.0 as usize].caller;
            }
        }
        found.sort();
        found.dedup();
        through.sort_unstable();
        through.dedup();
        (found, through)
    }
}

/// The call of the platform that was refused, among answers.
fn refused_call(answers: Vec<Answer>) -> Option<(String, Span)> {
    answers.into_iter().find_map(|answer| match answer {
        Answer::Refused(Question::Call { model, place }, _) => Some((model, place)),
        _ => None,
    })
}

/// The calls of gates, met or not, by the instances of their functions.
fn calls_of_gates(states: &States<'_>) -> BTreeSet<(InstId, u32)> {
    let graph = states.graph;
    let results = graph.origins.iter().filter_map(|mark| match graph.tags.kind(mark.tag)? {
        TagKind::Gate { gate, .. } => Some((mark.inst, gate)),
        _ => None,
    });
    let models = (0..graph.instances.len() as u32).map(InstId).filter(|inst| states.is_model(*inst));
    let grants = models.flat_map(|inst| states.function(inst).grants.iter().map(move |it| (inst, it.gate)));
    results.chain(grants).collect()
}
