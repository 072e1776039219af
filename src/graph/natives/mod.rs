//! Models of code from outside as functions: looked up by path, compiled when they are first called.

mod compile;
mod index;
mod tags;
mod unknown;

use rustc_hash::FxHashMap;

pub use tags::{Mask, TagKind, Tags};

use index::Index;

use super::api::{ApiId, Apis, Link};
use super::program::{FuncId, Origin, Program};
use super::symbols::{Sym, Symbols};
use crate::models::{Models, SourceRole};

/// An entry of the models that speaks of a callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ModelRef {
    /// An index into the sources.
    Source(u32),
    /// An index into the sinks.
    Sink(u32),
    /// An index into the steps.
    Step(u32),
    /// An index into the gates.
    Gate(u32),
}

/// The models by callee, and the functions that were made of them.
#[derive(Debug)]
pub struct Natives<'m> {
    models: &'m Models,
    index: Index,
    made: Made,
    /// What the numbers in marks and steps mean.
    pub tags: Tags,
}

/// The functions that were made so far.
#[derive(Debug, Default)]
struct Made {
    functions: FxHashMap<(ApiId, bool), FuncId>,
    unknown: Option<FuncId>,
    unknown_method: Option<FuncId>,
    unknown_new: Option<FuncId>,
    handing: Option<FuncId>,
    thenable: Option<FuncId>,
}

impl<'m> Natives<'m> {
    /// Indexes the models by callee.
    pub fn new(models: &'m Models, symbols: &mut Symbols, apis: &mut Apis) -> Self {
        Self { models, index: Index::new(models, symbols, apis), made: Made::default(), tags: Tags::default() }
    }

    /// The functions that were made so far, by callee.
    pub fn functions(&self) -> impl Iterator<Item = (ApiId, FuncId)> {
        self.made.functions.iter().map(|(&(api, _), &func)| (api, func))
    }

    /// Whether a function was made from a model.
    pub fn is_model(&self, program: &Program, func: FuncId) -> bool {
        program.get(func).origin == Origin::Model
    }

    /// Whether some model speaks of a callee.
    pub fn has_model(&self, api: ApiId, is_new: bool) -> bool {
        self.index.by_callee.contains_key(&(api, is_new))
    }

    /// Whether data comes in or goes out at a callee.
    pub fn has_data(&self, api: ApiId, is_new: bool) -> bool {
        let models = self.index.by_callee.get(&(api, is_new)).map_or(&[][..], Vec::as_slice);
        models.iter().any(|model| match *model {
            ModelRef::Source(at) => self.models.sources[at as usize].role.gives_data(),
            ModelRef::Sink(_) => true,
            ModelRef::Step(_) | ModelRef::Gate(_) => false,
        })
    }

    /// The source that starts a collection and is called as this.
    pub fn trigger(&self, api: ApiId) -> Option<u32> {
        let models = self.index.by_callee.get(&(api, false))?;
        models.iter().find_map(|model| match *model {
            ModelRef::Source(at) if self.models.sources[at as usize].role == SourceRole::Trigger => Some(at),
            _ => None,
        })
    }

    /// The type of what a callee makes.
    pub fn makes(&self, api: ApiId) -> Option<Sym> {
        self.index.makes.get(&api).copied()
    }

    /// The sources that reading this property is: indices.
    pub fn reads(&self, api: ApiId) -> &[u32] {
        self.index.reads.get(&api).map_or(&[], Vec::as_slice)
    }

    /// Whether a call gives back something beyond what the models say.
    pub fn is_open(&self, api: ApiId) -> bool {
        self.index.open.contains(&api)
    }

    /// The method of a built-in type.
    pub fn type_member(&self, ty: Sym, name: Sym) -> Option<ApiId> {
        self.index.members.get(&(ty, name)).copied()
    }

