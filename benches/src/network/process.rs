//! A contender in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::cores;
use crate::Failure;

/// Dropped, it ends. So it does when this program ends in any other way: that closes its standard input.
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no standard input and output".into());
        };
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    pub(crate) fn write_line(&mut self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(self.input, "{line}")?)
    }

    /// The next one of its output, when there is one.
    pub(crate) fn read_line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err("it has ended".into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    /// In bytes.
    pub(crate) fn resident(&self) -> Result<u64, Failure> {
        cores::resident(self.child.id())
    }

    pub(crate) fn cpu_time(&self) -> Result<Duration, Failure> {
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

/// This program, started once more.
pub(crate) fn own(arguments: &[&str]) -> Result<Command, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments);
    Ok(command)
}
