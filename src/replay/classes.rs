//! Classes: the constructor, its prototype, fields, static members and `super`.

use std::rc::Rc;

use swc_ecma_ast::{Class, ClassMember, Constructor, Decorator, Expr, Function, MethodKind, PropName};

use super::functions::{Closure, Code};
use super::machine::{Abrupt, Machine, Outcome};
use super::scope::{Env, Frame, Scope};
use super::value::{Key, Obj, Prop, Slot, Value};

/// What a class gives each instance, or itself.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    pub key: Key,
    pub value: Option<&'a Expr>,
    pub env: Env,
}

impl<'a> Machine<'a> {
    /// A class becomes its constructor.
    pub(super) async fn class(&self, class: &'a Class, name: &str, outer: &Env) -> Outcome<Value> {
        let env = Scope::inner(outer);
        let parent = match &class.super_class {
            Some(parent) => Some(self.expr(parent, &env).await?),
            None => None,
        };
        let parent_proto = match &parent {
            None => self.prototype_of("Object"),
            Some(Value::Null) => Value::Null,
            Some(parent) => self.get_named(parent, "prototype").await?,
        };
        let prototype = self.plain();
        self.with(prototype, |object| object.proto = parent_proto);
        let constructor: Option<&'a Constructor> = class.body.iter().find_map(|member| match member {
            ClassMember::Constructor(constructor) if constructor.body.is_some() => Some(constructor),
            _ => None,
        });
        let func = self.closure(Code::Class { class, constructor }, &env, name, Some(prototype));
        let Value::Obj(func_obj) = func else { return Ok(func) };
        if let Some(parent) = parent.filter(|parent| !parent.is_nullish()) {
            self.with(func_obj, |object| object.proto = parent);
        }
        self.with(func_obj, |object| object.props.insert(Key::str("prototype"), Prop::hidden(Value::Obj(prototype))));
        self.with(prototype, |object| object.props.insert(Key::str("constructor"), Prop::hidden(func.clone())));
        if !name.is_empty() {
            env.declare(name, func.clone(), self.time());
        }
        self.members(class, func_obj, prototype, &env).await?;
        self.decorate(class, func, prototype, &env).await
    }

    /// Decorators of members and of the class itself, as TypeScript's older ones work.
    async fn decorate(&self, class: &'a Class, func: Value, prototype: Obj, env: &Env) -> Outcome<Value> {
        for member in &class.body {
            let (key, decorators, is_static) = match member {
                ClassMember::Method(method) => (&method.key, &method.function.decorators, method.is_static),
                ClassMember::ClassProp(prop) => (&prop.key, &prop.decorators, prop.is_static),
                ClassMember::AutoAccessor(_) => return Err(Abrupt::Stop("an accessor field")),
                _ => continue,
            };
            if decorators.is_empty() {
                continue;
            }
            let key = self.prop_name(key, env).await?;
            let target = if is_static { func.clone() } else { Value::Obj(prototype) };
            let decorators = self.decorators(decorators, env).await?;
            self.call(self.base_value("decorate"), Value::Undefined, vec![decorators, target, key.value()], None)
                .await?;
        }
        if class.decorators.is_empty() {
            return Ok(func);
        }
        let decorators = self.decorators(&class.decorators, env).await?;
        self.call(self.base_value("decorateClass"), Value::Undefined, vec![decorators, func], None).await
    }

    async fn decorators(&self, decorators: &'a [Decorator], env: &Env) -> Outcome<Value> {
        let mut values = Vec::new();
        for decorator in decorators {
            values.push(self.expr(&decorator.expr, env).await?);
        }
        Ok(self.array(values))
    }

    async fn members(&self, class: &'a Class, func: Obj, prototype: Obj, env: &Env) -> Outcome<()> {
        let mut statics: Vec<(Option<Key>, Option<&'a Expr>, Option<&'a swc_ecma_ast::BlockStmt>)> = Vec::new();
        let mut fields = Vec::new();
        for member in &class.body {
            match member {
                ClassMember::Method(method) => {
                    let home = if method.is_static { func } else { prototype };
                    let key = self.prop_name(&method.key, env).await?;
                    self.method(home, key, &method.function, method.kind, false, env);
                }
                ClassMember::PrivateMethod(method) => {
                    let home = if method.is_static { func } else { prototype };
                    let key = Key::str(&format!("#{}", method.key.name));
                    self.method(home, key, &method.function, method.kind, false, env);
                }
                ClassMember::ClassProp(prop) if !prop.declare && !prop.is_abstract => {
                    let key = self.prop_name(&prop.key, env).await?;
                    if prop.is_static {
                        statics.push((Some(key), prop.value.as_deref(), None));
                    } else {
                        fields.push(Field { key, value: prop.value.as_deref(), env: env.clone() });
                    }
                }
                ClassMember::PrivateProp(prop) => {
                    let key = Key::str(&format!("#{}", prop.key.name));
                    if prop.is_static {
                        statics.push((Some(key), prop.value.as_deref(), None));
                    } else {
                        fields.push(Field { key, value: prop.value.as_deref(), env: env.clone() });
                    }
                }
                ClassMember::StaticBlock(block) => statics.push((None, None, Some(&block.body))),
                _ => {}
            }
        }
        if let Some(closure) = self.closure_of(func) {
            *closure.fields.borrow_mut() = fields;
        }
        for (key, value, block) in statics {
            let env = self.member_scope(env, Value::Obj(func), Some(func));
            if let Some(block) = block {
                self.block(&block.stmts, &env).await?;
            }
            if let Some(key) = key {
                let value = match value {
                    Some(value) => self.named(value, &key, &env).await?,
                    None => Value::Undefined,
                };
                self.define(func, key, Prop::data(value));
            }
        }
        Ok(())
    }

    /// A scope in which `this` is an object.
    fn member_scope(&self, env: &Env, this: Value, home: Option<Obj>) -> Env {
        let frame = Frame { home, ..Frame::new(Some(this), env.frame.file) };
        Scope::new(Some(env.clone()), Rc::new(frame))
    }

    /// Puts a method or accessor on an object.
    pub(super) fn method(
        &self,
        home: Obj,
        key: Key,
        function: &'a Function,
        kind: MethodKind,
        is_enumerable: bool,
        env: &Env,
    ) {
        if function.body.is_none() {
            return;
        }
        let name = match &key {
            Key::Str(name) => name.to_string(),
            _ => String::new(),
        };
        let func = self.closure(Code::Function(function), env, &name, Some(home));
        self.note_write(home, Some(&key));
        self.with(home, |object| {
            let old = object.props.get(&key).map(|prop| prop.slot.clone());
            let (old_get, old_set) = match old {
                Some(Slot::Accessor { get, set }) => (get, set),
                _ => (Value::Undefined, Value::Undefined),
            };
            let slot = match kind {
                MethodKind::Method => Slot::Data(func),
                MethodKind::Getter => Slot::Accessor { get: func, set: old_set },
                MethodKind::Setter => Slot::Accessor { get: old_get, set: func },
            };
            object.props.insert(key, Prop { slot, is_enumerable, is_writable: true });
        });
    }

    pub(super) async fn prop_name(&self, name: &'a PropName, env: &Env) -> Outcome<Key> {
        Ok(match name {
            PropName::Ident(ident) => Key::str(&ident.sym),
            PropName::Str(text) => Key::str(&text.value.to_string_lossy()),
            PropName::Num(number) => Key::str(&super::texts::number(number.value)),
            PropName::BigInt(number) => Key::str(&number.value.to_string()),
            PropName::Computed(computed) => {
                let value = self.expr(&computed.expr, env).await?;
                self.to_key(value).await?
            }
        })
    }

    /// Gives a new instance the fields of a class.
    pub(super) async fn init_fields(&self, closure: &Closure<'a>, this: &Value) -> Outcome<()> {
        let Value::Obj(obj) = this else { return Ok(()) };
        let fields = closure.fields.borrow().clone();
        for field in fields {
            let env = self.member_scope(&field.env, this.clone(), closure.home);
            let value = match field.value {
                Some(value) => self.named(value, &field.key, &env).await?,
                None => Value::Undefined,
            };
            let is_private = matches!(&field.key, Key::Str(name) if name.starts_with('#'));
            let prop = if is_private { Prop::hidden(value) } else { Prop::data(value) };
            self.define(*obj, field.key, prop);
        }
        Ok(())
    }

    /// Runs a constructor on `this`, or on what its `super(…)` makes.
    pub(super) async fn call_constructor(
        &self,
        obj: Obj,
        closure: Rc<Closure<'a>>,
        this: Option<Value>,
        args: Vec<Value>,
        new_target: Value,
    ) -> Outcome<Value> {
        if closure.file != super::LIBRARY {
            self.record.borrow_mut().entered.insert(closure.span());
        }
        let frame = Frame { home: closure.home, func: Some(obj), new_target, args, ..Frame::new(this, closure.file) };
        let frame = Rc::new(frame);
        let env = Scope::new(Some(closure.env.clone()), frame.clone());
        self.enter()?;
        let end = self.constructor_code(&closure, &env).await;
        self.leave();
        let given = end?;
        if matches!(given, Value::Obj(_) | Value::Unknown(_)) {
            return Ok(given);
        }
        let this = frame.this.borrow().clone();
        this.ok_or_else(|| self.type_error("super was not called"))
    }

    fn constructor_code<'f>(&'f self, closure: &'f Closure<'a>, env: &'f Env) -> super::machine::Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(self.body(closure, env))
    }

    /// `super(…args)`
    pub(super) async fn super_call(&self, args: Vec<Value>, env: &Env) -> Outcome<Value> {
        let frame = env.frame.own();
        let Some(func) = frame.func else { return Err(Abrupt::Stop("super outside of a class")) };
        let parent = self.parent_class(func);
        let this = self.construct(parent, args, frame.new_target.clone(), None).await?;
        self.touch(0);
        *frame.this.borrow_mut() = Some(this.clone());
        if let Some(closure) = self.closure_of(func) {
            self.init_fields(&closure, &this).await?;
        }
        for (key, value) in frame.pending.take() {
            self.set(&this, &key, value).await?;
        }
        Ok(this)
    }

    /// `super.key`
    pub(super) async fn super_get(&self, key: &Key, env: &Env) -> Outcome<Value> {
        let frame = env.frame.own();
        let this = frame.this.borrow().clone().unwrap_or(Value::Undefined);
        let Some(home) = frame.home else { return Ok(Value::Undefined) };
        // Static methods stand on the class itself.
        match self.look(home, |object| object.proto.clone()) {
            Value::Undefined | Value::Null => Ok(Value::Undefined),
            proto => self.get_as(&proto, key, &this).await,
        }
    }
}
