//! One run: the state of the machine, its queues, and the decisions that it follows.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use rustc_hash::{FxHashMap, FxHashSet};
use swc_ecma_ast::Program;

use super::coroutines::Coroutine;
use super::functions::Closure;
use super::modules::ModuleState;
use super::outside::Entry;
use super::prepared::Prepared;
use super::scope::Env;
use super::segments::DEFERRED;
use super::shared::{Place, Shared};
use super::value::{Labels, Obj, Object, Unk, Unknown, Value};
use super::{Decision, LIBRARY, Record};
use crate::base::{FileId, Span};
use crate::models::Models;
use crate::project::Project;

/// Why control leaves.
#[derive(Clone, Debug)]
pub(super) enum Abrupt {
    Throw(Value),
    Return(Value),
    Break(Option<Rc<str>>),
    Continue(Option<Rc<str>>),
    /// What the program does cannot be followed.
    Stop(&'static str),
}

pub(super) type Outcome<T> = Result<T, Abrupt>;
pub(super) type Fut<'f, T> = Pin<Box<dyn Future<Output = Outcome<T>> + 'f>>;

/// Why a run ends in which the machine itself failed.
pub(super) const MISTAKE: &str = "an error of the machine's";
/// Calls that may stand in each other.
const MAX_DEPTH: u32 = 220;
/// Decisions on one way.
const MAX_DECISIONS: usize = 400;
/// Turns of one timer behind its first.
const MAX_TICKS: u32 = 3;

/// A call to be made later.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub func: Value,
    pub args: Vec<Value>,
}

/// A timer.
#[derive(Clone, Debug)]
pub(super) struct Timer {
    pub id: u32,
    pub due: f64,
    /// Milliseconds between turns of one that repeats.
    pub every: Option<f64>,
    pub ticks: u32,
    pub job: Job,
}

/// Objects that the language itself knows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    pub global: u32,
    pub object: u32,
    pub function: u32,
    pub array: u32,
    /// Where the methods of lists stand.
    pub list_methods: Option<Obj>,
}

/// A run.
pub(super) struct Machine<'a> {
    pub me: Weak<Machine<'a>>,
    pub project: &'a Project,
    pub models: &'a Models,
    pub programs: &'a [(FileId, Program)],
    pub record: RefCell<Record>,
    pub steps: Cell<u64>,
    pub heap: RefCell<Vec<Rc<Object>>>,
    pub unknowns: RefCell<Vec<Unknown>>,
    pub closures: RefCell<Vec<Rc<Closure<'a>>>>,
    pub coroutines: RefCell<Vec<Coroutine<'a>>>,
    /// The coroutines that run, the innermost last.
    pub running: RefCell<Vec<usize>>,
    pub known: Cell<Known>,
    pub base: RefCell<Option<Env>>,
    /// Names from outside.
    pub outside: RefCell<FxHashMap<Rc<str>, Value>>,
    pub truths: RefCell<Rc<FxHashMap<Unk, bool>>>,
    pub equals: RefCell<Rc<FxHashMap<Unk, Value>>>,
    pub questions: RefCell<FxHashMap<String, Unk>>,
    pub jobs: RefCell<VecDeque<Job>>,
    pub timers: RefCell<Vec<Timer>>,
    /// What comes when nothing else does.
    pub late: RefCell<VecDeque<Job>>,
    pub n_waits: Cell<u32>,
    pub clock: Cell<u64>,
    pub n_timers: Cell<u32>,
    pub now: Cell<f64>,
    pub entries: RefCell<Vec<Entry>>,
    pub modules: RefCell<FxHashMap<FileId, ModuleState>>,
    pub symbols: RefCell<Vec<Rc<str>>>,
    /// The texts of those whose texts are not known.
    pub unknown_symbols: RefCell<FxHashMap<u32, Value>>,
    /// Roots of things from outside that were made with others from outside: what goes into one may come out of the other.
    pub joined: RefCell<Vec<[Unk; 2]>>,
    pub depth: Cell<u32>,
    /// `try` blocks around the code that runs.
    pub guarded: Cell<u32>,
    /// The entry from outside that runs; 0 is the program itself.
    pub era: Cell<u32>,
    pub n_eras: Cell<u32>,
    /// Whether code from outside has got objects of the program.
    pub is_exposed: Cell<bool>,
    pub next_decision: Cell<usize>,
    /// Errors that the machine itself threw.
    pub own_errors: RefCell<FxHashSet<Obj>>,
    /// Whether something from outside turned out to be nothing, or a constant of the program's: what fails then fails
    /// in the program as well.
    pub is_emptied: Cell<bool>,
    /// Turns of the event loop so far.
    pub turn: Cell<u32>,
    /// When the first callback went outside.
    pub opened: Cell<u32>,
    /// The names under which code that runs from outside has changed what others see.
    pub shared: Cell<Shared>,
    /// The names that the entry from outside that runs has read of what others see.
    pub read: Cell<Shared>,
    /// What it has written there in this turn.
    pub written: RefCell<FxHashSet<(Place, super::value::Key)>>,
    /// Sinks with the turns that they were reached in, and the names that were read before.
    pub turns: RefCell<Vec<(Span, u32, Shared)>>,
    /// Functions that were called from outside because nobody else calls them.
    pub tried: RefCell<FxHashSet<Span>>,
    /// Functions that this run has got to.
    pub entered: RefCell<FxHashSet<Span>>,
    /// The program's functions that run, the innermost last.
    pub stack: RefCell<Vec<Span>>,
    /// When the oldest thing came up that was written since the segment began that runs.
    pub touched: Cell<u64>,
    /// Variables that modules export.
    pub cells: RefCell<Vec<super::scope::Cell>>,
    /// What arrived where, to tell whether anything new does.
    pub spread: RefCell<FxHashMap<(usize, super::value::Key), Labels>>,
    pub news: RefCell<Vec<u64>>,
    /// Loops that run whose end is not known.
    pub n_open_loops: Cell<u32>,
    /// What has changed since the outermost of them began.
    pub changes: RefCell<Vec<super::rounds::Change>>,
}

