//! Code that is not the program's: what goes in may come out, callbacks are called, now or later, with anything.

use std::collections::VecDeque;

use super::functions::Code;
use super::machine::{Abrupt, MISTAKE, Machine, Outcome};
use super::value::{Key, Kind, Labels, Obj, Slot, Unk, Unknown, Value};
use crate::base::Span;

/// Entries from outside that are run.
const MAX_ENTRIES: usize = 300;
/// Values that are taken out of a generator.
const MAX_TURNS: f64 = 12.0;
/// Arguments that a callback is given.
const N_PARAMS: usize = 4;

/// A function of the program that code from outside may call.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    func: Value,
    this: Value,
    labels: Labels,
    root: Option<Unk>,
    refs: Vec<Obj>,
}

impl Machine<'_> {
    /// A read of something from outside may be a source.
    pub(super) fn read_source(&self, at: Span, value: Value) -> Value {
        let label = self.record.borrow().sources.get(&at).copied().unwrap_or(0);
        if label == 0 || self.is_callable(&value) {
            return value;
        }
        self.record.borrow_mut().seen |= label;
        match value {
            // The callee of a call is none itself.
            Value::Unknown(unk) => {
                let unknown = self.unknown_of(unk);
                self.add_unknown(Unknown { labels: unknown.labels | label, ..unknown })
            }
            value => self.labelled_with(value, label),
        }
    }

    fn labelled_with(&self, value: Value, labels: Labels) -> Value {
        match value {
            Value::Obj(_) => {
                self.smear(&value, labels);
                value
            }
            Value::Unknown(unk) => {
                let unknown = self.unknown_of(unk);
                self.add_unknown(Unknown { labels: unknown.labels | labels, ..unknown })
            }
            _ => self.opaque(labels),
        }
    }

    /// What a call brings about at its place: data goes out, or comes in.
    pub(super) fn mark(
        &self,
        at: Span,
        func: &Value,
        this: &Value,
        args: &[Value],
        end: Outcome<Value>,
    ) -> Outcome<Value> {
        let (is_sink, label) = {
            let record = self.record.borrow();
            (record.sinks.contains_key(&at), record.sources.get(&at).copied().unwrap_or(0))
        };
        if is_sink {
            let is_outside = |value: &Value| value.unknown().is_some_and(|unk| self.unknown_of(unk).is_outside);
            let mut labels = args.iter().fold(0, |labels, arg| labels | self.labels(arg));
            let mut read = self.names_read(args);
            if !is_outside(this) {
                labels |= self.labels(this);
                read.add(self.names_read(std::slice::from_ref(this)));
            }
            // What goes out there, and when, is up to others if they are only handed the sink.
            let closure = func.object().and_then(|obj| self.closure_of(obj));
            let is_own = closure.is_some_and(|closure| closure.file != super::LIBRARY);
            let is_direct = (func.unknown().is_some() || is_own) && !args.iter().any(is_outside);
            self.note_unclear(at, args);
            self.arrive(at, if is_direct { labels } else { Labels::MAX }, read);
        }
        self.record.borrow_mut().seen |= label;
        let value = end?;
        Ok(if label == 0 { value } else { self.labelled_with(value, label) })
    }

    /// A call of code from outside.
    pub(super) async fn call_outside(
        &self,
        callee: Unk,
        this: Value,
        args: Vec<Value>,
        at: Option<Span>,
    ) -> Outcome<Value> {
        let unknown = self.unknown_of(callee);
        if unknown.refs.iter().any(|obj| self.is_callable(&Value::Obj(*obj))) {
            return Err(Abrupt::Stop("a function that is not known"));
        }
        let (is_sink, label) = at.map_or((false, 0), |at| {
            let record = self.record.borrow();
            (record.sinks.contains_key(&at), record.sources.get(&at).copied().unwrap_or(0))
        });
        if !is_sink && label == 0 {
            self.let_others_run();
        }
        let given: Vec<Labels> = args.iter().map(|arg| self.labels(arg)).collect();
        let all = given.iter().fold(0, |all, labels| all | labels);
        let own = if matches!(this, Value::Unknown(_)) { 0 } else { self.labels(&this) };
        let labels = all | own | label | self.labels_of_unknown(callee);
        if let Some(root) = unknown.root {
            self.smear(&Value::Unknown(root), all);
        }
        // What was made of an object may change it.
        unknown.refs.iter().for_each(|obj| self.smear(&Value::Obj(*obj), all));
        if !is_sink {
            std::iter::once(&this).chain(&args).for_each(|value| self.forget_elements(value));
            self.record.borrow_mut().escaped |= all | own;
            if std::iter::once(&this).chain(&args).any(|value| value.object().is_some()) {
                self.is_exposed.set(true);
            }
            // It may put one argument into another, and what it brings in.
            for (at, arg) in args.iter().enumerate().filter(|(_, arg)| arg.object().is_some() && !self.is_callable(arg))
            {
                let others = given
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != at)
                    .fold(label, |all, (_, labels)| all | labels);
                self.smear(arg, others);
            }
        }
        let refs: Vec<Obj> =
            args.iter().filter_map(Value::object).filter(|obj| !self.is_callable(&Value::Obj(*obj))).collect();
        let known = at.and_then(|at| self.record.borrow().given.get(&at).copied()).unwrap_or(0);
        let mut back = known;
        // What one function gives is shared: it may be the same each time, and goes on to what it is given.
        let root = unknown.root.or(Some(callee));
        self.join_with(callee, &args);
        for func in self.callbacks(&args) {
            back |= self.hand_out(&func, labels, root, &refs, at).await?;
        }
        if self.guarded.get() > 0 && !is_sink && label == 0 && self.choose(2)? == 1 {
            return Err(Abrupt::Throw(self.opaque(labels | back)));
        }
        Ok(self.add_unknown(Unknown { labels: labels | back, root, refs, ..Unknown::default() }))
    }

    /// What is made with something from outside may share what both hold.
    fn join_with(&self, callee: Unk, args: &[Value]) {
        let root = self.unknown_of(callee).root.unwrap_or(callee);
        for arg in args.iter().filter_map(Value::unknown) {
            let other = self.unknown_of(arg);
            if let Some(other_root) = other.root.filter(|other_root| *other_root != root)
                && other.labels == 0
            {
                self.joined.borrow_mut().push([root, other_root]);
            }
        }
    }

    /// The functions in arguments: themselves, and those of options.
    fn callbacks(&self, args: &[Value]) -> Vec<Value> {
        let mut found = Vec::new();
        for arg in args {
            let Value::Obj(obj) = arg else { continue };
            if self.is_callable(arg) {
                found.push(arg.clone());
                continue;
            }
            let inner: Vec<Value> = self.look(*obj, |object| {
                let items = match &object.kind {
                    Kind::Array(items) => items.clone(),
                    _ => vec![],
                };
                let props = object.props.values().filter_map(|prop| match &prop.slot {
                    Slot::Data(value) => Some(value.clone()),
                    Slot::Accessor { .. } => None,
                });
                props.chain(items).collect()
            });
            found.extend(inner.into_iter().filter(|value| self.is_callable(value)));
        }
        found
    }

    /// Code from outside gets a function. It may call it at once, and later; what it gives back is returned.
    async fn hand_out(
        &self,
        func: &Value,
        labels: Labels,
        root: Option<Unk>,
        refs: &[Obj],
        place: Option<Span>,
    ) -> Outcome<Labels> {
        self.register(func, &Value::Undefined, labels, root, refs)?;
        let at = self.next_decision.get();
        if self.choose(2)? == 1 {
            return Ok(0);
        }
        let segment = self.begin_segment();
        let entry = Entry { func: func.clone(), this: Value::Undefined, labels, root, refs: refs.to_vec() };
        let was_shared = self.shared.take();
        let era = self.era.get();
        self.begin_era();
        let guarded = self.guarded.get();
        let end = self.call(func.clone(), self.receiver(&entry), self.params(&entry), None).await;
        self.guarded.set(guarded);
        self.era.set(era);
        if self.shared.replace(was_shared).is_empty() {
            self.settle_decision(at);
        }
        let back = match end {
            Ok(value) => self.labels(&value),
            Err(Abrupt::Throw(value)) => {
                self.expect(&value)?;
                self.labels(&value)
            }
            Err(other) => return Err(other),
        };
        // What it gives is kept by the place of the call.
        let Some(place) = place else {
            self.leave_segment(&segment);
            return Ok(back);
        };
        *self.record.borrow_mut().given.entry(place).or_default() |= back;
        self.end_segment(&segment, false)?;
        Ok(back)
    }

    /// Code from outside begins to run.
    fn begin_era(&self) {
        self.n_eras.set(self.n_eras.get() + 1);
        self.era.set(self.n_eras.get());
    }

    /// Remembers a function that code from outside may call later.
    pub(super) fn register(
        &self,
        func: &Value,
        this: &Value,
        labels: Labels,
        root: Option<Unk>,
        refs: &[Obj],
    ) -> Outcome<()> {
        self.is_exposed.set(true);
        let obj = func.object();
        let is_known = self.entries.borrow().iter().any(|entry| entry.func.object() == obj && entry.labels == labels);
        if is_known {
            return Ok(());
        }
        let entry = Entry { func: func.clone(), this: this.clone(), labels, root, refs: refs.to_vec() };
        self.entries.borrow_mut().push(entry);
        self.opened.set(self.opened.get().min(self.turn.get()));
        if self.entries.borrow().len() > MAX_ENTRIES {
            return Err(Abrupt::Stop("too many entries"));
        }
        Ok(())
    }

    fn params(&self, entry: &Entry) -> Vec<Value> {
        let labels = entry.labels | entry.root.map_or(0, |root| self.labels_of_unknown(root));
        let param =
            || Unknown { labels, root: entry.root, refs: entry.refs.clone(), is_given: true, ..Unknown::default() };
        (0..N_PARAMS).map(|_| self.add_unknown(param())).collect()
    }

    fn receiver(&self, entry: &Entry) -> Value {
        // Whom others call a function on may hold anything.
        if matches!(entry.this, Value::Undefined) { self.opaque(Labels::MAX) } else { entry.this.clone() }
    }

    /// Calls from outside, once the program itself waits for nothing any more; then what nobody called.
    pub(super) fn run_entries(&self) -> Outcome<()> {
        self.run_new_entries(0, 0)
    }

    /// Runs the entries from one on, and functions that nobody called among the objects from one on; each with those that
    /// it brings up.
    fn run_new_entries(&self, first: usize, first_object: u32) -> Outcome<()> {
        let mut open: VecDeque<usize> = (first..self.entries.borrow().len()).collect();
        loop {
            let n_entries = self.entries.borrow().len();
            let Some(next) = open.pop_front() else {
                if self.add_uncalled(first_object)? {
                    open.extend(n_entries..self.entries.borrow().len());
                    continue;
                }
                return Ok(());
            };
            let entry = self.entries.borrow()[next].clone();
            let segment = self.begin_segment();
            let n_objects = self.heap.borrow().len() as u32;
            self.run_entry(&entry)?;
            self.run_new_entries(n_entries, n_objects)?;
            // What it changes for others is taken to come in any order.
            self.end_segment(&segment, true)?;
        }
    }

    fn run_entry(&self, entry: &Entry) -> Outcome<()> {
        self.turn.set(self.turn.get() + 1);
        self.begin_era();
        self.read.take();
        self.let_others_run();
        let closure = entry.func.object().and_then(|obj| self.closure_of(obj));
        let is_class = closure.is_some_and(|closure| matches!(closure.code, Code::Class { .. }));
        let (this, args) = (self.receiver(entry), self.params(entry));
        let end = if is_class {
            self.now(self.construct(entry.func.clone(), args, entry.func.clone(), None))
        } else {
            self.now(self.call(entry.func.clone(), this, args, None))
        };
        let end = match end {
            Ok(made) => self.go_through(made, entry),
            end => end,
        };
        // With arguments that are not known anything may be thrown.
        match end {
            Err(Abrupt::Stop(why)) => return Err(Abrupt::Stop(why)),
            Err(Abrupt::Throw(value)) => self.expect(&value)?,
            _ => {}
        }
        self.uncaught(Ok(()))?;
        self.drain()?;
        self.era.set(0);
        self.check_promises()
    }

    /// What becomes of a framework's objects is not known: what fails there may be a mistake of the machine's.
    fn expect(&self, thrown: &Value) -> Outcome<()> {
        if self.record.borrow().is_hosted && self.is_mistake(thrown) {
            return Err(Abrupt::Stop(MISTAKE));
        }
        Ok(())
    }

    /// Code from outside that is given a generator goes through it.
    fn go_through(&self, made: Value, entry: &Entry) -> Outcome<Value> {
        if !made.object().is_some_and(|obj| matches!(self.kind(obj), Kind::Generator { .. })) {
            return Ok(made);
        }
        let given = self.params(entry).swap_remove(0);
        self.now(self.call(
            self.base_value("goThrough"),
            Value::Undefined,
            vec![made, given, Value::Num(MAX_TURNS)],
            None,
        ))
    }

    /// Functions that no way through the program calls can be called from outside, with anything.
    fn add_uncalled(&self, first_object: u32) -> Outcome<bool> {
        if !self.record.borrow().is_last_round {
            return Ok(false);
        }
        // Those that others call may yet be called by these.
        for is_called in [false, true] {
            if let Some((func, home)) = self.next_uncalled(is_called, first_object) {
                let this = self.holder(func, home);
                self.register(&Value::Obj(func), &this, 0, None, &[])?;
                self.opened.set(0);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn next_uncalled(&self, is_called: bool, first_object: u32) -> Option<(Obj, Option<Obj>)> {
        let n_objects = self.heap.borrow().len() as u32;
        (first_object..n_objects).map(Obj).find_map(|obj| {
            let closure = self.closure_of(obj)?;
            let span = closure.span();
            if self.record.borrow().arguments.contains(&span) {
                // Code that is not known would have called it.
                self.record.borrow_mut().idle.insert(span);
                return None;
            }
            let record = self.record.borrow();
            let is_open = record.uncalled.contains(&span) && record.called.contains(&closure.name) == is_called;
            if !is_open || self.entered.borrow().contains(&span) || !self.tried.borrow_mut().insert(span) {
                return None;
            }
            Some((obj, closure.home))
        })
    }

    /// Whom a method is called on: an instance if there is one, or the object that it stands on. A framework makes
    /// something of its own of the objects that it is given.
    fn holder(&self, func: Obj, home: Option<Obj>) -> Value {
        if self.record.borrow().is_hosted {
            return Value::Undefined;
        }
        let heap = self.heap.borrow();
        let holds = |object: &super::value::Object| {
            object.props.values().any(|prop| match &prop.slot {
                Slot::Data(value) => value.object() == Some(func),
                Slot::Accessor { get, set } => get.object() == Some(func) || set.object() == Some(func),
            })
        };
        let home = home.or_else(|| heap.iter().position(|object| holds(object)).map(|at| Obj(at as u32)));
        let Some(home) = home else { return Value::Undefined };
        let instance = heap.iter().rposition(|object| object.proto.object() == Some(home));
        Value::Obj(instance.map_or(home, |at| Obj(at as u32)))
    }

    /// A member that nobody defines may be one that the library lacks.
    pub(super) fn note_missing(&self, base: &Value, key: &Key, value: &Value) -> Outcome<()> {
        if !matches!(value, Value::Undefined) || key.index().is_some() {
            return Ok(());
        }
        let is_library = match base {
            Value::Str(_) | Value::Num(_) | Value::Bool(_) | Value::Sym(_) => true,
            Value::Obj(obj) => self.closure_of(*obj).is_some_and(|closure| closure.file == super::LIBRARY),
            _ => false,
        };
        if is_library { Err(Abrupt::Stop("a member that the library lacks")) } else { Ok(()) }
    }
}
