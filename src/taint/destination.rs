//! Where data goes, as far as texts tell. Where many calls share the function that sends, a destination may be any of
//! their texts: those count that go together with the data, in one call or in one object.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use indexmap::IndexSet;
use petgraph::Direction;
use petgraph::graph::EdgeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::Form;
use super::search::{Parents, Places, State, after};
use super::solve::Found;
use crate::graph::together::SinkKey;
use crate::graph::{FlowGraph, NodeId};

/// States that are looked at on a way back.
const MAX_STATES: usize = 1000;

/// States that are looked at on all ways, and more by one for each node of the graph. Beyond that destinations stay what
/// they may be over all calls.
const ALL_STATES: usize = 200_000;

/// All that a destination may be, sorted; `…` stands for what is not known.
pub(super) type Texts = Rc<[String]>;

/// A way to a sink, and all that its destination may be.
pub(super) struct Way {
    pub texts: Texts,
    /// Up to here it is the way by which the search came.
    begin: State,
    /// The edges from there to the sink.
    onward: Vec<EdgeIndex<u32>>,
}

impl Way {
    /// The edges from the source to the sink.
    pub(super) fn edges(&self, parents: &Parents<'_>) -> Vec<EdgeIndex<u32>> {
        let mut edges = parents.edges_to(self.begin);
        edges.extend(&self.onward);
        edges
    }
}

/// What goes together with parts of destinations, to be asked.
pub(super) struct Company<'g> {
    graph: &'g FlowGraph,
    /// The calls and objects that each node belongs to.
    around: Around,
    /// States that may still be looked at.
    left: Cell<usize>,
    /// What may be left of destinations.
    lists: IndexSet<Texts, FxBuildHasher>,
    /// What the calls and objects that were asked so far leave of the destination of each sink.
    asked: FxHashMap<SinkKey, Asked>,
    left_now: RefCell<LeftNow>,
    places: [Places; 2],
}

/// By call and object, what it leaves of the destination that is looked at, if it was asked on this way: the way's number
/// stands beside it, so that what earlier ways left here does not count.
#[derive(Default)]
struct LeftNow {
    way: u32,
    of: Vec<(u32, Option<List>)>,
}

/// The calls and objects by the nodes that belong to them.
struct Around {
    /// Where those of each node begin; one more at the end.
    first: Vec<u32>,
    all: Vec<u32>,
}

/// One of [`Company::lists`].
type List = usize;

/// What calls and objects leave of a destination.
#[derive(Default)]
struct Asked {
    /// By call or object; nothing where that is all that the destination may be.
    known: FxHashMap<u32, Option<List>>,
    /// By node: what those around it leave, and how many of them.
    by_node: FxHashMap<NodeId, Rc<[(List, u32)]>>,
}

/// The way back from a sink to where its data comes from.
struct Back<'a, 'g, 'm> {
    graph: &'g FlowGraph,
    around: &'a Around,
    budget: &'a Cell<usize>,
    found: &'a Found<'a, 'm>,
    asked: &'a Asked,
    /// Nodes of which those around them were asked on this way.
    seen: FxHashSet<NodeId>,
    /// What those leave; filled in when it is first asked for.
    left_now: &'a RefCell<LeftNow>,
    is_filled: Cell<bool>,
}

/// The states at which something is told, the nearest first, and how often there.
type Told = Vec<(State, u32)>;

impl Around {
    fn new(graph: &FlowGraph) -> Self {
        let nodes = graph.destinations.together.iter().map(|together| {
            let fields = together.objects.iter().flat_map(|obj| graph.objects.get(*obj).fields.iter());
            together.nodes.iter().copied().chain(fields.map(|(_, node)| *node)).collect::<Vec<NodeId>>()
        });
        let pairs = (0_u32..).zip(nodes).flat_map(|(at, nodes)| nodes.into_iter().map(move |node| (node, at)));
        let mut pairs: Vec<(NodeId, u32)> = pairs.collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut first = vec![0; graph.graph.node_count() + 1];
        pairs.iter().for_each(|(node, _)| first[node.index() + 1] += 1);
        for at in 1..first.len() {
            first[at] += first[at - 1];
        }
        Self { first, all: pairs.into_iter().map(|(_, at)| at).collect() }
    }

    fn of(&self, node: NodeId) -> &[u32] {
        &self.all[self.first[node.index()] as usize..self.first[node.index() + 1] as usize]
    }
}

