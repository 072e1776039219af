//! Models of code from outside as functions: looked up by path, compiled when they are first called.

mod compile;
mod tags;
mod unknown;

use rustc_hash::FxHashMap;

pub use tags::{Mask, TagKind, Tags};

use super::api::{ApiId, Apis, Link};
use super::program::{FuncId, Origin, Program};
use super::symbols::{Sym, Symbols};
use crate::models::{Anchor, Base, Models, Root, Segment};

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

/// Types whose methods a value of an unknown type is asked for most.
const COMMON_TYPES: [&str; 6] = ["Array", "String", "Object", "Promise", "Number", "RegExp"];

/// Types of the language itself.
const LANGUAGE_TYPES: [&str; 17] = [
    "Array",
    "AsyncIterator",
    "Boolean",
    "Date",
    "Error",
    "Function",
    "Iterator",
    "Map",
    "Number",
    "Object",
    "Promise",
    "RegExp",
    "Set",
    "String",
    "TypedArray",
    "WeakMap",
    "WeakSet",
];

/// The models by callee.
#[derive(Debug, Default)]
pub struct Natives<'m> {
    by_callee: FxHashMap<(ApiId, bool), Vec<ModelRef>>,
    functions: FxHashMap<(ApiId, bool), FuncId>,
    unknown: Option<FuncId>,
    unknown_method: Option<FuncId>,
    unknown_new: Option<FuncId>,
    handing: Option<FuncId>,
    thenable: Option<FuncId>,
    /// Names that methods of everyday types have: what is called so is taken for one of these.
    common: rustc_hash::FxHashSet<Sym>,
    /// Options of code that is not known which hold callbacks for what comes back from elsewhere.
    answers: rustc_hash::FxHashSet<Sym>,
    makes: FxHashMap<ApiId, Sym>,
    /// Types whose methods are not known by their names alone.
    exact: rustc_hash::FxHashSet<Sym>,
    open: rustc_hash::FxHashSet<ApiId>,
    /// Methods that put something into their receiver, by name.
    changing: rustc_hash::FxHashSet<Sym>,
    /// Sources that a read of a property is.
    reads: FxHashMap<ApiId, Vec<u32>>,
    members: FxHashMap<(Sym, Sym), ApiId>,
    members_by_name: FxHashMap<Sym, Vec<ApiId>>,
    aliases: Vec<Sym>,
    /// What the numbers in marks and steps mean.
    pub tags: Tags,
    library: Library<'m>,
}

/// The models themselves, as far as compilation needs them.
#[derive(Debug, Default)]
struct Library<'m> {
    sources: &'m [crate::models::Source],
    sinks: &'m [crate::models::Sink],
    steps: &'m [crate::models::Step],
    gates: &'m [crate::models::Ask],
    option_callbacks: &'m [String],
}

impl<'m> Natives<'m> {
    /// Indexes the models by callee.
    pub fn new(models: &'m Models, symbols: &mut Symbols, apis: &mut Apis) -> Self {
        let library = Library {
            sources: &models.sources,
            sinks: &models.sinks,
            steps: &models.steps,
            gates: &models.asks,
            option_callbacks: &models.runtime.option_callbacks,
        };
        let mut natives = Self { library, ..Self::default() };
        let is_method = |step: &&crate::models::Step| step.callees.iter().any(|it| matches!(it.root, Root::Type(_)));
        let exact = models.steps.iter().filter(|step| step.exact && !is_method(step));
        let exact = exact.filter_map(|step| step.makes.as_deref());
        natives.exact = exact.map(|ty| symbols.intern(ty)).collect();
        for (at, source) in models.sources.iter().enumerate() {
            // Other roles hand on what came in elsewhere.
            if !source.role.gives_data() {
                continue;
            }
            if let Anchor::Call(paths) = &source.anchor {
                natives.add(paths, ModelRef::Source(at as u32), symbols, apis, (true, false));
            }
            if let Anchor::Read(paths) = &source.anchor {
                for api in paths.iter().filter_map(|path| apis.of_path(path, symbols)) {
                    natives.reads.entry(api).or_default().push(at as u32);
                }
            }
        }
        for (at, sink) in models.sinks.iter().enumerate() {
            if let Anchor::Call(paths) = &sink.anchor {
                natives.add(paths, ModelRef::Sink(at as u32), symbols, apis, (true, false));
            }
        }
        for (at, gate) in models.asks.iter().enumerate() {
            if let Anchor::Call(paths) = &gate.anchor {
                natives.add(paths, ModelRef::Gate(at as u32), symbols, apis, (true, false));
            }
        }
        for (at, step) in models.steps.iter().enumerate() {
            let is_open = step.flows.iter().any(|flow| matches!(flow.from.base, Base::Store(_)));
            natives.add(&step.callees, ModelRef::Step(at as u32), symbols, apis, (is_open, step.exact));
            if step.flows.iter().any(|flow| flow.to.base == Base::This) {
                natives.changing.extend(step.callees.iter().filter_map(|path| match &path.segments[..] {
                    [.., Segment::Member(name)] => Some(symbols.intern(name)),
                    _ => None,
                }));
            }
            if let Some(ty) = &step.makes {
                let ty = symbols.intern(ty);
                for path in &step.callees {
                    natives.makes.extend(apis.of_path(path, symbols).map(|api| (api, ty)));
                }
            }
        }
        // Models speak of what these give back: the path goes on.
        natives.open.extend(apis.called());
        natives.answers = models.runtime.answer_callbacks.iter().map(|name| symbols.intern(name)).collect();
        natives.prefer_language(symbols);
        natives.aliases = models.runtime.global_aliases.iter().map(|name| symbols.intern(name)).collect();
        natives
    }

