//! What destinations of sinks may be, and what goes together with the parts of one: where many calls share an instance,
//! only the call itself tells which of all the texts belongs to which data.

use indexmap::IndexSet;
use petgraph::Direction;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::objects::{ObjId, Object};
use super::solver::{HOLE, Solver};
use super::{InstId, Node, NodeId};

/// How deep the objects beside a part of a destination are looked into.
const DEPTH: usize = 3;
/// Objects beside a part of a destination.
const MAX_OBJECTS: usize = 64;

/// A sink in a context: its instance, the number of its model, and which of several calls there it is.
pub type SinkKey = (InstId, u32, u32);

/// A call with a part of a destination among its arguments, or an object with one among its fields.
#[derive(Clone, Debug, Default)]
pub struct Together {
    /// The parts, and what each may be; `…` is what is not known.
    pub parts: Vec<(NodeId, Vec<String>)>,
    /// The arguments or fields, the parts among them.
    pub nodes: Vec<NodeId>,
    /// What objects these may be, and what they hold.
    pub objects: Vec<ObjId>,
}

/// What is known of the destinations of sinks.
#[derive(Debug, Default)]
pub struct Destinations {
    /// The texts that each may be, sorted; `…` is what is not known.
    pub texts: FxHashMap<SinkKey, Vec<String>>,
    /// The nodes whose texts make up those of which there is more than one text.
    pub parts: FxHashMap<SinkKey, FxHashSet<NodeId>>,
    /// What goes together with these parts.
    pub together: Vec<Together>,
}

impl Solver<'_> {
    /// What destinations may be, and what goes together with the parts of those that may be several texts.
    pub(super) fn destinations(&self) -> Destinations {
        let mut found = Destinations::default();
        for mark in &self.outlets {
            let Some(sink) = self.natives.tags.destination_of(mark.tag) else { continue };
            let key = (mark.inst, sink, mark.group);
            let known = found.texts.entry(key).or_default();
            match self.shown_texts(mark.node) {
                // One text beside a value that is none is the likely one.
                (texts, _) if texts.len() < 2 => known.extend(texts),
                (texts, is_open) => {
                    known.extend(texts);
                    known.extend(is_open.then(unknown));
                    found.parts.entry(key).or_default().extend(self.made_from(mark.node));
                }
            }
            known.sort();
            known.dedup();
        }
        found.together = self.together(&found.parts.values().flatten().copied().collect());
        found
    }

    fn together(&self, parts: &FxHashSet<NodeId>) -> Vec<Together> {
        if parts.is_empty() {
            return Vec::new();
        }
        let calls = self.calls.iter().filter(|call| call.place.is_some()).filter_map(|call| {
            let nodes: Vec<NodeId> = call.args.iter().map(|(node, _)| *node).collect();
            self.group(parts, nodes)
        });
        let mut holders: Vec<ObjId> = parts.iter().filter_map(|part| self.object_around(*part)).collect();
        holders.sort_unstable();
        holders.dedup();
        let objects = holders.into_iter().filter_map(|obj| {
            let fields = self.objects.get(obj).fields.iter().map(|(_, node)| *node).collect();
            self.group(parts, fields)
        });
        calls.chain(objects).collect()
    }

    /// The nodes whose texts make up those of a node, itself among them.
    fn made_from(&self, end: NodeId) -> FxHashSet<NodeId> {
        let mut work = vec![end];
        let mut parts = FxHashSet::from_iter([end]);
        while let Some(node) = work.pop() {
            for before in self.graph.neighbors_directed(node, Direction::Incoming) {
                if self.objects_of(before).iter().any(|obj| self.is_text(*obj)) && parts.insert(before) {
                    work.push(before);
                }
            }
        }
        parts
    }

    fn group(&self, parts: &FxHashSet<NodeId>, nodes: Vec<NodeId>) -> Option<Together> {
        let texts = |node: NodeId| {
            let (texts, is_open) = self.shown_texts(node);
            texts.into_iter().chain(is_open.then(unknown)).collect()
        };
        let parts: Vec<(NodeId, Vec<String>)> =
            nodes.iter().filter(|node| parts.contains(node)).map(|node| (*node, texts(*node))).collect();
        (!parts.is_empty()).then(|| Together { objects: self.held(&nodes), parts, nodes })
    }

    /// The object that the program makes for what a part stands in.
    fn object_around(&self, part: NodeId) -> Option<ObjId> {
        match self.graph[part] {
            Node::Field { obj, .. } if self.is_made(obj) => Some(obj),
            _ => None,
        }
    }

    fn is_made(&self, obj: ObjId) -> bool {
        matches!(self.objects.kind(obj), Object::Alloc { .. } | Object::New { .. } | Object::Content { .. })
    }

    /// The objects that some nodes may be, and those in them, the nearest first.
    fn held(&self, nodes: &[NodeId]) -> Vec<ObjId> {
        let mut found: IndexSet<ObjId, FxBuildHasher> = IndexSet::default();
        let made = |node: NodeId| self.objects_of(node).iter().copied().filter(|obj| self.is_made(*obj));
        found.extend(nodes.iter().flat_map(|node| made(*node)).take(MAX_OBJECTS));
        let mut from = 0;
        for _ in 0..DEPTH {
            let to = found.len();
            for at in from..to {
                for (_, node) in &self.objects.get(found[at]).fields {
                    if MAX_OBJECTS <= found.len() {
                        break;
                    }
                    found.extend(made(*node).take(MAX_OBJECTS));
                }
            }
            from = to;
        }
        let mut found: Vec<ObjId> = found.into_iter().collect();
        found.sort_unstable();
        found
    }

    /// The texts that a node may be, and whether it may be something else too.
    fn shown_texts(&self, node: NodeId) -> (Vec<String>, bool) {
        let texts = self.texts_of(node).map(|text| text.replace(HOLE, "…")).collect();
        (texts, self.first_beside_texts(node).is_some())
    }
}

/// What stands for a text that is not known.
fn unknown() -> String {
    "…".to_owned()
}
