//! `Content-Encoding` of requests and `Accept-Encoding` of responses.

use bytes::Bytes;
use http::HeaderMap;
use http::header;

use super::refusal::Refusal;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Deflate,
    Unknown,
}

impl Coding {
    /// What the headers say of the body; two codings one over the other are none that is known.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let names = headers.get_all(header::CONTENT_ENCODING).iter();
        let names = names.flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
        let mut coding = Self::Identity;
        for name in names.map(<[u8]>::trim_ascii).filter(|name| !name.eq_ignore_ascii_case(b"identity")) {
            let named = match name.to_ascii_lowercase().as_slice() {
                b"gzip" | b"x-gzip" => Self::Gzip,
                b"deflate" => Self::Deflate,
                _ => Self::Unknown,
            };
            coding = if coding == Self::Identity { named } else { Self::Unknown };
        }
        coding
    }

    /// Whether such a body can be read.
    pub(super) fn is_readable(self) -> bool {
        match self {
            Self::Identity => true,
            Self::Gzip | Self::Deflate => cfg!(feature = "gzip"),
            Self::Unknown => false,
        }
    }
}

/// The document in a body, at most `limit` bytes of it.
#[cfg(feature = "gzip")]
pub(super) fn decode(body: Bytes, coding: Coding, limit: usize) -> Result<Bytes, Refusal> {
    use std::io::{BufRead, Read};

    use bytes::Buf;
    use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

    fn read_all(decoder: &mut impl Read, limit: usize) -> Result<Vec<u8>, Refusal> {
        let mut document = Vec::new();
        let within = (limit as u64).saturating_add(1);
        decoder.take(within).read_to_end(&mut document).map_err(|_| Refusal::Corrupt)?;
        match document.len() > limit {
            true => Err(Refusal::TooLarge),
            false => Ok(document),
        }
    }

    /// What follows the end of the compressed text is no part of it.
    fn nothing_left(mut rest: impl BufRead, document: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        match rest.fill_buf() {
            Ok([]) => Ok(document),
            _ => Err(Refusal::Corrupt),
        }
    }

    let compressed = body.reader();
    let document = match coding {
        Coding::Gzip => read_all(&mut MultiGzDecoder::new(compressed), limit)?,
        Coding::Deflate if is_zlib(compressed.get_ref()) => {
            let mut decoder = ZlibDecoder::new(compressed);
            let document = read_all(&mut decoder, limit)?;
            nothing_left(decoder.into_inner(), document)?
        }
        // Some send what the name says instead of what it means.
        Coding::Deflate => {
            let mut decoder = DeflateDecoder::new(compressed);
            let document = read_all(&mut decoder, limit)?;
            nothing_left(decoder.into_inner(), document)?
        }
        Coding::Identity | Coding::Unknown => return Ok(compressed.into_inner()),
    };
    Ok(document.into())
}

/// Whether the two bytes at the start are a header of zlib's.
#[cfg(feature = "gzip")]
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..] if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

/// Without the feature nothing that is encoded gets this far.
#[cfg(not(feature = "gzip"))]
pub(super) fn decode(body: Bytes, _: Coding, _: usize) -> Result<Bytes, Refusal> {
    Ok(body)
}

/// Whether a client takes a response in gzip.
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut any = false;
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        for coding in value.as_bytes().split(|&byte| byte == b',') {
            let mut parts = coding.split(|&byte| byte == b';').map(<[u8]>::trim_ascii);
            let name = parts.next().unwrap_or_default();
            let wanted = !parts.any(is_quality_zero);
            if name.eq_ignore_ascii_case(b"gzip") || name.eq_ignore_ascii_case(b"x-gzip") {
                return wanted;
            }
            any |= name == b"*" && wanted;
        }
    }
    any
}

/// `q=0`, `q=0.0` and so on.
fn is_quality_zero(parameter: &[u8]) -> bool {
    let Some(equals) = parameter.iter().position(|&byte| byte == b'=') else {
        return false;
    };
    let (name, value) = (&parameter[..equals], parameter[equals + 1..].trim_ascii());
    name.trim_ascii().eq_ignore_ascii_case(b"q")
        && value.starts_with(b"0")
        && value.iter().all(|byte| matches!(byte, b'0' | b'.'))
}

/// The document in gzip.
#[cfg(feature = "gzip")]
pub(super) fn gzip(document: &[u8], level: u32) -> Vec<u8> {
    use std::io::Write;

    let compressed = Vec::with_capacity(document.len() / 4);
    let mut encoder = flate2::write::GzEncoder::new(compressed, flate2::Compression::new(level));
    // Writing to a vector does not fail.
    let written = encoder.write_all(document);
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(values: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT_ENCODING, value.parse().unwrap());
        }
        accepts_gzip(&headers)
    }

    #[test]
    fn gzip_is_taken_as_it_is_asked_for() {
        for yes in ["gzip", "GZIP", "x-gzip", "deflate, gzip", "gzip;q=0.5", "gzip; q=1", "*", "br;q=1, *;q=0.1"] {
            assert!(accepts(&[yes]), "{yes}");
        }
        for no in ["", "identity", "gzip;q=0", "gzip; Q=0.000", "*;q=0", "gzip;q=0, *", "gzipped", "br"] {
            assert!(!accepts(&[no]), "{no}");
        }
        assert!(accepts(&["br", "gzip"]));
        assert!(!accepts(&[]));
    }

    #[test]
    fn a_coding_is_known_by_its_name() {
        let coding = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::CONTENT_ENCODING, value.parse().unwrap());
            }
            Coding::of(&headers)
        };
        assert_eq!(coding(&[]), Coding::Identity);
        assert_eq!(coding(&["identity"]), Coding::Identity);
        assert_eq!(coding(&["X-Gzip"]), Coding::Gzip);
        assert_eq!(coding(&["identity, deflate"]), Coding::Deflate);
        assert_eq!(coding(&["gzip", "gzip"]), Coding::Unknown);
        assert_eq!(coding(&["gzip, deflate"]), Coding::Unknown);
        assert_eq!(coding(&["br"]), Coding::Unknown);
        assert_eq!(coding(&[""]), Coding::Unknown);
    }
}
