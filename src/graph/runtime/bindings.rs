//! What libraries add to an instance: parts of the state that functions compute, and stores that it is bound to or has
//! with all others.

use super::super::calls::CallSite;
use super::super::objects::{Field, ObjId, Object, Subscriber};
use super::super::solver::Solver;
use super::super::solver::constraints::{NO_EXCEPTIONS, Rule};
use super::super::symbols::Sym;
use super::super::{NodeId, Via};
use super::options::{Hook, HookKind, Section, Wiring};
use crate::models::runtime::UnitRole;

/// A store whose state all instances have.
#[derive(Clone, Copy, Debug)]
pub(super) struct SharedBy {
    /// An index into the runtime's.
    kind: usize,
    /// What the call that makes it gives.
    store: NodeId,
    /// What it is given.
    options: Option<NodeId>,
}

impl Solver<'_> {
    /// Whether what is mixed in makes parts of the state computed.
    pub(super) fn is_computing(&self, object: ObjId) -> bool {
        matches!(self.objects.kind(object), Object::Api(api) if self.runtime.computing.contains(&api))
    }

    /// The functions that compute parts of the state, and those that watch it, wherever the instance has them.
    pub(super) fn wire_computing(&mut self, wiring: Wiring) {
        let names = self.models.runtime.sections.computing.clone();
        let state = self.state_of(wiring.instance);
        let of = self.holder(state);
        self.section(wiring.instance, &names.computed, wiring, Section::Computed(of));
        self.section(wiring.instance, &names.watched, wiring, Section::Observers);
    }

    /// A function is called with what is at `of`; what it returns is the part of the state under its name. Instead of the
    /// function there may be the name of a property of that.
    pub fn declare_computed(&mut self, instance: ObjId, name: Sym, function: NodeId, of: NodeId) {
        let hook = Hook { instance, kind: HookKind::Computed, name };
        let callee = self.hook(hook, move |solver, callee| {
            let (this, inst) = (solver.holder(instance), solver.instance_of_unit(instance));
            let call = solver.runtime_call(inst, callee, Some(this), vec![of], None);
            solver.attach(callee, Rule::Callee(call));
            let state = solver.state_of(instance);
            let (field, made) = (Field::Named(name), solver.calls[call as usize].dst);
            let part = solver.field_node(state, field);
            solver.flow(made, part, Via::Store, Some(field), None);
            solver.attach(callee, Rule::Named { of, dst: part });
        });
        self.flow(function, callee, Via::Load, None, None);
    }

    /// One binding, or a list of them.
    pub(super) fn wire_bindings(&mut self, wiring: Wiring, object: ObjId) {
        let kind = self.objects.kind(object);
        // What is bound by something of which nothing is known cannot be told.
        if !kind.has_fields() || self.is_open(kind) {
            return;
        }
        if self.is_array(object) {
            let each = self.passage();
            self.subscribe(object, Subscriber::All(each));
            self.wire(each, Wiring { section: Section::Bindings, ..wiring });
            return;
        }
        let names = self.models.runtime.sections.bindings.clone();
        let (store, name) = (self.passage(), self.symbols.intern(&names.store));
        self.load_from(object, Field::Named(name), store);
        self.wire(store, Wiring { section: Section::Store, ..wiring });
        self.written_section(object, &names.fields, wiring, Section::Computed(store));
        self.written_section(object, &names.actions, wiring, Section::Actions(store));
    }

    fn is_array(&self, object: ObjId) -> bool {
        matches!(self.objects.kind(object), Object::Alloc { ty, .. } if ty == self.known.ty_array)
    }

    /// Properties of what is at `of`, or what is computed of it, under the names that the state or the methods of an
    /// instance have for them; what a list names keeps its name.
    pub(super) fn wire_renamed(&mut self, object: ObjId, subscriber: Subscriber) {
        if !self.is_array(object) && !self.is_open(self.objects.kind(object)) {
            self.subscribe(object, subscriber);
        }
    }

    /// What a store holds is part of the state, and its functions are methods that run on the store.
    pub(super) fn wire_store(&mut self, wiring: Wiring, store: ObjId) {
        let instance = wiring.instance;
        let state = self.state_of(instance);
        self.subscribe(store, Subscriber::Copy(state, NO_EXCEPTIONS));
        let of = self.holder(store);
        self.subscribe(store, Subscriber::Action { instance, of });
    }

    /// What has the name that a value turns out to be, if that is a text.
    pub fn property_named(&mut self, of: NodeId, name: ObjId, dst: NodeId) {
        if let Object::Text(name) = self.objects.kind(name) {
            self.attach(of, Rule::Load { dst, field: Field::Named(name) });
        }
    }

    /// A call makes a store whose state all instances have: those that are there, and those to come.
    pub(super) fn share_store(&mut self, site: &CallSite, kind: usize) {
        let options = site.args.first().map(|&(options, _)| options);
        let shared = SharedBy { kind, store: site.dst, options };
        for at in 0..self.runtime.linked.len() {
            self.give_shared(self.runtime.linked[at], shared);
        }
        self.runtime.shared.push(shared);
    }

    /// An instance has what is in the stores that all have.
    pub(super) fn link_shared(&mut self, wiring: Wiring) {
        let constructor = &self.models.runtime.constructors[wiring.constructor];
        if !matches!(constructor.role, UnitRole::Page | UnitRole::Component) {
            return;
        }
        for at in 0..self.runtime.shared.len() {
            self.give_shared(wiring, self.runtime.shared[at]);
        }
        self.runtime.linked.push(wiring);
    }

    fn give_shared(&mut self, wiring: Wiring, shared: SharedBy) {
        let names = &self.models.runtime.shared_stores[shared.kind];
        let state = self.state_of(wiring.instance);
        let field = Field::Named(self.symbols.intern(&names.state));
        let part = self.field_node(state, field);
        self.attach(shared.store, Rule::Load { dst: part, field });
        let Some(options) = shared.options else { return };
        let lifetimes = names.lifetimes.iter().map(|name| (name, Section::Lifetimes));
        for (name, section) in lifetimes.chain([(&names.methods, Section::Methods)]) {
            let (given, field) = (self.passage(), Field::Named(self.symbols.intern(name)));
            self.attach(options, Rule::Load { dst: given, field });
            self.wire(given, Wiring { section, ..wiring });
        }
    }

    /// A function of a store, or the one of that name, as a method of an instance: bound to the store.
    pub fn declare_action(&mut self, instance: ObjId, name: Sym, action: NodeId, store: NodeId) {
        let (function, inst) = (self.passage(), self.instance_of_unit(instance));
        self.flow(action, function, Via::Load, None, None);
        self.attach(action, Rule::Named { of: store, dst: function });
        let call = self.runtime_call(inst, function, Some(function), vec![store], None);
        let bound = self.objects.intern(Object::Bound { call });
        let method = self.field_node(instance, Field::Named(name));
        self.add_object(method, bound);
    }
}
