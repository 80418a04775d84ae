//! Where calls go: a URL taken apart.

use std::borrow::Cow;
#[cfg(unix)]
use std::path::PathBuf;

use base64_simd::STANDARD;
use http::uri::PathAndQuery;
use http::{HeaderValue, Uri};

use super::Error;

#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) target: Target,
    /// The URL again, without user and password: what errors and logs show.
    pub(super) url: String,
    /// `Basic …`; marked sensitive, so that `Debug` does not show it.
    pub(super) authorization: Option<HeaderValue>,
}

#[derive(Debug)]
pub(super) enum Target {
    /// Without user and password, and with a path.
    Http {
        route: Route,
        uri: Uri,
    },
    Scgi(ScgiTarget),
}

/// How to get to an HTTP server.
#[derive(Debug)]
pub(super) enum Route {
    /// As its URI says.
    Network,
    #[cfg(unix)]
    Socket(PathBuf),
}

#[derive(Debug)]
pub(super) struct ScgiTarget {
    pub(super) address: Address,
    pub(super) path: String,
}

#[derive(Debug)]
pub(super) enum Address {
    Network {
        host: String,
        port: u16,
    },
    #[cfg(unix)]
    Socket(PathBuf),
}

impl Endpoint {
    /// The user and password are cut off before anything else looks at the URL, so that no other error
    /// message can quote them.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let (scheme, rest) = url.split_once(':').unwrap_or_default();
        let network = rest.strip_prefix("//");
        match (scheme.to_ascii_lowercase().as_str(), network) {
            ("http", Some(rest)) => Self::http("http", rest),
            ("https", Some(rest)) if cfg!(feature = "tls") => Self::http("https", rest),
            ("https", _) => Err(Error::request("https:// needs TLS, for which tagwire has the feature `tls`")),
            ("scgi", Some(rest)) => Self::scgi(rest),
            ("unix", _) => Self::unix(rest),
            ("scgi+unix", _) => Self::scgi_unix(rest),
            _ => Err(Error::request("the URL does not begin with http://, https://, unix:, scgi:// or scgi+unix:")),
        }
    }

    fn http(scheme: &str, rest: &str) -> Result<Self, Error> {
        let Split { userinfo, host, path } = split(rest);
        let uri = uri(scheme, host, &path)?;
        let url = uri.to_string();
        let target = Target::Http { route: Route::Network, uri };
        Ok(Self { target, url, authorization: basic_authorization(userinfo)? })
    }

    fn scgi(rest: &str) -> Result<Self, Error> {
        let Split { userinfo, host, path } = split(rest);
        // The same rules as for HTTP, but that there is no customary port.
        let uri = uri("http", host, &path)?;
        let port = uri.port_u16().ok_or_else(|| Error::request("the scgi:// URL has no port"))?;
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let path = uri.path_and_query().map_or("", PathAndQuery::as_str).to_owned();
        let url = uri.to_string().replacen("http", "scgi", 1);
        let target = Target::Scgi(ScgiTarget { address: Address::Network { host, port }, path });
        Ok(Self { target, url, authorization: basic_authorization(userinfo)? })
    }

    #[cfg(unix)]
    fn unix(rest: &str) -> Result<Self, Error> {
        let Socket { userinfo, socket, path } = Socket::split(rest)?;
        // A Host header is due, and this is what others send.
        let uri = uri("http", "localhost", &path)?;
        let url = format!("unix:{}:{path}", socket.display());
        let target = Target::Http { route: Route::Socket(socket), uri };
        Ok(Self { target, url, authorization: basic_authorization(userinfo)? })
    }

    #[cfg(unix)]
    fn scgi_unix(rest: &str) -> Result<Self, Error> {
        let Socket { userinfo, socket, path } = Socket::split(rest)?;
        uri("http", "localhost", &path)?;
        let url = format!("scgi+unix:{}:{path}", socket.display());
        let target = Target::Scgi(ScgiTarget { address: Address::Socket(socket), path });
        Ok(Self { target, url, authorization: basic_authorization(userinfo)? })
    }

    #[cfg(not(unix))]
    fn unix(_: &str) -> Result<Self, Error> {
        Err(Error::request("this system has no unix sockets"))
    }

    #[cfg(not(unix))]
    fn scgi_unix(_: &str) -> Result<Self, Error> {
        Err(Error::request("this system has no unix sockets"))
    }
}

/// What stands after `//`.
struct Split<'a> {
    userinfo: &'a str,
    host: &'a str,
    path: Cow<'a, str>,
}

