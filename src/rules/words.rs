//! The words and patterns that checks look for, as data. Knows no check.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;

use crate::base::pattern::Pattern;

static WORDS: LazyLock<FxHashMap<String, Pattern>> = LazyLock::new(|| {
    let patterns: FxHashMap<String, String> = serde_json::from_str(include_str!("data/words.json")).unwrap_or_default();
    patterns.into_iter().map(|(name, pattern)| (name, Pattern::new(pattern))).collect()
});

/// The pattern of a name; one that matches nothing if there is none.
pub fn words(name: &str) -> Words {
    Words(WORDS.get(name))
}

/// A pattern; it is compiled when a text is first looked at.
#[derive(Clone, Copy, Debug)]
pub struct Words(Option<&'static Pattern>);

impl Words {
    fn regex(self) -> Option<&'static Regex> {
        self.0.and_then(Pattern::get)
    }

    /// Whether it occurs in a text.
    pub fn are_in(self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// Where it occurs in a text, in bytes.
    pub fn find_all(self, text: &str) -> Vec<std::ops::Range<usize>> {
        self.regex().into_iter().flat_map(|regex| regex.find_iter(text)).map(|found| found.range()).collect()
    }

    /// Where it first occurs.
    pub fn find(self, text: &str) -> Option<std::ops::Range<usize>> {
        self.regex().and_then(|regex| regex.find(text)).map(|found| found.range())
    }

    /// Where its first group lies, at each place where it occurs.
    pub fn captures(self, text: &str) -> Vec<std::ops::Range<usize>> {
        let captures = self.regex().into_iter().flat_map(|regex| regex.captures_iter(text));
        captures.filter_map(|found| found.get(1)).map(|group| group.range()).collect()
    }

    /// Its last group that took part, at each place where it occurs.
    pub fn groups(self, text: &str) -> Vec<(std::ops::Range<usize>, String)> {
        let captures = self.regex().into_iter().flat_map(|regex| regex.captures_iter(text));
        captures
            .filter_map(|found| {
                let last = found.iter().flatten().last()?;
                Some((found.get(0)?.range(), last.as_str().to_owned()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_pattern_compiles() {
        let patterns: BTreeMap<String, String> = serde_json::from_str(include_str!("data/words.json")).unwrap();
        let broken: Vec<&String> =
            patterns.iter().filter(|(_, pattern)| Regex::new(pattern).is_err()).map(|(name, _)| name).collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}
