//! The few forms of XML that are ever written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{Error, ErrorKind};
use super::text::is_forbidden;

pub(crate) const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// Appends text with `&`, `<`, `>` and CR escaped; refuses what XML forbids.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if PLAIN[byte as usize] {
            continue;
        }
        let escaped: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'\r' => b"&#13;",
            _ => match text[at..].chars().next() {
                Some(c) if is_forbidden(c) => {
                    let (code, place) = (u32::from(c), text[..at].chars().count());
                    let message =
                        format!("character U+{code:04X} at position {place} of a string cannot be written in XML");
                    return Err(Error::new(ErrorKind::Unwritable, message));
                }
                _ => continue,
            },
        };
        out.extend_from_slice(&bytes[written..at]);
        out.extend_from_slice(escaped);
        written = at + 1;
    }
    out.extend_from_slice(&bytes[written..]);
    Ok(())
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
pub(crate) fn base64(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Error> {
    let too_long = || Error::new(ErrorKind::Unwritable, "more bytes than can be written as base64");
    let length = base64::encoded_len(bytes.len(), true).ok_or_else(too_long)?;
    let start = out.len();
    out.resize(start + length, 0);
    STANDARD.encode_slice(bytes, &mut out[start..]).map_err(|_| too_long())?;
    Ok(())
}

/// Bytes that are written as they are. The others are escaped, or looked at more closely.
static PLAIN: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = byte == b'\t' as usize || byte == b'\n' as usize;
        byte += 1;
    }
    table[b'&' as usize] = false;
    table[b'<' as usize] = false;
    table[b'>' as usize] = false;
    // The first byte of U+FFFE and U+FFFF.
    table[0xEF] = false;
    table
};
