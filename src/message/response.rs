use std::io::Write as _;

use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned};

use super::envelope::next_param;
use crate::de::container::{Begun, malformed, skip_unknown};
use crate::de::xml::{Deserializer, last_member_wins};
use crate::de::{from_value, wrong_root};
use crate::dialect::{ControlCharacters, Dialect};
use crate::fault::Fault;
use crate::ser::xml::write_value;
use crate::value::Value;
use crate::xml::encoding::to_utf8_within;
use crate::xml::error::Error;
use crate::xml::limits::Limits;
use crate::xml::reader::{Mark, Reader, Step};
use crate::xml::tag::Tag;
use crate::xml::writer;

/// A `<methodResponse>` document: a result or a fault.
///
/// ```
/// use tagwire::{Dialect, Fault, MethodResponse};
///
/// let xml = MethodResponse::Value(5).to_xml(&Dialect::default())?;
/// assert_eq!(MethodResponse::<i32>::from_xml(&xml)?, MethodResponse::Value(5));
///
/// let fault = Fault::new(4, "Too many parameters.");
/// let xml = MethodResponse::<i32>::Fault(fault.clone()).to_xml(&Dialect::default())?;
/// assert_eq!(MethodResponse::<i32>::from_xml(&xml)?.into_result(), Err(fault));
/// # Ok::<(), tagwire::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum MethodResponse<T = Value> {
    /// The result.
    Value(T),
    /// The call failed.
    Fault(Fault),
}

impl<T> MethodResponse<T> {
    /// The result, or the fault as an error.
    ///
    /// # Errors
    /// The response is a fault.
    pub fn into_result(self) -> Result<T, Fault> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Fault(fault) => Err(fault),
        }
    }
}

impl<T: Serialize> MethodResponse<T> {
    /// Writes the document.
    ///
    /// # Errors
    /// The result cannot be written: see [`ser::to_vec`](crate::ser::to_vec).
    pub fn to_xml(&self, dialect: &Dialect) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(256);
        match self {
            Self::Value(value) => {
                start_response(&mut out, dialect);
                write_value(value, &mut out, dialect)?;
                out.extend_from_slice(RESPONSE_END.as_bytes());
            }
            Self::Fault(fault) => write_fault(fault, &mut out, dialect),
        }
        dialect.check_size(out.len())?;
        Ok(out)
    }
}

impl<T: DeserializeOwned> MethodResponse<T> {
    /// Reads a document, in any encoding. A fault wins over a result beside it.
    ///
    /// # Errors
    /// The document is not well-formed or no response, or its result is of another type.
    pub fn from_xml(xml: &[u8]) -> Result<Self, Error> {
        Self::from_xml_with(xml, &Dialect::default(), Limits::default())
    }

