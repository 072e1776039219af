//! What the truth of a value tells of consent: followed back along the flow graph to where the value comes from, a
//! gate's result, a constant written behind a gate, what an agreement box says. Knows no control but what holds at
//! the places that it comes to.

use std::collections::hash_map::Entry;

use fixedbitset::FixedBitSet;
use petgraph::Direction;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::flow::States;
use super::grants::Grants;
use crate::base::Span;
use crate::graph::natives::TagKind;
use crate::graph::objects::{Field, Object};
use crate::graph::{FlowGraph, InstId, Node, NodeId, Via};
use crate::ir::{CallKind, Instr, Key, Val};
use crate::models::Models;

/// Nodes on the way back beyond which nothing is told.
const MAX_WAY: usize = 4000;

/// Nodes on the way back from a value that is compared with a text beyond which nothing is told.
const MAX_COMPARED: usize = 200;

/// What is known of tests by now.
#[derive(Default)]
pub(super) struct Truths {
    known: FxHashMap<(NodeId, bool), Grants>,
    /// Results of gates, by whose truth they tell.
    results: FxHashMap<NodeId, Vec<(InstId, u32, bool)>>,
    /// Results that tell by being a text, or by being another one: the gate, and which of its results.
    texts: FxHashMap<NodeId, (InstId, u32, u32)>,
    /// Handlers that are gates, by the event that they get, and boxes of forms by their value.
    events: FxHashMap<NodeId, Agreement>,
    /// The same by their tag.
    tags: FxHashMap<Span, Agreement>,
    /// By instance of a template with handlers or components, what each of its conditions tells.
    conditions: FxHashMap<InstId, Vec<Grants>>,
}

/// What the user agrees by: indices into what is known of control.
#[derive(Clone, Copy)]
enum Agreement {
    /// An event that a handler gets.
    Handler(usize),
    /// A box of a form.
    Field(usize),
}

/// Where a value comes from.
enum Origin {
    /// A gate's result.
    Gate(InstId, u32),
    /// An agreement.
    Agreed(Agreement),
    /// A value made in the program.
    Made(InstId, Val),
    /// Anything else.
    Unknown,
}

/// A value, and what it is said to be.
type Claim = (NodeId, bool);

/// The way back from a value.
#[derive(Default)]
struct Way {
    /// Each claim that the way came to, with the one before it.
    seen: FxHashMap<Claim, Claim>,
    /// Claims to be looked at, with the last negation on the way.
    work: Vec<(Claim, Option<NodeId>)>,
    /// Claims of which it is known, from other ways too, that nothing is certain where they hold.
    hopeless: FxHashSet<Claim>,
    /// Whether this way came to one.
    is_hopeless: bool,
    /// The claim on this way that has the most before it, and how many.
    hub: Option<(usize, Claim)>,
    /// Such claims from which a way of its own was tried.
    hubs: FxHashSet<Claim>,
}

impl Way {
    /// Begins anew; what is hopeless stays known.
    fn begin(&mut self, claim: Claim) {
        self.seen.clear();
        self.work.clear();
        self.is_hopeless = false;
        self.hub = None;
        self.go_on(claim, claim, None);
    }

    fn go_on(&mut self, from: Claim, to: Claim, turned: Option<NodeId>) {
        if self.hopeless.contains(&to) {
            self.give_up(from);
        }
        if let Entry::Vacant(seen) = self.seen.entry(to) {
            seen.insert(from);
            self.work.push((to, turned));
        }
    }

    /// Nothing is certain where a claim holds, nor where one does that the way came by: every way from there leads here.
    fn give_up(&mut self, claim: Claim) {
        self.is_hopeless = true;
        let mut at = claim;
        while self.hopeless.insert(at) {
            let Some(before) = self.seen.get(&at) else { break };
            at = *before;
        }
    }
}

impl Truths {
    pub fn new(graph: &FlowGraph, models: &Models) -> Self {
        let mut truths = Self::default();
        for mark in &graph.origins {
            let Some(TagKind::Gate { gate, result }) = graph.tags.kind(mark.tag) else { continue };
            let told = &models.asks[gate as usize].results[result as usize];
            if told.text.is_some() {
                truths.texts.insert(mark.node, (mark.inst, gate, result));
            } else {
                truths.results.entry(mark.node).or_default().push((mark.inst, gate, told.is));
            }
        }
        for (at, handler) in graph.control.handlers.iter().enumerate() {
            if !handler.gates.is_empty() {
                truths.events.insert(handler.arg, Agreement::Handler(at));
                truths.tags.extend(handler.tag.map(|tag| (tag, Agreement::Handler(at))));
            }
        }
        for (at, field) in graph.control.agreeing.iter().enumerate() {
            truths.events.insert(field.value, Agreement::Field(at));
            truths.tags.extend(field.tag.map(|tag| (tag, Agreement::Field(at))));
        }
        truths
    }

