//! An HTTP proxy between the client and the server.

use bytes::BufMut;
use http::{HeaderValue, Uri};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::BoxError;

use crate::client::Error;
use crate::client::endpoint::{Endpoint, Route, Target};

#[derive(Clone, Debug)]
pub(in crate::client) struct Proxy {
    uri: Uri,
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// The user and password of the URL are for the proxy.
    pub(in crate::client) fn parse(url: &str) -> Result<Self, Error> {
        // Of the other schemes nothing is said.
        let scheme = url.get(..7).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("http://") {
            return Err(Error::request("the URL of the proxy does not begin with http://"));
        }
        match Endpoint::parse(url)? {
            Endpoint { target: Target::Http { route: Route::Network, uri }, authorization, .. } => {
                Ok(Self { uri, authorization })
            }
            _ => Err(Error::request("the URL of the proxy does not begin with http://")),
        }
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) fn into_authorization(self) -> Option<HeaderValue> {
        self.authorization
    }

    /// Has the proxy connect to the server of `uri`; from then on what goes over the stream is between that and us.
    pub(super) async fn tunnel(&self, stream: &mut TcpStream, uri: &Uri) -> Result<(), BoxError> {
        let (host, port) = (uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(443));
        let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
        if let Some(credentials) = &self.authorization {
            request.extend_from_slice(b"Proxy-Authorization: ");
            request.extend_from_slice(credentials.as_bytes());
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        stream.write_all(&request).await?;

        let mut reply = Vec::with_capacity(256);
        while !reply.ends_with(b"\r\n\r\n") {
            const LONGEST: usize = 8 * 1024;
            // What follows the blank line is the server's already, so nothing is read ahead.
            if stream.read_buf(&mut (&mut reply).limit(1)).await? == 0 {
                return Err("the proxy closed the connection instead of making a tunnel".into());
            }
            if reply.len() > LONGEST {
                return Err("the proxy's reply has no end".into());
            }
        }
        match status(&reply) {
            Some(200..=299) => Ok(()),
            Some(status) => Err(format!("the proxy refused to make a tunnel, with HTTP status {status}").into()),
            None => Err("the proxy does not speak HTTP".into()),
        }
    }
}

fn status(reply: &[u8]) -> Option<u16> {
    let line = reply.strip_prefix(b"HTTP/1.")?;
    std::str::from_utf8(line.get(2..5)?).ok()?.parse().ok()
}
