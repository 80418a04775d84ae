//! Serde straight to XML.

use std::num::FpCategory;

use serde::ser::{self, Serialize};

use super::key;
use crate::de::scalar::is_big_number;
use crate::dialect::{Dialect, WideIntegers};
use crate::value::{DateTime, token};
use crate::xml::error::{Error, ErrorKind};
use crate::xml::writer;

/// Appends a `<value>` element.
pub(crate) fn write_value<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>, dialect: &Dialect) -> Result<(), Error> {
    match value.serialize(Serializer::new(out, dialect))? {
        Written::Value => dialect.check_size(out.len()),
        Written::None | Written::Unit => Err(nil_refused()),
    }
}

/// Appends the `<value>` element of a method's result, where `()` is boolean true if nil may not be.
#[cfg(feature = "rpc")]
pub(crate) fn write_result<T: Serialize + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
    dialect: &Dialect,
) -> Result<(), Error> {
    match value.serialize(Serializer::new(out, dialect))? {
        Written::Value => dialect.check_size(out.len()),
        Written::None => Err(nil_refused()),
        Written::Unit => write_value(&true, out, dialect),
    }
}

/// What came of a value: nothing was appended unless it is `Value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Value,
    /// `None`, and nil may not be written.
    None,
    /// `()`, and nil may not be written.
    Unit,
}

/// Appends one value.
pub(crate) struct Serializer<'a> {
    out: &'a mut Vec<u8>,
    dialect: &'a Dialect,
    form: Form,
}

/// What the text or number that comes next stands for: see [`token`].
#[derive(Clone, Copy)]
enum Form {
    Usual,
    I8,
    DateTime,
    BigInteger,
    BigDecimal,
}

impl<'a> Serializer<'a> {
    fn new(out: &'a mut Vec<u8>, dialect: &'a Dialect) -> Self {
        Self { out, dialect, form: Form::Usual }
    }

    fn nil(mut self, otherwise: Written) -> Result<Written, Error> {
        if !self.dialect.allows_none() {
            return Ok(otherwise);
        }
        self.push(match self.dialect.has_extensions() {
            true => "<value><ex:nil/></value>",
            false => "<value><nil/></value>",
        });
        Ok(Written::Value)
    }

    /// An integer that is no plain `<int>`: it does not fit, or is to be an `<i8>` all the same.
    fn wide_integer(self, number: i64, narrow: bool) -> Result<Written, Error> {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(number);
        match self.dialect.wide() {
            WideIntegers::I8 => self.extension("i8", digits),
            _ if self.dialect.writes_only_i8() => self.extension("i8", digits),
            _ if narrow => Ok(self.element("int", digits)),
            WideIntegers::Error => {
                Err(Error::new(ErrorKind::Unwritable, "an integer beyond 32 bits cannot be written in this dialect"))
            }
            WideIntegers::Double => match number.unsigned_abs() <= EXACT {
                true => Ok(self.element("double", &format!("{digits}.0"))),
                false => Err(Error::new(ErrorKind::Unwritable, "a double does not hold this integer exactly")),
            },
            WideIntegers::String => Ok(self.element("string", digits)),
        }
    }

    /// A type that the specification does not have, in Apache's namespace where the dialect says so.
    fn extension(self, name: &str, content: &str) -> Result<Written, Error> {
        Ok(match self.dialect.has_extensions() {
            true => self.element(&format!("ex:{name}"), content),
            false => self.element(name, content),
        })
    }

    /// An element whose content needs no escapes, in its `<value>`.
    fn element(mut self, name: &str, content: &str) -> Written {
        for part in ["<value><", name, ">", content, "</", name, "></value>"] {
            self.push(part);
        }
        Written::Value
    }

    fn date(mut self, text: &str) -> Result<Written, Error> {
        let unwritable = |message: &str| Err(Error::new(ErrorKind::Unwritable, message.to_owned()));
        // What names no moment but has the usual form goes as it is: peers use the date of zeros for none.
        if has_usual_form(text) || self.dialect.keeps_dates() {
            self.push("<value><dateTime.iso8601>");
            writer::text(self.out, text, self.dialect)?;
            self.push("</dateTime.iso8601></value>");
            return Ok(Written::Value);
        }
        match DateTime::new(text).parts() {
            Some(parts) if parts.nanosecond != 0 => unwritable("a date with a fraction of a second would lose it"),
            Some(parts) if parts.offset.is_some() => unwritable("a date with a zone would lose it"),
            Some(parts) => self.date(&parts.to_string()),
            None => unwritable("a date that cannot be read cannot be written"),
        }
    }

