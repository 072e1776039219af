//! Classes: a constructor function, its prototype object, static members; `super`.

use swc_common::Spanned;
use swc_ecma_ast::{Class, ClassMember, Constructor, Expr, MethodKind, ParamOrTsParamProp, Pat, TsParamPropParam};

use super::super::{Arg, Call, CallKind, Cell, Func, Instr, Key, Name, Range, Val};
use super::functions::Body;
use super::{Lowerer, content, range_of};

/// Where the functions of a class find what it extends.
#[derive(Clone, Copy)]
pub struct Heritage {
    /// The function that the class stands in.
    owner: Func,
    /// The parent class.
    cell: Cell,
    /// Whether `super.x` means a static member.
    is_static: bool,
}

impl<'a> Lowerer<'a> {
    /// A class becomes its constructor.
    pub fn class(&mut self, class: &'a Class, name: Option<&str>) -> Val {
        let at = range_of(class.span);
        let parent = class.super_class.as_ref().map(|parent| self.expression(parent));
        let constructor = self.closure(Body::Class(class), name);
        let keys = self.method_names(class);
        let ty = self.name("Object");
        let prototype = self.cx.builder.value(at);
        self.push(Instr::Alloc { dst: prototype, ty, keys }, at);
        let key = self.named("prototype");
        self.cx.builder.store(constructor, key, prototype, at);
        let key = self.named("constructor");
        self.cx.builder.store(prototype, key, constructor, at);
        if let Some(Expr::Ident(ident)) = class.super_class.as_deref()
            && self.scopes.binding_of(ident).is_none()
        {
            let name = self.name(&ident.sym);
            self.extended.insert(name);
        }
        if let Some(parent) = parent {
            let proto = self.content(content::PROTO);
            let key = self.named("prototype");
            let inherited = self.cx.builder.load(parent, key, at);
            self.cx.builder.store(prototype, proto, inherited, at);
            self.cx.builder.store(constructor, proto, parent, at);
            let (owner, cell) = (self.func, self.cx.builder.cell());
            self.push(Instr::StoreCell { owner, cell, val: parent }, at);
            self.note_heritage(class, owner, cell);
        }
        let around = self.cx.class;
        self.cx.class = class.body.iter().any(sets_static).then(|| self.within(constructor, at));
        for member in &class.body {
            self.member(member, constructor, prototype);
        }
        self.cx.class = around;
        let mut decorated = constructor;
        for decorator in &class.decorators {
            let function = self.expression(&decorator.expr);
            let place = range_of(decorator.span);
            let other = self.cx.builder.call(function, None, &[decorated], CallKind::Call, place);
            decorated = self.cx.builder.merge(vec![decorated, other], place);
        }
        decorated
    }

    fn method_names(&mut self, class: &Class) -> Vec<Name> {
        let mut keys = vec![self.name("constructor")];
        for member in &class.body {
            match member {
                ClassMember::Method(method) if method.kind == MethodKind::Method && !method.is_static => {
                    if let swc_ecma_ast::PropName::Ident(ident) = &method.key {
                        keys.push(self.name(&ident.sym));
                    }
                }
                ClassMember::Method(method) if !method.is_static => {
                    let prefix = if method.kind == MethodKind::Setter { content::SET } else { content::GET };
                    if let swc_ecma_ast::PropName::Ident(ident) = &method.key {
                        keys.push(self.name(&format!("{prefix}{}", ident.sym)));
                    }
                }
                ClassMember::PrivateMethod(method) if !method.is_static => {
                    keys.push(self.name(&format!("#{}", method.key.name)));
                }
                _ => {}
            }
        }
        keys
    }

