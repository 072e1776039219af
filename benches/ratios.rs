//! One table: what a scan costs beside parsing, how it grows, and how much memory it takes.
//!
//! `cargo bench --bench ratios`, with words of the names of rows to see only those. `WXRAY_BIN` names another program to
//! measure. Each time is the best of three whole runs of a process on two threads; parsing is done by a process that
//! reads the same files, and has swc and the parser of templates make trees of them.

// Figures go to standard output; programs are put together as texts, once.
#![allow(clippy::print_stdout, clippy::format_push_string, clippy::format_collect, clippy::cast_precision_loss)]

#[path = "programs/mod.rs"]
mod programs;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use programs::{Files, PROGRAMS, Size, flows, shop, silent, write};
use rayon::prelude::*;
use swc_common::BytePos;
use swc_ecma_ast::EsVersion;
use swc_ecma_parser::{EsSyntax, Lexer, Parser, StringInput, Syntax};
use wxray::base::{FileId, FileKind};
use wxray::syntax::wxml;

/// The first argument of the process that only parses.
const PARSE: &str = "--parse-only";
/// Threads of both.
const THREADS: usize = 2;
/// Runs of each.
const RUNS: usize = 3;
/// What a program of no size takes: code, models, threads.
const FIXED: f64 = 30e6;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, folder] = &arguments[..]
        && first == PARSE
    {
        parse_all(Path::new(folder));
        return ExitCode::SUCCESS;
    }
    let words: Vec<&String> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    println!("| program | KB | parse ms | scan ms | scan/parse | peak MB | bytes/byte over 30 MB | ms of the phases |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (name, make) in PROGRAMS {
        wanted(name).then(|| row(name, &make()));
    }
    wanted("no source").then(|| row("300 pages, no source", &silent(300)));
    for pages in [100, 200, 400, 800] {
        let name = format!("doubling: {pages} pages");
        wanted(&name).then(|| row(&name, &shop(Size { pages, ..Size::default() })));
    }
    for many in [100, 200, 400, 800] {
        let name = format!("doubling: {many} flows");
        wanted(&name).then(|| row(&name, &flows(many)));
    }
    ExitCode::SUCCESS
}

/// Measures one program and prints its line.
fn row(name: &str, files: &Files) {
    let folder = tempfile::tempdir().expect("a folder");
    write(files, folder.path());
    let bytes: usize = files.values().map(String::len).sum();
    let own = std::env::current_exe().expect("this program");
    let parse = best(|| Command::new(&own).arg(PARSE).arg(folder.path()).stdin(Stdio::null()).spawn());
    let report = folder.path().with_extension("json");
    let scan = best(|| {
        let mut command = Command::new(wxray());
        command.args(["scan", "--fail-on", "never", "--timings", "-j", "2", "-o"]);
        command.arg(&report).arg(folder.path()).stderr(Stdio::piped()).spawn()
    });
    // It may lie there or not: a program that could not be scanned has none.
    let _ = fs::remove_file(&report);
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "| {name} | {} | {:.0} | {:.0} | {:.2} | {:.0} | {:.1} | {} |",
        bytes / 1000,
        ms(parse.time),
        ms(scan.time),
        scan.time.as_secs_f64() / parse.time.as_secs_f64(),
        scan.peak / 1e6,
        (scan.peak - FIXED) / bytes as f64,
        phases(&scan.said),
    );
}

fn wxray() -> PathBuf {
    std::env::var_os("WXRAY_BIN").map_or_else(|| env!("CARGO_BIN_EXE_wxray").into(), PathBuf::from)
}

/// `load 12, lower 34, …` of what `--timings` says.
fn phases(said: &str) -> String {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, time) = (words.next()?, words.next()?);
        let time: f64 = time.parse().ok()?;
        (words.next() == Some("ms") && name != "total").then(|| format!("{name} {time:.0}"))
    };
    said.lines().filter_map(line).collect::<Vec<_>>().join(", ")
}

struct Run {
    time: Duration,
    /// Bytes; 0 where the system does not tell.
    peak: f64,
    said: String,
}

/// The fastest of some runs of a process.
fn best(start: impl Fn() -> std::io::Result<std::process::Child>) -> Run {
    let runs = (0..RUNS).map(|_| {
        let begin = Instant::now();
        let mut child = start().expect("a process");
        let mut peak = 0.0;
        // The peak only grows, so that the last look is the one that counts.
        while child.try_wait().expect("a process").is_none() {
            peak = peak_of(child.id()).unwrap_or(peak);
            thread::sleep(Duration::from_millis(1));
        }
        let time = begin.elapsed();
        let mut said = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            stderr.read_to_string(&mut said).expect("text");
        }
        Run { time, peak, said }
    });
    runs.min_by_key(|run| run.time).expect("a run")
}

/// The most memory that a running process has held.
fn peak_of(id: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

/// Reads a program and makes trees of it.
fn parse_all(folder: &Path) {
    rayon::ThreadPoolBuilder::new().num_threads(THREADS).stack_size(64 << 20).build_global().expect("threads");
    let mut paths = Vec::new();
    collect(folder, &mut paths);
    let trees: usize = paths.par_iter().filter(|path| parse(path)).count();
    assert!(trees > 0, "nothing was parsed");
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { collect(&path, paths) } else { paths.push(path) }
    }
}

fn parse(path: &Path) -> bool {
    let text = fs::read_to_string(path).expect("a file");
    match FileKind::of(&path.to_string_lossy()) {
        Some(FileKind::Wxml) => !wxml::parse(FileId(0), &text).0.nodes.is_empty(),
        Some(FileKind::JavaScript) => {
            let input = StringInput::new(&text, BytePos(1), BytePos(1 + text.len() as u32));
            let lexer = Lexer::new(Syntax::Es(EsSyntax::default()), EsVersion::latest(), input, None);
            Parser::new_from(lexer).parse_program().is_ok()
        }
        _ => false,
    }
}
