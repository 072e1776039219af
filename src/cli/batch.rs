//! `wxray batch`: many programs, a line of JSON for each. Knows how runs are kept apart, and nothing of what is in a line.
#![expect(clippy::disallowed_methods, reason = "the command line reads and writes for all others")]

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use serde::Deserialize;

use super::args::{Args, Batch};
use super::config::{Given, InForce};
use super::gate::Gate;
use super::os_fs::why;
use super::output::{self, cannot_write};
use super::status::Outcome;
use super::worker::{self, Done, Worker};
use super::{cannot_print, models, no_threads};
use crate::base::Text;

/// Bytes of source that are analysed at once, and no more than that in one program: several times what the
/// platform takes of a program with all its packages.
const MAX_SOURCE: usize = 96 << 20;

/// What tells that a program was done.
#[derive(Deserialize)]
struct Told {
    path: String,
}

/// Runs `wxray batch …`.
pub fn run(args: &Args, batch: &Batch) -> Outcome {
    try_run(args, batch).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, batch: &Batch) -> Result<Outcome, Outcome> {
    let in_force = in_force(args, batch)?;
    super::scan::check_rules(&in_force).map_err(Outcome::usage)?;
    let models = models::load_for(args, &in_force)?;
    if batch.worker {
        return worker::serve(&in_force, &models);
    }
    let done = if batch.resume { resume(batch.output.as_deref())? } else { BTreeSet::new() };
    let list: Box<dyn BufRead + Send> = match &batch.list {
        Some(path) if path.as_os_str() != "-" => {
            let list = File::open(path);
            Box::new(BufReader::new(list.map_err(|error| cannot_read(path, &error))?))
        }
        _ => Box::new(BufReader::new(io::stdin())),
    };
    let work = Work {
        gate: Gate::new(MAX_SOURCE),
        done,
        list: Mutex::new(list),
        out: Mutex::new(open(batch)?),
        tally: Mutex::new(Tally::default()),
    };
    thread::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            if let Err(error) = thread::Builder::new().spawn_scoped(scope, || work.programs()) {
                work.fail(no_threads(&error.to_string()));
            }
        }
    });
    work.tally.into_inner().unwrap_or_default().outcome()
}

/// The settings of all programs. What lies in a program does not judge itself.
fn in_force(args: &Args, batch: &Batch) -> Result<InForce, Outcome> {
    if let Some(config) = &batch.common.config {
        let given = Given {
            fail_on: Some(batch.fail_on),
            release: batch.release_date,
            packs: &batch.pack,
            ..Given::common(&batch.common)
        };
        return InForce::new(args, given, config);
    }
    let built_in = InForce::built_in(args, batch.common.models.clone());
    Ok(InForce { fail_on: batch.fail_on, release: batch.release_date, packs: batch.pack.clone(), ..built_in })
}

/// The programs that an output holds already; a line that was not finished is cut off.
fn resume(output: Option<&Path>) -> Result<BTreeSet<String>, Outcome> {
    let path = output.ok_or_else(|| {
        Outcome::usage(Text::new(
            "--resume 须与 --output 同用，接着写它的文件",
            "--resume goes on with the file of --output",
        ))
    })?;
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(cannot_read(path, &error)),
    };
    let (mut done, mut whole, mut line) = (BTreeSet::new(), 0, Vec::new());
    let mut reader = BufReader::new(file);
    loop {
        line.clear();
        let n = reader.read_until(b'\n', &mut line).map_err(|error| cannot_read(path, &error))?;
        if n == 0 || line.last() != Some(&b'\n') {
            break;
        }
        whole += n as u64;
        done.extend(serde_json::from_slice::<Told>(&line).ok().map(|told| told.path));
    }
    let cut = OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(whole));
    cut.map_err(|error| cannot_write(path, &error))?;
    Ok(done)
}

fn open(batch: &Batch) -> Result<Box<dyn Write + Send>, Outcome> {
    let Some(path) = &batch.output else { return Ok(Box::new(io::stdout())) };
    let mut options = OpenOptions::new();
    options.create(true).write(true).append(batch.resume).truncate(!batch.resume);
    let file = options.open(path);
    Ok(Box::new(file.map_err(|error| cannot_write(path, &error))?))
}

