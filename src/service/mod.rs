//! XML-RPC over HTTP, as a tower service over `http` types: no sockets, and any server that speaks tower.

mod body;
mod paths;
mod refusal;

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, Version};
use http_body::Body;
use http_body_util::Full;
use tower::Service;

use self::paths::Paths;
use self::refusal::Refusal;
use crate::rpc::{BoxError, Dispatcher, Methods, RequestContext};
use crate::xml::encoding::charset_of;

/// Where a server leaves the address of the peer.
pub(crate) use crate::rpc::RemoteAddr;

/// An XML-RPC endpoint: a [`tower::Service`](Service) of HTTP requests, around a [`Dispatcher`].
///
/// A POST on one of its paths is answered with status 200, and whatever fails in the document, the method
/// or the handler is a fault in it. Everything else is a plain HTTP refusal: 404 for another path, 405 for
/// another method, 411 without a length, 431 for more than 100 headers or 32 KiB of them, 413 for a body beyond the limit, 415 for an encoded one, 408 for one that stops coming, 400 for a body that ends early.
///
/// ```
/// use http_body_util::{BodyExt, Full};
/// use tagwire::{Dispatcher, Methods, XmlRpcService};
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = XmlRpcService::new(Dispatcher::new(Methods::new().register_fn("six", || 6)));
/// let body = "<methodCall><methodName>six</methodName></methodCall>";
/// let request = http::Request::post("/RPC2").body(Full::new(body.as_bytes()))?;
/// let response = service.oneshot(request).await?;
/// assert_eq!(response.status(), 200);
/// let body = response.into_body().collect().await?.to_bytes();
/// assert!(body.ends_with(b"<value><int>6</int></value></param></params></methodResponse>"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct XmlRpcService {
    dispatcher: Dispatcher,
    settings: Arc<Settings>,
}

#[derive(Clone)]
struct Settings {
    paths: Paths,
    max_request_size: usize,
}

impl XmlRpcService {
    /// Serves a dispatcher, or methods, on `/` and `/RPC2`, with the default limits.
    #[must_use]
    pub fn new(dispatcher: impl Into<Dispatcher>) -> Self {
        Self {
            dispatcher: dispatcher.into(),
            settings: Arc::new(Settings { paths: Paths::default(), max_request_size: 1024 * 1024 }),
        }
    }

    /// The paths that are served, compared whole and without the query; `/` and `/RPC2` by default, as in
    /// CPython. With none at all every path is served.
    ///
    /// ```
    /// use tagwire::{Dispatcher, Methods, XmlRpcService};
    ///
    /// let service = XmlRpcService::new(Dispatcher::new(Methods::new()))
    ///     .rpc_paths(["/api/xmlrpc"])
    ///     .max_request_size(64 * 1024);
    /// # let _ = service;
    /// ```
    #[must_use]
    pub fn rpc_paths<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.settings_mut().paths = paths.into_iter().map(Into::into).collect();
        self
    }

    /// How many bytes the body of a request may have; 1 MiB by default. A larger one is answered with 413, before
    /// it is read where its length is declared.
    #[must_use]
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.settings_mut().max_request_size = bytes;
        self
    }

    fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }
}

impl From<Methods> for XmlRpcService {
    fn from(methods: Methods) -> Self {
        Self::new(Dispatcher::new(methods))
    }
}

impl From<Dispatcher> for XmlRpcService {
    fn from(dispatcher: Dispatcher) -> Self {
        Self::new(dispatcher)
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
        // The RPC service is waited for when the call is known.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let settings = self.settings.clone();
        let dispatcher = self.dispatcher.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            if let Err(refusal) = settings.check(&parts, &body) {
                body::drain(&parts.headers, body);
                return Ok(refusal.into());
            }
            match body::read(&parts.headers, body, settings.max_request_size).await {
                Ok(document) => Ok(answer(&dispatcher, parts, document).await),
                Err(refusal) => Ok(refusal.into()),
            }
        })
    }
}

impl Settings {
    /// What can be told without the body.
    fn check(&self, parts: &Parts, body: &impl Body) -> Result<(), Refusal> {
        if !self.paths.contain(parts.uri.path()) {
            return Err(Refusal::NoSuchPage);
        }
        if parts.method != Method::POST {
            return Err(Refusal::MethodNotAllowed);
        }
        let headers = &parts.headers;
        if headers.len() > MAX_HEADERS || headers_size(headers) > MAX_HEADERS_SIZE {
            return Err(Refusal::HeadersTooLarge);
        }
        // Without a length hyper gives an empty body. One that is made in this process knows its length.
        let framed = headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
        if !framed && body.is_end_stream() && parts.version >= Version::HTTP_11 {
            return Err(Refusal::LengthRequired);
        }
        if body::is_encoded(headers) {
            return Err(Refusal::UnsupportedEncoding);
        }
        match body.size_hint().lower() > self.max_request_size as u64 {
            true => Err(Refusal::TooLarge),
            false => Ok(()),
        }
    }
}

/// How many headers a request may have, and how large they may be together.
const MAX_HEADERS: usize = 100;
const MAX_HEADERS_SIZE: usize = 32 * 1024;

/// The size of the headers as they were sent: each with a colon, a blank and a line end.
fn headers_size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// Carries out the call in a document.
async fn answer(dispatcher: &Dispatcher, parts: Parts, document: Bytes) -> Response<Full<Bytes>> {
    let content_type = parts.headers.get(header::CONTENT_TYPE).cloned();
    let charset = content_type.as_ref().and_then(|value| value.to_str().ok()).and_then(charset_of);
    let cx = RequestContext::new(parts.headers, parts.extensions);
    let outcome = match dispatcher.read_call(document, charset, cx) {
        Ok(request) => dispatcher.start(request).await,
        Err(error) => Err(error.into()),
    };
    let mut response = Response::new(Full::from(dispatcher.document(outcome)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    response
}

impl fmt::Debug for XmlRpcService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XmlRpcService")
            .field("dispatcher", &self.dispatcher)
            .field("rpc_paths", &self.settings.paths)
            .field("max_request_size", &self.settings.max_request_size)
            .finish()
    }
}

/// Anything that a [`Server`](crate::Server) can serve: [`Methods`], a [`Dispatcher`], an [`XmlRpcService`], or
/// any tower service of HTTP requests, such as an axum `Router` or one of these under layers.
///
/// ```no_run
/// use std::time::Duration;
/// use tagwire::{Dispatcher, Methods, Server, XmlRpcService};
/// use tower::ServiceBuilder;
///
/// # async fn run() -> std::io::Result<()> {
/// let service = XmlRpcService::new(Dispatcher::new(Methods::new()));
/// let bounded = ServiceBuilder::new().timeout(Duration::from_secs(30)).service(service);
/// Server::bind("127.0.0.1:8000").await?.serve(bounded).await
/// # }
/// ```
pub trait IntoService<B> {
    /// The service.
    type Service: Service<Request<B>>;

    /// Makes it.
    fn into_service(self) -> Self::Service;
}

impl<B, S: Service<Request<B>>> IntoService<B> for S {
    type Service = S;

    fn into_service(self) -> S {
        self
    }
}

impl<B> IntoService<B> for Methods
where
    XmlRpcService: Service<Request<B>>,
{
    type Service = XmlRpcService;

    fn into_service(self) -> XmlRpcService {
        self.into()
    }
}

impl<B> IntoService<B> for Dispatcher
where
    XmlRpcService: Service<Request<B>>,
{
    type Service = XmlRpcService;

    fn into_service(self) -> XmlRpcService {
        self.into()
    }
}
