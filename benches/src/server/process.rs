//! A server in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::cores::{self, Cores};
use crate::Failure;

/// Dropped, it ends. So it does when this program ends in any other way: that closes the server's standard input.
pub(super) struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    /// Starts a command whose first line is the address where it listens.
    pub(super) fn start(mut command: Command, cores: Cores) -> Result<Self, Failure> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Self { child: cores.on_server(|| command.spawn())??, address: ([127, 0, 0, 1], 0).into() };
        let mut line = String::new();
        let output = process.child.stdout.take().ok_or("no standard output")?;
        BufReader::new(output).read_line(&mut line)?;
        process.address = line.trim().parse().map_err(|_| format!("it does not tell where it listens: {line:?}"))?;
        Ok(process)
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn cpu_time(&self) -> Result<Duration, Failure> {
        cores::time_of(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended by itself is no worse.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
