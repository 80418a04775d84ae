//! HTTP/1.1 by hand: bytes written to a socket as they are given, and answers taken apart without mercy.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Only so that a failing test ends; nothing waits this long when all is well.
const GUARD: Duration = Duration::from_secs(30);

/// Waits for something that must happen.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(GUARD, future).await.unwrap_or_else(|_| panic!("{what}: nothing for {GUARD:?}"))
}

/// A connection, and what was read from it beyond the answers taken.
pub(crate) struct Connection<S = TcpStream> {
    stream: S,
    received: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::over(within("connecting", TcpStream::connect(address)).await.unwrap())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self { stream, received: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within("writing", self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Ends the sending direction only.
    pub(crate) async fn finish(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// The next answer; a `100 Continue` is one of its own.
    pub(crate) async fn answer(&mut self) -> Answer {
        let head = self.answer_without_body().await;
        let length = match (head.status, head.header("content-length")) {
            (100..=199, None) => 0,
            (_, Some(length)) => length.parse().unwrap(),
            (_, None) => panic!("an answer without Content-Length: {head:?}"),
        };
        assert_eq!(head.header("transfer-encoding"), None, "{head:?}");
        while self.received.len() < length {
            assert!(self.more().await, "{head:?} breaks off after {:?}", String::from_utf8_lossy(&self.received));
        }
        let body = self.received.drain(..length).collect();
        Answer { body: String::from_utf8(body).unwrap(), ..head }
    }

    /// The next answer to a request that must not be answered with a body, such as HEAD.
    pub(crate) async fn answer_without_body(&mut self) -> Answer {
        let end = loop {
            if let Some(end) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(self.more().await, "no answer but {:?}", String::from_utf8_lossy(&self.received));
        };
        let head: Vec<u8> = self.received.drain(..end).collect();
        Answer::parse(std::str::from_utf8(&head).unwrap())
    }

    /// Whatever else comes until the peer closes; a reset is an end too.
    pub(crate) async fn rest(&mut self) -> String {
        let rest = async {
            let mut received = std::mem::take(&mut self.received);
            match self.stream.read_to_end(&mut received).await {
                Ok(_) => received,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => received,
                Err(error) => panic!("{error}"),
            }
        };
        String::from_utf8(within("an end", rest).await).unwrap()
    }

    /// Nothing more comes until the peer closes; a reset is an end too.
    pub(crate) async fn expect_end(&mut self) {
        assert_eq!(self.rest().await, "", "an end was expected");
    }

    /// One request, one answer.
    pub(crate) async fn exchange(&mut self, request: impl AsRef<[u8]>) -> Answer {
        self.send(request).await;
        self.answer().await
    }

    async fn more(&mut self) -> bool {
        within("an answer", self.stream.read_buf(&mut self.received)).await.unwrap() > 0
    }
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) line: String,
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header that must not be there twice.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert_eq!(values.next(), None, "{name} twice: {self:?}");
        value
    }

    /// Whether the server says that it closes.
    pub(crate) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    fn parse(head: &str) -> Self {
        let mut lines = head.trim_end().split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(':').unwrap());
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
        Self { line, status, headers, body: String::new() }
    }
}

/// A call without parameters, as a document.
pub(crate) fn call(method: &str) -> String {
    format!("<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName></methodCall>")
}

/// A POST of a document to `/RPC2`, with more header lines, each of which ends in CRLF.
pub(crate) fn post(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}
