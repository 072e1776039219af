//! Finds the mini-program in a folder: its roots, its configuration files and its kind.
//! Knows names of files and folders, and nothing of pages or modules.

use std::collections::BTreeSet;

use crate::base::json::Json;
use crate::base::{FileSystem, Level, Problem, Text};

use super::ProjectKind;
use super::config::{Pack, ProjectConfig, preview};
use super::paths;

const PROJECT_CONFIGS: [&str; 2] = ["project.config.json", "project.private.config.json"];
/// How many folders below the given one a program may lie.
const DEPTH: usize = 2;

/// Where the parts of a program lie; all paths are relative to the root of the file system.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) kind: ProjectKind,
    pub(super) mini_root: String,
    /// Roots of several programs that are read as loose modules, for the absolute paths in them.
    pub(super) other_roots: Vec<String>,
    /// `app.json`, `game.json` or, for a plugin alone, `plugin.json`.
    pub(super) app: Option<String>,
    /// The folder of a plugin that is developed beside the app or alone.
    pub(super) plugin_root: Option<String>,
    pub(super) cloud_root: Option<String>,
    pub(super) project_configs: Vec<String>,
    pub(super) app_id: Option<String>,
    pub(super) pack: Pack,
}

impl Layout {
    /// Modules in `folder` without a program around them.
    pub(super) fn modules(folder: &str) -> Self {
        Self {
            kind: ProjectKind::Modules,
            mini_root: folder.to_owned(),
            other_roots: Vec::new(),
            app: None,
            plugin_root: None,
            cloud_root: None,
            project_configs: Vec::new(),
            app_id: None,
            pack: Pack::default(),
        }
    }

    fn program(kind: ProjectKind, root: &str, app: String) -> Self {
        let plugin_root = (kind == ProjectKind::Plugin).then(|| root.to_owned());
        Self { kind, app: Some(app), plugin_root, ..Self::modules(root) }
    }

    /// The roots of which absolute paths count, the longest first.
    pub(super) fn roots(&self) -> Vec<String> {
        let mut roots = self.other_roots.clone();
        roots.push(self.mini_root.clone());
        roots.extend(self.plugin_root.clone().filter(|root| *root != self.mini_root));
        roots.sort_by_key(|root| std::cmp::Reverse(root.len()));
        roots
    }

    /// Whether there is a program, one or several.
    pub(super) fn has_program(&self) -> bool {
        self.kind != ProjectKind::Modules || !self.other_roots.is_empty()
    }

    /// Whether `path` belongs to a cloud function.
    pub(super) fn in_cloud(&self, path: &str) -> bool {
        self.cloud_root.as_deref().is_some_and(|root| paths::strip(path, root).is_some())
    }
}

/// What lies in `folder`; [`ProjectKind::Modules`] where there is no program, or more than one.
pub(super) fn discover(fs: &dyn FileSystem, folder: &str, problems: &mut Vec<Problem>) -> Layout {
    let mut layout = if has_project_config(fs, folder) {
        configured(fs, folder, problems)
    } else {
        program_in(fs, folder).unwrap_or_else(|| below(fs, folder, problems))
    };
    if layout.cloud_root.is_none() && layout.kind != ProjectKind::Modules {
        layout.cloud_root = conventional_cloud_root(fs, folder, &layout.mini_root);
    }
    layout
}

fn has_project_config(fs: &dyn FileSystem, folder: &str) -> bool {
    PROJECT_CONFIGS.iter().any(|name| path_in(folder, name).is_some_and(|path| fs.is_file(&path)))
}

fn path_in(folder: &str, name: &str) -> Option<String> {
    paths::join(folder, name)
}

/// The program that `folder` itself holds.
fn program_in(fs: &dyn FileSystem, folder: &str) -> Option<Layout> {
    for name in ["app.json", "game.json"] {
        let path = path_in(folder, name)?;
        if fs.is_file(&path) {
            return Some(Layout::program(ProjectKind::MiniProgram, folder, path));
        }
    }
    let path = path_in(folder, "plugin.json")?;
    // Other tools have a file of this name as well.
    let is_plugin = |json: Json| ["main", "pages", "publicComponents"].iter().any(|key| json.get(key).is_some());
    preview(fs, &path).is_some_and(is_plugin).then(|| Layout::program(ProjectKind::Plugin, folder, path))
}