impl<'g> Company<'g> {
    pub(super) fn new(graph: &'g FlowGraph) -> Self {
        Self {
            graph,
            around: Around::new(graph),
            left: Cell::new(ALL_STATES + graph.graph.node_count()),
            lists: IndexSet::default(),
            asked: FxHashMap::default(),
            left_now: RefCell::default(),
            places: [(); 2].map(|()| Places::new(graph)),
        }
    }

    /// The ways to a state that can be told apart by where they lead; `texts` is all that the destination of the sink may
    /// be.
    pub(super) fn ways(&mut self, found: &Found<'_, '_>, state: State, sink: SinkKey, texts: &Texts) -> Vec<Way> {
        let graph = self.graph;
        let parts = graph.destinations.parts.get(&sink);
        let Some(parts) = parts.filter(|_| 1 < texts.len() && 0 < self.left.get()) else {
            return vec![Way { texts: texts.clone(), begin: state, onward: Vec::new() }];
        };
        let asked = self.asked.entry(sink).or_default();
        let [places, other_places] = &mut self.places;
        let onward = around(graph, found, places, state);
        let mut told: FxHashMap<List, Told> = FxHashMap::default();
        let mut seen = FxHashSet::default();
        for at in onward.states().filter(|at| !self.around.of(at.0).is_empty()) {
            seen.insert(at.0);
            for &(left, n) in asked.at(at.0, &self.around, graph, parts, texts, &mut self.lists).iter() {
                told.entry(left).or_default().push((at, n));
            }
        }
        let left_now = &self.left_now;
        let (around, budget, is_filled) = (&self.around, &self.left, Cell::new(false));
        let back = Back { graph, around, budget, found, asked, seen, left_now, is_filled };
        back.spend(onward.len());
        let mut told: Vec<(List, Told)> = told.into_iter().collect();
        told.sort_unstable_by(|(a, _), (b, _)| self.lists[*a].cmp(&self.lists[*b]));
        let mut ways = Vec::new();
        for (list, states) in &told {
            // A call around another one may leave open what that one tells.
            let texts = &self.lists[*list];
            let better = told.iter().map(|(left, _)| *left).filter(|left| is_part(&self.lists[*left], texts));
            let better: FxHashSet<List> = better.collect();
            let begin = if better.is_empty() {
                let begin = states[0].0;
                Some((begin, Way { texts: texts.clone(), begin, onward: Vec::new() }))
            } else {
                back.free(other_places, states, &better)
            };
            let Some((end, mut way)) = begin else { continue };
            onward.back_from(end, &mut way.onward);
            ways.push(Way { texts: texts.clone(), ..way });
        }
        let all = told.iter().map(|(left, _)| *left).collect();
        if let Some((_, way)) = back.free(other_places, &[(state, 1)], &all) {
            ways.push(Way { texts: texts.clone(), ..way });
        }
        ways
    }
}

impl Asked {
    /// What the calls and objects around a node leave of a destination.
    fn at(
        &mut self,
        node: NodeId,
        around: &Around,
        graph: &FlowGraph,
        parts: &FxHashSet<NodeId>,
        texts: &Texts,
        lists: &mut IndexSet<Texts, FxBuildHasher>,
    ) -> Rc<[(List, u32)]> {
        let Self { known, by_node } = self;
        let told = by_node.entry(node).or_insert_with(|| {
            let mut told: BTreeMap<List, u32> = BTreeMap::new();
            for &at in around.of(node) {
                let left = *known.entry(at).or_insert_with(|| {
                    let own = graph.destinations.together[at as usize].parts.iter();
                    let own = own.filter(|(node, _)| parts.contains(node));
                    let left = narrowed(texts, own.map(|(_, texts)| texts.as_slice()));
                    (left != **texts).then(|| lists.insert_full(left.into()).0)
                });
                if let Some(left) = left {
                    *told.entry(left).or_default() += 1;
                }
            }
            told.into_iter().collect()
        });
        Rc::clone(told)
    }
}

/// Whether a list leaves less open than another one.
fn is_part(list: &[String], of: &[String]) -> bool {
    list.len() < of.len() && list.iter().all(|text| of.binary_search(text).is_ok())
}

