//! Lists that are read several elements at a time, in turn: as long as all that is put into one comes in whole turns,
//! `list.push(yes, no)`, only what was put at the same place of a turn comes out. Whether that is so is looked at when
//! nothing else is left to do; of other lists any element comes out.

use petgraph::Direction;
use rustc_hash::FxHashSet;

use crate::graph::api::ApiId;
use crate::graph::calls::{Args, CallSite};
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::solver::Solver;
use crate::graph::{Node, NodeId, Via};
use crate::ir::{Turn, Val};

/// Lists put into lists that are looked through.
const MAX_DEPTH: usize = 4;

/// An element that is read in turn.
#[derive(Clone, Copy, Debug)]
struct Read {
    list: NodeId,
    dst: NodeId,
    turn: Turn,
}

/// What is read in turn, and what is known of the lists.
#[derive(Debug, Default)]
pub(in crate::graph) struct Turns {
    reads: Vec<Read>,
    /// Reads that any element of a list goes to.
    opened: FxHashSet<(u32, ObjId)>,
    /// Where the elements of reads come from.
    linked: FxHashSet<(u32, NodeId)>,
    /// Receivers of calls that take single elements away.
    taken: Vec<NodeId>,
}

/// Methods of lists that matter here.
struct Methods {
    adding: [Option<ApiId>; 2],
    taking: [Option<ApiId>; 2],
}

impl Solver<'_> {
    /// The turn of a value of a function instance.
    pub fn turn_of(&self, inst: crate::graph::InstId, val: Val) -> Option<Turn> {
        let entry = self.program.get(self.instances[inst.0 as usize].func);
        entry.function.turns.get(&val).copied()
    }

    /// Elements of `list` go to `dst`, in turn.
    pub fn read_in_turn(&mut self, list: NodeId, dst: NodeId, turn: Turn) {
        self.turns.reads.push(Read { list, dst, turn });
    }

    /// Whether a call of an outside function takes elements away in turn; those that take single ones are noted.
    pub fn takes_in_turn(&mut self, site: &CallSite, api: ApiId) -> bool {
        let Some(list) = site.this else { return false };
        if !self.list_methods().taking.contains(&Some(api)) {
            return false;
        }
        let Some(turn) = self.turn_of(site.inst, Val(site.val)) else {
            self.turns.taken.push(list);
            return false;
        };
        self.read_in_turn(list, site.dst, turn);
        true
    }

    /// What is read in turn goes where it goes, as far as it is known by now; whether anything is new.
    pub fn link_turns(&mut self) -> bool {
        if self.turns.reads.is_empty() {
            return false;
        }
        let before = (self.turns.opened.len(), self.turns.linked.len());
        let methods = self.list_methods();
        let taken: FxHashSet<ObjId> =
            self.turns.taken.iter().flat_map(|node| self.objects_of(*node)).copied().collect();
        for id in 0..self.turns.reads.len() as u32 {
            let read = self.turns.reads[id as usize];
            for list in self.objects_of(read.list).to_vec() {
                if self.turns.opened.contains(&(id, list)) {
                    continue;
                }
                let mut sources = Vec::new();
                if self.in_turn(list, read.turn, &methods, &taken, MAX_DEPTH, &mut sources) {
                    sources.retain(|source| self.turns.linked.insert((id, *source)));
                    for source in sources {
                        self.flow(source, read.dst, Via::Load, Some(Field::Any), None);
                    }
                } else {
                    self.turns.opened.insert((id, list));
                    self.load_from(list, Field::Any, read.dst);
                }
            }
        }
        before != (self.turns.opened.len(), self.turns.linked.len())
    }

    fn list_methods(&mut self) -> Methods {
        let mut method = |name: &str| {
            let name = self.symbols.intern(name);
            self.natives.type_member(self.known.ty_array, name)
        };
        Methods { adding: ["push", "unshift"].map(&mut method), taking: ["pop", "shift"].map(&mut method) }
    }

    /// Collects the nodes of what stands in a list at that place of each turn; false where that is not known.
    fn in_turn(
        &self,
        list: ObjId,
        turn: Turn,
        methods: &Methods,
        taken: &FxHashSet<ObjId>,
        depth: usize,
        sources: &mut Vec<NodeId>,
    ) -> bool {
        let Object::Alloc { ty, .. } = self.objects.kind(list) else { return false };
        if ty != self.known.ty_array || taken.contains(&list) || depth == 0 {
            return false;
        }
        let of = usize::from(turn.of);
        let mut n_indexed = 0;
        let mut has_more = false;
        for &(field, node) in &self.objects.get(list).fields {
            match field {
                Field::Named(name) => {
                    let Ok(index) = self.symbols.text(name).parse::<usize>() else { continue };
                    n_indexed = n_indexed.max(index + 1);
                    if index % of == usize::from(turn.index) {
                        sources.push(node);
                    }
                }
                Field::Content(name) if name != self.known.tail => {}
                Field::Any | Field::Content(_) => {
                    has_more = true;
                    if !self.added_in_turn(node, turn, methods, taken, depth, sources) {
                        return false;
                    }
                }
            }
        }
        !has_more || n_indexed % of == 0
    }

    /// The same for what is added to a list, which all goes to one node.
    fn added_in_turn(
        &self,
        node: NodeId,
        turn: Turn,
        methods: &Methods,
        taken: &FxHashSet<ObjId>,
        depth: usize,
        sources: &mut Vec<NodeId>,
    ) -> bool {
        self.graph.neighbors_directed(node, Direction::Incoming).all(|from| {
            let Node::Value { inst, .. } = self.graph[from] else { return false };
            let Some(call) = self.instances[inst.0 as usize].call else { return false };
            let is_adding = self.objects_of(self.calls[call as usize].callee).iter().any(
                |callee| matches!(self.objects.kind(*callee), Object::Api(api) if methods.adding.contains(&Some(api))),
            );
            let args: &Args = &self.calls[call as usize].args;
            let of = usize::from(turn.of);
            match args.as_slice() {
                _ if !is_adding => false,
                [(lists, true)] => self
                    .objects_of(*lists)
                    .iter()
                    .all(|list| self.in_turn(*list, turn, methods, taken, depth - 1, sources)),
                args if args.iter().any(|(_, is_spread)| *is_spread) || args.len() % of != 0 => false,
                args => {
                    sources.extend(args.iter().skip(usize::from(turn.index)).step_by(of).map(|(arg, _)| *arg));
                    true
                }
            }
        })
    }
}