/// The program that project.config.json in `folder` speaks of.
fn configured(fs: &dyn FileSystem, folder: &str, problems: &mut Vec<Problem>) -> Layout {
    let configs: Vec<String> = PROJECT_CONFIGS.iter().filter_map(|name| path_in(folder, name)).collect();
    let read =
        |path: &String| preview(fs, path).map(|json| ProjectConfig::read(&json, &mut Vec::new())).unwrap_or_default();
    let config = read(&configs[0]).overridden_by(read(&configs[1]));
    let in_folder = |relative: &Option<String>| {
        relative.as_ref().and_then(|relative| paths::join(folder, relative)).filter(|path| fs.is_dir(path))
    };
    let plugin_root = in_folder(&config.plugin_root);
    let found = match &config.mini_root {
        Some(_) => in_folder(&config.mini_root).and_then(|root| program_in(fs, &root)),
        None => program_in(fs, folder),
    };
    let found = found.or_else(|| program_in(fs, plugin_root.as_deref()?));
    let mut layout = found.unwrap_or_else(|| {
        if let Some(root) = &config.mini_root {
            problems.push(missing_root(&configs[0], root));
        }
        program_in(fs, folder).unwrap_or_else(|| below(fs, folder, problems))
    });
    for outside in [&config.plugin_root, &config.cloud_root].into_iter().flatten() {
        if paths::join(folder, outside).is_none() {
            problems.push(outside_root(&configs[0], outside));
        }
    }
    layout.plugin_root = layout.plugin_root.or(plugin_root);
    layout.cloud_root = in_folder(&config.cloud_root);
    layout.project_configs = configs.into_iter().filter(|path| fs.is_file(path)).collect();
    layout.app_id = config.app_id;
    layout.pack = config.pack;
    layout
}

fn missing_root(config: &str, root: &str) -> Problem {
    let message = Text::new(
        format!("miniprogramRoot 指向“{root}”，但其中没有 app.json，已改为在项目目录中查找"),
        format!("miniprogramRoot is `{root}`, but there is no app.json in it; the project folder is searched instead"),
    );
    Problem::of_path(Level::Warning, "missing-root", config, message)
}

fn outside_root(config: &str, root: &str) -> Problem {
    let message = Text::new(
        format!("路径“{root}”指向项目之外，未读取"),
        format!("the path `{root}` leads out of the program; nothing is read there"),
    );
    Problem::of_path(Level::Warning, "path-outside", config, message)
}

/// The only program in the folders below `folder`.
fn below(fs: &dyn FileSystem, folder: &str, problems: &mut Vec<Problem>) -> Layout {
    let depth = |path: &str| paths::strip(path, folder).map_or(0, |rest| rest.split('/').count());
    let skip = |path: &str| DEPTH < depth(path) || is_skipped_folder(path);
    let entries = fs.walk(folder, &skip).unwrap_or_default();
    let folders: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| !entry.is_dir)
        .map(|entry| paths::parent(&entry.path))
        .filter(|path| *path != folder)
        .collect();
    let projects: Vec<&str> =
        folders.iter().copied().filter(|path| depth(path) == 1 && has_project_config(fs, path)).collect();
    if let [project] = projects[..]
        && !has_project_config(fs, folder)
    {
        return configured(fs, project, problems);
    }
    let mut programs: Vec<Layout> = folders.iter().filter_map(|path| program_in(fs, path)).collect();
    if programs.iter().any(|program| program.kind == ProjectKind::MiniProgram) {
        programs.retain(|program| program.kind == ProjectKind::MiniProgram);
    }
    if 1 < programs.len() {
        problems.push(several_programs(folder, &programs));
        let other_roots = programs.into_iter().map(|program| program.mini_root).collect();
        return Layout { other_roots, ..Layout::modules(folder) };
    }
    programs.pop().unwrap_or_else(|| Layout::modules(folder))
}

