//! The text of a scalar, to what it says.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::xml::error::{Error, ErrorKind};

/// Blanks around, a sign, ASCII digits.
pub(super) fn integer(text: &str, tag: &str) -> Result<i64, Error> {
    let digits = trim(text);
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refuse(text, tag, "a decimal integer"));
    }
    digits.parse().map_err(|_| out_of_range(tag))
}

pub(super) fn out_of_range(tag: &str) -> Error {
    Error::new(ErrorKind::NotXmlRpc, format!("<{tag}> is out of range"))
}

/// `0`, `1`, or `true` and `false` in any case.
pub(super) fn boolean(text: &str) -> Result<bool, Error> {
    match trim(text) {
        "1" => Ok(true),
        "0" => Ok(false),
        word if word.eq_ignore_ascii_case("true") => Ok(true),
        word if word.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(refuse(text, "boolean", "0, 1, true or false")),
    }
}

/// What Rust reads as a float, which is the decimal forms, `nan`, `inf` and `infinity` in any case. A
/// number too large for 64 bits is refused rather than made infinite.
pub(super) fn double(text: &str) -> Result<f64, Error> {
    let number: f64 = trim(text).parse().map_err(|_| refuse(text, "double", "a decimal number"))?;
    let written = number.is_infinite() && text.bytes().any(|byte| byte.is_ascii_digit());
    if written {
        return Err(out_of_range("double"));
    }
    Ok(number)
}

/// The text of a number of any size, which has at least a digit.
pub(super) fn big_number<'a>(text: Cow<'a, str>, tag: &str) -> Result<Cow<'a, str>, Error> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(refuse(&text, tag, "a number"));
    }
    Ok(trim_cow(text))
}

/// White space anywhere, padding present, missing or too much, either alphabet.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, Error> {
    let malformed = |what: &'static str| Error::new(ErrorKind::NotXmlRpc, what);
    let mut symbols = Vec::with_capacity(text.len());
    let mut padded = false;
    for &byte in text.as_bytes() {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'=' => padded = true,
            _ if padded => return Err(malformed("<base64> goes on after its padding")),
            b'-' => symbols.push(b'+'),
            b'_' => symbols.push(b'/'),
            _ => symbols.push(byte),
        }
    }
    LENIENT.decode(&symbols).map_err(|error| match error {
        base64::DecodeError::InvalidByte(..) => malformed("<base64> has a character outside the alphabet"),
        _ => malformed("<base64> has an impossible length"),
    })
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Without XML's white space at the ends.
pub(super) fn trim_cow(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(trim(text)),
        Cow::Owned(text) if trim(&text).len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(trim(&text).to_owned()),
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

fn refuse(text: &str, tag: &str, expected: &str) -> Error {
    let message = match trim(text) {
        "" => format!("<{tag}> is empty"),
        _ => format!("<{tag}> is not {expected}"),
    };
    Error::new(ErrorKind::NotXmlRpc, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        for (text, number) in [(" 5\n", 5), ("+5", 5), ("-0", 0), ("0012", 12), ("-9223372036854775808", i64::MIN)] {
            assert_eq!(integer(text, "int").unwrap(), number, "{text:?}");
        }
        for text in ["", " ", "+", "5.0", "1e3", "0x10", "1_000", "٣", "- 5", "5a", "9223372036854775808"] {
            assert_eq!(integer(text, "int").unwrap_err().code(), -32600, "{text:?}");
        }
    }

    #[test]
    fn doubles() {
        for (text, number) in
            [(" .5", 0.5), ("5.", 5.0), ("+1.5E-3", 0.0015), ("-inf", f64::NEG_INFINITY), ("Infinity", f64::INFINITY)]
        {
            assert_eq!(double(text).unwrap().to_bits(), f64::to_bits(number), "{text:?}");
        }
        assert!(double("NaN").unwrap().is_nan());
        for text in ["", "1,5", "0x1p3", "1e400", "-1e400", "1.5d", "."] {
            assert_eq!(double(text).unwrap_err().code(), -32600, "{text:?}");
        }
    }

    #[test]
    fn base64_forms() {
        for text in ["aGVsbG8=", " aGVs\r\n bG8=\n", "aGVsbG8", "aGVsbG8=="] {
            assert_eq!(base64(text).unwrap(), b"hello", "{text:?}");
        }
        assert_eq!(base64("-_-_").unwrap(), base64("+/+/").unwrap());
        for text in ["a", "aGVsbG8=aGVsbG8=", "aGV*bG8="] {
            assert_eq!(base64(text).unwrap_err().code(), -32600, "{text:?}");
        }
    }
}
