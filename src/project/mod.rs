//! A path becomes a [`Project`]: which files there are, which pages and components they form, and what a request for a
//! module, a component or a template resolves to. Knows the layout of mini-programs, and nothing of JavaScript.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::json::Json;
use crate::base::{FileId, Files, Span};

/// What kind of thing was found at the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectKind {
    /// A mini-program (or mini-game): an `app.json` or `game.json` was found.
    MiniProgram,
    /// A plugin: a `plugin.json` and no app.
    Plugin,
    /// A folder or a file without either: every module stands for itself.
    Modules,
}

/// What a unit is to the framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// `app.js` with `app.json`.
    App,
    /// A page that `app.json` lists.
    Page,
    /// A component that some configuration names.
    Component,
}

/// A page, a component or the app: the files that share a path, and what their configuration says.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The path without extension, relative to the mini-program root: `pages/index/index`.
    pub route: String,
    /// What it is.
    pub kind: UnitKind,
    /// The logic (`.ts` before `.js`).
    pub script: Option<FileId>,
    /// The WXML.
    pub template: Option<FileId>,
    /// The JSON.
    pub config: Option<FileId>,
    /// Components by tag name, the app's global ones included; a value is an index into [`Project::units`].
    /// Tags that resolve to nothing in the project (`plugin://`, missing) are absent here.
    pub components: BTreeMap<String, UnitId>,
    /// Tags of components whose code is not in the tree: of plugins, and missing.
    pub absent: BTreeSet<String>,
    /// Default components of generics (`componentGenerics`), by name.
    pub generics: BTreeMap<String, UnitId>,
    /// Where a configuration names the unit.
    pub declared: Option<Span>,
    /// Whether the program can get to it: pages in `app.json`, components used by such a unit, the app. Among loose
    /// modules every unit is.
    pub reachable: bool,
}

/// An index into [`Project::units`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub u32);

/// A cloud function: a folder below the cloud root.
#[derive(Clone, Debug)]
pub struct CloudFunction {
    /// The folder's name, by which it is called.
    pub name: String,
    /// Its entry script.
    pub entry: FileId,
}

/// A plugin that the app declares.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// The name by which `requirePlugin` asks for it.
    pub alias: String,
    /// Its app id.
    pub provider: String,
    /// Its version; one under development begins with `dev`.
    pub version: String,
    /// The file of the program, relative to its root, whose exports the plugin may ask for.
    pub export: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

impl Plugin {
    /// Whether it is the one that is developed in the project with this app id.
    fn is_own(&self, app_id: Option<&str>) -> bool {
        self.version.starts_with("dev") || app_id == Some(self.provider.as_str())
    }
}

/// A mini-program as it lies on the disk.
#[derive(Debug)]
pub struct Project {
    /// What it is.
    pub kind: ProjectKind,
    /// The app id, where a configuration gives it.
    pub app_id: Option<String>,
    /// The roots of the programs in it, where it holds several that are read as loose modules: data of one never gets to
    /// another.
    pub programs: Vec<String>,
    /// The mini-program root relative to the scanned root; `""` where they are the same.
    pub mini_root: String,
    /// Every file that is analysed; paths are relative to the root of the file system that was given.
    pub files: Files,
    /// App, pages and components, sorted by kind and route.
    pub units: Vec<Unit>,
    /// Cloud functions, sorted by name.
    pub cloud_functions: Vec<CloudFunction>,
    /// Declared plugins, sorted by alias.
    pub plugins: Vec<Plugin>,
    /// The file that was asked for, where the path was one file.
    pub entry: Option<FileId>,
    /// The page that is shown first.
    pub entry_page: Option<UnitId>,
    /// `app.json`, `game.json` or `plugin.json`.
    pub app_config: Option<FileId>,
    /// `project.config.json`, else its private twin.
    pub project_config: Option<FileId>,
    /// The script behind `main` of `plugin.json`, whose exports the users of the plugin get.
    pub plugin_main: Option<FileId>,
    /// The folder of the workers, relative to the scanned root.
    pub workers: Option<String>,
    /// The folder of the cloud functions, relative to the scanned root.
    pub cloud_root: Option<String>,
    configs: config::Configs,
    resolver: resolve::Resolver,
}

impl Project {
    /// The configuration in a file, if it is one that loading has parsed: of the project, the app, a page, a component
    /// or a cloud function.
    pub fn config(&self, file: FileId) -> Option<&Json> {
        self.configs.get(file)
    }

    /// Whether a name that a program knows a plugin by stands for the one that is developed in the tree.
    pub fn is_own_plugin(&self, name: &str) -> bool {
        self.own_plugins().any(|plugin| plugin.alias == name || plugin.provider == name)
    }

    fn own_plugins(&self) -> impl Iterator<Item = &Plugin> {
        self.plugins.iter().filter(|plugin| plugin.is_own(self.app_id.as_deref()))
    }

    /// The file whose exports the plugin that is developed in the tree gets from the program.
    pub fn exported_to_own_plugin(&self) -> Option<FileId> {
        self.plugin_main?;
        self.own_plugins().find_map(|plugin| self.exported_file(plugin))
    }

    /// The files whose exports plugins get that are not in the tree.
    pub fn exported_to_plugins(&self) -> impl Iterator<Item = FileId> {
        let foreign = self.plugins.iter().filter(|plugin| !plugin.is_own(self.app_id.as_deref()));
        foreign.filter_map(|plugin| self.exported_file(plugin))
    }

    fn exported_file(&self, plugin: &Plugin) -> Option<FileId> {
        match self.resolve_module(self.app_config?, &format!("./{}", plugin.export.as_ref()?)) {
            Resolution::File(file) => Some(file),
            Resolution::Package(_) | Resolution::Missing => None,
        }
    }

    fn plugin_interface(&self, root: &str, main: &str) -> Option<FileId> {
        let manifest = self.files.find(&paths::join(root, "plugin.json")?)?;
        match self.resolve_module(manifest, &format!("./{main}")) {
            Resolution::File(file) => Some(file),
            Resolution::Package(_) | Resolution::Missing => None,
        }
    }
}

/// What a request for a module stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A file of the program.
    File(FileId),
    /// A package that is not in the tree (its name, with the path in it).
    Package(String),
    /// A relative or absolute path behind which there is nothing.
    Missing,
}

mod app;
mod cloud;
mod config;
mod decode;
mod discover;
mod gather;
mod load;
mod lookup;
mod packages;
mod paths;
mod requests;
pub mod resolve;
#[cfg(test)]
mod tests;
mod unbuilt;
mod units;

pub use load::{LoadError, load, load_recovered};
