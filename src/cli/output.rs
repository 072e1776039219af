//! Bytes go to a stream or to a file, and baselines come from one. Knows nothing of what they say.
#![expect(clippy::disallowed_methods, reason = "the command line writes for all others")]

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::os_fs;
use super::status::Outcome;
use crate::base::Text;
use crate::report::suppress::Baseline;

/// Writes results to stdout. A reader that has enough of them (`| head`) is no error; a full disk is one.
pub fn print(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes to stderr. When that fails there is nobody left to tell.
pub fn tell(bytes: &[u8]) {
    let _ = io::stderr().lock().write_all(bytes);
}

/// Reads a baseline.
pub fn read_baseline(path: &Path) -> Result<Baseline, Outcome> {
    let name = path.display();
    let text = os_fs::read_text(path).map_err(|error| cannot_read(("基线", "baseline "), path, &error))?;
    let read = Baseline::read(&name.to_string(), &text);
    read.map_err(|error| {
        Outcome::usage(Text::new(format!("{name} 不是基线文件（{error}）"), format!("{name} is no baseline: {error}")))
    })
}

/// The outcome of a run that cannot read a file; `what` it is, in Chinese and in English.
pub fn cannot_read(what: (&str, &str), path: &Path, error: &io::Error) -> Outcome {
    let (name, why) = (path.display(), os_fs::why(error));
    Outcome::usage(Text::new(
        format!("无法读取{} {name}：{}", what.0, why.zh),
        format!("cannot read {}{name}: {}", what.1, why.en),
    ))
}

/// The outcome of a run that cannot write a file.
pub fn cannot_write(path: &Path, error: &io::Error) -> Outcome {
    let (name, why) = (path.display(), os_fs::why(error));
    Outcome::usage(Text::new(format!("无法写入 {name}：{}", why.zh), format!("cannot write {name}: {}", why.en)))
}

/// Writes a file so that a reader sees the old content or the new one, and never a part.
///
/// What is no ordinary file (a device, a pipe) is written into and not replaced; a link stays one.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(old) if old.is_file() => replace(&fs::canonicalize(path)?, bytes, Some(old.permissions())),
        Ok(_) => fs::write(path, bytes),
        Err(_) => replace(path, bytes, None),
    }
}

fn replace(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut beside = OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(beside);
    let written = fs::write(&beside, bytes)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| fs::set_permissions(&beside, permissions)))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is left of it is of no use, and why it could not be written is told already.
        let _ = fs::remove_file(&beside);
    }
    written
}
