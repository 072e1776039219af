//! Functions that are put in the place of others and wrap what was there: `const old = Page; Page = options => old(…)`.
//! What is read there before is never the wrapper itself. Knows nothing of what the places hold.

use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

use crate::ir::passes::copies::Copies;
use crate::ir::passes::val_map::ValMap;
use crate::ir::{BlockId, Cell, Func, Function, Instr, Key, Name, Val};

/// How many members a place may be away from its root.
const MAX_MEMBERS: usize = 4;

/// What may hold a function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Slot {
    root: Root,
    /// From the last one to that of the root.
    members: SmallVec<[Member; 2]>,
}

/// What is last in the name of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum End {
    Root(Root),
    Member(Member),
}

impl Slot {
    fn end(&self) -> End {
        self.members.first().map_or(End::Root(self.root), |member| End::Member(*member))
    }
}

impl From<Root> for Slot {
    fn from(root: Root) -> Self {
        Self { root, members: SmallVec::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Root {
    Global(Name),
    Cell(Func, Cell),
    Value(Func, Val),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Member {
    Named(Name),
    Computed(Val),
}

/// An instruction of a function: the block, and the place in it.
type At = (u32, u32);

/// A function that is stored, and where that is done.
#[derive(Clone, Copy, Debug)]
struct Stored {
    made: Func,
    by: Func,
    at: At,
}

/// What is read from a slot.
#[derive(Debug)]
struct Read {
    slot: Slot,
    dst: Val,
    by: Func,
    at: At,
}

/// Says of each such read which functions it does not give.
pub fn note(functions: &mut [Function]) {
    for (by, val, wrappers) in wrapped(functions) {
        except(&mut functions[by.0 as usize], val, &wrappers);
    }
}

/// Reads, each with the functions that it does not give.
fn wrapped(functions: &[Function]) -> Vec<(Func, Val, Vec<Func>)> {
    let origins: Vec<Origins> = (0..).zip(functions).map(|(by, function)| Origins::of(Func(by), function)).collect();
    let mut stored: FxHashMap<Slot, Vec<Stored>> = FxHashMap::default();
    for origin in &origins {
        origin.each_store(|slot, made, at| stored.entry(slot).or_default().push(Stored { made, by: origin.by, at }));
    }
    let ends: FxHashSet<End> = stored.keys().map(Slot::end).collect();
    let mut reads = Vec::new();
    for origin in origins.iter().filter(|_| !ends.is_empty()) {
        origin.each_read(&ends, |read| {
            if stored.contains_key(&read.slot) {
                reads.push(read);
            }
        });
    }
    if reads.is_empty() {
        return Vec::new();
    }
    let kept = Kept::of(&origins);
    let mut wrapped = Vec::new();
    for read in reads {
        let wrappers = stored[&read.slot].iter().filter(|stored| kept.is_wrapped(functions, &read, stored));
        let wrappers: FxHashSet<Func> = wrappers.map(|stored| stored.made).collect();
        let mut wrappers: Vec<Func> = wrappers.into_iter().collect();
        wrappers.sort_unstable();
        if !wrappers.is_empty() {
            wrapped.push((read.by, read.dst, wrappers));
        }
    }
    wrapped
}

/// Puts an `Except` for each of `wrappers` behind the instruction that reads `val`.
fn except(function: &mut Function, val: Val, wrappers: &[Func]) {
    let place = function.blocks.iter().enumerate().find_map(|(block, it)| {
        let at = it.code.iter().position(|(instr, _)| read_value(instr) == Some(val))?;
        Some((block, at))
    });
    let Some((block, at)) = place else { return };
    let range = function.blocks[block].code[at].1;
    let mut fresh = || {
        function.values.push(range);
        Val(function.values.len() as u32 - 1)
    };
    let mut src = fresh();
    let read = src;
    let mut without = Vec::new();
    for (n, func) in wrappers.iter().enumerate() {
        let dst = if n + 1 == wrappers.len() { val } else { fresh() };
        without.push((Instr::Except { dst, src, func: *func }, range));
        src = dst;
    }
    let code = &mut function.blocks[block].code;
    if let Instr::Load { dst, .. } | Instr::LoadGlobal { dst, .. } | Instr::LoadCell { dst, .. } = &mut code[at].0 {
        *dst = read;
    }
    let behind = at + 1;
    code.splice(behind..behind, without);
}

fn root_read(instr: &Instr) -> Option<Root> {
    match *instr {
        Instr::LoadGlobal { name, .. } => Some(Root::Global(name)),
        Instr::LoadCell { owner, cell, .. } => Some(Root::Cell(owner, cell)),
        _ => None,
    }
}

fn read_value(instr: &Instr) -> Option<Val> {
    match *instr {
        Instr::Load { dst, .. } | Instr::LoadGlobal { dst, .. } | Instr::LoadCell { dst, .. } => Some(dst),
        _ => None,
    }
}

/// Where the values of a function come from.
struct Origins<'a> {
    by: Func,
    function: &'a Function,
    copies: Copies,
    /// Where what is read is read.
    reads: ValMap<At>,
    made: ValMap<Func>,
}

impl<'a> Origins<'a> {
    fn of(by: Func, function: &'a Function) -> Self {
        let copies = Copies::of(function);
        let mut origins = Self { by, function, copies, reads: ValMap::default(), made: ValMap::default() };
        for (block, at, instr) in code(function) {
            if let Instr::Closure { dst, func } = *instr {
                origins.made.insert(dst, func);
            } else if let Some(dst) = read_value(instr) {
                origins.reads.insert(dst, (block, at));
            }
        }
        origins
    }

    fn place_read(&self, instr: &Instr) -> Option<Slot> {
        match *instr {
            Instr::Load { obj, key, .. } => self.member(obj, key),
            _ => root_read(instr).map(Slot::from),
        }
    }

    fn place_written(&self, instr: &Instr) -> Option<Slot> {
        match *instr {
            Instr::StoreGlobal { name, .. } => Some(Root::Global(name).into()),
            Instr::StoreCell { owner, cell, .. } => Some(Root::Cell(owner, cell).into()),
            Instr::Store { obj, key, .. } => self.member(obj, key),
            _ => None,
        }
    }

    /// The slot of a member, found from the member up to its root.
    fn member(&self, obj: Val, key: Key) -> Option<Slot> {
        let mut members = smallvec![self.named(key)?];
        let mut obj = self.copies.origin(obj);
        loop {
            let read = self.reads.get(obj).map(|at| instruction(self.function, at));
            let Some((outer, member)) = read.and_then(|read| self.member_read(read)) else {
                let root = read.and_then(root_read).unwrap_or(Root::Value(self.by, obj));
                return Some(Slot { root, members });
            };
            if members.len() == MAX_MEMBERS {
                return None;
            }
            members.push(member);
            obj = self.copies.origin(outer);
        }
    }

    fn member_read(&self, instr: &Instr) -> Option<(Val, Member)> {
        match *instr {
            Instr::Load { obj, key, .. } => Some((obj, self.named(key)?)),
            _ => None,
        }
    }

    fn named(&self, key: Key) -> Option<Member> {
        match key {
            Key::Named(name) => Some(Member::Named(name)),
            Key::Computed(val) => Some(Member::Computed(self.copies.origin(val))),
            Key::Any | Key::Content(_) => None,
        }
    }

    fn each_store(&self, mut each: impl FnMut(Slot, Func, At)) {
        if self.made.is_empty() {
            return;
        }
        for (block, at, instr) in code(self.function) {
            if let Instr::StoreGlobal { val, .. } | Instr::StoreCell { val, .. } | Instr::Store { val, .. } = *instr
                && let Some(made) = self.made.get(self.copies.origin(val))
                && let Some(slot) = self.place_written(instr)
            {
                each(slot, made, (block, at));
            }
        }
    }

    /// Calls `each` with what is read from slots that end so.
    fn each_read(&self, ends: &FxHashSet<End>, mut each: impl FnMut(Read)) {
        for (block, at, instr) in code(self.function) {
            let member = self.member_read(instr).map(|(_, member)| End::Member(member));
            let end = member.or_else(|| root_read(instr).map(End::Root));
            if end.is_some_and(|end| ends.contains(&end))
                && let (Some(dst), Some(slot)) = (read_value(instr), self.place_read(instr))
            {
                each(Read { slot, dst, by: self.by, at: (block, at) });
            }
        }
    }
}

fn code(function: &Function) -> impl Iterator<Item = (u32, u32, &Instr)> {
    let blocks = (0..).zip(&function.blocks);
    blocks.flat_map(|(block, it)| (0..).zip(&it.code).map(move |(at, (instr, _))| (block, at, instr)))
}

fn instruction(function: &Function, (block, at): At) -> &Instr {
    &function.blocks[block as usize].code[at as usize].0
}

/// Which values are kept in variables that closures share, and who reads those.
struct Kept {
    cells: FxHashMap<(Func, Val), (Func, Cell)>,
    readers: FxHashMap<(Func, Cell), Vec<Func>>,
}

impl Kept {
    fn of(origins: &[Origins<'_>]) -> Self {
        let mut kept = Self { cells: FxHashMap::default(), readers: FxHashMap::default() };
        for origin in origins {
            let by = origin.by;
            for (.., instr) in code(origin.function) {
                match *instr {
                    Instr::StoreCell { owner, cell, val } => {
                        kept.cells.insert((by, origin.copies.origin(val)), (owner, cell));
                    }
                    Instr::LoadCell { owner, cell, .. } => {
                        kept.readers.entry((owner, cell)).or_default().push(by);
                    }
                    _ => {}
                }
            }
        }
        kept
    }

    /// Whether what is read was there before the function that is stored: no way leads from there to the read, or the
    /// function itself uses what was read (it would call itself for ever if that were itself).
    fn is_wrapped(&self, functions: &[Function], read: &Read, stored: &Stored) -> bool {
        if read.by == stored.by {
            return !reaches(&functions[read.by.0 as usize], stored.at, read.at);
        }
        let Some(cell) = self.cells.get(&(read.by, read.dst)) else { return false };
        let mut readers = self.readers.get(cell).into_iter().flatten();
        readers.any(|reader| is_within(functions, *reader, stored.made))
    }
}

fn is_within(functions: &[Function], inner: Func, outer: Func) -> bool {
    let parents = std::iter::successors(Some(inner), |func| functions[func.0 as usize].parent);
    parents.take_while(|func| *func >= outer).any(|func| func == outer)
}

/// Whether control may get from one instruction to another.
fn reaches(function: &Function, from: At, to: At) -> bool {
    if from.0 == to.0 && from.1 < to.1 {
        return true;
    }
    let mut seen = FixedBitSet::with_capacity(function.blocks.len());
    let mut open: Vec<BlockId> = function.blocks[from.0 as usize].next.clone();
    while let Some(block) = open.pop() {
        if block.0 == to.0 {
            return true;
        }
        if !seen.put(block.0 as usize) {
            open.extend(&function.blocks[block.0 as usize].next);
        }
    }
    false
}
