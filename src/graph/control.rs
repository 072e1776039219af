//! What those who follow control need to know: who calls whom, which handlers tags have and under what conditions, where
//! people are asked for consent. Knows no gate by name and not what follows from consent.

use rustc_hash::{FxHashMap, FxHashSet};

use super::api::ApiId;
use super::natives::TagKind;
use super::objects::{ObjId, Object};
use super::program::FuncId;
use super::runtime::{Use, fit_of_field};
use super::solver::Solver;
use super::{InstId, NodeId};
use crate::base::{FileId, Span};
use crate::ir::hints::{Field, Hints};
use crate::models::{Anchor, Ask, Fit};

/// A call of one instance by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallEdge {
    /// Who calls.
    pub from: InstId,
    /// The value that the result goes to; beyond the caller's values where the framework makes the call.
    pub val: u32,
    /// Who is called.
    pub to: InstId,
}

/// A handler of an event of a tag.
#[derive(Clone, Debug)]
pub struct Handler {
    /// The instance of the template.
    pub render: InstId,
    /// The value that stands for the call in [`CallEdge::val`].
    pub val: u32,
    /// The event that the handler gets.
    pub arg: NodeId,
    /// The event's name in lower case.
    pub event: String,
    /// Components behind the tag, which send the event.
    pub children: Vec<ObjId>,
    /// Gates that the tag is: indices into the models'.
    pub gates: Vec<u32>,
    /// What must hold for the tag to be there and to answer: an index into the conditions of the template's function.
    pub condition: Option<u32>,
    /// Whether the user acts.
    pub is_act: bool,
    /// Where it is bound.
    pub place: Option<Span>,
    /// The tag.
    pub tag: Option<Span>,
}

/// A box of a form by which the user agrees: what is submitted under its name.
#[derive(Clone, Debug)]
pub struct AgreeingField {
    /// Its value.
    pub value: NodeId,
    /// Gates that its tag is: indices into the models'.
    pub gates: Vec<u32>,
    /// The tag.
    pub tag: Option<Span>,
}

/// A tag that a component is mounted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The instance of the template that it stands in.
    pub render: InstId,
    /// What must hold for it to be there: an index into the conditions of the template's function.
    pub condition: Option<u32>,
}

/// A component sends an event.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Who sends it.
    pub from: InstId,
    /// The value of the call.
    pub val: u32,
    /// The component.
    pub instance: ObjId,
    /// The event's name in lower case.
    pub event: String,
}

/// What is known of control beyond the text of the functions.
#[derive(Debug, Default)]
pub struct Control {
    /// All calls, sorted.
    pub calls: Vec<CallEdge>,
    /// All handlers of tags.
    pub handlers: Vec<Handler>,
    /// All boxes of forms by which the user agrees.
    pub agreeing: Vec<AgreeingField>,
    /// All events that components send.
    pub triggers: Vec<Trigger>,
    /// Calls of gates that are ones, by the instance of the gate's function.
    pub met: FxHashSet<(InstId, u32)>,
    /// Calls by which the user leaves the page or the program: the model's instance, and the number of its path among
    /// those of the runtime.
    pub leaving: Vec<(InstId, u32)>,
    /// Calls that start a collection whose data comes in elsewhere: the model's instance, and its index among the sources.
    pub starting: Vec<(InstId, u32)>,
    /// The only tags that components are mounted by.
    pub mounts: FxHashMap<ObjId, Mount>,
    /// What the framework calls of a component or a page: the call, and of which instance.
    pub runs: FxHashMap<(InstId, u32), ObjId>,
    /// Functions that stand for code that is not known.
    pub unknown: FxHashSet<FuncId>,
    /// Functions that nobody in the program calls: others may, and nobody knows after what.
    pub entered: FxHashSet<InstId>,
}

/// What is noted on the way.
#[derive(Debug, Default)]
pub(super) struct Notes {
    calls: Vec<CallEdge>,
    handlers: Vec<Handler>,
    agreeing: Vec<AgreeingField>,
    /// By component the tag that it is mounted by; nothing if there are several.
    mounts: FxHashMap<ObjId, Option<Mount>>,
    runs: FxHashMap<(InstId, u32), ObjId>,
    /// Call site, name and receiver.
    triggers: Vec<(InstId, u32, NodeId, NodeId)>,
    /// Gates of components by event: indices.
    gates_of: FxHashMap<String, Vec<u32>>,
    /// Whether a template speaks of what a gate wants it to.
    pages: FxHashMap<(u32, FileId), bool>,
}

