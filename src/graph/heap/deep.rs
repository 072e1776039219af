//! All that an object holds, however deep: one node for each object that is asked for it.

use crate::graph::objects::{Field, ObjId, Object, Subscriber};
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::Rule;
use crate::graph::{NodeId, Via};
use crate::ir::content;
use crate::models::Effect;

/// The method that gives what JSON writes down of an object.
const WRITTEN_AS: &str = "toJSON";

impl Solver<'_> {
    pub fn deep_object(&mut self, obj: ObjId, dst: NodeId, effect: Effect, via: Via) {
        let object = self.objects.kind(obj);
        if via == Via::Operator {
            // An operator makes a text of arrays and JSON; of other objects it says nothing.
            match object {
                Object::Alloc { ty, .. } if ty == self.known.ty_array => self.elements_as_texts(obj, dst, effect),
                Object::Alloc { ty, .. } if ty == self.known.ty_json => {}
                _ => {
                    self.convert(obj, object, dst);
                    return;
                }
            }
        }
        if via == Via::Step && effect == Effect::Taint {
            // What becomes part of a text is asked for its own.
            self.convert(obj, object, dst);
        }
        if object.holds_data() {
            let deep = self.deep_node(obj);
            self.tell_of(deep, dst, via, effect, None);
        }
    }

    /// The text of a list is made of those of its elements.
    fn elements_as_texts(&mut self, list: ObjId, dst: NodeId, effect: Effect) {
        if self.defines_any(&content::CONVERSIONS) {
            let element = self.add_node(crate::graph::Node::Deep { obj: list });
            self.load_from(list, Field::Any, element);
            self.attach(element, Rule::Converted { dst, effect });
        }
    }

    /// A method of texts reads an object: what was written down as JSON is a text of all that it holds.
    pub fn written_text(&mut self, obj: ObjId, dst: NodeId) {
        if matches!(self.objects.kind(obj), Object::Alloc { ty, .. } if ty == self.known.ty_json) {
            self.deep_object(obj, dst, Effect::Taint, Via::Operator);
        }
    }

    fn deep_node(&mut self, obj: ObjId) -> NodeId {
        if let Some(node) = self.objects.get(obj).deep {
            return node;
        }
        let node = self.add_node(crate::graph::Node::Deep { obj });
        self.objects.get_mut(obj).deep = Some(node);
        self.subscribe(obj, Subscriber::Deep);
        self.deep_method(obj, node);
        node
    }

    /// What an object says itself that is to be written down of it.
    fn deep_method(&mut self, obj: ObjId, deep: NodeId) {
        let Some(method) = self.symbols.find(WRITTEN_AS) else { return };
        if self.defined.contains(&method) && self.has_method(obj, method) {
            let result = self.add_node(crate::graph::Node::Deep { obj });
            self.ask(obj, method, result);
            self.tell_of(result, deep, Via::Part, Effect::Value, Some(Field::Any));
            self.attach(result, Rule::DeepPart { dst: deep, field: Field::Any });
        }
    }

    pub fn deep_part(&mut self, obj: ObjId, dst: NodeId, field: Field) {
        if self.objects.kind(obj).holds_data() {
            let deep = self.deep_node(obj);
            self.tell_of(deep, dst, Via::Part, Effect::Value, Some(field));
        }
    }
}
