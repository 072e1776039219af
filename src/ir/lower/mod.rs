//! The tree of a script becomes the functions of a [`Module`]. Inner functions are lowered after the one around them, so
//! that its constants are known.

mod assignments;
mod calls;
mod classes;
mod conditions;
mod constants;
mod exceptions;
pub(super) mod expressions;
mod functions;
mod modules;
mod objects;
mod patterns;
mod searches;
mod statements;

use std::collections::VecDeque;
use std::rc::Rc;

use indexmap::IndexSet;
use rustc_hash::{FxHashMap, FxHashSet};
use swc_common::{Span as SwcSpan, Spanned};
use swc_ecma_ast::{Expr, ExprOrSpread, Program};

use super::builder::{Builder, Draft, Var};
use super::constant::Constant;
use super::passes::arrays::Vocabulary;
use super::passes::compact::compact;
use super::passes::guards::{self, Fact};
use super::passes::wrapped;
use super::scope::{BindingId, BindingKind, Scopes};
use super::{BlockId, Cell, Func, Function, FunctionKind, Instr, Key, Literal, Module, Name, Range, Required, Val};
use crate::base::FileId;
use crate::syntax::FIRST_POSITION;
use crate::syntax::script::Script;
use classes::Heritage;
use exceptions::{Finalizer, Handler};
use functions::Pending;

/// Content names that the language itself gives a meaning to.
pub mod content {
    /// The prototype.
    pub const PROTO: &str = "proto";
    /// What a promise resolves to.
    pub const PROMISE: &str = "promise";
    /// What an iterator yields.
    pub const YIELD: &str = "yield";
    /// Prefix of a getter's content.
    pub const GET: &str = "get:";
    /// Prefix of a setter's content.
    pub const SET: &str = "set:";
    /// How a value is iterated, for all but arrays and texts.
    pub const ITERATOR: &str = "iterator";
    /// The methods by which the language asks for an iterator.
    pub const ITERATORS: [&str; 2] = ["@@iterator", "@@asyncIterator"];
    /// The `next` of an iterator that the program makes itself.
    pub const NEXT: &str = "next";
    /// Elements of an array behind those that it was made with.
    pub const TAIL: &str = "tail";
    /// Any element of what is used as a list: only ever stored, and kept where the object has its elements.
    pub const ELEMENT: &str = "element";
    /// The object itself where what it holds is its own: a module has what it hands out.
    pub const OWN: &str = "own";
    /// The properties of an object that is given to code that is not known, but those for answers.
    pub const OPTIONS: &str = "options";
    /// Those of them that are callbacks for answers.
    pub const ANSWERS: &str = "answers";
    /// What functions that code which is not known gave back are called with.
    pub const HANDED: &str = "handed";
    /// The methods that make a text or a number of an object.
    pub const CONVERSIONS: [&str; 3] = ["toString", "valueOf", "@@toPrimitive"];
    /// Those that make numbers.
    pub const NUMBERS: [&str; 2] = ["valueOf", "@@toPrimitive"];
}

/// Lowers a script.
pub fn lower(file: FileId, script: &Script) -> Module {
    let scopes = Scopes::of(&script.program);
    let mut lowerer = Lowerer::new(&scopes);
    lowerer.read_only = constants::read_only(&script.program, &scopes);
    lowerer.lower_top(&script.program);
    let names = lowerer.names.into_iter().collect();
    let mut functions: Vec<_> = lowerer.done.into_iter().map(Option::unwrap_or_default).collect();
    wrapped::note(&mut functions);
    functions.iter_mut().for_each(compact);
    let accessors = lowerer.accessors.iter().copied().collect();
    Module {
        file,
        names,
        functions,
        is_esm: script.is_module,
        accessors,
        extended: lowerer.extended.into_iter().collect(),
        templates: Vec::new(),
        template_imports: Vec::new(),
        inline: None,
    }
}

/// Where `break` and `continue` go.
struct Jump {
    label: Option<String>,
    on_break: BlockId,
    on_continue: Option<BlockId>,
    /// How many `try` with a finalizer are around.
    n_finalizers: usize,
}

/// An object that names or `this` mean in a piece of code: functions inside find it in a cell.
#[derive(Clone, Copy)]
struct With {
    owner: Func,
    cell: Cell,
    val: Val,
}

