//! The tree of a WXML file: tags, end tags, comments, and what to do where they do not match. Knows no component.

use rustc_hash::FxHashMap;

use super::value::{Reader, Within};
use super::{Attribute, Document, Element, MAX_DEPTH, Node};
use crate::base::{FileId, Problem, Span, Text};

/// The element whose content is a script, and not markup.
const RAW_TAG: &str = "wxs";

/// Builds the tree with a stack of its own, so that no file can exhaust that of the thread.
pub(super) struct Parser<'t> {
    values: Reader<'t>,
    at: usize,
    roots: Vec<Node>,
    open: Vec<Open<'t>>,
    /// How many elements of a name are open, so that a stray end tag costs no search.
    open_names: FxHashMap<&'t str, usize>,
    too_deep: bool,
}

/// An element whose end tag is still to come.
struct Open<'t> {
    name: &'t str,
    name_span: Span,
    place: Place,
}

/// Where an open element is kept.
enum Place {
    /// Here, until it is closed.
    Stack(Box<Element>),
    /// Beyond the limit of depth: this entry in the content of the last element on the stack.
    Flat(usize),
}

impl<'t> Parser<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self {
            values: Reader::new(file, text),
            at,
            roots: Vec::new(),
            open: Vec::new(),
            open_names: FxHashMap::default(),
            too_deep: false,
        }
    }

    pub(super) fn parse(mut self) -> (Document, Vec<Problem>) {
        while self.at < self.text().len() {
            if !self.values.begins_markup(self.at) {
                self.content();
            } else if self.values.has(self.at, "<!--") {
                self.comment();
            } else if self.values.has(self.at, "</") {
                self.end_tag();
            } else {
                self.start_tag();
            }
        }
        while !self.open.is_empty() {
            self.close_unclosed();
        }
        (Document { nodes: self.roots }, self.values.problems)
    }

    fn text(&self) -> &'t str {
        self.values.text
    }

    fn byte(&self) -> Option<u8> {
        self.text().as_bytes().get(self.at).copied()
    }

    fn content(&mut self) {
        let value = self.values.read(self.at, Within::Content);
        self.at = value.span.end as usize;
        if !self.text()[value.span.range()].trim().is_empty() {
            self.siblings().push(Node::Text(value));
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        if let Some(length) = self.text()[start + 4..].find("-->") {
            self.at = start + 4 + length + 3;
            return;
        }
        self.at = self.text().len();
        let message = Text::new("注释没有结束（缺少“-->”）", "the comment has no end (‘-->’)");
        self.values.warn("wxml-unclosed-comment", self.values.span(start, start + 4), message);
    }

    /// `</name>`; closes what is still open in the element.
    fn end_tag(&mut self) {
        let start = self.at;
        self.at += 2;
        let name = self.name();
        let end = self.text()[self.at..].find(['<', '>']).map_or(self.text().len(), |length| self.at + length);
        let found = self.text().as_bytes().get(end) == Some(&b'>');
        if found {
            self.at = end + 1;
        }
        if self.open_names.get(name).is_none_or(|&count| count == 0) {
            let message = Text::new(
                format!("结束标签 </{name}> 没有对应的开始标签，已忽略"),
                format!("the end tag </{name}> has no start tag and is ignored"),
            );
            self.values.warn("wxml-unexpected-end-tag", self.values.span(start, self.at), message);
            return;
        }
        let behind = std::mem::replace(&mut self.at, start);
        while self.open.last().is_some_and(|open| open.name != name) {
            self.close_unclosed();
        }
        self.at = behind;
        self.close();
    }

    fn start_tag(&mut self) {
        let start = self.at;
        self.at += 1;
        let name = self.name();
        let name_span = self.values.span(start + 1, self.at);
        let mut attributes = Vec::new();
        let closed = self.attributes(name_span, &mut attributes);
        let mut element = Element {
            tag: name.to_owned(),
            tag_span: name_span,
            span: self.values.span(start, self.at),
            attributes,
            children: Vec::new(),
            raw: None,
        };
        if closed {
            self.siblings().push(Node::Element(element));
        } else if name == RAW_TAG {
            self.raw(&mut element);
            self.siblings().push(Node::Element(element));
        } else {
            self.enter(name, element);
        }
    }

    /// The attributes up to and with the end of the start tag; whether that closes the element too.
    fn attributes(&mut self, name: Span, attributes: &mut Vec<Attribute>) -> bool {
        while let Some(byte) = self.byte() {
            match byte {
                b'>' => {
                    self.at += 1;
                    return false;
                }
                b'/' if self.values.has(self.at, "/>") => {
                    self.at += 2;
                    return true;
                }
                b'<' if self.values.begins_markup(self.at) => break,
                b'/' | b'=' | b'"' | b'\'' => self.at += 1,
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => {
                    let attribute = self.attribute();
                    attributes.push(attribute);
                }
            }
        }
        let message = Text::new("开始标签没有结束（缺少“>”）", "the start tag has no end (‘>’)");
        self.values.warn("wxml-unclosed-tag", name, message);
        false
    }

    fn attribute(&mut self) -> Attribute {
        let start = self.at;
        // The first character may be any, so that there is always a step forward.
        self.at += self.text()[start..].chars().next().map_or(1, char::len_utf8);
        self.name();
        let name_span = self.values.span(start, self.at);
        let behind_name = self.at;
        self.skip_blank();
        let value = if self.byte() == Some(b'=') {
            self.at += 1;
            self.skip_blank();
            self.value()
        } else {
            self.at = behind_name;
            None
        };
        Attribute {
            name: self.text()[name_span.range()].to_owned(),
            name_span,
            value,
            span: self.values.span(start, self.at),
        }
    }

    /// What stands behind `=`; `None` where the tag ends there.
    fn value(&mut self) -> Option<super::Value> {
        match self.byte()? {
            b'>' => None,
            quote @ (b'"' | b'\'') => {
                let begin = self.at + 1;
                if self.text()[begin..].contains(char::from(quote)) {
                    let value = self.values.read(begin, Within::Quotes(quote));
                    self.at = (value.span.end as usize + 1).min(self.text().len());
                    return Some(value);
                }
                let message = Text::new("属性值的引号没有闭合", "the quote of the attribute's value is not closed");
                self.values.warn("wxml-unclosed-tag", self.values.span(self.at, begin), message);
                Some(self.bare(begin))
            }
            _ => Some(self.bare(self.at)),
        }
    }

    fn bare(&mut self, begin: usize) -> super::Value {
        let value = self.values.read(begin, Within::Bare);
        self.at = value.span.end as usize;
        value
    }

    fn skip_blank(&mut self) {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn name(&mut self) -> &'t str {
        let start = self.at;
        let ends = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<' | b'=' | b'"' | b'\'');
        while self.byte().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
        &self.text()[start..self.at]
    }

    /// The script in `element`, up to its end tag.
    fn raw(&mut self, element: &mut Element) {
        let start = self.at;
        let text = self.text();
        let end_tag = text[start..]
            .match_indices("</wxs")
            .map(|(at, _)| start + at)
            .find(|&at| text[at + 5..].starts_with(|next: char| next == '>' || next.is_ascii_whitespace()));
        let end = end_tag.unwrap_or(text.len());
        self.at = text[end..].find('>').map_or(text.len(), |length| end + length + 1);
        element.raw = Some(self.values.span(start, end));
        element.span.end = self.at as u32;
        if end_tag.is_none() {
            self.warn_unclosed(RAW_TAG, element.tag_span);
        }
    }

    fn enter(&mut self, name: &'t str, element: Element) {
        let name_span = element.tag_span;
        let place = if self.open.len() < MAX_DEPTH {
            Place::Stack(Box::new(element))
        } else {
            self.warn_too_deep(name_span);
            let siblings = self.siblings();
            siblings.push(Node::Element(element));
            Place::Flat(siblings.len() - 1)
        };
        *self.open_names.entry(name).or_default() += 1;
        self.open.push(Open { name, name_span, place });
    }

    /// Ends the innermost open element at the present place.
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if let Some(count) = self.open_names.get_mut(open.name) {
            *count -= 1;
        }
        let end = self.at as u32;
        match open.place {
            Place::Stack(mut element) => {
                element.span.end = end;
                self.siblings().push(Node::Element(*element));
            }
            Place::Flat(index) => {
                if let Some(Node::Element(element)) = self.siblings().get_mut(index) {
                    element.span.end = end;
                }
            }
        }
    }

    fn close_unclosed(&mut self) {
        if let Some(open) = self.open.last() {
            self.warn_unclosed(open.name, open.name_span);
        }
        self.close();
    }

    /// The content that the next node belongs to.
    fn siblings(&mut self) -> &mut Vec<Node> {
        // Only the first elements, up to the limit, are on the stack.
        let held = self.open.len().min(MAX_DEPTH);
        let innermost = self.open[..held].last_mut();
        match innermost.map(|open| &mut open.place) {
            Some(Place::Stack(element)) => &mut element.children,
            Some(Place::Flat(_)) | None => &mut self.roots,
        }
    }

    fn warn_unclosed(&mut self, name: &str, span: Span) {
        let message = Text::new(format!("标签 <{name}> 没有闭合"), format!("the tag <{name}> is not closed"));
        self.values.warn("wxml-unclosed-tag", span, message);
    }

    fn warn_too_deep(&mut self, span: Span) {
        if self.too_deep {
            return;
        }
        self.too_deep = true;
        let message = Text::new(
            format!("标签嵌套超过 {MAX_DEPTH} 层，更深的标签按同级处理"),
            format!("tags nest deeper than {MAX_DEPTH}; deeper ones are read as siblings"),
        );
        self.values.warn("nesting-too-deep", span, message);
    }
}
