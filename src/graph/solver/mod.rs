//! The worklist: objects flow along value edges until nothing changes, rules are applied to each that arrives.

pub mod closed;
pub mod constraints;
pub mod crowd;
pub mod instantiate;
pub mod links;
pub mod listed;
pub mod reach;
pub mod tested;

use std::collections::VecDeque;

use indexmap::IndexSet;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::base::pattern::Pattern;
use crate::base::{FileKind, Problem, Span};
use crate::graph::api::{ApiId, Apis};
use crate::graph::calls::CallSite;
use crate::graph::calls::contexts::Context;
use crate::graph::calls::keyed::KeyedCall;
use crate::graph::natives::Natives;
use crate::graph::objects::{Field, ObjId, Object, Objects};
use crate::graph::program::{FuncId, Program};
use crate::graph::solver::constraints::{Access, ObjSet, Pair, Rule, TextOf, WellKnown};
use crate::graph::solver::links::Links;
use crate::graph::symbols::{Sym, Symbols};
use crate::graph::{Budget, Edge, FlowGraph, InstId, Instance, Mark, Node, NodeId, Via};
use crate::ir::{Function, Instr, Key, Module};
use crate::models::{Effect, Models};
use crate::project::Project;

/// Stands for a part of a text that is not known.
pub const HOLE: char = '\u{FFFC}';
/// Text constants that a node keeps apart.
const MAX_TEXTS: u32 = 128;

/// What a node may be.
#[derive(Debug, Default)]
pub(in crate::graph) struct State {
    pub objects: ObjSet,
    /// The module that pays for it.
    pub module: u32,
    pub is_queued: bool,
}

/// A function, its surroundings, a call of it in the text, and the event that is told apart there.
type Site = (FuncId, Option<InstId>, FuncId, u32, Option<u32>);

