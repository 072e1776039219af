//! A tree becomes functions of blocks of instructions in SSA form. One file at a time, without a look at another file.
//! Knows the language and nothing of mini-programs.
//!
//! Every value is assigned once. Variables that no closure shares are gone after [`passes::ssa`]; captured ones live in
//! *cells* of the function that owns them. What depends on other files (imports, globals, callees) stays symbolic for
//! `graph`.

mod bodies;
pub mod builder;
pub mod constant;
pub mod hints;
mod lower;
pub mod passes;
mod patterns;
mod scope;
pub mod template;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use crate::base::{FileId, Span};
pub use lower::{content, lower};
pub(crate) use passes::ssa::{for_each_read, made};
pub(crate) use scope::{BindingId, BindingKind, Scopes};

/// A value of a function; an index into [`Function::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Val(pub u32);

/// A function of a module; an index into [`Module::functions`]. The module's own code is function 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Func(pub u32);

/// A name of a module; an index into [`Module::names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub u32);

/// A variable of a function that closures share; an index into its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell(pub u32);

/// A block of a function; an index into [`Function::blocks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u32);

/// Everything in one file.
#[derive(Debug)]
pub struct Module {
    /// The file.
    pub file: FileId,
    /// Names and strings by [`Name`].
    pub names: Vec<String>,
    /// Functions by [`Func`]; the first is the code at the top.
    pub functions: Vec<Function>,
    /// Whether `import` or `export` stands in it.
    pub is_esm: bool,
    /// Names that are defined as getters or setters somewhere in the file.
    pub accessors: Vec<Name>,
    /// Names from outside that classes of the file extend.
    pub extended: Vec<Name>,
    /// Named templates of a WXML file.
    pub templates: Vec<(Name, Func)>,
    /// Files whose named templates a WXML file can use.
    pub template_imports: Vec<Name>,
    /// The request by which a template names a script that stands in itself.
    pub inline: Option<String>,
}

/// What sort of function it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunctionKind {
    /// Returns a promise.
    pub is_async: bool,
    /// Returns an iterator.
    pub is_generator: bool,
    /// Takes `this` from where it stands.
    pub is_arrow: bool,
    /// Is a class constructor.
    pub is_constructor: bool,
    /// Has the global object for `this` where a call gives none.
    pub is_sloppy: bool,
}

/// A function.
#[derive(Debug, Default)]
pub struct Function {
    /// Its name, as far as the text gives it one.
    pub name: Option<Name>,
    /// Whether it is declared under this name at the top of its module.
    pub is_declared: bool,
    /// Where it stands, in bytes of the file.
    pub at: Range,
    /// The function that it stands in.
    pub parent: Option<Func>,
    /// What sort it is.
    pub kind: FunctionKind,
    /// The values that the arguments arrive in; patterns and defaults are code in the body.
    pub params: Vec<Val>,
    /// The array of the arguments from this index on, for a rest parameter.
    pub rest: Option<(u32, Val)>,
    /// The receiver.
    pub this: Option<Val>,
    /// The `arguments` object, where it is used.
    pub arguments: Option<Val>,
    /// Errors that leave the function.
    pub thrown: Option<Val>,
    /// Code within `try`.
    pub tries: Vec<Try>,
    /// Where each value comes from in the text.
    pub values: Vec<Range>,
    /// How many more there were while it was made.
    pub n_dropped: usize,
    /// How many cells it owns.
    pub cells: u32,
    /// The code; the first block is the entry.
    pub blocks: Vec<Block>,
    /// Values that are certainly not undefined.
    pub defined: FixedBitSet,
    /// Values that are constants.
    pub literals: FixedBitSet,
    /// Properties that every call gives to its receiver.
    pub own: Vec<Name>,
    /// Constants that are no truth: `false`, `0`, `''`, `null`.
    pub falsy: FixedBitSet,
    /// Values that are true or false as others are.
    pub echoes: Vec<Echo>,
    /// Values that are true or false by how two others compare, neither of which the text says.
    pub comparisons: Vec<Comparison>,
    /// Calls of a model's function behind which its user has agreed.
    pub grants: Vec<Grant>,
    /// What blocks depend on.
    pub tests: Vec<Test>,
    /// What tags of a template depend on.
    pub conditions: Vec<Condition>,
    /// The parameter that names what it keeps.
    pub keyed: Option<Keyed>,
    /// The parameters of a function that puts one into another under a name, and does nothing else with it.
    pub puts: Option<Puts>,
    /// Calls that are given a name and what an object holds under it.
    pub named: FxHashMap<Val, Named>,
    /// Values that are elements of lists which are read several at a time.
    pub turns: FxHashMap<Val, Turn>,
}

