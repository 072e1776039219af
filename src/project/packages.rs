//! Reads what is only known to be needed by reading: files behind requests, and packages of `node_modules` in use.
//! Knows package.json and requests, and nothing of pages or components beyond their paths.

use std::collections::BTreeSet;

use crate::base::json::Json;
use crate::base::{FileKind, FileSystem};

use super::config::preview;
use super::discover::{Layout, is_skipped_folder};
use super::gather::{Texts, is_analysed};
use super::lookup::{Lookup, Package, Target, is_relative, split_package};
use super::paths;
use super::requests::requests;

/// Reads the files that `entry` reaches through relative requests.
pub(super) fn read_reachable(fs: &dyn FileSystem, lookup: &Lookup, texts: &mut Texts, entry: &str) {
    texts.read(fs, &[entry.to_owned()]);
    let mut queue = vec![entry.to_owned()];
    while let Some(path) = queue.pop() {
        let relative = |request: &&str| is_relative(request);
        let wanted: BTreeSet<String> = requests(texts.get(&path).unwrap_or(""))
            .filter(relative)
            .filter_map(|request| match lookup.module(&|path| fs.is_file(path), &path, request) {
                Target::Path(found) if !texts.contains(&found) => Some(found),
                _ => None,
            })
            .collect();
        let wanted: Vec<String> = wanted.into_iter().collect();
        texts.read(fs, &wanted);
        queue.extend(wanted.into_iter().filter(|path| texts.contains(path)));
    }
}

/// Reads the packages that the program asks for and that nobody built into `miniprogram_npm`.
/// Cloud functions are left alone: what they install runs in the cloud and is described by models.
pub(super) fn read_packages(fs: &dyn FileSystem, layout: &Layout, lookup: &mut Lookup, texts: &mut Texts) {
    let in_scope =
        |path: &&str| !layout.in_cloud(path) && layout.roots().iter().any(|root| paths::strip(path, root).is_some());
    let queue: Vec<String> = texts.paths().filter(in_scope).map(str::to_owned).collect();
    let mut puller = Puller { fs, lookup, texts, queue, seen: BTreeSet::new() };
    while let Some(path) = puller.queue.pop() {
        puller.visit(&path);
    }
}

struct Puller<'p> {
    fs: &'p dyn FileSystem,
    lookup: &'p mut Lookup,
    texts: &'p mut Texts,
    queue: Vec<String>,
    /// Folders of packages that were looked for.
    seen: BTreeSet<String>,
}

impl Puller<'_> {
    fn visit(&mut self, path: &str) {
        let text = self.texts.get(path).unwrap_or("");
        match FileKind::of(path) {
            Some(kind) if kind.is_script() => {
                let requests: BTreeSet<String> = requests(text).map(str::to_owned).collect();
                for request in requests {
                    self.want_module(path, &request);
                }
            }
            Some(FileKind::Json) if text.contains("\"usingComponents\"") => {
                for value in component_values(self.fs, path) {
                    self.want_component(path, &value);
                }
            }
            _ => {}
        }
    }

    fn want_module(&mut self, from: &str, request: &str) {
        if let Target::Package(request) = self.resolve(from, request) {
            self.load_package(from, &request);
            self.resolve(from, &request);
        }
    }

    /// Resolves a request; inside packages files are read as they are asked for.
    fn resolve(&mut self, from: &str, request: &str) -> Target {
        let (fs, texts) = (self.fs, &*self.texts);
        let exists = |path: &str| texts.contains(path) || (is_installed(path) && fs.is_file(path));
        let target = self.lookup.module(&exists, from, request);
        if let Target::Path(path) = &target {
            self.read(std::slice::from_ref(path));
        }
        target
    }

    fn want_component(&mut self, from: &str, value: &str) {
        let texts = &*self.texts;
        let is_path = is_relative(value) || value.starts_with('/') || value.contains("://");
        if !is_path && self.lookup.component(&|path| texts.contains(path), from, value).is_none() {
            self.load_package(from, value);
        }
    }

    /// Finds the package of a request in the `node_modules` above `from`; one made for mini-programs is read as a whole.
    fn load_package(&mut self, from: &str, request: &str) {
        let (name, _) = split_package(request);
        for folder in paths::ancestors(paths::parent(from)) {
            let Some(home) = paths::join(folder, &format!("node_modules/{name}")) else { return };
            if self.lookup.packages.contains_key(&home) {
                return;
            }
            if !self.seen.insert(home.clone()) || !self.fs.is_dir(&home) {
                continue;
            }
            let package = read_package(self.fs, &home);
            if let Some(root) = &package.mini_root {
                let entries = self.fs.walk(root, &is_skipped_folder).unwrap_or_default();
                let files = entries.into_iter().filter(|entry| !entry.is_dir && is_analysed(&entry.path));
                self.read(&files.map(|entry| entry.path).collect::<Vec<_>>());
            }
            self.lookup.packages.insert(home, package);
            return;
        }
    }

    fn read(&mut self, files: &[String]) {
        let new: Vec<String> = files.iter().filter(|path| !self.texts.contains(path)).cloned().collect();
        self.texts.read(self.fs, &new);
        self.queue.extend(new);
    }
}

fn is_installed(path: &str) -> bool {
    path.split('/').any(|part| part == "node_modules")
}

/// What package.json in `home` says; without one, the defaults of npm.
fn read_package(fs: &dyn FileSystem, home: &str) -> Package {
    let json = paths::join(home, "package.json").and_then(|path| preview(fs, &path));
    let text = |key| json.as_ref().and_then(|json| json.get(key)).and_then(Json::as_str);
    let mini_root = paths::join(home, text("miniprogram").unwrap_or("miniprogram_dist"));
    Package { mini_root: mini_root.filter(|root| fs.is_dir(root)), main: text("main").unwrap_or("index.js").to_owned() }
}

fn component_values(fs: &dyn FileSystem, path: &str) -> Vec<String> {
    let Some(json) = preview(fs, path) else { return Vec::new() };
    let values = json.get("usingComponents").map_or(&[][..], Json::entries);
    values.iter().filter_map(|entry| entry.value.as_str()).map(str::to_owned).collect()
}