/// What is known while one function is lowered.
struct Context<'a> {
    builder: Builder,
    vars: FxHashMap<BindingId, Var>,
    handlers: Vec<Handler>,
    jumps: Vec<Jump>,
    finalizers: Vec<Finalizer<'a>>,
    n_copies: u32,
    /// Parameters that are plain names.
    params: Vec<Option<BindingId>>,
    /// Parameters that `arguments` holds under their index: what is written to one is written to both.
    aliases: FxHashMap<BindingId, usize>,
    /// Objects whose properties names may mean here, the innermost last.
    withs: Vec<With>,
    /// The class of which a static field is set.
    class: Option<With>,
    pending_label: Option<String>,
    /// Functions whose variables are in their cells, since the block `shared_in` began or such a variable was written.
    shared: FxHashSet<Func>,
    shared_in: BlockId,
    /// Declared functions that no code so far can have called.
    unnamed: FxHashSet<Func>,
    /// What comparisons and names in conditions gave, by place.
    tested: FxHashMap<Range, Val>,
}

struct Lowerer<'a> {
    scopes: &'a Scopes,
    names: IndexSet<String>,
    done: Vec<Option<Function>>,
    queue: VecDeque<Pending<'a>>,
    /// Functions whose bodies were queued: code that stands in several places has them once.
    queued: FxHashSet<Func>,
    constants: FxHashMap<BindingId, Constant>,
    /// Constant fields of objects that nobody changes.
    fields: FxHashMap<BindingId, FxHashMap<String, Constant>>,
    /// What the descriptors are of that names stand for: an object and a name.
    descriptors: FxHashMap<BindingId, &'a [ExprOrSpread]>,
    /// Names of which only fields are read.
    read_only: FxHashSet<BindingId>,
    /// Names of rest parameters: lists.
    rests: FxHashSet<BindingId>,
    /// Namespaces that were begun.
    namespaces: FxHashSet<BindingId>,
    /// The module that a binding was imported or required from, with the members taken.
    requests: FxHashMap<BindingId, Required>,
    /// Functions that are declared at the top of the file.
    declared: FxHashSet<Func>,
    cells: Vec<Option<Cell>>,
    n_cells: Vec<u32>,
    /// Variables of others that each function and those in it read.
    captures: Vec<FxHashSet<BindingId>>,
    accessors: Rc<IndexSet<Name>>,
    /// Names from outside that classes extend.
    extended: IndexSet<Name>,
    vocabulary: Option<Rc<Vocabulary>>,
    cx: Context<'a>,
    func: Func,
    kinds: Vec<FunctionKind>,
    heritage: FxHashMap<Func, Heritage>,
    /// Whether `this` at the top is what the module exports.
    is_commonjs: bool,
}

impl<'a> Lowerer<'a> {
    fn new(scopes: &'a Scopes) -> Self {
        let mut n_cells = vec![0; scopes.parents.len()];
        let cells = scopes
            .bindings
            .iter()
            .map(|binding| {
                let count = &mut n_cells[binding.owner.0 as usize];
                binding.is_captured.then(|| {
                    *count += 1;
                    Cell(*count - 1)
                })
            })
            .collect();
        Self {
            scopes,
            names: IndexSet::new(),
            done: (0..scopes.parents.len()).map(|_| None).collect(),
            queue: VecDeque::new(),
            queued: FxHashSet::default(),
            constants: FxHashMap::default(),
            fields: FxHashMap::default(),
            descriptors: FxHashMap::default(),
            read_only: FxHashSet::default(),
            rests: FxHashSet::default(),
            namespaces: FxHashSet::default(),
            requests: FxHashMap::default(),
            declared: FxHashSet::default(),
            cells,
            n_cells,
            captures: all_captures(scopes),
            accessors: Rc::default(),
            extended: IndexSet::new(),
            vocabulary: None,
            cx: Context::new(Func(0), Range::default(), FunctionKind::default()),
            func: Func(0),
            kinds: vec![FunctionKind::default(); scopes.parents.len()],
            heritage: FxHashMap::default(),
            is_commonjs: false,
        }
    }

    fn lower_top(&mut self, program: &'a Program) {
        let at = Range { start: 0, end: range_of(program.span()).end };
        self.begin(Func(0), at, FunctionKind::default());
        self.is_commonjs = matches!(program, Program::Script(_));
        match program {
            Program::Module(module) => self.lower_items(&module.body),
            Program::Script(script) => self.lower_body(&script.body),
        }
        self.end();
        while let Some(pending) = self.queue.pop_front() {
            self.lower_pending(pending);
        }
    }

