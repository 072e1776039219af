//! Code that runs only once the platform or the user has refused something, or it failed: callbacks for that, what stands
//! in a `catch` around it, what a rejected promise calls. Errors are followed along their edges in the flow graph.
//! Knows no clause.

use fixedbitset::FixedBitSet;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::flow::States;
use crate::base::Span;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::program::FuncId;
use crate::graph::{FlowGraph, InstId, Node, NodeId, Via};
use crate::ir::{Function, Instr, Key, Val};

/// What promises that are rejected hold.
const ERROR: &str = "error";

/// Code behind a refusal.
#[derive(Debug)]
struct Region {
    inst: InstId,
    /// Its blocks; all of the instance if there are none.
    blocks: Option<FixedBitSet>,
    /// The call that was refused: the instance of the model.
    asked: InstId,
}

/// All such code.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    regions: Vec<Region>,
    by_inst: FxHashMap<InstId, Vec<usize>>,
    /// The regions in which the values at a place of the text are made, where that does not depend on the call path.
    by_place: FxHashMap<Span, Vec<usize>>,
}

impl Refusals {
    /// The code behind the refusals of these calls of models, which are sorted.
    pub fn of(states: &States<'_>, asking: &[InstId]) -> Self {
        let mut search = Search { states, errors: errors(states.graph), refusals: Self::default() };
        for &asked in asking {
            search.follow(asked);
        }
        let mut refusals = search.refusals;
        refusals.note_places(states);
        refusals
    }

    /// The call that was refused before the call or value `val` of an instance, if that runs only then.
    pub fn at(&self, states: &States<'_>, inst: InstId, val: Option<u32>) -> Option<InstId> {
        self.region(states, inst, val).map(|region| region.asked)
    }

    /// The blocks of an instance behind a refusal in which `val` is made: those that a test lies in matter more.
    pub fn blocks_at(&self, states: &States<'_>, inst: InstId, val: u32) -> Option<&FixedBitSet> {
        self.region(states, inst, Some(val))?.blocks.as_ref()
    }

    fn region(&self, states: &States<'_>, inst: InstId, val: Option<u32>) -> Option<&Region> {
        let regions = self.by_inst.get(&inst)?.iter().map(|&at| &self.regions[at]);
        let block = val.and_then(|val| states.index(inst).definition(Val(val))).map(|(block, _)| block);
        let mut holding = regions.filter(|region| match &region.blocks {
            None => true,
            Some(blocks) => block.is_some_and(|block| blocks.contains(block)),
        });
        holding.next()
    }

    /// The calls on whose refusal what stands at a place runs only.
    pub fn at_place(&self, place: Span) -> impl Iterator<Item = InstId> {
        self.by_place.get(&place).into_iter().flatten().map(|&at| self.regions[at].asked)
    }

    /// What is read or called for in a `catch` around a call that was refused, with the call.
    pub fn caught(&self, states: &States<'_>) -> FxHashMap<NodeId, InstId> {
        let mut found = FxHashMap::default();
        for region in &self.regions {
            let Some(blocks) = &region.blocks else { continue };
            let function = states.function(region.inst);
            let code = blocks.ones().filter_map(|at| function.blocks.get(at)).flat_map(|block| &block.code);
            let taken = code.filter(|(instr, _)| matches!(instr, Instr::Load { .. } | Instr::Call(_)));
            let values = taken.filter_map(|(instr, _)| crate::ir::made(instr));
            found.extend(values.map(|val| (states.node(region.inst, val), region.asked)));
        }
        found
    }

