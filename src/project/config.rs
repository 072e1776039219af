//! Reads configuration files: parsed once, wrong types reported at their place.
//! Knows project.config.json and the shape of settings, and nothing of units or modules.

use std::collections::BTreeMap;

use crate::base::json::{self, Json, Value};
use crate::base::{FileId, FileSystem, Files, Level, Problem, Span, Text};

use super::decode;
use super::paths;

/// The configurations that were parsed, each once.
#[derive(Debug, Default)]
pub(super) struct Configs {
    parsed: BTreeMap<FileId, Option<Json>>,
}

impl Configs {
    /// Parses `file`, or does nothing if that was done; problems are reported the first time.
    pub(super) fn parse(&mut self, files: &Files, file: FileId, problems: &mut Vec<Problem>) -> Option<&Json> {
        let parse = || json::parse(file, &files.get(file).text, problems);
        self.parsed.entry(file).or_insert_with(parse).as_ref()
    }

    /// What was parsed before.
    pub(super) fn get(&self, file: FileId) -> Option<&Json> {
        self.parsed.get(&file)?.as_ref()
    }
}

/// Parses a file before files have ids: its spans mean nothing, and its problems are reported later.
pub(super) fn preview(fs: &dyn FileSystem, path: &str) -> Option<Json> {
    if !fs.is_file(path) {
        return None;
    }
    let (text, _) = decode::decode(fs.read(path).ok()?);
    json::parse(FileId(0), &text, &mut Vec::new())
}

/// The string `key` of `parent`.
pub(super) fn string<'j>(parent: &'j Json, key: &str, problems: &mut Vec<Problem>) -> Option<(&'j str, Span)> {
    let json = parent.get(key).filter(|json| json.value != Value::Null)?;
    as_string(json, key, problems)
}

/// The text of `json`, which `key` names.
pub(super) fn as_string<'j>(json: &'j Json, key: &str, problems: &mut Vec<Problem>) -> Option<(&'j str, Span)> {
    let text = json.as_str();
    if text.is_none() {
        problems.push(wrong_type(json.span, key, "字符串", "a string"));
    }
    Some((text?, json.span))
}

/// The elements of the array `key` of `parent`; empty if there is none.
pub(super) fn array<'j>(parent: &'j Json, key: &str, problems: &mut Vec<Problem>) -> &'j [Json] {
    let Some(json) = parent.get(key).filter(|json| json.value != Value::Null) else { return &[] };
    json.as_array().unwrap_or_else(|| {
        problems.push(wrong_type(json.span, key, "数组", "an array"));
        &[]
    })
}

/// The strings of the array `key` of `parent`.
pub(super) fn strings<'j>(parent: &'j Json, key: &str, problems: &mut Vec<Problem>) -> Vec<(&'j str, Span)> {
    let elements = array(parent, key, problems);
    elements.iter().filter_map(|element| as_string(element, key, problems)).collect()
}

/// The object `key` of `parent`.
pub(super) fn object<'j>(parent: &'j Json, key: &str, problems: &mut Vec<Problem>) -> Option<&'j Json> {
    let json = parent.get(key).filter(|json| json.value != Value::Null)?;
    if !json.is_object() {
        problems.push(wrong_type(json.span, key, "对象", "an object"));
        return None;
    }
    Some(json)
}

/// The members of the object `key` whose values are strings: key, value, place of the value.
pub(super) fn string_map<'j>(
    parent: &'j Json,
    key: &str,
    problems: &mut Vec<Problem>,
) -> Vec<(&'j str, &'j str, Span)> {
    let entries = object(parent, key, problems).map_or(&[][..], Json::entries);
    let text = |entry: &'j json::Entry| {
        let (value, span) = as_string(&entry.value, &entry.key, problems)?;
        Some((entry.key.as_str(), value, span))
    };
    entries.iter().filter_map(text).collect()
}

/// A setting that is not what it should be, and is ignored.
pub(super) fn wrong_type(span: Span, key: &str, zh: &str, en: &str) -> Problem {
    let message = Text::new(format!("“{key}”应为{zh}，已忽略"), format!("`{key}` should be {en}; it is ignored"));
    Problem::at(Level::Warning, "config-type", span, message)
}

/// What project.config.json and its private twin say, paths relative to their folder.
#[derive(Clone, Debug, Default)]
pub(super) struct ProjectConfig {
    /// `miniprogramRoot`
    pub(super) mini_root: Option<String>,
    /// `pluginRoot`
    pub(super) plugin_root: Option<String>,
    /// `cloudfunctionRoot`
    pub(super) cloud_root: Option<String>,
    /// `appid`
    pub(super) app_id: Option<String>,
    /// `packOptions`
    pub(super) pack: Pack,
}

