//! The program as its users run it: arguments, streams and exit statuses.
//! Knows the contract of the command line, and nothing of the insides.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;
use std::process::Output;

use program::{DEMO, LEAK, MODELS, json, leaking, reason, run, stdout, tree, wxray};
use serde_json::Value;

#[test]
fn options_with_lists_leave_the_path_alone() {
    let folder = leaking();
    for only in [
        &["--only", "14.2.4"][..],
        &["--only", "14.2.4,14.4.1"],
        &["--only", "14.4.1", "--only", "14.2.4"],
        &["--only", "14.4.1", "14.2.4"],
    ] {
        let arguments = [&["scan", "--concise", "--models", "models.json"], only, &["src"]].concat();
        let output = run(folder.path(), &arguments);
        assert!(stdout(&output).starts_with("src/a.js:1:1: note[14.2.4]"), "{output:?}");
        assert_eq!(reason(&output), "exit 0: nothing at or above violation");
    }
    let output = run(folder.path(), &["scan", "--only", "14.9.9", "src"]);
    assert_eq!(reason(&output), "exit 2: there is no clause 14.9.9");
}

#[test]
fn only_hides_findings_and_changes_no_status() {
    let folder = leaking();
    let scan = |more: &[&str]| {
        json(&run(folder.path(), &[&["scan", "src", "-f", "json", "--models", "models.json"], more].concat()))
    };
    let statuses = |report: &Value| -> Vec<Value> {
        report["clauses"].as_array().expect("clauses").iter().map(|clause| clause["status"].clone()).collect()
    };
    let (all, some) = (scan(&[]), scan(&["--only", "14.4.1"]));
    assert_eq!(all["findings"].as_array().map(Vec::len), Some(1));
    assert_eq!(some["findings"].as_array().map(Vec::len), Some(0));
    assert_eq!(statuses(&all), statuses(&some));
    // What somebody has to judge is neither kept nor broken.
    assert!(all["clauses"].as_array().expect("clauses").iter().any(|clause| {
        clause["id"] == "14.2.4"
            && clause["status"] == "needs-attestation"
            && clause["findings"].as_array().is_some_and(|own| own.len() == 1)
    }));
    assert_eq!(all["flows"], some["flows"]);
}

