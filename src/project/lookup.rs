//! Where requests for modules and components point to, as pure path arithmetic over a question "is there a file?".
//! Knows the search orders of the platform, and nothing of how the files were found or read.

use std::collections::BTreeMap;

use crate::base::FileKind;

use super::paths;

/// What path resolution depends on besides the files themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct Lookup {
    /// The mini-program root and the plugin root, the longest first.
    pub(super) roots: Vec<String>,
    /// Where bare names are packages only, as Node.js has it.
    pub(super) node_root: Option<String>,
    /// `resolveAlias`, the longest key first.
    pub(super) aliases: Vec<(String, String)>,
    /// Packages in `node_modules` that were loaded, by folder.
    pub(super) packages: BTreeMap<String, Package>,
}

/// A package in `node_modules`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Package {
    /// The folder that is copied into a mini-program, if the package is made for one.
    pub(super) mini_root: Option<String>,
    /// Its entry as package.json says, without the certainty that it exists.
    pub(super) main: String,
}

/// What a request points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A file that exists.
    Path(String),
    /// A package that was not found.
    Package(String),
    /// Nothing.
    Missing,
}

/// The question whether there is a file at a path.
pub(super) type Exists<'e> = &'e dyn Fn(&str) -> bool;

impl Lookup {
    /// The root of which absolute paths in the file `from` count.
    pub(super) fn root_of(&self, from: &str) -> &str {
        let holds = |root: &&String| paths::strip(from, root).is_some();
        self.roots.iter().find(holds).or_else(|| self.roots.first()).map_or("", String::as_str)
    }

    /// The module that `request` in the file `from` stands for.
    pub(super) fn module(&self, exists: Exists<'_>, from: &str, request: &str) -> Target {
        let file = |base: &str, relative: &str| module_file(exists, from, &paths::join(base, relative)?);
        let found = |path: Option<String>| path.map_or(Target::Missing, Target::Path);
        if request.is_empty() {
            return Target::Missing;
        }
        if is_relative(request) {
            return found(file(paths::parent(from), request));
        }
        if let Some(path) = self.alias(from, request).and_then(|path| module_file(exists, from, &path)) {
            return Target::Path(path);
        }
        if let Some(rest) = request.strip_prefix('/') {
            return found(file(self.root_of(from), rest));
        }
        let near = || file(paths::parent(from), request).or_else(|| file(self.root_of(from), request));
        let near = || near().filter(|path| path != from);
        let package = || self.npm(from, request, &|path| module_file(exists, from, path));
        let path = match self.bare(from, request) {
            Bare::PathFirst => near().or_else(package),
            Bare::PackageFirst => package().or_else(near),
            Bare::PackageOnly => package(),
        };
        match path {
            Some(path) => Target::Path(path),
            // What an alias stands for is a file, and it is not there.
            None if self.aliased(request).is_some() => Target::Missing,
            None => Target::Package(request.to_owned()),
        }
    }

    /// `x/y` and `x.js` are paths before they are packages; `x` may well be a file of the folder that wraps package `x`.
    fn bare(&self, from: &str, request: &str) -> Bare {
        let is_node = self.node_root.as_deref().is_some_and(|root| paths::strip(from, root).is_some());
        let is_path = request.contains('/') || FileKind::of(request).is_some();
        match (is_node, is_path && !request.starts_with('@')) {
            (true, false) => Bare::PackageOnly,
            (false, true) => Bare::PathFirst,
            _ => Bare::PackageFirst,
        }
    }

    /// The base path (without extension) of the component that `value` in the file `from` names.
    pub(super) fn component(&self, exists: Exists<'_>, from: &str, value: &str) -> Option<String> {
        let unit = |path: &str| component_base(exists, path);
        let folder = paths::parent(from);
        if let Some(rest) = value.strip_prefix('/') {
            let absolute = paths::join(self.root_of(from), rest).and_then(|path| unit(&path));
            return absolute.or_else(|| unit(&self.alias(from, value)?));
        }
        let relative = paths::join(folder, value).and_then(|path| unit(&path));
        if relative.is_some() || is_relative(value) {
            return relative;
        }
        self.npm(from, value, &unit).or_else(|| unit(&self.alias(from, value)?))
    }

    /// A request behind `resolveAlias`; the longest key that fits wins.
    fn alias(&self, from: &str, request: &str) -> Option<String> {
        paths::join(self.root_of(from), &self.aliased(request)?)
    }

    /// What an alias makes of a request, as it is written.
    fn aliased(&self, request: &str) -> Option<String> {
        self.aliases.iter().find_map(|(key, value)| match key.strip_suffix('*') {
            Some(prefix) => {
                let rest = request.strip_prefix(prefix)?;
                Some(format!("{}/{rest}", value.strip_suffix('*').unwrap_or(value)))
            }
            None => (key == request).then(|| value.clone()),
        })
    }

