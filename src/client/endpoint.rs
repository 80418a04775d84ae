//! Where calls go: a URL taken apart.

use base64_simd::STANDARD;
use http::{HeaderValue, Uri};

use super::Error;

#[derive(Debug)]
pub(super) struct Endpoint {
    /// Without user and password, and with a path.
    pub(super) uri: Uri,
    /// `Basic …`; marked sensitive, so that `Debug` does not show it.
    pub(super) authorization: Option<HeaderValue>,
}

impl Endpoint {
    /// The user and password are cut off before anything else looks at the URL, so that no other error
    /// message can quote them.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        if scheme.eq_ignore_ascii_case("https") {
            return Err(Error::request("https:// needs TLS, which this build of tagwire does not have"));
        }
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(Error::request("the URL does not begin with http://"));
        }

        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (userinfo, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        // CPython's rule: only a URL without any path means the customary one.
        let default_path = if path.starts_with('/') { "" } else { "/RPC2" };

        let uri = format!("http://{host}{default_path}{path}");
        let uri: Uri = uri.parse().map_err(|error| Error::request("the URL is malformed").with_source(error))?;
        check_host(&uri)?;
        Ok(Self { uri, authorization: basic_authorization(userinfo)? })
    }
}

/// `http::Uri` accepts an empty host, and takes a port that is no port for none.
fn check_host(uri: &Uri) -> Result<(), Error> {
    let host = uri.host().unwrap_or_default();
    if host.is_empty() {
        return Err(Error::request("the URL has no host"));
    }
    let authority = uri.authority().map_or("", http::uri::Authority::as_str);
    match authority.strip_prefix(host).and_then(|rest| rest.strip_prefix(':')) {
        Some(port) if !port.is_empty() && uri.port_u16().is_none() => {
            Err(Error::request("the port in the URL is not a number from 0 to 65535"))
        }
        _ => Ok(()),
    }
}

fn basic_authorization(userinfo: &str) -> Result<Option<HeaderValue>, Error> {
    if userinfo.is_empty() {
        return Ok(None);
    }
    let mut credentials = percent_decode(userinfo);
    // RFC 7617 has a colon even where there is no password.
    if !userinfo.contains(':') {
        credentials.push(b':');
    }
    let header = format!("Basic {}", STANDARD.encode_to_string(credentials));
    let mut header =
        HeaderValue::try_from(header).map_err(|_| Error::request("the credentials in the URL are too long"))?;
    header.set_sensitive(true);
    Ok(Some(header))
}

/// A `%` that begins no pair of hexadecimal digits stands for itself, as it does for `ServerProxy`.
fn percent_decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        match rest {
            [b'%', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(hex(*high) << 4 | hex(*low));
                rest = tail;
            }
            [byte, tail @ ..] => {
                decoded.push(*byte);
                rest = tail;
            }
            [] => return decoded,
        }
    }
}

const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a failing test panics")]
mod tests {
    use super::*;

    fn uri(url: &str) -> String {
        Endpoint::parse(url).unwrap().uri.to_string()
    }

    fn credentials(url: &str) -> Option<String> {
        let header = Endpoint::parse(url).unwrap().authorization?;
        let encoded = header.to_str().unwrap().strip_prefix("Basic ").unwrap().to_owned();
        Some(String::from_utf8(STANDARD.decode_to_vec(encoded).unwrap()).unwrap())
    }

    #[test]
    fn only_a_url_without_a_path_gets_the_customary_one() {
        assert_eq!(uri("http://h"), "http://h/RPC2");
        assert_eq!(uri("HTTP://h:8000"), "http://h:8000/RPC2");
        assert_eq!(uri("http://h?key=1"), "http://h/RPC2?key=1");
        assert_eq!(uri("http://h#top"), "http://h/RPC2");
        assert_eq!(uri("http://h/"), "http://h/");
        assert_eq!(uri("http://h/a//b/../c?x=%20&y=?"), "http://h/a//b/../c?x=%20&y=?");
        assert_eq!(uri("http://[::1]:8000/x"), "http://[::1]:8000/x");
    }

    #[test]
    fn credentials_are_cut_off_and_decoded() {
        assert_eq!(uri("http://user:p%40ss@h/x"), "http://h/x");
        assert_eq!(credentials("http://user:p%40ss@h").as_deref(), Some("user:p@ss"));
        assert_eq!(credentials("http://user:p@ss@h").as_deref(), Some("user:p@ss"));
        assert_eq!(credentials("http://us%C3%A9r:100%@h").as_deref(), Some("usér:100%"));
        assert_eq!(credentials("http://usér:a b%zz%4@h").as_deref(), Some("usér:a b%zz%4"));
        assert_eq!(credentials("http://user@h").as_deref(), Some("user:"));
        assert_eq!(credentials("http://user:@h").as_deref(), Some("user:"));
        assert_eq!(credentials("http://@h"), None);
        assert_eq!(credentials("http://h/a@b"), None);
    }

    #[test]
    fn a_url_of_no_use_is_refused_without_being_quoted() {
        let urls = [
            "",
            "h:8000",
            "/RPC2",
            "ftp://secret:secret@h/",
            "https://secret:secret@h/",
            "http://",
            "http://secret@",
            "http://secret@:80/",
            "http://secret:secret@h:port/",
            "http://secret:secret@h:70000/",
            // An unescaped slash in the password ends the authority: what is before it looks like a port.
            "http://user:secret/secret@h/",
            "http://secret:secret@a b/",
            "http://secret:secret@h/a b",
        ];
        for url in urls {
            let error = Endpoint::parse(url).expect_err(url);
            assert!(error.is_request(), "{url}");
            assert!(!format!("{error} {error:?}").contains("secret"), "{url}: {error:?}");
        }
    }
}
