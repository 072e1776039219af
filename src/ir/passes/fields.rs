//! Fields of objects that have not escaped become variables, so that order counts for them too: what is overwritten
//! before anyone else can see the object is gone. Scalar replacement with a write-back where the object escapes.

use std::collections::BTreeMap;
use std::rc::Rc;

use fixedbitset::FixedBitSet;
use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::ir::builder::{Builder, Draft, Var};
use crate::ir::passes::ssa::{for_each_read, shared_at_entry};
use crate::ir::passes::val_map::{ValMap, VarMap};
use crate::ir::passes::{arrays, maps};
use crate::ir::{BlockId, Instr, Key, Literal, Name, Range, Val};

/// Bits of analysis state per function beyond which objects are left to the heap: the result is coarser, not smaller.
const MAX_STATE_BITS: usize = 1 << 28;

/// An object literal whose fields are worth following one by one.
struct Candidate {
    object: Val,
    fields: IndexMap<Name, Var, FxBuildHasher>,
}

impl Candidate {
    fn field(&self, key: Key) -> Option<Var> {
        let Key::Named(name) = key else { return None };
        self.fields.get(&name).copied()
    }
}

/// Rounds of looking for objects in the fields of those that were found before: how deep they are followed.
const MAX_ROUNDS: usize = 5;

/// Rewrites the field accesses of local objects into reads and writes of variables.
pub fn localize(builder: &mut Builder, reachable: &FixedBitSet, predecessors: &[Vec<BlockId>]) {
    share_late(builder, reachable, predecessors);
    let maps = maps::made(builder, reachable);
    if !maps.is_empty() {
        let aliases = aliases_of(builder, reachable, &FxHashSet::default());
        maps::localize(builder, reachable, &aliases, &maps);
    }
    let mut done = FxHashSet::default();
    let mut resets = FxHashSet::default();
    for _ in 0..MAX_ROUNDS {
        let mut aliases = aliases_of(builder, reachable, &resets);
        if aliases.is_empty() {
            return;
        }
        let has_arrays = arrays::localize(builder, reachable, predecessors, &aliases, &mut done);
        if has_arrays {
            aliases = aliases_of(builder, reachable, &resets);
        }
        let mut candidates = candidates(builder, reachable, &aliases);
        candidates.retain(|candidate| done.insert(candidate.object));
        if candidates.len() * builder.blocks.len() > MAX_STATE_BITS || (candidates.is_empty() && !has_arrays) {
            return;
        }
        let index: FxHashMap<Val, usize> = candidates.iter().enumerate().map(|(at, c)| (c.object, at)).collect();
        let proto = builder.vocabulary.as_ref().and_then(|words| words.proto);
        let with_proto = FixedBitSet::with_capacity(candidates.len());
        let accessors = Rc::clone(&builder.accessors);
        let mut place = Localizer { accessors, proto, aliases, index, candidates, with_proto };
        place.note_prototypes(builder, reachable);
        let escaped = place.escaped_at_entry(builder, reachable, predecessors);
        for at in reachable.ones() {
            place.rewrite(builder, at, &escaped, &mut resets);
        }
    }
}

/// A closure may be made before the object that it sees through a variable: the object escapes where it is written there.
fn share_late(builder: &mut Builder, reachable: &FixedBitSet, predecessors: &[Vec<BlockId>]) {
    let mut shared_at_entry = shared_at_entry(builder, predecessors);
    let is_shared = |draft: &(Draft, Range)| matches!(draft.0, Draft::Share { .. });
    if !reachable.ones().any(|at| builder.blocks[at].code.iter().any(is_shared)) {
        return;
    }
    let aliases = aliases_of(builder, reachable, &FxHashSet::default());
    for at in reachable.ones() {
        let shared = &mut shared_at_entry[at];
        let mut late = Vec::new();
        for (place, (draft, range)) in builder.blocks[at].code.iter().enumerate() {
            match draft {
                Draft::Share { vars } => vars.iter().for_each(|var| shared.grow_and_insert(var.0 as usize)),
                Draft::Write { var, .. } if aliases.is_holder(*var) && shared.contains(var.0 as usize) => {
                    late.push((place + 1, *var, *range));
                }
                _ => {}
            }
        }
        for (place, var, range) in late.into_iter().rev() {
            builder.blocks[at].code.insert(place, (Draft::Share { vars: vec![var] }, range));
        }
    }
}

