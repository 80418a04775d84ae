//! The answer of a CGI program (RFC 3875, section 6).

use std::io::{self, Write as _};

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Full};

use super::environment::BadRequest;

pub(super) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    pub(super) async fn new(response: Response<Full<Bytes>>) -> Self {
        let (parts, body) = response.into_parts();
        let Ok(body) = body.collect().await;
        let mut headers = parts.headers;
        // The connection is the web server's own affair.
        headers.remove(header::CONNECTION);
        Self { status: parts.status, headers, body: body.to_bytes() }
    }

    /// Writes it to standard output, with `Status` where that is not 200.
    pub(super) fn write(self) -> io::Result<()> {
        let mut output = io::stdout().lock();
        output.write_all(&self.head())?;
        output.write_all(&self.body)?;
        output.flush()
    }

    fn head(&self) -> Vec<u8> {
        let mut head = Vec::with_capacity(256);
        if self.status != StatusCode::OK {
            let reason = self.status.canonical_reason().unwrap_or_default();
            head.extend_from_slice(format!("Status: {} {reason}\r\n", self.status.as_str()).as_bytes());
        }
        for (name, value) in &self.headers {
            head.extend_from_slice(title_case(name.as_str()).as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(format!("Content-Length: {}\r\n\r\n", self.body.len()).as_bytes());
        head
    }
}

impl From<BadRequest> for Reply {
    fn from(BadRequest(text): BadRequest) -> Self {
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, plain)]);
        Self { status: StatusCode::BAD_REQUEST, headers, body: Bytes::from_static(text.as_bytes()) }
    }
}

/// `content-type` as it is usually written: not every web server reads it in any case.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}
