//! Calls and constructions of whatever a callee is.

use super::functions::Code;
use super::machine::{Fut, Machine, Outcome};
use super::value::{Key, Kind, Obj, Value};
use crate::base::Span;

impl<'a> Machine<'a> {
    /// `func.call(this, ...args)`; `at` is the place in the text, where there is one.
    pub(super) fn call<'f>(&'f self, func: Value, this: Value, args: Vec<Value>, at: Option<Span>) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            self.step()?;
            match func {
                Value::Unknown(unk) => self.call_outside(unk, this, args, at).await,
                Value::Obj(obj) => match self.kind(obj) {
                    Kind::Closure(_) => {
                        let Some(closure) = self.closure_of(obj) else { return Ok(Value::Undefined) };
                        if matches!(closure.code, Code::Class { .. }) {
                            return Err(self.type_error("a class is not called"));
                        }
                        // What is not known has no length to count to.
                        if let Value::Unknown(unk) = this
                            && closure.home.is_some()
                            && closure.home == self.known.get().list_methods
                        {
                            return self.call_outside(unk, this, args, at).await;
                        }
                        self.call_closure(obj, closure, Some(this), args, Value::Undefined).await
                    }
                    Kind::Native(name) => self.native(name, args).await,
                    Kind::Bound { target, this, args: first } => {
                        self.call(target, this, [first, args].concat(), at).await
                    }
                    Kind::Proxy { target, handler } => {
                        let trap = self.get_named(&handler, "apply").await?;
                        let target = Value::Obj(target);
                        if trap.is_nullish() {
                            return self.call(target, this, args, at).await;
                        }
                        let args = self.array(args);
                        self.call(trap, handler, vec![target, this, args], at).await
                    }
                    _ => Err(self.type_error("not a function")),
                },
                _ => Err(self.type_error("not a function")),
            }
        })
    }

    /// `new func(...args)`
    pub(super) fn construct<'f>(
        &'f self,
        func: Value,
        args: Vec<Value>,
        new_target: Value,
        at: Option<Span>,
    ) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            self.step()?;
            let obj = match func {
                Value::Unknown(unk) => {
                    let made = self.call_outside(unk, Value::Undefined, args, at).await?;
                    return self.made_outside(made, &new_target).await;
                }
                Value::Obj(obj) => obj,
                _ => return Err(self.type_error("not a constructor")),
            };
            match self.kind(obj) {
                Kind::Closure(_) => self.construct_closure(obj, args, new_target).await,
                Kind::Bound { target, args: first, .. } => {
                    self.construct(target.clone(), [first, args].concat(), target, at).await
                }
                Kind::Proxy { target, handler } => {
                    let trap = self.get_named(&handler, "construct").await?;
                    let target = Value::Obj(target);
                    if trap.is_nullish() {
                        return self.construct(target.clone(), args, target, at).await;
                    }
                    let args = self.array(args);
                    self.call(trap, handler, vec![target, args, new_target], at).await
                }
                _ => Err(self.type_error("not a constructor")),
            }
        })
    }

    /// What a class from outside makes is an object of the class that extends it.
    async fn made_outside(&self, made: Value, new_target: &Value) -> Outcome<Value> {
        if !matches!(new_target, Value::Obj(_)) {
            return Ok(made);
        }
        let proto = self.get_named(new_target, "prototype").await?;
        let obj = self.alloc(Kind::Plain, proto);
        let labels = self.labels(&made);
        self.smear(&Value::Obj(obj), labels);
        Ok(Value::Obj(obj))
    }

    async fn construct_closure(&self, obj: Obj, args: Vec<Value>, new_target: Value) -> Outcome<Value> {
        let Some(closure) = self.closure_of(obj) else { return Ok(Value::Undefined) };
        if matches!(closure.code, Code::Arrow(_)) || closure.is_method && !matches!(closure.code, Code::Class { .. }) {
            return Err(self.type_error("not a constructor"));
        }
        let is_derived = matches!(closure.code, Code::Class { class, .. } if class.super_class.is_some());
        if is_derived {
            let has_constructor = matches!(closure.code, Code::Class { constructor: Some(_), .. });
            if !has_constructor {
                let parent = self.look(obj, |object| object.proto.clone());
                let this = self.construct(parent, args, new_target, None).await?;
                self.init_fields(&closure, &this).await?;
                return Ok(this);
            }
            return self.call_constructor(obj, closure, None, args, new_target).await;
        }
        let proto = match self.get_named(&new_target, "prototype").await? {
            Value::Obj(proto) => Value::Obj(proto),
            Value::Unknown(unk) => Value::Unknown(unk),
            _ => self.prototype_of("Object"),
        };
        let kind = match (closure.file == super::LIBRARY, &*closure.name) {
            (true, "Array") => Kind::Array(vec![]),
            (true, "Error") => Kind::Error,
            _ => Kind::Plain,
        };
        let this = Value::Obj(self.alloc(kind, proto));
        self.init_fields(&closure, &this).await?;
        self.call_constructor(obj, closure, Some(this), args, new_target).await
    }

    /// The class that `super(…)` calls.
    pub(super) fn parent_class(&self, func: Obj) -> Value {
        self.look(func, |object| object.proto.clone())
    }

    /// `value instanceof class`
    pub(super) async fn instance_of(&self, value: &Value, class: &Value) -> Outcome<Value> {
        let Value::Obj(class_obj) = class else {
            return match class {
                Value::Unknown(_) => Ok(self.opaque(0)),
                _ => Err(self.type_error("not a class")),
            };
        };
        let own = Key::Sym(super::host::HAS_INSTANCE);
        let custom = self.get(class, &own).await?;
        if self.is_callable(&custom) {
            let answer = self.call(custom, class.clone(), vec![value.clone()], None).await?;
            return Ok(Value::Bool(self.truth(&answer)?));
        }
        if let Kind::Bound { target, .. } = self.kind(*class_obj) {
            return Box::pin(self.instance_of(value, &target)).await;
        }
        let prototype = self.get_named(class, "prototype").await?;
        match value {
            Value::Unknown(unk) if self.is_leaf(*unk) => Ok(Value::Bool(false)),
            Value::Unknown(unk) => Ok(self.question(format!("{}:is:{prototype:?}", unk.0))),
            Value::Obj(obj) => {
                let mut at = *obj;
                loop {
                    match self.look(at, |object| match &object.kind {
                        Kind::Proxy { target, .. } => Value::Obj(*target),
                        _ => object.proto.clone(),
                    }) {
                        Value::Obj(next) if prototype.object() == Some(next) => return Ok(Value::Bool(true)),
                        Value::Obj(next) => at = next,
                        Value::Unknown(_) => return Ok(self.opaque(0)),
                        _ => return Ok(Value::Bool(false)),
                    }
                }
            }
            _ => Ok(Value::Bool(false)),
        }
    }
}
