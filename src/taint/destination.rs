//! Where data goes, as far as texts tell. Where many calls share the function that sends, a destination may be any of
//! their texts: those count that go together with the data, in one call or in one object.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};

use petgraph::Direction;
use petgraph::graph::EdgeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Form;
use super::solve::{Found, State, after};
use super::witness::edges_to;
use crate::graph::together::SinkKey;
use crate::graph::{FlowGraph, NodeId};

/// States that are looked at on a way back.
const MAX_STATES: usize = 1000;

/// States that are looked at on all ways, and more by one for each node of the graph. Beyond that destinations stay what
/// they may be over all calls.
const ALL_STATES: usize = 200_000;

/// A way to a sink, and all that its destination may be.
pub(super) struct Way {
    /// Sorted; `…` stands for what is not known.
    pub texts: Vec<String>,
    /// From the source to the sink.
    pub edges: Vec<EdgeIndex<u32>>,
}

/// What goes together with parts of destinations, to be asked.
pub(super) struct Company<'g> {
    graph: &'g FlowGraph,
    by_node: FxHashMap<NodeId, Vec<usize>>,
    /// States that may still be looked at.
    left: Cell<usize>,
}

/// The edge that leads on from each state, and where to.
type Onward = FxHashMap<State, (EdgeIndex<u32>, State)>;

/// The way back from a sink to where its data comes from.
struct Back<'a, 'g, 'm> {
    company: &'a Company<'g>,
    found: &'a Found<'a, 'm>,
    /// What is left of the destination in each call or object that was asked; nothing where that is all of it.
    left: FxHashMap<usize, Option<Vec<String>>>,
}

impl<'g> Company<'g> {
    pub(super) fn new(graph: &'g FlowGraph) -> Self {
        let mut by_node: FxHashMap<NodeId, Vec<usize>> = FxHashMap::default();
        for (at, together) in graph.destinations.together.iter().enumerate() {
            let fields = together.objects.iter().flat_map(|obj| graph.objects.get(*obj).fields.iter());
            for node in together.nodes.iter().copied().chain(fields.map(|(_, node)| *node)) {
                let known = by_node.entry(node).or_default();
                if known.last() != Some(&at) {
                    known.push(at);
                }
            }
        }
        Self { graph, by_node, left: Cell::new(ALL_STATES + graph.graph.node_count()) }
    }

    fn spend(&self, states: usize) {
        self.left.set(self.left.get().saturating_sub(states));
    }

    /// The ways to a state that can be told apart by where they lead; `texts` is all that the destination of the sink may
    /// be.
    pub(super) fn ways(&self, found: &Found<'_, '_>, state: State, sink: SinkKey, texts: &[String]) -> Vec<Way> {
        let any = || Way { texts: texts.to_vec(), edges: edges_to(state, found.parents) };
        let Some(parts) = self.graph.destinations.parts.get(&sink).filter(|_| 1 < texts.len() && 0 < self.left.get())
        else {
            return vec![any()];
        };
        let mut back = Back { company: self, found, left: FxHashMap::default() };
        let (onward, states) = back.around(state);
        self.spend(states.len());
        let mut told: BTreeMap<Vec<String>, Vec<State>> = BTreeMap::new();
        for at in states {
            for left in back.told(at.0, parts, texts) {
                told.entry(left).or_default().push(at);
            }
        }
        let mut ways = Vec::new();
        for (texts, states) in &told {
            // A call around another one may leave open what that one tells.
            let is_better = |left: &[String]| left.len() < texts.len() && left.iter().all(|text| texts.contains(text));
            let begin = if told.keys().any(|left| is_better(left)) {
                back.free(states, |left| is_better(left))
            } else {
                Some((states[0], edges_to(states[0], found.parents)))
            };
            let Some((mut at, mut edges)) = begin else { continue };
            while let Some(&(edge, next)) = onward.get(&at) {
                edges.push(edge);
                at = next;
            }
            ways.push(Way { texts: texts.clone(), edges });
        }
        if let Some((_, edges)) = back.free(&[state], |_| true) {
            ways.push(Way { texts: texts.to_vec(), edges });
        }
        ways
    }
}

impl Back<'_, '_, '_> {
    /// The states from which the data gets to `state`, the nearest first, and the edge from each that leads on.
    fn around(&self, state: State) -> (Onward, Vec<State>) {
        let mut onward = Onward::default();
        let mut states = vec![state];
        let mut next = 0;
        while next < states.len() && states.len() < MAX_STATES {
            let at = states[next];
            next += 1;
            for (before, edge) in self.before(at) {
                if before != state && !onward.contains_key(&before) {
                    onward.insert(before, (edge, at));
                    states.push(before);
                }
            }
        }
        (onward, states)
    }

    fn before(&self, at: State) -> Vec<(State, EdgeIndex<u32>)> {
        let edges = self.company.graph.graph.edges_directed(at.0, Direction::Incoming);
        let edges = edges.filter(|edge| self.found.passes(edge));
        let states = edges.flat_map(|edge| {
            let forms = Form::ALL.into_iter().filter(move |form| after(*form, edge.weight().effect) == at.1);
            forms.map(move |form| ((edge.source(), form), edge.id()))
        });
        states.filter(|(before, _)| self.found.has(*before)).collect()
    }

    /// What is left of a destination in the calls and objects that a node belongs to, where that is not all of it.
    fn told(&mut self, node: NodeId, parts: &FxHashSet<NodeId>, all: &[String]) -> Vec<Vec<String>> {
        let together = &self.company.graph.destinations.together;
        let around = self.company.by_node.get(&node).into_iter().flatten();
        let left = around.filter_map(|&at| {
            let left = self.left.entry(at).or_insert_with(|| {
                let own = together[at].parts.iter().filter(|(node, _)| parts.contains(node));
                let left = narrowed(all, own.map(|(_, texts)| texts.as_slice()));
                (left != all).then_some(left)
            });
            left.clone()
        });
        left.collect()
    }

    /// A way from where the data comes in to one of `ends` that passes nothing which tells more: the end, and the edges to
    /// it. Where that takes too long, the way that is known.
    fn free(&self, ends: &[State], is_better: impl Fn(&[String]) -> bool) -> Option<(State, Vec<EdgeIndex<u32>>)> {
        let is_closed = |state: &State| {
            let around = self.company.by_node.get(&state.0).into_iter().flatten();
            around.filter_map(|at| self.left.get(at)?.as_ref()).any(|left| is_better(left))
        };
        let mut onward: FxHashMap<State, Option<(EdgeIndex<u32>, State)>> = FxHashMap::default();
        let mut queue: VecDeque<State> = ends.iter().copied().filter(|state| !is_closed(state)).collect();
        onward.extend(queue.iter().map(|state| (*state, None)));
        while let Some(at) = queue.pop_front() {
            self.company.spend(1);
            if MAX_STATES < onward.len() {
                return Some((ends[0], edges_to(ends[0], self.found.parents)));
            }
            if self.found.begins(at) {
                let (mut end, mut edges) = (at, Vec::new());
                while let Some(&Some((edge, next))) = onward.get(&end) {
                    edges.push(edge);
                    end = next;
                }
                return Some((end, edges));
            }
            for (before, edge) in self.before(at) {
                if !onward.contains_key(&before) && !is_closed(&before) {
                    onward.insert(before, Some((edge, at)));
                    queue.push_back(before);
                }
            }
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
pub(super) fn common(texts: &[String]) -> Option<String> {
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
