//! The table of the 27 clauses of section 14. Knows their numbers and titles, and not how one is checked.

use std::sync::LazyLock;

use crate::base::Text;

/// A clause of the platform's rules.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its number: `14.2.4`.
    pub id: String,
    /// What it demands, in one line.
    pub title: Text,
}

static CLAUSES: LazyLock<Vec<Clause>> =
    LazyLock::new(|| serde_json::from_str(include_str!("clauses.json")).unwrap_or_default());

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
        let ids: Vec<&str> = clauses().iter().map(|clause| clause.id.as_str()).collect();
        assert_eq!(ids, expected);
        assert!(clauses().iter().all(|clause| !clause.title.zh.is_empty() && !clause.title.en.is_empty()));
    }
}
