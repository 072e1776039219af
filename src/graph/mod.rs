//! All functions of a program become one petgraph flow graph, with what each value may be and who calls whom.
//! Knows how values move; nothing of personal data.
//!
//! Inclusion-based points-to analysis with the call graph built on the way (Andersen 1994; on-the-fly as in Lhoták 2003).
//! A function is instantiated once per call path as far as the budget goes, its allocations with it, so that what goes
//! into a helper at one call does not come out at another. Code from outside is made of models: they become functions
//! of the same form and are instantiated like any other.

pub mod api;
mod calls;
pub mod control;
mod heap;
pub mod natives;
pub mod objects;
pub mod program;
pub mod runtime;
mod solver;
pub mod symbols;
pub mod together;

use std::num::NonZeroU32;

use petgraph::graph::{DiGraph, NodeIndex};

use crate::base::{Problem, Span};
use crate::ir::Module;
use crate::models::{Effect, Models};
use crate::project::Project;
use objects::{Field, ObjId, Objects};
use program::{FuncId, Program};
use symbols::Symbols;

/// A node of the flow graph.
pub type NodeId = NodeIndex<u32>;

/// An instance of a function; an index into [`FlowGraph::instances`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstId(pub u32);

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// A value of a function instance.
    Value { inst: InstId, val: u32 },
    /// A variable of a function instance that closures share.
    Cell { inst: InstId, cell: u32 },
    /// What a function instance gives back.
    Result { inst: InstId },
    /// A field of an object.
    Field { obj: ObjId, field: Field },
    /// All that reading a field of an object may give.
    Lookup { obj: ObjId, field: Field },
    /// All that an object holds, at any depth.
    Deep { obj: ObjId },
    /// A place in the text that no value stands for: an index into [`FlowGraph::places`].
    Place { place: u32 },
}

impl Node {
    /// The function instance that it belongs to.
    pub fn instance(self) -> Option<InstId> {
        match self {
            Self::Value { inst, .. } | Self::Cell { inst, .. } | Self::Result { inst } => Some(inst),
            Self::Field { .. } | Self::Lookup { .. } | Self::Deep { .. } | Self::Place { .. } => None,
        }
    }
}

/// How a value gets from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// Another name for the same value.
    Assign,
    /// Out of a field.
    Load,
    /// Into a field.
    Store,
    /// As an argument, the receiver or the like.
    Argument,
    /// As the result of a call.
    Return,
    /// Into or out of a shared variable.
    Capture,
    /// As an error.
    Throw,
    /// Out of a promise, or from one promise into another.
    Await,
    /// Through an operator.
    Operator,
    /// As a part of a value that is personal data as a whole; the property's name is in [`Edge::field`].
    Project,
    /// As a part of an object that goes out or is made into a text as a whole.
    Part,
    /// In an event, to its handler.
    Event,
    /// In the URL that a page is opened with.
    Navigate,
    /// Through a call that a model describes.
    Step,
    /// Through a call of code that is not known.
    Unknown,
}

/// An edge of the flow graph: there are millions of them, so what may be absent is a number.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// How the value moves.
    pub via: Via,
    /// What becomes of it.
    pub effect: Effect,
    /// Whether the very value moves, objects and functions too; else only what it says.
    pub is_value: bool,
    /// [`Field::number`], and one more.
    field: Option<NonZeroU32>,
    /// The index of a place, and one more.
    at: Option<NonZeroU32>,
}

impl Edge {
    fn new(via: Via, effect: Effect, is_value: bool, field: Option<Field>, at: Option<u32>) -> Self {
        let behind = |number: u32| NonZeroU32::MIN.saturating_add(number);
        Self { via, effect, is_value, field: field.map(|field| behind(field.number())), at: at.map(behind) }
    }

    /// The property concerned.
    pub fn field(&self) -> Option<Field> {
        self.field.map(|number| Field::of_number(number.get() - 1))
    }

