//! What the framework calls and wires: one file a mechanism. Names come from the models.

mod bindings;
mod channels;
mod choices;
mod events;
mod filters;
mod fits;
mod given;
pub mod inputs;
mod navigation;
mod options;
mod plugins;
mod queries;
mod relations;
mod remote;
mod response;
mod routes;
mod selection;
mod stack;
mod state;
mod tags;
mod unset;

use rustc_hash::FxHashMap;

use super::api::{ApiId, Apis, Link};
use super::calls::CallSite;
use super::objects::{Field, ObjId, Object};
use super::solver::Solver;
use super::solver::constraints::Rule;
use super::symbols::{Sym, Symbols};
use super::{InstId, Node, NodeId, Via};
use crate::base::Span;
use crate::models::runtime::{GetterRole, MethodRole, UnitRole};
use crate::models::{Anchor, CallPath, Models};
use crate::project::{Project, UnitId, UnitKind};
pub(super) use fits::fit_of_field;
pub(super) use options::{Section, Wiring};
pub(super) use tags::Use;

/// Instances of a component beyond which its uses share one.
const MAX_MOUNTS: usize = 150;

/// A call of the framework to a function of the program of which models speak.
#[derive(Clone, Debug, Default)]
struct Lifecycle {
    call: u32,
    /// Sinks that what it returns goes to: indices.
    sinks: Vec<u32>,
    /// Sources that its parameters are.
    parameters: Vec<Parameter>,
}

/// A parameter that is a source.
#[derive(Clone, Debug)]
struct Parameter {
    /// An index.
    source: u32,
    index: u32,
    argument: NodeId,
}

/// What is known of the framework's side while the graph is built.
#[derive(Debug, Default)]
pub(super) struct RuntimeState {
    constructors: FxHashMap<ApiId, usize>,
    /// What makes parts of the state computed where it is mixed in.
    computing: rustc_hash::FxHashSet<ApiId>,
    getters: FxHashMap<ApiId, GetterRole>,
    /// Indices into the runtime's.
    navigation: FxHashMap<ApiId, usize>,
    /// Likewise.
    remote: FxHashMap<ApiId, usize>,
    methods: FxHashMap<Sym, MethodRole>,
    /// Methods by which things from elsewhere give what they hold under a name.
    named_getters: Vec<Sym>,
    /// By [`UnitId`].
    units: Vec<UnitState>,
    /// The functions that the framework calls, by what for.
    hooks: FxHashMap<options::Hook, NodeId>,
    unhooked: options::Unhooked,
    /// Properties that are declared as texts.
    texts: Vec<NodeId>,
    /// Options with the functions that looked them over.
    filtered: rustc_hash::FxHashSet<(ObjId, ObjId)>,
    /// The names of the functions that the framework calls, by constructor.
    lifecycle_names: Vec<rustc_hash::FxHashSet<Sym>>,
    /// The unit that a render instance belongs to.
    rendered: FxHashMap<InstId, (UnitId, ObjId)>,
    /// Objects whose functions have an instance as receiver when nobody calls them.
    receivers: FxHashMap<ObjId, ObjId>,
    /// Sources at components, by event: indices.
    sources_of: FxHashMap<String, Vec<u32>>,
    /// Sources that computed attributes decide on.
    doubts: Vec<fits::Doubt>,
    /// What stands around the one tag that an instance is mounted by.
    mounted_by: FxHashMap<ObjId, Option<std::sync::Arc<crate::ir::hints::Hints>>>,
    /// By the place where something is typed or chosen, the tag there with all in it.
    faces: FxHashMap<Span, Vec<Span>>,
    /// Tags that are bound in both directions, by what they are bound to.
    bound: FxHashMap<NodeId, Vec<Span>>,
    /// Sinks at components, by attribute: indices.
    sinks_of: FxHashMap<String, Vec<u32>>,
    /// Sinks of text that is shown: indices.
    text_sinks: Vec<u32>,
    n_made: u32,
    urls: Vec<navigation::Url>,
    /// Parameters of pages that are named by values.
    named_by_values: Vec<queries::Parameter>,
    /// What is written by way of paths that lead through a node, as a list or not, is held by these.
    written_by_path: FxHashMap<(NodeId, bool), ObjId>,
    /// Calls of the framework of which models speak.
    lifecycles: Vec<Lifecycle>,
    /// A node that is every page.
    pages: Option<NodeId>,
    /// The lists of open pages, by the page for which code runs.
    stacks: FxHashMap<Option<UnitId>, ObjId>,
    /// What may lie below a page.
    below: FxHashMap<UnitId, NodeId>,
    /// Those of these nodes that code reads, and of which it was not looked yet whether anything opens the page.
    asked_below: Vec<NodeId>,
    remote_calls: Vec<remote::RemoteCall>,
    /// Functions that add to a router: which of the runtime's, and whether a route.
    routers: FxHashMap<ApiId, (usize, bool)>,
    routes: Vec<routes::Route>,
    /// Calls that make a store whose state all instances have: indices into the runtime's.
    sharing: FxHashMap<ApiId, usize>,
    shared: Vec<bindings::SharedBy>,
    /// The pages and components that were wired.
    linked: Vec<Wiring>,
    /// Calls that write by paths, with the option that holds what they write.
    path_writes: FxHashMap<ApiId, usize>,
    /// Texts that the platform gives, by where they are read.
    constants: FxHashMap<ApiId, Sym>,
    /// Ends of channels with the calls that give them listeners.
    listeners: Vec<(ObjId, CallSite)>,
    selections: Vec<selection::Selection>,
    /// Handlers of what components send.
    receivers_of_events: Vec<events::Receiver>,
    /// In whose template an instance is used.
    owners: FxHashMap<ObjId, ObjId>,
    /// Nodes of the instances of a unit in one template.
    used: FxHashMap<(ObjId, UnitId), NodeId>,
    /// Components that stand for the generics of an instance, by name.
    generics: FxHashMap<(ObjId, String), UnitId>,
}