impl ProjectConfig {
    /// Reads one of the two files.
    pub(super) fn read(json: &Json, problems: &mut Vec<Problem>) -> Self {
        if !json.is_object() {
            problems.push(wrong_type(json.span, "project.config.json", "对象", "an object"));
        }
        let mut text = |key| {
            let (text, _) = string(json, key, problems)?;
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let mini_root = text("miniprogramRoot");
        let plugin_root = text("pluginRoot");
        let cloud_root = text("cloudfunctionRoot");
        let app_id = text("appid");
        let pack = object(json, "packOptions", problems).map(|pack| Pack::read(pack, problems)).unwrap_or_default();
        Self { mini_root, plugin_root, cloud_root, app_id, pack }
    }

    /// Settings of the private file win, except those that shape what is built.
    pub(super) fn overridden_by(self, private: Self) -> Self {
        Self { app_id: private.app_id.or(self.app_id), ..self }
    }
}

/// Which files `packOptions` keeps out of the package.
#[derive(Clone, Debug, Default)]
pub(super) struct Pack {
    ignore: Vec<Pattern>,
    include: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    kind: String,
    value: String,
}

impl Pack {
    fn read(json: &Json, problems: &mut Vec<Problem>) -> Self {
        let ignore = Pattern::read_all(json, "ignore", problems);
        Self { ignore, include: Pattern::read_all(json, "include", problems) }
    }

    /// Whether the file at `path` (relative to the mini-program root) is left out; `include` beats `ignore`.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        let path = path.to_lowercase();
        let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(&path));
        any(&self.ignore) && !any(&self.include)
    }
}

impl Pattern {
    fn read_all(json: &Json, key: &str, problems: &mut Vec<Problem>) -> Vec<Self> {
        let items = array(json, key, problems);
        let read = |item: &Json| {
            let (kind, _) = string(item, "type", problems)?;
            let (value, _) = string(item, "value", problems)?;
            Some(Self { kind: kind.to_lowercase(), value: value.to_lowercase() })
        };
        items.iter().filter_map(read).collect()
    }

    /// `path` is in lower case. Regular expressions and globs are not understood and leave nothing out.
    fn matches(&self, path: &str) -> bool {
        match self.kind.as_str() {
            "folder" => paths::join("", &self.value)
                .is_some_and(|folder| !folder.is_empty() && paths::strip(path, &folder).is_some()),
            "file" => paths::join("", &self.value).is_some_and(|file| file == path),
            "suffix" => !self.value.is_empty() && path.ends_with(&self.value),
            "prefix" => !self.value.is_empty() && paths::name(path).starts_with(&self.value),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (ProjectConfig, Vec<Problem>) {
        let mut problems = Vec::new();
        let json = json::parse(FileId(0), text, &mut problems).expect("JSON");
        (ProjectConfig::read(&json, &mut problems), problems)
    }

    #[test]
    fn pack_options_leave_out_by_folder_file_suffix_and_prefix() {
        let (config, problems) = read(
            r#"{"packOptions": {"ignore": [{"type": "folder", "value": "./Test/"}, {"type": "file", "value": "a/b.js"},
                {"type": "suffix", "value": ".mock.js"}, {"type": "prefix", "value": "dev-"}, {"type": "glob", "value": "**"}],
                "include": [{"type": "file", "value": "test/keep.js"}]}}"#,
        );
        assert!(problems.is_empty());
        for out in ["test/x.js", "a/B.js", "p/x.mock.js", "p/dev-x.js"] {
            assert!(config.pack.leaves_out(out), "{out}");
        }
        for kept in ["tests/x.js", "a/b.json", "p/x-dev-.js", "test/keep.js"] {
            assert!(!config.pack.leaves_out(kept), "{kept}");
        }
    }

    #[test]
    fn wrong_types_are_problems_at_their_place() {
        let text = r#"{"miniprogramRoot": 5, "appid": "wx1"}"#;
        let (config, problems) = read(text);
        assert_eq!(config.app_id.as_deref(), Some("wx1"));
        assert_eq!(problems[0].code, "config-type");
        assert_eq!(&text[problems[0].span.expect("span").range()], "5");
    }

    #[test]
    fn the_private_file_gives_the_app_id_but_no_root() {
        let (shared, _) = read(r#"{"miniprogramRoot": "a/", "appid": "wx1"}"#);
        let (private, _) = read(r#"{"miniprogramRoot": "b/", "appid": "wx2"}"#);
        let merged = shared.overridden_by(private);
        assert_eq!((merged.mini_root.as_deref(), merged.app_id.as_deref()), (Some("a/"), Some("wx2")));
    }
}
