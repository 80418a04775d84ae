//! SCGI, which rtorrent speaks: one request on each connection, with a block of headers in a netstring.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::stream::Stream;
use super::{Reply, Request, Transport, TransportError};
use crate::client::ProtocolError;
use crate::client::endpoint::{Address, ScgiTarget};

#[derive(Debug)]
pub(in crate::client) struct ScgiTransport {
    target: ScgiTarget,
    url: String,
    connect_timeout: Duration,
}

impl ScgiTransport {
    pub(in crate::client) fn new(target: ScgiTarget, url: String, connect_timeout: Duration) -> Self {
        Self { target, url, connect_timeout }
    }

    async fn connect(&self) -> io::Result<Stream> {
        let connect = async {
            match &self.target.address {
                Address::Network { host, port } => {
                    let stream = TcpStream::connect((host.as_str(), *port)).await?;
                    stream.set_nodelay(true)?;
                    Ok(Stream::Tcp(stream))
                }
                #[cfg(unix)]
                Address::Socket(path) => Stream::unix(path).await,
            }
        };
        let late =
            || io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {:?}", self.connect_timeout));
        tokio::time::timeout(self.connect_timeout, connect).await.map_err(|_| late())?
    }
}

#[async_trait]
impl Transport for ScgiTransport {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        let limit = request.max_reply_size();
        let head = head(&self.target.path, &request)?;
        let mut stream = self.connect().await.map_err(TransportError::unsent)?;
        let message = [&head, request.body().as_ref()].concat();
        stream.write_all(&message).await.map_err(TransportError::broken)?;
        read_reply(stream, limit).await
    }

    fn url(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.url)
    }
}

/// The headers as a netstring.
fn head(path: &str, request: &Request) -> Result<Vec<u8>, TransportError> {
    /// rtorrent's buffer for them has 2,048 bytes, the digits of the length included.
    const LONGEST: usize = 2000;
    let mut block = Vec::with_capacity(256);
    let mut add = |name: &str, value: &[u8]| {
        block.extend_from_slice(name.as_bytes());
        block.push(0);
        block.extend_from_slice(value);
        block.push(0);
    };
    // The protocol wants these two at the beginning.
    add("CONTENT_LENGTH", request.body().len().to_string().as_bytes());
    add("SCGI", b"1");
    add("REQUEST_METHOD", b"POST");
    add("REQUEST_URI", path.as_bytes());
    for (name, value) in request.headers() {
        match *name {
            CONTENT_TYPE => add("CONTENT_TYPE", value.as_bytes()),
            CONTENT_LENGTH => {}
            _ => add(&format!("HTTP_{}", name.as_str().to_ascii_uppercase().replace('-', "_")), value.as_bytes()),
        }
    }
    if block.len() > LONGEST {
        return Err(TransportError::unsent(format!(
            "the headers have more than the {LONGEST} bytes that SCGI servers take"
        )));
    }
    let mut head = format!("{}:", block.len()).into_bytes();
    head.extend_from_slice(&block);
    head.push(b',');
    Ok(head)
}

/// What a CGI program would write: headers, a blank line, the body up to its length or to the end of the stream.
async fn read_reply(mut stream: Stream, limit: usize) -> Result<Reply, TransportError> {
    const LONGEST_HEAD: usize = 32 * 1024;
    const PIECE: usize = 16 * 1024;
    let mut received = BytesMut::new();
    let (end, body) = loop {
        if let Some(found) = end_of_head(&received) {
            break found;
        }
        if received.len() > LONGEST_HEAD {
            return Err(TransportError::broken("the headers of the reply have no end"));
        }
        if read(&mut stream, &mut received, PIECE).await? == 0 {
            return Err(TransportError::broken("the connection ended within the headers of the reply"));
        }
    };
    let head = received.split_to(body);
    let (status, headers) = parse_head(&head[..end])?;
    if status != StatusCode::OK {
        let length = headers.get(CONTENT_LENGTH).and_then(content_length).unwrap_or(usize::MAX);
        let body = beginning(stream, received, length.min(ProtocolError::EXCERPT)).await;
        return Ok(reply(status, headers, body));
    }
    let length = match headers.get(CONTENT_LENGTH) {
        None => None,
        Some(value) => Some(content_length(value).ok_or_else(|| TransportError::broken("a Content-Length of no use"))?),
    };
    if length.is_some_and(|length| length > limit) {
        return Err(TransportError::too_large());
    }
    // One byte more tells a reply that ends here from one that is too long.
    let most = length.unwrap_or_else(|| limit.saturating_add(1));
    let mut body = Vec::from(received);
    while body.len() < most {
        if body.capacity() == body.len() {
            // Twice as much, but never beyond the limit.
            body.reserve_exact(body.len().max(PIECE).min(most - body.len()));
        }
        let room = (body.capacity() - body.len()).min(most - body.len());
        let read = (&mut stream).take(room as u64).read_buf(&mut body).await.map_err(TransportError::broken)?;
        if read == 0 {
            break;
        }
    }
    match length {
        Some(length) if body.len() < length => Err(TransportError::broken("the connection ended before the reply did")),
        Some(length) => {
            body.truncate(length);
            Ok(reply(status, headers, body.into()))
        }
        None if body.len() > limit => Err(TransportError::too_large()),
        None => Ok(reply(status, headers, body.into())),
    }
}

/// As much of the body of a refusal as is shown. Its length is no concern, and that it breaks off no news.
async fn beginning(mut stream: Stream, mut body: BytesMut, length: usize) -> Bytes {
    while body.len() < length && read(&mut stream, &mut body, length).await.is_ok_and(|read| read > 0) {}
    body.truncate(length);
    body.freeze()
}

async fn read(stream: &mut Stream, into: &mut BytesMut, most: usize) -> Result<usize, TransportError> {
    into.reserve(most);
    (&mut *stream).take(most as u64).read_buf(into).await.map_err(TransportError::broken)
}

fn reply(status: StatusCode, headers: HeaderMap, body: Bytes) -> Reply {
    Reply::new(body).with_status(status).with_headers(headers)
}

/// Where the headers end, and where the body begins. Some end their lines as Unix does.
fn end_of_head(received: &[u8]) -> Option<(usize, usize)> {
    let ends = memchr::memchr_iter(b'\n', received);
    ends.filter_map(|end| match &received[end + 1..] {
        [b'\n', ..] => Some((end, end + 2)),
        [b'\r', b'\n', ..] => Some((end, end + 3)),
        _ => None,
    })
    .next()
}

fn parse_head(head: &[u8]) -> Result<(StatusCode, HeaderMap), TransportError> {
    let mut status = StatusCode::OK;
    let mut headers = HeaderMap::new();
    for line in head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        // Some begin as if they spoke HTTP.
        let (name, value) = match line.strip_prefix(b"HTTP/1.") {
            Some(rest) => (b"status".as_slice(), rest.get(1..).unwrap_or_default()),
            None => line.split_at(memchr::memchr(b':', line).ok_or_else(malformed)?),
        };
        let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
        if name.eq_ignore_ascii_case(b"status") {
            status = value.get(..3).and_then(|code| StatusCode::from_bytes(code).ok()).ok_or_else(malformed)?;
        } else {
            let name = HeaderName::from_bytes(name).map_err(|_| malformed())?;
            headers.append(name, HeaderValue::from_bytes(value).map_err(|_| malformed())?);
        }
    }
    Ok((status, headers))
}

fn malformed() -> TransportError {
    TransportError::broken("the reply does not begin with headers")
}

fn content_length(value: &HeaderValue) -> Option<usize> {
    value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}
