//! What an object carries goes where the object goes: between the place where data is put into an object and the place
//! where it is read again, the object itself is on its way. Knows objects and the edges that move them, and no data.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use petgraph::Direction;
use petgraph::graph::EdgeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::witness::is_store;
use crate::graph::objects::{Field, ObjId, Object, role};
use crate::graph::symbols::Sym;
use crate::graph::{Edge, FlowGraph, InstId, Node, NodeId, Via};
use crate::models::Effect;

/// The content of a text that is JSON.
pub(super) const JSON: &str = "json";

/// Edges that are looked at for one object and place.
const MAX_EDGES: usize = 10_000;

/// Edges that are looked at for all of them. Beyond it every way counts as one of many.
const ALL_EDGES: usize = 1_000_000;

/// How an object got to a place.
#[derive(Clone, Debug)]
pub(super) enum Carriage {
    /// Over these edges, each on a call path of its own.
    By(Rc<[EdgeIndex<u32>]>),
    /// Only where call paths were put together, or too far to tell.
    Coarse,
    /// The object is everywhere, or belongs to the runtime.
    Open,
}

/// What a search for the way of an object comes to.
enum Search {
    /// These edges.
    Found(Rc<[EdgeIndex<u32>]>),
    /// No edges lead there.
    Lost,
    /// There are more edges than may be looked at.
    TooFar,
}

/// A place at which an object is held.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    /// Some value of a function instance, which reads it.
    Instance(InstId),
    /// Some value of a function instance, which writes into it.
    Writer(InstId),
    /// A field of another object.
    Field(NodeId),
    /// A field of this name, by which a path leads to the object.
    Named(Sym),
}

/// How objects get about; asked once for each object and place.
pub(super) struct Carriages<'g> {
    graph: &'g FlowGraph,
    known: RefCell<FxHashMap<(ObjId, Holder), Carriage>>,
    /// Edges that may still be looked at.
    left: Cell<usize>,
}

impl<'g> Carriages<'g> {
    pub(super) fn new(graph: &'g FlowGraph) -> Self {
        Self { graph, known: RefCell::default(), left: Cell::new(ALL_EDGES) }
    }

    /// How the object that an edge puts data into, or takes it out of, got to that place; nothing for other edges.
    pub(super) fn of(&self, edge: EdgeIndex<u32>) -> Option<Carriage> {
        if self.is_for_any(edge) || self.is_under_any(edge) {
            return Some(Carriage::Coarse);
        }
        let (obj, holder) = self.held(edge)?;
        if let Some(known) = self.known.borrow().get(&(obj, holder)) {
            return Some(known.clone());
        }
        let carriage = self.carriage(obj, holder);
        self.known.borrow_mut().insert((obj, holder), carriage.clone());
        Some(carriage)
    }

    /// Whether an edge writes into what the runtime holds for a page or a component, from an object that a shared call has
    /// made: for which of those that the call is made for, nobody knows.
    fn is_for_any(&self, edge: EdgeIndex<u32>) -> bool {
        let ends = self.graph.graph.edge_endpoints(edge).filter(|_| self.graph.graph[edge].via == Via::Store);
        let object = |node: NodeId| match self.graph.graph[node] {
            Node::Field { obj, .. } | Node::Lookup { obj, .. } => Some(obj),
            _ => None,
        };
        let objects = ends.and_then(|(from, to)| Some((object(from)?, object(to)?)));
        objects.is_some_and(|(from, to)| {
            self.birth(to).is_none() && self.birth(from).is_some_and(|birth| self.is_in_shared(birth))
        })
    }

    /// Whether a shared call puts data under one of several names that one place in the text may mean: which of them goes
    /// with which data, nobody knows.
    fn is_under_any(&self, edge: EdgeIndex<u32>) -> bool {
        let Some((from, to)) = self.graph.graph.edge_endpoints(edge) else { return false };
        let (Some(place), Node::Field { obj, .. }) = (self.graph.graph[edge].at(), self.graph.graph[to]) else {
            return false;
        };
        let is_other =
            |node: NodeId| node != to && matches!(self.graph.graph[node], Node::Field { obj: of, .. } if of == obj);
        if !self.is_in_shared(from) {
            return false;
        }
        let mut stores = self.graph.graph.edges(from).filter(|other| other.weight().via == Via::Store);
        stores.any(|other| other.weight().at() == Some(place) && is_other(other.target()))
    }

