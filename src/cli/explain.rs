//! `wxray explain`: the page of a clause, or what a model says. Knows where pages are, and not what they say.

use std::fmt::Write as _;

use super::args::Args;
use super::cannot_print;
use super::output;
use super::settings;
use super::status::Outcome;
use crate::base::text::Lang;
use crate::models::{About, Authorization, Models};
use crate::rules::{self, pages};

/// Runs `wxray explain WHAT`.
pub fn run(args: &Args, what: &str) -> Outcome {
    let lang = settings::lang(args.lang);
    match clause(what, lang).or_else(|| model(what, lang)) {
        Some(text) => output::print(text.as_bytes()).map_or_else(|error| cannot_print(&error), |()| Outcome::help()),
        None => Outcome::usage(format!("there is neither a clause nor a model {what}")),
    }
}

fn clause(id: &str, lang: Lang) -> Option<String> {
    if let Some(clause) = rules::clause(id) {
        let page = pages::page(id).map_or_else(String::new, |page| page.text(lang));
        let (text, present) = (clause.text.get(lang), clause.present.join(", "));
        let (edition, now) = match lang {
            Lang::Zh => ("条款（2018 版）", "现行编号"),
            Lang::En => ("The clause (edition of 2018)", "Its number now"),
        };
        return Some(format!(
            "{id} {}\n\n{edition}: {text}\n{now}: {present}\n\n{}\n",
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
        let word = if lang == Lang::Zh { "来源" } else { "source" };
        let _ = writeln!(text, "{id} ({word}): {}", titles.join(", "));
        for output in &source.outputs {
            let _ = writeln!(text, "  {}  {}", output.port, output.data);
        }
        about(&source.about, lang, &mut text);
    }
    if let Some(sink) = models.sinks.iter().find(|sink| sink.id == id) {
        let word = if lang == Lang::Zh { "去向" } else { "sink" };
        let _ = writeln!(text, "{id} ({word}): {}", rules::sink_title(&sink.kind).get(lang));
        for input in &sink.inputs {
            let _ = writeln!(text, "  {input}");
        }
        about(&sink.about, lang, &mut text);
    }
    if let Some(gate) = models.gates.iter().find(|gate| gate.id == id) {
        let word = if lang == Lang::Zh { "同意点" } else { "consent gate" };
        let _ = writeln!(text, "{id} ({word})");
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
        let _ = writeln!(text, "{}: {value}", if zh { zh_word } else { en_word });
    };
    if !about.clauses.is_empty() {
        line("相关条款", "clauses", &about.clauses.join(", "));
    }
    let authorization = about.privacy_authorization.map(|it| match it {
        Authorization::Direct => if zh { "调用时由平台询问" } else { "the platform asks at the call" }.to_owned(),
        Authorization::ThroughTrigger => {
            let triggers = about.triggers.join(", ");
            if zh { format!("由 {triggers} 触发时询问") } else { format!("the platform asks at {triggers}") }
        }
    });
    let pairs = [
        ("权限", "permission", &about.scope),
        ("指引中的信息类型", "type in the privacy guideline", &about.privacy_type),
        ("须声明", "to be declared", &about.required_private_info),
        ("隐私授权", "privacy authorisation", &authorization),
        ("始于", "since", &about.since),
        ("变更", "changed", &about.deprecated),
        ("说明", "note", &about.note),
    ];
    for (zh_word, en_word, value) in pairs {
        if let Some(value) = value {
            line(zh_word, en_word, value);
        }
    }
}
