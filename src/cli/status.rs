//! How a run ends: its exit status and the reason of it. Knows nothing of how the run went about it.

use super::args::FailOn;
use crate::base::Text;
use crate::base::text::Lang;
use crate::report::Report;
use crate::rules::Level;

/// The end of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The exit status.
    pub code: u8,
    /// Why; `None` where nothing was done but to print help.
    pub reason: Option<Text>,
    /// The language of the reason.
    pub lang: Lang,
}

impl Outcome {
    /// Help or the version was asked for.
    pub fn help() -> Self {
        Self { code: 0, reason: None, lang: Lang::En }
    }

    /// Done, and nothing found that fails the run.
    pub fn success(lang: Lang, reason: Text) -> Self {
        Self { code: 0, reason: Some(reason), lang }
    }

    /// Wrong usage, settings or models.
    pub fn usage(lang: Lang, reason: Text) -> Self {
        Self { code: 2, reason: Some(reason), lang }
    }

    /// The input was not analysed.
    pub fn not_analysed(lang: Lang, reason: Text) -> Self {
        Self { code: 3, reason: Some(reason), lang }
    }

    /// What the findings of all reports together mean under `fail_on`.
    pub fn of_reports(lang: Lang, reports: &[Report], fail_on: FailOn) -> Self {
        let Some(level) = threshold(fail_on) else {
            return Self::success(lang, Text::new("已分析；--fail-on never", "analysed; --fail-on never"));
        };
        let findings = reports.iter().flat_map(|report| &report.findings);
        let count = findings.filter(|finding| finding.suppressed.is_none() && level <= finding.level).count();
        let name = level.name();
        let word = if count == 1 { "finding" } else { "findings" };
        match count {
            0 => Self::success(
                lang,
                Text::new(format!("没有达到 {name} 级别的发现"), format!("nothing at or above {name}")),
            ),
            _ => Self {
                code: 1,
                reason: Some(Text::new(
                    format!("{count} 项发现达到或超过 {name} 级别"),
                    format!("{count} {word} at or above {name}"),
                )),
                lang,
            },
        }
    }
}

fn threshold(fail_on: FailOn) -> Option<Level> {
    match fail_on {
        FailOn::Violation => Some(Level::Violation),
        FailOn::Warning => Some(Level::Warning),
        FailOn::Note => Some(Level::Note),
        FailOn::Never => None,
    }
}
