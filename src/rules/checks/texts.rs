//! Clauses 14.3.3 and 14.2.6: what texts ask of users, and mini-programs that list mini-programs. Knows sentences as
//! far as their clauses go.

use super::super::words::words;
use super::super::{Case, Confidence, Finding, Level};
use crate::base::{FileKind, Span, Text, pattern};

/// Other mini-programs in one program from which on it is a directory.
const MANY_APPS: usize = 10;

/// Characters of a text beyond which it is no heading.
const MAX_HEADING: usize = 12;

/// Looks through what users see.
pub fn judge(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for source in case.texts.iter().filter(|source| source.is_shipped) {
        weakening(source, findings);
        pushing(source, findings);
    }
    directory(case, findings);
}

/// Sentences that ask users to weaken their phones.
fn weakening(source: &super::super::case::Source, findings: &mut Vec<Finding>) {
    for range in words("weaken").find_all(&source.text) {
        let Some(sentence) = sentence(&source.text, &range, source.kind) else { continue };
        if !words("demand").are_in(sentence) || words("warn_off").are_in(sentence) {
            continue;
        }
        let message = Text::new(
            format!("文案要求用户降低手机安全性：“{}”", sentence.trim()),
            format!("a text asks users to weaken their phones: “{}”", sentence.trim()),
        );
        findings.push(Finding {
            confidence: Confidence::Medium,
            help: Text::new(
                "删除该要求，并在普通权限下提供功能",
                "drop the demand, and offer the function with ordinary rights",
            ),
            ..Finding::at("14.3.3", Level::Warning, place(source, &range), message)
        });
    }
}

/// The sentence around a place, if it is one for people: in templates what stands between tags or in quotes, in scripts
/// what stands in quotes and is not plain ASCII without a blank.
fn sentence<'t>(text: &'t str, range: &std::ops::Range<usize>, kind: FileKind) -> Option<&'t str> {
    let ends: &[char] = match kind {
        FileKind::Wxml => &['<', '>', '"', '。', '！', '；', '\n', ';'],
        _ => &['"', '\'', '`', '。', '！', '；', '\n'],
    };
    let start =
        text[..range.start].rfind(ends).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[range.end..].find(ends).map_or(text.len(), |at| range.end + at);
    let said = &text[start..end];
    let is_quoted = kind == FileKind::Wxml || text[..start].ends_with(['"', '\'', '`', '。', '！', '；']);
    let is_prose = !said.is_ascii() || said.contains(' ');
    (is_quoted && is_prose && said.chars().count() <= 200).then_some(said)
}

/// Addresses at which search engines take in pages.
fn pushing(source: &super::super::case::Source, findings: &mut Vec<Finding>) {
    for range in words("search_push").find_all(&source.text) {
        let message = Text::new("向搜索引擎提交小程序数据", "data of the mini-program is submitted to a search engine");
        findings.push(Finding {
            confidence: Confidence::Medium,
            help: Text::new("删除向搜索引擎推送的代码", "remove the code that submits to search engines"),
            ..Finding::at("14.2.6", Level::Warning, place(source, &range), message)
        });
    }
}

/// A heading that offers a directory, or any text in a program that opens others.
fn directory(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let app_id = pattern::compile(r"\bwx[0-9a-f]{16}\b");
    let Ok(app_id) = app_id else { return };
    let ids: std::collections::BTreeSet<&str> = case
        .texts
        .iter()
        .filter(|source| source.is_shipped)
        .flat_map(|source| app_id.find_iter(&source.text).map(|found| found.as_str()))
        .filter(|id| case.project.app_id.as_deref() != Some(id))
        .collect();
    let opens = |source: &super::super::case::Source| source.is_shipped && words("opens_app").are_in(&source.text);
    let opens_others = case.texts.iter().any(opens);
    for source in case.texts.iter().filter(|source| source.is_shipped && source.kind != FileKind::Json) {
        let is_heading = |range: &std::ops::Range<usize>| {
            let said = sentence(&source.text, range, source.kind);
            said.is_some_and(|said| said.trim().chars().count() <= MAX_HEADING)
        };
        let mut found = words("directory_text").find_all(&source.text).into_iter();
        let Some(range) = found.find(|range| opens_others || is_heading(range)) else { continue };
        let is_sure = MANY_APPS <= ids.len();
        let message = Text::new(
            format!("提供小程序的搜索或导航（代码中有 {} 个其他小程序）", ids.len()),
            format!("offers a search for or a directory of mini-programs ({} others are named)", ids.len()),
        );
        findings.push(Finding {
            confidence: if is_sure { Confidence::High } else { Confidence::Medium },
            help: Text::new(
                "去掉小程序的搜索与聚合导航，只保留少量合作方入口",
                "drop search and directory, and keep a few links to partners",
            ),
            ..Finding::at("14.2.6", Level::Warning, place(source, &range), message)
        });
        return;
    }
}

fn place(source: &super::super::case::Source, range: &std::ops::Range<usize>) -> Span {
    Span::new(source.file, range.start as u32, range.end as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, kind: FileKind) -> Option<&str> {
        let range = words("weaken").find(text)?;
        sentence(text, &range, kind)
    }

    #[test]
    fn a_sentence_is_what_people_read() {
        assert_eq!(said("<view>请先获取ROOT权限后使用</view>", FileKind::Wxml), Some("请先获取ROOT权限后使用"));
        assert_eq!(said("t({ content: '需要先越狱才能使用' })", FileKind::JavaScript), Some("需要先越狱才能使用"));
        assert_eq!(said("const root = need(1)", FileKind::JavaScript), None);
    }
}
