//! How long and how much a connection may take.

use std::time::Duration;

use super::{Listener, Server};

#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) header_read_timeout: Option<Duration>,
    pub(super) keep_alive_timeout: Option<Duration>,
    pub(super) write_timeout: Option<Duration>,
    pub(super) max_connections: usize,
    pub(super) max_buf_size: usize,
    pub(super) half_close: bool,
    pub(super) grace: Duration,
}

/// ```
/// use std::time::Duration;
/// use tagwire::Server;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let server = Server::bind("127.0.0.1:0")
///     .await?
///     .header_read_timeout(Duration::from_secs(5))
///     .keep_alive_timeout(None)
///     .write_timeout(Duration::from_secs(20))
///     .max_connections(100)
///     .max_buf_size(16 * 1024)
///     .half_close(true)
///     .grace(Duration::from_secs(10));
/// # let _ = server;
/// # Ok(())
/// # }
/// ```
impl<L: Listener> Server<L> {
    /// How long the head of a request may take, from its first byte to its end, however the bytes drip; for the first
    /// request it begins when the connection is accepted. 10 s by default; `None` is no limit. Beyond it the connection
    /// is closed.
    #[must_use]
    pub fn header_read_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.settings.header_read_timeout = limit.into();
        self
    }

    /// How long a connection may be silent between an answer and the next request. 75 s by default; `None` is no limit.
    /// Beyond it the connection is closed.
    #[must_use]
    pub fn keep_alive_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.settings.keep_alive_timeout = limit.into();
        self
    }

    /// How long a peer may take nothing of an answer that is there for it; each time that the operating system has room for
    /// more of it, the time begins anew. 30 s by default; `None` is no limit. Beyond it the connection is closed.
    ///
    /// An operating system may wait with that until a good part of its buffer is free, which can be a megabyte: a peer
    /// that takes less in that time counts as one that takes nothing.
    #[must_use]
    pub fn write_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.settings.write_timeout = limit.into();
        self
    }

    /// How many connections there may be at a time, at least 1. By default 1,024, or on Linux 80% of the file descriptors
    /// that the process may have where that is less, and on macOS 204, which is 80% of what a process may have unless it
    /// asks for more. Beyond it nothing is accepted until one ends: new peers wait in the queue of the operating system.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.settings.max_connections = connections.max(1);
        self
    }

    /// How many bytes are read ahead of a connection, 64 KiB by default and 8 KiB at least. The head of a request has to fit,
    /// and of an answer about as much is copied before the peer takes it.
    #[must_use]
    pub fn max_buf_size(mut self, bytes: usize) -> Self {
        self.settings.max_buf_size = bytes.max(LEAST_BUFFER);
        self
    }

    /// Whether a peer that ends its own direction is still answered; false by default, as in hyper. A program that ends after
    /// its request what it writes, as a shell's pipe into a socket does, needs it where handlers wait. It has a price: the
    /// end of a peer that goes away looks just the same, so that a call under
    /// [`OnDisconnect::Cancel`](crate::OnDisconnect::Cancel) is not cut off before its answer fails to be written.
    #[must_use]
    pub fn half_close(mut self, allowed: bool) -> Self {
        self.settings.half_close = allowed;
        self
    }

    /// How long calls in flight may take once the server is told to stop; 25 s by default. Then they are cut off.
    #[must_use]
    pub fn grace(mut self, limit: Duration) -> Self {
        self.settings.grace = limit;
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            header_read_timeout: Some(Duration::from_secs(10)),
            keep_alive_timeout: Some(Duration::from_secs(75)),
            write_timeout: Some(Duration::from_secs(30)),
            max_connections: affordable_connections(),
            max_buf_size: 64 * 1024,
            half_close: false,
            grace: Duration::from_secs(25),
        }
    }
}

/// What hyper insists on.
const LEAST_BUFFER: usize = 8 * 1024;

const MOST_CONNECTIONS: usize = 1024;

fn affordable_connections() -> usize {
    affordable_with(descriptor_limit())
}

/// A part of the descriptors is left to the handlers, which may open files and connections of their own.
fn affordable_with(descriptors: Option<u64>) -> usize {
    let share = descriptors.and_then(|limit| usize::try_from(limit.saturating_mul(4) / 5).ok());
    share.unwrap_or(MOST_CONNECTIONS).clamp(1, MOST_CONNECTIONS)
}

#[cfg(target_os = "linux")]
fn descriptor_limit() -> Option<u64> {
    descriptor_limit_in(&std::fs::read_to_string("/proc/self/limits").ok()?)
}

/// To ask would take a dependency, so it is what a process gets that has asked for nothing.
#[cfg(not(target_os = "linux"))]
fn descriptor_limit() -> Option<u64> {
    cfg!(target_os = "macos").then_some(256)
}

/// The soft limit in a line like `Max open files  1024  1048576  files`; none if it is `unlimited`.
#[cfg(any(target_os = "linux", test))]
fn descriptor_limit_in(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{affordable_with, descriptor_limit_in};

    #[test]
    fn a_fifth_of_the_descriptors_is_left_to_others() {
        for (descriptors, connections) in
            [(0, 1), (1, 1), (10, 8), (256, 204), (1279, 1023), (1280, 1024), (1281, 1024)]
        {
            assert_eq!(affordable_with(Some(descriptors)), connections, "{descriptors}");
        }
        assert_eq!(affordable_with(Some(u64::MAX)), 1024);
        assert_eq!(affordable_with(None), 1024);
    }

    #[test]
    fn the_soft_limit_of_descriptors_is_found() {
        let limits = "\
Limit                     Soft Limit           Hard Limit           Units
Max core file size        0                    unlimited            bytes
Max open files            1024                 1048576              files
";
        assert_eq!(descriptor_limit_in(limits), Some(1024));
        assert_eq!(descriptor_limit_in(&limits.replace("1024 ", "unlimited ")), None);
        assert_eq!(descriptor_limit_in(""), None);
    }
}