    fn member(&mut self, member: &'a ClassMember, constructor: Val, prototype: Val) {
        let at = range_of(member.span());
        match member {
            ClassMember::Method(method) if method.function.body.is_some() => {
                let home = if method.is_static { constructor } else { prototype };
                let key = self.prop_key(&method.key);
                let name = self.key_text(key);
                let function = self.closure(Body::Function(&method.function), name.as_deref());
                self.method(home, key, method.kind, function, at);
                for decorator in &method.function.decorators {
                    self.decorate(&decorator.expr, home, key, function, range_of(decorator.span));
                }
            }
            ClassMember::PrivateMethod(method) => {
                let home = if method.is_static { constructor } else { prototype };
                let key = self.named(&format!("#{}", method.key.name));
                let function = self.closure(Body::Function(&method.function), Some(&method.key.name));
                self.method(home, key, method.kind, function, at);
            }
            ClassMember::ClassProp(prop) => {
                let key = self.prop_key(&prop.key);
                if let (true, Some(value)) = (prop.is_static, &prop.value) {
                    let name = self.key_text(key);
                    let val = self.expression_named(value, name.as_deref());
                    self.cx.builder.store(constructor, key, val, at);
                }
                let home = if prop.is_static { constructor } else { prototype };
                for decorator in &prop.decorators {
                    self.decorate_property(&decorator.expr, home, key, range_of(decorator.span));
                }
            }
            ClassMember::PrivateProp(prop) if prop.is_static => {
                if let Some(value) = &prop.value {
                    let val = self.expression(value);
                    let key = self.named(&format!("#{}", prop.key.name));
                    self.cx.builder.store(constructor, key, val, at);
                }
            }
            ClassMember::StaticBlock(block) => {
                let function = self.closure(Body::Static(&block.body, block.span), None);
                self.quiet_call(function, constructor, &[], at);
            }
            _ => {}
        }
    }

    /// Decorators of both kinds: they get the function, or the class's prototype and a descriptor, and give back either.
    fn decorate(&mut self, decorator: &'a Expr, home: Val, key: Key, function: Val, at: Range) {
        let decorate = self.expression(decorator);
        let ty = self.name("Object");
        let descriptor = self.cx.builder.alloc(ty, at);
        let value = self.named("value");
        self.cx.builder.store(descriptor, value, function, at);
        let first = self.cx.builder.merge(vec![home, function], at);
        let name = self.key_text(key).unwrap_or_default();
        let name = self.text_constant(&name, at);
        let given = self.cx.builder.call(decorate, None, &[first, name, descriptor], CallKind::Call, at);
        let replaced = self.cx.builder.load(descriptor, value, at);
        let described = self.cx.builder.load(given, value, at);
        for val in [given, replaced, described] {
            self.cx.builder.store(home, key, val, at);
        }
    }

    /// The decorator of a field gets the class's prototype, or the class, and the name.
    fn decorate_property(&mut self, decorator: &'a Expr, home: Val, key: Key, at: Range) {
        let decorate = self.expression(decorator);
        let name = self.key_text(key).unwrap_or_default();
        let name = self.text_constant(&name, at);
        self.cx.builder.call(decorate, None, &[home, name], CallKind::Call, at);
    }

    fn method(&mut self, home: Val, key: Key, kind: MethodKind, function: Val, at: Range) {
        match kind {
            MethodKind::Method => self.cx.builder.store(home, key, function, at),
            MethodKind::Getter => self.accessor(home, key, content::GET, function, at),
            MethodKind::Setter => self.accessor(home, key, content::SET, function, at),
        }
    }

    /// Fields first, then the constructor's own code; without one the arguments go on to the parent's.
    pub(super) fn lower_constructor(&mut self, class: &'a Class) {
        let at = range_of(class.span);
        let constructor = class.body.iter().find_map(|member| match member {
            ClassMember::Constructor(constructor) if constructor.body.is_some() => Some(constructor),
            _ => None,
        });
        match constructor {
            Some(constructor) => self.lower_constructor_params(constructor),
            None if class.super_class.is_some() => {
                let head = Range { start: at.start, end: at.start };
                let callee = self.parent_class(head);
                let this = self.this(head);
                let args = self.cx.builder.arguments();
                let dst = self.cx.builder.value(head);
                let handler = self.handler();
                self.push(
                    Instr::Call(Box::new(Call {
                        dst,
                        callee,
                        this: Some(this),
                        args: vec![Arg { val: args, is_spread: true }],
                        kind: CallKind::Super,
                        handler,
                        written: None,
                        method: None,
                    })),
                    head,
                );
            }
            None => {}
        }
        self.lower_fields(class);
        if let Some(Constructor { body: Some(body), .. }) = constructor {
            self.lower_body(&body.stmts);
        }
    }