impl<'a> Machine<'a> {
    /// A machine that has nothing yet, not even a library.
    pub(super) fn new(
        project: &'a Project,
        models: &'a Models,
        programs: &'a [(FileId, Program)],
        record: Record,
    ) -> Rc<Self> {
        Rc::new_cyclic(|me| Machine {
            me: me.clone(),
            project,
            models,
            programs,
            steps: Cell::new(record.steps),
            record: RefCell::new(record),
            heap: RefCell::default(),
            unknowns: RefCell::default(),
            closures: RefCell::default(),
            coroutines: RefCell::default(),
            running: RefCell::default(),
            known: Cell::default(),
            base: RefCell::default(),
            outside: RefCell::default(),
            truths: RefCell::default(),
            equals: RefCell::default(),
            questions: RefCell::default(),
            jobs: RefCell::default(),
            timers: RefCell::default(),
            late: RefCell::default(),
            n_waits: Cell::default(),
            clock: Cell::default(),
            n_timers: Cell::default(),
            now: Cell::default(),
            entries: RefCell::default(),
            modules: RefCell::default(),
            symbols: RefCell::default(),
            unknown_symbols: RefCell::default(),
            joined: RefCell::default(),
            depth: Cell::default(),
            guarded: Cell::default(),
            era: Cell::default(),
            n_eras: Cell::default(),
            is_exposed: Cell::default(),
            next_decision: Cell::default(),
            own_errors: RefCell::default(),
            is_emptied: Cell::default(),
            turn: Cell::default(),
            opened: Cell::new(u32::MAX),
            shared: Cell::default(),
            read: Cell::default(),
            written: RefCell::default(),
            turns: RefCell::default(),
            tried: RefCell::default(),
            entered: RefCell::default(),
            stack: RefCell::default(),
            touched: Cell::new(u64::MAX),
            cells: RefCell::default(),
            spread: RefCell::default(),
            news: RefCell::default(),
            n_open_loops: Cell::default(),
            changes: RefCell::default(),
        })
    }