/// Values that certainly are the object of one allocation: the allocation, and reads of a variable that holds only it.
pub(in crate::ir) struct Aliases {
    objects: ValMap<Val>,
    holders: VarMap<Val>,
}

impl Aliases {
    fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The object that a value certainly is.
    pub(in crate::ir) fn of(&self, val: Val) -> Option<Val> {
        self.objects.get(val)
    }

    /// Whether a variable holds one object only.
    pub(in crate::ir) fn is_holder(&self, var: Var) -> bool {
        self.holders.contains(var)
    }

    /// The one object that a variable holds.
    pub(in crate::ir) fn held(&self, var: Var) -> Option<Val> {
        self.holders.get(var)
    }
}

/// The variables that are written once, and what with. The fields of an object are empty before their first write: they
/// count where the object and what it holds are made together, so that neither can be of an earlier turn of a loop.
fn single_writes(builder: &Builder, reachable: &FixedBitSet, resets: &FxHashSet<Val>) -> VarMap<Option<Val>> {
    let mut writes: VarMap<Option<Val>> = VarMap::default();
    let mut made: ValMap<usize> = ValMap::default();
    let mut emptied: BTreeMap<Var, usize> = BTreeMap::new();
    for at in reachable.ones() {
        for (draft, _) in &builder.blocks[at].code {
            match draft {
                Draft::Write { var, val } if resets.contains(val) => {
                    emptied.insert(*var, at);
                }
                Draft::Write { var, val } => {
                    let is_first = !writes.contains(*var);
                    writes.insert(*var, is_first.then_some(*val));
                }
                Draft::Instr(Instr::Alloc { dst, .. }) if !resets.is_empty() => {
                    made.insert(*dst, at);
                }
                Draft::Instr(Instr::Copy { dst, src }) => {
                    if let Some(block) = made.get(*src) {
                        made.insert(*dst, block);
                    }
                }
                _ => {}
            }
        }
    }
    for (var, block) in emptied {
        if let Some(Some(val)) = writes.get(var)
            && made.get(val) != Some(block)
        {
            writes.insert(var, None);
        }
    }
    writes
}

fn aliases_of(builder: &Builder, reachable: &FixedBitSet, resets: &FxHashSet<Val>) -> Aliases {
    let mut objects = ValMap::default();
    let mut holders = VarMap::default();
    let drafts = || reachable.ones().flat_map(|at| builder.blocks[at].code.iter().map(|(draft, _)| draft));
    for draft in drafts() {
        if let Draft::Instr(Instr::Alloc { dst, .. }) = draft {
            objects.insert(*dst, *dst);
        }
    }
    let maps = maps::made(builder, reachable);
    maps.iter().for_each(|map| {
        objects.insert(*map, *map);
    });
    if objects.is_empty() {
        return Aliases { objects, holders };
    }
    let writes = single_writes(builder, reachable, resets);
    let mut lists: FxHashSet<Val> = drafts().filter_map(|draft| builder.made_array(draft)).collect();
    lists.extend(maps);
    let is_single = |var: Var| writes.get(var).is_some_and(|only| only.is_some());
    let may_alias = |draft: &&Draft| match draft {
        Draft::Write { var, val } => is_single(*var) && !resets.contains(val),
        Draft::Read { var, .. } => is_single(*var),
        Draft::Instr(Instr::Load { key: Key::Named(name), .. }) => {
            builder.vocabulary.as_ref().is_some_and(|words| words.gives_receiver(*name))
        }
        Draft::Instr(Instr::Copy { .. } | Instr::Call(_)) => true,
        _ => false,
    };
    let drafts: Vec<&Draft> = drafts().filter(may_alias).collect();
    let mut methods = FxHashMap::default();
    let mut known = true;
    // A copy of an alias is an alias: `const self = options`.
    while known {
        known = false;
        for draft in &drafts {
            match draft {
                Draft::Write { var, val } if !holders.contains(*var) => {
                    if let Some(object) = objects.get(*val) {
                        holders.insert(*var, object);
                        known = true;
                    }
                }
                Draft::Read { dst, var } => {
                    if let Some(object) = holders.get(*var) {
                        known |= objects.insert(*dst, object);
                    }
                }
                Draft::Instr(Instr::Copy { dst, src }) => {
                    if let Some(object) = objects.get(*src) {
                        known |= objects.insert(*dst, object);
                    }
                }
                Draft::Instr(Instr::Load { dst, obj, .. }) => {
                    if let Some(object) = objects.get(*obj).filter(|object| lists.contains(object)) {
                        methods.insert(*dst, object);
                    }
                }
                Draft::Instr(Instr::Call(call)) => {
                    if let Some(&object) = methods.get(&call.callee) {
                        known |= objects.insert(call.dst, object);
                    }
                }
                _ => {}
            }
        }
    }
    Aliases { objects, holders }
}

