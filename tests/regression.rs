//! What comes of real packages for mini-programs, as numbers: a change of the engine shows what it changes in real code.
//!
//! Runs where `WXRAY_REGRESSION` is set: `npm` fetches the packages, each at its version and with its digest, and runs
//! nothing of them; where there is no npm or no network the test says so and passes. Knows the contract of the command line, and nothing of the insides.

#![expect(clippy::print_stdout, reason = "who asks for it is told why it did not run")]

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::{json, run};
use serde_json::Value;

const LISTS: [&str; 2] = ["package.json", "package-lock.json"];

#[test]
fn real_packages_give_what_they_gave() {
    if std::env::var_os("WXRAY_REGRESSION").is_none() {
        println!("skipped: WXRAY_REGRESSION is not set");
        return;
    }
    let folder = match fetched() {
        Ok(folder) => folder,
        Err(reason) => {
            println!("skipped: the packages could not be fetched: {reason}");
            return;
        }
    };
    let list: Value = serde_json::from_str(&text("package.json")).expect("JSON");
    let packages = list["dependencies"].as_object().expect("packages");
    let rows: String = packages.iter().map(|(name, version)| row(&folder, name, version)).collect();
    insta::with_settings!({ snapshot_path => "regression", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("packages", rows);
    });
}

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regression").join(name);
    fs::read_to_string(path).expect("a list")
}

/// The folder in which the packages lie; it is kept for as long as the list of them stays the same.
fn fetched() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("regression");
    let done = folder.join("done");
    if fs::read_to_string(&done).is_ok_and(|done| done == text(LISTS[1])) {
        return Ok(folder.join("node_modules"));
    }
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for name in LISTS {
        fs::write(folder.join(name), text(name)).map_err(|error| error.to_string())?;
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=30000"];
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output =
        Command::new(npm).current_dir(&folder).args(arguments).output().map_err(|error| format!("{npm}: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    fs::write(done, text(LISTS[1])).map_err(|error| error.to_string())?;
    Ok(folder.join("node_modules"))
}

/// The numbers of one package.
fn row(folder: &Path, name: &str, version: &Value) -> String {
    let report =
        json(&run(folder, &["scan", name, "-f", "json", "--fail-on", "never", "--release-date", "2026-07-01"]));
    let list = |key: &str| report[key].as_array().cloned().unwrap_or_default();
    let mut out = format!("{name} {}: {} files\n", version.as_str().unwrap_or_default(), report["stats"]["files"]);
    for (what, counts) in [
        ("flows", count(&list("flows"), |flow| format!("{} -> {}", flow["data"], flow["sink"]["kind"]))),
        ("findings", count(&list("findings"), |finding| format!("{} {}", finding["clause"], finding["level"]))),
        ("diagnostics", count(&list("diagnostics"), |one| one["code"].to_string())),
    ] {
        let _ = writeln!(out, "  {what}: {}", counts.values().sum::<usize>());
        for (key, number) in counts {
            let _ = writeln!(out, "    {}: {number}", key.replace('"', ""));
        }
    }
    out
}

fn count(all: &[Value], key: impl Fn(&Value) -> String) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    all.iter().for_each(|one| *counts.entry(key(one)).or_default() += 1);
    counts
}
