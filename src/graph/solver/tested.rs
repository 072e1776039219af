//! Blocks that depend on tests begin in an instance when what is tested may pass: a dispatcher's branches are told apart
//! by what its calls ask for. Knows the tests, and nothing of what stands in the blocks.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::calls::CallSite;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::program::{Entry, Origin};
use crate::graph::solver::constraints::Rule;
use crate::graph::solver::{HOLE, Solver};
use crate::graph::symbols::Sym;
use crate::graph::{FuncId, InstId};
use crate::ir::{Asks, Lacks, Test, Val, When};

/// A test in an instance.
#[derive(Clone, Copy, Debug)]
struct Watched {
    inst: InstId,
    test: u32,
}

/// The tests that blocks wait for.
#[derive(Debug, Default)]
pub struct Tests {
    watched: Vec<Watched>,
    /// Those that are new.
    silent: Vec<u32>,
    /// Those that may hold, by instance.
    open: FxHashMap<InstId, u64>,
}

impl Solver<'_> {
    /// Waits for what the tests of a new instance are about.
    pub fn watch_tests(&mut self, inst: InstId, entry: &Entry, is_called: bool) {
        for (at, test) in entry.function.tests.iter().enumerate() {
            let id = self.tests.watched.len() as u32;
            self.tests.watched.push(Watched { inst, test: at as u32 });
            if !is_called && matches!(test.asks, Asks::Differs(_) | Asks::NotOfType(_) | Asks::Falsy) {
                self.open_test(id);
                continue;
            }
            self.tests.silent.push(id);
            self.attach(self.value_node(inst, test.val), Rule::Test(id));
        }
    }

    /// Modules in which blocks wait for a text that nothing asks for.
    pub fn unasked_modules(&self) -> FxHashSet<u32> {
        let mut asked: FxHashMap<(FuncId, u32), bool> = FxHashMap::default();
        for Watched { inst, test } in &self.tests.watched {
            let func = self.instances[inst.0 as usize].func;
            if let Asks::Equals(_) = self.program.get(func).function.tests[*test as usize].asks {
                let is_open = self.tests.open.get(inst).is_some_and(|open| open & (1 << test) != 0);
                *asked.entry((func, *test)).or_default() |= is_open;
            }
        }
        let unasked = asked.into_iter().filter(|(_, is_asked)| !is_asked);
        let modules = unasked.filter_map(|((func, _), _)| match self.program.get(func).origin {
            Origin::Module(module) => Some(module),
            Origin::Model => None,
        });
        modules.collect()
    }

    /// Opens the tests that a call passes by leaving an argument out.
    pub fn open_lacking(&mut self, inst: InstId, site: &CallSite) {
        let function = self.program.get(self.instances[inst.0 as usize].func).function.clone();
        for (at, test) in function.tests.iter().enumerate() {
            if let (Some(arg), Asks::Differs(_) | Asks::OfType(_) | Asks::NotOfType(_) | Asks::Falsy) =
                (test.arg, test.asks)
                && self.lacks(site, When { arg, lacks: Lacks::Value })
            {
                let id = self.tests.watched.len() as u32;
                self.tests.watched.push(Watched { inst, test: at as u32 });
                self.open_test(id);
            }
        }
    }

    /// Opens the tests of values of which nothing became known; whether there were any.
    pub fn open_silent(&mut self) -> bool {
        let silent = std::mem::take(&mut self.tests.silent);
        let mut found = false;
        for id in silent {
            let Watched { inst, test } = self.tests.watched[id as usize];
            let function = self.program.get(self.instances[inst.0 as usize].func).function.clone();
            let Test { val, holder, asks, .. } = function.tests[test as usize];
            if !self.objects_of(self.value_node(inst, val)).is_empty() {
                continue;
            }
            // What an object of the program's own lacks is undefined: it equals no text. It may still get it.
            if matches!(asks, Asks::Equals(_) | Asks::Truthy)
                && holder.is_some_and(|holder| self.is_known(inst, holder))
            {
                self.tests.silent.push(id);
                continue;
            }
            self.open_test(id);
            found = true;
        }
        found
    }

    /// Whether all that a value may be are objects of the program's own, with names that are known.
    fn is_known(&self, inst: InstId, holder: Val) -> bool {
        let holders = self.objects_of(self.value_node(inst, holder));
        !holders.is_empty()
            && holders.iter().all(|obj| match self.objects.kind(*obj) {
                Object::Alloc { ty, .. } => {
                    ty == self.known.ty_object
                        && self.objects.field(*obj, Field::Any).is_none_or(|any| {
                            self.graph.neighbors_directed(any, petgraph::Direction::Incoming).next().is_none()
                        })
                }
                _ => false,
            })
    }

    /// What is tested may be `obj`.
    pub fn test_object(&mut self, id: u32, obj: ObjId) {
        let Watched { inst, test } = self.tests.watched[id as usize];
        let entry = self.program.get(self.instances[inst.0 as usize].func);
        let asks = entry.function.tests[test as usize].asks;
        let object = self.objects.kind(obj);
        let text = self.whole_text(object);
        let passes = match (asks, object) {
            (Asks::Equals(name), _) => self.may_be_text(object, entry.sym(name), true),
            (Asks::Differs(name), _) => self.may_be_text(object, entry.sym(name), false),
            (Asks::OfType(name), _) => self.type_name(object).is_none_or(|ty| ty == self.symbols.text(entry.sym(name))),
            (Asks::NotOfType(name), _) => {
                self.type_name(object).is_none_or(|ty| ty != self.symbols.text(entry.sym(name)))
            }
            (Asks::Truthy, Object::Truth(is_true)) => is_true,
            (Asks::Truthy, _) => text.is_none_or(|text| !text.is_empty()),
            (Asks::Falsy, Object::Truth(is_true)) => !is_true,
            (Asks::Falsy, Object::Closure { .. } | Object::New { .. }) => false,
            (Asks::Falsy, Object::Alloc { ty, .. }) => ty == self.known.ty_opaque || ty == self.known.ty_json,
            (Asks::Falsy, _) => text.is_none_or(|text| ["", "0", "NaN"].contains(&text)),
        };
        if passes {
            self.open_test(id);
        }
    }

    /// What `typeof` says of an object, if that is certain.
    fn type_name(&self, object: Object) -> Option<&'static str> {
        match object {
            Object::Closure { .. } | Object::Bound { .. } | Object::Method(_) => Some("function"),
            Object::New { .. } => Some("object"),
            Object::Alloc { ty, .. } if [self.known.ty_object, self.known.ty_array].contains(&ty) => Some("object"),
            Object::Alloc { ty, .. } if ty == self.known.ty_json => Some("string"),
            _ => None,
        }
    }

    /// The text that an object is, if all of it is known.
    pub fn whole_text(&self, object: Object) -> Option<&str> {
        match object {
            Object::Text(text) => Some(self.symbols.text(text)).filter(|text| !text.contains(HOLE)),
            _ => None,
        }
    }

    /// Whether an object may be a text, or the number with it; or something else.
    pub fn may_be_text(&self, object: Object, text: Sym, is_it: bool) -> bool {
        let equals = |known: &str| known == self.symbols.text(text);
        let is_truth = matches!(object, Object::Truth(_));
        !(is_it && is_truth) && self.whole_text(object).is_none_or(|known| equals(known) == is_it)
    }

    fn open_test(&mut self, id: u32) {
        let Watched { inst, test } = self.tests.watched[id as usize];
        let open = self.tests.open.entry(inst).or_default();
        let before = *open;
        *open |= 1 << test;
        let open = *open;
        if open == before {
            return;
        }
        let function = self.program.get(self.instances[inst.0 as usize].func).function.clone();
        for (at, block) in function.blocks.iter().enumerate() {
            if block.is_reachable && block.tests & (1 << test) != 0 && block.tests & !open == 0 {
                self.begin_block(inst, at as u32);
            }
        }
    }
}
