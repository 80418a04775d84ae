//! Serde for the parameters of a call: a tuple or sequence, whose elements are the parameters.

use serde::de::{self, DeserializeSeed, SeqAccess, Visitor};
use serde::ser::{self, Error as _, Impossible, Serialize};

use super::envelope::Parameters;
use crate::de::xml::Deserializer as ValueDeserializer;
use crate::dialect::Dialect;
use crate::ser::refuse::{refuse, refuse_newtype_variant};
use crate::ser::xml::write_value;
use crate::xml::error::{Error, ErrorKind};
use crate::xml::reader::Reader;

/// The path to the parameters, in errors.
const ROOT: &str = "params";

/// The parameters that a reader stands before.
pub(crate) struct Deserializer<'r, 'de> {
    pub(crate) reader: &'r mut Reader<'de>,
    pub(crate) parameters: Parameters,
}

impl<'de> de::Deserializer<'de> for Deserializer<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut params = Params { reader: self.reader, parameters: self.parameters, index: 0 };
        let value = visitor.visit_seq(&mut params)?;
        if params.parameters.next(params.reader)?.is_some() {
            let message = format!("expected {} parameters, found more", params.index);
            let at = params.reader.offset();
            return Err(Error::new(ErrorKind::TypeMismatch, message).or_at(at));
        }
        Ok(value)
    }

    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        match self.parameters.next(self.reader)? {
            None => visitor.visit_unit(),
            Some(_) => Err(de::Error::custom("expected no parameters, found some")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Params<'r, 'de> {
    reader: &'r mut Reader<'de>,
    parameters: Parameters,
    index: usize,
}

impl<'de> SeqAccess<'de> for Params<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(begun) = self.parameters.next(self.reader)? else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        ValueDeserializer::begun(self.reader, begun)
            .and_then(|value| seed.deserialize(value))
            .map(Some)
            .map_err(|error| error.in_index(index).in_root(ROOT))
    }
}

/// Appends a `<param>` for each element.
pub(super) struct Serializer<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) dialect: &'a Dialect,
}

fn no_sequence() -> Error {
    Error::custom("the parameters of a call are a tuple or a sequence, such as (1, \"a\"), (x,) or ()")
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Writing<'a>;
    type SerializeTuple = Writing<'a>;
    type SerializeTupleStruct = Writing<'a>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    refuse! {
        no_sequence();
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_i128(i128) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_u128(u128) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    refuse_newtype_variant!(no_sequence(); ());

    fn serialize_unit(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), Error> {
        Err(no_sequence())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, inner: &T) -> Result<(), Error> {
        inner.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Writing<'a>, Error> {
        Ok(Writing { out: self.out, dialect: self.dialect, index: 0 })
    }

    fn serialize_tuple(self, length: usize) -> Result<Writing<'a>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Writing<'a>, Error> {
        self.serialize_seq(Some(length))
    }
}

pub(super) struct Writing<'a> {
    out: &'a mut Vec<u8>,
    dialect: &'a Dialect,
    index: usize,
}

impl Writing<'_> {
    fn param<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.out.extend_from_slice(b"<param>");
        write_value(value, self.out, self.dialect).map_err(|error| error.in_index(self.index).in_root(ROOT))?;
        self.out.extend_from_slice(b"</param>");
        self.index += 1;
        Ok(())
    }
}

macro_rules! params {
    ($($interface:ident::$method:ident,)*) => {$(
        impl ser::$interface for Writing<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.param(value)
            }

            fn end(self) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

params! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
}
