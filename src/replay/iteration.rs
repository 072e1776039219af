//! Iteration: lists, texts, iterators of the program's own, and what is not known; `yield*` and `await`.

use super::coroutines::Signal;
use super::machine::{Abrupt, Fut, Machine, Outcome};
use super::scope::Env;
use super::value::{Key, Kind, Obj, Unknown, Value};

/// Something that is gone through one by one.
#[derive(Debug)]
pub(super) enum Cursor {
    List { list: Obj, at: usize },
    Items { items: Vec<Value>, at: usize },
    Object { iterator: Value, next: Value, is_async: bool, open: u32 },
    Unknown(Value),
}

/// Answers of an iterator that do not say whether they are the last.
const MAX_OPEN_ANSWERS: u32 = 4;

impl<'a> Machine<'a> {
    pub(super) async fn iterate(&self, value: &Value) -> Outcome<Cursor> {
        if let Some(iterator) = self.iterate_plain(value) {
            return Ok(iterator);
        }
        let method = self.get(value, &Key::Sym(super::host::ITERATOR)).await?;
        self.iterate_with(value, method, false).await
    }

    pub(super) async fn iterate_async(&self, value: &Value) -> Outcome<Cursor> {
        if let Some(iterator) = self.iterate_plain(value) {
            return Ok(iterator);
        }
        let method = self.get(value, &Key::Sym(super::host::ASYNC_ITERATOR)).await?;
        if method.is_nullish() {
            return self.iterate(value).await;
        }
        self.iterate_with(value, method, true).await
    }

    fn iterate_plain(&self, value: &Value) -> Option<Cursor> {
        match value {
            Value::Unknown(_) => Some(Cursor::Unknown(value.clone())),
            Value::Str(text) => {
                let items = text.chars().map(|c| Value::str(&c.to_string())).collect();
                Some(Cursor::Items { items, at: 0 })
            }
            Value::Obj(list)
                if self.look(*list, |object| {
                    matches!(object.kind, Kind::Array(_))
                        && !object.props.contains_key(&Key::Sym(super::host::ITERATOR))
                }) =>
            {
                Some(Cursor::List { list: *list, at: 0 })
            }
            _ => None,
        }
    }

    async fn iterate_with(&self, value: &Value, method: Value, is_async: bool) -> Outcome<Cursor> {
        if method.is_nullish() {
            return Err(self.type_error("not iterable"));
        }
        let iterator = self.call(method, value.clone(), vec![], None).await?;
        if iterator.unknown().is_some() {
            return Ok(Cursor::Unknown(iterator));
        }
        let next = self.get_named(&iterator, "next").await?;
        Ok(Cursor::Object { iterator, next, is_async, open: 0 })
    }

    /// The next element.
    pub(super) async fn next(&self, iterator: &mut Cursor) -> Outcome<Option<Value>> {
        match iterator {
            Cursor::List { list, at } => {
                self.note_any_read(self.look(*list, |object| object.era));
                let (item, smear) = self.look(*list, |object| match &object.kind {
                    Kind::Array(items) => (items.get(*at).cloned(), object.smear),
                    _ => (None, 0),
                });
                *at += 1;
                Ok(match item {
                    Some(item) if smear != 0 && !self.is_callable(&item) => {
                        Some(self.get(&Value::Obj(*list), &Key::str(&(*at - 1).to_string())).await?)
                    }
                    item => item,
                })
            }
            Cursor::Items { items, at } => {
                *at += 1;
                Ok(items.get(*at - 1).cloned())
            }
            Cursor::Unknown(value) => {
                let labels = self.labels(value);
                Ok(Some(self.add_unknown(Unknown { labels, is_part: true, ..Unknown::default() })))
            }
            Cursor::Object { iterator, next, is_async, open } => {
                self.step()?;
                let mut answer = self.call(next.clone(), iterator.clone(), vec![], None).await?;
                if *is_async {
                    answer = self.wait_for(answer).await?;
                }
                let done = self.get_named(&answer, "done").await?;
                if done.unknown().is_some() {
                    *open += 1;
                    if *open > MAX_OPEN_ANSWERS {
                        return Err(Abrupt::Stop("an open iterator"));
                    }
                }
                if self.truth(&done)? {
                    return Ok(None);
                }
                self.get_named(&answer, "value").await.map(Some)
            }
        }
    }

    /// Tells an iterator that nobody asks it any more.
    pub(super) async fn close(&self, iterator: &Cursor) -> Outcome<()> {
        let Cursor::Object { iterator, is_async, .. } = iterator else { return Ok(()) };
        let method = self.get_named(iterator, "return").await?;
        if !method.is_nullish() {
            let answer = self.call(method, iterator.clone(), vec![], None).await?;
            if *is_async {
                self.wait_for(answer).await?;
            }
        }
        Ok(())
    }

    /// All elements of something.
    pub(super) fn list<'f>(&'f self, value: &'f Value) -> Fut<'f, Vec<Value>>
    where
        'a: 'f,
    {
        Box::pin(async move {
            if value.unknown().is_some() {
                return Ok(vec![self.mixed(std::slice::from_ref(value))]);
            }
            let mut iterator = self.iterate(value).await?;
            let mut items = Vec::new();
            while let Some(item) = self.next(&mut iterator).await? {
                items.push(item);
            }
            Ok(items)
        })
    }

    /// `yield* value`
    pub(super) async fn delegate(&self, value: Value, env: &Env) -> Outcome<Value> {
        let is_async = env.frame.is_async;
        let mut iterator = if is_async { self.iterate_async(&value).await? } else { self.iterate(&value).await? };
        let Cursor::Object { iterator: object, next, is_async, .. } = &mut iterator else {
            let mut left = 3;
            while let Some(item) = self.next(&mut iterator).await? {
                if let Cursor::Unknown(_) = iterator {
                    left -= 1;
                    let more = self.opaque(0);
                    if left == 0 || !self.truth(&more)? {
                        return Ok(Value::Undefined);
                    }
                }
                self.suspend(Signal::Yield, item).await?;
            }
            return Ok(Value::Undefined);
        };
        let mut method = next.clone();
        let mut sent = Value::Undefined;
        loop {
            self.step()?;
            let mut answer = self.call(method.clone(), object.clone(), vec![sent], None).await?;
            if *is_async {
                answer = self.wait_for(answer).await?;
            }
            let done = self.get_named(&answer, "done").await?;
            let value = self.get_named(&answer, "value").await?;
            if self.truth(&done)? {
                return Ok(value);
            }
            (method, sent) = match self.suspend(Signal::Yield, value).await {
                Ok(value) => (next.clone(), value),
                Err(Abrupt::Throw(value)) => (self.get_named(object, "throw").await?, value),
                Err(Abrupt::Return(value)) => {
                    let method = self.get_named(object, "return").await?;
                    if !method.is_nullish() {
                        self.call(method, object.clone(), vec![value.clone()], None).await?;
                    }
                    return Err(Abrupt::Return(value));
                }
                Err(other) => return Err(other),
            };
        }
    }

    /// `await value`
    pub(super) async fn wait_for(&self, value: Value) -> Outcome<Value> {
        let value = self.suspend(Signal::Await, value).await?;
        // What is not known may be a promise that fails.
        if value.unknown().is_some() && self.guarded.get() > 0 && self.choose(2)? == 1 {
            return Err(Abrupt::Throw(self.mixed(std::slice::from_ref(&value))));
        }
        Ok(value)
    }
}
