//! Where fixtures come from: program folders and literate Markdown cases become [`Case`]s.
//! Knows folders and Markdown, and no marker.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which models a case runs with, and what it is to be marked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Loose modules, `source()` and `sink()`; every line that calls `sink` is marked.
    Language,
    /// A mini-program under the built-in models.
    MiniProgram,
    /// The same, marked with findings: flows, and notes that no marker speaks of, are left alone.
    Rules,
}

/// One program with markers.
#[derive(Clone, Debug)]
pub struct Case {
    /// For people: the file or folder, and the heading.
    pub name: String,
    /// How it runs.
    pub setting: Setting,
    /// By path in the program.
    pub files: BTreeMap<String, CaseFile>,
}

/// A file of a case.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The text, markers included.
    pub text: String,
    /// The file on the disk that it stands in, relative to the crate.
    pub origin: String,
    /// The line of `origin` before the first of `text`; 0 where the text is the whole file.
    pub line_offset: usize,
}

/// The crate's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All fixtures, in the order of their paths.
pub fn all() -> Vec<Case> {
    let mut cases = vec![program(&root().join("fixtures/demo"))];
    cases.extend(folders(&root().join("fixtures/programs")).iter().map(|folder| program(folder)));
    cases.extend(pages());
    for path in files_below(&root().join("fixtures/cases")) {
        if path.extension().is_some_and(|extension| extension == "md") {
            cases.extend(markdown(&relative(&path), &read(&path)));
        }
    }
    cases
}

/// A folder as one case.
fn program(folder: &Path) -> Case {
    let mut files = BTreeMap::new();
    for path in files_below(folder) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let inner = path.strip_prefix(folder).expect("a file below it").to_string_lossy().replace('\\', "/");
        files.insert(inner, CaseFile { text, origin: relative(&path), line_offset: 0 });
    }
    Case { name: relative(folder), setting: Setting::MiniProgram, files }
}

/// The cases of the examples on the pages of the clauses.
fn pages() -> Vec<Case> {
    let mut cases = Vec::new();
    for path in files_below(&root().join("src/rules/pages")) {
        let text = read(&path);
        let examples = text.split_once("<!-- examples -->").map_or("", |(_, examples)| examples);
        cases.extend(markdown(&relative(&path), examples));
    }
    cases
}

/// The cases of a Markdown text: each heading of level two starts one.
fn markdown(origin: &str, text: &str) -> Vec<Case> {
    let setting = match origin {
        _ if origin.contains("/language/") => Setting::Language,
        _ if origin.contains("/rules/") => Setting::Rules,
        _ => Setting::MiniProgram,
    };
    let mut cases: Vec<Case> = Vec::new();
    let mut title: Option<String> = None;
    let mut lines = text.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            let name = format!("{origin} «{}»", heading.trim());
            cases.push(Case { name, setting, files: BTreeMap::new() });
        } else if let Some(name) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            title = Some(name.to_owned());
        } else if let Some(info) = line.strip_prefix("```") {
            let mut body = String::new();
            let mut first = None;
            for (number, line) in lines.by_ref().take_while(|(_, line)| !line.starts_with("```")) {
                first.get_or_insert(number);
                body.push_str(line);
                body.push('\n');
            }
            let name = title.take().unwrap_or_else(|| unnamed(info));
            let file = CaseFile { text: body, origin: origin.to_owned(), line_offset: first.unwrap_or(0) };
            let case = cases.last_mut().unwrap_or_else(|| panic!("{origin}: a block before the first heading"));
            assert!(case.files.insert(name.clone(), file).is_none(), "{}: {name} twice", case.name);
        }
    }
    cases.into_iter().filter(|case| !case.files.is_empty()).map(with_app).collect()
}

fn unnamed(info: &str) -> String {
    if info == "ts" { "index.ts".to_owned() } else { "index.js".to_owned() }
}

/// A mini-program case without an `app.json` gets one that lists what lies in `pages/`.
fn with_app(mut case: Case) -> Case {
    if case.setting == Setting::Language || case.files.keys().any(|path| path.ends_with("app.json")) {
        return case;
    }
    let scripts = case.files.keys().filter(|path| path.starts_with("pages/"));
    let pages: Vec<&str> = scripts.filter_map(|path| path.strip_suffix(".js").or(path.strip_suffix(".ts"))).collect();
    let text = serde_json::json!({ "pages": pages }).to_string();
    let file = CaseFile { text, origin: "(made by the harness)".to_owned(), line_offset: 0 };
    case.files.insert("app.json".to_owned(), file);
    case
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = found.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

/// All files below a folder, sorted.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_starts_a_case_and_a_line_names_a_file() {
        let text =
            "# Topic\n\n## One\n\nprose\n\n```js\na()\n```\n\n## Two\n\n`b.ts`:\n\n```ts\nb()\nc()\n```\n```ts\n```\n";
        let cases = markdown("fixtures/cases/language/t.md", text);
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].name, "fixtures/cases/language/t.md «One»");
        assert_eq!(cases[0].files["index.js"].text, "a()\n");
        assert_eq!(cases[0].files["index.js"].line_offset, 7);
        assert_eq!(cases[1].files["b.ts"].text, "b()\nc()\n");
        assert!(cases[1].files.contains_key("index.ts"));
    }

    #[test]
    fn a_mini_program_case_gets_its_app_json() {
        let text = "## One\n`pages/a/a.js`:\n```js\n```\n`pages/a/a.wxml`:\n```wxml\n```\n";
        let cases = markdown("fixtures/cases/miniprogram/t.md", text);
        assert_eq!(cases[0].files["app.json"].text, r#"{"pages":["pages/a/a"]}"#);
    }
}
