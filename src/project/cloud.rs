//! Finds the cloud functions: each folder below the cloud root with an entry script.
//! Knows package.json and index files, and nothing of what a function does.

use std::collections::BTreeMap;

use crate::base::json::Json;
use crate::base::{FileId, Files, Problem};

use super::CloudFunction;
use super::config::{Configs, string};
use super::lookup::{Lookup, Target};
use super::paths;

/// The cloud functions below `root`, sorted by name. `main` of package.json comes before `index.js`.
pub(super) fn functions(
    files: &Files,
    root: &str,
    configs: &mut Configs,
    problems: &mut Vec<Problem>,
) -> Vec<CloudFunction> {
    let mut folders: BTreeMap<&str, Option<FileId>> = BTreeMap::new();
    for (id, file) in files.iter() {
        let Some((folder, rest)) = paths::strip(&file.path, root).and_then(|path| path.split_once('/')) else {
            continue;
        };
        let package = folders.entry(folder).or_default();
        if rest == "package.json" {
            *package = Some(id);
        }
    }
    let mut functions = Vec::new();
    for (name, package) in folders {
        let json = package.and_then(|package| configs.parse(files, package, problems).cloned());
        if let Some(entry) = entry(files, root, name, json.as_ref(), problems) {
            functions.push(CloudFunction { name: name.to_owned(), entry });
        }
    }
    functions
}

fn entry(files: &Files, root: &str, name: &str, package: Option<&Json>, problems: &mut Vec<Problem>) -> Option<FileId> {
    let folder = paths::join(root, name)?;
    let main = package.and_then(|json| string(json, "main", problems)).map(|(main, _)| main);
    let exists = |path: &str| files.find(path).is_some();
    let from = format!("{folder}/package.json");
    main.into_iter().chain(["index"]).find_map(|request| {
        let request = format!("./{request}");
        match Lookup::default().module(&exists, &from, &request) {
            Target::Path(path) => files.find(&path).filter(|&file| files.get(file).kind.is_script()),
            _ => None,
        }
    })
}
