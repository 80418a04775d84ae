//! The examples that serve, at work as programs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Stdio};

use serde::Serialize;
use tagwire::{Client, Fault, Value};

use super::program::example;

/// An example at work; it ends with the test.
pub(crate) struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) url: String,
}

impl Program {
    pub(crate) fn start(name: &str) -> Self {
        let mut command = example(name);
        command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut program = Self { child, stdout, url: String::new() };
        let line = program.line();
        let address = line.strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix("/\n"));
        let address = address.unwrap_or_else(|| panic!("{line}"));
        assert!(!address.ends_with(":0"), "{line}");
        program.url = format!("http://{address}/");
        program
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url).unwrap()
    }

    /// Everything up to the last line that it prints of itself. The line for Python leads to this server.
    pub(crate) fn read_invitation(&mut self) -> String {
        let mut lines = String::new();
        while !lines.contains("stops the server") {
            lines += &self.line();
        }
        let python = lines.lines().find(|line| line.starts_with("python3 -c ")).unwrap_or_else(|| panic!("{lines}"));
        let address = self.url.trim_start_matches("http://");
        assert!(python.contains("ServerProxy") && python.contains(address), "{python}");
        lines
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "it ended: {:?}", self.end());
        line
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let kill = std::process::Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// Exit code, the rest of standard output, standard error.
    pub(crate) fn end(&mut self) -> (i32, String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap().code().unwrap(), stdout, stderr)
    }

    /// Stops it when it has printed what it prints of itself, and gives what it prints after that, up to `stopped`.
    #[allow(dead_code, reason = "the demo is stopped in more ways")]
    #[cfg(unix)]
    pub(crate) fn stop(&mut self) -> String {
        self.read_invitation();
        self.signal("TERM");
        let (code, stdout, stderr) = self.end();
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        let (before, after) = stdout.split_once("stopped\n").unwrap_or_else(|| panic!("{stdout}"));
        format!("{before}{after}")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Calls that fail, with a fault.
pub(crate) async fn fault(client: &Client, method: &str, params: impl Serialize) -> Fault {
    let outcome: Result<Value, _> = client.call(method, params).await;
    outcome.unwrap_err().into_fault().unwrap()
}
