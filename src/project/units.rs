//! Forms pages and components out of files and the configurations that name them.
//! Knows which files belong together, and nothing of what their scripts do.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::base::json::{Json, Value};
use crate::base::{FileId, FileKind, Files, Level, Problem, Span, Text};

use super::app::{AppConfig, Declared};
use super::config::{Configs, as_string, object, string_map, wrong_type};
use super::discover::Layout;
use super::lookup::{Lookup, is_relative, split_package};
use super::{ProjectKind, Unit, UnitId, UnitKind, paths};

/// Builds the units of a program. Ids are positions in [`Builder::units`] until [`Builder::finish`] sorts them.
pub(super) struct Builder<'b> {
    files: &'b Files,
    layout: &'b Layout,
    lookup: &'b Lookup,
    configs: &'b mut Configs,
    problems: &'b mut Vec<Problem>,
    units: Vec<Unit>,
    by_base: FxHashMap<String, UnitId>,
    /// Components that the app gives to every unit below the mini-program root.
    global: Components,
    /// Packages that were reported as not installed.
    absent_packages: BTreeSet<String>,
    /// Units before this one have their components.
    n_done: usize,
    /// The components of the plugin in the tree by the paths that lead to them from outside of it.
    own_components: BTreeMap<String, String>,
}

/// What tags stand for.
#[derive(Clone, Default)]
struct Components {
    found: BTreeMap<String, UnitId>,
    absent: BTreeSet<String>,
}

impl Unit {
    /// Adds components, which hide those of the same name.
    fn take(&mut self, components: Components) {
        self.absent.retain(|tag| !components.found.contains_key(tag));
        self.components.retain(|tag, _| !components.absent.contains(tag));
        self.components.extend(components.found);
        self.absent.extend(components.absent);
    }
}

impl<'b> Builder<'b> {
    pub(super) fn new(
        files: &'b Files,
        layout: &'b Layout,
        lookup: &'b Lookup,
        configs: &'b mut Configs,
        problems: &'b mut Vec<Problem>,
    ) -> Self {
        let (units, by_base, global) = (Vec::new(), FxHashMap::default(), Components::default());
        let (absent_packages, own_components) = (BTreeSet::new(), BTreeMap::new());
        let n_done = 0;
        Self {
            files,
            layout,
            lookup,
            configs,
            problems,
            units,
            by_base,
            global,
            absent_packages,
            n_done,
            own_components,
        }
    }

