//! The steps of a flow become numbered labels. Knows the report, and not how a label is drawn.

use super::{Detail, Options, clean};
use crate::base::Files;
use crate::base::text::Lang;
use crate::report::model::{Finding, Location, Step};
use crate::report::steps::{MANY, told};
use crate::report::{Titled, words};

/// A place with a remark.
#[derive(Clone, Debug)]
pub struct Marked<'a> {
    /// The place.
    pub location: &'a Location,
    /// The remark; may be empty.
    pub message: String,
    /// Whether it is the place that the block is about.
    pub is_primary: bool,
}

impl<'a> Marked<'a> {
    /// The place that a block is about.
    pub fn primary(location: &'a Location, message: String) -> Self {
        Self { location, message, is_primary: true }
    }

    fn secondary(location: &'a Location, message: String) -> Self {
        Self { location, message, is_primary: false }
    }
}

/// A label for each step that a reader is told, in the order of the path, the last of them primary; and how many steps are
/// left out.
pub fn of_flow<'a>(titled: Titled<'a>, files: &Files, options: Options<'_>) -> (Vec<Marked<'a>>, usize) {
    let (steps, hidden): (Vec<&Step>, usize) = if options.detail == Detail::Verbose {
        (titled.flow.steps.iter().collect(), 0)
    } else {
        let told = told(titled.flow, files, MANY);
        (told.steps, told.hidden)
    };
    let last = steps.len().saturating_sub(1);
    let marks = steps.into_iter().enumerate().map(|(at, step)| {
        let message = clean(&format!("{}: {}", at + 1, words::step(step, titled).get(options.lang)));
        Marked { location: &step.location, message, is_primary: at == last }
    });
    (marks.collect(), hidden)
}

/// The places of a finding that judges no flow.
pub fn of_finding(finding: &Finding, lang: Lang) -> Vec<Marked<'_>> {
    let related =
        finding.related.iter().map(|related| Marked::secondary(&related.location, clean(related.message.get(lang))));
    std::iter::once(Marked::primary(&finding.location, String::new())).chain(related).collect()
}
