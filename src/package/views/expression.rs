//! Constants of a generator become values of WXML: text and `{{ }}` in turn.
//! Knows the codes of its operations, and nothing of where a value stands.

use std::cell::Cell;

use swc_common::Spanned;
use swc_ecma_ast::{Expr, Lit};

use super::super::tree;
use crate::base::{Draft, FileId, Level, Problem, Span, Text};
use crate::syntax::span_of;

/// What is no operation.
const NONE: i64 = 0;

/// Codes of operations.
mod code {
    pub(super) const LITERAL: i64 = 1;
    pub(super) const OPERATOR: i64 = 2;
    pub(super) const TEXT: i64 = 3;
    pub(super) const ARRAY: i64 = 4;
    pub(super) const ELEMENT: i64 = 5;
    pub(super) const MEMBER: i64 = 6;
    pub(super) const VARIABLE: i64 = 7;
    pub(super) const PROPERTY: i64 = 8;
    pub(super) const MERGED: i64 = 9;
    pub(super) const SPREAD: i64 = 10;
    pub(super) const PARTS: i64 = 11;
    pub(super) const CALL: i64 = 12;
}

/// The variable that holds [`code::PARTS`].
const PARTS_NAME: &str = "a";
const BINARY: [&str; 22] = [
    "+", "-", "*", "/", "%", "**", "<", ">", "<=", ">=", "==", "!=", "===", "!==", "&&", "||", "&", "|", "^", "<<",
    ">>", "??",
];
const UNARY: [&str; 5] = ["!", "-", "+", "~", "typeof"];

/// Writes constants of one template.
pub(super) struct Writer<'d, 's> {
    pub(super) file: FileId,
    pub(super) draft: &'d mut Draft,
    pub(super) table: &'s [&'s Expr],
    /// How many bytes may still be written for this file; looking at a constant counts as one.
    pub(super) budget: &'s Cell<usize>,
    /// The first place that is not understood.
    pub(super) unread: Option<Span>,
}

