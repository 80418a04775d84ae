//! Servers that answer what a test tells them to, byte for byte.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(crate) const FIVE: &str =
    "<?xml version='1.0'?><methodResponse><params><param><value><int>5</int></value></param></params></methodResponse>";

pub(crate) const FAULT: &str = "<?xml version='1.0'?><methodResponse><fault><value><struct>\
    <member><name>faultCode</name><value><int>4</int></value></member>\
    <member><name>faultString</name><value><string>Too many\nparameters.</string></value></member>\
    </struct></value></fault></methodResponse>";

/// A server that answers the requests that reach it, over all connections, with what the test gave it, in
/// that order; after the last it closes every connection.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    accepted: usize,
    requests: Vec<Request>,
}

pub(crate) enum Answer {
    /// Send this and go on with the connection; if it is no whole reply, the client waits.
    Keep(Vec<u8>),
    /// Send this and close the connection.
    Last(Vec<u8>),
    /// Send this, close our half of the connection, and tell when the client has closed its own.
    HangUp(Vec<u8>, oneshot::Sender<()>),
    /// Send nothing; tell that the request is here, and when the client has closed the connection.
    Wait(oneshot::Sender<()>, oneshot::Sender<()>),
    /// Send the first, and then the second over and over until the client closes the connection.
    Endless(Vec<u8>, Vec<u8>),
    /// Send this byte by byte, with a pause after each, until the client closes the connection.
    Trickle(Vec<u8>, Duration),
    /// Close the connection.
    Close,
}

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// How a peer reads what it is sent.
#[derive(Clone, Copy)]
pub(crate) enum Protocol {
    Http,
    Scgi,
}

impl Peer {
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::speaking(Protocol::Http, answers).await
    }

    pub(crate) async fn speaking(protocol: Protocol, answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let peer = Self { address, seen: Arc::default() };
        let (answers, seen) = (queue(answers), Arc::clone(&peer.seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.lock().unwrap().accepted += 1;
                tokio::spawn(converse(stream, protocol, Arc::clone(&answers), Arc::clone(&seen)));
            }
        });
        peer
    }

    /// The same on a unix socket. It has no address.
    #[cfg(unix)]
    pub(crate) fn at(path: &std::path::Path, protocol: Protocol, answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = tokio::net::UnixListener::bind(path).unwrap();
        let peer = Self { address: SocketAddr::from(([0, 0, 0, 0], 0)), seen: Arc::default() };
        let (answers, seen) = (queue(answers), Arc::clone(&peer.seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.lock().unwrap().accepted += 1;
                tokio::spawn(converse(stream, protocol, Arc::clone(&answers), Arc::clone(&seen)));
            }
        });
        peer
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn accepted(&self) -> usize {
        self.seen.lock().unwrap().accepted
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().requests.clone()
    }

    pub(crate) fn only_request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1);
        requests.into_iter().next().unwrap()
    }
}

type Answers = Arc<Mutex<VecDeque<Answer>>>;

fn queue(answers: impl IntoIterator<Item = Answer>) -> Answers {
    Arc::new(Mutex::new(answers.into_iter().collect()))
}

async fn converse<S>(mut stream: S, protocol: Protocol, answers: Answers, seen: Arc<Mutex<Seen>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(request) = Request::read(&mut stream, protocol).await {
        seen.lock().unwrap().requests.push(request);
        let answer = answers.lock().unwrap().pop_front();
        match answer {
            // The client may have turned away already.
            Some(Answer::Keep(reply)) => drop(stream.write_all(&reply).await),
            Some(Answer::Last(reply)) => {
                stream.write_all(&reply).await.ok();
                return;
            }
            Some(Answer::HangUp(reply, noticed)) => {
                stream.write_all(&reply).await.unwrap();
                stream.shutdown().await.unwrap();
                assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
                return noticed.send(()).unwrap();
            }
            Some(Answer::Wait(arrived, closed)) => {
                arrived.send(()).unwrap();
                assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
                return closed.send(()).unwrap();
            }
            Some(Answer::Endless(head, piece)) => {
                let mut more = stream.write_all(&head).await;
                while more.is_ok() {
                    more = stream.write_all(&piece).await;
                }
                return;
            }
            Some(Answer::Trickle(reply, pause)) => {
                for byte in reply.into_iter().cycle() {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pause).await;
                }
            }
            Some(Answer::Close) | None => return,
        }
    }
}

impl Request {
    async fn read<S: AsyncRead + Unpin>(stream: &mut S, protocol: Protocol) -> Option<Self> {
        let head = match protocol {
            Protocol::Http => http_head(stream).await?,
            Protocol::Scgi => scgi_head(stream).await?,
        };
        let mut request = Self { head, body: Vec::new() };
        let length = request.header("content-length").or_else(|| request.header("CONTENT_LENGTH")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut body).await.ok()?;
        request.body = body;
        Some(request)
    }

    /// The document.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.filter(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

async fn http_head<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(head).unwrap())
}

/// The headers as lines of `NAME: value`.
async fn scgi_head<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut length = 0;
    loop {
        match stream.read_u8().await.ok()? {
            b':' => break,
            digit => length = length * 10 + usize::from(digit - b'0'),
        }
    }
    assert!(length <= 2000, "rtorrent takes no more: {length}");
    let mut block = vec![0; length];
    stream.read_exact(&mut block).await.ok()?;
    assert_eq!(stream.read_u8().await.unwrap(), b',');
    let block = String::from_utf8(block).unwrap();
    let parts: Vec<&str> = block.strip_suffix('\0').unwrap().split('\0').collect();
    assert!(parts.len().is_multiple_of(2), "{parts:?}");
    Some(parts.chunks(2).map(|pair| format!("{}: {}\n", pair[0], pair[1])).collect())
}

pub(crate) fn ok(body: &str) -> Answer {
    reply("200 OK", body)
}

pub(crate) fn reply(status: &str, body: &str) -> Answer {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\r\n");
    Answer::Keep((head + body).into())
}

pub(crate) fn chunked(body: &str) -> Answer {
    chunked_reply("200 OK", body)
}

pub(crate) fn chunked_reply(status: &str, body: &str) -> Answer {
    let mut reply = format!("HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n");
    for chunk in body.as_bytes().chunks(100) {
        let chunk = std::str::from_utf8(chunk).unwrap();
        write!(reply, "{:x}\r\n{chunk}\r\n", chunk.len()).unwrap();
    }
    Answer::Keep((reply + "0\r\n\r\n").into())
}

/// A port that nobody listens on: it was ours a moment ago.
pub(crate) fn closed_port() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
