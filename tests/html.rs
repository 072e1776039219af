//! The page for reviewers: it holds to its own policy, shows what there is, and takes nothing of a program for markup.
//! Where `WXRAY_CHROMIUM` names a browser it is looked at there too. Knows nothing of the insides.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use program::{DEMO, LEAK, MODELS, json, leaking, reason, run, stdout, tree};
use regex::Regex;
use sha2::{Digest, Sha256};

fn page_of(folder: &Path, more: &[&str]) -> String {
    stdout(&run(folder, &[&["scan", "src", "--models", "models.json", "-f", "html"], more].concat()))
}

/// The texts of all elements that a pattern opens.
fn elements<'a>(page: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    page.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(text, _)| text).collect()
}

fn digest(text: &str) -> String {
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text)))
}

fn hostile() -> tempfile::TempDir {
    let name = "</script><img src=x onerror=alert(1)>";
    let text = format!(
        "const o = {{ '{name}': source() }} // <!-- </script><script>alert(2)</script> {{{{data}}}}\nsink(o)\n"
    );
    tree(&[("models.json", MODELS), ("src/<b>.js", &text), ("src/bro\u{202e}ken.js", "sink((source(\n")])
}

#[test]
fn nothing_runs_but_what_the_policy_names() {
    let demo = run(Path::new(DEMO), &["scan", "-f", "html", "--fail-on", "never"]);
    assert_eq!(reason(&demo), "exit 0: analysed; --fail-on never");
    let outside = Regex::new(r#"(?:src|href)\s*=\s*["'](?:https?:)?//|@import|url\("#).expect("a pattern");
    let inventory = stdout(&run(Path::new(DEMO), &["inventory", "-f", "html"]));
    for page in [page_of(hostile().path(), &[]), page_of(leaking().path(), &[]), stdout(&demo), inventory] {
        let policy = elements(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")[0];
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
        let scripts = elements(&page, "<script>", "</script>");
        let styles = elements(&page, "<style>", "</style>");
        assert_eq!((scripts.len(), styles.len()), (1, 1));
        assert!(policy.contains(&digest(scripts[0])) && policy.contains(&digest(styles[0])), "{policy}");
        let data = elements(&page, "<script type=\"application/json\" id=\"report\">", "</script>");
        assert_eq!(data.len(), 1);
        serde_json::from_str::<serde_json::Value>(data[0]).expect("JSON");
        assert!(!data[0].contains(['<', '>', '&', '\u{202e}']));
        assert!(!outside.is_match(&page.replace(data[0], "")));
        assert!(!scripts[0].contains("innerHTML") && !scripts[0].contains("insertAdjacentHTML"));
    }
}

/// What a browser makes of a page.
fn in_browser(page: &str) -> Option<String> {
    let browser = std::env::var_os("WXRAY_CHROMIUM")?;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("page.html");
    fs::write(&file, page).expect("a file");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("a browser");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_browser_shows_the_findings_and_takes_no_text_for_markup() {
    let Some(dom) = in_browser(&page_of(hostile().path(), &["--lang", "zh"])) else { return };
    assert!(dom.contains("aria-selected=\"true\"") && dom.contains("<mark>"), "{dom}");
    assert!(dom.contains("&lt;b&gt;.js") && !dom.contains("<img") && !dom.contains("<b>.js"));
    assert!(dom.contains("未能分析") && dom.contains("syntax-error"));
}

#[test]
fn a_browser_shows_the_inventory_alone() {
    let Some(dom) = in_browser(&stdout(&run(Path::new(DEMO), &["inventory", "-f", "html", "--lang", "zh"]))) else {
        return;
    };
    assert!(dom.contains("个人信息清单") && dom.contains("<svg ") && !dom.contains("role=\"option\""), "{dom}");
}

#[test]
fn a_thousand_findings_are_all_in_the_list() {
    let many = tree(&[("models.json", MODELS), ("src/a.js", &LEAK.repeat(1000))]);
    let page = page_of(many.path(), &[]);
    let report = json(&run(many.path(), &["scan", "src", "--models", "models.json", "-f", "json"]));
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1000));
    assert!(page.len() < 3_000_000, "{}", page.len());
    let Some(dom) = in_browser(&page) else { return };
    assert_eq!(dom.matches("role=\"option\"").count(), 1000);
}
