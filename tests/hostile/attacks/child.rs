//! A server in a process of its own: started, asked, looked at from outside, stopped.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{self, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use super::server::Role;
use super::table::Bytes;

/// It ends with the test, at the latest when its input does.
pub(crate) struct Child {
    process: process::Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Child {
    /// The settings are numbers, times in milliseconds; see `server.rs`.
    pub(crate) fn start(role: Role, settings: &[(&str, usize)]) -> Self {
        Self::start_in(&[], role, settings)
    }

    /// With more variables in its environment.
    pub(crate) fn start_in(environment: &[(&str, &str)], role: Role, settings: &[(&str, usize)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .envs(environment.iter().copied())
            .arg(role.name())
            .args(settings.iter().map(|(name, value)| format!("{name}={value}")));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = process.stdin.take().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim_end().parse().unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { process, stdin, stdout, address }
    }

    /// What the service counts, by name.
    pub(crate) fn stats(&mut self) -> HashMap<String, u64> {
        self.stdin.write_all(b"stats\n").unwrap();
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        let counters = line.split_whitespace().map(|counter| counter.split_once('=').unwrap());
        counters.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect()
    }

    /// Waits until all that it was asked is over.
    pub(crate) fn rest(&mut self) -> HashMap<String, u64> {
        self.wait_for("all calls to end", |child| {
            let stats = child.stats();
            let settled = stats["requests"] == stats["admitted"] + stats["refused"] + stats["aborted"];
            (settled && stats["active"] == 0).then_some(stats)
        })
    }

    /// Looks again and again.
    pub(crate) fn wait_for<T>(&mut self, what: &str, mut look: impl FnMut(&mut Self) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(seen) = look(self) {
                return seen;
            }
            assert!(began.elapsed() < Duration::from_secs(180), "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it has in memory.
    pub(crate) fn memory(&self) -> Bytes {
        self.status("VmRSS:")
    }

    /// The most that it had in memory since it began, or since it was forgotten.
    pub(crate) fn peak(&self) -> Bytes {
        self.status("VmHWM:")
    }

    pub(crate) fn forget_peak(&self) {
        fs::write(self.path("clear_refs"), "5").unwrap();
    }

    /// How long it has been at work, on all processors together.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(self.path("stat")).unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let fields: Vec<_> = fields.split_whitespace().collect();
        // Fields 14 and 15 of proc(5), in hundredths of a second whatever the kernel counts in.
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(10 * ticks)
    }

    /// How many files and sockets it has open.
    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(self.path("fd")).unwrap().count()
    }

    /// Asks it to stop, as an operator does.
    pub(crate) fn terminate(&self) {
        let id = i32::try_from(self.process.id()).unwrap();
        let id = rustix::process::Pid::from_raw(id).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }

    /// Waits for its end, which must be a good one, and gives the lines that it has printed.
    pub(crate) fn end(mut self) -> Vec<String> {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        let status = self.process.wait().unwrap();
        assert!(status.success(), "{status}: {rest}");
        rest.lines().map(str::to_owned).collect()
    }

    fn status(&self, name: &str) -> Bytes {
        let status = fs::read_to_string(self.path("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        Bytes(1024 * kilobytes)
    }

    fn path(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.process.id())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
