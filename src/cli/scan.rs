//! `wxray scan`: paths are analysed, and their reports written. Knows the steps by name, and none of their insides.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::args::{Args, Format, Scan};
use super::cannot_print;
use super::input::{self, Loaded};
use super::models;
use super::output;
use super::settings::{self, Stream};
use super::status::Outcome;
use crate::base::{FileKind, Problem};
use crate::models::Models;
use crate::project::Project;
use crate::report::text::{Detail, Options};
use crate::report::{self, Report};
use crate::{Config, Stats, rules};

/// Runs `wxray scan …`.
pub fn run(args: &Args, scan: &Scan) -> Outcome {
    try_run(args, scan).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, scan: &Scan) -> Result<Outcome, Outcome> {
    check_usage(scan).map_err(Outcome::usage)?;
    let mut models = models::load(args, &scan.models)?;
    models.settle(&scan.release_date.unwrap_or_else(settings::today).to_string());
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
    stats: Stats,
    /// Why the report says nothing of the program, if it does not.
    unseen: Option<String>,
}

fn check_usage(scan: &Scan) -> Result<(), String> {
    let needs_one = scan.format == Some(Format::Json) || !scan.output.is_empty();
    if 1 < scan.paths.len() && needs_one {
        return Err("JSON and --output take one path".to_owned());
    }
    if scan.concise && scan.format == Some(Format::Json) {
        return Err("--concise is for the text format".to_owned());
    }
    if let Some(path) = scan.output.iter().find(|path| format_of(path).is_none()) {
        return Err(format!("no format for the extension of {} (there are .json and .txt)", path.display()));
    }
    if let Some(pack) = scan.pack.iter().find(|name| !rules::packs::packs().iter().any(|pack| pack.name == **name)) {
        let names: Vec<&str> = rules::packs::packs().iter().map(|pack| pack.name.as_str()).collect();
        return Err(format!("there is no pack {pack} (there are {})", names.join(", ")));
    }
    let in_pack = |id: &str| {
        let packs = rules::packs::packs().iter().filter(|pack| scan.pack.contains(&pack.name));
        packs.flat_map(|pack| &pack.rules).any(|rule| rule.id == id)
    };
    let is_clause = |id: &&String| rules::clause(id).is_some() || in_pack(id);
    match scan.only.iter().find(|id| !is_clause(id)) {
        Some(id) => Err(format!("there is no clause {id}")),
        None => Ok(()),
    }
}

fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "json" => Some(Format::Json),
        "txt" => Some(Format::Text),
        _ => None,
    }
}

fn analyse(path: &Path, scan: &Scan, models: &Models) -> Result<Analysed, String> {
    let start = settings::clock();
    let Loaded { project, mut problems, root } = input::load(path)?;
    let loading = settings::clock().saturating_sub(start);
    let today = settings::today();
    let release = Some(scan.release_date.unwrap_or(today));
    let config = Config { clock: Some(settings::clock), release, ..Config::default() };
    let analysis = crate::analyze(&project, models, &config);
    let mut stats = analysis.stats;
    stats.phases.insert(0, ("load", loading));
    problems.extend(analysis.problems);
    let judgement = rules::judge(&rules::Input {
        project: &project,
        models,
        flows: &analysis.flows,
        consent: &analysis.consent,
        operator: &rules::Operator::default(),
        release,
        today: Some(today),
        packs: &scan.pack,
    });
    let mut report = report::build(&report::Input {
        root: &root,
        project: &project,
        models,
        flows: &analysis.flows,
        consents: &analysis.consent.flows,
        findings: &judgement.findings,
        rows: &judgement.rows,
        problems: &problems,
        stats: &stats,
        with_times: scan.verbose,
    });
    if !scan.only.is_empty() {
        report.keep_findings_of(&scan.only);
    }
    let unseen = unseen(&project, &problems).map(|reason| format!("cannot analyse {}: {reason}", path.display()));
    Ok(Analysed { project, report, stats, unseen })
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
    for path in &scan.output {
        let format = format_of(path).unwrap_or(Format::Text);
        let written = render(args, scan, analysed, format, false).and_then(|bytes| output::write_file(path, &bytes));
        written.map_err(|error| Outcome::usage(format!("cannot write {}: {error}", path.display())))?;
    }
    if let Some(format) = scan.format.or(scan.output.is_empty().then_some(Format::Text)) {
        let color = settings::use_color(args.color, Stream::Stdout);
        let printed = render(args, scan, analysed, format, color).and_then(|bytes| output::print(&bytes));
        printed.map_err(|error| cannot_print(&error))?;
    }
    if scan.timings {
        output::tell(timings(&analysed.stats).as_bytes());
    }
    Ok(())
}

fn render(args: &Args, scan: &Scan, analysed: &Analysed, format: Format, color: bool) -> io::Result<Vec<u8>> {
    let lang = settings::lang(args.lang);
    let detail = match (scan.quiet, scan.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    match format {
        Format::Json => report::json::render(&analysed.report).map_err(io::Error::other),
        Format::Text if scan.concise => Ok(report::concise::render(&analysed.report, lang).into_bytes()),
        Format::Text => {
            report::text::render(&analysed.report, &analysed.project.files, Options { lang, color, detail })
        }
    }
}

/// A line for each phase, and their sum.
fn timings(stats: &Stats) -> String {
    let total = ("total", stats.phases.iter().map(|(_, time)| *time).sum());
    let line = |(name, time): &(&str, Duration)| format!("{name:8} {:10.1} ms\n", time.as_secs_f64() * 1e3);
    stats.phases.iter().chain(std::iter::once(&total)).map(line).collect()
}
