//! Serde from a [`Value`].

use serde::Deserializer as _;
use serde::de::value::{CowStrDeserializer, MapDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::access::AnyValue;
use super::key::Key;
use crate::value::token;
use crate::value::{Struct, Value};
use crate::xml::error::{Error, ErrorKind};

/// Takes a value apart into any type that serde can deserialize, by the same rules as from XML.
///
/// ```
/// use tagwire::{Struct, Value};
///
/// #[derive(serde::Deserialize, PartialEq, Debug)]
/// struct Point { x: i32, y: Option<i32> }
///
/// let value = Value::from(Struct::from([("x", Value::from(1))]));
/// assert_eq!(tagwire::de::from_value::<Point>(value)?, Point { x: 1, y: None });
/// # Ok::<(), tagwire::Error>(())
/// ```
///
/// # Errors
/// The value is of another type.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Deserializer(value))
}

struct Deserializer(Value);

impl Deserializer {
    /// The value is of another type than the visitor asked for.
    #[cold]
    fn mismatch<T>(self, expected: &dyn de::Expected) -> Result<T, Error> {
        let found = self.0.value_type();
        Err(Error::new(ErrorKind::TypeMismatch, format!("expected {expected}, found {found}")))
    }
}

/// The types that are asked for by name, each with the values that will do.
macro_rules! only {
    ($($method:ident: $($variant:ident(_))|+)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0 {
                $(Value::$variant(_))|+ => self.deserialize_any(visitor),
                _ => self.mismatch(&visitor),
            }
        }
    )*};
}

fn visit_marked<'de, V: Visitor<'de>>(name: &'static str, text: String, visitor: V) -> Result<V::Value, Error> {
    visitor.visit_map(MapDeserializer::new(std::iter::once((name, text))))
}

impl<'de> de::Deserializer<'de> for Deserializer {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Int(number) => visitor.visit_i64(i64::from(number)),
            Value::I8(number) => visitor.visit_i64(number),
            Value::Boolean(truth) => visitor.visit_bool(truth),
            Value::String(text) => visitor.visit_string(text),
            Value::Double(number) => visitor.visit_f64(number),
            Value::DateTime(date) => visit_marked(token::DATE_TIME, date.as_str().to_owned(), visitor),
            Value::Base64(bytes) => visitor.visit_byte_buf(bytes.into_vec()),
            Value::BigInteger(text) => visit_marked(token::BIG_INTEGER, text, visitor),
            Value::BigDecimal(text) => visit_marked(token::BIG_DECIMAL, text, visitor),
            Value::Struct(members) => visitor.visit_map(Members::from(members)),
            Value::Array(elements) => {
                let mut elements = Elements { rest: elements.into_iter(), index: 0 };
                let value = visitor.visit_seq(&mut elements)?;
                match elements.rest.next() {
                    None => Ok(value),
                    Some(_) => {
                        let message = format!("expected an array of {}, found more", elements.index);
                        Err(Error::new(ErrorKind::TypeMismatch, message))
                    }
                }
            }
            Value::Nil => visitor.visit_unit(),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) | Value::BigInteger(text) | Value::BigDecimal(text) => visitor.visit_string(text),
            Value::DateTime(date) => visitor.visit_str(date.as_str()),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    only! {
        deserialize_bool: Boolean(_)
        deserialize_i8: Int(_) | I8(_)
        deserialize_i16: Int(_) | I8(_)
        deserialize_i32: Int(_) | I8(_)
        deserialize_i64: Int(_) | I8(_)
        deserialize_i128: Int(_) | I8(_)
        deserialize_u8: Int(_) | I8(_)
        deserialize_u16: Int(_) | I8(_)
        deserialize_u32: Int(_) | I8(_)
        deserialize_u64: Int(_) | I8(_)
        deserialize_u128: Int(_) | I8(_)
        deserialize_f32: Double(_) | Int(_) | I8(_)
        deserialize_f64: Double(_) | Int(_) | I8(_)
        deserialize_char: String(_)
        deserialize_seq: Array(_)
        deserialize_map: Struct(_)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(_) => self.deserialize_seq(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Nil => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match (name, &self.0) {
            (token::VALUE, _) => visitor.visit_enum(AnyValue { kind: self.0.value_type(), content: self }),
            (token::DATE_TIME, Value::DateTime(_) | Value::String(_)) => self.deserialize_str(visitor),
            (token::DATE_TIME, _) => self.mismatch(&visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(CowStrDeserializer::<Error>::new(text.into())),
            Value::Struct(members) if members.len() == 1 => visitor.visit_enum(Variant(Members::from(members))),
            Value::Struct(_) => {
                let message = "expected an enum as a struct of one member, found another number";
                Err(Error::new(ErrorKind::TypeMismatch, message))
            }
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Base64(_) | Value::Array(_) | Value::String(_) => self.deserialize_any(visitor),
            _ => self.mismatch(&visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        identifier ignored_any
    }
}

struct Elements {
    rest: std::vec::IntoIter<Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(element) = self.rest.next() else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Deserializer(element)).map(Some).map_err(|error| error.in_index(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Members {
    rest: <Struct as IntoIterator>::IntoIter,
    /// The member whose name was given.
    current: Option<(String, Value)>,
}

impl From<Struct> for Members {
    fn from(members: Struct) -> Self {
        Self { rest: members.into_iter(), current: None }
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.current = self.rest.next();
        match &self.current {
            Some((name, _)) => seed.deserialize(Key(name.clone().into())).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, value) = self.current.take().unwrap_or((String::new(), Value::Nil));
        seed.deserialize(Deserializer(value)).map_err(|error| error.in_member(&name))
    }
}

struct Variant(Members);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(mut self, seed: V) -> Result<(V::Value, Self), Error> {
        match self.0.next_key_seed(seed)? {
            Some(variant) => Ok((variant, self)),
            None => Err(Error::new(ErrorKind::TypeMismatch, "expected an enum, found an empty struct")),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Error;

    fn unit_variant(mut self) -> Result<(), Error> {
        self.0.next_value()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value, Error> {
        self.0.next_value_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _: usize, visitor: V) -> Result<V::Value, Error> {
        let (_, value) = self.0.current.take().unwrap_or((String::new(), Value::Nil));
        Deserializer(value).deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(mut self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        let (_, value) = self.0.current.take().unwrap_or((String::new(), Value::Nil));
        Deserializer(value).deserialize_map(visitor)
    }
}
