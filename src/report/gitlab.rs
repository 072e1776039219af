//! A report as GitLab's code quality report (a JSON array). Knows no other format.

use serde_json::{Value, json};

use super::View;
use super::model::{Diagnostic, Finding, Location};
use crate::rules::Level;

/// An entry for each finding and for each thing that could not be analysed.
pub fn render(view: &View) -> serde_json::Result<Vec<u8>> {
    let findings = view.findings().map(|finding| of_finding(view, finding));
    let diagnostics = view.report.diagnostics.iter().filter(|diagnostic| diagnostic.level != "note");
    let entries: Vec<Value> =
        findings.chain(diagnostics.filter_map(|diagnostic| of_diagnostic(view, diagnostic))).collect();
    super::json::indented(&entries)
}

fn of_finding(view: &View, finding: &Finding) -> Value {
    let severity = match finding.level {
        Level::Violation => "critical",
        Level::Warning => "major",
        Level::Note => "info",
    };
    json!({
        "description": format!("{}: {}", finding.clause, finding.message.get(view.lang())),
        "check_name": finding.clause,
        "fingerprint": finding.id,
        "severity": severity,
        "location": place(view, &finding.location),
    })
}

/// A problem without a place cannot be shown there.
fn of_diagnostic(view: &View, diagnostic: &Diagnostic) -> Option<Value> {
    let location = diagnostic.location.as_ref()?;
    Some(json!({
        "description": diagnostic.message.get(view.lang()),
        "check_name": diagnostic.code,
        "fingerprint": super::fingerprint::of_parts(&[
            "diagnostic", diagnostic.code, &location.file, &location.start.offset.to_string(), &diagnostic.message.en,
        ]),
        "severity": "minor",
        "location": place(view, location),
    }))
}

fn place(view: &View, location: &Location) -> Value {
    json!({
        "path": view.path(location),
        "lines": { "begin": location.start.line, "end": location.end.line },
    })
}
