//! A report as a table with a row for each finding, for spreadsheets. Knows no other format.

use std::io;

use super::model::Finding;
use super::text::clean;
use super::{View, words};

const HEAD: [&str; 19] = [
    "id",
    "clause",
    "also",
    "level",
    "confidence",
    "message",
    "data",
    "form",
    "source",
    "source_file",
    "source_line",
    "sink",
    "sink_kind",
    "destination",
    "consent",
    "file",
    "line",
    "column",
    "suppressed",
];

/// A table with a head, its lines ending as RFC 4180 has it.
pub fn render(view: &View) -> io::Result<Vec<u8>> {
    let mut table = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    table.write_record(HEAD)?;
    for finding in view.findings() {
        table.write_record(row(view, finding).map(|cell| harmless(&cell)))?;
    }
    table.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

fn row(view: &View, finding: &Finding) -> [String; 19] {
    let flow = view.flow_of(finding).map(|titled| titled.flow);
    let text = |of: fn(&super::model::Flow) -> &str| flow.map(of).unwrap_or_default().to_owned();
    let source = flow.map(|flow| &flow.source.location);
    let at = finding.location.start;
    [
        finding.id.clone(),
        finding.clause.clone(),
        finding.also.join(" "),
        finding.level.name().to_owned(),
        words::confidence(finding.confidence).en,
        finding.message.get(view.lang()).to_owned(),
        finding.data.join(" "),
        flow.map(|flow| words::form_name(flow.form).en).unwrap_or_default(),
        text(|flow| &flow.source.model),
        source.map(|place| view.path(place)).unwrap_or_default(),
        source.map(|place| place.start.line.to_string()).unwrap_or_default(),
        text(|flow| &flow.sink.model),
        text(|flow| &flow.sink.kind),
        text(|flow| flow.sink.destination.as_deref().unwrap_or_default()),
        flow.map(|flow| words::consent_name(flow.consent.status).to_owned()).unwrap_or_default(),
        view.path(&finding.location),
        at.line.to_string(),
        at.column.to_string(),
        finding.suppressed.as_ref().map(|why| why.by.name().to_owned()).unwrap_or_default(),
    ]
}

/// A cell that no spreadsheet takes for a formula, and no terminal for a command: what begins like a formula gets an
/// apostrophe before it.
pub fn harmless(cell: &str) -> String {
    let text = clean(cell);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