/// Objects with a field that is read or written again after its first write.
fn candidates(builder: &mut Builder, reachable: &FixedBitSet, aliases: &Aliases) -> Vec<Candidate> {
    let mut order = Vec::new();
    let mut stored: FxHashMap<Val, IndexSet<Name, FxBuildHasher>> = FxHashMap::default();
    let mut used_again: FxHashSet<Val> = FxHashSet::default();
    for at in reachable.ones() {
        for (draft, _) in &builder.blocks[at].code {
            let Draft::Instr(instr) = draft else { continue };
            match instr {
                Instr::Alloc { dst, .. } => order.push(*dst),
                Instr::Store { obj, key: Key::Named(name), .. } | Instr::Delete { obj, key: Key::Named(name) } => {
                    let Some(object) = aliases.of(*obj) else { continue };
                    if !stored.entry(object).or_default().insert(*name) {
                        used_again.insert(object);
                    }
                }
                Instr::Load { obj, key: Key::Named(_), .. } => {
                    used_again.extend(aliases.of(*obj));
                }
                _ => {}
            }
        }
    }
    let mut candidates = Vec::new();
    for object in order {
        if used_again.contains(&object)
            && let Some(names) = stored.remove(&object)
        {
            let fields = names.into_iter().map(|name| (name, builder.variable(None))).collect();
            candidates.push(Candidate { object, fields });
        }
    }
    candidates
}

struct Localizer {
    /// Names of getters and setters.
    accessors: Rc<IndexSet<Name>>,
    /// The content that is the prototype.
    proto: Option<Name>,
    aliases: Aliases,
    index: FxHashMap<Val, usize>,
    candidates: Vec<Candidate>,
    /// Those that are given a prototype.
    with_proto: FixedBitSet,
}

/// What a piece of code does with a candidate.
enum Use {
    /// A field is read or written under a name that the candidate follows.
    Access,
    /// Anyone may see the object from here on.
    Escape,
}

impl Localizer {
    fn candidate(&self, val: Val) -> Option<usize> {
        self.index.get(&self.aliases.of(val)?).copied()
    }

    /// The candidates that a piece of code touches, and how.
    fn uses(&self, draft: &Draft) -> Vec<(usize, Use)> {
        let mut uses = Vec::new();
        match draft {
            Draft::Instr(Instr::Load { obj, key: key @ Key::Named(_), .. }) => {
                uses.extend(self.candidate(*obj).map(|at| (at, self.read_of(at, *key))));
            }
            Draft::Instr(Instr::Delete { obj, key: Key::Named(_) }) => {
                uses.extend(self.candidate(*obj).map(|at| (at, Use::Access)));
            }
            Draft::Instr(Instr::Store { obj, key: Key::Named(name), val }) => {
                uses.extend(self.candidate(*val).map(|at| (at, Use::Escape)));
                uses.extend(self.candidate(*obj).map(|at| (at, self.write_of(at, *name))));
            }
            Draft::Instr(Instr::Store { obj, key: Key::Content(name), val })
                if Some(*name) == self.proto && self.candidate(*obj).is_some() =>
            {
                uses.extend(self.candidate(*val).map(|at| (at, Use::Escape)));
            }
            Draft::Instr(Instr::Copy { .. } | Instr::Refine { .. }) | Draft::Read { .. } | Draft::Narrow { .. } => {}
            Draft::Write { var, val } => {
                if !self.aliases.is_holder(*var) {
                    uses.extend(self.candidate(*val).map(|at| (at, Use::Escape)));
                }
            }
            Draft::Share { vars } => {
                let objects = vars.iter().filter_map(|var| self.aliases.held(*var));
                uses.extend(objects.filter_map(|object| self.index.get(&object)).map(|&at| (at, Use::Escape)));
            }
            Draft::Instr(instr) => {
                for_each_read(instr, |val| uses.extend(self.candidate(val).map(|at| (at, Use::Escape))));
            }
        }
        uses
    }

