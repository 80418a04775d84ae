//! Reading: from XML, or from a [`Value`](crate::Value), into any type that serde can deserialize.
//!
//! | XML-RPC | Rust |
//! |---|---|
//! | `int`, `i4`, `i8`, `i1`, `i2` | integers wide enough, floats |
//! | `boolean` | `bool` |
//! | `string`, an untyped value | `String`, `char`, unit variants of an enum |
//! | `double` | `f64`, `f32` |
//! | `dateTime.iso8601` | [`DateTime`](crate::DateTime), `String` |
//! | `base64` | [`Binary`](crate::Binary), `bytes::Bytes`, `serde_bytes` |
//! | `array` | `Vec` and other sequences, tuples |
//! | `struct` | structs, maps; an enum variant with content as a struct of one member |
//! | `nil` | `Option`, `()` |
//!
//! A missing member reads as `None`. `()` reads any value and ignores it: XML-RPC has no void, and
//! every server has its own idea of what to send instead. Of a date or a big number, serde's own
//! buffering (`#[serde(untagged)]`, `#[serde(flatten)]`) keeps the type: [`Value`](crate::Value) and
//! `DateTime` come out of it as they went in.

mod access;
pub(crate) mod container;
mod key;
#[cfg(feature = "rpc")]
pub(crate) mod probe;
pub(crate) mod scalar;
mod value;
pub(crate) mod xml;

use serde::de::DeserializeOwned;

use self::container::Begun;
use crate::dialect::Dialect;
use crate::xml::encoding::to_utf8;
use crate::xml::error::{Error, ErrorKind};
use crate::xml::limits::Limits;
use crate::xml::reader::{Mark, Reader, Step};
use crate::xml::tag::Tag;

pub use self::value::from_value;

/// Reads a single `<value>` element, in any encoding, with an XML declaration or without.
///
/// ```
/// let numbers: Vec<i32> = tagwire::de::from_slice(
///     b"<value><array><data><value><int>1</int></value><value><i4>2</i4></value></data></array></value>",
/// )?;
/// assert_eq!(numbers, [1, 2]);
/// # Ok::<(), tagwire::Error>(())
/// ```
///
/// # Errors
/// The document is not well-formed, not XML-RPC, or holds a value of another type.
pub fn from_slice<T: DeserializeOwned>(xml: &[u8]) -> Result<T, Error> {
    from_slice_with(xml, &Dialect::default(), Limits::default())
}

/// [`from_slice`] in another dialect and under other limits than the default ones.
///
/// ```
/// use tagwire::{Dialect, Limits, de};
///
/// let xml = b"<value><array><data><value><array></array></value></data></array></value>";
/// assert_eq!(de::from_slice::<Vec<Vec<i32>>>(xml)?, [[]]);
/// let limits = Limits::default().max_depth(1);
/// let error = de::from_slice_with::<Vec<Vec<i32>>>(xml, &Dialect::default(), limits).unwrap_err();
/// assert!(error.is_limit());
/// # Ok::<(), tagwire::Error>(())
/// ```
///
/// # Errors
/// As [`from_slice`].
pub fn from_slice_with<T: DeserializeOwned>(xml: &[u8], dialect: &Dialect, limits: Limits) -> Result<T, Error> {
    let document = to_utf8(xml, None)?;
    let mut mark = Mark::default();
    let mut reader = Reader::new(&document, limits, &mut mark)?.in_dialect(dialect.reading());
    xml::last_member_wins(&mut reader, Reader::rewind, |reader| {
        match reader.tag()? {
            Step::Start(Tag::Value) => {}
            _ => return Err(wrong_root(reader, "value")),
        }
        let value = xml::Deserializer::begun(reader, Begun::Value)?;
        let value = T::deserialize(value)?;
        while reader.tag()? != Step::Eof {}
        Ok(value)
    })
}

/// The root element, which was just begun, is another one than `expected`.
pub(crate) fn wrong_root(reader: &Reader<'_>, expected: &str) -> Error {
    let found = reader.name();
    let message = format!("the root element is <{found}>, not <{expected}>");
    Error::new(ErrorKind::NotXmlRpc, message).or_at(reader.offset())
}
