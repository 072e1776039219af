//! A baseline: the findings that a program had when it was written, by fingerprint. Knows its text, and no file.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::{Diagnostic, Report, SuppressedBy, Suppression, Text};

/// The findings that were there before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    ids: BTreeSet<String>,
    /// What messages call it.
    name: String,
}

#[derive(Deserialize)]
struct Raw {
    findings: Vec<RawFinding>,
}

#[derive(Deserialize)]
struct RawFinding {
    id: String,
}

impl Baseline {
    /// Reads a baseline, or a report as JSON; the error says what is wrong.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let raw: Raw = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Ok(Self { ids: raw.findings.into_iter().map(|finding| finding.id).collect(), name: name.to_owned() })
    }

    /// The text of a baseline: every finding but those that a comment or an entry takes out.
    pub fn write(report: &Report) -> String {
        let is_kept = |by: Option<SuppressedBy>| by.is_none_or(|by| by == SuppressedBy::Baseline);
        let kept = report.findings.iter().filter(|finding| is_kept(finding.suppressed.as_ref().map(|why| why.by)));
        let findings: Vec<_> = kept
            .map(|finding| {
                json!({
                    "id": finding.id, "clause": finding.clause, "file": finding.location.file,
                    "message": finding.message.en,
                })
            })
            .collect();
        format!("{:#}\n", json!({ "schema_version": 1, "tool": report.tool, "findings": findings }))
    }

    /// Marks what was there before; tells of what is not there any more.
    pub fn apply(&self, report: &mut Report) -> Option<Diagnostic> {
        let mut gone: BTreeSet<&str> = self.ids.iter().map(String::as_str).collect();
        for finding in &mut report.findings {
            if gone.remove(finding.id.as_str()) {
                let why = Suppression { by: SuppressedBy::Baseline, reason: String::new() };
                finding.suppressed.get_or_insert(why);
            }
        }
        let count = gone.len();
        (0 < count).then(|| Diagnostic {
            level: "note",
            code: "baseline-outdated",
            message: Text::new(
                format!("基线中有 {count} 项发现已不存在，可用 --write-baseline 重新生成"),
                format!("{count} findings of the baseline are gone; --write-baseline writes it anew"),
            ),
            location: None,
            path: Some(self.name.clone()),
            more: 0,
        })
    }
}
