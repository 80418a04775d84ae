//! Cookies between a client and its server.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::header::{COOKIE, HeaderValue, SET_COOKIE};

use super::Client;
use super::transport::{Reply, Request};

/// What the server has set, by name. There is one server and one path, so that of a cookie's attributes only the end of
/// its life matters.
#[derive(Default)]
pub(super) struct Jar {
    cookies: Mutex<BTreeMap<String, Cookie>>,
}

struct Cookie {
    value: String,
    expires: Option<SystemTime>,
}

impl Client {
    pub(super) fn with_cookies(&self, mut request: Request) -> Request {
        let header = self.shared.cookies.as_ref().and_then(|jar| jar.header(SystemTime::now()));
        if let Some(header) = header {
            // A cookie that the user sends goes before.
            request.headers_mut().entry(COOKIE).or_insert(header);
        }
        request
    }

    pub(super) fn keep_cookies(&self, reply: &Reply) {
        if let Some(jar) = &self.shared.cookies {
            for line in reply.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
                jar.set(line, SystemTime::now());
            }
        }
    }
}

impl Jar {
    fn header(&self, now: SystemTime) -> Option<HeaderValue> {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        if cookies.is_empty() {
            return None;
        }
        cookies.retain(|_, cookie| cookie.expires.is_none_or(|end| end > now));
        let pairs: Vec<_> = cookies.iter().map(|(name, cookie)| format!("{name}={}", cookie.value)).collect();
        let mut header = HeaderValue::try_from(pairs.join("; ")).ok().filter(|header| !header.is_empty())?;
        header.set_sensitive(true);
        Some(header)
    }

    fn set(&self, line: &str, now: SystemTime) {
        /// As many as browsers keep for a site; a server that sets more is up to no good.
        const MOST: usize = 50;
        const LONGEST: usize = 4096;
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || name.len() + value.len() > LONGEST {
            return;
        }
        let expires = end(parts, now);
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        if expires.is_some_and(|end| end <= now) {
            cookies.remove(name);
        } else if cookies.len() < MOST || cookies.contains_key(name) {
            cookies.insert(name.to_owned(), Cookie { value: value.to_owned(), expires });
        }
    }
}

/// When a cookie ends by its attributes; `Max-Age` goes before `Expires`.
fn end<'a>(attributes: impl Iterator<Item = &'a str>, now: SystemTime) -> Option<SystemTime> {
    let (mut max_age, mut expires) = (None, None);
    for (name, value) in attributes.filter_map(|attribute| attribute.split_once('=')) {
        if name.trim().eq_ignore_ascii_case("max-age") {
            max_age = value.trim().parse::<i64>().ok();
        } else if name.trim().eq_ignore_ascii_case("expires") {
            expires = httpdate::parse_http_date(value.trim()).ok();
        }
    }
    match max_age {
        // An end beyond what the clock can tell is none.
        Some(seconds) => match u64::try_from(seconds) {
            Ok(seconds) => now.checked_add(Duration::from_secs(seconds)),
            Err(_) => Some(now),
        },
        None => expires,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test panics")]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_lives_until_its_end() {
        let jar = Jar::default();
        let now = SystemTime::now();
        for line in [
            "a=1; Path=/; HttpOnly",
            "b=2; Max-Age=10",
            "c=3; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "d=4; max-age=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=5",
            "e=6",
            "e=; Max-Age=0",
            "=7",
            "nothing",
        ] {
            jar.set(line, now);
        }
        assert_eq!(jar.header(now).unwrap(), "a=5; b=2; d=4");
        assert_eq!(jar.header(now + Duration::from_secs(5)).unwrap(), "a=5; b=2");
        assert_eq!(jar.header(now + Duration::from_secs(10)).unwrap(), "a=5");
    }

    #[test]
    fn a_server_sets_only_so_many() {
        let jar = Jar::default();
        let now = SystemTime::now();
        for number in 0..1000 {
            jar.set(&format!("c{number}=1"), now);
        }
        assert_eq!(jar.header(now).unwrap().to_str().unwrap().split(';').count(), 50);
    }
}
