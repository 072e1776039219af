//! Module, component and template resolution over the files of a project.
//! Knows tables that were built once, and nothing of the disk.

use rustc_hash::FxHashMap;

use crate::base::{FileId, FileKind, Files};

use super::lookup::{Lookup, Target, is_relative};
use super::{Project, Resolution, Unit, UnitId, UnitKind, paths};

/// The look-up tables behind [`super::Project::resolve_module`] and its siblings.
#[derive(Debug, Default)]
pub struct Resolver {
    lookup: Lookup,
    files: FxHashMap<String, FileId>,
    routes: FxHashMap<String, UnitId>,
    scripts: FxHashMap<FileId, UnitId>,
}

impl Resolver {
    /// The tables for these files and units.
    pub(super) fn new(lookup: Lookup, files: &Files, units: &[Unit]) -> Self {
        let ids = || units.iter().enumerate().map(|(at, unit)| (UnitId(at as u32), unit));
        Self {
            lookup,
            files: files.iter().map(|(id, file)| (file.path.clone(), id)).collect(),
            // Of two units with one route the first counts, which is the page.
            routes: ids().rev().map(|(id, unit)| (unit.route.clone(), id)).collect(),
            scripts: ids().filter_map(|(id, unit)| Some((unit.script?, id))).collect(),
        }
    }

    fn find(&self, path: &str) -> Option<FileId> {
        self.files.get(path).copied()
    }
}

impl Project {
    /// What `require(request)` or `import … from request` in the file `from` stands for.
    pub fn resolve_module(&self, from: FileId, request: &str) -> Resolution {
        let resolver = &self.resolver;
        let exists = |path: &str| resolver.files.contains_key(path);
        match resolver.lookup.module(&exists, &self.files.get(from).path, request) {
            Target::Path(path) => resolver.find(&path).map_or(Resolution::Missing, Resolution::File),
            Target::Package(name) => Resolution::Package(name),
            Target::Missing => Resolution::Missing,
        }
    }

    /// The files that a request of the file `from` may mean of which parts are not known, as requests from there: `hole`
    /// stands for such a part, which is of one folder.
    pub fn fitting_modules(&self, from: FileId, request: &str, hole: char) -> Vec<String> {
        if !is_relative(request) {
            return Vec::new();
        }
        let folder = paths::parent(&self.files.get(from).path);
        let Some(asked) = paths::join(folder, request) else { return Vec::new() };
        let (Some((head, _)), Some((_, tail))) = (asked.split_once(hole), asked.rsplit_once(hole)) else {
            return Vec::new();
        };
        let up = "../".repeat(folder.split('/').filter(|part| !part.is_empty()).count());
        let fits = |path: &str| {
            let middle = path.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
            middle.is_some_and(|middle| !middle.is_empty() && !middle.contains('/'))
        };
        let scripts =
            self.files.iter().filter(|(_, file)| matches!(file.kind, FileKind::JavaScript | FileKind::TypeScript));
        let fitting = scripts.filter(|(_, file)| fits(&file.path) || fits(paths::stem(&file.path)));
        fitting.map(|(_, file)| format!("./{up}{}", file.path)).collect()
    }

    /// The WXML that `<import src>` or `<include src>` in the file `from` names.
    pub fn resolve_template(&self, from: FileId, src: &str) -> Option<FileId> {
        self.resolve_beside(from, src, ".wxml")
    }

    /// The file that `<wxs src>` or `require` in the WXS file `from` names.
    pub fn resolve_wxs(&self, from: FileId, src: &str) -> Option<FileId> {
        self.resolve_beside(from, src, ".wxs")
    }

    /// A path relative to `from`, or to its root with a leading `/`; the extension may be left out.
    fn resolve_beside(&self, from: FileId, src: &str, extension: &str) -> Option<FileId> {
        let from = &self.files.get(from).path;
        let path = match src.strip_prefix('/') {
            Some(rest) => paths::join(self.resolver.lookup.root_of(from), rest)?,
            None => paths::join(paths::parent(from), src)?,
        };
        let path = if path.ends_with(extension) { path } else { path + extension };
        self.resolver.find(&path)
    }

    /// The page behind a navigation url, whose query is ignored. Relative ones count from the page `from_route`, and
    /// from the root where there is nothing or no page is known.
    pub fn resolve_page(&self, from_route: Option<&str>, url: &str) -> Option<UnitId> {
        let path = url.split(['?', '#']).next()?.trim();
        if path.is_empty() || path.contains("://") {
            return None;
        }
        let page = |base: &str| {
            let id = self.unit_by_route(&paths::join(base, path)?)?;
            (self.unit(id).kind == UnitKind::Page).then_some(id)
        };
        let relative = from_route.filter(|_| !path.starts_with('/')).and_then(|route| page(paths::parent(route)));
        relative.or_else(|| if from_route.is_some() && is_relative(path) { None } else { page("") })
    }

    /// The unit at a path relative to that of another one, or to the root with a leading `/`.
    pub fn resolve_beside_route(&self, from_route: &str, path: &str) -> Option<UnitId> {
        let base = if path.starts_with('/') { "" } else { paths::parent(from_route) };
        self.unit_by_route(&paths::join(base, path)?)
    }

    /// The unit behind an id.
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.0 as usize]
    }

    /// Ids and units in order.
    pub fn units(&self) -> impl Iterator<Item = (UnitId, &Unit)> {
        self.units.iter().enumerate().map(|(at, unit)| (UnitId(at as u32), unit))
    }

    /// The unit with a route such as `pages/index/index`.
    pub fn unit_by_route(&self, route: &str) -> Option<UnitId> {
        self.resolver.routes.get(route).copied()
    }

    /// The unit that a script is the logic of.
    pub fn unit_of_script(&self, script: FileId) -> Option<UnitId> {
        self.resolver.scripts.get(&script).copied()
    }
}
