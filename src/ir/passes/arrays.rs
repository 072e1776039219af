//! Arrays that have not escaped, element by element: their elements become variables, and calls that change the order
//! are done on them. Knows which methods do what to a list; nothing of who calls them elsewhere.

use std::rc::Rc;

use fixedbitset::FixedBitSet;
use indexmap::IndexSet;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::builder::{Builder, Draft, Var};
use crate::ir::passes::fields::Aliases;
use crate::ir::passes::maps::{MAP_METHODS, MapMethod};
use crate::ir::passes::ssa::for_each_read;
use crate::ir::{BlockId, Call, Instr, Key, Literal, Name, Range, Val};

/// Elements up to which an array is followed.
const MAX_LENGTH: usize = 24;
/// Numbers that are known as indices.
const MAX_NUMBER: i64 = 24;
/// Arrays per function beyond which they are left to the heap.
const MAX_ARRAYS: usize = 200;

/// Names that mean something to lists and objects, as the module numbers them.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Methods.
    pub methods: FxHashMap<Name, Method>,
    /// Texts of the first indices, in order.
    pub indices: Vec<Name>,
    /// Small numbers by their text, with negative ones.
    pub numbers: FxHashMap<Name, i64>,
    /// `length`
    pub length: Option<Name>,
    /// The type of arrays.
    pub array: Option<Name>,
    /// The content that is the prototype.
    pub proto: Option<Name>,
    /// The class of maps.
    pub map: Option<Name>,
    /// Methods of maps.
    pub map_methods: FxHashMap<Name, MapMethod>,
}

/// What a method does to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are what the language calls them")]
pub enum Method {
    Push,
    Pop,
    Shift,
    Unshift,
    Splice,
    Reverse,
    Fill,
    Slice,
    At,
    With,
}

/// The methods by name.
const METHODS: [(&str, Method); 10] = [
    ("push", Method::Push),
    ("pop", Method::Pop),
    ("shift", Method::Shift),
    ("unshift", Method::Unshift),
    ("splice", Method::Splice),
    ("reverse", Method::Reverse),
    ("fill", Method::Fill),
    ("slice", Method::Slice),
    ("at", Method::At),
    ("with", Method::With),
];

impl Vocabulary {
    /// The vocabulary in the names of a module.
    pub fn new(mut name: impl FnMut(&str) -> Name) -> Self {
        let mut words = Self {
            methods: METHODS.iter().map(|&(text, method)| (name(text), method)).collect(),
            indices: (0..MAX_LENGTH).map(|index| name(&index.to_string())).collect(),
            length: Some(name("length")),
            array: Some(name("Array")),
            proto: Some(name(crate::ir::lower::content::PROTO)),
            map: Some(name("Map")),
            map_methods: MAP_METHODS.iter().map(|&(text, method)| (name(text), method)).collect(),
            ..Self::default()
        };
        words.numbers = (-MAX_NUMBER..=MAX_NUMBER).map(|number| (name(&number.to_string()), number)).collect();
        words
    }

    /// Whether a method of this name gives back the list that it is called on.
    pub fn gives_receiver(&self, name: Name) -> bool {
        matches!(self.methods.get(&name), Some(Method::Reverse | Method::Fill))
            || self.map_methods.get(&name) == Some(&MapMethod::Set)
    }

    /// The name of a small whole number.
    pub fn number(&self, number: i64) -> Option<Name> {
        self.numbers.iter().find(|(_, known)| **known == number).map(|(name, _)| *name)
    }

    fn index(&self, name: Name) -> Option<usize> {
        self.indices.iter().position(|&index| index == name)
    }
}

/// How many elements an array has where control is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// It was not made yet.
    Unmade,
    Known(usize),
    /// Anyone may change it.
    Escaped,
}

impl Length {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unmade, other) | (other, Self::Unmade) => other,
            (left, right) if left == right => left,
            _ => Self::Escaped,
        }
    }
}

/// A call that is done on the elements.
struct Change<'c> {
    array: usize,
    method: Method,
    call: &'c Call,
}

