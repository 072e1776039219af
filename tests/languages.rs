//! Every message is there in Chinese and in English. Reads the text of `src/`; runs the program for its help only.

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn sources(extension: &str) -> Vec<(PathBuf, String)> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|own| own == extension) {
                let text = fs::read_to_string(&path).expect("UTF-8");
                found.push((path, text));
            }
        }
    }
    found
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// The first two literals of a call, as far as they are literals or formats.
#[test]
fn both_languages_of_a_text_are_what_they_are_called() {
    let literal = r#"(?:format!\(\s*)?"((?:[^"\\]|\\.)*)""#;
    let pair = Regex::new(&format!(r"Text::new\(\s*{literal}(?:,[^;]*?\))?,\s*{literal}")).expect("a pattern");
    let hole = Regex::new(r"\{[^}]*\}").expect("a pattern");
    let mut count = 0;
    let mut wrong = Vec::new();
    for (path, text) in sources("rs") {
        if path.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for found in pair.captures_iter(code) {
            count += 1;
            let (zh, en) = (&found[1], &found[2]);
            // What holds nothing but names and values is the same in both.
            let has_words = |text: &str| hole.replace_all(text, "").chars().any(char::is_alphabetic);
            if has_words(en) && (!is_chinese(zh) || is_chinese(en)) {
                wrong.push(format!("{}: {zh:?} / {en:?}", path.display()));
            }
        }
    }
    assert!(60 < count, "{count} texts are not where they are looked for");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every object with a `zh` has an `en`, and neither is empty.
fn check(value: &serde_json::Value, path: &Path, wrong: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            if let Some(zh) = fields.get("zh").and_then(|zh| zh.as_str()) {
                let en = fields.get("en").and_then(|en| en.as_str()).unwrap_or_default();
                if zh.is_empty() || en.is_empty() {
                    wrong.push(format!("{}: {value}", path.display()));
                }
            }
            fields.values().for_each(|value| check(value, path, wrong));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| check(item, path, wrong)),
        _ => {}
    }
}

#[test]
fn texts_in_data_have_both_languages() {
    let mut wrong = Vec::new();
    for (path, text) in sources("json") {
        check(&serde_json::from_str(&text).expect("JSON"), &path, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn help_is_in_the_language_that_is_asked_for() {
    let help = |arguments: &[&str]| program::stdout(&program::run(Path::new("/"), arguments));
    for command in ["scan", "inventory", "diff", "why", "graph", "init"] {
        let (zh, en) = (help(&[command, "--lang", "zh", "--help"]), help(&[command, "--help"]));
        assert!(is_chinese(&zh) && zh.contains("示例"), "{zh}");
        assert!(en.contains("Examples:"), "{en}");
    }
    assert!(is_chinese(&help(&["--lang", "zh", "--help"])));
    assert!(!is_chinese(&help(&["scan", "--help"]).replace("用户隐私保护指引", "")));
}

/// The last line is for scripts and English in both; what people are told stands before it.
#[test]
fn mistakes_are_told_in_the_language_that_is_asked_for() {
    let folder = program::tree(&[
        ("src/a.js", "a()\n"),
        ("none/readme.json", "{}\n"),
        ("broken/a.js", "a((\n"),
        ("empty.json", "{}\n"),
        ("model.json", "{ \"sources\": "),
        ("bad.toml", "langg = \"zh\"\n"),
        ("bad.wxapkg", "no package\n"),
    ]);
    let all: [&[&str]; 31] = [
        &["scan", "gone"],
        &["scan", "none"],
        &["scan", "empty.json"],
        &["scan", "broken", "-q"],
        &["scan", "bad.wxapkg"],
        &["scan", "src", "--only", "14.9.9"],
        &["scan", "src", "--pack", "nobody"],
        &["scan", "src", "-o", "report.what"],
        &["scan", "src", "-o", "gone/report.json"],
        &["scan", "src", "none", "-f", "json"],
        &["scan", "src", "--models", "gone.json"],
        &["scan", "src", "--models", "model.json"],
        &["scan", "src", "--config", "gone.toml"],
        &["scan", "src", "--config", "bad.toml"],
        &["scan", "src", "--baseline", "gone.json"],
        &["scan", "src", "--baseline", "empty.json"],
        &["scan", "src", "--write-baseline", "gone/baseline.json"],
        &["scan", "--what"],
        &["why", "a", "b"],
        &["why", "a.js:1", "gone.js:1", "--project", "src"],
        &["why", "a.js:1", "a.js:99", "--project", "src"],
        &["graph", "src", "--finding", "0"],
        &["graph", "src", "--function", "nobody"],
        &["explain", "wx.getLocatoin"],
        &["explain", "0123456789abcdef", "--project", "src"],
        &["diff", "empty.json", "src"],
        &["models", "list", "--family", "locaton"],
        &["config", "show", "gone"],
        &["unpack", "bad.wxapkg", "-o", "out"],
        &["batch", "gone.txt"],
        &["man", "scn"],
    ];
    for arguments in all {
        let said = |lang: &str| {
            let output = program::run(folder.path(), &[arguments, &["--lang", lang]].concat());
            String::from_utf8(output.stderr).expect("UTF-8").trim_end().to_owned()
        };
        let (zh, en) = (said("zh"), said("en"));
        let last = |text: &str| text.lines().last().unwrap_or_default().to_owned();
        assert!(last(&zh).starts_with("exit ") && last(&zh) == last(&en), "{arguments:?}: {zh}\n{en}");
        assert!(is_chinese(zh.trim_end_matches(&last(&zh))), "{arguments:?}: {zh}");
        assert!(!is_chinese(&en), "{arguments:?}: {en}");
    }
}

/// What `explain` says of an entry beside its ports.
#[test]
fn notes_on_models_are_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["sources", "sinks", "src/models/gates"] {
        for path in fs::read_dir(root.join(folder)).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let text = fs::read_to_string(&path).expect("UTF-8");
            let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let lists = file.as_object().into_iter().flatten().filter_map(|(_, list)| list.as_array());
            for entry in lists.flatten() {
                for (en, zh) in [("note", "note_zh"), ("deprecated", "deprecated_zh")] {
                    let in_chinese = entry[zh].as_str().is_some_and(is_chinese);
                    if entry[en].is_string() != in_chinese {
                        wrong.push(format!("{}: {} {zh}", path.display(), entry["id"]));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
