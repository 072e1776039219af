//! Packages and folders of unpacked ones, as programs to load. Knows the disk, and not what is in a package.
#![expect(clippy::disallowed_methods, reason = "the command line reads the disk for all others")]

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::os_fs::{OsFs, unreadable, why};
use crate::base::{FileSystem, Level, Problem, Text};
use crate::package::{self, Packed, container};
use crate::project::{self, Project};

/// How packages end.
const EXTENSION: &str = "wxapkg";
/// Offsets in a package have 32 bits; nothing behind them can be reached.
const MAX_SIZE: u64 = u32::MAX as u64;

/// Whether a path is called like a package.
pub fn is_named_so(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(EXTENSION))
}

/// The packages in a folder that holds no program otherwise.
pub fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| is_named_so(path) && path.is_file()).collect();
    found.sort();
    found
}

/// Whether a package holds what describes a program; the others of the program do not.
pub fn is_main(path: &Path) -> bool {
    open(path).is_ok_and(|opened| opened.contents.entries.iter().any(|entry| entry.name == package::APP_CONFIG))
}

/// A package's bytes and what is in it.
pub struct Opened {
    /// What the file holds.
    pub bytes: Vec<u8>,
    /// Its index.
    pub contents: container::Contents,
}

/// Reads a package; the error is a reason for the user.
pub fn open(path: &Path) -> Result<Opened, Text> {
    let name = file_name(path);
    let bytes = read(path).map_err(|error| why(&error))?;
    let contents = container::read(&name, &bytes).map_err(|problem| problem.message)?;
    Ok(Opened { bytes, contents })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if MAX_SIZE < fs::metadata(path)?.len() {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large to be a package"));
    }
    fs::read(path)
}

/// Loads the program that these packages hold together. In one package files have their own paths, in several the name of
/// the package stands before them. Those that cannot be read are named, unless there are no others.
pub fn load(paths: &[PathBuf]) -> Result<(Project, Vec<Problem>), Text> {
    if 1 < paths.len() && 1 < paths.iter().filter(|path| is_main(path)).count() {
        return Err(Text::new(
            "这些包属于多个程序，请只给出其中一个的包",
            "packages of several programs; name those of one",
        ));
    }
    let (mut packed, mut problems, mut refusals) = (Vec::new(), Vec::new(), Vec::new());
    let mut n_files = 0;
    for path in paths {
        let name = file_name(path);
        let opened = match open(path) {
            Ok(opened) => opened,
            Err(reason) => {
                let (zh, en) = (&reason.zh, &reason.en);
                let message = Text::new(format!("无法读取此包：{zh}"), format!("this package cannot be read: {en}"));
                problems.push(Problem::of_path(Level::Error, "unreadable-package", name.clone(), message));
                refusals.push((name, reason));
                continue;
            }
        };
        n_files += opened.contents.entries.len();
        let folder = if paths.len() == 1 { String::new() } else { format!("{name}/") };
        problems.extend(opened.contents.problems);
        let files = opened.contents.entries.iter().filter(|entry| package::is_code(&entry.name));
        packed.extend(files.map(|entry| Packed {
            path: format!("{folder}{}", entry.name),
            inner: entry.name.clone(),
            text: text_of(opened.bytes[entry.range.clone()].to_vec()),
        }));
    }
    match &refusals[..] {
        [(_, reason)] if paths.len() == 1 => Err(reason.clone()),
        [(name, reason), ..] if refusals.len() == paths.len() => {
            let n = paths.len();
            Err(Text::new(
                format!("{n} 个包都无法读取；{name}：{}", reason.zh),
                format!("none of {n} packages can be read; {name}: {}", reason.en),
            ))
        }
        _ => from(packed, problems, n_files),
    }
}

/// Loads what was unpacked into a folder.
pub fn load_unpacked(fs: &OsFs) -> Result<(Project, Vec<Problem>), Text> {
    let entries = fs.walk("", &|_| false).map_err(|error| why(&error))?;
    let mut problems = Vec::new();
    let mut packed = Vec::new();
    for entry in entries.into_iter().filter(|entry| !entry.is_dir && package::is_code(&entry.path)) {
        match fs.read(&entry.path) {
            Ok(bytes) => packed.push(Packed { inner: entry.path.clone(), path: entry.path, text: text_of(bytes) }),
            Err(error) => {
                problems.push(unreadable(entry.path, &error));
            }
        }
    }
    let n_files = packed.len();
    from(packed, problems, n_files)
}

/// Recovers the program in the files that may be parts of one, out of `n_files`.
fn from(packed: Vec<Packed>, mut problems: Vec<Problem>, n_files: usize) -> Result<(Project, Vec<Problem>), Text> {
    let n_code = packed.len();
    let recovered = package::recover(packed);
    let gravest = problems.iter().chain(&recovered.problems).min_by_key(|problem| problem.level);
    let mut reason = Text::new(
        format!("{n_files} 个文件（其中 {n_code} 个可能含有代码）中没有可恢复的脚本"),
        format!("no script could be recovered from its {n_files} files, {n_code} of which may hold code"),
    );
    if let Some(problem) = gravest {
        let file = problem.file().and_then(|id| recovered.compiled.get(id.index())).map(|file| file.path.clone());
        let file = file.or_else(|| problem.path.clone()).map(|path| format!("{path}: ")).unwrap_or_default();
        let _ = write!(reason.zh, "；{file}{}", problem.message.zh);
        let _ = write!(reason.en, "; {file}{}", problem.message.en);
    }
    let (project, more) = project::load_recovered(recovered).map_err(|_| reason)?;
    problems.extend(more);
    Ok((project, problems))
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
