//! HTTP/1.1 over TCP, TLS and unix sockets, on pooled connections.

mod connector;
mod proxy;
#[cfg(feature = "tls")]
mod tls;

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::Authority;
use http::{HeaderValue, Method, Request as HttpRequest, StatusCode, Uri};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::BoxError;

use self::connector::Connector;
use super::{Reply, Request, Transport, TransportError};
use crate::client::endpoint::Route;
use crate::client::{Error, ProtocolError};

pub(in crate::client) use self::proxy::Proxy;
#[cfg(feature = "tls")]
pub use self::tls::TlsConfig;

#[derive(Debug)]
pub(in crate::client) struct HttpTransport {
    client: HyperClient<Connector, Full<Bytes>>,
    /// The server's for a proxy, which reads it; otherwise a short one, of which only the path is sent.
    uri: Uri,
    /// For errors and logs.
    url: String,
    /// Written once: hyper would write it for each request.
    host: HeaderValue,
    /// For a proxy that is given whole requests. One that tunnels was shown it when the connection was made.
    proxy_authorization: Option<HeaderValue>,
}

#[derive(Debug)]
pub(in crate::client) struct HttpSettings {
    pub(in crate::client) connect_timeout: Duration,
    pub(in crate::client) idle_timeout: Duration,
    pub(in crate::client) max_idle: usize,
    pub(in crate::client) proxy: Option<Proxy>,
    #[cfg(feature = "tls")]
    pub(in crate::client) tls: Option<TlsConfig>,
}

impl HttpTransport {
    pub(in crate::client) fn new(route: Route, uri: Uri, url: String, settings: HttpSettings) -> Result<Self, Error> {
        let plain = uri.scheme_str() != Some("https");
        let proxy = settings.proxy.clone().filter(|_| plain && matches!(route, Route::Network));
        let (idle_timeout, max_idle) = (settings.idle_timeout, settings.max_idle);
        let connector = Connector::new(route, uri.clone(), settings)?;
        let client = HyperClient::builder(TokioExecutor::new())
            // Only a call of which nothing was written yet goes to another connection, when the pooled one
            // turns out to be closed at that moment. After its first byte it is never sent again, so it runs
            // at most once either way; without this a server that closes idle connections would fail calls.
            .retry_canceled_requests(true)
            // Every request has it already.
            .set_host(false)
            // As much as is read ahead, and so the longest head. hyper's own 400 KiB would let a server that sends a great many
            // tiny pieces (replies before the reply, zeros before the length of a chunk) keep the task busy past its time
            // limit: a task is interrupted only after so many reads.
            .http1_max_buf_size(64 * 1024)
            .pool_idle_timeout(idle_timeout)
            .pool_max_idle_per_host(max_idle)
            .pool_timer(TokioTimer::new())
            .build(connector);
        let host = match uri.port() {
            Some(port) => format!("{}:{port}", uri.host().unwrap_or_default()),
            None => uri.host().unwrap_or_default().to_owned(),
        };
        let host = host.try_into().map_err(|error| Error::request("the URL has no host").with_source(error))?;
        let uri = if proxy.is_some() { uri } else { short(uri) };
        Ok(Self { client, uri, url, host, proxy_authorization: proxy.and_then(Proxy::into_authorization) })
    }
}

/// Hyper finds pooled connections by scheme and authority, which it hashes three times a call, byte for byte. The pool
/// has those of one server only, so a single letter does.
fn short(uri: Uri) -> Uri {
    let mut parts = uri.clone().into_parts();
    parts.authority = Some(Authority::from_static("s"));
    Uri::from_parts(parts).unwrap_or(uri)
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        let limit = request.max_reply_size();
        let (headers, body) = request.into_parts();
        let mut request = HttpRequest::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        request.headers_mut().entry(HOST).or_insert_with(|| self.host.clone());
        if let Some(credentials) = &self.proxy_authorization {
            request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
        }

        let response = self.client.request(request).await.map_err(failure)?;
        let (head, body) = response.into_parts();
        let body = match head.status {
            StatusCode::OK => whole(body, limit).await?,
            _ => beginning(body).await,
        };
        Ok(Reply::new(body).with_status(head.status).with_headers(head.headers))
    }

    fn url(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.url)
    }
}

async fn whole(body: Incoming, limit: usize) -> Result<Bytes, TransportError> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > limit {
        return Err(TransportError::too_large());
    }
    let mut body = Limited::new(body, limit);
    // One frame is the whole body of most replies, and needs not to be collected.
    let first = match body.frame().await {
        None => return Ok(Bytes::new()),
        Some(frame) => frame.map_err(broken_or_too_large)?.into_data().unwrap_or_default(),
    };
    if body.is_end_stream() {
        return Ok(first);
    }
    let mut whole = Vec::with_capacity(declared.max(first.len()));
    whole.extend_from_slice(&first);
    drop(first);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(broken_or_too_large)?.into_data() else { continue };
        if whole.capacity() - whole.len() < data.len() {
            // Twice as much, but never beyond the limit.
            whole.reserve_exact(whole.len().min(limit - whole.len()).max(data.len()));
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.into())
}

fn broken_or_too_large(error: BoxError) -> TransportError {
    match error.is::<LengthLimitError>() {
        true => TransportError::too_large(),
        false => TransportError::broken(error),
    }
}

fn failure(error: hyper_util::client::legacy::Error) -> TransportError {
    match error.is_connect() {
        true => TransportError::unsent(error),
        false => TransportError::broken(error),
    }
}

/// As much of the body of a refusal as is shown. Its length is no concern, and that it breaks off no news.
async fn beginning(mut body: Incoming) -> Bytes {
    let mut beginning = BytesMut::new();
    while beginning.len() < ProtocolError::EXCERPT
        && let Some(Ok(frame)) = body.frame().await
    {
        if let Some(data) = frame.data_ref() {
            beginning.extend_from_slice(data);
        }
    }
    beginning.freeze()
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            max_idle: usize::MAX,
            proxy: None,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}