impl<'s> Writer<'_, 's> {
    fn span(&self, expr: &Expr) -> Span {
        span_of(self.file, expr.span())
    }

    /// Writes words that stand for what is at `span`; nothing where too much was written.
    pub(super) fn mark(&mut self, words: &str, span: Span) {
        if self.spend(words.len()) {
            self.draft.push(words, span);
        } else {
            self.unread.get_or_insert(span);
        }
    }

    /// Whether so much more may be done.
    fn spend(&self, units: usize) -> bool {
        let left = self.budget.get().checked_sub(units);
        self.budget.set(left.unwrap_or_default());
        left.is_some()
    }

    fn words(&mut self, words: &str, expr: &Expr) {
        self.mark(words, self.span(expr));
    }

    fn fail(&mut self, expr: &Expr) {
        let span = self.span(expr);
        self.unread.get_or_insert(span);
    }

    /// Writes a value: text as it is, what is computed in braces. `escape` makes text fit between the quotes.
    pub(super) fn value(&mut self, expr: &'s Expr, escape: &dyn Fn(&str) -> String) {
        let expr = self.meant(expr);
        if !self.spend(1) {
            return self.fail(expr);
        }
        let (code, parts) = operation(expr);
        match (code, &parts[..]) {
            (code::TEXT, [text, ..]) => self.text(text, escape),
            (code::PARTS, parts) => parts.iter().for_each(|part| self.value(part, escape)),
            (NONE, _) => self.fail(expr),
            _ => {
                self.words("{{", expr);
                self.computed(expr);
                self.words("}}", expr);
            }
        }
    }

    fn text(&mut self, text: &Expr, escape: &dyn Fn(&str) -> String) {
        match tree::text(text) {
            Some(said) => self.words(&escape(said), text),
            None => self.fail(text),
        }
    }

    /// Writes the data of a template: an object without its braces.
    pub(super) fn data(&mut self, expr: &'s Expr) {
        let expr = self.meant(expr);
        self.words("{{", expr);
        let (code, parts) = operation(expr);
        match (code, &parts[..]) {
            (code::PROPERTY | code::MERGED | code::SPREAD, _) => self.members(expr),
            _ => self.computed(expr),
        }
        self.words("}}", expr);
    }

    /// A constant may be another one or a part of it: `z[3]`, `z[3][1]`. Both stand before it, so that none is in itself.
    fn meant(&self, expr: &'s Expr) -> &'s Expr {
        let mut expr = expr;
        while let Some(before) = self.named(expr).filter(|before| before.span().hi <= expr.span().lo) {
            expr = before;
        }
        expr
    }

    fn named(&self, expr: &'s Expr) -> Option<&'s Expr> {
        let Expr::Member(member) = tree::bare(expr) else { return None };
        self.spend(1).then_some(())?;
        let at = usize::try_from(tree::computed(member).and_then(tree::integer)?).ok()?;
        match tree::name(&member.obj) {
            Some(_) => self.table.get(at).copied(),
            None => tree::elements(self.meant(self.named(&member.obj)?))?.get(at).copied(),
        }
    }

    /// An expression between braces.
    fn computed(&mut self, expr: &'s Expr) {
        let expr = self.meant(expr);
        if !self.spend(1) {
            return self.fail(expr);
        }
        let (code, parts) = operation(expr);
        match (code, &parts[..]) {
            (code::TEXT, [text, ..]) => self.text(text, &quoted),
            (code::LITERAL, [value, ..]) => self.literal(value),
            (code::PARTS, parts) => {
                // Texts side by side are one text.
                self.words("(''", expr);
                for part in parts {
                    self.words("+", expr);
                    self.computed(part);
                }
                self.words(")", expr);
            }
            (code::VARIABLE, [name, ..]) => match identifier(self.meant(name)) {
                Some(name) => self.words(name, expr),
                None => self.fail(expr),
            },
            (code::MEMBER, [object, key, ..]) => self.member(expr, object, key),
            (code::ARRAY | code::ELEMENT, _) => {
                self.words("[", expr);
                self.elements(expr);
                self.words("]", expr);
            }
            (code::PROPERTY | code::MERGED | code::SPREAD, _) => {
                self.words("{", expr);
                self.members(expr);
                self.words("}", expr);
            }
            (code::CALL, [function, arguments, ..]) => {
                self.computed(function);
                self.words("(", expr);
                self.elements(arguments);
                self.words(")", expr);
            }
            (code::OPERATOR, _) => self.operator(expr),
            _ => self.fail(expr),
        }
    }

    fn member(&mut self, expr: &'s Expr, object: &'s Expr, key: &'s Expr) {
        self.operand(object);
        let key = self.meant(key);
        if let Some(name) = identifier(key) {
            self.words(".", expr);
            self.words(name, key);
        } else {
            self.words("[", key);
            self.computed(key);
            self.words("]", key);
        }
    }

    /// What stands beside an operator; in parentheses where it has one of its own.
    fn operand(&mut self, expr: &'s Expr) {
        let expr = self.meant(expr);
        let is_simple = matches!(
            operation(expr).0,
            code::TEXT | code::VARIABLE | code::MEMBER | code::ARRAY | code::ELEMENT | code::PARTS | code::CALL
        );
        if is_simple {
            return self.computed(expr);
        }
        self.words("(", expr);
        self.computed(expr);
        self.words(")", expr);
    }

    /// `[[2,'?:'],test,then,else]`, `[[2,'+'],a,b]`, `[[2,'!'],a]`
    fn operator(&mut self, expr: &'s Expr) {
        let parts = tree::elements(expr).unwrap_or_default();
        let sign = parts.first().and_then(|head| tree::elements(head)).and_then(|head| tree::text(head.get(1)?));
        match (sign, parts.get(1..).unwrap_or_default()) {
            (Some("?:"), [test, then, other]) => {
                self.operand(test);
                self.words("?", expr);
                self.operand(then);
                self.words(":", expr);
                self.operand(other);
            }
            (Some(sign), [value]) if UNARY.contains(&sign) => {
                self.words(&format!("{sign} "), expr);
                self.operand(value);
            }
            (Some(sign), [left, right]) if BINARY.contains(&sign) => {
                self.operand(left);
                self.words(&format!(" {sign} "), expr);
                self.operand(right);
            }
            _ => self.fail(expr),
        }
    }

    /// `[[5],[[5],first],second]` are the elements first and second.
    fn elements(&mut self, expr: &'s Expr) {
        let expr = self.meant(expr);
        let (code, parts) = operation(expr);
        match (code, &parts[..]) {
            (code::ARRAY, [inner, ..]) => self.elements(inner),
            (code::ARRAY | code::ELEMENT, []) => {}
            (code::ELEMENT, [element]) => self.computed(element),
            (code::ELEMENT, [before, element, ..]) => {
                self.elements(before);
                self.words(",", expr);
                self.computed(element);
            }
            _ => {
                self.words("...", expr);
                self.computed(expr);
            }
        }
    }

    /// The inside of an object: `[[8],'key',value]`, `[[9],object,object]`, `[[10],object]`.
    fn members(&mut self, expr: &'s Expr) {
        let expr = self.meant(expr);
        let (code, parts) = operation(expr);
        match (code, &parts[..]) {
            (code::PROPERTY, [key, value, ..]) => {
                self.text(key, &quoted);
                self.words(":", expr);
                self.computed(value);
            }
            (code::MERGED, [first, second, ..]) => {
                self.members(first);
                self.words(",", expr);
                self.members(second);
            }
            (code::SPREAD, [object, ..]) => {
                self.words("...", expr);
                self.computed(object);
            }
            _ => {
                self.words("...", expr);
                self.computed(expr);
            }
        }
    }

    fn literal(&mut self, value: &'s Expr) {
        let value = tree::bare(value);
        match value {
            Expr::Lit(Lit::Num(number)) => self.words(&number.value.to_string(), value),
            Expr::Lit(Lit::Bool(truth)) => self.words(if truth.value { "true" } else { "false" }, value),
            Expr::Lit(Lit::Null(_)) => self.words("null", value),
            Expr::Unary(unary) if unary.op == swc_ecma_ast::UnaryOp::Bang => {
                let is_true = tree::integer(&unary.arg) == Some(0);
                self.words(if is_true { "true" } else { "false" }, value);
            }
            Expr::Unary(unary) if unary.op == swc_ecma_ast::UnaryOp::Void => self.words("undefined", value),
            Expr::Ident(name) if &*name.sym == "undefined" => self.words("undefined", value),
            _ => match (tree::text(value), tree::integer(value)) {
                (Some(_), _) => self.text(value, &quoted),
                (None, Some(number)) => self.words(&number.to_string(), value),
                (None, None) => self.fail(value),
            },
        }
    }

    /// That something was not understood.
    pub(super) fn problem(&self) -> Option<Problem> {
        let message = Text::new(
            "编译后的模板表达式无法识别，其中的数据未分析",
            "an expression of this compiled template could not be read; the data in it is not followed",
        );
        Some(Problem::at(Level::Warning, "template-not-read", self.unread?, message))
    }
}

/// The code of an operation, and what it works on: `[3,'text']`, `[[6],object,key]`. No code is 0.
fn operation(expr: &Expr) -> (i64, Vec<&Expr>) {
    let mut parts = tree::elements(expr).unwrap_or_default().into_iter();
    let code = parts.next().and_then(|head| match tree::name(head) {
        Some(PARTS_NAME) => Some(code::PARTS),
        _ => tree::integer(head).or_else(|| tree::integer(tree::elements(head)?.first()?)),
    });
    (code.unwrap_or_default(), parts.collect())
}

/// The name in `[3,'name']`.
fn identifier(expr: &Expr) -> Option<&str> {
    let (code, parts) = operation(expr);
    (code == code::TEXT).then(|| tree::text(parts.first()?)).flatten().filter(|name| is_identifier(name))
}

fn is_identifier(name: &str) -> bool {
    let is_start = |c: char| c.is_alphabetic() || matches!(c, '_' | '$');
    name.starts_with(is_start) && name.chars().all(|c| is_start(c) || c.is_alphanumeric())
}

/// A text as an expression; nothing in it may end the braces or the quotes around.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '\'' | '"' | '\\' | '{' | '}' | '<' | '>' | '`' => format!("\\x{:02x}", u32::from(c)),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    });
    format!("'{}'", escaped.collect::<String>())
}
