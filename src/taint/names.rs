//! Data from outside that only names and labels tell: one walk from all that came in finds the reads of fields whose
//! names mean something, the fields that stand behind a label where they are shown, what is stored as a whole under
//! a name that says what it is, and the records of which such fields are read. Knows no name.

use std::collections::{BTreeMap, VecDeque};

use petgraph::graph::EdgeReference;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::Form;
use super::search::{State, after};
use super::solve::Scope;
use super::witness;
use super::written::Owners;
use crate::graph::natives::TagKind;
use crate::graph::objects::Field;
use crate::graph::program::FuncId;
use crate::graph::runtime::inputs::{Hint, HintKind};
use crate::graph::symbols::Sym;
use crate::graph::{Edge, FlowGraph, InstId, Mark, Node, NodeId, Via};
use crate::models::lexicon::words;
use crate::models::{Confidence, Lexicon, Meaning, Said};

/// The id of such sources in reports.
pub(super) const SERVER_DATA: &str = "server-data";
/// Owners under which a node is visited; beyond it whose the data is counts as not known.
const MAX_OWNERS: usize = 4;
/// Things as which a node is visited: what several calls bring may be kept at one place. More are told apart no further.
const MAX_THINGS: usize = 4;

/// Other names of a value of which each is followed further.
const MAX_RENAMED: usize = 8;

/// A read of a field whose name says what it holds.
pub(super) struct Read<'m> {
    pub state: State,
    pub meaning: Meaning<'m>,
    /// Whether what is read is not the data itself but a record with it.
    pub is_record: bool,
}

impl<'m> Read<'m> {
    fn of(state: State, meaning: Meaning<'m>) -> Self {
        Self { state, meaning, is_record: false }
    }
}

/// What is read from: data that came in, or a part of a thing.
type Thing = u32;
/// Data of which it is not known with which call it came in.
const UNKNOWN: Thing = 0;

/// The owners and things as which a state was visited.
type Seen = SmallVec<[(Option<Sym>, Thing); 2]>;

/// A state under way.
#[derive(Clone, Copy)]
struct Visit {
    state: State,
    /// The name of what holds the data: of the last field on its way that has one worth the name.
    owner: Option<Sym>,
    /// What of the data that came in it is.
    thing: Thing,
    /// The last read of a name on its way: an index into [`Walk::accesses`].
    last: Option<usize>,
}

/// A read of a name, whatever it says.
struct Access<'m> {
    state: State,
    owner: Option<Sym>,
    name: Sym,
    /// Whether such a name says nothing of what is in it.
    is_container: bool,
    from: Thing,
    /// Whether it is read of the data itself, not of something that the data may have got into under any name.
    is_own: bool,
    said: Said<'m>,
}

/// The walk under way.
struct Walk<'g, 'm> {
    graph: &'g FlowGraph,
    lexicon: &'g Lexicon<'m>,
    owners: Owners<'g>,
    /// What fields of these names, of owners of these names, mean.
    known: FxHashMap<(Option<Sym>, Sym), Said<'m>>,
    containers: FxHashMap<Sym, bool>,
    wholes: FxHashMap<Sym, Option<Meaning<'m>>>,
    things: FxHashMap<(Thing, Sym), Thing>,
    /// What code that is not known makes of things, by where it comes out.
    remade: FxHashMap<(Thing, NodeId), Thing>,
    n_things: Thing,
    /// Where data came in, as the things that it is.
    roots: Vec<(Thing, State)>,
    accesses: Vec<Access<'m>>,
    accessed: FxHashMap<(State, Option<Sym>, Thing), usize>,
    /// Values that are shown behind a label, with the reads that they come from.
    labelled: Vec<(State, Option<usize>)>,
    /// What was stored as a whole.
    stored: Vec<Read<'m>>,
    seen: FxHashMap<State, Seen>,
    queue: VecDeque<Visit>,
    copied: FxHashSet<NodeId>,
}

