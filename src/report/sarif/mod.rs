//! A report as SARIF 2.1.0, for code scanning and its viewers. The only one that knows SARIF.
//!
//! The rules are the clauses, which are a taxonomy too, so that a finding can bear on several. Paths are relative to the
//! folder that the reader stands in, under the name that code scanning services give to the root of a repository.

mod place;
mod rules;

use serde_json::{Map, Value, json};

use self::place::{physical, unnamed};
use super::model::{Diagnostic, Finding, Step, SuppressedBy};
use super::{Titled, View, words};
use crate::base::text::Lang;
use crate::rules::Level;
use crate::taint::StepKind;

/// The name of a finding's fingerprint; it changes when the way of making them does.
const FINGERPRINT: &str = "wxrayFingerprint/v1";
/// GitHub takes so many results of a run and shows the gravest 5,000.
const MAX_RESULTS: usize = 25_000;
const SHOWN_RESULTS: usize = 5_000;
/// GitHub takes so many locations in the path of a result. Of a longer one the steps that a reader can do without are
/// left out, which the path then says.
const MAX_STEPS: usize = 10_000;

/// One log with one run.
pub fn render(view: &View) -> serde_json::Result<Vec<u8>> {
    super::json::indented(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run(view)],
    }))
}

fn run(view: &View) -> Value {
    let report = view.report;
    // Whoever asks for no findings that do not count gets them none the less: SARIF has a word for them.
    let results: Vec<Value> = report.findings.iter().map(|finding| result(view, finding)).collect();
    json!({
        "tool": { "driver": rules::driver(view) },
        "taxonomies": [rules::taxonomy(view)],
        "language": language(view.lang()),
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": { place::ROOT: { "description": { "text": words::root_of_paths().get(view.lang()) } } },
        "invocations": [{
            "executionSuccessful": report.stats.unparsed_files == 0,
            "toolExecutionNotifications": notifications(view),
        }],
        "results": results,
        "properties": { "project": report.project, "stats": report.stats },
    })
}

fn language(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en-US",
    }
}

fn result(view: &View, finding: &Finding) -> Value {
    let lang = view.lang();
    let flow = view.flow_of(finding);
    let related = finding.related.iter().enumerate().map(|(id, related)| {
        json!({
            "id": id,
            "physicalLocation": physical(view, &related.location),
            "message": { "text": related.message.get(lang) },
        })
    });
    let mut result = Map::new();
    let mut set = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    set("ruleId", json!(finding.clause));
    if let Some(index) = rules::index(view, &finding.clause) {
        set("ruleIndex", json!(index));
    }
    set("level", json!(level(finding.level)));
    set("message", json!({ "text": finding.message.get(lang) }));
    set("locations", json!([{ "physicalLocation": physical(view, &finding.location) }]));
    set("relatedLocations", related.collect());
    set("partialFingerprints", json!({ FINGERPRINT: finding.id }));
    set("taxa", rules::taxa(view, finding));
    set("suppressions", suppressions(finding));
    if let Some(titled) = flow {
        set("codeFlows", json!([code_flow(view, titled)]));
    }
    set("properties", properties(finding, flow));
    Value::Object(result)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Violation => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn suppressions(finding: &Finding) -> Value {
    let suppression = finding.suppressed.as_ref().map(|why| {
        let kind = if why.by == SuppressedBy::Comment { "inSource" } else { "external" };
        json!({ "kind": kind, "status": "accepted", "justification": why.reason })
    });
    suppression.into_iter().collect()
}

fn properties(finding: &Finding, flow: Option<Titled>) -> Value {
    let mut properties = json!({ "confidence": finding.confidence, "data": finding.data, "help": finding.help });
    if let (Some(titled), Some(own)) = (flow, properties.as_object_mut()) {
        let flow = titled.flow;
        let more = json!({
            "flow": flow.id, "form": flow.form, "features": flow.features, "consent": flow.consent.status,
            "source": flow.source.model, "sink": flow.sink.model, "destination": flow.sink.destination,
        });
        own.extend(more.as_object().cloned().unwrap_or_default());
    }
    properties
}

fn code_flow(view: &View, titled: Titled) -> Value {
    let flow = titled.flow;
    let is_short = flow.steps.len() <= MAX_STEPS;
    let shown: Vec<&Step> = flow.steps.iter().filter(|step| is_short || importance(step) != "unimportant").collect();
    let hidden = flow.steps.len() - shown.len();
    let mut sentence = words::flow_sentence(titled).get(view.lang()).to_owned();
    if 0 < hidden {
        sentence = format!("{sentence}; {}", words::hidden_steps(hidden).get(view.lang()));
    }
    let locations: Vec<Value> = shown.iter().map(|step| thread_location(view, titled, step)).collect();
    json!({ "message": { "text": sentence }, "threadFlows": [{ "locations": locations }] })
}

fn thread_location(view: &View, titled: Titled, step: &Step) -> Value {
    json!({
        "location": {
            "physicalLocation": physical(view, &step.location),
            "message": { "text": words::step(step, titled).get(view.lang()) },
        },
        "importance": importance(step),
        "kinds": [step.kind],
    })
}

fn importance(step: &Step) -> &'static str {
    match step.kind {
        StepKind::Source | StepKind::Sink => "essential",
        _ if step.key => "important",
        _ => "unimportant",
    }
}

/// What could not be analysed, and what a reader of the log will not show.
fn notifications(view: &View) -> Vec<Value> {
    let own = view.report.diagnostics.iter().map(|diagnostic| notification(view, diagnostic));
    let count = view.report.findings.len();
    let limit = if MAX_RESULTS < count { Some(MAX_RESULTS) } else { (SHOWN_RESULTS < count).then_some(SHOWN_RESULTS) };
    let limit = limit.map(|limit| {
        json!({
            "level": "warning",
            "message": { "text": words::beyond_limit(count, limit).get(view.lang()) },
            "descriptor": { "id": "sarif-limit" },
        })
    });
    own.chain(limit).collect()
}

fn notification(view: &View, diagnostic: &Diagnostic) -> Value {
    let level = match diagnostic.level {
        "error" => "error",
        "warning" => "warning",
        _ => "note",
    };
    let locations = diagnostic.location.iter().map(|location| unnamed(view, location));
    json!({
        "level": level,
        "descriptor": { "id": diagnostic.code },
        "message": { "text": diagnostic.message.get(view.lang()) },
        "locations": locations.collect::<Vec<_>>(),
    })
}
