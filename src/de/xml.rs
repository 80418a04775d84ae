//! Serde straight from XML.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, CowStrDeserializer, MapDeserializer, U32Deserializer};
use serde::de::{self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::container::{Begun, Elements, Member, Members, malformed, text_of};
use super::scalar;
use crate::value::token::{self, Kind};
use crate::xml::error::{Error, ErrorKind};
use crate::xml::reader::{Reader, Token};
use crate::xml::tag::Tag;

/// A value whose type is known and whose content is next.
pub(crate) struct Deserializer<'r, 'de> {
    reader: &'r mut Reader<'de>,
    content: Content<'de>,
    begun: Begun,
    /// Where the content begins.
    at: usize,
}

enum Content<'de> {
    /// A `<value>` without a type element, read to its end.
    Untyped(Cow<'de, str>),
    /// Inside this type element.
    Typed(Tag),
}

impl<'r, 'de> Deserializer<'r, 'de> {
    /// After the start tag of a value.
    pub(crate) fn begun(reader: &'r mut Reader<'de>, begun: Begun) -> Result<Self, Error> {
        match begun {
            Begun::Value => Self::in_value(reader),
            Begun::Bare(tag) => Self::typed(reader, tag, begun),
        }
    }

    fn in_value(reader: &'r mut Reader<'de>) -> Result<Self, Error> {
        let text = match reader.next()? {
            Token::Text(text) => Some(text),
            Token::Start(tag) => return Self::typed(reader, tag, Begun::Value),
            Token::End | Token::Eof => None,
        };
        let at = reader.offset();
        let text = match text {
            Some(text) => match reader.next()? {
                Token::Start(tag) => return Self::typed(reader, tag, Begun::Value),
                _ => text,
            },
            None => Cow::Borrowed(""),
        };
        Ok(Self { reader, content: Content::Untyped(text), begun: Begun::Value, at })
    }

    fn typed(reader: &'r mut Reader<'de>, tag: Tag, begun: Begun) -> Result<Self, Error> {
        if !tag.is_type() {
            let name = reader.name();
            return Err(malformed(reader, format!("unknown type element <{name}>")));
        }
        let at = reader.offset();
        Ok(Self { reader, content: Content::Typed(tag), begun, at })
    }

    /// The text of a scalar; goes past the end of the value.
    fn text(self) -> Result<Cow<'de, str>, Error> {
        match self.content {
            Content::Untyped(text) => Ok(text),
            Content::Typed(_) => {
                let text = text_of(self.reader)?;
                close_value(self.reader, self.begun)?;
                Ok(text)
            }
        }
    }

    /// The number in an integer element, and whether it is of 32 bits: in width for the narrow types, by
    /// its size for `<int>`, which some servers widen without saying.
    fn integer(self, tag: Tag) -> Result<(i64, bool), Error> {
        let at = self.at;
        let name = match tag {
            Tag::I1 => "i1",
            Tag::I2 => "i2",
            Tag::I4 => "i4",
            Tag::I8 => "i8",
            _ => "int",
        };
        let text = self.text()?;
        let number = scalar::integer(&text, name).map_err(|error| error.or_at(at))?;
        let fits = match tag {
            Tag::I1 => i8::try_from(number).is_ok(),
            Tag::I2 => i16::try_from(number).is_ok(),
            _ => true,
        };
        match fits {
            true => Ok((number, tag != Tag::I8 && i32::try_from(number).is_ok())),
            false => Err(scalar::out_of_range(name).or_at(at)),
        }
    }

    fn boolean(self) -> Result<bool, Error> {
        let at = self.at;
        scalar::boolean(&self.text()?).map_err(|error| error.or_at(at))
    }

    fn double(self) -> Result<f64, Error> {
        let at = self.at;
        scalar::double(&self.text()?).map_err(|error| error.or_at(at))
    }

    fn base64(self) -> Result<Vec<u8>, Error> {
        let at = self.at;
        scalar::base64(&self.text()?).map_err(|error| error.or_at(at))
    }

    /// The text of a date or of a big number.
    fn kept_text(self, tag: Tag) -> Result<Cow<'de, str>, Error> {
        let at = self.at;
        let text = self.text()?;
        let kept = match tag {
            Tag::BigInteger => scalar::big_number(text, "biginteger"),
            Tag::BigDecimal => scalar::big_number(text, "bigdecimal"),
            _ => Ok(scalar::trim_cow(text)),
        };
        kept.map_err(|error| error.or_at(at))
    }

    fn nil(self) -> Result<(), Error> {
        self.reader.skip()?;
        close_value(self.reader, self.begun)
    }

    fn array<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (at, begun) = (self.at, self.begun);
        let mut array = Array { reader: self.reader, elements: Elements::default(), index: 0, ended: false };
        let value = visitor.visit_seq(&mut array).map_err(|error| error.or_at(at))?;
        if !array.ended && array.elements.next(array.reader)?.is_some() {
            let message = format!("expected an array of {}, found more", array.index);
            return Err(Error::new(ErrorKind::TypeMismatch, message).or_at(at));
        }
        close_value(array.reader, begun)?;
        Ok(value)
    }

    fn structure<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (at, begun) = (self.at, self.begun);
        let mut structure = Structure::new(self.reader);
        let value = visitor.visit_map(&mut structure).map_err(|error| error.or_at(at))?;
        let reader = structure.reader;
        if !structure.ended {
            while structure.members.next(reader)?.is_some() {
                reader.skip()?;
                structure.members.end_member(reader)?;
            }
        }
        close_value(reader, begun)?;
        Ok(value)
    }

    /// A value as the enum that [`crate::Value`] is.
    fn any_value<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let kind = match self.content {
            Content::Untyped(_) => Kind::String,
            Content::Typed(tag) => match tag {
                Tag::Boolean => Kind::Boolean,
                Tag::Double => Kind::Double,
                Tag::DateTime => Kind::DateTime,
                Tag::Base64 => Kind::Base64,
                Tag::BigInteger => Kind::BigInteger,
                Tag::BigDecimal => Kind::BigDecimal,
                Tag::Struct => Kind::Struct,
                Tag::Array => Kind::Array,
                Tag::Nil => Kind::Nil,
                Tag::String => Kind::String,
                _ => {
                    let (number, narrow) = self.integer(tag)?;
                    let kind = if narrow { Kind::Int } else { Kind::I8 };
                    return visitor.visit_enum(AnyValue { kind, content: number.into_deserializer() });
                }
            },
        };
        visitor.visit_enum(AnyValue { kind, content: self })
    }

    fn is_text(&self) -> bool {
        matches!(self.content, Content::Untyped(_) | Content::Typed(Tag::String))
    }
}