fn split(rest: &str) -> Split<'_> {
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (userinfo, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    // CPython's rule: only a URL without any path means the customary one.
    let path = match path.starts_with('/') {
        true => Cow::Borrowed(path),
        false => Cow::Owned(format!("{CUSTOMARY}{path}")),
    };
    Split { userinfo, host, path }
}

const CUSTOMARY: &str = "/RPC2";

fn uri(scheme: &str, host: &str, path: &str) -> Result<Uri, Error> {
    let uri = format!("{scheme}://{host}{path}");
    let uri: Uri = uri.parse().map_err(|error| Error::request("the URL is malformed").with_source(error))?;
    check_host(&uri)?;
    Ok(uri)
}

/// What stands after `unix:`: the path of a socket, and after `:` that of the request.
#[cfg(unix)]
struct Socket<'a> {
    userinfo: &'a str,
    socket: PathBuf,
    path: String,
}

#[cfg(unix)]
impl<'a> Socket<'a> {
    fn split(rest: &'a str) -> Result<Self, Error> {
        let (userinfo, rest) = match rest.strip_prefix("//") {
            None => ("", rest),
            Some(rest) => {
                let (authority, _) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                match authority.strip_suffix('@') {
                    Some(userinfo) => (userinfo, &rest[authority.len()..]),
                    None if authority.is_empty() => ("", rest),
                    None => return Err(Error::request("the path of a unix socket begins with a slash")),
                }
            }
        };
        let (socket, path) = match rest.split_once(":/") {
            Some((socket, path)) => (socket, format!("/{path}")),
            None => (rest, CUSTOMARY.to_owned()),
        };
        match socket.starts_with('/') {
            true => Ok(Self { userinfo, socket: socket.into(), path }),
            false => Err(Error::request("the path of a unix socket begins with a slash")),
        }
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
        // What is meant is most likely a password that begins with a slash.
        Some("") if uri.path_and_query().is_some_and(|path| path.as_str().contains('@')) => {
            Err(Error::request("the URL has a colon without a port; a slash in a password is written %2F"))
        }
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
    basic(&credentials).map(Some)
}

/// The header for `user:password`.
pub(super) fn basic(credentials: &[u8]) -> Result<HeaderValue, Error> {
    let header = format!("Basic {}", STANDARD.encode_to_string(credentials));
    let mut header = HeaderValue::try_from(header).map_err(|_| Error::request("the credentials are too long"))?;
    header.set_sensitive(true);
    Ok(header)
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
        Endpoint::parse(url).unwrap().url
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
    fn other_schemes_have_their_own_addresses() {
        assert_eq!(uri("scgi://user:p@h:5000"), "scgi://h:5000/RPC2");
        assert_eq!(uri("SCGI://[::1]:5000/x"), "scgi://[::1]:5000/x");
        let Target::Scgi(ScgiTarget { address: Address::Network { host, port }, path }) =
            Endpoint::parse("scgi://[::1]:5000/x?y").unwrap().target
        else {
            unreachable!()
        };
        assert_eq!((host.as_str(), port, path.as_str()), ("::1", 5000, "/x?y"));
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_has_a_path_of_its_own_and_one_for_the_request() {
        for (url, shown) in [
            ("unix:/run/a.sock", "unix:/run/a.sock:/RPC2"),
            ("unix:///run/a.sock:/", "unix:/run/a.sock:/"),
            ("UNIX://user:p%40ss@/run/a.sock:/x?y", "unix:/run/a.sock:/x?y"),
            ("unix:/run/a:b%20c", "unix:/run/a:b%20c:/RPC2"),
            ("scgi+unix:/run/a.sock", "scgi+unix:/run/a.sock:/RPC2"),
        ] {
            assert_eq!(uri(url), shown);
        }
        assert_eq!(credentials("unix://user:p%40ss@/run/a.sock:/x").as_deref(), Some("user:p@ss"));
        assert_eq!(credentials("unix:///run/a@b"), None);
    }

    #[test]
    fn a_url_of_no_use_is_refused_without_being_quoted() {
        let urls = [
            "",
            "h:8000",
            "/RPC2",
            "ftp://secret:secret@h/",
            "https://secret:secret@h:port/",
            "unix:secret",
            "unix://secret",
            "unix://secret:secret@host/path",
            "scgi://secret:secret@h/",
            "scgi+unix:secret",
            "http:secret",
            "http://",
            "http://secret@",
            "http://secret@:80/",
            "http://secret:secret@h:port/",
            "http://secret:secret@h:70000/",
            // An unescaped slash in the password ends the authority: what is before it looks like a port.
            "http://user:secret/secret@h/",
            "http://user:/secret@h/",
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