/// All such reads, in the order of their distance from where the data comes in.
pub(super) fn reads<'m>(graph: &FlowGraph, lexicon: &Lexicon<'m>, scope: &Scope<'_>) -> Vec<Read<'m>> {
    let mut walk = Walk {
        graph,
        lexicon,
        owners: Owners::new(graph),
        known: FxHashMap::default(),
        containers: FxHashMap::default(),
        wholes: FxHashMap::default(),
        things: FxHashMap::default(),
        remade: FxHashMap::default(),
        n_things: 0,
        roots: Vec::new(),
        accesses: Vec::new(),
        accessed: FxHashMap::default(),
        labelled: Vec::new(),
        stored: Vec::new(),
        seen: FxHashMap::default(),
        queue: VecDeque::new(),
        copied: FxHashSet::default(),
    };
    for mark in unnamed(graph).filter(|mark| scope.relevant.contains(mark.node.index())) {
        let state = (mark.node, Form::Raw);
        walk.n_things += 1;
        let thing = if is_shared(graph, mark.inst) { UNKNOWN } else { walk.n_things };
        walk.roots.push((thing, state));
        walk.enter(Visit { state, owner: None, thing, last: None });
    }
    let mut edges = Vec::new();
    while let Some(visit) = walk.queue.pop_front() {
        edges.clear();
        edges.extend(graph.graph.edges(visit.state.0));
        edges.sort_unstable_by_key(EdgeRef::id);
        for edge in &edges {
            walk.note_stored(visit, edge);
            if scope.lets_through(edge) {
                walk.follow(visit, edge);
            }
        }
    }
    walk.know_persons();
    walk.know_alternatives();
    walk.finish()
}

/// Where data comes in that only names tell.
pub(super) fn unnamed(graph: &FlowGraph) -> impl Iterator<Item = &Mark> {
    graph.origins.iter().filter(|mark| graph.tags.kind(mark.tag) == Some(TagKind::Unnamed))
}

fn named(field: Field) -> Option<Sym> {
    match field {
        Field::Named(name) => Some(name),
        Field::Any | Field::Content(_) => None,
    }
}

/// What the first hint that says something says of the data beside it; of several places what is said beside each.
pub(super) fn typed<'m>(hints: &[Hint], lexicon: &Lexicon<'m>) -> Vec<Meaning<'m>> {
    let said = |hint: &Hint| match hint.kind {
        HintKind::Name => {
            let (owner, name) = hint.text.rsplit_once('.').map_or((None, &*hint.text), |(of, name)| (Some(of), name));
            match lexicon.name(owner, name) {
                // A name in the code is no word to the user: it does not say that other hints are wrong.
                Said::Other => vec![],
                said => vec![said],
            }
        }
        HintKind::Text | HintKind::Label => vec![lexicon.label(&hint.text)],
        HintKind::OneOf => hint.text.lines().map(|line| lexicon.label(line)).collect(),
    };
    let said = hints.iter().map(said).find(|said| said.iter().any(|said| *said != Said::Nothing));
    let meant = said.into_iter().flatten().filter_map(|said| match said {
        Said::Data(meaning) => Some(meaning),
        Said::Other | Said::Nothing => None,
    });
    meant.collect()
}

/// The name by which an edge takes a part out of data whose own fields are not known: of a value that is data as a
/// whole, or of an object into which its fields were copied.
pub(super) fn name_read(graph: &FlowGraph, edge: &EdgeReference<'_, Edge, u32>) -> Option<Sym> {
    let weight = edge.weight();
    let Some(Field::Named(name)) = weight.field() else { return None };
    let is_copied = || matches!(graph.graph[edge.source()], Node::Field { field: Field::Any, .. });
    (weight.via == Via::Project || (weight.via == Via::Load && is_copied())).then_some(name)
}

