//! `wxray.toml`, comments and baselines as their users meet them: found, refused, shown, and out of date.
//! Knows the command line, and nothing of the insides.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;

use program::{DEMO, LEAK, MODELS, json, leaking, reason, run, stdout, tree};
use serde_json::Value;

const SETTINGS: &str = "fail-on = \"note\"\nmodels = [\"models.json\"]\n";

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn settings_are_found_upwards_and_options_beat_them() {
    let folder = tree(&[("wxray.toml", SETTINGS), ("models.json", MODELS), ("app/src/a.js", LEAK)]);
    assert_eq!(reason(&run(folder.path(), &["scan", "app/src"])), "exit 1: 1 finding at or above note");
    let inside = folder.path().join("app/src");
    assert_eq!(reason(&run(&inside, &["scan"])), "exit 1: 1 finding at or above note");
    let option = run(folder.path(), &["scan", "app", "--fail-on", "warning"]);
    assert_eq!(reason(&option), "exit 0: nothing at or above warning");
    fs::write(folder.path().join("other.toml"), "fail-on = \"never\"\n").expect("a file");
    let named = run(folder.path(), &["scan", "app", "--config", "other.toml"]);
    assert_eq!(reason(&named), "exit 0: analysed; --fail-on never");
    let gone = run(folder.path(), &["scan", "app", "--config", "gone.toml"]);
    assert!(reason(&gone).starts_with("exit 2: cannot read settings gone.toml: "), "{gone:?}");
}

#[test]
fn mistakes_in_settings_have_a_caret_and_a_better_name() {
    let folder = tree(&[("wxray.toml", "# first\nfail_on = \"note\"\n"), ("src/a.js", LEAK)]);
    let output = run(folder.path(), &["scan", "src"]);
    assert!(reason(&output).starts_with("exit 2: the settings in ") && stdout(&output).is_empty(), "{output:?}");
    let text = stderr(&output);
    assert!(
        text.contains("wxray.toml:2:1") && text.contains("^^^^^^^") && text.contains("did you mean fail-on?"),
        "{text}"
    );
    let zh = stderr(&run(folder.path(), &["scan", "src", "--lang", "zh"]));
    assert!(zh.contains("是否为 fail-on？"), "{zh}");
}

#[test]
fn what_is_in_force_is_shown_with_its_origin() {
    let folder = tree(&[("wxray.toml", SETTINGS), ("models.json", MODELS), ("src/a.js", LEAK)]);
    let text = stdout(&run(folder.path(), &["config", "show", "src", "--no-default-models"]));
    let line = |key: &str| text.lines().find(|line| line.starts_with(key)).unwrap_or_default().to_owned();
    assert!(line("fail-on = \"note\"").ends_with("wxray.toml:1"), "{text}");
    assert!(line("default-models = false").ends_with("# command line"), "{text}");
    assert!(line("lang = \"auto\"").ends_with("# default"), "{text}");
}

#[test]
fn a_comment_on_the_way_of_a_finding_is_told_where_the_finding_stands() {
    let script = "// wxray-ignore 14.2.4: agreed\nconst data = source()\nsink(data)\n";
    let folder = tree(&[("models.json", MODELS), ("src/a.js", script)]);
    let text = stdout(&run(folder.path(), &["scan", "src", "--models", "models.json", "--concise"]));
    let told = "src/a.js:1:1: warning[ignore-unused] the finding of 14.2.4 does not stand here, but at a.js:3";
    assert!(text.contains(told), "{text}");
}

#[test]
fn the_settings_have_a_published_schema() {
    let schema = stdout(&run(Path::new("/"), &["config", "schema"]));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/config/wxray.schema.json");
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, &schema).expect("a schema");
    }
    assert_eq!(fs::read_to_string(path).expect("a schema"), schema, "BLESS=1 writes it anew");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let settings: Value = toml::from_str(SETTINGS).expect("TOML");
    jsonschema::validate(&schema, &settings).expect("valid settings");
    assert!(jsonschema::validate(&schema, &serde_json::json!({ "fail_on": "note" })).is_err());
}

