//! What the library, which is written in the language, needs of the machine.

use swc_ecma_ast::Program;

use super::LIBRARY;
use super::coroutines::{Resume, Signal};
use super::machine::{Abrupt, Fut, Known, Machine, Outcome, Timer};
use super::regex_syntax;
use super::scope::{Env, Frame, Scope, vars_of};
use super::texts;
use super::value::{Key, Kind, Obj, Prop, Slot, Unknown, Value};

pub(super) const ITERATOR: u32 = 0;
pub(super) const ASYNC_ITERATOR: u32 = 1;
pub(super) const HAS_INSTANCE: u32 = 2;
pub(super) const TO_PRIMITIVE: u32 = 3;
const UNSCOPABLES: u32 = 11;
const SYMBOLS: [&str; 13] = [
    "Symbol.iterator",
    "Symbol.asyncIterator",
    "Symbol.hasInstance",
    "Symbol.toPrimitive",
    "Symbol.toStringTag",
    "Symbol.replace",
    "Symbol.split",
    "Symbol.match",
    "Symbol.matchAll",
    "Symbol.search",
    "Symbol.species",
    "Symbol.unscopables",
    "Symbol.isConcatSpreadable",
];

/// What a text was written down from.
pub(super) const JSON: &str = "%json";

/// Symbols that begin so are the library's own.
const HIDDEN: char = '%';

/// Waits for something unknown of which both is tried: that it is there at once, and after all else.
const MAX_WAITS: u32 = 5;

const NATIVES: [&str; 58] = [
    "adopt",
    "any",
    "apply",
    "array",
    "begun",
    "bind",
    "choose",
    "clearTimer",
    "close",
    "construct",
    "define",
    "deleteKey",
    "describe",
    "freeze",
    "get",
    "has",
    "hasOwn",
    "hide",
    "isClosed",
    "isFrozen",
    "isSpelledOut",
    "isUnknown",
    "json",
    "jsonOf",
    "keys",
    "kind",
    "labelsOf",
    "late",
    "math",
    "match",
    "maybe",
    "maybeList",
    "maybeThrow",
    "microtask",
    "mixed",
    "outside",
    "ownKeys",
    "parseFloat",
    "parseInt",
    "parseJson",
    "proto",
    "proxy",
    "question",
    "resume",
    "set",
    "setProto",
    "smear",
    "smearOf",
    "stop",
    "suspect",
    "symbol",
    "symbolText",
    "takesAll",
    "text",
    "timer",
    "toNumber",
    "toText",
    "waits",
];

impl<'a> Machine<'a> {
    /// Makes the objects of the language, and runs the library.
    pub(super) fn load_library(&self) -> Outcome<()> {
        self.symbols.borrow_mut().extend(SYMBOLS.map(std::rc::Rc::from));
        let object = self.alloc(Kind::Plain, Value::Null);
        let plain = || self.alloc(Kind::Plain, Value::Obj(object));
        let (global, function, error) = (plain(), plain(), plain());
        let array = plain();
        self.known.set(Known {
            global: global.0,
            object: object.0,
            function: function.0,
            array: array.0,
            list_methods: None,
        });
        let frame = Frame::new(Some(Value::Undefined), LIBRARY);
        let env = Scope::new(None, std::rc::Rc::new(frame));
        let host = self.plain();
        for name in NATIVES {
            let native = self.alloc(Kind::Native(name), Value::Obj(function));
            self.define(host, Key::str(name), Prop::data(Value::Obj(native)));
        }
        for (name, obj) in
            [("object", object), ("function", function), ("array", array), ("error", error), ("global", global)]
        {
            self.define(host, Key::str(&format!("{name}Object")), Prop::data(Value::Obj(obj)));
        }
        for (at, name) in SYMBOLS.iter().enumerate() {
            self.define(host, Key::str(name), Prop::data(Value::Sym(at as u32)));
        }
        env.declare("$", Value::Obj(host), self.time());
        *self.base.borrow_mut() = Some(env.clone());
        let Some((_, Program::Script(script))) = self.programs.iter().find(|(file, _)| *file == LIBRARY) else {
            return Err(Abrupt::Stop("no library"));
        };
        for name in vars_of(&script.body) {
            env.declare(&name, Value::Undefined, self.time());
        }
        self.hoist(&script.body, &env);
        self.now(Box::pin(async { self.statements(&script.body, &env).await }))?;
        let method = self.own_data(array, "map");
        let list_methods = method.object().and_then(|method| self.closure_of(method)).and_then(|method| method.home);
        self.known.set(Known { list_methods, ..self.known.get() });
        Ok(())
    }

