//! A refusal reaches every client, also one that writes all of a large body before it reads: 100 of 100 times.

use std::net::SocketAddr;
use std::time::Duration;

use tagwire::{Methods, Server, XmlRpcService};
use tower::ServiceBuilder;
use tower_http::validate_request::ValidateRequestHeaderLayer;

use crate::support::endpoint::{Endpoint, ask, chunked_head, chunks, until};
use crate::support::gate::Gate;
use crate::support::raw::{Connection, call, post};

const TIMES: usize = 100;
const LARGE: usize = 8 << 20;

#[tokio::test]
async fn too_large() {
    let server = Endpoint::of(XmlRpcService::new(Methods::new())).await;
    refused(server.address, &large("POST /RPC2", ""), 413).await;
    assert_eq!(server.at_rest().await.not_calls, TIMES as u64);
}

#[tokio::test]
async fn too_large_and_in_chunks() {
    let server = Endpoint::of(XmlRpcService::new(Methods::new())).await;
    let body = vec![b' '; LARGE];
    let pieces: Vec<_> = body.chunks(1 << 16).collect();
    refused(server.address, &[chunked_head().as_bytes(), &chunks(&pieces)].concat(), 413).await;
}

#[tokio::test]
async fn another_path_or_method() {
    let server = Endpoint::of(XmlRpcService::new(Methods::new())).await;
    refused(server.address, &large("POST /other", ""), 404).await;
    refused(server.address, &large("PUT /RPC2", ""), 405).await;
}

#[tokio::test]
async fn another_content_encoding() {
    let server = Endpoint::of(XmlRpcService::new(Methods::new()).max_request_size(2 * LARGE)).await;
    refused(server.address, &large("POST /RPC2", "Content-Encoding: br\r\n"), 415).await;
}

#[tokio::test]
async fn another_site() {
    let server = Endpoint::of(XmlRpcService::new(Methods::new()).max_request_size(2 * LARGE)).await;
    refused(server.address, &large("POST /RPC2", "Sec-Fetch-Site: cross-site\r\n"), 403).await;
}

#[tokio::test]
async fn too_much_to_do() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_request_size(2 * LARGE).max_concurrent(1).max_pending(0);
    let server = Endpoint::of(service).await;
    let held = tokio::spawn(ask(&server.service, call("hold")));
    gate.expect_started(1).await;
    let document = format!("{}{}", call("six"), " ".repeat(LARGE));
    refused(server.address, &post("", document), 503).await;
    gate.release(1);
    held.await.unwrap();
}

/// It was slow to come, and goes on coming after the refusal.
#[tokio::test]
async fn too_slow() {
    let service = XmlRpcService::new(Methods::new()).body_timeout(Duration::from_millis(20));
    let server = Endpoint::of(service).await;
    let request = post("", " ".repeat(100_000));
    let (first, rest) = request.split_at(1_000);
    for time in 1..=TIMES {
        let mut connection = server.connect().await;
        connection.send(first).await;
        until(&server.service, |stats| stats.not_calls == time as u64).await;
        connection.send(&rest[..50_000]).await;
        connection.send(&rest[50_000..]).await;
        assert_eq!(connection.answer().await.status, 408, "{time} of {TIMES}");
    }
}

/// One that never gets to the service: a layer around it answers first, and the body is nobody's.
#[tokio::test]
async fn no_password() {
    #[expect(deprecated, reason = "as simple as it gets, for a password in the clear")]
    let password = ValidateRequestHeaderLayer::basic("ada", "secret");
    let app = ServiceBuilder::new().layer(password).service(XmlRpcService::new(Methods::new()));
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(async move { server.serve(app).await });
    refused(address, &large("POST /RPC2", ""), 401).await;
}

/// There, too, a close over unread bytes would take the answer away.
#[cfg(unix)]
#[tokio::test]
async fn over_a_unix_socket() {
    let path = std::env::temp_dir().join(format!("tagwire-refusals-{}.sock", std::process::id()));
    let server = Server::bind_unix(&path).await.unwrap();
    // The file goes with the server, and that with the test.
    tokio::spawn(async move { server.serve(Methods::new()).await });
    let request = large("POST /RPC2", "");
    for time in 1..=TIMES {
        let mut connection = Connection::over(tokio::net::UnixStream::connect(&path).await.unwrap());
        assert_eq!(connection.exchange(&request).await.status, 413, "{time} of {TIMES}");
    }
}

/// A request with 8 MiB of nothing.
fn large(line: &str, headers: &str) -> Vec<u8> {
    let head = format!("{line} HTTP/1.1\r\nHost: test\r\nContent-Length: {LARGE}\r\n{headers}\r\n");
    [head.as_bytes(), &vec![b' '; LARGE]].concat()
}

async fn refused(address: SocketAddr, request: &[u8], status: u16) {
    for time in 1..=TIMES {
        let mut connection = Connection::open(address).await;
        // All of it is written before anything is read, which fails if the connection is cut off meanwhile.
        let answer = connection.exchange(request).await;
        assert_eq!(answer.status, status, "{time} of {TIMES}");
    }
}
