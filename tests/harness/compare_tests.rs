//! Examples for the comparison: each kind of agreement, and each kind of failure. Needs no engine.

use std::collections::BTreeMap;

use super::super::Step;
use super::super::cases::CaseFile;
use super::*;

fn case(setting: Setting, text: &str) -> Case {
    let file = CaseFile { text: text.to_owned(), origin: "t.md".to_owned(), line_offset: 10 };
    Case { name: "t".to_owned(), setting, files: BTreeMap::from([("index.js".to_owned(), file)]) }
}

fn place(line: usize) -> Place {
    Place { file: "index.js".to_owned(), line, columns: Some((3, 6)) }
}

fn flow(from: usize, to: usize) -> Flow {
    let step = |line, kind: &str| Step { place: place(line), kind: kind.to_owned(), note: String::new() };
    let steps = vec![step(from, "source"), step(to, "sink")];
    Flow {
        data: "test".to_owned(),
        kind: "network".to_owned(),
        source: place(from),
        sink: place(to),
        steps,
        features: Vec::new(),
        consent: "unknown".to_owned(),
    }
}

fn failures(text: &str, flows: &[Flow]) -> Vec<String> {
    check(&prepare(&case(Setting::Language, text)), flows, None)
}

#[test]
fn agreement_is_silent() {
    let text = "a = source() //~ source test as P\n  sink(a) //~ flow P -> network\n//^^^^\nsink(1) //~ clean\n";
    assert_eq!(failures(text, &[flow(1, 2)]), [] as [String; 0]);
    assert_eq!(failures("a\nsink(a) //~ flow //~ step sink", &[flow(1, 2)]), [] as [String; 0]);
}

#[test]
fn a_marker_without_a_flow_fails() {
    let text = "a = source() //~ source test as P\nsink(a) //~ flow P -> network\n";
    let found = failures(text, &[]);
    assert_eq!(found.len(), 2);
    assert!(found[1].starts_with("t.md:12: t (index.js:2)"), "{}", found[1]);
    assert!(found[1].contains("expected a flow from P into network"), "{}", found[1]);
}

#[test]
fn a_flow_of_another_kind_category_source_or_place_fails() {
    for marker in ["flow P -> log", "flow Q", "flow P -> network\n//^^^^^"] {
        let text = format!("a //~ source test as P\nsink(a) //~ {marker}\nq //~ source other as Q\n");
        assert!(!failures(&text, &[flow(1, 2)]).is_empty(), "{marker}");
    }
}

#[test]
fn a_flow_without_a_marker_fails() {
    let found = failures("a\nsink(a) //~ clean\n", &[flow(1, 2)]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("expected nothing here") && found[0].contains("index.js:1 source"), "{}", found[0]);
    let found = failures("a\nsend(a)\n", &[flow(1, 2)]);
    assert!(found[0].contains("found without a marker"), "{}", found[0]);
}

#[test]
fn missing_and_spurious_fail_once_they_stop_being_true() {
    let text = "a\nsink(a) //~ MISSING flow -- why\n";
    assert_eq!(failures(text, &[]), [] as [String; 0]);
    assert!(failures(text, &[flow(1, 2)])[0].contains("delete the word MISSING"));
    let text = "a\nsink(a) //~ SPURIOUS flow -- why\n";
    assert_eq!(failures(text, &[flow(1, 2)]), [] as [String; 0]);
    assert!(failures(text, &[])[0].contains("no longer reported"));
}

#[test]
fn the_source_of_a_missing_flow_may_be_unseen() {
    assert_eq!(failures("a //~ source as P\nsink(a) //~ MISSING flow P", &[]), [] as [String; 0]);
}

#[test]
fn a_sink_line_without_a_marker_and_an_unknown_name_fail() {
    assert!(failures("sink(a)\n", &[])[0].contains("without a marker"));
    assert!(failures("p.then(sink)\n", &[])[0].contains("without a marker"));
    assert_eq!(failures("function sinks(a) {}\nthis.sink(a)", &[]), [] as [String; 0]);
    assert!(failures("sink(a) //~ flow P", &[])[0].contains("no source is named P"));
}

#[test]
fn findings_are_compared_where_the_rules_ran() {
    let found = Finding { clause: "14.2.4".to_owned(), level: "note".to_owned(), place: place(1) };
    let judged = |findings: &[Finding]| Judged { findings: findings.to_vec(), rows: Vec::new() };
    let right = case(Setting::MiniProgram, "a //~ 14.2.4 note");
    assert_eq!(check(&prepare(&right), &[], Some(&judged(std::slice::from_ref(&found)))), [] as [String; 0]);
    assert_eq!(check(&prepare(&right), &[], Some(&judged(&[]))).len(), 1);
    assert_eq!(check(&prepare(&right), &[], None).len(), 0);
    let unmarked = case(Setting::MiniProgram, "a");
    assert_eq!(check(&prepare(&unmarked), &[], Some(&judged(&[found]))).len(), 1);
}
