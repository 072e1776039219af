//! Functions that are put in the place of others and wrap what was there: `const old = Page; Page = options => old(…)`.
//! What is read there before is never the wrapper itself. Knows nothing of what the places hold.

use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::copies::Copies;
use super::{Cell, Func, Function, Instr, Key, Name, Val};

/// How many members a place may be away from its root.
const MAX_MEMBERS: usize = 4;

/// What may hold a function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Slot {
    root: Root,
    members: SmallVec<[Member; 2]>,
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
type At = (usize, usize);

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
    let mut stored: FxHashMap<Slot, Vec<Stored>> = FxHashMap::default();
    let mut origins = Vec::with_capacity(functions.len());
    for (by, function) in functions.iter().enumerate() {
        let origin = Origins::of(Func(by as u32), function);
        origin.each_store(function, |slot, made, at| {
            stored.entry(slot).or_default().push(Stored { made, by: Func(by as u32), at });
        });
        origins.push(origin);
    }
    if stored.is_empty() {
        return;
    }
    let mut reads = Vec::new();
    for (origin, function) in origins.iter().zip(&*functions) {
        origin.each_read(function, |read| {
            if stored.contains_key(&read.slot) {
                reads.push(read);
            }
        });
    }
    let kept = Kept::of(functions, &origins);
    let mut wrapped: Vec<(Func, Val, Vec<Func>)> = Vec::new();
    for read in reads {
        let wrappers = stored[&read.slot].iter().filter(|stored| kept.is_wrapped(functions, &read, stored));
        let wrappers: FxHashSet<Func> = wrappers.map(|stored| stored.made).collect();
        let mut wrappers: Vec<Func> = wrappers.into_iter().collect();
        wrappers.sort_unstable();
        if !wrappers.is_empty() {
            wrapped.push((read.by, read.dst, wrappers));
        }
    }
    for (by, val, wrappers) in wrapped {
        except(&mut functions[by.0 as usize], val, &wrappers);
    }
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

fn read_value(instr: &Instr) -> Option<Val> {
    match *instr {
        Instr::Load { dst, .. } | Instr::LoadGlobal { dst, .. } | Instr::LoadCell { dst, .. } => Some(dst),
        _ => None,
    }
}

/// Where the values of a function come from.
struct Origins {
    by: Func,
    copies: Copies,
    /// What is read, with the object and the name for members.
    reads: FxHashMap<Val, Slot>,
    made: FxHashMap<Val, Func>,
}

impl Origins {
    fn of(by: Func, function: &Function) -> Self {
        let copies = Copies::of(function);
        let mut origins = Self { by, copies, reads: FxHashMap::default(), made: FxHashMap::default() };
        for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
            match *instr {
                Instr::Closure { dst, func } => {
                    origins.made.insert(dst, func);
                }
                _ => {
                    if let (Some(dst), Some(slot)) = (read_value(instr), origins.place_read(instr)) {
                        origins.reads.insert(dst, slot);
                    }
                }
            }
        }
        origins
    }

    fn place_read(&self, instr: &Instr) -> Option<Slot> {
        let root = |root: Root| Some(Slot { root, members: SmallVec::new() });
        match *instr {
            Instr::LoadGlobal { name, .. } => root(Root::Global(name)),
            Instr::LoadCell { owner, cell, .. } => root(Root::Cell(owner, cell)),
            Instr::Load { obj, key, .. } => self.member(obj, key),
            _ => None,
        }
    }

    fn place_written(&self, instr: &Instr) -> Option<(Slot, Val)> {
        let root = |root: Root| Slot { root, members: SmallVec::new() };
        match *instr {
            Instr::StoreGlobal { name, val } => Some((root(Root::Global(name)), val)),
            Instr::StoreCell { owner, cell, val } => Some((root(Root::Cell(owner, cell)), val)),
            Instr::Store { obj, key, val } => Some((self.member(obj, key)?, val)),
            _ => None,
        }
    }

    fn member(&self, obj: Val, key: Key) -> Option<Slot> {
        let member = match key {
            Key::Named(name) => Member::Named(name),
            Key::Computed(val) => Member::Computed(self.copies.origin(val)),
            Key::Any | Key::Content(_) => return None,
        };
        let obj = self.copies.origin(obj);
        let value = || Slot { root: Root::Value(self.by, obj), members: SmallVec::new() };
        let mut slot = self.reads.get(&obj).cloned().unwrap_or_else(value);
        if slot.members.len() >= MAX_MEMBERS {
            return None;
        }
        slot.members.push(member);
        Some(slot)
    }

    fn each_store(&self, function: &Function, mut each: impl FnMut(Slot, Func, At)) {
        for (block, at, instr) in code(function) {
            if let Some((slot, val)) = self.place_written(instr)
                && let Some(&made) = self.made.get(&self.copies.origin(val))
            {
                each(slot, made, (block, at));
            }
        }
    }

    fn each_read(&self, function: &Function, mut each: impl FnMut(Read)) {
        for (block, at, instr) in code(function) {
            if let Some(dst) = read_value(instr)
                && let Some(slot) = self.reads.get(&dst)
            {
                each(Read { slot: slot.clone(), dst, by: self.by, at: (block, at) });
            }
        }
    }
}

fn code(function: &Function) -> impl Iterator<Item = (usize, usize, &Instr)> {
    let blocks = function.blocks.iter().enumerate();
    blocks.flat_map(|(block, it)| it.code.iter().enumerate().map(move |(at, (instr, _))| (block, at, instr)))
}

/// Which values are kept in variables that closures share, and who reads those.
struct Kept {
    cells: FxHashMap<(Func, Val), (Func, Cell)>,
    readers: FxHashMap<(Func, Cell), Vec<Func>>,
}

impl Kept {
    fn of(functions: &[Function], origins: &[Origins]) -> Self {
        let mut kept = Self { cells: FxHashMap::default(), readers: FxHashMap::default() };
        for (origin, function) in origins.iter().zip(functions) {
            let by = origin.by;
            for (.., instr) in code(function) {
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
    let mut open: Vec<usize> = function.blocks[from.0].next.iter().map(|block| block.0 as usize).collect();
    while let Some(block) = open.pop() {
        if block == to.0 {
            return true;
        }
        if !seen.put(block) {
            open.extend(function.blocks[block].next.iter().map(|block| block.0 as usize));
        }
    }
    false
}
