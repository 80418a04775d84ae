//! Serde straight from XML.

use std::borrow::Cow;

use serde::de::value::{CowStrDeserializer, MapDeserializer};
use serde::de::{self, IntoDeserializer, Visitor};

use super::access::{AnyValue, Array, Structure, Variant};
use super::container::{Begun, malformed};
use super::scalar;
use crate::value::{ValueType, token};
use crate::xml::error::{Error, ErrorKind};
use crate::xml::reader::{Reader, Step, Token};
use crate::xml::tag::Tag;
use crate::xml::text::resolve;

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
    /// A scalar with this type and text, read to the end of its value.
    Scalar(Tag, &'de str),
    /// Inside this type element.
    Typed(Tag),
}

impl<'r, 'de> Deserializer<'r, 'de> {
    /// After the start tag of a value.
    pub(crate) fn begun(reader: &'r mut Reader<'de>, begun: Begun) -> Result<Self, Error> {
        match begun {
            Begun::Value => Self::in_value(reader),
            Begun::Bare(_) if reader.is_strict() => Err(malformed(reader, "a type element without its <value>")),
            Begun::Bare(tag) => Self::typed(reader, tag, begun),
        }
    }

    #[inline]
    fn in_value(reader: &'r mut Reader<'de>) -> Result<Self, Error> {
        if !reader.is_strict()
            && let Some((tag, text, at)) = reader.plain_scalar()
        {
            return Ok(Self { reader, content: Content::Scalar(tag, text), begun: Begun::Value, at });
        }
        Self::in_odd_value(reader)
    }

    fn in_odd_value(reader: &'r mut Reader<'de>) -> Result<Self, Error> {
        let text = match reader.next()? {
            Token::Text(text) => Some(text),
            Token::Start(tag) => return Self::typed(reader, tag, Begun::Value),
            Token::End | Token::Eof => None,
        };
        let at = reader.offset();
        let text = match text {
            Some(text) => match reader.tag()? {
                Step::Start(_) if reader.is_strict() && !text.trim_ascii().is_empty() => return Err(beside(reader)),
                Step::Start(tag) => return Self::typed(reader, tag, Begun::Value),
                Step::End | Step::Eof => text,
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
        if reader.is_strict() && !SPECIFIED.contains(&reader.name().as_ref()) {
            let name = reader.name();
            return Err(malformed(reader, format!("type element <{name}>, which the specification does not have")));
        }
        let at = reader.offset();
        Ok(Self { reader, content: Content::Typed(tag), begun, at })
    }

    /// The text of a scalar; goes past the end of the value.
    fn text(self) -> Result<Cow<'de, str>, Error> {
        match self.content {
            Content::Untyped(text) => Ok(text),
            Content::Scalar(_, text) => Ok(Cow::Borrowed(text)),
            Content::Typed(_) => {
                let text = self.reader.content()?;
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
        let strict = self.reader.is_strict();
        let text = self.text()?;
        let number = scalar::integer(&text, name).map_err(|error| error.or_at(at))?;
        let fits = match tag {
            Tag::I1 => i8::try_from(number).is_ok(),
            Tag::I2 => i16::try_from(number).is_ok(),
            _ => !strict || i32::try_from(number).is_ok(),
        };
        match fits {
            true => Ok((number, tag != Tag::I8 && i32::try_from(number).is_ok())),
            false => Err(scalar::out_of_range(name).or_at(at)),
        }
    }

    fn boolean(self) -> Result<bool, Error> {
        let (at, strict) = (self.at, self.reader.is_strict());
        scalar::boolean(&self.text()?, strict).map_err(|error| error.or_at(at))
    }

    fn double(self) -> Result<f64, Error> {
        let (at, strict) = (self.at, self.reader.is_strict());
        scalar::double(&self.text()?, strict).map_err(|error| error.or_at(at))
    }

    fn base64(self) -> Result<Vec<u8>, Error> {
        let at = self.at;
        let bytes = match self.content {
            Content::Scalar(_, raw) => match scalar::base64(raw) {
                Ok(bytes) => return Ok(bytes),
                // It was taken as it is, and may have references in it.
                Err(_) => scalar::base64(&resolve(raw, at, self.reader.is_lenient())?),
            },
            _ => scalar::base64(&self.text()?),
        };
        bytes.map_err(|error| error.or_at(at))
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
        self.ignore()
    }

    /// The text of a string; goes past the value, and gives none where it is no string.
    #[cfg(feature = "rpc")]
    pub(crate) fn string(self) -> Result<Option<Cow<'de, str>>, Error> {
        match self.tag() {
            Tag::String => self.text().map(Some),
            _ => self.ignore().map(|()| None),
        }
    }

    /// Goes past the value, whatever it is.
    fn ignore(self) -> Result<(), Error> {
        match self.content {
            Content::Typed(_) => {
                self.reader.skip()?;
                close_value(self.reader, self.begun)
            }
            Content::Scalar(Tag::Base64, raw) => resolve(raw, self.at, self.reader.is_lenient()).map(drop),
            _ => Ok(()),
        }
    }

    /// The value is of another type than the visitor asked for.
    #[cold]
    fn mismatch<T>(self, expected: &dyn de::Expected) -> Result<T, Error> {
        let found = self.tag().value_type();
        Err(Error::new(ErrorKind::TypeMismatch, format!("expected {expected}, found {found}")).or_at(self.at))
    }

    fn array<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (at, begun) = (self.at, self.begun);
        let mut array = Array::new(self.reader);
        let value = match visitor.visit_seq(&mut array) {
            Ok(value) => value,
            Err(error) => return Err(error.or_at(at)),
        };
        if !array.end()? {
            let message = format!("expected an array of {}, found more", array.index);
            return Err(Error::new(ErrorKind::TypeMismatch, message).or_at(at));
        }
        close_value(array.reader, begun)?;
        Ok(value)
    }

    fn structure<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (at, begun) = (self.at, self.begun);
        let mut structure = Structure::new(self.reader);
        let value = match visitor.visit_map(&mut structure) {
            Ok(value) => value,
            Err(error) => return Err(error.or_at(at)),
        };
        structure.end()?;
        close_value(structure.reader, begun)?;
        Ok(value)
    }

