//! Libraries of which programs carry copies: which file is one, by its folder or its name.
//! Knows how files are named, and not what any library does.

use super::Models;

/// A library that is copied into programs.
#[derive(Clone, Debug)]
pub struct Library {
    /// The package that entries of the models speak of: `crypto-js`.
    pub package: String,
    /// What copies of its file are called, without extension, version and `.min`: besides the name of the package, if
    /// that is a name of several words.
    pub copies: Vec<String>,
    /// Whether the models tell all that it does: what they say then counts instead of its code.
    pub is_complete: bool,
    /// What folders that hold copies of its components are called, where it is a library of components.
    pub components: Vec<String>,
    /// What its tags begin with by custom (`van-`), where the models tell all that its components do.
    pub tags: Option<String>,
    /// What its components are called, where programs keep their own beside them; all in the folder are its, if none is told.
    pub told: Vec<String>,
    /// Those of its components whose code counts all the same.
    pub followed: Vec<String>,
}

/// A file that is a copy of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy<'m> {
    /// The package.
    pub package: &'m str,
    /// What a program would ask for to get this file of the package: `crypto-js/md5`.
    pub request: String,
    /// As [`Library::is_complete`].
    pub is_complete: bool,
}

impl Models {
    /// The library that the script at `path` is a copy of: it lies in the folder of the package or bears a name of the
    /// library's. The later entry counts where several fit.
    pub fn copy_of_library(&self, path: &str) -> Option<Copy<'_>> {
        let path = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let names = names(path.rsplit('/').next()?);
        let mut of_code = self.libraries.iter().rev().filter(|library| library.components.is_empty());
        of_code.find_map(|library| {
            let by_file = || is_copy(library, &names).then(|| library.package.clone());
            let request = inside(library, path, &names).or_else(by_file)?;
            Some(Copy { package: &library.package, request, is_complete: library.is_complete })
        })
    }

    /// The library that a request by name is for: its package, or a build of it that lies in there
    /// (`crypto-js/dist/crypto-js.min`).
    pub fn library_asked_for(&self, request: &str) -> Option<Copy<'_>> {
        let file = request.strip_suffix(".js").unwrap_or(request);
        let found = self.libraries.iter().rev().find(|library| match file.strip_prefix(library.package.as_str()) {
            Some("") => true,
            Some(rest) => rest.starts_with('/') && is_build(library, &names(rest.rsplit('/').next().unwrap_or(rest))),
            None => false,
        })?;
        Some(Copy { package: &found.package, request: found.package.clone(), is_complete: found.is_complete })
    }
}

impl Models {
    /// The tag by which entries speak of the component at `path`, if it is part of a library whose components they tell all
    /// of: `van-field` for `@vant/weapp/field/index`.
    pub fn told_component(&self, path: &str) -> Option<String> {
        let mut folders = path.rsplit('/').skip(1);
        let component = folders.next()?;
        let is_in = |library: &Library| folders.clone().any(|folder| library.is_home(folder));
        let library = self.libraries.iter().find(|library| library.tags.is_some() && is_in(library))?;
        if is_among(component, &library.followed) || !library.keeps(component) {
            return None;
        }
        Some(format!("{}{component}", library.tags.as_deref()?))
    }

    /// Whether a file is part of a library of components: it lies in the folder of a package that is one, or of a copy.
    /// Components that a program keeps beside those of the library are the program's.
    pub fn is_of_component_library(&self, path: &str) -> bool {
        let folders = path.rsplit('/').skip(1);
        let Some(own) = folders.clone().next() else { return false };
        let library = self.libraries.iter().find(|library| folders.clone().any(|folder| library.is_home(folder)));
        library.is_some_and(|library| library.is_home(own) || library.keeps(own))
    }
}

impl Library {
    /// Whether a folder of this name holds its components.
    fn is_home(&self, folder: &str) -> bool {
        is_among(folder, &self.components)
    }

    /// Whether a component of this name in its folder is its own.
    fn keeps(&self, component: &str) -> bool {
        self.told.is_empty() || [&self.told, &self.followed].into_iter().any(|names| is_among(component, names))
    }
}

/// What a file within the folder of a package is asked for by. Folders of everyday names count where packages lie.
fn inside(library: &Library, path: &str, names: &[String]) -> Option<String> {
    let (before, rest) = path.rsplit_once(&format!("{}/", library.package))?;
    let is_installed = ["miniprogram_npm/", "node_modules/"].iter().any(|home| before.ends_with(home));
    if !is_installed && !(is_distinctive(&library.package) && (before.is_empty() || before.ends_with('/'))) {
        return None;
    }
    // What was built of a package is the package.
    let is_whole = rest == "index" || is_build(library, names);
    Some(if is_whole { library.package.clone() } else { format!("{}/{rest}", library.package) })
}