/// A parameter that names what a function keeps or hands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// The parameter, from 0.
    pub param: u32,
    /// The property of it that holds the name, where it is a pair of that and of what is named; else it is the name.
    pub field: Option<Name>,
}

/// Parameters of a function that puts one into another under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Puts {
    /// The object that it is put into.
    pub obj: u32,
    /// The name.
    pub name: u32,
    /// What is put there.
    pub val: u32,
}

/// A call that is given a name, and what an object holds under that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The argument that is the name.
    pub name: u32,
    /// The argument that is held under it.
    pub val: u32,
    /// The object.
    pub obj: Val,
}

/// Code within `try`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// All of it.
    pub code: Range,
    /// Where errors go that come up in it.
    pub caught: Val,
    /// The block that runs then, if it is that of a `catch`.
    pub handler: Option<BlockId>,
}

/// Which of several elements that are read in turn: those at `index`, `index + of`, `index + 2 * of` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Turn {
    /// The index of the first.
    pub index: u8,
    /// How many there are in a turn.
    pub of: u8,
}

/// A fact that must hold for a tag of a template to be there, with all those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// A value.
    pub val: Val,
    /// Whether it must be true, or false.
    pub wanted: bool,
    /// The condition that must hold too; it has a lower index.
    pub before: Option<u32>,
}

/// `dst` is true where `val` is, or where it is not: `!val`, `val === true`, `val.length > 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Echo {
    /// The truth value.
    pub dst: Val,
    /// What it depends on.
    pub val: Val,
    /// Whether they agree.
    pub is_same: bool,
    /// The text that `val` is where they do, if it is compared with one.
    pub text: Option<Name>,
}

/// `dst` is true or false by how two values compare: `a < b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The truth value.
    pub dst: Val,
    /// What is compared.
    pub sides: [Val; 2],
}

/// The way that control takes by the truth of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The value.
    pub val: Val,
    /// Where control goes if it is true.
    pub on_true: BlockId,
    /// And if not.
    pub on_false: BlockId,
}

/// Behind what lies in a model's function its user has agreed; `gate` is the model's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The gate.
    pub gate: u32,
    /// The result of the call that is made only then; the promise that the function makes if there is none.
    pub call: Option<Val>,
}

/// A range of bytes in the module's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Range {
    /// The span in `file`.
    pub fn in_file(self, file: FileId) -> Span {
        Span::new(file, self.start, self.end)
    }
}

/// Straight-line code.
#[derive(Debug, Default)]
pub struct Block {
    /// What is done, in order, and where it stands.
    pub code: Vec<(Instr, Range)>,
    /// Where control goes.
    pub next: Vec<BlockId>,
    /// Whether control can get here (literal conditions count).
    pub is_reachable: bool,
    /// Whether it ends with an error that is thrown.
    pub throws: bool,
    /// Runs only in calls that leave something out.
    pub when: Option<When>,
    /// By what value control chooses among `next`, where the text says it.
    pub branch: Option<Branch>,
    /// Runs only if these of the function's tests may hold, a bit for each.
    pub tests: u64,
}

