//! `wxray scan`: paths are analysed, and their reports written. Knows the steps by name, and none of their insides.

use std::path::Path;

use super::args::{Args, Format, Scan};
use super::models;
use super::os_fs::OsFs;
use super::output;
use super::settings::{self, Stream};
use super::status::Outcome;
use crate::base::{Problem, Text};
use crate::models::Models;
use crate::project::{self, Project};
use crate::report::text::{Detail, Options};
use crate::report::{self, Report};
use crate::{Config, Stats, rules};

/// Runs `wxray scan …`.
pub fn run(args: &Args, scan: &Scan) -> Outcome {
    try_run(args, scan).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, scan: &Scan) -> Result<Outcome, Outcome> {
    let lang = settings::lang(args.lang);
    check_usage(scan).map_err(|reason| Outcome::usage(lang, reason))?;
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
        Some(reason) => Outcome::not_analysed(lang, reason),
        None => Outcome::of_reports(lang, &reports, scan.fail_on),
    })
}

/// A program with its report.
struct Analysed {
    project: Project,
    report: Report,
    stats: Stats,
    /// Why the report says nothing of the program, if it does not.
    unseen: Option<Text>,
}

fn check_usage(scan: &Scan) -> Result<(), Text> {
    let needs_one = scan.format == Some(Format::Json) || !scan.output.is_empty();
    if 1 < scan.paths.len() && needs_one {
        return Err(Text::new("JSON 格式与 --output 只能用于一个路径", "JSON and --output take one path"));
    }
    if scan.concise && scan.format == Some(Format::Json) {
        return Err(Text::new("--concise 只能用于文本格式", "--concise is for the text format"));
    }
    if let Some(path) = scan.output.iter().find(|path| format_of(path).is_none()) {
        let name = path.display();
        return Err(Text::new(
            format!("无法由扩展名判断格式：{name}（可用 .json、.txt）"),
            format!("no format for the extension of {name} (there are .json and .txt)"),
        ));
    }
    let is_clause = |id: &&String| rules::clauses().iter().any(|clause| clause.id == **id);
    match scan.only.iter().find(|id| !is_clause(id)) {
        Some(id) => Err(Text::new(format!("没有条款 {id}"), format!("there is no clause {id}"))),
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

fn analyse(path: &Path, scan: &Scan, models: &Models) -> Result<Analysed, Text> {
    let (fs, inside) = open(path)?;
    let (project, mut problems) = project::load(&fs, &inside).map_err(|error| error.message())?;
    let analysis = crate::analyze(&project, models, &Config::default());
    problems.extend(analysis.problems);
    let mut findings = rules::judge(&analysis.flows, models);
    findings.retain(|finding| scan.only.is_empty() || scan.only.iter().any(|id| bears_on(finding, id)));
    let report = report::build(&report::Input {
        root: &root_name(path),
        project: &project,
        models,
        flows: &analysis.flows,
        findings: &findings,
        problems: &problems,
        stats: &analysis.stats,
        with_times: scan.verbose,
    });
    let unseen = unseen(&project, &problems);
    Ok(Analysed { project, report, stats: analysis.stats, unseen })
}

fn bears_on(finding: &rules::Finding, clause: &str) -> bool {
    finding.clause == clause || finding.also.contains(&clause)
}

/// The file system that a path stands for and the path in it: a folder is its own root, a file lies in its folder.
fn open(path: &Path) -> Result<(OsFs, String), Text> {
    let failed = |error: std::io::Error| {
        let name = path.display();
        Text::new(format!("无法读取 {name}：{error}"), format!("cannot read {name}: {error}"))
    };
    if !path.is_file() {
        return Ok((OsFs::new(path).map_err(failed)?, String::new()));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let fs = OsFs::new(parent.unwrap_or(Path::new("."))).map_err(failed)?;
    Ok((fs, root_name(path)))
}

/// The last part of a path as given, or `.` where it has none.
fn root_name(path: &Path) -> String {
    path.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Why nothing can be said of a program: it has no code, or none that could be parsed.
fn unseen(project: &Project, problems: &[Problem]) -> Option<Text> {
    let code: Vec<&str> = project
        .files
        .iter()
        .filter(|(_, file)| file.kind != crate::base::FileKind::Json)
        .map(|(_, file)| file.path.as_str())
        .collect();
    if code.is_empty() {
        return Some(Text::new("没有可分析的文件", "nothing to analyse"));
    }
    let unparsed = report::build::unparsed_files(&project.files, problems);
    let none_left = code.iter().all(|path| unparsed.contains(path));
    none_left.then(|| Text::new("所有文件均无法解析", "no file could be parsed"))
}

fn write(args: &Args, scan: &Scan, analysed: &Analysed) -> Result<(), Outcome> {
    let lang = settings::lang(args.lang);
    let on_stdout = scan.format.or(scan.output.is_empty().then_some(Format::Text));
    let failed = |name: &str, error: std::io::Error| {
        Outcome::usage(lang, Text::new(format!("无法写入 {name}：{error}"), format!("cannot write {name}: {error}")))
    };
    if let Some(format) = on_stdout {
        let color = settings::use_color(args.color, Stream::Stdout);
        let bytes = render(args, scan, analysed, format, color).map_err(|error| failed("stdout", error))?;
        output::write(Stream::Stdout, &bytes);
    }
    for path in &scan.output {
        let format = format_of(path).unwrap_or(Format::Text);
        let written = render(args, scan, analysed, format, false).and_then(|bytes| output::write_file(path, &bytes));
        written.map_err(|error| failed(&path.display().to_string(), error))?;
    }
    if scan.timings {
        output::write(Stream::Stderr, timings(&analysed.stats).as_bytes());
    }
    Ok(())
}

fn render(args: &Args, scan: &Scan, analysed: &Analysed, format: Format, color: bool) -> std::io::Result<Vec<u8>> {
    let lang = settings::lang(args.lang);
    let detail = match (scan.quiet, scan.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    match format {
        Format::Json => report::json::render(&analysed.report).map_err(std::io::Error::other),
        Format::Text if scan.concise => Ok(report::concise::render(&analysed.report, lang).into_bytes()),
        Format::Text => {
            report::text::render(&analysed.report, &analysed.project.files, Options { lang, color, detail })
        }
    }
}

fn timings(stats: &Stats) -> String {
    let line = |(name, time): &(&str, std::time::Duration)| format!("{name:12} {:8.1} ms\n", time.as_secs_f64() * 1e3);
    stats.phases.iter().map(line).collect()
}
