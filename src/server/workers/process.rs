//! One worker, as the parent sees it.

use std::ffi::OsString;
use std::io;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncReadExt as _;
use tokio::net::UnixStream;
use tokio::signal::unix::{self, SignalKind, signal};

use super::handover::{self, hand_over};

/// The program that is running, to be started again.
#[derive(Debug)]
pub(super) struct Program {
    path: PathBuf,
    name: Option<OsString>,
    arguments: Vec<OsString>,
}

impl Program {
    pub(super) fn current() -> io::Result<Self> {
        let mut arguments = std::env::args_os();
        let name = arguments.next();
        Ok(Self { path: std::env::current_exe()?, name, arguments: arguments.collect() })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        if let Some(name) = &self.name {
            command.arg0(name);
        }
        command.args(&self.arguments);
        command
    }
}

/// The process stops by itself when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// At its other end is the process, and nobody else.
    lifeline: UnixStream,
    children: unix::Signal,
    started: Instant,
}

impl Process {
    pub(super) fn start(program: &Program, number: usize, listener: &TcpListener) -> io::Result<Self> {
        let (lifeline, other_end) = StdUnixStream::pair()?;
        hand_over(&lifeline, listener)?;
        lifeline.set_nonblocking(true)?;
        let lifeline = UnixStream::from_std(lifeline)?;
        // Before there is a child, so that the end of none is missed.
        let children = signal(SignalKind::child())?;
        let mut command = program.command();
        command.env(handover::VARIABLE, number.to_string());
        // Ctrl-C is for the parent, which passes it on: a worker would get it twice.
        command.stdin(Stdio::from(OwnedFd::from(other_end))).process_group(0);
        let child = command.spawn()?;
        tracing::info!(worker = number, pid = child.id(), "a worker is started");
        Ok(Self { child, lifeline, children, started: Instant::now() })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn lived(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether it serves; false when it has ended before.
    pub(super) async fn ready(&mut self) -> bool {
        matches!(self.lifeline.read(&mut [0]).await, Ok(1))
    }

    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            self.children.recv().await;
        }
    }

    /// Not to be used once its end was seen: until then its number is nobody else's.
    pub(super) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        if let Err(error) = kill_process(pid, signal) {
            tracing::debug!(%error, ?signal, pid = self.pid(), "a signal does not reach a worker");
        }
    }
}