    /// The components of the plugin in the tree, as users of the plugin ask for them; `aliases` are its names there.
    pub(super) fn know_own_plugin<'n>(
        &mut self,
        root: &str,
        plugin: &AppConfig,
        aliases: impl Iterator<Item = &'n str>,
    ) {
        for alias in aliases {
            for (name, component) in &plugin.public_components {
                let base = paths::join(root, &component.path).unwrap_or_default();
                let found = [base.clone(), format!("{base}/index")].into_iter().find(|base| self.exists(base));
                self.own_components.extend(found.map(|base| (format!("plugin://{alias}/{name}"), base)));
            }
        }
    }

    /// The app itself: `app` or `game` in the root, and its global components.
    pub(super) fn add_app(&mut self, base: &str) {
        let id = self.add(base, UnitKind::App, None, true);
        self.global = self.components_of(id, true);
        self.units[id.0 as usize].take(self.global.clone());
        self.n_done = self.units.len().min(1);
        self.follow(true);
    }

    /// The pages and components that the app or plugin in the folder `root` declares.
    pub(super) fn add_declared(&mut self, root: &str, config: &AppConfig) {
        let mut seen = BTreeSet::new();
        for page in &config.pages {
            if seen.insert(&page.path) {
                self.add_page(root, page);
            } else {
                self.problems.push(duplicate_page(page));
            }
        }
        if let Some(span) = config.custom_tab_bar {
            self.add_component(root, &Declared { path: "custom-tab-bar/index".into(), span });
        }
        for (_, component) in &config.public_components {
            self.add_component(root, component);
        }
        self.follow(true);
    }

    fn add_page(&mut self, root: &str, page: &Declared) {
        let base = paths::join(root, &page.path).unwrap_or_default();
        if self.exists(&base) {
            self.add(&base, UnitKind::Page, Some(page.span), true);
        } else {
            self.problems.push(missing_page(page));
        }
    }

    fn add_component(&mut self, root: &str, component: &Declared) {
        let base = paths::join(root, &component.path).unwrap_or_default();
        let index = format!("{base}/index");
        match [&base, &index].into_iter().find(|base| self.exists(base)) {
            Some(base) => {
                self.add(base, UnitKind::Component, Some(component.span), true);
            }
            None => self.problems.push(unresolved(component.span, &component.path)),
        }
    }

    /// Pages and components that no configuration names. The program cannot get to them; without a program around
    /// them, or where it names no page that is there, anybody may.
    pub(super) fn add_unlisted(&mut self) {
        let has_page = self.units.iter().any(|unit| unit.kind == UnitKind::Page);
        let is_pageless = self.layout.kind == ProjectKind::MiniProgram && !has_page;
        // A program whose pages cannot be told is not one without pages.
        let reachable = self.layout.kind == ProjectKind::Modules || is_pageless;
        let bases: BTreeSet<&str> = self.files.iter().map(|(_, file)| paths::stem(&file.path)).collect();
        for base in bases {
            if self.by_base.contains_key(base) || self.layout.in_cloud(base) || self.script(base).is_none() {
                continue;
            }
            let has_template = self.find(base, "wxml").is_some();
            match (self.says_component(base), has_template) {
                (true, _) => self.add(base, UnitKind::Component, None, reachable),
                (false, true) => self.add(base, UnitKind::Page, None, reachable),
                (false, false) => continue,
            };
        }
        if is_pageless && self.units.iter().any(|unit| unit.kind == UnitKind::Page) {
            self.problems.push(no_page(self.layout.app.as_deref().unwrap_or_default()));
        }
        self.follow(reachable);
    }

    /// Whether the JSON of a unit has `"component": true`; other JSON is not parsed.
    fn says_component(&mut self, base: &str) -> bool {
        let Some(file) = self.find(base, "json") else { return false };
        if !self.files.get(file).text.contains("\"component\"") {
            return false;
        }
        let json = self.configs.parse(self.files, file, self.problems);
        json.and_then(|json| json.get("component")).and_then(Json::as_bool) == Some(true)
    }

    /// Gives each unit its components, which may bring further units.
    fn follow(&mut self, reachable: bool) {
        while self.n_done < self.units.len() {
            let id = UnitId(self.n_done as u32);
            let own = self.components_of(id, reachable);
            let generics = self.generics_of(id, reachable);
            let base = self.base_of(id);
            let is_in_plugin = self.lookup.root_of(&base) != self.layout.mini_root;
            let unit = &mut self.units[id.0 as usize];
            unit.take(if is_in_plugin { Components::default() } else { self.global.clone() });
            unit.take(own);
            unit.generics = generics;
            self.n_done += 1;
        }
    }

    fn components_of(&mut self, id: UnitId, reachable: bool) -> Components {
        let mut components = Components::default();
        let Some((file, json)) = self.config_of(id) else { return components };
        for (tag, value, span) in string_map(&json, "usingComponents", self.problems) {
            match self.component(file, value, span, reachable) {
                Some(unit) => {
                    components.found.insert(tag.to_owned(), unit);
                }
                None => {
                    components.absent.insert(tag.to_owned());
                }
            }
        }
        components
    }

    /// `componentGenerics`: `{"name": true}` or `{"name": {"default": "path"}}`.
    fn generics_of(&mut self, id: UnitId, reachable: bool) -> BTreeMap<String, UnitId> {
        let Some((file, json)) = self.config_of(id) else { return BTreeMap::new() };
        let mut generics = BTreeMap::new();
        for entry in object(&json, "componentGenerics", self.problems).map_or(&[][..], Json::entries) {
            let default = match entry.value.value {
                Value::Object(_) => entry.value.get("default"),
                Value::Bool(_) => None,
                _ => {
                    self.problems.push(wrong_type(entry.value.span, &entry.key, "对象或 true", "an object or true"));
                    None
                }
            };
            let Some((value, span)) = default.and_then(|json| as_string(json, "default", self.problems)) else {
                continue;
            };
            if let Some(unit) = self.component(file, value, span, reachable) {
                generics.insert(entry.key.clone(), unit);
            }
        }
        generics
    }

    /// The unit that a component path stands for.
    fn component(&mut self, from: FileId, value: &str, span: Span, reachable: bool) -> Option<UnitId> {
        if value.contains("://") {
            if let Some(base) = self.own_components.get(value).cloned() {
                return Some(self.add(&base, UnitKind::Component, Some(span), reachable));
            }
            self.problems.push(external(span, value));
            return None;
        }
        let exists = |path: &str| self.files.find(path).is_some();
        if let Some(base) = self.lookup.component(&exists, &self.files.get(from).path, value) {
            return Some(self.add(&base, UnitKind::Component, Some(span), reachable));
        }
        let is_library = self.extended_libraries().iter().any(|library| value.starts_with(library));
        if is_library {
            self.problems.push(external(span, value));
        } else if !self.looks_like_package(from, value) {
            self.problems.push(unresolved(span, value));
        } else if self.absent_packages.insert(split_package(value).0.to_owned()) {
            self.problems.push(absent_package(span, split_package(value).0));
        }
        None
    }

    /// Whether a component path that leads nowhere begins with no folder of the program: then it is a package that was
    /// not installed, and one problem is enough for all of its components.
    fn looks_like_package(&self, from: FileId, value: &str) -> bool {
        let from = &self.files.get(from).path;
        let (name, _) = split_package(value);
        let is_folder = |base: &str| {
            let folder = paths::join(base, name).unwrap_or_default();
            self.files.iter().any(|(_, file)| paths::strip(&file.path, &folder).is_some())
        };
        let is_path = is_relative(value) || value.starts_with('/') || value.is_empty();
        !is_path && !is_folder(paths::parent(from)) && !is_folder(self.lookup.root_of(from))
    }

    /// Prefixes of components that the platform brings where `useExtendedLib` asks for them.
    fn extended_libraries(&self) -> Vec<String> {
        let app = self.layout.app.as_deref().and_then(|path| self.configs.get(self.files.find(path)?));
        let libraries = app.and_then(|json| json.get("useExtendedLib")).map_or(&[][..], Json::entries);
        libraries.iter().flat_map(|entry| [format!("{}-miniprogram/", entry.key), format!("{}/", entry.key)]).collect()
    }

    /// The unit at `base`; made the first time that somebody asks for it.
    fn add(&mut self, base: &str, kind: UnitKind, declared: Option<Span>, reachable: bool) -> UnitId {
        if let Some(&id) = self.by_base.get(base) {
            return id;
        }
        let id = UnitId(self.units.len() as u32);
        let config = self.find(base, "json");
        if let Some(config) = config {
            self.configs.parse(self.files, config, self.problems);
        }
        self.units.push(Unit {
            route: paths::strip(base, &self.layout.mini_root).unwrap_or(base).to_owned(),
            kind,
            script: self.script(base),
            template: self.find(base, "wxml"),
            config,
            components: BTreeMap::new(),
            absent: BTreeSet::new(),
            generics: BTreeMap::new(),
            declared,
            reachable,
        });
        self.by_base.insert(base.to_owned(), id);
        id
    }

    /// A copy, because following the paths in it changes the builder.
    fn config_of(&self, id: UnitId) -> Option<(FileId, Json)> {
        let file = self.units[id.0 as usize].config?;
        Some((file, self.configs.get(file)?.clone()))
    }

    fn base_of(&self, id: UnitId) -> String {
        let unit = &self.units[id.0 as usize];
        let file = unit.script.or(unit.template).or(unit.config);
        file.map_or_else(String::new, |file| paths::stem(&self.files.get(file).path).to_owned())
    }

    fn exists(&self, base: &str) -> bool {
        self.script(base).is_some() || self.find(base, "wxml").is_some()
    }

    fn find(&self, base: &str, extension: &str) -> Option<FileId> {
        self.files.find(&format!("{base}.{extension}"))
    }

    fn script(&self, base: &str) -> Option<FileId> {
        self.find(base, "ts").or_else(|| self.find(base, "js"))
    }

    /// The units sorted by kind and route, with their references put right.
    pub(super) fn finish(self) -> Vec<Unit> {
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        order.sort_by(|&a, &b| {
            let key = |at: usize| (self.units[at].kind, &self.units[at].route);
            key(a).cmp(&key(b))
        });
        let mut new_ids = vec![UnitId(0); order.len()];
        for (new, &old) in order.iter().enumerate() {
            new_ids[old] = UnitId(new as u32);
        }
        let mut units = self.units;
        for unit in &mut units {
            let references = unit.components.values_mut().chain(unit.generics.values_mut());
            references.for_each(|id| *id = new_ids[id.0 as usize]);
        }
        units.sort_by(|a, b| (a.kind, &a.route).cmp(&(b.kind, &b.route)));
        units
    }
}

