//! Other people's programs: which of them this run talks to, and how to run a script of theirs.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin};
use tokio::time::timeout;

/// One program that the tests may talk to.
#[derive(Debug)]
pub(crate) struct Peer {
    /// What `TAGWIRE_PEERS` calls it, and the folder of its scripts.
    name: &'static str,
    program: &'static str,
    /// A command whose first line says what the peer is, and that fails where something the tests need is missing.
    probe: &'static [&'static str],
    /// Arguments before the script.
    options: &'static [&'static str],
}

pub(crate) const PYTHON: Peer = Peer {
    name: "python",
    program: "python3",
    probe: &["python3", "-c", "import sys, xmlrpc.client, xmlrpc.server; print('CPython', sys.version.split()[0])"],
    // Nothing from the environment, and no `__pycache__` beside the sources.
    options: &["-E", "-B"],
};

/// A torrent client, spoken to as SCGI over a local socket.
pub(crate) const RTORRENT: Peer = Peer {
    name: "rtorrent",
    program: "sh",
    probe: &["sh", "-c", "setpriv --version >/dev/null && rtorrent -h"],
    // It does not mind that its stdin closes, so the kernel stops it when this process is killed.
    options: &["-c", "exec setpriv --pdeathsig KILL rtorrent -n -o import=\"$0\""],
};

/// The C++ library of ROS 1; its programs are compiled by the tests.
pub(crate) const XMLRPCPP: Peer = Peer {
    name: "xmlrpcpp",
    program: "g++",
    probe: &[
        "sh",
        "-c",
        "g++ -fsyntax-only -include xmlrpcpp/XmlRpc.h -x c++ /dev/null && printf 'XmlRpc++, ' && g++ --version",
    ],
    options: &[],
};

const PEERS: &[Peer] = &[PYTHON, RTORRENT, XMLRPCPP];

/// A script that hangs is stopped after this long; none needs more than a few seconds.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn every_peer_asked_for_is_here() {
    let missing: Vec<_> = SURVEY.iter().filter(|(_, state)| **state == State::Missing).map(|(name, _)| *name).collect();
    assert!(missing.is_empty(), "TAGWIRE_PEERS asks for peers that this machine lacks: {}", missing.join(", "));
}

impl Peer {
    /// Whether this run talks to the peer. One that is asked for and missing fails the test.
    pub(crate) fn is_here(&self) -> bool {
        let state = SURVEY[self.name];
        assert!(state != State::Missing, "{} is asked for by TAGWIRE_PEERS and is not here", self.name);
        state == State::Here
    }

    /// Runs a script to its end and judges the checks that it prints.
    pub(crate) async fn run_checks(&self, script: &str, arguments: &[&str]) {
        let mut command = tokio::process::Command::from(self.command(script, arguments));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let output = timeout(PATIENCE, command.output()).await.expect("the script ends in time").unwrap();

        let printed = String::from_utf8(output.stdout).unwrap();
        let checks: Vec<Check> = printed
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{script} printed: {line}")))
            .collect();
        let failed: Vec<_> = checks.iter().filter(|check| !check.ok).map(Check::to_string).collect();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(
            failed.is_empty() && output.status.success() && !checks.is_empty(),
            "{script}: {} of {} checks failed; {}\n{}{complaints}",
            failed.len(),
            checks.len(),
            output.status,
            failed.concat(),
        );
    }

    /// Starts a script that serves until it is dropped, and waits for the port that it tells first.
    pub(crate) async fn start_server(&self, script: &str, arguments: &[&str]) -> Running {
        Running::start(self.command(script, arguments)).await
    }

    /// The program with a script of the peer's folder.
    pub(crate) fn command(&self, script: &str, arguments: &[&str]) -> Command {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(self.name);
        let mut command = Command::new(self.program);
        command.args(self.options).arg(folder.join(script)).args(arguments);
        command
    }

    /// What it says it is, or nothing where it is missing.
    fn version(&self) -> Option<String> {
        let (program, arguments) = self.probe.split_first()?;
        let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
        let first = output.stdout.split(|byte| *byte == b'\n').next()?;
        output.status.success().then(|| String::from_utf8_lossy(first).trim().to_owned())
    }
}

/// A peer's server, stopped on drop. Its stdin closes even when this process is killed, and it ends by that.
#[derive(Debug)]
pub(crate) struct Running {
    port: u16,
    _child: Child,
    _stdin: ChildStdin,
}

impl Running {
    /// Starts a server and waits for the port that it tells first.
    pub(crate) async fn start(command: Command) -> Self {
        let (child, stdin, first) = start(command).await;
        let Started { port } = serde_json::from_str(&first).unwrap_or_else(|_| panic!("a server printed: {first}"));
        Self { port, _child: child, _stdin: stdin }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// Starts a program that is killed when its `Child` is dropped, and waits for its first line.
pub(crate) async fn start(command: Command) -> (Child, ChildStdin, String) {
    let told = format!("{command:?}");
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = timeout(PATIENCE, lines.next_line()).await.expect("the server starts in time").unwrap();
    let first = first.unwrap_or_else(|| panic!("{told} ended before it told that it serves"));
    (child, stdin, first)
}

/// The first line of a server.
#[derive(Deserialize)]
struct Started {
    port: u16,
}

/// A line of a script that checks.
#[derive(Deserialize)]
struct Check {
    check: String,
    ok: bool,
    got: String,
    want: String,
}

impl std::fmt::Display for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "  {}\n     got: {}\n    want: {}", self.check, self.got, self.want)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Here,
    /// Not on this machine, or not in the list; the run goes on without it.
    LeftOut,
    /// Not on this machine although it was asked for.
    Missing,
}

/// Looks once for all peers, and says on the terminal itself what became of each: the test harness keeps what a
/// passing test prints to itself, and a test that did not run must not look like one that passed.
static SURVEY: LazyLock<BTreeMap<&'static str, State>> = LazyLock::new(|| {
    let asked = env::var("TAGWIRE_PEERS").ok();
    let listed: Option<Vec<&str>> = match asked.as_deref() {
        None | Some("all") => None,
        Some(list) => Some(list.split(',').map(str::trim).collect()),
    };
    if let Some(unknown) = listed.iter().flatten().find(|name| PEERS.iter().all(|peer| peer.name != **name)) {
        panic!(
            "TAGWIRE_PEERS names `{unknown}`; there are: all, {}",
            PEERS.iter().map(|p| p.name).collect::<Vec<_>>().join(", ")
        );
    }
    let survey = PEERS.iter().map(|peer| {
        let wanted = listed.as_ref().is_none_or(|listed| listed.contains(&peer.name));
        let (state, told) = match peer.version() {
            _ if !wanted => (State::LeftOut, "!!! NOT TESTED: TAGWIRE_PEERS leaves it out".to_owned()),
            Some(version) => (State::Here, version),
            None if asked.is_some() => (State::Missing, "!!! MISSING, and TAGWIRE_PEERS asks for it".to_owned()),
            None => (State::LeftOut, "!!! NOT TESTED: it is missing on this machine".to_owned()),
        };
        let _ = writeln!(io::stderr(), "interop peer {}: {told}", peer.name);
        (peer.name, state)
    });
    survey.collect()
});
