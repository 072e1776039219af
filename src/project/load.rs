//! Loads a project: discover, gather, read the configurations, form the units.
//! Knows the order of these steps, and leaves each of them to its module.

use crate::base::fs::MemoryFs;
use crate::base::{FileId, FileKind, FileSystem, Files, Problem, Span, Text};
use crate::package::Recovered;

use super::app::AppConfig;
use super::config::{Configs, ProjectConfig, preview};
use super::discover::{Layout, discover};
use super::gather::{Texts, paths_of};
use super::lookup::Lookup;
use super::resolve::Resolver;
use super::units::{Builder, has_scripts};
use super::{Plugin, Project, ProjectKind, cloud, packages, paths};

/// Why there is no project at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// There is neither a file nor a folder.
    NotFound {
        /// The path as it was asked for.
        path: String,
    },
    /// There is no script in it.
    NothingToAnalyse {
        /// The path as it was asked for.
        path: String,
    },
}

impl LoadError {
    /// The reason for the user.
    pub fn message(&self) -> Text {
        match self {
            Self::NotFound { path } => {
                Text::new(format!("路径不存在：{}", shown(path)), format!("no such file or folder: {}", shown(path)))
            }
            Self::NothingToAnalyse { path } => Text::new(
                format!(
                    "{} 中没有可分析的脚本；请指明小程序所在的文件夹（含 project.config.json 或 app.json）",
                    shown(path)
                ),
                format!(
                    "there is no script to analyse in {}; name the folder of a mini-program, which has project.config.json or app.json",
                    shown(path)
                ),
            ),
        }
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

/// Loads what lies at `path` in `fs`, a folder or one script (`""` is the root). Paths of files are relative to the
/// root of `fs`. What could be read only in part is a problem; an error means that nothing can be analysed.
pub fn load(fs: &dyn FileSystem, path: &str) -> Result<(Project, Vec<Problem>), LoadError> {
    let not_found = || LoadError::NotFound { path: path.to_owned() };
    let place = paths::join("", path).ok_or_else(not_found)?;
    let mut problems = Vec::new();
    let (layout, lookup, texts) = if fs.is_file(&place) {
        one_file(fs, &place)
    } else if fs.is_dir(&place) {
        folder(fs, &place, &mut problems)
    } else {
        return Err(not_found());
    };
    let files = texts.into_files(&mut problems);
    if !has_scripts(&files) {
        return Err(LoadError::NothingToAnalyse { path: path.to_owned() });
    }
    let entry = files.find(&place);
    let project = assemble(&layout, lookup, files, entry, &mut problems);
    problems.sort();
    problems.dedup();
    Ok((project, problems))
}

/// Loads a program that was recovered from packages. Its problems may lie in the files of these.
pub fn load_recovered(recovered: Recovered) -> Result<(Project, Vec<Problem>), LoadError> {
    let texts = recovered.files.into_iter().map(|(path, text)| (path, text.into_bytes()));
    let (mut project, mut problems) = load(&MemoryFs::new(texts), "")?;
    project.files = project.files.recovered_from(recovered.compiled, recovered.origins);
    problems.extend(recovered.problems.into_iter().map(|problem| {
        let span = problem.span.map(|span| Span { file: project.files.compiled(span.file.0), ..span });
        Problem { span, ..problem }
    }));
    Ok((project, problems))
}

/// One script and what it reaches by relative requests.
fn one_file(fs: &dyn FileSystem, path: &str) -> (Layout, Lookup, Texts) {
    let layout = Layout::modules(paths::parent(path));
    let lookup = lookup(&layout, Vec::new());
    let mut texts = Texts::default();
    if FileKind::of(path).is_some_and(FileKind::is_script) {
        packages::read_reachable(fs, &lookup, &mut texts, path);
    }
    (layout, lookup, texts)
}

fn folder(fs: &dyn FileSystem, path: &str, problems: &mut Vec<Problem>) -> (Layout, Lookup, Texts) {
    let layout = discover(fs, path, problems);
    let app = layout.app.as_deref().and_then(|app| preview(fs, app));
    let aliases = app.map(|json| AppConfig::read_app(&json, &mut Vec::new()).aliases).unwrap_or_default();
    let mut lookup = lookup(&layout, aliases);
    let mut texts = Texts::default();
    texts.read(fs, &paths_of(fs, &layout, problems));
    if layout.kind != ProjectKind::Modules {
        packages::read_packages(fs, &layout, &mut lookup, &mut texts);
    }
    (layout, lookup, texts)
}

fn lookup(layout: &Layout, aliases: Vec<(String, String)>) -> Lookup {
    let is_loose = layout.kind == ProjectKind::Modules;
    // Loose modules may lie anywhere, so that all of them are taken for Node.js code.
    let node_root = if is_loose { Some(String::new()) } else { layout.cloud_root.clone() };
    Lookup { roots: layout.roots(), node_root, aliases, ..Lookup::default() }
}

fn assemble(
    layout: &Layout,
    lookup: Lookup,
    files: Files,
    entry: Option<FileId>,
    problems: &mut Vec<Problem>,
) -> Project {
    let mut configs = Configs::default();
    for file in layout.project_configs.iter().filter_map(|path| files.find(path)) {
        if let Some(json) = configs.parse(&files, file, problems) {
            ProjectConfig::read(json, problems);
        }
    }
    let app_config = layout.app.as_deref().and_then(|path| files.find(path));
    let app = read_app(layout, &files, &mut configs, problems);
    let plugin = read_plugin(layout, &files, &mut configs, problems);
    let units = {
        let mut builder = Builder::new(&files, layout, &lookup, &mut configs, problems);
        if let Some(root) = &layout.plugin_root {
            let own = app.plugins.iter().filter(|plugin| plugin.is_own(layout.app_id.as_deref()));
            builder.know_own_plugin(root, &plugin, own.flat_map(|own| [&*own.alias, &*own.provider]));
        }
        if layout.kind == ProjectKind::MiniProgram {
            builder.add_app(paths::stem(layout.app.as_deref().unwrap_or("app.json")));
            builder.add_declared(&layout.mini_root, &app);
        }
        if let Some(root) = &layout.plugin_root {
            builder.add_declared(root, &plugin);
        }
        builder.add_unlisted();
        builder.finish()
    };
    let cloud_functions =
        layout.cloud_root.as_deref().map(|root| cloud::functions(&files, root, &mut configs, problems));
    let path_of = |relative: &str| paths::join(&layout.mini_root, relative);
    let mut project = Project {
        kind: layout.kind,
        app_id: layout.app_id.clone(),
        workers: app.workers.as_ref().and_then(|workers| path_of(&workers.path)),
        resolver: Resolver::new(lookup, &files, &units),
        entry,
        entry_page: None,
        app_config,
        project_config: layout.project_configs.first().and_then(|path| files.find(path)),
        plugin_main: None,
        cloud_root: layout.cloud_root.clone(),
        programs: layout.other_roots.clone(),
        mini_root: layout.mini_root.clone(),
        cloud_functions: cloud_functions.unwrap_or_default(),
        plugins: unique(app.plugins.clone()),
        files,
        units,
        configs,
    };
    project.entry_page =
        app.entry_page.as_ref().or(app.pages.first()).and_then(|page| project.unit_by_route(&page.path));
    project.plugin_main =
        plugin.main.as_ref().and_then(|main| project.plugin_interface(layout.plugin_root.as_deref()?, &main.path));
    project
}

fn read_app(layout: &Layout, files: &Files, configs: &mut Configs, problems: &mut Vec<Problem>) -> AppConfig {
    if layout.kind != ProjectKind::MiniProgram {
        return AppConfig::default();
    }
    let file = layout.app.as_deref().and_then(|path| files.find(path));
    let json = file.and_then(|file| configs.parse(files, file, problems).cloned());
    json.map(|json| AppConfig::read_app(&json, problems)).unwrap_or_default()
}

fn read_plugin(layout: &Layout, files: &Files, configs: &mut Configs, problems: &mut Vec<Problem>) -> AppConfig {
    let path = layout.plugin_root.as_deref().and_then(|root| paths::join(root, "plugin.json"));
    let file = path.and_then(|path| files.find(&path));
    let json = file.and_then(|file| configs.parse(files, file, problems).cloned());
    json.map(|json| AppConfig::read_plugin(&json, problems)).unwrap_or_default()
}

/// A plugin that several subpackages declare is one plugin.
fn unique(mut plugins: Vec<Plugin>) -> Vec<Plugin> {
    plugins.dedup_by(|a, b| a.alias == b.alias && a.provider == b.provider);
    plugins
}
