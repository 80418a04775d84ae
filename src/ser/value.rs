//! Serde to a [`Value`].

use serde::ser::{self, Serialize};

use super::key;
use crate::value::{DateTime, Struct, Value, token};
use crate::xml::error::{Error, ErrorKind};

/// Makes a value of any type that serde can serialize. `None` and `()` become [`Value::Nil`].
///
/// ```
/// use tagwire::{Struct, Value};
///
/// #[derive(serde::Serialize)]
/// struct Point { x: i32, y: i32 }
///
/// let value = tagwire::ser::to_value(&Point { x: 1, y: 2 })?;
/// assert_eq!(value, Value::from(Struct::from([("x", Value::from(1)), ("y", Value::from(2))])));
/// # Ok::<(), tagwire::Error>(())
/// ```
///
/// # Errors
/// An integer beyond 64 bits, or a map with keys that cannot be names.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
    value.serialize(Serializer { form: None })
}

struct Serializer {
    /// What the text or number that comes next stands for: see [`token`].
    form: Option<&'static str>,
}

const PLAIN: Serializer = Serializer { form: None };

macro_rules! integers {
    ($($method:ident: $source:ty,)*) => {$(
        fn $method(self, number: $source) -> Result<Value, Error> {
            let number = i64::try_from(number)
                .map_err(|_| Error::new(ErrorKind::Unwritable, "an integer beyond 64 bits"))?;
            self.serialize_i64(number)
        }
    )*};
}

impl ser::Serializer for Serializer {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fn serialize_i64(self, number: i64) -> Result<Value, Error> {
        Ok(match self.form {
            Some(token::I8) => Value::I8(number),
            _ => Value::from(number),
        })
    }

    integers! {
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
    }

    fn serialize_bool(self, truth: bool) -> Result<Value, Error> {
        Ok(Value::Boolean(truth))
    }

    fn serialize_f32(self, number: f32) -> Result<Value, Error> {
        // The double that reads the same as the shortest text of the single, as it would be written.
        Ok(Value::Double(number.to_string().parse().unwrap_or(f64::from(number))))
    }

    fn serialize_f64(self, number: f64) -> Result<Value, Error> {
        Ok(Value::Double(number))
    }

    fn serialize_char(self, c: char) -> Result<Value, Error> {
        Ok(Value::String(c.to_string()))
    }

    fn serialize_str(self, text: &str) -> Result<Value, Error> {
        Ok(match self.form {
            Some(token::DATE_TIME) => Value::DateTime(DateTime::new(text)),
            Some(token::BIG_INTEGER) => Value::BigInteger(text.to_owned()),
            Some(token::BIG_DECIMAL) => Value::BigDecimal(text.to_owned()),
            _ => Value::String(text.to_owned()),
        })
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value, Error> {
        Ok(Value::Base64(bytes.into()))
    }

    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::Nil)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::Nil)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Error> {
        Ok(Value::Nil)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Error> {
        Ok(Value::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Value, Error> {
        value.serialize(Self { form: Some(name) })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        let value = to_value(value).map_err(|error| error.in_member(variant))?;
        Ok(in_variant(Some(variant), value))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements, Error> {
        Ok(Elements {
            // A length is only a hint, and may come from anywhere.
            elements: Vec::with_capacity(length.unwrap_or(0).min(1024)),
            variant: None,
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Elements, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements, Error> {
        let mut elements = self.serialize_seq(Some(length))?;
        elements.variant = Some(variant);
        Ok(elements)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, Error> {
        Ok(Members::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, Error> {
        Ok(Members::default())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members, Error> {
        Ok(Members { variant: Some(variant), ..Members::default() })
    }
}

/// The struct of one member that an enum variant with content is.
fn in_variant(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(variant) => Value::from(Struct::from([(variant, value)])),
        None => value,
    }
}

struct Elements {
    elements: Vec<Value>,
    variant: Option<&'static str>,
}

macro_rules! elements {
    ($($interface:ident::$method:ident,)*) => {$(
        impl ser::$interface for Elements {
            type Ok = Value;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                let value = value.serialize(PLAIN).map_err(|error| error.in_index(self.elements.len()))?;
                self.elements.push(value);
                Ok(())
            }

            fn end(self) -> Result<Value, Error> {
                Ok(in_variant(self.variant, Value::Array(self.elements)))
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

#[derive(Default)]
struct Members {
    members: Vec<(String, Value)>,
    /// The name whose value is next.
    name: String,
    variant: Option<&'static str>,
}

impl Members {
    fn member<T: Serialize + ?Sized>(&mut self, name: String, value: &T) -> Result<(), Error> {
        let value = to_value(value).map_err(|error| error.in_member(&name))?;
        self.members.push((name, value));
        Ok(())
    }

    fn close(self) -> Value {
        in_variant(self.variant, Value::Struct(self.members.into_iter().collect()))
    }
}

macro_rules! members {
    ($($interface:ident,)*) => {$(
        impl ser::$interface for Members {
            type Ok = Value;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.member(name.to_owned(), value)
            }

            fn end(self) -> Result<Value, Error> {
                Ok(self.close())
            }
        }
    )*};
}

members! {
    SerializeStruct,
    SerializeStructVariant,
}

impl ser::SerializeMap for Members {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), Error> {
        self.name = key::to_name(key)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let name = std::mem::take(&mut self.name);
        self.member(name, value)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(self.close())
    }
}
