//! What a format is made from: the report, the texts of its files, and what its reader asked for. Knows no format.

use std::collections::BTreeMap;

use super::model::{Finding, Flow, Location};
use super::{Report, Titled};
use crate::base::Files;
use crate::base::text::Lang;
use crate::rules::Level;

/// Findings with the same message that are shown in full.
const MAX_ALIKE: usize = 3;

/// What the reader asked for.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The language.
    pub lang: Lang,
    /// Whether findings that do not count are shown.
    pub with_suppressed: bool,
    /// What leads from where the reader stands to the root of the program: empty, or a folder with `/` at its end.
    pub prefix: &'a str,
    /// From which level on findings fail the run; none of them if empty.
    pub fail_on: Option<Level>,
}

/// A report and how it is to be shown.
#[derive(Debug)]
pub struct View<'a> {
    /// The report.
    pub report: &'a Report,
    /// The texts that it speaks of.
    pub files: &'a Files,
    /// What the reader asked for.
    pub look: Look<'a>,
    flows: BTreeMap<&'a str, &'a Flow>,
}

impl<'a> View<'a> {
    /// The report as its reader wants it.
    pub fn new(report: &'a Report, files: &'a Files, look: Look<'a>) -> Self {
        let flows = report.flows.iter().map(|flow| (flow.id.as_str(), flow)).collect();
        Self { report, files, look, flows }
    }

    /// The language of the reader.
    pub fn lang(&self) -> Lang {
        self.look.lang
    }

    /// The findings that are shown, in the order of the report.
    pub fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        let with_suppressed = self.look.with_suppressed;
        self.report.findings.iter().filter(move |finding| with_suppressed || finding.suppressed.is_none())
    }

    /// The findings that are shown, the gravest first, and by place within a level.
    pub fn gravest_first(&self) -> Vec<&'a Finding> {
        let mut findings: Vec<&Finding> = self.findings().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        findings
    }

    /// The same, with those of which there are more of the same sort than a reader wants to see in full: they stand with
    /// the last that is shown.
    pub fn in_sorts(&self, findings: &[&'a Finding]) -> Vec<(&'a Finding, Vec<&'a Finding>)> {
        let sort = |finding: &'a Finding| (finding.level, finding.clause.as_str(), finding.message.en.as_str());
        let mut last: BTreeMap<_, (usize, usize)> = BTreeMap::new();
        let mut shown: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
        for &finding in findings {
            let (n_shown, at) = last.entry(sort(finding)).or_default();
            if *n_shown < MAX_ALIKE {
                (*n_shown, *at) = (*n_shown + 1, shown.len());
                shown.push((finding, Vec::new()));
            } else {
                shown[*at].1.push(finding);
            }
        }
        shown
    }

    /// The flow that a finding judges.
    pub fn flow_of(&self, finding: &Finding) -> Option<Titled<'a>> {
        let flow = self.flows.get(finding.flow.as_deref()?)?;
        Some(Titled::new(flow, self.report))
    }

    /// The path of a file from where the reader stands.
    pub fn path(&self, location: &Location) -> String {
        let (mut prefix, mut file) = (self.look.prefix, location.file.as_str());
        // Settings may lie in a folder around the program.
        while let (Some(rest), false) = (file.strip_prefix("../"), prefix.is_empty()) {
            prefix = prefix.trim_end_matches('/').rsplit_once('/').map_or("", |(outer, _)| &prefix[..=outer.len()]);
            file = rest;
        }
        format!("{prefix}{file}")
    }

    /// The name for people of a category of data.
    pub fn data_name(&self, data: &'a str) -> &'a str {
        let item = self.report.inventory.data.iter().find(|item| item.data == data);
        item.map_or(data, |item| item.title.get(self.lang()))
    }

    /// Whether a finding fails the run.
    pub fn is_failing(&self, finding: &Finding) -> bool {
        finding.suppressed.is_none() && self.look.fail_on.is_some_and(|level| level <= finding.level)
    }
}