/// A test of a value that a block depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Test {
    /// The value.
    pub val: Val,
    /// The argument that it is, if it is one.
    pub arg: Option<u32>,
    /// The object of which it is a property that the text names, if it is one.
    pub holder: Option<Val>,
    /// What is asked of it.
    pub asks: Asks,
}

/// What a test asks of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// It is this text, or the number with it.
    Equals(Name),
    /// It is something else.
    Differs(Name),
    /// `typeof` says this of it.
    OfType(Name),
    /// `typeof` says something else.
    NotOfType(Name),
    /// It counts as true.
    Truthy,
    /// It counts as false.
    Falsy,
}

/// What a test says of a property: it is this text, or something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Told {
    /// The property.
    pub key: Name,
    /// The text.
    pub text: Name,
    /// Whether it is.
    pub is_it: bool,
}

/// A condition on an argument of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The argument, from 0.
    pub arg: u32,
    /// What must be the case.
    pub lacks: Lacks,
}

/// What an argument lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// It is absent.
    Presence,
    /// It is absent, or may be undefined.
    Value,
    /// It is absent, or a constant: nothing that could be called.
    Function,
}

/// The name of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A property or an index that the text gives.
    Named(Name),
    /// The property whose name a value holds.
    Computed(Val),
    /// Any element or property.
    Any,
    /// A content that is no property: what a promise resolves to, the prototype, what an iterator yields.
    Content(Name),
}

/// A constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Text.
    String(Name),
    /// Numbers, regular expressions: values that hold nothing.
    Plain,
    /// `true`, or what counts as false: `false` and `null`.
    Truth(bool),
    /// `undefined`, and variables before their first value.
    Undefined,
}

/// An argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arg {
    /// The value.
    pub val: Val,
    /// `...val`
    pub is_spread: bool,
}

/// How a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// `f(x)`, `o.m(x)`, `` f`x` ``
    Call,
    /// `new F(x)`
    New,
    /// `super(x)`: the receiver is the object under construction.
    Super,
    /// Made for the runtime's sake (iteration, accessors, options callbacks): only functions that are known are called.
    Quiet,
}

/// A callee as the text names it: `http.post` where `http` is a name of the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What the root is bound to, if that is `require('request')` or imported from it, and the members from there on.
    pub required: Option<Required>,
    /// The names from the root on; none where the text requires the module on the spot.
    pub names: Vec<Name>,
    /// Whether the names count only where nothing is known of the callee: the root is a parameter, or a variable of an
    /// inner scope, and may mean something of the program's own.
    pub is_guess: bool,
}

/// A module, or a member of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required {
    /// The request.
    pub request: Name,
    /// The way from what it gives.
    pub members: Vec<Name>,
}

/// What an operator does to what goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// Texts put together.
    Concat,
    /// Something computed.
    Compute,
    /// Whether two values are the same, as templates ask: nothing of them is in the answer.
    Equal,
}

