//! What code that runs from outside changes for others, and what it has read before it gets to a sink: entries run in any
//! order, so that a sink counts as it was reached only if nothing that others change was read on the way there. Names of
//! properties and variables are told apart as far as the bits go; what was written in the same turn is what is read.

use rustc_hash::FxHashSet;

use super::host::JSON;
use super::machine::Machine;
use super::value::{Key, Unk, Value};
use crate::base::Span;

/// Names, a bit each.
type Names = u128;

/// Any name.
const ANY: Names = Names::MAX;

/// Names of what is read or changed: of the program's own objects and variables, and of what comes from outside.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shared {
    own: Names,
    outside: Names,
}

impl Shared {
    pub(super) fn add(&mut self, other: Self) {
        self.own |= other.own;
        self.outside |= other.outside;
    }

    pub(super) fn meets(&self, other: Self) -> bool {
        self.own & other.own != 0 || self.outside & other.outside != 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.own == 0 && self.outside == 0
    }
}

/// Something of which parts are read and written: when it came up, or which it is of what is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Own(u64),
    Outside(Unk),
}

/// The bit of a name; a list has one for all its elements and its length.
fn bit(key: &Key) -> Names {
    let last = Names::BITS - 1;
    match key {
        Key::Str(name) => {
            let is_list = key.index().is_some() || &**name == "length";
            let hash = name.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
            if is_list { 1 } else { 1 << (1 + hash % last) }
        }
        Key::Sym(symbol) => 1 << (1 + symbol % last),
        Key::Unknown(_) => ANY,
    }
}

impl Machine<'_> {
    /// A variable or an object that came up in `era` is read under a name.
    pub(super) fn note_read(&self, era: u32, born: u64, key: &Key) {
        if era < self.era.get() && !self.written.borrow().contains(&(Place::Own(born), key.clone())) {
            self.has_read(Shared { own: bit(key), outside: 0 });
        }
    }

    /// Something that came up in `era` is read, and under which name is not said.
    pub(super) fn note_any_read(&self, era: u32) {
        if era < self.era.get() {
            self.has_read(Shared { own: ANY, outside: 0 });
        }
    }

    /// A member of something from outside is read: others may have put something there.
    pub(super) fn note_member_read(&self, unk: Unk, key: &Key) {
        if self.era.get() != 0 && !self.written.borrow().contains(&(Place::Outside(unk), key.clone())) {
            self.has_read(Shared { own: 0, outside: bit(key) });
        }
    }

    fn has_read(&self, names: Shared) {
        let mut read = self.read.get();
        read.add(names);
        self.read.set(read);
    }

    /// Code that runs from outside and changes what was there before it can be seen by the rest, in any order.
    pub(super) fn note_shared(&self, era: u32, born: u64, key: Option<&Key>) {
        if era < self.era.get() {
            self.has_shared(Shared { own: key.map_or(ANY, bit), outside: 0 });
            self.written.borrow_mut().extend(key.map(|key| (Place::Own(born), key.clone())));
        }
    }

    /// Something goes into a member of something from outside; `counts` says that others may see it.
    pub(super) fn note_member_write(&self, unk: Unk, key: &Key, counts: bool) {
        if self.era.get() == 0 {
            return;
        }
        if counts {
            self.has_shared(Shared { own: 0, outside: bit(key) });
        }
        self.written.borrow_mut().insert((Place::Outside(unk), key.clone()));
    }

    fn has_shared(&self, names: Shared) {
        let mut shared = self.shared.get();
        shared.add(names);
        self.shared.set(shared);
    }

    /// Others may run: what was written is no longer certainly what is read.
    pub(super) fn let_others_run(&self) {
        self.written.borrow_mut().clear();
    }

    /// Whether all that goes out at a sink is what the text gives.
    pub(super) fn note_unclear(&self, sink: Span, args: &[Value]) {
        let mut open: Vec<Value> = args.to_vec();
        let mut seen = FxHashSet::default();
        let mut is_clear = true;
        while let Some(value) = open.pop() {
            match value {
                Value::Unknown(unk) => {
                    let unknown = self.unknown_of(unk);
                    match unknown.members.get(&Key::str(JSON)) {
                        Some(written) => open.push(written.clone()),
                        None => is_clear &= unknown.is_void || self.equals.borrow().contains_key(&unk),
                    }
                }
                Value::Obj(obj) if !self.is_callable(&value) && seen.insert(obj) => {
                    is_clear &= self.parts(obj, &mut open) == 0;
                }
                _ => {}
            }
        }
        if !is_clear {
            self.record.borrow_mut().unclear.insert(sink);
        }
    }

    /// What code that got to a sink has read that others may have changed. What goes out there as a whole is read there.
    pub(super) fn names_read(&self, args: &[Value]) -> Shared {
        let era = self.era.get();
        let mut read = self.read.get();
        if era == 0 {
            return Shared { own: ANY, outside: ANY };
        }
        let mut open: Vec<Value> = args.to_vec();
        let mut seen = FxHashSet::default();
        while let Some(value) = open.pop() {
            match value {
                Value::Unknown(unk) => {
                    let unknown = self.unknown_of(unk);
                    if unknown.is_given || unknown.root.is_some() || unknown.is_outside {
                        read.outside = ANY;
                    }
                    open.extend(unknown.refs.into_iter().filter(|obj| !seen.contains(obj)).map(Value::Obj));
                }
                Value::Obj(obj) if !self.is_callable(&value) && seen.insert(obj) => {
                    if self.look(obj, |object| object.era < era) {
                        read.own = ANY;
                    }
                    self.parts(obj, &mut open);
                }
                _ => {}
            }
        }
        read
    }
}
