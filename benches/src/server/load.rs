//! Who calls the servers.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, timeout};

use super::call::Exchange;
use super::running::Running;
use crate::Failure;
use crate::network::{Turn, Wrong};

/// Callers, all on this thread.
pub(super) struct Load {
    runtime: Runtime,
}

impl Load {
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self { runtime: runtime::Builder::new_current_thread().enable_all().build()? })
    }

    /// Calls a server once, and tells how long the right answer is.
    pub(super) fn check(&self, server: &Running, exchange: &Exchange) -> Result<usize, Failure> {
        let call = async {
            let mut caller = Caller::connect(server.address()).await?;
            let reply = caller.call(&exchange.request(server.address())).await?;
            match exchange.mistake(reply)? {
                None => Ok(reply.len()),
                Some(mistake) => Err(Wrong(mistake).into()),
            }
        };
        self.runtime.block_on(async { timeout(PATIENCE, call).await.map_err(|_| "it does not answer")? })
    }

    /// How much memory a server has while so many connections are open, each of which has made a call; or why it
    /// cannot have so many.
    pub(super) fn memory(&self, server: &Running, exchange: &Exchange, connections: usize) -> Result<u64, Failure> {
        let request = exchange.request(server.address());
        self.runtime.block_on(async {
            let mut open = Vec::new();
            while open.len() < connections {
                let mut caller = Caller::connect(server.address()).await?;
                let answer = timeout(PATIENCE_FOR_ONE, caller.call(&request)).await;
                answer.map_err(|_| format!("has {} connections and answers no other", open.len()))??;
                if !caller.kept {
                    return Err("closes a connection after its answer".into());
                }
                open.push(caller);
            }
            server.resident()
        })
    }

    /// Calls a server over so many connections for some time. Every answer has to be of the given length.
    pub(super) fn turn(
        &self,
        server: &Running,
        request: &[u8],
        length: usize,
        connections: usize,
        window: Duration,
    ) -> Result<Turn, Failure> {
        let tally = Rc::new(Tally::default());
        let request: Rc<[u8]> = request.into();
        let turn = async {
            let mut callers = JoinSet::new();
            for _ in 0..connections {
                let caller = Caller::connect(server.address()).await?;
                callers.spawn_local(go_on(caller, request.clone(), length, tally.clone()));
            }
            // Until caches are warm and buffers as large as they get.
            sleep(window / 8).await;
            let (began, calls, cpu) = (Instant::now(), tally.calls.get(), server.cpu_time()?);
            tally.watched.set(connections == 1);
            sleep(window).await;
            let (took, calls, cpu) = (began.elapsed(), tally.calls.get() - calls, server.cpu_time()? - cpu);
            tally.over.set(true);
            while let Some(ended) = timeout(PATIENCE, callers.join_next()).await.map_err(|_| "it does not answer")? {
                ended??;
            }
            let (seconds, cpu) = (took.as_secs_f64(), cpu.as_secs_f64());
            Ok(Turn { calls: calls.into(), seconds, cpu, latencies: tally.latencies.take() })
        };
        LocalSet::new().block_on(&self.runtime, turn)
    }
}

/// How long the last answers of a turn may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a server may take for a small call when there are no others.
const PATIENCE_FOR_ONE: Duration = Duration::from_secs(5);

/// What the callers of a turn have in common.
#[derive(Default)]
struct Tally {
    calls: Cell<u32>,
    over: Cell<bool>,
    watched: Cell<bool>,
    latencies: Cell<Vec<f64>>,
}

async fn go_on(mut caller: Caller, request: Rc<[u8]>, length: usize, tally: Rc<Tally>) -> Result<(), Failure> {
    while !tally.over.get() {
        let began = tally.watched.get().then(Instant::now);
        let reply = caller.call(&request).await?;
        if reply.len() != length {
            return Err(format!("an answer of {} bytes instead of {length}", reply.len()).into());
        }
        if let Some(began) = began {
            let mut latencies = tally.latencies.take();
            latencies.push(began.elapsed().as_secs_f64());
            tally.latencies.set(latencies);
        }
        tally.calls.set(tally.calls.get() + 1);
    }
    Ok(())
}

/// A connection, or one after another if the server does not keep them.
struct Caller {
    server: SocketAddr,
    stream: TcpStream,
    received: Vec<u8>,
    kept: bool,
}

