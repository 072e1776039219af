//! Values: text and `{{ }}` in turn. Knows where a value ends, and nothing of the tags around it.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;
use swc_common::{BytePos, Spanned};
use swc_ecma_ast::{EsReserved, EsVersion, Expr, Ident, IdentName, Stmt};
use swc_ecma_parser::error::Error;
use swc_ecma_parser::{EsSyntax, Lexer, Parser, StringInput, Syntax};
use swc_ecma_visit::{VisitMut, VisitMutWith};

use super::{Binding, Part, Value};
use crate::base::{FileId, Level, Problem, Span, Text};
use crate::syntax::depth::Angles;
use crate::syntax::script::{error_span, nesting_problem};
use crate::syntax::{FIRST_POSITION, depth};

/// How far (in bytes) the end of a `{{ }}` is looked for with an eye to strings and braces; beyond, the next `}}` is it.
const MAX_BINDING: usize = 16 * 1024;

/// How long (in bytes) a `{{ }}` may be that holds what would else end the value around it.
const MAX_DOUBTFUL: usize = 2 * 1024;

/// Words of JavaScript that are what they are in templates, too.
const OPERATORS: [&str; 8] = ["typeof", "void", "in", "instanceof", "null", "true", "false", "this"];

/// Words and strings, so that words in strings are left alone.
static WORDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\w$]+"#).ok());

/// Where a value stands, which says how it ends.
#[derive(Clone, Copy)]
pub(super) enum Within {
    /// Between tags.
    Content,
    /// In these quotes.
    Quotes(u8),
    /// Behind `=` without quotes.
    Bare,
}

