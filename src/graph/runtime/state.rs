//! `setData` and events: an instance's state written by paths, data sent to the parent.

use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId, Object, Subscriber};
use super::super::solver::constraints::{Access, NO_EXCEPTIONS, Pair, Rule};
use super::super::solver::{HOLE, Solver};
use super::super::symbols::Sym;
use super::super::{NodeId, Via};
use crate::ir::CallKind;
use crate::models::runtime::MethodRole;
use crate::project::{UnitId, UnitKind};

/// Content of an instance: the events that it sends, by name.
const EVENTS: &str = "events";

impl Solver<'_> {
    /// Whether what a page or a component has under a name is its state.
    pub fn is_state_of_unit(&self, unit: u32, name: Sym) -> bool {
        let sections = &self.models.runtime.sections;
        let is_named = [&sections.data, &sections.properties].map(String::as_str).contains(&self.symbols.text(name));
        is_named && matches!(self.project.unit(UnitId(unit)).kind, UnitKind::Page | UnitKind::Component)
    }

    /// A method that every instance has is called.
    pub fn invoke_instance_method(&mut self, call: u32, role: MethodRole) {
        let site = self.unspread(call);
        let Some(this) = site.this else { return };
        match role {
            MethodRole::SetData => self.set_data(&site, this),
            MethodRole::TriggerEvent => self.trigger_event(&site, this),
            MethodRole::Run => {
                if let Some(&(callback, _)) = site.args.first() {
                    self.run_callback(&site, callback, this);
                }
            }
            MethodRole::Select => self.select(&site, this, false),
            MethodRole::SelectAll => self.select(&site, this, true),
            MethodRole::Owner => self.owner_of(&site, this),
            MethodRole::Related => self.related(&site, this),
            MethodRole::TabBar => self.tab_bar(&site),
            MethodRole::Channel => self.channel_of(&site, this),
        }
    }

    fn set_data(&mut self, site: &CallSite, this: NodeId) {
        let Some(&(changes, _)) = site.args.first() else { return };
        let id = self.pairs.len() as u32;
        self.pairs.push(Pair { src: changes, dst: this, except: NO_EXCEPTIONS });
        self.attach(changes, Rule::Changes(id));
        self.attach(this, Rule::Changed(id));
        // The callback runs once the view is up to date.
        if let Some(&(callback, _)) = site.args.get(1) {
            self.run_callback(site, callback, this);
        }
    }

    /// A function that a call of the framework's calls back.
    fn run_callback(&mut self, site: &CallSite, callback: NodeId, this: NodeId) {
        let call = self.runtime_call(site.inst, callback, Some(this), Vec::new(), site.place);
        // Control gets there from the call.
        self.calls[call as usize].val = site.val;
        self.attach(callback, Rule::Callee(call));
    }

    /// The changes of a call turn out to be `changes`.
    pub fn changes_object(&mut self, pair: u32, changes: ObjId) {
        let this = self.pairs[pair as usize].dst;
        self.each_seen(this, |solver, instance| solver.apply_changes(changes, instance));
    }

    /// The instance of a call turns out to be `instance`.
    pub fn changed_object(&mut self, pair: u32, instance: ObjId) {
        let changes = self.pairs[pair as usize].src;
        self.each_seen(changes, |solver, changes| solver.apply_changes(changes, instance));
    }

    fn apply_changes(&mut self, changes: ObjId, instance: ObjId) {
        if let Object::Unit { .. } = self.objects.kind(instance) {
            let state = self.state_of(instance);
            self.subscribe(changes, Subscriber::Change(state));
        }
    }

    /// One change: a name, or a path such as `list[0].name`.
    pub fn change(&mut self, state: ObjId, field: Field, value: NodeId) {
        let path = match field {
            Field::Named(name) => Some(self.symbols.text(name)),
            _ => self.partial_path(field),
        };
        let Some(path) = path.map(path_of) else {
            let any = self.field_node(state, Field::Any);
            self.flow(value, any, Via::Store, Some(field), None);
            return;
        };
        let Some((last, before)) = path.split_last() else { return };
        let mut at: Option<NodeId> = None;
        for part in before {
            let field = self.part_field(part);
            at = Some(match at {
                None => self.field_node(state, field),
                Some(node) => self.part_node(node, field),
            });
        }
        let last = self.part_field(last);
        match at {
            None => {
                let node = self.field_node(state, last);
                self.flow(value, node, Via::Store, Some(last), None);
            }
            Some(node) => {
                self.implicit(node);
                self.attach(node, Rule::Store { src: value, field: last, at: None });
            }
        }
    }

    /// Properties that are named by paths are written where the paths lead, too.
    pub fn unfold_paths(&mut self, object: ObjId) {
        self.subscribe(object, Subscriber::Change(object));
    }

    fn part_field(&mut self, part: &str) -> Field {
        if part.contains(HOLE) { Field::Any } else { Field::Named(self.symbols.intern(part)) }
    }

    /// The node of a field of whatever `node` holds; an object is made where nothing need be.
    fn part_node(&mut self, node: NodeId, field: Field) -> NodeId {
        let object = self.implicit(node);
        let inner = self.field_node(object, field);
        // Objects that the program put there itself share what is written.
        self.attach(node, Rule::Load { dst: inner, field });
        inner
    }

    fn implicit(&mut self, node: NodeId) -> ObjId {
        let object = self.objects.intern(Object::Implicit { node: node.index() as u32 });
        self.add_object(node, object);
        object
    }

    fn trigger_event(&mut self, site: &CallSite, this: NodeId) {
        if let Some(&(name, _)) = site.args.first() {
            self.note_trigger(site.inst, site.val, name, this);
        }
        let (Some(&(name, _)), Some(&(detail, _))) = (site.args.first(), site.args.get(1)) else { return };
        let events = self.passage();
        let field = Field::Content(self.symbols.intern(EVENTS));
        self.attach(this, Rule::Load { dst: events, field });
        let id = self.accesses.len() as u32;
        let at = site.place.map(|place| self.place(place));
        self.accesses.push(Access { obj: events, key: name, other: detail, is_store: true, at, is_text: false });
        self.attach(name, Rule::AccessKey(id));
        self.attach(events, Rule::AccessObject(id));
    }

    /// The object that holds what an instance sends, by event.
    pub(super) fn events_of(&mut self, instance: ObjId) -> ObjId {
        self.content_object(instance, EVENTS)
    }

    /// What the program sends under an event's name, whatever its case.
    pub(super) fn sent(&mut self, instance: ObjId, event: &str, dst: NodeId) {
        let events = self.events_of(instance);
        let event: Sym = self.symbols.intern(event);
        self.load_from(events, Field::Named(event), dst);
    }

    /// A call site for a handler.
    pub(super) fn handler_call(&mut self, site: CallSite) {
        let callee = site.callee;
        debug_assert_eq!(site.kind, CallKind::Quiet, "handlers that are not known are not called");
        self.calls.push(site);
        let id = self.calls.len() as u32 - 1;
        self.attach(callee, Rule::Callee(id));
    }
}

/// The parts of `a.b[0].c`; an index that is not known keeps its hole.
pub(super) fn path_of(text: &str) -> Vec<String> {
    text.split(['.', '[']).map(|part| part.trim_end_matches(']').to_owned()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn paths_are_split_at_dots_and_brackets() {
        assert_eq!(path_of("a.b[0].c"), ["a", "b", "0", "c"]);
        assert_eq!(path_of("phone"), ["phone"]);
        assert_eq!(path_of("list[\u{FFFC}].x"), ["list", "\u{FFFC}", "x"]);
    }
}
