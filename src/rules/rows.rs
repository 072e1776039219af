//! A row for every clause: broken, maybe broken, kept as the evidence shows, for the operator to say, or not concerned.

use super::checks::evidence::{self, Evidence};
use super::operator::Attestation;
use super::{Case, Finding, Level, Status, clauses};
use crate::base::{Span, Text};

/// What is known of a clause.
#[derive(Clone, Debug)]
pub struct Row {
    /// The clause.
    pub id: String,
    /// What it demands.
    pub title: Text,
    /// What is known.
    pub status: Status,
    /// Places that show it to be kept, or that help to answer the question.
    pub evidence: Vec<Span>,
    /// Why the status is what it is, or what the operator is asked.
    pub note: Text,
    /// What the operator stated.
    pub attestation: Option<Attestation>,
}

/// All rows: of the document, then of the packs that were asked for.
pub fn all(case: &Case<'_>, findings: &[Finding]) -> Vec<Row> {
    let mut rows: Vec<Row> = clauses().iter().map(|clause| row(case, clause, findings)).collect();
    rows.extend(super::packs::rows(case, findings));
    rows
}

/// The gravest finding that bears on a clause.
pub fn gravest(findings: &[Finding], id: &str) -> Option<Level> {
    let bears = |finding: &&Finding| finding.clause == id || finding.also.contains(&id);
    findings.iter().filter(bears).map(|finding| finding.level).max()
}

fn row(case: &Case<'_>, clause: &super::Clause, findings: &[Finding]) -> Row {
    let attestation = case.operator.attestation(&clause.id).cloned();
    let statement = attestation.as_ref().filter(|it| it.holds(case.today)).map(stated);
    let (status, evidence, note) = match (gravest(findings, &clause.id), evidence::of(case, &clause.id), statement) {
        (Some(Level::Violation), ..) => (Status::Violated, Vec::new(), Text::default()),
        (Some(Level::Warning), ..) => (Status::Suspected, Vec::new(), Text::default()),
        // What somebody still has to judge is neither kept nor absent.
        (Some(Level::Note), _, Some(statement)) => (Status::Satisfied, Vec::new(), statement),
        (Some(Level::Note), Evidence::Absent(_), None) => {
            (Status::NeedsAttestation, Vec::new(), clause.question.clone())
        }
        (Some(Level::Note), Evidence::Kept(places, _), None) | (_, Evidence::Open(places), None) => {
            (Status::NeedsAttestation, places, clause.question.clone())
        }
        (None, Evidence::Absent(_), _) if 0 < case.n_unseen => {
            (Status::NeedsAttestation, Vec::new(), unseen(case.n_unseen))
        }
        (None, Evidence::Absent(why), _) => (Status::NotApplicable, Vec::new(), why),
        (None, Evidence::Kept(places, why), _) => (Status::Satisfied, places, why),
        (None, Evidence::Open(places), Some(statement)) => (Status::Satisfied, places, statement),
    };
    Row { id: clause.id.clone(), title: clause.title.clone(), status, evidence, note, attestation }
}

/// What is not there cannot be told where not all was seen.
fn unseen(n: usize) -> Text {
    let files = if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
    Text::new(
        format!("有 {n} 个文件未能（完整）分析，无法判断是否涉及；请先处理这些文件，或由运营者说明"),
        format!(
            "{files} could not be analysed in full, so that nothing can be ruled out: mend that, or let the operator say"
        ),
    )
}

/// What the operator states, as a note.
pub fn stated(attestation: &Attestation) -> Text {
    let statement = &attestation.statement;
    Text::new(format!("运营者声明：{statement}"), format!("the operator states: {statement}"))
}
