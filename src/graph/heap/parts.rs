//! Members of values of which nothing is known, where the program writes into them: what `app.globalData.user = …` puts
//! there is read there again. Knows which values were read from which; nothing of calls and models.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::objects::{Field, ObjId, Object, role};
use crate::graph::solver::Solver;
use crate::graph::symbols::Sym;
use crate::graph::{InstId, Node, NodeId};
use crate::ir::{Cell, Func, Instr, Key, Module, Name, Val};

/// Members of members that are objects of their own.
const MAX_DEPTH: u32 = 4;

/// Values behind a callee among which the parameter that it comes from is looked for.
const MAX_BEHIND: usize = 16;

/// Where the program writes into what it has read.
#[derive(Debug, Default)]
pub(in crate::graph) struct Parts {
    /// The names under which it was read.
    names: FxHashSet<Sym>,
    /// Whether some of it was read under a name that is not known.
    has_unnamed: bool,
    made: FxHashMap<(ObjId, Field), ObjId>,
    depths: FxHashMap<ObjId, u32>,
}

/// Where a value of a function comes from.
#[derive(Clone)]
enum From {
    Member(Val, Key),
    Any(Vec<Val>),
    Variable(Func, Cell),
    Argument(usize),
    Function(Func),
}

/// The values of a module, by function.
#[derive(Default)]
struct Values {
    from: FxHashMap<(Func, Val), From>,
    stored: FxHashMap<(Func, Cell), Vec<(Func, Val)>>,
    /// What calls hand in, by position.
    args: FxHashMap<usize, Vec<(Func, Val)>>,
    /// Of what a method is given a value, which may be a function.
    through: Vec<((Func, Val), (Func, Val))>,
    /// What calls hand in, with the callee.
    given: Vec<((Func, Val), Val)>,
    returned: Vec<(Func, Val)>,
    written: Vec<(Func, Val)>,
}

impl Values {
    fn of(module: &Module, changes: impl Fn(&str) -> bool) -> Self {
        let mut values = Self::default();
        for (at, function) in module.functions.iter().enumerate() {
            let func = Func(at as u32);
            let params = function.params.iter().enumerate();
            values.from.extend(params.map(|(index, &param)| ((func, param), From::Argument(index))));
            for (instr, _) in function.blocks.iter().flat_map(|block| &block.code) {
                values.note(func, instr, |name| changes(module.name(name)));
            }
        }
        values
    }

    fn note(&mut self, func: Func, instr: &Instr, changes: impl Fn(Name) -> bool) {
        let (dst, from) = match *instr {
            Instr::Load { dst, obj, key } => (dst, From::Member(obj, key)),
            Instr::Iterate { dst, src } => (dst, From::Member(src, Key::Any)),
            Instr::Copy { dst, src: val } | Instr::Await { dst, val } => (dst, From::Any(vec![val])),
            Instr::Phi { dst, ref srcs } => (dst, From::Any(srcs.clone())),
            Instr::LoadCell { dst, owner, cell } => (dst, From::Variable(owner, cell)),
            Instr::Closure { dst, func } => (dst, From::Function(func)),
            Instr::StoreCell { owner, cell, val } => {
                self.stored.entry((owner, cell)).or_default().push((func, val));
                return;
            }
            Instr::Store { obj, .. } => {
                self.written.push((func, obj));
                return;
            }
            Instr::Return { val } => {
                self.returned.push((func, val));
                return;
            }
            Instr::Call(ref call) => {
                for (index, arg) in call.args.iter().enumerate() {
                    self.args.entry(index).or_default().push((func, arg.val));
                    self.through.extend(call.this.map(|this| ((func, arg.val), (func, this))));
                    self.given.push(((func, call.callee), arg.val));
                }
                if let (Some(this), Some(From::Member(_, Key::Named(name)))) =
                    (call.this, self.from.get(&(func, call.callee)))
                    && changes(*name)
                {
                    self.written.push((func, this));
                }
                return;
            }
            _ => return,
        };
        self.from.insert((func, dst), from);
    }

    /// Of what each function is given to a method: as it is written, or by the name of a variable.
    fn gone_through(&self) -> FxHashMap<Func, Vec<(Func, Val)>> {
        let mut through: FxHashMap<Func, Vec<(Func, Val)>> = FxHashMap::default();
        let function = |val: &(Func, Val)| match self.from.get(val) {
            Some(&From::Function(function)) => Some(function),
            _ => None,
        };
        for (given, this) in &self.through {
            let named = match self.from.get(given) {
                Some(&From::Variable(owner, cell)) => self.stored.get(&(owner, cell)),
                _ => None,
            };
            for function in named.into_iter().flatten().chain([given]).filter_map(function) {
                through.entry(function).or_default().push(*this);
            }
        }
        through
    }

    /// What other modules may get and write into: what functions return, and what is handed to a callback.
    fn handed_out(&self) -> Vec<(Func, Val)> {
        let to_callback =
            self.given.iter().filter(|(callee, _)| self.is_given(*callee)).map(|&((func, _), val)| (func, val));
        self.returned.iter().copied().chain(to_callback).collect()
    }

