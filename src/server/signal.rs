//! The signals that ask a process to end.

use std::io;
use std::task::{Context, Poll};

#[cfg(unix)]
pub(super) use self::unix::Signals;
#[cfg(windows)]
pub(super) use self::windows::Signals;

/// SIGINT and SIGTERM.
#[cfg(unix)]
mod unix {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{Context, Poll, io};

    pub(in super::super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
    }

    impl Signals {
        /// From now on the signals no longer end the process by themselves.
        pub(in super::super) fn new() -> io::Result<Self> {
            Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
        }

        /// Ready once for each signal.
        pub(in super::super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            match self.interrupt.poll_recv(cx).is_ready() || self.terminate.poll_recv(cx).is_ready() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        }
    }
}

/// Ctrl-C.
#[cfg(windows)]
mod windows {
    use tokio::signal::windows::{CtrlC, ctrl_c};

    use super::{Context, Poll, io};

    pub(in super::super) struct Signals(CtrlC);

    impl Signals {
        pub(in super::super) fn new() -> io::Result<Self> {
            ctrl_c().map(Self)
        }

        pub(in super::super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            self.0.poll_recv(cx).map(|_| ())
        }
    }
}