/// What is known of a page, a component or the app.
#[derive(Debug, Default)]
struct UnitState {
    instances: Vec<ObjId>,
    /// Arguments of the constructor calls that register it, with the constructor and the instance that calls.
    options: Vec<(NodeId, usize, InstId)>,
    query: Option<ObjId>,
    /// A node that is every instance.
    all: Option<NodeId>,
}

impl RuntimeState {
    pub fn new(models: &Models, project: &Project, symbols: &mut Symbols, apis: &mut Apis) -> Self {
        let runtime = &models.runtime;
        let mut state = Self::default();
        state.index_components(models);
        let mut api_of = |call: &str, symbols: &mut Symbols| -> Option<ApiId> {
            let path: CallPath = call.parse().ok()?;
            apis.of_path(&path, symbols)
        };
        for (at, constructor) in runtime.constructors.iter().enumerate() {
            let calls = std::iter::once(&constructor.call).chain(&constructor.also);
            state.constructors.extend(calls.filter_map(|call| Some((api_of(call, symbols)?, at))));
            state.lifecycle_names.push(constructor.lifecycles.iter().map(|name| symbols.intern(name)).collect());
        }
        let computing = &runtime.sections.computing.behaviors;
        state.computing.extend(computing.iter().filter_map(|path| api_of(path, symbols)));
        for getter in &runtime.instances {
            state.getters.extend(api_of(&getter.call, symbols).map(|api| (api, getter.role)));
        }
        for (at, navigation) in runtime.navigation.iter().enumerate() {
            state.navigation.extend(api_of(&navigation.call, symbols).map(|api| (api, at)));
        }
        for (at, router) in runtime.routers.iter().enumerate() {
            state.routers.extend(api_of(&router.route, symbols).map(|api| (api, (at, true))));
            state.routers.extend(api_of(&router.middleware, symbols).map(|api| (api, (at, false))));
        }
        for (at, store) in runtime.shared_stores.iter().enumerate() {
            state.sharing.extend(api_of(&store.call, symbols).map(|api| (api, at)));
        }
        for (at, write) in runtime.path_writes.iter().enumerate() {
            state.path_writes.extend(api_of(&write.call, symbols).map(|api| (api, at)));
        }
        for constant in &runtime.constants {
            let text = symbols.intern(&constant.text);
            state.constants.extend(api_of(&constant.read, symbols).map(|api| (api, text)));
        }
        for (at, remote) in runtime.remote_calls.iter().enumerate() {
            state.remote.extend(api_of(&remote.call, symbols).map(|api| (api, at)));
        }
        state.named_getters = runtime.named_getters.iter().map(|name| symbols.intern(name)).collect();
        state.methods =
            runtime.instance_methods.iter().map(|method| (symbols.intern(&method.name), method.role)).collect();
        state.units = (0..project.units.len()).map(|_| UnitState::default()).collect();
        state
    }

