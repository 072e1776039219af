//! `list[list.length - 1]`: a key that counts from the end of the very list that it is asked of becomes the name `-1`,
//! as `at(-1)` would have it; a list that the same function of the platform gives twice counts as one. Knows nothing of
//! what lists hold.

use rustc_hash::FxHashMap;
use swc_ecma_ast::BinaryOp;

use crate::ir::constant::Constant;
use crate::ir::passes::arrays::Vocabulary;
use crate::ir::passes::copies::Copies;
use crate::ir::passes::guards::Fact;
use crate::ir::{Function, Instr, Key, Name, Val};

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
    let given = given(function, &origin);
    let is_same = |one: Val, other: Val| {
        let (one, other) = (origin(one), origin(other));
        one == other || given.get(&one).is_some_and(|by| given.get(&other) == Some(by))
    };
    let from_end = |list: Val, key: Val| {
        let Some(Fact::Binary(BinaryOp::Sub, left, right)) = facts.get(&origin(key)) else { return None };
        let Some(Fact::Is(Constant::Number(number))) = facts.get(&origin(*right)) else { return None };
        let of = lengths.get(&origin(*left))?;
        (number.fract() == 0.0 && is_same(*of, list)).then_some(-(*number as i64))
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

/// What functions that the file does not bind give when they are asked for nothing in particular, by their names.
fn given(function: &Function, origin: &dyn Fn(Val) -> Val) -> FxHashMap<Val, Name> {
    let mut names: FxHashMap<Val, Name> = FxHashMap::default();
    let mut given = FxHashMap::default();
    for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
        match instr {
            Instr::LoadGlobal { dst, name } => {
                names.insert(*dst, *name);
            }
            Instr::Call(call) if call.args.is_empty() => {
                if let Some(name) = names.get(&origin(call.callee)) {
                    given.insert(call.dst, *name);
                }
            }
            _ => {}
        }
    }
    given
}
