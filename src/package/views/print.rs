//! A tree becomes WXML. Knows how WXML is written, and nothing of how the tree was found.

use swc_common::Spanned;
use swc_ecma_ast::Function;

use super::build::{Attribute, Built, Constant, Id, Shape, Shared};
use super::expression::Writer;
use crate::base::{Draft, Problem, Span};
use crate::syntax::span_of;

/// Adds the tree that a function builds to the text of its file: a named template, or what the file shows itself.
pub(super) fn print(
    shared: Shared,
    name: Option<&str>,
    function: &Function,
    built: &Built,
    draft: &mut Draft,
) -> Option<Problem> {
    let span = span_of(shared.file, function.span());
    let writer = Writer { file: shared.file, draft, table: &[], budget: shared.budget, unread: None };
    let mut printer = Printer { built, writer };
    if let Some(name) = name {
        printer.mark(&format!("<template name=\"{}\">\n", attribute_text(name)), span);
    }
    printer.children(0);
    if name.is_some() {
        printer.mark("</template>\n", span);
    }
    printer.writer.problem()
}

struct Printer<'p, 'd> {
    built: &'p Built<'p, 'p>,
    writer: Writer<'d, 'p>,
}

impl<'p> Printer<'p, '_> {
    fn mark(&mut self, words: &str, span: Span) {
        self.writer.mark(words, span);
    }

    fn children(&mut self, node: Id) {
        for &child in &self.built.nodes[node].children {
            self.node(child);
        }
    }

    fn node(&mut self, id: Id) {
        let node = &self.built.nodes[id];
        match &node.shape {
            Shape::Group => self.children(id),
            Shape::Tag(tag) => self.tag(id, tag),
            Shape::Text(text) => {
                self.value(*text, &content_text);
                self.mark("\n", node.span);
            }
            Shape::Branch { directive, test } => {
                self.mark(&format!("<block {directive}"), node.span);
                self.quoted(*test, node.span);
                self.block(id);
            }
            Shape::Loop { list, item, index } => {
                self.mark("<block wx:for", node.span);
                self.quoted(*list, node.span);
                let names =
                    format!(" wx:for-item=\"{}\" wx:for-index=\"{}\"", attribute_text(item), attribute_text(index));
                self.mark(&names, node.span);
                self.block(id);
            }
            Shape::Use { name, data } => {
                self.mark("<template is", node.span);
                self.quoted(Some(*name), node.span);
                if let Some(data) = data {
                    self.mark(" data=\"", node.span);
                    self.writer.table = data.table;
                    self.writer.data(data.expr);
                    self.mark("\"", node.span);
                }
                self.mark("/>\n", node.span);
            }
            Shape::Import(path) => self.mark(&format!("<import src=\"/{}\"/>\n", from_root(path)), node.span),
            Shape::Include(path) => self.mark(&format!("<include src=\"/{}\"/>\n", from_root(path)), node.span),
        }
    }

    /// The end of a block's start tag, its content and its end tag.
    fn block(&mut self, id: Id) {
        let span = self.built.nodes[id].span;
        self.mark(">\n", span);
        self.children(id);
        self.mark("</block>\n", span);
    }

    fn tag(&mut self, id: Id, tag: &str) {
        let node = &self.built.nodes[id];
        let tag = tag.strip_prefix("wx-").unwrap_or(tag);
        if !is_name(tag) {
            self.writer.unread.get_or_insert(node.span);
            return self.children(id);
        }
        self.mark(&format!("<{tag}"), node.span);
        node.attributes.iter().for_each(|attribute| self.attribute(attribute));
        self.mark(">", node.span);
        self.children(id);
        self.mark(&format!("</{tag}>\n"), node.span);
    }

    fn attribute(&mut self, attribute: &Attribute<'p, 'p>) {
        if is_name(attribute.name) {
            self.mark(&format!(" {}", attribute.name), attribute.span);
            self.quoted(attribute.value, attribute.span);
        } else {
            self.writer.unread.get_or_insert(attribute.span);
        }
    }

    fn quoted(&mut self, value: Option<Constant<'p, 'p>>, span: Span) {
        if let Some(value) = value {
            self.mark("=\"", span);
            self.value(value, &attribute_text);
            self.mark("\"", span);
        }
    }

    fn value(&mut self, value: Constant<'p, 'p>, escape: &dyn Fn(&str) -> String) {
        self.writer.table = value.table;
        self.writer.value(value.expr, escape);
    }
}

fn from_root(path: &str) -> &str {
    path.trim_start_matches("./").trim_start_matches('/')
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_part)
}

/// Text that stands between double quotes.
fn attribute_text(text: &str) -> String {
    text.replace('"', "&quot;")
}

/// Text that stands between tags.
fn content_text(text: &str) -> String {
    text.replace('<', "&lt;")
}
