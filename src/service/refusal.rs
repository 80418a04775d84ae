//! Answers that are plain HTTP.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;

use crate::coding::Undecodable;

/// Why a request is not taken for a call.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refusal {
    NoSuchPage,
    /// The server does not go by the name that it was called.
    Misdirected,
    /// The page of another site.
    Stranger,
    MethodNotAllowed,
    LengthRequired,
    /// Chunks, which this server does not take.
    Chunked,
    TooLarge,
    UnsupportedEncoding,
    /// The body says that it is no XML.
    NotXml,
    /// The body cannot be decoded.
    Corrupt,
    HeadersTooLarge,
    /// The body stopped coming, or came too slowly.
    Timeout,
    /// The body broke off, or the connection did.
    Incomplete,
    /// The requests together hold all the bytes that they may.
    NoMemory,
}

impl From<Undecodable> for Refusal {
    fn from(error: Undecodable) -> Self {
        match error {
            Undecodable::TooLarge => Self::TooLarge,
            Undecodable::Corrupt(reason) => {
                tracing::debug!(reason, "a body cannot be decoded");
                Self::Corrupt
            }
        }
    }
}

impl From<Refusal> for Response<Full<Bytes>> {
    #[cold]
    fn from(refusal: Refusal) -> Self {
        let (status, text) = match refusal {
            Refusal::NoSuchPage => (StatusCode::NOT_FOUND, "No such page"),
            Refusal::Misdirected => (StatusCode::MISDIRECTED_REQUEST, "this server does not go by that name"),
            Refusal::Stranger => (StatusCode::FORBIDDEN, "pages of other sites may not call"),
            Refusal::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "XML-RPC calls are POST requests"),
            Refusal::LengthRequired => (StatusCode::LENGTH_REQUIRED, "Content-Length is missing"),
            Refusal::Chunked => (StatusCode::NOT_IMPLEMENTED, "chunked requests are not supported"),
            Refusal::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"),
            Refusal::UnsupportedEncoding => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "this Content-Encoding is not supported")
            }
            Refusal::NotXml => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "a call is text/xml"),
            Refusal::Corrupt => (StatusCode::BAD_REQUEST, "the body is not what its Content-Encoding says"),
            Refusal::HeadersTooLarge => {
                (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too many or too large")
            }
            Refusal::Timeout => (StatusCode::REQUEST_TIMEOUT, "the request took too long"),
            Refusal::Incomplete => (StatusCode::BAD_REQUEST, "the request is incomplete"),
            Refusal::NoMemory => (StatusCode::SERVICE_UNAVAILABLE, "the server is overloaded"),
        };
        let mut response = Self::new(Full::from(text));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        match refusal {
            Refusal::MethodNotAllowed => headers.insert(header::ALLOW, HeaderValue::from_static("POST")),
            Refusal::NoMemory => headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1")),
            Refusal::Timeout => headers.insert(header::CONNECTION, HeaderValue::from_static("close")),
            _ => None,
        };
        response
    }
}