    /// Tags are many, and few models speak of any one event or attribute.
    fn index_components(&mut self, models: &Models) {
        for (at, source) in (0..).zip(&models.sources) {
            if let Anchor::Component(anchor) = &source.anchor
                && source.role.gives_data()
                && let Some(event) = &anchor.event
            {
                self.sources_of.entry(event.clone()).or_default().push(at);
            }
        }
        for (at, sink) in (0..).zip(&models.sinks) {
            match &sink.anchor {
                Anchor::Component(anchor) => {
                    for attribute in &anchor.attributes {
                        self.sinks_of.entry(attribute.clone()).or_default().push(at);
                    }
                }
                Anchor::Text => self.text_sinks.push(at),
                _ => {}
            }
        }
    }

    /// What a method of an instance does.
    pub fn method(&self, name: Sym) -> Option<MethodRole> {
        self.methods.get(&name).copied()
    }

    /// Whether a node of the tree is what a getter gives back: an object of the program's.
    pub fn is_of_program(&self, api: ApiId, apis: &Apis) -> bool {
        apis.link(api) == Link::Call && apis.parent(api).is_some_and(|getter| self.getters.contains_key(&getter))
    }

    /// Whether a method gives what a thing from elsewhere holds under the name that it is given.
    pub fn is_named_getter(&self, method: Sym) -> bool {
        self.named_getters.contains(&method)
    }

    /// The text that the platform gives at a place.
    pub fn constant(&self, api: ApiId) -> Option<Sym> {
        self.constants.get(&api).copied()
    }

    /// The instance whose options hold an object.
    pub fn receiver(&self, holder: ObjId) -> Option<ObjId> {
        self.receivers.get(&holder).copied()
    }
}

