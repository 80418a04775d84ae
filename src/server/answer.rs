//! From a request of a connection to what its service makes of it.

use std::any::Any;
use std::future::{self, Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::{HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use tower::BoxError;

use super::http_service::HttpService;
use super::listener::Peer;
use super::progress::Progress;
use super::wakes;
use crate::service::{Abort, XmlRpcService};

/// Hands the extensions of a connection over to a service that can share them, which spares each request a copy: the one
/// that this library brings, with nothing around it. False if it is another.
pub(super) fn hand_over<S: HttpService>(peer: &Peer, service: &mut S) -> bool {
    let service: &mut dyn Any = service;
    let service = service.downcast_mut::<XmlRpcService>();
    service.map(|service| service.set_connection(peer.shared_extensions().clone())).is_some()
}

/// A response, or why there is none.
type Answered<S> = Result<Response<<S as HttpService>::Body>, BoxError>;

/// What a service makes of a request.
pub(super) enum Answer<S: HttpService> {
    Begun(S::Future),
    Waiting(Pin<Box<dyn Future<Output = Answered<S>> + Send>>),
}

impl<S: HttpService> Answer<S> {
    /// A service that is ready is called at once, lest the request, which is large, moves into a future and out of it again.
    pub(super) fn begin(mut service: S, request: Request<Incoming>) -> Self {
        match service.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => Self::Begun(service.call(request)),
            Poll::Ready(Err(error)) => Self::Waiting(Box::pin(future::ready(Err(error.into())))),
            Poll::Pending => Self::Waiting(Box::pin(async move {
                poll_fn(|cx| service.poll_ready(cx)).await.map_err(Into::into)?;
                service.call(request).await.map_err(Into::into)
            })),
        }
    }
}

/// One request and its answer.
pub(super) async fn answer<S: HttpService>(answer: Answer<S>, progress: Arc<Progress>) -> Answered<S> {
    let mut response = match answer {
        Answer::Begun(future) => {
            let mut future = pin!(future);
            poll_fn(|cx| wakes::serving(|| future.as_mut().poll(cx))).await.map_err(Into::into)?
        }
        Answer::Waiting(mut future) => poll_fn(|cx| wakes::serving(|| future.as_mut().poll(cx))).await?,
    };
    if response.extensions().get::<Abort>().is_some() {
        progress.abort();
        return Err("the service wants no answer to be sent".into());
    }
    if progress.is_stopping() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    progress.answered();
    Ok(response)
}
