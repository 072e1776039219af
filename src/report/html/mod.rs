//! A report as one HTML file for a reviewer: no network, nothing beside it, and nothing of the program in it that is more
//! than text. Knows the page's own data, and neither styles nor scripts, which stand in files of their own.

mod data;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::View;
use crate::base::text::Lang;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The parts of the page.
const SECTIONS: [&str; 5] = ["summary", "findings", "picture", "inventory", "unseen"];
/// The parts that are about data, whatever anybody says of it.
const OF_INVENTORY: [&str; 3] = ["picture", "inventory", "unseen"];

/// The whole report.
pub fn render(view: &View) -> serde_json::Result<String> {
    page(view, &SECTIONS)
}

/// The inventory alone.
pub fn inventory(view: &View) -> serde_json::Result<String> {
    page(view, &OF_INVENTORY)
}

/// A page with these parts. Its policy lets the one style and the one script run that are known by their digests, and nothing load.
fn page(view: &View, sections: &[&str]) -> serde_json::Result<String> {
    let data = harmless(&serde_json::to_string(&data::page(view, sections))?);
    let lang = match view.lang() {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let no_script = data::words().get("no-script").map(|text| text.get(view.lang()).to_owned()).unwrap_or_default();
    let parts = [
        ("lang", lang.to_owned()),
        ("style_hash", digest(STYLE)),
        ("script_hash", digest(SCRIPT)),
        ("style", STYLE.to_owned()),
        ("no_script", no_script),
        ("data", data),
        ("script", SCRIPT.to_owned()),
    ];
    Ok(filled(&parts))
}

/// The page with its parts, each put in once: what stands in a part is no place for another.
fn filled(parts: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(PAGE.len() + parts.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut rest = PAGE;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = behind.split_once("}}") else { break };
        out.push_str(parts.iter().find(|(own, _)| *own == name).map_or("", |(_, text)| text));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A source of the page's policy.
fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// JSON in which nothing ends the element that it stands in.
fn harmless(json: &str) -> String {
    let escaped = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    escaped.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
