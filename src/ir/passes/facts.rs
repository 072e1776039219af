//! What is certain of the values of a finished function: which are defined, which are constants, what its receiver gets,
//! and by what names methods are called.
//! Knows nothing of other functions.

use fixedbitset::FixedBitSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::passes::naming;
use crate::ir::{Function, Instr, Key, Literal, Name, Val};

/// Notes the facts in the function.
pub fn note(function: &mut Function) {
    let n_values = function.values.len();
    let mut defined = FixedBitSet::with_capacity(n_values);
    let mut literals = FixedBitSet::with_capacity(n_values);
    let mut falsy = std::mem::take(&mut function.falsy);
    falsy.grow(n_values);
    for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
        match instr {
            Instr::Const { dst, literal } => {
                literals.insert(dst.0 as usize);
                defined.set(dst.0 as usize, *literal != Literal::Undefined);
                falsy.set(dst.0 as usize, *literal == Literal::Undefined || falsy.contains(dst.0 as usize));
            }
            Instr::Alloc { dst, .. } | Instr::Closure { dst, .. } | Instr::Op { dst, .. } => {
                defined.insert(dst.0 as usize);
            }
            Instr::Copy { dst, src } => {
                defined.set(dst.0 as usize, defined.contains(src.0 as usize));
                literals.set(dst.0 as usize, literals.contains(src.0 as usize));
            }
            _ => {}
        }
    }
    function.own = given_to_receiver(function);
    naming::note(function);
    except_overwritten(function);
    name_reads(function);
    (function.defined, function.literals, function.falsy) = (defined, literals, falsy);
}

/// `obj.name(…)`: the callee is what the very receiver has under that name; and what is tested may be such a property.
fn name_reads(function: &mut Function) {
    let code = function.blocks.iter().flat_map(|block| &block.code);
    let reads = code.filter_map(|(instr, _)| match *instr {
        Instr::Load { dst, obj, key: Key::Named(name) } => Some((dst, (obj, name))),
        _ => None,
    });
    let reads: FxHashMap<Val, (Val, Name)> = reads.collect();
    for (instr, _) in function.blocks.iter_mut().flat_map(|block| &mut block.code) {
        if let Instr::Call(call) = instr
            && let Some(&(obj, name)) = reads.get(&call.callee)
            && call.this == Some(obj)
        {
            call.method = Some(name);
        }
    }
    for test in &mut function.tests {
        test.holder = reads.get(&test.val).map(|(holder, _)| *holder);
    }
}

/// What a later copy of an object with known properties overwrites, an earlier copy need not bring.
fn except_overwritten(function: &mut Function) {
    let mut keys: FxHashMap<Val, Vec<Name>> = FxHashMap::default();
    for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
        match instr {
            Instr::Alloc { dst, keys: certain, .. } if !certain.is_empty() => {
                keys.insert(*dst, certain.clone());
            }
            Instr::Copy { dst, src } => {
                if let Some(certain) = keys.get(src).cloned() {
                    keys.insert(*dst, certain);
                }
            }
            _ => {}
        }
    }
    for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
        if let Instr::Delete { obj, .. } = instr {
            keys.remove(obj);
        }
    }
    for block in &mut function.blocks {
        let mut behind: FxHashMap<Val, Vec<Name>> = FxHashMap::default();
        for (instr, _) in block.code.iter_mut().rev() {
            if let Instr::CopyProps { obj, src, except } = instr {
                let behind = behind.entry(*obj).or_default();
                except.extend(behind.iter().copied());
                behind.extend(keys.get(src).into_iter().flatten().copied());
            }
        }
    }
}

/// Properties that are stored into the receiver before control can turn aside, and before anyone reads what it inherits.
fn given_to_receiver(function: &Function) -> Vec<Name> {
    let Some(this) = function.this else { return Vec::new() };
    let mut names = Vec::new();
    let mut read = FxHashSet::default();
    let mut at = 0;
    for _ in 0..function.blocks.len() {
        let block = &function.blocks[at];
        for (instr, _) in &block.code {
            match instr {
                Instr::Load { obj, key: Key::Named(name), .. } if *obj == this && !names.contains(name) => {
                    read.insert(*name);
                }
                Instr::Store { obj, key: Key::Named(name), .. } if *obj == this && !read.contains(name) => {
                    names.push(*name);
                }
                _ => {}
            }
        }
        match block.next[..] {
            [next] => at = next.0 as usize,
            _ => break,
        }
    }
    names
}
