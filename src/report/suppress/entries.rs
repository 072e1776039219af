//! Entries of the settings that take findings out: by clause, and by file or fingerprint. Knows no settings file.

use globset::{GlobBuilder, GlobMatcher};

use super::{Date, Fault, Order, Report, Suppression};
use crate::report::model::{Diagnostic, Finding, Location, SuppressedBy};

/// The entries of one settings file.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// In the order of the file.
    pub entries: Vec<Entry>,
    /// What leads from the folder of the settings to the root of the program: empty, or a folder with `/` at its end.
    pub prefix: String,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The clause; any if `finding` names one.
    pub clause: Option<String>,
    /// A fingerprint.
    pub finding: Option<String>,
    /// Files; all of them if empty.
    pub files: Vec<GlobMatcher>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it stands.
    pub location: Location,
}

/// A pattern for paths: `*` stays within a folder, `**` does not.
pub fn pattern(text: &str) -> Result<GlobMatcher, String> {
    let glob = GlobBuilder::new(text).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

/// Marks what entries take out; gives what is wrong with them.
pub fn apply(report: &mut Report, own: &Entries, today: Date) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for entry in &own.entries {
        let order =
            Order { clauses: entry.clause.iter().cloned().collect(), reason: entry.reason.clone(), until: entry.until };
        let fault = order.fault(today).or_else(|| (!mark(report, entry, &own.prefix)).then_some(Fault::Unused));
        diagnostics.extend(fault.map(|fault| fault.diagnostic(entry.location.clone())));
    }
    diagnostics
}

/// Whether there was something to mark.
fn mark(report: &mut Report, entry: &Entry, prefix: &str) -> bool {
    let mut is_used = false;
    for finding in report.findings.iter_mut().filter(|finding| entry.means(finding, prefix)) {
        is_used = true;
        let why = Suppression { by: SuppressedBy::Config, reason: entry.reason.clone() };
        finding.suppressed.get_or_insert(why);
    }
    is_used
}

impl Entry {
    fn means(&self, finding: &Finding, prefix: &str) -> bool {
        let path = || format!("{prefix}{}", finding.location.file);
        self.clause.as_ref().is_none_or(|clause| *clause == finding.clause)
            && self.finding.as_ref().is_none_or(|id| *id == finding.id)
            && (self.files.is_empty() || self.files.iter().any(|pattern| pattern.is_match(path())))
    }
}
