//! What events of tags bring along, and the texts and names around a tag that tell what is typed into it.
//! Knows neither what these mean nor any tag by name.

use std::sync::Arc;

use super::super::objects::Object;
use super::super::solver::{HOLE, Solver};
use super::super::{NodeId, ObjId, Via};
use super::fits::{Doubt, fit_of_field};
use super::tags::Use;
use crate::base::Span;
use crate::ir::hints::{Field, Hints};
use crate::ir::template::Tag;
use crate::models::{Access, Anchor, ComponentAnchor, Fit, Interaction, Models, Source, SourceRole, Takes};

/// Items of a list beyond which it is not told what is typed beside each.
const MAX_TEXTS: usize = 12;

/// What a hint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintKind {
    /// A text for people beside a place where they type.
    Text,
    /// A name of the program's.
    Name,
    /// The text right before a value that is shown.
    Label,
    /// Texts for people, a line each: one of them stands beside each of several places.
    OneOf,
}

/// A text or a name beside the place where data comes in, or is shown.
#[derive(Clone, Debug)]
pub struct Hint {
    /// What it is.
    pub kind: HintKind,
    /// What it says.
    pub text: String,
}

/// A hint whose text may still be unknown.
#[derive(Clone, Debug)]
pub(in crate::graph) struct Clue {
    hint: Hint,
    /// What is bound there.
    node: Option<NodeId>,
    /// Whether that may be one of several texts.
    is_repeated: bool,
}

impl Clue {
    /// The text before a value that is shown.
    pub(super) fn label(text: String) -> Self {
        Self { hint: Hint { kind: HintKind::Label, text }, node: None, is_repeated: false }
    }
}

/// Where what an event brings along goes.
#[derive(Clone, Copy)]
pub(super) enum Goal<'a> {
    /// To its handlers, which an attribute at a place binds.
    Detail {
        /// The event's detail.
        node: NodeId,
        /// The place.
        at: Option<u32>,
    },
    /// Into the state, by an attribute that is bound in both directions.
    State {
        /// What is bound.
        node: NodeId,
        /// The attribute, without the sign of that.
        attribute: &'a str,
    },
}

