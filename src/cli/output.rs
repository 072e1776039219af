//! Bytes go to a stream or to a file. Knows nothing of what they say.
#![expect(clippy::disallowed_methods, reason = "the command line writes for all others")]

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::settings::Stream;

/// Writes to a stream.
///
/// A reader that went away (`| head`), or a full disk behind a redirection, changes nothing about the analysis: its status
/// stands, and there is nobody left to tell.
pub fn write(stream: Stream, bytes: &[u8]) {
    let _ = match stream {
        Stream::Stdout => io::stdout().lock().write_all(bytes).and_then(|()| io::stdout().flush()),
        Stream::Stderr => io::stderr().lock().write_all(bytes),
    };
}

/// Writes a file so that a reader sees the old content or the new one, and never a part.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut beside = OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(beside);
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is left of it is of no use, and why it could not be written is told already.
        let _ = fs::remove_file(&beside);
    }
    written
}
