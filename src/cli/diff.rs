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
use crate::base::Text;
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
        (DiffGate::NewData, difference.new_data.len(), ["category of data", "categories of data"]),
        (DiffGate::NewRecipient, difference.new_recipients.len(), ["recipient", "recipients"]),
        (DiffGate::NewPair, difference.new_pairs.len(), ["pair of data and recipient", "pairs of data and recipient"]),
        (DiffGate::NewFinding, difference.n_new_findings(), ["finding", "findings"]),
    ];
    let failing: Vec<String> = all
        .iter()
        .filter(|(gate, count, _)| gates.contains(gate) && 0 < *count)
        .map(|(_, count, [one, many])| format!("{count} new {}", if *count == 1 { one } else { many }))
        .collect();
    if failing.is_empty() {
        return Outcome::success("nothing new that fails");
    }
    Outcome::failing(failing.join(", "))
}

/// The report in a file, or that of a program.
fn side(args: &Args, diff: &Diff, path: &Path) -> Result<Side, Outcome> {
    let is_report = path.is_file() && path.extension().is_some_and(|extension| extension == "json");
    if is_report {
        let text = os_fs::read_text(path).map_err(|error| output::cannot_read(("", ""), path, &error))?;
        let name = path.display();
        return Side::read(&text).map_err(|error| {
            let zh = format!("{name} 不是 JSON 报告（{error}）");
            Outcome::usage(Text::new(zh, format!("{name} is no report: {error}")))
        });
    }
    let (_, analysed) = analyse_one(args, &diff.common, path)?;
    if let Some(reason) = analysed.unseen {
        return Err(Outcome::not_analysed(reason));
    }
    let failed = |reason: String| super::internal_error(&reason);
    let text = serde_json::to_string(&analysed.report).map_err(|error| failed(error.to_string()))?;
    Side::read(&text).map_err(failed)
}
