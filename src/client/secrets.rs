//! What must not be shown: headers that carry credentials.

use std::fmt;

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

/// Whether a header is marked as sensitive or named like one that carries credentials: `Authorization`, `Cookie`,
/// `X-Api-Key` and the like.
pub(super) fn is_secret(name: &HeaderName, value: &HeaderValue) -> bool {
    const WORDS: [&str; 8] = ["auth", "cookie", "credential", "key", "pass", "secret", "session", "token"];
    // Names of headers are in lower case. This one asks for credentials and has none.
    let harmless = *name == http::header::WWW_AUTHENTICATE || *name == http::header::PROXY_AUTHENTICATE;
    value.is_sensitive() || !harmless && WORDS.iter().any(|word| name.as_str().contains(word))
}

static REDACTED: HeaderValue = HeaderValue::from_static("(redacted)");
