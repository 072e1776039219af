//! A report with one line for each finding, for editors and `grep`. Knows neither colours nor code frames.

use super::text::clean;
use super::{View, words};

/// Lines `path:line:column: level[clause] message`, in the order of the report.
pub fn render(view: &View) -> String {
    let lines = view.findings().map(|finding| {
        let at = finding.location.start;
        let path = clean(&finding.location.file);
        let message = clean(finding.message.get(view.lang()));
        let ignored = finding.suppressed.as_ref().map(words::suppression);
        let ignored = ignored.map_or_else(String::new, |words| format!(" ({})", clean(words.get(view.lang()))));
        format!("{path}:{}:{}: {}[{}] {message}{ignored}\n", at.line, at.column, finding.level.name(), finding.clause)
    });
    lines.collect()
}
