//! Which declaration each identifier means, and which variables closures share. Knows scopes, not values.

mod loops;
mod resolve;

pub use loops::Loop;
use rustc_hash::{FxHashMap, FxHashSet};
use swc_ecma_ast::{Ident, Program};

use super::Func;

/// A declaration; an index into [`Scopes::bindings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub u32);

/// How a name is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingKind {
    /// `var`, and `let`, `const`, `class`.
    Variable,
    /// A function declaration: it has its value from the start of its scope.
    Function(Func),
    /// A parameter, or what `catch` binds.
    Param,
    /// An import.
    Import,
}

/// One declared name.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The function in which it lives.
    pub owner: Func,
    /// How it is bound.
    pub kind: BindingKind,
    /// Whether it stands at the top of the file, in no function and no block.
    pub is_outermost: bool,
    /// How often the text gives it a value.
    pub writes: u32,
    /// Whether a function inside the owner reads or writes it.
    pub is_captured: bool,
    /// Whether a function inside the owner writes it.
    pub is_written_inside: bool,
}

/// The scopes of one file.
#[derive(Debug, Default)]
pub struct Scopes {
    /// All declarations.
    pub bindings: Vec<Binding>,
    /// The declaration that the identifier at a position means; free names are absent.
    pub uses: FxHashMap<u32, BindingId>,
    /// Functions by the range that they stand in.
    pub functions: FxHashMap<(u32, u32), Func>,
    /// The function around each function.
    pub parents: Vec<Option<Func>>,
    /// The last function inside each one, or itself: inner functions are numbered right behind it.
    pub last_inside: Vec<Func>,
    /// The variables of other functions that each function uses itself.
    pub captures: Vec<FxHashSet<BindingId>>,
    /// Functions whose code is not strict.
    pub sloppy: FxHashSet<Func>,
    /// Those of them whose `arguments` are their plain parameters, where either is written.
    pub aliasing: FxHashSet<Func>,
    /// Loops whose bodies are functions, by the place of what each key or element is given to; with the variable around the
    /// loop that `var` declares there.
    pub loops: FxHashMap<u32, Option<BindingId>>,
}

impl Scopes {
    /// Resolves all names of a program.
    pub fn of(program: &Program) -> Self {
        resolve::Resolver::resolve_program(program)
    }

    /// The declaration that an identifier means.
    pub fn binding_of(&self, ident: &Ident) -> Option<BindingId> {
        self.uses.get(&ident.span.lo.0).copied()
    }

    /// A declaration by its id.
    pub fn get(&self, id: BindingId) -> &Binding {
        &self.bindings[id.0 as usize]
    }

    /// The function that stands at a range.
    pub fn function_at(&self, span: swc_common::Span) -> Func {
        self.functions.get(&(span.lo.0, span.hi.0)).copied().unwrap_or(Func(0))
    }
}
