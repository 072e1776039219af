//! The argument of a constructor call becomes an instance: methods, initial state, properties, lifecycles.

use super::super::api::Link;
use super::super::natives::TagKind;
use super::super::objects::{Field, ObjId, Object, Subscriber};
use super::super::solver::Solver;
use super::super::solver::constraints::{NO_EXCEPTIONS, Rule};
use super::super::symbols::Sym;
use super::super::{InstId, Node, NodeId, Via};
use super::{Lifecycle, Parameter};
use crate::ir::Instr;
use crate::models::{Access, Anchor, Effect, Port};
use crate::project::{UnitId, UnitKind};

/// What a part of the options means for an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// The options themselves.
    Whole,
    /// What is mixed into the options that are this object: an array of options.
    Behaviors(ObjId),
    /// One of these, as far as it looks over the options that it is mixed into.
    Mixed(ObjId),
    /// The function by which it does.
    Filter(ObjId),
    /// Methods.
    Methods,
    /// The initial state, or a function that makes it.
    Data,
    /// Functions that the framework calls in the life of an instance.
    Lifetimes,
    /// Declarations of properties.
    Properties,
    /// Functions by the path that they observe.
    Observers,
    /// Functions by the name of what they compute of what is at a node.
    Computed(NodeId),
    /// Functions of the store at a node, or their names, by the names of methods.
    Actions(NodeId),
    /// How the instance is bound to stores.
    Bindings,
    /// A store that it is bound to.
    Store,
    /// Relations by the path of the other component.
    Relations,
}

/// A thing for which the framework calls functions of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hook {
    /// The instance.
    pub instance: ObjId,
    /// What sort of thing.
    pub kind: HookKind,
    /// Its name.
    pub name: Sym,
}

/// The sorts of [`Hook`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HookKind {
    /// A lifecycle of what a constructor makes: an index into the runtime's.
    Lifecycle(usize),
    /// A change of a property.
    Property,
    /// A change of the state at some paths.
    Observer,
    /// What a value is computed of.
    Computed,
    /// What others get instead of a component.
    Export,
}

/// What is yet to be wired for functions that the framework calls.
type Wire = Box<dyn FnOnce(&mut Solver<'_>, NodeId)>;

/// Hooks for which there was no function so far, by number.
#[derive(Default)]
pub struct Unhooked(Vec<Option<Wire>>);

impl std::fmt::Debug for Unhooked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Unhooked").field(&self.0.len()).finish()
    }
}

/// A part of the options of an instance, for the rule that waits for it.
#[derive(Clone, Copy, Debug)]
pub struct Wiring {
    /// The instance.
    pub instance: ObjId,
    /// The constructor: an index into the runtime's.
    pub constructor: usize,
    /// The function instance that makes the call.
    pub inst: InstId,
    /// The part.
    pub section: Section,
}

