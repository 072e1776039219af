//! Models of one callee become one function: what they say of ports is written as loads, stores and calls.

use std::collections::BTreeMap;

use super::ModelRef;
use super::tags::{Mask, TagKind, Tags};
use crate::graph::Via;
use crate::graph::symbols::Symbols;
use crate::ir::builder::Builder;
use crate::ir::passes::guards::Outcome;
use crate::ir::{
    CallKind, Cell, Func, Function, FunctionKind, Grant, Instr, Key, Lacks, Literal, Name, Range, Val, When, content,
};
use crate::models::{Access, Base, Effect, Models, Port, StepFlow};

const HERE: Range = Range { start: 0, end: 0 };

/// The place among the arguments of a function that is handed out under which its receiver is kept.
const RECEIVER: u32 = u32::MAX;

/// Values on their way to a port, each with the rest of its path.
type Incoming = Vec<(Vec<Access>, Val)>;

/// A function that the callee calls.
#[derive(Default)]
struct Callback {
    params: BTreeMap<u32, Incoming>,
    this: Incoming,
    result: Option<Val>,
}

struct Compiler<'a> {
    builder: Builder,
    inner: Vec<Function>,
    symbols: &'a mut Symbols,
    tags: &'a mut Tags,
    is_new: bool,
    rests: BTreeMap<u32, Val>,
    returned: Incoming,
    makes: Option<String>,
    callbacks: BTreeMap<Port, Callback>,
    /// Functions handed out, with the cells that their arguments go to.
    given: BTreeMap<Port, BTreeMap<u32, Cell>>,
    /// Functions that are called only after consent, with the gates.
    granted: Vec<(Port, u32)>,
    /// What functions that are handed out give back.
    answers: BTreeMap<Port, Incoming>,
    /// What the callee itself gives back, where something of it depends on it.
    whole: Option<Val>,
}

/// The function (and functions that it hands out) for the models of a callee.
pub(super) fn compile(
    refs: &[ModelRef],
    is_new: bool,
    is_open: bool,
    models: &Models,
    tags: &mut Tags,
    symbols: &mut Symbols,
) -> Vec<Function> {
    let mut compiler = Compiler {
        builder: Builder::new(Func(0), HERE, FunctionKind::default()),
        inner: Vec::new(),
        symbols,
        tags,
        is_new,
        rests: BTreeMap::new(),
        returned: Vec::new(),
        makes: None,
        callbacks: BTreeMap::new(),
        given: BTreeMap::new(),
        granted: Vec::new(),
        answers: BTreeMap::new(),
        whole: None,
    };
    for _ in 0..n_params(refs, models) {
        compiler.builder.param(HERE);
    }
    for model in refs {
        match *model {
            ModelRef::Source(at) => compiler.source(at, models),
            ModelRef::Sink(at) => compiler.sink(at, models),
            ModelRef::Step(at) => compiler.step(&models.steps[at as usize]),
            ModelRef::Gate(at) => compiler.gate(at, models),
        }
    }
    if is_open {
        for name in &models.runtime.option_callbacks {
            let port = Port { base: Base::Arg(0), accesses: vec![Access::Property(name.clone())] };
            compiler.callbacks.entry(port).or_default().params.entry(0).or_default();
        }
    }
    compiler.finish()
}

/// How many parameters the ports speak of.
fn n_params(refs: &[ModelRef], models: &Models) -> u32 {
    let mut n = 1;
    let mut note = |port: &Port| note_params(port, &mut n);
    for model in refs {
        match *model {
            ModelRef::Source(at) => {
                let source = &models.sources[at as usize];
                source.outputs.iter().for_each(|output| note(&output.port));
                source.given.iter().for_each(&mut note);
            }
            ModelRef::Sink(at) => {
                let sink = &models.sinks[at as usize];
                sink.inputs.iter().chain(&sink.destination).for_each(&mut note);
            }
            ModelRef::Gate(at) => {
                let gate = &models.asks[at as usize];
                gate.granted.iter().for_each(&mut note);
                gate.results.iter().for_each(|result| note(&result.port));
                gate.when.iter().for_each(|(port, _)| note(port));
            }
            ModelRef::Step(at) => {
                let step = &models.steps[at as usize];
                step.calls.iter().for_each(&mut note);
                for flow in &step.flows {
                    note(&flow.from);
                    note(&flow.to);
                    flow.mask_when.iter().for_each(|(port, _)| note(port));
                }
            }
        }
    }
    n
}

