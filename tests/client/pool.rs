//! Connections of a client: as many as there are calls at a time, and as many and as long kept as it is set to.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tagwire::client::ClientBuilder;
use tagwire::{Client, Dispatcher, Methods, RemoteAddr, Server, XmlRpcService};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

use crate::support::descriptors::expect_descriptors;
use crate::support::peer::FIVE;

/// A server that answers nobody before this many have called, and then each with the port it called from.
async fn meeting(callers: usize) -> ClientBuilder {
    let everyone = Arc::new(Barrier::new(callers));
    let methods = Methods::new().register_fn("meet", move |RemoteAddr(peer): RemoteAddr| {
        let everyone = everyone.clone();
        async move {
            everyone.wait().await;
            i32::from(peer.port())
        }
    });
    let service = XmlRpcService::new(Dispatcher::new(methods)).max_concurrent(callers);
    let server = Server::bind("127.0.0.1:0").await.unwrap().max_connections(callers);
    let url = format!("http://{}", server.local_addr().unwrap());
    tokio::spawn(async move { server.serve(service).await });
    Client::builder(&url).timeout(Duration::from_secs(60))
}

/// The ports of this many calls at the same moment.
async fn meet(client: &Client, callers: usize) -> BTreeSet<i32> {
    let mut calls = JoinSet::new();
    for _ in 0..callers {
        let client = client.clone();
        calls.spawn(async move { client.call::<_, i32>("meet", ()).await.unwrap() });
    }
    calls.join_all().await.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_calls_are_in_flight_at_the_same_moment() {
    const CALLERS: usize = 5_000;
    // Both ends are here.
    expect_descriptors(2 * CALLERS as u64 + 100);
    let client = meeting(CALLERS).await.connect_timeout(Duration::from_secs(60)).build().unwrap();
    let first = meet(&client, CALLERS).await;
    assert_eq!(first.len(), CALLERS);
    // They are kept, and serve the next; some may not be back in time.
    let second = meet(&client, CALLERS).await;
    assert_eq!(second.len(), CALLERS);
    assert!(first.intersection(&second).count() > CALLERS / 2);
}

#[tokio::test]
async fn so_many_connections_are_kept_as_is_set() {
    const CALLERS: usize = 5;
    for kept in [0, 1, 3, 5, 9] {
        let client = meeting(CALLERS).await.max_idle_connections(kept).build().unwrap();
        let first = meet(&client, CALLERS).await;
        // Those that come back do so in tasks, which are ready by now.
        for _ in 0..100 {
            yield_now().await;
        }
        let second = meet(&client, CALLERS).await;
        assert_eq!((first.len(), second.len()), (CALLERS, CALLERS));
        assert_eq!(first.intersection(&second).count(), kept.min(CALLERS), "{kept}");
    }
}

#[tokio::test]
async fn a_connection_without_calls_is_closed_after_its_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::builder(&url).idle_timeout(Duration::from_millis(20)).build().unwrap();
    let (result, mut stream) = tokio::join!(client.call::<_, i32>("add", (2, 3)), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"</methodCall>") {
            stream.read_buf(&mut request).await.unwrap();
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", FIVE.len());
        stream.write_all((head + FIVE).as_bytes()).await.unwrap();
        stream
    });
    assert_eq!(result.unwrap(), 5);
    // The client closes it with nothing more to do; the time is only so that a failing test ends.
    assert_eq!(
        timeout(Duration::from_secs(60), stream.read_u8()).await.unwrap().unwrap_err().kind(),
        std::io::ErrorKind::UnexpectedEof
    );
    drop(client);
}
