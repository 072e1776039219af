//! A message in both languages of the tool.

use serde::{Deserialize, Serialize};

/// The same sentence in Chinese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A message from its two forms.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// What reads the same in both languages: a name, or words of a program beside this one.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { zh: text.clone(), en: text }
    }

    /// The form for `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// Whether a character would move a terminal's cursor, hide or reorder text; those below the blank are not told.
pub fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{7F}'..='\u{9F}'
            | '\u{AD}'
            | '\u{61C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
    )
}

/// The one of some names that a word was most likely meant to be: it differs in no more letters than `may_differ` allows
/// the name, and of several the first in the alphabet.
pub fn nearest<'n>(
    word: &str,
    names: impl IntoIterator<Item = &'n str>,
    may_differ: impl Fn(&str) -> usize,
) -> Option<&'n str> {
    let near = names.into_iter().map(|name| (strsim::damerau_levenshtein(word, name), name)).min();
    near.filter(|(distance, name)| *distance <= may_differ(name)).map(|(_, name)| name)
}

/// A Chinese sentence from its parts: a blank stands where Chinese meets Latin letters or digits, as it is printed.
pub fn spaced(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let is_latin = |c: char| c.is_ascii_alphanumeric();
        let is_chinese = |c: char| c.is_alphabetic() && !c.is_ascii();
        let (left, right) = (out.chars().next_back(), part.chars().next());
        if let (Some(left), Some(right)) = (left, right)
            && ((is_latin(left) && is_chinese(right)) || (is_chinese(left) && is_latin(right)))
        {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// A language that the tool speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}
