//! The disk as a [`FileSystem`]: one folder and what is in it. Knows nothing of what the files say.
#![expect(clippy::disallowed_methods, reason = "the command line reads the disk for all others")]

use std::collections::BTreeSet;
use std::fs::{self, DirEntry, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::base::{Entry, FileKind, FileSystem, Level, Problem, Text};

/// Bytes beyond which a file is not read: places are counted in 32 bits, and trees are many times larger than texts.
const MAX_FILE: u64 = 256 << 20;

/// Why the disk refused, for people; the system's own words are English.
pub fn why(error: &io::Error) -> Text {
    let en = error.to_string();
    let zh = match error.kind() {
        io::ErrorKind::NotFound => "没有这个文件或目录",
        io::ErrorKind::PermissionDenied => "没有权限",
        io::ErrorKind::AlreadyExists => "已经存在",
        io::ErrorKind::IsADirectory => "是目录",
        io::ErrorKind::NotADirectory => "不是目录",
        io::ErrorKind::DirectoryNotEmpty => "目录不是空的",
        io::ErrorKind::StorageFull => "磁盘已满",
        io::ErrorKind::QuotaExceeded => "超出磁盘配额",
        io::ErrorKind::ReadOnlyFilesystem => "文件系统只读",
        io::ErrorKind::FileTooLarge => "文件过大",
        io::ErrorKind::InvalidData => "不是 UTF-8 文本",
        io::ErrorKind::InvalidFilename => "文件名无效",
        io::ErrorKind::BrokenPipe => "对方已关闭",
        _ => return Text::same(en),
    };
    Text::new(zh, en)
}

/// Reads a file that is not too large; a device without end is too large as well.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if MAX_FILE < bytes.len() as u64 {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {} MB", MAX_FILE >> 20)));
    }
    Ok(bytes)
}

/// Reads a text that is not too large.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_file(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// A folder on the disk. Links are followed as long as they stay in it.
#[derive(Debug)]
pub struct OsFs {
    /// The folder, with all links in its own path resolved.
    root: PathBuf,
    /// What walks had to leave out.
    problems: Mutex<BTreeSet<Problem>>,
}

impl OsFs {
    /// The folder at `root`; an error if there is none.
    pub fn new(root: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(root)?;
        if root.is_dir() {
            Ok(Self { root, problems: Mutex::default() })
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    /// What the walks so far had to leave out, sorted.
    pub fn problems(&self) -> Vec<Problem> {
        self.problems.lock().map(|problems| problems.iter().cloned().collect()).unwrap_or_default()
    }

    fn note(&self, problem: Problem) {
        if let Ok(mut problems) = self.problems.lock() {
            problems.insert(problem);
        }
    }

    /// Where a path really is; an error if that is out of the root.
    fn resolve(&self, path: &str) -> io::Result<PathBuf> {
        let real = fs::canonicalize(self.root.join(path))?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }
}

impl FileSystem for OsFs {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        read_file(&self.resolve(path)?)
    }

    fn walk(&self, path: &str, skip: &dyn Fn(&str) -> bool) -> io::Result<Vec<Entry>> {
        let real = self.resolve(path)?;
        let mut walk = Walk::new(self, skip);
        walk.folder(path, real)?;
        walk.finish();
        walk.entries.sort();
        Ok(walk.entries)
    }

    fn is_file(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|real| real.is_file())
    }

    fn is_dir(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|real| real.is_dir())
    }
}

/// One walk through a tree. Each folder is entered once, under its own name if the walk gets to it that way: with links
/// that are followed wherever they occur, a few of them make a tree without end.
struct Walk<'a> {
    fs: &'a OsFs,
    skip: &'a dyn Fn(&str) -> bool,
    /// Folders that are still to be entered, and where they are.
    open: Vec<(String, PathBuf)>,
    /// Links to folders; they come after all that is reached without them.
    links: BTreeSet<(String, PathBuf)>,
    /// Where the folders are that were entered.
    seen: BTreeSet<PathBuf>,
    entries: Vec<Entry>,
}

