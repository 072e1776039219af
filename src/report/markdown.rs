//! A report as Markdown, to be a comment on a pull request. Knows no other format.

use std::fmt::Write;

use super::model::{Finding, Location};
use super::steps::{beside, told};
use super::{Titled, View, words};
use crate::base::Text;
use crate::rules::Status;

/// GitHub takes comments of 65,536 characters; what lies beyond this is counted and not shown.
const MAX_BYTES: usize = 60_000;
/// Places at which the same was found that are named; the others are counted.
const MAX_ALIKE: usize = 100;

/// A summary, the clauses that something is known of, and the findings with their paths, the gravest first.
pub fn render(view: &View) -> String {
    let lang = view.lang();
    let mut out = format!("## wxray\n\n{}\n", escape(words::summary(view.report).get(lang)));
    clauses(view, &mut out);
    let findings = view.gravest_first();
    let mut shown = 0;
    for (finding, alike) in view.in_sorts(&findings) {
        let block = of_finding(view, finding) + &elsewhere(view, &alike);
        if MAX_BYTES < out.len() + block.len() {
            let _ = writeln!(out, "\n{}", escape(words::not_shown(findings.len() - shown).get(lang)));
            break;
        }
        shown += 1 + alike.len();
        out.push_str(&block);
    }
    diagnostics(view, &mut out);
    out
}

fn clauses(view: &View, out: &mut String) {
    let is_known = |status: Status| !matches!(status, Status::NeedsAttestation | Status::NotApplicable);
    let known: Vec<_> = view.report.clauses.iter().filter(|clause| is_known(clause.status)).collect();
    if known.is_empty() {
        return;
    }
    let head = Text::new("| 条款 | 状态 | 发现 |", "| clause | status | findings |");
    let _ = write!(out, "\n{}\n| --- | --- | ---: |\n", head.get(view.lang()));
    for clause in known {
        let title = escape(clause.title.get(view.lang()));
        let status = words::status(clause.status);
        let _ = writeln!(out, "| {} {title} | {} | {} |", clause.id, status.get(view.lang()), clause.findings.len());
    }
}

fn of_finding(view: &View, finding: &Finding) -> String {
    let lang = view.lang();
    let level = words::level(finding.level);
    let message = escape(finding.message.get(lang));
    let mut out = format!("\n<details><summary><b>{} {}</b> {message}</summary>\n\n", level.get(lang), finding.clause);
    if let Some(titled) = view.flow_of(finding) {
        steps(view, titled, &mut out);
        for related in beside(finding, titled.flow) {
            let _ = writeln!(out, "\n{} {}", escape(related.message.get(lang)), place(view, &related.location));
        }
    } else {
        let _ = writeln!(out, "- {}", place(view, &finding.location));
        for related in &finding.related {
            let _ = writeln!(out, "- {} {}", place(view, &related.location), escape(related.message.get(lang)));
        }
    }
    if let Some(why) = &finding.suppressed {
        let _ = writeln!(out, "\n{}", escape(words::suppression(why).get(lang)));
    }
    let help = format!("{}{}", words::help().get(lang), finding.help.get(lang));
    let _ =
        write!(out, "\n{}\n\n<sub>{}{}</sub>\n</details>\n", escape(&help), words::finding_id().get(lang), finding.id);
    out
}

/// The places of findings that say the same as the one before.
fn elsewhere(view: &View, alike: &[&Finding]) -> String {
    if alike.is_empty() {
        return String::new();
    }
    let head = escape(words::same_elsewhere(alike.len()).get(view.lang()));
    let mut out = format!("\n<details><summary>{head}</summary>\n\n");
    for finding in alike.iter().take(MAX_ALIKE) {
        let _ = writeln!(out, "- {} <sub>{}</sub>", place(view, &finding.location), finding.id);
    }
    if MAX_ALIKE < alike.len() {
        let _ = writeln!(out, "\n{}", escape(words::not_shown(alike.len() - MAX_ALIKE).get(view.lang())));
    }
    out.push_str("\n</details>\n");
    out
}

/// The key steps of the path, numbered.
fn steps(view: &View, titled: Titled, out: &mut String) {
    for (number, step) in told(titled.flow, view.files, 0).steps.into_iter().enumerate() {
        let text = words::step(step, titled);
        let _ = writeln!(out, "{}. {} {}", number + 1, place(view, &step.location), escape(text.get(view.lang())));
    }
}

fn place(view: &View, location: &Location) -> String {
    format!("<code>{}:{}</code>", escape(&view.path(location)), location.start.line)
}

fn diagnostics(view: &View, out: &mut String) {
    let lang = view.lang();
    let told: Vec<_> = view.report.diagnostics.iter().filter(|diagnostic| diagnostic.level != "note").collect();
    if told.is_empty() {
        return;
    }
    let head = Text::new("未能完整分析", "not wholly analysed");
    let _ = write!(out, "\n<details><summary>{} ({})</summary>\n\n", head.get(lang), told.len());
    for (shown, diagnostic) in told.iter().enumerate() {
        if MAX_BYTES < out.len() {
            let _ = writeln!(out, "\n{}", escape(words::not_shown(told.len() - shown).get(lang)));
            break;
        }
        let at = diagnostic.location.as_ref().map(|location| place(view, location)).unwrap_or_default();
        let _ = writeln!(out, "- {at} {}", escape(diagnostic.message.get(lang)));
    }
    out.push_str("\n</details>\n");
}

/// A text of one line that is neither Markdown nor HTML, nor a mention of anybody: every mark becomes an entity.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            ' ' | ',' | '.' | ';' | '/' | '(' | ')' | '?' | '%' | '-' | '+' | '=' => out.push(c),
            c if c.is_ascii_punctuation() => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    super::text::clean(&out)
}
