#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::convert::Infallible;
use std::future::IntoFuture;
use std::io::ErrorKind;

use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Server;
use crate::service::Abort;

/// Answers `/`, and wants everything else to be cut off.
async fn cut_off(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::from("here"));
    if request.uri().path() != "/" {
        response.extensions_mut().insert(Abort);
    }
    Ok(response)
}

const GOOD: &[u8] = b"GET / HTTP/1.1\r\n\r\n";
const CUT_OFF: &[u8] = b"GET /no HTTP/1.1\r\n\r\n";

async fn answer(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    while !received.ends_with(b"here") {
        assert!(stream.read_buf(&mut received).await.unwrap() > 0, "{}", String::from_utf8_lossy(&received));
    }
    String::from_utf8(received).unwrap()
}

#[tokio::test]
async fn a_connection_is_reset_in_place_of_an_answer() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = server.serve(tower::service_fn(cut_off)).with_graceful_shutdown(async { stopped.await.unwrap() });
    let serving = tokio::spawn(serving.into_future());

    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(CUT_OFF).await.unwrap();
    let mut received = Vec::new();
    let error = first.read_to_end(&mut received).await.unwrap_err();
    assert_eq!((error.kind(), received), (ErrorKind::ConnectionReset, Vec::new()));

    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(GOOD).await.unwrap();
    assert!(answer(&mut second).await.starts_with("HTTP/1.1 200 OK\r\n"));
    second.write_all(CUT_OFF).await.unwrap();
    let mut received = Vec::new();
    let error = second.read_to_end(&mut received).await.unwrap_err();
    assert_eq!((error.kind(), received), (ErrorKind::ConnectionReset, Vec::new()));

    stop.send(()).unwrap();
    let report = serving.await.unwrap().unwrap();
    assert_eq!((report.answered(), report.aborted()), (1, 0));
}

#[cfg(unix)]
#[tokio::test]
async fn without_tcp_it_is_closed() {
    let (ours, theirs) = tokio::net::UnixStream::pair().unwrap();
    let server = Server::from_listener(Once(Some(theirs))).serve(tower::service_fn(cut_off));
    let serving = tokio::spawn(server.into_future());
    let mut stream = ours;
    stream.write_all(CUT_OFF).await.unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await.unwrap();
    assert!(received.is_empty());
    serving.abort();
}

/// One connection, and no other ever.
#[cfg(unix)]
struct Once(Option<tokio::net::UnixStream>);

#[cfg(unix)]
impl super::Listener for Once {
    type Io = tokio::net::UnixStream;

    async fn accept(&mut self) -> std::io::Result<(Self::Io, super::Peer)> {
        match self.0.take() {
            Some(stream) => Ok((stream, super::Peer::default())),
            None => std::future::pending().await,
        }
    }

    fn describe(&self) -> String {
        "one connection".to_owned()
    }
}
