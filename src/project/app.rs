//! Reads what app.json, game.json and plugin.json declare, each with its place.
//! Knows their keys, and nothing of the files that they speak of.

use crate::base::json::{Json, Value};
use crate::base::{Level, Problem, Span, Text};

use super::Plugin;
use super::config::{array, as_string, object, string, string_map, strings, wrong_type};
use super::paths;

/// A path with the place that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    /// Relative to the root of the configuration.
    pub(super) path: String,
    pub(super) span: Span,
}

/// The declarations of an app or a plugin.
#[derive(Clone, Debug, Default)]
pub(super) struct AppConfig {
    /// Pages in order, those of subpackages with their root.
    pub(super) pages: Vec<Declared>,
    /// Components that other programs may use (`publicComponents` of a plugin), each with its name.
    pub(super) public_components: Vec<(String, Declared)>,
    /// `entryPagePath`
    pub(super) entry_page: Option<Declared>,
    /// `tabBar.custom`
    pub(super) custom_tab_bar: Option<Span>,
    pub(super) plugins: Vec<Plugin>,
    /// The folder of the workers.
    pub(super) workers: Option<Declared>,
    /// `resolveAlias`, the longest key first.
    pub(super) aliases: Vec<(String, String)>,
    /// The interface of a plugin (`main`).
    pub(super) main: Option<Declared>,
}

impl AppConfig {
    /// Reads app.json or game.json.
    pub(super) fn read_app(json: &Json, problems: &mut Vec<Problem>) -> Self {
        let mut config = Self::default();
        if !json.is_object() {
            problems.push(wrong_type(json.span, "app.json", "对象", "an object"));
            return config;
        }
        config.pages = pages(json, "", problems);
        config.plugins = plugins(json, "", problems);
        for key in ["subPackages", "subpackages"] {
            for package in array(json, key, problems) {
                config.read_subpackage(package, problems);
            }
        }
        let entry = string(json, "entryPagePath", problems);
        config.entry_page = entry.and_then(|(path, span)| declared("", path, span, problems));
        let custom = object(json, "tabBar", problems).and_then(|bar| bar.get("custom"));
        config.custom_tab_bar = custom.filter(|custom| custom.as_bool() == Some(true)).map(|custom| custom.span);
        config.workers = workers(json, problems);
        config.aliases = aliases(json, problems);
        config.plugins.sort_by(|a, b| (&a.alias, a.span).cmp(&(&b.alias, b.span)));
        config
    }

    /// Reads plugin.json, whose pages and components have names.
    pub(super) fn read_plugin(json: &Json, problems: &mut Vec<Problem>) -> Self {
        let mut named = |key| -> Vec<(String, Declared)> {
            let entries = string_map(json, key, problems);
            let declared =
                |(name, path, span): (&str, &str, Span)| Some((name.to_owned(), declared("", path, span, problems)?));
            entries.into_iter().filter_map(declared).collect()
        };
        let pages = named("pages").into_iter().map(|(_, page)| page).collect();
        let public_components = named("publicComponents");
        let main = string(json, "main", problems);
        let main = main.and_then(|(path, span)| declared("", path, span, problems));
        Self { pages, public_components, main, ..Self::default() }
    }

    fn read_subpackage(&mut self, package: &Json, problems: &mut Vec<Problem>) {
        if !package.is_object() {
            problems.push(wrong_type(package.span, "subPackages", "对象数组", "an array of objects"));
            return;
        }
        let root = string(package, "root", problems).map_or("", |(root, _)| root);
        self.pages.extend(pages(package, root, problems));
        self.plugins.extend(plugins(package, root, problems));
    }
}

fn declared(root: &str, path: &str, span: Span, problems: &mut Vec<Problem>) -> Option<Declared> {
    let inside = paths::join("", root).and_then(|root| paths::join(&root, path));
    if inside.is_none() {
        problems.push(outside(span, path));
    }
    Some(Declared { path: inside?, span })
}

fn outside(span: Span, path: &str) -> Problem {
    let message = Text::new(
        format!("路径“{path}”指向项目之外，未读取"),
        format!("the path `{path}` leads out of the program; nothing is read there"),
    );
    Problem::at(Level::Warning, "path-outside", span, message)
}

fn pages(json: &Json, root: &str, problems: &mut Vec<Problem>) -> Vec<Declared> {
    let pages = strings(json, "pages", problems);
    pages.into_iter().filter_map(|(path, span)| declared(root, path, span, problems)).collect()
}