#[test]
fn a_program_of_which_no_page_is_found_is_not_clean() {
    const PAGE: &str =
        "Page({ type(e) { wx.request({ url: 'http://a.example.com/x', data: { t: e.detail.value } }) } })";
    let scan = |app: &str| {
        let folder = tree(&[
            ("app.json", app),
            ("app.js", "App({})"),
            ("pages/a/a.js", PAGE),
            ("pages/a/a.wxml", "<input placeholder=\"手机号\" bindinput=\"type\" />"),
        ]);
        run(folder.path(), &["scan", "--concise"])
    };
    let whole = scan(r#"{ "pages": ["pages/a/a"] }"#);
    assert!(reason(&whole).starts_with("exit 1: "), "{whole:?}");
    for broken in [r#"{ "pages": ["pages/a/a"], "x": 1"#, r#"{ "pages": "x" }"#, r#"{ "pages": ["pages/b/b"] }"#] {
        let output = scan(broken);
        assert_eq!(reason(&output), "exit 3: cannot analyse .: it names no page that is there", "{broken}");
        // What its pages do is told all the same.
        assert!(
            stdout(&output).contains("violation[14.3.5]") && stdout(&output).contains("error[no-page]"),
            "{output:?}"
        );
    }
}

#[test]
fn sources_that_are_not_built_are_not_clean() {
    let folder =
        tree(&[("src/main.js", "import App from './App.vue'"), ("src/App.vue", "<template/>"), ("src/a.vue", "")]);
    let output = run(folder.path(), &["scan"]);
    assert_eq!(reason(&output), "exit 3: cannot analyse .: most of it is source code that has to be built first");
}

#[test]
fn what_could_not_be_parsed_stands_in_every_last_line() {
    let folder = tree(&[("src/a.js", "function ( {{{"), ("src/b.js", "console.log(1)")]);
    let output = run(folder.path(), &["scan", "src", "--concise"]);
    assert_eq!(reason(&output), "exit 0: nothing at or above violation; 1 file could not be parsed");
    assert!(stdout(&output).starts_with("src/a.js:1:"), "{output:?}");
}

#[test]
fn programs_in_one_folder_share_no_storage() {
    let folder = tree(&[
        ("a/app.json", r#"{ "pages": ["p/p"] }"#),
        ("a/p/p.js", "Page({ type(e) { wx.setStorageSync('u', e.detail.value) } })"),
        ("a/p/p.wxml", "<input placeholder=\"手机号\" bindinput=\"type\" />"),
        ("b/app.json", r#"{ "pages": ["p/p"] }"#),
        ("b/p/p.js", "Page({ onLoad() { wx.request({ url: 'https://b.example', data: wx.getStorageSync('u') }) } })"),
        ("b/p/p.wxml", "<view/>"),
    ]);
    let report = json(&run(folder.path(), &["scan", "-f", "json", "--fail-on", "never"]));
    let sinks: Vec<&Value> =
        report["flows"].as_array().expect("flows").iter().map(|flow| &flow["sink"]["location"]["file"]).collect();
    assert_eq!(sinks, ["a/p/p.js"]);
}

#[test]
fn what_nothing_has_is_wrong_usage() {
    let folder = leaking();
    let wrong = |arguments: &[&str]| reason(&run(folder.path(), arguments));
    assert_eq!(
        wrong(&["models", "list", "--family", "locaton"]),
        "exit 2: there is no family locaton; did you mean location?"
    );
    assert_eq!(wrong(&["models", "list", "--kind", "bogus"]), "exit 2: there is no kind bogus");
    assert_eq!(wrong(&["models", "list", "--clause", "99"]), "exit 2: there is no clause 99; did you mean 9.9?");
    assert_eq!(wrong(&["graph", "src", "--function", "nope"]), "exit 2: there is no function nope in the program");
}

#[test]
fn levels_decide_the_status() {
    let folder = leaking();
    let fail_on = |level| reason(&run(folder.path(), &["scan", "src", "--models", "models.json", "--fail-on", level]));
    assert_eq!(fail_on("note"), "exit 1: 1 finding at or above note");
    assert_eq!(fail_on("warning"), "exit 0: nothing at or above warning");
    assert_eq!(fail_on("never"), "exit 0: analysed; --fail-on never");
}

#[test]
fn the_reason_is_english_and_the_report_is_not() {
    let folder = leaking();
    let output = run(folder.path(), &["scan", "src", "--models", "models.json", "--lang", "zh", "--fail-on", "note"]);
    assert_eq!(reason(&output), "exit 1: 1 finding at or above note");
    assert!(stdout(&output).starts_with("提示[14.2.4]: "), "{output:?}");
    let gone = run(folder.path(), &["scan", "gone", "--lang", "zh"]);
    assert!(reason(&gone).starts_with("exit 3: cannot analyse gone: "), "{gone:?}");
}

#[test]
fn timings_are_a_table_on_stderr_and_numbers_only_when_asked() {
    let folder = leaking();
    let output = run(folder.path(), &["scan", "src", "--timings", "-f", "json"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let names: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!((names.first(), &names[names.len() - 2..]), (Some(&"load"), &["total", "exit"][..]), "{text}");
    let phases = |output: &Output| json(output)["stats"]["phase_ms"].as_object().map(serde_json::Map::len);
    assert_eq!(phases(&output), Some(0));
    assert!(["rules", "report", "write"].iter().all(|phase| names.contains(phase)), "{text}");
    // How long it took to write it no report can say.
    assert_eq!(phases(&run(folder.path(), &["scan", "src", "-v", "-f", "json"])), Some(names.len() - 3));
}

#[test]
fn colours_follow_the_argument_and_then_the_environment() {
    let folder = leaking();
    let is_colored = |environment: &[(&str, &str)], color: &str| {
        let mut command = wxray(folder.path(), &["scan", "src", "--models", "models.json", "--color", color]);
        let output = command.envs(environment.iter().copied()).output().expect("an output");
        stdout(&output).contains('\u{1b}')
    };
    assert!(!is_colored(&[], "auto"));
    assert!(is_colored(&[("CLICOLOR_FORCE", "1")], "auto"));
    assert!(!is_colored(&[("CLICOLOR_FORCE", "0")], "auto"));
    assert!(!is_colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], "auto"));
    assert!(!is_colored(&[("CLICOLOR_FORCE", "1")], "never"));
    assert!(is_colored(&[("NO_COLOR", "1")], "always"));
}

#[test]
fn a_script_may_reach_the_project_around_it() {
    let folder = tree(&[
        ("models.json", MODELS),
        ("project/package.json", "{}"),
        ("project/lib/send.js", "module.exports = data => sink(data)\n"),
        ("project/pages/a/a.js", "require('../../lib/send')(source())\n"),
        ("project/pages/b.js", LEAK),
    ]);
    let files = |path: &str| {
        let report = json(&run(folder.path(), &["scan", path, "-f", "json", "--models", "models.json"]));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let file = |end: &str| text(&report["flows"][0][end]["location"]["file"]);
        [text(&report["project"]["root"]), file("source"), file("sink")]
    };
    assert_eq!(files("project/pages/a/a.js"), ["project", "pages/a/a.js", "lib/send.js"]);
    assert_eq!(files("project/pages/b.js"), ["pages", "b.js", "b.js"]);
}

#[test]
fn results_that_cannot_be_written_are_told_of() {
    let folder = leaking();
    let output = run(folder.path(), &["scan", "src", "-o", "absent/report.json"]);
    assert!(reason(&output).starts_with("exit 2: cannot write absent/report.json: "), "{output:?}");
    assert_eq!(run(folder.path(), &["scan", "src", "-o", "report.json"]).status.code(), Some(0));
    let mut left: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    left.sort();
    assert_eq!(left, ["models.json", "report.json", "src"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_of_and_a_reader_that_goes_away_is_not() {
    let folder = leaking();
    for arguments in [&["scan", "src"][..], &["models", "list"], &["models", "schema"], &["--help"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
        let output = program::plain(folder.path(), arguments).stdout(full).output().expect("an output");
        assert!(reason(&output).starts_with("exit 2: cannot write to stdout: "), "{output:?}");
    }
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let arguments = ["scan", "src", "--models", "models.json", "--fail-on", "note"];
    let output = program::plain(folder.path(), &arguments).stdout(writer).output().expect("an output");
    assert_eq!(reason(&output), "exit 1: 1 finding at or above note");
}

#[test]
fn models_are_listed_and_described() {
    let folder = leaking();
    let listed = json(&run(folder.path(), &["models", "list", "--format", "json"]));
    let rows = listed.as_array().expect("an array");
    assert!(100 < rows.len());
    for row in rows {
        assert!(row["id"].is_string() && row["family"].is_string() && row["data"].is_array(), "{row}");
        assert!(["source", "sink", "gate", "step"].contains(&row["kind"].as_str().expect("a kind")), "{row}");
    }
    let table = stdout(&run(folder.path(), &["models", "list", "--no-default-models", "--models", "models.json"]));
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["KIND", "ID", "FAMILY", "DATA", "CLAUSES"]);
    let is_own = |line: &&Vec<&str>| line.starts_with(&["source", "test.source"]) && line.last() == Some(&"test");
    assert_eq!(lines.iter().filter(is_own).count(), 1, "{table}");
    let schema = json(&run(folder.path(), &["models", "schema"]));
    let models: Value = serde_json::from_str(MODELS).expect("JSON");
    jsonschema::validate(&schema, &models).expect("valid models");
}

#[test]
fn what_became_anonymous_is_no_source_of_the_real_thing() {
    let call = "wx.getUserProfile({ desc: 'x', success(res) { \
                wx.request({ url: 'https://a.example.com', data: res.userInfo.nickName }) } })\n";
    let folder = tree(&[("src/a.js", call)]);
    let data = |more: &[&str]| {
        let report = json(&run(folder.path(), &[&["scan", "src", "-f", "json"], more].concat()));
        report["flows"].as_array().expect("flows").iter().map(|flow| flow["data"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(data(&["--release-date", "2022-01-01"]), ["nickname"]);
    assert_eq!(data(&[]), ["anonymous-profile"]);
}

/// Run with `BLESS=1` to write the schema anew.
#[test]
fn the_schema_of_models_in_the_repository_is_the_one_that_is_printed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/models/schema.json");
    let folder = leaking();
    let printed = stdout(&run(folder.path(), &["models", "schema"]));
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, &printed).expect("a schema");
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), printed, "BLESS=1 writes it anew");
}

#[test]
fn the_list_of_models_is_filtered() {
    let folder = leaking();
    let list = |filters: &[&str]| {
        let listed = json(&run(folder.path(), &[&["models", "list", "--format", "json"], filters].concat()));
        listed.as_array().expect("an array").clone()
    };
    let location = list(&["--family", "location", "--kind", "source"]);
    assert!(location.iter().any(|row| row["id"] == "wx.getLocation" && row["scope"] == "scope.userLocation"));
    assert!(location.iter().all(|row| row["family"] == "location" && row["kind"] == "source"));
    let phone = list(&["--category", "phone-number", "--clause", "14.2.1"]);
    assert!(!phone.is_empty());
    let has = |row: &Value, key: &str, word: &str| row[key].as_array().is_some_and(|all| all.contains(&word.into()));
    assert!(phone.iter().all(|row| has(row, "data", "phone-number") && has(row, "clauses", "14.2.1")));
    assert!(list(&["--kind", "gate"]).iter().any(|row| row["role"] == "consent"));
    assert!(list(&["--kind", "recipient"]).iter().any(|row| has(row, "hosts", "umeng.com")));
}

#[test]
fn models_are_checked_with_a_caret_at_what_is_wrong() {
    let folder = leaking();
    assert_eq!(reason(&run(folder.path(), &["models", "check", "models.json"])), "exit 0: 1 model file is valid");
    fs::write(folder.path().join("bad.json"), "{ \"sources\": [{ \"id\": 5 }] }").expect("a file");
    let bad = run(folder.path(), &["models", "check", "models.json", "bad.json"]);
    assert!(reason(&bad).starts_with("exit 2: "), "{bad:?}");
    let shown = String::from_utf8_lossy(&bad.stderr);
    assert!(shown.contains("bad.json:1:") && shown.contains('^'), "{shown}");
    fs::create_dir(folder.path().join("none")).expect("a folder");
    let none = run(folder.path(), &["models", "check", "none"]);
    assert_eq!(reason(&none), "exit 2: there is no model file (.json) in none");
    let gone = run(folder.path(), &["models", "check", "gone.json"]);
    assert!(reason(&gone).starts_with("exit 2: cannot read models gone.json: "), "{gone:?}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let one = run(Path::new(DEMO), &["scan", ".", "-f", "json", "-j", "1"]);
    let two = run(Path::new(DEMO), &["scan", ".", "-f", "json", "-j", "2"]);
    assert!(json(&one)["flows"].as_array().is_some_and(|flows| !flows.is_empty()));
    assert_eq!(stdout(&one), stdout(&two));
    let away = run(Path::new("/"), &["scan", DEMO, "-f", "json", "-j", "2"]);
    assert!(!stdout(&away).contains(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(json(&away)["flows"], json(&one)["flows"]);
}

/// Run with `BLESS=1` to write the schema anew.
#[test]
fn the_report_holds_to_its_published_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/report.schema.json");
    let current = format!("{:#}\n", serde_json::to_value(schemars::schema_for!(wxray::report::Report)).expect("JSON"));
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, &current).expect("a schema");
    }
    assert_eq!(fs::read_to_string(path).expect("a schema"), current, "BLESS=1 writes it anew");
    let report = json(&run(Path::new(DEMO), &["scan", "-f", "json", "-v"]));
    jsonschema::validate(&serde_json::from_str(&current).expect("JSON"), &report).expect("a valid report");
    for flow in report["flows"].as_array().expect("flows") {
        let status = flow["consent"]["status"].as_str().expect("a status");
        assert!(["gated", "platform", "none", "unknown"].contains(&status) && flow["consent"]["evidence"].is_array());
        assert!(flow["features"].is_array() && flow["steps"].as_array().is_some_and(|steps| 2 <= steps.len()));
        assert!(flow["steps"].as_array().into_iter().flatten().all(|step| step["note"].is_string()));
    }
}

#[test]
fn the_text_of_a_flow_from_script_to_template_reads_in_both_languages() {
    let page = "Page({\n  data: { name: '' },\n  onLoad() {\n    this.setData({ name: source() })\n  },\n  onTap(event) \
                {\n    sink(event.currentTarget.dataset.who)\n  }\n})\n";
    let folder = tree(&[
        ("models.json", MODELS),
        ("app/app.json", r#"{ "pages": ["pages/a/a"] }"#),
        ("app/app.js", "App({})\n"),
        ("app/pages/a/a.json", "{}\n"),
        ("app/pages/a/a.js", page),
        ("app/pages/a/a.wxml", "<view data-who=\"{{name}}\" bindtap=\"onTap\">{{name}}</view>\n"),
    ]);
    for lang in ["en", "zh"] {
        let output = run(folder.path(), &["scan", "app", "-v", "--models", "models.json", "--lang", lang]);
        insta::with_settings!({ snapshot_path => "../src/report/snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("cli_flow_{lang}"), stdout(&output));
        });
    }
}

#[test]
fn many_remarks_are_counted_with_their_first_place_and_clauses_stand_below() {
    let folder = tree(&[("models.json", MODELS), ("src/a.js", &LEAK.repeat(25))]);
    let text = stdout(&run(folder.path(), &["scan", "src", "--models", "models.json"]));
    assert!(text.contains("  [14.2.4] test → a network request × 25  src/a.js:1:1\n"), "{text}");
    let demo = stdout(&run(Path::new(DEMO), &["scan"]));
    let clause = "  14.3.5 violated: Protect collected data with reasonable security measures (1 violation)\n";
    assert!(demo.contains(clause) && demo.contains("  others: "), "{demo}");
    assert!(!stdout(&run(Path::new(DEMO), &["scan", "-q"])).contains(clause));
}