    fn big_number(self, name: &str, text: &str) -> Result<Written, Error> {
        if !self.dialect.allows_big_numbers() {
            return Err(Error::new(ErrorKind::Unwritable, format!("{name} cannot be written in this dialect")));
        }
        if !is_big_number(text) {
            return Err(Error::new(ErrorKind::Unwritable, format!("the text of a {name} is no number")));
        }
        self.extension(name, text.trim_ascii())
    }

    #[inline]
    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn compound(self, start: &str, end: &'static str) -> Compound<'a> {
        self.out.extend_from_slice(start.as_bytes());
        Compound { out: self.out, dialect: self.dialect, end, index: 0, member: 0 }
    }

    fn array(self) -> Compound<'a> {
        self.compound("<value><array><data>", "</data></array></value>")
    }

    fn structure(self) -> Compound<'a> {
        self.compound("<value><struct>", "</struct></value>")
    }

    /// Opens the struct of one member that an enum variant with content is.
    fn variant(&mut self, name: &str) -> Result<(), Error> {
        self.push("<value><struct>");
        member_start(self.out, name, self.dialect)
    }
}

/// Up to here a double holds every integer.
const EXACT: u64 = 1 << 53;

const VARIANT_END: &str = "</member></struct></value>";

fn has_usual_form(text: &str) -> bool {
    let form = b"dddddddd'dd:dd:dd";
    text.len() == form.len()
        && text.bytes().zip(form).all(|(byte, expected)| match expected {
            b'd' => byte.is_ascii_digit(),
            b'\'' => byte == b'T',
            expected => byte == *expected,
        })
}

fn member_start(out: &mut Vec<u8>, name: &str, dialect: &Dialect) -> Result<(), Error> {
    out.extend_from_slice(b"<member><name>");
    writer::text(out, name, dialect)?;
    out.extend_from_slice(b"</name>");
    Ok(())
}

fn nil_refused() -> Error {
    Error::new(ErrorKind::Unwritable, "nil may not be written unless allow_none is set")
}

fn beyond_64_bits() -> Error {
    Error::new(ErrorKind::Unwritable, "an integer beyond 64 bits cannot be written")
}