/// Whether a name is that of an element of a list.
pub(super) fn is_element(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

impl<'m> Walk<'_, 'm> {
    /// Notes that data gets to a state, unless that is known.
    fn enter(&mut self, mut visit: Visit) {
        let seen = self.seen.entry(visit.state).or_default();
        let has_owner = |owner: Option<Sym>| seen.iter().any(|(known, _)| *known == owner);
        if !has_owner(visit.owner) && distinct(seen.iter().map(|(owner, _)| *owner)) >= MAX_OWNERS {
            visit.owner = None;
        }
        let is_told_apart = seen.iter().any(|(_, thing)| *thing == visit.thing)
            || distinct(seen.iter().map(|(_, thing)| *thing)) < MAX_THINGS;
        let is_known = if is_told_apart { seen.contains(&(visit.owner, visit.thing)) } else { has_owner(visit.owner) };
        if is_known {
            return;
        }
        seen.push((visit.owner, visit.thing));
        let node = visit.state.0;
        if self.graph.hints.contains_key(&node) {
            self.labelled.push((visit.state, visit.last));
        }
        self.queue.push_back(visit);
    }

    fn follow(&mut self, visit: Visit, edge: &EdgeReference<'_, Edge, u32>) {
        let (graph, weight) = (self.graph, edge.weight());
        let state = (edge.target(), after(visit.state.1, weight.effect));
        let name = name_read(graph, edge);
        if let Node::Lookup { .. } = graph.graph[state.0] {
            // The read itself is the edge behind it.
            if name.is_some() {
                self.copied.insert(state.0);
            }
            return self.enter(Visit { state, ..visit });
        }
        let name = name.or_else(|| weight.field().and_then(named).filter(|_| self.copied.contains(&visit.state.0)));
        let mut next = Visit { state, owner: self.owner(visit.owner, weight), ..visit };
        if weight.via == Via::Unknown && visit.thing != UNKNOWN {
            next.thing = self.remade(visit.thing, state);
        }
        if let Some(name) = name.filter(|name| !is_element(graph.symbols.text(*name))) {
            next.thing = self.part(visit.thing, name);
            let is_of_library = || graph.place(state.0).is_some_and(|place| graph.is_in_library(place));
            if !witness::is_model(graph, graph.graph[state.0]) && !is_of_library() {
                next.last = Some(self.access(visit, name, state, weight.via == Via::Project));
            }
        }
        self.enter(next);
    }

    /// What code that is not known makes of a thing comes in anew.
    fn remade(&mut self, thing: Thing, state: State) -> Thing {
        let known = self.n_things;
        let remade = fresh(&mut self.remade, &mut self.n_things, (thing, state.0));
        if remade > known {
            self.roots.push((remade, state));
        }
        remade
    }

    fn part(&mut self, thing: Thing, name: Sym) -> Thing {
        if thing == UNKNOWN {
            return UNKNOWN;
        }
        fresh(&mut self.things, &mut self.n_things, (thing, name))
    }

    /// A name is read.
    fn access(&mut self, visit: Visit, name: Sym, state: State, is_own: bool) -> usize {
        if let Some(&known) = self.accessed.get(&(state, visit.owner, visit.thing)) {
            return known;
        }
        // Whose it is stands beside the name, if anywhere.
        let written = self.owners.of(state.0).into_iter().find(|written| !self.is_container(*written));
        let by_text = written.map_or(Said::Nothing, |owner| self.said(Some(owner), name));
        let said = if by_text == Said::Nothing { self.said(visit.owner, name) } else { by_text };
        let owner = written.or(visit.owner);
        let is_container = self.is_container(name);
        self.accesses.push(Access { state, owner, name, is_container, from: visit.thing, is_own, said });
        let at = self.accesses.len() - 1;
        self.accessed.insert((state, visit.owner, visit.thing), at);
        at
    }

    /// Something of which no name told what it is may be stored under one that does; so may what had a part of that name,
    /// as a `user` under `userInfo`.
    fn note_stored(&mut self, visit: Visit, edge: &EdgeReference<'_, Edge, u32>) {
        let weight = edge.weight();
        let (Via::Store, Some(name)) = (weight.via, weight.field().and_then(named)) else { return };
        let (lexicon, symbols) = (self.lexicon, &self.graph.symbols);
        let whole = *self.wholes.entry(name).or_insert_with(|| lexicon.whole(symbols.text(name)));
        let Some(meaning) = whole else { return };
        let is_more = |of: Sym| {
            let [of, name] = [of, name].map(|name| words(symbols.text(name)));
            of.len() < name.len() && name.starts_with(&of)
        };
        if visit.owner.is_none_or(is_more) {
            self.stored.push(Read::of(visit.state, meaning));
        }
    }

    fn said(&mut self, owner: Option<Sym>, name: Sym) -> Said<'m> {
        let (lexicon, symbols) = (self.lexicon, &self.graph.symbols);
        let said = || lexicon.name(owner.map(|owner| symbols.text(owner)), symbols.text(name));
        *self.known.entry((owner, name)).or_insert_with(said)
    }

    fn owner(&mut self, owner: Option<Sym>, edge: &Edge) -> Option<Sym> {
        let (Via::Project | Via::Load | Via::Store, Some(Field::Named(name))) = (edge.via, edge.field()) else {
            return owner;
        };
        if self.is_container(name) { owner } else { Some(name) }
    }

    fn is_container(&mut self, name: Sym) -> bool {
        let (lexicon, symbols) = (self.lexicon, &self.graph.symbols);
        *self.containers.entry(name).or_insert_with(|| lexicon.is_container(symbols.text(name)))
    }

    /// A thing of which personal data is read is a person, and its name is that of a person.
    fn know_persons(&mut self) {
        let mut kinds: FxHashMap<Thing, FxHashSet<&str>> = FxHashMap::default();
        for access in self.accesses.iter().filter(|access| access.from != UNKNOWN) {
            if let Said::Data(meaning) = access.said {
                kinds.entry(access.from).or_default().insert(meaning.data);
            }
        }
        let lexicon = self.lexicon;
        kinds.retain(|_, kinds| lexicon.are_of_person(kinds.iter().copied()));
        let symbols = &self.graph.symbols;
        for access in &mut self.accesses {
            if access.said == Said::Nothing && kinds.contains_key(&access.from) {
                let owner = access.owner.map(|owner| symbols.text(owner));
                access.said = lexicon.name_of_person(owner, symbols.text(access.name));
            }
        }
    }

    /// Of two reads of one thing of which either gives the value, the name that says more tells what both are:
    /// `it.nickname || it.name` is a nickname.
    fn know_alternatives(&mut self) {
        let mut meet: FxHashMap<NodeId, Vec<usize>> = FxHashMap::default();
        for (at, access) in self.accesses.iter().enumerate() {
            for node in renamed(self.graph, access.state.0) {
                meet.entry(node).or_default().push(at);
            }
        }
        let mut known = Vec::new();
        for met in meet.values().filter(|met| met.len() > 1) {
            let pairs = met.iter().flat_map(|weak| met.iter().map(move |strong| (*weak, *strong)));
            known.extend(pairs.filter(|&(weak, strong)| self.is_part_of(weak, strong)));
        }
        known.sort_unstable();
        for (weak, strong) in known {
            self.accesses[weak].said = self.accesses[strong].said;
        }
    }

    /// Whether a read whose name may mean several things has the end of another's name, of the same thing, that means one.
    fn is_part_of(&self, weak: usize, strong: usize) -> bool {
        let [weak, strong] = [weak, strong].map(|at| &self.accesses[at]);
        let [part, whole] = [weak, strong].map(|access| self.graph.symbols.text(access.name).to_lowercase());
        weak.from == strong.from
            && is_weak(weak.said)
            && matches!(strong.said, Said::Data(_))
            && !is_weak(strong.said)
            && whole.ends_with(&part)
    }

    /// The reads that mean something, by their names or by the labels behind which their values are shown. A label is
    /// believed rather than a name that may mean several things.
    fn finish(mut self) -> Vec<Read<'m>> {
        let is_told = |access: &&Access<'m>| access.said != Said::Nothing && !is_weak(access.said);
        let told: FxHashSet<State> = self.accesses.iter().filter(is_told).map(|access| access.state).collect();
        let mut corrected: FxHashMap<State, Meaning<'m>> = FxHashMap::default();
        let mut found: Vec<Read<'m>> = std::mem::take(&mut self.stored);
        let mut labelled: FxHashMap<(Thing, Sym), Meaning<'m>> = FxHashMap::default();
        for (shown, last) in std::mem::take(&mut self.labelled) {
            let access = last.map(|last| &self.accesses[last]);
            if access.is_some_and(|access| told.contains(&access.state)) {
                continue;
            }
            let Some(meaning) = self.shown(shown.0, access) else { continue };
            // A name that says nothing of what is in it may be read of anything.
            match access.filter(|access| !access.is_container) {
                Some(access) if is_weak(access.said) => {
                    corrected.entry(access.state).or_insert(meaning);
                }
                Some(access) if access.from != UNKNOWN => {
                    labelled.entry((access.from, access.name)).or_insert(meaning);
                }
                Some(access) => found.push(Read::of(access.state, meaning)),
                None => found.push(Read::of(shown, meaning)),
            }
        }
        let unsaid = |access: &Access<'m>| {
            labelled.get(&(access.from, access.name)).copied().filter(|_| access.said == Said::Nothing)
        };
        found.extend(self.accesses.iter().filter_map(|access| Some(Read::of(access.state, unsaid(access)?))));
        let read = |access: &Access<'m>| match (access.said, corrected.get(&access.state)) {
            (Said::Data(named), Some(&shown)) if named.data != shown.data => Some(shown),
            (Said::Data(named), _) => Some(named),
            (Said::Nothing | Said::Other, _) => None,
        };
        found.extend(self.records(|access| read(access).or_else(|| unsaid(access))));
        let read = |access: &Access<'m>| Some(Read::of(access.state, read(access)?));
        self.accesses.iter().filter_map(read).chain(found).collect()
    }

    /// Where a person's record is on its way as a whole: it carries all that is read of it anywhere.
    fn records(&self, read: impl Fn(&Access<'m>) -> Option<Meaning<'m>>) -> Vec<Read<'m>> {
        let mut held: FxHashMap<Thing, BTreeMap<&'m str, Meaning<'m>>> = FxHashMap::default();
        for access in self.accesses.iter().filter(|access| access.is_own && access.from != UNKNOWN) {
            if let Some(meaning) = read(access) {
                held.entry(access.from).or_default().entry(meaning.data).or_insert(meaning);
            }
        }
        let is_certain =
            |meaning: &Meaning<'_>| meaning.confidence == Confidence::High && self.lexicon.is_human(meaning.data);
        held.retain(|_, held| self.lexicon.are_of_person(held.keys().copied()) || held.values().any(is_certain));
        let parts = self.accesses.iter().filter_map(|access| {
            let thing = *self.things.get(&(access.from, access.name))?;
            Some((thing, access.state))
        });
        let places = self.roots.iter().copied().chain(parts);
        let reads = places.filter_map(|(thing, state)| {
            Some(held.get(&thing)?.values().map(move |&meaning| Read { state, meaning, is_record: true }))
        });
        reads.flatten().collect()
    }

    /// Whether a read may be what stands in a box for it: by its name, wherever it is read, or since it is read there.
    fn may_mean(&self, access: &Access<'m>, meaning: Meaning<'m>, shown: NodeId) -> bool {
        let symbols = &self.graph.symbols;
        let of_person =
            self.lexicon.name_of_person(access.owner.map(|owner| symbols.text(owner)), symbols.text(access.name));
        matches!(of_person, Said::Data(named) if named.data == meaning.data)
            || self.function(access.state.0) == self.function(shown)
    }

    fn function(&self, node: NodeId) -> Option<FuncId> {
        let inst = self.graph.graph[node].instance()?;
        Some(self.graph.instances[inst.0 as usize].func)
    }

    /// What the label before a value that is shown says of it; or, where people type, what they would.
    fn shown(&self, shown: NodeId, access: Option<&Access<'m>>) -> Option<Meaning<'m>> {
        let symbols = &self.graph.symbols;
        let hints = self.graph.hints.get(&shown)?;
        let label = hints.first()?;
        if label.kind != HintKind::Label {
            let [meaning] = typed(hints, self.lexicon)[..] else { return None };
            let is_believed = access.is_none_or(|access| self.may_mean(access, meaning, shown));
            return is_believed.then_some(Meaning { confidence: Confidence::Low, ..meaning });
        }
        let owner = access.and_then(|access| access.owner).map(|owner| symbols.text(owner));
        self.lexicon.shown(owner, access.map(|access| symbols.text(access.name)), &label.text)
    }
}

