//! The parts of arrays, structs and enums, one by one for serde.

use std::borrow::Cow;

use serde::de::value::U32Deserializer;
use serde::de::{self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::container::{Begun, Elements, Member, Members};
use super::key::Key;
use super::xml::Deserializer;
use crate::value::ValueType;
use crate::xml::error::Error;
use crate::xml::reader::Reader;

/// The elements of an array, for serde.
pub(super) struct Array<'r, 'de> {
    pub(super) reader: &'r mut Reader<'de>,
    elements: Elements,
    pub(super) index: usize,
    ended: bool,
}

impl<'r, 'de> Array<'r, 'de> {
    pub(super) fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, elements: Elements::default(), index: 0, ended: false }
    }

    /// Goes past the end of the array; `false` if there are elements left.
    pub(super) fn end(&mut self) -> Result<bool, Error> {
        Ok(self.ended || self.elements.next(self.reader)?.is_none())
    }
}

impl<'de> SeqAccess<'de> for Array<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if self.ended {
            return Ok(None);
        }
        let Some(begun) = self.elements.next(self.reader)? else {
            self.ended = true;
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        let value = Deserializer::begun(self.reader, begun);
        match value.and_then(|value| seed.deserialize(value)) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error.in_index(index)),
        }
    }
}

/// The members of a struct, for serde.
pub(super) struct Structure<'r, 'de> {
    pub(super) reader: &'r mut Reader<'de>,
    members: Members,
    ended: bool,
    /// The value of the member whose name was given.
    value: Begun,
    /// The name of that member, for an error.
    name: Cow<'de, str>,
}

impl<'r, 'de> Structure<'r, 'de> {
    pub(super) fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, members: Members::default(), ended: false, value: Begun::Value, name: Cow::Borrowed("") }
    }

    /// Goes past the end of the struct; gives the number of members that were left.
    pub(super) fn end(&mut self) -> Result<usize, Error> {
        let mut left = 0;
        while !self.ended && self.members.next(self.reader)?.is_some() {
            self.reader.skip()?;
            self.members.end_member(self.reader)?;
            left += 1;
        }
        Ok(left)
    }
}

impl<'de> MapAccess<'de> for Structure<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if self.ended {
            return Ok(None);
        }
        let Some(Member { name, value }) = self.members.next(self.reader)? else {
            self.ended = true;
            return Ok(None);
        };
        self.value = value;
        match name {
            Cow::Borrowed(name) => {
                self.name = Cow::Borrowed(name);
                seed.deserialize(Key(Cow::Borrowed(name))).map(Some)
            }
            Cow::Owned(name) => {
                self.name = Cow::Owned(name.clone());
                seed.deserialize(Key(Cow::Owned(name))).map(Some)
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = Deserializer::begun(self.reader, self.value)
            .and_then(|value| seed.deserialize(value))
            .map_err(|error| error.in_member(&self.name))?;
        self.members.end_member(self.reader)?;
        Ok(value)
    }
}

/// An enum variant with content: a struct whose one member is named for it.
pub(super) struct Variant<'s, 'r, 'de>(pub(super) &'s mut Structure<'r, 'de>);

impl<'de> EnumAccess<'de> for Variant<'_, '_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        match self.0.next_key_seed(seed)? {
            Some(variant) => Ok((variant, self)),
            None => Err(de::Error::custom("expected an enum as a struct of one member, found none")),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.0.next_value()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.0.next_value_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.next_value_seed(AsSeed::Seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.0.next_value_seed(AsSeed::Map(visitor))
    }
}

/// A visitor as a seed.
enum AsSeed<V> {
    Seq(V),
    Map(V),
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for AsSeed<V> {
    type Value = V::Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self {
            Self::Seq(visitor) => deserializer.deserialize_seq(visitor),
            Self::Map(visitor) => deserializer.deserialize_map(visitor),
        }
    }
}

/// A value with its type, for [`crate::Value`].
pub(super) struct AnyValue<D> {
    pub(super) kind: ValueType,
    pub(super) content: D,
}

impl<'de, D: de::Deserializer<'de, Error = Error>> EnumAccess<'de> for AnyValue<D> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let position: U32Deserializer<Error> = (self.kind as u32).into_deserializer();
        Ok((seed.deserialize(position)?, self))
    }
}

impl<'de, D: de::Deserializer<'de, Error = Error>> VariantAccess<'de> for AnyValue<D> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        de::Deserialize::deserialize(self.content)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.content)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.content.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.content.deserialize_map(visitor)
    }
}
