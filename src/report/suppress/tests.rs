//! What a program with comments, entries and a baseline is told.

use super::*;
use crate::base::fs::MemoryFs;
use crate::base::{FileId, Span};
use crate::models::{Confidence, Models};
use crate::project::{self, Project};
use crate::report::{Input, build};
use crate::rules::{Finding, Level};

fn program(text: &str) -> Project {
    project::load(&MemoryFs::new([("a.js", text)]), "").expect("a program").0
}

/// A report with a finding at every `leak` in the text.
fn report(project: &Project) -> Report {
    let text = &project.files.get(FileId(0)).text;
    let findings: Vec<Finding> = text
        .match_indices("leak")
        .map(|(at, _)| Finding {
            clause: "14.2.4",
            also: Vec::new(),
            level: Level::Warning,
            confidence: Confidence::High,
            message: Text::new("泄露", "leak"),
            help: Text::new("修复", "mend it"),
            data: Vec::new(),
            flow: None,
            span: Span::new(FileId(0), at as u32, at as u32 + 4),
            related: Vec::new(),
        })
        .collect();
    let (models, stats) = (Models::default(), crate::Stats::default());
    build(&Input {
        root: ".",
        project,
        models: &models,
        flows: &[],
        findings: &findings,
        code: &[],
        operator: &crate::rules::Operator::default(),
        consents: &[],
        calls: &[],
        parties: &[],
        rows: &[],
        problems: &[],
        stats: &stats,
        with_times: false,
    })
}

fn today() -> Date {
    "2026-11-25".parse().expect("a day")
}

/// Lines of findings that count, and lines and codes of the diagnostics.
fn applied(text: &str, entries: &Entries, baseline: Option<&Baseline>) -> (Vec<u32>, Vec<(u32, &'static str)>) {
    let project = program(text);
    let mut report = report(&project);
    apply(&mut report, &project.files, &Rules { today: today(), entries, baseline });
    let counting = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    let line = |location: &Option<Location>| location.as_ref().map_or(0, |location| location.start.line);
    (
        counting.map(|finding| finding.location.start.line).collect(),
        report.diagnostics.iter().map(|diagnostic| (line(&diagnostic.location), diagnostic.code)).collect(),
    )
}

#[test]
fn a_comment_speaks_of_its_line_or_of_the_next_one_with_code() {
    let text = "leak() // wxray-ignore 14.2.4: own\n// wxray-ignore 14.2.4: own\n// more\n\nleak()\nleak()\n";
    assert_eq!(applied(text, &Entries::default(), None), (vec![6], vec![]));
}

#[test]
fn a_comment_that_cannot_be_followed_is_told_at_its_place() {
    let text = "leak() // wxray-ignore 14.2.4\nleak() // wxray-ignore 14.2.44: typo\n\
                leak() // wxray-ignore 14.2.4: old (until 2026-11-24)\nleak() // wxray-ignore 14.4.1: another\n\
                leak() // wxray-ignore 14.2.4: still (until 2026-11-25)\nleak() // wxray-ignore\n";
    let codes = [
        (1, "ignore-without-reason"),
        (2, "ignore-unknown-clause"),
        (3, "ignore-expired"),
        (4, "ignore-unused"),
        (6, "ignore-malformed"),
    ];
    assert_eq!(applied(text, &Entries::default(), None), (vec![1, 2, 3, 4, 6], codes.to_vec()));
}

#[test]
fn entries_go_by_clause_and_file() {
    let entry = |clause: &str, glob: &str| Entry {
        clause: Some(clause.to_owned()),
        finding: None,
        files: vec![entries::pattern(glob).expect("a pattern")],
        reason: "own".to_owned(),
        until: None,
        location: Location::start_of("wxray.toml"),
    };
    let with = |glob: &str| {
        let entries = Entries { entries: vec![entry("14.2.4", glob)], prefix: "app/".to_owned() };
        applied("leak()\n", &entries, None)
    };
    assert_eq!(with("app/*.js"), (vec![], vec![]));
    assert_eq!(with("**/a.js"), (vec![], vec![]));
    assert_eq!(with("*.js"), (vec![1], vec![(1, "ignore-unused")]));
}

#[test]
fn a_baseline_holds_when_lines_move_and_tells_what_is_gone() {
    let before = report(&program("leak(1)\nleak(2)\n"));
    let baseline = Baseline::read("b.json", &Baseline::write(&before)).expect("a baseline");
    let (counting, codes) = applied("\n\nleak(3)\nleak(2)\n", &Entries::default(), Some(&baseline));
    assert_eq!((counting, codes), (vec![3], vec![(0, "baseline-outdated")]));
    assert!(Baseline::read("b.json", "{ \"findings\": [1] }").is_err());
}
