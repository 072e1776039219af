//! A path becomes a [`Project`]: which files there are, which pages and components they form, and what a request for a
//! module, a component or a template resolves to. Knows the layout of mini-programs, and nothing of JavaScript.

use std::collections::BTreeMap;

use crate::base::{FileId, FileSystem, Files, Problem, Span, Text};

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
    /// Default components of generics (`componentGenerics`), by name.
    pub generics: BTreeMap<String, UnitId>,
    /// Where a configuration names the unit.
    pub declared: Option<Span>,
    /// Whether the program can get to it: pages in `app.json`, components used by such a unit, the app.
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
    /// Where it is declared.
    pub span: Span,
}

/// A mini-program as it lies on the disk.
#[derive(Debug)]
pub struct Project {
    /// What it is.
    pub kind: ProjectKind,
    /// The app id, where a configuration gives it.
    pub app_id: Option<String>,
    /// The mini-program root relative to the scanned root; `""` where they are the same.
    pub mini_root: String,
    /// Every file that is analysed.
    pub files: Files,
    /// App, pages and components, sorted by kind and route.
    pub units: Vec<Unit>,
    /// Cloud functions, sorted by name.
    pub cloud_functions: Vec<CloudFunction>,
    /// Declared plugins, sorted by alias.
    pub plugins: Vec<Plugin>,
    resolver: resolve::Resolver,
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

pub mod resolve;

/// Why there is nothing to analyse.
#[derive(Clone, Debug)]
pub struct LoadError(Text);

impl LoadError {
    /// The reason, for people.
    pub fn message(&self) -> Text {
        self.0.clone()
    }
}

/// Stand-in for the loader: every file of a known kind.
pub fn load(fs: &dyn FileSystem, path: &str) -> Result<(Project, Vec<Problem>), LoadError> {
    let entries = if fs.is_file(path) {
        vec![crate::base::Entry { path: path.to_owned(), is_dir: false }]
    } else {
        fs.walk(path, &|_| false).map_err(|error| LoadError(Text::new(error.to_string(), error.to_string())))?
    };
    let read = |entry: &crate::base::Entry| {
        let kind = crate::base::FileKind::of(&entry.path)?;
        let text = String::from_utf8_lossy(&fs.read(&entry.path).ok()?).into_owned();
        Some(crate::base::SourceFile::new(entry.path.clone(), kind, text))
    };
    let files = Files::new(entries.iter().filter_map(read).collect());
    if files.is_empty() {
        return Err(LoadError(Text::new("没有可分析的文件", "nothing to analyse")));
    }
    let project = Project {
        kind: ProjectKind::Modules,
        app_id: None,
        mini_root: String::new(),
        files,
        units: Vec::new(),
        cloud_functions: Vec::new(),
        plugins: Vec::new(),
        resolver: resolve::Resolver::default(),
    };
    Ok((project, Vec::new()))
}