    /// The methods of this name of all built-in types.
    pub fn members_named(&self, name: Sym) -> &[ApiId] {
        self.index.members_by_name.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Whether a method of an everyday built-in type has this name.
    pub fn is_common(&self, name: Sym) -> bool {
        self.index.common.contains(&name)
    }

    /// Whether an option of code that is not known holds a callback for what comes back from elsewhere.
    pub fn is_answer(&self, name: Sym) -> bool {
        self.index.answers.contains(&name)
    }

    /// Whether all methods of this name only answer questions: nothing of what they are given comes out of them.
    pub fn is_question(&self, name: Sym) -> bool {
        let members = self.members_named(name);
        let mut models = members.iter().filter_map(|api| self.index.by_callee.get(&(*api, false))).flatten();
        self.is_common(name)
            && models.all(|model| match model {
                ModelRef::Step(at) => {
                    let step = &self.models.steps[*at as usize];
                    step.flows.is_empty() && step.calls.is_empty() && step.makes.is_none()
                }
                _ => false,
            })
    }

    /// Whether a global name stands for the global object itself.
    pub fn is_global_alias(&self, name: Sym) -> bool {
        self.index.aliases.contains(&name)
    }

    /// Whether methods of this name put something into their receiver.
    pub fn changes(&self, name: Sym) -> bool {
        self.index.changing.contains(&name)
    }

    /// The function that the models of a callee make up; `None` where there are none.
    pub fn function(
        &mut self,
        program: &mut Program,
        symbols: &mut Symbols,
        apis: &Apis,
        api: ApiId,
        is_new: bool,
    ) -> Option<FuncId> {
        if let Some(&func) = self.made.functions.get(&(api, is_new)) {
            return Some(func);
        }
        // A constructor called without `new`, or the other way round, does what the models say of the one that is known.
        let models =
            self.index.by_callee.get(&(api, is_new)).or_else(|| self.index.by_callee.get(&(api, !is_new))).cloned()?;
        let is_open = self.index.open.contains(&api) && !matches!(apis.link(api), Link::Type(_));
        let functions = compile::compile(&models, is_new, is_open, self.models, &mut self.tags, symbols);
        let func = program.add_model(functions);
        self.made.functions.insert((api, is_new), func);
        Some(func)
    }

    /// The function that asks an object with a `then` of its own for its value.
    pub fn thenable(&mut self, program: &mut Program, then: Sym) -> FuncId {
        *self.made.thenable.get_or_insert_with(|| program.add_model(unknown::thenable(then)))
    }

    /// The function that stands for code that is not known.
    pub fn unknown(&mut self, program: &mut Program, symbols: &mut Symbols) -> FuncId {
        if let Some(func) = self.made.unknown {
            return func;
        }
        let func = program.add_model(vec![unknown::unknown(&mut self.tags, symbols, true)]);
        self.made.unknown = Some(func);
        func
    }

    /// The same for code that is called with `new`.
    pub fn unknown_new(&mut self, program: &mut Program, symbols: &mut Symbols) -> FuncId {
        if let Some(func) = self.made.unknown_new {
            return func;
        }
        let func = program.add_model(unknown::unknown_new(&mut self.tags, symbols));
        self.made.unknown_new = Some(func);
        func
    }

    /// Whether a function stands for code that is not known and is called with `new`.
    pub fn is_unknown_new(&self, func: FuncId) -> bool {
        self.made.unknown_new == Some(func)
    }

    /// Whether a function stands for code that is not known.
    pub fn is_unknown(&self, func: FuncId) -> bool {
        self.unknown_code().any(|unknown| unknown == func)
    }

    /// The functions that stand for code that is not known.
    pub fn unknown_code(&self) -> impl Iterator<Item = FuncId> {
        let made = [self.made.unknown, self.made.unknown_method, self.made.unknown_new, self.made.handing];
        made.into_iter().flatten()
    }

    /// The function that stands for a method that is not known, of an object that says nothing itself.
    pub fn unknown_method(&mut self, program: &mut Program, symbols: &mut Symbols) -> FuncId {
        if let Some(func) = self.made.unknown_method {
            return func;
        }
        let func = program.add_model(vec![unknown::unknown(&mut self.tags, symbols, false)]);
        self.made.unknown_method = Some(func);
        func
    }

    /// The function that hands on what a function from code that is not known is called with.
    pub fn handing(&mut self, program: &mut Program, symbols: &mut Symbols) -> FuncId {
        *self.made.handing.get_or_insert_with(|| program.add_model(vec![unknown::handing(symbols)]))
    }

    /// Whether a function is that one.
    pub fn is_handing(&self, func: FuncId) -> bool {
        self.made.handing == Some(func)
    }
}
