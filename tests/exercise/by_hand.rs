//! The programs of `by_hand.js`: for flows of steps of which the models alone do not tell how to get there. Knows their
//! form, and not one API.

use std::collections::BTreeMap;

use wxray::models::{Step, StepFlow};

/// The programs, with their heads.
const PROGRAMS: &str = include_str!("by_hand.js");
/// What a head begins with.
const HEAD: &str = "//: ";
/// What stands before the sink and the host to which the data goes.
const SENT: &str = "//> ";
/// What begins the script of a page.
const PAGE: &str = "Page(";

/// A program, as it is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    /// The sink and the host, if the data does not go to the probe.
    pub sent: Option<(&'static str, &'static str)>,
    text: &'static str,
}

/// All programs by the flow that they are for.
pub fn all() -> BTreeMap<&'static str, Written> {
    let mut programs = BTreeMap::new();
    for text in PROGRAMS.split("\n\n").skip(1) {
        let body = text.lines().find(|line| !line.starts_with(HEAD) && !line.starts_with(SENT)).unwrap_or_default();
        let at = text.find(body).unwrap_or_default();
        let sent = text[..at].lines().find_map(|line| line.strip_prefix(SENT)?.split_once(", "));
        let written = Written { sent, text: text[at..].trim_end() };
        for head in text[..at].lines().filter_map(|line| line.strip_prefix(HEAD)) {
            assert!(programs.insert(head, written).is_none(), "two programs for {head}");
        }
    }
    programs
}

/// The head that names a flow of a step.
pub fn head(step: &Step, flow: &StepFlow) -> String {
    format!("{}: {} -> {}", step.id, flow.from, flow.to)
}

impl Written {
    /// The script and the template of the page, for one callee.
    pub fn page(self, callee: &str) -> (String, String) {
        let holder = callee.rsplit_once('.').map_or(callee, |(holder, _)| holder);
        let text = self.text.replace("CALL", callee).replace("HOLDER", holder);
        let (template, script): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('<'));
        let script = script.join("\n");
        let script = if script.starts_with(PAGE) { script } else { format!("Page({{ onLoad() {{\n{script}\n}} }});") };
        (script, template.join("\n"))
    }
}
