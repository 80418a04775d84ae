//! A server that runs.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use crate::Failure;
use crate::network::{Cores, Process};

pub(crate) struct Running {
    process: Process,
    address: SocketAddr,
}

impl Running {
    /// Starts a command whose first line is the address where it listens.
    pub(super) fn start(command: Command, cores: Cores) -> Result<Self, Failure> {
        let mut process = cores.on_server(|| Process::start(command))??;
        let line = process.read_line()?;
        let address = line.parse().map_err(|_| format!("it does not tell where it listens: {line:?}"))?;
        Ok(Self { process, address })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn resident(&self) -> Result<u64, Failure> {
        self.process.resident()
    }

    pub(super) fn cpu_time(&self) -> Result<Duration, Failure> {
        self.process.cpu_time()
    }
}
