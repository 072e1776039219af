//! Code that only computes: it names nothing by which data comes in or goes out, people are asked, or the framework is
//! given something. Where nobody calls such code nothing can come of it; and a large library of it is to its users what
//! a package is that is not there: what goes in may come out.
//! Knows what functions name, and nothing of values that come in from elsewhere.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{FileKind, Level, Problem, Span, Text};
use crate::graph::api::{ApiId, Link};
use crate::graph::program::{FuncId, Origin};
use crate::graph::solver::Solver;
use crate::graph::symbols::Sym;
use crate::ir::{Func, Function, Instr, Key, Module, Name, Val, Written, for_each_read};
use crate::models::{Anchor, Base, CallPath, Covers, Models, Sensitivity, Source, SourceRole, Step};
use crate::project::{ProjectKind, Resolution};

/// What is known of the code by what it names.
#[derive(Debug, Default)]
pub(in crate::graph) struct Closed {
    /// Where data comes in or goes out and the like, and all that lies on the way there.
    outward: FxHashMap<ApiId, Outward>,
    /// Functions that may have to do with others when nobody calls them, by themselves or by what stands in them.
    open: FxHashSet<FuncId>,
    /// Modules that name something of that kind.
    naming: FxHashSet<u32>,
    /// What each module asks for.
    requests: FxHashMap<u32, Vec<Sym>>,
    /// Modules that only compute, with all that they ask for.
    modules: FxHashSet<u32>,
    /// Those of them that are libraries too large to be looked into.
    libraries: FxHashSet<u32>,
}

/// What a path into code from outside means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outward {
    /// Something behind it counts.
    OnTheWay,
    /// It gives data that does little harm.
    Minor,
    /// It counts.
    There,
}

/// What a value of a function may be, as far as the text says it.
#[derive(Clone, Copy)]
enum Named {
    Api(ApiId),
    /// The global object.
    Global,
}

