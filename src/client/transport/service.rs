use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use tower::{BoxError, Service};

use super::{Reply, Request, Transport, TransportError};

/// A [`Transport`] as a `tower::Service`, for tower's layers to stand on.
///
/// [`ClientBuilder::layer`](crate::client::ClientBuilder::layer) puts a layer around the transport of a URL; this type is for
/// what takes services, such as a balance over several servers:
///
/// ```
/// use tagwire::client::transport::TransportService;
/// use tagwire::{Client, Dispatcher, Methods};
/// use tower::ServiceBuilder;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::client::Error> {
/// let dispatcher = Dispatcher::new(Methods::new().register_fn("add", |a: i32, b: i32| a + b));
/// let service = ServiceBuilder::new()
///     .concurrency_limit(100)
///     .timeout(std::time::Duration::from_secs(10))
///     .service(TransportService::new(dispatcher));
/// let client = Client::from_transport(service);
/// assert_eq!(client.call::<_, i32>("add", (2, 3)).await?, 5);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TransportService {
    transport: Arc<dyn Transport>,
}

impl TransportService {
    /// A service that sends its requests through `transport`.
    pub fn new(transport: impl Transport) -> Self {
        Self::shared(Arc::new(transport))
    }

    pub(in crate::client) fn shared(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }
}

impl Service<Request> for TransportService {
    type Response = Reply;
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, TransportError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let transport = self.transport.clone();
        Box::pin(async move { transport.send(request).await })
    }
}

impl fmt::Debug for TransportService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TransportService").field(&self.transport.url()).finish()
    }
}

#[async_trait]
impl<S> Transport for S
where
    S: Service<Request, Response = Reply> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        let mut service = self.clone();
        // What refuses to take the request has not sent it.
        poll_fn(|cx| service.poll_ready(cx)).await.map_err(|error| reason(error.into(), TransportError::unsent))?;
        service.call(request).await.map_err(|error| reason(error.into(), TransportError::broken))
    }
}

/// The error of a transport beneath, or that of a layer above it.
fn reason(error: BoxError, otherwise: impl FnOnce(BoxError) -> TransportError) -> TransportError {
    match error.downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) if error.is::<tower::timeout::error::Elapsed>() => otherwise(error).timed_out(),
        Err(error) if error.is::<tower::load_shed::error::Overloaded>() => TransportError::unsent(error),
        Err(error) => otherwise(error),
    }
}
