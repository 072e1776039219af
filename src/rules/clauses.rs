//! The table of the 27 clauses of section 14. Knows their numbers and titles, and not how one is checked.

use std::sync::LazyLock;

use crate::base::Text;

/// A clause of the platform's rules.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its number: `14.2.4`.
    pub id: String,
    /// Its numbers in the present edition of the document.
    pub present: Vec<String>,
    /// What it demands, in one line.
    pub title: Text,
    /// What it says: in Chinese in the platform's own words, as published in 2018 (14.2.9, which a later edition added, is
    /// restated), in English in ours. What the platform publishes is authoritative.
    pub text: Text,
    /// What to ask the operator, since code cannot tell.
    pub question: Text,
}

static CLAUSES: LazyLock<Vec<Clause>> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/clauses.json")).unwrap_or_default());

/// A clause by its number.
pub fn clause(id: &str) -> Option<&'static Clause> {
    clauses().iter().find(|clause| clause.id == id)
}

/// Every clause, in the order of the document.
pub fn clauses() -> &'static [Clause] {
    &CLAUSES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_27_clauses_are_there_in_order_with_both_titles() {
        let families = [(1, 5), (2, 9), (3, 9), (4, 4)];
        let expected: Vec<String> =
            families.iter().flat_map(|&(family, last)| (1..=last).map(move |n| format!("14.{family}.{n}"))).collect();
        assert!(clauses().iter().all(|clause| clause.present[0] == format!("15{}", &clause.id[2..])));
        let ids: Vec<&str> = clauses().iter().map(|clause| clause.id.as_str()).collect();
        assert_eq!(ids, expected);
        let texts = clauses().iter().flat_map(|clause| [&clause.title, &clause.text, &clause.question]);
        assert!(texts.into_iter().all(|text| !text.zh.is_empty() && !text.en.is_empty()));
    }
}
