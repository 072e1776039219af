//! The tool is safe to let loose on a program that means ill: it reads nothing outside, writes only what it was asked
//! for, runs nothing, talks to nobody, and prints neither commands for terminals nor the keys that it finds.
//! Knows the contract of the command line, and nothing of the insides.

#[path = "support/program.rs"]
#[expect(dead_code, reason = "the helpers are shared with the other tests of the program")]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use program::{MODELS, json, reason, run, stdout, tree, wxray};
use serde_json::Value;

const FORMATS: [&str; 9] = ["text", "json", "sarif", "html", "markdown", "github", "gitlab", "junit", "csv"];

fn all(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn codes_of(report: &Value, file: &str) -> Vec<String> {
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
    let here = diagnostics.iter().filter(|one| one["location"]["file"] == file);
    here.map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn nothing_outside_of_the_root_is_read() {
    let folder = tree(&[
        ("out/y.js", "const outsideWord = 1\nsink(source())\n"),
        ("out/y.json", "{ \"component\": true }"),
        ("out/y.wxml", "<view>outsideWord</view>"),
        ("models.json", MODELS),
        (
            "root/app.json",
            r#"{ "pages": ["pages/a/a", "../out/y", "../../../etc/passwd"], "subPackages": [{ "root": "../out", "pages": ["y"] }],
                 "usingComponents": { "c": "/../out/y", "d": "../out/y" }, "workers": "../out", "resolveAlias": { "~/*": "../out/*" } }"#,
        ),
        ("root/project.config.json", r#"{ "cloudfunctionRoot": "../out", "pluginRoot": "../plugin" }"#),
        (
            "root/pages/a/a.js",
            "require('../../../out/y'); require('/../out/y'); require('~/y'); import('../../../out/y.js')\nPage({})\n",
        ),
        ("root/pages/a/a.json", r#"{ "usingComponents": { "c": "../../../out/y", "d": "/etc/passwd" } }"#),
        ("root/pages/a/a.wxml", "<import src='../../../out/y.wxml'/><include src='/../out/y'/><c/><d/>"),
    ]);
    let output = run(folder.path(), &["scan", "root", "--models", "models.json", "-f", "json"]);
    let report = json(&output);
    assert!(!all(&output).contains("outsideWord") && report["flows"].as_array().is_some_and(Vec::is_empty));
    let count = |file: &str, code: &str| codes_of(&report, file).iter().filter(|own| *own == code).count();
    assert_eq!((count("app.json", "path-outside"), count("app.json", "unresolved-component")), (4, 2));
    assert_eq!(count("project.config.json", "path-outside"), 2);
    assert_eq!((count("pages/a/a.js", "unresolved-module"), count("pages/a/a.json", "unresolved-component")), (4, 2));
}

#[test]
fn settings_that_a_program_brings_along_open_nothing_outside() {
    let folder = tree(&[
        ("private/key.json", "{ \"outsideWord\": 1 }"),
        ("root/a.js", "1\n"),
        ("root/inner/wxray.toml", "fail-on = \"never\"\n"),
        ("root/inner/a.js", "1\n"),
    ]);
    for named in
        ["models = [\"../private/key.json\"]", "models = [\"../private\"]", "baseline = \"../private/key.json\""]
    {
        fs::write(folder.path().join("root/wxray.toml"), named).expect("a file");
        let output = run(folder.path(), &["scan", "root"]);
        assert!(reason(&output).contains("lies outside of their folder"), "{output:?}");
        assert!(!all(&output).contains("outsideWord"));
        // Who names the settings vouches for them, and is told what is wrong with what they name.
        let vouched = run(folder.path(), &["scan", "root", "--config", "root/wxray.toml"]);
        assert!(!reason(&vouched).contains("lies outside"), "{vouched:?}");
    }
    assert_eq!(reason(&run(folder.path(), &["scan", "root/inner"])), "exit 0: analysed; --fail-on never");
}

#[cfg(unix)]
#[test]
fn settings_behind_a_link_are_no_settings() {
    let folder = tree(&[("private", "outsideWord = [\n"), ("root/a.js", "1\n")]);
    std::os::unix::fs::symlink(folder.path().join("private"), folder.path().join("root/wxray.toml")).expect("a link");
    let output = run(folder.path(), &["scan", "root"]);
    assert_eq!(reason(&output), "exit 0: nothing at or above violation");
    assert!(!all(&output).contains("outsideWord"));
}

/// Every file below a folder, with what is in it.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            drop(found.insert(path.clone(), fs::read(&path).expect("a file")));
        }
    }
    found
}

