//! Every format as its readers take it: schemas, escaping, and what is said where a reader shows less than there is.
//! Knows the command line and the formats' own rules, and nothing of the insides.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;

use program::{DEMO, LEAK, MODELS, json, leaking, reason, run, stdout, tree};
use serde_json::Value;
use tempfile::TempDir;

fn sarif_schema() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/sarif-2.1.0.json");
    let text = fs::read_to_string(path).expect("a schema");
    // As published it holds a bracket without its other half, which only the patterns of browsers let pass.
    serde_json::from_str(&text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).expect("JSON")
}

/// A program whose names and texts are as unkind as names and texts can be.
fn hostile() -> TempDir {
    tree(&[
        ("models.json", MODELS),
        ("src/a, b:c%d\u{201c}|`<i>\u{202e}.js", "let o = { '<script>alert(1)</script>': source() }\nsink(o)\n"),
        ("src/中文 名.js", "sink(\n  source()\n)\n"),
        ("src/broken.js", "sink((source(\n"),
    ])
}

fn scan(folder: &Path, format: &str, more: &[&str]) -> std::process::Output {
    run(folder, &[&["scan", "src", "--models", "models.json", "-f", format], more].concat())
}

#[test]
fn sarif_holds_to_its_schema() {
    let schema = sarif_schema();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let hostile = hostile();
    let logs = [
        json(&run(Path::new(DEMO), &["scan", "-f", "sarif"])),
        json(&run(Path::new(DEMO), &["scan", "-f", "sarif", "--lang", "zh"])),
        json(&scan(hostile.path(), "sarif", &[])),
    ];
    for log in &logs {
        let errors: Vec<String> = validator.iter_errors(log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let results = |log: &Value| log["runs"][0]["results"].as_array().map_or(0, Vec::len);
    assert!(2 < results(&logs[0]) && results(&logs[0]) == results(&logs[1]));
}

#[test]
fn sarif_tells_the_whole_path_and_what_was_not_seen() {
    let hostile = hostile();
    let (log, report) = (json(&scan(hostile.path(), "sarif", &[])), json(&scan(hostile.path(), "json", &[])));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let results = run["results"].as_array().expect("results");
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(results.len(), findings.len());
    for (result, finding) in results.iter().zip(findings) {
        assert_eq!(result["partialFingerprints"]["wxrayFingerprint/v1"], finding["id"]);
        let rule = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], finding["clause"]);
        assert!(run["tool"]["driver"]["rules"][rule]["help"]["markdown"].as_str().is_some_and(|text| text.len() > 40));
        let flow = report["flows"].as_array().into_iter().flatten().find(|flow| flow["id"] == finding["flow"]);
        let steps = flow.expect("a flow")["steps"].as_array().expect("steps");
        let locations = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().expect("locations");
        assert_eq!(locations.len(), steps.len());
        for location in locations {
            assert!(location["location"]["message"]["text"].is_string());
            assert!(["essential", "important", "unimportant"].contains(&location["importance"].as_str().expect("one")));
        }
    }
    let place = &results.last().expect("a result")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/%E4%B8%AD%E6%96%87%20%E5%90%8D.js");
    assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    let told = run["invocations"][0]["toolExecutionNotifications"].as_array().map(Vec::len);
    assert_eq!(told, report["diagnostics"].as_array().map(Vec::len));
    assert!(told.is_some_and(|told| 0 < told));
}

#[test]
fn annotations_stay_on_their_line_and_say_how_many_are_not_shown() {
    let hostile = hostile();
    let text = stdout(&scan(hostile.path(), "github", &[]));
    assert!(text.lines().all(|line| line.starts_with("::notice ") || line.starts_with("::warning ")), "{text}");
    assert!(text.contains("file=src/a%2C b%3Ac%25d"), "{text}");
    // Columns are left out where the place goes over several lines.
    assert!(text.contains("file=src/中文 名.js,line=1,endLine=3,title="), "{text}");
    let many = tree(&[("models.json", MODELS), ("src/a.js", &LEAK.repeat(14))]);
    let text = stdout(&scan(many.path(), "github", &[]));
    assert_eq!(text.lines().count(), 15);
    assert!(text.ends_with("::notice title=wxray::4 more not shown here; see the whole report\n"), "{text}");
}

#[test]
fn code_quality_has_what_gitlab_asks_for() {
    let hostile = hostile();
    let entries = json(&scan(hostile.path(), "gitlab", &[]));
    let mut seen = std::collections::BTreeSet::new();
    for entry in entries.as_array().expect("an array") {
        assert!(entry["description"].is_string() && entry["check_name"].is_string(), "{entry}");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&entry["severity"].as_str().expect("one")));
        assert!(entry["location"]["path"].as_str().is_some_and(|path| path.starts_with("src/")), "{entry}");
        assert!(entry["location"]["lines"]["begin"].is_u64());
        assert!(seen.insert(entry["fingerprint"].as_str().expect("a fingerprint").to_owned()), "{entry}");
    }
    assert!(2 < seen.len());
}