/// The analysis under way.
pub(in crate::graph) struct Solver<'a> {
    pub project: &'a Project,
    pub models: &'a Models,
    pub budget: Budget,
    pub graph: DiGraph<Node, Edge>,
    pub states: Vec<State>,
    links: Links,
    pub queue: VecDeque<NodeId>,
    /// Rules that have yet to be applied to the first objects of their node.
    pub fresh: VecDeque<(NodeId, Rule, u32)>,
    pub symbols: Symbols,
    pub known: WellKnown,
    pub apis: Apis,
    pub objects: Objects,
    pub program: Program,
    pub natives: Natives<'a>,
    pub instances: Vec<Instance>,
    /// Instances by function, surroundings and call.
    pub by_context: FxHashMap<(FuncId, Option<InstId>, Context), InstId>,
    pub n_instances: FxHashMap<FuncId, u32>,
    pub first_instances: FxHashMap<FuncId, InstId>,
    /// Call paths.
    pub n_paths: FxHashMap<Site, u32>,
    pub calls: Vec<CallSite>,
    /// Calls of methods.
    pub dispatches: Vec<crate::graph::calls::dispatch::Dispatch>,
    /// Values in the text of the program, with some for small programs.
    pub n_values: usize,
    /// Values in the text of the program.
    pub all_values: usize,
    /// Pairs of name and value by the property that they stand for.
    pub pair_objects: FxHashMap<(ObjId, Field), ObjId>,
    /// Pairs that became properties.
    pub stored_pairs: FxHashSet<(ObjId, ObjId)>,
    /// Blocks of instances that run already although some calls leave them out.
    pub begun: FxHashSet<(InstId, u32)>,
    /// Loads from values of which nothing is known that were made: [`Field::number`], and where it goes.
    pub loaded_unknown: FxHashSet<(u32, NodeId)>,
    /// The same from plain values.
    pub loaded_plain: FxHashSet<(u32, NodeId)>,
    /// Calls of code that is not known, with the function that stands for it, to be made if nothing else is called.
    pub unknown_calls: Vec<(u32, FuncId)>,
    /// Tests of values that blocks wait for.
    pub tests: crate::graph::solver::tested::Tests,
    /// Objects that tests of their properties let through.
    pub refined: crate::graph::heap::refined::Refined,
    /// Texts that are parsed, with where an object goes to be if none is known.
    pub parsed: Vec<(NodeId, NodeId)>,
    /// Calls of which a callee is known.
    pub resolved: FxHashSet<u32>,
    /// Calls of which a callee is a method of a built-in type.
    pub resolved_by_type: FxHashSet<u32>,
    /// Members of code from outside that are unknown unless the program writes them, and who reads them.
    pub unwritten: Vec<(NodeId, NodeId)>,
    /// Values that wait for what a list holds.
    pub unheld: Vec<crate::graph::heap::held::Unheld>,
    /// Who wants to know of the fields of which object.
    pub subscribed: FxHashSet<(ObjId, crate::graph::objects::Subscriber)>,
    /// Objects that were wired as a part of an instance's options.
    pub wired: FxHashSet<(ObjId, crate::graph::runtime::Section, ObjId)>,
    /// Accesses under names that are not known.
    pub any_keys: FxHashSet<(u32, ObjId)>,
    pub invoked: FxHashSet<(u32, ObjId)>,
    pub accesses: Vec<Access>,
    /// Calls of functions that keep functions under a name that they are given.
    pub keyed_calls: Vec<KeyedCall>,
    /// Keys of which nothing may become known.
    pub silent_keys: Vec<NodeId>,
    /// Names that stand in the program.
    pub mentioned: FxHashSet<Sym>,
    pub pairs: Vec<Pair>,
    pub copies: crate::graph::heap::copies::Copies,
    /// What is done to proxies.
    pub traps: IndexSet<crate::graph::heap::proxies::Trap, FxBuildHasher>,
    /// The module that pays for each of the objects that no instruction makes.
    pub made_for: Vec<u32>,
    /// What is read from lists in turn.
    pub turns: crate::graph::heap::turns::Turns,
    /// Members that are written into.
    pub parts: crate::graph::heap::parts::Parts,
    /// What models say of callees as they are written, where nothing is known of them: by call.
    pub guesses: FxHashMap<u32, ApiId>,
    /// Names that are not copied, by number; the first list is [`crate::graph::solver::constraints::NO_EXCEPTIONS`].
    pub exceptions: Vec<Vec<Sym>>,
    pub texts: Vec<TextOf>,
    /// Texts whose parts are waited for.
    pub pending_texts: Vec<u32>,
    /// The text that a node is put together as.
    pub text_of: FxHashMap<NodeId, u32>,
    pub places: Vec<Span>,
    pub place_ids: FxHashMap<Span, u32>,
    pub origins: Vec<Mark>,
    pub outlets: Vec<Mark>,
    pub problems: Vec<Problem>,
    pub getters: FxHashSet<Sym>,
    /// Classes from outside that the program's extend.
    pub extended: FxHashSet<Sym>,
    /// What is written to properties with a setter, by object and name.
    pub setters: FxHashMap<(ObjId, Sym), NodeId>,
    /// The receivers of getters and setters, and where their errors go, by object.
    pub accessor_ends: FxHashMap<ObjId, (NodeId, NodeId)>,
    /// Contents that are getters or setters: they are inherited.
    pub accessors: FxHashSet<Sym>,
    /// Contents for properties whose name is known in part.
    pub partial: FxHashSet<Sym>,
    /// Who reads members of built-in types that the program may give them, but has not so far.
    pub awaited: FxHashMap<(ObjId, Sym), Vec<NodeId>>,
    /// Names of properties that the program itself gives to objects.
    pub defined: FxHashSet<Sym>,
    /// What is made with each prototype, and with those that inherit from it.
    pub made: FxHashMap<ObjId, IndexSet<ObjId, FxBuildHasher>>,
    /// Properties that are taken away somewhere: no object has them for certain.
    pub deleted: FxHashSet<Sym>,
    /// Properties that say how much there is, not what.
    pub sizes: FxHashSet<Sym>,
    /// The object that first held a function: its receiver if nobody calls it.
    pub holders: FxHashMap<ObjId, ObjId>,
    /// Nobody takes what goes here: errors of functions that the framework calls.
    pub nowhere: NodeId,
    pub unknown: ObjId,
    pub plain: ObjId,
    pub crowds: crate::graph::solver::crowd::Crowds,
    /// Code that only computes.
    pub closed: crate::graph::solver::closed::Closed,
    pub modules: FxHashMap<crate::base::FileId, u32>,
    /// Scripts that stand in templates, by their request.
    pub inline_modules: FxHashMap<(crate::base::FileId, Sym), u32>,
    /// Texts that are masked if another node is a constant that matches.
    pub masks: Vec<(NodeId, NodeId, Pattern)>,
    /// Parts of options that are waited for.
    pub wirings: Vec<crate::graph::runtime::Wiring>,
    /// Tags whose instance is made, to be wired when its surroundings are known.
    pub tags: VecDeque<(InstId, Box<crate::ir::template::Tag>, crate::ir::Range)>,
    /// The framework's side.
    pub runtime: crate::graph::runtime::RuntimeState,
    /// What the program can get to.
    pub reach: crate::graph::solver::reach::Reach,
    /// What stands around the places where data comes in.
    pub clues: Vec<(NodeId, Vec<crate::graph::runtime::inputs::Clue>)>,
    /// Values that are what an ES module exports.
    pub esm_imports: FxHashSet<NodeId>,
    /// Calls, handlers and gates.
    pub control: crate::graph::control::Notes,
}

