//! What becomes of the clauses, a line each, below the findings. Knows the report, and no code frames.

use std::collections::BTreeMap;

use super::clean;
use crate::report::model::Finding;
use crate::report::{View, words};
use crate::rules::{Level, Status};

/// A line for each clause that findings speak against, and one for all others; nothing where there is no such clause.
pub(super) fn clauses(view: &View) -> Vec<String> {
    let lang = view.lang();
    let findings: BTreeMap<&str, &Finding> = view.findings().map(|finding| (finding.id.as_str(), finding)).collect();
    let is_doubted = |status: Status| matches!(status, Status::Violated | Status::Suspected);
    let (doubted, others): (Vec<_>, Vec<_>) = view.report.clauses.iter().partition(|clause| is_doubted(clause.status));
    if doubted.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![words::clauses_in_brief().get(lang).to_owned()];
    for clause in doubted {
        let own: Vec<Level> =
            clause.findings.iter().filter_map(|id| findings.get(id.as_str())).map(|finding| finding.level).collect();
        let count = |level| own.iter().filter(|own| **own == level).count();
        let counts = words::counts(&[Level::Violation, Level::Warning, Level::Note].map(|level| (level, count(level))));
        let status = words::status(clause.status);
        let line = words::clause_in_brief(&clause.id, &status, &clause.title, &counts);
        lines.push(format!("  {}", clean(line.get(lang))));
    }
    let sums = [Status::Satisfied, Status::NeedsAttestation, Status::NotApplicable]
        .map(|status| (status, others.iter().filter(|clause| clause.status == status).count()));
    if !others.is_empty() {
        lines.push(format!("  {}", words::other_clauses(&sums).get(lang)));
    }
    lines
}
