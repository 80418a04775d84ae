//! Sockets: a listener, its connections, and their end.
//!
//! [`Server`] is the paved path: it listens, and serves any HTTP service until it is told to stop. A [`Listener`] is where
//! connections come from: TCP, a Unix socket, what systemd hands over, or one's own.

mod accept;
mod alarm;
mod answer;
mod connection;
mod connections;
mod head;
mod http_service;
mod io;
mod listener;
mod progress;
mod report;
mod serve;
mod settings;
mod signal;
mod stop;
mod stream;
#[cfg(test)]
mod tests;
#[cfg(feature = "tls")]
mod tls;
mod wakes;
mod watch;
#[cfg(all(unix, feature = "workers"))]
mod workers;

use std::net::SocketAddr;

use hyper::body::Incoming;
use tokio::net::{TcpListener, TcpSocket, ToSocketAddrs};

pub use self::http_service::HttpService;
#[cfg(unix)]
pub use self::listener::UnixSocket;
#[cfg(all(unix, feature = "systemd"))]
pub use self::listener::{Inherited, InheritedStream};
pub use self::listener::{Listener, Peer};
pub use self::report::Report;
pub use self::serve::{GracefulServe, Serve};
use self::settings::Settings;
#[cfg(feature = "tls")]
pub use self::tls::{PeerCertificates, TlsConfig};
#[cfg(all(unix, feature = "workers"))]
pub use self::workers::Workers;
use crate::service::IntoService;
/// The TLS library, for those who make its configuration themselves: see [`TlsConfig`].
#[cfg(feature = "tls")]
pub use tokio_rustls::rustls;

/// An HTTP/1.1 server: a [`Listener`], and how long and how much its connections may take.
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
///
/// A connection is cut off only by the limits below and at the end of a graceful stop, and never between the reading of a
/// request and its answer:
///
/// | limit | default | set by |
/// |---|---|---|
/// | the head of a request, from its first byte to its end | 10 s | [`header_read_timeout`](Self::header_read_timeout) |
/// | silence between requests | 75 s | [`keep_alive_timeout`](Self::keep_alive_timeout) |
/// | an answer that the peer does not take | 30 s | [`write_timeout`](Self::write_timeout) |
/// | connections at a time | 1,024 or fewer | [`max_connections`](Self::max_connections) |
/// | what is read ahead of a connection | 64 KiB | [`max_buf_size`](Self::max_buf_size) |
/// | calls in flight at a stop | 25 s | [`grace`](Self::grace) |
///
/// The body of a request has limits of its own, those of the service: see
/// [`XmlRpcService`](crate::XmlRpcService::max_request_size).
#[derive(Debug)]
pub struct Server<L = TcpListener> {
    listener: L,
    settings: Settings,
    #[cfg(feature = "tls")]
    tls: Option<TlsConfig>,
}

impl Server {
    /// Listens on a TCP address, IPv4 or IPv6; port 0 takes any free port.
    ///
    /// An address that a server has just left can be taken at once (`SO_REUSEADDR`), and 1,024 connections may wait to be
    /// accepted.
    ///
    /// # Errors
    /// The address cannot be resolved or is not free.
    pub async fn bind(address: impl ToSocketAddrs) -> std::io::Result<Self> {
        let mut failed = std::io::ErrorKind::InvalidInput.into();
        for address in tokio::net::lookup_host(address).await? {
            match listen(address) {
                Ok(listener) => return Ok(Self::from_listener(listener)),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// As `TcpListener::bind` does it, whose queue has room for 128 or so: those beyond would try again after 1, 3 and 7 s.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    const BACKLOG: u32 = 1024;
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // On Windows this would let others take the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

impl<L: Listener> Server<L> {
    /// Serves the connections of any listener; [`Listener`] has an example of one's own.
    ///
    /// ```
    /// use tagwire::Server;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// let address = listener.local_addr()?;
    /// let server = Server::from_listener(listener);
    /// assert_eq!(server.local_addr()?, address);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_listener(listener: L) -> Self {
        Self {
            listener,
            settings: Settings::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Where the connections come from.
    pub fn listener(&self) -> &L {
        &self.listener
    }

    /// Speaks HTTPS: every connection begins with a TLS handshake.
    ///
    /// ```no_run
    /// use tagwire::server::TlsConfig;
    /// use tagwire::{Methods, Server};
    ///
    /// # async fn run() -> std::io::Result<()> {
    /// let tls = TlsConfig::from_pem_files("certificate.pem", "key.pem")?;
    /// Server::bind("[::]:8443").await?.tls(tls).serve(Methods::new()).await
    /// # }
    /// ```
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, config: impl Into<TlsConfig>) -> Self {
        self.tls = Some(config.into());
        self
    }

    /// Serves methods, a dispatcher, or any tower service of HTTP requests. Await what it returns.
    pub fn serve<A: IntoService<Incoming>>(self, app: A) -> Serve<A::Service, L> {
        Serve::new(self, app.into_service())
    }
}