impl<'a> Solver<'a> {
    pub fn new(project: &'a Project, models: &'a Models, budget: Budget) -> Self {
        let mut symbols = Symbols::default();
        let mut apis = Apis::new(&models.runtime, &mut symbols);
        let mut objects = Objects::default();
        let unknown = objects.intern(Object::Unknown);
        let plain = objects.intern(Object::Plain);
        let known = WellKnown::new(&mut symbols);
        let sizes = models.clearing_properties.iter().map(|name| symbols.intern(name)).collect();
        let natives = Natives::new(models, &mut symbols, &mut apis);
        let runtime = crate::graph::runtime::RuntimeState::new(models, project, &mut symbols, &mut apis);
        Self {
            project,
            models,
            budget,
            graph: DiGraph::default(),
            states: Vec::new(),
            links: Links::default(),
            queue: VecDeque::new(),
            fresh: VecDeque::new(),
            symbols,
            known,
            apis,
            objects,
            program: Program::default(),
            natives,
            instances: Vec::new(),
            by_context: FxHashMap::default(),
            n_instances: FxHashMap::default(),
            first_instances: FxHashMap::default(),
            n_paths: FxHashMap::default(),
            calls: Vec::new(),
            dispatches: Vec::new(),
            n_values: 10_000,
            all_values: 0,
            pair_objects: FxHashMap::default(),
            stored_pairs: FxHashSet::default(),
            begun: FxHashSet::default(),
            loaded_unknown: FxHashSet::default(),
            loaded_plain: FxHashSet::default(),
            invoked: FxHashSet::default(),
            unknown_calls: Vec::new(),
            tests: crate::graph::solver::tested::Tests::default(),
            refined: crate::graph::heap::refined::Refined::default(),
            parsed: Vec::new(),
            resolved: FxHashSet::default(),
            resolved_by_type: FxHashSet::default(),
            unwritten: Vec::new(),
            unheld: Vec::new(),
            subscribed: FxHashSet::default(),
            wired: FxHashSet::default(),
            any_keys: FxHashSet::default(),
            accesses: Vec::new(),
            keyed_calls: Vec::new(),
            silent_keys: Vec::new(),
            mentioned: FxHashSet::default(),
            pairs: Vec::new(),
            copies: crate::graph::heap::copies::Copies::default(),
            traps: IndexSet::default(),
            made_for: Vec::new(),
            turns: crate::graph::heap::turns::Turns::default(),
            parts: crate::graph::heap::parts::Parts::default(),
            guesses: FxHashMap::default(),
            exceptions: vec![Vec::new()],
            texts: Vec::new(),
            pending_texts: Vec::new(),
            text_of: FxHashMap::default(),
            places: Vec::new(),
            place_ids: FxHashMap::default(),
            origins: Vec::new(),
            outlets: Vec::new(),
            problems: Vec::new(),
            getters: FxHashSet::default(),
            extended: FxHashSet::default(),
            accessors: FxHashSet::default(),
            setters: FxHashMap::default(),
            accessor_ends: FxHashMap::default(),
            partial: FxHashSet::default(),
            awaited: FxHashMap::default(),
            defined: FxHashSet::default(),
            made: FxHashMap::default(),
            deleted: FxHashSet::default(),
            sizes,
            holders: FxHashMap::default(),
            nowhere: NodeIndex::end(),
            unknown,
            plain,
            crowds: crate::graph::solver::crowd::Crowds::default(),
            closed: crate::graph::solver::closed::Closed::default(),
            modules: FxHashMap::default(),
            inline_modules: FxHashMap::default(),
            esm_imports: FxHashSet::default(),
            control: crate::graph::control::Notes::new(&models.asks),
            clues: Vec::new(),
            wirings: Vec::new(),
            tags: VecDeque::new(),
            runtime,
            masks: Vec::new(),
            reach: crate::graph::solver::reach::Reach::default(),
        }
    }