impl Solver<'_> {
    /// The app and the pages exist from the start: others may ask for them before they are registered.
    pub fn prepare_units(&mut self) {
        for global in &self.models.runtime.globals {
            let ty = self.symbols.intern(&global.ty);
            let object = self.objects.intern(Object::Alloc { inst: InstId(0), val: super::objects::role::MADE, ty });
            let holder = self.objects.intern(Object::Global);
            let field = Field::Named(self.symbols.intern(&global.name));
            let node = self.field_node(holder, field);
            self.add_object(node, object);
        }
        for at in 0..self.project.units.len() {
            let unit = UnitId(at as u32);
            let kind = self.project.units[at].kind;
            if kind == UnitKind::Component {
                continue;
            }
            let instance = self.unit_instance(unit);
            if kind == UnitKind::Page {
                self.is_open_page(instance);
                self.give_channel(unit.0, instance);
                let query = self.query_of(unit.0);
                let field = Field::Named(self.symbols.intern(&self.models.runtime.sections.options));
                let options = self.field_node(instance, field);
                self.add_object(options, query);
            }
        }
    }

    /// Components that no template uses are looked at by themselves.
    pub fn mount_unused(&mut self) {
        for at in 0..self.runtime.units.len() {
            let state = &self.runtime.units[at];
            if state.instances.is_empty() && !state.options.is_empty() {
                let inst = state.options[0].2;
                let unit = UnitId(at as u32);
                let instance = self.unit_instance(unit);
                self.link_unit(unit, instance, inst, None);
            }
        }
    }

    /// A new object of the runtime's own.
    pub fn made(&mut self) -> ObjId {
        self.runtime.n_made += 1;
        self.objects.intern(Object::Made(self.runtime.n_made))
    }

    /// The object of the runtime's own that is a content of another, made when it is first asked for.
    fn content_object(&mut self, of: ObjId, content: &str) -> ObjId {
        let content = Field::Content(self.symbols.intern(content));
        let node = self.field_node(of, content);
        if let Some(&known) = self.objects_of(node).first() {
            return known;
        }
        let object = self.made();
        self.add_object(node, object);
        object
    }

    /// A new instance of a unit, with its state.
    fn unit_instance(&mut self, unit: UnitId) -> ObjId {
        let number = self.runtime.units[unit.0 as usize].instances.len() as u32;
        let instance = self.objects.intern(Object::Unit { unit: unit.0, number });
        let state = self.made();
        let sections = &self.models.runtime.sections;
        for name in [&sections.data, &sections.properties] {
            let name = self.symbols.intern(name);
            let node = self.field_node(instance, Field::Named(name));
            self.add_object(node, state);
        }
        self.runtime.units[unit.0 as usize].instances.push(instance);
        if let Some(all) = self.runtime.units[unit.0 as usize].all {
            self.add_object(all, instance);
        }
        instance
    }

    /// The object that holds an instance's state.
    fn state_of(&mut self, instance: ObjId) -> ObjId {
        let name = self.symbols.intern(&self.models.runtime.sections.data);
        let node = self.field_node(instance, Field::Named(name));
        self.objects_of(node).first().copied().unwrap_or(self.unknown)
    }

    /// What is wired for an instance: its options and its template.
    fn link_unit(&mut self, unit: UnitId, instance: ObjId, inst: InstId, place: Option<Span>) {
        for at in 0..self.runtime.units[unit.0 as usize].options.len() {
            let (node, constructor, inst) = self.runtime.units[unit.0 as usize].options[at];
            self.link_options(instance, node, constructor, inst);
        }
        let Some(template) = self.project.unit(unit).template else { return };
        let Some(&module) = self.modules.get(&template) else { return };
        let top = self.program.modules()[module as usize].top;
        let this = self.holder(instance);
        let call = self.runtime_call(inst, this, Some(this), Vec::new(), place);
        self.note_run(call, instance);
        let render = self.instance(top, None, Some(call));
        self.note_call(call, render);
        self.runtime.rendered.insert(render, (unit, instance));
        if let Some(val) = self.program.get(top).function.this {
            let node = self.value_node(render, val);
            self.add_object(node, instance);
        }
    }

    /// A node that is certainly one object.
    pub fn holder(&mut self, obj: ObjId) -> NodeId {
        let node = self.add_node(Node::Deep { obj });
        self.add_object(node, obj);
        node
    }

    /// A node for values on their way between runtime objects.
    pub fn passage(&mut self) -> NodeId {
        self.add_node(Node::Deep { obj: self.unknown })
    }

    /// A call that the framework makes.
    pub fn runtime_call(
        &mut self,
        inst: InstId,
        callee: NodeId,
        this: Option<NodeId>,
        args: Vec<NodeId>,
        place: Option<Span>,
    ) -> u32 {
        let dst = self.passage();
        let args = args.into_iter().map(|arg| (arg, false)).collect();
        self.add_call(CallSite { this, args, place, ..CallSite::unwritten(inst, dst, callee, self.nowhere) })
    }

    /// Whether a call may be one of the framework's, by which pages and components are made.
    pub fn constructs_units(&self, call: u32) -> bool {
        let is_constructor = |obj: &ObjId| match self.objects.kind(*obj) {
            Object::Api(api) => self.runtime.constructors.contains_key(&api),
            _ => false,
        };
        self.objects_of(self.calls[call as usize].callee).iter().any(is_constructor)
    }

    /// What the runtime does when one of its functions is called; whether that is all that happens.
    pub fn invoke_runtime(&mut self, call: u32, api: ApiId) -> bool {
        let site = self.unspread(call);
        if let Some(&constructor) = self.runtime.constructors.get(&api) {
            self.register(&site, constructor);
            return true;
        }
        if let Some(&role) = self.runtime.getters.get(&api) {
            if let Some(object) = self.gotten(role, site.inst) {
                self.add_object(site.dst, object);
                self.modelled_members(call, api);
                return true;
            }
            if self.give_exports(&site, role) {
                self.resolved.insert(call);
                return true;
            }
        }
        if let Some(&at) = self.runtime.navigation.get(&api) {
            let names = self.models.runtime.navigation[at].clone();
            let url = self.option(&site, &names.url);
            let end = self.opener_end(&site, &names);
            self.navigate(url, site.inst, site.place, end, names.below);
        }
        if let Some(&at) = self.runtime.remote.get(&api) {
            self.call_remote(&site, at);
        }
        if let Some(&(kind, is_route)) = self.runtime.routers.get(&api) {
            self.add_handlers(&site, kind, is_route);
        }
        if let Some(&kind) = self.runtime.sharing.get(&api) {
            self.share_store(&site, kind);
        }
        if let Some(&at) = self.runtime.path_writes.get(&api) {
            let written = match &self.models.runtime.path_writes[at].data {
                Some(data) => Some(self.option(&site, data)),
                None => site.args.first().map(|(written, _)| *written),
            };
            if let Some(written) = written {
                self.attach(written, Rule::Paths);
            }
        }
        false
    }

    /// What a getter of the runtime gives back to an instance, if the program has it.
    fn gotten(&mut self, role: GetterRole, inst: InstId) -> Option<ObjId> {
        match role {
            GetterRole::App => {
                let units = self.project.units.iter().zip(&self.runtime.units);
                let mut apps = units.filter(|(unit, _)| unit.kind == UnitKind::App);
                apps.find_map(|(_, state)| state.instances.first().copied())
            }
            GetterRole::Pages => Some(self.page_stack(inst)),
            GetterRole::Plugin | GetterRole::LatePlugin | GetterRole::Host => None,
        }
    }

    /// What the runtime gives back is the program's, beside members that models speak of: others put them there.
    fn modelled_members(&mut self, call: u32, api: ApiId) {
        self.resolved.insert(call);
        if let Some(result) = self.apis.child(api, Link::Call) {
            let result = self.objects.intern(Object::Api(result));
            self.add_object(self.calls[call as usize].dst, result);
        }
    }

    /// A constructor call registers the unit whose script runs: the module at the beginning of the call path.
    fn register(&mut self, site: &CallSite, constructor: usize) {
        let Some(&(options, _)) = site.args.first() else { return };
        if self.models.runtime.constructors[constructor].role == UnitRole::Behavior {
            self.flow(options, site.dst, Via::Return, None, None);
            return;
        }
        let Some(unit) = self.unit_behind(site.inst) else { return };
        let is_first = self.runtime.units[unit.0 as usize].options.is_empty();
        self.runtime.units[unit.0 as usize].options.push((options, constructor, site.inst));
        for at in 0..self.runtime.units[unit.0 as usize].instances.len() {
            let instance = self.runtime.units[unit.0 as usize].instances[at];
            if is_first && self.project.unit(unit).kind != UnitKind::Component {
                self.link_unit(unit, instance, site.inst, None);
            } else {
                self.link_options(instance, options, constructor, site.inst);
            }
        }
    }
}

/// The event of an attribute as it is written.
fn original_event(attribute: &str, prefixes: &[String]) -> String {
    prefixes.iter().find_map(|prefix| attribute.strip_prefix(prefix.as_str())).unwrap_or(attribute).to_owned()
}