/// One instruction.
#[derive(Clone, Debug)]
pub enum Instr {
    /// A constant.
    Const { dst: Val, literal: Literal },
    /// A new object; `ty` names its built-in type, `keys` are the properties that it certainly has.
    Alloc { dst: Val, ty: Name, keys: Vec<Name> },
    /// A new function object.
    Closure { dst: Val, func: Func },
    /// The same value under another name.
    Copy { dst: Val, src: Val },
    /// One of these values.
    Phi { dst: Val, srcs: Vec<Val> },
    /// `obj.key`
    Load { dst: Val, obj: Val, key: Key },
    /// `obj.key = val`
    Store { obj: Val, key: Key, val: Val },
    /// `delete obj.key`
    Delete { obj: Val, key: Key },
    /// All properties of `src` under their own names into `obj`, without `except`.
    CopyProps { obj: Val, src: Val, except: Vec<Name> },
    /// `obj[key] = src[key]`
    CopyKey { obj: Val, src: Val, key: Val },
    /// What each property of `src` resolves to, under the same name into `obj`; with `within`, as that property of an
    /// object there.
    AwaitProps { obj: Val, src: Val, within: Option<Name> },
    /// The content of `obj` as an object to write into, made where there is none.
    Open { dst: Val, obj: Val, content: Name },
    /// A captured variable of this function or of one around it.
    LoadCell { dst: Val, owner: Func, cell: Cell },
    /// The same, written.
    StoreCell { owner: Func, cell: Cell, val: Val },
    /// The receiver of a function around an arrow function.
    OuterThis { dst: Val, owner: Func },
    /// The arguments object of a function around an arrow function.
    OuterArguments { dst: Val, owner: Func },
    /// A name that the file does not bind.
    LoadGlobal { dst: Val, name: Name },
    /// The same, written.
    StoreGlobal { name: Name, val: Val },
    /// A call.
    Call(Box<Call>),
    /// An operator.
    Op { dst: Val, op: Operator, args: Vec<Val> },
    /// What a module exports (CommonJS view).
    Import { dst: Val, request: Name },
    /// This module's `module` object.
    Module { dst: Val },
    /// `await val`
    Await { dst: Val, val: Val },
    /// An element of what is iterated.
    Iterate { dst: Val, src: Val },
    /// The value itself, unless it is a list.
    Single { dst: Val, src: Val },
    /// The value itself, where a list holds nothing.
    Unheld { dst: Val, src: Val, list: Val },
    /// The value itself, unless it is this function.
    Except { dst: Val, src: Val, func: Func },
    /// The value itself, unless it is an object of which a test of a property says that it is another.
    Refine { dst: Val, src: Val, told: Told },
    /// `dst` is what parsing `src` makes, where that is no text made of a value of the program's own.
    Parse { dst: Val, src: Val },
    /// The names of the properties.
    Keys { dst: Val, src: Val },
    /// `yield val`; with `all`, everything that `val` yields. `dst` is what `next(x)` hands in; what `throw(x)` hands in
    /// goes to the handler.
    Yield { dst: Val, val: Val, all: bool, handler: Val },
    /// `return val`
    Return { val: Val },
    /// `throw val`, to the handler in this function or out of it.
    Throw { handler: Val, val: Val },
    /// Everything that `src` holds, at any depth, makes up `dst`.
    Deep { dst: Val, src: Val, tag: Tag },
    /// Data comes in from outside; `tag` is the model's business.
    Origin { dst: Val, tag: u32 },
    /// A tag of a template.
    Tag(Box<template::Tag>),
    /// A use of a template.
    Template(Box<template::TemplateUse>),
    /// `val` is shown as text; `out` stands at the place, `label` is the text right before it.
    Shown { val: Val, out: Val, label: Option<Name> },
    /// `val` goes out, with all that it holds.
    Outlet { val: Val, tag: u32 },
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What comes back.
    pub dst: Val,
    /// The function.
    pub callee: Val,
    /// The receiver.
    pub this: Option<Val>,
    /// The arguments.
    pub args: Vec<Arg>,
    /// How it is made.
    pub kind: CallKind,
    /// Where errors go: a handler in this function, or what leaves it.
    pub handler: Val,
    /// The callee as the text names it, where its root is bound in this module.
    pub written: Option<Written>,
    /// The name under which the callee was read from the receiver.
    pub method: Option<Name>,
}

/// What an edge made by a model stands for; `graph` and `models` agree on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u32);

impl Function {
    /// How large it is for those who look at sizes: all values that there were.
    pub fn size(&self) -> usize {
        self.values.len() + self.n_dropped
    }
}

impl Module {
    /// The text of a name.
    pub fn name(&self, name: Name) -> &str {
        &self.names[name.0 as usize]
    }

    /// A function by its id.
    pub fn function(&self, func: Func) -> &Function {
        &self.functions[func.0 as usize]
    }
}