    /// Where it is written, if that is not the place of the node at the end: an index into [`FlowGraph::places`].
    pub fn at(&self) -> Option<u32> {
        self.at.map(|place| place.get() - 1)
    }
}

/// A call in the text, whatever the call path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct CallText {
    /// The function in which it stands.
    func: FuncId,
    /// The value that it gives there.
    val: u32,
}

/// A function at the end of one call path.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The function.
    pub func: FuncId,
    /// The instance of the function around it.
    pub env: Option<InstId>,
    /// The instance that calls it, and the place of the call.
    pub caller: Option<(InstId, Option<Span>)>,
    /// The number of that call in the analysis.
    call: Option<u32>,
    /// The module in which the call path begins: an index into [`Program::modules`].
    root: u32,
    /// The call by which the call path last came into the function's module.
    border: Option<CallText>,
    /// The number of the call of a handler with the event at which the call path begins, where that tells paths apart.
    event: Option<u32>,
    /// Its first value's node; its cells and its result follow the values.
    pub first: u32,
    /// Calls on the way from where control enters the program.
    pub depth: u32,
    /// Whether several call paths share it because a budget was reached.
    pub is_shared: bool,
}

/// A place where data comes in or goes out, with the model that says so.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// The node concerned.
    pub node: NodeId,
    /// The number that the model gave.
    pub tag: u32,
    /// The instance in which it stands.
    pub inst: InstId,
    /// Tells several sinks of one instance apart: a sink and its destination are of one group.
    pub group: u32,
}

/// The flow graph of a program.
#[derive(Debug)]
pub struct FlowGraph {
    /// Nodes and edges.
    pub graph: DiGraph<Node, Edge>,
    /// Where data comes in.
    pub origins: Vec<Mark>,
    /// Where data goes out.
    pub outlets: Vec<Mark>,
    /// Function instances.
    pub instances: Vec<Instance>,
    /// Abstract objects.
    pub objects: Objects,
    /// Places that edges name.
    pub places: Vec<Span>,
    /// The functions.
    pub program: Program,
    /// Names.
    pub symbols: Symbols,
    /// Paths into code from outside.
    pub apis: api::Apis,
    /// What `tag` numbers of marks and steps mean.
    pub tags: natives::Tags,
    /// Instances that the program cannot get to, by [`InstId`]; may be shorter than the instances.
    pub unreachable: Vec<bool>,
    /// What destinations of sinks may be.
    pub destinations: together::Destinations,
    /// Texts and names beside the places where data comes in, the most telling first.
    pub hints: rustc_hash::FxHashMap<NodeId, Vec<runtime::inputs::Hint>>,
    /// By the place where something is typed or chosen, where that is only shown to who just did it.
    pub faces: rustc_hash::FxHashMap<Span, Vec<Span>>,
    /// Calls, handlers and gates.
    pub control: control::Control,
    /// Files of libraries of components.
    pub component_libraries: rustc_hash::FxHashSet<crate::base::FileId>,
    /// Files that are copies of other libraries.
    pub libraries: rustc_hash::FxHashSet<crate::base::FileId>,
}

