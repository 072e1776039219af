//! Values that stand for nothing any more are left out, and the others numbered anew: what a variable was read into became
//! the value that it held, and an instance of a function would have a node for each. Knows no value's meaning.

use fixedbitset::FixedBitSet;

use crate::ir::passes::ssa::for_each_value;
use crate::ir::{Function, Named, Val};

/// Leaves out the values that nothing speaks of.
pub(in crate::ir) fn compact(function: &mut Function) {
    let mut used = FixedBitSet::with_capacity(function.values.len());
    for_each(function, &mut |val| used.insert(val.0 as usize));
    let n_used = used.count_ones(..);
    if n_used == function.values.len() {
        return;
    }
    let mut numbers = vec![0; function.values.len()];
    for (new, old) in (0..).zip(used.ones()) {
        numbers[old] = new;
    }
    for_each(function, &mut |val| val.0 = numbers[val.0 as usize]);
    function.n_dropped = function.values.len() - n_used;
    function.values = used.ones().map(|old| function.values[old]).collect();
    for facts in [&mut function.defined, &mut function.literals, &mut function.falsy] {
        let mut moved = FixedBitSet::with_capacity(n_used);
        facts.ones().filter(|old| used.contains(*old)).for_each(|old| moved.insert(numbers[old] as usize));
        *facts = moved;
    }
    let turns = function.turns.iter().filter(|(val, _)| used.contains(val.0 as usize));
    function.turns = turns.map(|(val, turn)| (Val(numbers[val.0 as usize]), *turn)).collect();
    let moved = |val: Val| Val(numbers[val.0 as usize]);
    let named = function.named.iter().filter(|(val, _)| used.contains(val.0 as usize));
    function.named = named.map(|(val, named)| (moved(*val), Named { obj: moved(named.obj), ..*named })).collect();
}

/// Calls `each` with every value that a function speaks of, but for what is only known of values.
fn for_each(function: &mut Function, each: &mut impl FnMut(&mut Val)) {
    for block in &mut function.blocks {
        block.code.iter_mut().for_each(|(instr, _)| for_each_value(instr, each));
        block.branch.iter_mut().for_each(|branch| each(&mut branch.val));
    }
    function.params.iter_mut().for_each(&mut *each);
    function.rest.iter_mut().for_each(|(_, val)| each(val));
    [&mut function.this, &mut function.arguments, &mut function.thrown].into_iter().flatten().for_each(&mut *each);
    function.tries.iter_mut().for_each(|it| each(&mut it.caught));
    for echo in &mut function.echoes {
        each(&mut echo.dst);
        each(&mut echo.val);
    }
    for comparison in &mut function.comparisons {
        each(&mut comparison.dst);
        comparison.sides.iter_mut().for_each(&mut *each);
    }
    function.grants.iter_mut().filter_map(|grant| grant.call.as_mut()).for_each(&mut *each);
    for test in &mut function.tests {
        each(&mut test.val);
        test.holder.iter_mut().for_each(&mut *each);
    }
    function.conditions.iter_mut().for_each(|condition| each(&mut condition.val));
}
