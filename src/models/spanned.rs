//! Shapes for serde: a value with its place in the text, one value or a list of them, and a list that bears mistakes.
//! Knows no keys; `tree.rs` fills them.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// The name under which [`Spanned`] asks for a place.
pub(super) const SPANNED: &str = "$spanned";
/// The name under which [`Many`] asks for a list even where there is one value.
pub(super) const MANY: &str = "$many";

/// The name under which [`Each`] asks for a list whose mistakes are logged by the deserializer.
pub(super) const EACH: &str = "$each";

/// A value and the bytes that it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Spanned<T> {
    /// In bytes.
    pub(super) range: Range<usize>,
    /// What stands there.
    pub(super) value: T,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
            type Value = Spanned<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a value with its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
                let absent = || A::Error::custom("a value with its place has three parts");
                let start = parts.next_element()?.ok_or_else(absent)?;
                let end = parts.next_element()?.ok_or_else(absent)?;
                let value = parts.next_element()?.ok_or_else(absent)?;
                Ok(Spanned { range: start..end, value })
            }
        }
        deserializer.deserialize_newtype_struct(SPANNED, Parts(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug)]
pub(super) struct Many<T>(pub(super) Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = Many<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("one value or a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Many(all))
            }
        }
        deserializer.deserialize_newtype_struct(MANY, Items(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [one.clone(), { "type": "array", "items": one }] })
    }
}

/// A list from which elements with mistakes are left out; the deserializer has logged them.
#[derive(Debug)]
pub(super) struct Each<T>(pub(super) Vec<T>);

impl<T> Default for Each<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = Each<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Each<T>, A::Error> {
                let mut all = Vec::new();
                loop {
                    match items.next_element() {
                        Ok(Some(item)) => all.push(item),
                        Ok(None) => return Ok(Each(all)),
                        // It is in the log; the sequence stands behind the element.
                        Err(_) => {}
                    }
                }
            }
        }
        deserializer.deserialize_newtype_struct(EACH, Items(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Each<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}