impl Solver<'_> {
    /// What the models say that an event of this tag brings along.
    pub(super) fn event_sources(&mut self, it: &Use<'_>, event: &str, goal: Goal<'_>) {
        // Where the code of a component is there, it tells itself what it sends.
        if !it.children.is_empty() || self.is_inert(&it.tag.hints) {
            return;
        }
        let models = self.models;
        let candidates = self.candidates(it, event);
        for (at, anchor, fit) in candidates.found {
            let source = &models.sources[at as usize];
            for (output, out) in (0..).zip(&source.outputs) {
                if source.role == SourceRole::Form
                    && !it.tag.hints.fields.is_empty()
                    && let Goal::Detail { node, at: handler } = goal
                {
                    self.form_fields(it, at, &out.port.accesses, node, handler);
                    continue;
                }
                if source.about.interaction == Some(Interaction::Typed) {
                    self.note_face(it);
                }
                let place = it.place.map(|place| self.place(place));
                let node = self.source_at(place, at, output, it.frame.inst);
                if fit == Fit::Maybe {
                    let conditions = self.open_conditions(it, anchor);
                    let has_default = candidates.has_default;
                    let is_of_library = it.place.is_some_and(|place| {
                        self.models.is_of_component_library(&self.project.files.get(place.file).path)
                    });
                    self.runtime.doubts.push(Doubt { node, source: at, conditions, has_default, is_of_library });
                }
                if source.role == SourceRole::Labelled && !is_told(source, fit == Fit::Yes) {
                    let clues = self.clues_of(it);
                    self.clues.push((node, clues));
                }
                match goal {
                    Goal::Detail { node: detail, at } => self.into_detail(detail, &out.port.accesses, node, at),
                    Goal::State { node: state, attribute } if is_value(&out.port.accesses, attribute) => {
                        self.flow(node, state, Via::Event, None, None);
                    }
                    Goal::State { .. } => {}
                }
            }
        }
    }

    /// The values of a form: each named input in it under its name.
    fn form_fields(&mut self, it: &Use<'_>, form: u32, accesses: &[Access], detail: NodeId, handler: Option<u32>) {
        let hints = it.tag.hints.clone();
        for field in hints.fields.iter() {
            if self.is_inert(&field.hints) {
                continue;
            }
            let source = self.source_of_field(field).unwrap_or(form);
            let tag = self.span(&it.frame, field.at);
            let place = tag.map(|span| self.place(span));
            let node = self.source_at(place, source, 0, it.frame.inst);
            self.note_field(field, node, tag);
            let model = &self.models.sources[source as usize];
            let is_certain = |anchor: &ComponentAnchor| {
                let mut texts = anchor.when.iter().filter_map(|when| field.hints.text(&when.attribute));
                texts.all(|text| text == "true")
            };
            let is_certain = matches!(&model.anchor, Anchor::Component(anchor) if is_certain(anchor));
            if model.role != SourceRole::Source && !is_told(model, is_certain) {
                let clues = written_clues(&field.hints, self.models);
                self.clues.push((node, clues));
            }
            let mut path = accesses.to_vec();
            path.push(Access::Property(field.name.clone()));
            self.into_detail(detail, &path, node, handler);
        }
    }

    /// What is typed or chosen in a tag is shown in it.
    fn note_face(&mut self, it: &Use<'_>) {
        let (Some(place), Some(extent)) = (it.place, self.span(&it.frame, it.tag.extent)) else { return };
        let faces = self.runtime.faces.entry(place).or_default();
        if !faces.contains(&extent) {
            faces.push(extent);
        }
    }

    /// Where what is typed or chosen is only shown to who just did it: in its own tag, and in those that are bound to the
    /// same.
    pub fn finished_faces(&mut self) -> rustc_hash::FxHashMap<Span, Vec<Span>> {
        let mut faces = std::mem::take(&mut self.runtime.faces);
        for bound in std::mem::take(&mut self.runtime.bound).into_values() {
            for place in &bound {
                faces.entry(*place).or_default().extend(&bound);
            }
        }
        faces
    }

    /// Whether a tag takes nothing from people as it is written.
    fn is_inert(&self, hints: &Hints) -> bool {
        let inert = &self.models.runtime.hints.inert;
        hints.attributes.iter().any(|(name, text)| text == "true" && inert.contains(name))
    }

    /// What models say of typing into a field.
    fn source_of_field(&self, field: &Field) -> Option<u32> {
        let applies = |anchor: &ComponentAnchor| fit_of_field(field, anchor) == Fit::Yes;
        let events = self.models.runtime.two_way_events.iter();
        events.filter_map(|event| self.runtime.sources_of.get(event)).flatten().copied().find(
            |at| matches!(&self.models.sources[*at as usize].anchor, Anchor::Component(anchor) if applies(anchor)),
        )
    }

    /// Puts a value where a way from a node leads to.
    pub(super) fn into_detail(&mut self, detail: NodeId, accesses: &[Access], value: NodeId, at: Option<u32>) {
        let mut node = detail;
        for access in accesses {
            let object = self.objects.intern(Object::Implicit { node: node.index() as u32 });
            self.add_object(node, object);
            node = match access {
                Access::Property(name) => self.event_field(object, name),
                _ => self.field_node(object, super::super::objects::Field::Any),
            };
        }
        self.flow(value, node, Via::Event, None, at);
    }

    // Hints.

    /// Remembers what stands around the tag that a component is mounted by; of several tags nothing.
    pub(super) fn note_hints(&mut self, children: &[ObjId], tag: &Tag) {
        for &child in children {
            let known = self.runtime.mounted_by.entry(child).or_insert_with(|| Some(tag.hints.clone()));
            if known.as_ref().is_some_and(|known| !Arc::ptr_eq(known, &tag.hints)) {
                *known = None;
            }
        }
    }

    /// What stands around a tag, the most telling first, and then around the component that it is part of.
    fn clues_of(&mut self, it: &Use<'_>) -> Vec<Clue> {
        let mut clues = written_clues(&it.tag.hints, self.models);
        let bound = self.models.runtime.hints.texts.iter().filter_map(|name| self.bound_clue(it, name));
        let label = it.tag.label.map(|label| bound_text(it, self.node_of(it, label)));
        let bound: Vec<Clue> = bound.chain(label).collect();
        clues.splice(0..0, bound);
        if let Some((_, instance)) = self.rendered_unit(it.frame.inst)
            && let Some(Some(outer)) = self.runtime.mounted_by.get(&instance)
        {
            clues.extend(written_clues(outer, self.models));
        }
        clues
    }

    /// The texts around a tag say what is in an attribute that holds what was typed.
    pub(super) fn note_typed(&mut self, it: &Use<'_>, attribute: &str, out: NodeId) {
        let is_typed = self.models.runtime.hints.typed.iter().any(|typed| typed == attribute);
        if is_typed && !self.is_inert(&it.tag.hints) {
            let clues = self.clues_of(it).into_iter().filter(|clue| clue.hint.kind == HintKind::Text).collect();
            self.clues.push((out, clues));
        }
    }

    /// An attribute whose text comes from elsewhere.
    fn bound_clue(&self, it: &Use<'_>, name: &str) -> Option<Clue> {
        let named = |attribute: &&crate::ir::template::TagAttribute| {
            self.symbols.text(it.frame.entry.sym(attribute.name)) == name
        };
        let attribute = it.tag.attributes.iter().find(named).filter(|attribute| attribute.literal.is_none())?;
        Some(bound_text(it, self.value_node(it.frame.inst, attribute.val)))
    }

    /// The hints of all places, with what bound attributes turned out to be where that is one text.
    pub fn finished_hints(&mut self) -> rustc_hash::FxHashMap<NodeId, Vec<Hint>> {
        let clues = std::mem::take(&mut self.clues);
        clues.into_iter().map(|(node, clues)| (node, self.hints(clues))).collect()
    }

    fn hints(&self, clues: Vec<Clue>) -> Vec<Hint> {
        let hint = |clue: Clue| match clue.node {
            Some(node) => self.bound_hint(node, clue.is_repeated),
            None => Some(clue.hint),
        };
        clues.into_iter().filter_map(hint).collect()
    }

    /// The text that is bound, or the texts for the items of a list.
    fn bound_hint(&self, node: NodeId, is_repeated: bool) -> Option<Hint> {
        let texts = self.objects_of(node).iter().filter_map(|object| match self.objects.kind(*object) {
            Object::Text(text) => Some(self.symbols.text(text)).filter(|text| !text.is_empty()),
            _ => None,
        });
        let texts: Vec<String> = texts.take(MAX_TEXTS + 1).map(|text| text.replace(HOLE, " ")).collect();
        match texts.len() {
            1 => Some(Hint { kind: HintKind::Text, text: texts.concat() }),
            2..=MAX_TEXTS if is_repeated => Some(Hint { kind: HintKind::OneOf, text: texts.join("\n") }),
            _ => None,
        }
    }
}

