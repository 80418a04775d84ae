//! The few forms of XML that are ever written.

use base64_simd::STANDARD;

use super::error::{Error, ErrorKind};
use super::text::{is_forbidden, none_of, suspicious};
use crate::dialect::{ControlCharacters, Dialect};

/// Appends the XML declaration and the start of the root element.
pub(crate) fn root(out: &mut Vec<u8>, name: &str, dialect: &Dialect) {
    out.extend_from_slice(match dialect.is_ascii() {
        true => br#"<?xml version="1.0" encoding="US-ASCII"?><"#,
        false => br#"<?xml version="1.0" encoding="UTF-8"?><"#,
    });
    out.extend_from_slice(name.as_bytes());
    if dialect.has_extensions() {
        out.extend_from_slice(br#" xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions""#);
    }
    out.push(b'>');
}

/// Appends text with `&`, `<`, `>` and CR escaped, in the way of the dialect.
#[inline]
pub(crate) fn text(out: &mut Vec<u8>, text: &str, dialect: &Dialect) -> Result<(), Error> {
    match dialect.is_ascii() && !text.is_ascii() {
        true => text.chars().try_for_each(|c| character(out, text, c, dialect)),
        false => utf8_text(out, text, dialect),
    }
}

fn utf8_text(out: &mut Vec<u8>, text: &str, dialect: &Dialect) -> Result<(), Error> {
    /// From here on it pays to look at a text twice, each time with fewer questions.
    const LONG: usize = 128;
    out.reserve(text.len());
    if text.len() >= LONG && none_of(text.as_bytes(), suspicious) {
        long_text(out, text.as_bytes());
        return Ok(());
    }
    let bytes = text.as_bytes();
    let mut written = 0;
    let mut at = 0;
    loop {
        at += plain(&bytes[at..]);
        let Some(&byte) = bytes.get(at) else {
            out.extend_from_slice(&bytes[written..]);
            return Ok(());
        };
        out.extend_from_slice(&bytes[written..at]);
        if let Some(escaped) = escape(byte) {
            out.extend_from_slice(escaped);
            at += 1;
        } else {
            let c = text[at..].chars().next().unwrap_or_default();
            character(out, text, c, dialect)?;
            at += c.len_utf8();
        }
        written = at;
    }
}

/// Appends a character of `text` that may need more than itself.
fn character(out: &mut Vec<u8>, text: &str, c: char, dialect: &Dialect) -> Result<(), Error> {
    match c {
        '&' | '<' | '>' | '\r' => out.extend_from_slice(escape(c as u8).unwrap_or_default()),
        _ if is_forbidden(c) => match dialect.control() {
            ControlCharacters::Error => return Err(forbidden(text, c)),
            ControlCharacters::Strip => {}
            ControlCharacters::Replace => return character(out, text, char::REPLACEMENT_CHARACTER, dialect),
        },
        _ if dialect.is_ascii() && !c.is_ascii() => {
            for part in ["&#", itoa::Buffer::new().format(u32::from(c)), ";"] {
                out.extend_from_slice(part.as_bytes());
            }
        }
        _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
    Ok(())
}

/// Text in which there is nothing to escape but the three signs of markup.
fn long_text(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut written = 0;
    for at in memchr::memchr3_iter(b'&', b'<', b'>', bytes) {
        out.extend_from_slice(&bytes[written..at]);
        out.extend_from_slice(escape(bytes[at]).unwrap_or_default());
        written = at + 1;
    }
    out.extend_from_slice(&bytes[written..]);
}

#[inline]
fn escape(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'\r' => Some(b"&#13;"),
        _ => None,
    }
}

/// The number of bytes before the first that is not written as it is.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| ODD[byte as usize]).unwrap_or(bytes.len())
}

#[cold]
fn forbidden(text: &str, c: char) -> Error {
    let place = text.chars().position(|other| other == c).unwrap_or_default();
    let code = u32::from(c);
    let message = format!("character U+{code:04X} at position {place} of a string cannot be written in XML");
    Error::new(ErrorKind::Unwritable, message)
}

/// Appends bytes as base64, in one line.
pub(crate) fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    STANDARD.encode_append(bytes, out);
}

/// Appends an integer.
#[inline]
pub(crate) fn integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a finite double: the shortest text that reads back the same, without exponent and always with a point.
pub(crate) fn double(out: &mut Vec<u8>, number: f64) {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(number);
    if text.bytes().any(|byte| byte == b'e') {
        return wide_double(out, &number.to_string());
    }
    wide_double(out, text);
}

/// Appends a finite single in the same form.
pub(crate) fn single(out: &mut Vec<u8>, number: f32) {
    wide_double(out, &number.to_string());
}

/// The standard library writes all digits and no exponent, but no point where it needs none.
fn wide_double(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    if !text.bytes().any(|byte| byte == b'.') {
        out.extend_from_slice(b".0");
    }
}

/// Bytes that are escaped or looked at more closely.
static ODD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = suspicious(byte) || matches!(byte, b'&' | b'<' | b'>');
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};
