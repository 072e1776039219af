//! What a run computes with: values, objects, and stand-ins for what only an outside world knows.
//! Knows nothing of code.

use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

/// An object of a run; an index into its heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Obj(pub u32);

/// A value that is not known; an index into the unknowns of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Unk(pub u32);

/// Which sources a value holds data of, a bit each.
pub(super) type Labels = u64;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Undefined,
    Null,
    Bool(bool),
    Num(f64),
    Str(Rc<str>),
    Sym(u32),
    Obj(Obj),
    Unknown(Unk),
}

impl Value {
    pub(super) fn str(text: &str) -> Self {
        Self::Str(Rc::from(text))
    }

    pub(super) fn object(&self) -> Option<Obj> {
        match self {
            Self::Obj(obj) => Some(*obj),
            _ => None,
        }
    }

    pub(super) fn unknown(&self) -> Option<Unk> {
        match self {
            Self::Unknown(unk) => Some(*unk),
            _ => None,
        }
    }

    pub(super) fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }
}

/// The name of a property.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Str(Rc<str>),
    Sym(u32),
    /// The name that a value stands for which is not known.
    Unknown(Unk),
}

impl Key {
    pub(super) fn str(text: &str) -> Self {
        Self::Str(Rc::from(text))
    }

    /// The index that the name is, for lists.
    pub(super) fn index(&self) -> Option<usize> {
        let Self::Str(text) = self else { return None };
        let number: usize = text.parse().ok()?;
        (number.to_string() == **text).then_some(number)
    }

    pub(super) fn value(&self) -> Value {
        match self {
            Self::Str(text) => Value::Str(text.clone()),
            Self::Sym(symbol) => Value::Sym(*symbol),
            Self::Unknown(unk) => Value::Unknown(*unk),
        }
    }
}

/// A property.
#[derive(Clone, Debug)]
pub(super) struct Prop {
    pub slot: Slot,
    pub is_enumerable: bool,
    pub is_writable: bool,
}

/// What a property gives.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    Data(Value),
    Accessor { get: Value, set: Value },
}

impl Prop {
    pub(super) fn data(value: Value) -> Self {
        Self { slot: Slot::Data(value), is_enumerable: true, is_writable: true }
    }

    pub(super) fn hidden(value: Value) -> Self {
        Self { slot: Slot::Data(value), is_enumerable: false, is_writable: true }
    }
}

/// What sort of object it is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Plain,
    Array(Vec<Value>),
    /// A function of the program: an index into the closures of the run.
    Closure(usize),
    /// A function of the interpreter's own.
    Native(&'static str),
    Bound {
        target: Value,
        this: Value,
        args: Vec<Value>,
    },
    Generator {
        coroutine: usize,
    },
    Proxy {
        target: Obj,
        handler: Value,
    },
    Error,
}

/// An object.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub proto: Value,
    pub props: IndexMap<Key, Prop>,
    pub kind: Kind,
    /// What may have come in beside what the properties say.
    pub smear: Labels,
    pub is_frozen: bool,
    /// Whether it gets no other properties.
    pub is_closed: bool,
    /// The entry from outside during which it was made; 0 is the program itself.
    pub era: u32,
    /// When it was made.
    pub born: u64,
}

/// What is known of a value that is not known.
#[derive(Clone, Debug, Default)]
pub(super) struct Unknown {
    pub labels: Labels,
    /// Where it comes from: what goes in there may come out here.
    pub root: Option<Unk>,
    /// Objects of the program that it may be, or hold.
    pub refs: Vec<Obj>,
    /// Members that were looked at.
    pub members: FxHashMap<Key, Value>,
    /// The question that it answers.
    pub test: Option<Test>,
    /// Whether code from outside gives it to a function: others may have it too.
    pub is_given: bool,
    /// Whether it is the name of something outside, with its own path.
    pub is_outside: bool,
    /// Whether nothing is in it but what the text gives.
    pub is_void: bool,
    /// How the text begins that it is.
    pub beginning: Rc<str>,
    /// Whether it is a list of which the first elements are known.
    pub is_begun: bool,
    /// Whether it is a part of something that is not known: under a name that is not known, or one of its elements.
    pub is_part: bool,
}

/// A question about values that are not known.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// Whether it is this constant.
    Equals(Unk, Value),
    /// Whether it is one of the names that something has.
    Named(Unk),
    /// Whether the other does not hold.
    Not(Unk),
}
