//! Disks, pipes and signals that fail: the exit status tells, and no half of a report is left under its name.
//! Knows the contract of the command line, and nothing of the insides.
#![cfg(unix)]

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use program::{LEAK, MODELS, json, leaking, plain, reason, run, tree};

const SCAN: [&str; 4] = ["scan", "src", "--models", "models.json"];

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_by_the_status() {
    let folder = leaking();
    for arguments in
        [&["scan", "src"][..], &["inventory", "src"], &["graph", "src"], &["models", "list"], &["man"], &["--help"]]
    {
        let full = File::create("/dev/full").expect("the device");
        let output = plain(folder.path(), arguments).stdout(full).output().expect("an output");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(reason(&output).starts_with("exit 2: cannot write to stdout: "), "{output:?}");
    }
    std::os::unix::fs::symlink("/dev/full", folder.path().join("full.json")).expect("a link");
    let output = run(folder.path(), &[&SCAN[..], &["-o", "full.json"]].concat());
    assert!(reason(&output).starts_with("exit 2: cannot write full.json: "), "{output:?}");
}

#[test]
fn what_cannot_be_written_leaves_what_was_there() {
    let folder = leaking();
    fs::create_dir(folder.path().join("there.json")).expect("a folder");
    for path in ["there.json", "gone/report.json"] {
        for option in ["-o", "--write-baseline"] {
            let output = run(folder.path(), &[&SCAN[..], &[option, path]].concat());
            assert!(reason(&output).starts_with(&format!("exit 2: cannot write {path}: ")), "{output:?}");
        }
    }
    assert_eq!(names(folder.path()), ["models.json", "src", "there.json"]);
}

/// Waits for a process, but not for ever.
fn ends(child: &mut std::process::Child) -> std::process::ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a process") {
            return status;
        }
        if start.elapsed() > Duration::from_mins(1) {
            child.kill().expect("a process");
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let folder = tree(&[("models.json", MODELS), ("src/a.js", &LEAK.repeat(3_000))]);
    let arguments = [&SCAN[..], &["-f", "json", "--fail-on", "note"]].concat();
    let mut child =
        plain(folder.path(), &arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a process");
    let mut first = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("a beginning");
    assert_eq!(ends(&mut child).code(), Some(1));
}

#[test]
fn an_interrupted_run_leaves_no_report() {
    let folder = tree(&[("models.json", MODELS), ("src/a.js", &LEAK.repeat(3_000))]);
    let arguments = [&SCAN[..], &["-o", "report.json"]].concat();
    let mut child = plain(folder.path(), &arguments).stderr(Stdio::null()).spawn().expect("a process");
    std::thread::sleep(Duration::from_millis(60));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    let status = ends(&mut child);
    if status.code().is_none() {
        assert_eq!(names(folder.path()), ["models.json", "src"]);
    }
}

#[test]
fn what_is_no_file_is_not_read() {
    let folder = leaking();
    let src = folder.path().join("src");
    for name in ["pipe.js", "app.json", "project.config.json", "package.json", "wxray.toml"] {
        assert!(Command::new("mkfifo").arg(src.join(name)).status().expect("mkfifo").success());
    }
    std::os::unix::fs::symlink("/dev/zero", src.join("zero.js")).expect("a link");
    let output = run(folder.path(), &[&SCAN[..], &["-f", "json"]].concat());
    let report = json(&output);
    assert_eq!(report["flows"].as_array().map(Vec::len), Some(1));
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
    assert!(diagnostics.iter().any(|one| one["code"] == "special-file" && one["location"]["file"] == "pipe.js"));
    for path in ["src/pipe.js", "/dev/zero", "/dev/null"] {
        let output = run(folder.path(), &["scan", path]);
        assert!(reason(&output).starts_with("exit 3: cannot analyse "), "{output:?}");
    }
}

#[test]
fn files_without_end_are_too_large() {
    let folder = leaking();
    for option in ["--models", "--config", "--baseline"] {
        let output = run(folder.path(), &["scan", "src", option, "/dev/zero"]);
        assert!(reason(&output).ends_with("larger than 256 MB"), "{output:?}");
    }
    let large = File::create(folder.path().join("src/large.js")).expect("a file");
    large.set_len(5 << 30).expect("a hole");
    let report = json(&run(folder.path(), &[&SCAN[..], &["-f", "json"]].concat()));
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
    assert!(diagnostics.iter().any(|one| one["code"] == "unreadable-file" && one["location"]["file"] == "large.js"));
    assert_eq!(report["flows"].as_array().map(Vec::len), Some(1));
}

#[test]
fn encodings_are_seen_through() {
    let wide = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
    let (little, big) = (u16::to_le_bytes, u16::to_be_bytes);
    let folder = leaking();
    let src = folder.path().join("src");
    for (name, bytes) in [
        ("mark.js", "\u{feff}sink(source())".as_bytes().to_vec()),
        ("little.js", wide("\u{feff}sink(source())", little)),
        ("big.js", wide("\u{feff}sink(source())", big)),
        ("broken.js", b"let a = '\xff\xfe\xc0\x80'; sink(source())".to_vec()),
        ("chinese.js", b"let a = '\xca\xd6\xbb\xfa'; sink(source())".to_vec()),
        ("old-mac.js", b"sink(\rsource()\r)\r".to_vec()),
    ] {
        fs::write(src.join(name), bytes).expect("a file");
    }
    let report = json(&run(folder.path(), &[&SCAN[..], &["-f", "json"]].concat()));
    assert_eq!(report["flows"].as_array().map(Vec::len), Some(7));
}

#[test]
fn a_project_of_many_files_is_read() {
    let many: usize = std::env::var("WXRAY_EXTREMES").map_or(2_000, |_| 50_000);
    let folder = leaking();
    for at in 0..many {
        let place = folder.path().join(format!("src/d{}", at % 100));
        fs::create_dir_all(&place).expect("a folder");
        fs::write(place.join(format!("f{at}.js")), "exports.a = x => x\n").expect("a file");
    }
    let output = run(folder.path(), &[&SCAN[..], &["-f", "json"]].concat());
    let report = json(&output);
    assert_eq!(report["stats"]["files"], many + 1);
    assert_eq!(report["flows"].as_array().map(Vec::len), Some(1));
}
