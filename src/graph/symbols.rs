//! Names of the whole program as numbers.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// A name; equal names are equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(pub u32);

/// All names.
#[derive(Debug, Default)]
pub struct Symbols {
    names: IndexSet<Box<str>, FxBuildHasher>,
}

impl Symbols {
    /// The number of a name.
    pub fn intern(&mut self, text: &str) -> Sym {
        if let Some(at) = self.names.get_index_of(text) {
            return Sym(at as u32);
        }
        Sym(self.names.insert_full(text.into()).0 as u32)
    }

    /// The number of a name that was seen before.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.names.get_index_of(text).map(|at| Sym(at as u32))
    }

    /// The name.
    #[inline]
    pub fn text(&self, sym: Sym) -> &str {
        self.names.get_index(sym.0 as usize).map_or("", |name| name)
    }
}
