//! Promises, objects with a `then` of their own, and iteration.
//! Knows nothing of calls that models describe.

use crate::graph::calls::Args;
use crate::graph::objects::{Field, ObjId, Object, Subscriber};
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::Rule;
use crate::graph::symbols::Sym;
use crate::graph::{NodeId, Via};
use crate::ir::content;
use crate::models::Effect;

impl Solver<'_> {
    // Awaited properties.

    pub fn await_from(&mut self, pair: u32, src: ObjId) {
        let dst = self.pairs[pair as usize].dst;
        self.each_seen(dst, |solver, dst| solver.await_between(pair, src, dst));
    }

    pub fn await_into(&mut self, pair: u32, dst: ObjId) {
        let src = self.pairs[pair as usize].src;
        self.each_seen(src, |solver, src| solver.await_between(pair, src, dst));
    }

    fn await_between(&mut self, pair: u32, src: ObjId, dst: ObjId) {
        if src != dst && self.objects.kind(dst).has_fields() {
            let within = self.exceptions[self.pairs[pair as usize].except as usize].first().copied();
            self.subscribe(src, Subscriber::Await(dst, within));
        }
    }

    /// What a property resolves to goes to the property of the same name of `target`, or to that field of an object there.
    pub fn await_field(&mut self, node: NodeId, target: ObjId, field: Field, within: Option<Sym>) {
        let mut into = self.field_node(target, field);
        if let Some(within) = within {
            let name = match field {
                Field::Named(name) => name,
                _ => self.symbols.intern("*"),
            };
            let holder = self.objects.intern(Object::Content { of: target, name });
            self.add_object(into, holder);
            into = self.field_node(holder, Field::Named(within));
        }
        self.tell_of(node, into, Via::Await, Effect::Value, None);
        self.attach(node, Rule::Await { dst: into });
    }

    // Promises and iteration.

    fn is_promise(&self, obj: ObjId) -> bool {
        match self.objects.kind(obj) {
            Object::Alloc { ty, .. } => ty == self.known.ty_promise,
            Object::New { class, .. } => {
                matches!(self.objects.kind(class), Object::Api(api) if self.natives.makes(api) == Some(self.known.ty_promise))
            }
            _ => false,
        }
    }

    pub fn await_object(&mut self, obj: ObjId, dst: NodeId) {
        if self.is_promise(obj) {
            let value = self.field_node(obj, Field::Content(self.known.promise));
            self.flow(value, dst, Via::Await, None, None);
        } else {
            self.add_object(dst, obj);
            if let (Some(errors), Some(handler)) = (self.await_thenable(obj, dst), self.handler_at(dst, None)) {
                self.flow(errors, handler, Via::Throw, None, None);
            }
            self.await_made(obj, dst);
        }
    }

    /// What code that is not known made with `new` may be a promise.
    fn await_made(&mut self, obj: ObjId, dst: NodeId) {
        if let Object::Alloc { inst, .. } = self.objects.kind(obj)
            && self.natives.is_unknown_new(self.instances[inst.0 as usize].func)
        {
            let value = self.field_node(obj, Field::Content(self.known.promise));
            self.flow(value, dst, Via::Await, None, None);
        }
    }

    /// An object of the program's own with a `then`: what that hands to its first argument is what comes of it; where the
    /// second one goes is given back.
    fn await_thenable(&mut self, obj: ObjId, dst: NodeId) -> Option<NodeId> {
        let then = self.symbols.find("then").filter(|then| self.defined.contains(then))?;
        let is_own = match self.objects.kind(obj) {
            Object::Alloc { ty, .. } => ty == self.known.ty_object,
            Object::New { .. } | Object::Closure { .. } => true,
            _ => false,
        };
        if !is_own {
            return None;
        }
        let field = Field::Content(self.known.thenable);
        let known = self.objects.field(obj, field);
        let value = self.field_node(obj, field);
        self.flow(value, dst, Via::Await, None, None);
        if known.is_none() {
            let func = self.natives.thenable(&mut self.program, then);
            let call = self.accessor_call(value, obj, value, Args::new());
            self.invoke_model(call, func);
        }
        Some(self.accessor_ends(obj).1)
    }

    pub fn resolve_value(&mut self, pair: u32, value: ObjId) {
        let promise = self.pairs[pair as usize].dst;
        self.each_seen(promise, |solver, promise| solver.resolve_pair(value, promise));
    }

    pub fn resolve_promise(&mut self, pair: u32, promise: ObjId) {
        if !self.objects.kind(promise).has_fields() {
            return;
        }
        let value = self.pairs[pair as usize].src;
        let into = self.field_node(promise, Field::Content(self.known.promise));
        self.tell_of(value, into, Via::Await, Effect::Value, None);
        self.each_seen(value, |solver, value| solver.resolve_pair(value, promise));
    }

    fn resolve_pair(&mut self, value: ObjId, promise: ObjId) {
        if value == promise || !self.objects.kind(promise).has_fields() {
            return;
        }
        let into = self.field_node(promise, Field::Content(self.known.promise));
        if self.is_promise(value) {
            let from = self.field_node(value, Field::Content(self.known.promise));
            self.flow(from, into, Via::Await, None, None);
            let error = Field::Content(self.known.error);
            let (from, into) = (self.field_node(value, error), self.field_node(promise, error));
            self.flow(from, into, Via::Throw, None, None);
        } else {
            self.add_object(into, value);
            if let Some(errors) = self.await_thenable(value, into) {
                let error = self.field_node(promise, Field::Content(self.known.error));
                self.flow(errors, error, Via::Throw, None, None);
            }
        }
    }

    pub fn iterate_object(&mut self, obj: ObjId, dst: NodeId) {
        match self.objects.kind(obj) {
            object if self.is_proxy(object) => self.load_from(obj, Field::Any, dst),
            Object::Unknown | Object::Api(_) => self.add_object(dst, self.unknown),
            Object::Plain | Object::Truth(_) | Object::Text(_) => self.add_object(dst, self.plain),
            Object::Alloc { ty, .. }
                if [self.known.ty_array, self.known.ty_opaque, self.known.ty_bytes].contains(&ty) =>
            {
                self.load_from(obj, Field::Any, dst);
            }
            Object::Alloc { ty, .. } if ty == self.known.ty_json => {
                self.deep_object(obj, dst, Effect::Derive, Via::Load);
                self.add_object(dst, self.plain);
            }
            _ => {}
        }
    }

    /// What is not known may be a list, and is taken for one.
    pub fn single_object(&mut self, obj: ObjId, dst: NodeId) {
        let is_list = match self.objects.kind(obj) {
            Object::Unknown | Object::Api(_) => true,
            Object::Alloc { ty, .. } => [self.known.ty_array, self.known.ty_opaque].contains(&ty),
            _ => false,
        };
        if !is_list {
            self.add_object(dst, obj);
        }
    }

    /// What is parsed is an object that can be written into, even where nothing is known of its text; whether there are new
    /// ones. Texts of the program's own values stand for these, and so does a copy that is made by way of one.
    pub fn open_parsed(&mut self) -> bool {
        let mut found = false;
        for (text, dst) in std::mem::take(&mut self.parsed) {
            let is_own =
                |obj: &ObjId| matches!(self.objects.kind(*obj), Object::Alloc { ty, .. } if ty == self.known.ty_json);
            if self.objects_of(text).is_empty() {
                self.parsed.push((text, dst));
            } else if !self.objects_of(text).iter().any(is_own) {
                let object = self.fresh(self.known.ty_opaque, self.states[dst.index()].module);
                self.add_object(dst, object);
                found = true;
            }
        }
        found
    }

    /// The ways to iterate an object that is no array: what `Symbol.iterator` and its like name.
    pub fn iteration_methods(&mut self, obj: ObjId, object: Object, dst: NodeId) {
        if let Object::Alloc { ty, .. } = object
            && (ty == self.known.ty_array || ty == self.known.ty_bytes || ty == self.known.ty_opaque)
        {
            return;
        }
        for name in content::ITERATORS {
            let name = self.symbols.intern(name);
            self.load_from(obj, Field::Named(name), dst);
        }
    }
}