    /// The object that an edge puts data into, or takes it out of, and whether it has been kept for later by then; nothing
    /// where that is not known for its call path alone.
    pub(super) fn kept(&self, edge: EdgeIndex<u32>) -> Option<(ObjId, bool)> {
        let (obj, _) = self.held(edge)?;
        match self.of(edge)? {
            Carriage::By(way) => Some((obj, self.is_kept(&way))),
            Carriage::Coarse | Carriage::Open => None,
        }
    }

    /// Whether a way leads through a property of something that outlives a call.
    fn is_kept(&self, way: &[EdgeIndex<u32>]) -> bool {
        let lasts = |node: NodeId| match self.graph.graph[node] {
            Node::Field { obj, .. } | Node::Lookup { obj, .. } => matches!(
                self.graph.objects.kind(obj),
                Object::Unit { .. }
                    | Object::Made(_)
                    | Object::Api(_)
                    | Object::Global
                    | Object::Module(_)
                    | Object::Exports(_)
                    | Object::Store(_)
            ),
            _ => false,
        };
        way.iter().filter_map(|edge| self.graph.graph.edge_endpoints(*edge)).any(|(from, to)| lasts(from) || lasts(to))
    }

    /// The way of an object, from where data was put into it to where an edge takes the data out again; `writer` is the
    /// instance that put it in. Empty where that is not known, or the same place.
    pub(super) fn way(&self, edge: EdgeIndex<u32>, writer: Option<InstId>) -> Vec<EdgeIndex<u32>> {
        match (self.held(edge), self.of(edge)) {
            (Some((_, Holder::Instance(reader))), Some(Carriage::By(_))) if Some(reader) == writer => Vec::new(),
            (Some((_, Holder::Instance(_) | Holder::Field(_))), Some(Carriage::By(way))) => {
                let begins = |edge: &EdgeIndex<u32>| {
                    let ends = self.graph.graph.edge_endpoints(*edge);
                    ends.is_some_and(|(from, _)| self.graph.graph[from].instance() == writer)
                };
                let start = way.iter().rposition(begins).filter(|_| writer.is_some()).unwrap_or(0);
                way[start..].to_vec()
            }
            _ => Vec::new(),
        }
    }

    fn held(&self, edge: EdgeIndex<u32>) -> Option<(ObjId, Holder)> {
        let (from, to) = self.graph.graph.edge_endpoints(edge)?;
        let object = |node: Node| match node {
            Node::Field { obj, .. } | Node::Lookup { obj, .. } | Node::Deep { obj } => Some(obj),
            _ => None,
        };
        let (source, target) = (self.graph.graph[from], self.graph.graph[to]);
        match (object(source), object(target)) {
            (Some(obj), None) => Some((obj, Holder::Instance(target.instance()?))),
            (None, Some(obj)) if self.graph.graph[edge].via == Via::Store => {
                Some((obj, Holder::Writer(source.instance()?)))
            }
            (Some(inner), Some(outer)) if inner != outer && self.graph.graph[edge].via == Via::Part => {
                let field = self.graph.objects.field(outer, self.graph.graph[edge].field()?)?;
                Some((inner, Holder::Field(field)))
            }
            (Some(_), Some(obj)) if self.graph.graph[edge].via == Via::Store => {
                Some((obj, Holder::Named(self.leading_to(source)?)))
            }
            _ => None,
        }
    }

    /// The name before the last one of a path that is written, as `user` in `user.phone`.
    fn leading_to(&self, written: Node) -> Option<Sym> {
        let Node::Field { field: Field::Named(path), .. } = written else { return None };
        let path = self.graph.symbols.text(path);
        let (before, _) = path.trim_end_matches(']').rsplit_once(['.', '['])?;
        let last = before.rsplit(['.', '[']).next()?;
        self.graph.symbols.find(last.trim_end_matches(']'))
    }

    fn carriage(&self, obj: ObjId, holder: Holder) -> Carriage {
        let Some(birth) = self.birth(obj) else {
            // Where a path leads, the runtime has an object of its own: any other has to be known to get there.
            let is_led_to = matches!(holder, Holder::Named(_));
            return if is_led_to { Carriage::Coarse } else { Carriage::Open };
        };
        if self.is_mixed(birth) {
            return Carriage::Coarse;
        }
        // Objects of the runtime's own may be put at several places; only one of them is known.
        let is_made = matches!(self.graph.objects.kind(obj), Object::Made(_));
        match self.search(birth, holder, true) {
            Search::Found(way) => Carriage::By(way),
            _ if is_made && matches!(self.search(birth, holder, false), Search::Lost) => Carriage::Open,
            _ => Carriage::Coarse,
        }
    }

