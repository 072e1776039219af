//! Functions that a variable further out keeps: `helper = function (x) { … }` within a function, where `helper` stands
//! outside of it, as the helpers of compilers replace themselves. All that were ever kept meet in the variable. Where such
//! a function uses nothing of the functions between, whoever asks the variable need not tell them apart: its home is the
//! function that has the variable. Knows nothing of calls.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Func, Function, Instr, Val};

/// Notes the homes of functions. A function stands behind those around it.
pub fn note(functions: &mut [Function]) {
    let homes: Vec<(Func, Func)> = (0..).map(Func).zip(&*functions).flat_map(|(by, it)| kept_outside(by, it)).collect();
    if homes.is_empty() {
        return;
    }
    let innermost = innermost_used(functions);
    for (func, owner) in homes {
        if innermost[func.0 as usize].is_none_or(|used| used <= owner) {
            let function = &mut functions[func.0 as usize];
            function.home = Some(owner);
            if let Some(maker) = function.parent {
                functions[maker.0 as usize].sends_home = true;
            }
        }
    }
}

/// The functions made in `by` that variables of others keep, each with the function that has the variable.
fn kept_outside(by: Func, function: &Function) -> Vec<(Func, Func)> {
    let code = || function.blocks.iter().flat_map(|block| &block.code).map(|(instr, _)| instr);
    let stores = code().filter_map(|instr| match *instr {
        Instr::StoreCell { owner, val, .. } if owner != by => Some((owner, val)),
        _ => None,
    });
    let stores: Vec<(Func, Val)> = stores.collect();
    if stores.is_empty() {
        return Vec::new();
    }
    let mut comes_from: FxHashMap<Val, &[Val]> = FxHashMap::default();
    let mut made: FxHashMap<Val, Func> = FxHashMap::default();
    for instr in code() {
        match instr {
            Instr::Closure { dst, func } => _ = made.insert(*dst, *func),
            Instr::Copy { dst, src } => _ = comes_from.insert(*dst, std::slice::from_ref(src)),
            Instr::Phi { dst, srcs } => _ = comes_from.insert(*dst, srcs),
            _ => {}
        }
    }
    let mut kept = Vec::new();
    for (owner, val) in stores {
        let (mut open, mut seen) = (vec![val], FxHashSet::default());
        while let Some(val) = open.pop() {
            kept.extend(made.get(&val).map(|func| (*func, owner)));
            open.extend(comes_from.get(&val).copied().unwrap_or_default().iter().filter(|src| seen.insert(**src)));
        }
    }
    kept
}

/// By function: the innermost of those around it of which it, or a function in it, uses variables and the like.
fn innermost_used(functions: &[Function]) -> Vec<Option<Func>> {
    let mut innermost = vec![None; functions.len()];
    for (by, function) in (0..).map(Func).zip(functions) {
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            let (Instr::LoadCell { owner, .. }
            | Instr::StoreCell { owner, .. }
            | Instr::OuterThis { owner, .. }
            | Instr::OuterArguments { owner, .. }) = *instr
            else {
                continue;
            };
            let around = std::iter::successors(Some(by), |func| functions[func.0 as usize].parent);
            for func in around.take_while(|func| *func != owner) {
                let used = &mut innermost[func.0 as usize];
                *used = (*used).max(Some(owner));
            }
        }
    }
    innermost
}