/// Whether any file could be part of a page or component.
pub(super) fn has_scripts(files: &Files) -> bool {
    files.iter().any(|(_, file)| matches!(file.kind, FileKind::JavaScript | FileKind::TypeScript))
}

fn missing_page(page: &Declared) -> Problem {
    let path = &page.path;
    let message = Text::new(
        format!("页面“{path}”已声明，但没有对应的文件，未分析"),
        format!("the page `{path}` is listed but has no files; it is not analysed"),
    );
    Problem::at(Level::Warning, "missing-page", page.span, message)
}

fn no_page(app: &str) -> Problem {
    let message = Text::new(
        "其中没有任何可找到的页面（文件有误，或 pages 中的路径不存在）：目录中的每个页面都按可进入分析",
        "it names no page that is there (it is broken, or the paths in `pages` lead nowhere): every page in the folder is \
         analysed as one that can be entered",
    );
    Problem::of_path(Level::Error, "no-page", app, message)
}

fn duplicate_page(page: &Declared) -> Problem {
    let path = &page.path;
    let message = Text::new(format!("页面“{path}”重复声明"), format!("the page `{path}` is listed twice"));
    Problem::at(Level::Note, "duplicate-page", page.span, message)
}

fn unresolved(span: Span, value: &str) -> Problem {
    let message = Text::new(
        format!("找不到组件“{value}”，流入其中的数据未分析"),
        format!("the component `{value}` was not found; data that goes into it is not followed"),
    );
    Problem::at(Level::Warning, "unresolved-component", span, message)
}

fn absent_package(span: Span, name: &str) -> Problem {
    let message = Text::new(
        format!("npm 包“{name}”不在项目中，其组件均未分析；请先安装依赖或构建 npm"),
        format!("the package `{name}` is not in the tree, none of its components is analysed; install it or build npm"),
    );
    Problem::at(Level::Warning, "unresolved-component", span, message)
}

fn external(span: Span, value: &str) -> Problem {
    let message = Text::new(
        format!("组件“{value}”来自插件或扩展库，其代码不在项目中"),
        format!("the component `{value}` comes from a plugin or an extended library; its code is not in the project"),
    );
    Problem::at(Level::Note, "external-component", span, message)
}
