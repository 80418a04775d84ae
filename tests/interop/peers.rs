//! Other people's programs: which of them this run talks to, and how to run a script of theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;
use std::{env, fs, process};

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

/// A program that runs other programs, spoken to over a local socket with basic authentication.
pub(crate) const SUPERVISOR: Peer = Peer {
    name: "supervisor",
    program: "sh",
    probe: &[
        "sh",
        "-c",
        "setpriv --version >/dev/null && version=$(supervisord --version) && echo supervisor $version",
    ],
    // These have no standard input that they mind, so the kernel stops them when this process is killed.
    options: &["-c", "exec setpriv --pdeathsig KILL supervisord --silent --nodaemon --configuration \"$0\""],
};

/// A download manager, which wants a token as the first parameter.
pub(crate) const ARIA2: Peer = Peer {
    name: "aria2",
    program: "sh",
    probe: &["sh", "-c", "setpriv --version >/dev/null && aria2c --version"],
    options: &["-c", "exec setpriv --pdeathsig KILL aria2c --conf-path=\"$0\" \"$@\""],
};

/// A torrent client, spoken to as SCGI.
pub(crate) const RTORRENT: Peer = Peer {
    name: "rtorrent",
    program: "sh",
    probe: &["sh", "-c", "setpriv --version >/dev/null && rtorrent -h"],
    options: &["-c", "exec setpriv --pdeathsig KILL rtorrent -n -o import=\"$0\" -o \"$1\""],
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

/// `RPC::XML`.
pub(crate) const PERL: Peer = Peer {
    name: "perl",
    program: "perl",
    probe: &[
        "perl",
        "-MRPC::XML::Client",
        "-MRPC::XML::Server",
        "-e",
        "print qq(RPC::XML $RPC::XML::VERSION, Perl $^V)",
    ],
    options: &[],
};

/// The library that came with Ruby, and is a gem since 2.4.
pub(crate) const RUBY: Peer = Peer {
    name: "ruby",
    program: "ruby",
    probe: &[
        "ruby",
        "-e",
        "require 'webrick'; require 'xmlrpc/client'; require 'xmlrpc/server';
         gem = Gem::Specification.find_by_name('xmlrpc');
         puts \"xmlrpc #{gem.version}, Ruby #{RUBY_VERSION}\"",
    ],
    options: &[],
};

/// The package `xmlrpc` of npm, in a folder that `.ci/run` installs it into. The tests install nothing.
pub(crate) const NODE: Peer = Peer {
    name: "node",
    program: "env",
    probe: &[
        "env",
        NODE_PATH,
        "node",
        "-e",
        "require('xmlrpc'); console.log('xmlrpc ' + require('xmlrpc/package').version + ', node ' + process.version)",
    ],
    // It has used a constructor since before that was deprecated.
    options: &[NODE_PATH, "node", "--no-deprecation"],
};

const NODE_PATH: &str = concat!("NODE_PATH=", env!("CARGO_TARGET_TMPDIR"), "/node/node_modules");

/// The C library and its command; programs with it are compiled by the tests.
pub(crate) const XMLRPC_C: Peer = Peer {
    name: "xmlrpc_c",
    program: "gcc",
    probe: &[
        "sh",
        "-c",
        "command -v xmlrpc >/dev/null && gcc -fsyntax-only -include xmlrpc-c/base.h -include xmlrpc-c/server_abyss.h \
         -x c /dev/null && printf 'xmlrpc-c ' && xmlrpc-c-config --version",
    ],
    options: &[],
};

/// The extension that was PHP's own until PHP 8.
pub(crate) const PHP: Peer = Peer {
    name: "php",
    program: "php",
    probe: &[
        "sh",
        "-c",
        "setpriv --version >/dev/null && php -r 'extension_loaded(\"xmlrpc\") || exit(1);
         echo \"xmlrpc \", phpversion(\"xmlrpc\"), \", PHP \", PHP_VERSION;'",
    ],
    // What it has to complain about is no part of what a script prints.
    options: &["-d", "display_errors=stderr"],
};

const PEERS: &[Peer] = &[PYTHON, SUPERVISOR, ARIA2, RTORRENT, XMLRPCPP, PERL, RUBY, NODE, XMLRPC_C, PHP];

/// A script that hangs is stopped after this long; none needs more than a few seconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

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
        run_checks(self.command(script, arguments)).await;
    }

    /// Starts a script that serves until it is dropped, and waits for the port that it tells first.
    pub(crate) async fn start_server(&self, script: &str, arguments: &[&str]) -> Running {
        Running::start(self.command(script, arguments)).await
    }

    /// The same, or nothing where this run does not talk to the peer.
    pub(crate) async fn start_if_here(&self, script: &str, arguments: &[&str]) -> Option<Running> {
        match self.is_here() {
            true => Some(self.start_server(script, arguments).await),
            false => None,
        }
    }

    /// What a peer that is a compiler makes of a source in its folder; it does so once in a run.
    pub(crate) fn compile(&self, source: &str, libraries: &[&str]) -> PathBuf {
        static COMPILED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
        let name = format!("{}-{source}", self.name);
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("");
        // Held until it is done, for those who wait for it.
        let mut compiled_before = COMPILED.lock().unwrap();
        if compiled_before.insert(program.clone()) {
            // Whole or not at all, for another run that starts it meanwhile.
            let compiled = program.with_extension(process::id().to_string());
            let output = self.command(source, libraries).arg("-o").arg(&compiled).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            fs::rename(compiled, &program).unwrap();
        }
        program
    }

    /// The program with a script of the peer's folder.
    pub(crate) fn command(&self, script: &str, arguments: &[&str]) -> Command {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(self.name);
        let mut command = Command::new(self.program);
        command.args(self.options).arg(folder.join(script)).args(arguments);
        command
    }

    /// What it says it is, or nothing where it is missing.
    pub(crate) fn version(&self) -> Option<String> {
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

/// Runs a program to its end and judges the checks that it prints.
pub(crate) async fn run_checks(command: Command) {
    let told = format!("{command:?}");
    let output = run(command).await;

    let printed = String::from_utf8(output.stdout).unwrap();
    let checks: Vec<Check> = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{told} printed: {line}")))
        .collect();
    let failed: Vec<_> = checks.iter().filter(|check| !check.ok).map(Check::to_string).collect();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        failed.is_empty() && output.status.success() && !checks.is_empty(),
        "{told}: {} of {} checks failed; {}\n{}{complaints}",
        failed.len(),
        checks.len(),
        output.status,
        failed.concat(),
    );
}

/// Runs a program to its end.
pub(crate) async fn run(command: Command) -> Output {
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    timeout(PATIENCE, command.output()).await.expect("the program ends in time").unwrap()
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