    /// Where nothing is known of the receiver, a name that methods of the language have means these: many have methods of
    /// the same name, `add` and `set`, and would each get what is put into any set or map.
    fn prefer_language(&mut self, symbols: &mut Symbols) {
        let types = LANGUAGE_TYPES.map(|ty| symbols.intern(ty));
        let of_language = self.members.iter().filter(|((ty, _), _)| types.contains(ty));
        let of_language: rustc_hash::FxHashSet<ApiId> = of_language.map(|(_, api)| *api).collect();
        self.members_by_name.values_mut().for_each(|members| {
            if members.iter().any(|api| of_language.contains(api)) {
                members.retain(|api| of_language.contains(api));
            }
        });
    }

    fn add(
        &mut self,
        paths: &[crate::models::CallPath],
        model: ModelRef,
        symbols: &mut Symbols,
        apis: &mut Apis,
        (is_open, is_exact): (bool, bool),
    ) {
        for path in paths {
            let Some(api) = apis.of_path(path, symbols) else { continue };
            self.by_callee.entry((api, path.is_new)).or_default().push(model);
            if is_open {
                self.open.insert(api);
            }
            if let (Root::Type(ty), [Segment::Member(name)]) = (&path.root, &path.segments[..]) {
                if COMMON_TYPES.contains(&ty.as_str()) && !is_exact {
                    self.common.insert(symbols.intern(name));
                }
                let (ty, name) = (symbols.intern(ty), symbols.intern(name));
                if self.members.insert((ty, name), api).is_none() && !is_exact && !self.exact.contains(&ty) {
                    self.members_by_name.entry(name).or_default().push(api);
                }
            }
        }
    }

    /// The functions that were made so far, by callee.
    pub fn functions(&self) -> impl Iterator<Item = (ApiId, FuncId)> {
        self.functions.iter().map(|(&(api, _), &func)| (api, func))
    }

    /// Whether a function was made from a model.
    pub fn is_model(&self, program: &Program, func: FuncId) -> bool {
        program.get(func).origin == Origin::Model
    }

    /// Whether some model speaks of a callee.
    pub fn has_model(&self, api: ApiId, is_new: bool) -> bool {
        self.by_callee.contains_key(&(api, is_new))
    }

    /// Whether data comes in or goes out at a callee.
    pub fn has_data(&self, api: ApiId, is_new: bool) -> bool {
        let models = self.by_callee.get(&(api, is_new)).map_or(&[][..], Vec::as_slice);
        models.iter().any(|model| matches!(model, ModelRef::Source(_) | ModelRef::Sink(_)))
    }

    /// The type of what a callee makes.
    pub fn makes(&self, api: ApiId) -> Option<Sym> {
        self.makes.get(&api).copied()
    }

    /// The sources that reading this property is: indices.
    pub fn reads(&self, api: ApiId) -> &[u32] {
        self.reads.get(&api).map_or(&[], Vec::as_slice)
    }

