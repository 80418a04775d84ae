//! Accepting connections, through what can go wrong with it.

use std::io::{self, ErrorKind};
use std::time::Duration;

use super::listener::{Listener, Peer};

/// A listener that is tried again when it fails.
pub(super) struct Acceptor<L> {
    listener: L,
    /// Whether the last attempt failed and nothing has been accepted since: it is reported once.
    troubled: bool,
}

impl<L: Listener> Acceptor<L> {
    pub(super) fn new(listener: L) -> Self {
        Self { listener, troubled: false }
    }

    /// The next connection. One that breaks before it is accepted is its peer's affair; when descriptors or memory run
    /// out, waiting is all that helps.
    ///
    /// # Errors
    /// There will be no connection any more.
    pub(super) async fn accept(&mut self) -> io::Result<(L::Io, Peer)> {
        loop {
            let error = match self.listener.accept().await {
                Ok(accepted) => {
                    if std::mem::take(&mut self.troubled) {
                        tracing::warn!(listener = self.listener.describe(), "connections are accepted again");
                    }
                    return Ok(accepted);
                }
                Err(error) => error,
            };
            match error.kind() {
                ErrorKind::InvalidInput | ErrorKind::NotConnected => return Err(error),
                ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted => {
                    tracing::debug!(%error, "a connection ended before it was accepted");
                    tokio::task::yield_now().await;
                }
                _ => {
                    if !std::mem::replace(&mut self.troubled, true) {
                        tracing::error!(listener = self.listener.describe(), %error, "no connection can be accepted");
                    }
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }
}

/// Between two attempts that fail.
const BREATH: Duration = Duration::from_millis(100);
