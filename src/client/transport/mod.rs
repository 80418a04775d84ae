//! How the bytes of a call reach a server, and those of its reply come back.
//!
//! Nothing here knows XML-RPC, and nothing outside knows hyper.

mod http;

use ::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;

use super::ProtocolError;

pub(super) use self::http::{HttpTransport, TransportConfig};

/// What a server answered, as bytes.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// All of it, if the status is that of a success, otherwise at least as much as a [`ProtocolError`] keeps.
    pub(super) body: Bytes,
}

impl Reply {
    /// A fault is a success too, and redirects are not followed: whatever is not 200 is no answer to a call.
    pub(super) fn is_success(&self) -> bool {
        self.status == StatusCode::OK
    }

    pub(super) fn content_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    pub(super) fn into_protocol_error(self, url: &str) -> ProtocolError {
        ProtocolError::new(url, self.status, self.headers, &self.body)
    }
}
