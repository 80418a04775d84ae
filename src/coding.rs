//! `Content-Encoding` of requests and replies, which both ends read.

#[cfg(not(feature = "gzip"))]
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Deflate,
    Unknown,
}

/// Why a body cannot be had as it was before it was encoded.
#[derive(Debug)]
pub(crate) enum Undecodable {
    #[cfg_attr(not(feature = "gzip"), allow(dead_code, reason = "nothing is decoded"))]
    TooLarge,
    Corrupt(&'static str),
}

impl Coding {
    /// What the headers say of a body; two codings one over the other are none that is known.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut coding = Self::Identity;
        for value in headers.get_all(CONTENT_ENCODING) {
            for name in value.as_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
                let named = match name.to_ascii_lowercase().as_slice() {
                    // An empty element of a list is none (RFC 9110, 5.6.1.2).
                    b"" | b"identity" => continue,
                    b"gzip" | b"x-gzip" => Self::Gzip,
                    b"deflate" => Self::Deflate,
                    _ => Self::Unknown,
                };
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
        /// The body as it was before it was encoded, at most `limit` bytes of it.
        pub(crate) fn decode(self, body: &Bytes, limit: usize) -> Result<Bytes, Undecodable> {
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

        /// As much of its beginning as can be had, at most `limit` bytes.
        #[cfg(feature = "client")]
        pub(crate) fn beginning(self, body: &Bytes, limit: usize) -> Bytes {
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

    /// At a level from 0 to 9; 1 is the fastest that compresses.
    pub(crate) fn gzip(document: &[u8], level: u32) -> Vec<u8> {
        let mut compressed = Vec::with_capacity(document.len() / 4);
        // Reading from memory cannot fail.
        let _ = GzEncoder::new(document, Compression::new(level)).read_to_end(&mut compressed);
        compressed
    }
}

#[cfg(feature = "gzip")]
pub(crate) use self::flate::gzip;

#[cfg(not(feature = "gzip"))]
impl Coding {
    #[allow(clippy::unused_self, reason = "with the feature it tells the codings apart")]
    pub(crate) fn decode(self, _: &Bytes, _: usize) -> Result<Bytes, Undecodable> {
        Err(Undecodable::Corrupt("it is compressed, for which tagwire has the feature `gzip`"))
    }

    #[cfg(feature = "client")]
    #[allow(clippy::unused_self, reason = "with the feature it tells the codings apart")]
    pub(crate) fn beginning(self, body: &Bytes, _: usize) -> Bytes {
        body.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_known_by_its_name() {
        let coding = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, value.parse().unwrap());
            }
            Coding::of(&headers)
        };
        assert_eq!(coding(&[]), Coding::Identity);
        assert_eq!(coding(&["identity"]), Coding::Identity);
        assert_eq!(coding(&[""]), Coding::Identity);
        assert_eq!(coding(&["X-Gzip"]), Coding::Gzip);
        assert_eq!(coding(&[", gzip,"]), Coding::Gzip);
        assert_eq!(coding(&["identity, deflate"]), Coding::Deflate);
        assert_eq!(coding(&["gzip", "gzip"]), Coding::Unknown);
        assert_eq!(coding(&["gzip, deflate"]), Coding::Unknown);
        assert_eq!(coding(&["br"]), Coding::Unknown);
    }
}

#[cfg(all(test, feature = "gzip"))]
#[allow(clippy::unwrap_used, reason = "a failing test panics")]
mod gzip_tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_limit_holds_to_the_byte() {
        for length in [0, 1, 200, 16 * 1024, 100_000] {
            let text = vec![b'x'; length];
            let body = Bytes::from(gzip(&text, 1));
            assert_eq!(Coding::Gzip.decode(&body, length).unwrap(), text);
            assert_eq!(Coding::Gzip.decode(&body, usize::MAX).unwrap(), text);
            if length > 0 {
                assert!(matches!(Coding::Gzip.decode(&body, length - 1), Err(Undecodable::TooLarge)));
            }
        }
    }

    #[test]
    fn what_is_broken_is_no_text() {
        let whole = gzip(b"<methodResponse/>", 1);
        let mut longer = whole.clone();
        longer.push(b'x');
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        for body in [&whole[..whole.len() - 1], &longer, &changed, b"<methodResponse/>", b""] {
            let body = Bytes::copy_from_slice(body);
            assert!(matches!(Coding::Gzip.decode(&body, 1000), Err(Undecodable::Corrupt(_))), "{body:?}");
        }
    }
}