    fn begin(&mut self, func: Func, at: Range, kind: FunctionKind) {
        let kind = FunctionKind { is_sloppy: self.scopes.sloppy.contains(&func), ..kind };
        self.func = func;
        self.kinds[func.0 as usize] = kind;
        self.cx = Context::new(func, at, kind);
        self.cx.builder.function.parent = self.scopes.parents[func.0 as usize];
        self.cx.builder.function.cells = self.n_cells[func.0 as usize];
        // Arrow functions inside may ask for it, and they are lowered later.
        if !kind.is_arrow {
            self.cx.builder.this();
        }
    }

    fn end(&mut self) {
        // Declared functions that nobody names can be called from outside once this one is done.
        let mut unnamed: Vec<Func> = self.cx.unnamed.iter().copied().collect();
        unnamed.sort_unstable();
        let end = self.cx.builder.function.at.end;
        for func in unnamed {
            self.share(func, Range { start: end, end });
        }
        let mut cx = std::mem::replace(&mut self.cx, Context::new(Func(0), Range::default(), FunctionKind::default()));
        cx.builder.vocabulary = Some(self.vocabulary());
        cx.builder.accessors = Rc::clone(&self.accessors);
        guards::prune(&mut cx.builder, Some(&mut |text| self.name(text)));
        self.done[self.func.0 as usize] = Some(cx.builder.finish());
    }

    fn vocabulary(&mut self) -> Rc<Vocabulary> {
        if let Some(words) = &self.vocabulary {
            return Rc::clone(words);
        }
        let words = Rc::new(Vocabulary::new(|text| self.name(text)));
        self.vocabulary = Some(Rc::clone(&words));
        words
    }

    fn name(&mut self, text: &str) -> Name {
        if let Some(at) = self.names.get_index_of(text) {
            return Name(at as u32);
        }
        Name(self.names.insert_full(text.to_owned()).0 as u32)
    }

    fn named(&mut self, text: &str) -> Key {
        Key::Named(self.name(text))
    }

    fn content(&mut self, text: &str) -> Key {
        Key::Content(self.name(text))
    }

    fn push(&mut self, instr: Instr, at: Range) {
        self.cx.builder.push(instr, at);
    }

    pub(super) fn handler(&self) -> Val {
        self.cx.handlers.last().map_or(self.cx.builder.thrown, |handler| handler.caught)
    }

    /// The function, this one or one around it, whose `this` and `arguments` are meant here.
    fn receiver_owner(&self) -> Func {
        let mut func = self.func;
        while self.kinds[func.0 as usize].is_arrow {
            let Some(parent) = self.scopes.parents[func.0 as usize] else { break };
            func = parent;
        }
        func
    }

    fn this(&mut self, at: Range) -> Val {
        if let Some(class) = self.cx.class {
            return self.meant(class, at);
        }
        let owner = self.receiver_owner();
        if owner == self.func && !(owner == Func(0) && self.is_commonjs) {
            return self.cx.builder.this();
        }
        if owner == Func(0) && self.is_commonjs {
            return self.exports_object(at);
        }
        // The function around is done, and may not have asked for its receiver itself.
        if let Some(outer) = &mut self.done[owner.0 as usize]
            && outer.this.is_none()
        {
            outer.values.push(Range { start: outer.at.start, end: outer.at.start });
            outer.this = Some(Val(outer.values.len() as u32 - 1));
        }
        let dst = self.cx.builder.value(at);
        self.push(Instr::OuterThis { dst, owner }, at);
        dst
    }

    fn var(&mut self, id: BindingId) -> Var {
        if let Some(&var) = self.cx.vars.get(&id) {
            return var;
        }
        let var = self.cx.builder.variable(self.cells[id.0 as usize]);
        self.cx.vars.insert(id, var);
        var
    }

    /// Whether a binding lives in a cell alone: some closure writes it.
    fn is_cell_only(&self, id: BindingId) -> bool {
        let binding = self.scopes.get(id);
        binding.owner != self.func || binding.is_written_inside
    }

    fn read_binding(&mut self, id: BindingId, at: Range) -> Val {
        let dst = self.cx.builder.value(at);
        if let BindingKind::Function(func) = self.scopes.get(id).kind {
            self.share(func, at);
        }
        match self.cells[id.0 as usize] {
            Some(cell) if self.is_cell_only(id) => {
                let owner = self.scopes.get(id).owner;
                self.push(Instr::LoadCell { dst, owner, cell }, at);
            }
            _ => {
                let var = self.var(id);
                self.cx.builder.draft(Draft::Read { dst, var }, at);
            }
        }
        dst
    }