/// The states from which the data gets to `state`, the nearest first, and the way on from each.
fn around<'p>(graph: &FlowGraph, found: &Found<'_, '_>, places: &'p mut Places, state: State) -> Parents<'p> {
    let mut onward = Parents::new(places, std::iter::once(state));
    let mut next = 0;
    while let Some(at) = onward.state(next).filter(|_| onward.len() < MAX_STATES) {
        for (before, edge) in before(graph, found, at) {
            onward.add(before, next as u32, edge);
        }
        next += 1;
    }
    onward
}

/// The states from which the data gets to a state at once.
fn before(graph: &FlowGraph, found: &Found<'_, '_>, at: State) -> impl Iterator<Item = (State, EdgeIndex<u32>)> {
    let edges = graph.graph.edges_directed(at.0, Direction::Incoming).filter(|edge| found.passes(edge));
    let states = edges.flat_map(move |edge| {
        let forms = Form::ALL.into_iter().filter(move |form| after(*form, edge.weight().effect) == at.1);
        forms.map(move |form| ((edge.source(), form), edge.id()))
    });
    states.filter(|(before, _)| found.has(*before))
}

impl Back<'_, '_, '_> {
    fn spend(&self, states: usize) {
        self.budget.set(self.budget.get().saturating_sub(states));
    }

    /// Whether one of the calls and objects around a node that were asked tells something better.
    fn is_closed(&self, node: NodeId, better: &FxHashSet<List>) -> bool {
        let around = self.around.of(node);
        if around.is_empty() {
            return false;
        }
        if self.seen.contains(&node) {
            return self
                .asked
                .by_node
                .get(&node)
                .is_some_and(|told| told.iter().any(|(left, _)| better.contains(left)));
        }
        if !self.is_filled.replace(true) {
            self.fill();
        }
        let LeftNow { way, of } = &*self.left_now.borrow();
        let left = around.iter().map(|at| of[*at as usize]).filter(|(known_on, _)| known_on == way);
        left.filter_map(|(_, left)| left).any(|left| better.contains(&left))
    }

    /// Puts what was asked on this way where each call and object finds it.
    fn fill(&self) {
        let LeftNow { way, of } = &mut *self.left_now.borrow_mut();
        *way += 1;
        of.resize(self.graph.destinations.together.len(), (0, None));
        self.seen.iter().flat_map(|node| self.around.of(*node)).for_each(|at| {
            let left = &mut of[*at as usize];
            if left.0 != *way {
                *left = (*way, self.asked.known.get(at).copied().flatten());
            }
        });
    }

    /// A way from where the data comes in to one of `ends` that passes nothing which tells something better, with that end.
    /// Where it takes too long to find, the way that is known.
    fn free(&self, places: &mut Places, ends: &[(State, u32)], better: &FxHashSet<List>) -> Option<(State, Way)> {
        let way = |end: State, begin: State, onward| Some((end, Way { texts: Rc::default(), begin, onward }));
        let open: Vec<&(State, u32)> = ends.iter().filter(|(end, _)| !self.is_closed(end.0, better)).collect();
        let mut onward = Parents::new(places, open.iter().map(|(state, _)| *state));
        let mut next = 0;
        while let Some(at) = onward.state(next) {
            // An end that several calls or objects tell of is looked at for each.
            let times = open.get(next).map_or(1, |(_, times)| *times as usize);
            self.spend(1);
            if MAX_STATES < onward.len() {
                return way(ends[0].0, ends[0].0, Vec::new());
            }
            if self.found.begins(at) {
                let mut edges = Vec::new();
                let end = onward.back_from(at, &mut edges);
                return way(end, at, edges);
            }
            for (before, edge) in before(self.graph, self.found, at) {
                if !self.is_closed(before.0, better) {
                    onward.add(before, next as u32, edge);
                }
            }
            if 1 < times && MAX_STATES < onward.len() {
                self.spend(1);
                return way(ends[0].0, ends[0].0, Vec::new());
            }
            self.spend(times - 1);
            next += 1;
        }
        None
    }
}

