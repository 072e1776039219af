//! Properties as pairs of name and value, pairs as properties, and properties copied under their own names.
//! Knows nothing of the methods that take them.

use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::solver::constraints::{Access, KeyCopy, Rule};
use crate::graph::solver::{HOLE, Solver};
use crate::graph::{Node, NodeId, Via};
use crate::models::Effect;

/// Keys that are objects stand as names that begin so, with the object's number behind.
pub(in crate::graph) const OBJECT_KEY: &str = "@@object:";

impl Solver<'_> {
    /// A property becomes an array of its name and its value.
    pub fn pair_of(&mut self, obj: ObjId, field: Field, node: NodeId, dst: NodeId) {
        let pair = match field {
            Field::Content(name) if name == self.known.tail => self.pair_object(obj, Field::Any),
            // The data that was used as a name is the name of a property that is not known.
            Field::Content(name) if name == self.known.key => {
                let pair = self.pair_object(obj, Field::Any);
                let name = self.pair_side(pair, 0);
                self.flow(node, name, Via::Load, Some(Field::Any), None);
                self.add_object(dst, pair);
                return;
            }
            Field::Content(_) => return,
            field => self.pair_object(obj, field),
        };
        let value = self.pair_side(pair, 1);
        self.flow(node, value, Via::Load, Some(field), None);
        self.add_object(dst, pair);
    }

    fn pair_side(&mut self, pair: ObjId, index: usize) -> NodeId {
        let name = self.index_name(index);
        self.field_node(pair, Field::Named(name))
    }

    fn pair_object(&mut self, obj: ObjId, field: Field) -> ObjId {
        if let Some(&known) = self.pair_objects.get(&(obj, field)) {
            return known;
        }
        let pair = self.fresh_array(self.module_of(obj));
        self.pair_objects.insert((obj, field), pair);
        let side = self.pair_side(pair, 0);
        let key = match field {
            Field::Named(name) => match self.symbols.text(name).strip_prefix(OBJECT_KEY) {
                Some(number) => number.parse().map_or(self.plain, ObjId),
                None => self.objects.intern(Object::Text(name)),
            },
            _ => self.plain,
        };
        self.add_object(side, key);
        pair
    }

    /// Every pair in `src` becomes a property of `obj`.
    pub fn store_pairs(&mut self, obj: ObjId, src: NodeId) {
        let any = self.field_node(obj, Field::Any);
        self.tell_of(src, any, Via::Project, Effect::Value, Some(Field::Any));
        self.attach(src, Rule::Pair { into: obj });
    }

    pub fn store_pair(&mut self, pair: ObjId, into: ObjId) {
        if !self.objects.kind(pair).has_fields() || !self.stored_pairs.insert((pair, into)) {
            return;
        }
        let [key, value, object] = [(); 3].map(|()| self.add_node(Node::Deep { obj: pair }));
        for (index, side) in [key, value].into_iter().enumerate() {
            let name = self.index_name(index);
            self.load_from(pair, Field::Named(name), side);
        }
        self.add_object(object, into);
        self.access(Access { obj: object, key, other: value, is_store: true, at: None, is_text: false });
    }

    // A property copied under its own name.

    pub fn copy_key(&mut self, dst: NodeId, src: NodeId, key: NodeId) {
        let id = self.copies.named.len() as u32;
        self.copies.named.push(KeyCopy { src, dst, is_whole: false });
        self.attach(key, Rule::CopyKey(id));
    }

    pub fn copy_named(&mut self, copy: u32, key: ObjId) {
        let KeyCopy { src, dst, is_whole } = self.copies.named[copy as usize];
        match self.objects.kind(key) {
            Object::Text(name) if !self.symbols.text(name).contains(HOLE) => {
                let val = self.add_node(Node::Deep { obj: key });
                self.tell_of(src, val, Via::Project, Effect::Value, Some(Field::Named(name)));
                self.attach(src, Rule::Load { dst: val, field: Field::Named(name) });
                self.attach(dst, Rule::Store { src: val, field: Field::Named(name), at: None });
            }
            _ if !is_whole => {
                self.copies.named[copy as usize].is_whole = true;
                self.copy_properties(dst, src, Vec::new());
            }
            _ => {}
        }
    }
}
