//! Maps from the values or variables of one function, which are numbered without gaps.

use crate::ir::Val;
use crate::ir::builder::Var;

/// A number of a function's.
pub(in crate::ir) trait Numbered: Copy {
    fn number(self) -> usize;
}

impl Numbered for Val {
    fn number(self) -> usize {
        self.0 as usize
    }
}

impl Numbered for Var {
    fn number(self) -> usize {
        self.0 as usize
    }
}

/// What is known of values; as long as the highest number that something is known of.
pub(in crate::ir) type ValMap<T> = Numbers<Val, T>;

/// The same for variables.
pub(in crate::ir) type VarMap<T> = Numbers<Var, T>;

/// A map whose keys are numbers of a function's.
#[derive(Clone, Debug)]
pub(in crate::ir) struct Numbers<K, T> {
    all: Vec<Option<T>>,
    len: usize,
    keys: std::marker::PhantomData<K>,
}

impl<K, T> Default for Numbers<K, T> {
    fn default() -> Self {
        Self { all: Vec::new(), len: 0, keys: std::marker::PhantomData }
    }
}

impl<K: Numbered, T: Copy> Numbers<K, T> {
    /// What is known of a number.
    pub(in crate::ir) fn get(&self, key: K) -> Option<T> {
        self.all.get(key.number()).copied().flatten()
    }

    pub(in crate::ir) fn contains(&self, key: K) -> bool {
        self.get(key).is_some()
    }

    /// Remembers something; whether nothing was known before.
    pub(in crate::ir) fn insert(&mut self, key: K, known: T) -> bool {
        if self.all.len() <= key.number() {
            self.all.resize(key.number() + 1, None);
        }
        let is_new = self.all[key.number()].replace(known).is_none();
        self.len += usize::from(is_new);
        is_new
    }

    /// Of how many numbers something is known.
    pub(in crate::ir) fn len(&self) -> usize {
        self.len
    }

    pub(in crate::ir) fn is_empty(&self) -> bool {
        self.len == 0
    }
}
