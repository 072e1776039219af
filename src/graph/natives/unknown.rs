//! Code of which no model speaks, as functions: what goes in may come out, callbacks are called.
//! Knows no callee.

use super::tags::Tags;
use crate::graph::Via;
use crate::graph::symbols::{Sym, Symbols};
use crate::ir::builder::Builder;
use crate::ir::{CallKind, Cell, Func, Function, FunctionKind, Instr, Key, Name, Range, Val, content};
use crate::models::Effect;

const HERE: Range = Range { start: 0, end: 0 };

/// Code that is not known: its result may hold whatever goes in; callbacks, given as such or in an object, are called
/// with it. Those that are named after answers are called with something from elsewhere.
pub(super) fn unknown(tags: &mut Tags, symbols: &mut Symbols, has_receiver: bool) -> Function {
    let mut builder = Builder::new(Func(0), HERE, FunctionKind::default());
    let result = unknown_in(&mut builder, tags, symbols, has_receiver, &[]);
    builder.push(Instr::Return { val: result }, HERE);
    builder.finish()
}

/// The same for code that is called with `new`. A function that it is given may be what a promise is made with: it gets
/// functions, and what these are called with is what the new object resolves to or is rejected with.
pub(super) fn unknown_new(tags: &mut Tags, symbols: &mut Symbols) -> Vec<Function> {
    let mut builder = Builder::new(Func(0), HERE, FunctionKind::default());
    let ends = [content::PROMISE, "error"];
    let handed: Vec<Val> = (1..=ends.len() as u32)
        .map(|func| {
            let dst = builder.value(HERE);
            builder.push(Instr::Closure { dst, func: Func(func) }, HERE);
            dst
        })
        .collect();
    let result = unknown_in(&mut builder, tags, symbols, true, &handed);
    let mut functions = Vec::new();
    for (func, end) in (1..).zip(ends) {
        let cell = builder.cell();
        let val = builder.value(HERE);
        builder.push(Instr::LoadCell { dst: val, owner: Func(0), cell }, HERE);
        builder.store(result, Key::Content(Name(symbols.intern(end).0)), val, HERE);
        functions.push(keeping(Func(func), cell));
    }
    builder.push(Instr::Return { val: result }, HERE);
    functions.insert(0, builder.finish());
    functions
}

/// What such code does; `handed` are the functions that a callback gets.
fn unknown_in(
    builder: &mut Builder,
    tags: &mut Tags,
    symbols: &mut Symbols,
    has_receiver: bool,
    handed: &[Val],
) -> Val {
    let tag = tags.deep_step(Effect::Taint, Via::Unknown, None);
    let args = builder.arguments();
    let this = builder.this();
    let opaque = Name(symbols.intern("Opaque").0);
    let [own, options, answers, passed] = [content::OWN, content::OPTIONS, content::ANSWERS, content::HANDED]
        .map(|name| Key::Content(Name(symbols.intern(name).0)));
    let result = builder.alloc(opaque, HERE);
    let arg = builder.load(args, Key::Any, HERE);
    builder.push(Instr::Deep { dst: result, src: arg, tag }, HERE);
    if has_receiver {
        let src = builder.load(this, own, HERE);
        builder.push(Instr::Deep { dst: result, src, tag }, HERE);
    }
    let [receiver, answer] = [opaque, opaque].map(|ty| builder.alloc(ty, HERE));
    let [option, on_answer] = [options, answers].map(|key| builder.load(arg, key, HERE));
    // A function that was given back hands on what it is called with.
    let passed = builder.load(result, passed, HERE);
    let direct = builder.merge(vec![result, passed], HERE);
    for (callee, this, given) in [(arg, receiver, direct), (option, arg, result), (on_answer, arg, answer)] {
        let mut args = [given; 3];
        if callee == arg {
            for (arg, function) in args.iter_mut().zip(handed) {
                *arg = builder.merge(vec![*arg, *function], HERE);
            }
        }
        let back = builder.call(callee, Some(this), &args, CallKind::Quiet, HERE);
        builder.push(Instr::Deep { dst: result, src: back, tag }, HERE);
    }
    result
}

/// A call of a function that code which is not known gave back: what goes in may go on to the callbacks that code has.
pub(super) fn handing(symbols: &mut Symbols) -> Function {
    let mut builder = Builder::new(Func(0), HERE, FunctionKind::default());
    let args = builder.arguments();
    let this = builder.this();
    let arg = builder.load(args, Key::Any, HERE);
    let handed = Key::Content(Name(symbols.intern(content::HANDED).0));
    builder.store(this, handed, arg, HERE);
    builder.finish()
}

/// Calls the receiver's `then` with two functions: gives back what the one is called with, and throws what the other is.
pub(super) fn thenable(then: Sym) -> Vec<Function> {
    let mut builder = Builder::new(Func(0), HERE, FunctionKind::default());
    let this = builder.this();
    let cells = [builder.cell(), builder.cell()];
    let [resolve, reject] = [Func(1), Func(2)].map(|func| {
        let dst = builder.value(HERE);
        builder.push(Instr::Closure { dst, func }, HERE);
        dst
    });
    let then = builder.load(this, Key::Named(Name(then.0)), HERE);
    builder.call(then, Some(this), &[resolve, reject], CallKind::Quiet, HERE);
    let [val, error] = cells.map(|cell| {
        let dst = builder.value(HERE);
        builder.push(Instr::LoadCell { dst, owner: Func(0), cell }, HERE);
        dst
    });
    let handler = builder.thrown;
    builder.push(Instr::Throw { handler, val: error }, HERE);
    builder.push(Instr::Return { val }, HERE);
    vec![builder.finish(), keeping(Func(1), cells[0]), keeping(Func(2), cells[1])]
}

/// A function in the first one that keeps what it is called with in a cell of it.
fn keeping(func: Func, cell: Cell) -> Function {
    let mut builder = Builder::new(func, HERE, FunctionKind { is_arrow: true, ..FunctionKind::default() });
    builder.function.parent = Some(Func(0));
    let param = builder.param(HERE);
    builder.push(Instr::StoreCell { owner: Func(0), cell, val: param }, HERE);
    builder.finish()
}
