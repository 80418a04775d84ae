//! A client that runs.

use std::process::Command;

use crate::Failure;
use crate::network::{Process, Turn};

pub(super) struct Calling {
    process: Process,
    /// In a turn.
    calls: u32,
}

/// About how long a turn is to be.
const SECONDS: f64 = 0.12;

impl Calling {
    /// Starts a command that prints a line when it is ready. From then on each line of its input is a number of calls and
    /// how many to make at once, which it answers with the seconds that they took.
    pub(super) fn start(command: Command) -> Result<Self, Failure> {
        let mut process = Process::start(command)?;
        match process.read_line()?.as_str() {
            "ready" => Ok(Self { process, calls: 0 }),
            line => Err(format!("it is not ready: {line:?}").into()),
        }
    }

    /// Finds out how many calls make a turn: some do in a second what others do in a minute.
    pub(super) fn calibrated(mut self, at_once: u32) -> Result<Self, Failure> {
        const ENOUGH: f64 = SECONDS / 4.0;
        let mut calls = at_once;
        let mut took = self.make(calls, at_once)?;
        while took < ENOUGH {
            calls *= 2;
            took = self.make(calls, at_once)?;
        }
        self.calls = fitting(calls, took, at_once);
        Ok(self)
    }

    pub(super) fn turn(&mut self, at_once: u32) -> Result<Turn, Failure> {
        // Until there are connections and caches are warm.
        self.make(self.calls / 8, at_once)?;
        let before = self.process.cpu_time()?;
        let seconds = self.make(self.calls, at_once)?;
        let cpu = (self.process.cpu_time()? - before).as_secs_f64();
        Ok(Turn { calls: self.calls.into(), seconds, cpu, latencies: Vec::new() })
    }

    fn make(&mut self, calls: u32, at_once: u32) -> Result<f64, Failure> {
        self.process.write_line(&format!("{calls} {at_once}"))?;
        let line = self.process.read_line()?;
        line.parse().map_err(|_| format!("these are no seconds: {line:?}").into())
    }
}

/// How many calls a turn has time for, if so many took that long: as many for each of those at once, and one at least.
fn fitting(calls: u32, took: f64, at_once: u32) -> u32 {
    let each = f64::from(calls / at_once) * SECONDS / took;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "less than a turn's calls, and positive"
    )]
    let each = each.round().clamp(1.0, 1e6) as u32;
    each * at_once
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_filled() {
        assert_eq!(fitting(100, SECONDS / 2.0, 1), 200);
        assert_eq!(fitting(640, SECONDS / 2.0, 64), 1_280);
        assert_eq!(fitting(1, 10.0, 1), 1);
        assert_eq!(fitting(64, 10.0, 64), 64);
    }
}
