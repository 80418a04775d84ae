//! What a type looks like on the wire, found out by deserializing it from nothing.

use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, SeqAccess, Visitor, value};

use crate::value::{TypeInfo, ValueType, token};

/// What a type asks of its deserializer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) info: TypeInfo,
    /// Whether it is an `Option`.
    pub(crate) optional: bool,
}

/// Asks a type. One that takes anything, or looks before it asks, is [`ValueType::Undef`].
pub(crate) fn shape_of<T: DeserializeOwned>() -> Shape {
    let mut shape = Shape::unknown();
    // Fails by design: the first question is all there is to learn.
    let _ = T::deserialize(Probe { shape: &mut shape, levels: LEVELS });
    shape
}

/// How many arrays, options and newtypes are looked into, one in the other: a type may hold itself.
const LEVELS: u32 = 8;

impl Shape {
    fn unknown() -> Self {
        Self { info: ValueType::Undef.into(), optional: false }
    }
}

struct Probe<'a> {
    shape: &'a mut Shape,
    levels: u32,
}

impl Probe<'_> {
    fn deeper(&mut self) -> Option<Probe<'_>> {
        let levels = self.levels.checked_sub(1)?;
        Some(Probe { shape: &mut *self.shape, levels })
    }

    fn found<T>(self, info: impl Into<TypeInfo>) -> Result<T, value::Error> {
        self.shape.info = info.into();
        Err(value::Error::custom("a probe holds no value"))
    }
}

/// An array that asks its first element what it is, and ends.
struct Elements<'a> {
    element: &'a mut Option<TypeInfo>,
    levels: u32,
    asked: bool,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = value::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, value::Error> {
        // A type that makes do with a default instead of an error would ask for ever.
        if std::mem::replace(&mut self.asked, true) {
            return Ok(None);
        }
        let mut shape = Shape::unknown();
        let asked = seed.deserialize(Probe { shape: &mut shape, levels: self.levels });
        *self.element = Some(shape.info).filter(|info| info.value_type() != ValueType::Undef);
        asked.map(Some)
    }
}

macro_rules! answer {
    ($($question:ident => $answer:ident,)*) => {$(
        fn $question<V: Visitor<'de>>(self, _: V) -> Result<V::Value, value::Error> {
            self.found(ValueType::$answer)
        }
    )*};
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = value::Error;

    answer! {
        deserialize_any => Undef,
        deserialize_ignored_any => Undef,
        deserialize_identifier => Undef,
        deserialize_bool => Boolean,
        deserialize_i8 => Int,
        deserialize_i16 => Int,
        deserialize_i32 => Int,
        deserialize_u8 => Int,
        deserialize_u16 => Int,
        deserialize_u32 => I8,
        deserialize_i64 => I8,
        deserialize_u64 => I8,
        deserialize_i128 => I8,
        deserialize_u128 => I8,
        deserialize_f32 => Double,
        deserialize_f64 => Double,
        deserialize_char => String,
        deserialize_str => String,
        deserialize_string => String,
        deserialize_bytes => Base64,
        deserialize_byte_buf => Base64,
        deserialize_unit => Nil,
        deserialize_map => Struct,
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, value::Error> {
        let mut element = None;
        if let Some(Probe { levels, .. }) = self.deeper() {
            let _ = visitor.visit_seq(Elements { element: &mut element, levels, asked: false });
        }
        self.found(TypeInfo::array_of(element))
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, value::Error> {
        self.shape.optional = true;
        match self.deeper() {
            Some(deeper) => visitor.visit_some(deeper),
            None => self.found(ValueType::Undef),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, value::Error> {
        match name {
            token::VALUE => self.found(ValueType::Undef),
            token::DATE_TIME => self.found(ValueType::DateTime),
            _ => match self.deeper() {
                Some(deeper) => visitor.visit_newtype_struct(deeper),
                None => self.found(ValueType::Undef),
            },
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, value::Error> {
        self.found(ValueType::Nil)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, value::Error> {
        self.found(ValueType::Array)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        _: V,
    ) -> Result<V::Value, value::Error> {
        self.found(ValueType::Array)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        members: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, value::Error> {
        self.found(TypeInfo::with_members(members))
    }

    /// A string for a unit variant, a struct for any other: which, the type does not say.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, value::Error> {
        self.found(ValueType::Undef)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::value::{Binary, DateTime, Struct, Value};

    fn known<T: DeserializeOwned>() -> ValueType {
        shape_of::<T>().info.value_type()
    }

    #[test]
    fn types_tell_what_they_are() {
        #[derive(serde::Deserialize)]
        #[allow(dead_code)]
        struct Point {
            x: i32,
        }
        #[derive(serde::Deserialize)]
        #[allow(dead_code)]
        struct Wrapped(Point);

        assert_eq!(known::<i32>(), ValueType::Int);
        assert_eq!(known::<i64>(), ValueType::I8);
        assert_eq!(known::<bool>(), ValueType::Boolean);
        assert_eq!(known::<String>(), ValueType::String);
        assert_eq!(known::<f64>(), ValueType::Double);
        assert_eq!(known::<DateTime>(), ValueType::DateTime);
        assert_eq!(known::<Binary>(), ValueType::Base64);
        assert_eq!(known::<Vec<u8>>(), ValueType::Array);
        assert_eq!(known::<(i32, i32)>(), ValueType::Array);
        assert_eq!(known::<Point>(), ValueType::Struct);
        assert_eq!(known::<Wrapped>(), ValueType::Struct);
        assert_eq!(known::<Struct>(), ValueType::Struct);
        assert_eq!(known::<HashMap<String, Value>>(), ValueType::Struct);
        assert_eq!(known::<Value>(), ValueType::Undef);
        assert_eq!(known::<()>(), ValueType::Nil);
    }

    #[test]
    fn an_option_is_what_is_in_it() {
        let shape = shape_of::<Option<String>>();
        assert_eq!((shape.info.value_type(), shape.optional), (ValueType::String, true));
        assert!(!shape_of::<String>().optional);
    }

    #[test]
    fn structs_tell_their_members_and_arrays_their_elements() {
        #[derive(serde::Deserialize)]
        #[allow(dead_code)]
        struct Point {
            #[serde(rename = "X")]
            x: i32,
            y: i32,
        }
        #[derive(serde::Deserialize)]
        #[allow(dead_code)]
        struct Nest(Vec<Nest>);
        #[derive(serde::Deserialize)]
        #[allow(dead_code)]
        struct Chain(Option<Box<Chain>>);
        struct Lenient;
        impl<'de> serde::Deserialize<'de> for Lenient {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let _ = String::deserialize(deserializer);
                Ok(Self)
            }
        }

        assert_eq!(shape_of::<Point>().info.members(), ["X", "y"]);
        let points = shape_of::<Vec<Point>>().info;
        assert_eq!(points.element().map(TypeInfo::members), Some(["X", "y"].as_slice()));
        assert_eq!(shape_of::<Vec<Value>>().info.element(), None);
        assert_eq!(shape_of::<Nest>().info.value_type(), ValueType::Array);
        assert_eq!(shape_of::<Chain>().info.value_type(), ValueType::Undef);
        assert_eq!(shape_of::<Vec<Lenient>>().info.value_type(), ValueType::Array);
    }
}
