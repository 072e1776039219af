//! A reading position in a small text such as a port or a callee path, and the error that it reports.
//! Knows no grammar.

use crate::base::Text;

/// Why a port or a callee path cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotationError {
    /// Offset in bytes into the text that was read.
    pub offset: usize,
    /// What is wrong there.
    pub message: Text,
}

impl std::fmt::Display for NotationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (offset {})", self.message.en, self.offset)
    }
}

impl std::error::Error for NotationError {}

/// A text and how far it has been read.
pub(super) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Cursor<'a> {
    /// At the start of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, offset: 0 }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    /// How much has been read, in bytes.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// Whether everything has been read.
    pub(super) fn at_end(&self) -> bool {
        self.offset == self.text.len()
    }

    /// Reads `token` if it comes next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.offset += token.len();
        }
        found
    }

    /// Reads `token`, which must come next.
    pub(super) fn expect(&mut self, token: &str) -> Result<(), NotationError> {
        if self.eat(token) { Ok(()) } else { Err(self.expected(&format!("`{token}`"), &format!("`{token}`"))) }
    }

    /// Reads as long as characters satisfy `accepts`.
    pub(super) fn take_while(&mut self, accepts: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !accepts(c)).unwrap_or(rest.len());
        self.offset += length;
        &rest[..length]
    }

    /// Reads the next `length` bytes, which the caller has looked at.
    pub(super) fn skip(&mut self, length: usize) {
        self.offset += length;
    }

    /// Reads a whole number.
    pub(super) fn number(&mut self) -> Result<u32, NotationError> {
        let start = self.offset;
        let digits = self.take_while(|c| c.is_ascii_digit());
        digits.parse().map_err(|_| {
            self.offset = start;
            self.expected("一个数字", "a number")
        })
    }

    /// Reads a name: letters, digits, `_`, `$` and `-`.
    pub(super) fn name(&mut self) -> Result<&'a str, NotationError> {
        let name = self.take_while(is_name_char);
        if name.is_empty() { Err(self.expected("一个名称", "a name")) } else { Ok(name) }
    }

    /// Complains that something else should stand here.
    pub(super) fn expected(&self, zh: &str, en: &str) -> NotationError {
        let found = self.rest().chars().next();
        let message = match found {
            Some(found) => {
                Text::new(format!("此处应为{zh}，而不是“{found}”"), format!("expected {en}, found `{found}`"))
            }
            None => Text::new(format!("结尾处缺少{zh}"), format!("expected {en} at the end")),
        };
        NotationError { offset: self.offset, message }
    }
}

/// Whether `c` may stand in a name that needs no quotes.
pub(super) fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '-')
}
