//! What data has to pass before it is sent: the tests on the way from where it comes in to the sending, and whether one
//! of them is of the data itself. Knows no clause.

use rustc_hash::FxHashSet;

use super::flow::States;
use crate::base::Span;
use crate::graph::{InstId, NodeId};
use crate::ir::{Instr, Val};

/// Calls on the way up from a sending beyond which no more tests are looked for.
const MAX_CALLS: usize = 200;
/// Values that a test is made from beyond which it is none of the data.
const MAX_PARTS: usize = 100;

/// The tests without which data is not sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tested {
    /// Whether there is any.
    pub is_any: bool,
    /// One that is made from the data.
    pub own: Option<Span>,
}

/// The tests before a sending, whose calls are given, back to where the data comes in. `data` is where that gets to.
pub(super) fn before(
    states: &States<'_>,
    sent: &[InstId],
    sources: &[InstId],
    data: Option<&FxHashSet<NodeId>>,
) -> Tested {
    let mut tested = Tested::default();
    let mut work: Vec<(InstId, u32)> = sent.iter().flat_map(|call| callers(states, *call)).collect();
    let mut seen: FxHashSet<(InstId, u32)> = work.iter().copied().collect();
    while let Some((inst, val)) = work.pop() {
        if sources.contains(&inst) {
            continue;
        }
        let block = states.index(inst).definition(Val(val)).filter(|_| !states.is_model(inst));
        for (_, test, _) in block.into_iter().flat_map(|(block, _)| tests(states, inst, block)) {
            tested.is_any = true;
            if tested.own.is_none() && data.is_some_and(|data| is_made_from(states, inst, test, data)) {
                let graph = states.graph;
                let place = states.function(inst).values[test.0 as usize];
                tested.own = graph.program.span(graph.instances[inst.0 as usize].func, place);
            }
        }
        let callers =
            callers(states, inst).into_iter().filter(|(caller, call)| states.handler(*caller, *call).is_none());
        work.extend(callers.filter(|call| seen.len() < MAX_CALLS && seen.insert(*call)));
    }
    tested
}

fn callers(states: &States<'_>, inst: InstId) -> Vec<(InstId, u32)> {
    states.calls_to(inst).map(|edge| (edge.from, edge.val)).collect()
}

fn tests(states: &States<'_>, inst: InstId, block: usize) -> Vec<(usize, Val, bool)> {
    states.deciding(inst).tests(&states.function(inst).blocks, block).collect()
}

/// Whether a value is among some, or made from one of them: by a callback, too, that a call of the platform asks.
fn is_made_from(states: &States<'_>, inst: InstId, val: Val, data: &FxHashSet<NodeId>) -> bool {
    let mut work = vec![(inst, val)];
    let mut seen: FxHashSet<(InstId, Val)> = work.iter().copied().collect();
    while let Some((inst, val)) = work.pop() {
        if data.contains(&states.node(inst, val)) {
            return true;
        }
        let parts: Vec<Val> = match states.definition(inst, val) {
            Some(Instr::Call(call)) => call.this.into_iter().chain(call.args.iter().map(|arg| arg.val)).collect(),
            Some(Instr::Load { obj, .. }) => vec![*obj],
            Some(Instr::Copy { src, .. }) => vec![*src],
            Some(Instr::Op { args: parts, .. } | Instr::Phi { srcs: parts, .. }) => parts.clone(),
            _ => states.index(inst).compared(val),
        };
        let parts = parts.into_iter().map(|part| (inst, part)).chain(answers(states, inst, val));
        work.extend(parts.filter(|part| seen.len() < MAX_PARTS && seen.insert(*part)));
    }
    false
}

/// What the program's own functions answer that a call of the platform asks: `fields.find(name => !form[name])`.
fn answers(states: &States<'_>, inst: InstId, val: Val) -> Vec<(InstId, Val)> {
    let asking = states.called(inst, val).iter().filter(|edge| states.is_model(edge.to));
    let asked = asking.flat_map(|edge| states.calls_of(edge.to)).map(|edge| edge.to).filter(|to| !states.is_model(*to));
    let returned = asked.flat_map(|to| {
        let code = states.function(to).blocks.iter().filter(|block| block.is_reachable).flat_map(|block| &block.code);
        code.filter_map(move |(instr, _)| match instr {
            Instr::Return { val } => Some((to, *val)),
            _ => None,
        })
    });
    returned.collect()
}
