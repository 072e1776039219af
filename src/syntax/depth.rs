//! A cheap look at how deep the tree of a script will be, before it is built: trees are walked and dropped by
//! recursion. It knows tokens only roughly, and no grammar.

/// How many brackets may stand in each other.
pub const MAX_BRACKETS: usize = 3_000;

/// How many operators, calls and member accesses may hang together in one expression, those of the expressions around
/// it included.
pub const MAX_CHAIN: u32 = 10_000;

/// The byte offset at which `text` gets deeper than [`MAX_BRACKETS`] or [`MAX_CHAIN`] allow; `None` where it never does.
pub fn too_deep_at(text: &str) -> Option<usize> {
    let mut depth = Depth::default();
    let mut scanner = Scanner::new(text);
    while let Some(token) = scanner.next_token() {
        depth.take(scanner.before, token, scanner.line_starts);
        if depth.outer.len() > MAX_BRACKETS || depth.sum > MAX_CHAIN {
            return Some(scanner.start);
        }
        scanner.before = token;
    }
    None
}

#[derive(Clone, Copy, PartialEq)]
enum Token<'a> {
    /// An opening bracket, or `${` in a template.
    Open,
    /// `}`, or the one that ends a substitution in a template.
    CloseBrace,
    /// `)` or `]`
    Close,
    /// `,` or `;`
    End,
    /// One byte of an operator.
    Operator,
    /// A name, keyword or number.
    Word(&'a str),
    /// A string or a regular expression.
    Literal,
}

/// Words before or between operands; they do not end an expression as two names side by side do.
fn is_joining(word: &str) -> bool {
    matches!(
        word,
        "as" | "asserts"
            | "async"
            | "await"
            | "delete"
            | "do"
            | "else"
            | "extends"
            | "in"
            | "infer"
            | "instanceof"
            | "is"
            | "keyof"
            | "new"
            | "of"
            | "readonly"
            | "satisfies"
            | "typeof"
            | "unique"
            | "void"
            | "yield"
    )
}

/// Words whose brackets are the head of a statement, and no call.
fn is_head(word: &str) -> bool {
    matches!(word, "if" | "for" | "while" | "with" | "switch" | "catch" | "await")
}

#[derive(Default)]
struct Depth {
    /// For each open bracket: the length of the chain around it, and whether it is the head of a statement.
    outer: Vec<(u32, bool)>,
    /// The length of the chain at this bracket level.
    chain: u32,
    /// This chain and all those around it.
    sum: u32,
    /// Whether the bracket closed last was the head of a statement.
    after_head: bool,
}

impl Depth {
    fn take(&mut self, before: Token<'_>, token: Token<'_>, line_starts: bool) {
        match token {
            Token::Open => {
                let head = matches!(before, Token::Word(word) if is_head(word));
                self.lengthen();
                self.outer.push((self.chain, head));
                self.chain = 0;
            }
            Token::Close | Token::CloseBrace => {
                self.restart();
                let (chain, head) = self.outer.pop().unwrap_or_default();
                self.chain = chain;
                self.after_head = head;
            }
            Token::End => self.restart(),
            Token::Operator => self.lengthen(),
            Token::Word(word) if is_joining(word) => self.lengthen(),
            Token::Word(_) | Token::Literal => match before {
                Token::Word(word) if is_joining(word) => {}
                // Without a line break or a statement's head, two operands side by side are a mistake.
                Token::Close if self.after_head || !line_starts => self.lengthen(),
                Token::Word(_) | Token::Literal | Token::Close | Token::CloseBrace => self.restart(),
                Token::Open | Token::End | Token::Operator => {}
            },
        }
    }

    fn lengthen(&mut self) {
        self.chain += 1;
        self.sum += 1;
    }

    fn restart(&mut self) {
        self.sum -= self.chain;
        self.chain = 0;
    }
}

