//! A process of its own for programs of `wxray batch`: whatever one of them does to it, to its stack or its memory, the
//! others go on. Knows how the two processes talk, and nothing of what is in a report.
//!
//! The worker hears a path a line. It says how much source there is and hears whether it may go on; then it says the
//! status of the program, and in the next line its report.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Serialize;

use super::analyse::analyse;
use super::config::InForce;
use super::gate::Gate;
use super::status::Outcome;
use super::{cannot_print, words_of};
use crate::base::Text;
use crate::models::Models;
use crate::report::{Report, json};

/// The command that workers run, too.
const COMMAND: &str = "batch";
/// Makes it a worker.
const FLAG: &str = "--worker";
/// Stands before a number of bytes.
const NEED: &str = "need ";
/// Stands before a status.
const STATUS: &str = "status ";
/// What a worker hears that may go on; anything else is the reason why it may not.
const GO: &str = "go";
/// Bytes of source after which a worker is replaced: what it took from the system for them it does not give back.
const WEARING: usize = 8 << 20;

/// What came of a program.
pub struct Done {
    /// The status that `scan` would end with.
    pub status: u8,
    /// A line of JSON, with its end.
    pub line: Vec<u8>,
}

/// A line: the program as it was asked for, the status that `scan` would end with, and its report or why there is none.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    status: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(flatten)]
    report: Option<&'a Report>,
}

impl Done {
    /// A program that was not analysed.
    pub fn failed(path: &str, error: &str) -> Self {
        Self::of(&Line { path, status: 3, error: Some(error), report: None })
    }

    fn of(line: &Line) -> Self {
        let written = json::line(line);
        let line_of = |error| format!("{{\"status\":3,\"error\":\"{error}\"}}\n").into_bytes();
        Self { status: line.status, line: written.unwrap_or_else(line_of) }
    }
}

/// A worker as `wxray batch` sees it.
pub struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Whether it should be replaced.
    pub is_worn: bool,
}

impl Worker {
    /// Starts a worker with the arguments of this process.
    pub fn start() -> io::Result<Self> {
        let mut arguments: Vec<_> = env::args_os().skip(1).collect();
        let behind = arguments.iter().position(|argument| argument == COMMAND).map_or(0, |at| at + 1);
        arguments.insert(behind, FLAG.into());
        let mut command = Command::new(env::current_exe()?);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, input, output: BufReader::new(output), is_worn: false })
    }

    /// Has a program analysed, as soon as the gate lets it in; an error means that the worker is no more.
    pub fn analyse(&mut self, path: &str, gate: &Gate) -> io::Result<Done> {
        self.say(path)?;
        let mut permit = None;
        loop {
            let said = self.hear()?;
            let number = |word: &str| said.strip_prefix(word).and_then(|number| number.parse::<usize>().ok());
            if let Some(bytes) = number(NEED) {
                self.is_worn |= WEARING < bytes;
                match gate.admit(bytes) {
                    Ok(own) => {
                        permit = Some(own);
                        self.say(GO)?;
                    }
                    Err(reason) => self.say(&reason)?,
                }
            } else if let Some(status) = number(STATUS) {
                let line = self.hear()?;
                drop(permit);
                return Ok(Done { status: u8::try_from(status).unwrap_or(3), line: (line + "\n").into_bytes() });
            } else {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.write_all(format!("{line}\n").as_bytes()).and_then(|()| input.flush())
    }

    fn hear(&mut self) -> io::Result<String> {
        hear(&mut self.output)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// How it came to an end.
    pub fn end(mut self) -> String {
        // One that is still there has said what nobody understands.
        let _ = self.child.kill();
        self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
    }
}

impl Drop for Worker {
    /// It ends when nobody asks any more.
    fn drop(&mut self) {
        self.input.take();
        let _ = self.child.wait();
    }
}

/// A line without its end; `None` where there are no more.
fn hear(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if input.by_ref().read_until(b'\n', &mut line)? == 0 || line.pop() != Some(b'\n') {
        return Ok(None);
    }
    String::from_utf8(line).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// What a worker does: analyses the programs that it is asked for, until nobody asks.
pub fn serve(in_force: &InForce, models: &Models) -> Result<Outcome, Outcome> {
    // What a panic says is in the line of its program.
    panic::set_hook(Box::new(|_| {}));
    let failed = |error: io::Error| cannot_print(&error);
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some(path) = hear(&mut input).map_err(failed)? {
        let mut admit = |bytes: usize| {
            let answer =
                writeln!(output, "{NEED}{bytes}").and_then(|()| output.flush()).and_then(|()| hear(&mut input));
            match answer {
                Ok(Some(answer)) if answer == GO => Ok(()),
                Ok(answer) => Err(Text::same(answer.unwrap_or_default())),
                Err(error) => Err(Text::same(error.to_string())),
            }
        };
        let done = done(&path, in_force, models, &mut admit);
        let written = writeln!(output, "{STATUS}{}", done.status).and_then(|()| output.write_all(&done.line));
        written.and_then(|()| output.flush()).map_err(failed)?;
    }
    Ok(Outcome::success("nobody asks"))
}

/// What comes of one program, whatever happens in it.
fn done(path: &str, in_force: &InForce, models: &Models, admit: &mut dyn FnMut(usize) -> Result<(), Text>) -> Done {
    let run = AssertUnwindSafe(|| analyse(&[PathBuf::from(path)], in_force, models, None, false, admit));
    let analysed = match panic::catch_unwind(run) {
        Ok(Ok(analysed)) => analysed,
        Ok(Err(outcome)) => return Done::failed(path, &outcome.reason.unwrap_or_default()),
        Err(panic) => return Done::failed(path, &format!("internal error: {}", words_of(panic.as_ref()))),
    };
    if let Some(reason) = analysed.unseen {
        return Done::failed(path, &reason.en);
    }
    let report = analysed.report;
    let status = Outcome::of_reports(std::slice::from_ref(&report), in_force.fail_on).code;
    Done::of(&Line { path, status, error: None, report: Some(&report) })
}