    /// One way through the program; `None` where it cannot be followed to its end.
    pub(super) fn run(
        project: &'a Project,
        models: &'a Models,
        programs: &'a [(FileId, Program)],
        prepared: &Prepared<'a>,
        record: Record,
    ) -> Option<Record> {
        let machine = Self::new(project, models, programs, record);
        prepared.begin(&machine);
        let end = machine.everything();
        let record = machine.finish();
        end.ok().map(|()| record)
    }

    /// Takes it apart: what it holds may hold it.
    pub(super) fn finish(&self) -> Record {
        self.coroutines.borrow_mut().clear();
        self.modules.borrow_mut().clear();
        self.closures.borrow_mut().clear();
        *self.base.borrow_mut() = None;
        let mut record = self.record.take();
        record.steps = self.steps.get();
        record
    }

    fn everything(&self) -> Outcome<()> {
        match self.program() {
            Err(Abrupt::Stop(why)) if why != DEFERRED => return Err(Abrupt::Stop(why)),
            _ => self.note_late(),
        }
        Ok(())
    }

    /// Promises that nobody waits for may have failed by a mistake of the machine's.
    pub(super) fn check_promises(&self) -> Outcome<()> {
        let lost = self.now(self.call(self.base_value("hasLostErrors"), Value::Undefined, vec![], None))?;
        if self.truth(&lost)? { Err(Abrupt::Stop(MISTAKE)) } else { Ok(()) }
    }

    fn program(&self) -> Outcome<()> {
        let mut roots = self.roots();
        if roots.len() > 1 {
            let first = self.choose(roots.len())?;
            roots.rotate_left(first);
        }
        for file in roots {
            let end = self.load(file);
            self.uncaught(end)?;
            self.drain()?;
        }
        self.check_promises()?;
        self.run_entries()
    }

    /// The files that no other one asks for, then those of cycles that nobody asks for.
    fn roots(&self) -> Vec<FileId> {
        let files: Vec<&(FileId, Program)> = self.programs.iter().filter(|(file, _)| *file != LIBRARY).collect();
        let targets = |(file, program): &(FileId, Program)| -> Vec<FileId> {
            let requests = super::scope::requests(program);
            requests.iter().filter_map(|request| self.resolve(*file, request)).collect()
        };
        let graph: FxHashMap<FileId, Vec<FileId>> = files.iter().map(|entry| (entry.0, targets(entry))).collect();
        let asked: FxHashSet<FileId> = files
            .iter()
            .flat_map(|(file, _)| graph[file].iter().filter(move |target| *target != file))
            .copied()
            .collect();
        let mut roots: Vec<FileId> = files.iter().map(|(file, _)| *file).filter(|file| !asked.contains(file)).collect();
        let mut seen: FxHashSet<FileId> = FxHashSet::default();
        let mut open = roots.clone();
        let mut rest = files.iter().map(|(file, _)| *file);
        loop {
            while let Some(file) = open.pop() {
                if seen.insert(file) {
                    open.extend(graph.get(&file).into_iter().flatten());
                }
            }
            match rest.find(|file| !seen.contains(file)) {
                Some(file) => {
                    roots.push(file);
                    open.push(file);
                }
                None => return roots,
            }
        }
    }

