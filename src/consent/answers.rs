//! Which answer led to a call: the innermost question on each way to it, followed from the call upwards through the tests
//! that decide whether control gets there, through callbacks and callers. Knows no clause.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::flow::States;
use super::refusals::Refusals;
use crate::base::pattern::Pattern;
use crate::base::{FileId, Files, Span};
use crate::graph::{InstId, NodeId};
use crate::ir::{Instr, Val};
use crate::models::Covers;

/// Nodes on the way back from what is tested beyond which it is told by its text.
const MAX_WAY: usize = 200;

/// What led to a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Somebody agreed, or got what was asked for.
    Agreed,
    /// It was refused: what, and the place of the call that runs because of it.
    Refused(Question, Span),
    /// The user tapped, with the tag.
    Tapped(Span),
}

/// What was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// A call of the platform that asks: its model, and where it stands.
    Call { model: String, place: Span },
    /// A dialog of the program's own: where it is opened, and whether it speaks of consent.
    Dialog { place: Span, is_of_consent: bool },
    /// Something that is tested: where, and whether it is a result of the platform's.
    Value { place: Span, is_of_platform: bool },
}

/// Looks for them.
pub(super) struct Answers<'a, 'g> {
    pub states: &'a States<'g>,
    pub files: &'a Files,
    pub refusals: &'a Refusals,
    /// Calls of the platform that ask, with their models.
    pub asking: &'a FxHashMap<InstId, &'a str>,
    words: [Pattern; 3],
}

impl<'a, 'g> Answers<'a, 'g> {
    pub fn new(
        states: &'a States<'g>,
        files: &'a Files,
        refusals: &'a Refusals,
        asking: &'a FxHashMap<InstId, &'a str>,
    ) -> Self {
        let words = &states.models.runtime.answers;
        let words = [&words.refused, &words.agreed, &words.platform].map(|words| Pattern::new(words.clone()));
        Self { states, files, refusals, asking, words }
    }

    /// The innermost answers on all ways to calls of a model, each once.
    pub fn of(&self, calls: &[InstId]) -> Vec<Answer> {
        let mut found = BTreeSet::new();
        let mut work: Vec<(InstId, u32)> = calls.iter().flat_map(|call| self.callers(*call)).collect();
        let mut seen: FxHashSet<(InstId, u32)> = work.iter().copied().collect();
        while let Some((inst, val)) = work.pop() {
            if self.states.graph.is_dead(inst) {
                continue;
            }
            let before = match self.here(inst, val) {
                Some(answer) => {
                    found.insert(answer);
                    continue;
                }
                None => self.before(inst, &mut found),
            };
            work.extend(before.into_iter().filter(|it| seen.insert(*it)));
        }
        found.into_iter().collect()
    }

    /// The calls of an instance: who makes them, and the value there.
    fn callers(&self, inst: InstId) -> Vec<(InstId, u32)> {
        self.states.calls_to(inst).map(|edge| (edge.from, edge.val)).collect()
    }

    /// The answer that a call in an instance depends on.
    fn here(&self, inst: InstId, val: u32) -> Option<Answer> {
        if self.states.is_model(inst) {
            return None;
        }
        let function = self.states.function(inst);
        let refused = self.refusals.at(self.states, inst, Some(val));
        let within = self.refusals.blocks_at(self.states, inst, val);
        if let Some((block, _)) = self.states.index(inst).definition(Val(val)) {
            for (at, tested, is) in self.states.deciding(inst).tests(&function.blocks, block) {
                // A test around what failed says less than the failure.
                if within.is_some_and(|blocks| !blocks.contains(at)) {
                    break;
                }
                if let Some(answer) = self.told(inst, tested, is, self.place(inst, val)) {
                    return Some(answer);
                }
            }
        }
        refused.map(|asked| Answer::Refused(self.question(asked), self.place(inst, val)))
    }

    /// Where a call of an instance stands.
    fn place(&self, inst: InstId, val: u32) -> Span {
        let graph = self.states.graph;
        let range = self.states.function(inst).values.get(val as usize).copied();
        let place = range.and_then(|range| graph.program.span(graph.instances[inst.0 as usize].func, range));
        place.or_else(|| graph.call_place(inst)).unwrap_or(Span::file_start(FileId(0)))
    }