/// The plugins of the app or of a subpackage with this root, which what they are given is relative to.
fn plugins(json: &Json, root: &str, problems: &mut Vec<Problem>) -> Vec<Plugin> {
    let entries = object(json, "plugins", problems).map_or(&[][..], Json::entries);
    let read = |entry: &crate::base::json::Entry| {
        if !entry.value.is_object() {
            problems.push(wrong_type(entry.value.span, &entry.key, "对象", "an object"));
            return None;
        }
        let mut text = |key| string(&entry.value, key, problems).map_or_else(String::new, |(text, _)| text.to_owned());
        let (provider, version) = (text("provider"), text("version"));
        let export = string(&entry.value, "export", problems);
        let export = export.and_then(|(path, span)| declared(root, path, span, problems)).map(|export| export.path);
        Some(Plugin { alias: entry.key.clone(), provider, version, export, span: entry.key_span })
    };
    entries.iter().filter_map(read).collect()
}

/// `"workers"` or `{"path": "workers"}`.
fn workers(json: &Json, problems: &mut Vec<Problem>) -> Option<Declared> {
    let value = json.get("workers")?;
    let (path, span) = match value.value {
        Value::Object(_) => string(value, "path", problems)?,
        _ => as_string(value, "workers", problems)?,
    };
    declared("", path, span, problems)
}

fn aliases(json: &Json, problems: &mut Vec<Problem>) -> Vec<(String, String)> {
    let entries = string_map(json, "resolveAlias", problems);
    let mut aliases: Vec<_> = entries.into_iter().map(|(key, path, _)| (key.to_owned(), path.to_owned())).collect();
    aliases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    aliases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, json};

    fn read(text: &str) -> (AppConfig, Vec<Problem>) {
        let mut problems = Vec::new();
        let json = json::parse(FileId(0), text, &mut problems).expect("JSON");
        (AppConfig::read_app(&json, &mut problems), problems)
    }

    #[test]
    fn pages_of_both_spellings_of_subpackages_carry_their_root() {
        let text = r#"{"pages": ["a/a", "/b/b"], "subPackages": [{"root": "s/", "pages": ["/c/c"]}],
            "subpackages": [{"root": "t", "pages": ["d"], "plugins": {"p": {"provider": "wx2"}}}],
            "plugins": {"q": {"version": "1.0.0", "provider": "wx1"}}}"#;
        let (config, problems) = read(text);
        assert!(problems.is_empty());
        let pages: Vec<&str> = config.pages.iter().map(|page| page.path.as_str()).collect();
        assert_eq!(pages, ["a/a", "b/b", "s/c/c", "t/d"]);
        assert_eq!(&text[config.pages[3].span.range()], "\"d\"");
        let plugins: Vec<_> = config.plugins.iter().map(|plugin| (&*plugin.alias, &*plugin.provider)).collect();
        assert_eq!(plugins, [("p", "wx2"), ("q", "wx1")]);
    }

    #[test]
    fn other_settings_are_read() {
        let (config, _) = read(
            r#"{"tabBar": {"custom": true}, "workers": {"path": "w/"}, "entryPagePath": "a/a",
                "resolveAlias": {"@/*": "/*", "@/lib/*": "/l/*"}}"#,
        );
        assert!(config.custom_tab_bar.is_some());
        assert_eq!(config.workers.map(|workers| workers.path).as_deref(), Some("w"));
        assert_eq!(config.entry_page.map(|page| page.path).as_deref(), Some("a/a"));
        assert_eq!(config.aliases[0].0, "@/lib/*");
        assert_eq!(read(r#"{"workers": "w"}"#).0.workers.map(|workers| workers.path).as_deref(), Some("w"));
        assert!(read(r#"{"tabBar": {"custom": false}}"#).0.custom_tab_bar.is_none());
    }

    #[test]
    fn wrong_types_are_problems_and_the_rest_is_read() {
        let (config, problems) = read(r#"{"pages": {}, "subPackages": ["x", {"root": 1, "pages": ["d", 2]}]}"#);
        assert_eq!(config.pages.len(), 1);
        assert_eq!(problems.iter().filter(|problem| problem.code == "config-type").count(), 4);
        assert_eq!(read("[]").1[0].code, "config-type");
    }

    #[test]
    fn paths_that_climb_out_are_problems() {
        let (config, problems) = read(
            r#"{"pages": ["a/a", "../b"], "subPackages": [{"root": "..", "pages": ["c"]}], "workers": "w/../../x",
                "entryPagePath": "../../etc"}"#,
        );
        assert_eq!(config.pages.len(), 1);
        assert_eq!(problems.iter().filter(|problem| problem.code == "path-outside").count(), 4);
    }
}
