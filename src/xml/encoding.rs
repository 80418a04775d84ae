//! Documents in any encoding, to UTF-8.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::error::{Error, ErrorKind, shorten};

/// The document as UTF-8; one that is UTF-8 already is validated and not copied.
///
/// The encoding is taken from a byte order mark, else the XML declaration, else `charset` (what the
/// HTTP header says), else it is UTF-8.
pub(crate) fn to_utf8<'a>(document: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Error> {
    to_utf8_within(usize::MAX, document, charset)
}

/// The same, of a document that may become no longer than `limit` bytes by the change: one of the old encodings can become
/// three times as long.
pub(crate) fn to_utf8_within<'a>(
    limit: usize,
    document: &'a [u8],
    charset: Option<&str>,
) -> Result<Cow<'a, str>, Error> {
    match detect(document, charset)? {
        Charset::Utf8 => match std::str::from_utf8(document) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(not_valid("UTF-8").or_at(error.valid_up_to())),
        },
        Charset::Other(legacy) => legacy.decode(document, limit).map(Cow::Owned),
    }
}

/// The same for a document in a shared buffer.
#[cfg(feature = "rpc")]
pub(crate) fn to_utf8_shared(document: bytes::Bytes, charset: Option<&str>) -> Result<bytestring::ByteString, Error> {
    match detect(&document, charset)? {
        Charset::Utf8 => {
            bytestring::ByteString::try_from(document).map_err(|error| not_valid("UTF-8").or_at(error.valid_up_to()))
        }
        Charset::Other(legacy) => legacy.decode(&document, usize::MAX).map(Into::into),
    }
}

/// The encoding that a `Content-Type` header names.
#[cfg(any(feature = "server", feature = "client"))]
pub(crate) fn charset_of(content_type: &str) -> Option<&str> {
    // Each call reads one, and nearly every peer sends one of these.
    match content_type {
        "text/xml" => return None,
        "text/xml; charset=utf-8" => return Some("utf-8"),
        _ => {}
    }
    let label = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    label.filter(|label| !label.is_empty())
}

enum Charset {
    Utf8,
    Other(Legacy),
}

