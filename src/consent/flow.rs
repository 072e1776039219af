//! Forward analysis over instances and blocks: what has certainly happened on every way to a place. The lattice is
//! [`Grants`] under intersection; calls, callbacks and continuations of promises are edges of control. It starts from
//! *never* and only ever loses, so it ends. Knows no clause and no flow of data.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::deciding::Deciding;
use super::grants::Grants;
use super::shape::{Index, Shapes};
use super::truth::Truths;
use crate::graph::control::{CallEdge, Handler, Mount};
use crate::graph::objects::{ObjId, Object};
use crate::graph::program::{FuncId, Origin};
use crate::graph::{FlowGraph, InstId, NodeId};
use crate::ir::{Block, Call, Function, Instr, Key, Val};
use crate::models::Models;

/// What has a state that others read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Unit {
    Inst(InstId),
    /// Where a promise is resolved.
    Promise(ObjId),
}

/// The analysis under way, and its result.
pub struct States<'g> {
    pub graph: &'g FlowGraph,
    pub models: &'g Models,
    /// What holds where a call begins.
    entries: Vec<Grants>,
    /// What holds where it returns.
    exits: Vec<Grants>,
    /// What holds at the beginning of each block.
    blocks: Vec<Vec<Grants>>,
    /// What holds where a component sends an event, by the call.
    sent: FxHashMap<(InstId, u32), Grants>,
    /// What holds where a promise is resolved, of those that somebody asked for.
    resolutions: FxHashMap<ObjId, Grants>,
    /// Who has to be looked at again when a state changes.
    dependents: FxHashMap<Unit, FxHashSet<Unit>>,
    /// By instance: whether more may hold where it returns than where it is called.
    gives: Vec<bool>,
    shapes: Shapes,
    handlers: FxHashMap<(InstId, u32), &'g Handler>,
    /// Handlers and sent events by the event's name and the component: indices.
    handlers_of: FxHashMap<(&'g str, ObjId), Vec<usize>>,
    triggers_of: FxHashMap<(&'g str, ObjId), Vec<usize>>,
    /// Events that a call sends: indices.
    sent_by: FxHashMap<(InstId, u32), Vec<usize>>,
    /// Functions that handle events of tags.
    handling: FxHashSet<FuncId>,
    /// Instances of functions that a model's instance gives out.
    pub(super) given_out: FxHashMap<InstId, Vec<InstId>>,
    queue: VecDeque<Unit>,
    queued: FxHashSet<Unit>,
    pub(super) truths: Truths,
}

impl<'g> States<'g> {
    /// Nothing is known yet.
    pub fn new(graph: &'g FlowGraph, models: &'g Models) -> Self {
        let n = graph.instances.len();
        let handlers: FxHashMap<(InstId, u32), &Handler> =
            graph.control.handlers.iter().map(|handler| ((handler.render, handler.val), handler)).collect();
        let triggers = graph.control.triggers.iter();
        let sent_by = grouped(triggers.clone().map(|trigger| (trigger.from, trigger.val)).zip(0..));
        let handlers_of = graph.control.handlers.iter().zip(0..);
        let handlers_of = handlers_of
            .flat_map(|(handler, at)| handler.children.iter().map(move |&child| ((&*handler.event, child), at)));
        let is_of_event = |call: &&CallEdge| handlers.contains_key(&(call.from, call.val));
        let called = graph.control.calls.iter().filter(is_of_event);
        let called_by_events = called.map(|call| graph.instances[call.to.0 as usize].func).collect();
        let mut given_out: FxHashMap<InstId, Vec<InstId>> = FxHashMap::default();
        for (at, instance) in (0..).map(InstId).zip(&graph.instances) {
            if let Some(env) = instance.env
                && graph.program.get(instance.func).origin == Origin::Model
            {
                given_out.entry(env).or_default().push(at);
            }
        }
        Self {
            graph,
            models,
            entries: vec![Grants::NEVER; n],
            exits: vec![Grants::NEVER; n],
            blocks: vec![Vec::new(); n],
            sent: triggers.clone().map(|trigger| ((trigger.from, trigger.val), Grants::NEVER)).collect(),
            resolutions: FxHashMap::default(),
            dependents: FxHashMap::default(),
            gives: Vec::new(),
            shapes: Shapes::new(graph, super::promises::PROMISE),
            handlers,
            handlers_of: grouped(handlers_of),
            triggers_of: grouped(triggers.map(|trigger| (&*trigger.event, trigger.instance)).zip(0..)),
            sent_by,
            handling: called_by_events,
            given_out,
            queue: VecDeque::new(),
            queued: FxHashSet::default(),
            truths: Truths::new(graph, models),
        }
    }

    /// Follows control until nothing changes. What tests say is taken as it is known by now.
    pub fn solve(&mut self) {
        self.entries.fill(Grants::NEVER);
        self.exits.fill(Grants::NEVER);
        self.blocks.iter_mut().for_each(Vec::clear);
        self.sent.values_mut().for_each(|sent| *sent = Grants::NEVER);
        self.resolutions.clear();
        self.dependents.clear();
        self.gives = self.giving();
        for at in 0..self.entries.len() as u32 {
            let inst = InstId(at);
            if !self.shapes.is_called(inst) && !self.graph.is_dead(inst) {
                self.enter(inst, Grants::NONE);
            }
        }
        while let Some(unit) = self.queue.pop_front() {
            self.queued.remove(&unit);
            match unit {
                Unit::Inst(inst) => self.instance(inst),
                Unit::Promise(obj) => self.promise(obj),
            }
        }
    }

    /// What holds where a call of the instance begins.
    pub fn entry(&self, inst: InstId) -> Grants {
        self.entries[inst.0 as usize]
    }

    /// What holds where an instance comes back, for `reader`, which asks again if that changes.
    pub(super) fn exit(&mut self, inst: InstId, reader: Unit) -> Grants {
        self.dependents.entry(Unit::Inst(inst)).or_default().insert(reader);
        self.exits[inst.0 as usize]
    }

    /// The same for its entry.
    pub(super) fn entry_for(&mut self, inst: InstId, reader: Unit) -> Grants {
        self.dependents.entry(Unit::Inst(inst)).or_default().insert(reader);
        self.entries[inst.0 as usize]
    }

    /// What holds where a promise is resolved; who is the first to ask for it is told when it is known.
    pub(super) fn resolution(&mut self, promise: ObjId, reader: Unit) -> Grants {
        self.dependents.entry(Unit::Promise(promise)).or_default().insert(reader);
        if let Some(known) = self.resolutions.get(&promise) {
            return *known;
        }
        self.resolutions.insert(promise, Grants::NEVER);
        self.push(Unit::Promise(promise));
        Grants::NEVER
    }

    pub(super) fn function(&self, inst: InstId) -> &'g Function {
        &self.graph.program.get(self.graph.instances[inst.0 as usize].func).function
    }

    /// Where a function's values are made and used.
    pub(super) fn index(&self, inst: InstId) -> &Index {
        self.shapes.of(self.graph.instances[inst.0 as usize].func).index(self.function(inst))
    }

    /// What decides of the blocks of an instance.
    pub(super) fn deciding(&self, inst: InstId) -> &Deciding {
        self.shapes.of(self.graph.instances[inst.0 as usize].func).deciding(self.function(inst))
    }

    /// The instruction that makes a value.
    pub(super) fn definition(&self, inst: InstId, val: Val) -> Option<&'g Instr> {
        let (block, at) = self.index(inst).definition(val)?;
        Some(&self.function(inst).blocks[block].code[at].0)
    }

    /// The object that an instance makes there.
    pub(super) fn allocated(&self, inst: InstId, val: Val) -> Option<Object> {
        let Instr::Alloc { ty, .. } = self.definition(inst, val)? else { return None };
        let entry = self.graph.program.get(self.graph.instances[inst.0 as usize].func);
        Some(Object::Alloc { inst, val: val.0, ty: entry.sym(*ty) })
    }

    /// Whether an instance does nothing with a value but to read fields of it, and to keep it. What templates read is shown.
    pub(super) fn only_keeps(&self, inst: InstId, val: u32) -> bool {
        let func = self.graph.instances[inst.0 as usize].func;
        !self.graph.program.is_template(func) && self.shapes.of(func).only_keeps(self.function(inst), Val(val))
    }

    pub(super) fn is_model(&self, inst: InstId) -> bool {
        self.graph.program.get(self.graph.instances[inst.0 as usize].func).origin == Origin::Model
    }

    pub(super) fn node(&self, inst: InstId, val: Val) -> NodeId {
        NodeId::new((self.graph.instances[inst.0 as usize].first + val.0) as usize)
    }

    /// Whom the call with this result calls.
    pub(super) fn called(&self, inst: InstId, val: Val) -> &'g [CallEdge] {
        let calls = self.calls_of(inst);
        let calls = &calls[calls.partition_point(|call| call.val < val.0)..];
        &calls[..calls.partition_point(|call| call.val <= val.0)]
    }

    /// The handler that a template's instance calls there.
    pub(super) fn handler(&self, render: InstId, val: u32) -> Option<&'g Handler> {
        self.handlers.get(&(render, val)).copied()
    }

    /// The calls by which components send the event of a handler.
    pub(super) fn senders<'a>(&'a self, handler: &'a Handler) -> impl Iterator<Item = (InstId, u32)> + 'a {
        let of_child = |child: &ObjId| self.triggers_of.get(&(&*handler.event, *child)).into_iter().flatten();
        let triggers = handler.children.iter().flat_map(of_child);
        triggers.map(|&trigger| &self.graph.control.triggers[trigger]).map(|it| (it.from, it.val))
    }

    /// All calls that an instance makes.
    pub(super) fn calls_of(&self, inst: InstId) -> &'g [CallEdge] {
        &self.graph.control.calls[self.shapes.calls_of(inst)]
    }

    /// All calls of an instance by others, in the order of these.
    pub(super) fn calls_to(&self, inst: InstId) -> impl Iterator<Item = &'g CallEdge> {
        self.shapes.calls_to(inst).iter().map(|&at| &self.graph.control.calls[at as usize])
    }

    /// By instance, whether more may hold where it returns than where it is called. For all others what holds behind a
    /// call is what holds before it, and nobody has to wait for their end.
    fn giving(&self) -> Vec<bool> {
        let graph = self.graph;
        let instances = (0..graph.instances.len() as u32).map(InstId);
        let mut gives: Vec<bool> = instances.clone().map(|inst| self.gives_itself(inst)).collect();
        let mut work: Vec<InstId> = instances.filter(|inst| gives[inst.0 as usize]).collect();
        while let Some(inst) = work.pop() {
            if self.is_left_behind(inst) {
                continue;
            }
            for &from in self.shapes.callers_of(inst) {
                if !std::mem::replace(&mut gives[from.0 as usize], true) {
                    work.push(from);
                }
            }
        }
        gives
    }

    fn gives_itself(&self, inst: InstId) -> bool {
        let func = self.graph.instances[inst.0 as usize].func;
        let tells = |branch: crate::ir::Branch| {
            let node = self.node(inst, branch.val);
            [true, false].into_iter().any(|is| self.truths.get(node, is) != Grants::NONE)
        };
        self.shapes.of(func).gives || self.function(inst).blocks.iter().filter_map(|block| block.branch).any(tells)
    }

    /// Whether control goes on behind a call before the called function is done.
    fn is_left_behind(&self, inst: InstId) -> bool {
        let kind = self.function(inst).kind;
        kind.is_async || kind.is_generator || self.is_model(inst)
    }

    fn push(&mut self, unit: Unit) {
        if self.queued.insert(unit) {
            self.queue.push_back(unit);
        }
    }

    fn enter(&mut self, inst: InstId, grants: Grants) {
        let at = inst.0 as usize;
        let met = self.entries[at].meet(grants);
        let is_first = self.blocks[at].is_empty();
        if met != self.entries[at] || is_first {
            self.entries[at] = met;
            self.push(Unit::Inst(inst));
            self.wake(Unit::Inst(inst));
        }
    }

    fn wake(&mut self, unit: Unit) {
        let Some(readers) = self.dependents.get(&unit) else { return };
        let mut readers: Vec<Unit> = readers.iter().copied().collect();
        readers.sort_unstable();
        readers.into_iter().for_each(|reader| self.push(reader));
    }

    /// Follows control through one instance.
    fn instance(&mut self, inst: InstId) {
        let function = self.function(inst);
        let mut blocks = vec![Grants::NEVER; function.blocks.len()];
        if let Some(first) = blocks.first_mut() {
            *first = self.entries[inst.0 as usize];
        }
        let mut ends: Vec<Option<Grants>> = vec![None; blocks.len()];
        let mut work: Vec<usize> = vec![0];
        while let Some(at) = work.pop() {
            let Some(block) = function.blocks.get(at).filter(|block| block.is_reachable) else { continue };
            let out = self.through(inst, at, blocks[at]);
            ends[at] = Some(out);
            for &next in &block.next {
                let to = next.0 as usize;
                let met = blocks[to].meet(out.with(self.on_edge(inst, block, next.0)));
                if met != blocks[to] || ends[to].is_none() {
                    blocks[to] = met;
                    work.push(to);
                }
            }
        }
        let returning = function.blocks.iter().zip(&ends).filter(|(block, _)| super::shape::returns(block));
        let exit = returning.filter_map(|(_, end)| *end).fold(Grants::NEVER, Grants::meet);
        self.framework_calls(inst);
        self.blocks[inst.0 as usize] = blocks;
        let at = inst.0 as usize;
        if exit != self.exits[at] {
            self.exits[at] = exit;
            self.wake(Unit::Inst(inst));
        }
    }

    /// Asks again what holds where a promise is resolved.
    fn promise(&mut self, promise: ObjId) {
        let now = self.resolve(promise);
        if self.resolutions.insert(promise, now) != Some(now) {
            self.wake(Unit::Promise(promise));
        }
    }

    /// What the way from a block to one of its successors tells.
    fn on_edge(&self, inst: InstId, block: &Block, next: u32) -> Grants {
        let Some(branch) = block.branch.filter(|branch| branch.on_true != branch.on_false) else { return Grants::NONE };
        let wanted = branch.on_true.0 == next;
        if !wanted && branch.on_false.0 != next {
            return Grants::NONE;
        }
        self.truths.get(self.node(inst, branch.val), wanted)
    }

    /// What holds behind the code of a block, given what holds before it. Calls are entered on the way.
    fn through(&mut self, inst: InstId, block: usize, before: Grants) -> Grants {
        self.until(inst, block, usize::MAX, before)
    }

    /// The same for its first instructions.
    fn until(&mut self, inst: InstId, block: usize, end: usize, before: Grants) -> Grants {
        let func = self.graph.instances[inst.0 as usize].func;
        let code = &self.function(inst).blocks[block].code;
        let mut now = before;
        for at in 0.. {
            let Some(step) = self.shapes.of(func).step(block, at).filter(|step| *step < end) else { break };
            now = self.behind(inst, &code[step].0, now);
        }
        now
    }

    fn behind(&mut self, inst: InstId, instr: &Instr, now: Grants) -> Grants {
        match instr {
            Instr::Call(call) => {
                let called = self.called(inst, call.dst);
                if let Some(&sent) = self.sent.get(&(inst, call.dst.0)) {
                    self.note_sent(inst, call.dst.0, sent.meet(now));
                }
                let extra = if self.is_model(inst) { self.handed_on(inst, call) } else { Grants::NONE };
                let mut done = Grants::NEVER;
                for edge in called {
                    if self.is_guess(inst, call, edge.to) {
                        continue;
                    }
                    self.enter(edge.to, now.with(extra));
                    let is_awaited = self.gives[edge.to.0 as usize] && !self.is_left_behind(edge.to);
                    done = done.meet(if is_awaited { self.exit(edge.to, Unit::Inst(inst)) } else { Grants::NONE });
                }
                if called.is_empty() { now } else { now.with(done) }
            }
            Instr::Await { val, .. } => now.with(self.resolved(inst, *val)),
            _ => now,
        }
    }

    /// Whether code that is not known may call what handles an event of a tag, only because it got the object that holds
    /// it: who calls that is known.
    fn is_guess(&self, inst: InstId, call: &Call, to: InstId) -> bool {
        let func_of = |inst: InstId| self.graph.instances[inst.0 as usize].func;
        self.graph.control.unknown.contains(&func_of(inst))
            && self.handling.contains(&func_of(to))
            && matches!(self.definition(inst, call.callee), Some(Instr::Load { key: Key::Content(_), .. }))
    }

    fn note_sent(&mut self, from: InstId, val: u32, grants: Grants) {
        if self.sent.insert((from, val), grants) == Some(grants) {
            return;
        }
        let mut woken = Vec::new();
        let control = &self.graph.control;
        for &trigger in self.sent_by.get(&(from, val)).into_iter().flatten() {
            let trigger = &control.triggers[trigger];
            let handlers = self.handlers_of.get(&(&*trigger.event, trigger.instance)).into_iter().flatten();
            woken.extend(handlers.map(|&handler| control.handlers[handler].render));
        }
        woken.into_iter().for_each(|render| self.push(Unit::Inst(render)));
    }

    /// Whether there is consent to anything anywhere in an instance.
    pub(super) fn has_consent(&self, inst: InstId) -> bool {
        let blocks = &self.blocks[inst.0 as usize];
        blocks.iter().any(|grants| grants.is_consent())
    }

    /// What holds at one instruction, given the states of the last round.
    pub(super) fn at(&mut self, inst: InstId, val: Val) -> Grants {
        let Some((block, position)) = self.index(inst).definition(val) else {
            return self.blocks[inst.0 as usize].first().copied().unwrap_or(Grants::NONE);
        };
        let Some(&begin) = self.blocks[inst.0 as usize].get(block) else { return Grants::NONE };
        self.until(inst, block, position, begin)
    }

    /// Calls that no instruction makes.
    fn framework_calls(&mut self, inst: InstId) {
        let function = self.function(inst);
        let is_written = |val: u32| (val as usize) < function.values.len();
        for edge in self.calls_of(inst).iter().filter(|edge| !is_written(edge.val)) {
            let grants = match self.handlers.get(&(inst, edge.val)) {
                Some(&handler) => self.on_event(handler),
                None => self.entries[inst.0 as usize].with(self.presence(inst, edge.val)),
            };
            self.enter(edge.to, grants);
        }
    }

    /// What holds as long as a component is there of which the framework calls something: what holds where the tag is that
    /// it is mounted by, and what that tag depends on.
    fn presence(&mut self, from: InstId, val: u32) -> Grants {
        let control = &self.graph.control;
        let mount = control.runs.get(&(from, val)).and_then(|instance| control.mounts.get(instance));
        let Some(&Mount { render, condition }) = mount.filter(|mount| !self.graph.is_dead(mount.render)) else {
            return Grants::NONE;
        };
        let around = self.entry_for(render, Unit::Inst(from)).without_act();
        condition.map_or(around, |condition| around.with(self.truths.of_condition(render, condition)))
    }

    /// What holds where a handler begins.
    pub(super) fn on_event(&self, handler: &Handler) -> Grants {
        let mut sent = self.senders(handler).peekable();
        let begin = if sent.peek().is_none() {
            let around = self.entry(handler.render).without_act();
            if handler.is_act { around.with(Grants::ACT) } else { around }
        } else {
            sent.map(|sender| self.sent[&sender]).fold(Grants::NEVER, Grants::meet)
        };
        let gates = handler.gates.iter().map(|&gate| self.covers(gate));
        let grants = gates.fold(begin, Grants::with);
        let Some(condition) = handler.condition else { return grants };
        grants.with(self.truths.of_condition(handler.render, condition))
    }

    /// The consent that a gate gives.
    pub(super) fn covers(&self, gate: u32) -> Grants {
        Grants::of(&self.models.asks[gate as usize].covers, &self.models.categories)
    }

    /// Whether a call of a gate is one: the texts that it gives are as the model wants them.
    pub(super) fn is_met(&self, inst: InstId, gate: u32) -> bool {
        self.models.asks[gate as usize].when.is_empty() || self.graph.control.met.contains(&(inst, gate))
    }
}

/// The places of each key in a list.
fn grouped<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = (K, usize)>) -> FxHashMap<K, Vec<usize>> {
    let mut places: FxHashMap<K, Vec<usize>> = FxHashMap::default();
    for (key, at) in keys {
        places.entry(key).or_default().push(at);
    }
    places
}
