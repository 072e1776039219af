//! WXML: a tolerant parser with byte spans on tags, attributes, values and every `{{ }}`. Knows no component and no
//! directive.

mod parser;
#[cfg(test)]
mod tests;
mod value;

use swc_ecma_ast::Expr;

use crate::base::{FileId, Problem, Span};

/// A WXML file.
#[derive(Debug, Default)]
pub struct Document {
    /// What stands at the top.
    pub nodes: Vec<Node>,
}

/// A piece of content.
#[derive(Debug)]
pub enum Node {
    /// A tag.
    Element(Element),
    /// Text with its bindings; white space alone is left out.
    Text(Value),
}

/// A tag with its attributes and what stands in it.
#[derive(Debug)]
pub struct Element {
    /// The tag's name as written.
    pub tag: String,
    /// The name in the start tag.
    pub tag_span: Span,
    /// From `<` of the start tag to `>` of the end tag.
    pub span: Span,
    /// In the order of the text.
    pub attributes: Vec<Attribute>,
    /// Content; empty for `<wxs>`, whose text is `raw`.
    pub children: Vec<Node>,
    /// The text in a `<wxs>` element.
    pub raw: Option<Span>,
}

/// `name="value"`, or a name alone.
#[derive(Debug)]
pub struct Attribute {
    /// As written, prefix included (`bind:tap`).
    pub name: String,
    /// The name.
    pub name_span: Span,
    /// The value without its quotes.
    pub value: Option<Value>,
    /// Name and value.
    pub span: Span,
}

/// Text and bindings in turn.
#[derive(Debug)]
pub struct Value {
    /// The pieces in order.
    pub parts: Vec<Part>,
    /// The whole, without quotes.
    pub span: Span,
}

/// A piece of a value.
#[derive(Debug)]
pub enum Part {
    /// Literal text, entities as written.
    Text(Span),
    /// The expression in `{{ }}`.
    Expression(Binding),
}

/// The inside of `{{ }}`.
#[derive(Debug)]
pub struct Binding {
    /// The expression, its positions those of the file. An object without its braces (`a, b: c, ...d`) is an object
    /// literal. `None` where it does not parse; a problem says so.
    pub expr: Option<Box<Expr>>,
    /// Between the braces.
    pub span: Span,
}

/// How many elements may stand in each other. What stands deeper becomes content of the last element that fits, in the
/// order of the text; a problem says so.
pub const MAX_DEPTH: usize = 500;

/// Parses a WXML file; what is wrong in it is a problem, and the rest is still read.
pub fn parse(file: FileId, text: &str) -> (Document, Vec<Problem>) {
    parser::Parser::new(file, text).parse()
}