#[test]
fn init_writes_settings_that_hold_and_says_what_was_found() {
    let folder = tree(&[
        ("app/app.json", r#"{ "pages": ["pages/a/a"] }"#),
        ("app/app.js", "App({})\n"),
        (
            "app/pages/a/a.js",
            "Page({ onLoad() { wx.getLocation({ success(r) { wx.request({ url: 'https://api.example.com/x', data: r }) } }) } })\n",
        ),
        ("app/miniprogram_npm/kit/index.js", "module.exports = 1\n"),
    ]);
    for lang in ["en", "zh"] {
        let output = run(folder.path(), &["init", "app", "--force", "--lang", lang]);
        assert_eq!(reason(&output), "exit 0: app/wxray.toml written");
        let text = fs::read_to_string(folder.path().join("app/wxray.toml")).expect("a file");
        for found in ["# \"api.example.com\", # location", "#   kit", "(location): wx.getLocation", "own-hosts = ["] {
            assert!(text.contains(found), "{found}: {text}");
        }
        assert!(reason(&run(folder.path(), &["scan", "app", "--fail-on", "never"])).starts_with("exit 0: "));
        // What stands in comments is right as well once it is no comment any more.
        let own = text.replace("  # \"api.example.com\"", "  \"api.example.com\"");
        fs::write(folder.path().join("app/wxray.toml"), own).expect("a file");
        let inventory = json(&run(folder.path(), &["inventory", "app", "-f", "json"]));
        let sent = &inventory["data"][0]["sent"][0];
        assert_eq!((&sent["recipient"], &sent["party"]), (&"api.example.com".into(), &"own".into()));
    }
    let again = run(folder.path(), &["init", "app"]);
    assert_eq!(reason(&again), "exit 2: app/wxray.toml is there already; --force replaces it");
}

#[test]
fn comments_and_entries_take_findings_out_and_say_when_they_are_stale() {
    let wxml = "<!-- wxray-ignore 14.2.4: nothing here -->\n<view/>\n";
    let folder = tree(&[
        ("models.json", MODELS),
        (
            "wxray.toml",
            "models = [\"models.json\"]\n[[ignore]]\nclause = \"14.2.4\"\nfiles = [\"src/b.js\"]\nreason = \"ours\"\n\n[[ignore]]\nclause = \"14.2.4\"\nfiles = [\"src/none.js\"]\nreason = \"gone\"\n",
        ),
        ("src/a.js", "sink(source()) // wxray-ignore 14.2.4: agreed (until 2999-01-01)\n"),
        ("src/b.js", LEAK),
        ("src/c.js", "// wxray-ignore 14.2.4: once (until 2001-01-01)\nsink(source())\n"),
        ("src/d.wxml", wxml),
    ]);
    let report = json(&run(folder.path(), &["scan", "src", "-f", "json"]));
    let mut by_file: Vec<(String, String)> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            let file = finding["location"]["file"].as_str().unwrap_or_default().to_owned();
            (file, finding["suppressed"]["by"].as_str().unwrap_or("counts").to_owned())
        })
        .collect();
    by_file.sort();
    let expected = [("a.js", "comment"), ("b.js", "config"), ("c.js", "counts")];
    assert_eq!(by_file, expected.map(|(file, by)| (file.to_owned(), by.to_owned())));
    let text = stdout(&run(folder.path(), &["scan", "src"]));
    assert!(text.contains("warning[ignore-expired]") && text.contains("c.js:1:1"), "{text}");
    assert!(text.contains("warning[ignore-unused]: ../wxray.toml:7:1: "), "{text}");
    assert!(text.contains("d.wxml:1:1"), "{text}");
    assert!(text.contains("1 note; 2 ignored") || text.contains("1 note, 2 ignored"), "{text}");
    let github = stdout(&run(folder.path(), &["scan", "src", "-f", "github"]));
    assert!(github.contains("file=wxray.toml,line=7,"), "{github}");
    let concise = stdout(&run(folder.path(), &["scan", "src", "--concise"]));
    let warnings = concise.lines().filter(|line| line.contains(": warning[ignore-")).count();
    assert_eq!((concise.lines().count(), warnings), (4, 3), "{concise}");
    let shown = stdout(&run(folder.path(), &["scan", "src", "--concise", "--show-suppressed"]));
    assert!(
        shown.contains("(ignored by a comment: agreed)") && shown.contains("(ignored by the settings: ours)"),
        "{shown}"
    );
    let sarif = json(&run(folder.path(), &["scan", "src", "-f", "sarif"]));
    let kinds: Vec<&Value> = sarif["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| &result["suppressions"][0]["kind"])
        .collect();
    assert_eq!(kinds, [&Value::from("inSource"), &Value::from("external"), &Value::Null]);
}

