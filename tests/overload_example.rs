//! The example `overload`, run as a program, and ten thousand clients at a time: alone, since these take the time of many.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use std::collections::HashMap;
use std::process::Command;
use std::sync::Arc;

use tagwire::Client;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use peers::PYTHON;
use support::child::Child;
use support::descriptors::expect_descriptors;
use support::raw::{Connection, post, within};

#[path = "interop/peers.rs"]
#[allow(dead_code, reason = "only Python is talked to")]
mod peers;
mod support;

const CLIENTS: u64 = 10_000;

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_clients_at_a_time() {
    expect_descriptors(CLIENTS + 1_000);
    for policy in ["http503", "fault", "close", "block"] {
        let mut program = Child::start("overload", &["--policy", policy, "--connections", "20000"]);
        let Seen { served, refused } = crowd(&program, policy).await;
        assert_eq!(served + refused, CLIENTS, "{policy}");
        // Eight run and sixteen wait, so there are at least those.
        assert!(served >= 24 && (policy != "block" || refused == 0), "{policy}: {served}");
        let printed = program.terminate();
        let requests = format!("requests {CLIENTS} = admitted {served} + refused {refused} + aborted 0\n");
        let admitted = format!("admitted {served} = completed {served} + errored 0 + cancelled 0\n");
        assert!(printed.ends_with(&format!("{requests}{admitted}")), "{policy}: {printed}");
    }
}

#[cfg(unix)]
#[test]
fn the_lines_for_python_work() {
    if !PYTHON.is_here() {
        return;
    }
    let mut program = Child::start("overload", &["--policy", "fault"]);
    let printed = program.read_until("stops the server.\n");
    let script = &printed[printed.find("python3 -c").unwrap()..printed.find("\n\nCtrl-C").unwrap()];
    let output = Command::new("sh").args(["-c", script]).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let (served, refused): (Vec<_>, Vec<_>) = stdout.lines().partition(|line| *line == "1000");
    assert!(served.len() >= 24 && served.len() + refused.len() == 30, "{stdout}");
    assert!(refused.iter().all(|line| *line == "<Fault -32500: 'server overloaded'>"), "{stdout}");
}

#[tokio::test]
async fn the_operator_sees_how_it_goes() {
    let mut program = Child::start("overload", &["--stats", "127.0.0.1:0"]);
    let line = program.read_until("\n");
    let url = line.strip_prefix("stats at ").unwrap_or_else(|| panic!("{line}")).trim_end();
    let operator = Client::new(url).unwrap();
    let stats = async || operator.call::<_, HashMap<String, i64>>("stats", ()).await.unwrap();
    let is = |active, queued, completed, refused| {
        HashMap::from(
            [("active", active), ("queued", queued), ("completed", completed), ("refused", refused)]
                .map(|(name, number)| (name.to_owned(), number)),
        )
    };
    assert_eq!(stats().await, is(0, 0, 0, 0));

    let answer = Connection::open(program.address).await.exchange(post("", work(1))).await;
    assert_eq!(answer.status, 200);
    let mut held = Vec::new();
    for _ in 0..24 {
        let mut connection = Connection::open(program.address).await;
        connection.send(post("", work(600_000))).await;
        held.push(connection);
    }
    within("all slots and places taken", async { while stats().await != is(8, 16, 1, 0) {} }).await;
    for refused in 1..=3 {
        assert_eq!(Connection::open(program.address).await.exchange(post("", work(1))).await.status, 503);
        assert_eq!(stats().await, is(8, 16, 1, refused));
    }
}

/// What the clients were told.
struct Seen {
    served: u64,
    refused: u64,
}

/// All are connected before the first of them calls.
async fn crowd(program: &Child, policy: &str) -> Seen {
    let address = program.address;
    let request = Arc::new(post("Connection: close\r\n", work(1)));
    let start = Arc::new(Semaphore::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let mut connection = Connection::open(address).await;
        let (start, request) = (start.clone(), request.clone());
        clients.spawn(async move {
            start.acquire().await.unwrap().forget();
            connection.send(&*request).await;
            connection.rest().await
        });
    }
    start.add_permits(usize::try_from(CLIENTS).unwrap());
    let mut seen = Seen { served: 0, refused: 0 };
    while let Some(end) = clients.join_next().await {
        let end = end.unwrap();
        if end.starts_with("HTTP/1.1 200 OK\r\n")
            && end.contains("<int>1</int></value></param></params></methodResponse>")
        {
            seen.served += 1;
            continue;
        }
        let right = match policy {
            "http503" => end.starts_with("HTTP/1.1 503 ") && end.contains("\r\nretry-after: "),
            "fault" => end.starts_with("HTTP/1.1 200 OK\r\n") && end.contains("server overloaded"),
            "close" => end.is_empty(),
            _ => false,
        };
        assert!(right, "{policy}: {end}");
        seen.refused += 1;
    }
    seen
}

fn work(milliseconds: u32) -> String {
    let params = format!("<params><param><value><int>{milliseconds}</int></value></param></params>");
    format!("<methodCall><methodName>work</methodName>{params}</methodCall>")
}
