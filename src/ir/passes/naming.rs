//! Names that are values: properties that are copied under their own name, and functions that keep functions under a name
//! that they are given. Knows nothing of what the names are.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::passes::ssa::for_each_read;
use crate::ir::{Arg, Call, Cell, Func, Function, Instr, Key, Named, Puts, Val};

/// Notes both in a finished function.
pub fn note(function: &mut Function) {
    let origins = Origins::of(function);
    name_copies(function, &origins);
    function.keyed = keyed(function, &origins);
    function.puts = puts(function, &origins);
    function.named = named(function, &origins);
}

/// Where values come from.
struct Origins {
    /// What each value is another name for.
    same: FxHashMap<Val, Val>,
    /// Values read under computed keys: the object and the key.
    reads: FxHashMap<Val, (Val, Val)>,
    /// What texts are made of.
    parts: FxHashMap<Val, Vec<Val>>,
    /// Arguments of calls.
    arguments: FxHashMap<Val, Vec<Val>>,
    /// What is called, and on what.
    callees: FxHashMap<Val, [Option<Val>; 2]>,
    /// Values that are functions made here.
    closures: FxHashSet<Val>,
    /// Objects that hold such functions.
    holders: FxHashSet<Val>,
}

impl Origins {
    fn of(function: &Function) -> Self {
        let mut origins = Self {
            same: FxHashMap::default(),
            reads: FxHashMap::default(),
            parts: FxHashMap::default(),
            arguments: FxHashMap::default(),
            callees: FxHashMap::default(),
            closures: FxHashSet::default(),
            holders: FxHashSet::default(),
        };
        let mut written: FxHashMap<(Func, Cell), Option<Val>> = FxHashMap::default();
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            if let Instr::StoreCell { owner, cell, val } = *instr {
                written
                    .entry((owner, cell))
                    .and_modify(|known| *known = known.filter(|known| *known == val))
                    .or_insert(Some(val));
            }
        }
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            match instr {
                Instr::Copy { dst, src } => {
                    origins.same.insert(*dst, *src);
                }
                Instr::LoadCell { dst, owner, cell } => {
                    if let Some(&Some(val)) = written.get(&(*owner, *cell)) {
                        origins.same.insert(*dst, val);
                    }
                }
                Instr::Load { dst, obj, key: Key::Computed(key) } => {
                    origins.reads.insert(*dst, (*obj, *key));
                }
                Instr::Op { dst, args, .. } => {
                    origins.parts.insert(*dst, args.clone());
                }
                Instr::Call(call) => {
                    origins.arguments.insert(call.dst, call.args.iter().map(|arg| arg.val).collect());
                    origins.callees.insert(call.dst, [Some(call.callee), call.this]);
                }
                Instr::Closure { dst, .. } => {
                    origins.closures.insert(*dst);
                }
                _ => {}
            }
        }
        origins.follow_phis(function);
        origins.find_holders(function);
        origins
    }

    fn find_holders(&mut self, function: &Function) {
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            if let Instr::Store { obj, key: Key::Named(_), val } = *instr
                && self.closures.contains(&self.origin(val))
            {
                self.holders.insert(self.origin(obj));
            }
        }
    }

    /// A value that is the same on all ways is that one: conditions on a variable split it and join it again.
    fn follow_phis(&mut self, function: &Function) {
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            if let Instr::Phi { dst, srcs } = instr {
                let mut found = srcs.iter().map(|src| self.origin(*src)).filter(|src| src != dst);
                if let Some(first) = found.next()
                    && found.all(|other| other == first)
                {
                    self.same.insert(*dst, first);
                }
            }
        }
    }

    /// The value that `val` is another name for. Names of loops could go round: the way back is bounded.
    fn origin(&self, val: Val) -> Val {
        const MAX_NAMES: usize = 32;
        let mut val = val;
        for _ in 0..MAX_NAMES {
            let Some(&src) = self.same.get(&val) else { break };
            val = src;
        }
        val
    }

    fn read(&self, val: Val) -> Option<(Val, Val)> {
        let &(obj, key) = self.reads.get(&self.origin(val))?;
        Some((obj, self.origin(key)))
    }

    /// Whether a call that was given `name` besides an object gave `val`, or one that was given such a value.
    fn is_given_for(&self, name: Val, val: Val, depth: usize) -> bool {
        const MAX_DEPTH: usize = 4;
        let Some(args) = self.arguments.get(&self.origin(val)) else { return false };
        args.iter().skip(1).any(|arg| self.origin(*arg) == name)
            || (depth < MAX_DEPTH && args.iter().any(|arg| self.is_given_for(name, *arg, depth + 1)))
    }

    /// The parameter that a name is, or is made with.
    fn param(&self, function: &Function, key: Val) -> Option<u32> {
        let key = self.origin(key);
        let at = |val: Val| function.params.iter().position(|param| *param == val).map(|at| at as u32);
        at(key)
            .or_else(|| self.parts.get(&key)?.iter().find_map(|part| at(self.origin(*part))))
            .or_else(|| at(self.reads.get(&key).map(|(_, key)| self.origin(*key))?))
    }
}

