//! A method gets as its receiver the objects that have it: at `shape.area()` the function of circles does not see squares.
//! What a receiver says as a whole, as texts do, goes to every callee.

use smallvec::SmallVec;

use super::constraints::Rule;
use super::objects::{Field, ObjId, Object};
use super::solver::Solver;
use super::symbols::Sym;
use super::{NodeId, Via};
use crate::models::Effect;

/// A call of a method of whatever its receiver is.
#[derive(Debug)]
pub struct Dispatch {
    name: Sym,
    /// Receivers with properties of their own.
    receivers: SmallVec<[ObjId; 1]>,
    /// Receivers of which it is not known what they have.
    others: SmallVec<[ObjId; 1]>,
    /// The functions called, and where they see their receiver.
    callees: SmallVec<[(ObjId, NodeId); 1]>,
    /// Receivers with the functions that they have under the name, to be called yet.
    waiting: Vec<(ObjId, ObjId)>,
}

impl Solver<'_> {
    /// The callee of a call is what its receiver has under a name.
    pub(super) fn watch_receivers(&mut self, call: u32, name: Sym) {
        let Some(this) = self.calls[call as usize].this else { return };
        let id = self.dispatches.len() as u32;
        self.dispatches.push(Dispatch {
            name,
            receivers: SmallVec::new(),
            others: SmallVec::new(),
            callees: SmallVec::new(),
            waiting: Vec::new(),
        });
        self.calls[call as usize].dispatch = Some(id);
        self.attach(this, Rule::Receiver(id));
    }

    /// A function turns out to be called; its receiver is `seen`.
    pub(super) fn dispatch_to(&mut self, id: u32, this: NodeId, callee: ObjId, seen: NodeId) {
        self.tell_of(this, seen, Via::Argument, Effect::Value, None);
        let dispatch = &mut self.dispatches[id as usize];
        dispatch.callees.push((callee, seen));
        let mut objects = dispatch.others.to_vec();
        match dispatch.receivers[..] {
            // Whatever is called is a method of the only one.
            [only] => objects.push(only),
            _ => objects.extend(dispatch.waiting.iter().filter(|(_, method)| *method == callee).map(|(it, _)| *it)),
        }
        dispatch.waiting.retain(|(_, method)| *method != callee);
        objects.into_iter().for_each(|object| self.add_object(seen, object));
    }

    /// The receiver turns out to be `object`.
    pub(super) fn receiver_is(&mut self, id: u32, object: ObjId) {
        let kind = self.objects.get(object).object;
        if !kind.has_fields() || self.is_proxy(kind) {
            let dispatch = &mut self.dispatches[id as usize];
            dispatch.others.push(object);
            for (_, seen) in dispatch.callees.clone() {
                self.add_object(seen, object);
            }
            return;
        }
        let dispatch = &mut self.dispatches[id as usize];
        dispatch.receivers.push(object);
        match dispatch.receivers[..] {
            [only] => {
                for (_, seen) in dispatch.callees.clone() {
                    self.add_object(seen, only);
                }
            }
            // From here on it has to be asked who has what.
            [first, second] => [first, second].into_iter().for_each(|receiver| self.ask_for_method(id, receiver)),
            _ => self.ask_for_method(id, object),
        }
    }

    fn ask_for_method(&mut self, id: u32, receiver: ObjId) {
        let field = Field::Named(self.dispatches[id as usize].name);
        let object = self.objects.get(receiver).object;
        let node = self.lookup(receiver, object, field);
        self.attach(node, Rule::MethodOf { dispatch: id, receiver });
    }

    /// A receiver turns out to have a method.
    pub(super) fn method_is(&mut self, id: u32, receiver: ObjId, method: ObjId) {
        if !matches!(self.objects.get(method).object, Object::Closure { .. }) {
            return;
        }
        let dispatch = &mut self.dispatches[id as usize];
        let called: Vec<NodeId> =
            dispatch.callees.iter().filter(|(callee, _)| *callee == method).map(|(_, seen)| *seen).collect();
        if called.is_empty() {
            dispatch.waiting.push((receiver, method));
        }
        called.into_iter().for_each(|seen| self.add_object(seen, receiver));
    }
}
