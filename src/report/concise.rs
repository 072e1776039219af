//! A report with one line for each finding, for editors and `grep`. Knows neither colours nor code frames.

use super::Report;
use super::text::clean;
use crate::base::text::Lang;

/// Lines `path:line:column: level[clause] message`, in the order of the report.
pub fn render(report: &Report, lang: Lang) -> String {
    let lines = report.findings.iter().map(|finding| {
        let at = finding.location.start;
        let path = clean(&finding.location.file);
        let message = clean(finding.message.get(lang));
        format!("{path}:{}:{}: {}[{}] {message}\n", at.line, at.column, finding.level.name(), finding.clause)
    });
    lines.collect()
}
