//! How the program gets to its users: the archive, the npm package, and the step of the GitHub action, each made and
//! started here. Knows the scripts from outside. What needs Node is tried where Node is.
#![cfg(unix)]

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use program::{leaking, stdout};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PLATFORM: &str = "linux-x64";

/// A program of a few bytes that starts the one under test.
fn starter(folder: &Path) -> PathBuf {
    let path = folder.join("starter");
    fs::write(&path, format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_wxray"))).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
    path
}

fn output(command: &mut Command) -> Output {
    command.env("LANG", "C").env_remove("LC_ALL").output().expect("an output")
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn an_archive_holds_all_and_is_the_same_each_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let binary = starter(folder.path());
    let archive = |out: &str| {
        let out = folder.path().join(out);
        let made =
            output(Command::new("bash").arg(format!("{ROOT}/ci/archive.sh")).arg(&binary).arg(PLATFORM).arg(&out));
        assert!(made.status.success(), "{made:?}");
        PathBuf::from(stdout(&made).trim())
    };
    let (first, second) = (archive("one"), archive("two"));
    assert_eq!(fs::read(&first).expect("an archive"), fs::read(second).expect("an archive"));
    let list = stdout(&output(Command::new("tar").arg("-tzf").arg(&first)));
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_once('/')).map(|(_, name)| name).collect();
    let commands =
        ["scan", "inventory", "graph", "explain", "models", "init", "unpack", "batch", "why", "diff", "config"];
    for command in commands {
        assert!(names.contains(&format!("man/wxray-{command}.1").as_str()), "{command}: {names:?}");
    }
    for name in ["wxray", "LICENSE", "man/wxray.1", "completions/wxray.bash", "completions/wxray.fish"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    for name in ["report", "wxray", "models"] {
        assert!(names.contains(&format!("schemas/{name}.schema.json").as_str()), "{name}: {names:?}");
    }
}

#[test]
fn the_npm_package_starts_the_program_of_the_platform() {
    if !is_there("node") || !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return;
    }
    let folder = leaking();
    let (binary, modules) = (starter(folder.path()), folder.path().join("node_modules"));
    let pair = format!("{PLATFORM}={}", binary.display());
    let made = output(Command::new("node").arg(format!("{ROOT}/npm/pack.mjs")).arg(&modules).arg(pair));
    assert!(made.status.success(), "{made:?}");
    // As npm would lay it.
    fs::create_dir(modules.join("@wxray")).expect("a folder");
    fs::rename(modules.join(PLATFORM), modules.join("@wxray").join(PLATFORM)).expect("a package");
    let main = modules.join("wxray/bin/wxray.js");
    let scan = |arguments: &[&str]| {
        output(Command::new("node").current_dir(folder.path()).arg(&main).arg("scan").args(arguments))
    };
    let found = scan(&["src", "--models", "models.json", "--fail-on", "note", "--concise"]);
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    assert!(stdout(&found).starts_with("src/a.js:1:1: note[14.2.4]"), "{found:?}");
    assert_eq!(scan(&["absent"]).status.code(), Some(3));
    assert!(modules.join("wxray/schemas/report.schema.json").is_file());
    fs::remove_dir_all(modules.join("@wxray")).expect("a folder");
    let alone = scan(&["src"]);
    assert_eq!(alone.status.code(), Some(2), "{alone:?}");
    assert!(String::from_utf8_lossy(&alone.stderr).contains("@wxray/linux-x64"), "{alone:?}");
}

#[test]
fn the_action_leaves_annotations_a_summary_a_log_and_the_status() {
    let folder = leaking();
    let at = |name: &str| folder.path().join(name);
    let settings = "models = [\"models.json\"]\nfail-on = \"note\"\n";
    fs::write(at("wxray.toml"), settings).expect("settings");
    let done = output(
        Command::new("bash")
            .current_dir(folder.path())
            .arg(format!("{ROOT}/ci/action.sh"))
            .env("WXRAY_BINARY", starter(folder.path()))
            .env("WXRAY_PATH", "src")
            .env("RUNNER_TEMP", at("temp"))
            .env("GITHUB_OUTPUT", at("output"))
            .env("GITHUB_STEP_SUMMARY", at("summary")),
    );
    assert!(done.status.success(), "{done:?}");
    assert!(stdout(&done).starts_with("::notice file=src/a.js,line=1"), "{done:?}");
    let read = |name: &str| fs::read_to_string(at(name)).expect("a file");
    let given = read("output");
    let log = given.lines().find_map(|line| line.strip_prefix("sarif=")).expect("a log");
    assert!(given.starts_with("status=1\n") && Path::new(log).is_file(), "{given}");
    assert!(read("summary").starts_with("## wxray\n"));
}
