//! Documents in any encoding, to UTF-8.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::error::{Error, ErrorKind, shorten};

/// The document as UTF-8; one that is UTF-8 already is validated and not copied.
///
/// The encoding is taken from a byte order mark, else the XML declaration, else `charset` (what the
/// HTTP header says), else it is UTF-8.
pub(crate) fn to_utf8<'a>(document: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Error> {
    match detect(document, charset)? {
        Charset::Utf8 => match std::str::from_utf8(document) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(not_valid("UTF-8").or_at(error.valid_up_to())),
        },
        Charset::Other(legacy) => legacy.decode(document).map(Cow::Owned),
    }
}

/// The same for a document in a shared buffer.
#[cfg(feature = "rpc")]
pub(crate) fn to_utf8_shared(document: bytes::Bytes, charset: Option<&str>) -> Result<bytestring::ByteString, Error> {
    match detect(&document, charset)? {
        Charset::Utf8 => {
            bytestring::ByteString::try_from(document).map_err(|error| not_valid("UTF-8").or_at(error.valid_up_to()))
        }
        Charset::Other(legacy) => legacy.decode(&document).map(Into::into),
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
    fn decode(&self, document: &[u8]) -> Result<String, Error> {
        match self {
            Self::Latin1 => Ok(document.iter().map(|&byte| char::from(byte)).collect()),
            Self::Known(encoding) => encoding
                .decode_without_bom_handling_and_without_replacement(document)
                .map(Cow::into_owned)
                .ok_or_else(|| not_valid(encoding.name())),
        }
    }
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
