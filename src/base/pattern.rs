//! Regular expressions that run over whole files: word boundaries mean ASCII words, since the regex crate has no automaton
//! for Unicode ones and becomes some fifty times slower at the first Chinese character. Identifiers are ASCII in practice.

use std::sync::{Arc, OnceLock};

use regex::{Error, Regex};

/// A pattern that is compiled when it is first looked for: of many that a program might hold, few are ever asked for.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Spelled>);

#[derive(Debug)]
struct Spelled {
    spelling: String,
    compile: fn(&str) -> Result<Regex, Error>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// The pattern that is spelled so; its `\b` ask for ASCII words.
    pub fn new(spelling: String) -> Self {
        Self(Arc::new(Spelled { spelling, compile, compiled: OnceLock::new() }))
    }

    /// The same, to be looked for in short texts: its `\b` ask for words of any script.
    pub fn of_short_texts(spelling: String) -> Self {
        Self(Arc::new(Spelled { spelling, compile: Regex::new, compiled: OnceLock::new() }))
    }

    /// Compiles it at once.
    ///
    /// # Errors
    /// What the regex crate says of a pattern that is none.
    pub fn check(&self) -> Result<(), Error> {
        let regex = (self.0.compile)(&self.0.spelling)?;
        self.0.compiled.get_or_init(|| Some(regex));
        Ok(())
    }

    /// The compiled pattern; `None` if it is none.
    pub fn get(&self) -> Option<&Regex> {
        self.0.compiled.get_or_init(|| (self.0.compile)(&self.0.spelling).ok()).as_ref()
    }

    /// Whether it occurs in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.get().is_some_and(|regex| regex.is_match(text))
    }
}

/// Compiles a pattern whose `\b` ask for ASCII words.
///
/// # Errors
/// What the regex crate says of a pattern that is none.
pub fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(&ascii_boundaries(pattern))
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
