//! What keeps the cost of a program in bounds: how much work the nodes of each module may make, and what becomes of
//! objects that come to a place where too many are to be told apart. Knows nothing of what the objects are.
//!
//! Such objects join the crowd of the module: reading a field of the crowd gives what any member has under that name, and
//! what is written to the crowd may have been written to each member. What a member holds under names that are not known
//! stays with it: it would be anything. That is the field-based analysis of Feldthaus et
//! al. 2013 ("Efficient Construction of Approximate Call Graphs for JavaScript IDE Services"), for those objects alone.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{FileId, Level, Problem, Span, Text};
use crate::graph::objects::{Field, ObjId, Object, Subscriber};
use crate::graph::program::{FuncId, Origin};
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::{NO_EXCEPTIONS, Rule};
use crate::graph::{CallText, InstId, Node, NodeId, Via};

/// What a module may draw from the pool is divided by this once the pool is empty.
const SCARCE: usize = 8;

/// How often the functions of a module may be cloned for each call that leads into it, and how many of its values are
/// thought to take part in one.
const CLONES_PER_ENTRY: usize = 4;
const VALUES_PER_ENTRY: usize = 400;

/// A module may have one part in this many of what the program may still clone.
const OF_WHAT_IS_LEFT: usize = 2;

/// A module that has cost all that it may gets one part in this many of what is in reserve, as long as that is worth it.
const OF_RESERVE: usize = 4;
const WORTH_IT: usize = 20_000;

/// Limits for what tells less apart are higher by one part in this many, for each level.
const LEVELS: usize = 4;

/// Work that a node of a clone may make.
const WORK_PER_CLONE: usize = 4;

/// What code that nothing loads or calls may cost: for each value, and for each module.
const UNUSED_WORK_PER_VALUE: usize = 10;
const UNUSED_WORK: usize = 2_000;

/// Names that a message gives as examples.
const NAMED: usize = 3;

/// Stands for what belongs to no module.
pub(in crate::graph) const RUNTIME: u32 = u32::MAX;

/// Work and clones by module, and the crowds.
#[derive(Debug, Default)]
pub(in crate::graph) struct Crowds {
    /// The module of each function instance; those of models belong to their caller's.
    of_instance: Vec<u32>,
    /// What each module has cost; the first is [`RUNTIME`].
    shares: Vec<Share>,
    /// The part of all work that is beyond what the sizes of the modules allow.
    drawn: usize,
    /// What modules got from the reserve.
    granted: usize,
    /// Nodes of instances beyond the first of their function.
    all_cloned: usize,
    /// The modules whose crowds an object has joined.
    members: FxHashMap<ObjId, BTreeSet<u32>>,
    /// Functions of which call paths share instances.
    shared: BTreeSet<FuncId>,
    /// Files that nothing loads and that were looked at in part.
    skimmed: BTreeSet<FileId>,
    /// Modules of which only functions are left that nobody calls.
    uncalled: FxHashSet<u32>,
    /// Calls into each module from others that are linked.
    entering: FxHashMap<u32, Vec<u32>>,
    /// Modules whose callers have yet to be told that they are frozen.
    newly_frozen: Vec<u32>,
    /// The calls by which control comes into each module from elsewhere.
    borders: FxHashSet<(u32, CallText)>,
    /// Whether the graph has become as large as it may.
    is_full: bool,
}

/// What a module has cost.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    /// Objects that arrived at its nodes, and edges that it made.
    work: usize,
    /// Nodes of instances beyond the first of their function.
    cloned: usize,
    /// Calls in the text by which control comes into it from elsewhere.
    entries: usize,
    /// Work that it got from the reserve.
    granted: usize,
    /// Work below which it is well within what its size allows.
    free: usize,
    /// What it had cost before functions were looked at that nobody calls.
    called: usize,
    /// Whether it has cost all that it may.
    is_frozen: bool,
}

impl Crowds {
    /// Whether an instance counts as one of a module's functions.
    pub fn is_of_module(&self, inst: InstId, origin: Origin) -> bool {
        origin == Origin::Module(self.of_instance[inst.0 as usize])
    }

    /// Whether call paths share instances of a function.
    pub fn is_shared(&self, func: FuncId) -> bool {
        self.shared.contains(&func)
    }

    /// Whether a module has cost all that it may.
    #[inline]
    pub fn is_frozen(&self, module: u32) -> bool {
        self.shares.get(Self::slot(module)).is_some_and(|share| share.is_frozen)
    }

    /// What modules may cost has changed.
    pub fn forget_free(&mut self) {
        self.shares.iter_mut().for_each(|share| share.free = 0);
    }

