//! Who may call: a browser's pages by their origin, and names for this server by `Host`.

use http::header::{self, HeaderMap, HeaderName};
use http::request::Parts;

pub(super) const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Which origins and hosts are let through.
#[derive(Debug, Clone, Default)]
pub(super) struct Callers {
    /// Origins beside the server's own, as browsers write them.
    origins: Vec<String>,
    any_origin: bool,
    /// Names of this server; none means that it goes by any.
    hosts: Vec<String>,
}

impl Callers {
    pub(super) fn set_origins(&mut self, origins: Vec<String>) {
        self.origins = origins;
    }

    pub(super) fn set_any_origin(&mut self, any: bool) {
        self.any_origin = any;
    }

    pub(super) fn set_hosts(&mut self, hosts: Vec<String>) {
        self.hosts = hosts;
    }

    /// Whether this is the request of a page from elsewhere, which a browser sends without asking its user. Programs that
    /// are no browsers send neither of the two headers.
    pub(super) fn are_strangers(&self, parts: &Parts) -> bool {
        if self.any_origin {
            return false;
        }
        let headers = &parts.headers;
        let (has_site, has_origin) = (headers.contains_key(SEC_FETCH_SITE), headers.contains_key(header::ORIGIN));
        if !has_site && !has_origin {
            return false;
        }
        let origin = text(headers, &header::ORIGIN);
        let own = match has_site {
            true => matches!(text(headers, &SEC_FETCH_SITE), Some("same-origin" | "none")),
            false => origin.is_some_and(|origin| is_own(origin, host(parts))),
        };
        !own && !origin.is_some_and(|origin| self.origins.iter().any(|known| known.eq_ignore_ascii_case(origin)))
    }

    /// Whether the request is for a server of another name.
    pub(super) fn are_misdirected(&self, parts: &Parts) -> bool {
        if self.hosts.is_empty() {
            return false;
        }
        let Some(host) = host(parts) else {
            return true;
        };
        let name = without_port(host);
        !self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host) || known.eq_ignore_ascii_case(name))
    }
}

/// The name by which the server was called: from the request's target if it has one, else from `Host`.
fn host(parts: &Parts) -> Option<&str> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => text(&parts.headers, &header::HOST),
    }
}

/// The value of a header that is there once.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)?.to_str().ok().map(str::trim_ascii)
}

/// Whether an origin, `scheme://host[:port]`, is that of the server. The scheme is not known here, behind a proxy least of
/// all, so that a port that goes without saying may be there or not.
fn is_own(origin: &str, host: Option<&str>) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let default_port = match scheme {
        "https" => ":443",
        _ => ":80",
    };
    let bare = |authority: &str| authority.strip_suffix(default_port).unwrap_or(authority).to_ascii_lowercase();
    host.is_some_and(|host| bare(host) == bare(authority))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::post("/RPC2");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn strangers(callers: &Callers, headers: &[(&str, &str)]) -> bool {
        callers.are_strangers(&parts(headers))
    }

    #[test]
    fn programs_and_own_pages_may_call() {
        let callers = Callers::default();
        for headers in [
            &[][..],
            &[("host", "localhost:8000")],
            &[("host", "localhost:8000"), ("origin", "http://localhost:8000")],
            &[("host", "example.com"), ("origin", "https://example.com:443")],
            &[("host", "example.com:80"), ("origin", "http://Example.com")],
            &[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8000")],
            &[("sec-fetch-site", "none")],
        ] {
            assert!(!strangers(&callers, headers), "{headers:?}");
        }
    }

    #[test]
    fn pages_from_elsewhere_may_not() {
        let callers = Callers::default();
        for headers in [
            &[("host", "localhost:8000"), ("origin", "http://evil.example")][..],
            &[("host", "localhost:8000"), ("origin", "http://localhost:8001")],
            &[("host", "localhost:8000"), ("origin", "null")],
            &[("host", "localhost:8000"), ("origin", "")],
            &[("origin", "http://localhost:8000")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site"), ("host", "a.example"), ("origin", "http://b.example")],
            &[("sec-fetch-site", "cross-site"), ("host", "a.example"), ("origin", "http://a.example")],
            &[("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")],
            &[("host", "a"), ("origin", "http://a"), ("origin", "http://evil.example")],
        ] {
            assert!(strangers(&callers, headers), "{headers:?}");
        }
    }

    #[test]
    fn an_origin_can_be_allowed() {
        let mut callers = Callers::default();
        callers.set_origins(vec!["https://app.example".to_owned()]);
        let from = |origin| [("sec-fetch-site", "cross-site"), ("host", "api.example"), ("origin", origin)];
        assert!(!strangers(&callers, &from("https://app.example")));
        assert!(strangers(&callers, &from("https://app.example.evil.example")));
        assert!(strangers(&callers, &from("http://app.example")));
        callers.set_any_origin(true);
        assert!(!strangers(&callers, &from("null")));
    }

    #[test]
    fn a_server_goes_by_its_names() {
        let mut callers = Callers::default();
        assert!(!callers.are_misdirected(&parts(&[])));
        callers.set_hosts(vec!["example.com".to_owned(), "localhost:8000".to_owned(), "[::1]".to_owned()]);
        for host in ["example.com", "EXAMPLE.com:9000", "localhost:8000", "[::1]:8000"] {
            assert!(!callers.are_misdirected(&parts(&[("host", host)])), "{host}");
        }
        for host in ["localhost", "localhost:8001", "evil.example", "example.com.evil.example", ""] {
            assert!(callers.are_misdirected(&parts(&[("host", host)])), "{host}");
        }
        assert!(callers.are_misdirected(&parts(&[])));
    }
}
