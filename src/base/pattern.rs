//! Regular expressions that run over whole files: words and digits are ASCII ones, as identifiers are in practice. The regex
//! crate has no automaton for Unicode boundaries, which makes it some fifty times slower at the first Chinese character, and
//! takes up to thirty times as long to compile a pattern with Unicode words.

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
    /// The pattern that is spelled so; its `\b`, `\w` and `\d` ask for ASCII.
    pub fn new(spelling: String) -> Self {
        Self(Arc::new(Spelled { spelling, compile, compiled: OnceLock::new() }))
    }

    /// The same, to be looked for in short texts: words and digits are those of any script.
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

/// Compiles a pattern whose `\b`, `\w` and `\d` ask for ASCII.
///
/// # Errors
/// What the regex crate says of a pattern that is none.
pub fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(&in_ascii(pattern))
}

fn in_ascii(pattern: &str) -> String {
    let mut ascii = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern.chars();
    let mut is_in_class = false;
    while let Some(char) = rest.next() {
        match (char, (char == '\\').then(|| rest.next()).flatten(), is_in_class) {
            (_, Some('w'), true) => ascii.push_str("0-9A-Za-z_"),
            (_, Some('d'), true) => ascii.push_str("0-9"),
            (_, Some(escaped @ ('b' | 'w' | 'd')), false) => {
                ascii.extend(["(?-u:\\", escaped.encode_utf8(&mut [0; 4]), ")"]);
            }
            (_, Some(escaped), _) => ascii.extend(['\\', escaped]),
            (char, None, _) => {
                is_in_class = if is_in_class { char != ']' } else { char == '[' };
                ascii.push(char);
            }
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
    fn words_and_digits_are_those_of_ascii_in_classes_too() {
        let pattern = compile(r"^\w[\w-]\d[^\d\]]$").expect("a pattern");
        assert!(pattern.is_match("a-1b") && pattern.is_match("a_1名"));
        assert!(!pattern.is_match("名-1b") && !pattern.is_match("a-11") && !pattern.is_match("a-1]"));
    }

    #[test]
    fn other_escapes_stay() {
        assert_eq!(in_ascii(r"\\b\d\bx\"), r"\\b(?-u:\d)(?-u:\b)x\");
        assert!(compile(r"[\w").is_err());
    }
}
