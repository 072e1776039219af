//! What the page shows, as JSON. Knows the report, and not how the page looks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::base::Text;
use crate::base::text::Lang;
use crate::report::inventory::recipient;
use crate::report::model::{Diagnostic, Finding, Flow, Location, Step};
use crate::report::steps::{MANY, beside, told};
use crate::report::text::clean;
use crate::report::{Titled, View, words as shared};
use crate::rules::{goes_to_host, sink_title};

/// Lines around a step that are shown.
const AROUND: u32 = 2;
/// A line longer than this (UTF-16 units) is cut down around its first step.
const LONG_LINE: usize = 300;
/// How much of a long line stands before the step.
const BEFORE: usize = 80;

static WORDS: LazyLock<BTreeMap<String, Text>> =
    LazyLock::new(|| serde_json::from_str(include_str!("words.json")).unwrap_or_default());

/// The page's own words.
pub fn words() -> &'static BTreeMap<String, Text> {
    &WORDS
}

/// All that a page with these sections shows.
pub fn page(view: &View, sections: &[&str]) -> Value {
    let mut code = Code::new(view);
    let report = view.report;
    let order: BTreeMap<&str, usize> =
        report.flows.iter().enumerate().map(|(at, flow)| (flow.id.as_str(), at)).collect();
    let findings: Vec<Value> = view.gravest_first().iter().map(|own| finding(own, &order, &mut code)).collect();
    let flows: Vec<Value> = report.flows.iter().map(|own| flow(view, own, &mut code)).collect();
    let clauses: Vec<Value> = report
        .clauses
        .iter()
        .map(|clause| {
            json!({
                "id": clause.id, "title": clause.title, "status": clause.status, "note": plain(&clause.note),
                "findings": clause.findings.len(),
            })
        })
        .collect();
    let mut words = words().clone();
    words.insert("platform-list".to_owned(), shared::platform_list());
    let data: BTreeMap<&str, &Text> =
        report.inventory.data.iter().map(|item| (item.data.as_str(), &item.title)).collect();
    let kinds: BTreeMap<&str, Text> =
        report.flows.iter().map(|flow| (flow.sink.kind.as_str(), sink_title(&flow.sink.kind))).collect();
    let inventory = inventory(view, &mut code);
    let platform = platform(view, &mut code);
    let diagnostics: Vec<Value> = report.diagnostics.iter().map(|own| diagnostic(own, &mut code)).collect();
    json!({
        "lang": match view.lang() { Lang::Zh => "zh", Lang::En => "en" },
        "version": report.tool.version,
        "root": clean(&report.project.root),
        "appId": report.project.app_id.as_deref().map(clean),
        "sections": sections,
        "words": words,
        "stats": { "files": report.stats.files, "lines": report.stats.lines },
        "clauses": clauses,
        "findings": findings,
        "flows": flows,
        "data": data,
        "kinds": kinds,
        "inventory": inventory,
        "platform": platform,
        "diagnostics": diagnostics,
        "files": code.files,
        "code": code.lines,
    })
}

/// A text without what reorders or hides other text.
fn plain(text: &Text) -> Text {
    Text::new(clean(&text.zh), clean(&text.en))
}

fn finding(own: &Finding, order: &BTreeMap<&str, usize>, code: &mut Code) -> Value {
    let flow = own.flow.as_deref().and_then(|id| code.view.report.flows.get(*order.get(id)?));
    let related = flow.map_or_else(|| own.related.iter().collect(), |flow| beside(own, flow));
    let related: Vec<Value> = related
        .into_iter()
        .map(|related| json!({ "at": code.at(&related.location), "text": plain(&related.message), "key": true }))
        .collect();
    json!({
        "id": own.id, "clause": own.clause, "also": own.also, "level": own.level, "confidence": own.confidence,
        "message": plain(&own.message), "help": plain(&own.help), "data": own.data,
        "flow": own.flow.as_deref().and_then(|id| order.get(id)),
        "at": code.at(&own.location), "related": related,
        "suppressed": own.suppressed.as_ref().map(|why| plain(&shared::suppression(why))),
    })
}

fn flow(view: &View, own: &Flow, code: &mut Code) -> Value {
    let titled = Titled::new(own, view.report);
    let told = told(own, view.files, MANY).steps;
    let is_told = |step: &Step| told.iter().any(|own| std::ptr::eq(*own, step));
    let step = |step: &Step| json!({ "at": code.at(&step.location), "text": plain(&shared::step(step, titled)), "key": is_told(step) });
    let steps: Vec<Value> = own.steps.iter().map(step).collect();
    // A page is one page, whatever is handed to it.
    let to = recipient(own).map(|to| clean(to.split('?').next().unwrap_or_default())).unwrap_or_default();
    json!({
        "data": own.data, "form": own.form, "consent": own.consent.status,
        "page": clean(page_of(view, &own.source.location.file)),
        "to": format!("{}\t{to}", own.sink.kind),
        "steps": steps,
        "marks": own.features.iter().map(|mark| plain(&shared::feature_of(mark, own))).collect::<Vec<_>>(),
    })
}