fn cannot_read(path: &Path, error: &io::Error) -> Outcome {
    output::cannot_read(("", ""), path, error)
}

/// What the threads share.
struct Work {
    gate: Gate,
    done: BTreeSet<String>,
    list: Mutex<Box<dyn BufRead + Send>>,
    out: Mutex<Box<dyn Write + Send>>,
    tally: Mutex<Tally>,
}

/// How it went so far.
#[derive(Default)]
struct Tally {
    n_programs: usize,
    n_skipped: usize,
    n_failed: usize,
    n_above: usize,
    /// Why it cannot go on.
    end: Option<Outcome>,
}

impl Tally {
    fn outcome(self) -> Result<Outcome, Outcome> {
        if let Some(end) = self.end {
            return Err(end);
        }
        let (n, failed, above) = (self.n_programs, self.n_failed, self.n_above);
        let skipped = if self.n_skipped == 0 { String::new() } else { format!(", {} done before", self.n_skipped) };
        Ok(match (failed, above) {
            (0, 0) => Outcome::success(format!("{n} programs analysed{skipped}")),
            (0, _) => Outcome::failing(format!("{above} of {n} programs have findings that count{skipped}")),
            _ => Outcome::not_analysed(Text::new(
                format!("{n} 个程序中有 {failed} 个未能分析"),
                format!("{failed} of {n} programs not analysed{skipped}"),
            )),
        })
    }
}

impl Work {
    /// Takes programs from the list until there are none.
    fn programs(&self) {
        let mut worker = None;
        while let Some(path) = self.next() {
            let done = match self.ask(&mut worker, &path) {
                Ok(done) => done,
                Err(error) => {
                    return self.fail(Outcome::not_analysed(Text::new(
                        format!("无法启动工作进程：{}", why(&error).zh),
                        format!("cannot start a worker: {error}"),
                    )));
                }
            };
            self.count(done.status);
            let written =
                self.out.lock().map_or(Ok(()), |mut out| out.write_all(&done.line).and_then(|()| out.flush()));
            match written {
                Ok(()) => {}
                // Nobody wants more of it.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    self.fail(Outcome::success("nobody reads on"));
                }
                Err(error) => self.fail(cannot_print(&error)),
            }
        }
    }

    /// Has a program analysed by a worker. One that does not survive it is replaced.
    fn ask(&self, worker: &mut Option<Worker>, path: &str) -> io::Result<Done> {
        let mut own = worker.take().map_or_else(Worker::start, Ok)?;
        let Ok(done) = own.analyse(path, &self.gate) else {
            return Ok(Done::failed(path, &format!("internal error: the analysis of {path} ended with {}", own.end())));
        };
        *worker = Some(own).filter(|own| !own.is_worn);
        Ok(done)
    }

    fn count(&self, status: u8) {
        if let Ok(mut tally) = self.tally.lock() {
            tally.n_programs += 1;
            tally.n_failed += usize::from(status == 3);
            tally.n_above += usize::from(status == 1);
        }
    }

    fn fail(&self, outcome: Outcome) {
        if let Ok(mut tally) = self.tally.lock() {
            tally.end.get_or_insert(outcome);
        }
    }

    fn next(&self) -> Option<String> {
        loop {
            if self.tally.lock().is_ok_and(|tally| tally.end.is_some()) {
                return None;
            }
            let mut line = Vec::new();
            let read = self.list.lock().ok()?.read_until(b'\n', &mut line);
            if let Err(error) = read {
                let zh = format!("无法读取列表：{}", why(&error).zh);
                self.fail(Outcome::usage(Text::new(zh, format!("cannot read the list: {error}"))));
                return None;
            }
            if line.is_empty() {
                return None;
            }
            let path = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            if self.done.contains(&path) {
                self.tally.lock().ok()?.n_skipped += 1;
            } else if !path.is_empty() {
                return Some(path);
            }
        }
    }
}