#[test]
fn junit_is_xml_and_fails_what_fails_the_run() {
    let hostile = hostile();
    let counts = |more: &[&str]| {
        let text = stdout(&scan(hostile.path(), "junit", more));
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}")) {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                    *counts.entry(tag.name().as_ref().to_owned()).or_default() += 1;
                }
                _ => {}
            }
        }
        counts
    };
    let (lenient, strict) = (counts(&[]), counts(&["--fail-on", "note"]));
    assert_eq!(lenient.get("failure"), None);
    assert_eq!(strict.get("failure"), lenient.get("system-out"));
    assert!(strict.get("failure").is_some_and(|count| 1 < *count), "{strict:?}");
    assert!(27 <= strict["testsuite"]);
}

#[test]
fn markdown_holds_no_markup_of_the_program_and_counts_what_it_cuts() {
    let hostile = hostile();
    let text = stdout(&scan(hostile.path(), "markdown", &[]));
    assert!(text.contains("<details>") && !text.contains("<script>") && !text.contains("<i>"), "{text}");
    let many = tree(&[("models.json", MODELS), ("src/a.js", &LEAK.repeat(400))]);
    let text = stdout(&scan(many.path(), "markdown", &[]));
    assert!(text.len() < 65_000 && text.contains(" more not shown here"), "{}", text.len());
}

#[test]
fn a_table_has_a_row_for_each_finding_and_no_formulas() {
    let hostile = hostile();
    let text = stdout(&scan(hostile.path(), "csv", &[]));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
    let findings = json(&scan(hostile.path(), "json", &[]))["findings"].as_array().map_or(0, Vec::len);
    assert_eq!(rows.len(), findings);
    let column = head.iter().position(|name| name == "file").expect("a column");
    assert!(rows.iter().all(|row| row[column].starts_with("src/")));
    let formula = tree(&[("models.json", MODELS), ("=1+1.js", LEAK)]);
    let text = stdout(&run(formula.path(), &["scan", ".", "--models", "models.json", "-f", "csv"]));
    assert!(text.contains(",'=1+1.js,"), "{text}");
}

#[test]
fn one_run_writes_several_files_by_their_endings() {
    let folder = leaking();
    let names = ["a.json", "a.sarif", "a.md", "a.csv", "a.xml", "a.gitlab.json", "a.txt"];
    let outputs: Vec<&str> = names.iter().flat_map(|name| ["-o", name]).collect();
    let output = run(folder.path(), &[&["scan", "src", "--models", "models.json"], &outputs[..]].concat());
    assert_eq!((reason(&output).as_str(), stdout(&output).as_str()), ("exit 0: nothing at or above violation", ""));
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    for (name, format) in names.iter().zip(["json", "sarif", "markdown", "csv", "junit", "gitlab", "text"]) {
        assert_eq!(text(name), stdout(&scan(folder.path(), format, &[])), "{name}");
    }
    let both = run(folder.path(), &["scan", "src", "--models", "models.json", "-o", "b.json", "--format", "csv"]);
    assert_eq!(stdout(&both), text("a.csv"));
    let unknown = run(folder.path(), &["scan", "src", "-o", "a.pdf"]);
    assert!(
        reason(&unknown).starts_with("exit 2: cannot tell the format of a.pdf from its extension ("),
        "{unknown:?}"
    );
}

/// The demo, and every program among the fixtures.
fn programs() -> Vec<std::path::PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let programs = fs::read_dir(fixtures.join("programs")).expect("a folder");
    let mut all: Vec<_> = programs.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    all.push(fixtures.join("demo"));
    all.sort();
    all
}

#[test]
fn every_format_renders_every_program_and_sarif_is_valid() {
    let schema = sarif_schema();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let out = tempfile::tempdir().expect("a folder");
    let names = ["a.json", "a.sarif", "a.html", "a.md", "a.csv", "a.xml", "a.gitlab.json", "a.txt"];
    let files = names.map(|name| out.path().join(name).display().to_string());
    let outputs: Vec<&str> = files.iter().flat_map(|file| ["-o", file.as_str()]).collect();
    for program in programs() {
        let output = run(&program, &[&["scan", "."], &outputs[..]].concat());
        assert!(reason(&output).starts_with("exit "), "{output:?}");
        let log = serde_json::from_slice(&fs::read(&files[1]).expect("a file")).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", program.display());
        for file in &files {
            assert!(0 < fs::metadata(file).expect("a file").len(), "{file}");
            fs::remove_file(file).expect("a file");
        }
    }
}

#[test]
fn the_looks_of_the_formats() {
    let folder = leaking();
    for format in ["sarif", "github", "gitlab", "junit", "markdown", "csv"] {
        for lang in ["en", "zh"] {
            let text = stdout(&scan(folder.path(), format, &["--lang", lang]));
            let text = text.replace(env!("CARGO_PKG_VERSION"), "[version]");
            insta::with_settings!({ snapshot_path => "../src/report/snapshots", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("cli_{format}_{lang}"), text);
            });
        }
    }
}
