//! Packs of further rules: neighbouring rules of the same document, the law by article. A rule is data: clauses that it
//! follows, patterns in the text, calls that no act of the user's leads to. Knows no rule by name.

use std::sync::LazyLock;

use serde::Deserialize;

use super::rows::{Row, gravest};
use super::words::words;
use super::{Case, Confidence, Finding, Level, Status};
use crate::base::{FileKind, Span, Text, pattern};

/// A pack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The name that asks for it.
    pub name: String,
    /// What it holds.
    pub title: Text,
    /// Its rules, in order.
    pub rules: Vec<Rule>,
}

/// A rule of a pack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its number.
    pub id: String,
    /// What it demands.
    pub title: Text,
    /// What to ask the operator.
    pub question: Text,
    /// Clauses whose findings bear on it.
    #[serde(default)]
    pub from: Vec<String>,
    /// The data that those findings must be about; of any if there is none.
    #[serde(default)]
    from_data: Vec<String>,
    /// Data that must not be used once the user has refused it.
    #[serde(default)]
    after_refusal: Option<Refused>,
    /// What breaks it in the text.
    #[serde(default)]
    patterns: Vec<Pattern>,
    /// Calls that break it where the user has not acted.
    #[serde(default)]
    quiet_calls: Vec<QuietCalls>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    matches: String,
    /// Names of words that are an answer to it, anywhere in the program.
    #[serde(default)]
    unless: Option<String>,
    level: PackLevel,
    message: Text,
    help: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuietCalls {
    models: Vec<String>,
    level: PackLevel,
    message: Text,
    help: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    data: Vec<String>,
    level: PackLevel,
    message: Text,
    help: Text,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PackLevel {
    Note,
    Warning,
    Violation,
}

impl From<PackLevel> for Level {
    fn from(level: PackLevel) -> Self {
        match level {
            PackLevel::Note => Self::Note,
            PackLevel::Warning => Self::Warning,
            PackLevel::Violation => Self::Violation,
        }
    }
}

impl Rule {
    /// What is looked for: what is said where it is found, and how to mend that.
    pub fn evidence(&self) -> impl Iterator<Item = (&Text, &Text)> {
        let patterns = self.patterns.iter().map(|it| (&it.message, &it.help));
        let refused = self.after_refusal.iter().map(|it| (&it.message, &it.help));
        let calls = self.quiet_calls.iter().map(|it| (&it.message, &it.help));
        patterns.chain(refused).chain(calls)
    }
}

static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    let texts = [include_str!("data/packs/neighbours.json"), include_str!("data/packs/pipl.json")];
    texts.into_iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
});

/// All packs.
pub fn packs() -> &'static [Pack] {
    &PACKS
}

/// Whether a clause or a rule of some pack has this number.
pub fn is_rule(id: &str) -> bool {
    super::clause(id).is_some() || packs().iter().flat_map(|pack| &pack.rules).any(|rule| rule.id == id)
}

fn asked<'c>(case: &Case<'c>) -> impl Iterator<Item = &'static Rule> + use<'c> {
    let names = case.packs;
    packs().iter().filter(move |pack| names.contains(&pack.name)).flat_map(|pack| &pack.rules)
}

/// A rule, if its pack was asked for.
pub fn in_force(case: &Case<'_>, id: &str) -> Option<&'static str> {
    asked(case).find(|rule| rule.id == id).map(|rule| rule.id.as_str())
}

/// The findings of the rules that were asked for.
pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in asked(case) {
        for pattern in &rule.patterns {
            findings.extend(in_text(case, rule, pattern));
        }
        if let Some(refused) = &rule.after_refusal {
            findings.extend(used_after_refusal(case, rule, refused));
        }
        for quiet in &rule.quiet_calls {
            findings.extend(without_act(case, rule, quiet));
        }
    }
    findings
}