    /// What a read does: a getter that is inherited sees the object.
    fn read_of(&self, candidate: usize, key: Key) -> Use {
        let Key::Named(name) = key else { return Use::Access };
        let is_own = self.candidates[candidate].fields.contains_key(&name) && !self.with_proto.contains(candidate);
        if !is_own && self.accessors.contains(&name) { Use::Escape } else { Use::Access }
    }

    /// What a write does: so does a setter, which takes the value instead of it.
    fn write_of(&self, candidate: usize, name: Name) -> Use {
        let may_inherit = self.with_proto.contains(candidate) && self.accessors.contains(&name);
        if may_inherit { Use::Escape } else { Use::Access }
    }

    fn allocated(&self, draft: &Draft) -> Option<usize> {
        let Draft::Instr(Instr::Alloc { dst, .. }) = draft else { return None };
        self.index.get(dst).copied()
    }

    /// For each block the candidates that may have escaped when control enters it.
    fn escaped_at_entry(
        &self,
        builder: &Builder,
        reachable: &FixedBitSet,
        predecessors: &[Vec<BlockId>],
    ) -> Vec<FixedBitSet> {
        let n = self.candidates.len();
        let mut entry = vec![FixedBitSet::with_capacity(n); builder.blocks.len()];
        let mut escapes = vec![FixedBitSet::with_capacity(n); builder.blocks.len()];
        let mut renewed = escapes.clone();
        for at in reachable.ones() {
            for (draft, _) in &builder.blocks[at].code {
                if let Some(candidate) = self.allocated(draft) {
                    renewed[at].insert(candidate);
                    escapes[at].remove(candidate);
                }
                for (candidate, what) in self.uses(draft) {
                    if matches!(what, Use::Escape) {
                        escapes[at].insert(candidate);
                    }
                }
            }
        }
        // Blocks behind those at whose end more have escaped.
        let mut stale = reachable.clone();
        let mut left = FixedBitSet::with_capacity(n);
        while !stale.is_clear() {
            for at in reachable.ones() {
                if !stale.contains(at) {
                    continue;
                }
                stale.set(at, false);
                let mut joined = entry[at].clone();
                for from in &predecessors[at] {
                    let from = from.0 as usize;
                    left.clone_from(&entry[from]);
                    left.difference_with(&renewed[from]);
                    left.union_with(&escapes[from]);
                    joined.union_with(&left);
                }
                if joined != entry[at] {
                    entry[at] = joined;
                    builder.blocks[at].next.iter().for_each(|next| stale.set(next.0 as usize, true));
                }
            }
        }
        entry
    }

    fn rewrite(&self, builder: &mut Builder, at: usize, escaped_at_entry: &[FixedBitSet], resets: &mut FxHashSet<Val>) {
        let mut escaped = escaped_at_entry[at].clone();
        let drafts = std::mem::take(&mut builder.blocks[at].code);
        let mut last = Range::default();
        builder.current = BlockId(at as u32);
        for (draft, place) in drafts {
            last = place;
            for (candidate, what) in self.uses(&draft) {
                if matches!(what, Use::Escape) && !escaped.put(candidate) {
                    self.write_back(builder, candidate, place);
                }
            }
            if let Some(candidate) = self.allocated(&draft) {
                escaped.remove(candidate);
                builder.draft(draft, place);
                resets.insert(self.reset(builder, candidate, place));
                continue;
            }
            if let Some((candidate, proto)) = self.gets_prototype(&draft)
                && !escaped.contains(candidate)
            {
                builder.draft(draft, place);
                self.inherit(builder, candidate, proto, place);
                continue;
            }
            match self.localized(&draft, &escaped) {
                Some(var) if self.inherits_again(&draft) => self.uncover(builder, &draft, place, var),
                Some(var) => Self::access(builder, draft, place, var),
                None => builder.draft(draft, place),
            }
        }
        let mut escapes_next = FixedBitSet::with_capacity(self.candidates.len());
        builder.blocks[at].next.iter().for_each(|next| escapes_next.union_with(&escaped_at_entry[next.0 as usize]));
        escapes_next.difference_with(&escaped);
        for candidate in escapes_next.ones() {
            self.write_back(builder, candidate, last);
        }
    }

