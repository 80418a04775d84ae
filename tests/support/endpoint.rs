//! A service under test, behind a server on a port of its own or asked without any socket.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use tagwire::{Fault, MethodResponse, Server, Stats, Value, XmlRpcService};
use tokio::task::yield_now;
use tokio::time::timeout;
use tower::{BoxError, ServiceExt};

use super::raw::{Answer, Connection, post};

/// A server at work, which ends with the test.
pub(crate) struct Endpoint {
    pub(crate) address: SocketAddr,
    pub(crate) service: XmlRpcService,
}

impl Endpoint {
    pub(crate) async fn of(service: XmlRpcService) -> Self {
        let server = Server::bind("127.0.0.1:0").await.unwrap().max_connections(20_000);
        let address = server.local_addr().unwrap();
        let served = service.clone();
        tokio::spawn(async move { server.serve(served).await });
        Self { address, service }
    }

    pub(crate) async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    /// One request on a connection of its own.
    pub(crate) async fn exchange(&self, request: impl AsRef<[u8]>) -> Answer {
        self.connect().await.exchange(request).await
    }

    /// One document on a connection of its own.
    pub(crate) async fn post(&self, headers: &str, body: impl AsRef<[u8]>) -> Answer {
        self.exchange(post(headers, body)).await
    }

    pub(crate) async fn at_rest(&self) -> Stats {
        at_rest(&self.service).await
    }
}

/// What was counted when nothing runs and nothing waits. Then nothing may be missing.
pub(crate) async fn at_rest(service: &XmlRpcService) -> Stats {
    let stats = until(service, |stats| {
        stats.active + stats.queued == 0 && stats.requests == stats.admitted + stats.refused + stats.aborted
    })
    .await;
    assert_eq!(stats.admitted, stats.completed + stats.errored + stats.cancelled, "{stats:?}");
    let rejected = stats.rejected_close + stats.rejected_fault + stats.rejected_503;
    assert_eq!(stats.refused, rejected + stats.invalid + stats.not_calls, "{stats:?}");
    stats
}

/// What was counted as soon as it is as it must become.
pub(crate) async fn until(service: &XmlRpcService, done: impl Fn(&Stats) -> bool) -> Stats {
    let waiting = async {
        loop {
            let stats = service.stats();
            if done(&stats) {
                return stats;
            }
            yield_now().await;
        }
    };
    // Only so that a failing test ends.
    timeout(Duration::from_secs(30), waiting).await.unwrap_or_else(|_| panic!("{:?}", service.stats()))
}

/// What a service answers without a socket.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        assert!(self.headers.get_all(name).iter().count() < 2, "{name} twice: {self:?}");
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn value(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        document_value(&self.body)
    }

    pub(crate) fn fault(&self) -> Fault {
        assert_eq!(self.status, 200, "{self:?}");
        document_fault(&self.body)
    }
}

/// Asks a service for an answer to one document. Dropping what it returns is what a server does when the client goes away.
pub(crate) fn ask(service: &XmlRpcService, document: impl Into<Bytes>) -> impl Future<Output = Reply> + Send + 'static {
    asked(service, Request::post("/RPC2").body(Full::new(document.into())).unwrap())
}

/// As [`ask`], with any request.
pub(crate) fn asked<B>(service: &XmlRpcService, request: Request<B>) -> impl Future<Output = Reply> + Send + 'static
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    let service = service.clone();
    async move {
        let (head, body) = service.oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Reply { status: head.status.as_u16(), headers: head.headers, body }
    }
}

// ── what an answer says ──

pub(crate) fn value(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    document_value(answer.body.as_bytes())
}

pub(crate) fn fault(answer: &Answer) -> Fault {
    assert_eq!(answer.status, 200, "{answer:?}");
    document_fault(answer.body.as_bytes())
}

pub(crate) fn document_value(document: &[u8]) -> Value {
    match MethodResponse::from_xml(document).unwrap() {
        MethodResponse::Value(value) => value,
        MethodResponse::Fault(fault) => panic!("{fault}"),
    }
}

pub(crate) fn document_fault(document: &[u8]) -> Fault {
    match MethodResponse::<Value>::from_xml(document).unwrap() {
        MethodResponse::Value(value) => panic!("{value:?}"),
        MethodResponse::Fault(fault) => fault,
    }
}

// ── requests ──

/// A call of exactly so many bytes.
pub(crate) fn padded(method: &str, length: usize) -> String {
    let call = super::raw::call(method);
    format!("{call}{}", " ".repeat(length - call.len()))
}

/// A call with one value, written as XML.
pub(crate) fn call_with(method: &str, value: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params><param><value>{value}</value>\
         </param></params></methodCall>"
    )
}

/// A POST to another target than `/RPC2`.
pub(crate) fn to(target: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("POST {target} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub(crate) fn chunked_head() -> &'static str {
    "POST /RPC2 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
}

pub(crate) fn chunks(pieces: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for piece in pieces {
        body.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        body.extend_from_slice(piece);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    body
}