    /// The accessor that a descriptor makes of a property, if it says one; the half that it leaves out stays.
    async fn accessor_described(&self, obj: Obj, key: &Key, how: &Value) -> Outcome<Option<Slot>> {
        let mut halves = self.look(obj, |object| match object.props.get(key) {
            Some(Prop { slot: Slot::Accessor { get, set }, .. }) => [get.clone(), set.clone()],
            _ => [Value::Undefined, Value::Undefined],
        });
        let mut is_said = false;
        for (half, name) in halves.iter_mut().zip(["get", "set"]) {
            if how.object().is_some_and(|how| self.has_own(how, &Key::str(name))) {
                *half = self.get_named(how, name).await?;
                is_said = true;
            }
        }
        let [get, set] = halves;
        Ok(is_said.then_some(Slot::Accessor { get, set }))
    }

    /// The symbol of this name, if it is one that the language gives a meaning to.
    pub(super) fn known_symbol(name: &str) -> Option<Key> {
        let at = SYMBOLS.iter().position(|symbol| symbol.strip_prefix("Symbol.") == Some(name))?;
        Some(Key::Sym(at as u32))
    }

    /// The object of a `with` around whose property a name means.
    pub(super) async fn holder_of(&self, name: &str, env: &Env) -> Outcome<Option<Value>> {
        let mut scope = Some(env);
        while let Some(inner) = scope {
            if inner.has_own(name) {
                return Ok(None);
            }
            if let Some(object) = &inner.object {
                let key = Key::str(name);
                let has = match object {
                    Value::Obj(obj) => self.has(*obj, &key).await?,
                    Value::Unknown(unk) => self.question(format!("{}:has:{name}", unk.0)),
                    _ => Value::Bool(false),
                };
                if self.truth(&has)? {
                    let hidden = self.get(object, &Key::Sym(UNSCOPABLES)).await?;
                    let is_hidden = match &hidden {
                        Value::Obj(_) => self.get(&hidden, &key).await?,
                        _ => Value::Bool(false),
                    };
                    if !self.truth(&is_hidden)? {
                        return Ok(Some(object.clone()));
                    }
                }
            }
            scope = inner.parent.as_ref();
        }
        Ok(None)
    }

    /// What the library calls by this name.
    pub(super) fn base_value(&self, name: &str) -> Value {
        let base = self.base.borrow();
        base.as_ref().and_then(|env| env.find(name)).map_or(Value::Undefined, |cell| cell.value.borrow().clone())
    }

