//! A row for every clause: broken, maybe broken, kept as the evidence shows, for the operator to say, or not concerned.

use super::checks::evidence;
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
    pub attestation: Option<super::operator::Attestation>,
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
    let attestation = case.operator.attestations.iter().rfind(|it| it.clause == clause.id).cloned();
    let is_attested = attestation.as_ref().is_some_and(|it| it.holds(case.today));
    let found = evidence::of(case, &clause.id);
    let (status, evidence, note) = match gravest(findings, &clause.id) {
        Some(Level::Violation) => (Status::Violated, Vec::new(), Text::default()),
        Some(Level::Warning) => (Status::Suspected, Vec::new(), Text::default()),
        // What somebody still has to judge is neither kept nor absent.
        Some(Level::Note) if is_attested => (Status::Satisfied, Vec::new(), stated(attestation.as_ref())),
        Some(Level::Note) => {
            let places = match found {
                evidence::Evidence::Kept(places, _) | evidence::Evidence::Open(places) => places,
                evidence::Evidence::Absent(_) => Vec::new(),
            };
            (Status::NeedsAttestation, places, clause.question.clone())
        }
        _ => match found {
            evidence::Evidence::Absent(_) if 0 < case.n_unseen => {
                (Status::NeedsAttestation, Vec::new(), unseen(case.n_unseen))
            }
            evidence::Evidence::Absent(why) => (Status::NotApplicable, Vec::new(), why),
            evidence::Evidence::Kept(places, why) => (Status::Satisfied, places, why),
            evidence::Evidence::Open(places) if is_attested => {
                (Status::Satisfied, places, stated(attestation.as_ref()))
            }
            evidence::Evidence::Open(places) => (Status::NeedsAttestation, places, clause.question.clone()),
        },
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

fn stated(attestation: Option<&super::operator::Attestation>) -> Text {
    let statement = attestation.map(|it| it.statement.clone()).unwrap_or_default();
    Text::new(format!("运营者声明：{statement}"), format!("the operator states: {statement}"))
}