    /// Loads the modules, runs them, then every function that nobody called.
    pub fn run(&mut self, modules: Vec<Module>) -> (FlowGraph, Vec<Problem>) {
        self.nowhere = self.passage();
        self.note_outward();
        for module in modules {
            let file = module.file;
            for name in &module.accessors {
                let name = self.symbols.intern(module.name(*name));
                self.getters.insert(name);
            }
            self.note_defined(&module);
            self.note_parts(&module);
            self.note_named(&module);
            self.n_values += module.functions.iter().map(Function::size).sum::<usize>();
            let inline = module.inline.as_ref().map(|request| self.symbols.intern(request));
            let is_template = inline.is_none() && self.project.files.get(file).kind == FileKind::Wxml;
            let id = self.program.add_module(module, is_template, &mut self.symbols);
            match inline {
                Some(request) => self.inline_modules.insert((file, request), id),
                None => self.modules.insert(file, id),
            };
        }
        self.all_values = self.n_values;
        self.n_values = self.n_values.min(self.budget.values);
        let n_modules = self.program.modules().len() as u32;
        for module in 0..n_modules {
            self.prepare_module(module);
        }
        self.find_closed();
        self.prepare_units();
        self.load_entries();
        self.solve();
        self.load_unused();
        self.solve();
        self.mount_unused();
        self.solve();
        self.open_remote();
        self.open_exports();
        self.solve();
        self.run_uncalled();
        self.finish()
    }

    /// Remembers which properties a module defines and takes away.
    fn note_defined(&mut self, module: &Module) {
        let names = module.names.iter().map(|name| self.symbols.intern(name));
        self.mentioned.extend(names);
        let extended = module.extended.iter().map(|name| self.symbols.intern(module.name(*name)));
        self.extended.extend(extended);
        for (instr, _) in module.functions.iter().flat_map(|function| &function.blocks).flat_map(|block| &block.code) {
            match instr {
                Instr::Store { key: Key::Named(name), .. } => {
                    let name = self.symbols.intern(module.name(*name));
                    self.defined.insert(name);
                }
                Instr::Delete { key: Key::Named(name), .. } => {
                    let name = self.symbols.intern(module.name(*name));
                    self.deleted.insert(name);
                }
                _ => {}
            }
        }
    }

    /// An object from outside, told apart by where it comes in.
    pub fn opaque(&mut self, inst: InstId, val: u32) -> ObjId {
        self.objects.intern(Object::Alloc { inst, val, ty: self.known.ty_opaque })
    }

    // Nodes.

    /// A new node.
    pub fn add_node(&mut self, node: Node) -> NodeId {
        let module = self.module_of_node(node);
        self.states.push(State { module, ..State::default() });
        self.links.add_node();
        self.graph.add_node(node)
    }

    /// The node of a value.
    pub fn value_node(&self, inst: InstId, val: crate::ir::Val) -> NodeId {
        NodeIndex::new((self.instances[inst.0 as usize].first + val.0) as usize)
    }

    /// The node of a field, made when it is first asked for.
    pub fn field_node(&mut self, obj: ObjId, field: Field) -> NodeId {
        if let Some(node) = self.objects.field(obj, field) {
            return node;
        }
        let node = self.add_node(Node::Field { obj, field });
        self.objects.add_field(obj, field, node);
        self.note_place(obj, node);
        self.field_added(obj, field, node);
        for at in 0..self.objects.get(obj).subscribers.len() {
            let subscriber = self.objects.get(obj).subscribers[at];
            self.tell(obj, field, node, subscriber);
        }
        node
    }