    pub(super) fn native<'f>(&'f self, name: &'static str, args: Vec<Value>) -> Fut<'f, Value>
    where
        'a: 'f,
    {
        Box::pin(async move {
            let arg = |at: usize| args.get(at).cloned().unwrap_or(Value::Undefined);
            let obj = |at: usize| args.get(at).and_then(Value::object);
            match name {
                "require" => return self.require(&args).await,
                "cell" => return Ok(self.read_cell(&arg(0))),
                "setCell" => {
                    self.write_cell(&arg(0), arg(1));
                    return Ok(Value::Undefined);
                }
                "apply" => {
                    let list = self.list(&arg(2)).await?;
                    return self.call(arg(0), arg(1), list, None).await;
                }
                "construct" => {
                    let list = self.list(&arg(1)).await?;
                    return self.construct(arg(0), list, arg(2), None).await;
                }
                "bind" => {
                    let list = self.list(&arg(2)).await?;
                    let bound = Kind::Bound { target: arg(0), this: arg(1), args: list };
                    return Ok(Value::Obj(self.alloc(bound, Value::Obj(Obj(self.known.get().function)))));
                }
                "get" => {
                    let key = self.to_key(arg(1)).await?;
                    let receiver = if args.len() > 2 { arg(2) } else { arg(0) };
                    return self.get_as(&arg(0), &key, &receiver).await;
                }
                "set" => {
                    let key = self.to_key(arg(1)).await?;
                    let receiver = if args.len() > 3 { arg(3) } else { arg(0) };
                    self.set_as(&arg(0), &key, arg(2), &receiver).await?;
                    return Ok(Value::Bool(true));
                }
                "deleteKey" => {
                    let key = self.to_key(arg(1)).await?;
                    return self.delete(&arg(0), &key).await;
                }
                "has" => {
                    let key = self.to_key(arg(1)).await?;
                    return match obj(0) {
                        Some(obj) => self.has(obj, &key).await,
                        None => Ok(self.opaque(0)),
                    };
                }
                "toText" => return self.to_text(arg(0)).await,
                "toNumber" => return self.to_number(arg(0)).await,
                "keys" => {
                    let Some(obj) = obj(0) else { return Ok(self.mixed(&[arg(0)])) };
                    let keys = self.listed_keys(obj).await?;
                    return Ok(self.array(
                        keys.into_iter().filter(|key| !matches!(key, Key::Sym(_))).map(|key| key.value()).collect(),
                    ));
                }
                "outside" => {
                    let list = self.list(&arg(0)).await?;
                    let Value::Unknown(callee) = self.opaque(0) else { return Ok(Value::Undefined) };
                    return self.call_outside(callee, Value::Undefined, list, None).await;
                }
                "text" => return self.text_method(&arg(0), arg(1), arg(2)).await,
                "math" => return self.math(&arg(0), &arg(1)).await,
                "hasOwn" | "define" | "describe" | "hide" => {
                    let key = self.to_key(arg(1)).await?;
                    let Some(obj) = obj(0) else { return Ok(self.opaque(0)) };
                    return self.property(name, obj, key, &args).await;
                }
                _ => {}
            }
            self.plain_native(name, &args)
        })
    }

    async fn property(&self, name: &str, obj: Obj, key: Key, args: &[Value]) -> Outcome<Value> {
        let arg = |at: usize| args.get(at).cloned().unwrap_or(Value::Undefined);
        match name {
            "hasOwn" => {
                if let Key::Unknown(name) = key
                    && self.names_are_known(obj)
                {
                    return Ok(self.is_named(name));
                }
                let is_open = matches!(key, Key::Unknown(_))
                    || self.look(obj, |object| object.props.keys().any(|key| matches!(key, Key::Unknown(_))));
                if is_open && !self.has_own(obj, &key) {
                    return Ok(self.opaque(0));
                }
                Ok(Value::Bool(self.has_own(obj, &key)))
            }
            "hide" => {
                self.define(obj, key, Prop::hidden(arg(2)));
                Ok(Value::Undefined)
            }
            "define" => {
                let how = arg(2);
                self.make_prototype(obj, &key);
                // What is not said stays as it was.
                let mut truths = self.look(obj, |object| {
                    object.props.get(&key).map_or([false; 2], |prop| [prop.is_enumerable, prop.is_writable])
                });
                for (at, name) in ["enumerable", "writable"].iter().enumerate() {
                    let says = how.object().is_none_or(|how| self.has_own(how, &Key::str(name)));
                    if says || !self.has_own(obj, &key) {
                        let value = self.get_named(&how, name).await?;
                        truths[at] = self.truth(&value)?;
                    }
                }
                let slot = if let Some(halves) = self.accessor_described(obj, &key, &how).await? {
                    halves
                } else {
                    let says = how.object().is_none_or(|how| self.has_own(how, &Key::str("value")));
                    let old = self.look(obj, |object| object.props.get(&key).map(|prop| prop.slot.clone()));
                    match old {
                        Some(old) if !says => old,
                        _ => Slot::Data(self.get_named(&how, "value").await?),
                    }
                };
                self.define(obj, key, Prop { slot, is_enumerable: truths[0], is_writable: truths[1] });
                Ok(Value::Undefined)
            }
            _ => {
                self.make_prototype(obj, &key);
                let prop = self.with(obj, |object| object.props.get(&key).cloned());
                let Some(prop) = prop else {
                    if !self.has_own(obj, &key) {
                        return Ok(Value::Undefined);
                    }
                    let value = self.get(&Value::Obj(obj), &key).await?;
                    let yes = Value::Bool(true);
                    return Ok(self.object_of([
                        ("value", value),
                        ("writable", yes.clone()),
                        ("enumerable", yes.clone()),
                        ("configurable", yes),
                    ]));
                };
                let flags = (Value::Bool(prop.is_enumerable), Value::Bool(prop.is_writable));
                Ok(match prop.slot {
                    Slot::Data(value) => self.object_of([
                        ("value", value),
                        ("enumerable", flags.0),
                        ("writable", flags.1),
                        ("configurable", Value::Bool(true)),
                    ]),
                    Slot::Accessor { get, set } => self.object_of([
                        ("get", get),
                        ("set", set),
                        ("enumerable", flags.0),
                        ("configurable", Value::Bool(true)),
                    ]),
                })
            }
        }
    }

