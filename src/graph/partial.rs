//! Properties whose name is known in part: what is stored under `'list[' + i + '].name'` stays apart from what other names
//! hold, and goes to whoever asks for a name that begins likewise, or for any.

use super::objects::{Field, ObjId};
use super::solver::{HOLE, Solver};
use super::symbols::Sym;
use super::{NodeId, Via};

/// Begins the contents that stand for such properties.
const PARTIAL: &str = "partial:";

impl Solver<'_> {
    /// The content for what is stored under a path of which the first part is known; none for other texts.
    pub(super) fn partial_field(&mut self, text: Sym) -> Option<Field> {
        let text = self.symbols.text(text);
        let head = &text[..text.find(['.', '['])?];
        if head.is_empty() || head.contains(HOLE) || !text.contains(HOLE) {
            return None;
        }
        let content = format!("{PARTIAL}{text}");
        let content = self.symbols.intern(&content);
        self.partial.insert(content);
        Some(Field::Content(content))
    }

    /// Whether a field stands for such properties.
    pub(super) fn is_partial(&self, field: Field) -> bool {
        matches!(field, Field::Content(name) if self.partial.contains(&name))
    }

    /// The path that a field stands for.
    pub(super) fn partial_path(&self, field: Field) -> Option<&str> {
        let Field::Content(name) = field else { return None };
        self.symbols.text(name).strip_prefix(PARTIAL)
    }

    /// A field of an object is new: those who asked for names that it may have get it.
    pub(super) fn partial_added(&mut self, obj: ObjId, field: Field, node: NodeId) {
        if !self.is_partial(field) {
            return;
        }
        for (asked, dst) in self.objects.lookups_of(obj) {
            self.give_partial(field, node, asked, dst);
        }
    }

    /// Somebody asks for a property by name: what is stored already under names that may be that one.
    pub(super) fn partial_asked(&mut self, obj: ObjId, asked: Field, dst: NodeId) {
        if self.partial.is_empty() {
            return;
        }
        for (field, node) in self.objects.get(obj).fields.clone() {
            if self.is_partial(field) {
                self.give_partial(field, node, asked, dst);
            }
        }
    }

    fn give_partial(&mut self, field: Field, node: NodeId, asked: Field, dst: NodeId) {
        let (Field::Named(name), Some(path)) = (asked, self.partial_path(field)) else { return };
        let known = path.split(HOLE).next().unwrap_or_default();
        if self.symbols.text(name).starts_with(known) {
            self.flow(node, dst, Via::Load, Some(Field::Any), None);
        }
    }
}