/// How many different ones of a few there are.
fn distinct<T: PartialEq>(few: impl Iterator<Item = T> + Clone) -> usize {
    few.clone().enumerate().filter(|(at, it)| !few.clone().take(*at).any(|earlier| earlier == *it)).count()
}

/// The thing of a key, which is a new one where there is none yet.
fn fresh<K: Eq + std::hash::Hash>(things: &mut FxHashMap<K, Thing>, n_things: &mut Thing, key: K) -> Thing {
    *things.entry(key).or_insert_with(|| {
        *n_things += 1;
        *n_things
    })
}

/// Where a value is under other names, a few further at most: each way of a choice is one.
fn renamed(graph: &FlowGraph, node: NodeId) -> Vec<NodeId> {
    let mut nodes = vec![node];
    let mut seen: FxHashSet<NodeId> = nodes.iter().copied().collect();
    let mut next = 0;
    while next < nodes.len().min(MAX_RENAMED) {
        let onward = graph.graph.edges(nodes[next]);
        let onward = onward.filter(|edge| edge.weight().is_value && edge.weight().via == Via::Assign);
        nodes.extend(onward.map(|edge| edge.target()).filter(|target| seen.insert(*target)));
        next += 1;
    }
    nodes.split_off(1)
}

/// Whether a name says what something is, but may mean something else.
fn is_weak(said: Said<'_>) -> bool {
    matches!(said, Said::Data(meaning) if meaning.confidence != Confidence::High)
}

/// Whether several call paths share the instance in which data comes in: then it may be that of any of them.
fn is_shared(graph: &FlowGraph, inst: InstId) -> bool {
    let caller = |inst: &InstId| graph.instances[inst.0 as usize].caller.map(|(caller, _)| caller);
    let mut callers = std::iter::successors(Some(inst), caller).take(graph.instances.len());
    callers.any(|inst| graph.instances[inst.0 as usize].is_shared)
}