fn in_text(case: &Case<'_>, rule: &'static Rule, pattern: &Pattern) -> Option<Finding> {
    let shipped = || case.texts.iter().filter(|source| source.is_shipped && source.kind != FileKind::Json);
    if pattern.unless.as_ref().is_some_and(|name| shipped().any(|source| words(name).are_in(&source.text))) {
        return None;
    }
    let regex = pattern::compile(&pattern.matches).ok()?;
    shipped().find_map(|source| {
        let found = regex.find(&source.text)?;
        let place = Span::new(source.file, found.start() as u32, found.end() as u32);
        Some(Finding {
            confidence: Confidence::Medium,
            help: pattern.help.clone(),
            ..Finding::at(&rule.id, pattern.level.into(), place, pattern.message.clone())
        })
    })
}

/// One finding at each place where data goes out on whose refusal it runs.
fn used_after_refusal(case: &Case<'_>, rule: &'static Rule, refused: &Refused) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for (index, flow) in case.flows.iter().enumerate() {
        let is_named = refused.data.contains(&flow.data) && Case::is_live(flow) && !Case::is_vague(flow);
        let Some((_, place)) = case.consent_to(index).after_refusal.as_ref().filter(|_| is_named) else { continue };
        if found.iter().any(|known| known.span == flow.sink.span) {
            continue;
        }
        found.push(Finding {
            confidence: Confidence::Medium,
            data: vec![flow.data.clone()],
            flow: Some(index),
            help: refused.help.clone(),
            related: vec![(*place, Text::new("在这里被拒绝", "it is refused here"))],
            ..Finding::at(&rule.id, refused.level.into(), flow.sink.span, refused.message.clone())
        });
    }
    found
}

fn without_act<'a>(
    case: &'a Case<'_>,
    rule: &'static Rule,
    quiet: &'a QuietCalls,
) -> impl Iterator<Item = Finding> + use<'a> {
    let calls = case.consent.calls.iter();
    calls.filter(|call| quiet.models.contains(&call.model) && !call.grants.is_act()).map(|call| {
        let entry = call.entry.iter().map(|(name, place)| {
            (
                *place,
                Text::new(
                    format!("从 {name} 进入，没有用户操作"),
                    format!("control enters at {name}, without an act of the user's"),
                ),
            )
        });
        Finding {
            confidence: Confidence::Medium,
            help: quiet.help.clone(),
            related: entry.collect(),
            ..Finding::at(&rule.id, quiet.level.into(), call.place, quiet.message.clone())
        }
    })
}

/// A row for each rule that was asked for.
pub fn rows(case: &Case<'_>, findings: &[Finding]) -> Vec<Row> {
    let row = |rule: &'static Rule| {
        let own = gravest(findings, &rule.id);
        let is_meant = |finding: &&Finding| {
            rule.from_data.is_empty() || finding.data.iter().any(|data| rule.from_data.contains(data))
        };
        let meant: Vec<Finding> = findings.iter().filter(is_meant).cloned().collect();
        let followed = rule.from.iter().filter_map(|id| gravest(&meant, id)).max();
        let attestation = case.operator.attestation(&rule.id).cloned();
        let holds = attestation.as_ref().filter(|it| it.holds(case.today));
        let (status, note) = match (own.max(followed), holds) {
            (Some(Level::Violation), _) => (Status::Violated, Text::default()),
            (Some(Level::Warning), _) => (Status::Suspected, Text::default()),
            (_, Some(attestation)) => (Status::Satisfied, super::rows::stated(attestation)),
            (_, None) => (Status::NeedsAttestation, rule.question.clone()),
        };
        Row { id: rule.id.clone(), title: rule.title.clone(), status, evidence: Vec::new(), note, attestation }
    };
    asked(case).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_well_formed_and_name_what_exists() {
        assert_eq!(packs().iter().map(|pack| pack.name.as_str()).collect::<Vec<_>>(), ["neighbours", "pipl"]);
        let models = crate::models::Models::load(true, &[]).unwrap();
        for rule in packs().iter().flat_map(|pack| &pack.rules) {
            assert!(rule.from.iter().all(|id| super::super::clause(id).is_some()), "{}", rule.id);
            assert!(rule.patterns.iter().all(|it| pattern::compile(&it.matches).is_ok()), "{}", rule.id);
            for id in rule.quiet_calls.iter().flat_map(|quiet| &quiet.models) {
                let is_known = models.sources.iter().any(|source| source.id == *id)
                    || models.sinks.iter().any(|sink| sink.id == *id);
                assert!(is_known, "{id}");
            }
        }
    }
}