    async fn text_method(&self, name: &Value, text: Value, list: Value) -> Outcome<Value> {
        let Value::Str(name) = name else { return Ok(Value::Undefined) };
        let text = self.to_text(text).await?;
        let args = self.list(&list).await?;
        if let Value::Str(text) = &text
            && args.iter().all(|arg| arg.unknown().is_none() && arg.object().is_none())
            && let Some(value) = texts::method(name, text, &args)
        {
            return Ok(value);
        }
        let told = text.unknown().and_then(|text| texts::method_of_beginning(name, &self.beginning(text), &args));
        match told {
            Some(texts::Told::Value(value)) => return Ok(value),
            Some(texts::Told::Rest(beginning)) => return Ok(self.text_begun(&beginning, &[text])),
            None => {}
        }
        let mut parts = vec![text];
        parts.extend(args);
        Ok(self.mixed(&parts))
    }

    async fn math(&self, name: &Value, list: &Value) -> Outcome<Value> {
        let Value::Str(name) = name else { return Ok(Value::Undefined) };
        let args = self.list(list).await?;
        let mut numbers = Vec::new();
        for arg in &args {
            match self.to_number(arg.clone()).await? {
                Value::Num(number) => numbers.push(number),
                _ => return Ok(self.mixed(&args)),
            }
        }
        Ok(texts::math(name, &numbers).map_or_else(|| self.opaque(0), Value::Num))
    }

