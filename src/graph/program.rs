//! The functions of a program, written and made from models, under one numbering.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::symbols::{Sym, Symbols};
use crate::base::{FileId, Span};
use crate::ir::{Func, Function, Instr, Module, Name, Range};

/// A function of the program; an index into [`Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FuncId(pub u32);

/// Where a function comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A script or template; the number is the module's.
    Module(u32),
    /// A model: its values have no place of their own but that of the call.
    Model,
}

/// A function and the names that it uses.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The code.
    pub function: Arc<Function>,
    /// Where it comes from.
    pub origin: Origin,
    /// The first function of its module.
    base: u32,
    names: Arc<Vec<Sym>>,
    /// Properties that allocations certainly have.
    own_keys: Arc<FxHashSet<(u32, Sym)>>,
}

impl Entry {
    /// A name of the function's module as a name of the program.
    pub fn sym(&self, name: Name) -> Sym {
        self.names.get(name.0 as usize).copied().unwrap_or(Sym(name.0))
    }

    /// Whether the allocation `val` certainly has a property of its own under the name.
    pub fn has_key(&self, val: u32, name: Sym) -> bool {
        self.own_keys.contains(&(val, name))
    }

    /// A function of the same module.
    pub fn sibling(&self, func: Func) -> FuncId {
        FuncId(self.base + func.0)
    }
}

/// What a module is, beside its functions.
#[derive(Debug)]
pub struct ModuleInfo {
    /// Its file.
    pub file: FileId,
    /// The code at its top.
    pub top: FuncId,
    /// Whether it uses `import` or `export`.
    pub is_esm: bool,
    /// Whether it is a template: its code shows and passes values.
    pub is_template: bool,
    /// How many values its functions have.
    pub n_values: usize,
    /// The same without the code at its top.
    pub n_inner: usize,
    /// Named templates.
    pub templates: Vec<(Sym, FuncId)>,
    /// Files whose named templates can be used.
    pub template_imports: Vec<Sym>,
}

/// All functions.
#[derive(Debug, Default)]
pub struct Program {
    entries: Vec<Entry>,
    modules: Vec<ModuleInfo>,
}

impl Program {
    /// Adds a module's functions.
    pub fn add_module(&mut self, module: Module, is_template: bool, symbols: &mut Symbols) -> u32 {
        let names = Arc::new(module.names.iter().map(|name| symbols.intern(name)).collect::<Vec<_>>());
        let base = self.entries.len() as u32;
        let id = self.modules.len() as u32;
        self.modules.push(ModuleInfo {
            file: module.file,
            top: FuncId(base),
            is_esm: module.is_esm,
            is_template,
            n_values: module.functions.iter().map(Function::size).sum(),
            n_inner: module.functions.iter().skip(1).map(Function::size).sum(),
            templates: module
                .templates
                .iter()
                .map(|(name, func)| (names[name.0 as usize], FuncId(base + func.0)))
                .collect(),
            template_imports: module.template_imports.iter().map(|name| names[name.0 as usize]).collect(),
        });
        for function in module.functions {
            let own_keys = Arc::new(own_keys(&function, |name| names[name.0 as usize]));
            self.entries.push(Entry {
                function: Arc::new(function),
                origin: Origin::Module(id),
                base,
                names: Arc::clone(&names),
                own_keys,
            });
        }
        id
    }

    /// Adds functions made from a model; their names are the program's already. The first is given back.
    pub fn add_model(&mut self, functions: Vec<Function>) -> FuncId {
        let base = self.entries.len() as u32;
        let names = Arc::new(Vec::new());
        for function in functions {
            let own_keys = Arc::new(own_keys(&function, |name| Sym(name.0)));
            self.entries.push(Entry {
                function: Arc::new(function),
                origin: Origin::Model,
                base,
                names: Arc::clone(&names),
                own_keys,
            });
        }
        FuncId(base)
    }

    /// A function.
    #[inline]
    pub fn get(&self, id: FuncId) -> &Entry {
        &self.entries[id.0 as usize]
    }

    /// Whether a function is a template's.
    pub fn is_template(&self, id: FuncId) -> bool {
        matches!(self.get(id).origin, Origin::Module(module) if self.modules[module as usize].is_template)
    }

    /// How many functions there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The modules in order.
    pub fn modules(&self) -> &[ModuleInfo] {
        &self.modules
    }

    /// The place in the text of a range in a function; `None` for functions made from models.
    pub fn span(&self, id: FuncId, range: Range) -> Option<Span> {
        match self.get(id).origin {
            Origin::Module(module) => Some(range.in_file(self.modules[module as usize].file)),
            Origin::Model => None,
        }
    }
}

fn own_keys(function: &Function, sym: impl Fn(Name) -> Sym) -> FxHashSet<(u32, Sym)> {
    let code = function.blocks.iter().flat_map(|block| &block.code);
    code.filter_map(|(instr, _)| match instr {
        Instr::Alloc { dst, keys, .. } => Some(keys.iter().map(|key| (dst.0, sym(*key)))),
        _ => None,
    })
    .flatten()
    .collect()
}
