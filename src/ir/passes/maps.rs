//! Maps that nobody else sees, entry by entry: where a function only sets, gets and deletes entries under constant keys,
//! they become variables, and what was deleted is gone. Knows nothing of other uses of a map: those leave it to the heap.

use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::builder::{Builder, Draft, Var};
use crate::ir::passes::fields::Aliases;
use crate::ir::passes::ssa::for_each_read;
use crate::ir::{BlockId, Call, CallKind, Instr, Key, Literal, Name, Range, Val};

/// What a method does to a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are what the language calls them")]
pub enum MapMethod {
    Set,
    Get,
    Has,
    Delete,
    Clear,
}

/// The methods by name.
pub(in crate::ir) const MAP_METHODS: [(&str, MapMethod); 5] = [
    ("set", MapMethod::Set),
    ("get", MapMethod::Get),
    ("has", MapMethod::Has),
    ("delete", MapMethod::Delete),
    ("clear", MapMethod::Clear),
];

/// Values that a new map is made into.
pub(in crate::ir) fn made(builder: &Builder, reachable: &FixedBitSet) -> FxHashSet<Val> {
    let Some(map) = builder.vocabulary.as_ref().and_then(|words| words.map) else { return FxHashSet::default() };
    let mut classes = FxHashSet::default();
    let mut made = FxHashSet::default();
    for (draft, _) in reachable.ones().flat_map(|at| &builder.blocks[at].code) {
        match draft {
            Draft::Instr(Instr::LoadGlobal { dst, name }) if *name == map => {
                classes.insert(*dst);
            }
            Draft::Instr(Instr::Call(call))
                if call.kind == CallKind::New && call.args.is_empty() && classes.contains(&call.callee) =>
            {
                made.insert(call.dst);
            }
            _ => {}
        }
    }
    made
}

/// Rewrites the maps of a function that nobody else sees.
pub(in crate::ir) fn localize(
    builder: &mut Builder,
    reachable: &FixedBitSet,
    aliases: &Aliases,
    made: &FxHashSet<Val>,
) {
    let mut maps = Maps::of(builder, reachable, aliases, made);
    let uses = maps.uses(builder, reachable);
    if maps.followed.is_empty() {
        return;
    }
    for (map, key) in uses {
        if maps.followed.contains(&map) && !maps.entries.contains_key(&(map, key)) {
            let var = builder.variable(None);
            maps.entries.insert((map, key), var);
            maps.keys.entry(map).or_default().push(var);
        }
    }
    for at in reachable.ones() {
        let drafts = std::mem::take(&mut builder.blocks[at].code);
        builder.current = BlockId(at as u32);
        for (draft, place) in drafts {
            maps.replace(builder, draft, place);
        }
    }
}

struct Maps<'a> {
    aliases: &'a Aliases,
    followed: FxHashSet<Val>,
    methods: FxHashMap<Val, (Val, MapMethod)>,
    texts: FxHashMap<Val, Name>,
    entries: FxHashMap<(Val, Name), Var>,
    keys: FxHashMap<Val, Vec<Var>>,
}

impl<'a> Maps<'a> {
    fn of(builder: &Builder, reachable: &FixedBitSet, aliases: &'a Aliases, made: &FxHashSet<Val>) -> Self {
        let mut maps = Maps {
            aliases,
            followed: made.clone(),
            methods: FxHashMap::default(),
            texts: FxHashMap::default(),
            entries: FxHashMap::default(),
            keys: FxHashMap::default(),
        };
        let words = builder.vocabulary.clone().unwrap_or_default();
        for (draft, _) in reachable.ones().flat_map(|at| &builder.blocks[at].code) {
            match draft {
                Draft::Instr(Instr::Const { dst, literal: Literal::String(name) }) => {
                    maps.texts.insert(*dst, *name);
                }
                Draft::Instr(Instr::Load { dst, obj, key: Key::Named(name) }) => {
                    if let (Some(map), Some(&method)) = (maps.map(*obj), words.map_methods.get(name)) {
                        maps.methods.insert(*dst, (map, method));
                    }
                }
                _ => {}
            }
        }
        maps
    }