    /// Natives that call nothing.
    fn plain_native(&self, name: &str, args: &[Value]) -> Outcome<Value> {
        let arg = |at: usize| args.get(at).cloned().unwrap_or(Value::Undefined);
        let obj = |at: usize| args.get(at).and_then(Value::object);
        let number = |at: usize| match args.get(at) {
            Some(Value::Num(number)) => *number,
            _ => 0.0,
        };
        Ok(match name {
            "adopt" => {
                let (Some(class), Some(proto)) = (obj(0), obj(1)) else { return Ok(Value::Undefined) };
                self.make_prototype(class, &Key::str("prototype"));
                if let Value::Obj(old) = self.own_data(class, "prototype") {
                    let props = self.with(old, |object| object.props.clone());
                    self.with(proto, |object| object.props.extend(props));
                }
                self.define(class, Key::str("prototype"), Prop::hidden(Value::Obj(proto)));
                self.define(proto, Key::str("constructor"), Prop::hidden(Value::Obj(class)));
                Value::Undefined
            }
            "any" => {
                let items = obj(0).and_then(|obj| self.items(obj)).unwrap_or_default();
                if items.iter().any(|item| self.is_callable(item)) {
                    return Err(Abrupt::Stop("functions in an unknown order"));
                }
                let labels = items.iter().fold(0, |labels, item| labels | self.labels(item));
                let refs = items.iter().filter_map(Value::object).collect();
                self.add_unknown(Unknown { labels, refs, ..Unknown::default() })
            }
            "begun" => {
                let elements = obj(0).and_then(|obj| self.items(obj)).unwrap_or_default();
                self.list_begun(elements, &arg(1))
            }
            "choose" => Value::Num(self.choose(number(0).clamp(0.0, 8.0) as usize)? as f64),
            "array" => {
                let list = self.array(vec![]);
                if let Value::Obj(list) = list {
                    self.resize(list, number(0).max(0.0) as usize)?;
                }
                list
            }
            "freeze" => {
                if let Some(obj) = obj(0) {
                    self.note_write(obj, None);
                    self.with(obj, |object| {
                        object.is_frozen = true;
                        object.is_closed = true;
                        object.props.values_mut().for_each(|prop| prop.is_writable = false);
                    });
                }
                arg(0)
            }
            "close" => {
                if let Some(obj) = obj(0) {
                    self.note_write(obj, None);
                    self.with(obj, |object| object.is_closed = true);
                }
                arg(0)
            }
            "isClosed" => Value::Bool(obj(0).is_none_or(|obj| self.look(obj, |object| object.is_closed))),
            "isFrozen" => Value::Bool(obj(0).is_none_or(|obj| self.look(obj, |object| object.is_frozen))),
            "isSpelledOut" => {
                Value::Bool(matches!(arg(0), Value::Str(source) if regex_syntax::is_spelled_out(&source)))
            }
            "takesAll" => Value::Bool(match (arg(0), arg(1)) {
                (Value::Str(source), Value::Str(flags)) => regex_syntax::takes_all(&source, &flags),
                _ => false,
            }),
            "isUnknown" => Value::Bool(arg(0).unknown().is_some()),
            "json" => {
                let value = arg(0);
                let labels = self.labels(&value);
                let text = self.add_unknown(Unknown { labels, ..Unknown::default() });
                if let Value::Unknown(unk) = text {
                    self.unknowns.borrow_mut()[unk.0 as usize].members.insert(Key::str(JSON), value);
                }
                text
            }
            "jsonOf" => match arg(0) {
                Value::Unknown(unk) => match self.unknown_of(unk).members.get(&Key::str(JSON)) {
                    Some(value) => self.array(vec![value.clone()]),
                    None => Value::Undefined,
                },
                _ => Value::Undefined,
            },
            "kind" => self.kind_name(&arg(0)),
            "labelsOf" => Value::Bool(self.labels(&arg(0)) != 0),
            "maybe" => self.opaque(0),
            "maybeList" => match arg(0) {
                Value::Unknown(unk) => self.is_list(unk),
                _ => Value::Bool(false),
            },
            "maybeThrow" => {
                if self.guarded.get() > 0 && self.choose(2)? == 1 {
                    return Err(Abrupt::Throw(self.mixed(args)));
                }
                Value::Undefined
            }
            "late" => {
                let job = super::machine::Job { func: arg(0), args: vec![] };
                self.late.borrow_mut().push_back(job);
                Value::Undefined
            }
            "waits" => {
                let n = self.n_waits.get();
                self.n_waits.set(n + 1);
                Value::Bool(n < MAX_WAITS && self.choose(2)? == 1)
            }
            "microtask" => {
                let job = super::machine::Job { func: arg(0), args: args.get(1..).unwrap_or_default().to_vec() };
                self.jobs.borrow_mut().push_back(job);
                Value::Undefined
            }
            "match" => self.match_text(args),
            "mixed" => self.mixed(args),
            "question" => self.question(format!("{args:?}")),
            "ownKeys" => {
                let Some(obj) = obj(0) else { return Ok(self.mixed(args)) };
                let mut keys = self.own_keys(obj);
                keys.retain(|key| match key {
                    Key::Sym(symbol) => !self.symbols.borrow()[*symbol as usize].starts_with(HIDDEN),
                    Key::Str(name) => !name.starts_with('#'),
                    Key::Unknown(_) => true,
                });
                self.array(keys.iter().map(Key::value).collect())
            }
            "parseFloat" | "parseInt" => match arg(0) {
                Value::Str(text) if name == "parseInt" => Value::Num(texts::parse_int(&text, number(1))),
                Value::Str(text) => Value::Num(texts::parse_float(&text)),
                other => self.mixed(&[other]),
            },
            "parseJson" => match arg(0) {
                Value::Str(text) => match serde_json::from_str(&text) {
                    Ok(value) => self.from_json(&value),
                    Err(_) => Value::Undefined,
                },
                _ => Value::Undefined,
            },
            "proto" => obj(0).map_or(Value::Null, |obj| self.look(obj, |object| object.proto.clone())),
            "setProto" => {
                if let Some(obj) = obj(0) {
                    self.note_write(obj, None);
                    self.with(obj, |object| object.proto = arg(1));
                }
                arg(0)
            }
            "proxy" => {
                let Some(target) = obj(0) else { return Err(Abrupt::Stop("a proxy of something unknown")) };
                let is_known = matches!(arg(1), Value::Obj(_));
                if !is_known {
                    return Err(Abrupt::Stop("a handler that is not known"));
                }
                Value::Obj(self.alloc(Kind::Proxy { target, handler: arg(1) }, Value::Null))
            }
            "resume" => return self.resume_native(args),
            "smear" => {
                self.smear(&arg(0), self.labels(&arg(1)));
                Value::Undefined
            }
            "smearOf" => match obj(0).map(|obj| self.look(obj, |object| object.smear)) {
                Some(smear) if smear != 0 => self.opaque(smear),
                _ => Value::Undefined,
            },
            "stop" => return Err(Abrupt::Stop("a generator that goes on")),
            "symbolText" => match arg(0) {
                Value::Sym(symbol) => match self.unknown_symbols.borrow().get(&symbol) {
                    Some(text) => text.clone(),
                    None => Value::Str(self.symbols.borrow()[symbol as usize].clone()),
                },
                other => self.mixed(&[other]),
            },
            "suspect" => Value::Bool(obj(0).is_some_and(|obj| self.own_errors.borrow().contains(&obj))),
            "symbol" => {
                let id = self.symbols.borrow().len() as u32;
                let text = match arg(0) {
                    Value::Str(text) => text,
                    text @ Value::Unknown(_) => {
                        self.unknown_symbols.borrow_mut().insert(id, text);
                        std::rc::Rc::from("")
                    }
                    _ => std::rc::Rc::from(""),
                };
                self.symbols.borrow_mut().push(text);
                Value::Sym(id)
            }
            "timer" => {
                let id = self.n_timers.get() + 1;
                self.n_timers.set(id);
                let list = obj(3).and_then(|obj| self.items(obj)).unwrap_or_default();
                let every = matches!(arg(2), Value::Bool(true)).then(|| number(1));
                let due = self.now.get() + number(1).max(1.0);
                let job = super::machine::Job { func: arg(0), args: list };
                self.timers.borrow_mut().push(Timer { id, due, every, ticks: 0, job });
                Value::Num(f64::from(id))
            }
            "clearTimer" => {
                self.timers.borrow_mut().retain(|timer| f64::from(timer.id) != number(0));
                Value::Undefined
            }
            _ => return Err(Abrupt::Stop("a native")),
        })
    }

