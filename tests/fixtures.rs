//! Every fixture, run and compared with its markers, and the invariants over all of them.
//! Knows nothing of single cases: those stand in `fixtures/`.

mod harness;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use harness::cases::{self, Case, Setting};
use harness::compare::{self, Prepared};
use harness::{engine, executed, invariants, limits, random};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// All cases, or those whose name holds the text of `WXRAY_CASE`.
fn selected() -> Vec<Case> {
    let wanted = std::env::var("WXRAY_CASE").unwrap_or_default();
    let mut cases = cases::all();
    cases.retain(|case| case.name.contains(&wanted));
    cases
}

fn models(case: &Case) -> Option<String> {
    (case.setting == Setting::Language).then(|| engine::TEST_MODELS.to_owned())
}

/// The file or folder that a case stands in.
fn topic(case: &Case) -> String {
    case.name.split(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn markers_and_flows_agree() {
    let mut failures = Vec::new();
    let mut by_topic: BTreeMap<String, usize> = BTreeMap::new();
    for case in &selected() {
        let prepared = compare::prepare(case);
        let found = if case.setting == Setting::Rules {
            let (flows, judged) = engine::judge(prepared.files.clone(), case.name.contains("/packs.md"));
            compare::check(&prepared, &flows, Some(&judged))
        } else {
            let flows = engine::run(prepared.files.clone(), models(case));
            compare::check(&prepared, &flows, None)
        };
        *by_topic.entry(topic(case)).or_default() += found.len();
        failures.extend(found);
    }
    by_topic.retain(|_, n_failures| *n_failures > 0);
    assert!(failures.is_empty(), "{}\n{} failures: {by_topic:#?}", failures.join("\n"), failures.len());
}

#[test]
fn markers_are_well_formed() {
    let cases = selected();
    let errors: Vec<String> = cases.iter().flat_map(|case| compare::prepare(case).errors).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn every_topic_has_both_what_arrives_and_what_does_not() {
    let mut topics: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for case in cases::all().iter().filter(|case| case.name.starts_with("fixtures/") && case.name.contains(".md ")) {
        let counts = topics.entry(topic(case)).or_default();
        for (_, marker) in compare::prepare(case).markers {
            match marker.fact {
                harness::markers::Fact::Flow { .. } | harness::markers::Fact::Finding { .. } => counts.0 += 1,
                harness::markers::Fact::Clean => counts.1 += 1,
                _ => {}
            }
        }
    }
    let lopsided: Vec<_> = topics.iter().filter(|(_, (flows, cleans))| *flows == 0 || *cleans == 0).collect();
    assert!(lopsided.is_empty(), "{lopsided:?}");
}

#[test]
fn pages_of_what_code_shows_have_an_example_that_violates_and_one_that_complies() {
    let cases = cases::all();
    for clause in wxray::rules::clauses() {
        let page = format!("src/rules/pages/{}.md", clause.id);
        let text = fs::read_to_string(cases::root().join(&page)).unwrap_or_default();
        let own: Vec<&Case> = cases.iter().filter(|case| topic(case) == page).collect();
        if text.contains("strength: attestation") {
            assert!(own.is_empty(), "{page}: nothing can be shown, and there are examples");
            continue;
        }
        let speaks = |case: &&&Case| {
            compare::prepare(case).markers.iter().any(|(_, marker)| match &marker.fact {
                harness::markers::Fact::Finding { clause: marked, .. } => *marked == clause.id,
                harness::markers::Fact::Row { clause: marked, status } => *marked == clause.id && status == "violated",
                _ => false,
            })
        };
        let n_violating = own.iter().filter(speaks).count();
        assert!(n_violating == 1 && own.len() == 2, "{page}: {n_violating} of {} examples violate", own.len());
    }
}

#[test]
fn invariants_hold() {
    let mut broken = Vec::new();
    for case in &selected() {
        let files = compare::prepare(case).files;
        let found = invariants::check(&files, models(case).as_ref());
        broken.extend(found.into_iter().map(|text| format!("{}: {text}", case.name)));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn random_programs_agree_with_a_naive_solver() {
    let config = Config { cases: 128, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&random::programs(), |program| {
        let text = random::text(&program);
        let lines = random::sink_lines(&text);
        let expected: BTreeSet<usize> = random::solve(&program).into_iter().map(|position| lines[position]).collect();
        let files = BTreeMap::from([("index.js".to_owned(), text.clone())]);
        let flows = engine::run(files, Some(engine::TEST_MODELS.to_owned()));
        let found: BTreeSet<usize> = flows.iter().map(|flow| flow.sink.line).collect();
        if found == expected {
            return Ok(());
        }
        Err(TestCaseError::fail(format!("sinks reached: lines {expected:?}, found: {found:?}, in\n{text}")))
    });
    assert!(outcome.is_ok(), "{}", outcome.map_or_else(|error| error.to_string(), |()| String::new()));
}

/// Runs random programs of a style for real. What arrives must be found; gives how much arrived, and how much was found
/// that did not.
fn compared_with_execution(style: executed::Style) -> (usize, usize) {
    let config = Config { cases: 250, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (arrived, spurious) = (Cell::new(0), Cell::new(0));
    let outcome = runner.run(&executed::programs(style), |text| {
        let truth = executed::run(&text);
        let files = BTreeMap::from([("index.js".to_owned(), text.clone())]);
        let flows = engine::run(files, Some(engine::TEST_MODELS.to_owned()));
        let found: BTreeSet<executed::Arrival> = flows.iter().map(|flow| (flow.source.line, flow.sink.line)).collect();
        arrived.set(arrived.get() + truth.len());
        spurious.set(spurious.get() + found.difference(&truth).count());
        let missed: Vec<_> = truth.difference(&found).collect();
        if missed.is_empty() { Ok(()) } else { Err(TestCaseError::fail(format!("missed {missed:?} in\n{text}"))) }
    });
    assert!(outcome.is_ok(), "{}", outcome.map_or_else(|error| error.to_string(), |()| String::new()));
    (arrived.get(), spurious.get())
}

#[test]
fn what_arrives_in_straight_code_is_found_and_hardly_anything_else() {
    let (arrived, spurious) = compared_with_execution(executed::Style::Local);
    assert!(arrived > 150, "{arrived} arrivals say little");
    assert!(spurious * 20 < arrived, "{spurious} flows did not happen, {arrived} did");
}

#[test]
fn what_arrives_through_shared_objects_is_found() {
    let (arrived, spurious) = compared_with_execution(executed::Style::Shared);
    assert!(arrived > 150, "{arrived} arrivals say little");
    assert!(spurious * 4 < arrived, "{spurious} flows did not happen, {arrived} did");
}

/// The lines of the sinks that the data of some files reaches within a budget, and the codes of what is said of them.
fn sinks_within<const N: usize>(
    budget: wxray::graph::Budget,
    files: [(&str, &str); N],
) -> (BTreeSet<u32>, BTreeSet<String>) {
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let config = wxray::Config { budget, ..wxray::Config::default() };
    let models = Some(engine::TEST_MODELS.to_owned());
    let (project, analysis) = engine::analyze_with(BTreeMap::from(files), models, engine::Order::Sorted, &config);
    let line =
        |flow: &wxray::taint::Flow| project.files.get(flow.sink.span.file).line_column(flow.sink.span.start).line;
    let codes = analysis.problems.iter().map(|problem| problem.code.to_string());
    (analysis.flows.iter().map(line).collect(), codes.collect())
}

/// The same of a module and one that uses it.
fn within(budget: wxray::graph::Budget, library: &str, user: &str) -> (BTreeSet<u32>, BTreeSet<String>) {
    sinks_within(budget, [("lib.js", library), ("index.js", user)])
}

#[test]
fn a_module_beyond_its_share_is_said_and_counts_as_unknown_code() {
    let library = "exports.id = x => { const box = { x }; return box.x }; exports.none = x => 1";
    let user = "const lib = require('./lib')\nsink(lib.id(source()))\nsink(lib.none(source()))\nsink('a')";
    let (exact, codes) = within(wxray::graph::Budget::default(), library, user);
    assert_eq!((exact, codes.len()), (BTreeSet::from([2]), 0));
    let none = wxray::graph::Budget {
        work_per_module: 12,
        work_per_value: 0,
        work_reserve: 0,
        ..wxray::graph::Budget::default()
    };
    let (_, codes) = within(none, library, user);
    assert!(codes.contains("budget-module"), "{codes:?}");
}

#[test]
fn a_program_that_grows_beyond_all_bounds_is_left_and_said() {
    let library = "exports.id = x => { const box = { x }; return box.x }";
    let user = "const lib = require('./lib')\nsink(lib.id(source()))";
    let small = wxray::graph::Budget { nodes_in_all: 3, nodes_in_all_per_value: 0, ..wxray::graph::Budget::default() };
    let (lines, codes) = within(small, library, user);
    assert!(lines.is_empty() && codes.contains("budget-module"), "{lines:?} {codes:?}");
}

/// The same of a program of one page with a library, which is too long to be run.
fn of_page(budget: wxray::graph::Budget, library: &str, page: &str) -> (BTreeSet<u32>, BTreeSet<String>) {
    let page = &format!("{page}\n//{}", " ".repeat(24 << 10));
    let app = r#"{ "pages": ["p/p"] }"#;
    let files = [("app.json", app), ("p/p.json", "{}"), ("p/p.wxml", ""), ("lib.js", library), ("p/p.js", page)];
    sinks_within(budget, files)
}

#[test]
fn a_large_library_that_only_computes_is_unknown_code() {
    let page = "const lib = require('../lib')\nsink(lib.id(source()))\nsink(lib.none(source()))\n\
                lib.each(source(), x => sink(x))\nsink('a')";
    let computes = "exports.id = x => { const box = { x }; return box.x }; exports.none = x => 1\n\
                    exports.each = (x, f) => { f(x) }";
    let small = wxray::graph::Budget { values_of_library: 5, ..wxray::graph::Budget::default() };
    let (exact, _) = of_page(wxray::graph::Budget::default(), computes, page);
    assert_eq!(exact, BTreeSet::from([2, 4]));
    let (coarse, codes) = of_page(small, computes, page);
    assert_eq!(coarse, BTreeSet::from([2, 3, 4]));
    assert!(codes.contains("closed-library"), "{codes:?}");
    // What has a sink, or asks for what has one, is looked into.
    let sends = format!("{computes}\nexports.send = x => sink(x)");
    let (exact, codes) = of_page(small, &sends, page);
    assert_eq!(exact, BTreeSet::from([2, 4]));
    assert!(!codes.contains("closed-library"), "{codes:?}");
    let asks = format!("require('./p/p')\n{computes}");
    assert_eq!(of_page(small, &asks, page).0, BTreeSet::from([2, 4]));
}

#[test]
fn what_stands_in_for_the_constructor_of_pages_hands_on_to_it() {
    let wraps = "var own = Page\nPage = function (options) {\n  var load = options.onLoad\n  \
                 options.onLoad = function (query) { load.call(this, query) }\n  own(options)\n}\n";
    let page = "require('../lib')\nPage({\n  data: { text: source() },\n  onLoad(query) {\n    sink(query)\n    \
                sink(this.data.text)\n  }\n})";
    let few = wxray::graph::Budget {
        work_per_module: 2_000,
        work_per_value: 0,
        work_reserve: 0,
        ..wxray::graph::Budget::default()
    };
    let (lines, codes) = of_page(few, &format!("{wraps}{}", "own({ text: [{}] });".repeat(400)), page);
    assert_eq!(lines, BTreeSet::from([6]));
    assert!(codes.contains("budget-module"), "{codes:?}");
}

#[test]
fn functions_that_nothing_calls_are_looked_at_if_they_have_a_sink() {
    let page = "const send = x => sink(x)\nconst get = () => source()\nfunction never() {\n  sink(source())\n}\n\
                function nor() {\n  send(get())\n}\nfunction inside() { return x => [x].map(y => y + 1) }";
    let (lines, _) = of_page(wxray::graph::Budget::default(), "", page);
    assert_eq!(lines, BTreeSet::from([1, 4]));
}

#[test]
fn a_crowd_keeps_what_was_written_to_its_members() {
    let library = "exports.put = (o, x) => { o.x = x }";
    let user = "const { put } = require('./lib')\nconst all = []\nfor (const o of [{}, {}, {}, {}, {}, {}]) all.push(o)\n\
                for (const o of all) put(o, source())\nfor (const o of all) sink(o.x)\nfor (const o of all) sink(o.y)";
    let few = wxray::graph::Budget { objects_per_node: 2, ..wxray::graph::Budget::default() };
    let (lines, _) = within(few, library, user);
    assert_eq!(lines, BTreeSet::from([5]));
}

#[test]
fn a_copy_of_a_crowd_has_what_its_members_have() {
    let user = "const all = []\nfor (const o of [{ x: source() }, { x: 1 }, { x: 2 }, { y: 3 }]) all.push(o)\n\
                for (const o of all) sink({ ...o }.x)\nfor (const o of all) sink({ ...o }.y)\n\
                for (const o of all) sink(Object.assign({ x: 0 }, o).x)\nfor (const o of all) sink({ ...o })";
    let few = wxray::graph::Budget { objects_per_node: 2, ..wxray::graph::Budget::default() };
    let (lines, _) = within(few, "", user);
    assert_eq!(lines, BTreeSet::from([3, 5, 6]));
}

#[test]
fn the_page_of_known_limits_is_up_to_date() {
    let cases = cases::all();
    let prepared: Vec<Prepared<'_>> = cases.iter().map(compare::prepare).collect();
    let page = limits::page(&prepared);
    let path = cases::root().join("fixtures/KNOWN_LIMITS.md");
    if std::env::var_os("WXRAY_UPDATE").is_some() {
        fs::write(&path, &page).expect("a writable page");
    }
    let current = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(current, page, "run with WXRAY_UPDATE=1");
}
