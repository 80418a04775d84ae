//! Sockets: a listener, its connections, and their end.

mod connection;

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, IntoFuture, Pending, pending};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::task::JoinSet;
use tower::Service;

use crate::service::IntoService;

/// What any error of a service or a body can be turned into.
type BoxError = Box<dyn StdError + Send + Sync>;

/// An HTTP server on a TCP port.
///
/// The headers of a request may take 10 s, and as long may a connection be silent between two; a body may pause for 10 s and
/// take 60 s as a whole.
///
/// ```no_run
/// use tagwire::{Server, methods, xmlrpc_method};
///
/// /// Adds two integers.
/// #[xmlrpc_method]
/// async fn add(a: i32, b: i32) -> i32 {
///     a + b
/// }
///
/// #[tokio::main]
/// async fn main() -> std::io::Result<()> {
///     Server::bind("127.0.0.1:8000").await?.serve(methods![add]).await
/// }
/// ```
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
}

impl Server {
    /// Listens on an address; port 0 takes any free port.
    ///
    /// # Errors
    /// The address cannot be resolved or is not free.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await? })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves methods, a dispatcher, or any tower service of HTTP requests. Await what it returns.
    pub fn serve<A: IntoService<Incoming>>(self, app: A) -> Serve<A::Service> {
        Serve { listener: self.listener, service: app.into_service(), signal: pending() }
    }
}

/// A server at work: await it. Without a signal it ends only with an error of the listener.
#[must_use = "a server does nothing unless it is awaited"]
pub struct Serve<S, F = Pending<()>> {
    listener: TcpListener,
    service: S,
    signal: F,
}

impl<S, F> Serve<S, F> {
    /// Stops when `signal` is ready: accepts no more, answers what is in flight, closes idle connections, and
    /// after 25 s cuts off what is left.
    ///
    /// ```
    /// use tagwire::{Methods, Server};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let (stop, stopped) = tokio::sync::oneshot::channel();
    /// let server = Server::bind("127.0.0.1:0").await?;
    /// let serving = server.serve(Methods::new()).with_graceful_shutdown(async {
    ///     stopped.await.ok();
    /// });
    /// let serving = tokio::spawn(serving.into_future());
    /// stop.send(()).ok();
    /// serving.await?
    /// # }
    /// # use std::future::IntoFuture;
    /// ```
    pub fn with_graceful_shutdown<G: Future<Output = ()>>(self, signal: G) -> Serve<S, G> {
        Serve { listener: self.listener, service: self.service, signal }
    }
}

/// How long calls in flight may take after the signal.
const GRACE: Duration = Duration::from_secs(25);

impl<S, F, B> IntoFuture for Serve<S, F>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
    F: Future<Output = ()> + Send + 'static,
{
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<S, F, B> Serve<S, F>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
    F: Future<Output = ()>,
{
    async fn run(self) -> io::Result<()> {
        let Self { listener, service, signal } = self;
        let graceful = GracefulShutdown::new();
        // Dropped with this future, and the connections with it.
        let mut connections = JoinSet::new();
        let mut signal = pin!(signal);
        loop {
            let (stream, peer) = tokio::select! {
                () = &mut signal => break,
                accepted = accept(&listener) => accepted?,
                Some(_) = connections.join_next() => continue,
            };
            let connection = connection::serve(stream, peer, service.clone(), &graceful);
            connections.spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%peer, %error, "a connection ended with an error");
                }
            });
        }
        drop(listener);
        if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
            while connections.try_join_next().is_some() {}
            let lost = connections.len();
            tracing::warn!(lost, "connections with a call in flight after {GRACE:?} are cut off");
        }
        Ok(())
    }
}

/// The next connection. One that breaks before it is accepted is its peer's affair; when descriptors run out,
/// waiting is all that helps.
async fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    const BREATH: Duration = Duration::from_millis(100);
    loop {
        match listener.accept().await {
            Ok(accepted) => return Ok(accepted),
            Err(error) => match error.kind() {
                io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted => {}
                io::ErrorKind::InvalidInput | io::ErrorKind::NotConnected => return Err(error),
                _ => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
}

impl<S, F> fmt::Debug for Serve<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").field("listener", &self.listener).finish_non_exhaustive()
    }
}
