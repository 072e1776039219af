//! Properties: reading, writing, listing and deleting them, prototypes and proxies.

use super::machine::{Abrupt, Fut, Machine, Outcome};
use super::value::{Key, Kind, Labels, Obj, Prop, Slot, Test, Unk, Unknown, Value};

/// Properties among which an unknown name is tried one by one.
const MAX_TRIED: usize = 6;

/// What looking for a property found.
enum Found {
    Value(Value),
    Getter(Value),
    Trap {
        target: Obj,
        handler: Value,
    },
    /// The prototype is from outside.
    Outside(Unk),
    Nothing,
}

impl<'a> Machine<'a> {
    pub(super) fn get_named<'f>(&'f self, base: &'f Value, name: &'f str) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move { self.get(base, &Key::str(name)).await })
    }

    /// `base[key]`
    pub(super) fn get<'f>(&'f self, base: &'f Value, key: &'f Key) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        self.get_as(base, key, base)
    }

    /// `base[key]`, where getters see `receiver`.
    pub(super) fn get_as<'f>(&'f self, base: &'f Value, key: &'f Key, receiver: &'f Value) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            let start = match base {
                Value::Undefined | Value::Null => {
                    return Err(self.type_error("cannot read properties of undefined"));
                }
                Value::Unknown(unk) if self.is_method_of_text(*unk, key) => self.prototype_of("String"),
                Value::Unknown(unk) => return Ok(self.member_of_unknown(*unk, key)),
                Value::Str(text) => {
                    if let Some(value) = super::texts::member(text, key) {
                        return Ok(value);
                    }
                    // Which letter it is says what the index was.
                    if let Key::Unknown(index) = key {
                        return Ok(self.opaque(self.labels_of_unknown(*index)));
                    }
                    self.prototype_of("String")
                }
                Value::Num(_) => self.prototype_of("Number"),
                Value::Bool(_) => self.prototype_of("Boolean"),
                Value::Sym(_) => self.prototype_of("Symbol"),
                Value::Obj(obj) => Value::Obj(*obj),
            };
            let Value::Obj(obj) = start else { return Ok(Value::Undefined) };
            if let Key::Unknown(unk) = key
                && !self.look(obj, |object| object.props.contains_key(key))
            {
                return self.get_any(obj, *unk).await;
            }
            let smear = self.look(obj, |object| object.smear);
            let value = match self.find(obj, key)? {
                Found::Value(value) => value,
                Found::Getter(get) if self.is_callable(&get) || get.unknown().is_some() => {
                    self.call(get, receiver.clone(), vec![], None).await?
                }
                Found::Nothing if self.may_be_outside(obj, key) => self.outside_member(key),
                Found::Getter(_) | Found::Nothing => Value::Undefined,
                Found::Outside(unk) => return Ok(self.member_of_unknown(unk, key)),
                Found::Trap { target, handler } => return self.trap_get(target, handler, key, receiver).await,
            };
            if smear != 0 && !self.is_callable(&value) {
                let refs = value.object().into_iter().collect();
                let labels = smear | self.labels(&value);
                return Ok(self.add_unknown(Unknown { labels, refs, ..Unknown::default() }));
            }
            Ok(value)
        })
    }

    /// Whether something is a text, of which the beginning is known, and this names one of its methods.
    fn is_method_of_text(&self, unk: Unk, key: &Key) -> bool {
        let Key::Str(name) = key else { return false };
        let texts = self.prototype_of("String").object().filter(|_| !self.beginning(unk).is_empty());
        texts.is_some_and(|texts| self.is_callable(&self.own_data(texts, name)))
    }

    /// Whether the global object has a property that the program does not put there, for all that is known.
    fn may_be_outside(&self, obj: Obj, key: &Key) -> bool {
        let Key::Str(name) = key else { return false };
        obj.0 == self.known.get().global && !self.record.borrow().globals.contains(&**name)
    }

    fn outside_member(&self, key: &Key) -> Value {
        if let Key::Str(name) = key { self.outside_name(name) } else { Value::Undefined }
    }

    fn find(&self, obj: Obj, key: &Key) -> Outcome<Found> {
        let mut at = obj;
        loop {
            if let Kind::Proxy { target, handler } = self.kind_of_proxy(at) {
                return Ok(Found::Trap { target, handler });
            }
            let (era, born) = self.look(at, |object| (object.era, object.born));
            if !self.may_be_outside(at, key) {
                self.note_read(era, born, key);
            }
            if let Some(found) = self.own(at, key)? {
                return Ok(found);
            }
            match self.look(at, |object| object.proto.clone()) {
                Value::Obj(next) => at = next,
                Value::Unknown(unk) => return Ok(Found::Outside(unk)),
                _ => return Ok(Found::Nothing),
            }
        }
    }

    fn kind_of_proxy(&self, obj: Obj) -> Kind {
        self.look(obj, |object| match &object.kind {
            Kind::Proxy { .. } => object.kind.clone(),
            _ => Kind::Plain,
        })
    }

    fn own(&self, obj: Obj, key: &Key) -> Outcome<Option<Found>> {
        self.make_prototype(obj, key);
        let (found, others) = self.look(obj, |object| {
            if let Kind::Array(items) = &object.kind {
                if matches!(key, Key::Str(name) if &**name == "length") {
                    return (Some(Found::Value(Value::Num(items.len() as f64))), vec![]);
                }
                if let Some(index) = key.index()
                    && index < items.len()
                {
                    return (Some(Found::Value(items[index].clone())), vec![]);
                }
            }
            let found = object.props.get(key).map(|prop| match &prop.slot {
                Slot::Data(value) => Found::Value(value.clone()),
                Slot::Accessor { get, .. } => Found::Getter(get.clone()),
            });
            let others = object.props.iter().filter_map(|(key, prop)| match (key, &prop.slot) {
                (Key::Unknown(_), Slot::Data(value)) => Some(value.clone()),
                _ => None,
            });
            (found, others.collect())
        });
        if others.is_empty() || matches!(key, Key::Sym(_)) {
            return Ok(found);
        }
        // What was written under a name that is not known may be what is asked for.
        match self.choose(others.len() + 1)? {
            0 => Ok(found),
            at => Ok(others.into_iter().nth(at - 1).map(Found::Value)),
        }
    }

    /// A read under a name that is not known.
    async fn get_any(&self, obj: Obj, name: Unk) -> Outcome<Value> {
        if let Kind::Proxy { target, handler } = self.kind_of_proxy(obj) {
            return self.trap_get(target, handler, &Key::Unknown(name), &Value::Obj(obj)).await;
        }
        let keys = self.own_keys(obj);
        if let Value::Unknown(unk) = self.look(obj, |object| object.proto.clone()) {
            return Ok(self.member_of_unknown(unk, &Key::Unknown(name)));
        }
        if keys.len() > MAX_TRIED {
            let labels = self.labels(&Value::Obj(obj));
            // If there is something, the name is one that the program itself gives.
            let test = self.names_are_known(obj).then_some(Test::Named(name));
            return Ok(self.add_unknown(Unknown { labels, refs: vec![obj], test, ..Unknown::default() }));
        }
        match self.choose(keys.len() + 1)? {
            0 => Ok(Value::Undefined),
            at => {
                // An index may have been a number.
                if let Key::Str(text) = &keys[at - 1]
                    && keys[at - 1].index().is_none()
                {
                    let constant = Value::Str(text.clone());
                    std::rc::Rc::make_mut(&mut self.equals.borrow_mut()).insert(name, constant);
                }
                let base = Value::Obj(obj);
                self.get(&base, &keys[at - 1]).await
            }
        }
    }

    async fn trap_get(&self, target: Obj, handler: Value, key: &Key, receiver: &Value) -> Outcome<Value> {
        let target = Value::Obj(target);
        let trap = self.get_named(&handler, "get").await?;
        if trap.is_nullish() {
            return self.get_as(&target, key, receiver).await;
        }
        self.call(trap, handler, vec![target, key.value(), receiver.clone()], None).await
    }

    /// A member of a value that is not known.
    pub(super) fn member_of_unknown(&self, unk: Unk, key: &Key) -> Value {
        self.note_member_read(unk, key);
        if let Some(value) = self.unknowns.borrow()[unk.0 as usize].members.get(key) {
            return value.clone();
        }
        let base = self.unknown_of(unk);
        if let Some(c) = key.index().and_then(|index| base.beginning.chars().nth(index)) {
            return Value::str(&c.to_string());
        }
        if matches!(key, Key::Str(name) if &**name == "constructor") && self.is_leaf(unk) {
            return self.base_value("String");
        }
        let value = if matches!(key, Key::Str(name) if &**name == "length") {
            self.opaque(0)
        } else {
            let root = base.root.or(Some(unk));
            let is_outside = base.is_outside;
            let labels = base.labels | if let Key::Unknown(name) = key { self.labels_of_unknown(*name) } else { 0 };
            let is_part = base.is_part || base.is_given || matches!(key, Key::Unknown(_));
            self.add_unknown(Unknown { labels, root, refs: base.refs, is_outside, is_part, ..Unknown::default() })
        };
        self.unknowns.borrow_mut()[unk.0 as usize].members.insert(key.clone(), value.clone());
        value
    }

    pub(super) fn prototype_of(&self, class: &str) -> Value {
        match self.base_value(class) {
            Value::Obj(class) => self.own_data(class, "prototype"),
            _ => Value::Undefined,
        }
    }

    /// `base[key] = value`
    pub(super) fn set<'f>(&'f self, base: &'f Value, key: &'f Key, value: Value) -> Fut<'f, ()>
    where
        'a: 'f,
    {
        self.set_as(base, key, value, base)
    }

    pub(super) fn set_as<'f>(&'f self, base: &'f Value, key: &'f Key, value: Value, receiver: &'f Value) -> Fut<'f, ()>
    where
        'a: 'f,
    {
        Box::pin(async move {
            match base {
                Value::Undefined | Value::Null => Err(self.type_error("cannot set properties of undefined")),
                Value::Unknown(unk) => self.set_unknown(*unk, key, value),
                Value::Obj(obj) => self.set_object(*obj, key, value, receiver).await,
                _ => Ok(()),
            }
        })
    }

    fn set_unknown(&self, unk: Unk, key: &Key, value: Value) -> Outcome<()> {
        let labels = self.labels(&value);
        let unknown = self.unknown_of(unk);
        self.touch(0);
        self.record.borrow_mut().escaped |= labels;
        if value.object().is_some() {
            self.is_exposed.set(true);
        }
        self.note_member_write(unk, key, labels != 0 || unknown.is_outside);
        unknown.refs.iter().for_each(|obj| self.smear(&Value::Obj(*obj), labels));
        if let Some(root) = unknown.root.or(unknown.is_outside.then_some(unk)) {
            self.smear(&Value::Unknown(root), labels);
        }
        if matches!(key, Key::Unknown(_)) {
            self.smear(&Value::Unknown(unk), labels);
            self.forget_elements(&Value::Unknown(unk));
        }
        if self.is_callable(&value) {
            self.register(&value, &Value::Unknown(unk), 0, unknown.root.or(Some(unk)), &[])?;
        }
        self.unknowns.borrow_mut()[unk.0 as usize].members.insert(key.clone(), value);
        Ok(())
    }

    async fn set_object(&self, obj: Obj, key: &Key, value: Value, receiver: &Value) -> Outcome<()> {
        let mut at = obj;
        loop {
            if let Kind::Proxy { target, handler } = self.kind_of_proxy(at) {
                return self.trap_set(target, handler, key, value, receiver).await;
            }
            self.make_prototype(at, key);
            let own = self.look(at, |object| object.props.get(key).cloned());
            match own {
                Some(Prop { slot: Slot::Accessor { set, .. }, .. }) => {
                    if !set.is_nullish() {
                        self.call(set, receiver.clone(), vec![value], None).await?;
                    }
                    return Ok(());
                }
                Some(Prop { is_writable: false, .. }) => return Ok(()),
                Some(_) => break,
                None => {}
            }
            match self.look(at, |object| object.proto.clone()) {
                Value::Obj(next) => at = next,
                _ => break,
            }
        }
        let Value::Obj(mut target) = *receiver else { return Ok(()) };
        while let Kind::Proxy { target: behind, .. } = self.kind_of_proxy(target) {
            target = behind;
        }
        let (is_frozen, is_closed) = self.look(target, |object| (object.is_frozen, object.is_closed));
        let is_new = || !matches!(key, Key::Unknown(_)) && !self.has_own(target, key);
        if is_frozen || is_closed && is_new() {
            return Ok(());
        }
        if self.is_array(target) && matches!(key, Key::Str(name) if &**name == "length") {
            return match value {
                Value::Num(length) if length >= 0.0 => self.resize(target, length as usize),
                _ => Err(Abrupt::Stop("a length that is not known")),
            };
        }
        if self.is_array(target) && matches!(key, Key::Unknown(_)) {
            let labels: Labels = self.labels(&value);
            if value.object().is_some_and(|value| self.is_callable(&Value::Obj(value))) {
                return Err(Abrupt::Stop("a function at an unknown index"));
            }
            self.note_write(target, Some(key));
            self.smear(&Value::Obj(target), labels);
        }
        let old = self.look(target, |object| object.props.get(key).map(|prop| prop.is_enumerable));
        self.define(
            target,
            key.clone(),
            Prop { slot: Slot::Data(value), is_enumerable: old.unwrap_or(true), is_writable: true },
        );
        Ok(())
    }

    async fn trap_set(&self, target: Obj, handler: Value, key: &Key, value: Value, receiver: &Value) -> Outcome<()> {
        let target = Value::Obj(target);
        let trap = self.get_named(&handler, "set").await?;
        if trap.is_nullish() {
            return self.set(&target, key, value).await;
        }
        self.call(trap, handler, vec![target, key.value(), value, receiver.clone()], None).await?;
        Ok(())
    }

    /// The names of an object's own properties: indices, texts, symbols.
    pub(super) fn own_keys(&self, obj: Obj) -> Vec<Key> {
        self.note_any_read(self.look(obj, |object| object.era));
        self.look(obj, |object| {
            let mut keys: Vec<Key> = match &object.kind {
                Kind::Array(items) => (0..items.len()).map(|at| Key::str(&at.to_string())).collect(),
                _ => vec![],
            };
            let mut indices: Vec<(usize, Key)> =
                object.props.keys().filter_map(|key| Some((key.index()?, key.clone()))).collect();
            indices.sort_by_key(|(index, _)| *index);
            keys.extend(indices.into_iter().map(|(_, key)| key));
            keys.extend(object.props.keys().filter(|key| key.index().is_none()).cloned());
            keys
        })
    }

    pub(super) fn is_enumerable(&self, obj: Obj, key: &Key) -> bool {
        self.look(obj, |object| {
            if matches!(object.kind, Kind::Array(_)) && key.index().is_some() {
                return true;
            }
            object.props.get(key).is_some_and(|prop| prop.is_enumerable)
        })
    }

    pub(super) fn has_own(&self, obj: Obj, key: &Key) -> bool {
        self.make_prototype(obj, key);
        let (era, born) = self.look(obj, |object| (object.era, object.born));
        self.note_read(era, born, key);
        self.look(obj, |object| match &object.kind {
            Kind::Array(items) if key.index().is_some_and(|index| index < items.len()) => true,
            Kind::Array(_) if matches!(key, Key::Str(name) if &**name == "length") => true,
            _ => object.props.contains_key(key),
        })
    }

    /// Whether the program itself gives all names that an object has.
    pub(super) fn names_are_known(&self, obj: Obj) -> bool {
        self.look(obj, |object| object.smear == 0 && !object.props.keys().any(|key| matches!(key, Key::Unknown(_))))
    }

    /// `key in obj`
    pub(super) fn has<'f>(&'f self, obj: Obj, key: &'f Key) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            let mut at = obj;
            loop {
                if let Kind::Proxy { target, handler } = self.kind_of_proxy(at) {
                    let trap = self.get_named(&handler, "has").await?;
                    if trap.is_nullish() {
                        return self.has(target, key).await;
                    }
                    return self.call(trap, handler, vec![Value::Obj(target), key.value()], None).await;
                }
                if self.has_own(at, key) {
                    return Ok(Value::Bool(true));
                }
                let has_open = self.look(at, |object| object.props.keys().any(|key| matches!(key, Key::Unknown(_))));
                if let Key::Unknown(name) = key
                    && self.names_are_known(at)
                {
                    return Ok(self.is_named(*name));
                }
                if has_open || matches!(key, Key::Unknown(_)) || self.look(at, |object| object.smear) != 0 {
                    return Ok(self.opaque(0));
                }
                match self.look(at, |object| object.proto.clone()) {
                    Value::Obj(next) => at = next,
                    Value::Unknown(_) => return Ok(self.opaque(0)),
                    _ if self.may_be_outside(obj, key) => return Ok(self.opaque(0)),
                    _ => return Ok(Value::Bool(false)),
                }
            }
        })
    }

    /// `delete base[key]`
    pub(super) async fn delete(&self, base: &Value, key: &Key) -> Outcome<Value> {
        match base {
            Value::Obj(obj) => {
                if let Kind::Proxy { target, handler } = self.kind_of_proxy(*obj) {
                    let trap = self.get_named(&handler, "deleteProperty").await?;
                    if trap.is_nullish() {
                        return Box::pin(self.delete(&Value::Obj(target), key)).await;
                    }
                    return self.call(trap, handler, vec![Value::Obj(target), key.value()], None).await;
                }
                if self.with(*obj, |object| object.is_frozen) {
                    return Ok(Value::Bool(false));
                }
                self.note_write(*obj, Some(key));
                self.with(*obj, |object| {
                    if let (Kind::Array(items), Some(index)) = (&mut object.kind, key.index())
                        && index < items.len()
                    {
                        items[index] = Value::Undefined;
                    }
                    object.props.shift_remove(key);
                });
            }
            Value::Unknown(unk) => {
                self.touch(0);
                self.note_member_write(*unk, key, self.unknown_of(*unk).is_outside);
                self.unknowns.borrow_mut()[unk.0 as usize].members.insert(key.clone(), Value::Undefined);
            }
            _ => {}
        }
        Ok(Value::Bool(true))
    }

    /// A value as the name of a property.
    pub(super) async fn to_key(&self, value: Value) -> Outcome<Key> {
        Ok(match value {
            Value::Sym(symbol) => Key::Sym(symbol),
            Value::Unknown(unk) => match self.equals.borrow().get(&unk) {
                Some(Value::Str(text)) => Key::Str(text.clone()),
                _ => Key::Unknown(unk),
            },
            other => match self.to_text(other).await? {
                Value::Str(text) => Key::Str(text),
                Value::Unknown(unk) => Key::Unknown(unk),
                _ => Key::str("undefined"),
            },
        })
    }
}