    /// The objects that a node may be.
    pub fn objects_of(&self, node: NodeId) -> &[ObjId] {
        self.states[node.index()].objects.list()
    }

    /// Whether an object is a text constant.
    #[inline]
    pub fn is_text(&self, obj: ObjId) -> bool {
        matches!(self.objects.kind(obj), Object::Text(_))
    }

    /// The first object that a node may be which is no text constant.
    pub fn first_beside_texts(&self, node: NodeId) -> Option<ObjId> {
        self.objects_of(node).iter().copied().find(|obj| !self.is_text(*obj))
    }

    /// Adds an object to a node.
    pub fn add_object(&mut self, node: NodeId, obj: ObjId) {
        let state = &mut self.states[node.index()];
        if state.objects.contains(obj) || self.crowds.is_frozen(state.module) {
            return;
        }
        let mut obj = obj;
        if let Object::Text(_) = self.objects.kind(obj) {
            if state.objects.n_texts < MAX_TEXTS {
                state.objects.n_texts += 1;
                state.objects.push(obj);
                self.enqueue(node);
                return;
            }
            obj = self.plain;
        }
        let obj = self.crowded(node, obj);
        if self.states[node.index()].objects.insert(obj) {
            self.note_work(node);
            self.enqueue(node);
            match self.objects.kind(obj) {
                Object::Made(_) => _ = self.objects.get_mut(obj).first.get_or_insert(node),
                Object::Closure { .. } => {
                    if let Node::Field { obj: holder, field: Field::Named(_) } = self.graph[node] {
                        self.holders.entry(obj).or_insert(holder);
                    }
                }
                _ => {}
            }
        }
    }

    #[inline]
    fn enqueue(&mut self, node: NodeId) {
        let state = &mut self.states[node.index()];
        if !state.is_queued {
            state.is_queued = true;
            self.queue.push_back(node);
        }
    }

    // Edges.

    /// The index of a place.
    pub fn place(&mut self, span: Span) -> u32 {
        let places = &mut self.places;
        *self.place_ids.entry(span).or_insert_with(|| {
            places.push(span);
            places.len() as u32 - 1
        })
    }

    /// The very value moves.
    pub fn flow(&mut self, src: NodeId, dst: NodeId, via: Via, field: Option<Field>, at: Option<u32>) {
        self.add_edge(src, dst, Edge::new(via, Effect::Value, true, field, at));
    }

    /// What the value says moves.
    pub fn tell_of(&mut self, src: NodeId, dst: NodeId, via: Via, effect: Effect, field: Option<Field>) {
        self.add_edge(src, dst, Edge::new(via, effect, false, field, None));
    }

    fn add_edge(&mut self, src: NodeId, dst: NodeId, edge: Edge) {
        if src == dst || dst == self.nowhere {
            return;
        }
        let Some(payer) = self.payer(src, dst) else { return };
        if !self.links.add_edge(src, dst, &edge) {
            return;
        }
        self.charge(payer);
        self.graph.add_edge(src, dst, edge);
        if edge.is_value {
            self.each_seen(src, |solver, obj| solver.add_object(dst, obj));
        }
    }

    /// Calls `each` with what a node is known to be; what is still queued comes along on its own.
    pub fn each_seen(&mut self, node: NodeId, mut each: impl FnMut(&mut Self, ObjId)) {
        let objects = &self.states[node.index()].objects;
        let seen: SmallVec<[ObjId; 16]> = SmallVec::from_slice(&objects.list()[..objects.seen as usize]);
        for obj in seen {
            each(self, obj);
        }
    }

    /// Attaches a rule; it is applied to what the node is already known to be.
    ///
    /// That happens later: prototypes and getters would otherwise go as deep on the stack as they are nested.
    pub fn attach(&mut self, node: NodeId, rule: Rule) {
        self.links.add_rule(node, rule);
        let seen = self.states[node.index()].objects.seen;
        if seen > 0 {
            self.fresh.push_back((node, rule, seen));
        }
    }

    // The fixpoint.

