//! A report as the workflow commands that GitHub Actions turns into annotations. Knows no other format.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::View;
use super::model::{Diagnostic, Finding, Location};
use super::text::clean;
use crate::rules::Level;

/// So many annotations of a level does GitHub show for a step.
const SHOWN_OF_A_LEVEL: usize = 10;

/// A command for each finding, the gravest first, and one for each thing that could not be analysed. Where GitHub shows
/// fewer than there are, the last command says so.
pub fn render(view: &View) -> String {
    let mut out = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in view.gravest_first() {
        let word = word(finding.level);
        *counts.entry(word).or_default() += 1;
        out.push_str(&of_finding(view, finding, word));
    }
    for diagnostic in view.report.diagnostics.iter().filter(|diagnostic| diagnostic.level != "note") {
        *counts.entry("warning").or_default() += 1;
        out.push_str(&of_diagnostic(view, diagnostic));
    }
    let hidden: usize = counts.values().map(|count| count.saturating_sub(SHOWN_OF_A_LEVEL)).sum();
    if 0 < hidden {
        let text = super::words::not_shown(hidden);
        let _ = writeln!(out, "::notice title=wxray::{}", message(text.get(view.lang())));
    }
    out
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Violation => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

fn of_finding(view: &View, finding: &Finding, word: &str) -> String {
    let lang = view.lang();
    let title = property(&format!("{} {}", finding.clause, super::words::level(finding.level).get(lang)));
    let help = format!("{}{}", super::words::help().get(lang), finding.help.get(lang));
    let text = message(&format!("{}\n{help}", finding.message.get(lang)));
    format!("::{word} {},title={title}::{text}\n", place(view, &finding.location))
}

fn of_diagnostic(view: &View, diagnostic: &Diagnostic) -> String {
    let at = diagnostic.location.as_ref().map(|location| format!("{},", place(view, location))).unwrap_or_default();
    format!("::warning {at}title={}::{}\n", property(diagnostic.code), message(diagnostic.message.get(view.lang())))
}

/// Columns go with a single line only.
fn place(view: &View, location: &Location) -> String {
    let (start, end) = (location.start, location.end);
    let file = property(&view.path(location));
    let lines = format!("file={file},line={},endLine={}", start.line, end.line);
    if start.line == end.line {
        return format!("{lines},col={},endColumn={}", start.column, end.column);
    }
    lines
}

/// A text behind `::`, in which a line break is written as a code; nothing in it acts on a terminal.
fn message(text: &str) -> String {
    clean(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"))
}

/// A value before `::`.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
