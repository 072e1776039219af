//! Flows, configuration and texts become [`Finding`]s under clauses, and every clause gets a status. Knows clauses, and
//! no report format.

mod case;
mod checks;
mod clauses;
pub mod hosts;
mod inputs;
pub mod operator;
pub mod packs;
pub mod pages;
pub mod parties;
mod rows;
pub mod secrets;
mod sink_kinds;
mod text;
mod words;

pub use case::{Case, Input, SERVER_DATA};
pub use clauses::{Clause, clause, clauses};
pub use operator::Operator;
pub use rows::Row;
pub use sink_kinds::{goes_to_host, has_recipient, leaves_page, sink_act, sink_title};

use crate::base::{Span, Text};
pub use crate::models::Confidence;
use crate::models::Models;

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

impl Finding {
    /// A finding at a place, of high confidence; what else there is to say is still to be added.
    fn at(clause: &'static str, level: Level, span: Span, message: Text) -> Self {
        Self {
            clause,
            also: Vec::new(),
            level,
            confidence: Confidence::High,
            message,
            help: Text::default(),
            data: Vec::new(),
            flow: None,
            span,
            related: Vec::new(),
        }
    }
}

/// What the analysis of a program comes to.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Findings, by place.
    pub findings: Vec<Finding>,
    /// A row for every clause, in the order of the document; those of packs follow.
    pub rows: Vec<Row>,
    /// Third parties whose code or hosts stand in the program, by id.
    pub parties: Vec<parties::Party>,
}

/// Judges a program.
pub fn judge(input: &Input<'_>) -> Judgement {
    let case = Case::new(*input);
    let mut findings = checks::all(&case);
    operator::judge(&case, &mut findings);
    findings.extend(packs::judge(&case));
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.span, finding.clause, finding.flow, std::cmp::Reverse(finding.level));
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    findings.dedup_by(|a, b| (a.span, a.clause, &a.message) == (b.span, b.clause, &b.message));
    let rows = rows::all(&case, &findings);
    Judgement { findings, rows, parties: case.parties }
}

/// The name for people of a category of data; a category that no model describes names itself.
pub fn data_title(data: &str, models: &Models) -> Text {
    let category = models.categories.iter().find(|category| category.slug == data);
    category.map_or_else(|| Text::new(data, data), |category| category.title.clone())
}
