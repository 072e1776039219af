//! Functions: closures, what a call does with its arguments, and how bodies run.

use std::cell::RefCell;
use std::rc::Rc;

use swc_ecma_ast::{
    ArrowExpr, ArrowFunctionBody, Class, Constructor, Expr, Function, ParamOrTsParamProp, Pat, TsParamPropParam,
};

use super::coroutines::Coroutine;
use super::machine::{Abrupt, Fut, Machine, Outcome};
use super::scope::{Env, Frame, Scope, names_of, vars_of};
use super::value::{Key, Kind, Obj, Prop, Value};
use super::{LIBRARY, classes};
use crate::base::{FileId, Span};
use crate::syntax::span_of;

/// The code of a function.
#[derive(Clone, Copy, Debug)]
pub(super) enum Code<'a> {
    Function(&'a Function),
    Arrow(&'a ArrowExpr),
    Class { class: &'a Class, constructor: Option<&'a Constructor> },
}

/// A function with its surroundings.
#[derive(Debug)]
pub(super) struct Closure<'a> {
    pub code: Code<'a>,
    pub env: Env,
    pub file: FileId,
    pub name: String,
    /// The object that a method stands in.
    pub home: Option<Obj>,
    /// What the class gives its instances, with the names.
    pub fields: RefCell<Vec<classes::Field<'a>>>,
    pub is_method: bool,
}

impl Closure<'_> {
    pub(super) fn is_async(&self) -> bool {
        match self.code {
            Code::Function(function) => function.is_async,
            Code::Arrow(arrow) => arrow.is_async,
            Code::Class { .. } => false,
        }
    }

    pub(super) fn is_generator(&self) -> bool {
        matches!(self.code, Code::Function(function) if function.is_generator)
    }

    pub(super) fn span(&self) -> Span {
        let span = match self.code {
            Code::Function(function) => function.span,
            Code::Arrow(arrow) => arrow.span,
            Code::Class { class, constructor } => constructor.map_or(class.span, |constructor| constructor.span),
        };
        span_of(self.file, span)
    }

    /// How many parameters stand before the first default or rest.
    pub(super) fn length(&self) -> usize {
        let is_plain = |pat: &Pat| !matches!(pat, Pat::Assign(_) | Pat::Rest(_));
        match self.code {
            Code::Function(function) => function.params.iter().take_while(|param| is_plain(&param.pat)).count(),
            Code::Arrow(arrow) => arrow.params.iter().take_while(|pat| is_plain(pat)).count(),
            Code::Class { constructor, .. } => constructor.map_or(0, |constructor| constructor.params.len()),
        }
    }
}

impl<'a> Machine<'a> {
    pub(super) fn closure(&self, code: Code<'a>, env: &Env, name: &str, home: Option<Obj>) -> Value {
        let is_method = home.is_some();
        let closure = Closure {
            code,
            env: env.clone(),
            file: env.frame.file,
            name: name.to_owned(),
            home,
            fields: RefCell::default(),
            is_method,
        };
        let index = {
            let mut closures = self.closures.borrow_mut();
            closures.push(Rc::new(closure));
            closures.len() - 1
        };
        Value::Obj(self.alloc(Kind::Closure(index), Value::Obj(Obj(self.known.get().function))))
    }

