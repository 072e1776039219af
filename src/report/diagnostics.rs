//! What could not be done, as the report has it. Many diagnostics of one sort in one file become some of them and their
//! number: nobody reads the ten thousandth. Knows no output format.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::model::{Diagnostic, Location};
use super::places::Places;
use crate::base::{Level, Problem, Text};

/// Diagnostics of one sort in one file that are told one by one.
const MAX_ALIKE: usize = 100;

/// The problems in the order of their places, none of them twice.
pub fn list(problems: &[Problem], places: &Places) -> Vec<Diagnostic> {
    let mut problems: Vec<&Problem> = problems.iter().collect();
    problems.sort_by_key(|problem| (problem.span, &problem.path, problem.level, problem.code, &problem.message));
    problems.dedup();
    bounded(problems.into_iter().map(|problem| diagnostic(problem, places)).collect())
}

/// A problem as the report has it.
pub fn diagnostic(problem: &Problem, places: &Places) -> Diagnostic {
    Diagnostic {
        level: match problem.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        code: problem.code,
        message: problem.message.clone(),
        location: match (problem.span, &problem.path) {
            (Some(span), _) => Some(places.location(span)),
            (None, Some(path)) => Some(Location::start_of(path.as_str())),
            (None, None) => None,
        },
        path: problem.path.clone(),
        more: 0,
    }
}

/// The first ones of each sort in each file; the last of them tells how many more there are.
pub fn bounded(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    // How many there are of each sort, and where the last one lies that was kept.
    let mut sorts: IndexMap<_, (usize, usize), FxBuildHasher> = IndexMap::default();
    for one in all {
        let file = one.location.as_ref().map(|location| location.file.clone());
        let (count, last) = sorts.entry((one.code, one.level, file)).or_default();
        *count += 1;
        if *count <= MAX_ALIKE {
            *last = kept.len();
            kept.push(one);
        }
    }
    for (count, last) in sorts.into_values().filter(|(count, _)| MAX_ALIKE < *count) {
        let more = count - MAX_ALIKE;
        let text = &kept[last].message;
        let message = Text::new(
            format!("{}（此文件中同类诊断还有 {more} 条）", text.zh),
            format!("{} (and {more} more of this sort in this file)", text.en),
        );
        (kept[last].message, kept[last].more) = (message, more);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str, code: &'static str, many: usize) -> Vec<Diagnostic> {
        let one = Diagnostic {
            level: "warning",
            code,
            message: Text::new("坏了", "it is broken"),
            location: Some(Location::start_of(file)),
            path: None,
            more: 0,
        };
        vec![one; many]
    }

    #[test]
    fn what_is_not_told_is_counted() {
        let all = [of("a", "x", 100_000), of("a", "y", 3), of("b", "x", 100)].concat();
        let told = bounded(all);
        assert_eq!(told.len(), 203);
        assert_eq!(told[98].message.en, "it is broken");
        assert_eq!(told[99].message.en, "it is broken (and 99900 more of this sort in this file)");
        assert!(told[100..].iter().all(|one| one.message.zh == "坏了"));
    }
}
