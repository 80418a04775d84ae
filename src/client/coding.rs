//! `Content-Encoding` of requests and replies.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// Why a body cannot be had as it was before it was encoded.
#[derive(Debug)]
pub(super) enum Undecodable {
    #[cfg_attr(not(feature = "gzip"), allow(dead_code, reason = "nothing is decoded"))]
    TooLarge,
    Corrupt(&'static str),
}

/// The body as it was before it was encoded, at most `limit` bytes of it; `None` if it was not.
pub(super) fn decode(headers: &HeaderMap, body: &Bytes, limit: usize) -> Result<Option<Bytes>, Undecodable> {
    match Coding::of(headers) {
        Coding::Identity => Ok(None),
        Coding::Unknown => Err(Undecodable::Corrupt("its Content-Encoding is not known")),
        coding => coding.decode(body, limit).map(Some),
    }
}

/// As much of the beginning as can be had, at most `limit` bytes.
pub(super) fn beginning(headers: &HeaderMap, body: &Bytes, limit: usize) -> Bytes {
    match Coding::of(headers) {
        Coding::Identity | Coding::Unknown => body.clone(),
        coding => coding.beginning(body, limit),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
    Unknown,
}

impl Coding {
    fn of(headers: &HeaderMap) -> Self {
        let mut coding = Self::Identity;
        for value in headers.get_all(CONTENT_ENCODING) {
            for name in value.as_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
                let named = match name.to_ascii_lowercase().as_slice() {
                    b"" | b"identity" => continue,
                    b"gzip" | b"x-gzip" => Self::Gzip,
                    b"deflate" => Self::Deflate,
                    _ => Self::Unknown,
                };
                // Two of them, one over the other, are none that is known.
                coding = if coding == Self::Identity { named } else { Self::Unknown };
            }
        }
        coding
    }
}

#[cfg(feature = "gzip")]
mod flate {
    use std::io::{BufRead, Read};

    use bytes::Bytes;
    use flate2::Compression;
    use flate2::bufread::{DeflateDecoder, GzEncoder, MultiGzDecoder, ZlibDecoder};

    use super::{Coding, Undecodable};

    impl Coding {
        pub(super) fn decode(self, body: &Bytes, limit: usize) -> Result<Bytes, Undecodable> {
            let mut document = Vec::new();
            let mut compressed = body.as_ref();
            let read = match self {
                Self::Gzip => read_all(MultiGzDecoder::new(&mut compressed), &mut document, limit),
                Self::Deflate if is_zlib(body) => read_all(ZlibDecoder::new(&mut compressed), &mut document, limit),
                // Some send what the name says instead of what it means.
                _ => read_all(DeflateDecoder::new(&mut compressed), &mut document, limit),
            };
            read?;
            // What follows the end of the compressed text is no part of it.
            match compressed.fill_buf() {
                Ok([]) => Ok(document.into()),
                _ => Err(Undecodable::Corrupt("something follows the end of its compressed text")),
            }
        }

        pub(super) fn beginning(self, body: &Bytes, limit: usize) -> Bytes {
            let mut document = Vec::new();
            // What breaks off has a beginning nonetheless.
            let _ = match self {
                Self::Gzip => read_all(MultiGzDecoder::new(body.as_ref()), &mut document, limit),
                Self::Deflate if is_zlib(body) => read_all(ZlibDecoder::new(body.as_ref()), &mut document, limit),
                _ => read_all(DeflateDecoder::new(body.as_ref()), &mut document, limit),
            };
            document.into()
        }
    }

    /// Takes the text piece by piece, so that no more than the limit is ever there.
    fn read_all(decoder: impl Read, document: &mut Vec<u8>, limit: usize) -> Result<(), Undecodable> {
        const PIECE: usize = 16 * 1024;
        let mut decoder = decoder;
        loop {
            // One byte more tells a text that ends at the limit from one that goes on.
            let room = limit.saturating_add(1) - document.len();
            if document.capacity() == document.len() {
                // Doubling, but never beyond the limit.
                document.reserve_exact(document.len().max(PIECE).min(room));
            }
            let piece = (document.capacity() - document.len()).min(room);
            let read = decoder.by_ref().take(piece as u64).read_to_end(document);
            let read = read.map_err(|_| Undecodable::Corrupt("its compressed text is corrupt"))?;
            if document.len() > limit {
                return Err(Undecodable::TooLarge);
            }
            if read < piece {
                return Ok(());
            }
        }
    }

    /// Whether the two bytes at the start are a header of zlib's.
    fn is_zlib(body: &[u8]) -> bool {
        matches!(body, [method, flags, ..] if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
    }

    pub(crate) fn gzip(document: &[u8]) -> Vec<u8> {
        let mut compressed = Vec::with_capacity(document.len() / 4);
        // Reading from memory cannot fail.
        let _ = GzEncoder::new(document, Compression::fast()).read_to_end(&mut compressed);
        compressed
    }
}

#[cfg(feature = "gzip")]
pub(super) use self::flate::gzip;

#[cfg(not(feature = "gzip"))]
impl Coding {
    #[allow(clippy::unused_self, reason = "with the feature it tells the codings apart")]
    fn decode(self, _: &Bytes, _: usize) -> Result<Bytes, Undecodable> {
        Err(Undecodable::Corrupt("it is compressed, for which tagwire has the feature `gzip`"))
    }

    #[allow(clippy::unused_self, reason = "with the feature it tells the codings apart")]
    fn beginning(self, body: &Bytes, _: usize) -> Bytes {
        body.clone()
    }
}

#[cfg(all(test, feature = "gzip"))]
#[allow(clippy::unwrap_used, reason = "a failing test panics")]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(coding: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        headers
    }

    #[test]
    fn a_limit_holds_to_the_byte() {
        for length in [0, 1, 200, 16 * 1024, 100_000] {
            let text = vec![b'x'; length];
            let body = Bytes::from(gzip(&text));
            assert_eq!(decode(&headers("X-Gzip"), &body, length).unwrap().unwrap(), text);
            assert_eq!(decode(&headers("gzip"), &body, usize::MAX).unwrap().unwrap(), text);
            if length > 0 {
                assert!(matches!(decode(&headers("gzip"), &body, length - 1), Err(Undecodable::TooLarge)));
            }
        }
    }

    #[test]
    fn what_is_broken_is_no_text() {
        let whole = gzip(b"<methodResponse/>");
        let mut longer = whole.clone();
        longer.push(b'x');
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        for body in [&whole[..whole.len() - 1], &longer, &changed, b"<methodResponse/>", b""] {
            let body = Bytes::copy_from_slice(body);
            assert!(matches!(decode(&headers("gzip"), &body, 1000), Err(Undecodable::Corrupt(_))), "{body:?}");
        }
        assert!(matches!(decode(&headers("gzip, gzip"), &whole.into(), 1000), Err(Undecodable::Corrupt(_))));
    }
}
