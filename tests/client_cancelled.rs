//! Calls that are given up leave nothing behind: no task, no socket.

#![cfg(all(feature = "client", feature = "server"))]
#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::time::Duration;

use tagwire::{Client, Methods, Server};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

const CALLS: usize = 10_000;
const AT_ONCE: usize = 100;

#[tokio::test]
async fn ten_thousand_calls_that_are_given_up_leave_nothing() {
    let methods =
        Methods::new().register_fn("now", || 5).register_fn("forever", async || std::future::pending::<i32>().await);
    let dispatcher = tagwire::Dispatcher::new(methods).on_disconnect(tagwire::OnDisconnect::Cancel);
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    tokio::spawn(async move { server.serve(dispatcher).await });
    yield_now().await;
    let (tasks, sockets) = (Handle::current().metrics().num_alive_tasks(), sockets());

    let client = Client::new(&url).unwrap();
    let mut polls = 0;
    for _ in 0..CALLS / AT_ONCE {
        let mut calls = JoinSet::new();
        for _ in 0..AT_ONCE {
            let client = client.clone();
            polls = (polls + 1) % 17;
            calls.spawn(async move {
                let call = client.call::<_, i32>("forever", ());
                // Given up sooner or later: before there is a connection, and after the call is sent.
                tokio::select! {
                    biased;
                    result = call => drop(result.unwrap()),
                    () = async { for _ in 0..polls { yield_now().await } } => {}
                }
            });
        }
        calls.join_all().await;
    }
    assert_eq!(client.call::<_, i32>("now", ()).await.unwrap(), 5);
    drop(client);

    let gone = async {
        while Handle::current().metrics().num_alive_tasks() > tasks || self::sockets() > sockets {
            yield_now().await;
        }
    };
    let ended = timeout(Duration::from_secs(30), gone).await;
    let left = (Handle::current().metrics().num_alive_tasks(), self::sockets());
    assert!(ended.is_ok(), "tasks and sockets: {left:?}, before: {:?}", (tasks, sockets));
}

/// Of this process, where the system tells.
fn sockets() -> usize {
    let Ok(files) = std::fs::read_dir("/proc/self/fd") else { return 0 };
    let targets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count()
}
