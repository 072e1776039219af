//! Input that is broken, huge or odd: every run ends soon, with a status, and names what it did not see.
//! Knows the contract of the command line, and nothing of the insides.

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::time::{Duration, Instant};

use program::{json, reason, run, tree};
use serde_json::Value;

/// Code and file of each diagnostic.
fn codes(report: &Value) -> Vec<(String, String)> {
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
    diagnostics.iter().map(|one| (of(&one["code"]), of(&one["location"]["file"]))).collect()
}

fn is_named(report: &Value, file: &str) -> bool {
    codes(report).iter().any(|(_, own)| own == file)
}

/// Scans these files, which must end soon and with a report; gives the report and the status.
fn survive(files: &[(&str, &str)]) -> (Value, Option<i32>) {
    let folder = tree(files);
    let start = Instant::now();
    let output = run(folder.path(), &["scan", ".", "-f", "json"]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    reason(&output);
    (json(&output), output.status.code())
}

#[test]
fn one_line_of_20_megabytes_is_survived() {
    // Some 80,000 statements: what a bundle of that size holds.
    let line = format!("var item=\"{}\";go(item);", "x".repeat(230)).repeat(80 << 10);
    assert!(20_000_000 < line.len());
    let (report, code) = survive(&[("big.js", &line), ("small.js", "1\n")]);
    assert_eq!(code, Some(0));
    assert_eq!(report["stats"]["bytes"], line.len() + 2);
}

#[test]
fn deep_nesting_is_named() {
    let deep = format!("{}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let (report, code) = survive(&[("deep.js", &format!("x = {deep}")), ("deep.json", &deep), ("small.js", "1\n")]);
    assert_eq!(code, Some(0));
    assert!(is_named(&report, "deep.js"), "{:?}", codes(&report));
}

#[test]
fn odd_bytes_and_line_ends_keep_their_places() {
    let (report, code) = survive(&[("nul.js", "let a = '\0'\0\n"), ("crlf.js", "let a = 1\r\nlet b = =\r\n")]);
    // A stray NUL is read over; only a file of which nothing is left counts as unseen.
    assert_eq!(code, Some(0));
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
    let crlf = diagnostics.iter().find(|one| one["location"]["file"] == "crlf.js").expect("a diagnostic");
    assert_eq!(crlf["location"]["start"]["line"], 2);
    assert!(is_named(&report, "nul.js"), "{:?}", codes(&report));
}

#[test]
fn broken_configurations_and_absent_files_are_named() {
    let (report, code) = survive(&[
        ("project.config.json", "{ \"miniprogramRoot\": "),
        ("app.json", r#"{ "pages": ["pages/a/a", "pages/gone/gone"] }"#),
        ("app.js", "App({})\n"),
        ("pages/a/a.js", "Page({})\n"),
        ("pages/a/a.json", "{ broken"),
    ]);
    assert_eq!(code, Some(0));
    for file in ["app.json", "project.config.json", "pages/a/a.json"] {
        assert!(is_named(&report, file), "{file}: {:?}", codes(&report));
    }
}

#[test]
fn templates_that_are_not_there_are_named() {
    let template = "<import src='gone.wxml'/><view><include src=\"/also/gone\"/></view><include src='b'/><import/>";
    let (report, _) = survive(&[
        ("app.json", r#"{ "pages": ["a/a"] }"#),
        ("app.js", "App({})\n"),
        ("a/a.js", "Page({})\n"),
        ("a/a.wxml", template),
        ("a/b.wxml", "<view/>"),
    ]);
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics").iter();
    let absent = diagnostics.filter(|one| one["code"] == "unresolved-template");
    let columns: Vec<&Value> = absent.map(|one| &one["location"]["start"]["column"]).collect();
    assert_eq!(columns, [14, 46]);
}

#[test]
fn what_is_wrong_in_many_places_is_counted() {
    let folder = tree(&[
        ("app.json", r#"{ "pages": ["a/a"] }"#),
        ("app.js", "App({})\n"),
        ("a/a.js", "Page({})\n"),
        ("a/a.wxml", &"</view>".repeat(5_000)),
    ]);
    let report = json(&run(folder.path(), &["scan", ".", "-f", "json"]));
    let named: Vec<(String, String)> = codes(&report).into_iter().filter(|(_, file)| file == "a/a.wxml").collect();
    assert_eq!(named.len(), 100);
    assert_eq!(report["diagnostics"].as_array().and_then(|all| all.last()).expect("one")["more"], 4_900);
    let told = program::stdout(&run(folder.path(), &["scan", "."]));
    assert!(told.contains("4997"), "{told}");
}

#[test]
fn a_folder_named_like_a_file_is_a_folder() {
    let (report, code) = survive(&[("app.json/x.js", "1\n"), ("a.js/b.js", "1\n")]);
    assert_eq!((report["stats"]["files"].as_u64(), code), (Some(2), Some(0)));
}

#[test]
fn what_was_not_seen_is_never_clean() {
    let folder = tree(&[("empty/readme.md", ""), ("broken/a.js", "let = = ("), ("one.js", "let = = (")]);
    for path in ["gone", "empty", "broken", "one.js"] {
        let output = run(folder.path(), &["scan", path, "--fail-on", "never"]);
        assert!(reason(&output).starts_with(&format!("exit 3: cannot analyse {path}: ")), "{output:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_the_disk_withholds_is_named() {
    use std::fs::{self, Permissions};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tree(&[("in/a.js", "1\n"), ("in/closed/b.js", "1\n"), ("out/c.js", "1\n"), ("in/shut.js", "1\n")]);
    let root = folder.path().join("in");
    fs::write(root.join(std::ffi::OsStr::from_bytes(b"\xC9\xCC.js")), "1\n").expect("a file");
    symlink(folder.path().join("out"), root.join("out")).expect("a link");
    symlink(&root, root.join("circle")).expect("a link");
    for path in ["closed", "shut.js"] {
        fs::set_permissions(root.join(path), Permissions::from_mode(0o000)).expect("permissions");
    }
    let output = run(folder.path(), &["scan", "in", "-f", "json"]);
    let report = json(&output);
    assert_eq!(output.status.code(), Some(0));
    let mut expected =
        vec![("name-not-unicode", "\u{fffd}\u{fffd}.js"), ("link-outside", "out"), ("link-repeated", "circle")];
    // To root nothing is closed.
    if fs::read(root.join("shut.js")).is_err() {
        expected.extend([("unreadable-file", "shut.js"), ("unreadable-file", "closed")]);
    }
    for (code, file) in expected {
        assert!(codes(&report).contains(&(code.to_owned(), file.to_owned())), "{file}: {:?}", codes(&report));
    }
    fs::set_permissions(root.join("closed"), Permissions::from_mode(0o700)).expect("permissions");
}

#[cfg(unix)]
#[test]
fn where_everything_is_withheld_the_reason_says_so() {
    let folder = tree(&[("in/app.json", "{ \"pages\": [\"pages/a/a\"] }\n"), ("out/app.js", "App({})\n")]);
    let link = folder.path().join("in/app.js");
    std::os::unix::fs::symlink(folder.path().join("out/app.js"), link).expect("a link");
    let output = run(folder.path(), &["scan", "in"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        reason(&output).ends_with("(1 not read: app.js: a link that leads out of the root: not analysed)"),
        "{output:?}"
    );
}
