//! Many programs in one run: a line for each, whatever is in it. Knows the contract of the command line.

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use program::{LEAK, MODELS, reason, run, tree, wxray};
use serde_json::Value;

/// Lines by the path of their program.
fn lines(text: &str) -> BTreeMap<String, Value> {
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(read).map(|line| (line["path"].as_str().expect("a path").to_owned(), line)).collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

/// Three programs and what is none.
fn programs() -> tempfile::TempDir {
    let deep = format!("x = {}{}\n", "[".repeat(20_000), "]".repeat(20_000));
    tree(&[
        ("models.json", MODELS),
        ("leak/a.js", LEAK),
        ("clean/a.js", "let a = 1\n"),
        ("deep/a.js", &deep),
        ("broken/a.js", "let = = ("),
        ("empty/readme.md", ""),
        ("list", "leak\nclean\n\ndeep\nbroken\r\nempty\ngone\n"),
    ])
}

#[test]
fn each_program_has_a_line_and_failures_stop_nobody() {
    let folder = programs();
    let output = run(folder.path(), &["batch", "list", "--models", "models.json", "-j", "2"]);
    assert_eq!(reason(&output), "exit 3: 4 of 6 programs not analysed");
    let lines = lines(&program::stdout(&output));
    let paths: Vec<&str> = lines.keys().map(String::as_str).collect();
    assert_eq!(paths, ["broken", "clean", "deep", "empty", "gone", "leak"]);
    for (path, line) in &lines {
        if matches!(path.as_str(), "leak" | "clean") {
            let scanned = run(folder.path(), &["scan", path, "--models", "models.json", "-f", "json"]);
            let mut report = line.as_object().expect("an object").clone();
            assert_eq!(report.remove("path"), Some(Value::from(path.as_str())));
            assert_eq!(report.remove("status"), Some(Value::from(0)));
            assert_eq!(Value::from(report), program::json(&scanned), "{path}");
        } else {
            assert_eq!(line["status"], 3, "{path}");
            assert!(line["error"].as_str().is_some_and(|error| error.contains(path.as_str())), "{line}");
        }
    }
    assert_eq!(lines["leak"]["flows"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_list_may_come_on_stdin_and_programs_do_not_judge_themselves() {
    let folder = programs();
    fs::write(folder.path().join("leak/wxray.toml"), "this is no toml").expect("a file");
    let mut command = wxray(folder.path(), &["batch", "--models", "models.json", "--fail-on", "note"]);
    let output = command.write_stdin("leak\nclean\n").output().expect("an output");
    assert_eq!(lines(&program::stdout(&output)).len(), 2, "{output:?}");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
}

#[test]
fn a_run_that_was_cut_off_is_taken_up_again() {
    let folder = programs();
    let out = folder.path().join("out.jsonl");
    let batch = |more: &[&str]| {
        run(folder.path(), &[&["batch", "list", "-o", "out.jsonl", "--models", "models.json"], more].concat())
    };
    batch(&[]);
    let whole = lines(&text(&out));
    assert_eq!(whole.len(), 6);
    // The last line is cut in the middle.
    let kept = text(&out);
    fs::write(&out, &kept[..kept.len() - 20]).expect("a file");
    let output = batch(&["--resume"]);
    assert!(reason(&output).ends_with(", 5 done before"), "{output:?}");
    assert_eq!(lines(&text(&out)), whole);
    assert_eq!(text(&out).lines().count(), 6);
    assert!(reason(&batch(&["--resume"])).starts_with("exit 0: 0 programs analysed, 6 done before"));
    assert!(reason(&run(folder.path(), &["batch", "list", "--resume"])).starts_with("exit 2: "));
    assert!(reason(&run(folder.path(), &["batch", "nowhere"])).starts_with("exit 2: cannot read nowhere"));
}

/// Processes that a process has started.
#[cfg(target_os = "linux")]
fn children(pid: u32) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let texts = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    texts.flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_takes_its_process_down_stops_nobody() {
    use std::process::{Command, Stdio};

    let slow = LEAK.repeat(50_000);
    let folder = tree(&[("models.json", MODELS), ("slow/a.js", &slow), ("leak/a.js", LEAK), ("list", "slow\nleak\n")]);
    let mut batch = program::plain(folder.path(), &["batch", "list", "--models", "models.json", "-j", "1"]);
    let batch = batch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
    let worker = loop {
        if let Some(worker) = children(batch.id()).pop() {
            break worker;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(Command::new("kill").args(["-9", &worker]).status().expect("kill").success());
    let output = batch.wait_with_output().expect("an output");
    let lines = lines(&program::stdout(&output));
    let error = lines["slow"]["error"].as_str().expect("an error");
    assert!(error.starts_with("internal error: the analysis of slow ended with signal: 9"), "{error}");
    assert_eq!(lines["leak"]["flows"].as_array().map(Vec::len), Some(1));
    assert_eq!(reason(&output), "exit 3: 1 of 2 programs not analysed");
}

/// A job of Spark's whose mapper is the program.
const SPARK: &str = r#"
import json, sys
from pyspark import SparkContext
context = SparkContext("local[2]", "programs")
paths = open("list").read().split()
lines = context.parallelize(paths, 20).pipe(sys.argv[1] + " batch -j1 --models models.json").map(json.loads).collect()
open("spark.jsonl", "w").write("\n".join(map(json.dumps, lines)))
"#;

#[test]
fn spark_may_hand_out_the_programs() {
    // Only where somebody names a Python that has Spark.
    let Ok(python) = std::env::var("WXRAY_PYSPARK") else { return };
    let mut files = vec![("models.json".to_owned(), MODELS.to_owned())];
    files.extend((0..200).map(|at| (format!("p{at}/a.js"), format!("const at = {at}\n{}", LEAK.repeat(at % 3)))));
    files.push(("p7/a.js".to_owned(), "let = = (".to_owned()));
    files.push(("p8/a.js".to_owned(), format!("x = {}", "[".repeat(20_000))));
    let list: Vec<String> = (0..200).map(|at| format!("p{at}")).collect();
    files.push(("list".to_owned(), list.join("\n")));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = tree(&files);
    let alone = run(folder.path(), &["batch", "list", "--models", "models.json"]);
    let mut spark = std::process::Command::new(python);
    spark.args(["-c", SPARK, env!("CARGO_BIN_EXE_wxray")]).current_dir(folder.path());
    assert!(spark.status().expect("a Python").success());
    let merged = lines(&text(&folder.path().join("spark.jsonl")));
    assert_eq!(merged.len(), 200);
    assert_eq!(merged, lines(&program::stdout(&alone)));
}
