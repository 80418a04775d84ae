//! The head of a request, from the variables of a CGI program (RFC 3875).

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, SocketAddr};

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Uri};

use crate::service::RemoteAddr;

/// A request without its body, and the length of that.
pub(super) type Head = Result<(Request<()>, u64), BadRequest>;

/// What is wrong with the request.
#[derive(Debug)]
pub(super) struct BadRequest(pub(super) &'static str);

/// Fails only where the variables are not those of a CGI program.
pub(super) fn request(variables: impl IntoIterator<Item = (OsString, OsString)>) -> io::Result<Head> {
    let variables = Variables::new(variables);
    match variables.get("REQUEST_METHOD") {
        Some(method) => Ok(variables.request(method)),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "REQUEST_METHOD is not set: this program is started by a web server, as CGI",
        )),
    }
}

/// An empty one says as little as one that is missing: some web servers set them all.
struct Variables(HashMap<String, Vec<u8>>);

impl Variables {
    fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let named = variables.into_iter().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let mut variables: HashMap<_, _> = named.map(|(name, value)| (name, value.into_encoded_bytes())).collect();
        variables.retain(|_, value| !value.is_empty());
        Self(variables)
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok().map(str::trim_ascii)
    }

    fn request(&self, method: &[u8]) -> Head {
        let length = self.length()?;
        let mut request = Request::new(());
        *request.method_mut() = Method::from_bytes(method).map_err(|_| BadRequest("REQUEST_METHOD is malformed"))?;
        *request.uri_mut() = self.uri().ok_or(BadRequest("the path is too long"))?;
        *request.headers_mut() = self.headers();
        if let Some(length) = length {
            request.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        }
        if let Some(peer) = self.peer() {
            request.extensions_mut().insert(RemoteAddr(peer));
        }
        Ok((request, length.unwrap_or(0)))
    }

    fn length(&self) -> Result<Option<u64>, BadRequest> {
        if self.get("CONTENT_LENGTH").is_none() {
            return Ok(None);
        }
        // `parse` takes a sign, too.
        let digits = self.text("CONTENT_LENGTH").filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let length = digits.and_then(|digits| digits.parse().ok());
        length.map(Some).ok_or(BadRequest("CONTENT_LENGTH is malformed"))
    }

    /// The path as it was called: the web server has decoded what comes after the name of the program. The query is nobody's.
    fn uri(&self) -> Option<Uri> {
        /// Besides letters and digits.
        const IN_PATHS: &[u8] = b"/-._~!$&'()*+,;=:@";
        let mut target = String::new();
        for byte in ["SCRIPT_NAME", "PATH_INFO"].iter().filter_map(|name| self.get(name)).flatten() {
            match byte {
                byte if byte.is_ascii_alphanumeric() || IN_PATHS.contains(byte) => target.push(char::from(*byte)),
                byte => target.push_str(&format!("%{byte:02X}")),
            }
        }
        if !target.starts_with('/') {
            target.insert(0, '/');
        }
        target.parse().ok()
    }

    fn headers(&self) -> HeaderMap {
        /// Far more than the service lets pass, and fewer than a map can hold.
        const ENOUGH: usize = 1000;
        let sent = self.0.iter().filter_map(|(name, value)| header(name.strip_prefix("HTTP_")?, value));
        let mut headers: HeaderMap = sent.take(ENOUGH).collect();
        if let Some(content_type) = self.get("CONTENT_TYPE").and_then(|value| HeaderValue::from_bytes(value).ok()) {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        headers
    }

    fn peer(&self) -> Option<SocketAddr> {
        // In brackets from some web servers.
        let address: IpAddr = self.text("REMOTE_ADDR")?.trim_matches(['[', ']']).parse().ok()?;
        let port = self.text("REMOTE_PORT").and_then(|port| port.parse().ok()).unwrap_or(0);
        Some((address, port).into())
    }
}

