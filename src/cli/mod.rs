//! The command line: arguments become an analysis, an output and an exit status. The only part that prints, or looks at
//! the disk, the environment or the clock; it knows nothing of how a flow is found.

mod analyse;
mod args;
mod batch;
pub mod config;
mod diff;
mod explain;
mod formats;
mod gate;
mod graph;
mod help;
mod input;
mod inventory;
mod model_list;
mod models;
mod os_fs;
mod output;
mod packages;
mod progress;
mod scan;
mod settings;
mod status;
mod unpack;
mod usage;
mod worker;

use std::any::Any;
use std::ffi::OsString;
use std::process::ExitCode;
use std::thread;

use clap::FromArgMatches;
use clap::error::ErrorKind;

pub use os_fs::OsFs;

use self::args::{Args, Command};
use self::settings::Stream;
use self::status::Outcome;
use crate::base::text::Lang;

/// What the program is called.
const NAME: &str = "wxray";
/// Stack of the thread that the analysis runs on: trees of deeply nested programs are walked by recursion.
const MAIN_STACK: usize = 512 << 20;
/// Stack of each of the threads that share its work.
const WORKER_STACK: usize = MAIN_STACK;

/// Runs the program with the arguments that it was started with.
pub fn main() -> ExitCode {
    let outcome = run(std::env::args_os());
    if let Some(reason) = &outcome.reason {
        // A name in the reason may hold a line break, and the reason is one line.
        let line = format!("exit {}: {}\n", outcome.code, crate::report::text::clean(reason));
        output::tell(line.as_bytes());
    }
    ExitCode::from(outcome.code)
}

/// Runs one command; the reason of the outcome is still to be printed.
fn run(arguments: impl Iterator<Item = OsString>) -> Outcome {
    let arguments: Vec<OsString> = arguments.collect();
    let lang = help::lang_of(&arguments);
    let matches = help::command(lang).try_get_matches_from(arguments);
    match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => on_large_stack(move || with_workers(&args)),
        Err(error) => not_a_command(&error, lang),
    }
}

fn not_a_command(error: &clap::Error, lang: Lang) -> Outcome {
    let is_asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let stream = if is_asked_for { Stream::Stdout } else { Stream::Stderr };
    let text = error.render();
    let text = if settings::use_color(args::Color::Auto, stream) { text.ansi().to_string() } else { text.to_string() };
    if is_asked_for {
        return output::print(text.as_bytes()).map_or_else(|error| cannot_print(&error), |()| Outcome::help());
    }
    let text = (lang == Lang::Zh).then(|| usage::in_chinese(error)).flatten().unwrap_or(text);
    output::tell(text.as_bytes());
    Outcome::usage("wrong usage")
}

/// The outcome of a run whose results cannot be written.
fn cannot_print(error: &std::io::Error) -> Outcome {
    Outcome::usage(format!("cannot write to stdout: {error}"))
}

fn on_large_stack(body: impl FnOnce() -> Outcome + Send + 'static) -> Outcome {
    let builder = thread::Builder::new().name("analysis".to_owned()).stack_size(MAIN_STACK);
    match builder.spawn(body).map(thread::JoinHandle::join) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Outcome::not_analysed(format!("internal error: {}", words_of(panic.as_ref()))),
        Err(error) => Outcome::not_analysed(format!("cannot start the threads: {error}")),
    }
}

/// What a panic says.
fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no reason given")
}

fn with_workers(args: &Args) -> Outcome {
    // Where programs are analysed side by side, each has one thread.
    let is_one_of_many = matches!(&args.command, Command::Batch(batch) if batch.worker);
    let n_threads = if is_one_of_many { 1 } else { args.jobs.unwrap_or(0) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).stack_size(WORKER_STACK);
    match pool.build_global() {
        Ok(()) => command(args),
        Err(error) => Outcome::not_analysed(format!("cannot start the threads: {error}")),
    }
}

fn command(args: &Args) -> Outcome {
    match &args.command {
        Command::Scan(scan) => scan::run(args, scan),
        Command::Explain(explain) => explain::run(args, explain),
        Command::Models(models) => models::run(args, models),
        Command::Inventory(inventory) => inventory::run(args, inventory),
        Command::Diff(diff) => diff::run(args, diff),
        Command::Batch(batch) => batch::run(args, batch),
        Command::Unpack(unpack) => unpack::run(args, unpack),
        Command::Why(why) => graph::why(args, why),
        Command::Graph(graph) => graph::run(args, graph),
        Command::Init(init) => inventory::init(args, init),
        Command::Config(config) => config::run(args, config),
        Command::Completions { shell } => print_made(&mut |out| {
            clap_complete::generate(*shell, &mut help::command(settings::lang(args.lang)), NAME, out);
            Ok(())
        }),
        Command::Man => {
            print_made(&mut |out| clap_mangen::Man::new(help::command(settings::lang(args.lang))).render(out))
        }
    }
}

/// Prints what is made from the definition of the arguments.
fn print_made(make: &mut dyn FnMut(&mut Vec<u8>) -> std::io::Result<()>) -> Outcome {
    let mut bytes = Vec::new();
    let printed = make(&mut bytes).and_then(|()| output::print(&bytes));
    printed.map_or_else(|error| cannot_print(&error), |()| Outcome::success("printed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_with_its_reason() {
        let lost = 7;
        let outcome = on_large_stack(move || panic!("step {lost} is lost"));
        assert_eq!(outcome, Outcome::not_analysed("internal error: step 7 is lost"));
        let outcome = on_large_stack(|| std::panic::panic_any(7));
        assert_eq!(outcome, Outcome::not_analysed("internal error: no reason given"));
    }
}
