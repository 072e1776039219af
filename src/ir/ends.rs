//! `list[list.length - 1]`: a key that counts from the end of the very list that it is asked of becomes the name `-1`,
//! as `at(-1)` would have it. Knows nothing of what lists hold.

use rustc_hash::FxHashMap;
use swc_ecma_ast::BinaryOp;

use super::arrays::Vocabulary;
use super::constant::Constant;
use super::copies::Copies;
use super::guards::Fact;
use super::{Function, Instr, Key, Val};

/// Names such keys. `resolve` gives the value that a replaced one became.
pub fn name_keys(
    function: &mut Function,
    facts: &FxHashMap<Val, Fact>,
    resolve: &dyn Fn(Val) -> Val,
    words: &Vocabulary,
) {
    let mut lengths: FxHashMap<Val, Val> = FxHashMap::default();
    let mut is_asked = false;
    for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
        match *instr {
            Instr::Load { dst, obj, key: Key::Named(name) } if Some(name) == words.length => {
                lengths.insert(dst, obj);
            }
            Instr::Load { key: Key::Computed(_), .. } => is_asked = true,
            _ => {}
        }
    }
    if !is_asked || lengths.is_empty() {
        return;
    }
    let copies = Copies::of(function);
    let origin = |val: Val| copies.origin(resolve(val));
    let from_end = |list: Val, key: Val| {
        let Some(Fact::Binary(BinaryOp::Sub, left, right)) = facts.get(&origin(key)) else { return None };
        let Some(Fact::Is(Constant::Number(number))) = facts.get(&origin(*right)) else { return None };
        let of = lengths.get(&origin(*left))?;
        (number.fract() == 0.0 && origin(*of) == origin(list)).then_some(-(*number as i64))
    };
    for (instr, _) in function.blocks.iter_mut().flat_map(|block| &mut block.code) {
        if let Instr::Load { obj, key, .. } = instr
            && let Key::Computed(computed) = *key
            && let Some(number) = from_end(*obj, computed)
            && let Some(name) = words.number(number)
        {
            *key = Key::Named(name);
        }
    }
}
