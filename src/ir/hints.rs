//! What a template says around a tag: its attributes as texts, the text before it in its row, the named tags in it.
//! Knows how templates are laid out, and no tag by name.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use swc_ecma_ast::{Expr, Lit, MemberProp};

use super::Range;
use crate::syntax::wxml::{Attribute, Element, Node, Part, Value};

/// What the names of attributes begin with that bind handlers.
const HANDLER: &str = "bind";
/// Levels above a tag at which a text may stand that belongs to it.
const MAX_LEVELS: usize = 3;
/// Characters beyond which a text is no label.
const MAX_LABEL: usize = 30;
/// What stands between texts of which one is shown.
const OR: &str = "/";
/// Characters of a row's text that are kept.
const MAX_ROW: usize = 200;
/// Bytes beyond which a text is not read on: a character has four at most.
const MAX_BYTES: usize = 4 * MAX_ROW;
/// Nodes on either side, and inside, that a text may come from: what belongs together stands together.
const MAX_NODES: usize = 100;

/// Names and texts of a tag's attributes; of a binding the path that is bound, of other expressions nothing; `true` of one
/// without a value.
pub type Texts = Arc<[(String, String)]>;

/// What stands around a tag.
#[derive(Clone, Debug)]
pub struct Hints {
    /// The texts of its attributes.
    pub attributes: Texts,
    /// The tag around it, and those around that.
    around: Option<Arc<Around>>,
    /// The text before it.
    pub label: Option<String>,
    /// The text in it.
    pub inner: Option<String>,
    /// The text of its row, its own included.
    pub beside: String,
    /// Tags in it that have a name, without those in a tag of its own kind in it.
    pub fields: Fields,
}

impl Hints {
    /// The texts of the attributes of the tags around it, the nearest first.
    pub fn around(&self) -> impl Iterator<Item = &Texts> {
        std::iter::successors(self.around.as_deref(), |around| around.outer.as_deref()).map(|around| &around.texts)
    }

    /// The same of those so near that what they say belongs to it.
    pub fn near(&self) -> impl Iterator<Item = &Texts> {
        self.around().take(MAX_LEVELS - 1)
    }

    /// The text of an attribute of the tag itself.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name == attribute);
        found.map(|(_, text)| text.as_str())
    }
}

/// A tag around others, which share it.
#[derive(Debug)]
struct Around {
    texts: Texts,
    outer: Option<Arc<Around>>,
}

/// Some of the named tags of a template, which shares them with all tags around them.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    all: Arc<[Field]>,
    own: Arc<[usize]>,
}

impl Fields {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// The tags in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Field> {
        self.own.iter().map(|at| &self.all[*at])
    }
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

/// Looks around in one template.
#[derive(Debug)]
pub struct Surroundings<'a> {
    text: &'a str,
    /// The texts of tags that were asked for, by where the tag starts.
    texts: FxHashMap<u32, Texts>,
    /// Tags around others, by where they start.
    around: FxHashMap<u32, Arc<Around>>,
    /// All named tags in the order of the text.
    fields: Arc<[Field]>,
    /// Which of them belong to a tag, by where that starts: of tags of one kind around them to the innermost.
    owned: FxHashMap<u32, Arc<[usize]>>,
}

/// The named tags of a template, while they are collected.
#[derive(Default)]
struct Found<'a> {
    fields: Vec<Field>,
    owned: FxHashMap<u32, Vec<usize>>,
    /// Where the tags around start, by their kind.
    open: FxHashMap<&'a str, Vec<u32>>,
    /// Whether they stand in a template with a name.
    is_in_template: bool,
}

impl Found<'_> {
    fn add(&mut self, field: Field) {
        for start in self.open.values().filter_map(|starts| starts.last()) {
            self.owned.entry(*start).or_default().push(self.fields.len());
        }
        self.fields.push(field);
    }
}

impl<'a> Surroundings<'a> {
    /// Those of a template with these nodes.
    pub fn new(text: &'a str, nodes: &'a [Node]) -> Self {
        let mut it = Self {
            text,
            texts: FxHashMap::default(),
            around: FxHashMap::default(),
            fields: Arc::default(),
            owned: FxHashMap::default(),
        };
        let mut found = Found::default();
        it.collect(nodes, &mut Vec::new(), &mut found);
        it.fields = found.fields.into();
        it.owned = found.owned.into_iter().map(|(start, own)| (start, own.into())).collect();
        it
    }

    /// What stands around the element at the end of `way`.
    pub fn of(&mut self, element: &'a Element, way: &Way<'a>) -> Hints {
        let own = self.owned.get(&element.span.start).cloned().unwrap_or_default();
        let fields = Fields { all: Arc::clone(&self.fields), own };
        Hints { fields, ..self.own(element, way) }
    }

    fn own(&mut self, element: &'a Element, way: &Way<'a>) -> Hints {
        Hints {
            around: way.split_last().and_then(|(_, outer)| self.around(outer)),
            attributes: self.texts(element),
            label: label(self.text, element, way),
            inner: inner(self.text, element),
            beside: beside(self.text, way),
            fields: Fields::default(),
        }
    }