fn several_programs(folder: &str, programs: &[Layout]) -> Problem {
    let names: Vec<&str> = programs.iter().map(|program| program.mini_root.as_str()).collect();
    let message = Text::new(
        format!("找到多个小程序（{}），各自按独立模块分析；指定其中一个目录可得到更准确的结果", names.join("、")),
        format!(
            "several mini-programs ({}): each is analysed as loose modules; name one of the folders for a sharper result",
            names.join(", ")
        ),
    );
    Problem::of_path(Level::Warning, "several-programs", folder, message)
}

fn conventional_cloud_root(fs: &dyn FileSystem, folder: &str, mini_root: &str) -> Option<String> {
    let bases = [mini_root, paths::parent(mini_root), folder];
    bases.iter().filter_map(|base| path_in(base, "cloudfunctions")).find(|path| fs.is_dir(path))
}

/// Whether a folder holds nothing that runs: packages (they are loaded by need), declarations, hidden folders.
pub(super) fn is_skipped_folder(path: &str) -> bool {
    let name = paths::name(path);
    matches!(name, "node_modules" | "typings") || name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;

    fn layout(files: &[(&str, &str)]) -> (Layout, Vec<Problem>) {
        let fs = MemoryFs::new(files.iter().map(|&(path, text)| (path, text)));
        let mut problems = Vec::new();
        let layout = discover(&fs, "", &mut problems);
        (layout, problems)
    }

    #[test]
    fn the_project_file_names_the_roots() {
        let (found, problems) = layout(&[
            ("project.config.json", r#"{"miniprogramRoot": "./mp/", "cloudfunctionRoot": "fn/", "appid": "wx1"}"#),
            ("project.private.config.json", r#"{"appid": "wx2"}"#),
            ("mp/app.json", "{}"),
            ("src/app.json", "{}"),
            ("fn/login/index.js", ""),
        ]);
        assert!(problems.is_empty());
        assert_eq!(found.kind, ProjectKind::MiniProgram);
        assert_eq!((found.mini_root.as_str(), found.cloud_root.as_deref()), ("mp", Some("fn")));
        assert_eq!(found.app_id.as_deref(), Some("wx2"));
    }

    #[test]
    fn a_root_without_an_app_is_reported_and_searched_for() {
        let (found, problems) =
            layout(&[("project.config.json", r#"{"miniprogramRoot": "dist/"}"#), ("src/app.json", "{}")]);
        assert_eq!(found.mini_root, "src");
        assert_eq!(problems[0].code, "missing-root");
    }

    #[test]
    fn the_only_program_below_is_found_and_two_are_loose_modules() {
        let (found, _) = layout(&[("dist/mp/app.json", "{}"), ("README.md", "")]);
        assert_eq!(found.mini_root, "dist/mp");
        let (found, problems) = layout(&[("a/app.json", "{}"), ("b/game.json", "{}")]);
        assert_eq!(found.kind, ProjectKind::Modules);
        assert_eq!(problems[0].code, "several-programs");
        assert_eq!(found.roots(), ["a", "b", ""]);
        let (found, _) = layout(&[("a/b/c/app.json", "{}")]);
        assert_eq!(found.kind, ProjectKind::Modules);
    }

    #[test]
    fn a_project_one_folder_below_counts_before_its_parts() {
        let (found, _) = layout(&[
            ("shop/project.config.json", r#"{"miniprogramRoot": "mp"}"#),
            ("shop/mp/app.json", "{}"),
            ("shop/cloudfunctions/x/index.js", ""),
            ("old/app.json", "{}"),
        ]);
        assert_eq!(found.mini_root, "shop/mp");
        assert_eq!(found.cloud_root.as_deref(), Some("shop/cloudfunctions"));
    }

    #[test]
    fn a_folder_named_like_a_configuration_is_none() {
        let (found, _) = layout(&[("app.json/x.js", ""), ("a.js", "")]);
        assert_eq!(found.kind, ProjectKind::Modules);
    }

    #[test]
    fn a_plugin_is_one_only_with_its_own_keys() {
        let (found, _) = layout(&[("plugin.json", r#"{"main": "index.js"}"#)]);
        assert_eq!((found.kind, found.plugin_root.as_deref()), (ProjectKind::Plugin, Some("")));
        assert_eq!(layout(&[("plugin.json", r#"{"name": "x"}"#)]).0.kind, ProjectKind::Modules);
    }
}