    /// The calls by which control gets to an instance; what is known of these is noted.
    fn before(&self, inst: InstId, found: &mut BTreeSet<Answer>) -> Vec<(InstId, u32)> {
        let mut work = Vec::new();
        // What asks calls this back: it was given. A dialog of the program's own tells by its result only.
        if self.asking.contains_key(&inst) {
            found.insert(Answer::Agreed);
            return work;
        }
        for (caller, call) in self.callers(inst) {
            match self.states.handler(caller, call) {
                Some(handler) if !handler.children.is_empty() => work.extend(self.states.senders(handler)),
                Some(handler) => {
                    found.extend(handler.tag.filter(|_| handler.is_act).map(Answer::Tapped));
                }
                None => work.push((caller, call)),
            }
        }
        work
    }

    fn question(&self, asked: InstId) -> Question {
        let place = self.states.graph.call_place(asked).unwrap_or(Span::file_start(FileId(0)));
        Question::Call { model: self.asking.get(&asked).map_or_else(String::new, |model| (*model).to_owned()), place }
    }

    /// What it tells that a value is true, or false, of the call at a place that depends on it.
    fn told(&self, inst: InstId, val: Val, is: bool, call: Span) -> Option<Answer> {
        if let Some((asked, gate, is_granted)) = self.result(self.states.node(inst, val), is) {
            let place = self.states.graph.call_place(asked)?;
            return Some(match &self.states.models.asks[gate as usize] {
                _ if is_granted => Answer::Agreed,
                ask if ask.covers == Covers::All => {
                    let is_of_consent = self.states.is_met(asked, gate);
                    Answer::Refused(Question::Dialog { place, is_of_consent }, call)
                }
                ask => Answer::Refused(Question::Call { model: ask.id.clone(), place }, call),
            });
        }
        let graph = self.states.graph;
        let function = self.states.function(inst);
        let place = graph.program.span(graph.instances[inst.0 as usize].func, function.values[val.0 as usize])?;
        let text = self.files.slice(place);
        let is_of_platform = self.is_of_platform(inst, val);
        let (mut val, mut is) = (val, is);
        while let Some(echo) = self.states.index(inst).echo(val) {
            (val, is) = (echo.val, is == echo.is_same);
        }
        let [refused, agreed, _] = &self.words;
        let [says_refused, says_agreed] = [refused, agreed].map(|words| words.is_match(text));
        let is_refused = if says_refused { is } else { !is };
        if !says_refused && !says_agreed {
            return None;
        }
        let refused = Answer::Refused(Question::Value { place, is_of_platform }, call);
        Some(if is_refused { refused } else { Answer::Agreed })
    }

    /// Whether a value is, or is made from, what the platform gave back, as the text of its parts tells.
    fn is_of_platform(&self, inst: InstId, val: Val) -> bool {
        let words = &self.words[2];
        let graph = self.states.graph;
        let function = self.states.function(inst);
        let func = graph.instances[inst.0 as usize].func;
        let mut work = vec![val];
        let mut seen: FxHashSet<Val> = work.iter().copied().collect();
        while let Some(val) = work.pop() {
            let place = graph.program.span(func, function.values[val.0 as usize]);
            if place.is_some_and(|place| words.is_match(self.files.slice(place))) {
                return true;
            }
            let parts: Vec<Val> = match self.states.definition(inst, val) {
                Some(Instr::Call(call)) => call.this.into_iter().chain(call.args.iter().map(|arg| arg.val)).collect(),
                Some(Instr::Load { obj, .. }) => vec![*obj],
                Some(Instr::Copy { src, .. }) => vec![*src],
                Some(Instr::Op { args: parts, .. } | Instr::Phi { srcs: parts, .. }) => parts.clone(),
                _ => Vec::new(),
            };
            work.extend(parts.into_iter().filter(|part| seen.len() < MAX_WAY && seen.insert(*part)));
        }
        false
    }

    /// The result of a gate that a value is, and whether it means consent.
    fn result(&self, node: NodeId, is: bool) -> Option<(InstId, u32, bool)> {
        let mut work = vec![(node, is)];
        let mut seen: FxHashSet<(NodeId, bool)> = work.iter().copied().collect();
        let mut found = BTreeSet::new();
        while let Some((node, is)) = work.pop() {
            if MAX_WAY < seen.len() {
                return None;
            }
            let results = self.states.truths.results_at(node);
            found.extend(results.iter().map(|&(inst, gate, granting)| (inst, gate, granting == is)));
            if !results.is_empty() {
                continue;
            }
            let before = match self.states.echoed(node) {
                Some((from, is_same)) => vec![(from, is == is_same)],
                None => self.states.sources_of(node).into_iter().map(|from| (from, is)).collect(),
            };
            work.extend(before.into_iter().filter(|it| seen.insert(*it)));
        }
        found.pop_first()
    }
}
