//! Flows become [`Finding`]s under clauses, and clauses get a status. Knows clauses, and no report format.

mod clauses;
mod outflow;
mod sink_kinds;

pub use clauses::{Clause, clauses};
pub use sink_kinds::{leaves_page, sink_title};

use crate::base::{Span, Text};
pub use crate::models::Confidence;
use crate::models::Models;
use crate::taint::Flow;

/// How grave a finding is. The order is that of `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A fact that a reviewer has to judge.
    Note,
    /// The code makes a violation likely.
    Warning,
    /// The code proves what the clause forbids.
    Violation,
}

impl Level {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Violation => "violation",
        }
    }
}

/// What is known of a clause after an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is broken.
    Violated,
    /// It may be broken.
    Suspected,
    /// It is kept.
    Satisfied,
    /// The code cannot tell; the operator has to.
    NeedsAttestation,
    /// The program does nothing that it speaks of.
    NotApplicable,
}

/// A judgement under a clause.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The clause.
    pub clause: &'static str,
    /// Further clauses that it bears on.
    pub also: Vec<&'static str>,
    /// How grave.
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// What was found, in a sentence.
    pub message: Text,
    /// How to mend it or to show that it is in order.
    pub help: Text,
    /// The categories of data concerned, sorted.
    pub data: Vec<String>,
    /// The flow that is judged, as an index into the flows that were given.
    pub flow: Option<usize>,
    /// Where to look first.
    pub span: Span,
    /// Where else to look, and why.
    pub related: Vec<(Span, Text)>,
}

/// Judges the flows of a program; the findings stand in the order of the flows.
pub fn judge(flows: &[Flow], models: &Models) -> Vec<Finding> {
    flows.iter().enumerate().filter_map(|(index, flow)| outflow::judge(index, flow, models)).collect()
}

/// The status of a clause, given the level of the gravest finding that bears on it.
///
/// Without a finding no clause is called satisfied: nothing here proves that a violation is absent.
pub fn status(gravest: Option<Level>) -> Status {
    match gravest {
        Some(Level::Violation) => Status::Violated,
        Some(Level::Warning | Level::Note) => Status::Suspected,
        None => Status::NeedsAttestation,
    }
}

/// The name for people of a category of data; a category that no model describes names itself.
pub fn data_title(data: &str, models: &Models) -> Text {
    let category = models.categories.iter().find(|category| category.slug == data);
    category.map_or_else(|| Text::new(data, data), |category| category.title.clone())
}