#[test]
fn a_baseline_outlives_moved_lines_and_renamed_files() {
    let folder = leaking();
    let scan = |more: &[&str]| {
        run(folder.path(), &[&["scan", "src", "--models", "models.json", "--fail-on", "note"], more].concat())
    };
    let first = scan(&["--write-baseline", "base.json"]);
    assert_eq!(reason(&first), "exit 1: 1 finding at or above note");
    assert_eq!(reason(&scan(&["--baseline", "base.json"])), "exit 0: nothing at or above note");
    fs::remove_file(folder.path().join("src/a.js")).expect("a file");
    fs::create_dir(folder.path().join("src/deep")).expect("a folder");
    fs::write(folder.path().join("src/deep/renamed.js"), format!("// new\n\n  {LEAK}")).expect("a file");
    assert_eq!(reason(&scan(&["--baseline", "base.json"])), "exit 0: nothing at or above note");
    fs::write(folder.path().join("src/deep/new.js"), "sink({ phone: source() })\n").expect("a file");
    assert_eq!(reason(&scan(&["--baseline", "base.json"])), "exit 1: 1 finding at or above note");
    scan(&["-o", "report.json"]);
    assert_eq!(reason(&scan(&["--baseline", "report.json"])), "exit 0: nothing at or above note");
    let wrong = scan(&["--baseline", "models.json"]);
    assert!(reason(&wrong).starts_with("exit 2: models.json is no baseline: "), "{wrong:?}");
}

#[test]
fn the_inventory_tells_what_goes_where_in_every_format() {
    let demo = Path::new(DEMO);
    let inventory = json(&run(demo, &["inventory", "-f", "json"]));
    let report = json(&run(demo, &["scan", "-f", "json"]));
    assert_eq!(inventory, report["inventory"]);
    assert_eq!(inventory["platform"].as_array().map(Vec::len), Some(21));
    let located = |kind: &Value| kind["key"] == "Location" && 0 < kind["places"].as_array().map_or(0, Vec::len);
    assert!(inventory["platform"].as_array().into_iter().flatten().any(located));
    for format in ["text", "csv", "markdown"] {
        for lang in ["en", "zh"] {
            let text = stdout(&run(demo, &["inventory", "-f", format, "--lang", lang]));
            insta::with_settings!({ snapshot_path => "../src/report/snapshots", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("inventory_{format}_{lang}"), text);
            });
        }
    }
    let draft = stdout(&run(demo, &["inventory", "--guideline"]));
    insta::with_settings!({ snapshot_path => "../src/report/snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("inventory_guideline", draft);
    });
}

#[test]
fn the_presence_check_tells_code_that_runs_from_code_that_does_not() {
    let folder = tree(&[
        ("app/app.json", r#"{ "pages": ["pages/a/a"] }"#),
        ("app/app.js", "App({})\n"),
        ("app/pages/a/a.js", "const u = require('../../util')\nPage({ onLoad() { u.here() } })\n"),
        ("app/util.js", "exports.here = () => wx.getLocation({})\nfunction never() { wx.chooseAddress({}) }\n"),
        ("app/miniprogram_npm/kit/index.js", "module.exports = () => wx.chooseImage({})\n"),
    ]);
    let inventory = json(&run(folder.path(), &["inventory", "app", "-f", "json"]));
    let place = |key: &str| {
        let kinds = inventory["platform"].as_array().expect("kinds");
        let place = &kinds.iter().find(|kind| kind["key"] == key).expect("a kind")["places"][0];
        (place["reachable"].as_bool().expect("a place"), place["package"].as_str().map(str::to_owned))
    };
    assert_eq!(place("Location"), (true, None));
    assert_eq!(place("Address"), (false, None));
    assert_eq!(place("Album"), (false, Some("kit".to_owned())));
}

#[test]
fn completions_and_the_manual_are_made_from_the_arguments() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(stdout(&run(Path::new("/"), &["completions", shell])).contains("write-baseline"), "{shell}");
    }
    let manual = stdout(&run(Path::new("/"), &["man"]));
    assert!(manual.contains(".TH wxray 1") && manual.contains("inventory"), "{manual}");
    let own = stdout(&run(Path::new("/"), &["man", "scan"]));
    assert!(own.contains(".TH wxray-scan 1") && own.contains("write\\-baseline"), "{own}");
    assert_eq!(reason(&run(Path::new("/"), &["man", "scn"])), "exit 2: there is no command scn; did you mean scan?");
}