    pub(super) fn closure_of(&self, obj: Obj) -> Option<Rc<Closure<'a>>> {
        match self.kind(obj) {
            Kind::Closure(index) => Some(self.closures.borrow()[index].clone()),
            _ => None,
        }
    }

    /// Functions get their `prototype`, `name` and `length` when someone asks.
    pub(super) fn make_prototype(&self, obj: Obj, key: &Key) {
        let Key::Str(name) = key else { return };
        if !matches!(&**name, "prototype" | "name" | "length") {
            return;
        }
        let Some(closure) = self.closure_of(obj) else { return };
        if self.look(obj, |object| object.props.contains_key(key)) {
            return;
        }
        let value = match &**name {
            "name" => Value::str(&closure.name),
            "length" => Value::Num(closure.length() as f64),
            _ => {
                if matches!(closure.code, Code::Arrow(_))
                    || closure.is_async() && !closure.is_generator()
                    || closure.is_method && !closure.is_generator()
                {
                    return;
                }
                if closure.is_generator() {
                    let base = if closure.is_async() { "AsyncGenerator" } else { "Generator" };
                    Value::Obj(self.alloc(Kind::Plain, self.prototype_of(base)))
                } else {
                    let prototype = self.plain();
                    self.with(prototype, |object| {
                        object.props.insert(Key::str("constructor"), Prop::hidden(Value::Obj(obj)));
                    });
                    Value::Obj(prototype)
                }
            }
        };
        self.with(obj, |object| object.props.insert(key.clone(), Prop::hidden(value)));
    }

    /// What a function takes for its receiver: one whose code is not strict has the global object where there is none.
    fn receiver_of(&self, closure: &Closure<'a>, given: Value) -> Value {
        let record = self.record.borrow();
        if !given.is_nullish() || record.is_hosted || !record.sloppy.contains(&closure.span()) {
            return given;
        }
        Value::Obj(Obj(self.known.get().global))
    }

    /// Calls a closure; with `new_target` as a constructor whose `this` is made already, or will be by `super`.
    pub(super) fn call_closure<'f>(
        &'f self,
        obj: Obj,
        closure: Rc<Closure<'a>>,
        this: Option<Value>,
        args: Vec<Value>,
        new_target: Value,
    ) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            self.step()?;
            if closure.file != LIBRARY {
                let span = closure.span();
                let mut record = self.record.borrow_mut();
                record.entered.insert(span);
                self.entered.borrow_mut().insert(span);
                if self.era.get() != 0 {
                    record.opened.insert(span);
                }
            }
            let is_arrow = matches!(closure.code, Code::Arrow(_));
            let this = this.map(|this| self.receiver_of(&closure, this));
            let frame = Rc::new(Frame {
                home: closure.home,
                func: Some(obj),
                new_target,
                args,
                outer: is_arrow.then(|| closure.env.frame.clone()),
                is_async: closure.is_async(),
                ..Frame::new(this, closure.file)
            });
            let env = Scope::new(Some(closure.env.clone()), frame);
            if !closure.is_async() && !closure.is_generator() {
                self.enter()?;
                let is_own = closure.file != LIBRARY;
                if is_own {
                    self.stack.borrow_mut().push(closure.span());
                }
                let end = self.body(&closure, &env).await;
                if is_own {
                    self.stack.borrow_mut().pop();
                }
                self.leave();
                return end;
            }
            let Some(me) = self.me.upgrade() else { return Err(Abrupt::Stop("over")) };
            let (is_async, is_generator) = (closure.is_async(), closure.is_generator());
            let future: Fut<'a, Value> = Box::pin(async move { me.body(&closure, &env).await });
            let coroutine = self.add_coroutine(Coroutine::new(future));
            let proto = if is_generator {
                self.make_prototype(obj, &Key::str("prototype"));
                self.own_data(obj, "prototype")
            } else {
                Value::Null
            };
            let generator = Value::Obj(self.alloc(Kind::Generator { coroutine }, proto));
            if is_generator {
                return Ok(generator);
            }
            debug_assert!(is_async);
            self.call(self.base_value("drive"), Value::Undefined, vec![generator], None).await
        })
    }

    /// Binds the arguments and runs the body.
    pub(super) fn body<'f>(&'f self, closure: &'f Closure<'a>, env: &'f Env) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            let args = env.frame.args.clone();
            match closure.code {
                Code::Function(function) => {
                    for (at, param) in function.params.iter().enumerate() {
                        self.param(&param.pat, at, &args, env).await?;
                    }
                    let Some(body) = &function.body else { return Ok(Value::Undefined) };
                    self.statements_of_body(&body.stmts, &vars_of(&body.stmts), env).await
                }
                Code::Arrow(arrow) => {
                    for (at, pat) in arrow.params.iter().enumerate() {
                        self.param(pat, at, &args, env).await?;
                    }
                    match &*arrow.body {
                        ArrowFunctionBody::Expr(expr) => self.expr(expr, env).await,
                        ArrowFunctionBody::FunctionBody(body) => {
                            self.statements_of_body(&body.stmts, &vars_of(&body.stmts), env).await
                        }
                    }
                }
                Code::Class { constructor: Some(constructor), .. } => {
                    self.constructor_body(constructor, &args, env).await
                }
                Code::Class { .. } => Ok(Value::Undefined),
            }
        })
    }

    async fn constructor_body(&self, constructor: &'a Constructor, args: &[Value], env: &Env) -> Outcome<Value> {
        for (at, param) in constructor.params.iter().enumerate() {
            match param {
                ParamOrTsParamProp::Param(param) => self.param(&param.pat, at, args, env).await?,
                ParamOrTsParamProp::TsParamProp(prop) => {
                    let (name, value) = match &prop.param {
                        TsParamPropParam::Ident(ident) => (ident.id.sym.as_str(), None),
                        TsParamPropParam::Assign(assign) => match &*assign.left {
                            Pat::Ident(ident) => (ident.id.sym.as_str(), Some(&*assign.right)),
                            _ => return Err(Abrupt::Stop("a property parameter")),
                        },
                    };
                    let mut given = args.get(at).cloned().unwrap_or(Value::Undefined);
                    if let (Value::Undefined, Some(default)) = (&given, value) {
                        given = self.expr(default, env).await?;
                    }
                    env.declare(name, given.clone(), self.time());
                    let this = env.frame.this.borrow().clone().unwrap_or(Value::Undefined);
                    if this.object().is_some() {
                        self.set(&this, &Key::str(name), given).await?;
                    } else {
                        env.frame.pending.borrow_mut().push((Key::str(name), given));
                    }
                }
            }
        }
        let Some(body) = &constructor.body else { return Ok(Value::Undefined) };
        self.statements_of_body(&body.stmts, &vars_of(&body.stmts), env).await
    }

    async fn param(&self, pat: &'a Pat, at: usize, args: &[Value], env: &Env) -> Outcome<()> {
        let value = match pat {
            Pat::Rest(_) => self.array(args.get(at..).unwrap_or_default().to_vec()),
            _ => args.get(at).cloned().unwrap_or(Value::Undefined),
        };
        let target = if let Pat::Rest(rest) = pat { &rest.arg } else { pat };
        let mut names = Vec::new();
        names_of(target, &mut names);
        for name in names {
            if !env.has_own(&name) {
                env.declare(&name, Value::Undefined, self.time());
            }
        }
        self.bind(target, value, env).await
    }

    async fn statements_of_body(&self, stmts: &'a [swc_ecma_ast::Stmt], vars: &[Rc<str>], env: &Env) -> Outcome<Value> {
        for name in vars {
            if !env.has_own(name) {
                env.declare(name, Value::Undefined, self.time());
            }
        }
        self.hoist(stmts, env);
        match self.statements(stmts, env).await {
            Ok(()) => Ok(Value::Undefined),
            Err(Abrupt::Return(value)) => Ok(value),
            Err(other) => Err(other),
        }
    }

    /// The `arguments` object.
    pub(super) fn arguments(&self, env: &Env) -> Value {
        let frame = env.frame.own();
        if let Some(value) = frame.arguments.borrow().clone() {
            return value;
        }
        let function = frame.func.and_then(|func| self.closure_of(func));
        let is_aliasing = |function: &Rc<Closure<'a>>| self.record.borrow().aliasing.contains(&function.span());
        let value = match function.filter(is_aliasing) {
            Some(function) => self.aliasing_arguments(&function, &frame, env),
            None => self.array(frame.args.clone()),
        };
        if let Value::Obj(obj) = value {
            let proto = self.prototype_of("Arguments");
            self.with(obj, |object| object.proto = proto);
            let callee = frame.func.map_or(Value::Undefined, Value::Obj);
            self.define(obj, Key::str("callee"), Prop::hidden(callee));
        }
        *frame.arguments.borrow_mut() = Some(value.clone());
        value
    }

    /// The same where its elements are the parameters themselves.
    fn aliasing_arguments(&self, function: &Closure<'a>, frame: &Rc<Frame>, env: &Env) -> Value {
        let Code::Function(code) = function.code else { return self.array(frame.args.clone()) };
        let object = self.plain();
        for (at, arg) in frame.args.iter().enumerate() {
            let name = code.params.get(at).and_then(|param| match &param.pat {
                Pat::Ident(ident) => Some(ident.id.sym.as_str()),
                _ => None,
            });
            match name.and_then(|name| env.find_in(frame, name)) {
                Some(cell) => self.link_cell(object, &at.to_string(), cell),
                None => self.define(object, Key::str(&at.to_string()), Prop::data(arg.clone())),
            }
        }
        let length = Value::Num(frame.args.len() as f64);
        self.define(object, Key::str("length"), Prop::hidden(length));
        Value::Obj(object)
    }

    /// A function that an expression makes, under the name that it is given.
    pub(super) fn is_anonymous(expr: &Expr) -> bool {
        matches!(expr, Expr::Arrow(_))
            || matches!(expr, Expr::Fn(function) if function.ident.is_none())
            || matches!(expr, Expr::Class(class) if class.ident.is_none())
    }
}
