//! Which value another one is a copy of. Knows nothing of what the values are.

use rustc_hash::FxHashMap;

use super::{Function, Instr, Val};

/// The copies in a function.
#[derive(Debug, Default)]
pub(super) struct Copies {
    sources: FxHashMap<Val, Val>,
}

impl Copies {
    /// Those of a function whose values are numbered.
    pub fn of(function: &Function) -> Self {
        let code = function.blocks.iter().flat_map(|block| &block.code);
        let copies = code.filter_map(|(instr, _)| match *instr {
            Instr::Copy { dst, src } => Some((dst, src)),
            _ => None,
        });
        Self { sources: copies.collect() }
    }

    /// The value at the beginning of a chain of copies. Each copy is of a value that was made before, so it ends.
    pub fn origin(&self, val: Val) -> Val {
        let mut val = val;
        while let Some(&src) = self.sources.get(&val) {
            val = src;
        }
        val
    }
}
