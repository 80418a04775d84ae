//! The text of a scalar, to what it says.

use std::borrow::Cow;

use base64_simd::STANDARD_NO_PAD;

use crate::xml::error::{Error, ErrorKind};

/// Blanks around, a sign, ASCII digits.
#[inline]
pub(super) fn integer(text: &str, tag: &str) -> Result<i64, Error> {
    /// As many digits as always fit.
    const SAFE: usize = 18;
    let trimmed = text.trim_ascii();
    let negative = trimmed.starts_with('-');
    let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed).as_bytes();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(refuse(text, tag, "a decimal integer"));
    }
    if digits.len() > SAFE {
        return trimmed.parse().map_err(|_| out_of_range(tag));
    }
    let number = digits.iter().fold(0, |number: i64, &digit| number * 10 + i64::from(digit - b'0'));
    Ok(if negative { -number } else { number })
}

#[cold]
pub(super) fn out_of_range(tag: &str) -> Error {
    Error::new(ErrorKind::NotXmlRpc, format!("<{tag}> is out of range"))
}

/// `0`, `1`, or unless it is strict `true` and `false` in any case.
pub(super) fn boolean(text: &str, strict: bool) -> Result<bool, Error> {
    match text.trim_ascii() {
        "1" => Ok(true),
        "0" => Ok(false),
        _ if strict => Err(refuse(text, "boolean", "0 or 1")),
        word if word.eq_ignore_ascii_case("true") => Ok(true),
        word if word.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(refuse(text, "boolean", "0, 1, true or false")),
    }
}

/// What Rust reads as a float, which is the decimal forms, `nan`, `inf` and `infinity` in any case. A
/// number too large for 64 bits is refused rather than made infinite. Strict is a sign, digits and a point.
pub(super) fn double(text: &str, strict: bool) -> Result<f64, Error> {
    if strict && text.trim_ascii().bytes().any(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.')) {
        return Err(refuse(text, "double", "a decimal number without exponent"));
    }
    let number: f64 = text.trim_ascii().parse().map_err(|_| refuse(text, "double", "a decimal number"))?;
    let written = number.is_infinite() && text.bytes().any(|byte| byte.is_ascii_digit());
    if written {
        return Err(out_of_range("double"));
    }
    Ok(number)
}

/// The text of a number of any size.
pub(super) fn big_number<'a>(text: Cow<'a, str>, tag: &str) -> Result<Cow<'a, str>, Error> {
    match is_big_number(&text) {
        true => Ok(trim_cow(text)),
        false => Err(refuse(&text, tag, "a number")),
    }
}

/// Digits, and what else stands in a number: signs, a point, an exponent.
pub(crate) fn is_big_number(text: &str) -> bool {
    let usual = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    let text = text.trim_ascii();
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().all(usual)
}

/// White space anywhere, padding present, missing or too much, either alphabet.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, Error> {
    let mut symbols = without_line_ends(text.trim_matches([' ', '\t', '\n', '\r']).as_bytes());
    while symbols.last() == Some(&b'=') {
        symbols.pop();
    }
    let decoded = STANDARD_NO_PAD.decode_inplace(&mut symbols).map(|bytes| bytes.len());
    match decoded {
        Ok(length) => {
            symbols.truncate(length);
            Ok(symbols)
        }
        Err(_) => unusual_base64(text),
    }
}

fn without_line_ends(text: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::with_capacity(text.len());
    let mut rest = text;
    // Lines are of one length but for the last; where one is not, decoding finds out.
    let line = memchr::memchr(b'\n', text).unwrap_or(0);
    while line > 0 && rest.get(line) == Some(&b'\n') {
        symbols.extend_from_slice(&rest[..line]);
        rest = &rest[line + 1..];
    }
    while let Some(at) = memchr::memchr2(b'\n', b'\r', rest) {
        symbols.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
    }
    symbols.extend_from_slice(rest);
    symbols
}

/// The same with everything that is allowed, and the reason where it is not.
#[cold]
fn unusual_base64(text: &str) -> Result<Vec<u8>, Error> {
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
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => symbols.push(byte),
            _ => return Err(malformed("<base64> has a character outside the alphabet")),
        }
    }
    // Forgiving of bits that are left over at the end.
    base64_simd::forgiving_decode_to_vec(&symbols).map_err(|_| malformed("<base64> has an impossible length"))
}

/// Without XML's white space at the ends.
pub(super) fn trim_cow(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) if text.trim_ascii().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
    }
}

#[cold]
fn refuse(text: &str, tag: &str, expected: &str) -> Error {
    let message = match text.trim_ascii() {
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
            assert_eq!(double(text, false).unwrap().to_bits(), f64::to_bits(number), "{text:?}");
        }
        assert!(double("NaN", false).unwrap().is_nan());
        for text in ["", "1,5", "0x1p3", "1e400", "-1e400", "1.5d", "."] {
            assert_eq!(double(text, false).unwrap_err().code(), -32600, "{text:?}");
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
