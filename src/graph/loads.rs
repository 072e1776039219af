//! Fields: loads and stores, prototypes, members of built-in types and of code from outside, deep contents, promises.

use super::api::{ApiId, Link};
use super::constraints::Rule;
use super::objects::{Field, FunctionMethod, ObjId, Object, Subscriber};
use super::solver::{HOLE, Solver};
use super::symbols::Sym;
use super::{NodeId, Via};
use crate::ir::{Instr, content};
use crate::models::Effect;

impl Solver<'_> {
    /// `obj.field` goes to `dst`.
    pub fn load_from(&mut self, obj: ObjId, field: Field, dst: NodeId) {
        let object = self.objects.get(obj).object;
        match object {
            Object::Unknown => {
                self.add_object(dst, self.unknown);
                self.members_by_name(field, dst);
                return;
            }
            Object::Plain | Object::Text(_) => {
                self.add_object(dst, self.plain);
                self.members_by_name(field, dst);
                return;
            }
            Object::Method(_) => return,
            _ => {}
        }
        match field {
            Field::Any => self.subscribe(obj, Subscriber::All(dst)),
            Field::Named(name) => {
                self.own_field(obj, field, dst);
                let any = self.field_node(obj, Field::Any);
                self.flow(any, dst, Via::Load, Some(field), None);
                self.getter(obj, name, dst);
                self.inherited(obj, object, field, dst);
            }
            Field::Content(name) => {
                self.own_field(obj, field, dst);
                if self.is_accessor(name) {
                    let proto = self.field_node(obj, Field::Content(self.known.proto));
                    self.attach(proto, Rule::Inherit { dst, field });
                }
                if let Object::Api(_) = object {
                    self.add_object(dst, self.unknown);
                }
            }
        }
        if let Object::Alloc { ty, .. } = object
            && ty == self.known.ty_opaque
        {
            self.add_object(dst, self.unknown);
        }
    }

    fn own_field(&mut self, obj: ObjId, field: Field, dst: NodeId) {
        if field == Field::Named(self.known.prototype)
            && let Object::Closure { .. } = self.objects.get(obj).object
        {
            self.prototype_of(obj);
        }
        let node = self.field_node(obj, field);
        self.flow(node, dst, Via::Load, Some(field), None);
    }

    /// The prototype object that a function has from the start.
    pub fn prototype_of(&mut self, closure: ObjId) -> NodeId {
        let node = self.field_node(closure, Field::Named(self.known.prototype));
        if self.objects_of(node).is_empty() {
            let prototype = self.objects.intern(Object::Prototype { of: closure });
            self.add_object(node, prototype);
        }
        node
    }

    /// What an object has that it does not hold itself.
    fn inherited(&mut self, obj: ObjId, object: Object, field: Field, dst: NodeId) {
        let Field::Named(name) = field else { return };
        match object {
            Object::Api(api) => {
                self.api_member(api, name, dst);
                return;
            }
            Object::Closure { .. } | Object::Bound { .. } => {
                if let Some(method) = self.function_method(name) {
                    let method = self.objects.intern(Object::Method(method));
                    self.add_object(dst, method);
                    return;
                }
                self.type_member(self.known.ty_function, name, dst);
            }
            Object::Alloc { inst, val, ty } => {
                if self.has_key(inst, val, name) {
                    return;
                }
                if ty == self.known.ty_opaque {
                    self.members_by_name(field, dst);
                } else {
                    self.type_member(ty, name, dst);
                    self.type_member(self.known.ty_object, name, dst);
                }
            }
            Object::Unit { .. } => {
                if let Some(role) = self.runtime.method(name) {
                    let method = self.objects.intern(Object::Instance(role));
                    self.add_object(dst, method);
                }
            }
            _ => self.type_member(self.known.ty_object, name, dst),
        }
        let proto = self.field_node(obj, Field::Content(self.known.proto));
        self.attach(proto, Rule::Inherit { dst, field });
    }

    /// Whether an allocation certainly has a property of its own, so that nothing is inherited under that name.
    fn has_key(&self, inst: super::InstId, val: u32, name: Sym) -> bool {
        let entry = self.program.get(self.instances[inst.0 as usize].func);
        let mut code = entry.function.blocks.iter().flat_map(|block| &block.code);
        code.any(|(instr, _)| match instr {
            Instr::Alloc { dst, keys, .. } => dst.0 == val && keys.iter().any(|key| entry.sym(*key) == name),
            _ => false,
        })
    }

    fn function_method(&self, name: Sym) -> Option<FunctionMethod> {
        if name == self.known.call {
            Some(FunctionMethod::Call)
        } else if name == self.known.apply {
            Some(FunctionMethod::Apply)
        } else if name == self.known.bind {
            Some(FunctionMethod::Bind)
        } else {
            None
        }
    }

    fn is_accessor(&self, content: Sym) -> bool {
        let text = self.symbols.text(content);
        text.starts_with(content::GET) || text.starts_with(content::SET)
    }

    /// A member of code from outside: functions there have the methods of functions.
    fn api_member(&mut self, api: ApiId, name: Sym, dst: NodeId) {
        if let Some(method) = self.function_method(name) {
            let method = self.objects.intern(Object::Method(method));
            self.add_object(dst, method);
        }
        if let (true, Link::Global(ty)) = (name == self.known.prototype, self.apis.link(api)) {
            let ty = self.apis.root(Link::Type(ty));
            let prototype = self.objects.intern(Object::Api(ty));
            self.add_object(dst, prototype);
            return;
        }
        match self.apis.child(api, Link::Member(name)) {
            Some(member) => {
                let member = self.objects.intern(Object::Api(member));
                self.add_object(dst, member);
            }
            None => self.add_object(dst, self.unknown),
        }
    }

    /// A method of a built-in type, if a model knows it.
    fn type_member(&mut self, ty: Sym, name: Sym, dst: NodeId) {
        if let Some(api) = self.natives.type_member(ty, name) {
            let member = self.objects.intern(Object::Api(api));
            self.add_object(dst, member);
        }
    }

    /// Methods of this name of any built-in type: the type of the value is not known.
    fn members_by_name(&mut self, field: Field, dst: NodeId) {
        let Field::Named(name) = field else { return };
        for at in 0..self.natives.members_named(name).len() {
            let api = self.natives.members_named(name)[at];
            let member = self.objects.intern(Object::Api(api));
            self.add_object(dst, member);
        }
    }

    /// `obj.field = src`
    pub fn store_into(&mut self, obj: ObjId, field: Field, src: NodeId, at: Option<u32>) {
        if !self.objects.get(obj).object.has_fields() {
            return;
        }
        let node = self.field_node(obj, field);
        self.flow(src, node, Via::Store, Some(field), at);
        if let Field::Named(name) = field {
            self.setter(obj, name, src);
        }
    }

    // Keys that are values.

    pub fn access_object(&mut self, access: u32, obj: ObjId) {
        let key = self.accesses[access as usize].key;
        let seen = self.states[key.index()].objects.seen as usize;
        for at in 0..seen {
            let key = self.states[key.index()].objects.list()[at];
            self.access_with(access, obj, key);
        }
    }

    pub fn access_key(&mut self, access: u32, key: ObjId) {
        let obj = self.accesses[access as usize].obj;
        let seen = self.states[obj.index()].objects.seen as usize;
        for at in 0..seen {
            let obj = self.states[obj.index()].objects.list()[at];
            self.access_with(access, obj, key);
        }
    }

    fn access_with(&mut self, access: u32, obj: ObjId, key: ObjId) {
        let field = match self.objects.get(key).object {
            Object::Text(text) if !self.symbols.text(text).contains(HOLE) => Field::Named(text),
            // Symbols and the like: two that are the same object name the same property.
            Object::Alloc { .. } | Object::New { .. } => Field::Named(self.symbol_key(key)),
            _ => Field::Any,
        };
        let access = self.accesses[access as usize];
        if access.is_store {
            self.store_into(obj, field, access.other, access.at);
        } else {
            self.load_from(obj, field, access.other);
        }
    }

    fn symbol_key(&mut self, key: ObjId) -> Sym {
        self.symbols.intern(&format!("@@object:{}", key.0))
    }

    // Every property of an object.

    /// Tells a subscriber of every property, those to come included.
    pub fn subscribe(&mut self, obj: ObjId, subscriber: Subscriber) {
        if !self.objects.get(obj).object.has_fields() {
            return;
        }
        self.objects.get_mut(obj).subscribers.push(subscriber);
        for at in 0..self.objects.get(obj).fields.len() {
            let (field, node) = self.objects.get(obj).fields[at];
            self.tell(obj, field, node, subscriber);
        }
    }

    /// Tells a subscriber of one property.
    pub fn tell(&mut self, obj: ObjId, field: Field, node: NodeId, subscriber: Subscriber) {
        match (subscriber, field) {
            (Subscriber::All(dst), Field::Named(_) | Field::Any) => {
                self.flow(node, dst, Via::Load, Some(field), None);
            }
            (Subscriber::Copy(target, except), Field::Named(_) | Field::Any) => {
                if let Field::Named(name) = field
                    && self.exceptions[except as usize].contains(&name)
                {
                    return;
                }
                let copy = self.field_node(target, field);
                self.flow(node, copy, Via::Store, Some(field), None);
            }
            (Subscriber::Property(instance), Field::Named(name)) => self.declare_property(instance, name, node),
            (Subscriber::Observer(instance), Field::Named(name)) => self.declare_observer(instance, name, node),
            (Subscriber::Change(state), Field::Named(_) | Field::Any) => self.change(state, field, node),
            (Subscriber::Deep, field) => {
                if field == Field::Content(self.known.proto) {
                    return;
                }
                let Some(deep) = self.objects.get(obj).deep else { return };
                self.tell_of(node, deep, Via::Part, Effect::Value, Some(field));
                self.attach(node, Rule::DeepPart { dst: deep, field });
            }
            _ => {}
        }
    }

    pub fn copy_from(&mut self, pair: u32, src: ObjId) {
        let dst = self.pairs[pair as usize].dst;
        let seen = self.states[dst.index()].objects.seen as usize;
        for at in 0..seen {
            let dst = self.states[dst.index()].objects.list()[at];
            self.copy_between(pair, src, dst);
        }
    }

    pub fn copy_into(&mut self, pair: u32, dst: ObjId) {
        let src = self.pairs[pair as usize].src;
        if self.objects.get(dst).object.has_fields() {
            // What is personal data as a whole has no properties to tell apart.
            let any = self.field_node(dst, Field::Any);
            self.tell_of(src, any, Via::Project, Effect::Value, Some(Field::Any));
        }
        let seen = self.states[src.index()].objects.seen as usize;
        for at in 0..seen {
            let src = self.states[src.index()].objects.list()[at];
            self.copy_between(pair, src, dst);
        }
    }

    fn copy_between(&mut self, pair: u32, src: ObjId, dst: ObjId) {
        if src == dst || !self.objects.get(dst).object.has_fields() {
            return;
        }
        let except = self.pairs[pair as usize].except;
        self.subscribe(src, Subscriber::Copy(dst, except));
        let is_open = match self.objects.get(src).object {
            Object::Unknown | Object::Api(_) => true,
            Object::Alloc { ty, .. } => ty == self.known.ty_opaque,
            _ => false,
        };
        if is_open {
            let any = self.field_node(dst, Field::Any);
            self.add_object(any, self.unknown);
        }
    }

    // All that an object holds.

    pub fn deep_object(&mut self, obj: ObjId, dst: NodeId, effect: Effect, via: Via) {
        let object = self.objects.get(obj).object;
        if via == Via::Operator {
            // An operator makes a text of arrays and JSON; of other objects it says nothing.
            match object {
                Object::Alloc { ty, .. } if ty == self.known.ty_array || ty == self.known.ty_json => {}
                _ => return,
            }
        }
        if object.holds_data() {
            let deep = self.deep_node(obj);
            self.tell_of(deep, dst, via, effect, None);
        }
    }

    fn deep_node(&mut self, obj: ObjId) -> NodeId {
        if let Some(node) = self.objects.get(obj).deep {
            return node;
        }
        let node = self.add_node(super::Node::Deep { obj });
        self.objects.get_mut(obj).deep = Some(node);
        self.subscribe(obj, Subscriber::Deep);
        node
    }

    pub fn deep_part(&mut self, obj: ObjId, dst: NodeId, field: Field) {
        if self.objects.get(obj).object.holds_data() {
            let deep = self.deep_node(obj);
            self.tell_of(deep, dst, Via::Part, Effect::Value, Some(field));
        }
    }

    // Promises and iteration.

    fn is_promise(&self, obj: ObjId) -> bool {
        match self.objects.get(obj).object {
            Object::Alloc { ty, .. } => ty == self.known.ty_promise,
            Object::New { class, .. } => {
                matches!(self.objects.get(class).object, Object::Api(api) if self.natives.makes(api) == Some(self.known.ty_promise))
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
        }
    }

    pub fn resolve_value(&mut self, pair: u32, value: ObjId) {
        let promise = self.pairs[pair as usize].dst;
        let seen = self.states[promise.index()].objects.seen as usize;
        for at in 0..seen {
            let promise = self.states[promise.index()].objects.list()[at];
            self.resolve_pair(value, promise);
        }
    }

    pub fn resolve_promise(&mut self, pair: u32, promise: ObjId) {
        if !self.objects.get(promise).object.has_fields() {
            return;
        }
        let value = self.pairs[pair as usize].src;
        let into = self.field_node(promise, Field::Content(self.known.promise));
        self.tell_of(value, into, Via::Await, Effect::Value, None);
        let seen = self.states[value.index()].objects.seen as usize;
        for at in 0..seen {
            let value = self.states[value.index()].objects.list()[at];
            self.resolve_pair(value, promise);
        }
    }

    fn resolve_pair(&mut self, value: ObjId, promise: ObjId) {
        if value == promise || !self.objects.get(promise).object.has_fields() {
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
        }
    }

    pub fn iterate_object(&mut self, obj: ObjId, dst: NodeId) {
        match self.objects.get(obj).object {
            Object::Unknown | Object::Api(_) => self.add_object(dst, self.unknown),
            Object::Plain | Object::Text(_) => self.add_object(dst, self.plain),
            Object::Alloc { ty, .. } => {
                if ty == self.known.ty_array || ty == self.known.ty_opaque {
                    self.subscribe(obj, Subscriber::All(dst));
                }
                if ty == self.known.ty_opaque {
                    self.add_object(dst, self.unknown);
                }
            }
            _ => {}
        }
    }

    // Texts and globals.

    /// Puts the constants of a text's parts together.
    pub fn fold_text(&mut self, text: u32) {
        const MAX_RESULTS: usize = 8;
        const MAX_LENGTH: usize = 400;
        let dst = self.texts[text as usize].dst;
        let mut results = vec![String::new()];
        for at in 0..self.texts[text as usize].parts.len() {
            let part = self.texts[text as usize].parts[at];
            let mut choices: Vec<String> = Vec::new();
            for obj in self.objects_of(part) {
                match self.objects.get(*obj).object {
                    Object::Text(sym) => choices.push(self.symbols.text(sym).to_owned()),
                    _ if choices.iter().all(|choice| !choice.starts_with(HOLE)) => choices.push(HOLE.to_string()),
                    _ => {}
                }
            }
            if choices.is_empty() {
                choices.push(HOLE.to_string());
            }
            let joined = results.iter().flat_map(|left| choices.iter().map(move |right| format!("{left}{right}")));
            results = joined.take(MAX_RESULTS + 1).collect();
        }
        if results.len() > MAX_RESULTS || results.iter().any(|result| result.len() > MAX_LENGTH) {
            self.add_object(dst, self.plain);
            return;
        }
        for result in results {
            let sym = self.symbols.intern(&result);
            let object = self.objects.intern(Object::Text(sym));
            self.add_object(dst, object);
        }
    }

    /// A name that no scope binds: what the program stores under it, and what lies outside.
    pub fn load_global(&mut self, name: Sym, dst: NodeId) {
        let global = self.objects.intern(Object::Global);
        if self.natives.is_global_alias(name) {
            self.add_object(dst, global);
            return;
        }
        let field = Field::Named(name);
        let node = self.field_node(global, field);
        self.flow(node, dst, Via::Assign, Some(field), None);
        let api = self.apis.root(Link::Global(name));
        let object = self.objects.intern(Object::Api(api));
        self.add_object(dst, object);
    }
}
