//! XML-RPC over HTTP, as a tower service over `http` types: no sockets, and any server that speaks tower.

mod accept;
mod access_log;
mod admission;
mod body;
mod budget;
mod call;
mod head;
mod into_service;
mod origin;
mod refusal;
mod reply;
mod respond;
mod routes;
mod settings;
mod stats;

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower::{BoxError, Service};

use self::settings::Settings;
use crate::rpc::{Dispatcher, Methods};

pub use self::admission::OverloadPolicy;
pub use self::into_service::IntoService;
pub use self::stats::Stats;
/// Where a server leaves the address of the peer.
pub(crate) use crate::rpc::RemoteAddr;

/// Marks a response that stands for none: a server closes the connection in its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abort;

/// An XML-RPC endpoint: a [`tower::Service`](Service) of HTTP requests, around a [`Dispatcher`].
///
/// A POST on one of its paths is answered with status 200, and whatever fails in the document, the method
/// or the handler is a fault in it. Everything else is a plain HTTP refusal:
///
/// | status | for |
/// |---|---|
/// | 400 | a body that ends early, or is not what its `Content-Encoding` says |
/// | 403 | a page of another site, as browsers tell by `Sec-Fetch-Site` or `Origin` |
/// | 404 | another path |
/// | 405 | another method than POST |
/// | 408 | a body that stops coming, or comes too slowly |
/// | 411 | no length |
/// | 413 | a body beyond the limit, as it is sent or decoded |
/// | 415 | a `Content-Encoding` other than gzip and deflate; a `Content-Type` other than XML, where [that is required](Self::require_xml) |
/// | 421 | another host than those [set](Self::hosts) |
/// | 431 | more than 100 headers or 32 KiB of them |
/// | 501 | a body in chunks, where they are [not accepted](Self::accept_chunked) |
/// | 503, or as [`overload_policy`](Self::overload_policy) says | more calls than [may run](Self::max_concurrent) and [wait](Self::max_pending) |
/// | 503 | more bytes than [all may hold](Self::max_buffered) |
///
/// ```
/// use http_body_util::{BodyExt, Full};
/// use tagwire::{Methods, XmlRpcService};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = XmlRpcService::new(Methods::new().register_fn("six", || 6));
/// let body = "<methodCall><methodName>six</methodName></methodCall>";
/// let request = http::Request::post("/RPC2").body(Full::new(body.as_bytes()))?;
/// let response = service.oneshot(request).await?;
/// assert_eq!(response.status(), 200);
/// let body = response.into_body().collect().await?.to_bytes();
/// assert!(body.ends_with(b"<value><int>6</int></value></param></params></methodResponse>"));
/// # Ok(())
/// # }
/// ```
///
/// It needs a Tokio runtime with time enabled, as `#[tokio::main]` has it, wherever something has to be waited for.
///
/// Clones share what they count and bound: slots, bytes, [`stats`](Self::stats). Settings are made before the first clone.
#[derive(Clone)]
pub struct XmlRpcService {
    settings: Arc<Settings>,
    /// What every request of a connection would carry among its extensions.
    connection: Option<Arc<Extensions>>,
}

impl XmlRpcService {
    /// Has these for extensions of all requests, so that none has to carry a copy.
    pub(crate) fn set_connection(&mut self, extensions: Arc<Extensions>) {
        self.connection = Some(extensions);
    }
}

impl<B> Service<Request<B>> for XmlRpcService
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A slot is waited for when the call is known.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        respond::respond(self.settings.clone(), self.connection.clone(), request)
    }
}

impl From<Methods> for XmlRpcService {
    fn from(methods: Methods) -> Self {
        Self::new(methods)
    }
}

impl From<Dispatcher> for XmlRpcService {
    fn from(dispatcher: Dispatcher) -> Self {
        Self::new(dispatcher)
    }
}

impl fmt::Debug for XmlRpcService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}
