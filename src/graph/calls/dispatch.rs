//! A method gets as its receiver the objects that have it: at `shape.area()` the function of circles does not see squares,
//! and where any value may stand the method of a built-in type does not see objects of others.
//! What a receiver says as a whole, as texts do, goes to every callee.

use smallvec::SmallVec;

use crate::graph::calls::CallSite;
use crate::graph::objects::{Field, ObjId, Object};
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::Rule;
use crate::graph::symbols::Sym;
use crate::graph::{FuncId, NodeId, Via};
use crate::models::Effect;
use crate::project::ProjectKind;

/// A call of a method of whatever its receiver is.
#[derive(Debug)]
pub struct Dispatch {
    name: Sym,
    /// Receivers with properties of their own.
    receivers: SmallVec<[ObjId; 1]>,
    /// Receivers of which it is not known what they have.
    others: SmallVec<[ObjId; 1]>,
    /// Whether it is asked which receiver has what.
    is_asked: bool,
    /// The functions called, and where they see their receiver.
    callees: SmallVec<[(ObjId, NodeId); 1]>,
    /// Receivers with the functions that they have under the name, to be called yet.
    waiting: Vec<(ObjId, ObjId)>,
}

impl Solver<'_> {
    /// The callee of a call is what its receiver has under a name.
    pub(in crate::graph) fn watch_receivers(&mut self, call: u32, name: Sym) {
        let Some(this) = self.calls[call as usize].this else { return };
        let id = self.dispatches.len() as u32;
        self.dispatches.push(Dispatch {
            name,
            receivers: SmallVec::new(),
            others: SmallVec::new(),
            is_asked: false,
            callees: SmallVec::new(),
            waiting: Vec::new(),
        });
        self.calls[call as usize].dispatch = Some(id);
        self.attach(this, Rule::Receiver(id));
    }

    /// What a call gives a callee for its receiver, `val`. Code that is not strict has the global object where that is nothing.
    pub(in crate::graph) fn link_receiver(&mut self, site: &CallSite, callee: ObjId, func: FuncId, val: NodeId) {
        let Some(this) = site.this else {
            let is_sloppy = self.program.get(func).function.kind.is_sloppy;
            if is_sloppy && self.project.kind == ProjectKind::Modules {
                let global = self.objects.intern(Object::Global);
                self.add_object(val, global);
            }
            return;
        };
        let is_outside = self.natives.is_unknown(self.instances[site.inst.0 as usize].func);
        match (site.dispatch, is_outside.then(|| self.receiver_from_outside(callee)).flatten()) {
            (_, Some(receiver)) => self.add_object(val, receiver),
            (Some(dispatch), None) => self.dispatch_to(dispatch, this, callee, val),
            (None, None) => self.flow(this, val, Via::Argument, None, None),
        }
    }

    /// A function turns out to be called; its receiver is `seen`.
    pub(in crate::graph) fn dispatch_to(&mut self, id: u32, this: NodeId, callee: ObjId, seen: NodeId) {
        self.tell_of(this, seen, Via::Argument, Effect::Value, None);
        let mut objects = Vec::new();
        // A method of a built-in type may be meant by its name alone: of another receiver, of which nothing is known.
        if let Object::Api(_) = self.objects.kind(callee) {
            self.ask_receivers(id);
            objects.extend(self.dispatches[id as usize].receivers.iter().copied().filter(|it| !self.is_made_here(*it)));
        }
        let dispatch = &mut self.dispatches[id as usize];
        dispatch.callees.push((callee, seen));
        objects.extend(dispatch.others.iter().copied());
        match dispatch.receivers[..] {
            // Whatever is called is a method of the only one.
            [only] if !dispatch.is_asked => objects.push(only),
            _ => objects.extend(dispatch.waiting.iter().filter(|(_, method)| *method == callee).map(|(it, _)| *it)),
        }
        dispatch.waiting.retain(|(_, method)| *method != callee);
        objects.into_iter().for_each(|object| self.add_object(seen, object));
    }

    /// Whether it is known of what type an object is: others may be lists or the like.
    fn is_made_here(&self, object: ObjId) -> bool {
        matches!(
            self.objects.kind(object),
            Object::Alloc { .. }
                | Object::New { .. }
                | Object::Closure { .. }
                | Object::Unit { .. }
                | Object::Exports(_)
        )
    }

    fn ask_receivers(&mut self, id: u32) {
        let dispatch = &mut self.dispatches[id as usize];
        if std::mem::replace(&mut dispatch.is_asked, true) {
            return;
        }
        for receiver in dispatch.receivers.clone() {
            self.ask_for_method(id, receiver);
        }
    }

    /// The receiver turns out to be `object`.
    pub(in crate::graph) fn receiver_is(&mut self, id: u32, object: ObjId) {
        let kind = self.objects.kind(object);
        if !kind.has_fields() || self.is_proxy(kind) {
            let dispatch = &mut self.dispatches[id as usize];
            dispatch.others.push(object);
            for (_, seen) in dispatch.callees.clone() {
                self.add_object(seen, object);
            }
            return;
        }
        if !self.is_made_here(object) {
            for (callee, seen) in self.dispatches[id as usize].callees.clone() {
                if let Object::Api(_) = self.objects.kind(callee) {
                    self.add_object(seen, object);
                }
            }
        }
        let dispatch = &mut self.dispatches[id as usize];
        dispatch.receivers.push(object);
        if dispatch.is_asked {
            self.ask_for_method(id, object);
        } else if dispatch.receivers.len() == 1 {
            for (_, seen) in dispatch.callees.clone() {
                self.add_object(seen, object);
            }
        } else {
            // From here on it has to be asked who has what.
            self.ask_receivers(id);
        }
    }

    fn ask_for_method(&mut self, id: u32, receiver: ObjId) {
        let field = Field::Named(self.dispatches[id as usize].name);
        let object = self.objects.kind(receiver);
        let node = self.lookup(receiver, object, field);
        self.attach(node, Rule::MethodOf { dispatch: id, receiver });
    }

    /// A receiver turns out to have a method.
    pub(in crate::graph) fn method_is(&mut self, id: u32, receiver: ObjId, method: ObjId) {
        if !matches!(self.objects.kind(method), Object::Closure { .. } | Object::Api(_)) {
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