    fn write_binding(&mut self, id: BindingId, val: Val, at: Range) {
        if self.cells[id.0 as usize].is_some() {
            self.cx.shared.clear();
        }
        let dst = self.cx.builder.value(at);
        self.push(Instr::Copy { dst, src: val }, at);
        match self.cells[id.0 as usize] {
            Some(cell) if self.is_cell_only(id) => {
                let owner = self.scopes.get(id).owner;
                self.push(Instr::StoreCell { owner, cell, val: dst }, at);
            }
            _ => {
                let var = self.var(id);
                self.cx.builder.draft(Draft::Write { var, val: dst }, at);
            }
        }
        if let Some(&index) = self.cx.aliases.get(&id) {
            let arguments = self.cx.builder.arguments();
            let key = self.named(&index.to_string());
            self.cx.builder.store(arguments, key, val, at);
        }
    }

    /// A closure over `func` can be called from here on: the variables that it reads, and those that the declared
    /// functions read which it names, go into their cells.
    fn share(&mut self, func: Func, at: Range) {
        if self.cx.shared_in != self.cx.builder.current {
            self.cx.shared.clear();
            self.cx.shared_in = self.cx.builder.current;
        }
        let mut ids = Vec::new();
        let mut open = vec![func];
        while let Some(func) = open.pop() {
            // Only functions inside this one can read its variables.
            let is_inside = self.func < func && func <= self.scopes.last_inside[self.func.0 as usize];
            self.cx.unnamed.remove(&func);
            if !is_inside || !self.cx.shared.insert(func) {
                continue;
            }
            // In any order: they are sorted below.
            let captured: Vec<BindingId> = self.captures[func.0 as usize].iter().copied().collect();
            for id in captured {
                let binding = self.scopes.get(id);
                if let BindingKind::Function(callee) = binding.kind {
                    open.push(callee);
                }
                if binding.owner == self.func && !binding.is_written_inside {
                    ids.push(id);
                }
            }
        }
        if ids.is_empty() {
            return;
        }
        ids.sort_unstable();
        ids.dedup();
        let vars = ids.into_iter().map(|id| self.var(id)).collect();
        self.cx.builder.draft(Draft::Share { vars }, at);
    }

    fn constant_of(&self, expression: &Expr) -> Option<Constant> {
        constants::constant(self, expression)
    }

    fn text_constant(&mut self, text: &str, at: Range) -> Val {
        let name = self.name(text);
        let dst = self.cx.builder.constant(Literal::String(name), at);
        self.note(dst, Fact::Is(Constant::Text(text.to_owned())));
        dst
    }

    /// A number: small whole ones are indices, and name the element that their text does.
    fn number_constant(&mut self, number: f64, at: Range) -> Val {
        let dst = if number.fract() == 0.0 && number.abs() < 1e6 {
            self.text_constant(&number.to_string(), at)
        } else {
            self.cx.builder.plain(at)
        };
        self.note(dst, Fact::Is(Constant::Number(number)));
        dst
    }

    /// Remembers how a value comes about.
    fn note(&mut self, val: Val, fact: Fact) {
        self.cx.builder.facts.insert(val, fact);
    }
}

impl Context<'_> {
    fn new(func: Func, at: Range, kind: FunctionKind) -> Self {
        Self {
            builder: Builder::new(func, at, kind),
            vars: FxHashMap::default(),
            handlers: Vec::new(),
            jumps: Vec::new(),
            finalizers: Vec::new(),
            n_copies: 0,
            params: Vec::new(),
            aliases: FxHashMap::default(),
            withs: Vec::new(),
            class: None,
            pending_label: None,
            shared: FxHashSet::default(),
            shared_in: BlockId(0),
            unnamed: FxHashSet::default(),
            tested: FxHashMap::default(),
        }
    }
}

/// The range of a node, in bytes of the file.
fn range_of(span: SwcSpan) -> Range {
    Range { start: span.lo.0.saturating_sub(FIRST_POSITION), end: span.hi.0.saturating_sub(FIRST_POSITION) }
}

/// For each function the variables of others that it and the functions in it read.
fn all_captures(scopes: &Scopes) -> Vec<FxHashSet<BindingId>> {
    let mut captures = scopes.captures.clone();
    // Inner functions come after outer ones, so one pass backwards folds each into its parent.
    for at in (1..captures.len()).rev() {
        if let Some(parent) = scopes.parents[at] {
            let inner = captures[at].clone();
            captures[parent.0 as usize].extend(inner);
        }
    }
    captures
}
