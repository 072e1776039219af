//! Whose a field is, as the text around its read says: `address` in `address.items[0].tel`, and in a loop over
//! `address.items`. Knows the instructions of one function at a time, and no name.

use rustc_hash::FxHashMap;

use super::names::is_element;
use crate::graph::program::FuncId;
use crate::graph::symbols::Sym;
use crate::graph::{FlowGraph, Node, NodeId};
use crate::ir::{Function, Instr, Key, Val};

/// Instructions that a value is followed back over.
const MAX_STEPS: usize = 12;

/// Where a value comes from.
#[derive(Clone, Copy)]
enum Origin {
    /// A property of a value.
    Load(Val, Key),
    /// Another value, or a part of it that has no name.
    Part(Val),
}

/// Looks up whose fields are, function by function.
pub(super) struct Owners<'g> {
    graph: &'g FlowGraph,
    origins: FxHashMap<FuncId, FxHashMap<Val, Origin>>,
}

impl<'g> Owners<'g> {
    pub(super) fn new(graph: &'g FlowGraph) -> Self {
        Self { graph, origins: FxHashMap::default() }
    }

    /// The names before that of the field that is read at a node, the nearest first, those of elements left out.
    pub(super) fn of(&mut self, read: NodeId) -> Vec<Sym> {
        let graph = self.graph;
        let mut names = Vec::new();
        let Node::Value { inst, val } = graph.graph[read] else { return names };
        let func = graph.instances[inst.0 as usize].func;
        let entry = graph.program.get(func);
        let origins = self.origins.entry(func).or_insert_with(|| origins(&entry.function));
        let Some(&Origin::Load(mut at, _)) = origins.get(&Val(val)) else { return names };
        for _ in 0..MAX_STEPS {
            match origins.get(&at) {
                Some(&Origin::Load(from, key)) => {
                    names.extend(match key {
                        Key::Named(own) => Some(entry.sym(own)).filter(|own| !is_element(graph.symbols.text(*own))),
                        Key::Computed(_) | Key::Any | Key::Content(_) => None,
                    });
                    at = from;
                }
                Some(&Origin::Part(from)) => at = from,
                None => break,
            }
        }
        names
    }
}

fn origins(function: &Function) -> FxHashMap<Val, Origin> {
    let mut origins = FxHashMap::default();
    let instrs = || function.blocks.iter().flat_map(|block| &block.code).map(|(instr, _)| instr);
    for instr in instrs() {
        match instr {
            Instr::Load { dst, obj, key } => {
                origins.insert(*dst, Origin::Load(*obj, *key));
            }
            Instr::Copy { dst, src } | Instr::Iterate { dst, src } => {
                origins.insert(*dst, Origin::Part(*src));
            }
            _ => {}
        }
    }
    // An element of a list may come out of it in several ways.
    for instr in instrs() {
        let Instr::Phi { dst, srcs } = instr else { continue };
        let list = |src: &Val| match origins.get(src) {
            Some(&(Origin::Part(list) | Origin::Load(list, Key::Any))) => Some(list),
            _ => None,
        };
        if let Some(first) = srcs.first().and_then(list)
            && srcs.iter().all(|src| list(src) == Some(first))
        {
            origins.insert(*dst, Origin::Part(first));
        }
    }
    origins
}
