//! Hands a parsed JSON text to serde and keeps the byte range of whatever goes wrong.
//! Knows JSON and serde, not the keys of a model.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::Ranged;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};

use super::error::{nearest, with_suggestion};
use super::spanned::{EACH, MANY, SPANNED};
use crate::base::Text;

/// Why a JSON text does not have the shape of a model, and where.
#[derive(Clone, Debug)]
pub(super) struct ShapeError {
    /// In bytes; absent until the deserializer that knows the place has seen the error.
    pub(super) range: Option<Range<usize>>,
    /// What is wrong.
    pub(super) message: Text,
}

impl ShapeError {
    fn new(zh: String, en: String) -> Self {
        Self { range: None, message: Text::new(zh, en) }
    }

    /// Puts the error at `range`, unless a deeper place is known.
    fn at(mut self, range: &Range<usize>) -> Self {
        self.range.get_or_insert_with(|| range.clone());
        self
    }

    fn unknown(zh_what: &str, en_what: &str, found: &str, words: &'static [&'static str]) -> Self {
        let list = words.join(", ");
        let message = Text::new(
            format!("未知的{zh_what} `{found}`（可用：{list}）"),
            format!("unknown {en_what} `{found}` (known: {list})"),
        );
        let message = nearest(found, words).map_or_else(|| message.clone(), |word| with_suggestion(&message, word));
        Self { range: None, message }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.en)
    }
}

impl std::error::Error for ShapeError {}

impl serde::de::Error for ShapeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        let expected = expected.to_string();
        Self::new(
            format!("类型不对：需要{}，而不是{}", in_chinese(&expected), found_in_chinese(&found)),
            format!("wrong type: expected {expected}, found {found}"),
        )
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown("取值", "value", variant, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown("键", "key", field, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("缺少 `{field}`"), format!("`{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` 重复出现"), format!("`{field}` is given twice"))
    }
}

/// The words that serde and the `expecting` attributes of the model's shapes use.
fn in_chinese(expected: &str) -> &str {
    match expected {
        "a string" | "a borrowed string" => "字符串",
        "a sequence" | "a list" => "数组",
        "a map" | "an object" => "对象",
        "a boolean" => "布尔值",
        "u32" => "非负整数",
        "an object or `false`" => "对象或 `false`",
        other => other,
    }
}

fn found_in_chinese(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("布尔值 `{value}`"),
        Unexpected::Unsigned(value) => format!("数字 `{value}`"),
        Unexpected::Signed(value) => format!("数字 `{value}`"),
        Unexpected::Float(value) => format!("数字 `{value}`"),
        Unexpected::Str(value) => format!("字符串“{value}”"),
        Unexpected::Unit => "null".to_owned(),
        Unexpected::Seq => "数组".to_owned(),
        Unexpected::Map => "对象".to_owned(),
        other => other.to_string(),
    }
}

/// The mistakes in lists that bear them.
pub(super) type Log = RefCell<Vec<ShapeError>>;

/// A value of the tree on its way into serde.
#[derive(Clone, Copy)]
pub(super) struct Tree<'a> {
    /// The value.
    pub(super) value: &'a Value<'a>,
    /// Where mistakes go that do not end the reading.
    pub(super) log: &'a Log,
}

impl<'a> Tree<'a> {
    fn elements(self, values: &'a [Value<'a>], logs: bool) -> Elements<'a> {
        Elements { values: values.iter(), log: self.log, logs }
    }

    fn range(self) -> Range<usize> {
        let range = self.value.range();
        range.start..range.end
    }
}

