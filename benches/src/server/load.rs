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
use crate::network::Turn;

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
        self.runtime.block_on(async {
            let mut caller = Caller::connect(server.address()).await?;
            let reply = caller.call(&exchange.request(server.address())).await?;
            match exchange.is_answered(reply)? {
                true => Ok(reply.len()),
                false => Err(format!("a wrong answer: {}", String::from_utf8_lossy(reply)).into()),
            }
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
        self.received.reserve(head.whole().saturating_sub(self.received.len()));
        while self.received.len() < head.whole() {
            self.receive().await?;
        }
        self.kept = head.keep_alive;
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
    body: usize,
    keep_alive: bool,
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
                body = Some(value.trim().parse()?);
            } else if name.eq_ignore_ascii_case("connection") {
                keep_alive = value.trim().eq_ignore_ascii_case("keep-alive");
            }
        }
        Ok(Some(Self { length: end + END.len(), body: body.ok_or("no Content-Length")?, keep_alive }))
    }

    const fn whole(&self) -> usize {
        self.length + self.body
    }
}
