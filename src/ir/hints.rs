//! What a template says around a tag: its attributes as texts, the text before it in its row, the named tags in it.
//! Knows how templates are laid out, and no tag by name.

use swc_ecma_ast::{Expr, Lit, MemberProp};

use super::Range;
use crate::syntax::wxml::{Attribute, Element, Node, Part, Value};

/// Levels above a tag at which a text may stand that belongs to it.
const MAX_LEVELS: usize = 3;
/// Characters beyond which a text is no label.
const MAX_LABEL: usize = 30;

/// Characters of a row's text that are kept.
const MAX_ROW: usize = 200;

/// What stands around a tag.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Names and texts of its attributes; of a binding the path that is bound, of other expressions nothing; `true` of
    /// one without a value.
    pub attributes: Vec<(String, String)>,
    /// The same of the tags around it, the nearest first.
    pub around: Vec<(String, String)>,
    /// The text before it.
    pub label: Option<String>,
    /// The text in it.
    pub inner: Option<String>,
    /// The text of its row, its own included.
    pub beside: String,
    /// Tags in it that have a name.
    pub fields: Vec<Field>,
}

/// A tag with a name inside another one.
#[derive(Clone, Debug)]
pub struct Field {
    /// The tag.
    pub tag: String,
    /// Its `name`.
    pub name: String,
    /// Where it stands.
    pub at: Range,
    /// What stands around it; no fields of its own.
    pub hints: Hints,
}

/// The way to a node: at each level the nodes there and which one leads on.
pub type Way<'a> = Vec<(&'a [Node], usize)>;

/// What stands around the element at the end of `way`.
pub fn of(text: &str, element: &Element, way: &Way<'_>) -> Hints {
    let mut hints = own(text, element, way);
    let mut inner = way.clone();
    fields(text, &element.children, &mut inner, &mut hints.fields);
    hints
}

fn own(text: &str, element: &Element, way: &Way<'_>) -> Hints {
    let parents = way.iter().rev().skip(1).take(MAX_LEVELS - 1).filter_map(|(nodes, at)| match nodes.get(*at) {
        Some(Node::Element(parent)) => Some(parent),
        _ => None,
    });
    Hints {
        attributes: texts(text, element),
        around: parents.flat_map(|parent| texts(text, parent)).collect(),
        label: label(text, element, way),
        inner: inner(text, element),
        beside: beside(text, way),
        fields: Vec::new(),
    }
}

fn texts(text: &str, element: &Element) -> Vec<(String, String)> {
    let pair = |attribute: &Attribute| (attribute.name.clone(), attribute_text(text, attribute));
    element.attributes.iter().map(pair).collect()
}

fn attribute_text(text: &str, attribute: &Attribute) -> String {
    let Some(value) = &attribute.value else { return true.to_string() };
    if let [Part::Expression(binding)] = &value.parts[..] {
        return binding.expr.as_deref().and_then(path).unwrap_or_default();
    }
    literal_text(text, value)
}

/// `a.b.c` or a truth value, if the expression is nothing else.
fn path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Ident(ident) => Some(ident.sym.to_string()),
        Expr::Member(member) => match &member.prop {
            MemberProp::Ident(name) => Some(format!("{}.{}", path(&member.obj)?, name.sym)),
            _ => None,
        },
        Expr::Paren(paren) => path(&paren.expr),
        Expr::Lit(Lit::Bool(literal)) => Some(literal.value.to_string()),
        _ => None,
    }
}

fn literal_text(text: &str, value: &Value) -> String {
    let parts = value.parts.iter().map(|part| match part {
        Part::Text(span) => &text[span.range()],
        Part::Expression(_) => "",
    });
    parts.collect::<String>().trim().to_owned()
}

fn fields<'a>(text: &str, nodes: &'a [Node], way: &mut Way<'a>, found: &mut Vec<Field>) {
    for (at, node) in nodes.iter().enumerate() {
        let Node::Element(element) = node else { continue };
        way.push((nodes, at));
        let name = element.attributes.iter().find(|attribute| attribute.name == "name");
        if let Some(name) = name.map(|name| attribute_text(text, name)).filter(|name| !name.is_empty()) {
            let end = element.attributes.last().map_or(element.tag_span.end, |attribute| attribute.span.end);
            let at = Range { start: element.span.start, end };
            found.push(Field { tag: element.tag.clone(), name, at, hints: own(text, element, way) });
        }
        fields(text, &element.children, way, found);
        way.pop();
    }
}

/// The text before an element in its row: beside it, or beside what it stands in. What stands before another input is
/// not its own.
fn label(text: &str, element: &Element, way: &Way<'_>) -> Option<String> {
    for (nodes, at) in way.iter().rev().take(MAX_LEVELS) {
        for node in nodes[..*at].iter().rev() {
            if let Node::Element(before) = node
                && takes_input(before, &element.tag)
            {
                return None;
            }
            let said = shown(text, node);
            let said = said.trim();
            if !said.is_empty() {
                return short(said);
            }
        }
    }
    None
}

/// Whether there is an input in an element: something like `tag`, or with a name or a value.
fn takes_input(element: &Element, tag: &str) -> bool {
    let is_given = |attribute: &Attribute| matches!(attribute.name.as_str(), "name" | "value");
    element.tag == tag
        || element.attributes.iter().any(is_given)
        || element.children.iter().any(|child| matches!(child, Node::Element(child) if takes_input(child, tag)))
}

fn inner(text: &str, element: &Element) -> Option<String> {
    let said: String = element.children.iter().map(|child| shown(text, child)).collect();
    short(said.trim()).filter(|said| !said.is_empty())
}

/// The text of the nearest row around that has one.
fn beside(text: &str, way: &Way<'_>) -> String {
    let rows = way.iter().rev().take(MAX_LEVELS);
    let said = rows.map(|(nodes, _)| nodes.iter().map(|node| shown(text, node)).collect::<String>());
    let said = said.map(|said| said.trim().to_owned()).find(|said| !said.is_empty()).unwrap_or_default();
    said.chars().take(MAX_ROW).collect()
}

fn short(said: &str) -> Option<String> {
    (said.chars().count() <= MAX_LABEL).then(|| said.to_owned())
}

fn shown(text: &str, node: &Node) -> String {
    match node {
        Node::Text(value) => literal_text(text, value),
        Node::Element(element) => element.children.iter().map(|child| shown(text, child)).collect(),
    }
}
