//! How a run ends: its exit status and the reason of it. Knows nothing of how the run went about it.

use super::args::FailOn;
use crate::report::Report;
use crate::rules::Level;

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit status.
    pub code: u8,
    /// Why, in English whatever the language of the report is: scripts read it. `None` where only help was printed.
    pub reason: Option<String>,
}

impl Outcome {
    /// Help or the version was asked for.
    pub fn help() -> Self {
        Self { code: 0, reason: None }
    }

    /// Done, and nothing found that fails the run.
    pub fn success(reason: impl Into<String>) -> Self {
        Self { code: 0, reason: Some(reason.into()) }
    }

    /// Wrong usage, settings or models, or an output that cannot be written.
    pub fn usage(reason: impl Into<String>) -> Self {
        Self { code: 2, reason: Some(reason.into()) }
    }

    /// The input was not analysed.
    pub fn not_analysed(reason: impl Into<String>) -> Self {
        Self { code: 3, reason: Some(reason.into()) }
    }

    /// What the findings of all reports together mean under `fail_on`.
    pub fn of_reports(reports: &[Report], fail_on: FailOn) -> Self {
        let Some(level) = threshold(fail_on) else { return Self::success("analysed; --fail-on never") };
        let findings = reports.iter().flat_map(|report| &report.findings);
        let count = findings.filter(|finding| finding.suppressed.is_none() && level <= finding.level).count();
        let name = level.name();
        let word = if count == 1 { "finding" } else { "findings" };
        match count {
            0 => Self::success(format!("nothing at or above {name}")),
            _ => Self { code: 1, reason: Some(format!("{count} {word} at or above {name}")) },
        }
    }
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