/// Rewrites the arrays of a function that nobody else sees; whether there were any.
pub(in crate::ir) fn localize(
    builder: &mut Builder,
    reachable: &FixedBitSet,
    predecessors: &[Vec<BlockId>],
    aliases: &Aliases,
    done: &mut FxHashSet<Val>,
) -> bool {
    let Some(words) = builder.vocabulary.clone() else { return false };
    let mut arrays = Arrays::of(builder, reachable, aliases, words);
    arrays.keep_new(done);
    if arrays.objects.is_empty() || arrays.objects.len() > MAX_ARRAYS {
        return false;
    }
    let entry = arrays.lengths_at_entry(builder, reachable, predecessors);
    arrays.elements =
        arrays.objects.iter().map(|_| (0..MAX_LENGTH).map(|_| builder.variable(None)).collect()).collect();
    for at in reachable.ones() {
        arrays.rewrite(builder, at, &entry);
    }
    true
}

struct Arrays<'a> {
    /// Names of getters and setters.
    accessors: Rc<IndexSet<Name>>,
    aliases: &'a Aliases,
    words: Rc<Vocabulary>,
    objects: Vec<Val>,
    index: FxHashMap<Val, usize>,
    elements: Vec<Vec<Var>>,
    /// Methods by the value that they were read into.
    methods: FxHashMap<Val, (Val, Method)>,
    numbers: FxHashMap<Val, i64>,
    /// Contents that were asked for: how a list might be iterated if it were none.
    contents: FxHashMap<Val, Val>,
    /// Arrays that may lose elements, by a length or a method: they do not certainly have those that they were made with.
    shrinking: FxHashSet<Val>,
}

impl<'a> Arrays<'a> {
    fn of(builder: &Builder, reachable: &FixedBitSet, aliases: &'a Aliases, words: Rc<Vocabulary>) -> Self {
        let mut arrays = Arrays {
            accessors: Rc::clone(&builder.accessors),
            aliases,
            words,
            objects: Vec::new(),
            index: FxHashMap::default(),
            elements: Vec::new(),
            methods: FxHashMap::default(),
            numbers: FxHashMap::default(),
            contents: FxHashMap::default(),
            shrinking: FxHashSet::default(),
        };
        let mut made = FxHashSet::default();
        let mut wanted: Vec<Val> = Vec::new();
        for (draft, _) in reachable.ones().flat_map(|at| &builder.blocks[at].code) {
            let Draft::Instr(instr) = draft else { continue };
            match instr {
                Instr::Alloc { dst, ty, .. } if Some(*ty) == arrays.words.array => {
                    made.insert(*dst);
                }
                Instr::Const { dst, literal: Literal::String(name) } => {
                    if let Some(&number) = arrays.words.numbers.get(name) {
                        arrays.numbers.insert(*dst, number);
                    }
                }
                Instr::Load { dst, obj, key: Key::Content(_) } => {
                    arrays.contents.extend(aliases.of(*obj).map(|object| (*dst, object)));
                }
                Instr::Load { dst, obj, key: Key::Named(name) } => {
                    let Some(object) = aliases.of(*obj) else { continue };
                    if let Some(&method) = arrays.words.methods.get(name) {
                        arrays.methods.insert(*dst, (object, method));
                        arrays.shrinking.insert(object);
                    } else if arrays.words.index(*name).is_none() {
                        continue;
                    }
                    wanted.push(object);
                }
                Instr::Store { obj, key: Key::Named(name), .. }
                    if Some(*name) == arrays.words.length || arrays.words.index(*name).is_some() =>
                {
                    let Some(object) = aliases.of(*obj) else { continue };
                    if Some(*name) == arrays.words.length {
                        arrays.shrinking.insert(object);
                    }
                    wanted.push(object);
                }
                _ => {}
            }
        }
        for object in wanted {
            if made.contains(&object) && !arrays.index.contains_key(&object) {
                arrays.index.insert(object, arrays.objects.len());
                arrays.objects.push(object);
            }
        }
        arrays
    }

    /// Leaves out what an earlier round has dealt with.
    fn keep_new(&mut self, done: &mut FxHashSet<Val>) {
        self.objects.retain(|object| done.insert(*object));
        self.index = self.objects.iter().enumerate().map(|(at, object)| (*object, at)).collect();
    }