/// Limits in units of work. Reaching one makes the result coarser and is said.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Instances per function, by call path.
    pub instances_per_function: u32,
    /// Call paths that are told apart behind one call in the text.
    pub paths_per_site: u32,
    /// Values beyond which a program gets no further clones for its size.
    pub values: usize,
    /// Nodes of clones for each value in the text of the program; beyond it call paths share instances.
    pub nodes_per_value: usize,
    /// The same for the functions of one module, beside as many as it has values.
    pub nodes_per_module: usize,
    /// Objects that a node tells apart; beyond it they are a crowd, whose fields of one name are one.
    pub objects_per_node: usize,
    /// Objects that arrive at the nodes of one module and edges that it makes, beside `work_per_value`; beyond it the
    /// module is taken as code that is not known.
    pub work_per_module: usize,
    /// The same for each value of the module.
    pub work_per_value: usize,
    /// Values of a module that count for that: nobody writes more of them in one file.
    pub values_per_module: usize,
    /// Values beyond which a module is taken as code that is not known at once: more than fit into a package of the
    /// platform's 2 MB, and each would cost memory.
    pub values_of_code: usize,
    /// What modules that have cost all this may get beyond it, each a part of what is left.
    pub work_reserve: usize,
    /// What all modules together may use of `work_per_module`, beside `work_pool_per_value`; beyond it each may use less.
    pub work_pool: usize,
    /// The same for each value of the program.
    pub work_pool_per_value: usize,
    /// Values of the functions of a module from which on it is taken as unknown code if it only computes.
    pub values_of_library: usize,
    /// Nodes that the graph may have, beside `nodes_in_all_per_value`: there is nothing that grows beyond it.
    pub nodes_in_all: usize,
    /// The same for each value of the program.
    pub nodes_in_all_per_value: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            instances_per_function: 400,
            paths_per_site: 6,
            values: 30_000,
            nodes_per_value: 48,
            nodes_per_module: 20_000,
            objects_per_node: 256,
            work_per_module: 160_000,
            work_per_value: 20,
            values_per_module: 250_000,
            values_of_code: 800_000,
            work_reserve: 300_000,
            work_pool: 3_000_000,
            work_pool_per_value: 5,
            values_of_library: 6_000,
            nodes_in_all: 2_000_000,
            nodes_in_all_per_value: 16,
        }
    }
}

/// Builds the flow graph.
pub fn build(project: &Project, modules: Vec<Module>, models: &Models, budget: Budget) -> (FlowGraph, Vec<Problem>) {
    let mut solver = solver::Solver::new(project, models, budget);
    solver.run(modules)
}

impl FlowGraph {
    /// Whether a node belongs to code that the program cannot get to.
    pub fn is_unreachable(&self, node: NodeId) -> bool {
        self.graph[node].instance().is_some_and(|inst| self.is_dead(inst))
    }

    /// Whether the program cannot get to an instance.
    pub fn is_dead(&self, inst: InstId) -> bool {
        self.unreachable.get(inst.0 as usize).copied().unwrap_or(false)
    }

    /// The place of a node in the text; values of models have the place of their call.
    pub fn place(&self, node: NodeId) -> Option<Span> {
        match self.graph[node] {
            Node::Value { inst, val } => {
                let instance = &self.instances[inst.0 as usize];
                let range = self.program.get(instance.func).function.values.get(val as usize).copied();
                range.and_then(|range| self.program.span(instance.func, range)).or_else(|| self.call_place(inst))
            }
            Node::Cell { .. } | Node::Field { .. } | Node::Lookup { .. } | Node::Deep { .. } => None,
            Node::Result { inst } => self.call_place(inst),
            Node::Place { place } => self.places.get(place as usize).copied(),
        }
    }

    /// Whether a place is in a library of components.
    pub fn is_in_component_library(&self, place: Span) -> bool {
        self.component_libraries.contains(&place.file)
    }

    /// Whether a place is in a library of any sort.
    pub fn is_in_library(&self, place: Span) -> bool {
        self.is_in_component_library(place) || self.libraries.contains(&place.file)
    }

    /// Where the program's own text comes to what an instance of a library's component does: the tag, as a rule.
    pub fn place_outside(&self, inst: InstId) -> Option<Span> {
        let mut inst = inst;
        loop {
            let (caller, place) = self.instances[inst.0 as usize].caller?;
            if let Some(place) = place.filter(|place| !self.is_in_component_library(*place)) {
                return Some(place);
            }
            inst = caller;
        }
    }

    /// Where the instance is called, in the text of the program: calls made by models count as the call of the model.
    pub fn call_place(&self, inst: InstId) -> Option<Span> {
        let mut inst = inst;
        loop {
            let (caller, place) = self.instances[inst.0 as usize].caller?;
            if place.is_some() {
                return place;
            }
            inst = caller;
        }
    }
}
