//! Clause 14.1.3: refusal that ends the program, dialogs without a way to refuse, a first page that is a wall. Knows
//! the words of refusal; what is called at the end is data.

use std::ops::Range;

use super::super::case::Source;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level};
use super::refusal::{Answer, answer, refused_part};
use crate::base::{FileKind, Span, Text, pattern};

/// Bytes before the end of the program in which the words of a dialog are looked for.
const BEFORE: usize = 900;

/// Looks through scripts and the first page.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for source in case.texts.iter().filter(|source| source.is_shipped && source.kind != FileKind::Json) {
        for range in words("exit_call").find_all(&source.text) {
            exit(case, source, &range, findings);
        }
        for range in words("forced_text").find_all(&source.text) {
            forced_text(source, &range, findings);
        }
        if source.kind.is_script() {
            findings.extend(asked_again(source));
        }
    }
    wall(case, findings);
}

/// A request that is made once more as soon as it was refused: by itself, or by a call of the method that makes it.
fn asked_again(source: &Source) -> Option<Finding> {
    let text = source.text.as_str();
    let is_refusal_of = |asking: usize, at: usize| {
        // Users who come back from the settings may have changed their minds.
        let is_at_once = asking < at && !words("settings_call").are_in(&text[asking..at]);
        is_at_once
            && matches!(answer(text, at), Some(Answer::Refused { .. }))
            && refused_part(text, at).is_some_and(|part| part.contains(&asking))
    };
    let asks = words("asking_call").find_all(text);
    let (first, again) = asks.iter().find_map(|asking| {
        let same = |other: &&Range<usize>| text[(**other).clone()] == text[asking.clone()];
        let directly = asks.iter().filter(same).find(|other| is_refusal_of(asking.start, other.start));
        let by_method = || {
            let (name, _) = enclosing(&text[..asking.start]);
            let call = pattern::compile(&format!(r"(?:\b\w+\.)?\b{}\s*\(", name?)).ok()?;
            call.find_iter(text).map(|found| found.range()).find(|call| is_refusal_of(asking.start, call.start))
        };
        Some((asking.clone(), directly.cloned().or_else(by_method)?))
    })?;
    let message = Text::new("用户拒绝后立即再次请求授权", "what was refused is asked for again at once");
    let span = |range: &Range<usize>| Span::new(source.file, range.start as u32, range.end as u32);
    Some(Finding {
        confidence: Confidence::Medium,
        related: vec![(span(&first), Text::new("在这里请求", "it is asked for here"))],
        help: Text::new(
            "拒绝后不再询问，等用户再次触发该功能时再请求，并说明用途",
            "ask no more after a refusal until the user wants the function again, and say what for",
        ),
        ..Finding::at("14.1.3", Level::Warning, span(&again), message)
    })
}

/// The end of the program behind a refusal: in the handler of a refusing button, or the branch of a refused dialog.
fn exit(case: &Case<'_>, source: &Source, range: &Range<usize>, findings: &mut Vec<Finding>) {
    let mut start = range.start.saturating_sub(BEFORE);
    while !source.text.is_char_boundary(start) {
        start += 1;
    }
    let (name, before) = enclosing(&source.text[start..range.start]);
    let is_refused = match answer(&source.text, range.start) {
        Some(Answer::Refused { by_result }) => by_result || words("consent_text").are_in(before),
        Some(Answer::Agreed) => false,
        None => name.is_some_and(|name| is_refusing(case, source, name)),
    };
    if !is_refused {
        return;
    }
    let message = Text::new("用户拒绝授权后直接退出小程序", "the mini-program closes when the user refuses");
    findings.push(Finding {
        also: vec!["14.1.1"],
        help: Text::new(
            "拒绝后返回浏览，只停用相关功能；在用户再次触发该功能时再询问",
            "let users browse on after a refusal, disable only the function concerned, and ask again when they want it",
        ),
        ..Finding::at("14.1.3", Level::Violation, Span::new(source.file, range.start as u32, range.end as u32), message)
    });
}

/// The method that the end of a text lies in: its name, and the text from there on.
pub(super) fn enclosing(text: &str) -> (Option<&str>, &str) {
    let methods = words("method").captures(text);
    let is_callback = |name: &str| words("not_a_method").are_in(name);
    match methods.into_iter().rfind(|found| !is_callback(&text[found.clone()])) {
        Some(found) => (Some(&text[found.clone()]), &text[found.start..]),
        None => (None, text),
    }
}

/// Whether a method is the handler of a button that refuses.
fn is_refusing(case: &Case<'_>, source: &Source, name: &str) -> bool {
    let unit = case.project.units.iter().find(|unit| unit.script == Some(source.file));
    let Some(template) = unit.and_then(|unit| unit.template) else { return false };
    let text = &case.project.files.get(template).text;
    text.match_indices(&format!("\"{name}\"")).any(|(at, _)| {
        let inner = text[at..].split('>').nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
        words("refuse_text").are_in(inner)
    })
}

fn forced_text(source: &Source, range: &Range<usize>, findings: &mut Vec<Finding>) {
    let from = source.text[..range.start].rfind("wx.").unwrap_or(range.start);
    let to = (range.end + 300).min(source.text.len());
    let call = source.text.get(from..to).unwrap_or_default();
    if source.kind == FileKind::Wxml || !words("show_cancel_off").are_in(call) {
        return;
    }
    let message = Text::new(
        "以“不授权就不能使用”的弹窗要求用户提供信息，且没有取消按钮",
        "a dialog without a way to cancel tells users that they must agree before they can go on",
    );
    findings.push(Finding {
        confidence: Confidence::Medium,
        help: Text::new("保留取消按钮，取消后允许继续浏览", "keep the cancel button, and let users browse on"),
        ..Finding::at("14.1.3", Level::Warning, Span::new(source.file, range.start as u32, range.end as u32), message)
    });
}

/// A first page on which there is nothing to do but to hand over a phone number or a profile.
fn wall(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let first = case.project.entry_page.map(|id| case.project.unit(id));
    let Some(template) = first.and_then(|unit| unit.template) else { return };
    let Some(source) = case.texts.iter().find(|source| source.file == template) else { return };
    let Some(range) = words("login_wall").find(&source.text) else { return };
    if words("other_way").are_in(&source.text) {
        return;
    }
    let message = Text::new(
        "首页除授权按钮外没有其他可用操作，用户不提供信息就无法使用",
        "the first page offers nothing but to hand over personal data",
    );
    findings.push(Finding {
        confidence: Confidence::Medium,
        help: Text::new(
            "首页先展示内容，在需要时再请求，并提供“暂不登录”",
            "show content first, ask when it is needed, and let users skip it",
        ),
        ..Finding::at("14.1.3", Level::Warning, Span::new(source.file, range.start as u32, range.end as u32), message)
    });
}
