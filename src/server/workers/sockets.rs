//! The listening sockets, as the parent keeps them.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::net::{TcpSocket, ToSocketAddrs, lookup_host};

#[derive(Debug)]
pub(super) enum Sockets {
    /// All workers accept from one.
    Shared(Arc<TcpListener>),
    /// Each has its own. This is the first one's.
    OneEach(Arc<TcpListener>),
}

impl Sockets {
    pub(super) async fn shared(address: impl ToSocketAddrs) -> io::Result<Self> {
        let socket = first_free(address, |_| Ok(())).await?;
        Ok(Self::Shared(Arc::new(listen(socket)?)))
    }

    pub(super) async fn one_each(address: impl ToSocketAddrs) -> io::Result<Self> {
        let socket = first_free(address, reuse_port).await?;
        Ok(Self::OneEach(Arc::new(listen(socket)?)))
    }

    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        let (Self::Shared(listener) | Self::OneEach(listener)) = self;
        listener.local_addr()
    }

    /// That of one worker, and of those that come in its place. The parent holds on to it, so that it does not close with
    /// a worker.
    pub(super) fn listener(&self, number: usize) -> io::Result<Arc<TcpListener>> {
        match self {
            Self::OneEach(first) if number > 0 => listen(bound(first.local_addr()?, reuse_port)?).map(Arc::new),
            Self::Shared(listener) | Self::OneEach(listener) => Ok(listener.clone()),
        }
    }
}

/// Of several addresses the first that is free.
async fn first_free(
    address: impl ToSocketAddrs,
    prepare: impl Fn(&TcpSocket) -> io::Result<()>,
) -> io::Result<TcpSocket> {
    let mut failed = io::Error::new(io::ErrorKind::InvalidInput, "the name has no address");
    for address in lookup_host(address).await? {
        match bound(address, &prepare) {
            Ok(socket) => return Ok(socket),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn bound(address: SocketAddr, prepare: impl Fn(&TcpSocket) -> io::Result<()>) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // An address that a server has just left can be taken at once.
    socket.set_reuseaddr(true)?;
    prepare(&socket)?;
    socket.bind(address)?;
    Ok(socket)
}

#[cfg(not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin")))]
fn reuse_port(socket: &TcpSocket) -> io::Result<()> {
    socket.set_reuseport(true)
}

#[cfg(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))]
fn reuse_port(_: &TcpSocket) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this operating system has no SO_REUSEPORT"))
}

fn listen(socket: TcpSocket) -> io::Result<TcpListener> {
    /// How many connections may wait to be accepted.
    const BACKLOG: u32 = 1024;
    socket.listen(BACKLOG)?.into_std()
}
