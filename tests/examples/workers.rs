//! The example `workers` as it is run: several processes at one port, what becomes of them at signals, and when one is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, spawn_blocking, yield_now};

use crate::support::program::example;
use crate::support::raw::{Answer, Connection, call, post, within};

#[tokio::test]
async fn all_take_part() {
    for more in [&[][..], &["--reuse-port"]] {
        let parent = Parent::start(more);
        let workers = parent.connections().await;
        assert!(!workers.contains_key(&parent.child.id()), "the parent answers");
        for (pid, mut connection) in workers {
            assert_eq!(pid_of(&connection.exchange(post("", call("pid"))).await), pid, "of one connection");
        }
    }
}

#[tokio::test]
async fn one_that_is_killed_is_missed_by_nobody_else() {
    for more in [&[][..], &["--reuse-port"]] {
        let parent = Parent::start(more);
        let mut workers = parent.connections().await;
        let before: BTreeSet<_> = workers.keys().copied().collect();
        let (victim, mut cut_off) = workers.pop_first().unwrap();

        let done = Arc::new(AtomicBool::new(false));
        let mut load = JoinSet::new();
        for (pid, connection) in workers {
            load.spawn(keep_calling(connection, pid, done.clone()));
        }
        for _ in 0..4 {
            load.spawn(keep_connecting(parent.address, done.clone()));
        }
        kill("KILL", victim);
        cut_off.expect_end().await;
        within("a new worker", parent.others_than(&before, 1)).await;

        let after: BTreeSet<_> = parent.connections().await.into_keys().collect();
        assert_eq!(before.difference(&after).collect::<Vec<_>>(), [&victim]);
        done.store(true, Ordering::Relaxed);
        let calls = load.join_all().await;
        assert!(calls.iter().all(|calls| *calls > 0), "{calls:?}");
    }
}

#[tokio::test]
async fn sigterm_stops_all_and_answers_what_is_in_flight() {
    for (signal, more) in [("TERM", &[][..]), ("INT", &[]), ("TERM", &["--reuse-port"])] {
        let parent = Parent::start(more);
        let idle = parent.connections().await;
        let mut calls = parent.calls_in_flight().await;
        kill(signal, parent.child.id());
        // Each worker has got the signal.
        for mut connection in idle.into_values() {
            connection.expect_end().await;
        }
        parent.expect_refusal().await;
        for (pid, connection) in &mut calls {
            assert_eq!(pid_of(&connection.exchange(call("pid")).await), *pid);
            connection.expect_end().await;
        }
        assert_eq!(parent.end().await, (Some(0), "stopped\n".to_owned(), String::new()));
    }
}

#[tokio::test]
async fn a_second_signal_waits_for_nothing() {
    let parent = Parent::start(&[]);
    let idle = parent.connections().await;
    let calls = parent.calls_in_flight().await;
    kill("TERM", parent.child.id());
    for mut connection in idle.into_values() {
        connection.expect_end().await;
    }
    kill("TERM", parent.child.id());
    for mut connection in calls.into_values() {
        connection.expect_end().await;
    }
    assert_eq!(parent.end().await, (Some(0), "stopped\n".to_owned(), String::new()));
}

#[tokio::test]
async fn one_that_does_not_stop_is_killed() {
    let parent = Parent::start(&["--grace", "0"]);
    let mut workers = parent.connections().await;
    let (stuck, mut connection) = workers.pop_first().unwrap();
    kill("STOP", stuck);
    kill("TERM", parent.child.id());
    connection.expect_end().await;
    assert_eq!(parent.end().await, (Some(0), "stopped\n".to_owned(), String::new()));
}

