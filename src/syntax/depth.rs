//! A cheap look at how deep the tree of a script will be, before it is built: trees are walked and dropped by
//! recursion. It knows tokens only roughly, and no grammar.

/// How many brackets may stand in each other.
pub const MAX_BRACKETS: usize = 3_000;

/// How many operators, calls and member accesses may hang together in one expression, those of the expressions around
/// it included.
pub const MAX_CHAIN: u32 = 10_000;

/// How many labels may stand before one statement: each is compared with all before it.
const MAX_LABELS: u32 = 200;

/// How many `<` may stand open in each other: what may be a list of types is read again and again.
const MAX_ANGLES: u32 = 500;

/// How many tags a file with markup may have.
const MAX_TAGS: u32 = 1_000;

/// What `<` may be beside a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Angles {
    /// Nothing else.
    Comparison,
    /// The beginning of a list of types.
    Types,
    /// That, or a tag.
    Tags,
}

/// The byte offset at which `text` gets deeper than the limits above allow; `None` where it never does.
pub fn too_deep_at(text: &str, angles: Angles) -> Option<usize> {
    let mut depth = Depth { has_types: angles != Angles::Comparison, ..Depth::default() };
    let mut scanner = Scanner::new(text);
    let mut tags = 0;
    while let Some(token) = scanner.next_token() {
        depth.take(scanner.before, token, scanner.line_starts);
        tags += u32::from(angles == Angles::Tags && token == Token::Operator(b'<') && !scanner.follows_operand());
        if depth.is_too_deep() || tags > MAX_TAGS {
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
    /// `,`
    Comma,
    /// `;`
    End,
    /// One byte of an operator.
    Operator(u8),
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

/// What stands around a bracket.
#[derive(Default)]
struct Outer {
    chain: u32,
    angles: u32,
    /// Whether the bracket is the head of a statement.
    is_head: bool,
}

#[derive(Default)]
struct Depth {
    /// Whether `<` may open a list of types.
    has_types: bool,
    /// What stands around each open bracket.
    outer: Vec<Outer>,
    /// The length of the chain at this bracket level.
    chain: u32,
    /// This chain and all those around it.
    sum: u32,
    /// The chain of the statement before, which an `else` takes up.
    before_end: u32,
    /// Open `<` at this bracket level.
    angles: u32,
    /// Labels one behind the other.
    labels: u32,
    /// Whether the token before the last was a colon.
    is_behind_colon: bool,
    /// Whether the bracket closed last was the head of a statement.
    after_head: bool,
}

impl Depth {
    fn is_too_deep(&self) -> bool {
        self.outer.len() > MAX_BRACKETS
            || self.sum > MAX_CHAIN
            || self.labels > MAX_LABELS
            || (self.has_types && self.angles > MAX_ANGLES)
    }

    fn take(&mut self, before: Token<'_>, token: Token<'_>, line_starts: bool) {
        match token {
            Token::Open => {
                let is_head = matches!(before, Token::Word(word) if is_head(word));
                self.lengthen();
                self.outer.push(Outer { chain: self.chain, angles: self.angles, is_head });
                (self.chain, self.angles) = (0, 0);
            }
            Token::Close | Token::CloseBrace => {
                self.restart();
                let outer = self.outer.pop().unwrap_or_default();
                (self.chain, self.angles) = (outer.chain, outer.angles);
                self.after_head = outer.is_head;
            }
            // In a list of types the next one nests as deep.
            Token::Comma if self.has_types && self.angles > 0 => self.lengthen(),
            Token::Comma | Token::End => {
                (self.before_end, self.angles) = (self.chain, 0);
                self.restart();
            }
            Token::Operator(byte) => {
                self.count(before, byte);
                self.lengthen();
            }
            Token::Word("else") if before == Token::End => {
                self.chain = self.before_end + 1;
                self.sum += self.chain;
            }
            Token::Word(word) if is_joining(word) => self.lengthen(),
            Token::Word(_) | Token::Literal => match before {
                Token::Word(word) if is_joining(word) => {}
                // Without a line break or a statement's head, two operands side by side are a mistake.
                Token::Close if self.after_head || !line_starts => self.lengthen(),
                Token::Word(_) | Token::Literal | Token::Close | Token::CloseBrace => self.restart(),
                Token::Open | Token::Comma | Token::End | Token::Operator(_) => {}
            },
        }
        if matches!(token, Token::Word(_)) {
            self.is_behind_colon = before == Token::Operator(b':');
        }
    }

    /// Counts labels and open `<`.
    fn count(&mut self, before: Token<'_>, byte: u8) {
        let is_label = byte == b':' && matches!(before, Token::Word(_)) && self.is_behind_colon;
        self.labels = if is_label { self.labels + 1 } else { 0 };
        match byte {
            b'<' => self.angles += 1,
            b'>' if before != Token::Operator(b'=') => self.angles = self.angles.saturating_sub(1),
            _ => {}
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
            b',' => Token::Comma,
            b';' => Token::End,
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
            _ => Token::Operator(first),
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
            Token::Open | Token::Comma | Token::End | Token::Operator(_) => false,
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

    fn deep_at(text: &str) -> Option<usize> {
        too_deep_at(text, Angles::Comparison)
    }

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
            assert_eq!(too_deep_at(&line.repeat(20_000), Angles::Types), None, "{line}");
        }
    }

    #[test]
    fn brackets_count_in_each_other_and_in_substitutions() {
        assert_eq!(deep_at(&"[(".repeat(MAX_BRACKETS)), Some(MAX_BRACKETS));
        assert_eq!(deep_at(&"`${".repeat(MAX_BRACKETS + 1)), Some(MAX_BRACKETS * 3));
        assert_eq!(deep_at(&"'['".repeat(MAX_BRACKETS + 1)), None);
        assert!(deep_at(&"(a+a+a+a+a+".repeat(2_500)).is_some());
    }

    #[test]
    fn else_takes_its_statement_up() {
        assert!(deep_at(&"if (a) b(); else ".repeat(MAX_CHAIN as usize)).is_some());
        assert_eq!(deep_at(&"if (a) b(); else c();".repeat(MAX_CHAIN as usize)), None);
    }

    #[test]
    fn labels_of_one_statement_are_few() {
        assert!(deep_at(&"a: ".repeat(MAX_LABELS as usize + 2)).is_some());
        assert_eq!(deep_at(&"a: for (;;) { break a }".repeat(1_000)), None);
        assert_eq!(deep_at(&"x = { a: b, c: d ? e : f };".repeat(1_000)), None);
    }

    #[test]
    fn angles_count_where_they_may_be_types_or_tags() {
        let many = MAX_ANGLES as usize + 1;
        for text in ["a<", "A<b, "] {
            assert!(too_deep_at(&text.repeat(many), Angles::Types).is_some(), "{text}");
            assert_eq!(too_deep_at(&text.repeat(many), Angles::Comparison), None, "{text}");
        }
        assert!(too_deep_at(&format!("x = {}", "<A, B>() => ".repeat(MAX_CHAIN as usize)), Angles::Types).is_some());
        assert!(too_deep_at(&"<a>, ".repeat(MAX_TAGS as usize + 1), Angles::Tags).is_some());
    }
}
