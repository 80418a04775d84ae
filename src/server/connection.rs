//! One connection: HTTP/1.1 by hyper.

use std::future::Future;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tower::Service;

use super::BoxError;
use crate::service::RemoteAddr;

/// How long a peer may take for the headers of a request, and with them for silence between two.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The most that is set aside for reading a connection; the head of a request has to fit, with room to spare above what
/// the service allows. The body is read in pieces of at most this size, too.
const MAX_BUFFER: usize = 64 * 1024;

/// Serves the requests of a connection one after another, until it ends or `graceful` begins to stop.
pub(super) fn serve<S, B>(
    stream: TcpStream,
    peer: SocketAddr,
    service: S,
    graceful: &GracefulShutdown,
) -> impl Future<Output = hyper::Result<()>> + Send + use<S, B>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    // Small answers should not wait for the peer's acknowledgement; without it they are only slower.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "TCP_NODELAY cannot be set");
    }
    let connection = http1::Builder::new()
        // Without a timer hyper keeps no time limit at all.
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(WithPeer { service, peer }));
    graceful.watch(connection)
}

/// Tells every request where it comes from.
#[derive(Clone)]
struct WithPeer<S> {
    service: S,
    peer: SocketAddr,
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for WithPeer<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Incoming>) -> S::Future {
        request.extensions_mut().insert(RemoteAddr(self.peer));
        self.service.call(request)
    }
}