    /// The tag at the end of a way, as one that stands around others.
    fn around(&mut self, way: &[(&'a [Node], usize)]) -> Option<Arc<Around>> {
        let ((nodes, at), outer) = way.split_last()?;
        let Some(Node::Element(element)) = nodes.get(*at) else { return None };
        if let Some(known) = self.around.get(&element.span.start) {
            return Some(Arc::clone(known));
        }
        let around = Arc::new(Around { texts: self.texts(element), outer: self.around(outer) });
        self.around.insert(element.span.start, Arc::clone(&around));
        Some(around)
    }

    fn texts(&mut self, element: &Element) -> Texts {
        let text = self.text;
        let pair = |attribute: &Attribute| (attribute.name.clone(), attribute_text(text, attribute));
        let texts = || element.attributes.iter().map(pair).collect();
        Arc::clone(self.texts.entry(element.span.start).or_insert_with(texts))
    }

    /// A template within another one is looked at for itself.
    fn collect(&mut self, nodes: &'a [Node], way: &mut Way<'a>, found: &mut Found<'a>) {
        for (at, node) in nodes.iter().enumerate() {
            let Node::Element(element) = node else { continue };
            let is_template = super::template::has_name(element);
            if is_template && found.is_in_template {
                continue;
            }
            way.push((nodes, at));
            let name = element.attributes.iter().find(|attribute| attribute.name == "name");
            let name = name.map(|name| attribute_text(self.text, name));
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                let end = element.attributes.last().map_or(element.tag_span.end, |attribute| attribute.span.end);
                let at = Range { start: element.span.start, end };
                found.add(Field { tag: element.tag.clone(), name, at, hints: self.own(element, way) });
            }
            found.open.entry(&element.tag).or_default().push(element.span.start);
            let outer = found.is_in_template;
            found.is_in_template |= is_template;
            self.collect(&element.children, way, found);
            found.is_in_template = outer;
            found.open.get_mut(element.tag.as_str()).map(Vec::pop);
            way.pop();
        }
    }
}

fn attribute_text(text: &str, attribute: &Attribute) -> String {
    let Some(value) = &attribute.value else { return true.to_string() };
    if let [Part::Expression(binding)] = &value.parts[..] {
        return binding.expr.as_deref().and_then(path).unwrap_or_default();
    }
    let parts = value.parts.iter().map(|part| match part {
        Part::Text(span) => &text[span.range()],
        Part::Expression(_) => "",
    });
    parts.collect::<String>().trim().to_owned()
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

/// The text before an element in its row: beside it, or beside what it stands in. What stands before another input is
/// not its own.
fn label(text: &str, element: &Element, way: &Way<'_>) -> Option<String> {
    said_before(
        text,
        way,
        |node| matches!(node, Node::Element(before) if takes_input(before, &element.tag, &mut { MAX_NODES })),
    )
}

/// The text right before a binding, which is a part of `value`: in its own text, else before that in its row. What
/// stands before another binding, or something to be typed into, is not its own.
pub fn before(text: &str, value: &Value, part: usize, way: &Way<'_>) -> Option<String> {
    for part in value.parts[..part].iter().rev() {
        let said = said_by(text, part)?;
        if said.contains(char::is_alphanumeric) {
            return short(said.trim());
        }
    }
    said_before(text, way, |node| is_busy(node, &mut { MAX_NODES }))
}

/// What is bound as the text right before an element that has a handler and nothing in it: nobody reads on behind it.
pub fn bound_before<'a>(text: &str, element: &'a Element, way: &Way<'a>) -> Option<&'a Expr> {
    let is_handled = element.attributes.iter().any(|attribute| attribute.name.starts_with(HANDLER));
    if !is_handled || !element.children.is_empty() {
        return None;
    }
    for (nodes, at) in way.iter().rev().take(MAX_LEVELS) {
        for node in nodes[..*at].iter().rev().take(MAX_NODES) {
            if matches!(node, Node::Element(before) if takes_input(before, &element.tag, &mut { MAX_NODES })) {
                return None;
            }
            match only_binding(text, node, &mut { MAX_NODES }) {
                Ok(None) => {}
                Ok(found) => return found,
                Err(Unclear) => return None,
            }
        }
    }
    None
}

/// Text, or several bindings.
struct Unclear;

/// The one binding in a node that has no other text.
fn only_binding<'a>(text: &str, node: &'a Node, left: &mut usize) -> Result<Option<&'a Expr>, Unclear> {
    *left = left.checked_sub(1).ok_or(Unclear)?;
    let mut found = None;
    let mut add = |one: Option<&'a Expr>| match (found, one) {
        (Some(_), Some(_)) => Err(Unclear),
        (_, None) => Ok(()),
        (None, one) => {
            found = one;
            Ok(())
        }
    };
    match node {
        Node::Text(value) => {
            for part in &value.parts {
                match (said_by(text, part), part) {
                    (Some(said), _) if said.contains(char::is_alphanumeric) => return Err(Unclear),
                    (None, Part::Expression(binding)) => add(binding.expr.as_deref())?,
                    _ => {}
                }
            }
        }
        Node::Element(element) => {
            for child in &element.children {
                add(only_binding(text, child, left)?)?;
            }
        }
    }
    Ok(found)
}

