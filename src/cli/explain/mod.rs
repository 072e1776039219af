//! `wxray explain`: the page of a clause, what a model says, a finding with its way. Knows where pages are, and not what
//! they say.

mod entry;

use super::args::{Args, Explain};
use super::cannot_print;
use super::inventory::analyse_one;
use super::output;
use super::settings::{self, Stream};
use super::status::{Outcome, did_you_mean};
use crate::base::Text;
use crate::base::text::{self as words, Lang};
use crate::models::{Models, neutral};
use crate::report::{Look, Titled, View, text};
use crate::rules::{self, pages};

/// Runs `wxray explain WHAT`.
pub fn run(args: &Args, explain: &Explain) -> Outcome {
    let (what, lang) = (explain.what.as_str(), settings::lang(args.lang));
    if let Some(text) = clause(what, lang).or_else(|| entry::explain(what, lang)) {
        let told = format!("{what} explained");
        return output::print(text.as_bytes()).map_or_else(|error| cannot_print(&error), |()| Outcome::success(told));
    }
    if is_fingerprint(what) {
        return finding(args, explain, what).unwrap_or_else(|outcome| outcome);
    }
    Outcome::usage(did_you_mean(
        format!("没有名为 {what} 的条款、模型、接口、数据类别、接收方或发现"),
        format!("there is no clause, model, API, category, recipient or finding {what}"),
        nearest(what).as_deref(),
    ))
}

fn is_fingerprint(what: &str) -> bool {
    what.len() == 16 && what.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What is called most like this.
fn nearest(what: &str) -> Option<String> {
    let models = Models::load(true, &[]).ok()?;
    let mut names: Vec<String> = models.sources.iter().map(|it| it.id.clone()).collect();
    names.extend(models.sinks.iter().map(|it| it.id.clone()));
    names.extend(models.gates.iter().map(|it| it.id.clone()));
    names.extend(models.steps.iter().map(|it| it.id.clone()));
    names.extend(models.categories.iter().map(|it| it.slug.clone()));
    names.extend(neutral().into_iter().flat_map(|it| it.names));
    let names = names.iter().map(String::as_str).chain(rules::clauses().iter().map(|clause| clause.id.as_str()));
    words::nearest(what, names, |id| id.len().div_ceil(5)).map(str::to_owned)
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
        let comma = if lang == Lang::Zh { "、" } else { ", " };
        let (text, present) = (clause.text.get(lang), clause.present.join(comma));
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
    rules::packs::packs().iter().flat_map(|pack| &pack.rules).find(|rule| rule.id == id).map(|rule| of_pack(rule, lang))
}

/// A rule of a pack: what is looked for, which clauses it follows, what the operator is asked.
fn of_pack(rule: &rules::packs::Rule, lang: Lang) -> String {
    let heads = match lang {
        Lang::Zh => ["查找的证据，及如何修改", "随这些条款的发现而定", "由运营者说明"],
        Lang::En => {
            ["Evidence looked for, and how to mend it", "Findings of these clauses bear on it", "For the operator"]
        }
    };
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    let found = rule.evidence().map(|(said, help)| format!("- {}{colon}{}", said.get(lang), help.get(lang)));
    let followed = rule.from.iter().map(|id| format!("- {id}"));
    let parts = [found.collect::<Vec<_>>(), followed.collect(), vec![rule.question.get(lang).to_owned()]];
    let sections = heads.iter().zip(parts).filter(|(_, lines)| !lines.is_empty());
    let sections: Vec<String> =
        sections.map(|(head, lines)| format!("\n## {head}\n\n{}\n", lines.join("\n"))).collect();
    format!("{} {}\n{}", rule.id, rule.title.get(lang), sections.concat())
}
