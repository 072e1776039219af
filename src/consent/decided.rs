//! Verdicts that programs choose by what the platform gives: texts that stand where a test of such data leads. Knows no
//! clause.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};

use super::flow::States;
use crate::base::{Span, pattern};
use crate::graph::natives::TagKind;
use crate::graph::program::{FuncId, Origin};
use crate::graph::{InstId, Node, NodeId};
use crate::ir::{Function, Instr, Literal, Val};
use crate::models::Anchor;

/// Nodes on the way back from what is tested beyond which it is made from nothing in particular.
const MAX_WAY: usize = 400;

/// A verdict that depends on data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decided {
    /// Where the data comes in.
    pub source: Span,
    /// The source's id.
    pub model: String,
    /// The category of the data.
    pub data: String,
    /// What is tested.
    pub test: Span,
    /// The text of the verdict.
    pub verdict: Span,
}

/// A verdict in a function: the block that it stands in, and where.
type Verdict = (usize, Span);

/// All verdicts that a test of the platform's data leads to, one for each source and test.
pub(super) fn all(states: &States<'_>) -> Vec<Decided> {
    let sources = sources(states);
    let verdicts = if sources.is_empty() { FxHashMap::default() } else { verdicts(states) };
    if verdicts.is_empty() {
        return Vec::new();
    }
    let graph = states.graph;
    let mut decided = BTreeSet::new();
    for inst in (0..graph.instances.len() as u32).map(InstId).filter(|inst| !graph.is_dead(*inst)) {
        let func = graph.instances[inst.0 as usize].func;
        for &(block, verdict) in verdicts.get(&func).into_iter().flatten() {
            let function = states.function(inst);
            for (_, test, _) in states.deciding(inst).tests(&function.blocks, block) {
                let place = graph.program.span(func, function.values[test.0 as usize]);
                let (Some(at), Some(test)) = (came_from(states, &sources, states.node(inst, test)), place) else {
                    continue;
                };
                let (source, output) = sources[&at];
                let source = &states.models.sources[source as usize];
                let Some(place) = graph.place(at) else { continue };
                decided.insert(Decided {
                    source: place,
                    model: source.id.clone(),
                    data: source.outputs[output as usize].data.clone(),
                    test,
                    verdict,
                });
            }
        }
    }
    decided.into_iter().collect()
}

/// The verdicts in the program's functions.
fn verdicts(states: &States<'_>) -> FxHashMap<FuncId, Vec<Verdict>> {
    let Ok(words) = pattern::compile(&states.models.runtime.answers.verdict) else { return FxHashMap::default() };
    let program = &states.graph.program;
    let mut found: FxHashMap<FuncId, Vec<Verdict>> = FxHashMap::default();
    for func in (0..program.len() as u32).map(FuncId) {
        let entry = program.get(func);
        if !matches!(entry.origin, Origin::Module(_)) {
            continue;
        }
        for (block, (instr, at)) in code(&entry.function) {
            if let Instr::Const { literal: Literal::String(text), .. } = instr
                && words.is_match(states.graph.symbols.text(entry.sym(*text)))
                && let Some(place) = program.span(func, *at)
            {
                found.entry(func).or_default().push((block, place));
            }
        }
    }
    found
}

fn code(function: &Function) -> impl Iterator<Item = (usize, &(Instr, crate::ir::Range))> {
    function.blocks.iter().enumerate().flat_map(|(at, block)| block.code.iter().map(move |step| (at, step)))
}

/// Where calls of the platform give data: the source, and which of its outputs.
fn sources(states: &States<'_>) -> FxHashMap<NodeId, (u32, u32)> {
    let graph = states.graph;
    let marks = graph.origins.iter().filter_map(|mark| match graph.tags.kind(mark.tag)? {
        TagKind::Source { source, output } => Some((mark.node, (source, output))),
        _ => None,
    });
    marks
        .filter(|(_, (source, _))| !matches!(states.models.sources[*source as usize].anchor, Anchor::Component(_)))
        .collect()
}

/// The source that a node's value is, or is made from.
fn came_from(states: &States<'_>, sources: &FxHashMap<NodeId, (u32, u32)>, node: NodeId) -> Option<NodeId> {
    let mut work = VecDeque::from([node]);
    let mut seen = FxHashSet::from_iter([node]);
    while let Some(node) = work.pop_front() {
        if sources.contains_key(&node) {
            return Some(node);
        }
        let compared = match states.graph.graph[node] {
            Node::Value { inst, val } => {
                states.index(inst).compared(Val(val)).into_iter().map(|side| states.node(inst, side)).collect()
            }
            _ => Vec::new(),
        };
        let before = compared.into_iter().chain(states.sources_of(node));
        work.extend(before.filter(|from| seen.len() < MAX_WAY && seen.insert(*from)));
    }
    None
}