/// Splits a script into rough tokens. What it takes for a string or a regular expression ends with the line at the
/// latest, so that a mistake does not spread.
struct Scanner<'a> {
    text: &'a str,
    /// Behind the last token.
    at: usize,
    /// Of the last token.
    start: usize,
    /// Whether a line break stands before the last token.
    line_starts: bool,
    /// The token before the last; it tells a division from a regular expression.
    before: Token<'a>,
    /// For each open template: how many braces stand open in its substitution.
    templates: Vec<usize>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, start: 0, line_starts: false, before: Token::End, templates: Vec::new() }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn next_token(&mut self) -> Option<Token<'a>> {
        self.line_starts = false;
        self.skip_blank();
        self.start = self.at;
        let first = self.byte(0)?;
        self.at += 1;
        Some(match first {
            b'(' | b'[' => Token::Open,
            b')' | b']' => Token::Close,
            b'{' => {
                self.templates.iter_mut().next_back().into_iter().for_each(|braces| *braces += 1);
                Token::Open
            }
            b'}' => self.close_brace(),
            b',' | b';' => Token::End,
            b'`' => self.template_text(Token::Literal, Token::Open),
            b'"' | b'\'' => {
                self.skip_to(first);
                Token::Literal
            }
            b'/' if !self.follows_operand() => {
                self.skip_to(b'/');
                Token::Literal
            }
            _ if is_word(first) => self.word(),
            _ => Token::Operator,
        })
    }

    /// White space and comments.
    fn skip_blank(&mut self) {
        while let Some(byte) = self.byte(0) {
            let length = match (byte, self.byte(1)) {
                (b'\n' | b'\r', _) => {
                    self.line_starts = true;
                    1
                }
                (b'/', Some(b'/')) => self.text[self.at..].find(['\n', '\r']).unwrap_or(self.text.len() - self.at),
                (b'/', Some(b'*')) => {
                    self.text[self.at + 2..].find("*/").map_or(self.text.len() - self.at, |length| length + 4)
                }
                _ if byte.is_ascii_whitespace() => 1,
                _ => return,
            };
            self.at += length;
        }
    }

    fn follows_operand(&self) -> bool {
        match self.before {
            Token::Word(word) => !is_joining(word) && !matches!(word, "return" | "case" | "throw"),
            Token::Literal | Token::Close | Token::CloseBrace => true,
            Token::Open | Token::End | Token::Operator => false,
        }
    }

    fn word(&mut self) -> Token<'a> {
        while self.byte(0).is_some_and(is_word) {
            self.at += 1;
        }
        Token::Word(&self.text[self.start..self.at])
    }

    /// Goes behind the next `end` that is not escaped nor, for a regular expression, in brackets.
    fn skip_to(&mut self, end: u8) {
        let mut in_class = false;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\n' | b'\r' => return,
                b'\\' => self.at += 1 + usize::from(self.byte(1) == Some(b'\r') && self.byte(2) == Some(b'\n')),
                b'[' if end == b'/' => in_class = true,
                b']' => in_class = false,
                _ if byte == end && !in_class => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at = (self.at + 1).min(self.text.len());
        }
    }

    fn close_brace(&mut self) -> Token<'a> {
        match self.templates.last_mut() {
            Some(0) => {
                self.templates.pop();
                self.template_text(Token::CloseBrace, Token::End)
            }
            Some(braces) => {
                *braces -= 1;
                Token::CloseBrace
            }
            None => Token::CloseBrace,
        }
    }

    /// Reads the text of a template up to its end, which is `ended`, or up to a substitution, which is `opened`.
    fn template_text(&mut self, ended: Token<'a>, opened: Token<'a>) -> Token<'a> {
        while let Some(byte) = self.byte(0) {
            self.at += 1;
            match byte {
                b'\\' => self.at = (self.at + 1).min(self.text.len()),
                b'`' => break,
                b'$' if self.byte(0) == Some(b'{') => {
                    self.at += 1;
                    self.templates.push(0);
                    return opened;
                }
                _ => {}
            }
        }
        ended
    }
}

/// Every byte of a character beyond ASCII counts as part of a word.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'@') || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_is_not_deep() {
        for line in [
            "a.b('(').c = /[/(]/ + `{(${d.e}`\n",
            "if (a) b.c()\n",
            "function f(a){return a+1}",
            "a({ b: c.d, e: [1, -2] }); // ((\n",
            "/* ( */ let a = b / c / d\n",
            "var s = \"\\\"(\";",
        ] {
            assert_eq!(too_deep_at(&line.repeat(20_000)), None, "{line}");
        }
    }

    #[test]
    fn brackets_count_in_each_other_and_in_substitutions() {
        assert_eq!(too_deep_at(&"[(".repeat(MAX_BRACKETS)), Some(MAX_BRACKETS));
        assert_eq!(too_deep_at(&"`${".repeat(MAX_BRACKETS + 1)), Some(MAX_BRACKETS * 3));
        assert_eq!(too_deep_at(&"'['".repeat(MAX_BRACKETS + 1)), None);
        assert!(too_deep_at(&"(a+a+a+a+a+".repeat(2_500)).is_some());
    }
}
