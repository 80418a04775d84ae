//! An example at work as a program, with arguments of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{self, ChildStdout, Stdio};

/// It ends with the test.
pub(crate) struct Child {
    process: process::Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Child {
    pub(crate) fn start(example: &str, arguments: &[&str]) -> Self {
        let mut command = super::program::example(example);
        command.args(["--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim_start_matches("listening on http://").trim_end_matches("/\n").parse();
        Self { process, stdout, address: address.unwrap_or_else(|error| panic!("{error}: {line}")) }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it prints up to and with a line.
    pub(crate) fn read_until(&mut self, last: &str) -> String {
        let mut lines = String::new();
        while !lines.ends_with(last) {
            assert_ne!(self.stdout.read_line(&mut lines).unwrap(), 0, "it ended: {lines}");
        }
        lines
    }

    /// Stops it as an operator does, and gives the rest of what it prints.
    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) -> String {
        let kill = process::Command::new("kill").args(["-s", "TERM", &self.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert!(self.process.wait().unwrap().success(), "{rest}");
        rest
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
