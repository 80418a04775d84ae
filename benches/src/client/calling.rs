//! A client that runs.

use std::process::Command;

use crate::Failure;
use crate::network::{Process, Turn};

pub(super) struct Calling(Process);

impl Calling {
    /// Starts a command that prints a line when it is ready. From then on each line of its input is a number of calls and
    /// how many to make at once, which it answers with the seconds that they took.
    pub(super) fn start(command: Command) -> Result<Self, Failure> {
        let mut process = Process::start(command)?;
        match process.read_line()?.as_str() {
            "ready" => Ok(Self(process)),
            line => Err(format!("it is not ready: {line:?}").into()),
        }
    }

    pub(super) fn turn(&mut self, calls: u32, at_once: u32) -> Result<Turn, Failure> {
        // Until there are connections and caches are warm.
        self.make(calls / 8, at_once)?;
        let before = self.0.cpu_time()?;
        let seconds = self.make(calls, at_once)?;
        let cpu = (self.0.cpu_time()? - before).as_secs_f64();
        Ok(Turn { calls: calls.into(), seconds, cpu, latencies: Vec::new() })
    }

    fn make(&mut self, calls: u32, at_once: u32) -> Result<f64, Failure> {
        self.0.write_line(&format!("{calls} {at_once}"))?;
        let line = self.0.read_line()?;
        line.parse().map_err(|_| format!("these are no seconds: {line:?}").into())
    }
}
