//! A socket that the process is started with.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use listenfd::ListenFd;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use super::super::Server;
use super::{Listener, Peer};

/// The socket that systemd, or another that knows its convention, has opened for this process: TCP or Unix, as the
/// socket unit says. See [`Server::inherited`].
///
/// ```
/// use tagwire::Server;
/// use tagwire::server::Inherited;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // Started by hand, there is none.
/// let server: std::io::Result<Server<Inherited>> = Server::inherited();
/// assert_eq!(server.unwrap_err().kind(), std::io::ErrorKind::NotFound);
/// # }
/// ```
#[derive(Debug)]
pub struct Inherited(Kind);

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Server<Inherited> {
    /// Listens on the socket that the process was started with (`LISTEN_FDS`, systemd's socket activation). A server that
    /// is started anew by systemd so loses no connection: those that come meanwhile wait in the socket.
    ///
    /// ```no_run
    /// use tagwire::{Methods, Server};
    ///
    /// # async fn run() -> std::io::Result<()> {
    /// Server::inherited()?.serve(Methods::new()).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`NotFound`](io::ErrorKind::NotFound) if there is none, [`InvalidInput`](io::ErrorKind::InvalidInput) if there are
    /// several or it is neither a TCP nor a Unix listener.
    pub fn inherited() -> io::Result<Self> {
        let mut sockets = ListenFd::from_env();
        match sockets.len() {
            1 => {}
            0 => return Err(io::Error::new(io::ErrorKind::NotFound, "the process was started without a socket")),
            count => {
                let message = format!("the process was started with {count} sockets, and one is expected");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
        }
        // It is known only by trying which of the two it is.
        let kind = match sockets.take_tcp_listener(0) {
            Ok(Some(tcp)) => {
                tcp.set_nonblocking(true)?;
                Kind::Tcp(TcpListener::from_std(tcp)?)
            }
            _ => {
                let neither = || io::Error::new(io::ErrorKind::InvalidInput, "neither a TCP nor a Unix listener");
                let unix = sockets.take_unix_listener(0)?.ok_or_else(neither)?;
                unix.set_nonblocking(true)?;
                Kind::Unix(UnixListener::from_std(unix)?)
            }
        };
        Ok(Self::from_listener(Inherited(kind)))
    }
}

impl Inherited {
    /// Where it listens, if it is a TCP socket.
    #[must_use]
    pub fn local_addr(&self) -> Option<SocketAddr> {
        match &self.0 {
            Kind::Tcp(tcp) => tcp.local_addr().ok(),
            Kind::Unix(_) => None,
        }
    }
}

impl Listener for Inherited {
    type Io = InheritedStream;

    async fn accept(&mut self) -> io::Result<(InheritedStream, Peer)> {
        match &mut self.0 {
            Kind::Tcp(tcp) => {
                Listener::accept(tcp).await.map(|(stream, peer)| (InheritedStream(Stream::Tcp(stream)), peer))
            }
            Kind::Unix(unix) => {
                Listener::accept(unix).await.map(|(stream, peer)| (InheritedStream(Stream::Unix(stream)), peer))
            }
        }
    }

    fn describe(&self) -> String {
        match &self.0 {
            Kind::Tcp(tcp) => tcp.describe(),
            Kind::Unix(unix) => unix.describe(),
        }
    }

    fn set_reset(stream: &InheritedStream) {
        match &stream.0 {
            Stream::Tcp(tcp) => TcpListener::set_reset(tcp),
            Stream::Unix(unix) => UnixListener::set_reset(unix),
        }
    }
}

/// A connection of an [`Inherited`] socket.
///
/// ```
/// use tagwire::server::{Inherited, InheritedStream, Listener};
/// use tokio::io::AsyncReadExt;
///
/// /// The first byte that the next peer sends, whichever kind of socket it came by.
/// async fn first_byte(socket: &mut Inherited) -> std::io::Result<u8> {
///     let (mut stream, _): (InheritedStream, _) = socket.accept().await?;
///     stream.read_u8().await
/// }
/// ```
#[derive(Debug)]
pub struct InheritedStream(Stream);

#[derive(Debug)]
enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl AsyncRead for InheritedStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            Stream::Tcp(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Stream::Unix(unix) => Pin::new(unix).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for InheritedStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().0 {
            Stream::Tcp(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Stream::Unix(unix) => Pin::new(unix).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().0 {
            Stream::Tcp(tcp) => Pin::new(tcp).poll_write_vectored(cx, pieces),
            Stream::Unix(unix) => Pin::new(unix).poll_write_vectored(cx, pieces),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.0 {
            Stream::Tcp(tcp) => tcp.is_write_vectored(),
            Stream::Unix(unix) => unix.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            Stream::Tcp(tcp) => Pin::new(tcp).poll_flush(cx),
            Stream::Unix(unix) => Pin::new(unix).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().0 {
            Stream::Tcp(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Stream::Unix(unix) => Pin::new(unix).poll_shutdown(cx),
        }
    }
}