    /// Polls code that does not wait for anything.
    pub(super) fn now<T>(&self, mut code: Fut<'_, T>) -> Outcome<T> {
        match code.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(end) => end,
            Poll::Pending => Err(Abrupt::Stop("waits outside of a coroutine")),
        }
    }

    /// The time, which goes on.
    pub(super) fn time(&self) -> super::scope::Time {
        self.clock.set(self.clock.get() + 1);
        super::scope::Time { era: self.era.get(), now: self.clock.get() }
    }

    pub(super) fn step(&self) -> Outcome<()> {
        let left = self.steps.get();
        if left == 0 {
            return Err(Abrupt::Stop("too many steps"));
        }
        self.steps.set(left - 1);
        Ok(())
    }

    /// Long texts cost as much as the steps that it takes to copy them: a program that doubles one comes to its end.
    pub(super) fn charge_text(&self, bytes: usize) {
        const BYTES_PER_STEP: u64 = 64;
        self.steps.set(self.steps.get().saturating_sub(bytes as u64 / BYTES_PER_STEP));
    }

    pub(super) fn enter(&self) -> Outcome<()> {
        self.depth.set(self.depth.get() + 1);
        if self.depth.get() > MAX_DEPTH {
            return Err(Abrupt::Stop("too deep"));
        }
        Ok(())
    }

    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    /// One of `of` ways to go on.
    pub(super) fn choose(&self, of: usize) -> Outcome<usize> {
        if of < 2 {
            return Ok(0);
        }
        let at = self.next_decision.get();
        self.next_decision.set(at + 1);
        let mut record = self.record.borrow_mut();
        if let Some(decision) = record.decisions.get(at) {
            return if decision.taken < of { Ok(decision.taken) } else { Err(Abrupt::Stop("runs differ")) };
        }
        if at > MAX_DECISIONS {
            return Err(Abrupt::Stop("too many decisions"));
        }
        record.decisions.push(Decision { taken: 0, of });
        Ok(0)
    }

    /// The last decision that `choose` took need not be looked at otherwise.
    pub(super) fn settle_decision(&self, at: usize) {
        if let Some(decision) = self.record.borrow_mut().decisions.get_mut(at) {
            decision.of = decision.taken + 1;
        }
    }

    /// Runs what waits until nothing does.
    pub(super) fn drain(&self) -> Outcome<()> {
        loop {
            let job = self.jobs.borrow_mut().pop_front();
            if let Some(job) = job {
                self.run_job(&job)?;
                continue;
            }
            let next = {
                let timers = self.timers.borrow();
                (0..timers.len())
                    .min_by(|&a, &b| timers[a].due.total_cmp(&timers[b].due).then(timers[a].id.cmp(&timers[b].id)))
            };
            self.turn.set(self.turn.get() + 1);
            self.let_others_run();
            let Some(next) = next else {
                let Some(job) = self.late.borrow_mut().pop_front() else { return Ok(()) };
                self.run_job(&job)?;
                continue;
            };
            let mut timer = self.timers.borrow_mut().remove(next);
            self.now.set(timer.due.max(self.now.get()));
            let job = timer.job.clone();
            if let Some(every) = timer.every {
                if timer.ticks > MAX_TICKS {
                    // How often it comes after that is not known.
                    self.register(&job.func, &Value::Undefined, 0, None, &[])?;
                    continue;
                }
                timer.ticks += 1;
                timer.due += every.max(1.0);
                self.timers.borrow_mut().push(timer);
            }
            self.run_job(&job)?;
        }
    }

    fn run_job(&self, job: &Job) -> Outcome<()> {
        let end = self.now(self.call(job.func.clone(), Value::Undefined, job.args.clone(), None));
        self.uncaught(end)
    }

    /// What is thrown out of a turn ends it; what the machine itself throws may be a mistake of its own.
    pub(super) fn uncaught<T>(&self, end: Outcome<T>) -> Outcome<()> {
        self.depth.set(0);
        self.guarded.set(0);
        self.running.borrow_mut().clear();
        match end {
            Ok(_) => Ok(()),
            Err(Abrupt::Throw(value)) if self.is_mistake(&value) => Err(Abrupt::Stop(MISTAKE)),
            Err(Abrupt::Stop(why)) => Err(Abrupt::Stop(why)),
            Err(_) => Ok(()),
        }
    }

    /// Whether the machine itself threw something that the program may not throw.
    pub(super) fn is_mistake(&self, thrown: &Value) -> bool {
        let is_own = thrown.object().is_some_and(|obj| self.own_errors.borrow().contains(&obj));
        is_own && !self.is_emptied.get()
    }

    /// Data goes out at a sink.
    pub(super) fn arrive(&self, sink: Span, labels: Labels, read: Shared) {
        self.turns.borrow_mut().push((sink, self.turn.get(), read));
        let mut record = self.record.borrow_mut();
        record.reached.insert(sink);
        *record.sinks.entry(sink).or_default() |= labels;
    }

    /// Where code from outside changes what others see, nothing that runs after it is in a known order.
    fn note_late(&self) {
        let mut record = self.record.borrow_mut();
        record.shared.add(self.shared.get());
        for (sink, turn, read) in self.turns.borrow().iter() {
            if *turn > self.opened.get() {
                record.late.entry(*sink).or_default().add(*read);
            }
        }
    }
}