    /// The gates whose results a node is, with the truth value that means consent.
    pub fn results_at(&self, node: NodeId) -> &[(InstId, u32, bool)] {
        self.results.get(&node).map_or(&[], Vec::as_slice)
    }

    /// What it tells that a value is true, or false.
    pub fn get(&self, node: NodeId, is: bool) -> Grants {
        self.known.get(&(node, is)).copied().unwrap_or(Grants::NONE)
    }

    /// What it tells that a condition of a template holds.
    pub fn of_condition(&self, template: InstId, condition: u32) -> Grants {
        self.conditions.get(&template).and_then(|all| all.get(condition as usize)).copied().unwrap_or(Grants::NONE)
    }

    /// Whether any test can tell anything.
    pub fn is_idle(&self) -> bool {
        self.results.is_empty() && self.events.is_empty() && self.texts.is_empty()
    }
}

impl States<'_> {
    /// Looks at all tests again, with what is known of control by now; whether any tells more than before.
    pub fn refine(&mut self) -> bool {
        let hopeful = self.hopeful();
        let mut known = FxHashMap::default();
        let mut way = Way::default();
        for (node, is) in self.tests(&hopeful) {
            let grants = self.told((node, is), &mut way);
            if grants != Grants::NONE {
                known.insert((node, is), grants);
            }
        }
        let has_changed = known != self.truths.known;
        self.truths.known = known;
        self.truths.conditions = self.templates().into_iter().map(|inst| (inst, self.conditions(inst))).collect();
        has_changed
    }

    /// Instances of templates with handlers, or with components, sorted.
    fn templates(&self) -> Vec<InstId> {
        let control = &self.graph.control;
        let handling = control.handlers.iter().map(|handler| handler.render);
        let mut templates: Vec<InstId> = handling.chain(control.mounts.values().map(|mount| mount.render)).collect();
        templates.sort_unstable();
        templates.dedup();
        templates
    }

    /// What each condition of a template tells; those before it have lower indices.
    fn conditions(&self, template: InstId) -> Vec<Grants> {
        let mut told: Vec<Grants> = Vec::new();
        for condition in &self.function(template).conditions {
            let before = condition.before.and_then(|at| told.get(at as usize)).copied().unwrap_or(Grants::NONE);
            told.push(before.with(self.truths.get(self.node(template, condition.val), condition.wanted)));
        }
        told
    }

    /// The nodes that anything can get to that tells of consent: results of gates, agreements, and what is made where
    /// there is consent. A test of any other value tells nothing.
    fn hopeful(&self) -> FixedBitSet {
        let graph = self.graph;
        let mut echoes: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
        let (results, events, texts) = (&self.truths.results, &self.truths.events, &self.truths.texts);
        let mut work: Vec<NodeId> = results.keys().chain(events.keys()).chain(texts.keys()).copied().collect();
        let places = (0..graph.graph.node_count()).map(NodeId::new);
        work.extend(places.filter(|node| {
            matches!(graph.graph[*node], Node::Place { place } if self.truths.tags.contains_key(&graph.places[place as usize]))
        }));
        for inst in (0..graph.instances.len() as u32).map(InstId) {
            let function = self.function(inst);
            for echo in &function.echoes {
                echoes.entry(self.node(inst, echo.val)).or_default().push(self.node(inst, echo.dst));
            }
            let tested = function.blocks.iter().filter_map(|block| block.branch).map(|branch| branch.val);
            for val in tested.chain(function.echoes.iter().map(|echo| echo.val)) {
                let node = self.node(inst, val);
                if let Some(list) = self.list_asked(node) {
                    echoes.entry(list).or_default().push(node);
                }
            }
            if self.has_consent(inst) {
                let n_values = self.function(inst).values.len() as u32;
                work.extend((0..n_values).map(|val| self.node(inst, Val(val))));
            }
        }
        let mut reached = FixedBitSet::with_capacity(graph.graph.node_count());
        work.iter().for_each(|node| reached.insert(node.index()));
        while let Some(node) = work.pop() {
            let edges = graph.graph.edges(node).filter(|edge| edge.weight().via != Via::Part).map(|edge| edge.target());
            let decided = echoes.get(&node).into_iter().flatten().copied();
            for next in edges.chain(decided) {
                if !reached.put(next.index()) {
                    work.push(next);
                }
            }
        }
        reached
    }

    /// All values among these by which control or a template chooses, with both answers.
    fn tests(&self, hopeful: &FixedBitSet) -> Vec<Claim> {
        let mut tests: Vec<Claim> = Vec::new();
        for inst in (0..self.graph.instances.len() as u32).map(InstId).filter(|inst| !self.is_model(*inst)) {
            for branch in self.function(inst).blocks.iter().filter_map(|block| block.branch) {
                let node = self.node(inst, branch.val);
                if hopeful.contains(node.index()) {
                    tests.extend([(node, true), (node, false)]);
                }
            }
        }
        for template in self.templates() {
            let conditions = self.function(template).conditions.iter();
            let claims = conditions.map(|condition| (self.node(template, condition.val), condition.wanted));
            tests.extend(claims.filter(|(node, _)| hopeful.contains(node.index())));
        }
        tests.sort_unstable();
        tests.dedup();
        tests
    }

    /// What is certain where a value is what it is said to be: what all of its origins that can be so have in common.
    /// Nothing is where the way back is too long, and from the first origin on that tells nothing.
    fn told(&mut self, claim: Claim, way: &mut Way) -> Grants {
        let told = self.told_on(claim, way);
        // Many ways are too long because of the same place: once that is known, they end there.
        if way.seen.len() > MAX_WAY
            && let Some((_, hub)) = way.hub
            && way.hubs.insert(hub)
        {
            self.told_on(hub, way);
        }
        told
    }

    fn told_on(&mut self, claim: Claim, way: &mut Way) -> Grants {
        way.begin(claim);
        let mut told: Option<Grants> = None;
        while let Some((at, turned)) = way.work.pop() {
            if way.seen.len() > MAX_WAY {
                way.give_up(claim);
            }
            if way.is_hopeless {
                return Grants::NONE;
            }
            for it in self.origins(at, turned, way) {
                let one = self.told_by(&it);
                if one == Grants::NONE && !self.is_of_turn(at.0) {
                    way.give_up(at);
                }
                let met = told.map_or(one, |told| told.meet(one));
                if met == Grants::NONE {
                    return Grants::NONE;
                }
                told = Some(met);
            }
        }
        // That the user acted when a flag was set says nothing of now.
        told.map_or(Grants::NONE, Grants::without_act)
    }

    /// What is certain where a value comes from.
    fn told_by(&mut self, origin: &Origin) -> Grants {
        let one = match *origin {
            Origin::Gate(inst, gate) => self.entry(inst).with(self.covers(gate)),
            Origin::Agreed(Agreement::Handler(at)) => self.on_event(&self.graph.control.handlers[at]),
            Origin::Agreed(Agreement::Field(at)) => {
                let gates = self.graph.control.agreeing[at].gates.iter().map(|&gate| self.covers(gate));
                gates.fold(Grants::ACT, Grants::with)
            }
            Origin::Made(inst, val) => self.at(inst, val),
            Origin::Unknown => Grants::NONE,
        };
        if one == Grants::NEVER { Grants::NONE } else { one }
    }

    /// Where a value comes from at this point of the way back, as far as it can be what it is said to be; else the way
    /// goes on.
    fn origins(&self, at: Claim, turned: Option<NodeId>, way: &mut Way) -> Vec<Origin> {
        let (node, is) = at;
        if let Some(results) = self.truths.results.get(&node) {
            let origin = |&(inst, gate, granting): &(InstId, u32, bool)| {
                let counts = granting == is && self.is_met(inst, gate);
                if counts { Origin::Gate(inst, gate) } else { Origin::Unknown }
            };
            return results.iter().map(origin).collect();
        }
        if let Some(agreement) = self.agreement(node) {
            return vec![if is { Origin::Agreed(agreement) } else { Origin::Unknown }];
        }
        if let Some(said) = self.said(node, is) {
            return vec![said];
        }
        if let Some(filled) = self.list_asked(node).filter(|_| is).and_then(|list| self.filled(list)) {
            return filled;
        }
        if let Some((from, same)) = self.echoed(node) {
            way.go_on(at, (from, is == same), if same { turned } else { Some(node) });
            return Vec::new();
        }
        let before = self.sources_of(node);
        if before.is_empty() {
            return self.origin(node, is, turned).into_iter().collect();
        }
        way.hub = way.hub.max(Some((before.len(), at)));
        before.into_iter().for_each(|from| way.go_on(at, (from, is), turned));
        Vec::new()
    }

    fn agreement(&self, node: NodeId) -> Option<Agreement> {
        if let Some(&agreement) = self.truths.events.get(&node) {
            return Some(agreement);
        }
        let Node::Place { place } = self.graph.graph[node] else { return None };
        self.truths.tags.get(&self.graph.places[place as usize]).copied()
    }

    /// The value whose truth decides the truth of a node.
    pub(super) fn echoed(&self, node: NodeId) -> Option<(NodeId, bool)> {
        let Node::Value { inst, val } = self.graph.graph[node] else { return None };
        let echo = self.index(inst).echo(Val(val))?;
        Some((self.node(inst, echo.val), echo.is_same))
    }

    /// The list that something true tells of that it is not empty: `list.length`, `list.includes(box)`.
    fn list_asked(&self, node: NodeId) -> Option<NodeId> {
        let Node::Value { inst, val } = self.graph.graph[node] else { return None };
        let member = match self.definition(inst, Val(val))? {
            Instr::Call(call) => self.definition(inst, call.callee)?,
            member => member,
        };
        let Instr::Load { obj, key: Key::Named(name), .. } = member else { return None };
        let entry = self.graph.program.get(self.graph.instances[inst.0 as usize].func);
        let name = self.graph.symbols.text(entry.sym(*name));
        self.models.runtime.answers.filled.iter().any(|it| it == name).then(|| self.node(inst, *obj))
    }

    /// Where a list that is not empty comes from, if it can be one in which the user has ticked something. What nobody
    /// writes is none, and neither is a list that begins empty and gets nothing.
    fn filled(&self, list: NodeId) -> Option<Vec<Origin>> {
        let mut work = vec![list];
        let mut seen: FxHashSet<NodeId> = work.iter().copied().collect();
        let mut found = Vec::new();
        let mut is_ticked = false;
        while let Some(node) = work.pop() {
            if let Some(agreement) = self.agreement(node) {
                is_ticked = true;
                found.push(Origin::Agreed(agreement));
                continue;
            }
            let before = self.sources_of(node);
            if MAX_COMPARED < seen.len() || (before.is_empty() && !self.is_empty_list(node)) {
                found.push(Origin::Unknown);
            }
            work.extend(before.into_iter().filter(|from| seen.len() <= MAX_COMPARED && seen.insert(*from)));
        }
        is_ticked.then_some(found)
    }

    /// Whether what is at a node that nothing flows into holds nothing.
    fn is_empty_list(&self, node: NodeId) -> bool {
        let Node::Value { inst, val } = self.graph.graph[node] else { return self.is_no_text(node) };
        let is_made_empty = || match self.definition(inst, Val(val)) {
            Some(Instr::Alloc { keys, .. }) if keys.is_empty() => {
                self.allocated(inst, Val(val)).is_some_and(|object| !self.is_written(object))
            }
            _ => false,
        };
        self.function(inst).falsy.contains(val as usize) || is_made_empty()
    }

    /// Whether anything is put into an object.
    fn is_written(&self, object: Object) -> bool {
        let Some(obj) = self.graph.objects.find(object) else { return false };
        let is_met = |field: NodeId| self.graph.graph.edges_directed(field, Direction::Incoming).next().is_some();
        self.graph.objects.get(obj).fields.iter().any(|(_, field)| is_met(*field))
    }

    /// The gate that tells by being a text, or by not being it, what a comparison comes to. A model says several things of
    /// one value; whatever else it may be tells nothing.
    fn said(&self, node: NodeId, is: bool) -> Option<Origin> {
        let Node::Value { inst, val } = self.graph.graph[node] else { return None };
        let echo = self.index(inst).echo(Val(val)).filter(|_| !self.truths.texts.is_empty())?;
        let entry = self.graph.program.get(self.graph.instances[inst.0 as usize].func);
        let text = self.graph.symbols.text(entry.sym(echo.text?));
        let mut work = vec![self.node(inst, echo.val)];
        let mut seen: FxHashSet<NodeId> = work.iter().copied().collect();
        let mut found = None;
        while let Some(at) = work.pop() {
            if let Some(&(asked, gate, result)) = self.truths.texts.get(&at) {
                let told = &self.models.asks[gate as usize].results[result as usize];
                if told.text.as_deref() == Some(text) && told.is == (is == echo.is_same) && self.is_met(asked, gate) {
                    found = Some(Origin::Gate(asked, gate));
                }
                continue;
            }
            let before = self.sources_of(at);
            if MAX_COMPARED < seen.len() || (before.is_empty() && !self.is_no_text(at)) {
                return None;
            }
            work.extend(before.into_iter().filter(|from| seen.insert(*from)));
        }
        found
    }

    /// Whether what is at a node that nothing flows into is no text that a program compares with: what nobody writes, or
    /// what else a model says of the value.
    fn is_no_text(&self, node: NodeId) -> bool {
        match self.graph.graph[node] {
            Node::Value { inst, val } => self.is_model(inst) || self.function(inst).falsy.contains(val as usize),
            Node::Field { .. } | Node::Lookup { .. } | Node::Cell { .. } => true,
            _ => false,
        }
    }

    /// The nodes that a value comes from. Where the very field is known, the object that it lies in says no more.
    pub(super) fn sources_of(&self, node: NodeId) -> Vec<NodeId> {
        let mut from = Vec::new();
        let mut around = Vec::new();
        let mut is_exact = false;
        for edge in self.graph.graph.edges_directed(node, Direction::Incoming) {
            match edge.weight().via {
                Via::Part => {}
                Via::Project => around.push(edge.source()),
                via => {
                    is_exact |= via == Via::Load;
                    from.push(edge.source());
                }
            }
        }
        if !is_exact {
            from.append(&mut around);
        }
        // What is written under a name counts, and not what may have been written under any.
        if from.iter().any(|before| self.is_written_by_name(*before)) {
            from.retain(|before| !matches!(self.graph.graph[*before], Node::Field { field: Field::Any, .. }));
        }
        from.sort_unstable();
        from.dedup();
        from
    }

    /// Whether a node is a field that the program writes under its name, something else than what is certainly false.
    fn is_written_by_name(&self, node: NodeId) -> bool {
        let is_false = |from: NodeId| match self.graph.graph[from] {
            Node::Value { inst, val } => self.function(inst).falsy.contains(val as usize),
            _ => false,
        };
        let mut edges = self.graph.graph.edges_directed(node, Direction::Incoming);
        matches!(self.graph.graph[node], Node::Field { field: Field::Named(_), .. })
            && edges.any(|edge| edge.weight().via == Via::Store && !is_false(edge.source()))
    }

    /// Whether it depends on the last negation what is certain at a node that nothing flows into.
    fn is_of_turn(&self, node: NodeId) -> bool {
        match self.graph.graph[node] {
            Node::Value { inst, val } => self.function(inst).falsy.contains(val as usize),
            _ => true,
        }
    }

    /// A node that nothing flows into; `None` where it cannot be what it is said to be.
    /// `turned` is the last negation on the way: what was false before became true there.
    fn origin(&self, node: NodeId, is: bool, turned: Option<NodeId>) -> Option<Origin> {
        // What nobody writes is undefined; a negation makes that true.
        let undefined = || match self.graph.graph[turned.filter(|_| !is)?] {
            Node::Value { inst, val } => Some(Origin::Made(inst, Val(val))),
            _ => None,
        };
        let Node::Value { inst, val } = self.graph.graph[node] else {
            return match self.graph.graph[node] {
                Node::Field { field: Field::Named(_), .. } | Node::Cell { .. } | Node::Result { .. } => undefined(),
                Node::Field { .. } | Node::Lookup { .. } => None,
                _ => Some(Origin::Unknown),
            };
        };
        let function = self.function(inst);
        if function.falsy.contains(val as usize) {
            let at = turned.unwrap_or(node);
            let Node::Value { inst, val } = self.graph.graph[at] else { return Some(Origin::Unknown) };
            return (!is).then_some(Origin::Made(inst, Val(val)));
        }
        match self.definition(inst, Val(val)) {
            Some(Instr::Const { .. } | Instr::Alloc { .. } | Instr::Closure { .. }) => {
                is.then_some(Origin::Made(inst, Val(val)))
            }
            // Contents are looked for in what has none, and iterators called that are not there.
            Some(Instr::Load { key: Key::Content(_), .. }) => undefined(),
            Some(Instr::Call(call)) if call.kind == CallKind::Quiet && self.called(inst, call.dst).is_empty() => {
                undefined()
            }
            Some(Instr::Call(_) | Instr::Op { .. }) => Some(Origin::Made(inst, Val(val))),
            _ => Some(Origin::Unknown),
        }
    }
}
