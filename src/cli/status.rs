//! How a run ends: its exit status and the reason of it. Knows nothing of how the run went about it.

use std::path::Path;

use super::args::FailOn;
use crate::base::Text;
use crate::report::Report;
use crate::report::words::plural;
use crate::rules::Level;

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit status.
    pub code: u8,
    /// Why, in English whatever the language of the report is: scripts read it. `None` where only help was printed.
    pub reason: Option<String>,
    /// The same for people, in Chinese, where something went wrong that nothing else tells them.
    pub in_chinese: Option<String>,
}

impl Outcome {
    /// Help or the version was asked for.
    pub fn help() -> Self {
        Self { code: 0, reason: None, in_chinese: None }
    }

    /// Done, and nothing found that fails the run.
    pub fn success(reason: impl Into<String>) -> Self {
        Self { code: 0, reason: Some(reason.into()), in_chinese: None }
    }

    /// Wrong usage, settings or models, or an output that cannot be written.
    pub fn usage(reason: Text) -> Self {
        Self::failure(2, reason)
    }

    /// As [`Self::usage`], where what is wrong stands on stderr already.
    pub fn told(reason: impl Into<String>) -> Self {
        Self { code: 2, reason: Some(reason.into()), in_chinese: None }
    }

    /// The input was not analysed.
    pub fn not_analysed(reason: Text) -> Self {
        Self::failure(3, reason)
    }

    /// Done, and something found that fails the run.
    pub fn failing(reason: impl Into<String>) -> Self {
        Self { code: 1, reason: Some(reason.into()), in_chinese: None }
    }

    fn failure(code: u8, reason: Text) -> Self {
        Self { code, reason: Some(reason.en), in_chinese: Some(reason.zh) }
    }

    /// What the findings of all reports together mean under `fail_on`.
    pub fn of_reports(reports: &[Report], fail_on: FailOn) -> Self {
        let Some(level) = threshold(fail_on) else {
            return Self::success(format!("analysed; --fail-on never{}", unseen(reports)));
        };
        let findings = reports.iter().flat_map(|report| &report.findings);
        let count = findings.filter(|finding| finding.suppressed.is_none() && level <= finding.level).count();
        let name = level.name();
        let found = match count {
            0 => format!("nothing at or above {name}"),
            _ => format!("{} at or above {name}", plural(count, "finding")),
        };
        let reason = format!("{found}{}", unseen(reports));
        if count == 0 { Self::success(reason) } else { Self::failing(reason) }
    }
}

/// What would be written is there.
pub fn there_already(path: &Path) -> Outcome {
    let name = path.display();
    Outcome::usage(Text::new(
        format!("{name} 已存在；加 --force 可覆盖"),
        format!("{name} is there already; --force replaces it"),
    ))
}

/// A reason, with the name that was most likely meant.
pub fn did_you_mean(zh: String, en: String, near: Option<&str>) -> Text {
    match near {
        Some(near) => Text::new(format!("{zh}，是否为 {near}？"), format!("{en}; did you mean {near}?")),
        None => Text::new(zh, en),
    }
}

/// What was not seen, for those who read only how the run ended.
fn unseen(reports: &[Report]) -> String {
    let sum = |of: fn(&Report) -> usize| reports.iter().map(of).sum::<usize>();
    let (unparsed, unfinished) = (sum(|it| it.stats.unparsed_files), sum(|it| it.stats.unfinished_files));
    let unparsed = (0 < unparsed).then(|| format!("; {} could not be parsed", plural(unparsed, "file")));
    let unfinished = (0 < unfinished).then(|| format!("; {} not fully analysed", plural(unfinished, "module")));
    unparsed.into_iter().chain(unfinished).collect()
}

/// The level from which on findings fail a run.
pub fn threshold(fail_on: FailOn) -> Option<Level> {
    match fail_on {
        FailOn::Violation => Some(Level::Violation),
        FailOn::Warning => Some(Level::Warning),
        FailOn::Note => Some(Level::Note),
        FailOn::Never => None,
    }
}
