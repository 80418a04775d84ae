//! TCP, over IPv4 and IPv6.

use std::io;

use tokio::net::{TcpListener, TcpStream};

use super::super::Server;
use super::{Listener, Peer};

impl Listener for TcpListener {
    type Io = TcpStream;

    async fn accept(&mut self) -> io::Result<(TcpStream, Peer)> {
        let (stream, address) = Self::accept(self).await?;
        // Small answers should not wait for the peer's acknowledgement; without it they are only slower.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(peer = %address, %error, "TCP_NODELAY cannot be set");
        }
        Ok((stream, address.into()))
    }

    fn describe(&self) -> String {
        self.local_addr().map_or_else(|_| "a TCP socket".to_owned(), |address| address.to_string())
    }

    fn set_reset(stream: &TcpStream) {
        if let Err(error) = stream.set_zero_linger() {
            tracing::debug!(%error, "SO_LINGER cannot be set");
        }
    }
}

impl From<TcpListener> for Server {
    fn from(listener: TcpListener) -> Self {
        Self::from_listener(listener)
    }
}

/// Needs a Tokio runtime with I/O, and fails where the operating system refuses to make the listener one that does not
/// block.
impl TryFrom<std::net::TcpListener> for Server {
    type Error = io::Error;

    fn try_from(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(TcpListener::from_std(listener)?.into())
    }
}
