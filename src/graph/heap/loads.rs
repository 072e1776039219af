//! Fields: loads and stores, prototypes, members of built-in types and of code from outside, deep contents.
//! Knows nothing of promises, iteration and conversions.

use crate::graph::api::{ApiId, Link};
use crate::graph::heap::proxies::Deed;
use crate::graph::objects::{Field, FunctionMethod, ObjId, Object, Subscriber};
use crate::graph::solver::Solver;
use crate::graph::solver::constraints::Rule;
use crate::graph::symbols::Sym;
use crate::graph::{NodeId, Via};
use crate::ir::content;
use crate::models::Effect;

impl Solver<'_> {
    /// `obj.field` goes to `dst`.
    pub fn load_from(&mut self, obj: ObjId, field: Field, dst: NodeId) {
        let object = self.objects.kind(obj);
        match object {
            Object::Unknown => self.load_unknown(field, dst),
            Object::Plain | Object::Truth(_) | Object::Text(_) => {
                if !self.loaded_plain.insert((field.number(), dst)) {
                    return;
                }
                if !matches!(field, Field::Content(_)) {
                    self.add_object(dst, self.plain);
                }
                self.members_by_name(field, dst);
            }
            Object::Method(_) | Object::Instance(_) => {
                let method = if let Field::Named(name) = field { self.function_method(name) } else { None };
                if let Some(method) = method {
                    let method = self.objects.intern(Object::Method(method));
                    self.add_object(dst, method);
                }
            }
            object if self.is_proxy(object) && !self.is_proxy_side(field) => {
                self.trap(obj, Deed::Get { field, dst });
            }
            _ => {
                if self.is_open(object) && !self.is_in_unknown_code(dst) {
                    self.part(obj, field, self.states[dst.index()].module);
                }
                let node = self.lookup(obj, object, field);
                self.flow(node, dst, Via::Load, Some(field), None);
                if let Field::Named(name) = field {
                    self.accessor_errors(obj, name, dst, None);
                }
                if let (Object::Api(api), Field::Named(name)) = (object, field)
                    && let Some(member) = self.apis.child(api, Link::Member(name))
                {
                    self.read_source(member, dst);
                }
            }
        }
    }

    /// A node of what an object has under a name, for those that only look.
    pub fn asked(&mut self, obj: ObjId, field: Field) -> NodeId {
        let object = self.objects.kind(obj);
        let is_own =
            matches!(object, Object::Alloc { .. } | Object::New { .. } | Object::Unit { .. } | Object::Made(_));
        if is_own && !self.is_open(object) && !self.is_proxy(object) {
            return self.lookup(obj, object, field);
        }
        let dst = self.passage();
        self.load_from(obj, field, dst);
        dst
    }

    /// The node of all that reading a field of an object may give: its own, what getters return, what it inherits.
    pub fn lookup(&mut self, obj: ObjId, object: Object, field: Field) -> NodeId {
        if let Some(node) = self.objects.lookup(obj, field) {
            return node;
        }
        let dst = self.add_node(crate::graph::Node::Lookup { obj, field });
        self.objects.add_lookup(obj, field, dst);
        match field {
            // Any property of any member would be anything.
            Field::Any if matches!(object, Object::Crowd(_) | Object::CrowdWrites(_)) => {
                self.add_object(dst, self.plain);
            }
            Field::Any => {
                self.subscribe(obj, Subscriber::All(dst));
                self.inherited_too(obj, object, field, dst);
                if self.is_kept_outside(obj) {
                    self.add_object(dst, self.unknown);
                }
            }
            Field::Named(_) if self.counts_from_end(obj, field) => self.load_from(obj, Field::Any, dst),
            Field::Named(_) if matches!(object, Object::CrowdWrites(_)) => self.own_field(obj, field, dst),
            Field::Named(_) if self.is_crowd(obj) => {
                self.own_field(obj, field, dst);
                self.copied_asked(obj, field, dst);
                self.members_by_name(field, dst);
            }
            Field::Named(name) => {
                if self.sizes.contains(&name) {
                    self.add_object(dst, self.plain);
                }
                if let Object::Prototype { of } = object
                    && name == self.known.constructor
                {
                    self.add_object(dst, of);
                }
                self.own_field(obj, field, dst);
                self.unnamed_fields(obj, object, name, dst);
                self.partial_asked(obj, field, dst);
                self.copied_asked(obj, field, dst);
                self.getter(obj, name, dst);
                self.inherited(obj, object, field, dst);
            }
            Field::Content(name) if name == self.known.next => {
                if !matches!(object, Object::Alloc { ty, .. } if self.known.ty_iterators.contains(&ty)) {
                    self.load_from(obj, Field::Named(name), dst);
                }
                return dst;
            }
            Field::Content(name) if name == self.known.pair => {
                self.subscribe(obj, Subscriber::Pairs(dst));
                return dst;
            }
            Field::Content(name) if [self.known.own, self.known.options, self.known.answers].contains(&name) => {
                if !object.holds_data() || matches!(object, Object::Exports(_)) {
                    return dst;
                }
                if name == self.known.own {
                    self.add_object(dst, obj);
                } else if !self.is_crowd(obj) {
                    self.subscribe(obj, Subscriber::Options { dst, are_answers: name == self.known.answers });
                }
                return dst;
            }
            Field::Content(name) if name == self.known.listed => {
                if matches!(object, Object::Alloc { ty, .. } if ty == self.known.ty_object) {
                    self.load_from(obj, Field::Any, dst);
                }
                return dst;
            }
            Field::Content(name) if name == self.known.iterator => {
                self.iteration_methods(obj, object, dst);
                return dst;
            }
            Field::Content(name) => {
                if name == self.known.key {
                    self.keys_of(obj, object, dst);
                }
                self.own_field(obj, field, dst);
                if name == self.known.proto {
                    self.type_of_literal(object, dst);
                }
                if self.accessors.contains(&name) && !self.certainly_has(object, name) {
                    self.load_prototype(obj, field, dst);
                }
                if let Object::Api(_) = object
                    && name != self.known.key
                {
                    self.add_object(dst, self.unknown);
                }
            }
        }
        if !matches!(field, Field::Named(name) if self.certainly_has(object, name)) {
            self.load_opaque(object, field, dst);
        }
        self.read_crowd_of(obj, field, dst);
        dst
    }

    fn load_opaque(&mut self, object: Object, field: Field, dst: NodeId) {
        if self.is_open(object) {
            self.load_unknown(field, dst);
        }
    }

    /// Whether nothing is known of an object but where it comes from.
    pub fn is_open(&self, object: Object) -> bool {
        match object {
            Object::Alloc { ty, .. } => ty == self.known.ty_opaque,
            Object::Json(_) => true,
            _ => false,
        }
    }

    /// A property of something of which nothing is known: a method of a built-in type if its name says so.
    fn load_unknown(&mut self, field: Field, dst: NodeId) {
        if !self.loaded_unknown.insert((field.number(), dst)) {
            return;
        }
        self.members_by_name(field, dst);
        let is_common = matches!(field, Field::Named(name) if self.natives.is_common(name));
        if let (true, Field::Named(name)) = (is_common, field)
            && !self.natives.is_question(name)
        {
            let method = self.objects.intern(Object::Method(FunctionMethod::Unknown));
            self.add_object(dst, method);
        }
        if !is_common && field != Field::Content(self.known.iterator) {
            self.add_object(dst, self.unknown);
        }
    }

    /// What was stored under names that are not known, where `name` may be one of them.
    fn unnamed_fields(&mut self, obj: ObjId, object: Object, name: Sym, dst: NodeId) {
        if self.sizes.contains(&name) || self.natives.type_member(self.known.ty_object, name).is_some() {
            return;
        }
        let is_index = self.symbols.text(name).parse::<u32>().is_ok();
        let mut has_tail = is_index;
        if let Object::Alloc { inst, val, ty } = object {
            if ty == self.known.ty_array || ty == self.known.ty_bytes {
                if !is_index {
                    return;
                }
                has_tail = !self.has_key(inst, val, name);
            } else if self.natives.type_member(ty, name).is_some() {
                return;
            }
        }
        if has_tail {
            // Classes may extend lists, and anything may be used as one.
            let tail = self.field_node(obj, Field::Content(self.known.tail));
            self.flow(tail, dst, Via::Load, Some(Field::Any), None);
        }
        let any = self.field_node(obj, Field::Any);
        self.flow(any, dst, Via::Load, Some(Field::Named(name)), None);
    }

    fn own_field(&mut self, obj: ObjId, field: Field, dst: NodeId) {
        if field == Field::Named(self.known.prototype)
            && let Object::Closure { .. } = self.objects.kind(obj)
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
            Object::Api(_) if self.is_kept_outside(obj) => {
                // Others may have put something there.
                self.add_object(dst, self.unknown);
                return;
            }
            Object::Api(api) => {
                self.api_member(obj, api, name, dst);
                return;
            }
            Object::Global => {
                let api = self.apis.root(Link::Global(name));
                let member = self.objects.intern(Object::Api(api));
                self.add_object(dst, member);
            }
            Object::Closure { .. } | Object::Bound { .. } => {
                if let Some(method) = self.function_method(name) {
                    let method = self.objects.intern(Object::Method(method));
                    self.add_object(dst, method);
                    return;
                }
                self.added_member(obj, self.known.ty_function, name, dst);
                self.type_member(self.known.ty_function, name, dst);
            }
            Object::New { class, .. } if self.constructor_sets(class, name) => return,
            Object::Alloc { inst, val, ty } => {
                if self.has_key(inst, val, name) {
                    return;
                }
                // What is written down is a text.
                let ty = if ty == self.known.ty_json { self.known.ty_string } else { ty };
                if ty != self.known.ty_opaque {
                    if name == self.known.constructor {
                        self.global_class(ty, dst);
                    }
                    self.added_member(obj, ty, name, dst);
                    self.type_member(ty, name, dst);
                    self.type_member(self.known.ty_object, name, dst);
                }
            }
            // The framework's own stand before what the options say under these names.
            Object::Unit { unit, .. } if self.is_state_of_unit(unit, name) => return,
            Object::Unit { .. } => {
                if let Some(role) = self.runtime.method(name) {
                    let method = self.objects.intern(Object::Instance(role));
                    self.add_object(dst, method);
                }
            }
            _ => self.type_member(self.known.ty_object, name, dst),
        }
        self.load_prototype(obj, field, dst);
    }

    /// The global function that makes what is of a type, if models know one of its name.
    fn global_class(&mut self, ty: Sym, dst: NodeId) {
        if let Some(class) = self.apis.known_root(Link::Global(ty)) {
            let class = self.objects.intern(Object::Api(class));
            self.add_object(dst, class);
        }
    }

    /// What the prototype of an object has goes to a node.
    fn load_prototype(&mut self, obj: ObjId, field: Field, dst: NodeId) {
        let proto = self.field_node(obj, Field::Content(self.known.proto));
        self.attach(proto, Rule::Load { dst, field });
    }

    /// The same where all that an object has is asked for: lists and the like inherit nothing that is data.
    pub fn inherited_too(&mut self, obj: ObjId, object: Object, field: Field, dst: NodeId) {
        if matches!(object, Object::New { .. })
            || matches!(object, Object::Alloc { ty, .. } if ty == self.known.ty_object)
        {
            self.load_prototype(obj, field, dst);
        }
    }

    /// Whether an allocation certainly has a property of its own, so that nothing is inherited under that name.
    pub fn has_key(&self, inst: crate::graph::InstId, val: u32, name: Sym) -> bool {
        let entry = self.program.get(self.instances[inst.0 as usize].func);
        entry.has_key(val, name) && !self.deleted.contains(&name)
    }

    /// The same of any object.
    fn certainly_has(&self, object: Object, name: Sym) -> bool {
        matches!(object, Object::Alloc { inst, val, .. } if self.has_key(inst, val, name))
    }

    /// Whether a constructor certainly gives its object a property of its own.
    fn constructor_sets(&self, class: ObjId, name: Sym) -> bool {
        let Object::Closure { func, .. } = self.objects.kind(class) else { return false };
        let entry = self.program.get(func);
        !self.getters.contains(&name) && entry.function.own.iter().any(|own| entry.sym(*own) == name)
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

    /// A member of code from outside: functions there have the methods of functions.
    fn api_member(&mut self, object: ObjId, api: ApiId, name: Sym, dst: NodeId) {
        if let Some(method) = self.function_method(name) {
            let method = self.objects.intern(Object::Method(method));
            self.add_object(dst, method);
            if self.natives.has_model(api, false) {
                return;
            }
        }
        if let (true, Some(ty)) = (name == self.known.prototype, self.natives.makes(api)) {
            let ty = self.apis.root(Link::Type(ty));
            let prototype = self.objects.intern(Object::Api(ty));
            self.add_object(dst, prototype);
            return;
        }
        if let (true, Link::Global(ty)) = (name == self.known.prototype, self.apis.link(api)) {
            let ty = self.apis.root(Link::Type(ty));
            let prototype = self.objects.intern(Object::Api(ty));
            self.add_object(dst, prototype);
            return;
        }
        let Some(member) = self.apis.child(api, Link::Member(name)) else {
            if let Some(symbol) = self.symbol_named(api, name) {
                self.add_object(dst, symbol);
                return;
            }
            if self.runtime.is_of_program(api, &self.apis) {
                return;
            }
            // Unless it turns out that the program itself puts something there.
            let own = self.field_node(object, Field::Named(name));
            self.unwritten.push((own, dst));
            return;
        };
        let object = self.runtime.constant(member).map_or(Object::Api(member), Object::Text);
        let member = self.objects.intern(object);
        self.add_object(dst, member);
    }

    /// A method of a built-in type, if a model knows it.
    fn type_member(&mut self, ty: Sym, name: Sym, dst: NodeId) {
        if let Some(api) = self.natives.type_member(ty, name) {
            let member = self.objects.intern(Object::Api(api));
            self.add_object(dst, member);
        }
    }

    /// A member that the program itself gave to a built-in type: `Array.prototype.last = …`
    fn added_member(&mut self, obj: ObjId, ty: Sym, name: Sym, dst: NodeId) {
        if self.getters.contains(&name) {
            let prototype = self.prototype_of_type(ty);
            self.getter_for(obj, prototype, name, dst);
        }
        self.added_property(ty, name, dst);
    }

    /// What objects inherit from that the language itself makes.
    fn type_of_literal(&mut self, object: Object, dst: NodeId) {
        if let Object::Alloc { ty, .. } = object
            && ![self.known.ty_opaque, self.known.ty_json].contains(&ty)
            && !self.certainly_has(object, self.known.proto)
        {
            let prototype = self.prototype_of_type(ty);
            self.add_object(dst, prototype);
        }
    }

    fn prototype_of_type(&mut self, ty: Sym) -> ObjId {
        let api = self.apis.root(Link::Type(ty));
        self.objects.intern(Object::Api(api))
    }

    fn added_property(&mut self, ty: Sym, name: Sym, dst: NodeId) {
        if self.defined.contains(&name) {
            let prototype = self.prototype_of_type(ty);
            self.once_written(prototype, name, dst);
        }
    }

    /// What an object has under a name goes to a node once the program writes such a property: to ask for it makes none,
    /// which those that read all names would find.
    pub fn once_written(&mut self, obj: ObjId, name: Sym, dst: NodeId) {
        let field = Field::Named(name);
        if let Some(node) = self.objects.field(obj, field) {
            self.flow(node, dst, Via::Load, Some(field), None);
        } else {
            self.note_work(dst);
            self.awaited.entry((obj, name)).or_default().push(dst);
        }
    }

    /// Methods of this name of any built-in type: the type of the value is not known.
    fn members_by_name(&mut self, field: Field, dst: NodeId) {
        let Field::Named(name) = field else { return };
        for ty in [self.known.ty_array, self.known.ty_string, self.known.ty_number, self.known.ty_object] {
            self.added_property(ty, name, dst);
        }
        for at in 0..self.natives.members_named(name).len() {
            let api = self.natives.members_named(name)[at];
            let member = self.objects.intern(Object::Api(api));
            self.add_object(dst, member);
        }
    }

    /// `obj.field = src`
    pub fn store_into(&mut self, obj: ObjId, field: Field, src: NodeId, at: Option<u32>) {
        if !self.objects.kind(obj).has_fields() {
            return;
        }
        if self.is_proxy(self.objects.kind(obj)) && !self.is_proxy_side(field) {
            return self.trap(obj, Deed::Set { field, src, at });
        }
        let field = if field == Field::Content(self.known.element) { self.element_of(obj) } else { field };
        if field == Field::Content(self.known.pair) {
            self.store_pairs(obj, src);
            return;
        }
        if let Field::Named(name) = field
            && self.has_setter(obj, name)
        {
            return self.setter(obj, name, src, at);
        }
        let holder = self.written_object(obj);
        let node = self.field_node(holder, field);
        self.flow(src, node, Via::Store, Some(field), at);
        if let Field::Named(name) = field {
            self.setter(obj, name, src, at);
        }
    }

    /// Where an object has what stands at an index that is not known. What nothing is known of is a list then: it has no
    /// such thing under the names that programs write down.
    pub fn element_of(&self, obj: ObjId) -> Field {
        if self.is_open(self.objects.kind(obj)) { Field::Content(self.known.tail) } else { Field::Any }
    }

    /// Whether an object, or the class that made it, certainly has a setter for a property: then nothing is kept under the
    /// name itself.
    fn has_setter(&mut self, obj: ObjId, name: Sym) -> bool {
        if !self.getters.contains(&name) {
            return false;
        }
        let setter = format!("{}{}", content::SET, self.symbols.text(name));
        let setter = self.symbols.intern(&setter);
        let holders = match self.objects.kind(obj) {
            Object::Alloc { .. } => vec![obj],
            Object::New { class, .. } => {
                let prototype = self.prototype_of(class);
                self.objects_of(prototype).to_vec()
            }
            _ => Vec::new(),
        };
        holders.into_iter().any(|holder| match self.objects.kind(holder) {
            Object::Alloc { inst, val, .. } => self.has_key(inst, val, setter),
            _ => false,
        })
    }

    /// The object that is the content of `obj` and can be written into.
    pub fn open(&mut self, obj: ObjId, content: Sym, dst: NodeId) {
        if !self.objects.kind(obj).has_fields() {
            return;
        }
        let node = self.field_node(obj, Field::Content(content));
        let container = self.objects.intern(Object::Content { of: obj, name: content });
        self.add_object(node, container);
        self.flow(node, dst, Via::Load, Some(Field::Content(content)), None);
    }

    // Every property of an object.

    /// Tells a subscriber of every property, those to come included.
    pub fn subscribe(&mut self, obj: ObjId, subscriber: Subscriber) {
        if !self.objects.kind(obj).has_fields() || !self.subscribed.insert((obj, subscriber)) {
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
        if let Subscriber::Copy(target, _) = subscriber
            && self.crowds.is_frozen(self.module_of(target))
        {
            return;
        }
        if let Subscriber::Begun { asked, dst } = subscriber {
            return self.tell_begun(asked, field, node, dst);
        }
        if self.is_partial(field) {
            return self.tell_partial(obj, field, node, subscriber);
        }
        match (subscriber, field) {
            (Subscriber::All(dst), Field::Named(_) | Field::Any) => {
                self.flow(node, dst, Via::Load, Some(field), None);
            }
            (Subscriber::All(dst), Field::Content(name)) if name == self.known.tail => {
                self.flow(node, dst, Via::Load, Some(Field::Any), None);
            }
            (Subscriber::Copy(target, _), Field::Content(name)) if name == self.known.tail => {
                let copy = self.field_node(target, Field::Any);
                self.flow(node, copy, Via::Store, Some(Field::Any), None);
            }
            (Subscriber::Options { dst, are_answers }, Field::Named(name))
                if self.natives.is_answer(name) == are_answers =>
            {
                self.flow(node, dst, Via::Load, Some(field), None);
            }
            (Subscriber::Options { dst, are_answers: false }, Field::Any) => {
                self.flow(node, dst, Via::Load, Some(field), None);
            }
            (Subscriber::Options { dst, are_answers: false }, Field::Content(name)) if name == self.known.tail => {
                self.flow(node, dst, Via::Load, Some(Field::Any), None);
            }
            (Subscriber::All(dst), Field::Content(name)) if name == self.known.copied => {
                self.attach(node, Rule::Load { dst, field: Field::Any });
            }
            (Subscriber::Copy(target, _), Field::Content(name)) if name == self.known.copied => {
                let copy = self.field_node(target, field);
                self.flow(node, copy, Via::Store, Some(Field::Any), None);
            }
            (Subscriber::Change(state), Field::Content(name)) if name == self.known.copied => {
                let copy = self.field_node(state, field);
                self.flow(node, copy, Via::Store, Some(Field::Any), None);
            }
            (Subscriber::Copy(target, _), Field::Content(name)) if name == self.known.key => {
                let copy = self.field_node(target, field);
                self.flow(node, copy, Via::Store, Some(Field::Any), None);
            }
            (Subscriber::All(dst), Field::Content(name)) if self.symbols.text(name).starts_with(content::GET) => {
                self.attach(node, Rule::Accessor { dst, receiver: obj });
            }
            (Subscriber::Await(target, within), Field::Named(_) | Field::Any) => {
                self.await_field(node, target, field, within);
            }
            (Subscriber::Await(target, within), Field::Content(name)) if name == self.known.tail => {
                self.await_field(node, target, Field::Any, within);
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
            (Subscriber::Names(dst), field) => self.key_of(field, node, dst),
            (Subscriber::Pairs(dst), field) => self.pair_of(obj, field, node, dst),
            (Subscriber::Copy(target, except), Field::Content(name)) => {
                self.copy_getter(obj, name, node, target, except);
            }
            (Subscriber::Property(instance), Field::Named(name)) => self.declare_property(instance, name, node),
            (Subscriber::Lifecycle(wiring), Field::Named(name)) => self.declare_lifecycle(wiring, name, node),
            (Subscriber::Observer(instance), Field::Named(name)) => self.declare_observer(instance, name, node),
            (Subscriber::Computed { instance, of }, Field::Named(name)) => {
                self.declare_computed(instance, name, node, of);
            }
            (Subscriber::Action { instance, of }, Field::Named(name)) => {
                self.declare_action(instance, name, node, of);
            }
            (Subscriber::Change(state), Field::Named(_) | Field::Any) => self.change(state, field, node),
            (Subscriber::Listener(id), Field::Named(event)) => self.declare_listener(id, event, node),
            (Subscriber::Relation(instance), Field::Named(name)) => self.declare_relation(instance, name, node),
            (Subscriber::Query { query, place }, Field::Named(_) | Field::Any) => {
                let parameter = self.field_node(query, field);
                self.flow(node, parameter, Via::Navigate, Some(field), place);
            }
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

    /// The same for properties whose names are known in part.
    fn tell_partial(&mut self, obj: ObjId, field: Field, node: NodeId, subscriber: Subscriber) {
        match subscriber {
            Subscriber::Change(state) => self.change(state, field, node),
            Subscriber::Copy(target, _) => {
                let copy = self.field_node(target, field);
                self.flow(node, copy, Via::Store, Some(Field::Any), None);
            }
            Subscriber::Deep => {
                let Some(deep) = self.objects.get(obj).deep else { return };
                self.tell_of(node, deep, Via::Part, Effect::Value, Some(Field::Any));
                self.attach(node, Rule::DeepPart { dst: deep, field: Field::Any });
            }
            _ => self.tell(obj, Field::Any, node, subscriber),
        }
    }

    /// A copy has what a getter gives, not the getter.
    fn copy_getter(&mut self, obj: ObjId, content: Sym, node: NodeId, target: ObjId, except: u32) {
        let Some(name) = self.symbols.text(content).strip_prefix(content::GET).map(str::to_owned) else { return };
        let name = self.symbols.intern(&name);
        if !self.exceptions[except as usize].contains(&name) {
            let dst = self.field_node(target, Field::Named(name));
            self.attach(node, Rule::Accessor { dst, receiver: obj });
        }
    }
}
