//! The command line: arguments become an analysis, an output and an exit status. The only part that prints, or looks at
//! the disk, the environment or the clock; it knows nothing of how a flow is found.

mod args;
mod models;
mod os_fs;
mod output;
mod scan;
mod settings;
mod status;

use std::ffi::OsString;
use std::process::ExitCode;
use std::thread;

use clap::Parser;
use clap::error::ErrorKind;

pub use os_fs::OsFs;

use self::args::{Args, Command};
use self::settings::{Stream, locale};
use self::status::Outcome;
use crate::base::Text;

/// Stack of the thread that the analysis runs on: trees of deeply nested programs are walked by recursion.
const MAIN_STACK: usize = 512 << 20;
/// Stack of each of the threads that files are read and lowered on.
const WORKER_STACK: usize = 256 << 20;

/// Runs the program with the arguments that it was started with.
pub fn main() -> ExitCode {
    let outcome = run(std::env::args_os());
    if let Some(reason) = &outcome.reason {
        let line = format!("exit {}: {}\n", outcome.code, reason.get(outcome.lang));
        output::write(Stream::Stderr, line.as_bytes());
    }
    ExitCode::from(outcome.code)
}

/// Runs one command; the reason of the outcome is still to be printed.
fn run(arguments: impl Iterator<Item = OsString>) -> Outcome {
    match Args::try_parse_from(arguments) {
        Ok(args) => on_large_stack(args),
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let text = error.render();
            let stream = if asked { Stream::Stdout } else { Stream::Stderr };
            let color = settings::use_color(args::Color::Auto, stream);
            let text = if color { text.ansi().to_string() } else { text.to_string() };
            output::write(stream, text.as_bytes());
            if asked { Outcome::help() } else { Outcome::usage(locale(), Text::new("用法错误", "wrong usage")) }
        }
    }
}

fn on_large_stack(args: Args) -> Outcome {
    let lang = settings::lang(args.lang);
    let failed = || Outcome::not_analysed(lang, Text::new("无法启动分析线程", "cannot start the threads"));
    let body = move || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.unwrap_or(0)).stack_size(WORKER_STACK);
        pool.build_global().ok().map(|()| command(&args))
    };
    let thread = thread::Builder::new().name("analysis".to_owned()).stack_size(MAIN_STACK).spawn(body);
    thread.ok().and_then(|thread| thread.join().ok()).flatten().unwrap_or_else(failed)
}

fn command(args: &Args) -> Outcome {
    match &args.command {
        Command::Scan(scan) => scan::run(args, scan),
        Command::Models(models) => models::run(args, models),
    }
}
