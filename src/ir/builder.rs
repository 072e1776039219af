//! Building a function: blocks, values and variables, before the variables are resolved into values.

use std::rc::Rc;

use indexmap::IndexSet;
use rustc_hash::FxHashMap;

use super::constant::Constant;
use super::passes::arrays::Vocabulary;
use super::passes::guards::{Fact, Guard, Outcome};
use super::{
    Arg, BlockId, Call, CallKind, Cell, Echo, Func, Function, FunctionKind, Instr, Key, Literal, Name, Range, Tag, Val,
    When,
};
use crate::ir::passes::ssa;

/// A variable of a function under construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(pub u32);

/// An instruction, or one of those that [`ssa`] removes.
#[derive(Clone, Debug)]
pub enum Draft {
    /// Stays as it is.
    Instr(Instr),
    /// `dst` is what `var` holds here.
    Read { dst: Val, var: Var },
    /// `var` holds `val` from here on.
    Write { var: Var, val: Val },
    /// `var` holds `val` as long as it is not written: a condition says so.
    Narrow { var: Var, val: Val },
    /// From here on closures can see these variables through their cells.
    Share { vars: Vec<Var> },
}

/// A block under construction.
#[derive(Debug, Default)]
pub struct DraftBlock {
    /// Code with its place.
    pub code: Vec<(Draft, Range)>,
    /// Where control goes.
    pub next: Vec<BlockId>,
    /// Whether nothing may be added to `next` any more.
    pub is_closed: bool,
    /// Whether it ends with an error that is thrown.
    pub throws: bool,
    /// Runs only in calls that leave something out.
    pub when: Option<When>,
    /// Control gets here only if these values turn out so.
    pub guards: Vec<Guard>,
}

/// A function under construction.
#[derive(Debug)]
pub struct Builder {
    /// Everything but the blocks.
    pub function: Function,
    /// The blocks.
    pub blocks: Vec<DraftBlock>,
    /// Where code is added.
    pub current: BlockId,
    /// The cell of each variable that closures share.
    pub cells: Vec<Option<Cell>>,
    /// Where errors go that nothing catches.
    pub thrown: Val,
    /// Names that mean something to lists and objects; without them no list is followed.
    pub vocabulary: Option<Rc<Vocabulary>>,
    /// Names that were given getters or setters so far: objects may inherit these.
    pub accessors: Rc<IndexSet<Name>>,
    /// How values come about, as far as constants are concerned.
    pub facts: FxHashMap<Val, Fact>,
    /// Properties whose truth code waits for, as it does for that of arguments.
    pub asked: Vec<Val>,
    owner: Func,
}

impl Builder {
    /// An empty function.
    pub fn new(owner: Func, at: Range, kind: FunctionKind) -> Self {
        let mut builder = Self {
            function: Function { at, kind, ..Function::default() },
            blocks: vec![DraftBlock::default()],
            current: BlockId(0),
            cells: Vec::new(),
            thrown: Val(0),
            vocabulary: None,
            accessors: Rc::default(),
            facts: FxHashMap::default(),
            asked: Vec::new(),
            owner,
        };
        builder.thrown = builder.value(at);
        builder.function.thrown = Some(builder.thrown);
        builder
    }

    /// A new value that comes from `at`.
    pub fn value(&mut self, at: Range) -> Val {
        self.function.values.push(at);
        Val(self.function.values.len() as u32 - 1)
    }

    /// A new variable; with a cell if closures share it.
    pub fn variable(&mut self, cell: Option<Cell>) -> Var {
        self.cells.push(cell);
        Var(self.cells.len() as u32 - 1)
    }

    /// A new cell of this function.
    pub fn cell(&mut self) -> Cell {
        self.function.cells += 1;
        Cell(self.function.cells - 1)
    }

    /// A new parameter.
    pub fn param(&mut self, at: Range) -> Val {
        let val = self.value(at);
        self.function.params.push(val);
        val
    }

    /// The receiver.
    pub fn this(&mut self) -> Val {
        if let Some(this) = self.function.this {
            return this;
        }
        let at = Range { start: self.function.at.start, end: self.function.at.start };
        let this = self.value(at);
        self.function.this = Some(this);
        this
    }

    /// The `arguments` object.
    pub fn arguments(&mut self) -> Val {
        if let Some(arguments) = self.function.arguments {
            return arguments;
        }
        let arguments = self.value(self.function.at);
        self.function.arguments = Some(arguments);
        arguments
    }

    /// Adds an instruction.
    pub fn push(&mut self, instr: Instr, at: Range) {
        self.draft(Draft::Instr(instr), at);
    }

    /// Adds an instruction of the construction.
    pub fn draft(&mut self, draft: Draft, at: Range) {
        self.blocks[self.current.0 as usize].code.push((draft, at));
    }

