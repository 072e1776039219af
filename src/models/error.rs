//! What is wrong with a model file, and the right word that lies nearest to a wrong one.
//! Knows no keys and no ports.

use std::ops::Range;

use crate::base::Text;

/// One mistake in a model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// The path of the file as it was given.
    pub file: String,
    /// Where in its text, in bytes.
    pub span: Range<usize>,
    /// What is wrong, with the nearest right word if there is one.
    pub message: Text,
}

/// The one of `words` that `found` was most likely meant to be.
pub(super) fn nearest<'a>(found: &str, words: &[&'a str]) -> Option<&'a str> {
    let folded = found.to_lowercase();
    words
        .iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(&folded, &word.to_lowercase()), *word))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// The message with "did you mean" behind it.
pub(super) fn with_suggestion(message: &Text, word: &str) -> Text {
    Text::new(format!("{}，是否想写 `{word}`？", message.zh), format!("{}; did you mean `{word}`?", message.en))
}
