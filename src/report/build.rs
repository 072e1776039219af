//! The results of an analysis become a [`Report`]: sorted, named and with lines and columns. Knows no output format.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rayon::prelude::*;

use super::diagnostics;
use super::fingerprint::{Fingerprints, line_text};
use super::inventory;
use super::model::{
    ClauseInfo, Consent, Finding, Flow, Inventory, ProjectInfo, Related, Report, Sink, Source, Stats, Step, Tool,
};
use super::places::Places;
use super::steps::callee;
use crate::analysis::Code;
use crate::base::{Files, Level as ProblemLevel, Problem};
use crate::models::Models;
use crate::project::{Project, ProjectKind, UnitKind};
use crate::rules::Operator;
use crate::taint::StepKind;
use crate::{consent, rules, taint};

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The name of the root as the report shows it; never an absolute path.
    pub root: &'a str,
    /// The program.
    pub project: &'a Project,
    /// The models, for the names of data.
    pub models: &'a Models,
    /// All flows.
    pub flows: &'a [taint::Flow],
    /// What is known of the consent to each.
    pub consents: &'a [consent::Consent],
    /// What is known where the platform is called.
    pub calls: &'a [consent::CallState],
    /// Judgements about them.
    pub findings: &'a [rules::Finding],
    /// The functions of the program, and whether it can get to each.
    pub code: &'a [Code],
    /// Who operates the program, and who else receives its data.
    pub operator: &'a Operator,
    /// Third parties whose code or hosts stand in the program.
    pub parties: &'a [rules::parties::Party],
    /// What is known of each clause.
    pub rows: &'a [rules::Row],
    /// What could not be analysed.
    pub problems: &'a [Problem],
    /// How much there was.
    pub stats: &'a crate::Stats,
    /// Whether to tell how long the phases took.
    pub with_times: bool,
}

/// Makes the report. The order of flows, findings and problems in the input does not matter.
pub fn build(input: &Input) -> Report {
    let files = &input.project.files;
    let places = Places::new(files);
    let mut names = Fingerprints::default();
    let order = flow_order(input.flows);
    let mut flow_ids = vec![String::new(); input.flows.len()];
    for &index in &order {
        flow_ids[index] = names.flow(&input.flows[index], files);
    }
    let shown = order
        .par_iter()
        .map(|&index| flow(input, &input.flows[index], input.consents.get(index), flow_ids[index].clone(), &places));
    let flows: Vec<Flow> = shown.collect();
    let rank = ranks(&order);
    let mut judged: Vec<&rules::Finding> = input.findings.iter().collect();
    judged
        .sort_by_key(|finding| (finding.span, finding.flow.map(|index| rank[index]), finding.clause, &finding.message));
    let findings: Vec<Finding> = judged
        .iter()
        .map(|judgement| {
            let flow = judgement.flow.map(|index| flow_ids[index].clone());
            let subject = flow.as_deref().unwrap_or_else(|| line_text(files, judgement.span));
            finding(judgement, names.finding(judgement.clause, subject), flow.clone(), &places)
        })
        .collect();
    Report {
        schema_version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        project: project(input),
        clauses: input.rows.iter().map(|row| clause(row, &findings, &places)).collect(),
        inventory: Inventory {
            data: inventory::items(&flows, &findings, input.calls, &places, input.models, input.operator),
            parties: inventory::infos(input.parties, &flows, input.models, &places),
            platform: inventory::presence::kinds(input.project, &places, input.code),
        },
        findings,
        flows,
        diagnostics: diagnostics::list(input.problems, &places),
        stats: stats(input),
    }
}

/// Indices of the flows, by place of the sink, then by data, then by place of the source, then by all that is left.
fn flow_order(flows: &[taint::Flow]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..flows.len()).collect();
    order.sort_by_cached_key(|&index| {
        let flow = &flows[index];
        let sink = flow.sink.span;
        let ends = (sink.file, sink.start, flow.data.clone(), flow.source.span, sink.end);
        let models = (flow.source.model.clone(), flow.sink.model.clone(), flow.form);
        let all = (flow.sink.in_destination, flow.sink.destinations.clone());
        let target = (flow.sink.kind.clone(), flow.sink.destination.clone(), all, flow.sink.path.clone());
        let way: Vec<_> = flow.steps.iter().map(|step| (step.span, step.kind, step.note.clone())).collect();
        (ends, models, target, way)
    });
    order
}

fn ranks(order: &[usize]) -> Vec<usize> {
    let mut ranks = vec![0; order.len()];
    for (rank, &index) in order.iter().enumerate() {
        ranks[index] = rank;
    }
    ranks
}

/// The name that matters at a step; of code that is described by a model, that under which it is called.
fn note(step: &taint::Step, places: &Places) -> String {
    match step.kind {
        StepKind::Step if step.note.is_empty() => callee(places.code(step.span)).unwrap_or_default().to_owned(),
        _ => step.note.clone(),
    }
}