#[test]
fn a_program_is_neither_changed_nor_run() {
    let trap = "#!/bin/sh\ntouch \"$TRAP/sprung\"\n";
    let folder = tree(&[
        ("bin/npm", trap),
        ("bin/node", trap),
        ("bin/git", trap),
        ("bin/sh", trap),
        ("models.json", MODELS),
        (
            "root/package.json",
            r#"{ "name": "x", "scripts": { "preinstall": "touch ../sprung", "prepare": "touch ../sprung" } }"#,
        ),
        ("root/.git/hooks/post-checkout", trap),
        ("root/.git/config", "[core]\n\tfsmonitor = touch ../sprung\n"),
        ("root/app.json", r#"{ "pages": ["a"] }"#),
        ("root/a.js", "require('child_process').execSync('touch ../sprung')\nPage({ onLoad() { sink(source()) } })\n"),
        ("root/a.wxml", ""),
    ]);
    #[cfg(unix)]
    for name in ["npm", "node", "git", "sh"] {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.path().join("bin").join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
    }
    let before = contents(folder.path());
    let home = tempfile::tempdir().expect("a folder");
    for arguments in [
        &["scan", "root", "--models", "models.json"][..],
        &["inventory", "root"],
        &["graph", "root"],
        &["why", "a.js:2", "a.js:2", "root"],
        &["diff", "root", "root"],
        &["config", "show", "root"],
        &["explain", "14.4.1"],
        &["models", "list"],
    ] {
        let mut command = wxray(folder.path(), arguments);
        command.env("PATH", folder.path().join("bin")).env("TRAP", folder.path()).env("HOME", home.path());
        command.env("XDG_CACHE_HOME", home.path().join("cache"));
        let _ = command.output().expect("an output");
        assert!(contents(folder.path()) == before, "{arguments:?} left something behind");
    }
}

/// What is able to talk to somebody, by the name of its crate.
const NETWORK: [&str; 24] = [
    "async-std",
    "attohttpc",
    "curl",
    "h2",
    "hickory-resolver",
    "hyper",
    "isahc",
    "minreq",
    "mio",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "ssh2",
    "surf",
    "tiny_http",
    "tokio",
    "tonic",
    "tungstenite",
    "ureq",
    "zmq",
];

#[test]
fn no_network_code_is_linked() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(cargo).current_dir(root).args(arguments).output().expect("cargo");
    let tree = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && tree.contains("swc_ecma_parser"), "{output:?}");
    let linked: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let talking: Vec<&&str> = linked.iter().filter(|name| NETWORK.contains(name)).collect();
    assert!(talking.is_empty(), "{talking:?}");
    for (path, text) in contents(&root.join("src")) {
        let text = String::from_utf8_lossy(&text);
        for word in ["std::net", "TcpStream", "UdpSocket", "UnixStream"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
        // The only program that it starts is itself.
        let starts = text.matches("Command::new(").count();
        let own = text.matches("Command::new(env::current_exe()?)").count();
        assert_eq!(
            (starts, own),
            if path.ends_with("src/cli/worker.rs") { (1, 1) } else { (0, 0) },
            "{}",
            path.display()
        );
    }
}