    fn array(&self, val: Val) -> Option<usize> {
        self.index.get(&self.aliases.of(val)?).copied()
    }

    /// The change that a call makes, if it is one that is followed, and how long the array is after it.
    fn change<'c>(&self, draft: &'c Draft, lengths: &[Length]) -> Option<(Change<'c>, usize)> {
        let Draft::Instr(Instr::Call(call)) = draft else { return None };
        let &(object, method) = self.methods.get(&call.callee)?;
        let array = *self.index.get(&object)?;
        let Length::Known(length) = lengths[array] else { return None };
        if call.args.iter().any(|arg| arg.is_spread) || self.aliases.of(call.this?) != Some(object) {
            return None;
        }
        let n_args = call.args.len();
        let after = match method {
            Method::Push | Method::Unshift => length + n_args,
            Method::Pop | Method::Shift => length.saturating_sub(1),
            Method::Splice => {
                let (from, to) = self.span(call, length, true)?;
                length - (to - from) + n_args.saturating_sub(2)
            }
            Method::Slice => {
                self.span(call, length, false)?;
                length
            }
            Method::At => {
                self.number(call, 0)?;
                length
            }
            Method::With => {
                let index = usize::try_from(self.number(call, 0)?).ok()?;
                (index < length && n_args == 2).then_some(length)?
            }
            Method::Fill if n_args != 1 => return None,
            Method::Reverse | Method::Fill => length,
        };
        (after <= MAX_LENGTH).then_some((Change { array, method, call }, after))
    }

    fn number(&self, call: &Call, arg: usize) -> Option<i64> {
        self.numbers.get(&call.args.get(arg)?.val).copied()
    }

    /// From where to where a call speaks of; behind the start stands an end, or for `splice` a count.
    fn span(&self, call: &Call, length: usize, is_count: bool) -> Option<(usize, usize)> {
        let place = |number: i64| place_in(length, number).min(length);
        let from = if call.args.is_empty() { 0 } else { place(self.number(call, 0)?) };
        let to = match (call.args.len() > 1, is_count) {
            (false, _) => length,
            (true, true) => (from + usize::try_from(self.number(call, 1)?).unwrap_or(0)).min(length),
            (true, false) => place(self.number(call, 1)?),
        };
        Some((from, to.max(from)))
    }

    /// Whether a piece of code has to do with an array.
    fn concerns(&self, draft: &Draft) -> bool {
        match draft {
            Draft::Instr(Instr::Alloc { dst, .. }) => self.index.contains_key(dst),
            Draft::Instr(instr) => {
                let mut is_concerned = false;
                for_each_read(instr, |val| is_concerned |= self.array(val).is_some());
                is_concerned
            }
            Draft::Write { val, .. } => self.array(*val).is_some(),
            Draft::Share { vars } => {
                vars.iter().any(|var| self.aliases.held(*var).is_some_and(|object| self.index.contains_key(&object)))
            }
            Draft::Read { .. } | Draft::Narrow { .. } => false,
        }
    }

    /// What a piece of code does to the lengths; `changed` gets the arrays concerned, and `escape` is told
    /// of those that escape through it.
    fn step(
        &self,
        draft: &Draft,
        lengths: &mut [Length],
        changed: &mut Vec<usize>,
        escape: &mut dyn FnMut(usize, Length),
    ) {
        let mut escaped = Vec::new();
        let mut set = |lengths: &mut [Length], array: usize, length: Length| {
            lengths[array] = length;
            changed.push(array);
        };
        match draft {
            Draft::Instr(Instr::Alloc { dst, .. }) => {
                if let Some(&array) = self.index.get(dst) {
                    set(lengths, array, Length::Known(0));
                }
            }
            // A getter sees the list.
            Draft::Instr(Instr::Load { obj, key: Key::Named(name), .. }) if self.is_getter(*name) => {
                escaped.extend(self.array(*obj));
            }
            Draft::Instr(
                Instr::Load { key: Key::Named(_), .. } | Instr::Copy { .. } | Instr::Delete { key: Key::Named(_), .. },
            )
            | Draft::Read { .. }
            | Draft::Narrow { .. } => {}
            Draft::Instr(Instr::Store { obj, key: Key::Named(name), val }) => {
                escaped.extend(self.array(*val));
                if let Some(array) = self.array(*obj)
                    && let Length::Known(length) = lengths[array]
                {
                    match self.stored(*name, *val, length) {
                        Some(length) => set(lengths, array, Length::Known(length)),
                        None => escaped.push(array),
                    }
                }
            }
            // Being taken apart by a pattern: an array has no contents but its elements.
            Draft::Instr(Instr::Load { obj, key: Key::Content(_), .. }) if self.known(*obj, lengths).is_some() => {}
            Draft::Instr(Instr::Call(call))
                if call.args.is_empty()
                    && call.this.is_some_and(|this| self.known(this, lengths).is_some())
                    && self.contents.get(&call.callee).is_some_and(|object| self.index.contains_key(object)) => {}
            Draft::Instr(Instr::CopyProps { obj, src, .. }) if self.known(*src, lengths).is_some() => {
                escaped.extend(self.array(*obj));
            }
            Draft::Write { var, val } => {
                if !self.aliases.is_holder(*var) {
                    escaped.extend(self.array(*val));
                }
            }
            Draft::Share { vars } => {
                escaped.extend(vars.iter().filter_map(|var| self.index.get(&self.aliases.held(*var)?)).copied());
            }
            Draft::Instr(instr) => {
                if let Some((change, after)) = self.change(draft, lengths) {
                    escaped.extend(change.call.args.iter().filter_map(|arg| self.array(arg.val)));
                    if !escaped.contains(&change.array) {
                        set(lengths, change.array, Length::Known(after));
                    }
                } else {
                    for_each_read(instr, |val| escaped.extend(self.array(val)));
                }
            }
        }
        for array in escaped {
            escape(array, lengths[array]);
            set(lengths, array, Length::Escaped);
        }
    }

    /// Whether a read of a list under this name may call a getter: the name is none that lists have themselves.
    fn is_getter(&self, name: Name) -> bool {
        let words = &self.words;
        let is_own = Some(name) == words.length || words.methods.contains_key(&name) || words.index(name).is_some();
        !is_own && self.accessors.contains(&name)
    }

    /// The array and its length, while it is followed.
    fn known(&self, val: Val, lengths: &[Length]) -> Option<(usize, usize)> {
        let array = self.array(val)?;
        match lengths[array] {
            Length::Known(length) => Some((array, length)),
            _ => None,
        }
    }

    /// The length after `array[name] = val`; `None` where it is not followed.
    fn stored(&self, name: Name, val: Val, length: usize) -> Option<usize> {
        if Some(name) == self.words.length {
            let new = usize::try_from(*self.numbers.get(&val)?).ok()?;
            return (new <= length).then_some(new);
        }
        let Some(index) = self.words.index(name) else {
            // Other properties stay where they are; an index beyond makes the array long.
            return (!self.words.numbers.contains_key(&name)).then_some(length);
        };
        match index {
            index if index < length => Some(length),
            index if index == length => Some(length + 1),
            _ => None,
        }
    }

    fn lengths_at_entry(
        &self,
        builder: &Builder,
        reachable: &FixedBitSet,
        predecessors: &[Vec<BlockId>],
    ) -> Vec<Vec<Length>> {
        let n = self.objects.len();
        let mut entry = vec![vec![Length::Unmade; n]; builder.blocks.len()];
        let mut exit = entry.clone();
        let concerned = |at: usize| {
            let code = builder.blocks[at].code.iter().map(|(draft, _)| draft);
            code.filter(|draft| self.concerns(draft)).collect::<Vec<&Draft>>()
        };
        let code: Vec<Vec<&Draft>> = (0..builder.blocks.len()).map(concerned).collect();
        // Blocks behind those whose lengths have changed.
        let mut stale = reachable.clone();
        let mut lengths = Vec::with_capacity(n);
        while !stale.is_clear() {
            for at in reachable.ones() {
                if !stale.contains(at) {
                    continue;
                }
                stale.set(at, false);
                lengths.clone_from(&entry[at]);
                for from in &predecessors[at] {
                    let from = &exit[from.0 as usize];
                    lengths.iter_mut().zip(from).for_each(|(to, from)| *to = to.join(*from));
                }
                entry[at].clone_from(&lengths);
                for draft in &code[at] {
                    self.step(draft, &mut lengths, &mut Vec::new(), &mut |_, _| {});
                }
                // Lengths only ever become less known.
                lengths.iter_mut().zip(&exit[at]).for_each(|(new, old)| *new = new.join(*old));
                if lengths != exit[at] {
                    exit[at].clone_from(&lengths);
                    builder.blocks[at].next.iter().for_each(|next| stale.set(next.0 as usize, true));
                }
            }
        }
        entry
    }

    fn rewrite(&self, builder: &mut Builder, at: usize, entry: &[Vec<Length>]) {
        let mut lengths = entry[at].clone();
        let mut before = lengths.clone();
        let mut changed = Vec::new();
        let drafts = std::mem::take(&mut builder.blocks[at].code);
        builder.current = BlockId(at as u32);
        let mut last = Range::default();
        for (draft, place) in drafts {
            last = place;
            if !self.concerns(&draft) && !matches!(draft, Draft::Instr(Instr::Alloc { .. })) {
                builder.draft(draft, place);
                continue;
            }
            let mut leaving = Vec::new();
            self.step(&draft, &mut lengths, &mut changed, &mut |array, length| leaving.push((array, length)));
            for (array, length) in leaving {
                self.write_back(builder, array, length, place);
            }
            self.replace(builder, draft, place, &before, &lengths);
            changed.drain(..).for_each(|array| before[array] = lengths[array]);
        }
        let next = builder.blocks[at].next.clone();
        for (array, &length) in lengths.iter().enumerate() {
            if next.iter().any(|next| entry[next.0 as usize][array] == Length::Escaped) {
                self.write_back(builder, array, length, last);
            }
        }
    }

    fn write_back(&self, builder: &mut Builder, array: usize, length: Length, place: Range) {
        let Length::Known(length) = length else { return };
        for index in 0..length {
            let val = self.read(builder, array, index, place);
            builder.store(self.objects[array], Key::Named(self.words.indices[index]), val, place);
        }
    }

    fn read(&self, builder: &mut Builder, array: usize, index: usize, place: Range) -> Val {
        let dst = builder.value(place);
        builder.draft(Draft::Read { dst, var: self.elements[array][index] }, place);
        dst
    }

    fn read_all(&self, builder: &mut Builder, array: usize, length: usize, place: Range) -> Vec<Val> {
        (0..length).map(|index| self.read(builder, array, index, place)).collect()
    }

    fn write_all(&self, builder: &mut Builder, array: usize, vals: &[Val], place: Range) {
        for (index, &src) in vals.iter().enumerate() {
            let val = builder.value(place);
            builder.push(Instr::Copy { dst: val, src }, place);
            builder.draft(Draft::Write { var: self.elements[array][index], val }, place);
        }
    }

    /// The code in the place of `draft`.
    fn replace(&self, builder: &mut Builder, draft: Draft, place: Range, before: &[Length], after: &[Length]) {
        if let Some((change, _)) = self.change(&draft, before)
            && let (Length::Known(length), Length::Known(_)) = (before[change.array], after[change.array])
        {
            self.apply(builder, &change, length, place);
            return;
        }
        match draft {
            Draft::Instr(Instr::Load { dst, obj, key: Key::Named(name) }) => match self.element(obj, name, before) {
                Some((array, index, length)) if index < length => {
                    builder.draft(Draft::Read { dst, var: self.elements[array][index] }, place);
                }
                Some(_) => builder.push(Instr::Const { dst, literal: Literal::Undefined }, place),
                None => builder.push(Instr::Load { dst, obj, key: Key::Named(name) }, place),
            },
            Draft::Instr(Instr::Store { obj, key: Key::Named(name), val }) => match self.element(obj, name, after) {
                Some((array, index, _)) => {
                    let dst = builder.value(place);
                    builder.push(Instr::Copy { dst, src: val }, place);
                    builder.draft(Draft::Write { var: self.elements[array][index], val: dst }, place);
                }
                None => builder.store(obj, Key::Named(name), val, place),
            },
            Draft::Instr(Instr::Delete { obj, key: Key::Named(name) }) => {
                if let Some((array, index, _)) = self.element(obj, name, before) {
                    let val = builder.constant(Literal::Undefined, place);
                    builder.draft(Draft::Write { var: self.elements[array][index], val }, place);
                } else {
                    builder.push(Instr::Delete { obj, key: Key::Named(name) }, place);
                }
            }
            Draft::Instr(Instr::Load { dst, obj, key: Key::Content(_) }) if self.known(obj, before).is_some() => {
                builder.push(Instr::Const { dst, literal: Literal::Undefined }, place);
            }
            Draft::Instr(Instr::CopyProps { obj, src, except }) if self.known(src, after).is_some() => {
                let (array, length) = self.known(src, after).unwrap_or_default();
                for index in 0..length {
                    let name = self.words.indices[index];
                    if !except.contains(&name) {
                        let val = self.read(builder, array, index, place);
                        builder.store(obj, Key::Named(name), val, place);
                    }
                }
            }
            Draft::Instr(Instr::Alloc { dst, ty, mut keys }) => {
                if self.shrinking.contains(&dst) {
                    keys.clear();
                }
                builder.push(Instr::Alloc { dst, ty, keys }, place);
            }
            other => builder.draft(other, place),
        }
    }

    /// The array and the index behind a field, while the array is followed; and its length.
    fn element(&self, obj: Val, name: Name, lengths: &[Length]) -> Option<(usize, usize, usize)> {
        let array = self.array(obj)?;
        let Length::Known(length) = lengths[array] else { return None };
        Some((array, self.words.index(name)?, length))
    }

    fn apply(&self, builder: &mut Builder, change: &Change<'_>, length: usize, place: Range) {
        let Change { array, method, call } = *change;
        let mut vals = self.read_all(builder, array, length, place);
        let args = call.args.iter().map(|arg| arg.val);
        let mut result = None;
        match method {
            Method::Push => vals.extend(args),
            Method::Unshift => {
                vals.splice(0..0, args);
            }
            Method::Pop => result = vals.pop(),
            Method::Shift => result = (!vals.is_empty()).then(|| vals.remove(0)),
            Method::With => {
                let index = usize::try_from(self.number(call, 0).unwrap_or(0)).unwrap_or(0);
                vals[index] = call.args[1].val;
                return self.fresh(builder, call.dst, &vals, place);
            }
            Method::Reverse => vals.reverse(),
            Method::Fill => vals.fill(call.args[0].val),
            Method::At => {
                let number = self.number(call, 0).unwrap_or(0);
                result = vals.get(place_in(length, number)).copied();
            }
            Method::Slice | Method::Splice => {
                let (from, to) = self.span(call, length, method == Method::Splice).unwrap_or((0, length));
                let taken: Vec<Val> = if method == Method::Slice {
                    vals[from..to].to_vec()
                } else {
                    vals.splice(from..to, args.skip(2)).collect()
                };
                self.fresh(builder, call.dst, &taken, place);
                if method == Method::Splice {
                    self.write_all(builder, array, &vals, place);
                }
                return;
            }
        }
        self.write_all(builder, array, &vals, place);
        let instr = match (method, result) {
            (Method::Reverse | Method::Fill, _) => Instr::Copy { dst: call.dst, src: self.objects[array] },
            (Method::Push | Method::Unshift, _) => Instr::Const { dst: call.dst, literal: Literal::Plain },
            (_, Some(src)) => Instr::Copy { dst: call.dst, src },
            (_, None) => Instr::Const { dst: call.dst, literal: Literal::Undefined },
        };
        builder.push(instr, place);
    }

    /// A new array of these elements.
    fn fresh(&self, builder: &mut Builder, dst: Val, vals: &[Val], place: Range) {
        let Some(ty) = self.words.array else { return };
        builder.push(Instr::Alloc { dst, ty, keys: self.words.indices[..vals.len()].to_vec() }, place);
        for (&val, &index) in vals.iter().zip(&self.words.indices) {
            builder.store(dst, Key::Named(index), val, place);
        }
    }
}

/// The place that a number means in a list: negative ones count from its end.
fn place_in(length: usize, number: i64) -> usize {
    let distance = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
    if number < 0 { length.saturating_sub(distance) } else { distance }
}