#[tokio::test]
async fn sighup_replaces_one_after_another() {
    for more in [&[][..], &["--reuse-port"]] {
        let parent = Parent::start(more);
        let mut calls = parent.calls_in_flight().await;
        let before: BTreeSet<_> = calls.keys().copied().collect();
        let done = Arc::new(AtomicBool::new(false));
        let mut load = JoinSet::new();
        for _ in 0..4 {
            load.spawn(keep_connecting(parent.address, done.clone()));
        }

        kill("HUP", parent.child.id());
        within("the first new worker", parent.others_than(&before, 1)).await;
        for (pid, connection) in &mut calls {
            assert_eq!(pid_of(&connection.exchange(call("pid")).await), *pid);
        }
        within("the others", parent.others_than(&before, before.len())).await;
        for connection in calls.values_mut() {
            connection.expect_end().await;
        }
        done.store(true, Ordering::Relaxed);
        load.join_all().await;

        kill("TERM", parent.child.id());
        assert_eq!(parent.end().await, (Some(0), "stopped\n".to_owned(), String::new()));
    }
}

#[tokio::test]
async fn without_their_parent_they_stop() {
    let parent = Parent::start(&[]);
    let idle = parent.connections().await;
    let mut calls = parent.calls_in_flight().await;
    kill("KILL", parent.child.id());
    for mut connection in idle.into_values() {
        connection.expect_end().await;
    }
    for (pid, connection) in &mut calls {
        assert_eq!(pid_of(&connection.exchange(call("pid")).await), *pid);
        connection.expect_end().await;
    }
    // It ends when the last worker has.
    assert_eq!(parent.end().await, (None, String::new(), String::new()));
}

#[tokio::test]
async fn without_their_parent_their_grace_holds() {
    let parent = Parent::start(&["--grace", "0"]);
    let calls = parent.calls_in_flight().await;
    kill("KILL", parent.child.id());
    for mut connection in calls.into_values() {
        connection.expect_end().await;
    }
    assert_eq!(parent.end().await, (None, String::new(), String::new()));
}

#[tokio::test]
async fn a_program_that_is_not_there_for_a_while() {
    let program = Copy::make();
    let parent = Parent::run(Command::new(&program.0), &[]);
    let mut workers = parent.connections().await;
    let before: BTreeSet<_> = workers.keys().copied().collect();
    std::fs::remove_file(&program.0).unwrap();

    let (victim, mut cut_off) = workers.pop_first().unwrap();
    kill("KILL", victim);
    cut_off.expect_end().await;
    for (pid, mut connection) in workers {
        assert_eq!(pid_of(&connection.exchange(post("", call("pid"))).await), pid);
    }
    // It is tried until it works.
    program.put_there();
    within("a new worker", parent.others_than(&before, 1)).await;
}

#[test]
fn an_address_that_is_taken() {
    let parent = Parent::start(&[]);
    for more in [&[][..], &["--reuse-port"]] {
        let mut command = example("workers");
        let output = command.args(["--listen", &parent.address.to_string()]).args(more).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("workers: "));
    }
}

#[test]
fn a_worker_that_nobody_has_started() {
    for (number, complaint) in
        [("0", "but this process was not started as a worker"), ("first", "TAGWIRE_WORKER is no number")]
    {
        let output = example("workers").env("TAGWIRE_WORKER", number).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && said.contains(complaint), "{said}");
    }
}

/// The process that keeps the workers; they end with it.
struct Parent {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

const WORKERS: usize = 4;

impl Parent {
    fn start(more: &[&str]) -> Self {
        Self::run(example("workers"), more)
    }

    fn run(mut command: Command, more: &[&str]) -> Self {
        command.args(["--listen", "127.0.0.1:0", "--workers", &WORKERS.to_string()]).args(more);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix("/\n"));
        let address = address.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
        Self { child, stdout, address }
    }

    /// A connection to each worker.
    async fn connections(&self) -> BTreeMap<u32, Connection> {
        let mut connections = BTreeMap::new();
        let all = async {
            while connections.len() < WORKERS {
                let mut connection = Connection::open(self.address).await;
                let pid = pid_of(&connection.exchange(post("", call("pid"))).await);
                connections.entry(pid).or_insert(connection);
            }
        };
        within("a connection to each worker", all).await;
        connections
    }