/// The page or component that a file belongs to, else the file.
fn page_of<'a>(view: &'a View, file: &'a str) -> &'a str {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let project = &view.report.project;
    let is_own =
        |route: &&String| stem.strip_suffix(route.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    project.pages.iter().chain(&project.components).find(is_own).map_or(file, String::as_str)
}

fn inventory(view: &View, code: &mut Code) -> Vec<Value> {
    let items = view.report.inventory.data.iter().map(|item| {
        let collected: Vec<Value> =
            item.collected.iter().map(|own| json!({ "model": own.model, "at": code.at(&own.location) })).collect();
        let kept: Vec<Value> = item
            .kept
            .iter()
            .map(|own| json!({ "kind": own.kind, "key": own.key.as_deref().map(clean), "form": own.form }))
            .collect();
        let sent: Vec<Value> = item
            .sent
            .iter()
            .map(|own| {
                json!({
                    "kind": own.kind, "recipient": own.recipient.as_deref().map(clean), "party": own.party,
                    "name": own.name.as_ref().map(plain), "form": own.form, "consent": own.consent,
                    "clauses": own.clauses, "byHost": goes_to_host(&own.kind),
                    "destinations": own.destinations.iter().map(|to| clean(to)).collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({ "title": item.title, "collected": collected, "kept": kept, "sent": sent })
    });
    items.collect()
}

fn platform(view: &View, code: &mut Code) -> Vec<Value> {
    let kinds = view.report.inventory.platform.iter().map(|kind| {
        let places: Vec<Value> = kind
            .places
            .iter()
            .map(|own| {
                json!({
                    "api": own.api, "at": code.at(&own.location), "package": own.package.as_deref().map(clean),
                    "reachable": own.reachable,
                })
            })
            .collect();
        json!({ "key": kind.key, "title": kind.title, "places": places })
    });
    kinds.collect()
}

fn diagnostic(own: &Diagnostic, code: &mut Code) -> Value {
    json!({
        "level": own.level, "code": own.code, "message": plain(&own.message),
        "at": own.location.as_ref().map(|location| code.at(location)),
        "path": own.path.as_deref().map(clean),
    })
}

/// The files that the page names, and the lines of them that it shows.
struct Code<'a> {
    view: &'a View<'a>,
    /// Paths by the number that places use.
    files: Vec<String>,
    numbers: BTreeMap<String, usize>,
    /// Lines by file and number: their text, and how much is cut off before it.
    lines: BTreeMap<usize, BTreeMap<u32, Value>>,
    seen: BTreeSet<(usize, u32)>,
}

impl<'a> Code<'a> {
    fn new(view: &'a View<'a>) -> Self {
        Self { view, files: Vec::new(), numbers: BTreeMap::new(), lines: BTreeMap::new(), seen: BTreeSet::new() }
    }

    /// A place, whose lines are shown from now on.
    fn at(&mut self, location: &Location) -> Value {
        let number = self.number(location);
        if self.seen.insert((number, location.start.line)) {
            self.show(number, location);
        }
        let (start, end) = (location.start, location.end);
        json!({
            "file": number, "line": start.line, "column": start.column, "endLine": end.line, "endColumn": end.column,
        })
    }

    fn number(&mut self, location: &Location) -> usize {
        if let Some(number) = self.numbers.get(&location.file) {
            return *number;
        }
        self.files.push(clean(&location.file));
        self.numbers.insert(location.file.clone(), self.files.len() - 1);
        self.files.len() - 1
    }

    fn show(&mut self, number: usize, location: &Location) {
        let Some(id) = self.view.files.find_shown(&location.file) else { return };
        let file = self.view.files.get(id);
        let own = location.start.line;
        let lines = self.lines.entry(number).or_default();
        for line in own.saturating_sub(AROUND).max(1)..=own + AROUND {
            let range = file.line_range(line as usize - 1);
            if range.is_empty() && file.line_starts().len() < line as usize {
                break;
            }
            let column = if line == own { location.start.column as usize - 1 } else { 0 };
            let (from, text) = cut(&file.text[range], column);
            // A line that was cut around another place of its own is cut around this one.
            if line == own || !lines.contains_key(&line) {
                lines.insert(line, json!({ "from": from, "text": clean(&text) }));
            }
        }
    }
}

/// The part of a long line around a column (from 0, in UTF-16 units), and the column at which it begins.
fn cut(line: &str, column: usize) -> (usize, String) {
    let units: Vec<u16> = line.encode_utf16().take(column + LONG_LINE + 1).collect();
    if units.len() <= LONG_LINE {
        return (0, line.to_owned());
    }
    let mut from = column.saturating_sub(BEFORE).min(units.len());
    // Not between the halves of a pair.
    if units.get(from).is_some_and(|unit| (0xDC00..0xE000).contains(unit)) {
        from -= 1;
    }
    let end = (from + LONG_LINE).min(units.len());
    (from, String::from_utf16_lossy(&units[from..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_both_languages_and_is_used() {
        let script = include_str!("script.js");
        assert!(60 < words().len());
        for (key, text) in words() {
            assert!(!text.zh.is_empty() && !text.en.is_empty(), "{key}");
        }
        let asked = regex::Regex::new(r"say\('([a-z-]+)'").expect("a pattern");
        for found in asked.captures_iter(script) {
            assert!(words().contains_key(&found[1]) || &found[1] == "platform-list", "{}", &found[1]);
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let line = "手😀".repeat(400);
        let (from, text) = cut(&line, 901);
        assert!(from <= 901 && 700 < from && text.encode_utf16().count() <= LONG_LINE + 1);
        assert!(!text.contains('\u{fffd}') || text.ends_with('\u{fffd}'));
        assert_eq!(cut("short", 3), (0, "short".to_owned()));
    }
}