impl<'a> Walk<'a> {
    fn new(fs: &'a OsFs, skip: &'a dyn Fn(&str) -> bool) -> Self {
        let (open, links, seen, entries) = (Vec::new(), BTreeSet::new(), BTreeSet::new(), Vec::new());
        Self { fs, skip, open, links, seen, entries }
    }

    /// Enters all folders that are known of.
    fn finish(&mut self) {
        while let Some((path, real)) = self.open.pop().or_else(|| self.links.pop_first()) {
            if self.seen.contains(&real) {
                self.fs.note(repeated_link(path));
            } else if let Err(error) = self.folder(&path, real) {
                // A folder that may not be read hides what is in it, and nothing else.
                self.fs.note(unreadable(path, &error));
            }
        }
    }

    fn folder(&mut self, path: &str, real: PathBuf) -> io::Result<()> {
        let children = fs::read_dir(&real)?;
        self.seen.insert(real);
        for child in children {
            self.child(path, &child?);
        }
        Ok(())
    }

    fn child(&mut self, folder: &str, child: &DirEntry) {
        let name = child.file_name();
        let shown = name.to_string_lossy();
        let path = if folder.is_empty() { shown.into_owned() } else { format!("{folder}/{shown}") };
        let found = child.file_type().and_then(|kind| {
            if kind.is_symlink() { self.behind_link(&path, child) } else { Ok(Some((kind, child.path(), false))) }
        });
        let is_unicode = name.to_str().is_some();
        match found {
            Ok(Some((kind, real, is_link))) if is_unicode && kind.is_dir() => self.folder_found(path, real, is_link),
            Ok(Some((kind, ..))) if is_unicode && kind.is_file() => self.entries.push(Entry { path, is_dir: false }),
            Ok(Some((kind, ..))) if !self.matters(&path, kind) => {}
            Ok(Some(_)) if is_unicode => self.fs.note(special_file(path)),
            Ok(Some(_)) => self.fs.note(not_unicode(path)),
            Ok(None) => {}
            Err(error) => self.fs.note(unreadable(path, &error)),
        }
    }

    /// What a link leads to, if that may be entered.
    fn behind_link(&self, path: &str, link: &DirEntry) -> io::Result<Option<(FileType, PathBuf, bool)>> {
        let Ok(real) = fs::canonicalize(link.path()) else {
            self.fs.note(broken_link(path));
            return Ok(None);
        };
        let kind = fs::metadata(&real)?.file_type();
        if real.starts_with(&self.fs.root) {
            return Ok(Some((kind, real, true)));
        }
        if self.matters(path, kind) {
            self.fs.note(outside_link(path));
        }
        Ok(None)
    }

    /// Whether something is a folder to be entered or may be a file of a program.
    fn matters(&self, path: &str, kind: FileType) -> bool {
        if kind.is_dir() { !(self.skip)(path) } else { FileKind::of(path).is_some() }
    }

    fn folder_found(&mut self, path: String, real: PathBuf, is_link: bool) {
        if (self.skip)(&path) {
            return;
        }
        if is_link {
            self.links.insert((path, real));
        } else {
            self.open.push((path, real));
        }
    }
}

/// A file or folder that the disk does not give.
pub fn unreadable(path: impl Into<String>, error: &io::Error) -> Problem {
    let why = why(error);
    let text = Text::new(format!("无法读取：{}", why.zh), format!("cannot be read: {}", why.en));
    Problem::of_path(Level::Error, "unreadable-file", path, text)
}

fn not_unicode(path: String) -> Problem {
    let text = Text::new(
        "名称不是有效的 Unicode，程序中无法引用，未分析；请重命名",
        "the name is not Unicode, so that no program can ask for it: not analysed; rename it",
    );
    Problem::of_path(Level::Error, "name-not-unicode", path, text)
}