    fn map(&self, val: Val) -> Option<Val> {
        self.aliases.of(val).filter(|object| self.followed.contains(object))
    }

    /// The entry that a call concerns, if it is one that can be followed.
    fn entry(&self, call: &Call) -> Option<(Val, MapMethod, Option<Name>)> {
        let &(map, method) = self.methods.get(&call.callee)?;
        if call.this.and_then(|this| self.map(this)) != Some(map) || call.args.iter().any(|arg| arg.is_spread) {
            return None;
        }
        let n_args = if method == MapMethod::Set { 2 } else { 1 };
        match method {
            MapMethod::Clear => Some((map, method, None)),
            _ if call.args.len() != n_args => None,
            _ => Some((map, method, Some(*self.texts.get(&call.args[0].val)?))),
        }
    }

    /// The entries that are used; maps with any other use are followed no more.
    fn uses(&mut self, builder: &Builder, reachable: &FixedBitSet) -> Vec<(Val, Name)> {
        let mut used = Vec::new();
        let mut seen: Vec<Val> = Vec::new();
        for (draft, _) in reachable.ones().flat_map(|at| &builder.blocks[at].code) {
            match draft {
                Draft::Read { .. }
                | Draft::Narrow { .. }
                | Draft::Instr(Instr::Copy { .. } | Instr::Load { key: Key::Named(_), .. }) => {}
                Draft::Write { var, val } => {
                    if !self.aliases.is_holder(*var) {
                        seen.extend(self.map(*val));
                    }
                }
                Draft::Share { vars } => {
                    let held = vars.iter().filter_map(|var| self.aliases.held(*var));
                    seen.extend(held.filter(|object| self.followed.contains(object)));
                }
                Draft::Instr(instr) => {
                    let mut instr = instr.clone();
                    if let Instr::Call(call) = &mut instr
                        && let Some((map, _, key)) = self.entry(call)
                    {
                        used.extend(key.map(|key| (map, key)));
                        call.this = None;
                    }
                    for_each_read(&instr, |val| seen.extend(self.map(val)));
                }
            }
        }
        for object in seen {
            self.followed.remove(&object);
        }
        used
    }

    fn replace(&self, builder: &mut Builder, draft: Draft, place: Range) {
        let Draft::Instr(Instr::Call(call)) = &draft else { return builder.draft(draft, place) };
        if self.followed.contains(&call.dst) {
            let map = call.dst;
            builder.draft(draft, place);
            return self.clear(builder, map, place);
        }
        let Some((map, method, key)) = self.entry(call).filter(|(map, ..)| self.followed.contains(map)) else {
            return builder.draft(draft, place);
        };
        let dst = call.dst;
        let var = key.and_then(|key| self.entries.get(&(map, key)).copied());
        match (method, var) {
            (MapMethod::Get, Some(var)) => return builder.draft(Draft::Read { dst, var }, place),
            (MapMethod::Set, Some(var)) => {
                let val = builder.value(place);
                builder.push(Instr::Copy { dst: val, src: call.args[1].val }, place);
                builder.draft(Draft::Write { var, val }, place);
                return builder.push(Instr::Copy { dst, src: map }, place);
            }
            (MapMethod::Delete, Some(var)) => {
                let val = builder.constant(Literal::Undefined, place);
                builder.draft(Draft::Write { var, val }, place);
            }
            (MapMethod::Clear, _) => self.clear(builder, map, place),
            _ => {}
        }
        builder.push(Instr::Const { dst, literal: Literal::Plain }, place);
    }

    fn clear(&self, builder: &mut Builder, map: Val, place: Range) {
        let val = builder.constant(Literal::Undefined, place);
        for &var in self.keys.get(&map).into_iter().flatten() {
            builder.draft(Draft::Write { var, val }, place);
        }
    }
}