macro_rules! integers {
    ($($method:ident: $source:ty,)*) => {$(
        fn $method(self, number: $source) -> Result<Written, Error> {
            self.serialize_i64(i64::try_from(number).map_err(|_| beyond_64_bits())?)
        }
    )*};
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = Written;
    type Error = Error;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    #[inline]
    fn serialize_i64(mut self, number: i64) -> Result<Written, Error> {
        let narrow = i32::try_from(number).is_ok();
        let usual = matches!(self.form, Form::Usual) && !self.dialect.writes_only_i8();
        if !(narrow && usual) {
            return self.wide_integer(number, narrow);
        }
        self.push("<value><int>");
        writer::integer(self.out, number);
        self.push("</int></value>");
        Ok(Written::Value)
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

    fn serialize_bool(mut self, truth: bool) -> Result<Written, Error> {
        self.push(match truth {
            true => "<value><boolean>1</boolean></value>",
            false => "<value><boolean>0</boolean></value>",
        });
        Ok(Written::Value)
    }

    fn serialize_f32(mut self, number: f32) -> Result<Written, Error> {
        if !number.is_finite() {
            return self.serialize_f64(f64::from(number));
        }
        self.push("<value><double>");
        writer::single(self.out, number);
        self.push("</double></value>");
        Ok(Written::Value)
    }

    fn serialize_f64(mut self, number: f64) -> Result<Written, Error> {
        let non_finite = match number.classify() {
            FpCategory::Nan => Some("nan"),
            FpCategory::Infinite if number < 0.0 => Some("-inf"),
            FpCategory::Infinite => Some("inf"),
            _ => None,
        };
        if non_finite.is_some() && !self.dialect.allows_non_finite() {
            return Err(Error::new(ErrorKind::Unwritable, format!("{number} cannot be written")));
        }
        self.push("<value><double>");
        match non_finite {
            Some(text) => self.push(text),
            None => writer::double(self.out, number),
        }
        self.push("</double></value>");
        Ok(Written::Value)
    }

    fn serialize_char(self, c: char) -> Result<Written, Error> {
        self.serialize_str(c.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, text: &str) -> Result<Written, Error> {
        match self.form {
            Form::DateTime => self.date(text),
            Form::BigInteger => self.big_number("biginteger", text),
            Form::BigDecimal => self.big_number("bigdecimal", text),
            Form::Usual | Form::I8 => {
                self.push("<value><string>");
                writer::text(self.out, text, self.dialect)?;
                self.push("</string></value>");
                Ok(Written::Value)
            }
        }
    }

    fn serialize_bytes(mut self, bytes: &[u8]) -> Result<Written, Error> {
        self.push("<value><base64>");
        writer::base64(self.out, bytes);
        self.push("</base64></value>");
        Ok(Written::Value)
    }

    fn serialize_none(self) -> Result<Written, Error> {
        self.nil(Written::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Written, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Written, Error> {
        self.nil(Written::Unit)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<Written, Error> {
        match (self.serialize_unit()?, name) {
            (Written::Unit, token::NIL) => Err(nil_refused()),
            (written, _) => Ok(written),
        }
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Written, Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        mut self,
        name: &'static str,
        value: &T,
    ) -> Result<Written, Error> {
        self.form = match name {
            token::I8 => Form::I8,
            token::DATE_TIME => Form::DateTime,
            token::BIG_INTEGER => Form::BigInteger,
            token::BIG_DECIMAL => Form::BigDecimal,
            _ => self.form,
        };
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Written, Error> {
        self.variant(variant)?;
        write_value(value, self.out, self.dialect).map_err(|error| error.in_member(variant))?;
        self.push(VARIANT_END);
        Ok(Written::Value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'a>, Error> {
        Ok(self.array())
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'a>, Error> {
        Ok(self.array())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>, Error> {
        Ok(self.array())
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Error> {
        self.variant(variant)?;
        Ok(self.compound("<value><array><data>", "</data></array></value></member></struct></value>"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'a>, Error> {
        Ok(self.structure())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>, Error> {
        Ok(self.structure())
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'a>, Error> {
        self.variant(variant)?;
        Ok(self.compound("<value><struct>", "</struct></value></member></struct></value>"))
    }
}

/// An array or struct whose parts come one by one.
pub(crate) struct Compound<'a> {
    out: &'a mut Vec<u8>,
    dialect: &'a Dialect,
    /// What closes it.
    end: &'static str,
    /// Elements so far.
    index: usize,
    /// Where the member begins whose name has been written.
    member: usize,
}

impl Compound<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        write_value(value, self.out, self.dialect).map_err(|error| error.in_index(self.index))?;
        self.index += 1;
        Ok(())
    }

    fn name(&mut self, name: &str) -> Result<(), Error> {
        self.member = self.out.len();
        member_start(self.out, name, self.dialect)
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        match value.serialize(Serializer::new(self.out, self.dialect))? {
            Written::Value => self.out.extend_from_slice(b"</member>"),
            Written::None => self.out.truncate(self.member),
            Written::Unit => return Err(nil_refused()),
        }
        self.dialect.check_size(self.out.len())
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.name(name).and_then(|()| self.value(value)).map_err(|error| error.in_member(name))
    }

    fn close(self) -> Result<Written, Error> {
        self.out.extend_from_slice(self.end.as_bytes());
        Ok(Written::Value)
    }
}

macro_rules! elements {
    ($($interface:ident::$method:ident,)*) => {$(
        impl ser::$interface for Compound<'_> {
            type Ok = Written;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.element(value)
            }

            fn end(self) -> Result<Written, Error> {
                self.close()
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

macro_rules! members {
    ($($interface:ident,)*) => {$(
        impl ser::$interface for Compound<'_> {
            type Ok = Written;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.member(name, value)
            }

            fn end(self) -> Result<Written, Error> {
                self.close()
            }
        }
    )*};
}

members! {
    SerializeStruct,
    SerializeStructVariant,
}

impl ser::SerializeMap for Compound<'_> {
    type Ok = Written;
    type Error = Error;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), Error> {
        self.name(&key::to_name(key)?)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.value(value)
    }

    fn serialize_entry<K: Serialize + ?Sized, T: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &T,
    ) -> Result<(), Error> {
        self.member(&key::to_name(key)?, value)
    }

    fn end(self) -> Result<Written, Error> {
        self.close()
    }
}