/// Whether a file of these names in the package is what was built of it.
fn is_build(library: &Library, names: &[String]) -> bool {
    is_copy(library, names) || is_among(own_name(library), names)
}

/// Whether a file of these names is a copy. Words that files of anything are named by must be told as such.
fn is_copy(library: &Library, names: &[String]) -> bool {
    let own = own_name(library);
    is_distinctive(own) && is_among(own, names) || library.copies.iter().any(|copy| is_among(copy, names))
}

fn is_among(name: &str, names: &[String]) -> bool {
    names.iter().any(|own| own.eq_ignore_ascii_case(name))
}

fn own_name(library: &Library) -> &str {
    library.package.rsplit('/').next().unwrap_or(&library.package)
}

fn is_distinctive(name: &str) -> bool {
    name.contains('-')
}

/// A file name with all, and with less and less of what tells versions and builds apart: `dayjs-1.11.0.min`, …, `dayjs`.
fn names(name: &str) -> Vec<String> {
    let shorter = |name: &String| {
        let (before, last) = name.rsplit_once(['.', '-', '_', '@'])?;
        (!before.is_empty() && is_of_build(last)).then(|| before.to_owned())
    };
    std::iter::successors(Some(name.to_owned()), shorter).collect()
}

/// Whether a part of a file name says only which build it is of.
fn is_of_build(part: &str) -> bool {
    let part = part.to_ascii_lowercase();
    let version = part.strip_prefix('v').unwrap_or(&part);
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    is_version || matches!(&*part, "min" | "umd" | "cjs" | "esm" | "common" | "prod" | "production")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models() -> Models {
        let text = r#"{ "libraries": [
            { "package": "crypto-js", "copies": ["cryptojs"], "complete": true },
            { "package": "leancloud-storage", "copies": "av-weapp" },
            { "package": "@scope/tool" }, { "package": "day", "copies": "day" }, { "package": "axes" }, { "package": "ground-64" } ] }"#;
        Models::load(false, &[("a.json".into(), text.into())]).expect("a model file")
    }

    #[test]
    fn copies_are_known_by_folder_and_by_name() {
        let models = models();
        let of = |path: &str| models.copy_of_library(path).map(|copy| copy.request);
        for path in ["miniprogram_npm/crypto-js/index.js", "utils/crypto-js.js", "lib/CryptoJS-v4.2.0.min.js"] {
            assert_eq!(of(path).as_deref(), Some("crypto-js"), "{path}");
        }
        assert_eq!(of("libs/crypto-js/md5.js").as_deref(), Some("crypto-js/md5"));
        assert_eq!(of("libs/crypto-js/crypto-js.min.js").as_deref(), Some("crypto-js"));
        assert_eq!(of("libs/av-weapp-min.js").as_deref(), Some("leancloud-storage"));
        assert_eq!(of("node_modules/leancloud-storage/dist/av-weapp-min.js").as_deref(), Some("leancloud-storage"));
        assert_eq!(of("miniprogram_npm/@scope/tool/index.js").as_deref(), Some("@scope/tool"));
        assert_eq!(of("utils/day.min.js").as_deref(), Some("day"));
        assert_eq!(of("miniprogram_npm/axes/index.js").as_deref(), Some("axes"));
    }

    #[test]
    fn a_request_by_name_is_for_the_package_or_a_build_of_it() {
        let models = models();
        let of = |request: &str| models.library_asked_for(request).map(|copy| copy.request);
        assert_eq!(of("crypto-js").as_deref(), Some("crypto-js"));
        assert_eq!(of("crypto-js/dist/cryptojs.min.js").as_deref(), Some("crypto-js"));
        assert_eq!(of("axes").as_deref(), Some("axes"));
        assert_eq!(of("crypto-js/md5"), None);
        assert_eq!(of("crypto-js-two"), None);
        assert_eq!(of("./axes"), None);
    }

    #[test]
    fn names_that_only_begin_alike_are_others() {
        let models = models();
        for path in [
            "utils/crypto-js-wrapper.js",
            "my-crypto-js/index.js",
            "utils/crypto.js",
            "min.js",
            "pages/2/2.js",
            "pages/day/util.js",
            "utils/axes.js",
            "utils/ground.js",
        ] {
            assert_eq!(models.copy_of_library(path), None, "{path}");
        }
    }
}