    /// The edges from where an object is made to a place; only those on which nothing was put together, if `is_strict`.
    ///
    /// Call paths that share a function instance meet in it, and part again where it returns. An object that is handed in
    /// is there for each of them, whatever the others hand in: it is on a way of its own as long as it does not come out.
    /// What is written into it there may come from any of them.
    fn search(&self, birth: NodeId, holder: Holder, is_strict: bool) -> Search {
        let is_there = |node: NodeId| match holder {
            Holder::Instance(inst) | Holder::Writer(inst) => self.graph.graph[node].instance() == Some(inst),
            Holder::Field(field) => node == field,
            Holder::Named(name) => {
                matches!(self.graph.graph[node], Node::Field { field: Field::Named(field), .. } if field == name)
            }
        };
        let is_writer = matches!(holder, Holder::Writer(_));
        let start = Place { node: birth, is_inside: self.is_in_shared(birth) };
        let mut parents: FxHashMap<Place, (Place, EdgeIndex<u32>)> = FxHashMap::default();
        let mut seen: FxHashSet<Place> = std::iter::once(start).collect();
        let mut queue: VecDeque<Place> = std::iter::once(start).collect();
        let mut n_edges = 0;
        while let Some(place) = queue.pop_front() {
            if is_there(place.node) {
                self.left.set(self.left.get().saturating_sub(n_edges));
                return Search::Found(way(&parents, place));
            }
            for edge in self.graph.graph.edges(place.node) {
                let target = edge.target();
                n_edges += 1;
                let next = Place { node: target, is_inside: place.is_inside || self.is_in_shared(target) };
                let moves = is_move(edge.weight()) && !seen.contains(&next);
                let is_copied = || is_writer && self.is_copy(target);
                let is_entered = || is_writer && next.is_inside && !place.is_inside;
                let is_left = || place.is_inside && !self.is_inside(target);
                let is_mixed = || {
                    is_copied()
                        || is_entered()
                        || is_left()
                        || self.is_mixed(target)
                        || self.is_for_any(edge.id())
                        || self.is_under_any(edge.id())
                        || is_any_of_several(self.graph, edge.id())
                };
                if moves && !(is_strict && is_mixed()) {
                    seen.insert(next);
                    parents.insert(next, (place, edge.id()));
                    queue.push_back(next);
                }
            }
            if MAX_EDGES.min(self.left.get()) < n_edges {
                self.left.set(self.left.get().saturating_sub(n_edges));
                return Search::TooFar;
            }
        }
        self.left.set(self.left.get().saturating_sub(n_edges));
        Search::Lost
    }

    /// Whether a node belongs to a function instance that several call paths share.
    fn is_in_shared(&self, node: NodeId) -> bool {
        self.graph.graph[node].instance().is_some_and(|inst| self.graph.instances[inst.0 as usize].is_shared)
    }

    /// Whether a node belongs to code that runs inside a call of a shared instance, and was not handed in from outside; a
    /// property belongs to nobody.
    fn is_inside(&self, node: NodeId) -> bool {
        let Some(inst) = self.graph.graph[node].instance() else { return true };
        let around = |inst: InstId| self.graph.instances[inst.0 as usize].env;
        // Closures belong where they are made; functions of a module are made nowhere.
        let made = around(inst).filter(|env| around(*env).is_some());
        self.is_below_shared(inst) && made.is_none_or(|env| self.is_below_shared(env))
    }

    fn is_below_shared(&self, inst: InstId) -> bool {
        let mut at = Some(inst);
        while let Some(inst) = at {
            let instance = &self.graph.instances[inst.0 as usize];
            if instance.is_shared {
                return true;
            }
            at = instance.caller.map(|(caller, _)| caller);
        }
        false
    }

    /// Whether an object has properties that have names: it is no list, and no data from outside of which nothing is known.
    fn is_known(&self, obj: ObjId) -> bool {
        let is_from_outside = matches!(self.graph.objects.kind(obj), Object::Implicit { .. } | Object::Content { .. });
        !is_from_outside && !is_list(self.graph, obj)
    }

