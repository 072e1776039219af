//! What keeps the cost of a program in bounds: how much work the nodes of each module may make, and what becomes of
//! objects that come to a place where too many are to be told apart. Knows nothing of what the objects are.
//!
//! Such objects join the crowd: reading a field of the crowd gives what any member has under that name, and
//! what is written to the crowd may have been written to each member. That is the field-based analysis of Feldthaus et
//! al. 2013 ("Efficient Construction of Approximate Call Graphs for JavaScript IDE Services"), for those objects alone.

use rustc_hash::{FxHashMap, FxHashSet};

use super::constraints::NO_EXCEPTIONS;
use super::objects::{Field, ObjId, Object, Subscriber};
use super::program::{FuncId, Origin};
use super::solver::Solver;
use super::{InstId, Node, NodeId};
use crate::base::{Level, Problem, Span, Text};

/// Stands for what belongs to no module.
pub(super) const RUNTIME: u32 = u32::MAX;

/// Work and clones by module, and the crowds.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    /// The module of each function instance; those of models belong to their caller's.
    of_instance: Vec<u32>,
    /// The module of each node.
    of_node: Vec<u32>,
    /// Objects that arrived at the nodes of a module.
    work: FxHashMap<u32, usize>,
    /// Nodes of instances beyond the first of their function, by module.
    cloned: FxHashMap<u32, usize>,
    /// The same in all.
    all_cloned: usize,
    /// The crowd.
    members: FxHashSet<ObjId>,
    /// Modules that have cost their share.
    frozen: FxHashSet<u32>,
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

    /// Notes whose a new node is.
    pub fn note_node(&mut self, node: Node) {
        let module = match node {
            Node::Value { inst, .. } | Node::Cell { inst, .. } | Node::Result { inst } => {
                self.crowds.of_instance[inst.0 as usize]
            }
            Node::Field { obj, .. } | Node::Lookup { obj, .. } | Node::Deep { obj } => self.module_of(obj),
            Node::Place { .. } => RUNTIME,
        };
        self.crowds.of_node.push(module);
    }

    fn module_of(&self, obj: ObjId) -> u32 {
        match self.objects.get(obj).object {
            Object::Alloc { inst, .. } | Object::New { inst, .. } => self.crowds.of_instance[inst.0 as usize],
            Object::Closure { func, .. } => match self.program.get(func).origin {
                Origin::Module(module) => module,
                Origin::Model => RUNTIME,
            },
            Object::Prototype { of } | Object::Content { of, .. } => self.module_of(of),
            Object::Module(module) | Object::Exports(module) => module,
            _ => RUNTIME,
        }
    }

    /// Notes the nodes of an instance beyond the first of its function.
    pub fn note_clone(&mut self, inst: InstId, nodes: usize) {
        let module = self.crowds.of_instance[inst.0 as usize];
        self.crowds.all_cloned += nodes;
        *self.crowds.cloned.entry(module).or_default() += nodes;
    }

    /// Whether the functions of a module have had their share of clones: a generic library must not use up that of the
    /// others.
    pub fn is_cloned_enough(&self, func: FuncId) -> bool {
        let Origin::Module(module) = self.program.get(func).origin else { return false };
        let cloned = self.crowds.cloned.get(&module).copied().unwrap_or(0);
        cloned >= self.budget.nodes_per_module + self.n_values_of(module)
            || self.crowds.frozen.contains(&module)
            || self.crowds.all_cloned >= self.budget.nodes_per_value * self.n_values
    }

    fn n_values_of(&self, module: u32) -> usize {
        self.program.modules().get(module as usize).map_or(0, |info| info.n_values)
    }

    /// Whether a node belongs to a module that has cost its share: its code is as good as unknown to the others. What it
    /// was found to do until then stands.
    pub fn is_frozen(&self, node: NodeId) -> bool {
        self.crowds.frozen.contains(&self.crowds.of_node[node.index()])
    }

    fn note_frozen(&mut self, module: u32) {
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

    /// Whether a call leads from other code into such a module.
    pub fn leads_into_frozen(&self, caller: InstId, func: FuncId) -> bool {
        let Origin::Module(module) = self.program.get(func).origin else { return false };
        self.crowds.of_instance[caller.0 as usize] != module && self.crowds.frozen.contains(&module)
    }

    /// One more object arrives at a node: with the last one that its module's share allows the module is frozen.
    pub fn note_work(&mut self, node: NodeId) {
        let module = self.crowds.of_node[node.index()];
        let share = self.budget.work_per_module + self.budget.work_per_value * self.n_values_of(module);
        let work = self.crowds.work.entry(module).or_default();
        *work += 1;
        if *work >= share && module != RUNTIME && self.crowds.frozen.insert(module) {
            self.note_frozen(module);
        }
    }

    /// What arrives at a node instead of one more object: the object itself as long as there are not too many.
    pub fn crowded(&mut self, node: NodeId, obj: ObjId) -> ObjId {
        let objects = &self.states[node.index()].objects;
        let is_full = objects.list().len() >= self.budget.objects_per_node && !objects.contains(obj);
        if is_full && !self.is_crowd(obj) { self.join(obj) } else { obj }
    }

    fn join(&mut self, obj: ObjId) -> ObjId {
        let crowd = self.objects.intern(Object::Crowd);
        if self.objects.get(obj).object.has_fields() && self.crowds.members.insert(obj) {
            self.subscribe(obj, Subscriber::Copy(crowd, NO_EXCEPTIONS));
            for (field, node) in self.objects.lookups_of(obj) {
                self.read_writes(field, node);
            }
        }
        crowd
    }

    /// What was written to the crowd may have been written to each of its members.
    pub fn read_crowd_of(&mut self, obj: ObjId, field: Field, dst: NodeId) {
        if self.is_crowd(obj) || self.crowds.members.contains(&obj) {
            self.read_writes(field, dst);
        }
    }

    fn read_writes(&mut self, field: Field, dst: NodeId) {
        let written = self.objects.intern(Object::CrowdWrites);
        self.load_from(written, field, dst);
    }

    /// Where a write to an object goes.
    pub fn written_object(&mut self, obj: ObjId) -> ObjId {
        if self.is_crowd(obj) { self.objects.intern(Object::CrowdWrites) } else { obj }
    }

    /// Whether an object is the crowd.
    pub fn is_crowd(&self, obj: ObjId) -> bool {
        self.objects.get(obj).object == Object::Crowd
    }
}
