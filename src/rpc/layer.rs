use std::fmt;
use std::future::{poll_fn, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{BoxError, Service};

use super::dispatcher::DispatchFuture;
use super::hidden::fault_of;
use super::method::MethodFuture;
use super::request::{RpcRequest, RpcResponse};
use crate::fault::Fault;

/// What a layer is put around: the methods of a [`Dispatcher`](crate::Dispatcher), and the layers that were added
/// before. See [`Dispatcher::layer`](crate::Dispatcher::layer).
///
/// ```
/// use tagwire::{Dispatcher, Fault, Methods, Route, RpcRequest};
/// use tower::{ServiceExt, layer::layer_fn, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let read_only = layer_fn(|route: Route| {
///     service_fn(move |request: RpcRequest| {
///         let route = route.clone();
///         async move {
///             match request.method().starts_with("get") {
///                 true => route.oneshot(request).await,
///                 false => Err(Fault::application("nothing can be changed")),
///             }
///         }
///     })
/// });
/// let methods = Methods::new().register_fn("getState", || "on").register_fn("setState", |_: String| true);
/// let dispatcher = Dispatcher::new(methods).layer(read_only);
/// assert_eq!(dispatcher.call("getState", ()).await, Ok("on".to_owned()));
/// assert!(dispatcher.call::<_, bool>("setState", ("off",)).await.is_err());
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Route {
    /// The services of the layers; none where a call goes straight to its method.
    service: Option<Arc<dyn Fn(RpcRequest) -> MethodFuture + Send + Sync>>,
}

impl Route {
    /// A way through a service whose type nobody needs to know.
    pub(super) fn through<S>(service: S) -> Self
    where
        S: Service<RpcRequest, Response = RpcResponse> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        let call = move |request| -> MethodFuture {
            let service = service.clone();
            Box::pin(async move { oneshot(service, request).await.map_err(|error| fault_of(error.into())) })
        };
        Self { service: Some(Arc::new(call)) }
    }

    /// The way through the layers, if there are any.
    pub(super) fn service(&self) -> Option<&(dyn Fn(RpcRequest) -> MethodFuture + Send + Sync)> {
        self.service.as_deref()
    }
}

/// Calls a service when it is ready.
async fn oneshot<S: Service<RpcRequest>>(mut service: S, request: RpcRequest) -> Result<S::Response, S::Error> {
    poll_fn(|task| service.poll_ready(task)).await?;
    service.call(request).await
}

impl Service<RpcRequest> for Route {
    type Response = RpcResponse;
    type Error = Fault;
    type Future = DispatchFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: RpcRequest) -> DispatchFuture {
        match &self.service {
            Some(call) => DispatchFuture::through(call(request), usize::MAX),
            None => match request.take_dispatcher() {
                Some(dispatcher) => dispatcher.carry_out(&mut request),
                // It was kept for a request that no dispatcher has sent here.
                None => DispatchFuture::through(
                    Box::pin(ready(Err(Fault::internal_error("a route is reached through its dispatcher")))),
                    usize::MAX,
                ),
            },
        }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Route")
    }
}
