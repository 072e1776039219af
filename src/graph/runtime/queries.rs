//! Queries that are put together in a loop, `Object.keys(it).map(key => key + '=' + it[key]).join('&')`: where each name
//! stands beside the value that an object has under it, the object's properties become the parameters of these names.
//! Knows nothing of pages.

use petgraph::Direction;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::objects::{Field, ObjId, Object, Subscriber};
use super::super::solver::Solver;
use super::super::symbols::Sym;
use super::super::{Node, NodeId, Via};

/// A parameter of a page.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The query that it is part of.
    pub query: ObjId,
    /// Its name, if that is known.
    pub field: Field,
    /// What its value is put together from, and its name if that is not known.
    pub parts: Vec<NodeId>,
    /// The URL.
    pub url: NodeId,
    /// Where the page is opened.
    pub place: Option<u32>,
}

/// Nodes that are looked at for the texts that a query is made of.
const MAX_LOOK_BACK: usize = 200;
/// Nodes that are looked at for where a name or a value comes from.
const MAX_STEPS: usize = 24;
/// What stands between a name and its value.
const BETWEEN: &str = "=";

impl Solver<'_> {
    /// Fills in parameters that are named by values, once it is known what these are; whether there were any.
    pub fn fill_unnamed(&mut self) -> bool {
        let unnamed = std::mem::take(&mut self.runtime.named_by_values);
        let mut loads: FxHashMap<NodeId, Vec<u32>> = FxHashMap::default();
        if !unnamed.is_empty() {
            for (at, access) in (0..).zip(&self.accesses).filter(|(_, access)| !access.is_store) {
                loads.entry(access.other).or_default().push(at);
            }
        }
        for it in &unnamed {
            let holders = self.holders_named(it, &loads);
            if holders.is_empty() {
                self.fill_parameter(it);
                continue;
            }
            let way = self.made();
            self.subscribe(way, Subscriber::Query { query: it.query, place: it.place });
            let into = self.holder(way);
            for holder in holders {
                self.copy_properties(into, holder, Vec::new());
            }
        }
        !unnamed.is_empty()
    }

    /// A parameter has what stands there; one whose name is not known may be any.
    pub(super) fn fill_parameter(&mut self, it: &Parameter) {
        let node = self.field_node(it.query, it.field);
        if it.parts.is_empty() {
            self.says(it.url, node);
        }
        for &part in &it.parts {
            self.flow(part, node, Via::Navigate, Some(it.field), it.place);
        }
        self.add_object(node, self.plain);
    }

    /// Whether the name beside a value may be several.
    pub(super) fn has_any_name(&self, it: &Parameter) -> bool {
        let start = it.parts.iter().copied().chain([it.url]).collect();
        self.pairs_behind(start).into_iter().any(|(_, value)| {
            let is_in = |part: &NodeId| *part == value || self.is_made_of(*part, value);
            it.parts.iter().any(is_in)
        })
    }

    fn is_made_of(&self, whole: NodeId, part: NodeId) -> bool {
        self.text_of.get(&whole).is_some_and(|text| self.texts[*text as usize].parts.contains(&part))
    }

    /// What has the values under the names beside which they stand, in all texts of which parameters are made; nothing if
    /// that cannot be said of each of these.
    fn holders_named(&mut self, it: &Parameter, loads: &FxHashMap<NodeId, Vec<u32>>) -> Vec<NodeId> {
        let start = it.parts.iter().copied().chain([it.url]).collect();
        let mut holders = Vec::new();
        for (name, value) in self.pairs_behind(start) {
            let found = self.holders_of(name, value, loads);
            if found.is_empty() {
                return Vec::new();
            }
            holders.extend(found);
        }
        holders.sort_unstable();
        holders.dedup();
        holders
    }

    /// The names and values on both sides of an equals sign in the texts that nodes are made of, but for names that are
    /// one text.
    fn pairs_behind(&self, start: Vec<NodeId>) -> Vec<(NodeId, NodeId)> {
        let mut pairs = Vec::new();
        for node in self.behind(start, MAX_LOOK_BACK, |_| true) {
            let Some(&text) = self.text_of.get(&node) else { continue };
            for window in self.texts[text as usize].parts.windows(3) {
                if let [name, between, value] = *window
                    && self.is_between(between)
                    && self.certain_text(name).is_none()
                {
                    pairs.push((name, value));
                }
            }
        }
        pairs
    }

    fn is_between(&self, node: NodeId) -> bool {
        self.certain_text(node).is_some_and(|text| self.symbols.text(text) == BETWEEN)
    }

    /// The text that a node certainly is.
    fn certain_text(&self, node: NodeId) -> Option<Sym> {
        match self.objects_of(node) {
            [only] => match self.objects.kind(*only) {
                Object::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The nodes before some, these included, along edges that `follows`.
    fn behind(&self, start: Vec<NodeId>, most: usize, follows: impl Fn(&super::super::Edge) -> bool) -> Vec<NodeId> {
        let mut seen: FxHashSet<NodeId> = start.iter().copied().collect();
        let mut found = start;
        let mut next = 0;
        while next < found.len() && found.len() < most {
            let before = self.graph.edges_directed(found[next], Direction::Incoming);
            let mut before: Vec<_> = before.filter(|edge| follows(edge.weight())).collect();
            before.sort_unstable_by_key(EdgeRef::id);
            found.extend(before.into_iter().map(|edge| edge.source()).filter(|node| seen.insert(*node)));
            next += 1;
        }
        found
    }

    /// What has a value under a name: `it[name]`, or the object whose pair of name and value they are.
    fn holders_of(&mut self, name: NodeId, value: NodeId, loads: &FxHashMap<NodeId, Vec<u32>>) -> Vec<NodeId> {
        let names: FxHashSet<NodeId> = self.behind(vec![name], MAX_STEPS, |edge| edge.is_value).into_iter().collect();
        let values = self.behind(vec![value], MAX_STEPS, |edge| edge.via != Via::Part);
        let accesses = values.iter().filter_map(|node| loads.get(node)).flatten().map(|at| self.accesses[*at as usize]);
        let mut holders: Vec<NodeId> =
            accesses.filter(|access| names.contains(&access.key)).map(|access| access.obj).collect();
        let [first, second] = [0, 1].map(|index| self.index_name(index));
        let paired = self.pairs_read(names.iter(), first);
        let paired: Vec<ObjId> =
            self.pairs_read(values.iter(), second).into_iter().filter(|pair| paired.contains(pair)).collect();
        let owners = self.pair_objects.iter().filter(|(_, pair)| paired.contains(pair)).map(|((owner, _), _)| *owner);
        let mut owners: Vec<ObjId> = owners.collect();
        owners.sort_unstable();
        owners.dedup();
        holders.extend(owners.into_iter().map(|owner| self.holder(owner)));
        holders
    }

    /// The objects of which nodes are the reads of a property.
    fn pairs_read<'n>(&self, nodes: impl Iterator<Item = &'n NodeId>, name: Sym) -> Vec<ObjId> {
        let read = |node: &NodeId| match self.graph[*node] {
            Node::Lookup { obj, field: Field::Named(read) } if read == name => Some(obj),
            _ => None,
        };
        nodes.filter_map(read).collect()
    }
}
