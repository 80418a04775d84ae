//! Names of members, from the keys of a map.

use serde::Serialize;
use serde::ser::{Error as _, Impossible, Serializer};

use super::refuse::{refuse, refuse_newtype_variant};
use crate::xml::error::Error;

/// The key as text: strings, characters, numbers, booleans and unit variants can be names.
pub(super) fn to_name<K: Serialize + ?Sized>(key: &K) -> Result<String, Error> {
    key.serialize(Key)
}

struct Key;

fn not_a_name() -> Error {
    Error::custom("a key that is no string, character, integer, boolean or unit variant cannot be the name of a member")
}

macro_rules! as_text {
    ($($method:ident: $source:ty,)*) => {$(
        fn $method(self, key: $source) -> Result<String, Error> {
            Ok(key.to_string())
        }
    )*};
}

impl Serializer for Key {
    type Ok = String;
    type Error = Error;
    type SerializeSeq = Impossible<String, Error>;
    type SerializeTuple = Impossible<String, Error>;
    type SerializeTupleStruct = Impossible<String, Error>;
    type SerializeTupleVariant = Impossible<String, Error>;
    type SerializeMap = Impossible<String, Error>;
    type SerializeStruct = Impossible<String, Error>;
    type SerializeStructVariant = Impossible<String, Error>;

    as_text! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_char: char,
        serialize_str: &str,
    }

    refuse! {
        not_a_name();
        serialize_f32(f32) -> String;
        serialize_f64(f64) -> String;
        serialize_bytes(&[u8]) -> String;
        serialize_none() -> String;
        serialize_unit() -> String;
        serialize_unit_struct(&'static str) -> String;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    refuse_newtype_variant!(not_a_name(); String);

    fn serialize_some<T: Serialize + ?Sized>(self, key: &T) -> Result<String, Error> {
        key.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<String, Error> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, key: &T) -> Result<String, Error> {
        key.serialize(self)
    }
}
