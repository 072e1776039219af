//! Findings that somebody has accepted stop counting, with the reason that was given: by a comment in the code, by an
//! entry in the settings, or because they were there before. What is out of date or never applied is a problem of its
//! own, at its place. Knows the report, and not where settings and baselines are kept.

pub mod baseline;
mod comments;
pub mod entries;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use baseline::Baseline;
pub use entries::{Entries, Entry};

use super::Report;
use super::diagnostics::bounded;
use super::model::{Diagnostic, Location, SuppressedBy, Suppression};
use crate::base::text::nearest;
use crate::base::{Date, Files, Text};

/// What takes findings out.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Which day it is.
    pub today: Date,
    /// Entries in the settings.
    pub entries: &'a Entries,
    /// What was there before.
    pub baseline: Option<&'a Baseline>,
}

/// Marks the findings that do not count, and adds to the diagnostics what is wrong with what marks them.
pub fn apply(report: &mut Report, files: &Files, rules: &Rules) {
    let mut diagnostics = comments::apply(report, files, rules.today);
    diagnostics.extend(entries::apply(report, rules.entries, rules.today));
    diagnostics.extend(rules.baseline.and_then(|baseline| baseline.apply(report)));
    report.diagnostics.extend(bounded(diagnostics));
    report.diagnostics.sort_by(|a, b| (&a.location, &a.path, a.code).cmp(&(&b.location, &b.path, b.code)));
}

/// What one comment or entry asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Order {
    clauses: Vec<String>,
    reason: String,
    until: Option<Date>,
}

impl Order {
    /// Why it cannot be followed, if it cannot.
    fn fault(&self, today: Date) -> Option<Fault> {
        if let Some(unknown) = self.clauses.iter().find(|id| !crate::rules::packs::is_rule(id)) {
            return Some(Fault::UnknownClause(unknown.clone()));
        }
        if self.reason.is_empty() {
            return Some(Fault::NoReason);
        }
        self.until.filter(|until| *until < today).map(Fault::Expired)
    }

    fn names(&self, clause: &str) -> bool {
        self.clauses.iter().any(|own| own == clause)
    }

    fn suppression(&self, by: SuppressedBy) -> Suppression {
        Suppression { by, reason: self.reason.clone() }
    }
}

/// What is wrong with a comment or an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    UnknownClause(String),
    NoReason,
    Expired(Date),
    WrongDate(String),
    NoClause,
    Unused,
    /// The clause is broken on a way that leads through here, and its finding stands at this place.
    Elsewhere(String, Location),
}

impl Fault {
    fn diagnostic(&self, location: Location) -> Diagnostic {
        let (code, message) = self.words();
        Diagnostic { level: "warning", code, message, location: Some(location), path: None, more: 0 }
    }

    fn words(&self) -> (&'static str, Text) {
        match self {
            Self::UnknownClause(id) => {
                let near = nearest_clause(id);
                let zh = near.map_or_else(String::new, |near| format!("，是否为 {near}？"));
                let en = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                let text = Text::new(format!("没有条款 {id}{zh}"), format!("there is no clause {id}{en}"));
                ("ignore-unknown-clause", text)
            }
            Self::NoReason => (
                "ignore-without-reason",
                Text::new(
                    "忽略时必须写明理由：注释写作 `wxray-ignore 条款: 理由`，配置中写 `reason = \"理由\"`；此处未生效",
                    "a reason is required: `wxray-ignore CLAUSE: reason` in a comment, `reason = \"…\"` in the settings; this has no effect",
                ),
            ),
            Self::Expired(until) => (
                "ignore-expired",
                Text::new(
                    format!("此忽略已于 {until} 到期，不再生效"),
                    format!("this was to last until {until} and has no effect any more"),
                ),
            ),
            Self::WrongDate(text) => (
                "ignore-malformed",
                Text::new(
                    format!("“{text}”不是有效日期，请写作 2027-01-31；此处未生效"),
                    format!("‘{text}’ is no date such as 2027-01-31; this has no effect"),
                ),
            ),
            Self::NoClause => (
                "ignore-malformed",
                Text::new(
                    "未写明条款，应为 `wxray-ignore 14.2.4: 理由`；此处未生效",
                    "no clause is named; write `wxray-ignore 14.2.4: reason`; this has no effect",
                ),
            ),
            Self::Elsewhere(clause, Location { file, start, .. }) => (
                "ignore-unused",
                Text::new(
                    format!("{clause} 的发现不在此行，而在 {file}:{}：请把注释移到那里；此处未生效", start.line),
                    format!(
                        "the finding of {clause} does not stand here, but at {file}:{}: move this there; here it has no effect",
                        start.line
                    ),
                ),
            ),
            Self::Unused => (
                "ignore-unused",
                Text::new("此处没有可忽略的发现，请删除", "there is no such finding here any more; remove this"),
            ),
        }
    }
}

fn nearest_clause(id: &str) -> Option<&'static str> {
    nearest(id, crate::rules::clauses().iter().map(|clause| clause.id.as_str()), |_| 2)
}

/// Files of which nothing is known: what stands in them cannot be called unused.
fn unseen(report: &Report) -> BTreeSet<String> {
    let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.level == "error");
    errors.filter_map(|diagnostic| Some(diagnostic.location.as_ref()?.file.clone())).collect()
}
