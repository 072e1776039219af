//! Names that are values: properties that are copied under their own name, and functions that keep or hand on something under
//! a name that they are given. Knows nothing of what the names are.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::passes::ssa::for_each_read;
use crate::ir::{Arg, Call, CallKind, Cell, Func, Function, Instr, Key, Keyed, Name, Named, Puts, Val};

/// Notes them in a finished function.
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
    /// Values read under names that the text gives: the object and the name.
    members: FxHashMap<Val, (Val, Name)>,
    /// What values may be that are one thing or another.
    merged: FxHashMap<Val, Vec<Val>>,
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
            members: FxHashMap::default(),
            merged: FxHashMap::default(),
            parts: FxHashMap::default(),
            arguments: FxHashMap::default(),
            callees: FxHashMap::default(),
            closures: FxHashSet::default(),
            holders: FxHashSet::default(),
        };
        let mut written: FxHashMap<(Func, Cell), Option<Val>> = FxHashMap::default();
        for instr in code(function) {
            if let Instr::StoreCell { owner, cell, val } = *instr {
                written
                    .entry((owner, cell))
                    .and_modify(|known| *known = known.filter(|known| *known == val))
                    .or_insert(Some(val));
            }
        }
        for instr in code(function) {
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
                Instr::Load { dst, obj, key: Key::Named(name) } => {
                    origins.members.insert(*dst, (*obj, *name));
                }
                Instr::Phi { dst, srcs } => {
                    origins.merged.insert(*dst, srcs.clone());
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
        for instr in code(function) {
            if let Instr::Store { obj, key: Key::Named(_), val } = *instr
                && self.closures.contains(&self.origin(val))
            {
                self.holders.insert(self.origin(obj));
            }
        }
    }

    /// A value that is the same on all ways is that one: conditions on a variable split it and join it again.
    fn follow_phis(&mut self, function: &Function) {
        for instr in code(function) {
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

    /// The parameter that a value is.
    fn param(&self, function: &Function, val: Val) -> Option<u32> {
        let val = self.origin(val);
        function.params.iter().position(|param| *param == val).map(|at| at as u32)
    }

    /// The parameter that a name is, is held by, or is made with.
    fn name(&self, function: &Function, key: Val) -> Option<Keyed> {
        let key = self.origin(key);
        let held = |val: Val| {
            let (pair, field) = self.member(self.origin(val))?;
            Some(Keyed { param: self.param(function, pair)?, field: Some(field) })
        };
        let whole = |val: Val| Some(Keyed { param: self.param(function, val)?, field: None });
        let name = |val: Val| whole(val).or_else(|| held(val));
        name(key)
            .or_else(|| self.parts.get(&key)?.iter().find_map(|part| name(*part)))
            .or_else(|| name(self.reads.get(&key)?.1))
    }

    /// The object and the property that a value is read of; what takes lists apart asks iterators, too.
    fn member(&self, val: Val) -> Option<(Val, Name)> {
        let of = |val: &Val| self.members.get(val).map(|&(obj, name)| (self.origin(obj), name));
        of(&val).or_else(|| self.merged.get(&val)?.iter().find_map(of))
    }

    /// Whether a value is what is held under a name: read there, or held by the parameter beside the name; or made of it.
    fn is_held(&self, function: &Function, name: Keyed, val: Val, depth: usize) -> bool {
        const MAX_DEPTH: usize = 4;
        let val = self.origin(val);
        let is_read = self.reads.get(&val).is_some_and(|&(_, key)| self.name(function, key) == Some(name));
        let is_beside = || {
            let param = function.params[name.param as usize];
            name.field.is_some()
                && self.member(val).is_some_and(|(obj, field)| obj == param && Some(field) != name.field)
        };
        let made_of = || [&self.parts, &self.arguments].into_iter().filter_map(|of| of.get(&val)).flatten();
        is_read
            || is_beside()
            || (depth < MAX_DEPTH && made_of().any(|part| self.is_held(function, name, *part, depth + 1)))
    }

    /// Whether a value depends on a name: it is held under it, is called there, or what a call gives for it.
    fn is_named(&self, function: &Function, name: Keyed, val: Val) -> bool {
        let val = self.origin(val);
        let is_held = |val: &Val| self.is_held(function, name, *val, 0);
        let is_given = |args: &Vec<Val>| args.iter().any(|arg| self.name(function, *arg) == Some(name));
        is_held(&val)
            || self.callees.get(&val).is_some_and(|of| of.iter().flatten().any(is_held))
            || self.arguments.get(&val).is_some_and(is_given)
    }

    /// Whether a parameter is a name, or no more than a pair of a name and something: two of its properties are read.
    fn is_pair(&self, function: &Function, name: Keyed) -> bool {
        let param = function.params[name.param as usize];
        let fields: BTreeSet<Name> =
            self.members.values().filter(|(obj, _)| self.origin(*obj) == param).map(|(_, field)| *field).collect();
        name.field.is_none() || fields.len() == 2
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

/// The parameter that names what a function keeps, or has a call keep.
fn keyed(function: &Function, origins: &Origins) -> Option<Keyed> {
    stored_under(function, origins)
        .or_else(|| defined_under(function, origins))
        .or_else(|| paired(function, origins))
        .or_else(|| handed_on(function, origins))
}

fn code(function: &Function) -> impl Iterator<Item = &Instr> {
    function.blocks.iter().flat_map(|block| &block.code).map(|(instr, _)| instr)
}

fn calls(function: &Function) -> impl Iterator<Item = &Call> {
    code(function).filter_map(|instr| match instr {
        Instr::Call(call) => Some(&**call),
        _ => None,
    })
}

/// The parameter that a call is given as the name of something of an object, with what is to stand for it: functions made
/// here, which know the name (`define(obj, name, { get() {} })`), or what another call gave for that name
/// (`define(obj, name, describe(other, name))`).
fn defined_under(function: &Function, origins: &Origins) -> Option<Keyed> {
    calls(function).find_map(|Call { args, .. }| {
        let names = args.iter().enumerate().skip(1);
        let (at, param) = names.into_iter().find_map(|(at, arg)| Some((at, origins.param(function, arg.val)?)))?;
        let holds = |arg: &Arg| {
            origins.holders.contains(&origins.origin(arg.val))
                || origins.is_given_for(function.params[param as usize], arg.val, 0)
        };
        args[at + 1..].iter().any(holds).then_some(Keyed { param, field: None })
    })
}

/// The parameter under which a function stores something, where the name says what that is: functions that it makes, what
/// it reads (or has made of what it reads, or gets from what it reads there and calls) under that name, or what a call
/// gives for it; or what the parameter holds beside the name.
fn stored_under(function: &Function, origins: &Origins) -> Option<Keyed> {
    let stores = code(function).filter_map(|instr| match *instr {
        Instr::Store { key: Key::Computed(key), val, .. } => Some((key, val)),
        _ => None,
    });
    stores.filter_map(|(key, val)| Some((origins.name(function, key)?, val))).find_map(|(name, val)| {
        let is_kept = origins.closures.contains(&origins.origin(val)) && name.field.is_none();
        (is_kept || origins.is_named(function, name, val)).then_some(name)
    })
}

/// The parameter that a function puts into an object with what it names: `name => [name, of[name]]`.
fn paired(function: &Function, origins: &Origins) -> Option<Keyed> {
    let stored = || {
        code(function).filter_map(|instr| match *instr {
            Instr::Store { obj, key: Key::Named(_), val } => Some((origins.origin(obj), val)),
            _ => None,
        })
    };
    stored().find_map(|(pair, key)| {
        let name = origins.name(function, key).filter(|name| origins.is_pair(function, *name))?;
        let is_beside = |(obj, val): (Val, Val)| obj == pair && val != key && origins.is_named(function, name, val);
        stored().any(is_beside).then_some(name)
    })
}

/// The parameter that a function hands on with what it names: `name => cache.set(name, of[name])`.
fn handed_on(function: &Function, origins: &Origins) -> Option<Keyed> {
    calls(function).filter(|call| call.kind != CallKind::Quiet).find_map(|Call { args, .. }| {
        args.iter().find_map(|arg| {
            let name = origins.name(function, arg.val).filter(|name| origins.is_pair(function, *name))?;
            let is_beside = |other: &Arg| other.val != arg.val && origins.is_held(function, name, other.val, 0);
            args.iter().any(is_beside).then_some(name)
        })
    })
}

/// The parameters of a function that puts one into another under the name that a third one is, and does nothing else with
/// what it puts there: `(target, name, value) => { target[name] = value }`.
fn puts(function: &Function, origins: &Origins) -> Option<Puts> {
    let param = |val: Val| origins.param(function, val);
    let put = |instr: &Instr| match *instr {
        Instr::Store { obj, key: Key::Computed(name), val } => {
            Some(Puts { obj: param(obj)?, name: param(name)?, val: param(val)? })
        }
        _ => None,
    };
    let found = code(function).find_map(put)?;
    let uses_it = |instr: &Instr| {
        let mut does = false;
        for_each_read(instr, |val| does |= param(val) == Some(found.val));
        does
    };
    let only_puts =
        |instr: &Instr| matches!(instr, Instr::Copy { .. } | Instr::Phi { .. }) || put(instr) == Some(found);
    code(function).filter(|instr| uses_it(instr)).all(only_puts).then_some(found)
}

/// Calls that are given a name and what an object holds under it.
fn named(function: &Function, origins: &Origins) -> FxHashMap<Val, Named> {
    let named = |call: &Call| {
        let args = call.args.iter().take_while(|arg| !arg.is_spread);
        args.clone().zip(0..).find_map(|(arg, val)| {
            let (obj, key) = origins.read(arg.val)?;
            let name = args.clone().position(|arg| origins.origin(arg.val) == key)? as u32;
            Some(Named { name, val, obj })
        })
    };
    calls(function).filter_map(|call| Some((call.dst, named(call)?))).collect()
}
