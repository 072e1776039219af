//! `wxray scan`: paths are analysed, and their reports written. Knows the steps by name, and none of their insides.

use std::path::Path;
use std::time::Duration;

use super::args::{Args, Format, Scan};
use super::cannot_print;
use super::formats;
use super::input::{self, Loaded};
use super::models;
use super::output;
use super::settings::{self, Stream};
use super::status::{Outcome, threshold};
use crate::base::{FileKind, Problem};
use crate::models::Models;
use crate::project::Project;
use crate::report::{self, Look, Report, View};
use crate::{Config, Stats, rules};

/// Runs `wxray scan …`.
pub fn run(args: &Args, scan: &Scan) -> Outcome {
    try_run(args, scan).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, scan: &Scan) -> Result<Outcome, Outcome> {
    check_usage(scan).map_err(Outcome::usage)?;
    let models = models::load(args, &scan.models)?;
    let mut reports = Vec::new();
    let mut failure = None;
    for path in &scan.paths {
        match analyse(path, scan, &models) {
            Ok(analysed) => {
                write(args, scan, &analysed)?;
                failure = failure.or(analysed.unseen);
                reports.push(analysed.report);
            }
            Err(reason) => failure = failure.or(Some(reason)),
        }
    }
    // What was not seen is graver than what was found: a gate must not pass over it.
    Ok(match failure {
        Some(reason) => Outcome::not_analysed(reason),
        None => Outcome::of_reports(&reports, scan.fail_on),
    })
}

/// A program with its report.
struct Analysed {
    project: Project,
    report: Report,
    /// What leads to its root.
    prefix: String,
    stats: Stats,
    /// Why the report says nothing of the program, if it does not.
    unseen: Option<String>,
}

fn check_usage(scan: &Scan) -> Result<(), String> {
    let needs_one = scan.format.is_some_and(|format| format != Format::Text) || !scan.output.is_empty();
    if 1 < scan.paths.len() && needs_one {
        return Err("formats other than text, and --output, take one path".to_owned());
    }
    if let Some(path) = scan.output.iter().find(|path| formats::of_path(path).is_none()) {
        let endings = formats::endings();
        return Err(format!("cannot tell the format of {} from its extension ({endings})", path.display()));
    }
    let is_clause = |id: &&String| rules::clauses().iter().any(|clause| clause.id == **id);
    match scan.only.iter().find(|id| !is_clause(id)) {
        Some(id) => Err(format!("there is no clause {id}")),
        None => Ok(()),
    }
}

fn analyse(path: &Path, scan: &Scan, models: &Models) -> Result<Analysed, String> {
    let start = settings::clock();
    let Loaded { project, mut problems, root, prefix } = input::load(path)?;
    let loading = settings::clock().saturating_sub(start);
    let analysis = crate::analyze(&project, models, &Config { clock: Some(settings::clock), ..Config::default() });
    let mut stats = analysis.stats;
    stats.phases.insert(0, ("load", loading));
    problems.extend(analysis.problems);
    let findings = rules::judge(&analysis.flows, models);
    let mut report = report::build(&report::Input {
        root: &root,
        project: &project,
        models,
        flows: &analysis.flows,
        findings: &findings,
        problems: &problems,
        stats: &stats,
        with_times: scan.verbose,
    });
    if !scan.only.is_empty() {
        report.keep_findings_of(&scan.only);
    }
    let unseen = unseen(&project, &problems).map(|reason| format!("cannot analyse {}: {reason}", path.display()));
    Ok(Analysed { project, report, prefix, stats, unseen })
}

/// Why nothing can be said of a program: it has no code, or none that could be parsed.
fn unseen(project: &Project, problems: &[Problem]) -> Option<&'static str> {
    let is_code = |kind: FileKind| kind != FileKind::Json;
    let code: Vec<&str> =
        project.files.iter().filter(|(_, file)| is_code(file.kind)).map(|(_, file)| file.path.as_str()).collect();
    if code.is_empty() {
        return Some("nothing to analyse");
    }
    let unparsed = report::build::unparsed_files(&project.files, problems);
    code.iter().all(|path| unparsed.contains(path)).then_some("no file could be parsed")
}

/// Files come first: they are whole even if nobody reads the rest of stdout.
fn write(args: &Args, scan: &Scan, analysed: &Analysed) -> Result<(), Outcome> {
    let look = Look {
        lang: settings::lang(args.lang),
        with_suppressed: scan.show_suppressed,
        prefix: &analysed.prefix,
        fail_on: threshold(scan.fail_on),
    };
    let view = View::new(&analysed.report, &analysed.project.files, look);
    for path in &scan.output {
        let format = formats::of_path(path).unwrap_or(Format::Text);
        let written = formats::render(format, &view, scan, false).and_then(|bytes| output::write_file(path, &bytes));
        written.map_err(|error| Outcome::usage(format!("cannot write {}: {error}", path.display())))?;
    }
    if let Some(format) = scan.format.or(scan.output.is_empty().then_some(Format::Text)) {
        let color = settings::use_color(args.color, Stream::Stdout);
        let printed = formats::render(format, &view, scan, color).and_then(|bytes| output::print(&bytes));
        printed.map_err(|error| cannot_print(&error))?;
    }
    if scan.timings {
        output::tell(timings(&analysed.stats).as_bytes());
    }
    Ok(())
}

/// A line for each phase, and their sum.
fn timings(stats: &Stats) -> String {
    let total = ("total", stats.phases.iter().map(|(_, time)| *time).sum());
    let line = |(name, time): &(&str, Duration)| format!("{name:8} {:10.1} ms\n", time.as_secs_f64() * 1e3);
    stats.phases.iter().chain(std::iter::once(&total)).map(line).collect()
}
