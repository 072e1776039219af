//! The checks of the clauses, a file for each subject. Of a flow the most specific check that says something speaks;
//! transport and keeping are another cause, and judged beside.

mod consent;
mod covert;
mod credentials;
mod disclosure;
pub mod evidence;
mod fake;
mod forced;
mod location;
mod others;
mod protection;
mod purpose;
mod rights;
pub mod secrets;
mod sharing;
mod texts;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::hosts::Recipient;
use super::{Case, Confidence, Finding, Level, SERVER_DATA, data_title, leaves_page, sink_act, sink_title};
use crate::base::text::spaced;
use crate::base::{Span, Text};
use crate::taint::{Flow, Form};

/// The clause under which data that leaves is remarked on.
const REMARKED: &str = "14.2.4";

/// A check of one flow.
type FlowCheck = fn(&Case<'_>, usize, &Flow) -> Option<Finding>;

/// From the most specific on; the first one that says something is heard.
const OF_FLOWS: [FlowCheck; 10] = [
    credentials::judge,
    sharing::judge,
    disclosure::judge,
    covert::judge,
    location::after_refusal,
    location::drift,
    credentials::relations,
    purpose::judge,
    consent::judge,
    others::judge,
];

/// What is said of the program as a whole, each without the others.
const OF_PROGRAM: [fn(&Case<'_>, &mut Vec<Finding>); 6] =
    [secrets::judge, texts::judge, forced::judge, purpose::decided, rights::judge, fake::judge];

/// All findings of the clauses of the document.
pub fn all(case: &Case<'_>) -> Vec<Finding> {
    let judged = case.flows.par_iter().enumerate().filter(|&(index, flow)| case.is_met(index, flow)).filter_map(
        |(index, flow)| {
            let says_little = case.is_short_part(flow) || case.is_of_another_use(flow);
            let checks = if says_little { &[][..] } else { &OF_FLOWS };
            let found = checks.iter().find_map(|check| check(case, index, flow));
            found.or_else(|| remark(case, index, flow))
        },
    );
    let mut findings = once_for_each_cause(case, judged.collect());
    protection::judge(case, &mut findings);
    without_echoes(case, &mut findings);
    let of_program: Vec<Vec<Finding>> = rayon::join(
        || location::judge(case, &mut findings),
        || OF_PROGRAM.par_iter().map(|check| said_by(*check, case)).collect(),
    )
    .1;
    findings.extend(of_program.into_iter().flatten());
    consent::disclosure(case, &mut findings);
    findings
}

fn said_by(check: fn(&Case<'_>, &mut Vec<Finding>), case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    check(case, &mut findings);
    findings
}

/// The same judgement about the same cause and data is one finding, whatever the number of flows: the gravest, by the
/// flow that is easiest to follow. Of remarks there is one for each flow.
fn once_for_each_cause(case: &Case<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let mut best: BTreeMap<_, Finding> = BTreeMap::new();
    let mut remarks = Vec::new();
    for finding in findings {
        if finding.level == Level::Note {
            remarks.push(finding);
            continue;
        }
        let key = (finding.clause, cause(case, &finding), finding.data.clone(), finding.message.en.clone());
        match best.get(&key) {
            Some(known) if weight(case, &finding) <= weight(case, known) => {}
            _ => drop(best.insert(key, finding)),
        }
    }
    let mut told: BTreeMap<_, Finding> = BTreeMap::new();
    for finding in best.into_values() {
        // Several sources that reach one place are one cause, too.
        let key = (finding.clause, finding.span, finding.message.en.clone());
        match told.get(&key) {
            Some(known) if weight(case, &finding) <= weight(case, known) => {}
            _ => drop(told.insert(key, finding)),
        }
    }
    remarks.extend(told.into_values());
    remarks
}

/// A remark on data that another finding tells of at the same place says nothing more.
fn without_echoes(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let sink = |finding: &Finding| finding.flow.map(|index| case.flows[index].sink.span);
    let told: BTreeSet<(Option<Span>, String)> = findings
        .iter()
        .filter(|finding| finding.level != Level::Note)
        .flat_map(|finding| finding.data.iter().map(move |data| (sink(finding), data.clone())))
        .collect();
    let is_told = |finding: &Finding| finding.data.iter().all(|data| told.contains(&(sink(finding), data.clone())));
    findings.retain(|finding| finding.level != Level::Note || finding.clause != REMARKED || !is_told(finding));
}

/// What has to be changed: an input that asks for what it must not, else the place of the finding. Where call paths were
/// put together, data seems to reach many places at once: what it comes from tells the cause. So it does where a library
/// sends it, whose code is not the program's to change.
fn cause(case: &Case<'_>, finding: &Finding) -> Span {
    let flow = finding.flow.map(|index| &case.flows[index]);
    let is_asked_for = |flow: &Flow| matches!(finding.clause, "14.2.9" | "14.1.2") && case.is_typed(flow);
    let is_of_library = |flow: &Flow| case.models.copy_of_library(case.path(flow.sink.span.file)).is_some();
    let is_told_by_source = |flow: &&Flow| is_asked_for(flow) || Case::is_broadened(flow) || is_of_library(flow);
    flow.filter(is_told_by_source).map_or(finding.span, |flow| flow.source.span)
}

/// How grave a finding is, and how well its flow can be followed; of two that are alike the earlier one stays.
fn weight(case: &Case<'_>, finding: &Finding) -> impl Ord + use<> {
    let flow = finding.flow.map(|index| &case.flows[index]);
    let is_sent = |flow: &Flow| matches!(flow.sink.kind.as_str(), "network" | "cloud");
    let jumps = |flow: &Flow| flow.steps.windows(2).filter(|pair| pair[0].span.file != pair[1].span.file).count();
    (
        finding.level,
        flow.is_some_and(Case::is_certain),
        flow.is_some_and(|flow| !Case::is_vague(flow)),
        flow.is_some_and(|flow| flow.features.is_empty()),
        flow.is_some_and(is_sent),
        flow.map(|flow| Reverse((jumps(flow), flow.steps.len()))),
    )
}

/// That data leaves the page is worth a note where nothing else is to be said: what the server does with it is open.
fn remark(case: &Case<'_>, index: usize, flow: &Flow) -> Option<Finding> {
    let is_own = case.recipient(flow) == Recipient::Own;
    if !leaves_page(&flow.sink.kind)
        || is_own
        || case.is_gated(index)
        || (Case::is_vague(flow) && case.is_described(&flow.data))
    {
        return None;
    }
    let help = Text::new(
        "请确认在此之前已向用户说明用途并取得明确同意，且隐私保护指引中已列出该信息；不需要的字段请勿发送",
        "make sure that the user was told the purpose and agreed before this point, and that the privacy guideline lists \
         this data; do not send what is not needed",
    );
    let message = flow_message(case, flow);
    Some(Finding {
        confidence: flow.source.confidence.max(Confidence::Medium),
        help,
        ..of_flow(case, index, flow, REMARKED, Level::Note, message)
    })
}

/// A finding at the sink of a flow, with its source beside.
fn of_flow(_case: &Case<'_>, index: usize, flow: &Flow, clause: &'static str, level: Level, message: Text) -> Finding {
    Finding {
        confidence: flow.source.confidence,
        data: vec![flow.data.clone()],
        flow: Some(index),
        related: vec![(flow.source.span, Text::new("数据从这里进入程序", "the data enters the program here"))],
        ..Finding::at(clause, level, flow.sink.span, message)
    }
}

/// What flows from where to where.
fn flow_message(case: &Case<'_>, flow: &Flow) -> Text {
    let data = data_title(&flow.data, case.models);
    let form = form_words(flow.form);
    let sink = sink_title(&flow.sink.kind);
    let destination = flow.sink.destination.as_ref().map(|to| format!(" {to}")).unwrap_or_default();
    let source = &flow.source.model;
    let party = match case.recipient(flow) {
        Recipient::ThirdParty(party) => Text::new(format!("（{}）", party.name.zh), format!(" ({})", party.name.en)),
        _ => Text::default(),
    };
    let who = match () {
        () if flow.source.model == SERVER_DATA => "服务端返回的",
        () if case.is_typed(flow) && !data.zh.starts_with("用户") => "用户填写的",
        () => "",
    };
    let act = sink_act(&flow.sink.kind);
    Text::new(
        spaced(&[who, &data.zh, &form.zh, &act, &destination, &party.zh]),
        format!("{}{} from {source} flows to {}{destination}{}", data.en, form.en, sink.en, party.en),
    )
}

fn form_words(form: Form) -> Text {
    match form {
        Form::Raw => Text::default(),
        Form::Derived => Text::new("（派生数据）", " (derived)"),
        Form::Masked => Text::new("（已脱敏）", " (masked)"),
        Form::Hashed => Text::new("（已哈希）", " (hashed)"),
        Form::Encrypted => Text::new("（已加密）", " (encrypted)"),
    }
}

/// An address behind a Chinese sentence; nothing where none is known.
fn in_brackets(url: &str) -> String {
    if url.is_empty() { String::new() } else { format!("（{url}）") }
}

/// A message about the data of a flow: `{}` stands for its name.
fn about(case: &Case<'_>, flow: &Flow, zh: &str, en: &str) -> Text {
    let title = data_title(&flow.data, case.models);
    let zh: Vec<&str> = zh.split("{}").flat_map(|part| [&*title.zh, part]).skip(1).collect();
    Text::new(spaced(&zh), en.replace("{}", &title.en))
}