    /// Whether what comes out of a node is a copy of what went in: what is written into it is written nowhere else.
    fn is_copy(&self, node: NodeId) -> bool {
        match self.graph.graph[node] {
            Node::Field { field: Field::Content(name), .. } | Node::Lookup { field: Field::Content(name), .. } => {
                self.graph.symbols.text(name) == JSON
            }
            Node::Field { obj, .. } | Node::Lookup { obj, .. } => is_store(self.graph, obj),
            _ => false,
        }
    }

    /// The node at which an object is made.
    fn birth(&self, obj: ObjId) -> Option<NodeId> {
        let (inst, val) = match self.graph.objects.kind(obj) {
            Object::Alloc { inst, val, .. } | Object::New { inst, val, .. } if role::is_of_instruction(val) => {
                (inst, val)
            }
            Object::Implicit { node } => return Some(NodeId::new(node as usize)),
            Object::Made(_) | Object::Alloc { .. } => return self.graph.objects.get(obj).first,
            _ => return None,
        };
        let node = NodeId::new((self.graph.instances.get(inst.0 as usize)?.first + val) as usize);
        matches!(self.graph.graph.node_weight(node), Some(Node::Value { inst: of, .. }) if *of == inst).then_some(node)
    }

    /// Whether objects were put together at a node, or names of properties.
    fn is_mixed(&self, node: NodeId) -> bool {
        match self.graph.graph[node] {
            Node::Field { obj, .. } | Node::Lookup { obj, .. } if is_crowd(self.graph, obj) => true,
            node @ Node::Field { field: Field::Any, .. } => is_any(self.graph, node),
            Node::Lookup { obj, field: Field::Any } => self.is_known(obj),
            _ => false,
        }
    }
}

/// Whether an object stands for many that were put together.
pub(super) fn is_crowd(graph: &FlowGraph, obj: ObjId) -> bool {
    matches!(graph.objects.kind(obj), Object::Crowd(_) | Object::CrowdWrites(_))
}

/// Whether an edge reads one of several properties of an object, or a property of one of several pages, whichever it is.
pub(super) fn is_any_of_several(graph: &FlowGraph, edge: EdgeIndex<u32>) -> bool {
    let property = |node: NodeId| match graph.graph[node] {
        Node::Field { obj, field: Field::Named(name) } | Node::Lookup { obj, field: Field::Named(name) } => {
            Some((obj, name))
        }
        _ => None,
    };
    let unit = |obj: ObjId| match graph.objects.kind(obj) {
        Object::Unit { unit, .. } => Some(unit),
        _ => None,
    };
    let Some((from, to)) = graph.graph.edge_endpoints(edge).filter(|_| graph.graph[edge].via == Via::Load) else {
        return false;
    };
    let Some((obj, name)) = property(from).filter(|_| graph.graph[to].instance().is_some()) else { return false };
    let before = graph.graph.edges_directed(to, Direction::Incoming).filter(|other| other.weight().via == Via::Load);
    before.filter_map(|other| property(other.source())).any(|(other, other_name)| {
        let are_units = || matches!((unit(obj), unit(other)), (Some(own), Some(other)) if own != other);
        if other == obj { other_name != name } else { are_units() }
    })
}

/// Whether a node is a property of an object whose name is not known; elements of lists have no names.
pub(super) fn is_any(graph: &FlowGraph, node: Node) -> bool {
    let Node::Field { obj, field: Field::Any } = node else { return false };
    !is_list(graph, obj)
}

/// Whether an object is a list, as far as is known.
pub(super) fn is_list(graph: &FlowGraph, obj: ObjId) -> bool {
    match graph.objects.kind(obj) {
        Object::Alloc { ty, .. } => graph.symbols.text(ty) == "Array",
        _ => false,
    }
}

/// Whether the very object goes over an edge. Over some goes what is of the right sort only: a receiver that has the
/// method that is called, what is awaited and is no promise.
fn is_move(edge: &Edge) -> bool {
    let is_sorted = matches!(edge.via, Via::Argument | Via::Await) && edge.effect == Effect::Value;
    (edge.is_value || is_sorted) && edge.via != Via::Unknown
}

/// A node on the way of an object, and whether the object is inside a call of an instance that call paths share.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    node: NodeId,
    is_inside: bool,
}

fn way(parents: &FxHashMap<Place, (Place, EdgeIndex<u32>)>, end: Place) -> Rc<[EdgeIndex<u32>]> {
    let mut edges = Vec::new();
    let mut at = end;
    while let Some(&(before, edge)) = parents.get(&at) {
        edges.push(edge);
        at = before;
    }
    edges.reverse();
    edges.into()
}
