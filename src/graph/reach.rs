//! Which function instances the program can get to: code of pages that the app does not list, of components that no
//! template uses, and functions that nobody calls are analysed as well, and told apart here.
//! Knows units and calls; nothing of values.

use rustc_hash::FxHashSet;

use super::InstId;
use super::program::Origin;
use super::solver::Solver;
use crate::base::FileId;
use crate::project::{ProjectKind, UnitId, UnitKind};

/// What is remembered on the way for the question at the end.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Functions called from outside because nobody else does.
    pub entered: FxHashSet<InstId>,
    /// Which module brings in which.
    pub imports: FxHashSet<(u32, u32)>,
    /// Which unit uses which in its template.
    pub uses: FxHashSet<(UnitId, UnitId)>,
    /// Units with handlers whose names are not known: any of their methods may be one.
    pub open_units: FxHashSet<UnitId>,
}

impl Solver<'_> {
    /// The instances that cannot be got to, by [`InstId`]; empty where everything may be called from outside.
    pub(super) fn unreachable_instances(&self) -> Vec<bool> {
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
                        let file = self.program.modules()[module as usize].file;
                        let unit = self.project.unit_of_script(file);
                        let is_open =
                            self.is_entry(file) || unit.is_some_and(|unit| self.reach.open_units.contains(&unit));
                        !modules.contains(&module) || (!is_open && self.reach.entered.contains(&InstId(at as u32)))
                    }
                    Origin::Model => false,
                },
            };
            is_dead.push(is_called_dead || instance.env.is_some_and(of));
        }
        is_dead
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

    fn live_units(&self) -> FxHashSet<UnitId> {
        let roots = self.project.units().filter(|(_, unit)| match unit.kind {
            UnitKind::App => true,
            UnitKind::Page => unit.reachable,
            UnitKind::Component => unit.route == self.models.runtime.tab_bar,
        });
        close(roots.map(|(id, _)| id).collect(), self.reach.uses.iter().copied())
    }

    /// Whether others than the app load a file: code for the cloud, for workers, the interface of a plugin.
    fn is_entry(&self, file: FileId) -> bool {
        let path = &self.project.files.get(file).path;
        let folders = [&self.project.cloud_root, &self.project.workers];
        let is_inside = |folder: &&String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        folders.into_iter().flatten().any(|folder| is_inside(&folder)) || self.project.plugin_main == Some(file)
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