    /// Whether a call gives back something beyond what the models say.
    pub fn is_open(&self, api: ApiId) -> bool {
        self.open.contains(&api)
    }

    /// The method of a built-in type.
    pub fn type_member(&self, ty: Sym, name: Sym) -> Option<ApiId> {
        self.members.get(&(ty, name)).copied()
    }

    /// The methods of this name of all built-in types.
    pub fn members_named(&self, name: Sym) -> &[ApiId] {
        self.members_by_name.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Whether a method of an everyday built-in type has this name.
    pub fn is_common(&self, name: Sym) -> bool {
        self.common.contains(&name)
    }

    /// Whether an option of code that is not known holds a callback for what comes back from elsewhere.
    pub fn is_answer(&self, name: Sym) -> bool {
        self.answers.contains(&name)
    }

    /// Whether all methods of this name only answer questions: nothing of what they are given comes out of them.
    pub fn is_question(&self, name: Sym) -> bool {
        let members = self.members_named(name);
        let mut models = members.iter().filter_map(|api| self.by_callee.get(&(*api, false))).flatten();
        self.is_common(name)
            && models.all(|model| match model {
                ModelRef::Step(at) => {
                    let step = &self.library.steps[*at as usize];
                    step.flows.is_empty() && step.calls.is_empty() && step.makes.is_none()
                }
                _ => false,
            })
    }

    /// Whether a global name stands for the global object itself.
    pub fn is_global_alias(&self, name: Sym) -> bool {
        self.aliases.contains(&name)
    }

    /// Whether methods of this name put something into their receiver.
    pub fn changes(&self, name: Sym) -> bool {
        self.changing.contains(&name)
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
        if let Some(&func) = self.functions.get(&(api, is_new)) {
            return Some(func);
        }
        // A constructor called without `new`, or the other way round, does what the models say of the one that is known.
        let models = self.by_callee.get(&(api, is_new)).or_else(|| self.by_callee.get(&(api, !is_new))).cloned()?;
        let is_open = self.open.contains(&api) && !matches!(apis.link(api), Link::Type(_));
        let functions = compile::compile(&models, is_new, is_open, &self.library, &mut self.tags, symbols);
        let func = program.add_model(functions);
        self.functions.insert((api, is_new), func);
        Some(func)
    }

    /// The function that asks an object with a `then` of its own for its value.
    pub fn thenable(&mut self, program: &mut Program, then: Sym) -> FuncId {
        *self.thenable.get_or_insert_with(|| program.add_model(unknown::thenable(then)))
    }

    /// The function that stands for code that is not known.
    pub fn unknown(&mut self, program: &mut Program, symbols: &mut Symbols) -> FuncId {
        if let Some(func) = self.unknown {
            return func;
        }
        let func = program.add_model(vec![unknown::unknown(&mut self.tags, symbols, true)]);
        self.unknown = Some(func);
        func
    }

    /// The same for code that is called with `new`.
    pub fn unknown_new(&mut self, program: &mut Program, symbols: &mut Symbols) -> FuncId {
        if let Some(func) = self.unknown_new {
            return func;
        }
        let func = program.add_model(unknown::unknown_new(&mut self.tags, symbols));
        self.unknown_new = Some(func);
        func
    }

    /// Whether a function stands for code that is not known and is called with `new`.
    pub fn is_unknown_new(&self, func: FuncId) -> bool {
        self.unknown_new == Some(func)
    }

    /// Whether a function stands for code that is not known.
    pub fn is_unknown(&self, func: FuncId) -> bool {
        [self.unknown, self.unknown_method, self.unknown_new, self.handing].contains(&Some(func))
    }

    /// The function that stands for a method that is not known, of an object that says nothing itself.
    pub fn unknown_method(&mut self, program: &mut Program, symbols: &mut Symbols) -> FuncId {
        if let Some(func) = self.unknown_method {
            return func;
        }
        let func = program.add_model(vec![unknown::unknown(&mut self.tags, symbols, false)]);
        self.unknown_method = Some(func);
        func
    }

    /// The function that hands on what a function from code that is not known is called with.
    pub fn handing(&mut self, program: &mut Program, symbols: &mut Symbols) -> FuncId {
        *self.handing.get_or_insert_with(|| program.add_model(vec![unknown::handing(symbols)]))
    }

    /// Whether a function is that one.
    pub fn is_handing(&self, func: FuncId) -> bool {
        self.handing == Some(func)
    }
}
