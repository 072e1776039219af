//! What there is too much of to be read one by one: remarks on flows, and problems of a kind, counted.
//! Knows the report, and no code frames.

use std::collections::BTreeMap;

use super::{Detail, clean, is_told};
use crate::base::text::Lang;
use crate::report::inventory::recipient;
use crate::report::model::{Diagnostic, Finding};
use crate::report::{View, words};
use crate::rules::{Level, sink_title};

/// Remarks on flows beyond which they are counted.
const MAX_REMARKS: usize = 20;
/// Problems of a kind that are shown in full.
const MAX_ALIKE: usize = 3;

/// Findings in full, the gravest first, each with those of its sort that are named behind it, and how many remarks there
/// are of each sort, and where the first is, if there are too many of them.
pub(super) fn findings<'a>(view: &View<'a>, detail: Detail) -> (Vec<(&'a Finding, Vec<&'a Finding>)>, Vec<String>) {
    let lang = view.lang();
    let all = view.gravest_first();
    let is_remark = |finding: &&&Finding| finding.level == Level::Note && finding.flow.is_some();
    let n_remarks = all.iter().filter(is_remark).count();
    if detail == Detail::Verbose {
        return (all.into_iter().map(|finding| (finding, Vec::new())).collect(), Vec::new());
    }
    if n_remarks <= MAX_REMARKS {
        return (view.in_sorts(&all), Vec::new());
    }
    let mut sorts: BTreeMap<(&str, String), (usize, &Finding)> = BTreeMap::new();
    for finding in all.iter().filter(is_remark) {
        let Some(titled) = view.flow_of(finding) else { continue };
        let to = recipient(titled.flow).map(|to| format!(" {to}")).unwrap_or_default();
        let way = format!("{} → {}{to}", titled.data(lang), sink_title(&titled.flow.sink.kind).get(lang));
        sorts.entry((&finding.clause, clean(&way))).or_insert((0, finding)).0 += 1;
    }
    let mut lines = vec![words::remarks_in_brief(n_remarks).get(lang).to_owned()];
    lines.extend(
        sorts
            .into_iter()
            .map(|((clause, way), (n, first))| format!("  [{clause}] {way} × {n}  {}", place(view, first))),
    );
    let told: Vec<&Finding> = all.into_iter().filter(|finding| !is_remark(&finding)).collect();
    (view.in_sorts(&told), lines)
}

/// The places of findings that say the same as the one before, a line each.
pub(super) fn places(view: &View, alike: &[&Finding]) -> Vec<String> {
    if alike.is_empty() {
        return Vec::new();
    }
    let head = words::same_elsewhere(alike.len()).get(view.lang()).to_owned();
    let line = |finding: &&Finding| format!("  {} ({})", place(view, finding), finding.id);
    std::iter::once(head).chain(alike.iter().map(line)).collect()
}

fn place(view: &View, finding: &Finding) -> String {
    let at = finding.location.start;
    clean(&format!("{}:{}:{}", view.path(&finding.location), at.line, at.column))
}

/// Problems in full, and how many more there are of each kind.
pub(super) fn problems(all: &[Diagnostic], detail: Detail, lang: Lang) -> (Vec<&Diagnostic>, Vec<String>) {
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let told = all.iter().filter(|diagnostic| is_told(diagnostic, detail)).filter(|diagnostic| {
        let n = seen.entry((diagnostic.level, diagnostic.code)).or_default();
        *n += 1 + diagnostic.more;
        diagnostic.level == "error" || detail == Detail::Verbose || *n <= MAX_ALIKE
    });
    let told: Vec<&Diagnostic> = told.collect();
    let more = seen.into_iter().filter_map(|((level, code), n)| {
        let shown: usize = told.iter().filter(|it| it.level == level && it.code == code).map(|it| 1 + it.more).sum();
        let word = words::problem(level);
        (shown < n).then(|| format!("{}[{code}]: {}", word.get(lang), words::more_alike(n - shown).get(lang)))
    });
    let more = more.collect();
    (told, more)
}
