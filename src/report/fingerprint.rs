//! Names of flows and findings that stay the same while unrelated lines move and files are renamed.
//! Knows texts, and no clause.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::base::{Files, Span};
use crate::taint::Flow;

/// In longer lines (bytes) only what stands around the span counts, or every change in a minified file would be felt.
const LONG_LINE: usize = 300;
/// How much of a long line counts, in bytes before and behind the start of the span.
const AROUND: (usize, usize) = (60, 140);

/// Makes the fingerprints of one report; the second of two that are alike gets another name than the first.
///
/// Paths are no part of them: of lines that are alike in several files it is the number that counts, so that a set of
/// fingerprints stays what it is when one of the files is renamed.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: BTreeMap<String, u32>,
}

impl Fingerprints {
    /// 16 hexadecimal digits for a flow; to be called in the order of the report.
    pub fn flow(&mut self, flow: &Flow, files: &Files) -> String {
        let form = format!("{:?}", flow.form);
        self.name(&[
            "flow",
            &flow.source.model,
            line_text(files, flow.source.span),
            &flow.sink.model,
            line_text(files, flow.sink.span),
            &flow.data,
            &form,
            path_of(flow),
        ])
    }

    /// 16 hexadecimal digits for a finding of `clause` about `subject`, the fingerprint of its flow or a text.
    pub fn finding(&mut self, clause: &str, subject: &str) -> String {
        self.name(&["finding", clause, subject])
    }

    fn name(&mut self, parts: &[&str]) -> String {
        let key = parts.join("\0");
        let ordinal = self.seen.entry(key.clone()).or_default();
        *ordinal += 1;
        of_parts(&[&key, &ordinal.to_string()])
    }
}

/// The destination without its scheme and host, which change with the environment, and without its query.
fn path_of(flow: &Flow) -> &str {
    let to = flow.sink.destination.as_deref().unwrap_or_default();
    let path = to.split_once("://").map_or(to, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    path.split(['?', '#']).next().unwrap_or(path)
}

/// 16 hexadecimal digits for a list of texts.
pub fn of_parts(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0"));
    digest.iter().take(8).fold(String::new(), |mut digits, byte| {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// The line on which a span begins without the white space around it.
pub fn line_text(files: &Files, span: Span) -> &str {
    let file = files.get(span.file);
    let mut range = file.line_range(file.line_index(span.start));
    if LONG_LINE < range.len() {
        let at = span.start as usize;
        let start = file.text.floor_char_boundary(range.start.max(at.saturating_sub(AROUND.0)));
        let end = file.text.floor_char_boundary(range.end.min(at + AROUND.1));
        range = start..end.max(start);
    }
    file.text[range].trim()
}