impl Solver<'_> {
    /// Wires what a constructor call is given for an instance.
    pub(super) fn link_options(&mut self, instance: ObjId, options: NodeId, constructor: usize, inst: InstId) {
        let wiring = Wiring { instance, constructor, inst, section: Section::Whole };
        self.wire(options, wiring);
        let runtime = &self.models.runtime;
        let (bindings, computes) =
            (runtime.sections.bindings.option.clone(), runtime.constructors[constructor].computes);
        self.written_section(instance, &bindings, wiring, Section::Bindings);
        if computes {
            self.wire_computing(wiring);
        }
        self.link_shared(wiring);
    }

    pub(super) fn wire(&mut self, node: NodeId, wiring: Wiring) {
        let id = self.wirings.len() as u32;
        self.wirings.push(wiring);
        self.attach(node, Rule::Wire(id));
    }

    pub(super) fn section(&mut self, object: ObjId, name: &str, wiring: Wiring, section: Section) {
        let name = self.symbols.intern(name);
        let node = self.asked(object, Field::Named(name));
        self.wire(node, Wiring { section, ..wiring });
    }

    /// The same for what counts only where the program writes that name: anything might stand under one that is not known.
    pub(super) fn written_section(&mut self, object: ObjId, name: &str, wiring: Wiring, section: Section) {
        let name = self.symbols.intern(name);
        let node = self.passage();
        self.once_written(object, name, node);
        self.wire(node, Wiring { section, ..wiring });
    }

    /// A part of the options turns out to be `object`.
    pub fn wire_object(&mut self, id: u32, object: ObjId) {
        let wiring = self.wirings[id as usize];
        // What is mixed in may mix in each other.
        if self.is_crowd(object) || !self.wired.insert((wiring.instance, wiring.section, object)) {
            return;
        }
        match wiring.section {
            Section::Whole if self.is_computing(object) => self.wire_computing(wiring),
            Section::Whole => self.wire_options(id, object),
            Section::Behaviors(of) => {
                let node = self.passage();
                self.subscribe(object, Subscriber::All(node));
                self.wire(node, Wiring { section: Section::Whole, ..wiring });
                self.wire(node, Wiring { section: Section::Mixed(of), ..wiring });
            }
            Section::Mixed(_) | Section::Filter(_) => self.wire_filter(wiring, object),
            Section::Methods => self.wire_methods(id, object),
            Section::Data => self.wire_data(wiring, object),
            Section::Lifetimes => self.subscribe(object, Subscriber::Lifecycle(id)),
            Section::Properties => self.subscribe(object, Subscriber::Property(wiring.instance)),
            Section::Observers => self.subscribe(object, Subscriber::Observer(wiring.instance)),
            Section::Computed(of) => {
                self.wire_renamed(object, Subscriber::Computed { instance: wiring.instance, of });
            }
            Section::Actions(of) => {
                self.wire_renamed(object, Subscriber::Action { instance: wiring.instance, of });
            }
            Section::Bindings => self.wire_bindings(wiring, object),
            Section::Store => self.wire_store(wiring, object),
            Section::Relations => self.subscribe(object, Subscriber::Relation(wiring.instance)),
        }
    }

    fn wire_options(&mut self, id: u32, object: ObjId) {
        if !self.objects.kind(object).has_fields() {
            return;
        }
        let (wiring, sections) = (self.wirings[id as usize], &self.models.runtime.sections);
        self.wire_methods(id, object);
        self.section(object, &sections.methods, wiring, Section::Methods);
        self.section(object, &sections.data, wiring, Section::Data);
        self.section(object, &sections.properties, wiring, Section::Properties);
        self.section(object, &sections.observers, wiring, Section::Observers);
        self.written_section(object, &sections.bindings.option, wiring, Section::Bindings);
        self.section(object, &sections.relations, wiring, Section::Relations);
        self.section(object, &sections.behaviors, wiring, Section::Behaviors(object));
        self.wire_export(wiring, object, &sections.export);
        self.subscribe(object, Subscriber::Lifecycle(id));
        for name in &sections.lifetimes {
            self.section(object, name, wiring, Section::Lifetimes);
        }
    }

    /// Functions that are found on the instance through its prototype.
    fn wire_methods(&mut self, id: u32, object: ObjId) {
        let wiring = self.wirings[id as usize];
        let proto = self.field_node(wiring.instance, Field::Content(self.known.proto));
        self.add_object(proto, object);
        self.runtime.receivers.entry(object).or_insert(wiring.instance);
        if wiring.section == Section::Methods {
            self.subscribe(object, Subscriber::Lifecycle(id));
        }
    }

    fn wire_data(&mut self, wiring: Wiring, object: ObjId) {
        let state = self.state_of(wiring.instance);
        if let Object::Closure { .. } = self.objects.kind(object) {
            let callee = self.holder(object);
            let this = self.holder(wiring.instance);
            let call = self.runtime_call(wiring.inst, callee, Some(this), Vec::new(), None);
            self.invoke(call, object);
            let made = self.calls[call as usize].dst;
            self.wire(made, wiring);
            return;
        }
        self.subscribe(object, Subscriber::Copy(state, NO_EXCEPTIONS));
    }

    /// The declaration of a property: a type, or an object with its initial value and an observer.
    pub fn declare_property(&mut self, instance: ObjId, name: Sym, declaration: NodeId) {
        let state = self.state_of(instance);
        let target = self.field_node(state, Field::Named(name));
        if let Object::Unit { unit, .. } = self.objects.kind(instance)
            && self.project.unit(UnitId(unit)).kind == UnitKind::Page
        {
            // A page is given what it is opened with.
            let query = self.query_of(unit);
            self.load_from(query, Field::Named(name), target);
        }
        let hook = Hook { instance, kind: HookKind::Property, name };
        let watch = move |solver: &mut Solver<'_>, function| solver.observe(instance, function, vec![target, target]);
        let observer = self.hook(hook, watch);
        self.attach(declaration, Rule::Property { dst: target, observer });
    }

    /// What a property is by its type.
    pub fn property_is_of(&mut self, ty: ObjId, dst: NodeId) {
        if matches!(self.objects.kind(ty), Object::Api(api) if self.apis.link(api) == Link::Global(self.known.ty_string))
        {
            self.note_text(dst);
        }
    }

    /// What a property is before anybody gives it a value, and who is told of changes. A type alone (`String`, or `null`
    /// for any) says only of a text that it is empty, and a declaration of which nothing is known says nothing.
    pub fn property_begins(&mut self, declaration: ObjId, dst: NodeId, observer: NodeId) {
        match self.objects.kind(declaration) {
            Object::Api(_) => self.property_is_of(declaration, dst),
            kind if kind.has_fields() => {
                let sections = &self.models.runtime.sections;
                let names = [&sections.property_value, &sections.property_observer, &sections.property_type];
                let [value, told, ty] = names.map(|name| Field::Named(self.symbols.intern(name)));
                self.load_from(declaration, value, dst);
                self.load_from(declaration, told, observer);
                let begins = self.passage();
                self.load_from(declaration, ty, begins);
                self.attach(begins, Rule::TypeOfProperty { dst });
            }
            _ => {}
        }
    }

    /// The function under a path of the observers gets the state at the paths that it names.
    pub fn declare_observer(&mut self, instance: ObjId, name: Sym, function: NodeId) {
        let hook = Hook { instance, kind: HookKind::Observer, name };
        let observer = self.hook(hook, move |solver, observer| {
            let state = solver.state_of(instance);
            let paths = solver.symbols.text(name).to_owned();
            let args = paths.split(',').map(|path| solver.observed(state, path.trim())).collect();
            solver.observe(instance, observer, args);
        });
        self.flow(function, observer, Via::Load, None, None);
    }

    /// The node of all functions that the framework calls for one thing; `wire` says what it calls them with, once there
    /// is one.
    pub(super) fn hook(&mut self, hook: Hook, wire: impl FnOnce(&mut Solver<'_>, NodeId) + 'static) -> NodeId {
        if let Some(&known) = self.runtime.hooks.get(&hook) {
            return known;
        }
        let node = self.passage();
        self.runtime.hooks.insert(hook, node);
        let id = self.runtime.unhooked.0.len() as u32;
        self.runtime.unhooked.0.push(Some(Box::new(wire)));
        self.attach(node, Rule::Hook(id));
        node
    }

    /// A function for such a thing is there.
    pub fn hooked(&mut self, id: u32, node: NodeId) {
        if let Some(wire) = self.runtime.unhooked.0[id as usize].take() {
            wire(self, node);
        }
    }

    /// The state at a path; wildcards stand for what is below it.
    fn observed(&mut self, state: ObjId, path: &str) -> NodeId {
        let mut node = self.holder(state);
        for part in super::state::path_of(path).into_iter().map(|part| part.name).filter(|part| part != "**") {
            let field = Field::Named(self.symbols.intern(&part));
            let next = self.passage();
            self.tell_of(node, next, Via::Project, Effect::Value, Some(field));
            self.attach(node, Rule::Load { dst: next, field });
            node = next;
        }
        node
    }

    /// A function, or the method of that name, is called when state changes.
    pub(super) fn observe(&mut self, instance: ObjId, function: NodeId, args: Vec<NodeId>) {
        let this = self.holder(instance);
        let inst = self.instance_of_unit(instance);
        let callee = self.passage();
        self.attach(function, Rule::Method { this, dst: callee });
        let call = self.runtime_call(inst, callee, Some(this), args, None);
        self.note_run(call, instance);
        self.attach(callee, Rule::Callee(call));
    }

    /// The function instance that registered a unit.
    pub(super) fn instance_of_unit(&self, instance: ObjId) -> InstId {
        let Object::Unit { unit, .. } = self.objects.kind(instance) else { return InstId(0) };
        self.runtime.units[unit as usize].options.first().map_or(InstId(0), |&(_, _, inst)| inst)
    }

    /// A property of the options, or of a part of them: the framework may call it.
    pub fn declare_lifecycle(&mut self, wiring: u32, name: Sym, function: NodeId) {
        let wiring = self.wirings[wiring as usize];
        if !self.runtime.lifecycle_names[wiring.constructor].contains(&name) {
            return;
        }
        let hook = Hook { instance: wiring.instance, kind: HookKind::Lifecycle(wiring.constructor), name };
        let callee = self.hook(hook, move |solver, callee| {
            let constructor = &solver.models.runtime.constructors[wiring.constructor].call;
            let name = solver.symbols.text(name).to_owned();
            let mut args = vec![solver.lifecycle_argument(wiring, &name)];
            let parameters = solver.parameters(constructor, &name, &mut args);
            let this = solver.holder(wiring.instance);
            let call = solver.runtime_call(wiring.inst, callee, Some(this), args, None);
            solver.note_run(call, wiring.instance);
            solver.attach(callee, Rule::Callee(call));
            solver.watch_lifecycle(constructor, &name, call, parameters);
        });
        self.flow(function, callee, Via::Load, None, None);
    }

    fn lifecycle_argument(&mut self, wiring: Wiring, name: &str) -> NodeId {
        let is_query = self.models.runtime.query_lifecycles.iter().any(|query| query == name);
        if is_query && let Object::Unit { unit, .. } = self.objects.kind(wiring.instance) {
            let query = self.query_of(unit);
            return self.holder(query);
        }
        let made = self.made();
        let node = self.holder(made);
        self.add_object(node, self.unknown);
        node
    }

    /// The query that a page is opened with.
    pub(super) fn query_of(&mut self, unit: u32) -> ObjId {
        if let Some(query) = self.runtime.units[unit as usize].query {
            return query;
        }
        let query = self.made();
        // Whoever opens the page may put in more: texts that are not known.
        let any = self.field_node(query, Field::Any);
        self.add_object(any, self.plain);
        self.runtime.units[unit as usize].query = Some(query);
        query
    }

    /// What some lifecycles return goes out, and what some are called with comes in, where their function turns up.
    fn watch_lifecycle(&mut self, constructor: &str, name: &str, call: u32, parameters: Vec<Parameter>) {
        let sinks: Vec<u32> = (0u32..)
            .zip(&self.models.sinks)
            .filter(|(_, sink)| matches!(&sink.anchor, Anchor::Returned { of } if self.is_named(of, constructor, name)))
            .map(|(at, _)| at)
            .collect();
        if !sinks.is_empty() || !parameters.is_empty() {
            let callee = self.calls[call as usize].callee;
            let id = self.runtime.lifecycles.len() as u32;
            self.runtime.lifecycles.push(Lifecycle { call, sinks, parameters });
            self.attach(callee, Rule::Lifecycle(id));
        }
    }

    /// The function of such a lifecycle turns out to be `function`.
    pub fn lifecycle_is(&mut self, at: u32, function: ObjId) {
        let lifecycle = self.runtime.lifecycles[at as usize].clone();
        self.parameters_come(&lifecycle.parameters, function);
        self.function_returns(lifecycle.call, &lifecycle.sinks, function);
    }

    fn function_returns(&mut self, call: u32, sinks: &[u32], function: ObjId) {
        let Object::Closure { func, .. } = self.objects.kind(function) else { return };
        if sinks.is_empty() {
            return;
        }
        let entry = self.program.get(func).function.clone();
        let code = entry.blocks.iter().filter(|block| block.is_reachable).flat_map(|block| &block.code);
        let range = code.filter(|(instr, _)| matches!(instr, Instr::Return { .. })).map(|(_, at)| *at).next();
        let place = self.program.span(func, range.unwrap_or(entry.at)).map(|span| self.place(span));
        let (dst, inst) = (self.calls[call as usize].dst, self.calls[call as usize].inst);
        let models = self.models;
        for &sink in sinks {
            for (input, port) in models.sinks[sink as usize].inputs.iter().enumerate() {
                let val = self.port_of(dst, port);
                self.outlet(val, TagKind::Sink { sink, input: input as u32 }, place, inst);
            }
        }
    }

    /// The node at a port below a value.
    fn port_of(&mut self, value: NodeId, port: &Port) -> NodeId {
        let mut node = value;
        for access in &port.accesses {
            let field = match access {
                Access::Property(name) => Field::Named(self.symbols.intern(name)),
                Access::Index(index) => Field::Named(self.index_name(*index as usize)),
                Access::Content(name) => Field::Content(self.symbols.intern(name)),
                _ => Field::Any,
            };
            let next = self.passage();
            self.tell_of(node, next, Via::Project, Effect::Value, Some(field));
            self.attach(node, Rule::Load { dst: next, field });
            node = next;
        }
        node
    }

    /// All that a value holds goes out at a place.
    pub(super) fn outlet(&mut self, val: NodeId, kind: TagKind, place: Option<u32>, inst: InstId) -> NodeId {
        let out = match place {
            Some(place) => self.add_node(Node::Place { place }),
            None => self.passage(),
        };
        self.outlet_at(val, out, kind, inst);
        out
    }

    /// The same, with a node of its own at the end.
    pub(super) fn outlet_at(&mut self, val: NodeId, out: NodeId, kind: TagKind, inst: InstId) {
        self.tell_of(val, out, Via::Step, Effect::Value, None);
        self.attach(val, Rule::Deep { dst: out, effect: Effect::Value, via: Via::Step });
        let tag = self.natives.tags.mark(kind);
        self.outlets.push(super::super::Mark { node: out, tag, inst, group: out.index() as u32 });
    }
}