impl Solver<'_> {
    /// Notes which paths count.
    pub fn note_outward(&mut self) {
        for (path, outward) in outward_paths(self.models) {
            let Some(api) = self.apis.of_path(&path, &mut self.symbols) else { continue };
            let before = std::iter::successors(self.apis.parent(api), |at| self.apis.parent(*at));
            for (api, outward) in before.map(|at| (at, Outward::OnTheWay)).chain([(api, outward)]) {
                let known = self.closed.outward.entry(api).or_insert(outward);
                *known = outward.max(*known);
            }
        }
    }

    /// Notes what the functions of a module name, before it becomes a part of the program.
    pub fn note_named(&mut self, module: &Module) {
        let (id, base) = (self.program.modules().len() as u32, self.program.len() as u32);
        let funcs = (0..module.functions.len() as u32).map(Func);
        let seen: Vec<Seen> = module.functions.iter().map(|function| self.named_by(module, function)).collect();
        // Whoever holds the global object may mean by a property what others mean by a global name: not in a mini-program,
        // whose names hang on no object.
        let gives_global = !self.is_mini_program() && seen.iter().any(|seen| seen.gives_global);
        for (func, seen) in funcs.zip(seen) {
            let names = seen.names.max((seen.has_root && gives_global).then_some(Outward::There));
            if names == Some(Outward::There) {
                self.closed.naming.insert(id);
            }
            let is_outward = names.is_some();
            let surroundings = surroundings(module.function(func)).filter(|_| !is_outward);
            let Some(mut owners) = surroundings else {
                ancestors(module, func).for_each(|func| _ = self.closed.open.insert(FuncId(base + func.0)));
                continue;
            };
            for func in ancestors(module, func) {
                owners.remove(&func);
                if owners.is_empty() {
                    break;
                }
                self.closed.open.insert(FuncId(base + func.0));
            }
        }
        let requests = code(module.functions.iter()).filter_map(|instr| match instr {
            Instr::Import { request, .. } => Some(self.symbols.intern(module.name(*request))),
            _ => None,
        });
        let requests = requests.collect();
        self.closed.requests.insert(id, requests);
    }

    fn named_by(&self, module: &Module, function: &Function) -> Seen {
        let mut values: FxHashMap<Val, Named> = FxHashMap::default();
        let mut seen = Seen::default();
        let mut receivers: FxHashSet<Val> = function.this.into_iter().collect();
        // Values stand before what reads them, but for loops.
        for _ in 0..2 {
            for instr in code([function]) {
                let (dst, named) = match *instr {
                    Instr::LoadGlobal { dst, name } => (dst, self.global_named(module, name)),
                    Instr::Load { dst, obj, key: Key::Named(name) } => match values.get(&obj) {
                        Some(Named::Global) => (dst, self.global_named(module, name)),
                        Some(Named::Api(api)) => (dst, self.member_named(*api, module, name)),
                        None => continue,
                    },
                    _ => continue,
                };
                values.extend(named.map(|named| (dst, named)));
            }
        }
        let end = |named: &Named| match named {
            Named::Api(api) => Some(self.closed.outward[api]).filter(|outward| *outward != Outward::OnTheWay),
            Named::Global => None,
        };
        seen.names = values.values().filter_map(end).max();
        for instr in code([function]) {
            match instr {
                // A look at a member gives nothing of it away, nor does a test of whether something is there.
                Instr::Load { key: Key::Named(name), .. } => {
                    seen.has_root |= self.is_root(module, *name);
                    continue;
                }
                Instr::Op { .. } => continue,
                Instr::Store { key: Key::Named(name), .. } => {
                    seen.has_root |= self.is_root(module, *name);
                }
                Instr::OuterThis { dst, .. } => _ = receivers.insert(*dst),
                Instr::Call(call) => {
                    let is_own = call.this.is_some_and(|this| receivers.contains(&this));
                    let is_of_instance =
                        |name| self.symbols.find(module.name(name)).and_then(|it| self.runtime.method(it));
                    if call.written.as_ref().is_some_and(|written| self.is_written(module, written))
                        || (is_own && call.method.and_then(is_of_instance).is_some())
                    {
                        seen.names = Some(Outward::There);
                    }
                }
                _ => {}
            }
            for_each_read(instr, |val| match values.get(&val) {
                Some(Named::Global) => seen.gives_global = true,
                // What is a minor source itself was counted; what is on the way somewhere may be taken anywhere.
                Some(Named::Api(api)) if self.closed.outward[api] == Outward::OnTheWay => {
                    seen.names = Some(Outward::There);
                }
                Some(Named::Api(_)) | None => {}
            });
        }
        seen
    }

    /// Whether a callee counts by the names under which the text has it.
    fn is_written(&self, module: &Module, written: &Written) -> bool {
        let find = |name: &Name| self.symbols.find(module.name(*name));
        let leads_there = |root: Option<Link>, names: &[Name]| {
            let root = root.and_then(|root| self.apis.known_root(root))?;
            let api = names.iter().try_fold(root, |at, name| self.apis.child(at, Link::Member(find(name)?)));
            api.filter(|api| self.closed.outward.contains_key(api))
        };
        let by_request = written
            .required
            .as_ref()
            .and_then(|required| leads_there(find(&required.request).map(Link::Package), &required.members));
        let by_name = written.names.split_first();
        let by_name = by_name.and_then(|(root, names)| leads_there(find(root).map(Link::Global), names));
        by_request.or(by_name).is_some()
    }

    fn is_root(&self, module: &Module, name: Name) -> bool {
        matches!(self.global_named(module, name), Some(Named::Api(_)))
    }

    fn is_mini_program(&self) -> bool {
        self.project.kind == ProjectKind::MiniProgram
    }

    fn global_named(&self, module: &Module, name: Name) -> Option<Named> {
        let name = self.symbols.find(module.name(name))?;
        if self.natives.is_global_alias(name) {
            return Some(Named::Global);
        }
        let api = self.apis.known_root(Link::Global(name))?;
        self.closed.outward.contains_key(&api).then_some(Named::Api(api))
    }

    fn member_named(&self, of: ApiId, module: &Module, name: Name) -> Option<Named> {
        let name = self.symbols.find(module.name(name))?;
        let api = self.apis.child(of, Link::Member(name))?;
        self.closed.outward.contains_key(&api).then_some(Named::Api(api))
    }

    /// Finds the modules that only compute, and the large libraries among them.
    pub fn find_closed(&mut self) {
        // Single files are told by the names of what they declare, too.
        if self.project.kind == ProjectKind::Modules {
            return;
        }
        let n_modules = self.program.modules().len() as u32;
        let is_script = |module: u32| {
            let info = &self.program.modules()[module as usize];
            let file = self.project.files.get(info.file);
            file.kind != FileKind::Wxml && self.project.unit_of_script(info.file).is_none()
        };
        let mut closed: FxHashSet<u32> =
            (0..n_modules).filter(|module| !self.closed.naming.contains(module) && is_script(*module)).collect();
        loop {
            let is_open =
                |module: &u32| !self.closed.requests[module].iter().all(|it| self.asks_closed(*module, *it, &closed));
            let open: Vec<u32> = closed.iter().copied().filter(is_open).collect();
            if open.is_empty() {
                break;
            }
            open.iter().for_each(|module| _ = closed.remove(module));
        }
        let is_large = |module: &u32| self.program.modules()[*module as usize].n_inner >= self.budget.values_of_library;
        self.closed.libraries = closed.iter().copied().filter(is_large).collect();
        self.closed.modules = closed;
    }

    fn asks_closed(&self, module: u32, request: Sym, closed: &FxHashSet<u32>) -> bool {
        let file = self.program.modules()[module as usize].file;
        let package = match self.project.resolve_module(file, self.symbols.text(request)) {
            Resolution::File(target) => {
                return match self.modules.get(&target) {
                    Some(target) => closed.contains(target),
                    None => self.project.files.get(target).kind == FileKind::Json,
                };
            }
            Resolution::Package(name) => self.symbols.find(&name),
            Resolution::Missing => Some(request),
        };
        let package = package.and_then(|name| self.apis.known_root(Link::Package(name)));
        package.is_none_or(|package| !self.closed.outward.contains_key(&package))
    }

    /// Whether nothing can come of a function that nobody calls.
    pub fn only_computes(&self, func: FuncId) -> bool {
        let is_closed =
            |origin: Origin| matches!(origin, Origin::Module(module) if self.closed.modules.contains(&module));
        self.project.kind != ProjectKind::Modules
            && (!self.closed.open.contains(&func) || is_closed(self.program.get(func).origin))
    }

    /// Whether a module is a library that only computes and is too large to be looked into.
    pub fn is_closed_library(&self, module: u32) -> bool {
        self.closed.libraries.contains(&module)
    }

    /// The path that stands for such a library, for one that asks for it from outside.
    pub fn closed_library(&mut self, from: u32, module: u32) -> Option<ApiId> {
        if !self.is_closed_library(module) || self.is_closed_library(from) {
            return None;
        }
        let file = self.program.modules()[module as usize].file;
        let path = self.symbols.intern(&self.project.files.get(file).path);
        Some(self.apis.root(Link::Package(path)))
    }

    /// Says of which libraries the code was not looked into.
    pub fn say_closed(&mut self) {
        let mut libraries: Vec<u32> = self.closed.libraries.iter().copied().collect();
        libraries.sort_unstable();
        for module in libraries {
            let file = self.program.modules()[module as usize].file;
            let path = &self.project.files.get(file).path;
            let message = Text::new(
                format!(
                    "{path} 是只做计算的大型库（不读取个人信息，也不向外发送）：按未知代码处理，传入的数据可能出现在返回值和回调中"
                ),
                format!(
                    "{path} is a large library that only computes, and neither reads personal data nor sends anything: it is taken as unknown code, whose arguments may come out of its results and callbacks"
                ),
            );
            self.problems.push(Problem::at(Level::Note, "closed-library", Span::new(file, 0, 0), message));
        }
    }
}

