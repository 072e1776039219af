//! Objects and unknown values: how they are made, and what data they hold.

use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxHashSet;

use super::machine::{Abrupt, Machine, Outcome};
use super::value::{Key, Kind, Labels, Obj, Object, Prop, Slot, Unk, Unknown, Value};

/// Elements up to which a list is followed.
const MAX_LENGTH: usize = 20_000;

impl Machine<'_> {
    pub(super) fn alloc(&self, kind: Kind, proto: Value) -> Obj {
        let time = self.time();
        let mut heap = self.heap.borrow_mut();
        heap.push(Rc::new(Object {
            proto,
            props: IndexMap::new(),
            kind,
            smear: 0,
            is_frozen: false,
            is_closed: false,
            era: time.era,
            born: time.now,
        }));
        Obj(heap.len() as u32 - 1)
    }

    pub(super) fn plain(&self) -> Obj {
        self.alloc(Kind::Plain, Value::Obj(Obj(self.known.get().object)))
    }

    pub(super) fn array(&self, items: Vec<Value>) -> Value {
        Value::Obj(self.alloc(Kind::Array(items), Value::Obj(Obj(self.known.get().array))))
    }

    /// The object `{ key: value, … }`.
    pub(super) fn object_of<const N: usize>(&self, props: [(&str, Value); N]) -> Value {
        let obj = self.plain();
        for (name, value) in props {
            self.define(obj, Key::str(name), Prop::data(value));
        }
        Value::Obj(obj)
    }

    pub(super) fn kind(&self, obj: Obj) -> Kind {
        self.heap.borrow()[obj.0 as usize].kind.clone()
    }

    pub(super) fn with<T>(&self, obj: Obj, f: impl FnOnce(&mut Object) -> T) -> T {
        f(Rc::make_mut(&mut self.heap.borrow_mut()[obj.0 as usize]))
    }

    /// The same without changing anything.
    pub(super) fn look<T>(&self, obj: Obj, f: impl FnOnce(&Object) -> T) -> T {
        f(&self.heap.borrow()[obj.0 as usize])
    }

    pub(super) fn is_array(&self, obj: Obj) -> bool {
        self.look(obj, |object| matches!(object.kind, Kind::Array(_)))
    }

    pub(super) fn is_callable(&self, value: &Value) -> bool {
        let Some(obj) = value.object() else { return false };
        match self.kind(obj) {
            Kind::Closure(_) | Kind::Native(_) | Kind::Bound { .. } => true,
            Kind::Proxy { target, .. } => self.is_callable(&Value::Obj(target)),
            _ => false,
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self, obj: Obj) -> Option<Vec<Value>> {
        self.look(obj, |object| match &object.kind {
            Kind::Array(items) => Some(items.clone()),
            _ => None,
        })
    }

    /// Sets a property as it is, whatever stands in the way.
    pub(super) fn define(&self, obj: Obj, key: Key, prop: Prop) {
        let index = key.index();
        self.note_write(obj, Some(&key));
        if let Slot::Data(value) = &prop.slot {
            let born = self.with(obj, |object| object.born);
            self.note_spread(obj.0 as usize, &key, value, born);
            self.note_property(obj, &key, value);
        }
        self.with(obj, |object| {
            if let (Kind::Array(items), Some(index), Slot::Data(value)) = (&mut object.kind, index, &prop.slot)
                && index < MAX_LENGTH
            {
                if index >= items.len() {
                    items.resize(index + 1, Value::Undefined);
                }
                items[index] = value.clone();
                return;
            }
            object.props.insert(key, prop);
        });
    }

    pub(super) fn resize(&self, obj: Obj, length: usize) -> Outcome<()> {
        if length > MAX_LENGTH {
            return Err(Abrupt::Stop("a long list"));
        }
        self.note_write(obj, None);
        self.with(obj, |object| {
            if let Kind::Array(items) = &mut object.kind {
                items.resize(length, Value::Undefined);
            }
        });
        Ok(())
    }

    /// An object is changed, under a name or as a whole.
    pub(super) fn note_write(&self, obj: Obj, key: Option<&Key>) {
        let (era, born) = self.look(obj, |object| (object.era, object.born));
        self.touch(born);
        self.note_shared(era, born, key);
    }

    /// Counts data that gets to a place for the first time.
    pub(super) fn note_spread(&self, place: usize, key: &Key, value: &Value, born: u64) {
        let labels = self.labels(value);
        if labels == 0 {
            return;
        }
        // Names that are not known are one.
        let key = if matches!(key, Key::Unknown(_)) { Key::Unknown(Unk(u32::MAX)) } else { key.clone() };
        let mut spread = self.spread.borrow_mut();
        let known = spread.entry((place, key)).or_default();
        if *known | labels != *known {
            *known |= labels;
            self.news.borrow_mut().push(born);
        }
    }

    // Values that are not known.

    pub(super) fn add_unknown(&self, unknown: Unknown) -> Value {
        let mut unknowns = self.unknowns.borrow_mut();
        unknowns.push(unknown);
        Value::Unknown(Unk(unknowns.len() as u32 - 1))
    }

    /// A new value with this data.
    pub(super) fn opaque(&self, labels: Labels) -> Value {
        self.add_unknown(Unknown { labels, ..Unknown::default() })
    }

    /// A value that is computed from others.
    pub(super) fn mixed(&self, parts: &[Value]) -> Value {
        let labels = parts.iter().fold(0, |labels, part| labels | self.labels(part));
        let is_void = |part: &Value| match part {
            Value::Unknown(unk) => self.unknowns.borrow()[unk.0 as usize].is_void,
            Value::Obj(_) => false,
            _ => true,
        };
        let is_void = labels == 0 && parts.iter().all(is_void);
        self.add_unknown(Unknown { labels, is_void, ..Unknown::default() })
    }

    /// A text that is computed from others, of which the beginning is known.
    pub(super) fn text_begun(&self, beginning: &str, parts: &[Value]) -> Value {
        let text = self.mixed(parts);
        self.change_unknown(&text, |unknown| unknown.beginning = Rc::from(beginning));
        text
    }

    /// A list that is computed from a text, of which the first elements are known.
    pub(super) fn list_begun(&self, elements: Vec<Value>, text: &Value) -> Value {
        let list = self.mixed(std::slice::from_ref(text));
        self.change_unknown(&list, |unknown| {
            let elements = elements.into_iter().enumerate();
            unknown.members.extend(elements.map(|(at, element)| (Key::str(&at.to_string()), element)));
            unknown.is_begun = true;
        });
        list
    }

    /// What is not known may be done to a list: where its elements stand is not known any more.
    pub(super) fn forget_elements(&self, list: &Value) {
        self.change_unknown(list, |unknown| {
            if std::mem::take(&mut unknown.is_begun) {
                unknown.members.clear();
            }
        });
    }

    fn change_unknown(&self, value: &Value, change: impl FnOnce(&mut Unknown)) {
        if let Value::Unknown(unk) = value {
            change(&mut self.unknowns.borrow_mut()[unk.0 as usize]);
        }
    }

    /// How a text begins that is not known.
    pub(super) fn beginning(&self, unk: Unk) -> Rc<str> {
        Rc::clone(&self.unknowns.borrow()[unk.0 as usize].beginning)
    }

    pub(super) fn unknown_of(&self, unk: Unk) -> Unknown {
        self.unknowns.borrow()[unk.0 as usize].clone()
    }

    /// The data of an unknown value itself.
    pub(super) fn labels_of_unknown(&self, unk: Unk) -> Labels {
        let unknown = self.unknown_of(unk);
        let root = unknown.root.map_or(0, |root| self.unknowns.borrow()[root.0 as usize].labels);
        let refs = unknown.refs.iter().fold(0, |labels, obj| labels | self.labels(&Value::Obj(*obj)));
        unknown.labels | root | refs
    }

    /// All data in a value, at any depth.
    pub(super) fn labels(&self, value: &Value) -> Labels {
        match value {
            Value::Unknown(_) | Value::Obj(_) | Value::Sym(_) => {
                let mut seen = FxHashSet::default();
                let mut seen_unknown = FxHashSet::default();
                let mut labels = 0;
                let mut open = vec![value.clone()];
                while let Some(value) = open.pop() {
                    match value {
                        // What is found to be a certain constant is no data.
                        Value::Unknown(unk) if self.equals.borrow().contains_key(&unk) => {}
                        Value::Unknown(unk) if seen_unknown.insert(unk) => {
                            let unknowns = self.unknowns.borrow();
                            let unknown = &unknowns[unk.0 as usize];
                            labels |= unknown.labels;
                            open.extend(unknown.root.filter(|root| *root != unk).map(Value::Unknown));
                            open.extend(unknown.refs.iter().copied().map(Value::Obj));
                            if !unknown.is_outside {
                                open.extend(unknown.members.values().cloned());
                            }
                        }
                        Value::Obj(obj) if seen.insert(obj) => labels |= self.parts(obj, &mut open),
                        Value::Sym(symbol) => open.extend(self.unknown_symbols.borrow().get(&symbol).cloned()),
                        _ => {}
                    }
                }
                labels
            }
            _ => 0,
        }
    }

    /// The values in an object; the data that it holds beside them.
    pub(super) fn parts(&self, obj: Obj, open: &mut Vec<Value>) -> Labels {
        let heap = self.heap.borrow();
        let object = &heap[obj.0 as usize];
        let mut labels = object.smear;
        let is_function = matches!(object.kind, Kind::Closure(_) | Kind::Native(_) | Kind::Bound { .. });
        match &object.kind {
            Kind::Array(items) => open.extend(items.iter().cloned()),
            Kind::Generator { .. } => labels = Labels::MAX,
            Kind::Proxy { target, handler } => {
                open.push(Value::Obj(*target));
                open.push(handler.clone());
            }
            _ => {}
        }
        for (key, prop) in &object.props {
            let is_link = is_function && matches!(key, Key::Str(name) if &**name == "prototype");
            match &prop.slot {
                Slot::Data(value) if !is_link => open.push(value.clone()),
                // What it gives is not asked here.
                Slot::Accessor { .. } if prop.is_enumerable && !is_function => labels = Labels::MAX,
                _ => {}
            }
            open.push(key.value());
        }
        labels
    }

    /// Data may have come into an object somewhere.
    pub(super) fn smear(&self, value: &Value, labels: Labels) {
        if labels == 0 {
            return;
        }
        match value {
            Value::Obj(obj) => {
                self.touch(self.with(*obj, |object| {
                    object.smear |= labels;
                    object.born
                }));
                // What goes into something that stands before another goes into that.
                if let Kind::Proxy { target, .. } = self.kind(*obj) {
                    self.smear(&Value::Obj(target), labels);
                }
            }
            Value::Unknown(unk) => {
                self.touch(0);
                let mut open = vec![*unk];
                while let Some(unk) = open.pop() {
                    let known = &mut self.unknowns.borrow_mut()[unk.0 as usize].labels;
                    let is_new = *known | labels != *known;
                    *known |= labels;
                    let joined = self.joined.borrow();
                    let others = joined.iter().filter(|pair| is_new && pair.contains(&unk));
                    open.extend(others.flatten().filter(|other| **other != unk));
                }
            }
            _ => {}
        }
    }

    /// An error that the machine itself throws.
    pub(super) fn type_error(&self, message: &str) -> Abrupt {
        let proto = match self.base_value("TypeError") {
            Value::Obj(class) => self.own_data(class, "prototype"),
            _ => Value::Null,
        };
        let obj = self.alloc(Kind::Error, proto);
        self.define(obj, Key::str("message"), Prop::hidden(Value::str(message)));
        self.own_errors.borrow_mut().insert(obj);
        Abrupt::Throw(Value::Obj(obj))
    }

    /// What a property of an object itself holds.
    pub(super) fn own_data(&self, obj: Obj, name: &str) -> Value {
        self.look(obj, |object| match object.props.get(&Key::str(name)) {
            Some(Prop { slot: Slot::Data(value), .. }) => value.clone(),
            _ => Value::Undefined,
        })
    }
}