/// Goes to the content of a value that has begun, and gives its type; of one without a type to its end.
#[cfg(feature = "rpc")]
pub(crate) fn open_value(reader: &mut Reader<'_>, begun: Begun) -> Result<Option<Tag>, Error> {
    Ok(match Deserializer::begun(reader, begun)?.content {
        Content::Typed(tag) => Some(tag),
        Content::Untyped(_) => None,
    })
}

/// Goes from the end of the type element to the end of the value.
pub(crate) fn close_value(reader: &mut Reader<'_>, begun: Begun) -> Result<(), Error> {
    if begun == Begun::Value {
        loop {
            match reader.next()? {
                Token::Text(_) => {}
                Token::Start(_) => return Err(malformed(reader, "more than one type element in a value")),
                Token::End | Token::Eof => break,
            }
        }
    }
    Ok(())
}

fn visit_text<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value, Error> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

/// A type that serde does not know, for a visitor that takes anything: a map with the type's token as its
/// one name, which `Value`, `DateTime` and serde's buffering understand.
fn visit_marked<'de, V: Visitor<'de>>(name: &'static str, text: Cow<'de, str>, visitor: V) -> Result<V::Value, Error> {
    let entry = std::iter::once((name, CowStrDeserializer::new(text)));
    visitor.visit_map(MapDeserializer::new(entry))
}

