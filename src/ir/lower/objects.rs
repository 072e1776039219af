//! Calls that make objects and properties where the text says which: `Object.create`, `Object.defineProperty` and the like
//! become what a literal would be. Calls whose arguments are not that plain are left to their models.

use swc_common::Spanned;
use swc_ecma_ast::{CallExpr, Callee, Expr, ExprOrSpread, ObjectLit, Prop, PropName, PropOrSpread};

use super::super::scope::BindingId;
use super::super::{Arg, CallKind, Instr, Key, Name, Range, Val};
use super::expressions::{certain_keys, property_of_name, strip};
use super::functions::Body;
use super::{Lowerer, content, range_of};

impl<'a> Lowerer<'a> {
    /// The value of a call that is spelled out here; `None` for all others.
    pub(super) fn object_call(&mut self, call: &'a CallExpr) -> Option<Val> {
        let (object, method, args) = self.static_call(call)?;
        match (object, method, args) {
            ("Object", "assign", [target, sources @ ..]) => Some(self.assign_all(target, sources)),
            ("Object", "create", [proto]) => Some(self.create(&proto.expr, None, call)),
            ("Object", "create", [proto, properties]) => {
                if let Some([src]) = self.described(properties, "getOwnPropertyDescriptors") {
                    let obj = self.create(&proto.expr, None, call);
                    return Some(self.copy_all(obj, src, call));
                }
                let properties = plain_descriptors(&properties.expr)?;
                Some(self.create(&proto.expr, Some(properties), call))
            }
            ("Object" | "Reflect", "defineProperty", [obj, key, descriptor]) => {
                if let Some([src, of]) = self.described(descriptor, "getOwnPropertyDescriptor") {
                    return Some(self.copy_one(obj, key, src, of, call));
                }
                self.define_noted(obj, key, descriptor, call);
                self.define(obj, key, descriptor)
            }
            ("Object" | "Reflect", "getOwnPropertyDescriptor", [obj, key]) => {
                let name = self.constant_of(&key.expr).and_then(|constant| constant.as_key())?;
                let name = self.name(&name);
                self.accessors.contains(&name).then(|| self.descriptor_of(obj, name, call))
            }
            ("Object", "defineProperties", [obj, properties]) => {
                if let Some([src]) = self.described(properties, "getOwnPropertyDescriptors") {
                    let obj = self.expression(&obj.expr);
                    return Some(self.copy_all(obj, src, call));
                }
                let properties = plain_descriptors(&properties.expr)?;
                let obj = self.expression(&obj.expr);
                self.define_all(obj, properties);
                Some(obj)
            }
            ("Reflect", "get", [obj, key, receiver]) => self.get_for(obj, key, receiver, call),
            ("Reflect", "set", [obj, key, val, receiver]) => self.set_for(obj, key, val, receiver, call),
            ("Reflect", "construct", [class, args]) => Some(self.reflected(class, None, args, CallKind::New, call)),
            ("Reflect", "construct", [class, args, target]) => Some(self.construct_for(class, args, target, call)),
            ("Reflect", "apply", [function, this, args]) => {
                Some(self.reflected(function, Some(this), args, CallKind::Call, call))
            }
            _ => None,
        }
    }

    /// The names and arguments of a call of a function of a built-in object.
    fn static_call(&self, call: &'a CallExpr) -> Option<(&'a str, &'a str, &'a [ExprOrSpread])> {
        let Callee::Expr(callee) = &call.callee else { return None };
        let (object, method) = property_of_name(callee)?;
        let is_known = self.scopes.binding_of(object).is_none() && call.args.iter().all(|arg| arg.spread.is_none());
        is_known.then_some((&*object.sym, &*method.sym, &call.args[..]))
    }