    /// A value as the enum that [`crate::Value`] is.
    fn any_value<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let tag = self.tag();
        match tag.is_integer() {
            false => visitor.visit_enum(AnyValue { kind: tag.value_type(), content: self }),
            true => self.any_integer(visitor),
        }
    }

    /// Whether an integer is an `Int` or an `I8` is told by its size.
    #[inline(never)]
    fn any_integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let tag = self.tag();
        let (number, narrow) = self.integer(tag)?;
        let kind = if narrow { ValueType::Int } else { ValueType::I8 };
        visitor.visit_enum(AnyValue { kind, content: number.into_deserializer() })
    }

    /// The type; a value without one is a string.
    #[inline]
    fn tag(&self) -> Tag {
        match self.content {
            Content::Untyped(_) => Tag::String,
            Content::Scalar(tag, _) | Content::Typed(tag) => tag,
        }
    }
}

/// Reads something, and once more without the members that a later one of the same name overrides, if there are such
/// and they are why it fails: a type that serde derives refuses the second, and the first may be of another type.
/// `start` goes back to where `read` begins.
pub(crate) fn last_member_wins<'de, T>(
    reader: &mut Reader<'de>,
    start: impl FnOnce(&mut Reader<'de>),
    mut read: impl FnMut(&mut Reader<'de>) -> Result<T, Error>,
) -> Result<T, Error> {
    if reader.is_strict() && reader.note_overridden()? {
        return Err(malformed(reader, "a struct with two members of the same name"));
    }
    match read(reader) {
        Err(error) if error.is_type_mismatch() => {
            start(reader);
            match reader.note_overridden() {
                Ok(true) => read(reader),
                Ok(false) | Err(_) => Err(error),
            }
        }
        read => read,
    }
}

/// Goes to the content of a value that has begun, and gives its type; `None` where there is nothing more to read.
#[cfg(feature = "rpc")]
pub(crate) fn open_value(reader: &mut Reader<'_>, begun: Begun) -> Result<Option<Tag>, Error> {
    Ok(match Deserializer::begun(reader, begun)?.content {
        Content::Typed(tag) => Some(tag),
        Content::Untyped(_) | Content::Scalar(..) => None,
    })
}

/// The type elements of the specification.
const SPECIFIED: [&str; 9] =
    ["int", "i4", "boolean", "string", "double", "dateTime.iso8601", "base64", "struct", "array"];

fn beside(reader: &Reader<'_>) -> Error {
    malformed(reader, "text beside a type element")
}

/// Goes from the end of the type element to the end of the value.
pub(crate) fn close_value(reader: &mut Reader<'_>, begun: Begun) -> Result<(), Error> {
    if begun == Begun::Value && reader.is_strict() {
        return match reader.next()? {
            Token::Text(text) if text.trim_ascii().is_empty() => close_value(reader, begun),
            Token::Text(_) => Err(beside(reader)),
            Token::Start(_) => Err(malformed(reader, "more than one type element in a value")),
            Token::End | Token::Eof => Ok(()),
        };
    }
    if begun == Begun::Value
        && let Step::Start(_) = reader.tag()?
    {
        return Err(malformed(reader, "more than one type element in a value"));
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

macro_rules! integers {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let at = self.at;
            match self.tag() {
                tag if tag.is_integer() => visitor.visit_i64(self.integer(tag)?.0).map_err(|error: Error| error.or_at(at)),
                _ => self.mismatch(&visitor),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Deserializer<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let at = self.at;
        let visited = match self.tag() {
            Tag::String => visit_text(self.text()?, visitor),
            Tag::Boolean => visitor.visit_bool(self.boolean()?),
            Tag::Double => visitor.visit_f64(self.double()?),
            Tag::Base64 => visitor.visit_byte_buf(self.base64()?),
            Tag::Struct => self.structure(visitor),
            Tag::Array => self.array(visitor),
            Tag::Nil => {
                self.nil()?;
                visitor.visit_unit()
            }
            tag @ Tag::DateTime => visit_marked(token::DATE_TIME, self.kept_text(tag)?, visitor),
            tag @ Tag::BigInteger => visit_marked(token::BIG_INTEGER, self.kept_text(tag)?, visitor),
            tag @ Tag::BigDecimal => visit_marked(token::BIG_DECIMAL, self.kept_text(tag)?, visitor),
            tag => visitor.visit_i64(self.integer(tag)?.0),
        };
        visited.map_err(|error: Error| error.or_at(at))
    }

    // The types that are asked for by name go straight to what they mostly find.

    integers! {
        deserialize_i8
        deserialize_i16
        deserialize_i32
        deserialize_i64
        deserialize_i128
        deserialize_u8
        deserialize_u16
        deserialize_u32
        deserialize_u64
        deserialize_u128
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tag() {
            Tag::Boolean => visitor.visit_bool(self.boolean()?),
            _ => self.mismatch(&visitor),
        }
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let at = self.at;
        let visited = match self.tag() {
            Tag::Double => visitor.visit_f64(self.double()?),
            tag if tag.is_integer() => visitor.visit_i64(self.integer(tag)?.0),
            _ => self.mismatch(&visitor),
        };
        visited.map_err(|error: Error| error.or_at(at))
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let at = self.at;
        if self.tag() != Tag::Double {
            return self.deserialize_f64(visitor);
        }
        let wide = self.double()?;
        if wide.is_finite() && wide.abs() > f64::from(f32::MAX) {
            return Err(Error::new(ErrorKind::TypeMismatch, "the double does not fit into 32 bits").or_at(at));
        }
        visitor.visit_f64(wide).map_err(|error: Error| error.or_at(at))
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let at = self.at;
        let visited = match self.tag() {
            Tag::String => visit_text(self.text()?, visitor),
            tag @ (Tag::DateTime | Tag::BigInteger | Tag::BigDecimal) => visit_text(self.kept_text(tag)?, visitor),
            _ => self.mismatch(&visitor),
        };
        visited.map_err(|error: Error| error.or_at(at))
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tag() {
            Tag::Array => self.array(visitor),
            _ => self.mismatch(&visitor),
        }
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tag() {
            Tag::Struct => self.structure(visitor),
            _ => self.mismatch(&visitor),
        }
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.tag() {
            Tag::Struct => self.structure(visitor),
            // A derived struct reads from a sequence of its fields, too.
            Tag::Array => self.array(visitor),
            _ => self.mismatch(&visitor),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tag() {
            Tag::Nil => {
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
        if name == token::VALUE {
            return self.any_value(visitor);
        }
        let at = self.at;
        match (name, self.tag()) {
            // Peers that have no date type send its text as a string.
            (token::DATE_TIME, tag @ (Tag::DateTime | Tag::String)) => visit_text(self.kept_text(tag)?, visitor),
            (token::DATE_TIME, _) => self.mismatch(&visitor),
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
        match self.tag() {
            Tag::Struct => {}
            Tag::String => {
                let variant = CowStrDeserializer::<Error>::new(self.text()?);
                return visitor.visit_enum(variant).map_err(|error| error.or_at(at));
            }
            _ => return self.mismatch(&visitor),
        }
        let mut structure = Structure::new(self.reader);
        let value = visitor.visit_enum(Variant(&mut structure)).map_err(|error| error.or_at(at))?;
        if structure.end()? > 0 {
            let message = "expected an enum as a struct of one member, found more";
            return Err(Error::new(ErrorKind::TypeMismatch, message).or_at(at));
        }
        close_value(structure.reader, begun)?;
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.ignore()?;
        visitor.visit_unit()
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tag() {
            Tag::String => self.deserialize_str(visitor),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tag() {
            Tag::Base64 | Tag::Array | Tag::String => self.deserialize_any(visitor),
            _ => self.mismatch(&visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        identifier
    }
}
