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
        let Some((first, behind)) = path.split_first() else { return };
        let mut field = self.part_field(&first.name);
        let mut node = self.field_node(state, field);
        for part in behind {
            let object = self.part_object(node, part.is_index);
            field = self.part_field(&part.name);
            node = self.field_node(object, field);
        }
        self.flow(value, node, Via::Store, Some(field), None);
    }

    /// Properties that are named by paths are written where the paths lead, too.
    pub fn unfold_paths(&mut self, object: ObjId) {
        self.subscribe(object, Subscriber::Change(object));
    }

    fn part_field(&mut self, part: &str) -> Field {
        if part.contains(HOLE) { Field::Any } else { Field::Named(self.symbols.intern(part)) }
    }

    /// The object that holds what is written by way of paths that lead through a node. What the program put there itself is
    /// left as it is: a state holds copies, so that nobody else sees what is written into them.
    fn part_object(&mut self, node: NodeId, is_list: bool) -> ObjId {
        if let Some(&known) = self.runtime.written_by_path.get(&(node, is_list)) {
            return known;
        }
        let ty = if is_list { self.known.ty_array } else { self.known.ty_object };
        let object = self.fresh(ty, self.states[node.index()].module);
        self.runtime.written_by_path.insert((node, is_list), object);
        self.objects.get_mut(object).first = Some(node);
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

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// A name or an index; what is not known of it keeps its hole.
    pub name: String,
    /// Whether it stands in brackets.
    pub is_index: bool,
}

/// The parts of `a.b[0].c`.
pub(super) fn path_of(text: &str) -> Vec<Part> {
    let parts = text.split_inclusive(['.', '[']).scan(false, |is_index, part| {
        let name = part.trim_end_matches(['.', '[']).trim_end_matches(']').to_owned();
        Some(Part { name, is_index: std::mem::replace(is_index, part.ends_with('[')) })
    });
    parts.filter(|part| !part.name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn paths_are_split_at_dots_and_brackets() {
        let parts = |text| path_of(text).into_iter().map(|part| (part.name, part.is_index)).collect::<Vec<_>>();
        let named = |name: &str| (name.to_owned(), false);
        let index = |name: &str| (name.to_owned(), true);
        assert_eq!(parts("a.b[0].c"), [named("a"), named("b"), index("0"), named("c")]);
        assert_eq!(parts("phone"), [named("phone")]);
        assert_eq!(parts("list[\u{FFFC}].x"), [named("list"), index("\u{FFFC}"), named("x")]);
        assert_eq!(parts("grid[1][2]"), [named("grid"), index("1"), index("2")]);
    }
}