impl<'de> Deserializer<'de> for Tree<'de> {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        let result = match self.value {
            Value::StringLit(text) => visitor.visit_str(&text.value),
            Value::NumberLit(number) => visit_number(number.value, visitor),
            Value::BooleanLit(literal) => visitor.visit_bool(literal.value),
            Value::NullKeyword(_) => visitor.visit_unit(),
            Value::Object(object) => {
                visitor.visit_map(Entries { properties: object.properties.iter(), value: None, log: self.log })
            }
            Value::Array(array) => visitor.visit_seq(self.elements(&array.elements, false)),
        };
        result.map_err(|error| error.at(&self.range()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self.value {
            Value::NullKeyword(_) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match (name, self.value) {
            (SPANNED, _) => visitor.visit_seq(Located::new(self.range(), self)),
            (MANY, Value::Array(array)) => visitor.visit_seq(self.elements(&array.elements, false)),
            (EACH, Value::Array(array)) => visitor.visit_seq(self.elements(&array.elements, true)),
            (EACH, _) => self.deserialize_any(visitor),
            (MANY, value) => visitor.visit_seq(self.elements(std::slice::from_ref(value), false)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        let result = match self.value {
            Value::StringLit(text) => visitor.visit_enum(StrDeserializer::new(&text.value)),
            _ => return self.deserialize_any(visitor),
        };
        result.map_err(|error: ShapeError| error.at(&self.range()))
    }

    /// What serde derives would take a list for the fields in order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match self.value {
            Value::Array(_) => {
                let error: ShapeError = serde::de::Error::invalid_type(Unexpected::Seq, &visitor);
                Err(error.at(&self.range()))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}

fn visit_number<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, ShapeError> {
    if let Ok(value) = text.parse() {
        return visitor.visit_u64(value);
    }
    if let Ok(value) = text.parse() {
        return visitor.visit_i64(value);
    }
    match text.parse() {
        Ok(value) => visitor.visit_f64(value),
        Err(_) => Err(ShapeError::new(format!("`{text}` 不是数字"), format!("`{text}` is no number"))),
    }
}

/// The elements of an array.
struct Elements<'a> {
    values: std::slice::Iter<'a, Value<'a>>,
    log: &'a Log,
    /// Whether mistakes are logged too, for a reader who goes on behind them.
    logs: bool,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = ShapeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ShapeError> {
        let Some(value) = self.values.next() else {
            return Ok(None);
        };
        let result = seed.deserialize(Tree { value, log: self.log });
        if let (true, Err(error)) = (self.logs, &result) {
            self.log.borrow_mut().push(error.clone());
        }
        result.map(Some)
    }
}

/// The properties of an object.
struct Entries<'a> {
    properties: std::slice::Iter<'a, ObjectProp<'a>>,
    value: Option<&'a Value<'a>>,
    log: &'a Log,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = ShapeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ShapeError> {
        let Some(property) = self.properties.next() else {
            return Ok(None);
        };
        self.value = Some(&property.value);
        let range = property.name.range();
        let key = Key { text: property.name.as_str(), range: range.start..range.end };
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ShapeError> {
        match self.value.take() {
            Some(value) => seed.deserialize(Tree { value, log: self.log }),
            None => Err(ShapeError::new("键没有值".to_owned(), "a key has no value".to_owned())),
        }
    }
}

/// A property's name.
struct Key<'a> {
    text: &'a str,
    range: Range<usize>,
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        visitor.visit_borrowed_str(self.text).map_err(|error: ShapeError| error.at(&self.range))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match name {
            SPANNED => visitor.visit_seq(Located::new(self.range.clone(), self)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        option seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A start, an end and a value, as `Spanned` asks for them.
struct Located<D> {
    offsets: std::array::IntoIter<usize, 2>,
    inner: Option<D>,
}

impl<D> Located<D> {
    fn new(range: Range<usize>, inner: D) -> Self {
        Self { offsets: [range.start, range.end].into_iter(), inner: Some(inner) }
    }
}

impl<'de, D: Deserializer<'de, Error = ShapeError>> SeqAccess<'de> for Located<D> {
    type Error = ShapeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ShapeError> {
        if let Some(offset) = self.offsets.next() {
            return seed.deserialize(offset.into_deserializer()).map(Some);
        }
        self.inner.take().map(|inner| seed.deserialize(inner)).transpose()
    }
}