    /// The variable behind a field access of an object that has not escaped.
    fn localized(&self, draft: &Draft, escaped: &FixedBitSet) -> Option<Var> {
        let (obj, key) = match draft {
            Draft::Instr(Instr::Load { obj, key, .. } | Instr::Store { obj, key, .. } | Instr::Delete { obj, key }) => {
                (obj, key)
            }
            _ => return None,
        };
        let candidate = self.candidate(*obj)?;
        if escaped.contains(candidate) {
            return None;
        }
        self.candidates[candidate].field(*key)
    }

    fn access(builder: &mut Builder, draft: Draft, place: Range, var: Var) {
        match draft {
            Draft::Instr(Instr::Load { dst, .. }) => builder.draft(Draft::Read { dst, var }, place),
            Draft::Instr(Instr::Store { val, .. }) => {
                let dst = builder.value(place);
                builder.push(Instr::Copy { dst, src: val }, place);
                builder.draft(Draft::Write { var, val: dst }, place);
            }
            _ => {
                let val = builder.constant(Literal::Undefined, place);
                builder.draft(Draft::Write { var, val }, place);
            }
        }
    }

    /// A new object has nothing in its fields: gives the value that stands for that.
    fn reset(&self, builder: &mut Builder, candidate: usize, place: Range) -> Val {
        let val = builder.constant(Literal::Undefined, place);
        for &var in self.candidates[candidate].fields.values() {
            builder.draft(Draft::Write { var, val }, place);
        }
        val
    }

    /// The candidate that gets a prototype, and which.
    fn note_prototypes(&mut self, builder: &Builder, reachable: &FixedBitSet) {
        for (draft, _) in reachable.ones().flat_map(|at| &builder.blocks[at].code) {
            if let Some((candidate, _)) = self.gets_prototype(draft) {
                self.with_proto.insert(candidate);
            }
        }
    }

    fn gets_prototype(&self, draft: &Draft) -> Option<(usize, Val)> {
        match draft {
            Draft::Instr(Instr::Store { obj, key: Key::Content(name), val }) if Some(*name) == self.proto => {
                Some((self.candidate(*obj)?, *val))
            }
            _ => None,
        }
    }

    /// Whether a property is deleted of an object that has a prototype of the program's.
    fn inherits_again(&self, draft: &Draft) -> bool {
        let Draft::Instr(Instr::Delete { obj, .. }) = draft else { return false };
        self.candidate(*obj).is_some_and(|candidate| self.with_proto.contains(candidate))
    }

    /// What the prototype has shows again where a property is deleted.
    fn uncover(&self, builder: &mut Builder, draft: &Draft, place: Range, var: Var) {
        let (Draft::Instr(Instr::Delete { obj, key }), Some(proto)) = (draft, self.proto) else { return };
        let proto = builder.load(*obj, Key::Content(proto), place);
        let val = builder.load(proto, *key, place);
        builder.draft(Draft::Write { var, val }, place);
    }

    /// Fields without a value of their own have the prototype's.
    fn inherit(&self, builder: &mut Builder, candidate: usize, proto: Val, place: Range) {
        for (&name, &var) in &self.candidates[candidate].fields {
            let val = builder.load(proto, Key::Named(name), place);
            builder.draft(Draft::Write { var, val }, place);
        }
    }

    fn write_back(&self, builder: &mut Builder, candidate: usize, place: Range) {
        let Candidate { object, fields } = &self.candidates[candidate];
        for (&name, &var) in fields {
            let dst = builder.value(place);
            builder.draft(Draft::Read { dst, var }, place);
            builder.store(*object, Key::Named(name), dst, place);
        }
    }
}
