//! Where connections come from.

#[cfg(all(unix, feature = "systemd"))]
mod inherited;
mod peer;
mod tcp;
#[cfg(unix)]
mod unix;

use std::future::Future;
use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(all(unix, feature = "systemd"))]
pub use self::inherited::{Inherited, InheritedStream};
pub use self::peer::Peer;
#[cfg(unix)]
pub use self::unix::UnixSocket;

/// Where a [`Server`](crate::Server)'s connections come from: TCP, a Unix socket, or anything else that gives streams of
/// bytes.
///
/// ```
/// use std::io;
/// use tagwire::server::{Listener, Peer};
/// use tagwire::{Methods, Server};
/// use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
/// use tokio::sync::mpsc;
///
/// /// Connections within this process.
/// struct Doors(mpsc::Receiver<DuplexStream>);
///
/// impl Listener for Doors {
///     type Io = DuplexStream;
///
///     async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
///         match self.0.recv().await {
///             Some(stream) => Ok((stream, Peer::default())),
///             None => Err(io::ErrorKind::NotConnected.into()), // nobody can come any more: the server ends
///         }
///     }
///
///     fn describe(&self) -> String {
///         "this process".to_owned()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> io::Result<()> {
/// let (door, doors) = mpsc::channel(1);
/// let server = Server::from_listener(Doors(doors)).serve(Methods::new().register_fn("six", || 6));
/// tokio::spawn(async move { server.await });
///
/// let (mut client, stream) = tokio::io::duplex(4096);
/// door.send(stream).await.map_err(io::Error::other)?;
/// let call = "<methodCall><methodName>six</methodName></methodCall>";
/// let head = format!("POST / HTTP/1.0\r\nContent-Length: {}\r\n\r\n", call.len());
/// client.write_all(format!("{head}{call}").as_bytes()).await?;
/// let mut answer = String::new();
/// client.read_to_string(&mut answer).await?;
/// assert!(answer.contains("<int>6</int>"));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no source of connections",
    note = "a server takes the listeners of Tokio, and any type with an implementation of `tagwire::server::Listener`"
)]
pub trait Listener: Send + 'static {
    /// A connection.
    type Io: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Waits for the next connection. The server may drop the future at any `await` and call again; no connection may be
    /// lost by that.
    ///
    /// # Errors
    /// An error of kind [`NotConnected`](io::ErrorKind::NotConnected) or [`InvalidInput`](io::ErrorKind::InvalidInput)
    /// ends the server: the listener is of no use any more. Whatever else fails passes: it is logged, and tried again,
    /// after 100 ms unless it was the peer that went away.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Io, Peer)>> + Send;

    /// What it is, in the log: an address, a path.
    fn describe(&self) -> String;

    /// Makes the end of a connection a reset where there is such a thing: the peer is to see at once that it gets no
    /// answer. By default the connection is closed as any other.
    fn set_reset(io: &Self::Io) {
        let _ = io;
    }
}
