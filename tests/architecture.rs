//! What the house rules say of the sources themselves: layers, names as data, headers and lengths.
//! Reads the text of `src/` and `tests/`; runs nothing of the library.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use support::rust_text::{code, without_tests};

/// The steps in order: nobody imports a later one.
const STEPS: [&str; 13] = [
    "base", "syntax", "package", "project", "models", "ir", "graph", "taint", "replay", "consent", "rules", "report",
    "cli",
];
/// Members of model paths shorter than this, or all in lower case, are words of everyday code.
const DISTINCTIVE_LENGTH: usize = 8;
const MAX_LINES: usize = 700;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder of the crate with this extension, as (relative path, text), sorted; none if it is not there.
fn texts(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("a readable entry").path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|own| own == extension) {
                found.push((relative(&path), fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    let inner: PathBuf = path.strip_prefix(root()).unwrap_or(path).into();
    inner.to_string_lossy().replace('\\', "/")
}

fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.contains("/tests/")
}

/// The step that a file belongs to, and its position; `lib.rs` and `main.rs` belong to none.
fn step_of(path: &str) -> Option<usize> {
    let name = path.strip_prefix("src/")?.split(['/', '.']).next()?;
    STEPS.iter().position(|step| *step == name)
}

/// The top-level modules that a text names through `crate::`.
fn imports(text: &str) -> BTreeSet<String> {
    let path = Regex::new(r"\bcrate::(?:(\w+)|\{((?:[^{}]|\{[^}]*\})*)\})").expect("a constant pattern");
    let first = Regex::new(r"(?:^|,)\s*(\w+)").expect("a constant pattern");
    let nested = Regex::new(r"\{[^{}]*\}").expect("a constant pattern");
    let mut names = BTreeSet::new();
    for found in path.captures_iter(text) {
        names.extend(found.get(1).map(|name| name.as_str().to_owned()));
        let group = found.get(2).map_or("", |group| group.as_str());
        let flat = nested.replace_all(group, "");
        names.extend(first.captures_iter(&flat).map(|name| name[1].to_owned()));
    }
    names
}

#[test]
fn no_step_imports_a_later_one() {
    let mut wrong = Vec::new();
    for (path, text) in texts("src", "rs") {
        let Some(own) = step_of(&path).filter(|_| !is_test_file(&path)) else { continue };
        for name in imports(&without_tests(&text)) {
            if STEPS.iter().position(|step| *step == name).is_some_and(|other| own < other) {
                wrong.push(format!("{path}: {} comes before {name}", STEPS[own]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_seen_in_every_form() {
    let text = "use crate::base::{Span, ir};\nuse crate::{models::{path, port}, taint};\nfn f() { crate::cli::run() }";
    let names: Vec<String> = imports(text).into_iter().collect();
    assert_eq!(names, ["base", "cli", "models", "taint"]);
}

/// The texts behind the keys that name APIs, anywhere in a model file.
fn api_paths(value: &serde_json::Value, under_key: bool, paths: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::String(text) if under_key => {
            paths.insert(text.clone());
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| api_paths(item, under_key, paths)),
        serde_json::Value::Object(fields) => {
            for (key, field) in fields {
                api_paths(field, matches!(key.as_str(), "call" | "read" | "api"), paths);
            }
        }
        _ => {}
    }
}

/// Names in the built-in models that no other code would use: `getLocation`, `chooseImage`.
fn distinctive_names() -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (path, text) in texts("sources", "json").into_iter().chain(texts("sinks", "json")) {
        let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        api_paths(&value, false, &mut paths);
    }
    let word = Regex::new(r"\w+").expect("a constant pattern");
    let words = paths.iter().flat_map(|path| word.find_iter(path).map(|name| name.as_str().to_owned()));
    let is_distinctive = |name: &String| {
        name.len() >= DISTINCTIVE_LENGTH
            && name.starts_with(|first: char| first.is_lowercase())
            && name.contains(|c: char| c.is_uppercase())
    };
    words.filter(is_distinctive).collect()
}

#[test]
fn api_names_stand_in_data() {
    let names = distinctive_names();
    assert!(names.contains("getLocation") && names.len() > 50, "the models are not where they are looked for");
    let word = Regex::new(r"\w+").expect("a constant pattern");
    let global = Regex::new(r#""[^"\n]*\bwx\.[a-zA-Z]"#).expect("a constant pattern");
    let mut wrong = Vec::new();
    for (path, text) in texts("src", "rs") {
        if is_test_file(&path) {
            continue;
        }
        let text = code(&without_tests(&text));
        for (index, line) in text.lines().enumerate() {
            let is_api = word.find_iter(line).any(|found| names.contains(found.as_str()));
            if is_api || global.is_match(line) {
                wrong.push(format!("{path}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let mut wrong = Vec::new();
    for (path, text) in texts("src", "rs").into_iter().chain(texts("tests", "rs")) {
        if !text.starts_with("//!") {
            wrong.push(format!("{path}: does not open with //!"));
        }
        let lines = text.lines().count();
        if lines >= MAX_LINES {
            wrong.push(format!("{path}: {lines} lines"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
