//! Expressions.

use std::rc::Rc;

use swc_common::Spanned;
use swc_ecma_ast::{
    AssignExpr, AssignOp, AssignTarget, BinaryOp, CallExpr, Callee, Expr, ExprOrSpread, Lit, MemberProp, MetaPropKind,
    ObjectLit, OptChainBase, OptChainExpr, Prop as AstProp, PropOrSpread, SuperProp, Tpl, UnaryOp, UpdateExpr,
    UpdateOp,
};

use super::coroutines::Signal;
use super::functions::Code;
use super::machine::{Abrupt, Fut, Machine, Outcome};
use super::scope::{Env, Scope};
use super::value::{Key, Obj, Prop, Unknown, Value};
use crate::base::Span;
use crate::syntax::span_of;

impl<'a> Machine<'a> {
    pub(super) fn expr<'f>(&'f self, expr: &'a Expr, env: &'f Env) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            self.step()?;
            match expr {
                Expr::This(_) => Ok(env.frame.own().this.borrow().clone().unwrap_or(Value::Undefined)),
                Expr::Array(array) => self.array_literal(&array.elems, env).await,
                Expr::Object(object) => self.object_literal(object, env).await,
                Expr::Fn(function) => {
                    let Some(name) = &function.ident else {
                        return Ok(self.closure(Code::Function(&function.function), env, "", None));
                    };
                    let scope = Scope::inner(env);
                    let value = self.closure(Code::Function(&function.function), &scope, &name.sym, None);
                    scope.declare(&name.sym, value.clone(), self.time());
                    Ok(value)
                }
                Expr::Arrow(arrow) => Ok(self.closure(Code::Arrow(arrow), env, "", None)),
                Expr::Class(class) => {
                    let name = class.ident.as_ref().map_or("", |name| name.sym.as_str());
                    self.class(&class.class, name, env).await
                }
                Expr::Unary(unary) => self.unary(unary.op, &unary.arg, env).await,
                Expr::Update(update) => self.update(update, env).await,
                Expr::Bin(binary) => self.binary_expr(binary.op, &binary.left, &binary.right, env).await,
                Expr::Assign(assign) => self.assign(assign, env).await,
                Expr::Member(_) | Expr::SuperProp(_) => Ok(self.callee(expr, env).await?.0),
                Expr::Cond(cond) => {
                    let test = self.condition(&cond.test, env).await?;
                    if self.truth(&test)? { self.expr(&cond.cons, env).await } else { self.expr(&cond.alt, env).await }
                }
                Expr::Call(call) => self.call_expr(call, env).await,
                Expr::New(new) => {
                    let func = self.expr(&new.callee, env).await?;
                    let args = self.args(new.args.as_deref().unwrap_or_default(), env).await?;
                    let at = span_of(env.frame.file, new.span);
                    let end = self.construct(func.clone(), args.clone(), func.clone(), Some(at)).await;
                    self.mark(at, &func, &Value::Undefined, &args, end)
                }
                Expr::Seq(seq) => {
                    let mut value = Value::Undefined;
                    for expr in &seq.exprs {
                        value = self.expr(expr, env).await?;
                    }
                    Ok(value)
                }
                Expr::Ident(ident) => {
                    let value = self.name(&ident.sym, env).await?;
                    Ok(self.read_source(span_of(env.frame.file, ident.span), value))
                }
                Expr::Lit(Lit::Regex(regex)) => {
                    let args = vec![Value::str(&regex.exp), Value::str(&regex.flags)];
                    let class = self.base_value("RegExp");
                    self.construct(class.clone(), args, class, None).await
                }
                Expr::Lit(lit) => self.literal(lit),
                Expr::Tpl(tpl) => self.template(tpl, env).await,
                Expr::TaggedTpl(tagged) => {
                    let (func, this) = self.callee(&tagged.tag, env).await?;
                    let args = self.tag_args(&tagged.tpl, env).await?;
                    let at = span_of(env.frame.file, tagged.span);
                    let end = self.call(func.clone(), this.clone(), args.clone(), Some(at)).await;
                    self.mark(at, &func, &this, &args, end)
                }
                Expr::Yield(yielded) => {
                    let value = match &yielded.arg {
                        Some(arg) => self.expr(arg, env).await?,
                        None => Value::Undefined,
                    };
                    if yielded.delegate {
                        self.delegate(value, env).await
                    } else {
                        self.suspend(Signal::Yield, value).await
                    }
                }
                Expr::Await(awaited) => {
                    let value = self.expr(&awaited.arg, env).await?;
                    self.wait_for(value).await
                }
                Expr::MetaProp(meta) => match meta.kind {
                    MetaPropKind::NewTarget => Ok(env.frame.own().new_target.clone()),
                    MetaPropKind::ImportMeta => Ok(self.opaque(0)),
                },
                Expr::OptChain(chain) => Ok(self.chain(chain, env).await?.map_or(Value::Undefined, |(value, _)| value)),
                Expr::Paren(paren) => self.expr(&paren.expr, env).await,
                Expr::TsAs(inner) => self.expr(&inner.expr, env).await,
                Expr::TsNonNull(inner) => self.expr(&inner.expr, env).await,
                Expr::TsTypeAssertion(inner) => self.expr(&inner.expr, env).await,
                Expr::TsConstAssertion(inner) => self.expr(&inner.expr, env).await,
                Expr::TsSatisfies(inner) => self.expr(&inner.expr, env).await,
                Expr::TsInstantiation(inner) => self.expr(&inner.expr, env).await,
                Expr::PrivateName(name) => Ok(Value::str(&format!("#{}", name.name))),
                _ => Err(Abrupt::Stop("an expression")),
            }
        })
    }

    /// An expression that gives its function or class a name.
    pub(super) async fn named(&self, expr: &'a Expr, key: &Key, env: &Env) -> Outcome<Value> {
        let name = match key {
            Key::Str(name) if Self::is_anonymous(expr) => name,
            _ => return self.expr(expr, env).await,
        };
        match expr {
            Expr::Arrow(arrow) => Ok(self.closure(Code::Arrow(arrow), env, name, None)),
            Expr::Fn(function) => Ok(self.closure(Code::Function(&function.function), env, name, None)),
            Expr::Class(class) => {
                let value = Box::pin(self.class(&class.class, "", env)).await?;
                if let Value::Obj(obj) = value
                    && !self.has_own(obj, &Key::str("name"))
                {
                    self.define(obj, Key::str("name"), Prop::hidden(Value::str(name)));
                }
                Ok(value)
            }
            _ => self.expr(expr, env).await,
        }
    }

    fn literal(&self, lit: &Lit) -> Outcome<Value> {
        Ok(match lit {
            Lit::Str(text) => Value::str(&text.value.to_string_lossy()),
            Lit::Bool(bool) => Value::Bool(bool.value),
            Lit::Null(_) => Value::Null,
            Lit::Num(number) => Value::Num(number.value),
            Lit::BigInt(number) => Value::Num(number.value.to_string().parse().unwrap_or(f64::NAN)),
            Lit::Regex(_) => return Err(Abrupt::Stop("a regular expression")),
            Lit::JSXText(_) => return Err(Abrupt::Stop("markup")),
        })
    }

    /// A variable, a global, or a name from outside.
    pub(super) async fn name(&self, name: &str, env: &Env) -> Outcome<Value> {
        if env.is_open
            && let Some(object) = Box::pin(self.holder_of(name, env)).await?
        {
            return self.get_named(&object, name).await;
        }
        if let Some(cell) = env.find(name) {
            self.note_read(cell.era, cell.born, &Key::str(name));
            return Ok(cell.value.borrow().clone());
        }
        match name {
            "undefined" => return Ok(Value::Undefined),
            "NaN" => return Ok(Value::Num(f64::NAN)),
            "Infinity" => return Ok(Value::Num(f64::INFINITY)),
            "arguments" => return Ok(self.arguments(env)),
            _ => {}
        }
        let global = Obj(self.known.get().global);
        if self.is_global_object(name, env) {
            return Ok(Value::Obj(global));
        }
        if self.has_own(global, &Key::str(name)) {
            return self.get(&Value::Obj(global), &Key::str(name)).await;
        }
        Ok(self.outside_name(name))
    }

    /// Whether a name stands for the global object.
    fn is_global_object(&self, name: &str, env: &Env) -> bool {
        let is_alias = name == "globalThis" || self.models.runtime.global_aliases.iter().any(|alias| alias == name);
        is_alias && env.find(name).is_none()
    }

    /// The stand-in for a name that the program does not bind.
    pub(super) fn outside_name(&self, name: &str) -> Value {
        if let Some(value) = self.outside.borrow().get(name) {
            return value.clone();
        }
        let value = self.add_unknown(Unknown { is_outside: true, ..Unknown::default() });
        self.outside.borrow_mut().insert(Rc::from(name), value.clone());
        value
    }

    async fn array_literal(&self, elems: &'a [Option<ExprOrSpread>], env: &Env) -> Outcome<Value> {
        let mut items = Vec::new();
        let mut open = Vec::new();
        for elem in elems {
            let Some(elem) = elem else {
                items.push(Value::Undefined);
                continue;
            };
            let value = self.expr(&elem.expr, env).await?;
            match (elem.spread, &value) {
                (None, _) => items.push(value),
                (Some(_), Value::Unknown(_)) => open.push(value),
                (Some(_), _) => items.extend(self.list(&value).await?),
            }
        }
        if open.is_empty() {
            return Ok(self.array(items));
        }
        // How many elements it has is not known.
        let refs = items.iter().filter_map(Value::object).collect();
        let labels = items.iter().chain(&open).fold(0, |labels, item| labels | self.labels(item));
        Ok(self.add_unknown(Unknown { labels, refs, ..Unknown::default() }))
    }

    async fn object_literal(&self, object: &'a ObjectLit, env: &Env) -> Outcome<Value> {
        let obj = self.plain();
        let this = Value::Obj(obj);
        for prop in &object.props {
            let prop = match prop {
                PropOrSpread::Spread(spread) => {
                    let value = self.expr(&spread.expr, env).await?;
                    self.copy_props(&this, &value, &[]).await?;
                    continue;
                }
                PropOrSpread::Prop(prop) => &**prop,
            };
            match prop {
                AstProp::Shorthand(ident) => {
                    let value = self.name(&ident.sym, env).await?;
                    let value = self.read_source(span_of(env.frame.file, ident.span), value);
                    self.define(obj, Key::str(&ident.sym), Prop::data(value));
                }
                AstProp::KeyValue(pair) => {
                    let key = self.prop_name(&pair.key, env).await?;
                    let value = self.named(&pair.value, &key, env).await?;
                    if key == Key::str("__proto__") && !Self::is_computed(&pair.key) {
                        self.with(obj, |object| object.proto = value);
                    } else {
                        self.define(obj, key, Prop::data(value));
                    }
                }
                AstProp::Method(method) => {
                    let key = self.prop_name(&method.key, env).await?;
                    self.method(obj, key, &method.function, swc_ecma_ast::MethodKind::Method, true, env);
                }
                AstProp::Getter(getter) => {
                    let key = self.prop_name(&getter.key, env).await?;
                    self.method(obj, key, &getter.function, swc_ecma_ast::MethodKind::Getter, true, env);
                }
                AstProp::Setter(setter) => {
                    let key = self.prop_name(&setter.key, env).await?;
                    self.method(obj, key, &setter.function, swc_ecma_ast::MethodKind::Setter, true, env);
                }
                AstProp::Assign(_) => return Err(Abrupt::Stop("a property")),
            }
        }
        Ok(this)
    }

    async fn unary(&self, op: UnaryOp, arg: &'a Expr, env: &Env) -> Outcome<Value> {
        if op == UnaryOp::Delete {
            return match arg {
                Expr::Member(member) => {
                    let base = self.expr(&member.obj, env).await?;
                    let key = self.member_key(&member.prop, env).await?;
                    self.delete(&base, &key).await
                }
                Expr::OptChain(chain) => match &*chain.base {
                    OptChainBase::Member(member) => {
                        let base = self.expr(&member.obj, env).await?;
                        if base.is_nullish() {
                            return Ok(Value::Bool(true));
                        }
                        let key = self.member_key(&member.prop, env).await?;
                        self.delete(&base, &key).await
                    }
                    OptChainBase::Call(_) => Ok(Value::Bool(true)),
                },
                _ => Ok(Value::Bool(true)),
            };
        }
        if let (UnaryOp::TypeOf, Expr::Ident(name)) = (op, arg)
            && self.is_global_object(&name.sym, env)
            && name.sym != "globalThis"
        {
            // Which names the global object has is not the same everywhere.
            return Ok(self.opaque(0));
        }
        let value = self.expr(arg, env).await?;
        match op {
            UnaryOp::Void => Ok(Value::Undefined),
            UnaryOp::TypeOf => Ok(self.type_of(&value)),
            UnaryOp::Bang => self.not(&value),
            UnaryOp::Minus | UnaryOp::Plus | UnaryOp::Tilde => Ok(match self.to_number(value).await? {
                Value::Num(number) if op == UnaryOp::Minus => Value::Num(-number),
                Value::Num(number) if op == UnaryOp::Tilde => Value::Num(f64::from(!(number as i64 as i32))),
                other => other,
            }),
            UnaryOp::Delete => Ok(Value::Bool(true)),
        }
    }

    async fn update(&self, update: &'a UpdateExpr, env: &Env) -> Outcome<Value> {
        let place = self.place_of_expr(&update.arg, env).await?;
        let value = self.read(&place, env).await?;
        let old = self.to_number(value).await?;
        let new = match &old {
            Value::Num(number) => Value::Num(if update.op == UpdateOp::PlusPlus { number + 1.0 } else { number - 1.0 }),
            other => self.mixed(std::slice::from_ref(other)),
        };
        self.put(place, new.clone(), env).await?;
        Ok(if update.prefix { new } else { old })
    }

    async fn binary_expr(&self, op: BinaryOp, left: &'a Expr, right: &'a Expr, env: &Env) -> Outcome<Value> {
        let first = self.expr(left, env).await?;
        match op {
            BinaryOp::LogicalAnd => return if self.truth(&first)? { self.expr(right, env).await } else { Ok(first) },
            BinaryOp::LogicalOr => return if self.truth(&first)? { Ok(first) } else { self.expr(right, env).await },
            BinaryOp::NullishCoalescing => {
                return if self.nullish(&first)? { self.expr(right, env).await } else { Ok(first) };
            }
            _ => {}
        }
        let second = self.expr(right, env).await?;
        self.binary(op, first, second).await
    }

    async fn assign(&self, assign: &'a AssignExpr, env: &Env) -> Outcome<Value> {
        let target = match &assign.left {
            AssignTarget::Pat(pat) => {
                let value = self.expr(&assign.right, env).await?;
                self.assign_target_pat(pat, value.clone(), env).await?;
                return Ok(value);
            }
            AssignTarget::Simple(target) => target,
        };
        let place = self.place_of(target, env).await?;
        let name = match &place {
            super::patterns::Place::Name(name) => Key::str(name),
            super::patterns::Place::Member(..) | super::patterns::Place::Super { .. } => Key::str(""),
        };
        let op = match assign.op {
            AssignOp::Assign => {
                let value = self.named(&assign.right, &name, env).await?;
                let at = span_of(env.frame.file, assign.span);
                self.mark_write(at, target.span(), &value, env);
                self.put(place, value.clone(), env).await?;
                return Ok(value);
            }
            op => op,
        };
        let old = self.read(&place, env).await?;
        let keeps = match op {
            AssignOp::AndAssign => Some(!self.truth(&old)?),
            AssignOp::OrAssign => Some(self.truth(&old)?),
            AssignOp::NullishAssign => Some(!self.nullish(&old)?),
            _ => None,
        };
        let value = match (keeps, op.to_update()) {
            (Some(true), _) => return Ok(old),
            (Some(false), _) => self.named(&assign.right, &name, env).await?,
            (None, Some(op)) => {
                let right = self.expr(&assign.right, env).await?;
                self.binary(op, old, right).await?
            }
            (None, None) => return Err(Abrupt::Stop("an assignment")),
        };
        self.mark_write(span_of(env.frame.file, assign.span), target.span(), &value, env);
        self.put(place, value.clone(), env).await?;
        Ok(value)
    }

    /// A write to a property may be a sink.
    fn mark_write(&self, at: Span, target: swc_common::Span, value: &Value, env: &Env) {
        for at in [at, span_of(env.frame.file, target)] {
            if self.record.borrow().sinks.contains_key(&at) {
                self.note_unclear(at, std::slice::from_ref(value));
                self.arrive(at, self.labels(value), self.names_read(std::slice::from_ref(value)));
            }
        }
    }

    pub(super) async fn member_key(&self, prop: &'a MemberProp, env: &Env) -> Outcome<Key> {
        match prop {
            MemberProp::Ident(ident) => Ok(Key::str(&ident.sym)),
            MemberProp::PrivateName(name) => Ok(Key::str(&format!("#{}", name.name))),
            MemberProp::Computed(computed) => {
                let value = self.expr(&computed.expr, env).await?;
                self.to_key(value).await
            }
        }
    }

    pub(super) async fn super_key(&self, prop: &'a SuperProp, env: &Env) -> Outcome<Key> {
        match prop {
            SuperProp::Ident(ident) => Ok(Key::str(&ident.sym)),
            SuperProp::Computed(computed) => {
                let value = self.expr(&computed.expr, env).await?;
                self.to_key(value).await
            }
        }
    }

    /// A callee with its receiver.
    fn callee<'f>(&'f self, expr: &'a Expr, env: &'f Env) -> Fut<'f, (Value, Value)>
    where
        'a: 'f,
    {
        Box::pin(async move {
            match expr {
                Expr::Member(member) => {
                    let base = self.expr(&member.obj, env).await?;
                    let key = self.member_key(&member.prop, env).await?;
                    let value = self.get(&base, &key).await?;
                    self.note_missing(&base, &key, &value)?;
                    Ok((self.read_source(span_of(env.frame.file, member.span), value), base))
                }
                Expr::SuperProp(prop) => {
                    let key = self.super_key(&prop.prop, env).await?;
                    let this = env.frame.own().this.borrow().clone().unwrap_or(Value::Undefined);
                    Ok((self.super_get(&key, env).await?, this))
                }
                Expr::OptChain(chain) => {
                    Ok(self.chain(chain, env).await?.unwrap_or((Value::Undefined, Value::Undefined)))
                }
                Expr::Paren(paren) => self.callee(&paren.expr, env).await,
                Expr::Ident(ident) if env.is_open => {
                    let this = self.holder_of(&ident.sym, env).await?.unwrap_or(Value::Undefined);
                    Ok((self.expr(expr, env).await?, this))
                }
                Expr::TsNonNull(inner) => self.callee(&inner.expr, env).await,
                Expr::TsAs(inner) => self.callee(&inner.expr, env).await,
                _ => Ok((self.expr(expr, env).await?, Value::Undefined)),
            }
        })
    }

    /// A chain with `?.`, and the receiver of its last member; `None` where it ends early.
    fn chain<'f>(&'f self, chain: &'a OptChainExpr, env: &'f Env) -> Fut<'f, Option<(Value, Value)>>
    where
        'a: 'f,
    {
        Box::pin(async move {
            match &*chain.base {
                OptChainBase::Member(member) => {
                    let Some((base, _)) = self.link(&member.obj, env).await? else { return Ok(None) };
                    if chain.optional && self.nullish(&base)? {
                        return Ok(None);
                    }
                    let key = self.member_key(&member.prop, env).await?;
                    let value = self.get(&base, &key).await?;
                    let at = span_of(env.frame.file, chain.span);
                    Ok(Some((self.read_source(at, value), base)))
                }
                OptChainBase::Call(call) => {
                    let Some((func, this)) = self.link(&call.callee, env).await? else { return Ok(None) };
                    if chain.optional && self.nullish(&func)? {
                        return Ok(None);
                    }
                    let args = self.args(&call.args, env).await?;
                    let at = span_of(env.frame.file, chain.span);
                    let end = self.call(func.clone(), this.clone(), args.clone(), Some(at)).await;
                    Ok(Some((self.mark(at, &func, &this, &args, end)?, Value::Undefined)))
                }
            }
        })
    }

    fn link<'f>(&'f self, expr: &'a Expr, env: &'f Env) -> Fut<'f, Option<(Value, Value)>>
    where
        'a: 'f,
    {
        Box::pin(async move {
            match expr {
                Expr::OptChain(chain) => self.chain(chain, env).await,
                Expr::Member(member) if matches!(&*member.obj, Expr::OptChain(_) | Expr::Call(_) | Expr::Member(_)) => {
                    let Some((base, _)) = self.link(&member.obj, env).await? else { return Ok(None) };
                    let key = self.member_key(&member.prop, env).await?;
                    let value = self.get(&base, &key).await?;
                    Ok(Some((self.read_source(span_of(env.frame.file, member.span), value), base)))
                }
                _ => self.callee(expr, env).await.map(Some),
            }
        })
    }

    async fn call_expr(&self, call: &'a CallExpr, env: &Env) -> Outcome<Value> {
        let at = span_of(env.frame.file, call.span);
        let (func, this) = match &call.callee {
            Callee::Super(_) => {
                let args = self.args(&call.args, env).await?;
                return self.super_call(args, env).await;
            }
            Callee::Import(_) => {
                let args = self.args(&call.args, env).await?;
                return self.dynamic_import(env.frame.file, args.first()).await;
            }
            Callee::Expr(callee) => self.callee(callee, env).await?,
        };
        let args = self.args(&call.args, env).await?;
        let func = self.method_of_text(call, &this, &args).await?.unwrap_or(func);
        let end = self.call(func.clone(), this.clone(), args.clone(), Some(at)).await;
        self.mark(at, &func, &this, &args, end)
    }

    /// Something unknown that is given a regular expression, or what says of itself what it does for a method of texts, is
    /// a text.
    async fn method_of_text(&self, call: &CallExpr, this: &Value, args: &[Value]) -> Outcome<Option<Value>> {
        let Callee::Expr(callee) = &call.callee else { return Ok(None) };
        let name = callee.as_member().and_then(|member| member.prop.as_ident());
        let is_data = this.unknown().is_some_and(|unk| !self.unknown_of(unk).is_outside);
        let given = args.first().and_then(Value::object);
        let (Some(name), Some(given), true) = (name, given, is_data) else { return Ok(None) };
        let proto = self.look(given, |object| object.proto.object());
        if proto.is_none() || proto != self.prototype_of("RegExp").object() {
            let Some(own) = Self::known_symbol(&name.sym) else { return Ok(None) };
            let own = self.get(&Value::Obj(given), &own).await?;
            if !self.is_callable(&own) {
                return Ok(None);
            }
        }
        let Some(texts) = self.prototype_of("String").object() else { return Ok(None) };
        let method = self.own_data(texts, &name.sym);
        Ok(self.is_callable(&method).then_some(method))
    }

    pub(super) async fn args(&self, args: &'a [ExprOrSpread], env: &Env) -> Outcome<Vec<Value>> {
        let mut values = Vec::new();
        for arg in args {
            let value = self.expr(&arg.expr, env).await?;
            match (arg.spread, &value) {
                (None, _) => values.push(value),
                (Some(_), Value::Unknown(unk)) => {
                    const TOLD_APART: usize = 4;
                    for at in 0..TOLD_APART {
                        values.push(self.member_of_unknown(*unk, &Key::str(&at.to_string())));
                    }
                }
                (Some(_), _) => values.extend(self.list(&value).await?),
            }
        }
        Ok(values)
    }

    /// Puts texts and values together.
    async fn template(&self, tpl: &'a Tpl, env: &Env) -> Outcome<Value> {
        let mut result = Value::str("");
        for (at, quasi) in tpl.quasis.iter().enumerate() {
            let text = quasi.cooked.as_ref().map_or_else(String::new, |text| text.to_string_lossy().into_owned());
            result = self.join(result, Value::str(&text));
            if let Some(expr) = tpl.exprs.get(at) {
                let value = self.expr(expr, env).await?;
                let value = self.to_text(value).await?;
                result = self.join(result, value);
            }
        }
        Ok(result)
    }

    async fn tag_args(&self, tpl: &'a Tpl, env: &Env) -> Outcome<Vec<Value>> {
        let cooked = |quasi: &swc_ecma_ast::TplElement| {
            quasi.cooked.as_ref().map_or(Value::Undefined, |text| Value::str(&text.to_string_lossy()))
        };
        let strings = self.array(tpl.quasis.iter().map(cooked).collect());
        let raw = self.array(tpl.quasis.iter().map(|quasi| Value::str(&quasi.raw)).collect());
        if let Value::Obj(obj) = strings {
            self.define(obj, Key::str("raw"), Prop::hidden(raw));
        }
        let mut args = vec![strings];
        for expr in &tpl.exprs {
            args.push(self.expr(expr, env).await?);
        }
        Ok(args)
    }
}
