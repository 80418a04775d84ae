//! `Accept-Encoding` of requests.

use http::HeaderMap;
use http::header;

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
}
