//! A service that panics takes its connection with it, and no other.

use std::convert::Infallible;
use std::future::IntoFuture;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use tagwire::Server;

use crate::support::raw::Connection;

async fn touchy(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_ne!(request.uri().path(), "/panic");
    Ok(Response::new(Full::from("here")))
}

/// One thread for all, so that whatever a panic leaves behind on it is there for the next connection.
#[tokio::test]
async fn later_connections_are_answered_all_the_same() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let serving = tokio::spawn(server.serve(tower::service_fn(touchy)).into_future());
    for _ in 0..20 {
        let mut broken = Connection::open(address).await;
        broken.send("GET /panic HTTP/1.1\r\nHost: test\r\n\r\n").await;
        broken.expect_end().await;
        for _ in 0..20 {
            let mut connection = Connection::open(address).await;
            for _ in 0..3 {
                let answer = connection.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n").await;
                assert_eq!((answer.status, answer.body.as_str()), (200, "here"));
            }
        }
    }
    serving.abort();
}