    /// A call to each worker, which has it and lacks its last part.
    async fn calls_in_flight(&self) -> BTreeMap<u32, Connection> {
        let mut connections = self.connections().await;
        let request = post("Expect: 100-continue\r\n", call("pid"));
        let (head, _) = request.split_at(request.len() - call("pid").len());
        for connection in connections.values_mut() {
            assert_eq!(connection.exchange(head).await.status, 100);
        }
        connections
    }

    /// Waits for so many workers that are none of these.
    async fn others_than(&self, known: &BTreeSet<u32>, count: usize) {
        let mut others = BTreeSet::new();
        while others.len() < count {
            let pid = pid_with_retry(self.address).await;
            if !known.contains(&pid) {
                others.insert(pid);
            }
        }
    }

    /// Waits until nobody listens any more.
    async fn expect_refusal(&self) {
        within("a refusal", async {
            while TcpStream::connect(self.address).await.is_ok() {
                yield_now().await;
            }
        })
        .await;
    }

    /// Exit code, the rest of standard output, standard error. The outputs are shared by the workers.
    async fn end(mut self) -> (Option<i32>, String, String) {
        let end = spawn_blocking(move || {
            let (mut stdout, mut stderr) = (String::new(), String::new());
            self.stdout.read_to_string(&mut stdout).unwrap();
            self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
            (self.child.wait().unwrap().code(), stdout, stderr)
        });
        within("the end of all processes", end).await.unwrap()
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The example under another name, which goes with the test.
struct Copy(PathBuf);

impl Copy {
    fn make() -> Self {
        let copy = Self(std::env::temp_dir().join(format!("tagwire-workers-{}", std::process::id())));
        copy.put_there();
        copy
    }

    /// Whole at once, and not written by this process: a program that is open for writing, if only in what another test
    /// starts at this moment, cannot be started.
    fn put_there(&self) {
        let part = self.0.with_extension("part");
        let copied = Command::new("cp").arg(example("workers").get_program()).arg(&part).status();
        assert!(copied.unwrap().success());
        std::fs::rename(part, &self.0).unwrap();
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

/// One call after another on one connection: none of them may fail.
async fn keep_calling(mut connection: Connection, pid: u32, done: Arc<AtomicBool>) -> u64 {
    let mut calls = 0;
    while !done.load(Ordering::Relaxed) {
        assert_eq!(pid_of(&connection.exchange(post("", call("pid"))).await), pid);
        calls += 1;
    }
    calls
}

/// Each call on a connection of its own.
async fn keep_connecting(server: SocketAddr, done: Arc<AtomicBool>) -> u64 {
    let mut calls = 0;
    while !done.load(Ordering::Relaxed) {
        pid_with_retry(server).await;
        calls += 1;
    }
    calls
}

/// As a client that tries a second time on another connection.
async fn pid_with_retry(server: SocketAddr) -> u32 {
    match pid_on_new_connection(server).await {
        Ok(pid) => pid,
        Err(first) => match pid_on_new_connection(server).await {
            Ok(pid) => pid,
            Err(second) => panic!("twice no answer: {first}, {second}"),
        },
    }
}

async fn pid_on_new_connection(server: SocketAddr) -> io::Result<u32> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(&post("Connection: close\r\n", call("pid"))).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    int(&answer).ok_or_else(|| io::Error::other(format!("{answer:?}")))
}

fn pid_of(answer: &Answer) -> u32 {
    int(&answer.body).unwrap_or_else(|| panic!("{answer:?}"))
}

fn int(text: &str) -> Option<u32> {
    text.split_once("<int>")?.1.split_once("</int>")?.0.parse().ok()
}

fn kill(signal: &str, pid: u32) {
    assert!(Command::new("kill").args(["-s", signal, &pid.to_string()]).status().unwrap().success());
}
