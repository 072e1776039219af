//! Which function instances the program can get to: code of pages that the app does not list, of components that no
//! template uses, and functions that nobody calls are analysed as well, and told apart here.
//! Knows units and calls; nothing of values.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::base::FileId;
use crate::graph::objects::{Field, Object};
use crate::graph::program::Origin;
use crate::graph::solver::Solver;
use crate::graph::{FuncId, InstId, ObjId};
use crate::project::{ProjectKind, UnitId, UnitKind};

/// What is remembered on the way for the question at the end.
#[derive(Debug, Default)]
pub(in crate::graph) struct Reach {
    /// Functions called from outside because nobody else does.
    pub entered: FxHashSet<InstId>,
    /// Which module brings in which.
    pub imports: FxHashSet<(u32, u32)>,
    /// Modules that are loaded, in order, and those whose code has yet to be looked at.
    pub to_load: VecDeque<u32>,
    loaded: FxHashSet<u32>,
    /// Modules that nothing loads.
    pub unused: FxHashSet<u32>,
    /// Which unit uses which in its template.
    pub uses: FxHashSet<(UnitId, UnitId)>,
    /// Units with handlers whose names are not known: any of their methods may be one.
    pub open_units: FxHashSet<UnitId>,
}

impl Solver<'_> {
    /// Modules that run without being asked for are loaded: all where anything may be called from outside.
    pub fn load_entries(&mut self) {
        let is_open = self.project.kind != ProjectKind::MiniProgram;
        for module in 0..self.program.modules().len() as u32 {
            if (is_open && !self.is_closed_library(module))
                || self.is_entry(self.program.modules()[module as usize].file)
            {
                self.reach.to_load.push_back(module);
            }
        }
        let roots: Vec<UnitId> = self.root_units().collect();
        roots.into_iter().for_each(|unit| self.load_unit(unit));
    }

    /// The script of a unit is loaded.
    pub fn load_unit(&mut self, unit: UnitId) {
        let script = self.project.unit(unit).script;
        let module = script.and_then(|script| self.modules.get(&script).copied());
        self.reach.to_load.extend(module);
    }

    /// The code of a module runs; templates run for the units that they belong to.
    pub fn load_module(&mut self, module: u32) {
        let info = &self.program.modules()[module as usize];
        let (top, is_template) = (info.top, info.is_template);
        if self.reach.loaded.insert(module) && !is_template && !self.is_too_large(module) {
            self.instance(top, None, None);
        }
    }

    /// Functions that nothing calls can be called from outside, with anything. Where only the program itself calls what
    /// it has, they are looked at for less.
    pub fn run_uncalled(&mut self) {
        let modules = 0..self.program.modules().len() as u32;
        let uncalled = modules.filter(|module| !self.is_called_from_outside(*module)).collect();
        self.crowds.end_of_called(uncalled);
        loop {
            let mut found = false;
            for at in 0..self.program.len() {
                let func = FuncId(at as u32);
                if self.n_instances.contains_key(&func)
                    || self.natives.is_model(&self.program, func)
                    || self.only_computes(func)
                {
                    continue;
                }
                let entry = self.program.get(func);
                let Some(parent) = entry.function.parent else { continue };
                let parent = entry.sibling(parent);
                let Some(&env) = self.first_instances.get(&parent) else { continue };
                self.enter(func, env);
                self.solve();
                found = true;
            }
            if !found {
                return;
            }
        }
    }

    /// Calls a function from outside.
    pub fn enter(&mut self, func: FuncId, env: InstId) -> InstId {
        let inst = self.instance(func, Some(env), None);
        self.reach.entered.insert(inst);
        let function = self.program.get(func).function.clone();
        for &param in &function.params {
            let opaque = self.opaque(inst, param.0);
            self.add_object(self.value_node(inst, param), opaque);
        }
        if let Some(this) = function.this {
            let closure = self.objects.intern(Object::Closure { func, env: Some(env) });
            let receiver = self.receiver_from_outside(closure).unwrap_or_else(|| self.opaque(inst, this.0));
            let this = self.value_node(inst, this);
            self.add_object(this, receiver);
            // Who has an instance can call all its methods.
            for object in self.made.get(&receiver).cloned().into_iter().flatten() {
                self.add_object(this, object);
            }
        }
        inst
    }

    /// Who `this` is when a function is called from outside: the object that holds it; for constructors and methods of
    /// a class its prototype, so that they share their fields.
    pub fn receiver_from_outside(&mut self, closure: ObjId) -> Option<ObjId> {
        let prototype = Field::Named(self.known.prototype);
        if let Some(node) = self.objects.field(closure, prototype)
            && let Some(&object) = self.states[node.index()].objects.list().first()
        {
            return Some(object);
        }
        let holder = *self.holders.get(&closure)?;
        Some(self.runtime.receiver(holder).unwrap_or(holder))
    }

    /// What nothing loads is looked at last, and for less: nobody runs it.
    pub fn load_unused(&mut self) {
        let modules = 0..self.program.modules().len() as u32;
        let is_unused = |module: &u32| {
            !self.reach.loaded.contains(module) && !self.is_told_by_models(*module) && !self.is_closed_library(*module)
        };
        let unused: Vec<u32> = modules.filter(is_unused).collect();
        self.reach.unused.extend(&unused);
        self.crowds.forget_free();
        self.reach.to_load.extend(unused);
    }

    /// The instances that cannot be got to, by [`InstId`]; empty where everything may be called from outside.
    pub(in crate::graph) fn unreachable_instances(&self) -> Vec<bool> {
        if self.project.kind != ProjectKind::MiniProgram {
            return Vec::new();
        }
        let modules = self.live_modules();
        let mut is_dead: Vec<bool> = Vec::with_capacity(self.instances.len());
        for (at, instance) in self.instances.iter().enumerate() {
            // Callers and surroundings are made before those that they call and surround.
            let of = |inst: InstId| is_dead.get(inst.0 as usize).copied().unwrap_or(false);
            let is_called_dead = match instance.caller {
                Some((caller, _)) => of(caller),
                None => match self.program.get(instance.func).origin {
                    Origin::Module(module) => {
                        let is_open = self.is_called_from_outside(module);
                        !modules.contains(&module) || (!is_open && self.reach.entered.contains(&InstId(at as u32)))
                    }
                    Origin::Model => false,
                },
            };
            is_dead.push(is_called_dead || instance.env.is_some_and(of));
        }
        is_dead
    }

    /// Whether functions of a module may be called that the program itself does not call.
    fn is_called_from_outside(&self, module: u32) -> bool {
        let file = self.program.modules()[module as usize].file;
        let unit = self.project.unit_of_script(file);
        self.project.kind != ProjectKind::MiniProgram
            || self.is_entry(file)
            || unit.is_some_and(|unit| self.reach.open_units.contains(&unit))
    }

    /// Modules that are loaded when the program runs, or that others may load.
    fn live_modules(&self) -> FxHashSet<u32> {
        let units = self.live_units();
        let files = units.iter().flat_map(|unit| {
            let unit = self.project.unit(*unit);
            [unit.script, unit.template].into_iter().flatten()
        });
        let mut live: FxHashSet<u32> = files.filter_map(|file| self.modules.get(&file).copied()).collect();
        let entries = (0..self.program.modules().len() as u32)
            .filter(|module| self.is_entry(self.program.modules()[*module as usize].file));
        live.extend(entries);
        close(live, self.reach.imports.iter().copied())
    }

    /// Whether one of some modules is brought in by `module`, or is it.
    pub(in crate::graph) fn brings_in(&self, module: u32, some: &FxHashSet<u32>) -> bool {
        let all = close(FxHashSet::from_iter([module]), self.reach.imports.iter().copied());
        all.iter().any(|module| some.contains(module))
    }

    fn live_units(&self) -> FxHashSet<UnitId> {
        close(self.root_units().collect(), self.reach.uses.iter().copied())
    }

    /// Units that run without another one's template.
    fn root_units(&self) -> impl Iterator<Item = UnitId> {
        let units = self.project.units().filter(|(_, unit)| match unit.kind {
            UnitKind::App => true,
            UnitKind::Page => unit.reachable,
            UnitKind::Component => unit.route == self.models.runtime.tab_bar,
        });
        units.map(|(id, _)| id)
    }

    /// Whether others than the app load a file: code for the cloud, for workers, the interface of a plugin, what a plugin
    /// gets from the program.
    fn is_entry(&self, file: FileId) -> bool {
        let path = &self.project.files.get(file).path;
        let folders = [&self.project.cloud_root, &self.project.workers];
        let is_inside = |folder: &&String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        folders.into_iter().flatten().any(|folder| is_inside(&folder))
            || self.project.plugin_main == Some(file)
            || self.project.exported_to_plugins().any(|exported| exported == file)
    }
}

/// All that can be got to from `live` along the edges.
fn close<T: Copy + Eq + std::hash::Hash>(
    mut live: FxHashSet<T>,
    edges: impl Iterator<Item = (T, T)> + Clone,
) -> FxHashSet<T> {
    loop {
        let before = live.len();
        let found: Vec<T> = edges.clone().filter(|(from, _)| live.contains(from)).map(|(_, to)| to).collect();
        live.extend(found);
        if live.len() == before {
            return live;
        }
    }
}
