//! How a server ends: after a signal, and by being dropped.

#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use std::future::IntoFuture as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tagwire::{Methods, Server};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use raw::{Connection, call, post, within};

#[path = "support/raw.rs"]
mod raw;

#[tokio::test]
async fn calls_in_flight_are_answered_after_the_signal() {
    let mut test = Test::start().await;
    let mut waiting = [test.connect().await, test.connect().await];
    for connection in &mut waiting {
        connection.send(post("", call("wait"))).await;
        test.expect_started().await;
    }

    test.stop();
    test.expect_refusal().await;
    assert!(!test.serving.is_finished());

    test.release.add_permits(2);
    for connection in &mut waiting {
        let answer = connection.answer().await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("<string>waited</string>"), "{answer:?}");
        assert!(answer.closes(), "{answer:?}");
        connection.expect_end().await;
    }
    test.expect_stopped().await;
}

#[tokio::test]
async fn a_request_pipelined_behind_a_call_in_flight_is_not_begun() {
    let mut test = Test::start().await;
    let mut connection = test.connect().await;
    connection.send([post("", call("wait")), post("", call("wait"))].concat()).await;
    test.expect_started().await;

    test.stop();
    test.expect_refusal().await;
    test.release.add_permits(2);
    assert!(connection.answer().await.closes());
    connection.expect_end().await;
    test.expect_stopped().await;
    assert!(test.started.try_recv().is_err(), "the second call ran");
}

#[tokio::test]
async fn a_request_whose_body_is_still_coming_is_answered() {
    let mut test = Test::start().await;
    let mut connection = test.connect().await;
    let request = post("Expect: 100-continue\r\n", call("ping"));
    let (head, body) = request.split_at(request.len() - call("ping").len());
    assert_eq!(connection.exchange(head).await.status, 100);

    test.stop();
    test.expect_refusal().await;
    let answer = connection.exchange(body).await;
    assert_eq!(answer.status, 200);
    assert!(answer.closes(), "{answer:?}");
    connection.expect_end().await;
    test.expect_stopped().await;
}

#[tokio::test]
async fn idle_connections_are_closed() {
    let mut test = Test::start().await;
    let mut used = [test.connect().await, test.connect().await];
    for connection in &mut used {
        let answer = connection.exchange(post("", call("ping"))).await;
        assert!(!answer.closes(), "{answer:?}");
    }
    let mut unused = test.connect().await;

    test.stop();
    for connection in &mut used {
        connection.expect_end().await;
    }
    unused.expect_end().await;
    test.expect_stopped().await;
}

#[tokio::test]
async fn idle_connections_are_closed_while_a_call_is_in_flight() {
    let mut test = Test::start().await;
    let mut idle = test.connect().await;
    idle.exchange(post("", call("ping"))).await;
    let mut waiting = test.connect().await;
    waiting.send(post("", call("wait"))).await;
    test.expect_started().await;

    test.stop();
    idle.expect_end().await;
    test.expect_refusal().await;
    test.release.add_permits(1);
    assert_eq!(waiting.answer().await.status, 200);
    test.expect_stopped().await;
}

#[tokio::test]
async fn a_signal_that_is_ready_at_once_ends_it_at_once() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let serving = server.serve(Methods::new()).with_graceful_shutdown(async {});
    within("the end", serving.into_future()).await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn dropping_it_closes_every_connection() {
    let mut test = Test::start().await;
    let mut idle = test.connect().await;
    idle.exchange(post("", call("ping"))).await;
    let mut waiting = test.connect().await;
    waiting.send(post("", call("wait"))).await;
    test.expect_started().await;

    test.serving.abort();
    idle.expect_end().await;
    waiting.expect_end().await;
    test.expect_refusal().await;
    assert!((&mut test.serving).await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn the_port_is_free_again() {
    let mut test = Test::start().await;
    test.connect().await.exchange(post("", call("ping"))).await;
    test.stop();
    test.expect_stopped().await;
    Server::bind(test.address).await.unwrap();
}

/// A server whose method `wait` says that it has started and waits for its release.
struct Test {
    address: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
    signal: Option<oneshot::Sender<()>>,
    started: mpsc::UnboundedReceiver<()>,
    release: Arc<Semaphore>,
}

impl Test {
    async fn start() -> Self {
        let (starts, started) = mpsc::unbounded_channel();
        let release = Arc::new(Semaphore::new(0));
        let permits = Arc::clone(&release);
        let methods = Methods::new().register_fn("ping", || "pong").register_fn("wait", move || {
            starts.send(()).unwrap();
            let permits = Arc::clone(&permits);
            async move {
                permits.acquire().await.unwrap().forget();
                "waited"
            }
        });
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let (signal, signalled) = oneshot::channel();
        let serving = server.serve(methods).with_graceful_shutdown(async { signalled.await.unwrap() });
        let serving = tokio::spawn(serving.into_future());
        Self { address, serving, signal: Some(signal), started, release }
    }

    async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    async fn expect_started(&mut self) {
        within("a call of `wait`", self.started.recv()).await.unwrap();
    }

    fn stop(&mut self) {
        self.signal.take().unwrap().send(()).unwrap();
    }

    /// New connections are refused, from some moment after the signal on.
    async fn expect_refusal(&self) {
        within("refusal", async { while TcpStream::connect(self.address).await.is_ok() {} }).await;
    }

    async fn expect_stopped(&mut self) {
        within("the end", &mut self.serving).await.unwrap().unwrap();
        self.expect_refusal().await;
    }
}
