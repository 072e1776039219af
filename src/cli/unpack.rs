//! `wxray unpack`: the files of a package are written to a folder, and nowhere else. Knows the disk and the index of a
//! package, and not what the files say.
#![expect(clippy::disallowed_methods, reason = "the command line writes for all others")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Args, Unpack};
use super::status::{Outcome, there_already};
use super::{cannot_print, output, packages, settings};
use crate::base::Text;
use crate::package::container::Entry;
use crate::report::text::clean;

/// Runs `wxray unpack …`.
pub fn run(args: &Args, unpack: &Unpack) -> Outcome {
    try_run(args, unpack).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, unpack: &Unpack) -> Result<Outcome, Outcome> {
    let name = unpack.file.display();
    let opened = packages::open(&unpack.file).map_err(|reason| {
        let (zh, en) = (reason.zh, reason.en);
        Outcome::not_analysed(Text::new(format!("无法解包 {name}：{zh}"), format!("cannot unpack {name}: {en}")))
    })?;
    let lang = settings::lang(args.lang);
    for problem in &opened.contents.problems {
        output::tell(format!("{}: {}\n", clean(&name.to_string()), clean(problem.message.get(lang))).as_bytes());
    }
    let target = Target::new(&unpack.output, unpack.force)?;
    let entries = &opened.contents.entries;
    // Either all is written or nothing that was there is touched.
    entries.iter().try_for_each(|entry| target.check(entry))?;
    let mut listed = String::new();
    for entry in entries {
        target.write(entry, &opened.bytes)?;
        listed.push_str(&clean(&entry.name));
        listed.push('\n');
    }
    output::print(listed.as_bytes()).map_err(|error| cannot_print(&error))?;
    let n_bytes: usize = entries.iter().map(|entry| entry.range.len()).sum();
    let done = format!("{} files, {n_bytes} bytes written to {}", entries.len(), unpack.output.display());
    match opened.contents.problems.len() {
        0 if entries.is_empty() => {
            Err(Outcome::not_analysed(Text::new(format!("{name} 中没有文件"), format!("there is nothing in {name}"))))
        }
        0 => Ok(Outcome::success(done)),
        n => Err(Outcome::not_analysed(Text::new(
            format!("包中有 {n} 处问题，已写出 {} 个文件", entries.len()),
            format!("{done}; {n} problems in the package"),
        ))),
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
        let root = made.map_err(|error| output::cannot_write(folder, &error))?;
        Ok(Self { root, is_forced })
    }

    /// Whether a file may be written: nothing on the way to it is a link, and nothing is there, unless that is asked for.
    fn check(&self, entry: &Entry) -> Result<(), Outcome> {
        let mut path = self.root.clone();
        for part in entry.name.split('/') {
            path.push(part);
            let Ok(found) = fs::symlink_metadata(&path) else { return Ok(()) };
            if found.is_symlink() {
                let name = path.display();
                return Err(Outcome::usage(Text::new(
                    format!("{name} 是符号链接，不经由它写入"),
                    format!("{name} is a link; nothing is written through it"),
                )));
            }
        }
        if self.is_forced {
            return Ok(());
        }
        Err(there_already(&path))
    }

    fn write(&self, entry: &Entry, bytes: &[u8]) -> Result<(), Outcome> {
        let path = self.root.join(&entry.name);
        let written = (|| -> io::Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
            output::write_file(&path, bytes.get(entry.range.clone()).unwrap_or_default())
        })();
        written.map_err(|error| output::cannot_write(&path, &error))
    }
}