/// What a function names.
#[derive(Default)]
struct Seen {
    /// What counts most of it.
    names: Option<Outward>,
    /// A property that is called as something is that counts.
    has_root: bool,
    /// The global object gets elsewhere.
    gives_global: bool,
}

fn code<'m>(functions: impl IntoIterator<Item = &'m Function>) -> impl Iterator<Item = &'m Instr> {
    functions.into_iter().flat_map(|function| &function.blocks).flat_map(|block| &block.code).map(|(instr, _)| instr)
}

/// A function with those around it, from the inside out.
fn ancestors(module: &Module, func: Func) -> impl Iterator<Item = Func> {
    std::iter::successors(Some(func), |func| module.function(*func).parent)
}

/// The functions of which a function uses variables and the like; none where it has to do with other modules or with
/// names that all share.
fn surroundings(function: &Function) -> Option<FxHashSet<Func>> {
    let mut owners = FxHashSet::default();
    for instr in code([function]) {
        match *instr {
            Instr::LoadCell { owner, .. }
            | Instr::StoreCell { owner, .. }
            | Instr::OuterThis { owner, .. }
            | Instr::OuterArguments { owner, .. } => _ = owners.insert(owner),
            Instr::Import { .. }
            | Instr::Module { .. }
            | Instr::StoreGlobal { .. }
            | Instr::Tag(_)
            | Instr::Template(_)
            | Instr::Shown { .. } => return None,
            _ => {}
        }
    }
    Some(owners)
}