fn special_file(path: String) -> Problem {
    let text = Text::new("不是普通文件，未分析", "not an ordinary file: not analysed");
    Problem::of_path(Level::Warning, "special-file", path, text)
}

fn outside_link(path: &str) -> Problem {
    let text = Text::new("符号链接指向扫描目录之外，未分析", "a link that leads out of the root: not analysed");
    Problem::of_path(Level::Warning, "link-outside", path, text)
}

fn broken_link(path: &str) -> Problem {
    Problem::of_path(Level::Note, "link-broken", path, Text::new("符号链接无效", "a link that leads nowhere"))
}

fn repeated_link(path: String) -> Problem {
    let text = Text::new(
        "符号链接指向已分析的目录，不再重复分析",
        "a link to a folder that is analysed already: not analysed again under this name",
    );
    Problem::of_path(Level::Note, "link-repeated", path, text)
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder(files: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "1").unwrap();
        }
        (outer, root)
    }

    fn walked(fs: &OsFs) -> (Vec<String>, Vec<(String, &'static str)>) {
        let entries = fs.walk("", &|path| path == "skipped").unwrap();
        let problems = fs.problems().into_iter().map(|problem| (problem.path.unwrap(), problem.code));
        let mut problems: Vec<_> = problems.collect();
        problems.sort();
        (entries.into_iter().map(|entry| entry.path).collect(), problems)
    }

    #[test]
    fn links_are_followed_neither_out_of_the_root_nor_twice() {
        let (outer, root) = folder(&["a/b/x.js", "skipped/y.js", "../secret.js"]);
        symlink(outer.path().join("secret.js"), root.join("out.js")).unwrap();
        symlink(outer.path(), root.join("out")).unwrap();
        symlink(&root, root.join("a/circle")).unwrap();
        symlink(root.join("a/b"), root.join("Link")).unwrap();
        symlink(root.join("a/b/x.js"), root.join("z.js")).unwrap();
        symlink(root.join("skipped"), root.join("through")).unwrap();
        symlink("nowhere", root.join("gone")).unwrap();

        let fs = OsFs::new(&root).unwrap();
        let (paths, problems) = walked(&fs);
        assert_eq!(paths, ["a/b/x.js", "through/y.js", "z.js"]);
        let expected = [
            ("Link", "link-repeated"),
            ("a/circle", "link-repeated"),
            ("gone", "link-broken"),
            ("out", "link-outside"),
            ("out.js", "link-outside"),
        ];
        assert_eq!(problems, expected.map(|(path, code)| (path.to_owned(), code)));
        assert!(fs.read("out.js").is_err() && fs.read("../secret.js").is_err());
        assert_eq!(fs.read("Link/x.js").unwrap(), b"1");
    }

    #[test]
    fn links_between_folders_do_not_multiply() {
        let (_outer, root) = folder(&["f0/x.js"]);
        for n in 0..12 {
            fs::create_dir_all(root.join(format!("f{n}"))).unwrap();
            for other in 0..12 {
                symlink(root.join(format!("f{other}")), root.join(format!("f{n}/to{other}"))).unwrap();
            }
        }
        let (paths, problems) = walked(&OsFs::new(&root).unwrap());
        assert_eq!((paths.len(), problems.len()), (1, 144));
    }

    #[test]
    fn names_that_are_not_unicode_are_told_of_where_they_matter() {
        let (_outer, root) = folder(&["a.js"]);
        for name in [&b"\xC9\xCC.js"[..], b"\xC9\xCC.png"] {
            fs::write(root.join(OsStr::from_bytes(name)), "1").unwrap();
        }
        let (paths, problems) = walked(&OsFs::new(&root).unwrap());
        assert_eq!(paths, ["a.js"]);
        assert_eq!(problems, [("\u{fffd}\u{fffd}.js".to_owned(), "name-not-unicode")]);
    }
}
