//! `wxray explain`: the page of a clause, what a model says, a finding with its way. Knows where pages are, and not what
//! they say.

use std::fmt::Write as _;

use super::args::{Args, Explain};
use super::cannot_print;
use super::inventory::analyse_one;
use super::output;
use super::settings::{self, Stream};
use super::status::{Outcome, did_you_mean};
use crate::base::Text;
use crate::base::text::{self as words, Lang};
use crate::models::{About, Authorization, Models};
use crate::report::{Look, Titled, View, text};
use crate::rules::{self, pages};

/// Runs `wxray explain WHAT`.
pub fn run(args: &Args, explain: &Explain) -> Outcome {
    let (what, lang) = (explain.what.as_str(), settings::lang(args.lang));
    if let Some(text) = clause(what, lang).or_else(|| model(what, lang)) {
        let told = format!("{what} explained");
        return output::print(text.as_bytes()).map_or_else(|error| cannot_print(&error), |()| Outcome::success(told));
    }
    if is_fingerprint(what) {
        return finding(args, explain, what).unwrap_or_else(|outcome| outcome);
    }
    Outcome::usage(did_you_mean(
        format!("没有名为 {what} 的条款、模型或发现"),
        format!("there is no clause, model or finding {what}"),
        nearest(what).as_deref(),
    ))
}