    /// Whether a callee was given to a function, by itself or as a member of something.
    fn is_given(&self, callee: (Func, Val)) -> bool {
        let mut open = vec![callee];
        for _ in 0..MAX_BEHIND {
            let Some((func, val)) = open.pop() else { return false };
            match self.from.get(&(func, val)) {
                Some(From::Argument(_)) => return true,
                Some(&From::Member(obj, _)) => open.push((func, obj)),
                Some(From::Any(vals)) => open.extend(vals.iter().take(MAX_BEHIND).map(|&val| (func, val))),
                Some(&From::Variable(owner, cell)) => {
                    open.extend(self.stored.get(&(owner, cell)).into_iter().flatten().take(MAX_BEHIND));
                }
                Some(From::Function(_)) | None => {}
            }
        }
        false
    }

    /// The keys under which what is written into was read, and what that was read from, and so on. What is written into
    /// through a parameter may be any argument at its place, or an element of a list whose method is given the function.
    /// What others get they may write into.
    fn keys(mut self) -> Vec<Key> {
        let mut keys = Vec::new();
        let mut through = self.gone_through();
        let mut seen: FxHashSet<(Func, Val)> = FxHashSet::default();
        let mut open: Vec<((Func, Val), bool)> = self.handed_out().into_iter().map(|val| (val, false)).collect();
        open.extend(self.written.iter().map(|&val| (val, true)));
        while let Some(((func, val), is_written)) = open.pop() {
            if !seen.insert((func, val)) {
                continue;
            }
            match self.from.get(&(func, val)) {
                Some(&From::Member(obj, key)) => {
                    keys.push(key);
                    open.push(((func, obj), is_written));
                }
                Some(From::Any(vals)) => open.extend(vals.iter().map(|&val| ((func, val), is_written))),
                Some(&From::Variable(owner, cell)) => {
                    let stored = self.stored.remove(&(owner, cell)).unwrap_or_default();
                    open.extend(stored.into_iter().map(|val| (val, is_written)));
                }
                Some(From::Argument(index)) if is_written => {
                    keys.push(Key::Any);
                    let args = self.args.remove(index).unwrap_or_default();
                    let elements = through.remove(&func).unwrap_or_default();
                    open.extend(args.into_iter().chain(elements).map(|val| (val, true)));
                }
                Some(From::Argument(_) | From::Function(_)) | None => {}
            }
        }
        keys
    }
}

impl Solver<'_> {
    /// Remembers under which names a module finds what it writes into.
    pub fn note_parts(&mut self, module: &Module) {
        let values = Values::of(module, |name| self.symbols.find(name).is_some_and(|name| self.natives.changes(name)));
        for key in values.keys() {
            match key {
                Key::Named(name) => {
                    let name = self.symbols.intern(module.name(name));
                    self.parts.names.insert(name);
                }
                Key::Any | Key::Computed(_) => self.parts.has_unnamed = true,
                Key::Content(_) => {}
            }
        }
    }

    /// A member of something of which nothing is known is an object of its own if the program writes into it. What is found
    /// under names that are not known is an element: members whose names are written down are others. The module that asks
    /// for it first pays for it.
    pub fn part(&mut self, of: ObjId, field: Field, module: u32) {
        let is_written = match field {
            // How much there is of something is a number.
            Field::Named(name) => self.parts.names.contains(&name) && !self.sizes.contains(&name),
            Field::Any => self.parts.has_unnamed,
            Field::Content(_) => false,
        };
        let depth = self.parts.depths.get(&of).copied().unwrap_or(0);
        if !is_written || depth >= MAX_DEPTH || self.parts.made.contains_key(&(of, field)) {
            return;
        }
        let part = self.fresh(self.known.ty_opaque, module);
        self.parts.made.insert((of, field), part);
        self.parts.depths.insert(part, depth + 1);
        let place = if field == Field::Any { self.element_of(of) } else { field };
        let node = self.field_node(of, place);
        self.add_object(node, part);
    }

    /// Whether a value is one of code that is not known: that looks at members, and writes into none.
    pub fn is_in_unknown_code(&self, node: NodeId) -> bool {
        match self.graph[node] {
            Node::Value { inst, .. } => self.natives.is_unknown(self.instances[inst.0 as usize].func),
            _ => false,
        }
    }

    /// An object that no instruction makes, and for which a module pays.
    pub fn fresh(&mut self, ty: Sym, module: u32) -> ObjId {
        let number = self.made_for.len() as u32;
        self.made_for.push(module);
        self.objects.intern(Object::Alloc { inst: InstId(0), val: role::MADE_HERE - number, ty })
    }

    /// The module that pays for a value, if it is such an object.
    pub fn payer_of_made(&self, val: u32) -> Option<u32> {
        let number = role::MADE_HERE.checked_sub(val)?;
        self.made_for.get(number as usize).copied()
    }
}