impl Caller {
    async fn connect(server: SocketAddr) -> Result<Self, Failure> {
        let stream = Self::open(server).await?;
        Ok(Self { server, stream, received: Vec::with_capacity(64 * 1024), kept: true })
    }

    async fn open(server: SocketAddr) -> Result<TcpStream, Failure> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// The body of the answer.
    async fn call(&mut self, request: &[u8]) -> Result<&[u8], Failure> {
        if !self.kept {
            self.stream = Self::open(self.server).await?;
        }
        self.stream.write_all(request).await?;
        self.received.clear();
        let head = loop {
            self.receive().await?;
            if let Some(head) = Head::parse(&self.received)? {
                break head;
            }
        };
        self.kept = head.keep_alive;
        match head.body {
            Body::Length(body) => {
                let whole = head.length + body;
                self.received.reserve(whole.saturating_sub(self.received.len()));
                while self.received.len() < whole {
                    self.receive().await?;
                }
            }
            // At the place where the chunks begin there is then the body.
            Body::Chunked => loop {
                let after = self.received.get(head.length..).unwrap_or_default();
                if let Some(body) = without_chunks(after)? {
                    self.received.truncate(head.length);
                    self.received.extend(body);
                    break;
                }
                self.receive().await?;
            },
        }
        self.received.get(head.length..).ok_or_else(|| "no body".into())
    }

    async fn receive(&mut self) -> Result<(), Failure> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the connection ended before the answer did".into()),
            _ => Ok(()),
        }
    }
}

/// The head of an answer.
struct Head {
    length: usize,
    body: Body,
    keep_alive: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Length(usize),
    Chunked,
}

impl Head {
    /// Nothing as long as it is not whole.
    fn parse(received: &[u8]) -> Result<Option<Self>, Failure> {
        const END: &[u8] = b"\r\n\r\n";
        let Some(end) = memchr::memmem::find(received, END) else {
            return Ok(None);
        };
        let mut lines = str::from_utf8(received.get(..end).unwrap_or_default())?.split("\r\n");
        let (version, status) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or_default();
        if !status.starts_with("200") {
            return Err(format!("status {status}").into());
        }
        let (mut body, mut keep_alive) = (None, version == "HTTP/1.1");
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                body = Some(Body::Length(value.trim().parse()?));
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                body = Some(Body::Chunked);
            } else if name.eq_ignore_ascii_case("connection") {
                keep_alive = value.trim().eq_ignore_ascii_case("keep-alive");
            }
        }
        Ok(Some(Self { length: end + END.len(), body: body.ok_or("neither Content-Length nor chunks")?, keep_alive }))
    }
}

/// What is in the chunks, once the last of them is there. Trailers are not known to anybody here.
fn without_chunks(mut received: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let mut body = Vec::new();
    loop {
        let Some(end) = memchr::memmem::find(received, b"\r\n") else { return Ok(None) };
        let (size, rest) = received.split_at(end);
        let size = usize::from_str_radix(str::from_utf8(size)?.trim(), 16)?;
        let Some(chunk) = rest.get(2..2 + size) else { return Ok(None) };
        match rest.get(2 + size..size + 4) {
            Some(b"\r\n") if size == 0 => return Ok(Some(body)),
            Some(b"\r\n") => body.extend(chunk),
            Some(_) => return Err("a chunk that does not end".into()),
            None => return Ok(None),
        }
        received = rest.get(size + 4..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        let parsed = |head: &str| {
            let head = Head::parse(head.as_bytes()).ok()??;
            Some((head.length, head.body, head.keep_alive))
        };
        let length = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n";
        assert_eq!(parsed(length), Some((length.len(), Body::Length(7), true)));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        assert_eq!(parsed(chunked), Some((chunked.len(), Body::Chunked, false)));
        let old = "HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\n";
        assert_eq!(parsed(old), Some((old.len(), Body::Length(7), false)));
        assert_eq!(parsed("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n"), None);
        assert!(Head::parse(b"HTTP/1.1 500 No\r\nContent-Length: 7\r\n\r\n").is_err());
    }

    #[test]
    fn chunks() {
        let read = |received: &[u8]| without_chunks(received).ok().flatten();
        assert_eq!(read(b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"), Some(b"abc0123456789".to_vec()));
        for end in 0..b"3\r\nabc\r\n0\r\n\r\n".len() {
            assert_eq!(read(&b"3\r\nabc\r\n0\r\n\r\n"[..end]), None);
        }
        assert!(without_chunks(b"3\r\nabcd\r\n").is_err());
    }
}
