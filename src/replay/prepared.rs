//! The state in which every way begins: the library has run, nothing of the program has. It is made once; a way copies
//! of it only what it changes or looks at closely.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use swc_ecma_ast::Program;

use super::Record;
use super::functions::Closure;
use super::machine::{Known, Machine};
use super::scope::Env;
use super::value::{Object, Unknown, Value};
use crate::base::FileId;
use crate::models::Models;
use crate::project::Project;

/// What the library made. Its variables are never written again, so all ways share them.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    heap: Vec<Rc<Object>>,
    unknowns: Vec<Unknown>,
    closures: Vec<Rc<Closure<'a>>>,
    known: Known,
    base: Option<Env>,
    outside: FxHashMap<Rc<str>, Value>,
    symbols: Vec<Rc<str>>,
    clock: u64,
}

impl<'a> Prepared<'a> {
    /// Runs the library; `None` if that does not come to an end.
    pub(super) fn new(
        project: &'a Project,
        models: &'a Models,
        programs: &'a [(FileId, Program)],
        record: &mut Record,
    ) -> Option<Self> {
        let machine = Machine::new(project, models, programs, std::mem::take(record));
        let end = machine.load_library();
        let prepared = Self {
            heap: machine.heap.take(),
            unknowns: machine.unknowns.take(),
            closures: machine.closures.take(),
            known: machine.known.get(),
            base: machine.base.take(),
            outside: machine.outside.take(),
            symbols: machine.symbols.take(),
            clock: machine.clock.get(),
        };
        *record = machine.finish();
        end.ok().map(|()| prepared)
    }

    /// Puts a new machine into this state.
    pub(super) fn begin(&self, machine: &Machine<'a>) {
        machine.heap.borrow_mut().clone_from(&self.heap);
        machine.unknowns.borrow_mut().clone_from(&self.unknowns);
        machine.closures.borrow_mut().clone_from(&self.closures);
        machine.known.set(self.known);
        machine.base.borrow_mut().clone_from(&self.base);
        machine.outside.borrow_mut().clone_from(&self.outside);
        machine.symbols.borrow_mut().clone_from(&self.symbols);
        machine.clock.set(self.clock);
    }
}
