//! Accesses `obj[key]` whose key is a value: which property each of the keys names. Knows nothing of what loads and stores do.

use crate::graph::api::{ApiId, Link};
use crate::graph::heap::pairs::OBJECT_KEY;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::solver::constraints::Access;
use crate::graph::solver::{HOLE, Solver};
use crate::graph::symbols::Sym;
use crate::graph::{NodeId, Via};
use crate::models::Effect;

/// Objects at a key beyond which they are no symbols of the program's, but whatever came there.
const MAX_OBJECT_KEYS: usize = 20;

impl Solver<'_> {
    pub fn access_object(&mut self, access: u32, obj: ObjId) {
        let key = self.accesses[access as usize].key;
        self.each_seen(key, |solver, key| {
            if solver.own_primitive(key).is_none() {
                solver.access_with(access, obj, key);
            }
        });
    }

    pub fn access_key(&mut self, access: u32, key: ObjId) {
        if let Some(text) = self.own_primitive(key) {
            if !self.accesses[access as usize].is_text {
                self.access_as(access, text);
            }
            return;
        }
        let obj = self.accesses[access as usize].obj;
        self.each_seen(obj, |solver, obj| solver.access_with(access, obj, key));
    }

    /// An object that says itself what its text is names the property that its text does.
    fn access_as(&mut self, access: u32, text: NodeId) {
        self.access(Access { key: text, is_text: true, ..self.accesses[access as usize] });
    }

    fn access_with(&mut self, access: u32, obj: ObjId, key: ObjId) {
        let key_node = self.accesses[access as usize].key;
        let field = match self.objects.kind(key) {
            Object::Text(text) if !self.symbols.text(text).contains(HOLE) => Field::Named(text),
            Object::Text(text) if self.accesses[access as usize].is_store => {
                self.partial_field(obj, text).unwrap_or(Field::Any)
            }
            Object::Text(text) if self.is_kept_outside(obj) && !self.known_part(text).is_empty() => {
                return self.load_begun(obj, text, self.accesses[access as usize].other);
            }
            // Symbols and the like: two that are the same object name the same property.
            Object::Alloc { .. } | Object::New { .. } if self.objects_of(key_node).len() > MAX_OBJECT_KEYS => {
                Field::Any
            }
            // A list is the text of its elements.
            Object::Alloc { .. } if self.is_list(key) => Field::Any,
            Object::Alloc { ty, .. } if ty != self.known.ty_opaque && ty != self.known.ty_json => {
                Field::Named(self.symbol_key(key))
            }
            Object::New { .. } => Field::Named(self.symbol_key(key)),
            _ => Field::Any,
        };
        let field = if self.counts_from_end(obj, field) { Field::Any } else { field };
        if field == Field::Any && !self.any_keys.insert((access, obj)) {
            return;
        }
        let access = self.accesses[access as usize];
        if access.is_store {
            let has_names = self.is_kept_outside(obj) && self.is_partial(field);
            if has_names || field == Field::Any && self.objects.kind(obj).has_fields() {
                let used = self.field_node(obj, Field::Content(self.known.key));
                self.tell_of(access.key, used, Via::Store, Effect::Value, Some(Field::Any));
                if self.is_list(key) {
                    self.deep_object(key, used, Effect::Taint, Via::Operator);
                }
            }
            self.store_into(obj, field, access.other, access.at);
        } else {
            self.load_from(obj, field, access.other);
        }
    }

    /// The name that an object is as a key, if it is a text of which all is known.
    pub(in crate::graph) fn known_text(&self, object: ObjId) -> Option<Sym> {
        match self.objects.kind(object) {
            Object::Text(text) if !self.symbols.text(text).contains(HOLE) => Some(text),
            _ => None,
        }
    }

    /// What is read of `src` under a name that is a value: of what comes from elsewhere only the name tells what it is.
    pub fn name_read(&mut self, src: NodeId, name: ObjId, dst: NodeId) {
        if let Some(name) = self.known_text(name) {
            self.tell_of(src, dst, Via::Project, Effect::Value, Some(Field::Named(name)));
        }
    }

    /// Whether a key names no element of a list, but one that is counted from its end: some element.
    pub(in crate::graph) fn counts_from_end(&self, obj: ObjId, field: Field) -> bool {
        let Field::Named(name) = field else { return false };
        self.symbols.text(name).strip_prefix('-').is_some_and(|rest| rest.parse::<u32>().is_ok())
            && self.objects.field(obj, field).is_none()
    }

    /// The name that a symbol of the language gives to properties: `Symbol.iterator`.
    pub(in crate::graph) fn symbol_named(&mut self, parent: ApiId, name: Sym) -> Option<ObjId> {
        let Link::Global(parent) = self.apis.link(parent) else { return None };
        let is_symbol = self.symbols.text(parent) == "Symbol";
        let name = is_symbol.then(|| format!("@@{}", self.symbols.text(name)))?;
        let name = self.symbols.intern(&name);
        Some(self.objects.intern(Object::Text(name)))
    }

    fn is_list(&self, key: ObjId) -> bool {
        matches!(self.objects.kind(key), Object::Alloc { ty, .. } if ty == self.known.ty_array)
    }

    fn symbol_key(&mut self, key: ObjId) -> Sym {
        self.symbols.intern(&format!("{OBJECT_KEY}{}", key.0))
    }
}