/// The kind of sinks that leave what they get where it is, for those who look for mistakes. What code logs that gets no
/// personal data by itself is not worth a look into all of it.
const LOG: &str = "log";

/// Where models say that data comes in or goes out, is kept, people are asked, or the framework is given something.
fn outward_paths(models: &Models) -> Vec<(CallPath, Outward)> {
    let called = |anchor: &Anchor| match anchor {
        Anchor::Call(paths) | Anchor::Read(paths) => paths.clone(),
        _ => Vec::new(),
    };
    let is_minor = |source: &&Source| {
        let is_low =
            |data: &str| models.categories.iter().any(|it| it.slug == data && it.sensitivity == Sensitivity::Low);
        source.role == SourceRole::Source && source.outputs.iter().all(|output| is_low(&output.data))
    };
    let (minor, sources): (Vec<&Source>, Vec<&Source>) = models.sources.iter().partition(is_minor);
    let sinks = models.sinks.iter().filter(|sink| sink.kind != LOG);
    let keeps = |step: &&Step| {
        step.flows.iter().any(|flow| [&flow.from, &flow.to].into_iter().any(|port| matches!(port.base, Base::Store(_))))
    };
    let runtime = &models.runtime;
    let framework = (runtime.constructors.iter().flat_map(|it| std::iter::once(&it.call).chain(&it.also)))
        .chain(runtime.instances.iter().map(|it| &it.call))
        .chain(runtime.navigation.iter().map(|it| &it.call))
        .chain(runtime.remote_calls.iter().map(|it| &it.call))
        .chain(runtime.globals.iter().map(|it| &it.name));
    let there = (sources.iter().flat_map(|source| called(&source.anchor)))
        .chain(sinks.flat_map(|sink| called(&sink.anchor)))
        .chain(models.asks.iter().filter(|ask| ask.covers != Covers::Nobody).flat_map(|ask| called(&ask.anchor)))
        .chain(models.steps.iter().filter(keeps).flat_map(|step| step.callees.clone()))
        .chain(framework.filter_map(|path| path.parse().ok()));
    let minor = minor.iter().flat_map(|source| called(&source.anchor));
    minor.map(|path| (path, Outward::Minor)).chain(there.map(|path| (path, Outward::There))).collect()
}
