//! Regular expressions that run over whole files: word boundaries mean ASCII words, since the regex crate has no automaton
//! for Unicode ones and becomes some fifty times slower at the first Chinese character. Identifiers are ASCII in practice.

use std::sync::OnceLock;

use regex::{Error, Regex, RegexSet};

/// A pattern that is compiled when it is first looked for: of many that a program might hold, few are ever asked for.
#[derive(Debug)]
pub struct Pattern {
    spelling: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// The pattern that is spelled so.
    pub fn new(spelling: String) -> Self {
        Self { spelling, compiled: OnceLock::new() }
    }

    /// How it is spelled.
    pub fn spelling(&self) -> &str {
        &self.spelling
    }

    /// The compiled pattern; `None` if it is none.
    pub fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.spelling).ok()).as_ref()
    }
}

/// Compiles a pattern whose `\b` ask for ASCII words.
///
/// # Errors
/// What the regex crate says of a pattern that is none.
pub fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(&ascii_boundaries(pattern))
}

/// Compiles several of them to be looked for at once.
///
/// # Errors
/// What the regex crate says of the first pattern that is none.
pub fn compile_set<'p>(patterns: impl Iterator<Item = &'p str>) -> Result<RegexSet, Error> {
    RegexSet::new(patterns.map(ascii_boundaries))
}

fn ascii_boundaries(pattern: &str) -> String {
    let mut ascii = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern.chars();
    while let Some(char) = rest.next() {
        match (char, (char == '\\').then(|| rest.next()).flatten()) {
            (_, Some('b')) => ascii.push_str(r"(?-u:\b)"),
            (_, Some(escaped)) => ascii.extend(['\\', escaped]),
            (char, None) => ascii.push(char),
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_those_of_ascii_words() {
        let ads = compile(r"\bads\b").expect("a pattern");
        assert!(ads.is_match("查看ads列表") && ads.is_match("ads") && !ads.is_match("heads"));
    }

    #[test]
    fn other_escapes_stay() {
        assert_eq!(ascii_boundaries(r"\\b\d\bx\"), r"\\b\d(?-u:\b)x\");
        assert!(compile(r"[\w").is_err());
    }
}
