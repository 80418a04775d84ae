use std::fmt;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};

/// How long a reply may be unless told otherwise, in bytes.
pub(in crate::client) const DEFAULT_LIMIT: usize = 16 * 1024 * 1024;

/// The call that a [`Transport`](super::Transport) is to send: a body, its headers, and what is known of it.
///
/// `Content-Length` is not among the headers, nor is `Host`: that is up to the transport. `Debug` shows neither the body
/// nor credentials.
///
/// ```
/// use tagwire::client::transport::Request;
///
/// let request = Request::new("<methodCall/>");
/// assert_eq!(request.headers()["content-type"], "text/xml; charset=utf-8");
/// assert!(!request.is_idempotent());
/// ```
#[derive(Clone)]
pub struct Request {
    headers: HeaderMap,
    body: Bytes,
    max_reply_size: usize,
    idempotent: bool,
}

impl Request {
    /// A request with this body and `Content-Type: text/xml; charset=utf-8`.
    pub fn new(body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        Self::with_headers(headers, body.into())
    }

    pub(in crate::client) fn with_headers(headers: HeaderMap, body: Bytes) -> Self {
        Self { headers, body, max_reply_size: DEFAULT_LIMIT, idempotent: false }
    }

    pub(in crate::client) fn limited_to(mut self, bytes: usize) -> Self {
        self.max_reply_size = bytes;
        self
    }

    pub(in crate::client) fn marked_idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = idempotent;
        self
    }

    /// The headers that the client sends.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// To change headers on the way.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The document, as it goes over the wire.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// How many bytes of a reply's body to read at most; beyond them the error is
    /// [`TransportError::too_large`](super::TransportError::too_large).
    #[must_use]
    pub fn max_reply_size(&self) -> usize {
        self.max_reply_size
    }

    /// Whether the method may run twice without harm: only then may the request be sent again after a part of it has been
    /// written.
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// The headers and the body.
    #[must_use]
    pub fn into_parts(self) -> (HeaderMap, Bytes) {
        (self.headers, self.body)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("headers", &crate::client::secrets::Headers(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("idempotent", &self.idempotent)
            .finish_non_exhaustive()
    }
}

/// What a server answered, as bytes.
///
/// ```
/// use http::StatusCode;
/// use tagwire::client::transport::Reply;
///
/// assert_eq!(Reply::new("<methodResponse/>").status(), StatusCode::OK);
/// assert_eq!(Reply::new("busy").with_status(StatusCode::SERVICE_UNAVAILABLE).status().as_u16(), 503);
/// ```
#[derive(Clone)]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    /// A reply with status 200, without headers.
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: body.into() }
    }

    /// The status; whatever is not 200 is no answer to a call.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The headers, in the place of those that were there. `Content-Type` may name the encoding of the body, and
    /// `Content-Encoding` may be `gzip` or `deflate`.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// The HTTP status, or what stands for it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers that came with it.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// All of the body if the status is 200, otherwise at least its first 200 bytes.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    pub(in crate::client) fn set_body(&mut self, body: Bytes) {
        self.body = body;
    }

    /// A fault is a success too, and redirects are not followed: whatever is not 200 is no answer to a call.
    pub(in crate::client) fn is_success(&self) -> bool {
        self.status == StatusCode::OK
    }

    pub(in crate::client) fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// Status, headers, body.
    #[must_use]
    pub fn into_parts(self) -> (StatusCode, HeaderMap, Bytes) {
        (self.status, self.headers, self.body)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("headers", &crate::client::secrets::Headers(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
