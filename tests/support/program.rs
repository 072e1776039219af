//! Runs the program on small trees of files. Knows how it is started, and not what it has to say.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// One source, one sink, and names for them.
pub const MODELS: &str = r#"{
  "sources": [{ "id": "test.source", "call": "source", "returns": { "data": "test" } }],
  "sinks": [{ "id": "test.sink", "call": "sink", "args": "all", "kind": "network" }]
}"#;
/// A script with a flow from that source to that sink.
pub const LEAK: &str = "sink(source())\n";
/// The demo of this repository.
pub const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo");

/// Variables that change the output; a test sets those that it is about.
const VARIABLES: [&str; 6] = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LC_ALL", "LC_MESSAGES", "RUST_BACKTRACE"];

/// A folder with these files.
pub fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// A folder with [`MODELS`] in `models.json` and [`LEAK`] in `src/a.js`.
pub fn leaking() -> TempDir {
    tree(&[("models.json", MODELS), ("src/a.js", LEAK)])
}

/// The program in a folder, in English whatever the machine speaks.
pub fn plain(folder: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wxray"));
    command.current_dir(folder).args(arguments).env("LANG", "C");
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

/// The same with a limit of time.
pub fn wxray(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::from_std(plain(folder, arguments));
    command.timeout(Duration::from_mins(1));
    command
}

/// What a run gave.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    wxray(folder, arguments).output().expect("an output")
}

/// Its results.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// Its results as JSON.
pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The last line on stderr, which is the reason of the status; both have to agree.
pub fn reason(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().last().unwrap_or_default().to_owned();
    let code = output.status.code().expect("an exit status");
    assert!(line.starts_with(&format!("exit {code}: ")), "{output:?}");
    line
}