/// What a part of a text says, if that is known; of several that it may say one behind the other.
fn said_by<'t>(text: &'t str, part: &Part) -> Option<Cow<'t, str>> {
    match part {
        Part::Text(span) => Some(Cow::Borrowed(text.get(span.range()).unwrap_or_default())),
        Part::Expression(binding) => {
            let mut choices = Vec::new();
            add_choices(binding.expr.as_ref()?, &mut choices)?;
            Some(Cow::Owned(choices.join(OR)))
        }
    }
}

/// Adds the texts of which an expression chooses one, if it does nothing else.
fn add_choices<'e>(expr: &'e Expr, choices: &mut Vec<&'e str>) -> Option<()> {
    match expr {
        Expr::Lit(Lit::Str(text)) => choices.extend(text.value.as_str()),
        Expr::Paren(inner) => add_choices(&inner.expr, choices)?,
        Expr::Cond(cond) => {
            add_choices(&cond.cons, choices)?;
            add_choices(&cond.alt, choices)?;
        }
        _ => return None,
    }
    Some(())
}

/// The nearest text before the end of a way, in its row and the rows around it; none behind another one's node.
fn said_before(text: &str, way: &Way<'_>, is_of_other: impl Fn(&Node) -> bool) -> Option<String> {
    for (nodes, at) in way.iter().rev().take(MAX_LEVELS) {
        for node in nodes[..*at].iter().rev().take(MAX_NODES) {
            if is_of_other(node) {
                return None;
            }
            let mut said = Said::new(text);
            said.add(std::slice::from_ref(node));
            let said = said.words.trim();
            if !said.is_empty() {
                return short(said);
            }
        }
    }
    None
}

/// Whether something is bound in a node, or may be typed into it.
fn is_busy(node: &Node, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    match node {
        Node::Text(value) => value.parts.iter().any(|part| said_by("", part).is_none()),
        Node::Element(element) => {
            takes_input(element, "", &mut { MAX_NODES })
                || element.attributes.iter().any(|attribute| attribute.name.starts_with(HANDLER))
                || element.children.iter().any(|child| *left == 0 || is_busy(child, left))
        }
    }
}

/// Whether there is an input in an element: something like `tag`, or with a name or a value.
fn takes_input(element: &Element, tag: &str, left: &mut usize) -> bool {
    let is_given = |attribute: &Attribute| matches!(attribute.name.as_str(), "name" | "value");
    *left = left.saturating_sub(1);
    element.tag == tag
        || element.attributes.iter().any(is_given)
        || element
            .children
            .iter()
            .any(|child| matches!(child, Node::Element(child) if *left > 0 && takes_input(child, tag, left)))
}

fn inner(text: &str, element: &Element) -> Option<String> {
    let mut said = Said::new(text);
    said.add(&element.children);
    short(said.words.trim()).filter(|said| !said.is_empty())
}

/// The text of the nearest row around that has one.
fn beside(text: &str, way: &Way<'_>) -> String {
    let rows = way.iter().rev().take(MAX_LEVELS);
    let said = rows.map(|(nodes, at)| {
        let mut said = Said::new(text);
        let first = at.saturating_sub(MAX_NODES / 2);
        said.add(&nodes[first..]);
        said.words.trim().to_owned()
    });
    let said = said.into_iter().find(|said| !said.is_empty()).unwrap_or_default();
    said.chars().take(MAX_ROW).collect()
}

fn short(said: &str) -> Option<String> {
    (said.chars().count() <= MAX_LABEL).then(|| said.to_owned())
}

/// The text of some nodes, as far as anybody wants it.
struct Said<'a> {
    text: &'a str,
    words: String,
    /// Nodes that are still looked at.
    left: usize,
}

impl<'a> Said<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, words: String::new(), left: MAX_NODES }
    }

    fn add(&mut self, nodes: &[Node]) {
        for node in nodes {
            if self.left == 0 || self.words.len() > MAX_BYTES {
                return;
            }
            self.left -= 1;
            match node {
                Node::Text(value) => self.add_text(value),
                Node::Element(element) => self.add(&element.children),
            }
        }
    }

    fn add_text(&mut self, value: &Value) {
        let start = self.words.len();
        for part in &value.parts {
            let Some(piece) = said_by(self.text, part) else { continue };
            let piece = if self.words.len() == start { piece.trim_start() } else { &*piece };
            self.words.push_str(&piece[..piece.floor_char_boundary(MAX_BYTES)]);
            if self.words.len() > MAX_BYTES {
                break;
            }
        }
        self.words.truncate(start + self.words[start..].trim_end().len());
    }
}