fn flow(input: &Input, flow: &taint::Flow, consent: Option<&consent::Consent>, id: String, places: &Places) -> Flow {
    let unknown = consent::Consent::default();
    let consent = consent.unwrap_or(&unknown);
    let evidence = consent.evidence.iter().map(|place| places.location(*place));
    let step = |step: &taint::Step| Step {
        location: places.location(step.span),
        kind: step.kind,
        key: step.key,
        note: note(step, places),
    };
    let mut features = flow.features.clone();
    features.sort_unstable();
    features.dedup();
    Flow {
        id,
        data: flow.data.clone(),
        form: flow.form,
        source: Source {
            model: flow.source.model.clone(),
            confidence: flow.source.confidence,
            location: places.location(flow.source.span),
        },
        sink: Sink {
            model: flow.sink.model.clone(),
            kind: flow.sink.kind.clone(),
            recipient: inventory::name_of(
                &flow.sink.model,
                flow.sink.destination.as_deref(),
                input.operator,
                input.models,
            ),
            destination: flow.sink.destination.clone(),
            destinations: flow.sink.destinations.clone(),
            location: places.location(flow.sink.span),
            path: flow.sink.path.clone(),
        },
        steps: flow.steps.iter().map(step).collect(),
        features,
        consent: Consent { status: consent.status, evidence: evidence.collect() },
    }
}

fn finding(judgement: &rules::Finding, id: String, flow: Option<String>, places: &Places) -> Finding {
    let related = judgement
        .related
        .iter()
        .map(|(span, message)| Related { location: places.location(*span), message: message.clone() });
    Finding {
        id,
        clause: judgement.clause.to_owned(),
        also: judgement.also.iter().map(|&clause| clause.to_owned()).collect(),
        level: judgement.level,
        confidence: judgement.confidence,
        message: judgement.message.clone(),
        help: judgement.help.clone(),
        data: judgement.data.clone(),
        flow,
        location: places.location(judgement.span),
        related: related.collect(),
        suppressed: None,
    }
}

fn clause(row: &rules::Row, findings: &[Finding], places: &Places) -> ClauseInfo {
    let bearing = findings.iter().filter(|finding| finding.bears_on(&row.id));
    ClauseInfo {
        id: row.id.clone(),
        title: row.title.clone(),
        status: row.status,
        findings: bearing.map(|finding| finding.id.clone()).collect(),
        evidence: row.evidence.iter().map(|place| places.location(*place)).collect(),
        note: row.note.clone(),
        attestation: row.attestation.as_ref().map(attestation),
    }
}

fn attestation(attestation: &rules::operator::Attestation) -> BTreeMap<String, String> {
    let optional = [("until", &attestation.until), ("evidence", &attestation.evidence)];
    let mut keys: BTreeMap<String, String> = [("statement", &attestation.statement), ("by", &attestation.by)]
        .map(|(key, text)| (key.to_owned(), text.clone()))
        .into();
    keys.extend(optional.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text.clone()?))));
    keys
}

fn project(input: &Input) -> ProjectInfo {
    let routes = |kind: UnitKind| {
        let units = input.project.units.iter().filter(|unit| unit.kind == kind);
        units.map(|unit| unit.route.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    ProjectInfo {
        root: input.root.to_owned(),
        kind: match input.project.kind {
            _ if input.project.files.are_recovered() => "wxapkg",
            ProjectKind::MiniProgram => "mini-program",
            ProjectKind::Plugin => "plugin",
            ProjectKind::Modules => "modules",
        },
        app_id: input.project.app_id.clone(),
        pages: routes(UnitKind::Page),
        components: routes(UnitKind::Component),
    }
}

fn stats(input: &Input) -> Stats {
    let files = &input.project.files;
    let phases = input.stats.phases.iter().filter(|_| input.with_times);
    Stats {
        files: files.shown().len(),
        unparsed_files: unparsed_files(files, input.problems).len(),
        unfinished_files: unfinished_files(files, input.problems).len(),
        lines: files.shown().iter().map(|file| file.text.lines().count()).sum(),
        bytes: files.shown().iter().map(|file| file.text.len()).sum(),
        nodes: input.stats.nodes,
        edges: input.stats.edges,
        sources: input.stats.sources,
        sinks: input.stats.sinks,
        phase_ms: phases.map(phase).collect(),
    }
}

/// The name of a phase and its milliseconds.
pub fn phase((name, time): &(&'static str, Duration)) -> (String, u64) {
    ((*name).to_owned(), u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// Paths of the files of which nothing could be analysed: those that a problem of the gravest level names.
pub fn unparsed_files<'a>(files: &'a Files, problems: &'a [Problem]) -> BTreeSet<&'a str> {
    let grave = problems.iter().filter(|problem| problem.level == ProblemLevel::Error && problem.code != NO_PAGE);
    paths(files, grave)
}

/// Paths of the files of which only a part could be analysed.
pub fn unfinished_files<'a>(files: &'a Files, problems: &'a [Problem]) -> BTreeSet<&'a str> {
    paths(files, problems.iter().filter(|problem| problem.code == BUDGET))
}

fn paths<'a>(files: &'a Files, problems: impl Iterator<Item = &'a Problem>) -> BTreeSet<&'a str> {
    let path = |problem: &'a Problem| problem.file().map(|id| files.get(id).path.as_str()).or(problem.path.as_deref());
    problems.filter_map(path).collect()
}

/// The problem of a program that names no page: its file was read.
pub const NO_PAGE: &str = "no-page";
/// The problem of a module that takes too much work.
const BUDGET: &str = "budget-module";