/// Reads values of one file.
pub(super) struct Reader<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    pub(super) problems: Vec<Problem>,
    /// The last `}}` in the text, so that openings behind it cost no search.
    last_closing: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Self { file, text, problems: Vec::new(), last_closing: text.rfind("}}").unwrap_or(0) }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }

    pub(super) fn warn(&mut self, code: &'static str, span: Span, message: Text) {
        self.problems.push(Problem::at(Level::Warning, code, span, message));
    }

    pub(super) fn has(&self, at: usize, what: &str) -> bool {
        self.text.as_bytes()[at..].starts_with(what.as_bytes())
    }

    /// Whether a tag, an end tag or a comment begins at `at`.
    pub(super) fn begins_markup(&self, at: usize) -> bool {
        let bytes = &self.text.as_bytes()[at..];
        match bytes {
            [b'<', b'/', next, ..] | [b'<', next, ..] if next.is_ascii_alphabetic() => true,
            _ => bytes.starts_with(b"<!--"),
        }
    }

    /// Reads the value that begins at `start`; its span ends where the value does.
    pub(super) fn read(&mut self, start: usize, within: Within) -> Value {
        let mut parts = Vec::new();
        let (mut at, mut literal) = (start, start);
        while !self.ends(at, within) {
            if !self.has(at, "{{") {
                at += 1;
                continue;
            }
            match self.binding(at, within) {
                Ok((binding, end)) => {
                    if literal < at {
                        parts.push(Part::Text(self.span(literal, at)));
                    }
                    parts.push(Part::Expression(binding));
                    (at, literal) = (end, end);
                }
                Err(end) => at = end,
            }
        }
        if literal < at {
            parts.push(Part::Text(self.span(literal, at)));
        }
        Value { parts, span: self.span(start, at) }
    }

    fn ends(&self, at: usize, within: Within) -> bool {
        let Some(&byte) = self.text.as_bytes().get(at) else { return true };
        match within {
            Within::Content => byte == b'<' && self.begins_markup(at),
            Within::Quotes(quote) => byte == quote,
            Within::Bare => byte.is_ascii_whitespace() || byte == b'>' || self.has(at, "/>"),
        }
    }

    /// The binding whose braces open at `at`, and the place behind it; without its closing braces, where the value ends.
    fn binding(&mut self, at: usize, within: Within) -> Result<(Binding, usize), usize> {
        let start = at + 2;
        if let Some(end) = self.closing(start) {
            let doubtful = (start..end).any(|at| self.ends(at, within));
            if !doubtful {
                return Ok((self.checked(start, end), end + 2));
            }
            // A quote or a tag within the braces belongs to an expression if that makes sense as one.
            if end - start <= MAX_DOUBTFUL
                && let Ok(expr) = expression(&self.text[start..end], start)
            {
                return Ok((Binding { expr: Some(expr), span: self.span(start, end) }, end + 2));
            }
        }
        let mut end = start;
        while !self.ends(end, within) {
            if self.has(end, "}}") {
                return Ok((self.checked(start, end), end + 2));
            }
            end += 1;
        }
        let message = Text::new("“{{”没有对应的“}}”", "‘{{’ has no ‘}}’");
        self.warn("wxml-expression", self.span(at, start), message);
        Err(end)
    }

    /// The `}}` that closes the binding which begins at `start`, by strings and braces.
    fn closing(&self, start: usize) -> Option<usize> {
        if start > self.last_closing {
            return None;
        }
        let (mut string, mut braces) = (None, 0_usize);
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at <= self.last_closing && at - start < MAX_BINDING {
            match (string, bytes[at]) {
                (Some(_), b'\\') => at += 1,
                (Some(quote), byte) if byte == quote => string = None,
                // No string goes over a line; this was an apostrophe.
                (Some(b'"' | b'\''), b'\n' | b'\r') => return None,
                (None, quote @ (b'"' | b'\'' | b'`')) => string = Some(quote),
                (None, b'{') => braces += 1,
                (None, b'}') if braces == 0 => return self.has(at, "}}").then_some(at),
                (None, b'}') => braces -= 1,
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// The binding between these places, with a problem if it does not parse.
    fn checked(&mut self, start: usize, end: usize) -> Binding {
        let code = &self.text[start..end];
        let span = self.span(start, end);
        let expr = if let Some(at) = depth::too_deep_at(code, Angles::Comparison) {
            self.problems.push(nesting_problem(self.file, self.text, start + at));
            None
        } else {
            match expression(code, start) {
                Ok(expr) => Some(expr),
                Err(error) => {
                    self.report(span, error.as_ref());
                    None
                }
            }
        };
        Binding { expr, span }
    }

    fn report(&mut self, binding: Span, error: Option<&Error>) {
        let said = error.map_or_else(|| "not one expression".into(), |error| error.kind().msg());
        let message = Text::new(
            format!("“{{{{ }}}}”中的表达式有误，未作分析（解析器提示：{said}）"),
            format!("the expression in ‘{{{{ }}}}’ is broken and not analysed: {said}"),
        );
        let place = error.map(|error| error_span(self.file, self.text, error.span()));
        let span = place.filter(|&place| binding.contains(place)).unwrap_or(binding);
        self.warn("wxml-expression", span, message);
    }
}

/// The expression `code`, which begins at byte `start` of its file behind two braces. What has a comma at the top, or
/// is no expression, is tried as an object without its braces.
fn expression(code: &str, start: usize) -> Result<Box<Expr>, Option<Error>> {
    if depth::too_deep_at(code, Angles::Comparison).is_some() {
        return Err(None);
    }
    let plain = enclosed("(", code, ")", start);
    if matches!(&plain, Ok(expr) if !expr.is_seq()) || code.trim().is_empty() {
        return plain;
    }
    match enclosed("({", code, "})", start) {
        Ok(object) if object.is_object() => Ok(object),
        _ => with_reserved_names(code, start).ok_or(()).or(plain),
    }
}

/// The same for code with names that JavaScript keeps for itself: in templates `for` or `class` is data like any other.
fn with_reserved_names(code: &str, start: usize) -> Option<Box<Expr>> {
    let is_name = |word: &str| IdentName::from(word).is_reserved() && !OPERATORS.contains(&word);
    let mut renamed = code.to_owned();
    let mut names = FxHashMap::default();
    for word in WORDS.as_ref()?.find_iter(code).filter(|word| is_name(word.as_str())) {
        renamed.replace_range(word.start()..=word.start(), "$");
        names.insert((start + word.start()) as u32 + FIRST_POSITION, word.as_str());
    }
    if names.is_empty() {
        return None;
    }
    let plain = enclosed("(", &renamed, ")", start).ok().filter(|expr| !expr.is_seq());
    let object = || enclosed("({", &renamed, "})", start).ok().filter(|object| object.is_object());
    let mut expr = plain.or_else(object)?;
    expr.visit_mut_with(&mut Named { names: &names });
    Some(expr)
}

/// Gives names back that were not to be read as the words that they are.
struct Named<'c> {
    names: &'c FxHashMap<u32, &'c str>,
}

impl VisitMut for Named<'_> {
    fn visit_mut_ident(&mut self, ident: &mut Ident) {
        if let Some(name) = self.names.get(&ident.span.lo.0) {
            ident.sym = (*name).into();
        }
    }

    fn visit_mut_ident_name(&mut self, name: &mut IdentName) {
        if let Some(text) = self.names.get(&name.span.lo.0) {
            name.sym = (*text).into();
        }
    }
}

/// Parses `code` with these around it and gives what stands in the parentheses; positions are those of `code` at byte
/// `start`, which has two bytes before it at least.
fn enclosed(open: &str, code: &str, close: &str, start: usize) -> Result<Box<Expr>, Option<Error>> {
    let whole = format!("{open}{code}{close}");
    let first = BytePos((start - open.len()) as u32 + FIRST_POSITION);
    let last = BytePos(first.0 + whole.len() as u32);
    let input = StringInput::new(&whole, first, last);
    let mut parser = Parser::new_from(Lexer::new(Syntax::Es(EsSyntax::default()), EsVersion::latest(), input, None));
    let mut script = parser.parse_script().map_err(Some)?;
    if let Some(error) = parser.take_errors().into_iter().next() {
        return Err(Some(error));
    }
    // Code such as `a) + (b` parses, but not as one expression between our own parentheses.
    match (script.body.pop(), script.body.is_empty()) {
        (Some(Stmt::Expr(statement)), true) => match *statement.expr {
            Expr::Paren(paren) if paren.span.lo == first && paren.span.hi == last => Ok(paren.expr),
            _ => Err(None),
        },
        _ => Err(None),
    }
}
