//! Patterns: what a value is taken apart into.

use swc_ecma_ast::{
    AssignTargetPat, Expr, MemberExpr, ObjectPat, ObjectPatProp, Pat, PropName, SimpleAssignTarget, SuperPropExpr,
};

use super::machine::{Abrupt, Fut, Machine, Outcome};
use super::scope::Env;
use super::value::{Key, Prop, Value};

impl<'a> Machine<'a> {
    /// Binds the names of a pattern, which are declared in `env` already, or assigns to what it names.
    pub(super) fn bind<'f>(&'f self, pat: &'a Pat, value: Value, env: &'f Env) -> Fut<'f, ()>
    where
        'a: 'f,
    {
        Box::pin(async move {
            match pat {
                Pat::Ident(ident) => self.assign_name(&ident.id.sym, value, env).await,
                Pat::Array(array) => self.bind_array(&array.elems, value, env).await,
                Pat::Object(object) => self.bind_object(object, value, env).await,
                Pat::Assign(assign) => {
                    let value = self.or_default(value, &assign.right, &assign.left, env).await?;
                    self.bind(&assign.left, value, env).await
                }
                Pat::Rest(rest) => self.bind(&rest.arg, value, env).await,
                Pat::Expr(target) => self.assign_expr(target, value, env).await,
                Pat::Invalid(_) => Err(Abrupt::Stop("a pattern")),
            }
        })
    }

    /// The default where nothing is given; what is not known may be either.
    async fn or_default(&self, value: Value, default: &'a Expr, target: &'a Pat, env: &Env) -> Outcome<Value> {
        if !self.is_undefined(&value)? {
            return Ok(value);
        }
        let name = match target {
            Pat::Ident(ident) => Key::str(&ident.id.sym),
            _ => Key::str(""),
        };
        self.named(default, &name, env).await
    }

    /// Whether a value is undefined; of one that is not known it is decided.
    pub(super) fn is_undefined(&self, value: &Value) -> Outcome<bool> {
        match value {
            Value::Undefined => Ok(true),
            Value::Unknown(_) => self.nullish(value),
            _ => Ok(false),
        }
    }

    async fn bind_array(&self, elems: &'a [Option<Pat>], value: Value, env: &Env) -> Outcome<()> {
        if let Value::Unknown(unk) = value {
            for (at, elem) in elems.iter().enumerate() {
                let Some(elem) = elem else { continue };
                let value = if matches!(elem, Pat::Rest(_)) {
                    self.mixed(std::slice::from_ref(&value))
                } else {
                    self.member_of_unknown(unk, &Key::str(&at.to_string()))
                };
                self.bind(elem, value, env).await?;
            }
            return Ok(());
        }
        let mut iterator = self.iterate(&value).await?;
        for elem in elems {
            match elem {
                Some(Pat::Rest(rest)) => {
                    let mut items = Vec::new();
                    while let Some(item) = self.next(&mut iterator).await? {
                        items.push(item);
                    }
                    let rest_value = self.array(items);
                    return self.bind(&rest.arg, rest_value, env).await;
                }
                elem => {
                    let item = self.next(&mut iterator).await?.unwrap_or(Value::Undefined);
                    if let Some(elem) = elem {
                        self.bind(elem, item, env).await?;
                    }
                }
            }
        }
        self.close(&iterator).await
    }

    async fn bind_object(&self, object: &'a ObjectPat, value: Value, env: &Env) -> Outcome<()> {
        if value.is_nullish() {
            return Err(self.type_error("cannot destructure undefined"));
        }
        let mut taken = Vec::new();
        for prop in &object.props {
            match prop {
                ObjectPatProp::KeyValue(pair) => {
                    let key = self.prop_name(&pair.key, env).await?;
                    let item = self.get(&value, &key).await?;
                    taken.push(key);
                    self.bind(&pair.value, item, env).await?;
                }
                ObjectPatProp::Assign(assign) => {
                    let key = Key::str(&assign.key.id.sym);
                    let mut item = self.get(&value, &key).await?;
                    if let Some(default) = &assign.value
                        && self.is_undefined(&item)?
                    {
                        item = self.named(default, &key, env).await?;
                    }
                    taken.push(key);
                    self.assign_name(&assign.key.id.sym, item, env).await?;
                }
                ObjectPatProp::Rest(rest) => {
                    let others = self.plain();
                    self.copy_props(&Value::Obj(others), &value, &taken).await?;
                    self.bind(&rest.arg, Value::Obj(others), env).await?;
                }
            }
        }
        Ok(())
    }

    /// `{ ...src }` into an object, without some names.
    pub(super) fn copy_props<'f>(&'f self, target: &'f Value, src: &'f Value, except: &'f [Key]) -> Fut<'f, ()>
    where
        'a: 'f,
    {
        Box::pin(async move {
            let Value::Obj(into) = target else { return Ok(()) };
            match src {
                Value::Unknown(unk) => {
                    let labels = self.labels(src);
                    let members = self.unknown_of(*unk).members;
                    self.smear(target, labels);
                    // What was looked at or written keeps its name.
                    let mut members: Vec<(Key, Value)> = members.into_iter().collect();
                    members.sort_by_key(|(key, _)| format!("{key:?}"));
                    for (key, value) in members.into_iter().filter(|(key, _)| !except.contains(key)) {
                        self.define(*into, key, Prop::data(value));
                    }
                }
                Value::Str(_) => {
                    for (at, item) in self.list(src).await?.into_iter().enumerate() {
                        self.define(*into, Key::str(&at.to_string()), Prop::data(item));
                    }
                }
                Value::Obj(obj) => {
                    let keys = self.listed_keys(*obj).await?;
                    let smear = self.look(*obj, |object| object.smear);
                    self.smear(target, smear);
                    for key in keys.into_iter().filter(|key| !except.contains(key)) {
                        let value = self.get(src, &key).await?;
                        self.define(*into, key, Prop::data(value));
                    }
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// The enumerable names of an object, asked of its handler where it has one.
    pub(super) async fn listed_keys(&self, obj: super::value::Obj) -> Outcome<Vec<Key>> {
        if let super::value::Kind::Proxy { target, handler } = self.kind(obj) {
            let trap = self.get_named(&handler, "ownKeys").await?;
            if trap.is_nullish() {
                return Box::pin(self.listed_keys(target)).await;
            }
            let names = self.call(trap, handler, vec![Value::Obj(target)], None).await?;
            let mut keys = Vec::new();
            for name in self.list(&names).await? {
                keys.push(self.to_key(name).await?);
            }
            return Ok(keys);
        }
        Ok(self.own_keys(obj).into_iter().filter(|key| self.is_enumerable(obj, key)).collect())
    }

    // Assignment.

    pub(super) async fn assign_name(&self, name: &str, value: Value, env: &Env) -> Outcome<()> {
        if env.is_open
            && let Some(object) = self.holder_of(name, env).await?
        {
            return self.set(&object, &Key::str(name), value).await;
        }
        if let Some(cell) = env.find(name) {
            self.touch(cell.born);
            self.note_shared(cell.era, cell.born, Some(&Key::str(name)));
            self.note_spread(std::rc::Rc::as_ptr(&cell) as usize, &Key::str(""), &value, cell.born);
            self.note_variable(&cell, &value);
            *cell.value.borrow_mut() = value;
            return Ok(());
        }
        let global = Value::Obj(super::value::Obj(self.known.get().global));
        self.set(&global, &Key::str(name), value).await
    }

    pub(super) async fn assign_target_pat(&self, pat: &'a AssignTargetPat, value: Value, env: &Env) -> Outcome<()> {
        match pat {
            AssignTargetPat::Array(array) => self.bind_array(&array.elems, value, env).await,
            AssignTargetPat::Object(object) => self.bind_object(object, value, env).await,
            AssignTargetPat::Invalid(_) => Err(Abrupt::Stop("a pattern")),
        }
    }

    /// What a target refers to: an object and a name, or a variable.
    pub(super) async fn place_of(&self, target: &'a SimpleAssignTarget, env: &Env) -> Outcome<Place<'a>> {
        match target {
            SimpleAssignTarget::Ident(ident) => Ok(Place::Name(&ident.id.sym)),
            SimpleAssignTarget::Member(member) => self.place_of_member(member, env).await,
            SimpleAssignTarget::SuperProp(prop) => self.place_of_super(prop, env).await,
            SimpleAssignTarget::Paren(paren) => self.place_of_expr(&paren.expr, env).await,
            SimpleAssignTarget::TsAs(inner) => self.place_of_expr(&inner.expr, env).await,
            SimpleAssignTarget::TsSatisfies(inner) => self.place_of_expr(&inner.expr, env).await,
            SimpleAssignTarget::TsNonNull(inner) => self.place_of_expr(&inner.expr, env).await,
            SimpleAssignTarget::TsTypeAssertion(inner) => self.place_of_expr(&inner.expr, env).await,
            _ => Err(Abrupt::Stop("a target")),
        }
    }

    async fn place_of_member(&self, member: &'a MemberExpr, env: &Env) -> Outcome<Place<'a>> {
        let base = self.expr(&member.obj, env).await?;
        let key = self.member_key(&member.prop, env).await?;
        Ok(Place::Member(base, key))
    }

    async fn place_of_super(&self, prop: &'a SuperPropExpr, env: &Env) -> Outcome<Place<'a>> {
        let key = self.super_key(&prop.prop, env).await?;
        let frame = env.frame.own();
        let this = frame.this.borrow().clone().unwrap_or(Value::Undefined);
        let proto = frame.home.map(|home| self.look(home, |object| object.proto.clone()));
        Ok(match proto {
            Some(proto @ (Value::Obj(_) | Value::Unknown(_))) => Place::Super { proto, this, key },
            _ => Place::Member(this, key),
        })
    }

    pub(super) fn place_of_expr<'f>(&'f self, expr: &'a Expr, env: &'f Env) -> Fut<'f, Place<'a>>
    where
        'a: 'f,
    {
        Box::pin(async move {
            match expr {
                Expr::Ident(ident) => Ok(Place::Name(&ident.sym)),
                Expr::Member(member) => self.place_of_member(member, env).await,
                Expr::SuperProp(prop) => self.place_of_super(prop, env).await,
                Expr::Paren(paren) => self.place_of_expr(&paren.expr, env).await,
                Expr::TsAs(inner) => self.place_of_expr(&inner.expr, env).await,
                Expr::TsNonNull(inner) => self.place_of_expr(&inner.expr, env).await,
                _ => Err(Abrupt::Stop("a target")),
            }
        })
    }

    async fn assign_expr(&self, target: &'a Expr, value: Value, env: &Env) -> Outcome<()> {
        let place = self.place_of_expr(target, env).await?;
        self.put(place, value, env).await
    }

    pub(super) async fn put(&self, place: Place<'a>, value: Value, env: &Env) -> Outcome<()> {
        match place {
            Place::Name(name) => self.assign_name(name, value, env).await,
            Place::Member(base, key) => self.set(&base, &key, value).await,
            Place::Super { proto, this, key } => self.set_as(&proto, &key, value, &this).await,
        }
    }

    pub(super) async fn read(&self, place: &Place<'a>, env: &Env) -> Outcome<Value> {
        match place {
            Place::Name(name) => self.name(name, env).await,
            Place::Member(base, key) => self.get(base, key).await,
            Place::Super { proto, this, key } => self.get_as(proto, key, this).await,
        }
    }

    /// Whether a property name computes something first.
    pub(super) fn is_computed(name: &PropName) -> bool {
        matches!(name, PropName::Computed(_))
    }
}

/// What can be assigned to.
#[derive(Clone, Debug)]
pub(super) enum Place<'a> {
    Name(&'a str),
    Member(Value, Key),
    /// `super.key`: looked for from `proto` on, and written to `this`.
    Super {
        proto: Value,
        this: Value,
        key: Key,
    },
}