/// `obj[key] = src[key]`, however it is written, keeps the properties apart although the key is not known.
fn name_copies(function: &mut Function, origins: &Origins) {
    for (instr, _) in function.blocks.iter_mut().flat_map(|block| &mut block.code) {
        if let Instr::Store { obj, key: Key::Computed(key), val } = *instr
            && let Some((src, from)) = origins.read(val)
            && from == origins.origin(key)
        {
            *instr = Instr::CopyKey { obj, src, key };
        }
    }
}

/// The parameter that names what a function stores, or has a call store.
fn keyed(function: &Function, origins: &Origins) -> Option<u32> {
    stored_under(function, origins).or_else(|| defined_under(function, origins))
}

/// The parameter that a call is given as the name of something of an object, with what is to stand for it: functions made
/// here, which know the name (`define(obj, name, { get() {} })`), or what another call gave for that name
/// (`define(obj, name, describe(other, name))`).
fn defined_under(function: &Function, origins: &Origins) -> Option<u32> {
    let code = function.blocks.iter().flat_map(|block| &block.code);
    code.filter_map(|(instr, _)| match instr {
        Instr::Call(call) => Some(&call.args),
        _ => None,
    })
    .find_map(|args| {
        let param = |arg: &Arg| function.params.iter().position(|param| *param == origins.origin(arg.val));
        let (at, name) = args.iter().enumerate().skip(1).find_map(|(at, arg)| Some((at, param(arg)?)))?;
        let holds = |arg: &Arg| {
            origins.holders.contains(&origins.origin(arg.val))
                || origins.is_given_for(function.params[name], arg.val, 0)
        };
        args[at + 1..].iter().any(holds).then_some(name as u32)
    })
}

/// The parameter under which a function stores something, where the name says what that is: functions that it makes, what
/// it reads (or has made of what it reads, or gets from what it reads there and calls) under that name, or what a call
/// gives for it.
fn stored_under(function: &Function, origins: &Origins) -> Option<u32> {
    let code = function.blocks.iter().flat_map(|block| &block.code);
    code.filter_map(|(instr, _)| match *instr {
        Instr::Store { key: Key::Computed(key), val, .. } => Some((key, origins.origin(val))),
        _ => None,
    })
    .find_map(|(key, val)| {
        let param = origins.param(function, key)?;
        let is_read_there =
            |arg: &Val| origins.read(*arg).is_some_and(|(_, key)| origins.param(function, key) == Some(param));
        let is_named = |arg: &Val| origins.param(function, *arg) == Some(param) || is_read_there(arg);
        let is_kept = origins.closures.contains(&val)
            || is_read_there(&val)
            || origins.callees.get(&val).is_some_and(|of| of.iter().flatten().any(is_read_there))
            || origins.arguments.get(&val).is_some_and(|args| args.iter().any(is_named));
        is_kept.then_some(param)
    })
}

/// The parameters of a function that puts one into another under the name that a third one is, and does nothing else with
/// what it puts there: `(target, name, value) => { target[name] = value }`.
fn puts(function: &Function, origins: &Origins) -> Option<Puts> {
    let param = |val: Val| {
        let val = origins.origin(val);
        function.params.iter().position(|param| *param == val).map(|at| at as u32)
    };
    let code = || function.blocks.iter().flat_map(|block| &block.code).map(|(instr, _)| instr);
    let put = |instr: &Instr| match *instr {
        Instr::Store { obj, key: Key::Computed(name), val } => {
            Some(Puts { obj: param(obj)?, name: param(name)?, val: param(val)? })
        }
        _ => None,
    };
    let found = code().find_map(put)?;
    let uses_it = |instr: &Instr| {
        let mut does = false;
        for_each_read(instr, |val| does |= param(val) == Some(found.val));
        does
    };
    let only_puts =
        |instr: &Instr| matches!(instr, Instr::Copy { .. } | Instr::Phi { .. }) || put(instr) == Some(found);
    code().filter(|instr| uses_it(instr)).all(only_puts).then_some(found)
}

/// Calls that are given a name and what an object holds under it.
fn named(function: &Function, origins: &Origins) -> FxHashMap<Val, Named> {
    let code = function.blocks.iter().flat_map(|block| &block.code);
    let calls = code.filter_map(|(instr, _)| match instr {
        Instr::Call(call) => Some(call),
        _ => None,
    });
    let named = |call: &Call| {
        let args = call.args.iter().take_while(|arg| !arg.is_spread);
        args.clone().zip(0..).find_map(|(arg, val)| {
            let (obj, key) = origins.read(arg.val)?;
            let name = args.clone().position(|arg| origins.origin(arg.val) == key)? as u32;
            Some(Named { name, val, obj })
        })
    };
    calls.filter_map(|call| Some((call.dst, named(call)?))).collect()
}
