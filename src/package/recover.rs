//! From the files of one or more packages to those of the program. Knows the order of the steps, and leaves each to its
//! module.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::views::{self, View};
use super::{config, is, modules, scripts::Used};
use crate::base::json;
use crate::base::{Draft, FileId, FileKind, FileSystem, Level, Origin, Problem, SourceFile, Span, Text};
use crate::syntax::script;

const APP: &str = "app.json";
/// What the packer makes of it, or puts beside it.
pub const APP_CONFIG: &str = "app-config.json";
/// What it makes of all logic.
const APP_SERVICE: &str = "app-service.js";

/// A file of a package.
#[derive(Clone, Debug)]
pub struct Packed {
    /// Its path as people see it.
    pub path: String,
    /// Its path in the package.
    pub inner: String,
    /// Its text.
    pub text: String,
}

/// A program as it was before it was packed.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Paths and texts.
    pub files: BTreeMap<String, String>,
    /// Where the texts come from, in files by their number in `compiled`.
    pub origins: BTreeMap<String, Origin>,
    /// What they were recovered from.
    pub compiled: Vec<SourceFile>,
    /// What could not be recovered, at places in `compiled`.
    pub problems: Vec<Problem>,
}

/// Whether a folder is what a package holds.
pub fn is_unpacked(fs: &dyn FileSystem) -> bool {
    fs.is_file(APP_CONFIG) && fs.is_file(APP_SERVICE) && !fs.is_file(APP)
}

/// Whether a file in a package may hold a part of the program.
pub fn is_code(path: &str) -> bool {
    ["js", "html", "json"].iter().any(|extension| is(path, extension))
}

/// Recovers a program from the files of its packages, the main package first.
pub fn recover(packed: Vec<Packed>) -> Recovered {
    let parts: Vec<Parts> = packed.par_iter().enumerate().map(|(at, file)| parts(FileId(at as u32), file)).collect();
    let mut recovered = Recovered::default();
    let mut views = BTreeMap::new();
    let mut used = Vec::new();
    // What a configuration in code says of a page comes before what it says in all.
    if let Some(app) = app(&parts) {
        recovered.add(APP, app);
    }
    for (path, draft) in parts.iter().flat_map(|part| &part.configs).filter(|(path, _)| path != APP) {
        recovered.add(path, draft.clone());
    }
    for part in parts {
        for (path, draft) in part.modules.into_iter().chain(part.scripts).chain(part.windows) {
            recovered.add(&path, draft);
        }
        for view in part.views {
            let is_fuller = views.get(&view.path).is_none_or(|old: &View| old.n_nodes < view.n_nodes);
            if is_fuller {
                views.insert(view.path.clone(), view);
            }
        }
        used.extend(part.used);
        recovered.problems.extend(part.problems);
    }
    for (_, view) in views {
        let draft = with_scripts(view.draft, &view.path, &used);
        recovered.add(&view.path, draft);
    }
    let compiled = packed.into_iter().map(|file| {
        let kind = FileKind::of(&file.path).unwrap_or(FileKind::JavaScript);
        SourceFile::new(file.path, kind, file.text)
    });
    recovered.compiled = compiled.collect();
    recovered.problems.sort();
    recovered.problems.dedup();
    recovered
}

impl Recovered {
    /// Of two files of one path the first counts.
    fn add(&mut self, path: &str, draft: Draft) {
        let safe = path.trim_start_matches("./").trim_start_matches('/');
        let is_safe = !safe.split('/').any(|part| matches!(part, "" | "." | ".."));
        if is_safe && !self.files.contains_key(safe) {
            self.files.insert(safe.to_owned(), draft.text);
            self.origins.insert(safe.to_owned(), draft.origin);
        }
    }
}

/// `app.json`, with the components that code names for all pages.
fn app(parts: &[Parts]) -> Option<Draft> {
    let mut app = parts.iter().find_map(|part| part.app.clone())?;
    if let Some(components) = parts.iter().find_map(|part| part.components.as_ref()) {
        app.append(components);
    }
    let end = parts.iter().find_map(|part| part.app_end)?;
    app.push("}", end);
    Some(app)
}

/// What one file holds.
#[derive(Default)]
struct Parts {
    /// `app.json` without its end, and the place of that.
    app: Option<Draft>,
    app_end: Option<Span>,
    /// The components of all pages, as a member of `app.json`.
    components: Option<Draft>,
    modules: Vec<(String, Draft)>,
    /// Configurations that stand in code.
    configs: Vec<(String, Draft)>,
    /// What `app-config.json` says of pages.
    windows: Vec<(String, Draft)>,
    scripts: Vec<(String, Draft)>,
    views: Vec<View>,
    used: Vec<(Used, Span)>,
    problems: Vec<Problem>,
}