/// A text beside a tag that is bound.
fn bound_text(it: &Use<'_>, node: NodeId) -> Clue {
    let hint = Hint { kind: HintKind::Text, text: String::new() };
    Clue { hint, node: Some(node), is_repeated: it.tag.is_repeated }
}

/// Whether the sort of a field says what is typed there, so that texts around it only explain.
fn is_told(source: &Source, is_certain: bool) -> bool {
    is_certain && source.takes == Some(Takes::Secret)
}

/// Whether what an event brings at a path is what an attribute bound in both directions takes.
fn is_value(path: &[Access], attribute: &str) -> bool {
    match path.last() {
        None => true,
        Some(Access::Property(name)) => name == attribute,
        Some(_) => false,
    }
}

/// What a template itself says around a tag, the most telling first: texts, then names, then handlers.
fn written_clues(hints: &Hints, models: &Models) -> Vec<Clue> {
    let wanted = &models.runtime.hints;
    let pick = |pairs: &[(String, String)], names: &[String]| -> Vec<String> {
        let texts = names.iter().flat_map(|name| pairs.iter().filter(move |(attribute, _)| attribute == name));
        texts.map(|(_, text)| text.clone()).collect()
    };
    let mut texts = pick(&hints.attributes, &wanted.texts);
    texts.extend(hints.inner.iter().chain(&hints.label).cloned());
    texts.extend(hints.near().flat_map(|around| pick(around, &wanted.around)));
    let mut names = pick(&hints.attributes, &wanted.names);
    let handlers = hints.attributes.iter().filter(|(name, _)| models.runtime.event_of(name).is_some());
    names.extend(handlers.map(|(_, handler)| handler.clone()));
    let texts = texts.into_iter().map(|text| Hint { kind: HintKind::Text, text });
    let hints = texts.chain(names.into_iter().map(|text| Hint { kind: HintKind::Name, text }));
    hints.filter(|hint| !hint.text.is_empty()).map(|hint| Clue { hint, node: None, is_repeated: false }).collect()
}
