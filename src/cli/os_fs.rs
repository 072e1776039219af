//! The disk as a [`FileSystem`]: one folder and what is in it. Knows nothing of what the files mean.
#![expect(clippy::disallowed_methods, reason = "the command line reads the disk for all others")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::{Entry, FileSystem};

/// A folder on the disk. Links are followed as long as they stay in it.
#[derive(Clone, Debug)]
pub struct OsFs {
    /// The folder, with all links in its own path resolved.
    root: PathBuf,
}

impl OsFs {
    /// The folder at `root`; an error if there is none.
    pub fn new(root: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(root)?;
        if root.is_dir() { Ok(Self { root }) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// Where a path really is; an error if that is out of the root.
    fn resolve(&self, path: &str) -> io::Result<PathBuf> {
        let real = fs::canonicalize(self.root.join(path))?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }

    /// Collects the files below a folder. `open` holds where the folders on the way really are, against circles.
    fn collect(
        &self,
        path: &str,
        open: &mut Vec<PathBuf>,
        skip: &dyn Fn(&str) -> bool,
        entries: &mut Vec<Entry>,
    ) -> io::Result<()> {
        let real = self.resolve(path)?;
        if open.contains(&real) {
            return Ok(());
        }
        let children = fs::read_dir(&real)?;
        open.push(real);
        for child in children {
            // A name that is no Unicode cannot be named in a program either.
            let Ok(name) = child?.file_name().into_string() else { continue };
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            if self.is_file(&path) {
                entries.push(Entry { path, is_dir: false });
            } else if self.is_dir(&path) && !skip(&path) {
                // A folder that may not be read hides what is in it, and nothing else.
                let _ = self.collect(&path, open, skip, entries);
            }
        }
        open.pop();
        Ok(())
    }
}

impl FileSystem for OsFs {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.resolve(path)?)
    }

    fn walk(&self, path: &str, skip: &dyn Fn(&str) -> bool) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.collect(path, &mut Vec::new(), skip, &mut entries)?;
        entries.sort();
        Ok(entries)
    }

    fn is_file(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|real| real.is_file())
    }

    fn is_dir(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|real| real.is_dir())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_neither_out_of_the_root_nor_in_circles() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::create_dir_all(root.join("skipped")).unwrap();
        fs::write(outer.path().join("secret.js"), "1").unwrap();
        fs::write(root.join("a/b/x.js"), "2").unwrap();
        fs::write(root.join("skipped/y.js"), "3").unwrap();
        symlink(outer.path().join("secret.js"), root.join("out.js")).unwrap();
        symlink(outer.path(), root.join("out")).unwrap();
        symlink(&root, root.join("a/circle")).unwrap();
        symlink(root.join("a/b"), root.join("link")).unwrap();

        let fs = OsFs::new(&root).unwrap();
        let entries = fs.walk("", &|path| path == "skipped").unwrap();
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["a/b/x.js", "link/x.js"]);
        assert!(fs.read("out.js").is_err() && fs.read("../secret.js").is_err());
        assert_eq!(fs.read("link/x.js").unwrap(), b"2");
    }
}