    /// The places of all values that are made in regions, closures in them included.
    fn note_places(&mut self, states: &States<'_>) {
        let graph = states.graph;
        let instances = || (0..).map(InstId).zip(&graph.instances);
        let mut closures_of: FxHashMap<InstId, Vec<InstId>> = FxHashMap::default();
        for (inst, instance) in instances() {
            if let Some(env) = instance.env {
                closures_of.entry(env).or_default().push(inst);
            }
        }
        let is_whole = |inst: InstId| {
            let mut regions = self.by_inst.get(&inst).into_iter().flatten();
            regions.any(|&at| self.regions[at].blocks.is_none())
        };
        let elsewhere = instances().filter(|(inst, _)| !graph.is_dead(*inst) && !is_whole(*inst));
        let elsewhere: FxHashSet<FuncId> = elsewhere.map(|(_, instance)| instance.func).collect();
        // What is called on other ways, too, is not told by its place.
        let is_told = |region: &Region| {
            region.blocks.is_some() || !elsewhere.contains(&graph.instances[region.inst.0 as usize].func)
        };
        let regions = self.regions.iter().enumerate().filter(|(_, region)| is_told(region));
        let mut inside: Vec<(usize, InstId)> = regions.map(|(at, region)| (at, region.inst)).collect();
        let mut seen: FxHashSet<(usize, InstId)> = inside.iter().copied().collect();
        while let Some((at, inst)) = inside.pop() {
            let region = &self.regions[at];
            let blocks = region.blocks.as_ref().filter(|_| region.inst == inst);
            let func = graph.instances[inst.0 as usize].func;
            let entry = graph.program.get(func);
            let mut closures = FxHashSet::default();
            for (number, block) in entry.function.blocks.iter().enumerate() {
                if blocks.is_some_and(|blocks| !blocks.contains(number)) {
                    continue;
                }
                for (instr, _) in &block.code {
                    let Some(val) = crate::ir::made(instr) else { continue };
                    if let Some(place) = graph.program.span(func, entry.function.values[val.0 as usize]) {
                        self.by_place.entry(place).or_default().push(at);
                    }
                    if let Instr::Closure { func, .. } = instr {
                        closures.insert(entry.sibling(*func));
                    }
                }
            }
            let within = closures_of.get(&inst).into_iter().flatten();
            let within = within.filter(|inner| closures.contains(&graph.instances[inner.0 as usize].func));
            inside.extend(within.map(|&inner| (at, inner)).filter(|it| seen.insert(*it)));
        }
    }
}

/// The fields of promises in which their errors are, by the instance that makes the promise.
fn errors(graph: &FlowGraph) -> FxHashMap<InstId, Vec<NodeId>> {
    let mut found: FxHashMap<InstId, Vec<NodeId>> = FxHashMap::default();
    let Some(error) = graph.symbols.find(ERROR).map(Field::Content) else { return found };
    for obj in (0..graph.objects.len() as u32).map(ObjId) {
        if let Object::Alloc { inst, .. } = graph.objects.kind(obj)
            && let Some(node) = graph.objects.field(obj, error)
        {
            found.entry(inst).or_default().push(node);
        }
    }
    found
}

struct Search<'a, 'g> {
    states: &'a States<'g>,
    errors: FxHashMap<InstId, Vec<NodeId>>,
    refusals: Refusals,
}

impl Search<'_, '_> {
    /// Follows the refusal of one call.
    fn follow(&mut self, asked: InstId) {
        let mut work: Vec<NodeId> = self.errors.get(&asked).into_iter().flatten().copied().collect();
        for edge in self.states.calls_of(asked) {
            if !is_refusal(self.states, asked, edge.to) {
                continue;
            }
            if self.states.is_model(edge.to) {
                work.extend(self.arguments(edge.to));
                continue;
            }
            self.add(Region { inst: edge.to, blocks: None, asked });
            // A callback may reject a promise of the program's own.
            for inner in self.states.calls_of(edge.to).iter().filter(|inner| self.states.is_model(inner.to)) {
                work.extend(self.arguments(inner.to));
            }
        }
        let mut seen: FxHashSet<NodeId> = work.iter().copied().collect();
        while let Some(node) = work.pop() {
            for next in self.behind(node, asked) {
                if seen.insert(next) {
                    work.push(next);
                }
            }
        }
    }

    /// Where a function that a model gave out gets its arguments.
    fn arguments(&self, inst: InstId) -> Vec<NodeId> {
        let is_given = self.states.graph.instances[inst.0 as usize].env.is_some();
        let params = self.states.function(inst).params.iter().filter(|_| is_given);
        params.map(|param| self.states.node(inst, *param)).collect()
    }

