//! A listener that keeps count of what is read from each of its connections.

use std::collections::BTreeMap;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tagwire::server::{Listener, Peer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

pub(super) struct Tallied {
    listener: TcpListener,
    tally: Tally,
}

/// How many bytes were read from the peers, by their ports.
#[derive(Clone, Default)]
pub(super) struct Tally(Arc<Mutex<BTreeMap<u16, Arc<AtomicU64>>>>);

impl Tallied {
    pub(super) fn new(listener: TcpListener) -> (Self, Tally) {
        let tally = Tally::default();
        (Self { listener, tally: tally.clone() }, tally)
    }
}

impl Tally {
    pub(super) fn read_of_each(&self) -> Vec<(u16, u64)> {
        let tally = self.0.lock().unwrap();
        tally.iter().map(|(port, bytes)| (*port, bytes.load(Ordering::Relaxed))).collect()
    }
}

impl Listener for Tallied {
    type Io = Watched;

    async fn accept(&mut self) -> io::Result<(Watched, Peer)> {
        let (stream, peer) = Listener::accept(&mut self.listener).await?;
        let port = peer.address().unwrap().port();
        let read = self.tally.0.lock().unwrap().entry(port).or_default().clone();
        Ok((Watched { stream, read }, peer))
    }

    fn describe(&self) -> String {
        self.listener.describe()
    }

    fn set_reset(io: &Watched) {
        <TcpListener as Listener>::set_reset(&io.stream);
    }
}

pub(super) struct Watched {
    stream: TcpStream,
    read: Arc<AtomicU64>,
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.read.fetch_add((buf.filled().len() - before) as u64, Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