    /// [`from_xml`](Self::from_xml) in another dialect and under other limits than the default ones.
    ///
    /// ```
    /// use tagwire::{Dialect, Limits, MethodResponse};
    ///
    /// let xml = b"Warning: something in line 7\n<?xml version='1.0'?><methodResponse><params></params></methodResponse>";
    /// let dialect = Dialect::default().skip_junk(true).missing_result(true);
    /// let response = MethodResponse::<Option<i32>>::from_xml_with(xml, &dialect, Limits::default())?;
    /// assert_eq!(response, MethodResponse::Value(None));
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_xml`](Self::from_xml).
    pub fn from_xml_with(xml: &[u8], dialect: &Dialect, limits: Limits) -> Result<Self, Error> {
        Self::from_xml_in(xml, None, usize::MAX, dialect, limits)
    }

    /// The same, with what the HTTP header says of the encoding, and no more than `max_size` bytes as UTF-8 where it is
    /// changed to that.
    pub(crate) fn from_xml_in(
        xml: &[u8],
        charset: Option<&str>,
        max_size: usize,
        dialect: &Dialect,
        limits: Limits,
    ) -> Result<Self, Error> {
        match Self::read(xml, charset, max_size, dialect, limits) {
            Err(error) if dialect.skips_junk() && !error.is_type_mismatch() && !error.is_limit() => {
                match beginning(xml) {
                    Some(start) => Self::read(&xml[start..], charset, max_size, dialect, limits),
                    None => Err(error),
                }
            }
            read => read,
        }
    }

    fn read(
        xml: &[u8],
        charset: Option<&str>,
        max_size: usize,
        dialect: &Dialect,
        limits: Limits,
    ) -> Result<Self, Error> {
        let document = to_utf8_within(max_size, xml, charset)?;
        let mut mark = Mark::default();
        let mut reader = Reader::new(&document, limits, &mut mark)?.in_dialect(dialect.reading());
        match reader.tag()? {
            Step::Start(Tag::MethodResponse) => {}
            _ => return Err(wrong_root(&reader, "methodResponse")),
        }
        let mut result = None;
        let mut fault = None;
        loop {
            match reader.tag()? {
                Step::End => {}
                Step::Start(Tag::Params) if result.is_some() => {
                    return Err(malformed(&reader, "two params elements"));
                }
                Step::Start(Tag::Params) => {
                    let mark = reader.mark();
                    let again = mark.clone();
                    result = Some(last_member_wins(&mut reader, |reader| reader.seek(again), read_result));
                    if let Some(Err(_)) = result {
                        // A fault may follow, and would win.
                        reader.seek(mark);
                        reader.skip()?;
                    }
                }
                Step::Start(Tag::Fault) if reader.is_strict() && (fault.is_some() || result.is_some()) => {
                    return Err(malformed(&reader, "a fault beside another result"));
                }
                Step::Start(Tag::Fault) => fault = Some(read_fault(&mut reader)?),
                Step::Start(_) => skip_unknown(&mut reader, "methodResponse")?,
                Step::Eof => break,
            }
        }
        match (fault, result) {
            (Some(fault), _) => Ok(Self::Fault(fault)),
            (None, Some(Ok(Some(result)))) => Ok(Self::Value(result)),
            (None, Some(Err(error))) => Err(error),
            (None, _) if dialect.allows_missing_result() => from_value(Value::Nil).map(Self::Value),
            (None, Some(Ok(None))) => Err(malformed(&reader, "a response without a param")),
            (None, None) => Err(malformed(&reader, "a response with neither params nor fault")),
        }
    }
}

/// Where a response begins after what a server sent before it.
fn beginning(xml: &[u8]) -> Option<usize> {
    const ROOT: &[u8] = b"<methodResponse";
    let is_root = |at: &usize| matches!(xml.get(at + ROOT.len()), Some(b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r'));
    let root = memchr::memmem::find_iter(xml, ROOT).find(is_root)?;
    let declaration = memchr::memmem::rfind(&xml[..root], b"<?xml");
    // A declaration belongs to the root element if nothing but comments and the like stands between them.
    let belongs = |start: &usize| {
        memchr::memchr_iter(b'<', &xml[*start..root]).all(|at| matches!(xml.get(start + at + 1), Some(b'?' | b'!')))
    };
    Some(declaration.filter(belongs).unwrap_or(root))
}

/// The one parameter, if there is one; goes past `</params>`.
fn read_result<T: DeserializeOwned>(reader: &mut Reader<'_>) -> Result<Option<T>, Error> {
    let mut param = false;
    let Some(begun) = next_param(reader, &mut param)? else {
        return Ok(None);
    };
    let value = Deserializer::begun(reader, begun).and_then(T::deserialize)?;
    match next_param(reader, &mut param)? {
        None => Ok(Some(value)),
        Some(_) => Err(malformed(reader, "a response with more than one param")),
    }
}

/// The struct of a fault; goes past `</fault>`.
fn read_fault(reader: &mut Reader<'_>) -> Result<Fault, Error> {
    if reader.is_strict() && reader.note_overridden()? {
        return Err(malformed(reader, "a fault with two members of the same name"));
    }
    let mut fault = None;
    loop {
        match reader.tag()? {
            Step::Start(tag) => match Begun::from_tag(tag) {
                Some(_) if fault.is_some() => return Err(malformed(reader, "two values in a fault")),
                Some(begun) => {
                    let value = Deserializer::begun(reader, begun).and_then(Value::deserialize)?;
                    fault = Some(fault_from(&value));
                }
                None => skip_unknown(reader, "fault")?,
            },
            Step::End | Step::Eof => {
                return fault.ok_or_else(|| malformed(reader, "a fault without a value"));
            }
        }
    }
}

/// What a fault's struct says, as far as it says it: a code that is no number goes before the string.
pub(crate) fn fault_from(value: &Value) -> Fault {
    let string = value.get("faultString").and_then(Value::as_str).unwrap_or_default();
    match value.get("faultCode") {
        Some(Value::Int(code)) => Fault::new(*code, string.to_owned()),
        Some(Value::I8(code)) => Fault::new(*code, string.to_owned()),
        Some(Value::Double(code)) => Fault::new(whole(*code).unwrap_or(0), string.to_owned()),
        Some(Value::String(code) | Value::BigInteger(code)) => {
            let code = code.trim_ascii();
            match code.parse().ok().or_else(|| code.parse().ok().and_then(whole)) {
                Some(number) => Fault::new(number, string.to_owned()),
                None if code.is_empty() => Fault::new(0, string.to_owned()),
                None => Fault::new(0, format!("{code}: {string}")),
            }
        }
        _ => Fault::new(0, string.to_owned()),
    }
}

/// The number, if it is whole and a double holds it exactly.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = number.fract() == 0.0 && number.abs() <= EXACT;
    #[allow(clippy::cast_possible_truncation)]
    exact.then_some(number as i64)
}

/// Appends a response up to its value.
pub(crate) fn start_response(out: &mut Vec<u8>, dialect: &Dialect) {
    writer::root(out, ROOT, dialect);
    out.extend_from_slice(b"<params><param>");
}

const ROOT: &str = "methodResponse";

pub(crate) const RESPONSE_END: &str = "</param></params></methodResponse>";

/// Appends the document of a fault.
pub(crate) fn write_fault(fault: &Fault, out: &mut Vec<u8>, dialect: &Dialect) {
    writer::root(out, ROOT, dialect);
    out.extend_from_slice(b"<fault>");
    write_fault_value(fault, out, dialect);
    out.extend_from_slice(b"</fault></methodResponse>");
}

/// Appends the `<value>` of a fault. It always can be written: a code beyond 32 bits goes as `<i8>`, and a character that
/// XML forbids becomes U+FFFD unless the dialect leaves it out.
pub(crate) fn write_fault_value(fault: &Fault, out: &mut Vec<u8>, dialect: &Dialect) {
    let tag = match (i32::try_from(fault.code()).is_ok(), dialect.has_extensions()) {
        (true, _) => "int",
        (false, true) => "ex:i8",
        (false, false) => "i8",
    };
    // Writing to a vector cannot fail.
    let _ = write!(
        out,
        "<value><struct><member><name>faultCode</name><value><{tag}>{}</{tag}></value></member>\
         <member><name>faultString</name><value><string>",
        fault.code(),
    );
    let lossy = match dialect.control() {
        ControlCharacters::Error => dialect.control_characters(ControlCharacters::Replace),
        _ => *dialect,
    };
    // Nothing is left to refuse.
    let _ = writer::text(out, fault.string(), &lossy);
    out.extend_from_slice(b"</string></value></member></struct></value>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Struct;

    #[test]
    fn a_fault_code_of_any_type_is_read_as_far_as_it_is_a_number() {
        let read = |code: Value| {
            fault_from(&Value::from(Struct::from([("faultCode", code), ("faultString", Value::from("s"))])))
        };
        for (code, expected) in [
            (Value::from(" 4 "), (4, "s")),
            (Value::from("4.0"), (4, "s")),
            (Value::from(""), (0, "s")),
            (Value::from("Server.Bad"), (0, "Server.Bad: s")),
            (Value::from(4.5), (0, "s")),
            (Value::BigInteger("12".to_owned()), (12, "s")),
            (Value::from(true), (0, "s")),
        ] {
            let fault = read(code.clone());
            assert_eq!((fault.code(), fault.string()), expected, "{code:?}");
        }
    }

    #[test]
    fn a_fault_can_always_be_written() {
        let fault = Fault::new(i64::MAX, "a\0<b>");
        let xml = MethodResponse::<Value>::Fault(fault).to_xml(&Dialect::default()).unwrap();
        let read = MethodResponse::<Value>::from_xml(&xml).unwrap();
        assert_eq!(read, MethodResponse::Fault(Fault::new(i64::MAX, "a\u{FFFD}<b>")));
    }
}