fn parts(id: FileId, file: &Packed) -> Parts {
    if file.inner == APP_CONFIG {
        return of_app_config(id, &file.text);
    }
    if is(&file.inner, "json") {
        return of_plain(id, file);
    }
    let code = if is(&file.inner, "html") { scripts_of_page(&file.text) } else { None };
    of_code(id, code.as_deref().unwrap_or(&file.text))
}

fn of_app_config(id: FileId, text: &str) -> Parts {
    let mut parts = Parts::default();
    if let Some(json) = json::parse(id, text, &mut parts.problems) {
        parts.app = Some(config::app(&json));
        parts.app_end = Some(json.span);
        parts.windows = config::windows(&json);
    }
    parts
}

/// A file that was packed as it is.
fn of_plain(id: FileId, file: &Packed) -> Parts {
    let mut draft = Draft::default();
    draft.copy(&file.text, Span::new(id, 0, file.text.len() as u32));
    Parts { windows: vec![(file.inner.clone(), draft)], ..Parts::default() }
}

fn of_code(id: FileId, code: &str) -> Parts {
    let mut parts = Parts::default();
    let (script, problems) = script::parse(id, FileKind::JavaScript, code);
    parts.problems = problems;
    let Some(script) = script else { return parts };
    let found = modules::find(id, &script.program);
    for module in found.modules {
        if !module.is_named {
            parts.problems.push(unusual(module.name));
        }
        let mut draft = Draft::default();
        draft.copy(code, module.body);
        parts.modules.push((module.path, draft));
    }
    parts.problems.extend(found.renamed.into_iter().map(|(page, file, span)| renamed(&page, &file, span)));
    for found in found.configs {
        if found.path == APP {
            parts.components = config::components(id, found.value);
        }
        let mut draft = Draft::default();
        config::literal(&mut draft, id, found.value);
        parts.configs.push((found.path, draft));
    }
    let found = views::find(id, code, &script.program);
    parts.views = found.templates;
    parts.scripts = found.scripts;
    parts.used = found.used;
    parts.problems.extend(found.problems);
    parts
}

/// The scripts of a page, with all else blank; `None` if it has none.
fn scripts_of_page(text: &str) -> Option<String> {
    let mut code = String::with_capacity(text.len());
    let lower = text.to_ascii_lowercase();
    let mut at = 0;
    while let Some(open) = lower[at..].find("<script") {
        let start = at + open + lower[at + open..].find('>')? + 1;
        let end = lower[start..].find("</script").map_or(text.len(), |end| start + end);
        blank(&text[at..start], &mut code);
        code.push_str(&text[start..end]);
        at = end;
    }
    blank(&text[at..], &mut code);
    Some(code)
}

/// As many bytes of space, lines kept; what separates two scripts ends a statement.
fn blank(text: &str, code: &mut String) {
    let first = code.len();
    code.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    if !text.is_empty() && !text.starts_with('\n') {
        code.replace_range(first..=first, ";");
    }
}

/// A template with the lines that name its scripts.
fn with_scripts(mut draft: Draft, template: &str, used: &[(Used, Span)]) -> Draft {
    let mut own: Vec<&(Used, Span)> = used.iter().filter(|(used, _)| used.template == template).collect();
    own.sort();
    own.dedup_by(|a, b| a.0 == b.0);
    for (used, span) in own {
        let (name, file) = (used.name.replace('"', ""), used.file.replace('"', ""));
        draft.push(&format!("<wxs module=\"{name}\" src=\"/{file}\"/>\n"), *span);
    }
    draft
}

fn unusual(span: Span) -> Problem {
    let message = Text::new(
        "模块的参数名不是 require、module、exports，它与其他模块之间的数据未分析",
        "the parameters of this module are not called require, module, exports; data between it and others is not followed",
    );
    Problem::at(Level::Warning, "package-module", span, message)
}

fn renamed(page: &str, file: &str, span: Span) -> Problem {
    let message = Text::new(
        format!("页面“{page}”的代码在“{file}”中，模板与代码之间的数据未分析"),
        format!("the code of the page `{page}` is in `{file}`; data between it and its template is not followed"),
    );
    Problem::at(Level::Warning, "package-module", span, message)
}
