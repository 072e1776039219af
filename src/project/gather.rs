//! Collects the files of a program: which are analysed, and their texts.
//! Knows the layout and the names of files, and nothing of what they say.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::base::{FileKind, FileSystem, Files, Level, Problem, SourceFile, Text};

use super::ProjectKind;
use super::decode::{self, Encoding};
use super::discover::{Layout, is_skipped_folder};
use super::paths;
use super::unbuilt::unbuilt;

/// Texts by path, before they have ids.
#[derive(Debug, Default)]
pub(super) struct Texts {
    texts: BTreeMap<String, (String, Encoding)>,
    /// Files and folders that could not be read.
    pub(super) problems: Vec<Problem>,
}

impl Texts {
    /// Reads files; the order of `paths` does not matter.
    pub(super) fn read(&mut self, fs: &dyn FileSystem, paths: &[String]) {
        let read: Vec<_> = paths.par_iter().map(|path| (path, fs.read(path).map(decode::decode))).collect();
        for (path, result) in read {
            match result {
                Ok(text) => {
                    self.texts.insert(path.clone(), text);
                }
                Err(error) => self.problems.push(unreadable(path, &error)),
            }
        }
    }

    /// The text of a file that was read.
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(|(text, _)| text.as_str())
    }

    /// Whether the file was read.
    pub(super) fn contains(&self, path: &str) -> bool {
        self.texts.contains_key(path)
    }

    /// The paths in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Gives the files their ids; encodings become problems.
    pub(super) fn into_files(self, problems: &mut Vec<Problem>) -> Files {
        problems.extend(self.problems);
        let mut sources = Vec::with_capacity(self.texts.len());
        let mut encodings = Vec::new();
        for (path, (text, encoding)) in self.texts {
            let Some(kind) = FileKind::of(&path) else { continue };
            if encoding != Encoding::Utf8 {
                encodings.push((path.clone(), encoding));
            }
            sources.push(SourceFile::new(path, kind, text));
        }
        let files = Files::new(sources);
        let notes = encodings.iter().filter_map(|(path, encoding)| decode::problem(files.find(path)?, *encoding));
        problems.extend(notes);
        files
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> Problem {
    let message = Text::new(format!("无法读取：{error}"), format!("cannot be read: {error}"));
    Problem::of_path(Level::Error, "unreadable-file", path, message)
}

/// The paths of the files that a layout consists of, sorted.
pub(super) fn paths_of(fs: &dyn FileSystem, layout: &Layout, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut found = BTreeSet::new();
    let roots = [Some(&layout.mini_root), layout.plugin_root.as_ref(), layout.cloud_root.as_ref()];
    for (at, root) in roots.into_iter().flatten().enumerate() {
        match fs.walk(root, &is_skipped_folder) {
            Ok(entries) => {
                // The first is that of the program itself.
                if at == 0 {
                    problems.extend(unbuilt(&entries, layout.has_program()));
                }
                let files = entries.into_iter().filter(|entry| !entry.is_dir && is_analysed(&entry.path));
                found.extend(files.map(|entry| entry.path));
            }
            Err(error) => problems.push(unreadable(root, &error)),
        }
    }
    found.retain(|path| !is_left_out(layout, path));
    found.extend(layout.project_configs.iter().cloned());
    if layout.kind != ProjectKind::Modules {
        drop_twins(&mut found);
    }
    found.into_iter().collect()
}

/// Lock files are large and say nothing about the program.
pub(super) fn is_analysed(path: &str) -> bool {
    FileKind::of(path).is_some() && paths::name(path) != "package-lock.json"
}

fn is_left_out(layout: &Layout, path: &str) -> bool {
    layout.app.as_deref() != Some(path)
        && !layout.in_cloud(path)
        && paths::strip(path, &layout.mini_root).is_some_and(|path| layout.pack.leaves_out(path))
}

/// A `.js` beside the `.ts` that it was made from is left out.
fn drop_twins(found: &mut BTreeSet<String>) {
    let twins: Vec<String> =
        found.iter().filter_map(|path| Some(format!("{}.js", path.strip_suffix(".ts")?))).collect();
    for twin in twins {
        found.remove(&twin);
    }
}

#[cfg(test)]
mod tests {
    use super::super::discover::discover;
    use super::*;
    use crate::base::fs::MemoryFs;

    fn gathered(files: &[(&str, &str)]) -> (Vec<String>, Vec<Problem>) {
        let fs = MemoryFs::new(files.iter().map(|&(path, text)| (path, text)));
        let mut problems = Vec::new();
        let layout = discover(&fs, "", &mut problems);
        (paths_of(&fs, &layout, &mut problems), problems)
    }

    fn paths_in(files: &[(&str, &str)]) -> Vec<String> {
        gathered(files).0
    }

    fn problems_in(files: &[(&str, &str)]) -> Vec<Problem> {
        gathered(files).1
    }

    #[test]
    fn sources_that_are_not_built_are_told() {
        let problems = problems_in(&[("src/App.vue", ""), ("src/pages/a.vue", ""), ("src/main.js", "")]);
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        assert_eq!((problem.code, problem.level), ("unbuilt-sources", Level::Error));
        // What was built of them counts, wherever the sources lie.
        let problems = problems_in(&[("src/App.vue", ""), ("dist/app.json", "{}"), ("dist/app.js", "")]);
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn what_does_not_run_is_skipped() {
        let paths = paths_in(&[
            ("app.json", "{}"),
            ("app.js", ""),
            ("a.png", ""),
            ("types.d.ts", ""),
            ("package-lock.json", "{}"),
            ("node_modules/x/index.js", ""),
            ("typings/x.ts", ""),
            (".git/x.js", ""),
            ("miniprogram_npm/x/index.js", ""),
        ]);
        assert_eq!(paths, ["app.js", "app.json", "miniprogram_npm/x/index.js"]);
    }

    #[test]
    fn typescript_beats_its_twin_in_a_program_only() {
        assert_eq!(
            paths_in(&[("app.json", ""), ("x.ts", ""), ("x.js", ""), ("y.js", "")]),
            ["app.json", "x.ts", "y.js"]
        );
        assert_eq!(paths_in(&[("x.ts", ""), ("x.js", "")]), ["x.js", "x.ts"]);
    }

    #[test]
    fn ignored_files_stay_out_and_other_roots_come_in() {
        let paths = paths_in(&[
            (
                "project.config.json",
                r#"{"miniprogramRoot": "mp", "cloudfunctionRoot": "fn",
                    "packOptions": {"ignore": [{"type": "folder", "value": "test"}]}}"#,
            ),
            ("gulpfile.js", ""),
            ("mp/app.json", "{}"),
            ("mp/test/a.js", ""),
            ("fn/test/index.js", ""),
        ]);
        assert_eq!(paths, ["fn/test/index.js", "mp/app.json", "project.config.json"]);
    }

    #[test]
    fn texts_become_files_with_notes_on_encodings() {
        let fs = MemoryFs::new([("b.js", vec![0xCA, 0xD6]), ("a.js", b"1".to_vec())]);
        let mut texts = Texts::default();
        texts.read(&fs, &["b.js".into(), "a.js".into(), "gone.js".into()]);
        let mut problems = Vec::new();
        let files = texts.into_files(&mut problems);
        assert_eq!(files.find("a.js").map(|file| &*files.get(file).text), Some("1"));
        assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unreadable-file", "encoding"]);
        assert_eq!(problems[1].file(), files.find("b.js"));
    }
}
