//! The few forms of XML that are ever written.

use base64_simd::STANDARD;

use super::error::{Error, ErrorKind};
use super::text::{is_forbidden, none_of, suspicious};

pub(crate) const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// Appends text with `&`, `<`, `>` and CR escaped; refuses what XML forbids.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Error> {
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
        if let Some(escaped) = escape(byte) {
            out.extend_from_slice(&bytes[written..at]);
            out.extend_from_slice(escaped);
            written = at + 1;
        } else {
            check_character(text, at)?;
        }
        at += 1;
    }
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
fn check_character(text: &str, at: usize) -> Result<(), Error> {
    match text[at..].chars().next() {
        Some(c) if is_forbidden(c) => {
            let (code, place) = (u32::from(c), text[..at].chars().count());
            let message = format!("character U+{code:04X} at position {place} of a string cannot be written in XML");
            Err(Error::new(ErrorKind::Unwritable, message))
        }
        _ => Ok(()),
    }
}

/// Appends text with U+FFFD for what XML forbids.
pub(crate) fn text_lossy(out: &mut Vec<u8>, lossy: &str) {
    let start = out.len();
    if text(out, lossy).is_err() {
        out.truncate(start);
        let allowed: String =
            lossy.chars().map(|c| if is_forbidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
        // Nothing is left to refuse.
        let _ = text(out, &allowed);
    }
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
