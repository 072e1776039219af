//! The page of known limits, made from the MISSING and SPURIOUS markers. Knows the page, and not why a limit is there.

use std::fmt::Write as _;

use super::compare::Prepared;
use super::markers::Status;

const HEAD: &str = "# Known limits\n\nMade from the markers in the fixtures by `WXRAY_UPDATE=1 cargo test --test fixtures`; do not edit.\n";

/// The text of `fixtures/KNOWN_LIMITS.md`.
pub fn page(cases: &[Prepared<'_>]) -> String {
    let mut text = HEAD.to_owned();
    section(cases, Status::Missing, "Not found yet", &mut text);
    section(cases, Status::Spurious, "Reported without need", &mut text);
    text
}

fn section(cases: &[Prepared<'_>], status: Status, title: &str, text: &mut String) {
    let entries: Vec<String> = cases.iter().flat_map(|case| entries(case, status)).collect();
    let _ = writeln!(text, "\n## {title} ({})\n", entries.len());
    if entries.is_empty() {
        text.push_str("None.\n");
    }
    text.extend(entries);
}

fn entries(prepared: &Prepared<'_>, status: Status) -> Vec<String> {
    let with_status = prepared.markers.iter().filter(|(_, marker)| marker.status == status);
    with_status
        .map(|(path, marker)| {
            let code = prepared.files[path].lines().nth(marker.line - 1).unwrap_or("").trim();
            let why = marker.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
            format!("- {}, `{code}` in `{path}`{why}\n", prepared.case.name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::cases::{Case, CaseFile, Setting};
    use super::super::compare::prepare;
    use super::*;

    #[test]
    fn each_limit_is_an_entry_with_its_reason() {
        let text = "sink(a) //~ MISSING flow -- 别名\nsink(b) //~ SPURIOUS flow\n".to_owned();
        let file = CaseFile { text, origin: "t.md".to_owned(), line_offset: 0 };
        let files = BTreeMap::from([("index.js".to_owned(), file)]);
        let case = Case { name: "t.md «T»".to_owned(), setting: Setting::Language, files };
        let page = page(&[prepare(&case)]);
        assert!(page.contains("## Not found yet (1)\n\n- t.md «T», `sink(a)` in `index.js`: 别名\n"), "{page}");
        assert!(page.contains("## Reported without need (1)\n\n- t.md «T», `sink(b)` in `index.js`\n"), "{page}");
    }
}
