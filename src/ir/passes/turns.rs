//! Lists that are read several elements at a time, in turn: `list[i++], list[i++]` in a loop, or `list.shift(),
//! list.shift()`, as lists of handlers are that hold one for success and one for errors, again and again.
//! Knows nothing of what lists hold.

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};
use swc_ecma_ast::BinaryOp;

use crate::ir::constant::Constant;
use crate::ir::passes::arrays::{Method, Vocabulary};
use crate::ir::passes::copies::Copies;
use crate::ir::passes::guards::Fact;
use crate::ir::{Cell, Func, Function, Instr, Key, Turn, Val};

/// Elements that are read in turn.
const MAX_TURN: i64 = 16;
/// Steps from a key to the variable that it counts on from.
const MAX_STEPS: usize = 16;

/// Notes which values are elements of lists read in turn. `resolve` gives the value that a replaced one became.
pub fn note(function: &mut Function, facts: &FxHashMap<Val, Fact>, resolve: &dyn Fn(Val) -> Val, words: &Vocabulary) {
    let copies = Copies::of(function);
    let origin = |val: Val| copies.origin(resolve(val));
    let counted = Counted { facts, origin: &origin, phis: phis(function) };
    let mut turns: FxHashMap<Val, Turn> = FxHashMap::default();
    for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
        if let Instr::Load { dst, key: Key::Computed(key), .. } = *instr
            && let Some(turn) = counted.turn(key)
        {
            turns.insert(dst, turn);
        }
    }
    note_shifted(function, words, &origin, &mut turns);
    function.turns = turns;
}

fn phis(function: &Function) -> FxHashMap<Val, Vec<Val>> {
    let code = function.blocks.iter().flat_map(|block| &block.code);
    let phis = code.filter_map(|(instr, _)| match instr {
        Instr::Phi { dst, srcs } => Some((*dst, srcs.clone())),
        _ => None,
    });
    phis.collect()
}

/// Variables that loops count up.
struct Counted<'a> {
    facts: &'a FxHashMap<Val, Fact>,
    origin: &'a dyn Fn(Val) -> Val,
    phis: FxHashMap<Val, Vec<Val>>,
}

impl Counted<'_> {
    /// Which of how many elements a key stands for, if it counts in steps of several from a number that is known.
    fn turn(&self, key: Val) -> Option<Turn> {
        let (variable, offset) = self.offset(key)?;
        let mut first = None;
        let mut step = None;
        for &src in self.phis.get(&variable)? {
            let src = (self.origin)(src);
            if let Some(number) = self.number(src) {
                (first.replace(number).is_none_or(|known| known == number)).then_some(())?;
                continue;
            }
            let (from, by) = self.offset(src)?;
            (from == variable && step.replace(by).is_none_or(|known| known == by)).then_some(())?;
        }
        let (first, step) = (first?, step?);
        (2..=MAX_TURN).contains(&step).then_some(())?;
        let index = (first + offset).rem_euclid(step);
        Some(Turn { index: u8::try_from(index).ok()?, of: u8::try_from(step).ok()? })
    }

    /// The variable at the head of a loop that a value counts on from, and how far.
    fn offset(&self, val: Val) -> Option<(Val, i64)> {
        let mut val = (self.origin)(val);
        let mut offset = 0;
        for _ in 0..MAX_STEPS {
            if self.phis.contains_key(&val) {
                return Some((val, offset));
            }
            let Some(&Fact::Binary(op, left, right)) = self.facts.get(&val) else { return None };
            let by = self.number((self.origin)(right))?;
            offset += match op {
                BinaryOp::Add => by,
                BinaryOp::Sub => -by,
                _ => return None,
            };
            val = (self.origin)(left);
        }
        None
    }

    fn number(&self, val: Val) -> Option<i64> {
        match self.facts.get(&val) {
            Some(Fact::Is(Constant::Number(number))) if number.fract() == 0.0 && number.abs() < 1e9 => {
                Some(*number as i64)
            }
            _ => None,
        }
    }
}

/// What a list is known by: a value, or a variable that closures share.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum List {
    Value(Val),
    Cell(Func, Cell),
}

/// Lists of which one block takes several elements from the front, and no other does.
fn note_shifted(
    function: &Function,
    words: &Vocabulary,
    origin: &dyn Fn(Val) -> Val,
    turns: &mut FxHashMap<Val, Turn>,
) {
    let mut cells: FxHashMap<Val, List> = FxHashMap::default();
    let mut shifted: IndexMap<List, Vec<(usize, Val)>, FxBuildHasher> = IndexMap::default();
    let mut written = Vec::new();
    for (block, it) in function.blocks.iter().enumerate() {
        for (instr, _) in &it.code {
            match instr {
                Instr::LoadCell { dst, owner, cell } => {
                    cells.insert(*dst, List::Cell(*owner, *cell));
                }
                Instr::StoreCell { owner, cell, .. } => written.push((List::Cell(*owner, *cell), block)),
                Instr::Call(call) => {
                    let is_shift = call.method.and_then(|name| words.methods.get(&name)) == Some(&Method::Shift);
                    if let (true, Some(this), true) = (is_shift, call.this, call.args.is_empty()) {
                        let this = origin(this);
                        let list = cells.get(&this).copied().unwrap_or(List::Value(this));
                        shifted.entry(list).or_default().push((block, call.dst));
                    }
                }
                _ => {}
            }
        }
    }
    for (list, calls) in shifted {
        let of = calls.len();
        let is_one_block = calls.iter().all(|(block, _)| *block == calls[0].0);
        let is_same_list = !written.contains(&(list, calls[0].0));
        if is_one_block && is_same_list && (2..=MAX_TURN as usize).contains(&of) {
            turns.extend(
                calls.iter().enumerate().map(|(index, (_, dst))| (*dst, Turn { index: index as u8, of: of as u8 })),
            );
        }
    }
}
