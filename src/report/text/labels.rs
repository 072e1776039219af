//! The steps of a flow become numbered labels. Knows the report, and not how a label is drawn.

use super::{Detail, Options, clean};
use crate::base::text::Lang;
use crate::report::model::{Finding, Location, Step};
use crate::report::{Titled, words};

/// With more steps than this, those that a reader can do without are left out.
const MAX_LABELS: usize = 8;

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

/// A label for each step in the order of the path, the last of them primary; and how many steps are left out.
pub fn of_flow<'a>(titled: Titled<'a>, options: Options<'_>) -> (Vec<Marked<'a>>, usize) {
    let flow = titled.flow;
    let last = flow.steps.len().saturating_sub(1);
    let is_short = flow.steps.len() <= MAX_LABELS || options.detail == Detail::Verbose;
    let is_shown = |at: usize, step: &Step| is_short || step.key || at == 0 || at == last;
    let shown: Vec<(usize, &Step)> = flow.steps.iter().enumerate().filter(|(at, step)| is_shown(*at, step)).collect();
    let hidden = flow.steps.len() - shown.len();
    let marks = shown.iter().enumerate().map(|(number, (at, step))| {
        let message = clean(&format!("{}: {}", number + 1, words::step(step, titled).get(options.lang)));
        Marked { location: &step.location, message, is_primary: *at == last }
    });
    (marks.collect(), hidden)
}

/// The places of a finding that judges no flow.
pub fn of_finding(finding: &Finding, lang: Lang) -> Vec<Marked<'_>> {
    let related =
        finding.related.iter().map(|related| Marked::secondary(&related.location, clean(related.message.get(lang))));
    std::iter::once(Marked::primary(&finding.location, String::new())).chain(related).collect()
}