    /// `miniprogram_npm` climbing from the folder of `from`, then the loaded packages of `node_modules`.
    fn npm(&self, from: &str, request: &str, find: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let folders = || paths::ancestors(paths::parent(from));
        let built = |folder| find(&paths::join(folder, &format!("miniprogram_npm/{request}"))?);
        let (name, rest) = split_package(request);
        let installed = |folder| {
            let home = paths::join(folder, &format!("node_modules/{name}"))?;
            let package = self.packages.get(&home)?;
            package.candidates(&home, rest).iter().find_map(|path| find(path))
        };
        folders().find_map(built).or_else(|| folders().find_map(installed))
    }
}

impl Package {
    /// Where `rest` of the package in the folder `home` may lie, the best first; `""` is the package itself.
    pub(super) fn candidates(&self, home: &str, rest: &str) -> Vec<String> {
        let mut candidates = Vec::new();
        candidates.extend(self.mini_root.as_ref().and_then(|root| paths::join(root, rest)));
        candidates.extend(paths::join(home, if rest.is_empty() { &self.main } else { rest }));
        candidates
    }
}

enum Bare {
    PathFirst,
    PackageFirst,
    PackageOnly,
}

/// Whether a request begins with `./` or `../`, or is one of these folders.
pub(super) fn is_relative(request: &str) -> bool {
    matches!(request.split(['/', '\\']).next(), Some("." | ".."))
}

/// The name of a package and the path in it: `@a/b/c/d` is `@a/b` and `c/d`.
pub(super) fn split_package(request: &str) -> (&str, &str) {
    let n_parts = if request.starts_with('@') { 2 } else { 1 };
    match request.match_indices('/').nth(n_parts - 1) {
        Some((at, _)) => (&request[..at], &request[at + 1..]),
        None => (request, ""),
    }
}

/// The file that a module path without or with extension stands for, folders with an index included.
fn module_file(exists: Exists<'_>, from: &str, path: &str) -> Option<String> {
    let is_module = |path: &str| FileKind::of(path).is_some_and(|kind| kind.is_script() || kind == FileKind::Json);
    if is_module(path) && exists(path) {
        return Some(path.to_owned());
    }
    let extensions = if FileKind::of(from) == Some(FileKind::TypeScript) { &TS_FIRST } else { &JS_FIRST };
    let with_extension =
        |base: &str| extensions.iter().map(|extension| format!("{base}.{extension}")).find(|path| exists(path));
    // `x.js` may be asked for where there is only `x.ts`, of which it will be made.
    let source = || {
        let (base, extension) = path.rsplit_once('.')?;
        let source = format!("{base}.{}", extension.replace("js", "ts"));
        (matches!(extension, "js" | "mjs" | "cjs" | "jsx") && exists(&source)).then_some(source)
    };
    with_extension(path).or_else(source).or_else(|| with_extension(&paths::join(path, "index")?))
}

const JS_FIRST: [&str; 9] = ["js", "ts", "mjs", "cjs", "jsx", "tsx", "mts", "cts", "json"];
const TS_FIRST: [&str; 9] = ["ts", "tsx", "js", "mts", "cts", "mjs", "cjs", "jsx", "json"];

