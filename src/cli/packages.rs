//! Packages and folders of unpacked ones, as programs to load. Knows the disk, and not what is in a package.
#![expect(clippy::disallowed_methods, reason = "the command line reads the disk for all others")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::os_fs::OsFs;
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
pub fn open(path: &Path) -> Result<Opened, String> {
    let name = file_name(path);
    let bytes = read(path).map_err(|error| error.to_string())?;
    let contents = container::read(&name, &bytes).map_err(|problem| problem.message.en)?;
    Ok(Opened { bytes, contents })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if MAX_SIZE < fs::metadata(path)?.len() {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large to be a package"));
    }
    fs::read(path)
}

/// Loads the program that these packages hold together. In one package files have their own paths, in several the name of
/// the package stands before them.
pub fn load(paths: &[PathBuf]) -> Result<(Project, Vec<Problem>), String> {
    if 1 < paths.len() && 1 < paths.iter().filter(|path| is_main(path)).count() {
        return Err("packages of several programs; name those of one".to_owned());
    }
    let mut packed = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        let opened = open(path)?;
        let folder = if paths.len() == 1 { String::new() } else { format!("{}/", file_name(path)) };
        problems.extend(opened.contents.problems);
        let files = opened.contents.entries.iter().filter(|entry| package::is_code(&entry.name));
        packed.extend(files.map(|entry| Packed {
            path: format!("{folder}{}", entry.name),
            inner: entry.name.clone(),
            text: text_of(opened.bytes[entry.range.clone()].to_vec()),
        }));
    }
    from(packed, problems)
}

/// Loads what was unpacked into a folder.
pub fn load_unpacked(fs: &OsFs) -> Result<(Project, Vec<Problem>), String> {
    let entries = fs.walk("", &|_| false).map_err(|error| error.to_string())?;
    let mut problems = Vec::new();
    let mut packed = Vec::new();
    for entry in entries.into_iter().filter(|entry| !entry.is_dir && package::is_code(&entry.path)) {
        match fs.read(&entry.path) {
            Ok(bytes) => packed.push(Packed { inner: entry.path.clone(), path: entry.path, text: text_of(bytes) }),
            Err(error) => {
                let message = Text::new(format!("无法读取：{error}"), format!("cannot be read: {error}"));
                problems.push(Problem::of_path(Level::Error, "unreadable-file", entry.path, message));
            }
        }
    }
    from(packed, problems)
}

fn from(packed: Vec<Packed>, mut problems: Vec<Problem>) -> Result<(Project, Vec<Problem>), String> {
    let (project, more) = project::load_recovered(package::recover(packed)).map_err(|error| error.message().en)?;
    problems.extend(more);
    Ok((project, problems))
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
