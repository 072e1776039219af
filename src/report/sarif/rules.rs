//! The clauses as rules of the tool and as a taxonomy. Knows no single finding's place.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::base::Text;
use crate::report::model::{ClauseInfo, Finding};
use crate::report::{View, words};
use crate::rules::pages;

/// The taxonomy's name, and its place among those of the run.
const TAXONOMY: &str = "wechat-mini-program-platform-rules-14";
const TAXONOMY_INDEX: usize = 0;

/// The tool with a rule for each clause.
pub fn driver(view: &View) -> Value {
    let report = view.report;
    let mut help: BTreeMap<&str, Vec<&Text>> = BTreeMap::new();
    for finding in &report.findings {
        let own = help.entry(&finding.clause).or_default();
        if !own.contains(&&finding.help) {
            own.push(&finding.help);
        }
    }
    let rules = report.clauses.iter().enumerate().map(|(index, clause)| {
        let help = help.get(clause.id.as_str()).map_or(&[][..], Vec::as_slice);
        rule(view, clause, index, help)
    });
    json!({
        "name": report.tool.name,
        "version": report.tool.version,
        "semanticVersion": report.tool.version,
        "rules": rules.collect::<Vec<_>>(),
        "supportedTaxonomies": [{ "name": TAXONOMY, "index": TAXONOMY_INDEX }],
    })
}

fn rule(view: &View, clause: &ClauseInfo, index: usize, help: &[&Text]) -> Value {
    let lang = view.lang();
    let title = clause.title.get(lang);
    json!({
        "id": clause.id,
        "name": format!("Clause{}", clause.id.replace('.', "_")),
        "shortDescription": { "text": title },
        "fullDescription": { "text": title },
        "help": {
            "text": format!("{} {title}", clause.id),
            "markdown": markdown(view, clause, help),
        },
        "defaultConfiguration": { "level": "warning" },
        "properties": { "tags": ["privacy", "wechat-mini-program", "personal-data"] },
        "relationships": [{
            "target": { "id": clause.id, "index": index, "toolComponent": component() },
            "kinds": ["equal"],
        }],
    })
}

/// Both languages, what to do, and how to learn more or to accept a finding.
fn markdown(view: &View, clause: &ClauseInfo, help: &[&Text]) -> String {
    let lang = view.lang();
    let advice: String = help.iter().flat_map(|text| ["- ", text.get(lang), "\n"]).collect();
    format!(
        "## {id} {title}\n\n{zh}\n\n{en}\n\n{advice}\n{page}\n\n{more}\n",
        id = clause.id,
        title = clause.title.get(lang),
        zh = clause.title.zh,
        en = clause.title.en,
        page = pages::page(&clause.id).map(|page| page.text(lang)).unwrap_or_default(),
        more = words::more_on(&clause.id).get(lang),
    )
}

/// The clauses as taxa, with what is known of each.
pub fn taxonomy(view: &View) -> Value {
    let taxa = view.report.clauses.iter().map(|clause| {
        json!({
            "id": clause.id,
            "shortDescription": { "text": clause.title.get(view.lang()) },
            "properties": { "status": clause.status, "title": clause.title, "note": clause.note },
        })
    });
    json!({
        "name": TAXONOMY,
        "shortDescription": { "text": words::taxonomy().get(view.lang()) },
        "isComprehensive": true,
        "taxa": taxa.collect::<Vec<_>>(),
    })
}

/// The clauses that a finding bears on.
pub fn taxa(view: &View, finding: &Finding) -> Value {
    let clauses = std::iter::once(&finding.clause).chain(&finding.also);
    let taxa = clauses.filter_map(|id| {
        let index = index(view, id)?;
        Some(json!({ "id": id, "index": index, "toolComponent": component() }))
    });
    taxa.collect()
}

/// The position of a clause among the rules.
pub fn index(view: &View, clause: &str) -> Option<usize> {
    view.report.clauses.iter().position(|own| own.id == clause)
}

fn component() -> Value {
    json!({ "name": TAXONOMY, "index": TAXONOMY_INDEX })
}