/// The base path of a component at `path` or at `path/index`.
fn component_base(exists: Exists<'_>, path: &str) -> Option<String> {
    let is_component = |base: &str| ["ts", "js", "wxml"].iter().any(|extension| exists(&format!("{base}.{extension}")));
    let index = paths::join(path, "index")?;
    [path.to_owned(), index].into_iter().find(|base| is_component(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup() -> Lookup {
        let package = Package { mini_root: None, main: "lib/main".into() };
        let vant = Package { mini_root: Some("node_modules/@vant/weapp/dist".into()), main: "index.js".into() };
        Lookup {
            roots: vec!["mp/plugin".into(), "mp".into()],
            node_root: Some("fn".into()),
            aliases: vec![("@/lib/*".into(), "/shared/*".into()), ("@/*".into(), "/*".into())],
            packages: [("node_modules/pkg".into(), package), ("node_modules/@vant/weapp".into(), vant)].into(),
        }
    }

    fn module(files: &[&str], from: &str, request: &str) -> Target {
        lookup().module(&|path| files.contains(&path), from, request)
    }

    fn path(path: &str) -> Target {
        Target::Path(path.into())
    }

    #[test]
    fn relative_requests_take_extensions_and_folders() {
        let files = ["mp/u/a.js", "mp/u/b.ts", "mp/u/c/index.js", "mp/u/d.json", "mp/u/e.min.js", "mp/u/c.mjs"];
        let ask = |request| module(&files, "mp/u/x.js", request);
        assert_eq!(ask("./a"), path("mp/u/a.js"));
        assert_eq!(ask("./a.js"), path("mp/u/a.js"));
        assert_eq!(ask("../u/b"), path("mp/u/b.ts"));
        assert_eq!(ask("./b.js"), path("mp/u/b.ts"));
        assert_eq!(ask("./c"), path("mp/u/c.mjs"));
        assert_eq!(ask("./c/"), path("mp/u/c.mjs"));
        assert_eq!(ask("./d.json"), path("mp/u/d.json"));
        assert_eq!(ask("./e.min"), path("mp/u/e.min.js"));
        assert_eq!(ask("./gone"), Target::Missing);
        assert_eq!(ask("../../../x"), Target::Missing);
        assert_eq!(ask(""), Target::Missing);
    }

    #[test]
    fn of_two_twins_the_importers_language_wins() {
        let files = ["mp/a.js", "mp/a.ts"];
        assert_eq!(module(&files, "mp/x.js", "./a"), path("mp/a.js"));
        assert_eq!(module(&files, "mp/x.ts", "./a"), path("mp/a.ts"));
    }

    #[test]
    fn absolute_requests_count_from_the_root_of_their_file() {
        let files = ["mp/utils/x.js", "mp/plugin/utils/x.js"];
        assert_eq!(module(&files, "mp/pages/a/a.js", "/utils/x"), path("mp/utils/x.js"));
        assert_eq!(module(&files, "mp/plugin/a.js", "/utils/x"), path("mp/plugin/utils/x.js"));
        assert_eq!(module(&files, "mp/a.js", "/gone"), Target::Missing);
    }

    #[test]
    fn the_longest_alias_wins() {
        let files = ["mp/shared/a.js", "mp/lib/a.js", "mp/b.js"];
        assert_eq!(module(&files, "mp/p/x.js", "@/lib/a"), path("mp/shared/a.js"));
        assert_eq!(module(&files, "mp/p/x.js", "@/b"), path("mp/b.js"));
        assert_eq!(module(&files, "mp/p/x.js", "@/gone"), Target::Missing);
    }

    #[test]
    fn bare_paths_are_near_files_and_bare_names_packages() {
        let files = ["mp/p/u/a.js", "mp/u/b.js", "mp/miniprogram_npm/axios/index.js", "mp/p/axios.js", "mp/p/only.js"];
        assert_eq!(module(&files, "mp/p/x.js", "u/a"), path("mp/p/u/a.js"));
        assert_eq!(module(&files, "mp/p/x.js", "u/b.js"), path("mp/u/b.js"));
        assert_eq!(module(&files, "mp/p/x.js", "axios"), path("mp/miniprogram_npm/axios/index.js"));
        assert_eq!(module(&files, "mp/p/x.js", "only"), path("mp/p/only.js"));
        assert_eq!(module(&files, "mp/p/only.js", "only"), Target::Package("only".into()));
    }

    #[test]
    fn node_code_takes_bare_names_as_packages_only() {
        let files = ["fn/login/crypto.js", "fn/login/lib/a.js"];
        assert_eq!(module(&files, "fn/login/index.js", "crypto"), Target::Package("crypto".into()));
        assert_eq!(module(&files, "fn/login/index.js", "lib/a.js"), path("fn/login/lib/a.js"));
    }

    #[test]
    fn packages_are_looked_for_upwards_and_then_in_node_modules() {
        let files = ["mp/sub/miniprogram_npm/a/index.js", "node_modules/pkg/lib/main.js", "node_modules/pkg/x/y.js"];
        assert_eq!(module(&files, "mp/sub/p/x.js", "a"), path("mp/sub/miniprogram_npm/a/index.js"));
        assert_eq!(module(&files, "mp/p/x.js", "a"), Target::Package("a".into()));
        assert_eq!(module(&files, "mp/p/x.js", "pkg"), path("node_modules/pkg/lib/main.js"));
        assert_eq!(module(&files, "mp/p/x.js", "pkg/x/y"), path("node_modules/pkg/x/y.js"));
        assert_eq!(module(&files, "mp/p/x.js", "@s/p/q"), Target::Package("@s/p/q".into()));
    }

    #[test]
    fn components_are_looked_for_in_the_order_of_the_platform() {
        let ask =
            |files: &[&str], value: &str| lookup().component(&|path| files.contains(&path), "mp/pages/i/i.json", value);
        let files = [
            "mp/pages/i/a/index.js",
            "mp/pages/i/a.wxml",
            "mp/pages/miniprogram_npm/b/index.ts",
            "mp/miniprogram_npm/b.js",
            "mp/c/c.js",
            "node_modules/@vant/weapp/dist/button/index.js",
        ];
        assert_eq!(ask(&files, "a").as_deref(), Some("mp/pages/i/a"));
        assert_eq!(ask(&files[..1], "./a").as_deref(), Some("mp/pages/i/a/index"));
        assert_eq!(ask(&files, "b").as_deref(), Some("mp/pages/miniprogram_npm/b/index"));
        assert_eq!(ask(&files[3..], "b").as_deref(), Some("mp/miniprogram_npm/b"));
        assert_eq!(ask(&files, "/c/c").as_deref(), Some("mp/c/c"));
        assert_eq!(ask(&files, "@/c/c").as_deref(), Some("mp/c/c"));
        assert_eq!(ask(&files, "c/c"), None);
        assert_eq!(ask(&files, "@vant/weapp/button").as_deref(), Some("node_modules/@vant/weapp/dist/button/index"));
    }

    #[test]
    fn a_scoped_name_has_two_parts() {
        assert_eq!(split_package("@a/b/c/d"), ("@a/b", "c/d"));
        assert_eq!(split_package("a/b"), ("a", "b"));
        assert_eq!(split_package("@a/b"), ("@a/b", ""));
    }
}
