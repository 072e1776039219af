//! What the markers of a case say against what was found: a list of failures for people.
//! Knows markers and flows; neither reads files nor runs anything.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use super::cases::{Case, Setting};
use super::markers::{self, Fact, Marker, Status};
use super::{Finding, Flow, Judged, Place};

/// A case whose markers are parsed.
#[derive(Debug)]
pub struct Prepared<'case> {
    /// Where it comes from.
    pub case: &'case Case,
    /// The texts as the tool gets them.
    pub files: BTreeMap<String, String>,
    /// Path in the program and marker.
    pub markers: Vec<(String, Marker)>,
    /// What is wrong with the markers themselves, ready to print.
    pub errors: Vec<String>,
}

static SINK_CALL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\w.$])sink(?:\(|\.call\(|\.apply\(|\)|\?\.\()").expect("a constant pattern"));

/// Parses the markers of a case.
pub fn prepare(case: &Case) -> Prepared<'_> {
    let mut prepared = Prepared { case, files: BTreeMap::new(), markers: Vec::new(), errors: Vec::new() };
    for (path, file) in &case.files {
        let marked = markers::parse(&file.text);
        for (line, message) in marked.errors {
            let where_ = at(case, path, line);
            prepared.errors.push(format!("{where_}: {message}"));
        }
        prepared.markers.extend(marked.markers.into_iter().map(|marker| (path.clone(), marker)));
        prepared.files.insert(path.clone(), marked.text);
    }
    prepared.errors.extend(unknown_names(&prepared));
    if case.setting == Setting::Language {
        prepared.errors.extend(unmarked_sinks(&prepared));
    }
    prepared
}

/// Compares; an empty list is success. Findings are left out where the rules were not run.
pub fn check(prepared: &Prepared<'_>, flows: &[Flow], judged: Option<&Judged>) -> Vec<String> {
    let mut failures = prepared.errors.clone();
    for (file, marker) in &prepared.markers {
        if matches!(marker.fact, Fact::Finding { .. } | Fact::Row { .. }) && judged.is_none() {
            continue;
        }
        let nothing = Judged::default();
        let found = is_found(prepared, file, marker, flows, judged.unwrap_or(&nothing));
        let wanted = marker.status != Status::Missing;
        let source_unused = matches!(marker.fact, Fact::Source { .. }) && is_only_missing(prepared, marker);
        if found != wanted && !source_unused {
            failures.push(disagreement(prepared, file, marker, flows));
        }
    }
    let is_of_rules = prepared.case.setting == Setting::Rules;
    for flow in flows.iter().filter(|flow| !is_of_rules && !is_claimed(prepared, flow)) {
        failures.push(unexpected_flow(prepared, flow));
    }
    let findings = judged.into_iter().flat_map(|judged| &judged.findings);
    let counts = |finding: &&Finding| !(is_of_rules && finding.level == "note");
    for finding in findings.filter(counts).filter(|finding| !is_judged(prepared, finding)) {
        let head = heading(prepared.case, &finding.place.file, finding.place.line);
        failures.push(format!("{head}    found without a marker: {} {}\n", finding.clause, finding.level));
    }
    failures
}

/// Whether what a marker claims is among what was found. `clean` is found where nothing ends on its line.
fn is_found(prepared: &Prepared<'_>, file: &str, marker: &Marker, flows: &[Flow], judged: &Judged) -> bool {
    let findings = &judged.findings;
    match &marker.fact {
        Fact::Source { data, .. } => {
            flows.iter().any(|flow| on(&flow.source, file, marker) && is_none_or_eq(data.as_deref(), &flow.data))
        }
        Fact::Flow { .. } => flows.iter().any(|flow| matches_flow(prepared, file, marker, flow)),
        Fact::Step { kind } => {
            let mut steps = flows.iter().flat_map(|flow| &flow.steps);
            steps.any(|step| on(&step.place, file, marker) && step.kind == *kind)
        }
        Fact::Feature { name, is_there } => {
            let mut here = flows.iter().filter(|flow| on(&flow.sink, file, marker));
            here.any(|flow| flow.features.contains(name) == *is_there)
        }
        Fact::Consent { status } => {
            let mut here = flows.iter().filter(|flow| on(&flow.sink, file, marker)).peekable();
            here.peek().is_some() && here.all(|flow| flow.consent == *status)
        }
        Fact::Row { clause, status } => judged.rows.iter().any(|(id, is)| id == clause && is == status),
        Fact::Clean => {
            let is_of_rules = prepared.case.setting == Setting::Rules;
            let is_grave = |finding: &&Finding| !is_of_rules || finding.level != "note";
            (is_of_rules || !flows.iter().any(|flow| on(&flow.sink, file, marker)))
                && !findings.iter().filter(is_grave).any(|finding| on(&finding.place, file, marker))
        }
        Fact::Finding { clause, level } => findings
            .iter()
            .any(|finding| on(&finding.place, file, marker) && finding.clause == *clause && finding.level == *level),
    }
}

fn matches_flow(prepared: &Prepared<'_>, file: &str, marker: &Marker, flow: &Flow) -> bool {
    let Fact::Flow { from, kind } = &marker.fact else { return false };
    on(&flow.sink, file, marker)
        && is_none_or_eq(kind.as_deref(), &flow.kind)
        && from.as_deref().is_none_or(|name| starts_at(prepared, name, flow))
}

/// Whether the flow starts at a source marker of this name.
fn starts_at(prepared: &Prepared<'_>, name: &str, flow: &Flow) -> bool {
    prepared.markers.iter().any(|(file, marker)| match &marker.fact {
        Fact::Source { data, name: Some(own) } => {
            own == name && on(&flow.source, file, marker) && is_none_or_eq(data.as_deref(), &flow.data)
        }
        _ => false,
    })
}

fn on(place: &Place, file: &str, marker: &Marker) -> bool {
    let columns_agree = marker.columns.is_none() || place.columns == marker.columns;
    place.file == file && place.line == marker.line && columns_agree
}

fn is_none_or_eq(wanted: Option<&str>, got: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == got)
}

/// Whether some marker speaks of the flow: one that wants it, or a `clean` that has already failed for it.
fn is_claimed(prepared: &Prepared<'_>, flow: &Flow) -> bool {
    prepared.markers.iter().any(|(file, marker)| {
        let is_denied = marker.fact == Fact::Clean && on(&flow.sink, file, marker);
        is_denied || matches_flow(prepared, file, marker, flow)
    })
}

fn is_judged(prepared: &Prepared<'_>, finding: &Finding) -> bool {
    let wanted = Fact::Finding { clause: finding.clause.clone(), level: finding.level.clone() };
    prepared.markers.iter().any(|(file, marker)| marker.fact == wanted && on(&finding.place, file, marker))
}

/// Whether every flow that names this source is a known gap.
fn is_only_missing(prepared: &Prepared<'_>, source: &Marker) -> bool {
    let Fact::Source { name: Some(name), .. } = &source.fact else { return false };
    let mut naming = prepared.markers.iter().filter_map(|(_, marker)| match &marker.fact {
        Fact::Flow { from: Some(from), .. } if from == name => Some(marker.status),
        _ => None,
    });
    naming.all(|status| status == Status::Missing)
}

/// Flow markers whose name no source marker gives.
fn unknown_names(prepared: &Prepared<'_>) -> Vec<String> {
    let given = |wanted: &str| {
        prepared
            .markers
            .iter()
            .any(|(_, marker)| matches!(&marker.fact, Fact::Source { name: Some(name), .. } if name == wanted))
    };
    let flows = prepared.markers.iter().filter_map(|(file, marker)| match &marker.fact {
        Fact::Flow { from: Some(from), .. } if !given(from) => Some((file, marker.line, from)),
        _ => None,
    });
    flows.map(|(file, line, from)| format!("{}: no source is named {from}", at(prepared.case, file, line))).collect()
}

/// Lines that call `sink` and are not marked.
fn unmarked_sinks(prepared: &Prepared<'_>) -> Vec<String> {
    let mut errors = Vec::new();
    for (path, text) in &prepared.files {
        for (index, line) in text.lines().enumerate() {
            let is_marked = prepared.markers.iter().any(|(file, marker)| {
                file == path && marker.line == index + 1 && matches!(marker.fact, Fact::Flow { .. } | Fact::Clean)
            });
            if SINK_CALL.is_match(line) && !is_marked {
                errors.push(format!("{}: a call of sink without a marker", at(prepared.case, path, index + 1)));
            }
        }
    }
    errors
}

fn disagreement(prepared: &Prepared<'_>, file: &str, marker: &Marker, flows: &[Flow]) -> String {
    let mut text = heading(prepared.case, file, marker.line);
    let claim = describe(&marker.fact, marker.columns);
    let _ = match (marker.status, &marker.fact) {
        (Status::Missing, _) => writeln!(text, "    now found, delete the word MISSING: {claim}"),
        (Status::Spurious, _) => writeln!(text, "    no longer reported, write `clean` or nothing: {claim}"),
        (Status::Right, Fact::Clean) => writeln!(text, "    expected nothing here"),
        (Status::Right, _) => writeln!(text, "    expected {claim}"),
    };
    let here: Vec<&Flow> =
        flows.iter().filter(|flow| flow.sink.file == file && flow.sink.line == marker.line).collect();
    if here.is_empty() && marker.status != Status::Missing {
        text.push_str("    got no flow on this line\n");
    }
    for flow in here {
        witness(prepared, flow, &mut text);
    }
    text
}

fn unexpected_flow(prepared: &Prepared<'_>, flow: &Flow) -> String {
    let mut text = heading(prepared.case, &flow.sink.file, flow.sink.line);
    text.push_str("    found without a marker\n");
    witness(prepared, flow, &mut text);
    text
}

fn describe(fact: &Fact, columns: Option<(usize, usize)>) -> String {
    let any = || "any".to_owned();
    let claim = match fact {
        Fact::Source { data, .. } => format!("a source of {} data", data.clone().unwrap_or_else(any)),
        Fact::Flow { from, kind } => {
            let (from, kind) = (from.clone().unwrap_or_else(any), kind.clone().unwrap_or_else(any));
            format!("a flow from {from} into {kind}")
        }
        Fact::Step { kind } => format!("a step of kind {kind}"),
        Fact::Feature { name, is_there } => {
            format!("a flow {} the feature {name}", if *is_there { "with" } else { "without" })
        }
        Fact::Consent { status } => format!("flows with the consent {status}"),
        Fact::Row { clause, status } => format!("the row {clause} {status}"),
        Fact::Clean => "nothing".to_owned(),
        Fact::Finding { clause, level } => format!("{clause} {level}"),
    };
    columns.map_or_else(|| claim.clone(), |(first, last)| format!("{claim} at columns {first} to {last}"))
}

/// The flow and its way, a line a step.
fn witness(prepared: &Prepared<'_>, flow: &Flow, text: &mut String) {
    let columns = flow.sink.columns.map(|(first, last)| format!(" (columns {first} to {last})")).unwrap_or_default();
    let _ = writeln!(text, "    got {} -> {} (consent {}){columns}", flow.data, flow.kind, flow.consent);
    for step in &flow.steps {
        let code = line_of(prepared.case, &step.place.file, step.place.line);
        let Place { file, line, .. } = &step.place;
        let _ = writeln!(text, "      {file}:{line} {} {}  | {}", step.kind, step.note, code.trim());
    }
}

fn heading(case: &Case, file: &str, line: usize) -> String {
    let code = line_of(case, file, line);
    format!("{}: {} ({file}:{line})\n    {}\n", at(case, file, line), case.name, code.trim())
}

fn line_of<'case>(case: &'case Case, file: &str, line: usize) -> &'case str {
    let text = case.files.get(file).map_or("", |file| file.text.as_str());
    text.lines().nth(line.saturating_sub(1)).unwrap_or("")
}

/// The place on the disk, as editors jump to it.
fn at(case: &Case, file: &str, line: usize) -> String {
    let Some(found) = case.files.get(file) else { return format!("{file}:{line}") };
    format!("{}:{}", found.origin, found.line_offset + line)
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
