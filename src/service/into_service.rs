use http::Request;
use tower::Service;

use super::XmlRpcService;
use crate::rpc::{Dispatcher, Methods};

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
