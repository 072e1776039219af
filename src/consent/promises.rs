//! What holds where a promise is resolved: where an async function returns, where `resolve` is called, behind a gate.
//! Knows promises as the graph has them.

use petgraph::Direction;
use rustc_hash::FxHashSet;

use super::flow::{States, Unit};
use super::grants::Grants;
use crate::graph::objects::{Field, ObjId, Object, role};
use crate::graph::symbols::Sym;
use crate::graph::{InstId, Node, NodeId};
use crate::ir::{Call, Cell, Instr, Key, Val};

/// The content of a promise.
pub(super) const PROMISE: &str = "promise";

/// Hands that a list or a promise goes through, beyond which nothing is told of it.
const MAX_HANDS: usize = 20;

impl States<'_> {
    /// What holds behind `await val`.
    pub(super) fn resolved(&mut self, inst: InstId, val: Val) -> Grants {
        // The result of the await is what the promise's value flows into.
        let result = self.index(inst).result_of_await(val).unwrap_or(val);
        self.resolved_node(self.node(inst, result), Unit::Inst(inst))
    }

    /// What a call that a model makes knows beyond its caller: consent of its gate, promises that are resolved by then.
    pub(super) fn handed_on(&mut self, inst: InstId, call: &Call) -> Grants {
        let function = self.function(inst);
        let mut grants = Grants::NONE;
        for grant in function.grants.iter().filter(|grant| grant.call == Some(call.dst)) {
            if self.is_met(inst, grant.gate) {
                grants = grants.with(self.covers(grant.gate));
            }
        }
        for arg in &call.args {
            for val in self.promise_reads(inst, arg.val) {
                grants = grants.with(self.resolved_node(self.node(inst, val), Unit::Inst(inst)));
            }
        }
        grants
    }

    /// The reads of a promise's value that make up a value of a model's function.
    fn promise_reads(&self, inst: InstId, val: Val) -> Vec<Val> {
        let mut found = Vec::new();
        let mut work = vec![val];
        let mut seen = FxHashSet::default();
        while let Some(val) = work.pop() {
            if !seen.insert(val) {
                continue;
            }
            match self.definition(inst, val) {
                Some(Instr::Load { key: Key::Content(name), .. }) if self.is_promise_name(inst, *name) => {
                    found.push(val);
                }
                Some(Instr::Copy { src, .. }) => work.push(*src),
                Some(Instr::Phi { srcs, .. }) => work.extend(srcs),
                _ => {}
            }
        }
        found
    }

    fn is_promise_name(&self, inst: InstId, name: crate::ir::Name) -> bool {
        let entry = self.graph.program.get(self.graph.instances[inst.0 as usize].func);
        self.graph.symbols.text(entry.sym(name)) == PROMISE
    }

    /// What holds where all promises are resolved whose value a node gets.
    fn resolved_node(&mut self, node: NodeId, reader: Unit) -> Grants {
        let Some(promise) = self.graph.symbols.find(PROMISE) else { return Grants::NONE };
        let graph = self.graph;
        if self.may_be_none(node, Field::Content(promise)) {
            return Grants::NONE;
        }
        let mut grants: Option<Grants> = None;
        for source in graph.graph.neighbors_directed(node, Direction::Incoming) {
            let (Node::Field { obj, field } | Node::Lookup { obj, field }) = graph.graph[source] else { continue };
            if field == Field::Content(promise) {
                let one = self.resolution(obj, reader);
                grants = Some(grants.map_or(one, |grants| grants.meet(one)));
            }
        }
        grants.unwrap_or(Grants::NONE)
    }

    /// Whether a value that is awaited may be no promise, but something false: then there is nothing to wait for.
    fn may_be_none(&self, node: NodeId, promise: Field) -> bool {
        let mut work = vec![node];
        let mut seen: FxHashSet<NodeId> = work.iter().copied().collect();
        while let Some(at) = work.pop().filter(|_| seen.len() <= MAX_HANDS) {
            match self.graph.graph[at] {
                Node::Value { inst, val } if self.function(inst).falsy.contains(val as usize) => return true,
                Node::Field { field, .. } | Node::Lookup { field, .. } if field == promise => {}
                _ => work.extend(self.sources_of(at).into_iter().filter(|from| seen.insert(*from))),
            }
        }
        false
    }

    /// What holds where a promise is resolved, by what is known of the promises that it waits for.
    pub(super) fn resolve(&mut self, obj: ObjId) -> Grants {
        let reader = Unit::Promise(obj);
        let Object::Alloc { inst, val, .. } = self.graph.objects.kind(obj) else { return Grants::NONE };
        if val == role::PROMISE {
            return self.exit(inst, reader);
        }
        if !self.is_model(inst) {
            return Grants::NONE;
        }
        let mut grants = self.entry_for(inst, reader);
        for grant in self.function(inst).grants.iter().filter(|grant| grant.call.is_none()) {
            if self.is_met(inst, grant.gate) {
                grants = grants.with(self.covers(grant.gate));
            }
        }
        grants.with(self.fed(obj, reader))
    }

    /// What holds at every place where a promise gets its value.
    fn fed(&mut self, obj: ObjId, reader: Unit) -> Grants {
        let promise = self.graph.symbols.find(PROMISE).map(Field::Content);
        let Some(field) = promise.and_then(|field| self.graph.objects.field(obj, field)) else { return Grants::NONE };
        let graph = self.graph;
        let mut grants: Option<Grants> = None;
        for source in graph.graph.neighbors_directed(field, Direction::Incoming) {
            let one = match graph.graph[source] {
                Node::Field { obj, field } | Node::Lookup { obj, field } if Some(field) == promise => {
                    self.resolution(obj, reader)
                }
                Node::Value { inst, val } => self.made_by(inst, Val(val), reader),
                _ => Grants::NONE,
            };
            grants = Some(grants.map_or(one, |grants| grants.meet(one)));
        }
        grants.unwrap_or(Grants::NONE)
    }

    /// What holds where a value is made that a promise is resolved with.
    fn made_by(&mut self, inst: InstId, val: Val, reader: Unit) -> Grants {
        let mut made = Grants::NEVER;
        let mut work = vec![val];
        let mut seen = FxHashSet::default();
        while let Some(val) = work.pop() {
            if !seen.insert(val) {
                continue;
            }
            let one = match self.definition(inst, val) {
                Some(Instr::Call(call)) => {
                    // A callback that is not there does nothing, and the promise is resolved by others.
                    let exits = self.called(inst, call.dst).iter().map(|edge| self.exit(edge.to, reader));
                    exits.fold(Grants::NEVER, Grants::meet)
                }
                Some(Instr::LoadCell { cell, .. }) => self.handed_in(inst, *cell, reader),
                Some(Instr::Copy { src, .. }) => {
                    work.push(*src);
                    continue;
                }
                Some(Instr::Phi { srcs, .. }) if !srcs.is_empty() => {
                    work.extend(srcs);
                    continue;
                }
                Some(Instr::Load { key: Key::Content(name), .. }) if self.is_promise_name(inst, *name) => {
                    self.resolved_node(self.node(inst, val), reader)
                }
                Some(Instr::Alloc { .. }) => self.gathered(inst, reader),
                _ => Grants::NONE,
            };
            made = made.meet(one);
        }
        made
    }

    /// What holds where a model's function makes an object of what all promises of a list resolve to: each element that the
    /// list certainly has adds what holds where it is resolved. Of such a list it makes nothing else.
    fn gathered(&mut self, inst: InstId, reader: Unit) -> Grants {
        let code = self.function(inst).blocks.iter().flat_map(|block| &block.code).map(|(instr, _)| instr);
        let made = code.into_iter().find_map(|instr| match instr {
            Instr::AwaitProps { obj, src, within: None } => Some((*obj, *src)),
            _ => None,
        });
        let Some((made, list)) = made else { return Grants::NONE };
        let objects = &self.graph.objects;
        let Some(made) = self.allocated(inst, made).and_then(|object| objects.find(object)) else {
            return Grants::NONE;
        };
        let certain = self.certain_elements(self.node(inst, list)).into_iter();
        let fields: Vec<NodeId> = certain.filter_map(|key| objects.field(made, Field::Named(key))).collect();
        fields.into_iter().fold(Grants::NONE, |all, field| all.with(self.resolved_node(field, reader)))
    }

    /// The elements that a list has wherever it comes from, if it is one literal.
    fn certain_elements(&self, list: NodeId) -> Vec<Sym> {
        let mut at = list;
        for _ in 0..MAX_HANDS {
            let &[from] = &self.sources_of(at)[..] else { break };
            at = from;
        }
        let Node::Value { inst, val } = self.graph.graph[at] else { return Vec::new() };
        let Some(Instr::Alloc { keys, .. }) = self.definition(inst, Val(val)) else { return Vec::new() };
        let entry = self.graph.program.get(self.graph.instances[inst.0 as usize].func);
        keys.iter().map(|key| entry.sym(*key)).collect()
    }

    /// What holds wherever the program calls a function that a model's instance gave out, and that fills a cell.
    fn handed_in(&mut self, inst: InstId, cell: Cell, reader: Unit) -> Grants {
        let fills = |instr: &Instr| matches!(instr, Instr::StoreCell { cell: filled, .. } if *filled == cell);
        let inner = self.given_out.get(&inst).cloned().unwrap_or_default();
        let inner = inner.into_iter().filter(|&at| {
            let code = self.function(at).blocks.iter().flat_map(|block| &block.code);
            code.map(|(instr, _)| instr).any(fills)
        });
        let inner: Vec<InstId> = inner.collect();
        let entries = inner.into_iter().map(|at| self.entry_for(at, reader));
        entries.reduce(Grants::meet).unwrap_or(Grants::NEVER)
    }
}
