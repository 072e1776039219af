//! Handlers of tags are called with events: one of the tag's own, and one for each that a component behind it sends.
//! Knows how an event is made up, and not what it brings along.

use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId, Object};
use super::super::solver::Solver;
use super::super::solver::constraints::Rule;
use super::super::{Node, NodeId, Via};
use super::inputs::Goal;
use super::tags::Use;
use smallvec::smallvec;

use crate::ir::template::TagAttribute;
use crate::models::Effect;

/// Contents of a descriptor: whom it describes, and the data set of the tag. The steps of the models name them too.
const INSTANCE: &str = "instance";
const DATASET: &str = "dataset";
/// Events of components that a handler tells apart.
const MAX_SENT: u32 = 64;

/// A handler of what components send.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// The call of the handler with any of these events.
    site: CallSite,
    /// That event.
    event: ObjId,
    n_sent: u32,
}

impl Solver<'_> {
    /// A handler is called with an event.
    pub(super) fn handler(&mut self, it: &Use<'_>, attribute: &TagAttribute, event: &str, written: &str) {
        let this = self.node_of(it, it.tag.this);
        let callee = self.passage();
        let key = self.node_of(it, attribute.val);
        self.attach(key, Rule::Method { this, dst: callee });
        let place = self.program_place(it, attribute);
        let object = self.event_object(it, event, place);
        let arg = self.event_at(object, place);
        let descriptor = self.descriptor(it, this);
        let name = self.models.runtime.event.descriptor.clone();
        let field = self.event_field(object, &name);
        self.add_object(field, descriptor);
        let descriptor = self.holder(descriptor);
        let (dst, handler) = (self.passage(), self.passage());
        let bound = place.map(|place| self.places[place as usize]);
        self.note_handler(it, event, arg, dst.index() as u32, bound);
        let site = CallSite {
            this: Some(this),
            args: smallvec![(arg, false), (descriptor, false)],
            place: bound,
            ..CallSite::unwritten(it.frame.inst, dst, callee, handler)
        };
        self.receive(it, event, written, object, &site);
        self.handler_call(site);
    }

    /// The event of the tag itself.
    fn event_object(&mut self, it: &Use<'_>, event: &str, place: Option<u32>) -> ObjId {
        let names = self.models.runtime.event.clone();
        let object = self.made();
        let detail = self.event_field(object, &names.detail);
        self.event_sources(it, event, Goal::Detail { node: detail, at: place });
        let target = self.made();
        let dataset = self.event_field(target, &names.dataset);
        let from = self.node_of(it, it.tag.dataset);
        self.flow(from, dataset, Via::Store, None, None);
        let own_name = it.tag.attributes.iter().find(|at| self.symbols.text(it.frame.entry.sym(at.name)) == names.id);
        if let Some(val) = own_name.map(|attribute| attribute.val) {
            let id = self.event_field(target, &names.id);
            let from = self.node_of(it, val);
            self.flow(from, id, Via::Store, None, None);
        }
        for name in &names.targets {
            let node = self.event_field(object, name);
            self.add_object(node, target);
        }
        let mark = self.event_field(object, &names.mark);
        let from = self.node_of(it, it.tag.mark);
        self.flow(from, mark, Via::Store, None, None);
        let kind = self.event_field(object, &names.kind);
        let text = self.symbols.intern(event);
        let text = self.objects.intern(Object::Text(text));
        self.add_object(kind, text);
        object
    }

    /// What components behind the tag send arrives: what one call sends belongs together.
    fn receive(&mut self, it: &Use<'_>, event: &str, written: &str, object: ObjId, site: &CallSite) {
        if it.children.is_empty() {
            return;
        }
        let sent = self.passage();
        for child in &it.children {
            self.sent(*child, event, sent);
            let exact = super::original_event(written, &self.models.runtime.event_prefixes);
            if exact != event {
                self.sent(*child, &exact, sent);
            }
        }
        let names = &self.models.runtime.event;
        let name = self.symbols.intern(&names.detail);
        let detail = self.field_node(object, Field::Named(name));
        self.tell_of(sent, detail, Via::Event, Effect::Value, None);
        let id = self.runtime.receivers_of_events.len() as u32;
        self.runtime.receivers_of_events.push(Receiver { site: site.clone(), event: object, n_sent: 0 });
        self.attach(sent, Rule::Sent(id));
    }

    /// A component sends `object`.
    pub fn event_sent(&mut self, id: u32, object: ObjId) {
        let Receiver { site, event, n_sent } = self.runtime.receivers_of_events[id as usize].clone();
        let names = self.models.runtime.event.clone();
        let is_own = matches!(self.objects.kind(object), Object::Alloc { .. });
        if !is_own || n_sent >= MAX_SENT {
            let detail = self.event_field(event, &names.detail);
            return self.add_object(detail, object);
        }
        self.runtime.receivers_of_events[id as usize].n_sent += 1;
        let own = self.made();
        let detail = self.event_field(own, &names.detail);
        self.add_object(detail, object);
        let shared = names.targets.iter().chain([&names.mark, &names.kind, &names.descriptor]);
        for name in shared {
            let (from, to) = (self.event_field(event, name), self.event_field(own, name));
            self.flow(from, to, Via::Assign, None, None);
        }
        let place = site.place.map(|place| self.place(place));
        let arg = self.event_at(own, place);
        let descriptor = site.args[1];
        self.handler_call(CallSite { args: smallvec![(arg, false), descriptor], ..site });
    }

    /// The argument that is an event, where its handler is bound.
    fn event_at(&mut self, event: ObjId, place: Option<u32>) -> NodeId {
        let arg = match place {
            Some(place) => self.add_node(Node::Place { place }),
            None => self.passage(),
        };
        self.add_object(arg, event);
        arg
    }

    /// A function of the view is called with what an attribute of the same tag becomes.
    pub(super) fn change_handler(&mut self, it: &Use<'_>, attribute: &TagAttribute, watched: &str) {
        let tag = it.tag;
        let named = |at: &&TagAttribute| self.symbols.text(it.frame.entry.sym(at.name)) == watched;
        let Some(value) = tag.attributes.iter().find(named).map(|at| at.val) else { return };
        let [value, callee, this] = [value, attribute.val, tag.this].map(|val| self.node_of(it, val));
        let descriptor = self.descriptor(it, this);
        let descriptor = self.holder(descriptor);
        let place = self.program_place(it, attribute).map(|place| self.places[place as usize]);
        let args = vec![value, value, descriptor, descriptor];
        let call = self.runtime_call(it.frame.inst, callee, Some(this), args, place);
        self.attach(callee, Rule::Callee(call));
    }

    /// What handlers in the view get of the page or component that the template belongs to.
    fn descriptor(&mut self, it: &Use<'_>, this: NodeId) -> ObjId {
        let ty = self.symbols.intern(&self.models.runtime.descriptor_type);
        let object = self.objects.intern(Object::Alloc { inst: it.frame.inst, val: it.tag.detail.0, ty });
        let dataset = self.node_of(it, it.tag.dataset);
        for (content, from) in [(INSTANCE, this), (DATASET, dataset)] {
            let field = Field::Content(self.symbols.intern(content));
            let node = self.field_node(object, field);
            self.flow(from, node, Via::Store, None, None);
        }
        object
    }
}
