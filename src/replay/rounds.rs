//! Loops whose end is not known: some rounds are run, and in the last of them all that changes from one round to the next
//! is left open, since there may have been any number before.

use super::machine::{Abrupt, Machine, Outcome};
use super::operators::same_constant;
use super::scope::Cell;
use super::value::{Key, Kind, Obj, Prop, Slot, Value};

/// Rounds that a loop makes whose end is not known.
const MAX_OPEN_ROUNDS: u32 = 3;

/// Something that was one constant and became another.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Variable(Cell),
    Property(Obj, Key),
}

/// Rounds of a loop that nothing bounds but what is not known.
pub(super) struct Rounds<'m, 'a> {
    machine: &'m Machine<'a>,
    open: u32,
    /// When the loop began.
    start: u64,
    /// How much had spread before the round.
    news: usize,
    /// How much had changed before the round.
    changes: usize,
}

impl Drop for Rounds<'_, '_> {
    fn drop(&mut self) {
        if self.open > 0 {
            let left = self.machine.n_open_loops.get() - 1;
            self.machine.n_open_loops.set(left);
            if left == 0 {
                self.machine.changes.borrow_mut().clear();
            }
        }
    }
}

impl<'a> Machine<'a> {
    pub(super) fn rounds(&self) -> Rounds<'_, 'a> {
        Rounds { machine: self, open: 0, start: self.clock.get(), news: self.news.borrow().len(), changes: 0 }
    }

    /// Whether a loop makes another round. Where that is not known it ends after some, once a round brings nothing new.
    pub(super) fn go_on(&self, rounds: &mut Rounds<'_, 'a>, test: &Value) -> Outcome<bool> {
        if test.unknown().is_none() {
            return self.truth(test);
        }
        if !self.bounded(rounds)? {
            return Ok(false);
        }
        self.truth(test)
    }

    pub(super) fn bounded(&self, rounds: &mut Rounds<'_, 'a>) -> Outcome<bool> {
        rounds.open += 1;
        if rounds.open == 1 {
            self.n_open_loops.set(self.n_open_loops.get() + 1);
        }
        if rounds.open > MAX_OPEN_ROUNDS {
            // What the round itself made is gone, unless something older holds it.
            let is_new = self.news.borrow()[rounds.news..].iter().any(|born| *born <= rounds.start);
            return if is_new { Err(Abrupt::Stop("an open loop")) } else { Ok(false) };
        }
        if rounds.open == MAX_OPEN_ROUNDS {
            self.leave_open(rounds);
        }
        rounds.news = self.news.borrow().len();
        rounds.changes = self.changes.borrow().len();
        Ok(true)
    }

    /// What the round before changed may be anything of its kind in a later one.
    fn leave_open(&self, rounds: &Rounds<'_, 'a>) {
        let changes = self.changes.borrow()[rounds.changes..].to_vec();
        for change in changes {
            let any = self.opaque(0);
            match change {
                Change::Variable(cell) => {
                    self.touch(cell.born);
                    let mut value = cell.value.borrow_mut();
                    if is_plain(&value) {
                        *value = any;
                    }
                }
                Change::Property(obj, key) => {
                    let born = self.look(obj, |object| object.born);
                    if born <= rounds.start {
                        self.touch(born);
                        self.with(obj, |object| {
                            let is_known = object.data_mut(&key).filter(|value| is_plain(value));
                            if let Some(value) = is_known {
                                *value = any;
                            }
                        });
                    }
                }
            }
        }
    }

    /// A variable gets another value.
    pub(super) fn note_variable(&self, cell: &Cell, value: &Value) {
        if self.n_open_loops.get() > 0 && is_change(&cell.value.borrow(), value) {
            self.changes.borrow_mut().push(Change::Variable(cell.clone()));
        }
    }

    /// A property gets another value.
    pub(super) fn note_property(&self, obj: Obj, key: &Key, value: &Value) {
        if self.n_open_loops.get() > 0
            && self.with(obj, |object| object.data_mut(key).is_some_and(|old| is_change(old, value)))
        {
            self.changes.borrow_mut().push(Change::Property(obj, key.clone()));
        }
    }
}

fn is_plain(value: &Value) -> bool {
    matches!(value, Value::Str(_) | Value::Num(_) | Value::Bool(_))
}

fn is_change(old: &Value, new: &Value) -> bool {
    is_plain(old) && is_plain(new) && !same_constant(old, new)
}

impl super::value::Object {
    /// What a property of its own holds.
    fn data_mut(&mut self, key: &Key) -> Option<&mut Value> {
        if let (Kind::Array(items), Some(index)) = (&mut self.kind, key.index())
            && index < items.len()
        {
            return items.get_mut(index);
        }
        match self.props.get_mut(key) {
            Some(Prop { slot: Slot::Data(value), .. }) => Some(value),
            _ => None,
        }
    }
}