/// An encoding that has to be changed to UTF-8.
enum Legacy {
    /// True ISO-8859-1: bytes 80 to 9F are control characters, not those of windows-1252.
    Latin1,
    Known(&'static Encoding),
}

impl Legacy {
    fn decode(&self, document: &[u8], limit: usize) -> Result<String, Error> {
        // Most text of these is ASCII for the most part. But near the limit there is no room for two while it grows.
        let room = match document.len() > limit / 2 {
            true => limit,
            false => document.len(),
        };
        let mut text = String::with_capacity(room.min(document.len().saturating_mul(3)).saturating_add(SPARE));
        match self {
            Self::Latin1 => {
                for &byte in document {
                    if text.capacity() - text.len() < 2 {
                        grow(&mut text, limit)?;
                    }
                    text.push(char::from(byte));
                }
            }
            Self::Known(encoding) => {
                let mut decoder = encoding.new_decoder_without_bom_handling();
                let mut rest = document;
                loop {
                    let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
                    rest = &rest[read..];
                    match result {
                        DecoderResult::InputEmpty => break,
                        DecoderResult::OutputFull => grow(&mut text, limit)?,
                        DecoderResult::Malformed(..) => return Err(not_valid(encoding.name())),
                    }
                }
            }
        }
        match text.len() > limit {
            true => Err(too_long(limit)),
            false => Ok(text),
        }
    }
}

/// Makes half as much room again, but not beyond the limit and what is spare.
fn grow(text: &mut String, limit: usize) -> Result<(), Error> {
    let most = limit.saturating_add(SPARE);
    match text.capacity() < most {
        true => {
            let room = (text.len() / 2).max(4096).min(most - text.len());
            text.reserve_exact(room);
            Ok(())
        }
        false => Err(too_long(limit)),
    }
}

/// What a decoder wants to have free for one more character.
const SPARE: usize = 16;

#[cold]
fn too_long(limit: usize) -> Error {
    Error::new(ErrorKind::Limit, format!("the document has more than {limit} bytes as UTF-8"))
}

impl Charset {
    fn from_label(label: &str) -> Result<Self, Error> {
        let trimmed = label.trim();
        if LATIN1.iter().any(|known| trimmed.eq_ignore_ascii_case(known)) {
            return Ok(Self::Other(Legacy::Latin1));
        }
        if ["us-ascii", "ascii"].iter().any(|known| trimmed.eq_ignore_ascii_case(known)) {
            return Ok(Self::Utf8);
        }
        let found = Encoding::for_label_no_replacement(trimmed.as_bytes()).ok_or_else(|| {
            let label = shorten(trimmed);
            Error::new(ErrorKind::UnsupportedEncoding, format!("unknown encoding {label}"))
        })?;
        // A declaration that could be read byte by byte is not UTF-16, whatever it says: .NET declares
        // utf-16 in text that it made in memory and sends as UTF-8.
        Ok(match found == UTF_8 || found == UTF_16BE || found == UTF_16LE {
            true => Self::Utf8,
            false => Self::Other(Legacy::Known(found)),
        })
    }
}

const LATIN1: [&str; 6] = ["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1"];

fn detect(document: &[u8], charset: Option<&str>) -> Result<Charset, Error> {
    match document {
        // UTF-32LE begins like UTF-16LE, so it comes first.
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, b'<', ..] | [b'<', 0, 0, 0, ..] => {
            Err(Error::new(ErrorKind::UnsupportedEncoding, "UTF-32 is not supported"))
        }
        [0xFF, 0xFE, ..] | [b'<', 0, b'?', 0, ..] => Ok(Charset::Other(Legacy::Known(UTF_16LE))),
        [0xFE, 0xFF, ..] | [0, b'<', 0, b'?', ..] => Ok(Charset::Other(Legacy::Known(UTF_16BE))),
        [0xEF, 0xBB, 0xBF, ..] => Ok(Charset::Utf8),
        _ => match declared(document).or(charset.map(str::as_bytes)) {
            None => Ok(Charset::Utf8),
            // Nearly all that there are, and not worth a search in the list.
            Some(label) if label.eq_ignore_ascii_case(b"utf-8") => Ok(Charset::Utf8),
            Some(label) => Charset::from_label(&String::from_utf8_lossy(label)),
        },
    }
}

/// The label in `<?xml … encoding="label"?>`.
fn declared(document: &[u8]) -> Option<&[u8]> {
    let declaration = document.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memchr::memchr(b'>', declaration)?];
    if !declaration.first()?.is_ascii_whitespace() {
        return None;
    }
    // Of the letters of `encoding`, `version` and `standalone` have none that is a `g`.
    let before = declaration[..memchr::memchr(b'g', declaration)?].strip_suffix(b"encodin")?;
    let rest = declaration[before.len() + "encoding".len()..].trim_ascii_start();
    let (quote, rest) = rest.strip_prefix(b"=")?.trim_ascii_start().split_first()?;
    let end = matches!(quote, b'"' | b'\'').then(|| memchr::memchr(*quote, rest))??;
    Some(&rest[..end])
}

fn not_valid(encoding: &str) -> Error {
    Error::new(ErrorKind::InvalidCharacter, format!("the document is not valid {encoding}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test panics")]
mod tests {
    use super::*;

    #[test]
    fn a_limit_holds_to_the_byte_in_every_encoding() {
        let utf16: Vec<u8> = "\u{4e2d}".repeat(5000).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases: [(&[u8], Legacy, &str); 4] = [
            (&[0xe9; 10_000], Legacy::Latin1, "\u{e9}"),
            (&[0x80; 10_000], Legacy::Known(encoding_rs::WINDOWS_1252), "\u{20ac}"),
            (b"plain", Legacy::Known(encoding_rs::WINDOWS_1252), "plain"),
            (&utf16, Legacy::Known(UTF_16LE), "\u{4e2d}"),
        ];
        for (document, encoding, unit) in cases {
            let text = encoding.decode(document, usize::MAX).unwrap();
            assert_eq!(text, unit.repeat(text.len() / unit.len()));
            assert_eq!(encoding.decode(document, text.len()).unwrap(), text);
            assert!(encoding.decode(document, text.len() - 1).unwrap_err().is_limit());
        }
        assert!(Legacy::Known(encoding_rs::SHIFT_JIS).decode(b"\x81", 10).is_err());
    }
}
