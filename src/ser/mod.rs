//! Writing: any type that serde can serialize, to XML or to a [`Value`](crate::Value).
//!
//! | Rust | XML-RPC |
//! |---|---|
//! | integers | `int` for what fits 32 bits, otherwise `i8`; an error beyond 64 bits |
//! | `f64`, `f32` | `double`: the shortest text that reads back the same, without exponent |
//! | `bool` | `boolean` |
//! | `String`, `char`, unit variants of an enum | `string` |
//! | [`DateTime`](crate::DateTime) | `dateTime.iso8601` |
//! | [`Binary`](crate::Binary), `serde_bytes` | `base64` |
//! | sequences, tuples | `array` |
//! | structs, maps | `struct`; a member that is `None` is left out; keys are strings, characters, integers, booleans or unit variants |
//! | enum variants with content | a `struct` of one member, named for the variant |
//! | `None`, `()` | `nil` where the [`Dialect`] allows it |

mod key;
pub(crate) mod refuse;
mod value;
pub(crate) mod xml;

use serde::Serialize;

use crate::dialect::Dialect;
use crate::xml::error::Error;

pub use self::value::to_value;

/// Writes a single `<value>` element.
///
/// ```
/// use tagwire::{Dialect, ser};
///
/// let xml = ser::to_vec(&(1, "a<b"), &Dialect::default())?;
/// assert_eq!(
///     xml,
///     b"<value><array><data><value><int>1</int></value><value><string>a&lt;b</string></value></data></array></value>"
/// );
/// # Ok::<(), tagwire::Error>(())
/// ```
///
/// # Errors
/// The data cannot be written: a nil without [`Dialect::allow_none`], an integer beyond 64 bits, a NaN
/// or infinity, a character that XML forbids, a map with keys that cannot be names.
pub fn to_vec<T: Serialize + ?Sized>(value: &T, dialect: &Dialect) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    append(value, &mut out, dialect)?;
    Ok(out)
}

/// Appends a single `<value>` element to a buffer; one with room enough is not allocated again.
///
/// ```
/// use tagwire::{Dialect, ser};
///
/// let mut out = Vec::with_capacity(1024);
/// ser::append("one", &mut out, &Dialect::default())?;
/// ser::append("two", &mut out, &Dialect::default())?;
/// assert_eq!(out, b"<value><string>one</string></value><value><string>two</string></value>");
/// # Ok::<(), tagwire::Error>(())
/// ```
///
/// # Errors
/// As [`to_vec`]; what was appended until then stays.
pub fn append<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>, dialect: &Dialect) -> Result<(), Error> {
    xml::write_value(value, out, dialect)
}
