//! A server at work, and how it is told to stop.

use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::net::TcpListener;

use super::Server;
use super::accept::Acceptor;
use super::connection::{self, Terms};
use super::connections::Connections;
use super::http_service::HttpService;
use super::listener::Listener;
use super::progress::Progress;
use super::report::Report;
use super::signal::Signals;
use super::stop::Stop;

/// A server at work: await it. It ends only with an error of the listener; the other ways to start it end when they are
/// told to.
///
/// ```
/// use tagwire::server::Serve;
/// use tagwire::{Client, Methods, Server, XmlRpcService};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::bind("127.0.0.1:0").await?;
/// let url = format!("http://{}", server.local_addr()?);
/// let serving: Serve<XmlRpcService> = server.serve(Methods::new().register_fn("six", || 6));
/// let serving = tokio::spawn(serving.into_future());
/// assert_eq!(Client::new(&url)?.call::<_, i32>("six", ()).await?, 6);
/// serving.abort(); // it would go on for ever
/// # Ok(())
/// # }
/// # use std::future::IntoFuture;
/// ```
#[must_use = "a server does nothing unless it is awaited"]
pub struct Serve<S, L = TcpListener> {
    server: Server<L>,
    service: S,
}

/// A server at work that stops at a signal: await it, and it tells what it has done.
///
/// ```
/// use tagwire::{Client, Methods, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::bind("127.0.0.1:0").await?;
/// let client = Client::new(&format!("http://{}", server.local_addr()?))?;
/// let call = async move { client.call::<_, i32>("six", ()).await };
/// // The signal is anything that ends: here that a call was answered.
/// let (sum, report) = {
///     let (answered, signal) = tokio::sync::oneshot::channel();
///     let serving = server.serve(Methods::new().register_fn("six", || 6)).with_graceful_shutdown(async {
///         signal.await.ok();
///     });
///     let call = async { call.await.inspect(|_| drop(answered.send(()))) };
///     tokio::join!(call, serving.into_future())
/// };
/// assert_eq!(sum?, 6);
/// assert_eq!(report?.answered(), 1);
/// # Ok(())
/// # }
/// # use std::future::IntoFuture;
/// ```
#[must_use = "a server does nothing unless it is awaited"]
pub struct GracefulServe<S, F, L = TcpListener> {
    serve: Serve<S, L>,
    signal: F,
}

/// What a server at work waits for.
enum Event<T> {
    Stopped,
    Ended,
    Accepted(io::Result<T>),
}

impl<S, L> Serve<S, L> {
    pub(super) fn new(server: Server<L>, service: S) -> Self {
        Self { server, service }
    }

    /// Stops when `signal` is ready: accepts no more, answers what is in flight with `Connection: close`, closes idle
    /// connections, and after the [grace](Server::grace) cuts off what is left.
    ///
    /// The listener is closed first, so that peers go to another server where several listen at one port. A handler that
    /// was cut off may still run: see [`OnDisconnect`](crate::OnDisconnect).
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
    /// let report = serving.await??;
    /// assert_eq!(report.answered(), 0);
    /// # Ok(())
    /// # }
    /// # use std::future::IntoFuture;
    /// ```
    pub fn with_graceful_shutdown<F: Future<Output = ()>>(self, signal: F) -> GracefulServe<S, F, L> {
        GracefulServe { serve: self, signal }
    }
}

impl<S: HttpService, L: Listener> Serve<S, L> {
    /// Serves until the process is asked to end, by SIGINT (Ctrl-C) or SIGTERM, and then stops as
    /// [`with_graceful_shutdown`](Self::with_graceful_shutdown) does. A second signal cuts off at once what is in flight.
    ///
    /// ```no_run
    /// use tagwire::{Methods, Server};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let report = Server::bind("127.0.0.1:8000").await?.serve(Methods::new()).serve_until_signal().await?;
    /// println!("{report}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// An error of the listener, or the signals cannot be listened to.
    pub async fn serve_until_signal(self) -> io::Result<Report> {
        let mut signals = Signals::new()?;
        self.run(|cx| signals.poll(cx)).await
    }

    /// Serves until `stop` is ready for the first time; the second time ends the grace.
    async fn run(self, mut stop: impl FnMut(&mut Context<'_>) -> Poll<()>) -> io::Result<Report> {
        let Server { listener, settings, .. } = self.server;
        let terms = Arc::new(Terms {
            settings,
            stop: Stop::default(),
            #[cfg(feature = "tls")]
            tls: self.server.tls,
        });
        tracing::debug!(listener = listener.describe(), "connections are accepted");
        let mut acceptor = Acceptor::new(listener);
        let mut connections = Connections::default();
        loop {
            let event = {
                let may_accept = connections.count() < settings.max_connections;
                let mut accepted = pin!(acceptor.accept());
                poll_fn(|cx| {
                    if stop(cx).is_ready() {
                        return Poll::Ready(Event::Stopped);
                    }
                    if let Poll::Ready(Some(())) = connections.poll_end(cx) {
                        return Poll::Ready(Event::Ended);
                    }
                    match may_accept {
                        true => accepted.as_mut().poll(cx).map(Event::Accepted),
                        false => Poll::Pending,
                    }
                })
                .await
            };
            let (io, peer) = match event {
                Event::Stopped => break,
                Event::Ended => continue,
                Event::Accepted(accepted) => accepted?,
            };
            let progress = Arc::new(Progress::new());
            let served = connection::serve::<L, S>(io, peer, self.service.clone(), terms.clone(), progress.clone());
            connections.add(progress, served);
        }
        drop(acceptor);
        terms.stop.begin();
        let mut grace = pin!(tokio::time::sleep(settings.grace));
        let in_time = poll_fn(|cx| {
            let over = stop(cx).is_ready() || grace.as_mut().poll(cx).is_ready();
            match connections.poll_all_end(cx) {
                Poll::Ready(()) => Poll::Ready(true),
                Poll::Pending if over => Poll::Ready(false),
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
        let report = connections.cut_off();
        if in_time {
            tracing::info!(%report, "the server has stopped");
        } else {
            tracing::warn!(%report, "the server has stopped with calls in flight");
        }
        Ok(report)
    }
}

impl<S: HttpService, L: Listener> IntoFuture for Serve<S, L> {
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.run(|_| Poll::Pending).await.map(|_| ()) })
    }
}

impl<S, F, L> IntoFuture for GracefulServe<S, F, L>
where
    S: HttpService,
    F: Future<Output = ()> + Send + 'static,
    L: Listener,
{
    type Output = io::Result<Report>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<Report>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let mut signal = Some(Box::pin(self.signal));
        Box::pin(self.serve.run(move |cx| match &mut signal {
            Some(waiting) => {
                let polled = waiting.as_mut().poll(cx);
                if polled.is_ready() {
                    signal = None;
                }
                polled
            }
            // There is no second one.
            None => Poll::Pending,
        }))
    }
}

impl<S, L: fmt::Debug> fmt::Debug for Serve<S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").field("server", &self.server).finish_non_exhaustive()
    }
}

impl<S, F, L: fmt::Debug> fmt::Debug for GracefulServe<S, F, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GracefulServe").field("serve", &self.serve).finish_non_exhaustive()
    }
}