impl<'de> de::Deserializer<'de> for Deserializer<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let at = self.at;
        let visited = match self.content {
            Content::Untyped(_) | Content::Typed(Tag::String) => visit_text(self.text()?, visitor),
            Content::Typed(tag) => match tag {
                Tag::Boolean => visitor.visit_bool(self.boolean()?),
                Tag::Double => visitor.visit_f64(self.double()?),
                Tag::Base64 => visitor.visit_byte_buf(self.base64()?),
                Tag::Struct => self.structure(visitor),
                Tag::Array => self.array(visitor),
                Tag::Nil => {
                    self.nil()?;
                    visitor.visit_unit()
                }
                Tag::DateTime => visit_marked(token::DATE_TIME, self.kept_text(tag)?, visitor),
                Tag::BigInteger => visit_marked(token::BIG_INTEGER, self.kept_text(tag)?, visitor),
                Tag::BigDecimal => visit_marked(token::BIG_DECIMAL, self.kept_text(tag)?, visitor),
                _ => visitor.visit_i64(self.integer(tag)?.0),
            },
        };
        visited.map_err(|error: Error| error.or_at(at))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.content {
            Content::Typed(tag @ (Tag::DateTime | Tag::BigInteger | Tag::BigDecimal)) => {
                let at = self.at;
                visit_text(self.kept_text(tag)?, visitor).map_err(|error: Error| error.or_at(at))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.content {
            Content::Typed(Tag::Nil) => {
                self.nil()?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_ignored_any(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        let at = self.at;
        match (name, &self.content) {
            (token::VALUE, _) => self.any_value(visitor),
            (token::DATE_TIME, Content::Typed(Tag::DateTime)) => visit_text(self.kept_text(Tag::DateTime)?, visitor),
            // Peers that have no date type send its text as a string.
            (token::DATE_TIME, _) if self.is_text() => visit_text(self.text()?, visitor),
            (token::DATE_TIME, _) => self.deserialize_any(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
        .map_err(|error| error.or_at(at))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (at, begun) = (self.at, self.begun);
        if self.is_text() {
            let variant = CowStrDeserializer::<Error>::new(self.text()?);
            return visitor.visit_enum(variant).map_err(|error| error.or_at(at));
        }
        let Content::Typed(Tag::Struct) = self.content else {
            return self.deserialize_any(visitor);
        };
        let mut structure = Structure::new(self.reader);
        let value = visitor.visit_enum(Variant(&mut structure)).map_err(|error| error.or_at(at))?;
        let reader = structure.reader;
        if structure.members.next(reader)?.is_some() {
            let message = "expected an enum as a struct of one member, found more";
            return Err(Error::new(ErrorKind::TypeMismatch, message).or_at(at));
        }
        close_value(reader, begun)?;
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Content::Typed(_) = self.content {
            self.reader.skip()?;
            close_value(self.reader, self.begun)?;
        }
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf seq tuple tuple_struct map struct
        identifier
    }
}

struct Array<'r, 'de> {
    reader: &'r mut Reader<'de>,
    elements: Elements,
    index: usize,
    ended: bool,
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
        Deserializer::begun(self.reader, begun)
            .and_then(|value| seed.deserialize(value))
            .map(Some)
            .map_err(|error| error.in_index(index))
    }
}

struct Structure<'r, 'de> {
    reader: &'r mut Reader<'de>,
    members: Members,
    ended: bool,
    /// The value of the member whose name was given.
    value: Begun,
    /// The name of that member, for an error.
    name: Cow<'de, str>,
}

impl<'r, 'de> Structure<'r, 'de> {
    fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, members: Members::default(), ended: false, value: Begun::Value, name: Cow::Borrowed("") }
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
                seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
            }
            Cow::Owned(name) => {
                self.name = Cow::Owned(name.clone());
                seed.deserialize(name.into_deserializer()).map(Some)
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
struct Variant<'s, 'r, 'de>(&'s mut Structure<'r, 'de>);

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
    pub(super) kind: Kind,
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