fn is_fingerprint(what: &str) -> bool {
    what.len() == 16 && what.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The clause or model that is called most like this.
fn nearest(what: &str) -> Option<String> {
    let models = Models::load(true, &[]).ok()?;
    let sources = models.sources.iter().map(|it| it.id.as_str());
    let ids =
        sources.chain(models.sinks.iter().map(|it| it.id.as_str())).chain(models.gates.iter().map(|it| it.id.as_str()));
    let ids = ids.chain(rules::clauses().iter().map(|clause| clause.id.as_str()));
    words::nearest(what, ids, |id| id.len().div_ceil(5)).map(str::to_owned)
}

/// A finding or a flow of the program, and the page of its clause.
fn finding(args: &Args, explain: &Explain, id: &str) -> Result<Outcome, Outcome> {
    let (in_force, analysed) = analyse_one(args, &explain.common, &explain.project)?;
    let lang = settings::lang(in_force.lang);
    let look = Look { lang, with_suppressed: true, prefix: &analysed.prefix, fail_on: None };
    let view = View::new(&analysed.report, &analysed.project.files, look);
    let screen = settings::screen(args.color, Stream::Stdout);
    let report = &analysed.report;
    let text = if let Some(finding) = report.findings.iter().find(|finding| finding.id == id) {
        let mut text = text::render_finding(&view, finding, screen).map_err(|error| cannot_print(&error))?;
        text.extend(format!("\n{}", clause(&finding.clause, lang).unwrap_or_default()).bytes());
        text
    } else if let Some(flow) = report.flows.iter().find(|flow| flow.id == id) {
        text::render_flow(Titled::new(flow, report), &view, screen).map_err(|error| cannot_print(&error))?
    } else {
        let root = explain.project.display();
        return Err(Outcome::usage(Text::new(
            format!("{root} 中没有编号为 {id} 的发现；可用 --project 指定其他程序"),
            format!("there is no finding {id} in {root}; --project names another program"),
        )));
    };
    output::print(&text).map_err(|error| cannot_print(&error))?;
    Ok(Outcome::success(format!("{id} explained")))
}

fn clause(id: &str, lang: Lang) -> Option<String> {
    let by_number_now = || rules::clauses().iter().find(|clause| clause.present.iter().any(|now| now == id));
    if let Some(clause) = rules::clause(id).or_else(by_number_now) {
        let id = clause.id.as_str();
        let page = pages::page(id).map_or_else(String::new, |page| page.text(lang));
        let (text, present) = (clause.text.get(lang), clause.present.join(", "));
        let (edition, now) = match lang {
            Lang::Zh => ("条款（2018 版）：", "现行编号："),
            Lang::En => ("The clause (edition of 2018): ", "Its number now: "),
        };
        return Some(format!(
            "{id} {}\n\n{edition}{text}\n{now}{present}\n\n{}\n",
            clause.title.get(lang),
            page.trim()
        ));
    }
    let rule = rules::packs::packs().iter().flat_map(|pack| &pack.rules).find(|rule| rule.id == id)?;
    Some(format!("{id} {}\n\n{}\n", rule.title.get(lang), rule.question.get(lang)))
}

fn model(id: &str, lang: Lang) -> Option<String> {
    let models = Models::load(true, &[]).ok()?;
    let mut text = String::new();
    if let Some(source) = models.sources.iter().find(|source| source.id == id) {
        let mut data: Vec<&str> = source.outputs.iter().map(|output| output.data.as_str()).collect();
        data.sort_unstable();
        data.dedup();
        let titles: Vec<String> =
            data.iter().map(|data| rules::data_title(data, &models).get(lang).to_owned()).collect();
        let (zh, en) =
            (format!("{id}（来源）：{}", titles.join("、")), format!("{id} (source): {}", titles.join(", ")));
        let _ = writeln!(text, "{}", if lang == Lang::Zh { zh } else { en });
        for output in &source.outputs {
            let title = rules::data_title(&output.data, &models);
            let _ = writeln!(text, "  {}  {}", output.port, title.get(lang));
        }
        about(&source.about, lang, &mut text);
    }
    if let Some(sink) = models.sinks.iter().find(|sink| sink.id == id) {
        let title = rules::sink_title(&sink.kind);
        let (zh, en) = (format!("{id}（去向）：{}", title.zh), format!("{id} (sink): {}", title.en));
        let _ = writeln!(text, "{}", if lang == Lang::Zh { zh } else { en });
        for input in &sink.inputs {
            let _ = writeln!(text, "  {input}");
        }
        about(&sink.about, lang, &mut text);
    }
    if let Some(gate) = models.gates.iter().find(|gate| gate.id == id) {
        let word = if lang == Lang::Zh { "（同意点）" } else { " (consent gate)" };
        let _ = writeln!(text, "{id}{word}");
        for condition in &gate.granted {
            let value = condition.equals.as_ref().map_or(String::new(), |value| format!(" = {value}"));
            let _ = writeln!(text, "  {}{value}", condition.port);
        }
        about(&gate.about, lang, &mut text);
    }
    (!text.is_empty()).then_some(text)
}

fn about(about: &About, lang: Lang, text: &mut String) {
    let zh = lang == Lang::Zh;
    let mut line = |zh_word: &str, en_word: &str, value: &str| {
        let _ = writeln!(text, "{}{value}", if zh { format!("{zh_word}：") } else { format!("{en_word}: ") });
    };
    if !about.clauses.is_empty() {
        line("相关条款", "clauses", &about.clauses.join(if zh { "、" } else { ", " }));
    }
    let authorization = about.privacy_authorization.map(|it| match it {
        Authorization::Direct => if zh { "调用时由平台询问" } else { "the platform asks at the call" }.to_owned(),
        Authorization::ThroughTrigger => {
            let triggers = about.triggers.join(", ");
            if zh { format!("由 {triggers} 触发时询问") } else { format!("the platform asks at {triggers}") }
        }
    });
    // A user's own entry may have one language only.
    let in_zh = |own: &Option<String>, other: &Option<String>| {
        if zh { own.clone().or_else(|| other.clone()) } else { other.clone() }
    };
    let (changed, note) = (in_zh(&about.deprecated_zh, &about.deprecated), in_zh(&about.note_zh, &about.note));
    let pairs = [
        ("权限", "permission", &about.scope),
        ("指引中的信息类型", "type in the privacy guideline", &about.privacy_type),
        ("须声明", "to be declared", &about.required_private_info),
        ("隐私授权", "privacy authorisation", &authorization),
        ("始于", "since", &about.since),
        ("变更", "changed", &changed),
        ("说明", "note", &note),
    ];
    for (zh_word, en_word, value) in pairs {
        if let Some(value) = value {
            line(zh_word, en_word, value);
        }
    }
}