    fn lower_constructor_params(&mut self, constructor: &'a Constructor) {
        let at = range_of(constructor.span);
        for (index, param) in constructor.params.iter().enumerate() {
            match param {
                ParamOrTsParamProp::Param(param) => {
                    if let Pat::Rest(rest) = &param.pat {
                        let val = self.cx.builder.value(at);
                        self.rest(index, val, &rest.arg);
                        self.assign_pattern(&rest.arg, val, Range::default());
                    } else {
                        let val = self.cx.builder.param(range_of(param.span));
                        self.parameter(index, &param.pat, val);
                    }
                }
                ParamOrTsParamProp::TsParamProp(prop) => {
                    let place = range_of(prop.span);
                    let val = self.cx.builder.param(place);
                    let (ident, val) = match &prop.param {
                        TsParamPropParam::Ident(ident) => (&ident.id, val),
                        TsParamPropParam::Assign(assign) => match &*assign.left {
                            Pat::Ident(ident) => (&ident.id, self.given_or(index, val, &assign.right)),
                            _ => continue,
                        },
                    };
                    self.write_ident(ident, val, place);
                    let this = self.this(place);
                    let key = self.named(&ident.sym);
                    self.cx.builder.store(this, key, val, place);
                }
            }
        }
    }

    fn lower_fields(&mut self, class: &'a Class) {
        for member in &class.body {
            let at = range_of(member.span());
            let (key, value) = match member {
                ClassMember::ClassProp(prop) if !prop.is_static => (self.prop_key(&prop.key), prop.value.as_deref()),
                ClassMember::PrivateProp(prop) if !prop.is_static => {
                    (self.named(&format!("#{}", prop.key.name)), prop.value.as_deref())
                }
                _ => continue,
            };
            let Some(value) = value else { continue };
            let name = self.key_text(key);
            let val = self.expression_named(value, name.as_deref());
            let this = self.this(at);
            self.cx.builder.store(this, key, val, at);
        }
    }

    /// Tells the functions of a class where to find what it extends.
    fn note_heritage(&mut self, class: &Class, owner: Func, cell: Cell) {
        let heritage = |is_static| Heritage { owner, cell, is_static };
        self.heritage.insert(self.scopes.function_at(class.span), heritage(false));
        for member in &class.body {
            let (span, is_static) = match member {
                ClassMember::Method(method) => (method.function.span, method.is_static),
                ClassMember::PrivateMethod(method) => (method.function.span, method.is_static),
                ClassMember::StaticBlock(block) => (block.span, true),
                _ => continue,
            };
            self.heritage.insert(self.scopes.function_at(span), heritage(is_static));
        }
    }

    /// The class that the class around extends.
    pub(super) fn parent_class(&mut self, at: Range) -> Val {
        let dst = self.cx.builder.value(at);
        match self.heritage.get(&self.receiver_owner()).copied() {
            Some(Heritage { owner, cell, .. }) => self.push(Instr::LoadCell { dst, owner, cell }, at),
            None => self.push(Instr::Const { dst, literal: super::Literal::Plain }, at),
        }
        dst
    }

    /// The object whose properties `super.x` means; in an object literal's method the prototype of the receiver.
    pub(super) fn parent_prototype(&mut self, at: Range) -> Val {
        if let Some(class) = self.cx.class {
            let class = self.meant(class, at);
            let key = self.content(content::PROTO);
            return self.cx.builder.load(class, key, at);
        }
        match self.heritage.get(&self.receiver_owner()).copied() {
            Some(Heritage { is_static: true, .. }) => self.parent_class(at),
            Some(_) => {
                let parent = self.parent_class(at);
                let key = self.named("prototype");
                self.cx.builder.load(parent, key, at)
            }
            None => {
                let this = self.this(at);
                let key = self.content(content::PROTO);
                self.cx.builder.load(this, key, at)
            }
        }
    }
}

/// Whether a static field is set to something in which `this` may stand.
fn sets_static(member: &ClassMember) -> bool {
    let value = match member {
        ClassMember::ClassProp(prop) if prop.is_static => &prop.value,
        ClassMember::PrivateProp(prop) if prop.is_static => &prop.value,
        _ => return false,
    };
    value.as_ref().is_some_and(|value| !value.is_lit())
}
