//! Names that a template gives to parts of its data: items of loops, and what a condition says something of; and which
//! uses of templates are the same by what the names in them stand for.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use super::super::Val;
use super::attribute_text;
use crate::syntax::wxml::{Attribute, Element, Node, Value};

/// A list to repeat a tag for, in both spellings.
const FOR: [&str; 2] = ["wx:for", "wx:for-items"];
const FOR_ITEM: &str = "wx:for-item";
const FOR_INDEX: &str = "wx:for-index";

/// A tag is there for each item of a list.
pub(super) struct Loop<'a> {
    pub(super) list: &'a Attribute,
    pub(super) value: &'a Value,
    item: String,
    index: String,
}

impl<'a> Loop<'a> {
    pub(super) fn of(text: &str, element: &'a Element) -> Option<Self> {
        let list = element.attributes.iter().find(|attribute| FOR.contains(&attribute.name.as_str()))?;
        let value = list.value.as_ref()?;
        let named = |name: &str, default: &str| attribute_text(text, element, name).unwrap_or(default.to_owned());
        Some(Self { list, value, item: named(FOR_ITEM, "item"), index: named(FOR_INDEX, "index") })
    }
}

/// A name in a part of a template.
pub(super) struct Local {
    name: String,
    /// What it stands for.
    pub(super) val: Val,
    /// The same by the text: equal for equal values.
    pub(super) means: u64,
}

/// The names at a place of a template, the innermost last.
#[derive(Default)]
pub(super) struct Locals(Vec<Local>);

impl Locals {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    pub(super) fn push(&mut self, name: String, val: Val, means: u64) {
        self.0.push(Local { name, val, means });
    }

    /// The names that a loop binds.
    pub(super) fn enter(&mut self, text: &str, it: Loop<'_>, item: Val, index: Val) {
        let means = self.meaning(&text[it.value.span.range()]);
        self.push(it.item, item, means);
        self.push(it.index, index, !means);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Local> {
        self.0.iter().rev().find(|local| local.name == name)
    }

    /// What expressions say at this place: where they are the same and their names stand for the same, so do they.
    pub(super) fn meaning(&self, text: &str) -> u64 {
        let mut hasher = FxHasher::default();
        text.hash(&mut hasher);
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$') {
            self.get(word).map(|local| local.means).hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// What a use of a template says: which, and with what data.
pub(super) fn meaning_of_use(text: &str, element: &Element, names: &Locals) -> u64 {
    let texts = ["is", "data"].map(|name| attribute_text(text, element, name).unwrap_or_default());
    names.meaning(&texts.join("\n"))
}

/// Where in a template uses of templates stand that others in it are equal to, in order.
pub(super) fn repeated_uses(text: &str, nodes: &[Node]) -> Vec<u32> {
    let mut found: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    find_uses(text, nodes, &mut Locals::default(), &mut found);
    let mut repeated: Vec<u32> = found.into_values().filter(|uses| uses.len() > 1).flatten().collect();
    repeated.sort_unstable();
    repeated
}

fn find_uses(text: &str, nodes: &[Node], names: &mut Locals, found: &mut FxHashMap<u64, Vec<u32>>) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        if super::has_name(element) {
            continue;
        }
        let outside = names.len();
        if let Some(it) = Loop::of(text, element) {
            names.enter(text, it, Val(0), Val(0));
        }
        if element.tag == "template" {
            found.entry(meaning_of_use(text, element, names)).or_default().push(element.span.start);
        }
        find_uses(text, &element.children, names, found);
        names.truncate(outside);
    }
}
