//! Properties whose name is known in part: what is stored under `'list[' + i + '].name'` stays apart from what other names
//! hold, and goes to whoever asks for a name that begins likewise, or for any. What is kept outside the program is also
//! asked for by such names.

use crate::graph::objects::{Field, ObjId, Object, Subscriber};
use crate::graph::solver::{HOLE, Solver};
use crate::graph::symbols::Sym;
use crate::graph::{NodeId, Via};

/// Begins the contents that stand for such properties.
const PARTIAL: &str = "partial:";

impl Solver<'_> {
    /// The content for what is stored under a name of which the beginning is known: the first part of a path, or any of
    /// what is kept outside. None for other texts.
    pub(in crate::graph) fn partial_field(&mut self, obj: ObjId, text: Sym) -> Option<Field> {
        let is_kept_outside = self.is_kept_outside(obj);
        let known = self.known_part(text);
        let text = self.symbols.text(text);
        if known.is_empty() || known == text || !(is_kept_outside || known.find(['.', '[']) > Some(0)) {
            return None;
        }
        let content = format!("{PARTIAL}{text}");
        let content = self.symbols.intern(&content);
        self.partial.insert(content);
        Some(Field::Content(content))
    }

    /// Whether an object is a place outside the program where data is kept.
    pub(in crate::graph) fn is_kept_outside(&self, obj: ObjId) -> bool {
        matches!(self.objects.kind(obj), Object::Api(api) if self.apis.is_store(api, &self.symbols))
    }

    /// What is known of the beginning of a text.
    pub(in crate::graph) fn known_part(&self, text: Sym) -> &str {
        self.symbols.text(text).split(HOLE).next().unwrap_or_default()
    }

    /// Reads all that is kept under names that may be one of which the beginning is known.
    pub(in crate::graph) fn load_begun(&mut self, obj: ObjId, asked: Sym, dst: NodeId) {
        self.add_object(dst, self.unknown);
        self.subscribe(obj, Subscriber::Begun { asked, dst });
    }

    /// Tells who asks for names with a known beginning of a property.
    pub(in crate::graph) fn tell_begun(&mut self, asked: Sym, field: Field, node: NodeId, dst: NodeId) {
        let known = self.known_part(asked);
        let may_be = match (field, self.partial_path(field)) {
            (Field::Any, _) => true,
            (Field::Named(name), _) => self.symbols.text(name).starts_with(known),
            (_, Some(path)) => {
                let other = path.split(HOLE).next().unwrap_or_default();
                other.starts_with(known) || known.starts_with(other)
            }
            _ => false,
        };
        if may_be {
            self.flow(node, dst, Via::Load, Some(Field::Any), None);
        }
    }

    /// Whether a field stands for such properties.
    pub(in crate::graph) fn is_partial(&self, field: Field) -> bool {
        matches!(field, Field::Content(name) if self.partial.contains(&name))
    }

    /// The path that a field stands for.
    pub(in crate::graph) fn partial_path(&self, field: Field) -> Option<&str> {
        let Field::Content(name) = field else { return None };
        self.symbols.text(name).strip_prefix(PARTIAL)
    }

    /// A field of an object is new: those who asked for names that it may have get it.
    pub(in crate::graph) fn partial_added(&mut self, obj: ObjId, field: Field, node: NodeId) {
        if !self.is_partial(field) {
            return;
        }
        for (asked, dst) in self.objects.lookups_of(obj) {
            self.give_partial(field, node, asked, dst);
        }
    }

    /// Somebody asks for a property by name: what is stored already under names that may be that one.
    pub(in crate::graph) fn partial_asked(&mut self, obj: ObjId, asked: Field, dst: NodeId) {
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
