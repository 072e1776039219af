//! What every command does that needs a report: a path is loaded, analysed, judged and told of under the settings in force.
//! Knows the steps by name, and none of their insides.

use std::path::{Path, PathBuf};

use super::config::InForce;
use super::input::{self, Loaded, about};
use super::settings;
use super::status::Outcome;
use crate::base::{FileKind, Level, Problem, Text};
use crate::models::Models;
use crate::project::Project;
use crate::report::suppress::{self, Baseline};
use crate::report::{self, Report};
use crate::rules::secrets::Secrets;
use crate::{Config, Stats, rules};

/// A program with its report.
pub struct Analysed {
    /// The program.
    pub project: Project,
    /// Its report.
    pub report: Report,
    /// What leads to its root.
    pub prefix: String,
    /// Sizes and times.
    pub stats: Stats,
    /// Why the report says nothing of the program, if it does not.
    pub unseen: Option<Text>,
}

/// Analyses the program at `paths`, which is one path or several packages; the outcome says why it could not be done.
/// `admit` is told how many bytes of source there are, and may refuse them with a reason for the user.
pub fn analyse(
    paths: &[PathBuf],
    in_force: &InForce,
    models: &Models,
    baseline: Option<&Baseline>,
    with_times: bool,
    admit: &mut dyn FnMut(usize) -> Result<(), Text>,
) -> Result<Analysed, Outcome> {
    let start = settings::clock();
    let Loaded { mut project, mut problems, root, prefix, folder } =
        input::load_all(paths).map_err(Outcome::not_analysed)?;
    let n_bytes = project.files.shown().iter().map(|file| file.text.len()).sum();
    admit(n_bytes).map_err(|reason| Outcome::not_analysed(about(shown(paths), &reason)))?;
    let entries = in_force.entries(&folder)?;
    let loading = settings::clock().saturating_sub(start);
    let today = settings::today();
    let release = Some(in_force.release.unwrap_or(today));
    let config = Config { clock: Some(settings::clock), release, ..Config::default() };
    let mut analysis = crate::analyze(&project, models, &config);
    let mut stats = analysis.stats;
    stats.phases.insert(0, ("load", loading));
    problems.extend(analysis.problems);
    let judging = settings::clock();
    let secrets = Secrets::of(&project);
    secrets.mask_flows(&mut analysis.flows);
    let operator = in_force.operator();
    let judgement = rules::judge(&rules::Input {
        project: &project,
        models,
        flows: &analysis.flows,
        consent: &analysis.consent,
        operator: &operator,
        release,
        today: Some(today),
        packs: &in_force.packs,
        n_unseen: report::build::unparsed_files(&project.files, &problems).len()
            + report::build::unfinished_files(&project.files, &problems).len(),
    });
    let reporting = settings::clock();
    stats.phases.push(("rules", reporting.saturating_sub(judging)));
    let mut report = report::build(&report::Input {
        root: &root,
        project: &project,
        models,
        flows: &analysis.flows,
        consents: &analysis.consent.flows,
        calls: &analysis.consent.calls,
        findings: &judgement.findings,
        parties: &judgement.parties,
        rows: &judgement.rows,
        code: &analysis.code,
        operator: &operator,
        problems: &problems,
        stats: &stats,
        with_times,
    });
    let rules = suppress::Rules { today, entries: &entries, baseline };
    suppress::apply(&mut report, &project.files, &rules);
    if !in_force.only.is_empty() {
        report.keep_findings_of(&in_force.only);
    }
    secrets.mask_files(&mut project.files);
    let reporting = ("report", settings::clock().saturating_sub(reporting));
    stats.phases.push(reporting);
    // It was not known when the report was made.
    report.stats.phase_ms.extend(with_times.then(|| report::build::phase(&reporting)));
    let unseen = unseen(&project, &problems).map(|reason| about(shown(paths), &reason));
    Ok(Analysed { project, report, prefix, stats, unseen })
}

fn shown(paths: &[PathBuf]) -> &Path {
    paths.first().map_or(Path::new(""), |path| path)
}

/// Why nothing can be said of a program: it has no code, or none that could be parsed.
fn unseen(project: &Project, problems: &[Problem]) -> Option<Text> {
    let is_code = |kind: FileKind| kind != FileKind::Json;
    if problems.iter().any(|problem| problem.code == report::build::NO_PAGE) {
        return Some(Text::new("app.json 中的页面都不存在", "it names no page that is there"));
    }
    if problems.iter().any(|problem| problem.code == "unbuilt-sources" && problem.level == Level::Error) {
        return Some(Text::new("多为须先编译的框架源码", "most of it is source code that has to be built first"));
    }
    let code: Vec<&str> =
        project.files.iter().filter(|(_, file)| is_code(file.kind)).map(|(_, file)| file.path.as_str()).collect();
    if code.is_empty() {
        return Some(Text::new("没有可分析的内容", "nothing to analyse"));
    }
    let unparsed = report::build::unparsed_files(&project.files, problems);
    let is_whole = code.iter().all(|path| unparsed.contains(path));
    is_whole.then(|| Text::new("没有一个文件能够解析", "no file could be parsed"))
}
