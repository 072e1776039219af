//! Event channels between a page and the one that opens it: what one end sends, the other hears by the event's name.
//! Knows nothing of URLs. What `emit` and `on` do is said by the steps of the models.

use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId, Object, Subscriber};
use super::super::solver::Solver;
use super::super::solver::constraints::Rule;
use super::super::symbols::Sym;
use super::super::{InstId, NodeId, Via};
use crate::models::runtime::Navigation;

/// Contents of an end: what it sent and what it hears, by event. The steps of the models name them too.
const SENT: &str = "sent";
const HEARD: &str = "heard";

impl Solver<'_> {
    /// The end of the channel that an opening call holds.
    pub(super) fn opener_end(&mut self, site: &CallSite, names: &Navigation) -> Option<ObjId> {
        let property = names.channel.as_ref()?;
        let end = self.channel_end(site.inst, site.val);
        let holder = self.holder(end);
        let response = self.made_with(property, holder);
        self.respond(site, response);
        if let Some(events) = &names.events {
            let listeners = self.option(site, events);
            let id = self.runtime.listeners.len() as u32;
            self.runtime.listeners.push((end, site.clone()));
            self.attach(listeners, Rule::Listeners(id));
        }
        Some(end)
    }

    /// The receiver's end of the channel to its opener.
    pub(super) fn channel_of(&mut self, site: &CallSite, this: NodeId) {
        let field = Field::Content(self.symbols.intern(&self.models.runtime.channel_type));
        self.attach(this, Rule::Load { dst: site.dst, field });
    }

    /// A page has its end from the start.
    pub(super) fn give_channel(&mut self, unit: u32, instance: ObjId) {
        let field = Field::Content(self.symbols.intern(&self.models.runtime.channel_type));
        let node = self.field_node(instance, field);
        let end = self.page_end(unit);
        self.add_object(node, end);
    }

    /// The end that the page of a unit holds.
    pub(super) fn page_end(&mut self, unit: u32) -> ObjId {
        // Values of functions never have numbers from this range.
        self.channel_end(InstId(0), u32::MAX / 2 + unit)
    }

    fn channel_end(&mut self, inst: InstId, val: u32) -> ObjId {
        let ty = self.symbols.intern(&self.models.runtime.channel_type);
        self.objects.intern(Object::Alloc { inst, val, ty })
    }

    /// Two ends belong together.
    pub(super) fn connect(&mut self, a: ObjId, b: ObjId, place: Option<u32>) {
        for (from, to) in [(a, b), (b, a)] {
            let (sent, heard) = (self.end_node(from, SENT), self.end_node(to, HEARD));
            self.flow(sent, heard, Via::Event, None, place);
        }
    }

    fn end_node(&mut self, end: ObjId, content: &str) -> NodeId {
        let content = self.symbols.intern(content);
        self.field_node(end, Field::Content(content))
    }

    /// Listeners that an opening call is given turn out to be the properties of `object`.
    pub fn listeners_object(&mut self, id: u32, object: ObjId) {
        self.subscribe(object, Subscriber::Listener(id));
    }

    /// One of them hears what is sent under its name.
    pub fn declare_listener(&mut self, id: u32, event: Sym, listener: NodeId) {
        let (end, site) = self.runtime.listeners[id as usize].clone();
        let heard = self.end_node(end, HEARD);
        let arg = self.passage();
        self.attach(heard, Rule::Load { dst: arg, field: Field::Named(event) });
        let call = self.runtime_call(site.inst, listener, None, vec![arg], site.place);
        self.attach(listener, Rule::Callee(call));
    }
}