impl Notes {
    pub fn new(gates: &[Ask]) -> Self {
        let mut notes = Self::default();
        for (at, gate) in (0..).zip(gates) {
            if let Anchor::Component(anchor) = &gate.anchor
                && let Some(event) = &anchor.event
            {
                notes.gates_of.entry(event.clone()).or_default().push(at);
            }
        }
        notes
    }
}

impl Solver<'_> {
    /// A call turned out to be one of `inst`.
    pub fn note_call(&mut self, call: u32, inst: InstId) {
        let site = &self.calls[call as usize];
        self.control.calls.push(CallEdge { from: site.inst, val: site.val, to: inst });
    }

    /// Components are mounted by a tag.
    pub(super) fn note_mount(&mut self, children: &[ObjId], mount: Mount) {
        for &child in children {
            let known = self.control.mounts.entry(child).or_insert(Some(mount));
            *known = known.filter(|known| *known == mount);
        }
    }

    /// The framework calls something of an instance of a component or a page.
    pub(super) fn note_run(&mut self, call: u32, instance: ObjId) {
        let site = &self.calls[call as usize];
        self.control.runs.insert((site.inst, site.val), instance);
    }

    /// A component sends an event.
    pub fn note_trigger(&mut self, inst: InstId, val: u32, name: NodeId, this: NodeId) {
        self.control.triggers.push((inst, val, name, this));
    }

    /// A tag has a handler.
    pub(super) fn note_handler(&mut self, it: &Use<'_>, event: &str, arg: NodeId, val: u32, place: Option<Span>) {
        let handler = Handler {
            render: it.frame.inst,
            val,
            arg,
            event: event.to_owned(),
            children: it.children.clone(),
            gates: self.gates_at(it, event),
            condition: it.tag.condition,
            is_act: !self.models.runtime.passive_events.iter().any(|passive| passive == event),
            place,
            tag: it.place,
        };
        self.control.handlers.push(handler);
    }

    /// A form is submitted with the value of a tag in it, which may be a box by which the user agrees.
    pub(super) fn note_field(&mut self, field: &Field, value: NodeId, tag: Option<Span>) {
        let models = self.models;
        let is_gate = |gate: &Ask| {
            let Anchor::Component(anchor) = &gate.anchor else { return false };
            let is_told = gate.beside.is_some() && gate.page.is_none();
            is_told && fit_of_field(field, anchor) == Fit::Yes && says(gate, &field.hints)
        };
        let gates: Vec<u32> = (0..).zip(&models.asks).filter(|(_, gate)| is_gate(gate)).map(|(at, _)| at).collect();
        if !gates.is_empty() {
            self.control.agreeing.push(AgreeingField { value, gates, tag });
        }
    }

    fn gates_at(&mut self, it: &Use<'_>, event: &str) -> Vec<u32> {
        let gates = self.control.gates_of.get(event).cloned().unwrap_or_default();
        gates.into_iter().filter(|&gate| self.is_gate(gate, it)).collect()
    }

    fn is_gate(&mut self, at: u32, it: &Use<'_>) -> bool {
        let models = self.models;
        let gate = &models.asks[at as usize];
        let Anchor::Component(anchor) = &gate.anchor else { return false };
        self.applies(it, anchor) && says(gate, &it.tag.hints) && self.page_says(at, it)
    }

    /// Whether the template that a tag stands in speaks of what the gate wants it to.
    fn page_says(&mut self, at: u32, it: &Use<'_>) -> bool {
        let Some(page) = &self.models.asks[at as usize].page else { return true };
        let Some(place) = it.place else { return false };
        let says = || page.is_match(&self.project.files.get(place.file).text);
        *self.control.pages.entry((at, place.file)).or_insert_with(says)
    }

    /// What was noted, in order.
    pub(super) fn finish_control(&mut self) -> Control {
        let notes = std::mem::take(&mut self.control);
        let mut calls = notes.calls;
        calls.sort_unstable();
        calls.dedup();
        let mut triggers = Vec::new();
        for (from, val, name, this) in notes.triggers {
            for event in self.texts_of(name) {
                for &object in self.objects_of(this) {
                    if let Object::Unit { .. } = self.objects.kind(object) {
                        triggers.push(Trigger { from, val, instance: object, event: event.to_lowercase() });
                    }
                }
            }
        }
        let met = self.met_gates();
        let entered = self.reach.entered.clone();
        Control {
            calls,
            handlers: notes.handlers,
            agreeing: notes.agreeing,
            triggers,
            met,
            leaving: self.leaving(),
            starting: self.starting(),
            mounts: notes.mounts.into_iter().filter_map(|(child, mount)| Some((child, mount?))).collect(),
            runs: notes.runs,
            unknown: self.natives.unknown_code().collect(),
            entered,
        }
    }

    fn leaving(&self) -> Vec<(InstId, u32)> {
        let paths = &self.models.runtime.answers.leaving;
        self.calls_of_natives(|api| {
            let path = self.apis.text(api, &self.symbols);
            Some(paths.iter().position(|leaving| *leaving == path)? as u32)
        })
    }

    fn starting(&self) -> Vec<(InstId, u32)> {
        self.calls_of_natives(|api| self.natives.trigger(api))
    }

    /// The instances of functions of the platform that a number is known for.
    fn calls_of_natives(&self, number: impl Fn(ApiId) -> Option<u32>) -> Vec<(InstId, u32)> {
        let functions = self.natives.functions();
        let numbers: FxHashMap<FuncId, u32> = functions.filter_map(|(api, func)| Some((func, number(api)?))).collect();
        let instances = (0..).map(InstId).zip(&self.instances);
        instances.filter_map(|(inst, it)| Some((inst, *numbers.get(&it.func)?))).collect()
    }

    pub(super) fn texts_of(&self, node: NodeId) -> impl Iterator<Item = &str> {
        self.objects_of(node).iter().filter_map(|object| match self.objects.kind(*object) {
            Object::Text(text) => Some(self.symbols.text(text)),
            _ => None,
        })
    }

    /// The calls of gates whose texts are as the models want them, and that leave a choice.
    fn met_gates(&self) -> FxHashSet<(InstId, u32)> {
        let (mut met, mut telling) = (FxHashSet::default(), FxHashSet::default());
        for mark in &self.outlets {
            match self.natives.tags.kind(mark.tag) {
                Some(TagKind::GateText { gate, condition }) => {
                    let pattern = self.models.asks[gate as usize].when.get(condition as usize);
                    let is_told = |text: &str| pattern.is_some_and(|(_, pattern)| pattern.is_match(text));
                    if self.texts_of(mark.node).any(is_told) {
                        met.insert((mark.inst, gate));
                    }
                }
                Some(TagKind::GateNotice { gate, is }) if self.is_nothing_but(mark.node, is) => {
                    telling.insert((mark.inst, gate));
                }
                _ => {}
            }
        }
        met.retain(|it| !telling.contains(it));
        met
    }

    /// Whether a value is known, and is this truth value whatever way led to it.
    fn is_nothing_but(&self, node: NodeId, is: bool) -> bool {
        let mut kinds = self.objects_of(node).iter().map(|object| self.objects.kind(*object)).peekable();
        kinds.peek().is_some() && kinds.all(|kind| kind == Object::Truth(is))
    }
}

/// Whether what a tag says, or what stands beside it, is what the gate wants.
fn says(gate: &Ask, hints: &Hints) -> bool {
    let inner = hints.inner.as_deref().unwrap_or_default();
    let title = hints.attributes.iter().find(|(name, _)| name == "title" || name == "label");
    let inner = if inner.is_empty() { title.map_or("", |(_, text)| text.as_str()) } else { inner };
    if gate.unless.as_ref().is_some_and(|unless| unless.is_match(inner)) {
        return false;
    }
    match (&gate.says, &gate.beside) {
        (None, None) => true,
        (Some(says), _) if says.is_match(inner) => true,
        (_, Some(beside)) => {
            let is_denied = gate.unless.as_ref().is_some_and(|unless| unless.is_match(&hints.beside));
            beside.is_match(inner) || (beside.is_match(&hints.beside) && !is_denied)
        }
        _ => false,
    }
}
