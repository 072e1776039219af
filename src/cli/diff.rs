//! `wxray diff`: two reports, or the reports of two programs, are compared. Knows where reports come from, and not how a
//! difference looks.

use std::io;
use std::path::Path;

use super::args::{Args, Diff, DiffFormat, DiffGate};
use super::cannot_print;
use super::inventory::analyse_one;
use super::os_fs;
use super::output;
use super::settings;
use super::status::Outcome;
use crate::report::diff::{Difference, Side};

/// Runs `wxray diff …`.
pub fn run(args: &Args, diff: &Diff) -> Outcome {
    try_run(args, diff).unwrap_or_else(|outcome| outcome)
}

fn try_run(args: &Args, diff: &Diff) -> Result<Outcome, Outcome> {
    let [base, head] = [&diff.base, &diff.head].map(|path| side(args, diff, path));
    let difference = Difference::new(&base?, &head?);
    let lang = settings::lang(args.lang);
    let bytes = match diff.format {
        DiffFormat::Text => Ok(difference.text(lang).into_bytes()),
        DiffFormat::Markdown => Ok(difference.markdown(lang).into_bytes()),
        DiffFormat::Json => difference.json().map_err(io::Error::other),
    };
    bytes.and_then(|bytes| output::print(&bytes)).map_err(|error| cannot_print(&error))?;
    Ok(outcome(&difference, &diff.fail_on))
}

fn outcome(difference: &Difference, gates: &[DiffGate]) -> Outcome {
    let all = [
        (DiffGate::NewData, difference.new_data.len(), "categories of data"),
        (DiffGate::NewRecipient, difference.new_recipients.len(), "recipients"),
        (DiffGate::NewPair, difference.new_pairs.len(), "pairs of data and recipient"),
        (DiffGate::NewFinding, difference.n_new_findings(), "findings"),
    ];
    let failing: Vec<String> = all
        .iter()
        .filter(|(gate, count, _)| gates.contains(gate) && 0 < *count)
        .map(|(_, count, what)| format!("{count} new {what}"))
        .collect();
    if failing.is_empty() {
        return Outcome::success("nothing new that fails");
    }
    Outcome { code: 1, reason: Some(failing.join(", ")) }
}

/// The report in a file, or that of a program.
fn side(args: &Args, diff: &Diff, path: &Path) -> Result<Side, Outcome> {
    let is_report = path.is_file() && path.extension().is_some_and(|extension| extension == "json");
    if is_report {
        let text = os_fs::read_text(path);
        let text = text.map_err(|error| Outcome::usage(format!("cannot read {}: {error}", path.display())))?;
        return Side::read(&text).map_err(|error| Outcome::usage(format!("{} is no report: {error}", path.display())));
    }
    let (_, analysed) = analyse_one(args, &diff.common, path)?;
    if let Some(reason) = analysed.unseen {
        return Err(Outcome::not_analysed(reason));
    }
    let text = serde_json::to_string(&analysed.report).map_err(|error| Outcome::not_analysed(error.to_string()))?;
    Side::read(&text).map_err(Outcome::not_analysed)
}
