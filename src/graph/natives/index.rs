//! Which models speak of a callee, a property or a name of a method. Knows the form of the models, and nothing of functions.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ModelRef;
use crate::graph::api::{ApiId, Apis, Link};
use crate::graph::symbols::{Sym, Symbols};
use crate::models::{Anchor, Base, CallPath, Models, Root, Segment, Source, SourceRole, Step};

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

/// The models by what they speak of.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub by_callee: FxHashMap<(ApiId, bool), Vec<ModelRef>>,
    /// Names that methods of everyday types have: what is called so is taken for one of these.
    pub common: FxHashSet<Sym>,
    /// Options of code that is not known which hold callbacks for what comes back from elsewhere.
    pub answers: FxHashSet<Sym>,
    /// The types of what callees make.
    pub makes: FxHashMap<ApiId, Sym>,
    /// Types whose methods are not known by their names alone.
    exact: FxHashSet<Sym>,
    /// Callees that give back something beyond what the models say.
    pub open: FxHashSet<ApiId>,
    /// Methods that put something into their receiver, by name.
    pub changing: FxHashSet<Sym>,
    /// Sources that a read of a property is.
    pub reads: FxHashMap<ApiId, Vec<u32>>,
    /// Methods by type and name.
    pub members: FxHashMap<(Sym, Sym), ApiId>,
    /// Methods of all types, by name.
    pub members_by_name: FxHashMap<Sym, Vec<ApiId>>,
    /// Names of the global object.
    pub aliases: Vec<Sym>,
}

impl Index {
    /// Indexes the models.
    pub fn new(models: &Models, symbols: &mut Symbols, apis: &mut Apis) -> Self {
        let intern_all = |names: &[String], symbols: &mut Symbols| -> Vec<Sym> {
            names.iter().map(|name| symbols.intern(name)).collect()
        };
        let mut index = Self { exact: exact_types(models, symbols), ..Self::default() };
        (0..).zip(&models.sources).for_each(|(at, source)| index.source(at, source, models, symbols, apis));
        for (at, sink) in (0..).zip(&models.sinks) {
            if let Anchor::Call(paths) = &sink.anchor {
                index.add(paths, ModelRef::Sink(at), models, symbols, apis);
            }
        }
        for (at, gate) in (0..).zip(&models.asks) {
            if let Anchor::Call(paths) = &gate.anchor {
                index.add(paths, ModelRef::Gate(at), models, symbols, apis);
            }
        }
        (0..).zip(&models.steps).for_each(|(at, step)| index.step(at, step, models, symbols, apis));
        // Models speak of what these give back: the path goes on.
        index.open.extend(apis.called());
        index.answers.extend(intern_all(&models.runtime.answer_callbacks, symbols));
        index.prefer_language(symbols);
        index.aliases = intern_all(&models.runtime.global_aliases, symbols);
        index
    }

    fn source(&mut self, at: u32, source: &Source, models: &Models, symbols: &mut Symbols, apis: &mut Apis) {
        // Other roles hand on what came in elsewhere.
        if !source.role.gives_data() && source.role != SourceRole::Trigger {
            return;
        }
        match &source.anchor {
            Anchor::Call(paths) => self.add(paths, ModelRef::Source(at), models, symbols, apis),
            Anchor::Read(paths) => {
                for api in paths.iter().filter_map(|path| apis.of_path(path, symbols)) {
                    self.reads.entry(api).or_default().push(at);
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, at: u32, step: &Step, models: &Models, symbols: &mut Symbols, apis: &mut Apis) {
        self.add(&step.callees, ModelRef::Step(at), models, symbols, apis);
        if step.flows.iter().any(|flow| flow.to.base == Base::This) {
            self.changing.extend(step.callees.iter().filter_map(|path| match &path.segments[..] {
                [.., Segment::Member(name)] => Some(symbols.intern(name)),
                _ => None,
            }));
        }
        if let Some(ty) = &step.makes {
            let ty = symbols.intern(ty);
            for path in &step.callees {
                self.makes.extend(apis.of_path(path, symbols).map(|api| (api, ty)));
            }
        }
    }

    /// Where nothing is known of the receiver, a name that methods of the language have means these: many have methods of
    /// the same name, `add` and `set`, and would each get what is put into any set or map.
    fn prefer_language(&mut self, symbols: &mut Symbols) {
        let types = LANGUAGE_TYPES.map(|ty| symbols.intern(ty));
        let of_language = self.members.iter().filter(|((ty, _), _)| types.contains(ty));
        let of_language: FxHashSet<ApiId> = of_language.map(|(_, api)| *api).collect();
        self.members_by_name.values_mut().for_each(|members| {
            if members.iter().any(|api| of_language.contains(api)) {
                members.retain(|api| of_language.contains(api));
            }
        });
    }

    fn add(&mut self, paths: &[CallPath], model: ModelRef, models: &Models, symbols: &mut Symbols, apis: &mut Apis) {
        let (is_open, is_exact) = match model {
            ModelRef::Step(at) => {
                let step = &models.steps[at as usize];
                (step.flows.iter().any(|flow| matches!(flow.from.base, Base::Store(_))), step.exact)
            }
            _ => (true, false),
        };
        for path in paths {
            let Some(api) = apis.of_path(path, symbols) else { continue };
            self.by_callee.entry((api, path.is_new)).or_default().push(model);
            if is_open {
                self.open.insert(api);
            }
            if let (Root::Type(ty), [Segment::Member(name), _, ..]) = (&path.root, &path.segments[..]) {
                // What lies in a member of such an object is named by a path behind it.
                let (ty, name) = (symbols.intern(ty), symbols.intern(name));
                let member = apis.behind(Link::Type(ty), std::iter::once(name));
                member.into_iter().for_each(|member| _ = self.members.entry((ty, name)).or_insert(member));
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
}

/// Types of packages whose methods have everyday names.
fn exact_types(models: &Models, symbols: &mut Symbols) -> FxHashSet<Sym> {
    let is_method = |step: &&Step| step.callees.iter().any(|it| matches!(it.root, Root::Type(_)));
    let exact = models.steps.iter().filter(|step| step.exact && !is_method(step));
    exact.filter_map(|step| step.makes.as_deref()).map(|ty| symbols.intern(ty)).collect()
}