    /// From here on functions are looked at that nobody calls: `modules` may cost little more for them.
    pub fn end_of_called(&mut self, modules: FxHashSet<u32>) {
        self.shares.iter_mut().for_each(|share| share.called = share.work);
        self.forget_free();
        self.uncalled = modules;
    }

    #[inline]
    fn slot(module: u32) -> usize {
        module.wrapping_add(1) as usize
    }

    #[inline]
    fn share(&self, module: u32) -> Share {
        self.shares.get(Self::slot(module)).copied().unwrap_or_default()
    }

    #[inline]
    fn share_mut(&mut self, module: u32) -> &mut Share {
        let slot = Self::slot(module);
        if self.shares.len() <= slot {
            self.shares.resize(slot + 1, Share::default());
        }
        &mut self.shares[slot]
    }
}

impl Solver<'_> {
    /// Notes whose a new instance is.
    pub fn note_instance(&mut self, func: FuncId, caller: Option<InstId>) {
        let module = match (self.program.get(func).origin, caller) {
            (Origin::Module(module), _) => module,
            (Origin::Model, Some(caller)) => self.crowds.of_instance[caller.0 as usize],
            (Origin::Model, None) => RUNTIME,
        };
        self.crowds.of_instance.push(module);
    }

    /// Whose a node is.
    pub fn module_of_node(&self, node: Node) -> u32 {
        match node {
            Node::Value { inst, .. } | Node::Cell { inst, .. } | Node::Result { inst } => {
                self.crowds.of_instance[inst.0 as usize]
            }
            Node::Field { obj, .. } | Node::Lookup { obj, .. } | Node::Deep { obj } => self.module_of(obj),
            Node::Place { .. } => RUNTIME,
        }
    }

    /// Who pays for what an instance does.
    pub fn module_of_instance(&self, inst: InstId) -> u32 {
        self.crowds.of_instance[inst.0 as usize]
    }

    /// Who pays for an object.
    pub fn module_of(&self, obj: ObjId) -> u32 {
        match self.objects.kind(obj) {
            Object::Alloc { inst, val, .. } => self.payer_of_made(val).unwrap_or_else(|| self.module_of_instance(inst)),
            Object::New { inst, .. } => self.module_of_instance(inst),
            Object::Closure { func, .. } => match self.program.get(func).origin {
                Origin::Module(module) => module,
                Origin::Model => RUNTIME,
            },
            Object::Prototype { of } | Object::Content { of, .. } => self.module_of(of),
            Object::Module(module) | Object::Exports(module) | Object::Crowd(module) | Object::CrowdWrites(module) => {
                module
            }
            Object::Unit { unit, .. } => {
                let script = self.project.units[unit as usize].script;
                script.and_then(|script| self.modules.get(&script).copied()).unwrap_or(RUNTIME)
            }
            Object::Implicit { node } => self.states[node as usize].module,
            Object::Copy { pair } | Object::Meeting { pair, .. } => {
                self.states[self.pairs[pair as usize].dst.index()].module
            }
            _ => RUNTIME,
        }
    }

    /// Notes the nodes of an instance beyond the first of its function.
    pub fn note_clone(&mut self, inst: InstId, nodes: usize) {
        let module = self.crowds.of_instance[inst.0 as usize];
        self.crowds.all_cloned += nodes;
        self.crowds.share_mut(module).cloned += nodes;
    }

    /// Whether the functions of a module have had their share of clones: a generic library must not use up that of the
    /// others. What tells less apart may go on for longer, by level.
    pub fn is_cloned_enough(&self, func: FuncId, level: usize) -> bool {
        let Origin::Module(module) = self.program.get(func).origin else { return false };
        let share = self.crowds.share(module);
        if self.reach.unused.contains(&module) {
            return share.is_frozen || share.cloned >= self.n_values_of(module);
        }
        let for_entries = CLONES_PER_ENTRY * share.entries * self.n_values_of(module).min(VALUES_PER_ENTRY);
        let all = self.budget.nodes_per_value * self.n_values;
        let left = all.saturating_sub(self.crowds.all_cloned) / OF_WHAT_IS_LEFT;
        let limit = (self.budget.nodes_per_module + self.n_values_of(module) + for_entries).max(left);
        let is_beyond = |cloned: usize, limit: usize| cloned * LEVELS >= limit * (LEVELS + level);
        is_beyond(share.cloned, limit) || is_beyond(self.crowds.all_cloned, all) || share.is_frozen
    }

    /// Notes by which call a call path came into a module: one that is called from many places may have more clones.
    pub fn note_border(&mut self, func: FuncId, border: Option<CallText>) {
        if let (Origin::Module(module), Some(border)) = (self.program.get(func).origin, border)
            && self.crowds.borders.insert((module, border))
        {
            self.crowds.share_mut(module).entries += 1;
        }
    }

    /// Call paths share an instance of a function from now on.
    pub fn note_shared(&mut self, func: FuncId) {
        self.crowds.shared.insert(func);
    }

    /// Says which files that nothing loads, or functions of which nothing calls, were looked at in part, at the first.
    pub fn say_skimmed(&mut self) {
        let Some(&first) = self.crowds.skimmed.first() else { return };
        let n_files = self.crowds.skimmed.len();
        let message = Text::new(
            format!("{n_files} 个较大的文件未被加载，或含有未被调用的函数，这部分代码只粗略分析：其内部的流向可能不全"),
            format!(
                "large files that nothing loads, or with functions that nothing calls ({n_files}), were looked at in part: what happens inside that code may be incomplete"
            ),
        );
        self.problems.push(Problem::at(Level::Note, "budget-unused", Span::new(first, 0, 0), message));
    }

    /// Says for each file which functions have shared instances, at the first of them.
    pub fn say_shared(&mut self) {
        let mut by_file: BTreeMap<FileId, Vec<FuncId>> = BTreeMap::new();
        for &func in &self.crowds.shared {
            if let Some(span) = self.program.span(func, self.program.get(func).function.at) {
                by_file.entry(span.file).or_default().push(func);
            }
        }
        for funcs in by_file.into_values() {
            let names = funcs.iter().filter_map(|func| {
                let entry = self.program.get(*func);
                entry.function.name.map(|name| self.symbols.text(entry.sym(name)))
            });
            let names = names.take(NAMED).collect::<Vec<_>>();
            let (zh, en) = match names.as_slice() {
                [] => (String::new(), String::new()),
                names => (format!("（{} 等）", names.join("、")), format!(" ({}, …)", names.join(", "))),
            };
            let Some(span) = self.program.span(funcs[0], self.program.get(funcs[0]).function.at) else { continue };
            let message = Text::new(
                format!(
                    "本文件有 {} 个函数{zh}的调用路径过多，部分调用合并分析：不会遗漏，但结果可能偏多",
                    funcs.len()
                ),
                format!(
                    "too many call paths lead to {} of the functions of this file{en}: some calls of them are analysed as one; nothing is missed, but more may be reported",
                    funcs.len()
                ),
            );
            self.problems.push(Problem::at(Level::Note, "budget-call-paths", span, message));
        }
    }

    fn n_values_of(&self, module: u32) -> usize {
        self.program.modules().get(module as usize).map_or(0, |info| info.n_values)
    }

    /// Whether a node belongs to a module that has cost its share: its code is as good as unknown to the others. What it
    /// was found to do until then stands.
    #[inline]
    pub fn is_frozen(&self, node: NodeId) -> bool {
        self.crowds.is_frozen(self.states[node.index()].module)
    }

    fn note_frozen(&mut self, module: u32) {
        if self.is_aside(module) {
            self.crowds.skimmed.insert(self.program.modules()[module as usize].file);
            return;
        }
        let file = self.program.modules()[module as usize].file;
        let path = &self.project.files.get(file).path;
        let message = Text::new(
            format!(
                "{path} 的分析量已达上限：其余部分按未知代码处理（传入的数据可能出现在返回值和回调中），文件内部的流向可能不全"
            ),
            format!(
                "the analysis of {path} has reached its budget: the rest of it is taken as unknown code, whose arguments may come out of its results and callbacks; what happens inside it may be incomplete"
            ),
        );
        self.problems.push(Problem::at(Level::Warning, "budget-module", Span::new(file, 0, 0), message));
    }

    /// Whether the graph has become as large as it may; what is still to be done is dropped then, and that is told.
    pub fn is_full(&mut self) -> bool {
        if self.states.len() <= self.budget.nodes_in_all + self.budget.nodes_in_all_per_value * self.all_values {
            return false;
        }
        if !std::mem::replace(&mut self.crowds.is_full, true) {
            self.say_full();
        }
        self.queue.clear();
        self.fresh.clear();
        self.tags.clear();
        self.reach.to_load.clear();
        true
    }

    /// The file that most of the graph belongs to is named: as a rule it is what makes it grow.
    fn say_full(&mut self) {
        let mut nodes = vec![0_usize; self.program.modules().len()];
        for state in &self.states {
            nodes.get_mut(state.module as usize).into_iter().for_each(|n| *n += 1);
        }
        let largest = nodes.iter().enumerate().max_by_key(|(at, n)| (**n, std::cmp::Reverse(*at)));
        let Some((module, _)) = largest else { return };
        let file = self.program.modules()[module].file;
        let path = &self.project.files.get(file).path;
        let message = Text::new(
            format!("分析规模已达上限，其中 {path} 占得最多：其余部分没有分析，结果可能不全"),
            format!(
                "the analysis has become as large as it may, most of it for {path}: the rest was not analysed, and results may be incomplete"
            ),
        );
        self.problems.push(Problem::at(Level::Warning, "budget-module", Span::new(file, 0, 0), message));
    }

    /// Notes a call that is linked to a function, if it stands in another module.
    pub fn note_entering(&mut self, call: u32, func: FuncId) {
        let origin = self.program.get(func).origin;
        if let Origin::Module(module) = origin
            && !self.crowds.is_of_module(self.calls[call as usize].inst, origin)
        {
            self.crowds.entering.entry(module).or_default().push(call);
        }
    }

    /// Calls into modules that were frozen since are calls of unknown code, too; whether there were any.
    pub fn call_frozen(&mut self) -> bool {
        let modules = std::mem::take(&mut self.crowds.newly_frozen);
        for module in &modules {
            for call in self.crowds.entering.remove(module).unwrap_or_default() {
                self.invoke_frozen(call);
            }
        }
        !modules.is_empty()
    }

    /// The module that a call leads into from other code, if it has cost its share.
    pub fn frozen_callee(&self, caller: InstId, func: FuncId) -> Option<u32> {
        let origin = self.program.get(func).origin;
        let Origin::Module(module) = origin else { return None };
        (!self.crowds.is_of_module(caller, origin) && self.crowds.share(module).is_frozen).then_some(module)
    }

    /// One more object arrives at a node.
    pub fn note_work(&mut self, node: NodeId) {
        self.charge(self.states[node.index()].module);
    }

    /// A callee of a call is found.
    pub fn charge_call(&mut self, call: u32) {
        self.charge(self.states[self.calls[call as usize].callee.index()].module);
    }

    /// Whether a call is made in a module that has cost its share.
    pub fn is_frozen_call(&self, call: u32) -> bool {
        self.is_frozen(self.calls[call as usize].callee)
    }

    /// Who pays for an edge: the module that it comes from, or the one that it leads to where that has none or has used
    /// up its share. Nobody does where both have: then it may not be made.
    #[inline]
    pub fn payer(&self, src: NodeId, dst: NodeId) -> Option<u32> {
        let (from, to) = (self.states[src.index()].module, self.states[dst.index()].module);
        let payer = if from == RUNTIME || self.crowds.is_frozen(from) { to } else { from };
        let is_closed = self.crowds.is_frozen(payer) || (payer == RUNTIME && from != RUNTIME);
        (!is_closed).then_some(payer)
    }

    /// One more unit of work for a module: with the last one that its share allows it is frozen.
    #[inline]
    pub fn charge(&mut self, module: u32) {
        let share = self.crowds.share_mut(module);
        share.work += 1;
        if share.free <= share.work {
            self.charge_beyond(module);
        }
    }

    /// Looks at what the last unit of work of a module means.
    fn charge_beyond(&mut self, module: u32) {
        let (by_size, beyond) = self.allowance(module);
        let share = self.crowds.share_mut(module);
        share.free = if module == RUNTIME { usize::MAX } else { by_size };
        let (work, was_frozen) = (share.work, share.is_frozen);
        if work > by_size && module != RUNTIME {
            self.crowds.drawn += 1;
        }
        if work >= by_size + beyond && module != RUNTIME && !was_frozen && !self.grant(module) {
            self.freeze(module);
        }
    }

    fn freeze(&mut self, module: u32) {
        self.crowds.share_mut(module).is_frozen = true;
        // What only code costs that nobody runs changes nothing for the others.
        if self.reach.unused.is_empty() && !self.crowds.uncalled.contains(&module) {
            self.crowds.newly_frozen.push(module);
        }
        self.note_frozen(module);
    }

    /// Whether a module is looked at for little only: nothing loads it, or what is left of it nothing calls.
    pub fn is_aside(&self, module: u32) -> bool {
        self.reach.unused.contains(&module) || self.crowds.uncalled.contains(&module)
    }

    /// Freezes a module that is too large to be run at all; whether it is.
    pub fn is_too_large(&mut self, module: u32) -> bool {
        let is_too_large = self.n_values_of(module) > self.budget.values_of_code;
        if is_too_large && !self.crowds.is_frozen(module) {
            self.freeze(module);
        }
        is_too_large
    }

    /// Gives a module something from the reserve; whether there was anything for it.
    fn grant(&mut self, module: u32) -> bool {
        let part = self.budget.work_reserve.saturating_sub(self.crowds.granted) / OF_RESERVE;
        if part < WORTH_IT || self.is_aside(module) {
            return false;
        }
        self.crowds.granted += part;
        self.crowds.share_mut(module).granted += part;
        true
    }

    /// What a module may cost for its size, and beyond that from a pool of the program; once that is empty, what each may
    /// draw is small.
    fn allowance(&self, module: u32) -> (usize, usize) {
        let n_values = self.n_values_of(module);
        if self.reach.unused.contains(&module) {
            return (UNUSED_WORK_PER_VALUE * n_values, UNUSED_WORK);
        }
        if self.crowds.uncalled.contains(&module) {
            return (self.crowds.share(module).called + UNUSED_WORK_PER_VALUE * n_values, UNUSED_WORK);
        }
        let pool = self.budget.work_pool + self.budget.work_pool_per_value * self.all_values;
        let scarcity = if self.crowds.drawn < pool { 1 } else { SCARCE };
        let n_values = n_values.min(self.budget.values_per_module);
        let by_size = self.budget.work_per_value * n_values + WORK_PER_CLONE * self.crowds.share(module).cloned;
        (by_size, self.budget.work_per_module / scarcity + self.crowds.share(module).granted)
    }

    /// What arrives at a node instead of one more object: the object itself as long as there are not too many.
    pub fn crowded(&mut self, node: NodeId, obj: ObjId) -> ObjId {
        let objects = &self.states[node.index()].objects;
        let is_full = objects.list().len() >= self.budget.objects_per_node && !objects.contains(obj);
        if is_full && !self.is_crowd(obj) { self.join(obj, self.states[node.index()].module) } else { obj }
    }

    fn join(&mut self, obj: ObjId, module: u32) -> ObjId {
        let crowd = self.objects.intern(Object::Crowd(module));
        if self.objects.kind(obj).has_fields() && self.crowds.members.entry(obj).or_default().insert(module) {
            self.subscribe(obj, Subscriber::Copy(crowd, NO_EXCEPTIONS));
            for (field, node) in self.objects.lookups_of(obj) {
                self.read_writes(module, field, node);
            }
        }
        crowd
    }

    /// What was written to a crowd may have been written to each of its members.
    pub fn read_crowd_of(&mut self, obj: ObjId, field: Field, dst: NodeId) {
        if let Object::Crowd(module) = self.objects.kind(obj) {
            self.read_writes(module, field, dst);
        }
        for module in self.crowds.members.get(&obj).cloned().unwrap_or_default() {
            self.read_writes(module, field, dst);
        }
    }

    fn read_writes(&mut self, module: u32, field: Field, dst: NodeId) {
        let written = self.objects.intern(Object::CrowdWrites(module));
        self.load_from(written, field, dst);
    }

    /// Where a write to an object goes.
    pub fn written_object(&mut self, obj: ObjId) -> ObjId {
        match self.objects.kind(obj) {
            Object::Crowd(module) => self.objects.intern(Object::CrowdWrites(module)),
            _ => obj,
        }
    }

    /// A field of an object is new: those who asked for names that it may have get it. Where it is a crowd that is copied
    /// into the object, that has too many properties to copy each: whoever asks the copy for one asks the crowd.
    pub fn field_added(&mut self, obj: ObjId, field: Field, node: NodeId) {
        self.partial_added(obj, field, node);
        if let Field::Named(name) = field {
            for dst in self.awaited.remove(&(obj, name)).unwrap_or_default() {
                self.flow(node, dst, Via::Load, Some(field), None);
            }
        }
        if field != Field::Content(self.known.copied) {
            return;
        }
        for (asked, dst) in self.objects.lookups_of(obj) {
            if let Field::Named(_) = asked {
                self.attach(node, Rule::Load { dst, field: asked });
            }
        }
    }

    /// Somebody asks an object for a property that it may have from a crowd.
    pub fn copied_asked(&mut self, obj: ObjId, asked: Field, dst: NodeId) {
        if let Some(node) = self.objects.field(obj, Field::Content(self.known.copied)) {
            self.attach(node, Rule::Load { dst, field: asked });
        }
    }

    /// Whether an object is a crowd.
    pub fn is_crowd(&self, obj: ObjId) -> bool {
        matches!(self.objects.kind(obj), Object::Crowd(_))
    }
}
