//! The stream of a connection, watched: it notes what is read and written.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::progress::Progress;
use super::stream::Stream;

pub(super) struct Watched<I> {
    stream: Stream<I>,
    progress: Arc<Progress>,
    /// Makes the end a reset: [`Listener::set_reset`](super::Listener::set_reset).
    set_reset: fn(&I),
    /// A write has had to wait, and not all has been taken since.
    behind: bool,
    ended: bool,
    discarded: usize,
}

impl<I> Watched<I> {
    pub(super) fn new(stream: Stream<I>, progress: Arc<Progress>, set_reset: fn(&I)) -> Self {
        Self { stream, progress, set_reset, behind: false, ended: false, discarded: 0 }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncRead for Watched<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.progress.read(buf.filled().len() - before);
        polled
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note_write(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = pieces.iter().map(|piece| piece.len()).sum();
        let mut room = [0; SMALL];
        let polled = match room.get_mut(..length) {
            Some(joined) => {
                join(pieces, joined);
                Pin::new(&mut self.stream).poll_write(cx, joined)
            }
            None => Pin::new(&mut self.stream).poll_write_vectored(cx, pieces),
        };
        self.note_write(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        match polled {
            Poll::Ready(_) => {
                self.progress.flushed();
                // hyper reads the next request while an answer still waits to be taken, but does not call the service then,
                // nor when all is taken: it has to be asked once more.
                if std::mem::take(&mut self.behind) {
                    cx.waker().wake_by_ref();
                }
            }
            Poll::Pending => self.progress.stalled(),
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.ended {
            let polled = Pin::new(&mut self.stream).poll_shutdown(cx);
            if polled.is_pending() {
                self.progress.stalled();
            }
            ready!(polled)?;
            self.ended = true;
        }
        // What comes now crosses our end on its way: a request that was left alone can be sent again.
        if self.progress.is_between_requests() {
            return Poll::Ready(Ok(()));
        }
        self.poll_linger(cx).map(Ok)
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> Watched<I> {
    fn note_write(&mut self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Ready(Ok(_)) => self.progress.wrote(),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                self.behind = true;
                self.progress.stalled();
            }
        }
        polled
    }

    /// A socket that is closed with something unread in it is reset, and a reset takes away what the peer has not read yet:
    /// the answer. So if the peer is still sending, take it to its end, within bounds.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        const MOST_BYTES: usize = 16 * 1024 * 1024;
        let mut scratch = [0; 8 * 1024];
        while self.discarded < MOST_BYTES {
            let mut buf = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buf) {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
                    self.discarded += buf.filled().len();
                    self.progress.closing();
                }
                Poll::Pending if self.discarded > 0 => return Poll::Pending,
                _ => return Poll::Ready(()),
            }
        }
        Poll::Ready(())
    }
}

impl<I> Drop for Watched<I> {
    fn drop(&mut self) {
        if self.progress.is_aborted() {
            (self.set_reset)(self.stream.transport());
        }
    }
}

/// What is written in one piece rather than in several: for the kernel a plain write is less work than one of pieces, by more
/// than it takes to join so few bytes. Most answers are as small as that.
const SMALL: usize = 1024;

fn join(pieces: &[IoSlice<'_>], joined: &mut [u8]) {
    let mut rest = joined;
    for piece in pieces {
        let Some((room, after)) = rest.split_at_mut_checked(piece.len()) else {
            return;
        };
        room.copy_from_slice(piece);
        rest = after;
    }
}