    /// Where an error goes from a node; what handles it is a region.
    fn behind(&mut self, node: NodeId, asked: InstId) -> Vec<NodeId> {
        let graph = self.states.graph;
        let of_program = |node: NodeId| match graph.graph[node] {
            Node::Value { inst, val } if !self.states.is_model(inst) => Some((inst, Val(val))),
            _ => None,
        };
        let is_error = |node: NodeId| {
            let name = graph.symbols.find(ERROR).map(Field::Content);
            matches!(graph.graph[node], Node::Field { field, .. } | Node::Lookup { field, .. } if Some(field) == name)
        };
        let from = of_program(node);
        let mut next = Vec::new();
        let mut found = Vec::new();
        for edge in graph.graph.edges(node) {
            let to = edge.target();
            if from.is_some() && edge.weight().via != Via::Throw {
                continue;
            }
            let Some((inst, val)) = of_program(to) else {
                let is_of_model = graph.graph[to].instance().is_some_and(|inst| self.states.is_model(inst));
                if is_error(to) || is_of_model {
                    next.push(to);
                }
                continue;
            };
            let function = self.states.function(inst);
            let caught = function.tries.iter().filter(|it| it.caught == val).find_map(|it| it.handler);
            if let Some(handler) = caught {
                let blocks = Some(only_behind(function, handler.0 as usize));
                found.push(Region { inst, blocks, asked });
            }
            // What gets an error as an argument is found by the call.
            if from.is_some() || is_error(node) {
                next.push(to);
            }
        }
        for called in self.called_with(node) {
            if self.states.is_model(called) {
                next.extend(self.arguments(called));
            } else {
                found.push(Region { inst: called, blocks: None, asked });
            }
        }
        found.into_iter().for_each(|region| self.add(region));
        next
    }

    /// The functions that a model calls with a value of its own.
    fn called_with(&self, node: NodeId) -> Vec<InstId> {
        let Node::Value { inst, val } = self.states.graph.graph[node] else { return Vec::new() };
        if !self.states.is_model(inst) {
            return Vec::new();
        }
        let code = self.states.function(inst).blocks.iter().flat_map(|block| &block.code);
        let calls = code.filter_map(|(instr, _)| match instr {
            Instr::Call(call) if call.args.iter().any(|arg| arg.val == Val(val)) => Some(call.dst),
            _ => None,
        });
        calls.flat_map(|dst| self.states.called(inst, dst)).map(|edge| edge.to).collect()
    }

    fn add(&mut self, region: Region) {
        let refusals = &mut self.refusals;
        let at = refusals.regions.len();
        let known = refusals.by_inst.entry(region.inst).or_default();
        let is_known = known
            .iter()
            .map(|&at| &refusals.regions[at])
            .any(|known| known.asked == region.asked && (known.blocks == region.blocks || known.blocks.is_none()));
        if !is_known {
            known.push(at);
            refusals.regions.push(region);
        }
    }
}

/// The blocks that control gets to only by way of one of them.
fn only_behind(function: &Function, handler: usize) -> FixedBitSet {
    let mut behind = reached(function, handler, None);
    behind.difference_with(&reached(function, 0, Some(handler)));
    behind
}

/// The blocks that control gets to from one, without going through another.
fn reached(function: &Function, from: usize, without: Option<usize>) -> FixedBitSet {
    let mut seen = FixedBitSet::with_capacity(function.blocks.len());
    let mut work = vec![from];
    while let Some(at) = work.pop() {
        if Some(at) != without && !seen.put(at) {
            work.extend(function.blocks[at].next.iter().map(|next| next.0 as usize));
        }
    }
    seen
}

/// Whether a model's instance calls another one because of a refusal.
fn is_refusal(states: &States<'_>, model: InstId, callback: InstId) -> bool {
    let names = &states.models.runtime.refusal_callbacks;
    let function = states.function(model);
    let entry = states.graph.program.get(states.graph.instances[model.0 as usize].func);
    let code = || function.blocks.iter().flat_map(|block| &block.code).map(|(instr, _)| instr);
    let edges = states.calls_of(model).iter().filter(|edge| edge.to == callback);
    edges.into_iter().any(|edge| {
        let callee = code().find_map(|instr| match instr {
            Instr::Call(call) if call.dst.0 == edge.val => Some(call.callee),
            _ => None,
        });
        let key = code().find_map(|instr| match instr {
            Instr::Load { dst, key: Key::Named(name), .. } if Some(*dst) == callee => Some(*name),
            _ => None,
        });
        key.is_some_and(|key| names.iter().any(|name| name == states.graph.symbols.text(entry.sym(key))))
    })
}