    /// A new block, not linked to anything.
    pub fn block(&mut self) -> BlockId {
        self.blocks.push(DraftBlock::default());
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// Control may go from `from` to `to`.
    pub fn link(&mut self, from: BlockId, to: BlockId) {
        let block = &mut self.blocks[from.0 as usize];
        if !block.is_closed && !block.next.contains(&to) {
            block.next.push(to);
        }
    }

    /// A truth value that depends on another value alone.
    pub fn echo(&mut self, val: Val, is_same: bool, at: Range) -> Val {
        let dst = self.plain(at);
        self.note_echo(Echo { dst, val, is_same, text: None });
        dst
    }

    /// A truth value that was made already depends on another one.
    pub fn note_echo(&mut self, echo: Echo) {
        self.function.echoes.push(echo);
    }

    /// A new block behind `from`, where control gets to only if `val` turns out so.
    pub fn guarded(&mut self, from: BlockId, val: Val, outcome: Outcome) -> BlockId {
        let block = self.block();
        self.link(from, block);
        self.blocks[block.0 as usize].guards.push(Guard { val, outcome });
        block
    }

    /// Control goes on to `to`, and code is added there.
    pub fn go(&mut self, to: BlockId) {
        self.link(self.current, to);
        self.current = to;
    }

    /// Code that runs only `when` something is left out of the call.
    pub fn only(&mut self, when: When, code: impl FnOnce(&mut Self)) {
        let body = self.block();
        let join = self.block();
        self.link(self.current, join);
        self.go(body);
        self.blocks[body.0 as usize].when = Some(when);
        code(self);
        self.go(join);
    }

    /// Control ends here with an error.
    pub fn stop_with_error(&mut self) {
        self.blocks[self.current.0 as usize].throws = true;
        self.stop();
    }

    /// Control ends here; what follows is dead until a block is entered.
    pub fn stop(&mut self) {
        self.blocks[self.current.0 as usize].is_closed = true;
        self.current = self.block();
    }

    /// A constant that holds nothing.
    pub fn plain(&mut self, at: Range) -> Val {
        self.constant(Literal::Plain, at)
    }

    /// Some value that holds nothing and names nothing.
    pub fn nothing(&mut self, at: Range) -> Val {
        let dst = self.value(at);
        self.push(Instr::Const { dst, literal: Literal::Undefined }, at);
        dst
    }

    /// A constant.
    pub fn constant(&mut self, literal: Literal, at: Range) -> Val {
        let dst = self.value(at);
        if literal == Literal::Undefined {
            self.facts.insert(dst, Fact::Is(Constant::Undefined));
        }
        self.push(Instr::Const { dst, literal }, at);
        dst
    }

    /// A new object of a built-in type.
    pub fn alloc(&mut self, ty: Name, at: Range) -> Val {
        let dst = self.value(at);
        self.push(Instr::Alloc { dst, ty, keys: Vec::new() }, at);
        dst
    }

    /// `obj.key`
    pub fn load(&mut self, obj: Val, key: Key, at: Range) -> Val {
        let dst = self.value(at);
        self.push(Instr::Load { dst, obj, key }, at);
        dst
    }

    /// `obj.key = val`
    pub fn store(&mut self, obj: Val, key: Key, val: Val, at: Range) {
        self.push(Instr::Store { obj, key, val }, at);
    }

    /// One of these values.
    pub fn merge(&mut self, srcs: Vec<Val>, at: Range) -> Val {
        if let [only] = srcs[..] {
            return only;
        }
        let dst = self.value(at);
        self.push(Instr::Phi { dst, srcs }, at);
        dst
    }

    /// Everything that `src` holds, as one value.
    pub fn deep(&mut self, src: Val, tag: Tag, at: Range) -> Val {
        let dst = self.value(at);
        self.push(Instr::Deep { dst, src, tag }, at);
        dst
    }

    /// A call with plain arguments.
    pub fn call(&mut self, callee: Val, this: Option<Val>, args: &[Val], kind: CallKind, at: Range) -> Val {
        let dst = self.value(at);
        let args = args.iter().map(|&val| Arg { val, is_spread: false }).collect();
        let handler = self.thrown;
        self.push(
            Instr::Call(Box::new(Call { dst, callee, this, args, kind, handler, written: None, method: None })),
            at,
        );
        dst
    }

    /// Resolves the variables and gives the function.
    pub fn finish(self) -> Function {
        ssa::resolve(self)
    }

    /// The array that a piece of code makes.
    pub fn made_array(&self, draft: &Draft) -> Option<Val> {
        let array = self.vocabulary.as_ref()?.array?;
        match draft {
            Draft::Instr(Instr::Alloc { dst, ty, .. }) if *ty == array => Some(*dst),
            _ => None,
        }
    }

    /// The function that is being built.
    pub fn owner(&self) -> Func {
        self.owner
    }
}
