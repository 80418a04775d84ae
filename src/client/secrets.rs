//! What must not be shown: headers that carry credentials.

use std::cmp::Reverse;
use std::fmt;

use base64_simd::STANDARD;
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Headers for `Debug`, with credentials left out.
pub(super) struct Headers<'a>(pub(super) &'a HeaderMap);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|(name, value)| match is_secret(name, value) {
            true => (name, &REDACTED),
            false => (name, value),
        });
        f.debug_map().entries(shown).finish()
    }
}

/// Has `Debug` of the values themselves leave them out.
pub(super) fn mark(headers: &mut HeaderMap) {
    for (name, value) in headers.iter_mut() {
        if is_secret(name, value) {
            value.set_sensitive(true);
        }
    }
}

/// Takes credentials out for good.
pub(super) fn redacted(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for (name, value) in &mut headers {
        if is_secret(name, value) {
            *value = REDACTED.clone();
        }
    }
    headers
}

/// What a server has made of a request may quote it: its credentials are taken out of the text.
pub(super) fn without(text: &[u8], request: &HeaderMap) -> Vec<u8> {
    let mut text = text.to_vec();
    for secret in secrets(request) {
        let mut shown = Vec::with_capacity(text.len());
        let mut rest = 0;
        for start in memchr::memmem::find_iter(&text, &secret) {
            shown.extend_from_slice(&text[rest..start]);
            shown.extend_from_slice(REDACTED.as_bytes());
            rest = start + secret.len();
        }
        shown.extend_from_slice(&text[rest..]);
        // It may be cut off in the midst of one, and be nothing but the beginning of that.
        let longest = shown.len().min(secret.len() - 1);
        if let Some(length) = (SHORTEST..=longest).rev().find(|&length| shown.ends_with(&secret[..length])) {
            shown.truncate(shown.len() - length);
            shown.extend_from_slice(REDACTED.as_bytes());
        }
        text = shown;
    }
    text
}

/// Has `Debug` leave out those headers of a reply that quote credentials of the request.
pub(super) fn mark_quoted(reply: &mut HeaderMap, request: &HeaderMap) {
    for secret in secrets(request) {
        for value in reply.values_mut().filter(|value| memchr::memmem::find(value.as_bytes(), &secret).is_some()) {
            value.set_sensitive(true);
        }
    }
}

/// What is shorter is found in any text.
const SHORTEST: usize = 4;

/// The values of secret headers; of `Authorization` without the name of the scheme, and of basic credentials the password
/// too.
fn secrets(headers: &HeaderMap) -> Vec<Vec<u8>> {
    let mut secrets = Vec::new();
    for (_, value) in headers.iter().filter(|(name, value)| is_secret(name, value)) {
        let value = value.as_bytes();
        let token = memchr::memchr(b' ', value).map_or(value, |blank| &value[blank + 1..]);
        let decoded = value.starts_with(b"Basic ").then(|| STANDARD.decode_to_vec(token).ok()).flatten();
        let password = decoded.and_then(|pair| Some(pair[memchr::memchr(b':', &pair)? + 1..].to_vec()));
        secrets.extend([Some(token.to_vec()), password].into_iter().flatten());
    }
    secrets.retain(|secret| secret.len() >= SHORTEST);
    // One may be a part of another, which would not be found any more without it.
    secrets.sort_by_key(|secret| Reverse(secret.len()));
    secrets
}

/// Whether a header is marked as sensitive or named like one that carries credentials: `Authorization`, `Cookie`,
/// `X-Api-Key` and the like.
pub(super) fn is_secret(name: &HeaderName, value: &HeaderValue) -> bool {
    const WORDS: [&str; 8] = ["auth", "cookie", "credential", "key", "pass", "secret", "session", "token"];
    // Names of headers are in lower case. This one asks for credentials and has none.
    let harmless = *name == http::header::WWW_AUTHENTICATE || *name == http::header::PROXY_AUTHENTICATE;
    value.is_sensitive() || !harmless && WORDS.iter().any(|word| name.as_str().contains(word))
}

static REDACTED: HeaderValue = HeaderValue::from_static("(redacted)");
