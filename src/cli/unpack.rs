//! `wxray unpack`: the files of a package are written to a folder, and nowhere else. Knows the disk and the index of a
//! package, and not what the files say.
#![expect(clippy::disallowed_methods, reason = "the command line writes for all others")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Args, Unpack};
use super::status::Outcome;
use super::{cannot_print, output, packages, settings};
use crate::package::container::Entry;
use crate::report::text::clean;

/// Runs `wxray unpack …`.
pub fn run(args: &Args, unpack: &Unpack) -> Outcome {
    try_run(args, unpack).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, unpack: &Unpack) -> Result<Outcome, Outcome> {
    let name = unpack.file.display();
    let opened = packages::open(&unpack.file)
        .map_err(|reason| Outcome::not_analysed(format!("cannot unpack {name}: {reason}")))?;
    let lang = settings::lang(args.lang);
    for problem in &opened.contents.problems {
        output::tell(format!("{}: {}\n", clean(&name.to_string()), clean(problem.message.get(lang))).as_bytes());
    }
    let target = Target::new(&unpack.output, unpack.force)?;
    let entries = &opened.contents.entries;
    // Either all is written or nothing that was there is touched.
    entries.iter().try_for_each(|entry| target.check(entry)).map_err(Outcome::usage)?;
    let mut listed = String::new();
    for entry in entries {
        target.write(entry, &opened.bytes).map_err(Outcome::usage)?;
        listed.push_str(&clean(&entry.name));
        listed.push('\n');
    }
    output::print(listed.as_bytes()).map_err(|error| cannot_print(&error))?;
    let n_bytes: usize = entries.iter().map(|entry| entry.range.len()).sum();
    let done = format!("{} files, {n_bytes} bytes written to {}", entries.len(), unpack.output.display());
    match opened.contents.problems.len() {
        0 if entries.is_empty() => Err(Outcome::not_analysed(format!("there is nothing in {name}"))),
        0 => Ok(Outcome::success(done)),
        n => Err(Outcome::not_analysed(format!("{done}; {n} problems in the package"))),
    }
}

/// The folder that is written to.
struct Target {
    root: PathBuf,
    is_forced: bool,
}

impl Target {
    fn new(folder: &Path, is_forced: bool) -> Result<Self, Outcome> {
        let made = fs::create_dir_all(folder).and_then(|()| fs::canonicalize(folder));
        let root = made.map_err(|error| Outcome::usage(format!("cannot write to {}: {error}", folder.display())))?;
        Ok(Self { root, is_forced })
    }

    /// Whether a file may be written: nothing on the way to it is a link, and nothing is there, unless that is asked for.
    fn check(&self, entry: &Entry) -> Result<(), String> {
        let mut path = self.root.clone();
        for part in entry.name.split('/') {
            path.push(part);
            let Ok(found) = fs::symlink_metadata(&path) else { return Ok(()) };
            if found.is_symlink() {
                return Err(format!("{} is a link; nothing is written through it", path.display()));
            }
        }
        if self.is_forced {
            return Ok(());
        }
        Err(format!("{} is there already; --force replaces it", path.display()))
    }

    fn write(&self, entry: &Entry, bytes: &[u8]) -> Result<(), String> {
        let path = self.root.join(&entry.name);
        let written = (|| -> io::Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
            output::write_file(&path, bytes.get(entry.range.clone()).unwrap_or_default())
        })();
        written.map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}
