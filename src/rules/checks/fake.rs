//! Clause 14.1.1: gates that are none: a box that is ticked from the start, consent that the program gives itself.
//! Clause 14.1.2: cameras that nobody sees. Knows templates as texts.

use super::super::case::Source;
use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level};
use crate::base::{FileKind, Span, Text};

/// Bytes around a box in which its text is looked for.
const AROUND: usize = 240;

/// Looks through templates, and scripts that answer the platform.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let collects = case.flows.iter().any(|flow| Case::is_live(flow) && case.is_personal(&flow.data));
    for source in case.texts.iter().filter(|source| source.is_shipped) {
        match source.kind {
            FileKind::Wxml => {
                if collects {
                    boxes(case, source, findings);
                }
                hidden(source, findings);
            }
            FileKind::Json | FileKind::Wxs => {}
            _ => answers(case, source, findings),
        }
    }
}

/// Agreement boxes that are ticked before anyone has touched them.
fn boxes(case: &Case<'_>, source: &Source, findings: &mut Vec<Finding>) {
    for range in words("ticked_box").find_all(&source.text) {
        let tag = &source.text[range.clone()];
        let is_ticked = match words("bound_tick").captures(tag).into_iter().next().map(|name| &tag[name]) {
            Some("true") | None => true,
            Some("false") => false,
            Some(name) => is_true_at_first(case, source, name),
        };
        if !is_ticked || !is_agreement(&source.text, &range) {
            continue;
        }
        let message = Text::new(
            "协议框默认已勾选，不构成有效同意",
            "the agreement box is ticked from the start, which is no consent",
        );
        findings.push(Finding {
            also: vec!["14.2.4"],
            help: Text::new("默认不勾选，由用户自己勾选", "leave it unticked, and let the user tick it"),
            ..Finding::at("14.1.1", Level::Violation, place(source, &range), message)
        });
    }
}

fn is_agreement(text: &str, range: &std::ops::Range<usize>) -> bool {
    let (mut start, mut end) = (range.start.saturating_sub(AROUND / 3), (range.end + AROUND).min(text.len()));
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // What people read, without the tags between the words.
    let shown: String =
        text[start..end].split('<').map(|part| part.split_once('>').map_or(part, |(_, shown)| shown)).collect();
    words("agreement_text").are_in(&shown)
}

/// Whether the script of a template gives a field `true` in its initial state.
fn is_true_at_first(case: &Case<'_>, template: &Source, name: &str) -> bool {
    let unit = case.project.units.iter().find(|unit| unit.template == Some(template.file));
    let script =
        unit.and_then(|unit| unit.script).and_then(|script| case.texts.iter().find(|text| text.file == script));
    let Some(text) = script.map(|script| script.text.as_str()) else { return false };
    let Some(data) = words("initial_state").find(text) else { return false };
    // The first mention behind `data: {` is the initial one.
    let rest = &text[data.end..];
    let rest = rest.split("},").next().unwrap_or(rest);
    let field = rest
        .split([',', '{', '\n'])
        .map(str::trim)
        .find(|field| field.split_once(':').is_some_and(|(key, _)| key.trim().trim_matches(['"', '\'']) == name));
    let value = field.and_then(|field| field.split_once(':')).map(|(_, value)| value.trim());
    value.is_some_and(|value| value.starts_with("true") || value.starts_with("!0"))
}

/// The program tells the platform that the user agreed, and has no button for it.
fn answers(case: &Case<'_>, source: &Source, findings: &mut Vec<Finding>) {
    let has_button =
        || case.texts.iter().any(|text| text.kind == FileKind::Wxml && words("agree_button").are_in(&text.text));
    let all = words("agree_answer").find_all(&source.text);
    let at_once = all.iter().find(|range| is_at_once(&source.text[..range.start]));
    let Some(range) = at_once.or_else(|| all.first().filter(|_| !has_button())) else { return };
    let message = Text::new(
        "没有等用户点击同意的按钮，就向平台回复“已同意”",
        "the platform is told that the user agreed, and no button to agree with was waited for",
    );
    findings.push(Finding {
        also: vec!["14.2.4"],
        help: Text::new(
            "提供 open-type=\"agreePrivacyAuthorization\" 的按钮，在其回调中再回复同意",
            "offer a button of the open type for privacy authorisation, and answer in its handler",
        ),
        ..Finding::at("14.1.1", Level::Violation, place(source, range), message)
    });
}

/// Whether what follows a text lies in a call that listens to the platform's question, and nobody is asked in between: then
/// no button is waited for, whether there is one or not.
fn is_at_once(before: &str) -> bool {
    let Some(listener) = words("asked_listener").find_all(before).pop() else { return false };
    let inside = &before[listener.end..];
    let mut depth = 1;
    let stays = inside.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        0 < depth
    });
    stays && !words("own_question").are_in(inside)
}

/// Cameras and streams that are too small, or too far away, to be seen.
fn hidden(source: &Source, findings: &mut Vec<Finding>) {
    for range in words("hidden_camera").find_all(&source.text) {
        let message = Text::new(
            "摄像头组件被隐藏，用户看不到正在拍摄",
            "a camera is hidden, so that users do not see that it films",
        );
        findings.push(Finding {
            confidence: Confidence::Medium,
            also: vec!["14.1.1"],
            help: Text::new("显示取景画面，并由用户点击拍摄", "show what it films, and film when the user taps"),
            ..Finding::at("14.1.2", Level::Warning, place(source, &range), message)
        });
    }
}

fn place(source: &Source, range: &std::ops::Range<usize>) -> Span {
    Span::new(source.file, range.start as u32, range.end as u32)
}
