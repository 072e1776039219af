//! Which value another one is a copy of. Knows nothing of what the values are.

use crate::ir::passes::val_map::ValMap;
use crate::ir::{Function, Instr, Val};

/// The copies in a function.
#[derive(Debug, Default)]
pub(in crate::ir) struct Copies {
    sources: ValMap<Val>,
}

impl Copies {
    /// Those of a function whose values are numbered.
    pub fn of(function: &Function) -> Self {
        let mut sources = ValMap::default();
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            if let Instr::Copy { dst, src } = *instr {
                sources.insert(dst, src);
            }
        }
        Self { sources }
    }

    /// The value at the beginning of a chain of copies. Each copy is of a value that was made before, so it ends.
    pub fn origin(&self, val: Val) -> Val {
        let mut val = val;
        while let Some(src) = self.sources.get(val) {
            val = src;
        }
        val
    }
}
