//! What libraries add to an instance: parts of the state that functions compute, and stores that it is bound to.

use super::super::constraints::{NO_EXCEPTIONS, Rule};
use super::super::objects::{Field, ObjId, Object, Subscriber};
use super::super::solver::Solver;
use super::super::symbols::Sym;
use super::super::{NodeId, Via};
use super::options::{Hook, HookKind, Section, Wiring};

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

    /// A function is called with what is at `of`; what it returns is the part of the state under its name.
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
        });
        self.flow(function, callee, Via::Load, None, None);
    }

    /// One binding, or a list of them.
    pub(super) fn wire_bindings(&mut self, wiring: Wiring, object: ObjId) {
        if !self.objects.kind(object).has_fields() {
            return;
        }
        if matches!(self.objects.kind(object), Object::Alloc { ty, .. } if ty == self.known.ty_array) {
            let each = self.passage();
            self.subscribe(object, Subscriber::All(each));
            self.wire(each, Wiring { section: Section::Bindings, ..wiring });
            return;
        }
        let names = self.models.runtime.sections.bindings.clone();
        let (store, name) = (self.passage(), self.symbols.intern(&names.store));
        self.load_from(object, Field::Named(name), store);
        self.wire(store, Wiring { section: Section::Store, ..wiring });
        self.section(object, &names.fields, wiring, Section::Computed(store));
    }

    /// What a store holds is part of the state, and its functions are methods that run on the store.
    pub(super) fn wire_store(&mut self, wiring: Wiring, store: ObjId) {
        let instance = wiring.instance;
        let state = self.state_of(instance);
        self.subscribe(store, Subscriber::Copy(state, NO_EXCEPTIONS));
        self.subscribe(store, Subscriber::Action { instance, store });
    }

    /// A function of a store as a method of an instance: bound to the store.
    pub fn declare_action(&mut self, instance: ObjId, name: Sym, function: NodeId, store: ObjId) {
        let (store, inst) = (self.holder(store), self.instance_of_unit(instance));
        let call = self.runtime_call(inst, function, Some(function), vec![store], None);
        let bound = self.objects.intern(Object::Bound { call });
        let method = self.field_node(instance, Field::Named(name));
        self.add_object(method, bound);
    }
}
