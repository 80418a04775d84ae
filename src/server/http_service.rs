//! What can be served.

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use tower::{BoxError, Service};

/// A tower [`Service`] of HTTP requests that a [`Server`](crate::Server) can serve: it can be cloned, may move between
/// threads, and its errors are errors. Every such service is one; this is only a short name for that.
///
/// A service that fails closes the connection; one that wants to tell the peer why answers.
///
/// ```
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use hyper::body::Incoming;
/// use tagwire::server::HttpService;
///
/// fn served(service: impl HttpService) {
///     # let _ = service;
/// }
///
/// served(tower::service_fn(|request: Request<Incoming>| async move {
///     Ok::<_, Infallible>(Response::new(request.uri().path().to_owned()))
/// }));
/// ```
pub trait HttpService:
    sealed::Sealed
    + Service<Request<Incoming>, Response = Response<<Self as HttpService>::Body>, Error: Into<BoxError>, Future: Send>
    + Clone
    + Send
    + 'static
{
    /// The body of its answers.
    type Body: Body<Data: Send, Error: Into<BoxError>> + Send + 'static;
}

impl<S, B> HttpService for S
where
    S: Service<Request<Incoming>, Response = Response<B>, Error: Into<BoxError>, Future: Send> + Clone + Send + 'static,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    type Body = B;
}

mod sealed {
    use http::{Request, Response};
    use hyper::body::Incoming;
    use tower::Service;

    pub trait Sealed {}

    impl<S, B> Sealed for S where S: Service<Request<Incoming>, Response = Response<B>> {}
}