fn note_params(port: &Port, n: &mut u32) {
    if let Base::Arg(index) = port.base {
        *n = (*n).max(index + 1);
    }
    for access in &port.accesses {
        if let Access::Computed(port) = access {
            note_params(port, n);
        }
    }
}

impl Compiler<'_> {
    fn name(&mut self, text: &str) -> Name {
        Name(self.symbols.intern(text).0)
    }

    fn source(&mut self, at: u32, models: &Models) {
        let source = &models.sources[at as usize];
        for (output, out) in source.outputs.iter().enumerate() {
            let (val, kind) = if source.role.is_unnamed() {
                (self.builder.value(HERE), TagKind::Unnamed)
            } else {
                (self.opaque(), TagKind::Source { source: at, output: output as u32 })
            };
            let tag = self.tags.mark(kind);
            self.builder.push(Instr::Origin { dst: val, tag }, HERE);
            let val = source.given.as_ref().map_or(val, |given| self.where_given(given, val));
            self.write(&out.port, val);
        }
    }

    /// `val`, for calls that give what it depends on.
    fn where_given(&mut self, given: &Port, val: Val) -> Val {
        let asked = self.read(given);
        self.builder.asked.push(asked);
        let dst = self.builder.value(HERE);
        let before = self.builder.current;
        let join = self.builder.block();
        self.builder.link(before, join);
        self.builder.current = self.builder.guarded(before, asked, Outcome::True);
        self.builder.push(Instr::Copy { dst, src: val }, HERE);
        self.builder.go(join);
        dst
    }

    fn sink(&mut self, at: u32, models: &Models) {
        let sink = &models.sinks[at as usize];
        for (input, port) in sink.inputs.iter().enumerate() {
            let val = self.read(port);
            let deep = self.tags.deep_step(Effect::Value, Via::Step, None);
            let out = self.builder.deep(val, deep, HERE);
            let tag = self.tags.mark(TagKind::Sink { sink: at, input: input as u32 });
            self.builder.push(Instr::Outlet { val: out, tag }, HERE);
        }
        if let Some(port) = &sink.destination {
            let val = self.read(port);
            let tag = self.tags.mark(TagKind::Destination { sink: at });
            self.builder.push(Instr::Outlet { val, tag }, HERE);
        }
    }

    fn gate(&mut self, at: u32, models: &Models) {
        let gate = &models.asks[at as usize];
        for (result, told) in (0..).zip(&gate.results) {
            let dst = self.builder.value(HERE);
            let tag = self.tags.mark(TagKind::Gate { gate: at, result });
            self.builder.push(Instr::Origin { dst, tag }, HERE);
            self.write(&told.port, dst);
        }
        for (condition, (port, _)) in (0..).zip(&gate.when) {
            let val = self.read(port);
            let tag = self.tags.mark(TagKind::GateText { gate: at, condition });
            self.builder.push(Instr::Outlet { val, tag }, HERE);
        }
        for (port, is) in &gate.tells_when {
            let val = self.read(port);
            let tag = self.tags.mark(TagKind::GateNotice { gate: at, is: *is });
            self.builder.push(Instr::Outlet { val, tag }, HERE);
        }
        for port in &gate.granted {
            if port.base == Base::Return {
                self.builder.function.grants.push(Grant { gate: at, call: None });
                self.makes.get_or_insert_with(|| "Promise".to_owned());
            } else {
                self.callbacks.entry(port.clone()).or_default();
                self.granted.push((port.clone(), at));
            }
        }
    }

    fn step(&mut self, step: &crate::models::Step) {
        if let Some(ty) = &step.makes {
            self.makes = Some(ty.clone());
        } else if step.flows.iter().all(|flow| flow.to.base != Base::Return) {
            // The result says nothing of what went in.
            let val = self.builder.plain(HERE);
            self.returned.push((Vec::new(), val));
        }
        for flow in &step.flows {
            self.flow(flow);
        }
        for port in &step.calls {
            self.callbacks.entry(port.clone()).or_default();
        }
    }

    fn flow(&mut self, flow: &StepFlow) {
        if self.properties(flow) {
            return;
        }
        let val = self.read(&flow.from);
        let val = if flow.effect == Effect::Value && flow.mask_when.is_none() {
            val
        } else {
            let mask =
                flow.mask_when.as_ref().map(|(port, pattern)| Mask { val: self.read(port), pattern: pattern.clone() });
            let tag = self.tags.deep_step(flow.effect, Via::Step, mask);
            let dst = self.builder.deep(val, tag, HERE);
            self.builder.push(Instr::Const { dst, literal: Literal::Plain }, HERE);
            dst
        };
        let val = self.conditional(flow, val);
        self.write(&flow.to, val);
    }

    /// `val`, for calls that leave out what the flow depends on.
    fn conditional(&mut self, flow: &StepFlow, val: Val) -> Val {
        let conditions = [(&flow.unless_given, Lacks::Presence), (&flow.unless_called, Lacks::Function)];
        let mut val = val;
        for (port, lacks) in conditions {
            if let Some(Port { base: Base::Arg(arg), .. }) = port {
                let dst = self.builder.value(HERE);
                self.builder.only(When { arg: *arg, lacks }, |builder| {
                    builder.push(Instr::Copy { dst, src: val }, HERE);
                });
                val = dst;
            }
        }
        if let Some(list) = &flow.unless_held {
            let (list, dst) = (self.read(list), self.builder.value(HERE));
            self.builder.push(Instr::Unheld { dst, src: val, list }, HERE);
            return dst;
        }
        val
    }

    /// A flow of all properties under their own names: as they are, or what they resolve to.
    fn properties(&mut self, flow: &StepFlow) -> bool {
        let split = |port: &Port| {
            let at = port.accesses.iter().position(|access| *access == Access::Properties)?;
            let holder = Port { base: port.base.clone(), accesses: port.accesses[..at].to_vec() };
            Some((holder, port.accesses[at + 1..].to_vec()))
        };
        let (Some((from, behind)), Some((to, within))) = (split(&flow.from), split(&flow.to)) else { return false };
        let src = self.read(&from);
        let obj = if to.base == Base::Return && !self.is_new {
            let ty = match (&to.accesses[..], &self.makes) {
                ([], Some(makes)) => makes.clone(),
                ([], None) => "Object".to_owned(),
                _ => "Array".to_owned(),
            };
            let ty = self.name(&ty);
            let obj = self.builder.alloc(ty, HERE);
            self.returned.push((to.accesses, obj));
            obj
        } else {
            self.open(&to)
        };
        let is_awaited = matches!(&behind[..], [Access::Content(name)] if name == content::PROMISE);
        let within = match &within[..] {
            [Access::Property(name)] => Some(self.name(name)),
            _ => None,
        };
        self.builder.push(
            if is_awaited {
                Instr::AwaitProps { obj, src, within }
            } else {
                Instr::CopyProps { obj, src, except: Vec::new() }
            },
            HERE,
        );
        true
    }

    fn opaque(&mut self) -> Val {
        let ty = self.name("Opaque");
        self.builder.alloc(ty, HERE)
    }

    /// The value that a port begins with.
    fn base(&mut self, base: &Base) -> Val {
        match base {
            Base::Arg(index) => self.builder.function.params[*index as usize],
            Base::ArgsFrom(from) => self.rest(*from),
            Base::This => self.builder.this(),
            Base::Return if self.is_new => self.builder.this(),
            Base::Store(name) => {
                let name = self.name(&format!("{}{name}", crate::graph::api::STORE));
                let dst = self.builder.value(HERE);
                self.builder.push(Instr::LoadGlobal { dst, name }, HERE);
                dst
            }
            Base::Return => {
                let whole = self.whole.unwrap_or_else(|| self.builder.value(HERE));
                self.whole = Some(whole);
                whole
            }
            Base::Throw => {
                let ty = self.name("Error");
                let error = self.builder.alloc(ty, HERE);
                self.throw(error);
                error
            }
            Base::Detail | Base::Param | Base::Callee => self.builder.plain(HERE),
        }
    }

    fn throw(&mut self, val: Val) {
        let handler = self.builder.thrown;
        self.builder.push(Instr::Throw { handler, val }, HERE);
    }

    /// Any of the arguments from an index on.
    fn rest(&mut self, from: u32) -> Val {
        if let Some(&val) = self.rests.get(&from) {
            return val;
        }
        let args = match (from, self.builder.function.rest) {
            (0, _) => self.builder.arguments(),
            (_, Some((known, val))) if known == from => val,
            (_, None) => {
                let val = self.builder.value(HERE);
                self.builder.function.rest = Some((from, val));
                val
            }
            // A second index: the array that begins earlier holds them too.
            (_, Some((_, val))) => val,
        };
        let val = self.builder.load(args, Key::Any, HERE);
        self.rests.insert(from, val);
        val
    }

    fn key(&mut self, access: &Access) -> Option<Key> {
        Some(match access {
            Access::Property(name) => Key::Named(self.name(name)),
            Access::Index(index) => Key::Named(self.name(&index.to_string())),
            Access::Element | Access::Properties => Key::Any,
            Access::Content(name) => Key::Content(self.name(name)),
            Access::Computed(port) => Key::Computed(self.read(port)),
            Access::Param(_) | Access::Receiver | Access::Return | Access::Arg(_) => return None,
        })
    }

    /// The value at a port.
    fn read(&mut self, port: &Port) -> Val {
        let mut val = self.base(&port.base);
        for (at, access) in port.accesses.iter().enumerate() {
            let view = if let Access::Content(name) = access { name.as_str() } else { "" };
            if let Some(seen) = self.view(view, val) {
                val = seen;
                continue;
            }
            let before = || Port { base: port.base.clone(), accesses: port.accesses[..at].to_vec() };
            val = match access {
                Access::Return => self.result_of(before()),
                Access::Arg(index) => self.handed_in(before(), *index),
                Access::Receiver if before().base == Base::Return => self.handed_in(before(), RECEIVER),
                Access::Param(index) => self.handed_over(&before(), *index).unwrap_or(val),
                // A parameter of a callback is read only through what the program passes to it.
                Access::Receiver => val,
                other => match self.key(other) {
                    Some(key) => self.builder.load(val, key, HERE),
                    None => val,
                },
            };
        }
        val
    }

    /// What is taken of a value: what iterating it gives, what it comes to if it is a promise, its elements if it is a
    /// list, itself if it is none, its text if it is one, an object if it is a text of which nothing is known.
    fn view(&mut self, name: &str, src: Val) -> Option<Val> {
        match name {
            "each" => Some(self.each(src)),
            "iterated" => Some(self.iterated(src)),
            "awaited" => {
                let dst = self.builder.value(HERE);
                self.builder.push(Instr::Await { dst, val: src }, HERE);
                Some(dst)
            }
            "elements" => {
                let dst = self.builder.value(HERE);
                self.builder.push(Instr::Iterate { dst, src }, HERE);
                Some(dst)
            }
            "single" => {
                let dst = self.builder.value(HERE);
                self.builder.push(Instr::Single { dst, src }, HERE);
                Some(dst)
            }
            "parsed" => {
                let dst = self.builder.value(HERE);
                self.builder.push(Instr::Parse { dst, src }, HERE);
                Some(dst)
            }
            "text" => {
                let tag = self.tags.text_step();
                let dst = self.builder.deep(src, tag, HERE);
                self.builder.push(Instr::Const { dst, literal: Literal::Plain }, HERE);
                Some(dst)
            }
            _ => None,
        }
    }

    /// What iterating a value gives.
    fn each(&mut self, src: Val) -> Val {
        let dst = self.builder.value(HERE);
        self.builder.push(Instr::Iterate { dst, src }, HERE);
        let others = self.iterated(src);
        self.builder.merge(vec![dst, others], HERE)
    }

    /// The same of what is no list.
    fn iterated(&mut self, src: Val) -> Val {
        let [yields, items, maker, next] =
            [content::YIELD, "items", content::ITERATOR, content::NEXT].map(|name| Key::Content(self.name(name)));
        let mut found = vec![self.builder.load(src, yields, HERE), self.builder.load(src, items, HERE)];
        let maker = self.builder.load(src, maker, HERE);
        let iterator = self.builder.call(maker, Some(src), &[], CallKind::Quiet, HERE);
        found.push(self.builder.load(iterator, yields, HERE));
        let next = self.builder.load(iterator, next, HERE);
        let result = self.builder.call(next, Some(iterator), &[], CallKind::Quiet, HERE);
        let awaited = self.builder.value(HERE);
        self.builder.push(Instr::Await { dst: awaited, val: result }, HERE);
        let value = Key::Named(self.name("value"));
        found.push(self.builder.load(awaited, value, HERE));
        self.builder.merge(found, HERE)
    }

    /// The object at a port, to write into: contents are made where there are none.
    fn open(&mut self, port: &Port) -> Val {
        let Some((Access::Content(name), before)) = port.accesses.split_last() else { return self.read(port) };
        let obj = self.open(&Port { base: port.base.clone(), accesses: before.to_vec() });
        let content = self.name(name);
        let dst = self.builder.value(HERE);
        self.builder.push(Instr::Open { dst, obj, content }, HERE);
        dst
    }

    fn result_of(&mut self, callback: Port) -> Val {
        if let Some(result) = self.callbacks.get(&callback).and_then(|callback| callback.result) {
            return result;
        }
        let result = self.builder.value(HERE);
        self.callbacks.entry(callback).or_default().result = Some(result);
        result
    }

    /// What a callback is given, as far as the flows before say it.
    fn handed_over(&self, callback: &Port, index: u32) -> Option<Val> {
        match &self.callbacks.get(callback)?.params.get(&index)?[..] {
            [(path, val)] if path.is_empty() => Some(*val),
            _ => None,
        }
    }

    /// What the program passes to a function that is handed out to it.
    fn handed_in(&mut self, function: Port, index: u32) -> Val {
        let known = self.given.get(&function).and_then(|cells| cells.get(&index)).copied();
        let cell = known.unwrap_or_else(|| self.builder.cell());
        self.given.entry(function).or_default().insert(index, cell);
        let dst = self.builder.value(HERE);
        self.builder.push(Instr::LoadCell { dst, owner: Func(0), cell }, HERE);
        dst
    }

    /// Sends a value to a port.
    fn write(&mut self, port: &Port, val: Val) {
        if let Some(at) = port.accesses.iter().position(|access| matches!(access, Access::Param(_) | Access::Receiver))
        {
            let callback = Port { base: port.base.clone(), accesses: port.accesses[..at].to_vec() };
            let rest = port.accesses[at + 1..].to_vec();
            let callback = self.callbacks.entry(callback).or_default();
            let incoming = match port.accesses[at] {
                Access::Param(index) => callback.params.entry(index).or_default(),
                _ => &mut callback.this,
            };
            incoming.push((rest, val));
            return;
        }
        if let Some(at) = port.accesses.iter().position(|access| *access == Access::Return) {
            let function = Port { base: port.base.clone(), accesses: port.accesses[..at].to_vec() };
            self.given.entry(function.clone()).or_default();
            self.answers.entry(function).or_default().push((port.accesses[at + 1..].to_vec(), val));
            return;
        }
        if port.base == Base::Return && !self.is_new {
            self.returned.push((port.accesses.clone(), val));
            return;
        }
        let Some((last, before)) = port.accesses.split_last() else {
            match port.base {
                Base::Return => self.returned.push((Vec::new(), val)),
                // An argument or the receiver stays what it is, and holds the data from then on.
                Base::Arg(_) | Base::This => {
                    let obj = self.base(&port.base);
                    self.builder.store(obj, Key::Any, val, HERE);
                }
                Base::Throw => self.throw(val),
                _ => {}
            }
            return;
        };
        let obj = self.open(&Port { base: port.base.clone(), accesses: before.to_vec() });
        let key = match last {
            Access::Element => Some(Key::Content(self.name(content::ELEMENT))),
            _ => self.key(last),
        };
        if let Some(key) = key {
            self.builder.store(obj, key, val, HERE);
        }
    }

    /// A value made of parts: an object with them in it, or the parts themselves.
    fn assemble(&mut self, incoming: Incoming, ty: Option<&str>) -> Val {
        let mut wholes = Vec::new();
        let mut parts: BTreeMap<Access, Incoming> = BTreeMap::new();
        for (path, val) in incoming {
            match path.split_first() {
                None => wholes.push(val),
                Some((first, rest)) => parts.entry(first.clone()).or_default().push((rest.to_vec(), val)),
            }
        }
        if !parts.is_empty() || ty.is_some() {
            let ty = ty.map_or_else(|| type_of(parts.keys().next()), str::to_owned);
            let ty = self.name(&ty);
            // What is said to be an object is there, and is no more than that.
            let mut keys = Vec::new();
            for (access, incoming) in &parts {
                if incoming.iter().all(|(path, _)| !path.is_empty())
                    && let Some(Key::Named(name)) = self.key(access)
                {
                    keys.push(name);
                }
            }
            let obj = self.builder.value(HERE);
            self.builder.push(Instr::Alloc { dst: obj, ty, keys }, HERE);
            for (access, incoming) in parts {
                let val = self.assemble(incoming, None);
                if let Some(key) = self.key(&access) {
                    self.builder.store(obj, key, val, HERE);
                }
            }
            wholes.push(obj);
        }
        if wholes.is_empty() { self.opaque() } else { self.builder.merge(wholes, HERE) }
    }

    fn finish(mut self) -> Vec<Function> {
        self.hand_out();
        let callbacks = std::mem::take(&mut self.callbacks);
        for (port, callback) in callbacks {
            let callee = self.read(&port);
            let n_params = callback.params.keys().next_back().map_or(0, |last| last + 1);
            let mut params = callback.params;
            let args: Vec<Val> =
                (0..n_params).map(|index| self.assemble(params.remove(&index).unwrap_or_default(), None)).collect();
            let this = (!callback.this.is_empty()).then(|| self.assemble(callback.this, None));
            let result = self.builder.call(callee, this, &args, CallKind::Quiet, HERE);
            for (_, gate) in self.granted.iter().filter(|(granted, _)| *granted == port) {
                self.builder.function.grants.push(Grant { gate: *gate, call: Some(result) });
            }
            if let Some(dst) = callback.result {
                self.builder.push(Instr::Copy { dst, src: result }, HERE);
            }
        }
        self.reject();
        let returned = std::mem::take(&mut self.returned);
        let makes = if self.is_new { None } else { self.makes.take() };
        if !returned.is_empty() || makes.is_some() {
            let val = self.assemble(returned, makes.as_deref());
            if let Some(dst) = self.whole {
                self.builder.push(Instr::Copy { dst, src: val }, HERE);
            }
            self.builder.push(Instr::Return { val }, HERE);
        }
        if self.is_new {
            self.builder.this();
        }
        let mut functions = vec![self.builder.finish()];
        functions.append(&mut self.inner);
        functions
    }

    /// What callbacks throw rejects the promise that the callee makes.
    fn reject(&mut self) {
        if self.makes.as_deref() != Some("Promise") {
            return;
        }
        let thrown = self.builder.thrown;
        self.builder.function.thrown = None;
        let error = Access::Content("error".to_owned());
        self.write(&Port { base: Base::Return, accesses: vec![error] }, thrown);
    }

    /// Functions that callbacks and callers get: what they are called with goes to cells.
    fn hand_out(&mut self) {
        for (port, cells) in std::mem::take(&mut self.given) {
            let func = Func(self.inner.len() as u32 + 1);
            let is_arrow = !cells.contains_key(&RECEIVER);
            let mut inner = Builder::new(func, HERE, FunctionKind { is_arrow, ..FunctionKind::default() });
            inner.function.parent = Some(Func(0));
            let n_params = cells.range(..RECEIVER).next_back().map_or(0, |(last, _)| last + 1);
            let params: Vec<Val> = (0..n_params).map(|_| inner.param(HERE)).collect();
            for (index, cell) in cells {
                let val = if index == RECEIVER { inner.this() } else { params[index as usize] };
                inner.push(Instr::StoreCell { owner: Func(0), cell, val }, HERE);
            }
            if let Some(answer) = self.answers.remove(&port) {
                let answer = self.assemble(answer, None);
                let cell = self.builder.cell();
                self.builder.push(Instr::StoreCell { owner: Func(0), cell, val: answer }, HERE);
                let val = inner.value(HERE);
                inner.push(Instr::LoadCell { dst: val, owner: Func(0), cell }, HERE);
                inner.push(Instr::Return { val }, HERE);
            }
            self.inner.push(inner.finish());
            let dst = self.builder.value(HERE);
            self.builder.push(Instr::Closure { dst, func }, HERE);
            self.write(&port, dst);
        }
    }
}

/// The type of an object by the first of its parts.
fn type_of(part: Option<&Access>) -> String {
    match part {
        Some(Access::Content(name)) if name == "promise" || name == "error" => "Promise",
        Some(Access::Content(name)) if name == "target" || name == "handler" => "Proxy",
        Some(Access::Index(_) | Access::Element) => "Array",
        _ => "Opaque",
    }
    .to_owned()
}
