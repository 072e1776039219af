//! The one door to the disk: a small trait, so that the core can be run on files in memory.

use std::collections::BTreeMap;
use std::io;

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The path relative to the root of the file system, with `/`.
    pub path: String,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// Read access to one tree of files. Paths are relative to its root, use `/`, and never leave it.
pub trait FileSystem: Sync {
    /// The bytes of a file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
    /// All files below `path` (`""` is the root), recursively, sorted by path. Links are not followed out of the root
    /// nor in circles; `skip` names folders (by their relative path) that are not entered.
    fn walk(&self, path: &str, skip: &dyn Fn(&str) -> bool) -> io::Result<Vec<Entry>>;
    /// Whether there is a file at `path`.
    fn is_file(&self, path: &str) -> bool;
    /// Whether there is a folder at `path`.
    fn is_dir(&self, path: &str) -> bool;
}

/// Files held in memory, for tests and unpacked packages.
#[derive(Clone, Debug, Default)]
pub struct MemoryFs {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFs {
    /// A tree with these files.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect() }
    }
}

impl FileSystem for MemoryFs {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn walk(&self, path: &str, skip: &dyn Fn(&str) -> bool) -> io::Result<Vec<Entry>> {
        let below = |file: &str| path.is_empty() || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let skipped = |file: &str| file.match_indices('/').any(|(at, _)| at > path.len() && skip(&file[..at]));
        let paths = self.files.keys().filter(|file| below(file) && !skipped(file));
        Ok(paths.map(|file| Entry { path: file.clone(), is_dir: false }).collect())
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        path.is_empty()
            || self.files.keys().any(|file| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    }
}
