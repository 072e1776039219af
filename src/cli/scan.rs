//! `wxray scan`: paths are analysed, and their reports written. Knows the steps by name, and none of their insides.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::analyse::{Analysed, analyse};
use super::args::{Args, Format, Scan};
use super::cannot_print;
use super::config::{Given, InForce};
use super::formats;
use super::input;
use super::models;
use super::output;
use super::progress::Progress;
use super::settings::{self, Stream};
use super::status::{Outcome, threshold};
use crate::base::Text;
use crate::report::suppress::Baseline;
use crate::report::text::Screen;
use crate::report::{Look, View};
use crate::{Stats, rules};

/// Runs `wxray scan …`.
pub fn run(args: &Args, scan: &Scan) -> Outcome {
    try_run(args, scan).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, scan: &Scan) -> Result<Outcome, Outcome> {
    let Asked { paths, only } = asked(scan);
    check_usage(scan, &paths).map_err(Outcome::usage)?;
    let first = paths.first().map_or(Path::new("."), |path| path);
    let given = Given {
        config: scan.common.config.as_deref(),
        fail_on: scan.fail_on,
        models: &scan.common.models,
        only: &only,
        baseline: scan.baseline.as_deref(),
        release: scan.release_date,
        packs: &scan.pack,
    };
    let in_force = InForce::new(args, given, first)?;
    check_rules(&in_force).map_err(Outcome::usage)?;
    let baseline = in_force.baseline.as_deref().map(output::read_baseline).transpose()?;
    let models = models::load_for(args, &in_force)?;
    let mut reports = Vec::new();
    let mut failure = None;
    let programs = input::programs(&paths);
    let progress = Progress::new(programs.len(), scan.quiet);
    for paths in &programs {
        progress.start(&paths[0]);
        match analyse(paths, &in_force, &models, baseline.as_ref(), scan.verbose, &mut |_| Ok(())) {
            Ok(analysed) => {
                progress.hide(|| write(args, scan, &in_force, &analysed))?;
                failure = failure.or(analysed.unseen.map(Outcome::not_analysed));
                reports.push(analysed.report);
            }
            Err(outcome) if outcome.code == 2 => return Err(outcome),
            Err(outcome) => failure = failure.or(Some(outcome)),
        }
    }
    // What was not seen is graver than what was found: a gate must not pass over it.
    Ok(failure.unwrap_or_else(|| Outcome::of_reports(&reports, in_force.fail_on)))
}

/// What is to be analysed, and which clauses are asked for.
struct Asked {
    paths: Vec<PathBuf>,
    only: Vec<String>,
}

/// The number of a clause behind those of `--only` is one of them, and no path.
fn asked(scan: &Scan) -> Asked {
    let mut only = scan.only.clone();
    let mut paths = scan.paths.clone();
    if !only.is_empty() {
        let (clauses, others): (Vec<PathBuf>, Vec<PathBuf>) =
            paths.into_iter().partition(|path| path.to_str().is_some_and(rules::packs::is_rule) && !path.exists());
        only.extend(clauses.iter().filter_map(|path| path.to_str()).map(str::to_owned));
        paths = others;
    }
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    Asked { paths, only }
}

fn check_usage(scan: &Scan, paths: &[PathBuf]) -> Result<(), Text> {
    let is_single = scan.format.is_some_and(|format| format != Format::Text);
    let needs_one = is_single || !scan.output.is_empty() || scan.write_baseline.is_some();
    if 1 < input::programs(paths).len() && needs_one {
        return Err(Text::new(
            "text 以外的格式和 --output 只接受一个路径，或同一程序的多个包",
            "formats other than text, and --output, take one path, or packages of one program",
        ));
    }
    if let Some(path) = scan.output.iter().find(|path| formats::of_path(path).is_none()) {
        let (name, endings) = (path.display(), formats::endings());
        return Err(Text::new(
            format!("无法由扩展名判断 {name} 的格式（可用：{endings}）"),
            format!("cannot tell the format of {name} from its extension ({endings})"),
        ));
    }
    Ok(())
}

/// Whether the packs and clauses that are named exist.
pub fn check_rules(in_force: &InForce) -> Result<(), Text> {
    let all = rules::packs::packs();
    if let Some(pack) = in_force.packs.iter().find(|name| !all.iter().any(|pack| pack.name == **name)) {
        let names: Vec<&str> = all.iter().map(|pack| pack.name.as_str()).collect();
        return Err(Text::new(
            format!("没有名为 {pack} 的规则包（可用：{}）", names.join("、")),
            format!("there is no pack {pack} (there are {})", names.join(", ")),
        ));
    }
    let in_pack = |id: &str| {
        let packs = all.iter().filter(|pack| in_force.packs.contains(&pack.name));
        packs.flat_map(|pack| &pack.rules).any(|rule| rule.id == id)
    };
    match in_force.only.iter().find(|id| rules::clause(id).is_none() && !in_pack(id)) {
        Some(id) => Err(Text::new(format!("没有条款 {id}"), format!("there is no clause {id}"))),
        None => Ok(()),
    }
}

/// Files come first: they are whole even if nobody reads the rest of stdout.
fn write(args: &Args, scan: &Scan, in_force: &InForce, analysed: &Analysed) -> Result<(), Outcome> {
    let start = settings::clock();
    let look = Look {
        lang: settings::lang(in_force.lang),
        with_suppressed: scan.show_suppressed,
        prefix: &analysed.prefix,
        fail_on: threshold(in_force.fail_on),
    };
    let view = View::new(&analysed.report, &analysed.project.files, look);
    if let Some(path) = &scan.write_baseline {
        output::write_file(path, Baseline::write(&analysed.report).as_bytes())
            .map_err(|error| output::cannot_write(path, &error))?;
    }
    for path in &scan.output {
        let format = formats::of_path(path).unwrap_or(Format::Text);
        let written =
            formats::render(format, &view, scan, Screen::default()).and_then(|bytes| output::write_file(path, &bytes));
        written.map_err(|error| output::cannot_write(path, &error))?;
    }
    if let Some(format) = scan.format.or(scan.output.is_empty().then_some(Format::Text)) {
        let screen = settings::screen(args.color, Stream::Stdout);
        let printed = formats::render(format, &view, scan, screen).and_then(|bytes| output::print(&bytes));
        printed.map_err(|error| cannot_print(&error))?;
    }
    if scan.timings {
        let writing = ("write", settings::clock().saturating_sub(start));
        output::tell(timings(&analysed.stats, writing).as_bytes());
    }
    Ok(())
}

/// A line for each phase, and their sum. The time of parsing is a part of that of lowering, over all threads.
fn timings(stats: &Stats, writing: (&'static str, Duration)) -> String {
    let phases = || stats.phases.iter().chain([&writing]);
    let total = ("total", phases().filter(|(name, _)| *name != "parse").map(|(_, time)| *time).sum());
    let line = |(name, time): &(&str, Duration)| format!("{name:8} {:10.1} ms\n", time.as_secs_f64() * 1e3);
    phases().chain([&total]).map(line).collect()
}
