//! A report with one line for each finding, for editors and `grep`. Knows neither colours nor code frames.

use super::model::Diagnostic;
use super::text::clean;
use super::{View, words};

/// Lines `path:line:column: level[clause] message`, in the order of the report, and behind them what could not be
/// analysed, in the same form.
pub fn render(view: &View) -> String {
    let lines = view.findings().map(|finding| {
        let at = finding.location.start;
        let path = clean(&view.path(&finding.location));
        let message = clean(finding.message.get(view.lang()));
        let ignored = finding.suppressed.as_ref().map(words::suppression);
        let ignored = ignored.map_or_else(String::new, |words| format!(" ({})", clean(words.get(view.lang()))));
        format!("{path}:{}:{}: {}[{}] {message}{ignored}\n", at.line, at.column, finding.level.name(), finding.clause)
    });
    let problems = view.report.diagnostics.iter().filter(|diagnostic| diagnostic.level != "note");
    lines.chain(problems.map(|problem| of_problem(view, problem))).collect()
}

fn of_problem(view: &View, problem: &Diagnostic) -> String {
    // What is said of the whole program stands nowhere in it.
    let place = problem.location.as_ref().filter(|location| !location.file.is_empty());
    let place = place.map_or_else(String::new, |location| {
        format!("{}:{}:{}: ", view.path(location), location.start.line, location.start.column)
    });
    format!("{}{}[{}] {}\n", clean(&place), problem.level, problem.code, clean(problem.message.get(view.lang())))
}