    fn kind_name(&self, value: &Value) -> Value {
        Value::str(match value {
            Value::Unknown(_) => "unknown",
            Value::Obj(obj) => match self.kind(*obj) {
                Kind::Array(_) => "array",
                Kind::Error => "error",
                Kind::Proxy { target, .. } => return self.kind_name(&Value::Obj(target)),
                Kind::Generator { .. } => "generator",
                Kind::Plain => "object",
                _ => "function",
            },
            Value::Undefined | Value::Null => "nothing",
            _ => "constant",
        })
    }

    fn resume_native(&self, args: &[Value]) -> Outcome<Value> {
        let Some(Value::Obj(obj)) = args.first() else { return Err(Abrupt::Stop("nothing to resume")) };
        let Kind::Generator { coroutine } = self.kind(*obj) else { return Err(self.type_error("not a generator")) };
        let value = args.get(2).cloned().unwrap_or(Value::Undefined);
        let resume = match args.get(1) {
            Some(Value::Num(mode)) if *mode == 1.0 => Resume::Throw(value),
            Some(Value::Num(mode)) if *mode == 2.0 => Resume::Return(value),
            _ => Resume::Next(value),
        };
        let is_async = matches!(args.get(3), Some(Value::Bool(true)));
        let (signal, value) = self.resume(coroutine, resume, is_async)?;
        let kind = match signal {
            Signal::Yield => 0.0,
            Signal::Await => 1.0,
            Signal::Done => 2.0,
        };
        Ok(self.object_of([("kind", Value::Num(kind)), ("value", value)]))
    }

    pub(super) fn from_json(&self, value: &serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(bool) => Value::Bool(*bool),
            serde_json::Value::Number(number) => Value::Num(number.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(text) => Value::str(text),
            serde_json::Value::Array(items) => {
                let items = items.iter().map(|item| self.from_json(item)).collect();
                self.array(items)
            }
            serde_json::Value::Object(fields) => {
                let obj = self.plain();
                for (name, field) in fields {
                    let field = self.from_json(field);
                    self.define(obj, Key::str(name), Prop::data(field));
                }
                Value::Obj(obj)
            }
        }
    }
}