/// Signs that change how a text is shown: escape sequences, and marks that turn its direction round.
fn is_unshowable(sign: char) -> bool {
    (sign.is_control() && !matches!(sign, '\n' | '\t'))
        || matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_text_of_a_program_commands_a_terminal_or_a_runner() {
    let name = "a\u{1b}]0;title\u{7}\n::error::pwned\u{202e}.js";
    let code = "sink({ '\u{1b}[31m\u{9b}2J\u{202e}': source() }) // \u{1b}]52;c;eA==\u{7} \u{2067}\r\n/*\n::set-output name=x::y\n##[error]z */\nsink(\nsource()\n)\n";
    let folder = tree(&[
        ("models.json", MODELS),
        (&format!("src/{name}"), code),
        ("src/b.js", "let \u{1b}[2J = ::error::x\n"),
        ("src/c.wxml", "<view \u{1b}[31m\u{202e}>\n::warning::x"),
        ("src/d.json", "{ \u{1b}[31m ::error::x"),
    ]);
    for format in ["text", "markdown", "github", "csv"] {
        for more in [&[][..], &["-v"], &["--lang", "zh"], &["--concise"]] {
            let arguments =
                [&["scan", "src", "--models", "models.json", "--color", "never", "-f", format], more].concat();
            let text = all(&run(folder.path(), &arguments)).replace("\r\n", "\n");
            let bad: Vec<char> = text.chars().filter(|&sign| is_unshowable(sign)).collect();
            assert!(bad.is_empty(), "{format} {more:?}: {bad:?} in {text}");
            let commands =
                text.lines().map(str::trim_start).filter(|line| line.starts_with("::") || line.starts_with("##["));
            let foreign: Vec<&str> = commands.filter(|line| format != "github" || line.starts_with("::set-")).collect();
            assert!(foreign.is_empty(), "{format} {more:?}: {foreign:?}");
            if format == "github" {
                let own = ["::error ", "::warning ", "::notice ", "exit "];
                assert!(text.lines().all(|line| own.iter().any(|own| line.starts_with(own))), "{text}");
            }
        }
    }
    let coloured = all(&run(folder.path(), &["scan", "src", "--models", "models.json", "--color", "always", "-v"]));
    let plain = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern").replace_all(&coloured, "").into_owned();
    assert!(!plain.contains(is_unshowable), "{plain:?}");
    for arguments in [&["scan", "\u{1b}[31mgone\n::error::x"][..], &["explain", "\u{1b}[31m\n::error::x"]] {
        let told = all(&run(folder.path(), arguments));
        assert!(!told.contains(is_unshowable) && !told.lines().any(|line| line.starts_with("::")), "{told:?}");
    }
}

#[test]
fn cells_of_a_table_are_no_formulas() {
    let folder = tree(&[
        ("models.json", MODELS),
        ("src/=cmd|' /C calc'!A0.js", "sink(source())\n"),
        ("src/@SUM(1).js", "sink(source())\n"),
        ("src/-1+1.js", "sink(source())\n"),
        ("src/\t=1.js", "sink(source())\n"),
    ]);
    for command in [
        &["scan", "src", "-f", "csv", "--models", "models.json"][..],
        &["inventory", "src", "-f", "csv", "--models", "models.json"],
    ] {
        let table = stdout(&run(folder.path(), command));
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(table.as_bytes());
        let cells: Vec<String> = reader
            .records()
            .flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        assert!(!cells.is_empty());
        let bad: Vec<&String> =
            cells.iter().filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])).collect();
        assert!(bad.is_empty(), "{bad:?}");
    }
}

#[test]
fn keys_that_are_found_are_never_shown_whole() {
    // Put together here, so that nobody takes this file for a leak.
    let secret = ["4f3c2b1a0e9d8c7b", "6a5f4e3d2c1b0a99"].concat();
    let queried = ["9d8e7f6a5b4c3d2e", "1f0a9b8c7d6e5f40"].concat();
    let body = "MIIEpAIBAAKCAQEAqwertyuiopasdfghjklzxcvbnm1234567890";
    let code = format!(
        "const appSecret = '{secret}'\nconst pem = '-----BEGIN RSA PRIVATE KEY-----\\n{body}\\n-----END RSA PRIVATE KEY-----'\n\
         App({{ onLaunch() {{\n  wx.getLocation({{ success(r) {{ wx.request({{ url: 'https://x.example.com/a?secret={secret}', data: r }}) }} }})\n\
         wx.request({{ url: 'https://y.example.com/b?client_secret={queried}' }})\n\
         wx.setStorageSync('{secret}', appSecret) }} }})\nmodule.exports = {{ appSecret }}\n"
    );
    let folder =
        tree(&[("app.json", r#"{ "pages": ["a"] }"#), ("app.js", &code), ("a.js", "Page({})\n"), ("a.wxml", "")]);
    let is_silent = |arguments: &[&str]| {
        let told = all(&run(folder.path(), arguments));
        let is_told = [&*secret, &*queried, body].iter().any(|key| told.contains(key));
        assert!(!is_told, "{arguments:?}: {told}");
        told
    };
    let report = is_silent(&["scan", "-f", "json"]);
    assert!(report.contains("14.3.1") && report.contains("begins with 4f3, 32 characters"), "{report}");
    for format in FORMATS {
        for more in [&[][..], &["-v"], &["--show-suppressed", "--lang", "zh"]] {
            is_silent(&[&["scan", "-f", format], more].concat());
        }
    }
    for format in ["text", "json", "csv", "markdown", "html"] {
        is_silent(&["inventory", "-f", format]);
    }
    for format in ["dot", "json", "graphml"] {
        is_silent(&["graph", "-f", format]);
    }
    is_silent(&["why", "app.js:4", "app.js:4"]);
    is_silent(&["scan", "--write-baseline", "baseline.json"]);
    assert!(!fs::read_to_string(folder.path().join("baseline.json")).expect("a baseline").contains(&secret));
}
