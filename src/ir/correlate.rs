//! Writes under a key that is not known, of what was read under the very same key: `to[k] = from[k]` copies each property
//! to the property of the same name, and nothing else. Knows nothing of what the keys are.
//!
//! Without it the properties of every object that such a loop touches would run together (Sridharan et al. 2012,
//! "Correlation Tracking for Points-To Analysis of JavaScript").

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Function, Instr, Key, Val};

/// The value of a write, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Correlated {
    /// Objects whose property of the same name is written.
    pub copied: Vec<Val>,
    /// Other values that are written.
    pub rest: Vec<Val>,
}

/// By the key and the value of a write: what of it was read under the same key.
pub type Correlations = FxHashMap<(Val, Val), Correlated>;

/// Finds the writes of a function whose value was read under their key.
pub fn correlations(function: &Function) -> Correlations {
    let mut found = Correlations::default();
    let code = || function.blocks.iter().filter(|block| block.is_reachable).flat_map(|block| &block.code);
    let is_candidate = |instr: &Instr| matches!(instr, Instr::Store { key: Key::Computed(_), .. });
    if !code().any(|(instr, _)| is_candidate(instr)) {
        return found;
    }
    let definitions = Definitions::of(function);
    for (instr, _) in code() {
        let Instr::Store { key: Key::Computed(key), val, .. } = *instr else { continue };
        let correlated = definitions.take_apart(key, val);
        if !correlated.copied.is_empty() {
            found.insert((key, val), correlated);
        }
    }
    found
}

/// Where values come from.
struct Definitions {
    same: FxHashMap<Val, Vec<Val>>,
    loads: FxHashMap<Val, (Val, Val)>,
}

impl Definitions {
    fn of(function: &Function) -> Self {
        let mut definitions = Self { same: FxHashMap::default(), loads: FxHashMap::default() };
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            match instr {
                Instr::Copy { dst, src } => {
                    definitions.same.insert(*dst, vec![*src]);
                }
                Instr::Phi { dst, srcs } => {
                    definitions.same.insert(*dst, srcs.clone());
                }
                Instr::Load { dst, obj, key: Key::Computed(key) } => {
                    definitions.loads.insert(*dst, (*obj, *key));
                }
                _ => {}
            }
        }
        definitions
    }

    /// The value that this one certainly is another name of.
    fn root(&self, val: Val) -> Val {
        let mut at = val;
        while let Some([only]) = self.same.get(&at).map(Vec::as_slice) {
            at = *only;
        }
        at
    }

    fn take_apart(&self, key: Val, val: Val) -> Correlated {
        let key = self.root(key);
        let mut correlated = Correlated::default();
        let mut seen = FxHashSet::default();
        let mut work = vec![val];
        while let Some(val) = work.pop() {
            if !seen.insert(val) {
                continue;
            }
            match (self.loads.get(&val), self.same.get(&val)) {
                (Some(&(obj, of)), _) if self.root(of) == key => correlated.copied.push(obj),
                (_, Some(before)) => work.extend(before),
                _ => correlated.rest.push(val),
            }
        }
        correlated
    }
}