/// What is left of all that a destination may be where it is made of these parts.
fn narrowed<'t>(all: &[String], parts: impl Iterator<Item = &'t [String]>) -> Vec<String> {
    let is_unknown = |text: &String| text.trim_matches('…').is_empty();
    let parts: Vec<&[String]> = parts.filter(|part| !part.iter().any(is_unknown)).collect();
    let mut left = all.to_vec();
    let mut is_told = false;
    for part in &parts {
        let fitting: Vec<String> = part.iter().flat_map(|text| made_of(&left, text)).collect();
        if !fitting.is_empty() {
            (left, is_told) = (fitting, true);
        }
    }
    if let (false, [part]) = (is_told, parts.as_slice()) {
        // There were too many texts for all of them to be kept.
        let known: Vec<String> = all.iter().filter(|text| !is_unknown(text)).cloned().collect();
        left = part.iter().map(|text| joined(&known, text)).collect();
    }
    left.sort();
    left.dedup();
    left
}

/// The texts that a part makes: they end with it, else begin with it, else hold it.
fn made_of(texts: &[String], part: &str) -> Vec<String> {
    let fits: [fn(&str, &str) -> bool; 4] = [
        |text, part| text == part,
        |text, part| text.ends_with(part),
        |text, part| text.starts_with(part),
        |text, part| text.contains(part),
    ];
    let fitting =
        |fits: fn(&str, &str) -> bool| texts.iter().filter(|text| fits(text, part)).cloned().collect::<Vec<_>>();
    fits.into_iter().map(fitting).find(|found| !found.is_empty()).unwrap_or_default()
}

fn joined(all: &[String], part: &str) -> String {
    if part.contains("://") {
        return part.to_owned();
    }
    format!("{}{part}", common(all).unwrap_or_else(|| "…".to_owned()))
}

/// What is certain of a destination that may be each of these: the only one, else the scheme, the host and as much of the
/// path as they have in common with `…` behind it.
pub fn common(texts: &[String]) -> Option<String> {
    let [first, others @ ..] = texts else { return None };
    if others.is_empty() {
        return Some(first.clone()).filter(|text| !text.trim_matches('…').is_empty());
    }
    let end_of_host = |text: &str| {
        let start = text.find("://")? + 3;
        Some(text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at))
    };
    let host = &first[..end_of_host(first)?];
    if !others.iter().all(|text| end_of_host(text).is_some_and(|end| &text[..end] == host)) || host.contains('…') {
        return None;
    }
    let shared = others.iter().fold(first.as_str(), |shared, text| {
        let same = shared.char_indices().zip(text.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
        &shared[..same.unwrap_or(shared.len().min(text.len()))]
    });
    let path = shared[host.len()..].rfind('/').map_or("/", |at| &shared[host.len()..=host.len() + at]);
    Some(format!("{host}{path}…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn what_is_certain_of_several_is_their_host_and_the_path_they_share() {
        let common = |list: &[&str]| common(&texts(list));
        assert_eq!(common(&["https://a.example/b"]).as_deref(), Some("https://a.example/b"));
        assert_eq!(
            common(&["https://a.example/api/b", "https://a.example/api/c"]).as_deref(),
            Some("https://a.example/api/…")
        );
        assert_eq!(common(&["https://a.example", "https://a.example/c?d"]).as_deref(), Some("https://a.example/…"));
        assert_eq!(common(&["https://a.example/手", "https://a.example/机"]).as_deref(), Some("https://a.example/…"));
        assert_eq!(common(&["https://a.example/b", "http://a.example/b"]), None);
        assert_eq!(common(&["https://a.example/b", "…"]), None);
        assert_eq!([common(&[]), common(&["…"]), common(&["user", "token"])], [None, None, None]);
    }

    #[test]
    fn a_part_tells_the_texts_that_are_made_of_it() {
        let all =
            texts(&["https://a.example/auth/login", "https://a.example/auth/loginByCode", "https://a.example/user"]);
        let of = |parts: &[&[&str]]| {
            let parts: Vec<Vec<String>> = parts.iter().map(|part| texts(part)).collect();
            narrowed(&all, parts.iter().map(Vec::as_slice))
        };
        assert_eq!(of(&[&["/auth/login"]]), texts(&["https://a.example/auth/login"]));
        assert_eq!(of(&[&["/user", "/auth/login"]]).len(), 2);
        assert_eq!(of(&[&["https://a.example"], &["/user"]]), texts(&["https://a.example/user"]));
        // A text that was not kept, and one that is not known.
        assert_eq!(of(&[&["/order"]]), texts(&["https://a.example/…/order"]));
        assert_eq!(of(&[&["https://b.example/x"]]), texts(&["https://b.example/x"]));
        assert_eq!(of(&[&["…"]]), all);
    }
}
