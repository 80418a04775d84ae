//! The body of a request, from standard input.

use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::{mpsc, oneshot};

/// As many bytes of standard input as were announced; fewer if it ends before.
pub(super) struct Stdin {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    left: u64,
    /// Dropped with the body.
    _consumed: oneshot::Sender<()>,
}

impl Stdin {
    /// Begins to read. The future is ready once nobody wants any more of the body.
    ///
    /// A thread of its own does it: standard input blocks, and a runtime that ends would wait for its pool.
    pub(super) fn read(length: u64) -> io::Result<(Self, impl Future<Output = ()>)> {
        let (sender, pieces) = mpsc::channel(PIECES_AHEAD);
        if length > 0 {
            let input = unbuffered()?;
            let thread = std::thread::Builder::new().name("cgi-stdin".to_owned());
            thread.spawn(move || read_pieces(input, length, &sender))?;
        }
        let (consumed, end) = oneshot::channel();
        let end = async {
            end.await.ok();
        };
        Ok((Self { pieces, left: length, _consumed: consumed }, end))
    }
}

/// Of at most so many bytes each.
const PIECE: usize = 64 * 1024;
const PIECES_AHEAD: usize = 2;

/// Reads not one byte more: some web servers have the connection itself at the other end, and it does not end.
fn read_pieces(input: File, length: u64, pieces: &mpsc::Sender<io::Result<Bytes>>) {
    let mut input = input.take(length);
    let mut piece = vec![0; PIECE];
    loop {
        let read = match input.read(&mut piece) {
            Ok(0) => return,
            Ok(read) => Ok(Bytes::copy_from_slice(&piece[..read])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let failed = read.is_err();
        if pieces.blocking_send(read).is_err() || failed {
            return;
        }
    }
}

/// Standard input, without the buffer of the library, which would ask for more than is wanted.
#[cfg(not(windows))]
fn unbuffered() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn unbuffered() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

impl Body for Stdin {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let polled = self.pieces.poll_recv(cx);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            self.left -= piece.len() as u64;
        }
        polled.map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
