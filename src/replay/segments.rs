//! Pieces of a way that nothing after them depends on: calls that changed nothing older than themselves, and calls from
//! outside. All ways through such a piece are run first, each up to its end; what follows is run once. So ways add up
//! where they would multiply.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::machine::{Abrupt, Machine, Outcome};
use super::value::{Unk, Value};
use super::{Decision, Record};

/// The rest of this way is run when all ways up to here have been.
pub(super) const DEFERRED: &str = "the rest is run later";

/// Some constant.
const SOME: Unk = Unk(u32::MAX);

/// What was decided about values that are not known.
#[derive(Clone, Debug, Default)]
pub(super) struct Decided {
    truths: Rc<FxHashMap<Unk, bool>>,
    equals: Rc<FxHashMap<Unk, Value>>,
}

/// Which piece it is: the decisions before it, and the time at which it begins.
pub(super) type Place = (Vec<usize>, u64);

/// A piece of which some ways have been run.
#[derive(Debug)]
pub(super) struct Segment {
    place: Place,
    /// The first of them, which goes on.
    way: Vec<Decision>,
    /// What was decided on each.
    decided: Decided,
}

/// A piece of which all ways have been run: the way that goes on, and what is decided on each of them.
#[derive(Debug)]
pub(super) struct Closed {
    way: Vec<usize>,
    decided: Decided,
}

/// Where a piece begins.
pub(super) struct Start {
    at: usize,
    time: u64,
    n_unknowns: u32,
    touched: u64,
    queued: [usize; 5],
}

impl Machine<'_> {
    /// Begins a piece.
    pub(super) fn begin_segment(&self) -> Start {
        Start {
            at: self.next_decision.get(),
            time: self.time().now,
            n_unknowns: self.unknowns.borrow().len() as u32,
            touched: self.touched.replace(u64::MAX),
            queued: self.queued(),
        }
    }

    /// What waits to be run.
    fn queued(&self) -> [usize; 5] {
        [
            self.jobs.borrow().len(),
            self.timers.borrow().len() + self.n_timers.get() as usize,
            self.late.borrow().len(),
            self.entries.borrow().len(),
            self.n_waits.get() as usize,
        ]
    }

    /// Ends a piece. Nobody asks what it gave; `is_alone` says that what it changed does not count either.
    pub(super) fn end_segment(&self, start: &Start, is_alone: bool) -> Outcome<()> {
        let oldest = self.leave_segment(start);
        let end = self.next_decision.get();
        let is_clean = oldest > start.time && self.queued() == start.queued;
        if end == start.at || !(is_clean || is_alone) {
            return Ok(());
        }
        let mut record = self.record.borrow_mut();
        let taken: Vec<usize> = record.decisions[..end].iter().map(|decision| decision.taken).collect();
        let (before, way) = taken.split_at(start.at);
        let place = (before.to_vec(), start.time);
        if let Some(closed) = record.closed.get(&place).filter(|closed| closed.way == way) {
            *self.truths.borrow_mut() = Rc::clone(&closed.decided.truths);
            let equals = Rc::clone(&closed.decided.equals);
            // Which of several constants it is stays open.
            let some = |value: &Value| if value.unknown() == Some(SOME) { self.opaque(0) } else { value.clone() };
            *self.equals.borrow_mut() = Rc::new(equals.iter().map(|(unk, value)| (*unk, some(value))).collect());
            return Ok(());
        }
        let decided = Decided { truths: self.truths.borrow().clone(), equals: self.equals.borrow().clone() };
        let decisions = record.decisions[start.at..end].to_vec();
        record.add_way(place, start.n_unknowns, decisions, decided);
        Err(Abrupt::Stop(DEFERRED))
    }

    /// Leaves a piece; when the oldest thing came up that it changed.
    pub(super) fn leave_segment(&self, start: &Start) -> u64 {
        let oldest = self.touched.get();
        self.touch(start.touched);
        oldest
    }

    /// Something that came up at this time is changed.
    pub(super) fn touch(&self, born: u64) {
        self.touched.set(self.touched.get().min(born));
    }
}

impl Record {
    fn add_way(&mut self, place: Place, n_unknowns: u32, way: Vec<Decision>, decided: Decided) {
        let Some(segment) = self.segments.iter_mut().find(|segment| segment.place == place) else {
            self.segments.push(Segment { place, way, decided });
            return;
        };
        // Only what all ways agree on still holds behind the piece; numbers given within differ from way to way.
        let both = &mut segment.decided;
        Rc::make_mut(&mut both.truths)
            .retain(|unk, truth| unk.0 < n_unknowns && decided.truths.get(unk) == Some(truth));
        Rc::make_mut(&mut both.equals).retain(|unk, value| {
            let Some(other) = decided.equals.get(unk) else { return false };
            if !super::operators::same_constant(other, value) {
                *value = Value::Unknown(SOME);
            }
            unk.0 < n_unknowns
        });
    }

    /// The next way, in the order of decisions; false if there is none.
    pub(super) fn next_way(&mut self) -> bool {
        loop {
            if self.segments.last().is_some_and(|segment| segment.place.0.len() == self.decisions.len())
                && let Some(segment) = self.segments.pop()
            {
                let Segment { place, way, decided } = segment;
                let taken = way.iter().map(|decision| decision.taken).collect();
                self.closed.insert(place, Closed { way: taken, decided });
                self.decisions.extend(way.iter().map(|way| Decision { taken: way.taken, of: way.taken + 1 }));
                return true;
            }
            match self.decisions.last_mut() {
                Some(last) if last.taken + 1 < last.of => {
                    last.taken += 1;
                    return true;
                }
                Some(_) => {
                    self.decisions.pop();
                }
                None => return false,
            }
        }
    }
}