    /// What the descriptors are asked for that an argument consists of.
    fn described(&self, descriptors: &'a ExprOrSpread, method: &str) -> Option<&'a [ExprOrSpread]> {
        let Expr::Call(call) = strip(&descriptors.expr) else { return None };
        let (object, called, args) = self.static_call(call)?;
        (matches!(object, "Object" | "Reflect") && called == method).then_some(args)
    }

    /// All properties of `src` become properties of `obj`.
    fn copy_all(&mut self, obj: Val, src: &'a ExprOrSpread, call: &CallExpr) -> Val {
        let src = self.expression(&src.expr);
        self.push(Instr::CopyProps { obj, src, except: Vec::new() }, range_of(call.span));
        self.take_accessors(obj, src, range_of(call.span));
        obj
    }

    /// The descriptor of a property that may have a getter or a setter.
    fn descriptor_of(&mut self, obj: &'a ExprOrSpread, name: Name, call: &CallExpr) -> Val {
        let at = range_of(call.span);
        let obj = self.expression(&obj.expr);
        let ty = self.name("Object");
        let made = self.cx.builder.value(at);
        self.push(Instr::Alloc { dst: made, ty, keys: Vec::new() }, at);
        let parts = [("value", Key::Named(name))].into_iter().chain(
            [("get", content::GET), ("set", content::SET)].map(|(part, kind)| (part, self.accessor_key(kind, name))),
        );
        for (part, key) in parts {
            let val = self.cx.builder.load(obj, key, at);
            let part = self.named(part);
            self.cx.builder.store(made, part, val, at);
        }
        made
    }

    /// Remembers a descriptor that a name stands for, if what it is of can be named again.
    pub(super) fn note_descriptor(&mut self, id: BindingId, init: &'a Expr) {
        if let Expr::Call(call) = strip(init)
            && let Some((_, "getOwnPropertyDescriptor", args @ [_, _])) = self.static_call(call)
            && args.iter().all(|arg| is_name(&arg.expr))
        {
            self.descriptors.insert(id, args);
        }
    }

    /// A property is made of a descriptor that was asked for before, and may have been changed since.
    fn define_noted(
        &mut self,
        obj: &'a ExprOrSpread,
        key: &'a ExprOrSpread,
        descriptor: &ExprOrSpread,
        call: &CallExpr,
    ) {
        let Expr::Ident(ident) = strip(&descriptor.expr) else { return };
        let noted = self.scopes.binding_of(ident).and_then(|id| self.descriptors.get(&id));
        let (Some([src, of]), true) = (noted.copied(), is_name(&obj.expr)) else { return };
        if self.accessors.is_empty() {
            return;
        }
        let (obj, src) = (self.expression(&obj.expr), self.expression(&src.expr));
        let (key, of) = (self.computed_key(&key.expr), self.computed_key(&of.expr));
        self.take_accessor(obj, key, src, of, range_of(call.span));
    }

    /// The getter and setter of a property become those of another.
    fn take_accessor(&mut self, obj: Val, key: Key, src: Val, of: Key, at: Range) {
        match (key, of) {
            (Key::Named(name), Key::Named(of)) if self.accessors.contains(&of) => {
                for kind in [content::GET, content::SET] {
                    let (there, here) = (self.accessor_key(kind, of), self.accessor_key(kind, name));
                    let accessor = self.cx.builder.load(src, there, at);
                    self.cx.builder.store(obj, here, accessor, at);
                }
            }
            (Key::Named(_), Key::Named(_)) => {}
            _ => self.take_accessors(obj, src, at),
        }
    }

    /// A descriptor brings getters and setters along as they are, which then see the other object: so they do if inherited.
    fn take_accessors(&mut self, obj: Val, src: Val, at: Range) {
        if !self.accessors.is_empty() {
            let key = self.content(content::PROTO);
            self.cx.builder.store(obj, key, src, at);
        }
    }

    /// A property of `src` becomes one of `obj`.
    fn copy_one(
        &mut self,
        obj: &'a ExprOrSpread,
        key: &'a ExprOrSpread,
        src: &'a ExprOrSpread,
        of: &'a ExprOrSpread,
        call: &CallExpr,
    ) -> Val {
        let at = range_of(call.span);
        let obj = self.expression(&obj.expr);
        let key = self.computed_key(&key.expr);
        let src = self.expression(&src.expr);
        let of = self.computed_key(&of.expr);
        let val = self.load_property(src, of, at);
        self.cx.builder.store(obj, key, val, at);
        self.take_accessor(obj, key, src, of, at);
        obj
    }

    fn assign_all(&mut self, target: &'a ExprOrSpread, sources: &'a [ExprOrSpread]) -> Val {
        let obj = self.expression(&target.expr);
        for (index, src) in sources.iter().enumerate() {
            match strip(&src.expr) {
                // A literal's properties are the object's at once.
                Expr::Object(literal) if is_last(sources, index) && literal.props.iter().all(is_plain) => {
                    for prop in &literal.props {
                        if let PropOrSpread::Prop(prop) = prop {
                            self.property(obj, prop);
                        }
                    }
                }
                other => {
                    let src = self.expression(other);
                    let behind: Vec<String> = sources[index + 1..].iter().flat_map(keys_of_literal).collect();
                    let except = behind.iter().map(|key| self.name(key)).collect();
                    self.push(Instr::CopyProps { obj, src, except }, range_of(other.span()));
                }
            }
        }
        obj
    }

    fn create(
        &mut self,
        proto: &'a Expr,
        properties: Option<Vec<(&'a PropName, &'a ObjectLit)>>,
        call: &CallExpr,
    ) -> Val {
        let at = range_of(call.span);
        let proto = self.expression(proto);
        let ty = self.name("Object");
        let obj = self.cx.builder.value(at);
        let keys = properties.iter().flatten().filter_map(|(key, descriptor)| {
            let PropName::Ident(key) = key else { return None };
            descriptor.props.iter().any(|prop| named(prop, "value")).then(|| key.sym.to_string())
        });
        let keys = keys.collect::<Vec<_>>().iter().map(|key| self.name(key)).collect();
        self.push(Instr::Alloc { dst: obj, ty, keys }, at);
        let key = self.content(content::PROTO);
        self.cx.builder.store(obj, key, proto, at);
        self.define_all(obj, properties.unwrap_or_default());
        obj
    }

    fn define(&mut self, obj: &'a ExprOrSpread, key: &'a ExprOrSpread, descriptor: &'a ExprOrSpread) -> Option<Val> {
        let Expr::Object(descriptor) = strip(&descriptor.expr) else { return None };
        if !is_plain_descriptor(descriptor) {
            return None;
        }
        let is_known = self.constant_of(&key.expr).is_some();
        let is_value = descriptor.props.iter().all(|prop| !named(prop, "get") && !named(prop, "set"));
        if !is_known && !is_value {
            return None;
        }
        let obj = self.expression(&obj.expr);
        let key = self.computed_key(&key.expr);
        self.describe(obj, key, descriptor);
        Some(obj)
    }

    fn define_all(&mut self, obj: Val, properties: Vec<(&'a PropName, &'a ObjectLit)>) {
        for (name, descriptor) in properties {
            let key = self.prop_key(name);
            self.describe(obj, key, descriptor);
        }
    }

    /// A property as its descriptor says.
    fn describe(&mut self, obj: Val, key: Key, descriptor: &'a ObjectLit) {
        for prop in &descriptor.props {
            let PropOrSpread::Prop(prop) = prop else { continue };
            let at = range_of(descriptor.span);
            let (name, val) = match &**prop {
                Prop::KeyValue(pair) => (&pair.key, self.expression(&pair.value)),
                Prop::Method(method) => (&method.key, self.closure(Body::Function(&method.function), None)),
                Prop::Shorthand(ident) if &*ident.sym == "value" => {
                    let val = self.read_ident(ident);
                    self.cx.builder.store(obj, key, val, at);
                    continue;
                }
                Prop::Shorthand(ident) if &*ident.sym == "get" || &*ident.sym == "set" => {
                    let val = self.read_ident(ident);
                    let prefix = if &*ident.sym == "get" { content::GET } else { content::SET };
                    self.accessor(obj, key, prefix, val, at);
                    continue;
                }
                _ => continue,
            };
            let PropName::Ident(name) = name else { continue };
            match &*name.sym {
                "value" => self.cx.builder.store(obj, key, val, at),
                "get" => self.accessor(obj, key, content::GET, val, at),
                "set" => self.accessor(obj, key, content::SET, val, at),
                _ => {}
            }
        }
    }

    /// An object and the name that a constant key gives in it.
    fn known_member(&mut self, obj: &'a ExprOrSpread, key: &'a ExprOrSpread) -> Option<(Val, Name)> {
        self.constant_of(&key.expr)?;
        let obj = self.expression(&obj.expr);
        match self.computed_key(&key.expr) {
            Key::Named(name) => Some((obj, name)),
            _ => None,
        }
    }

    /// `Reflect.get(obj, key, receiver)`: a getter sees the receiver.
    fn get_for(
        &mut self,
        obj: &'a ExprOrSpread,
        key: &'a ExprOrSpread,
        receiver: &'a ExprOrSpread,
        call: &CallExpr,
    ) -> Option<Val> {
        let at = range_of(call.span);
        let (obj, name) = self.known_member(obj, key)?;
        let receiver = self.expression(&receiver.expr);
        let own = self.load_property(obj, Key::Named(name), at);
        let getter = self.accessor_key(content::GET, name);
        let getter = self.cx.builder.load(obj, getter, at);
        let got = self.quiet_call(getter, receiver, &[], at);
        Some(self.cx.builder.merge(vec![own, got], at))
    }

    /// `Reflect.set(obj, key, val, receiver)`: a setter sees the receiver; without one it is the receiver that gets the value.
    fn set_for(
        &mut self,
        obj: &'a ExprOrSpread,
        key: &'a ExprOrSpread,
        val: &'a ExprOrSpread,
        receiver: &'a ExprOrSpread,
        call: &CallExpr,
    ) -> Option<Val> {
        let at = range_of(call.span);
        let (obj, name) = self.known_member(obj, key)?;
        let (val, receiver) = (self.expression(&val.expr), self.expression(&receiver.expr));
        let setter = self.accessor_key(content::SET, name);
        let setter = self.load_property(obj, setter, at);
        self.quiet_call(setter, receiver, &[val], at);
        self.cx.builder.store(receiver, Key::Named(name), val, at);
        Some(self.cx.builder.plain(at))
    }

    /// `Reflect.construct(class, args, target)`: what is made is of the other class.
    fn construct_for(
        &mut self,
        class: &'a ExprOrSpread,
        args: &'a ExprOrSpread,
        target: &'a ExprOrSpread,
        call: &CallExpr,
    ) -> Val {
        let at = range_of(call.span);
        let made = self.reflected(class, None, args, CallKind::New, call);
        let target = self.expression(&target.expr);
        let (from, to) = (self.named("prototype"), self.content(content::PROTO));
        let proto = self.cx.builder.load(target, from, at);
        self.cx.builder.store(made, to, proto, at);
        made
    }

    fn reflected(
        &mut self,
        callee: &'a ExprOrSpread,
        this: Option<&'a ExprOrSpread>,
        args: &'a ExprOrSpread,
        kind: CallKind,
        call: &CallExpr,
    ) -> Val {
        let callee = self.expression(&callee.expr);
        let this = this.map(|this| self.expression(&this.expr));
        let args = Arg { val: self.expression(&args.expr), is_spread: true };
        self.emit_call(callee, this, vec![args], kind, None, range_of(call.span))
    }
}

/// Whether an expression is a constant, a name or a property of a name: looking at it changes nothing.
fn is_name(expression: &Expr) -> bool {
    match strip(expression) {
        Expr::Ident(_) | Expr::Lit(_) | Expr::This(_) => true,
        Expr::Member(member) => is_name(&member.obj) && member.prop.is_ident(),
        _ => false,
    }
}

/// Whether only literals stand behind: what is evaluated later changes nothing that was copied before.
fn is_last(sources: &[ExprOrSpread], index: usize) -> bool {
    sources[index + 1..].iter().all(|src| matches!(strip(&src.expr), Expr::Object(_)))
}

fn keys_of_literal(src: &ExprOrSpread) -> Vec<String> {
    match strip(&src.expr) {
        Expr::Object(literal) => literal.props.iter().flat_map(certain_keys).collect(),
        _ => Vec::new(),
    }
}

fn is_plain(prop: &PropOrSpread) -> bool {
    let PropOrSpread::Prop(prop) = prop else { return false };
    match &**prop {
        Prop::Shorthand(_) => true,
        Prop::KeyValue(pair) => matches!(pair.key, PropName::Ident(_) | PropName::Str(_)),
        Prop::Method(method) => matches!(method.key, PropName::Ident(_)),
        _ => false,
    }
}

/// Whether a descriptor is a literal of which every part is named.
fn is_plain_descriptor(descriptor: &ObjectLit) -> bool {
    descriptor.props.iter().all(|prop| match prop {
        PropOrSpread::Spread(_) => false,
        PropOrSpread::Prop(prop) => match &**prop {
            Prop::KeyValue(pair) => matches!(pair.key, PropName::Ident(_)),
            Prop::Method(method) => matches!(method.key, PropName::Ident(_)),
            Prop::Shorthand(_) => true,
            _ => false,
        },
    })
}

/// The properties of a literal of such descriptors.
fn plain_descriptors(properties: &Expr) -> Option<Vec<(&PropName, &ObjectLit)>> {
    let Expr::Object(properties) = strip(properties) else { return None };
    properties
        .props
        .iter()
        .map(|prop| {
            let PropOrSpread::Prop(prop) = prop else { return None };
            let Prop::KeyValue(pair) = &**prop else { return None };
            let Expr::Object(descriptor) = strip(&pair.value) else { return None };
            let is_named = !matches!(pair.key, PropName::Computed(_));
            (is_named && is_plain_descriptor(descriptor)).then_some((&pair.key, descriptor))
        })
        .collect()
}

fn named(prop: &PropOrSpread, name: &str) -> bool {
    let PropOrSpread::Prop(prop) = prop else { return false };
    match &**prop {
        Prop::KeyValue(pair) => matches!(&pair.key, PropName::Ident(key) if &*key.sym == name),
        Prop::Method(method) => matches!(&method.key, PropName::Ident(key) if &*key.sym == name),
        Prop::Shorthand(ident) => &*ident.sym == name,
        _ => false,
    }
}