    /// Runs until nothing changes.
    pub fn solve(&mut self) {
        loop {
            self.drain();
            if self.is_full() {
                return;
            } else if let Some(module) = self.reach.to_load.pop_front() {
                self.load_module(module);
            } else if let Some((inst, tag, at)) = self.tags.pop_front() {
                self.wire_tag(inst, &tag, at);
            } else if self.let_kept_through() || self.let_unknown_through() {
                // Before code counts as unknown for want of what stands behind a test.
            } else if self.leave_unset() {
                // Before what nobody wrote is whatever the code outside gives.
            } else if !self.unwritten.is_empty() {
                self.leave_unwritten();
            } else if !self.link_turns()
                && !self.call_frozen()
                && !self.call_unknown()
                && !self.let_unheld_through()
                && !self.fold_open_texts()
                && !self.open_silent()
                && !self.open_unopened()
                && !self.open_keys()
                && !self.open_parsed()
                && !self.fill_unnamed()
            {
                return;
            }
        }
    }

    /// What nobody wrote by now is whatever the code outside gives.
    fn leave_unwritten(&mut self) {
        for (own, dst) in std::mem::take(&mut self.unwritten) {
            let is_unwritten = if own == dst {
                self.objects_of(dst).is_empty()
            } else {
                self.graph.neighbors_directed(own, petgraph::Direction::Incoming).next().is_none()
            };
            if is_unwritten {
                self.add_object(dst, self.unknown);
                if let Node::Field { obj, field } = self.graph[own] {
                    self.part(obj, field, self.states[dst.index()].module);
                }
            }
        }
    }

    fn drain(&mut self) {
        let mut new: Vec<ObjId> = Vec::new();
        loop {
            while let Some((node, rule, seen)) = self.fresh.pop_front() {
                for at in 0..seen as usize {
                    let obj = self.states[node.index()].objects.list()[at];
                    self.apply(node, rule, obj);
                }
            }
            let Some(node) = self.queue.pop_front() else { return };
            if self.is_full() {
                return;
            }
            self.states[node.index()].is_queued = false;
            if self.is_frozen(node) {
                continue;
            }
            let state = &mut self.states[node.index()];
            new.clear();
            new.extend(&state.objects.list()[state.objects.seen as usize..]);
            state.objects.seen += new.len() as u32;
            // Rules that are added from here on are applied to what the node is known to be by themselves.
            let (rules, n_edges) = (self.links.rules(node), self.links.n_edges(node));
            for &obj in &new {
                let mut rest = rules;
                while let Some(rule) = self.links.next(&mut rest) {
                    self.apply(node, rule, obj);
                }
            }
            // The latest first; along the edges that the rules made they went already.
            for at in (0..n_edges).rev() {
                if let Some(target) = self.links.moves_to(node, at) {
                    new.iter().for_each(|obj| self.add_object(target, *obj));
                }
            }
        }
    }

    fn finish(&mut self) -> (FlowGraph, Vec<Problem>) {
        self.mask();
        self.say_shared();
        self.say_skimmed();
        self.say_closed();
        self.settle_inputs();
        let destinations = self.destinations();
        let unreachable = self.unreachable_instances();
        let hints = self.finished_hints();
        let faces = self.finished_faces();
        let control = self.finish_control();
        let component_libraries = self.files_of(crate::models::Models::is_of_component_library);
        let libraries = self.files_of(|models, path| models.copy_of_library(path).is_some());
        let graph = FlowGraph {
            graph: std::mem::take(&mut self.graph),
            origins: std::mem::take(&mut self.origins),
            outlets: std::mem::take(&mut self.outlets),
            instances: std::mem::take(&mut self.instances),
            objects: std::mem::take(&mut self.objects),
            places: std::mem::take(&mut self.places),
            program: std::mem::take(&mut self.program),
            symbols: std::mem::take(&mut self.symbols),
            apis: std::mem::take(&mut self.apis),
            tags: std::mem::take(&mut self.natives.tags),
            unreachable,
            destinations,
            hints,
            faces,
            control,
            component_libraries,
            libraries,
        };
        // There are millions of them, and somebody else may give them back.
        let states = (std::mem::take(&mut self.states), std::mem::take(&mut self.links));
        rayon::spawn(|| drop(states));
        (graph, std::mem::take(&mut self.problems))
    }
}