/// `ACCEPT_ENCODING` is `accept-encoding`.
fn header(name: &str, value: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    /// Those of the body come in variables of their own, and the web server has taken it out of its chunks. `PROXY` is no
    /// header of HTTP; nobody shall find it.
    const DROPPED: [&str; 5] = ["CONTENT_LENGTH", "CONTENT_TYPE", "TRANSFER_ENCODING", "CONNECTION", "PROXY"];
    if DROPPED.contains(&name) {
        return None;
    }
    let name = HeaderName::from_bytes(name.replace('_', "-").as_bytes()).ok()?;
    Some((name, HeaderValue::from_bytes(value).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A POST of two bytes, with more variables or others.
    fn head(more: &[(&str, &str)]) -> Head {
        let all = [("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", "2")].iter().chain(more);
        request(all.map(|(name, value)| ((*name).into(), (*value).into()))).unwrap()
    }

    fn good(more: &[(&str, &str)]) -> Request<()> {
        head(more).unwrap().0
    }

    #[test]
    fn the_path_is_that_of_the_program_and_what_follows() {
        for (script, info, uri) in [
            ("", "", "/"),
            ("/cgi-bin/sums", "", "/cgi-bin/sums"),
            ("/cgi-bin/sums", "/RPC2", "/cgi-bin/sums/RPC2"),
            ("/~ada/a b", "/ü?%", "/~ada/a%20b/%C3%BC%3F%25"),
            ("sums", "", "/sums"),
        ] {
            let request = good(&[("SCRIPT_NAME", script), ("PATH_INFO", info), ("QUERY_STRING", "a b=%")]);
            assert_eq!(request.uri().to_string(), uri);
        }
    }

    #[test]
    fn headers_are_those_that_were_sent() {
        let request = good(&[
            ("CONTENT_TYPE", "text/xml"),
            ("HTTP_ACCEPT_ENCODING", "gzip"),
            ("HTTP_CONTENT_TYPE", "text/plain"),
            ("HTTP_CONTENT_LENGTH", "1000"),
            ("HTTP_TRANSFER_ENCODING", "chunked"),
            ("HTTP_PROXY", "http://evil.example"),
            ("HTTP_COOKIE", ""),
            ("HTTP_", "x"),
            ("HTTPS", "on"),
        ]);
        let mut headers: Vec<_> =
            request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        headers.sort_unstable();
        assert_eq!(headers, [("accept-encoding", "gzip"), ("content-length", "2"), ("content-type", "text/xml")]);
    }

    #[test]
    fn more_headers_than_can_be_kept() {
        let names: Vec<_> = (0..100_000).map(|number| format!("HTTP_X_{number}")).collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
        assert_eq!(good(&many).headers().len(), 1001); // with the length
    }

    #[test]
    fn lengths() {
        for (length, read) in [("0", 0), ("17", 17), (" 17 ", 17), ("007", 7), ("", 0)] {
            assert_eq!(head(&[("CONTENT_LENGTH", length)]).unwrap().1, read);
        }
        assert!(!good(&[("CONTENT_LENGTH", "")]).headers().contains_key("content-length"));
        for malformed in ["-1", "+1", "1.0", "ten", "1 2", " ", "99999999999999999999"] {
            assert!(head(&[("CONTENT_LENGTH", malformed)]).is_err(), "{malformed}");
        }
    }

    #[test]
    fn peers() {
        for (address, port, peer) in [
            ("192.0.2.1", "1234", Some("192.0.2.1:1234")),
            ("192.0.2.1", "", Some("192.0.2.1:0")),
            ("::1", "80", Some("[::1]:80")),
            ("[::1]", "x", Some("[::1]:0")),
            ("localhost", "80", None),
            ("", "80", None),
        ] {
            let request = good(&[("REMOTE_ADDR", address), ("REMOTE_PORT", port)]);
            let found = request.extensions().get().map(|RemoteAddr(found)| found.to_string());
            assert_eq!(found.as_deref(), peer);
        }
    }

    #[test]
    fn what_is_no_request() {
        assert!(head(&[("REQUEST_METHOD", "P OST")]).is_err());
        assert!(head(&[("PATH_INFO", &"/".repeat(100_000))]).is_err());
        assert_eq!(request([]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
