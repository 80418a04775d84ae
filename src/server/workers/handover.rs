//! How a socket gets from the parent to a worker: through the worker's standard input, which is one end of a pair of Unix
//! sockets. The pair lasts as long as both processes, so that each also sees the end of the other by it.

use std::io::{self, IoSlice, IoSliceMut, Read as _, Write as _};
use std::mem::MaybeUninit;
use std::net::TcpListener;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use rustix::process::{Signal, getpid, kill_process};

use super::MARGIN;

/// Tells a process that it is a worker, and which.
pub(super) const VARIABLE: &str = "TAGWIRE_WORKER";

/// In the parent: gives a listener to the process at the other end, now or when it asks.
pub(super) fn hand_over(worker: &UnixStream, listener: &TcpListener) -> io::Result<()> {
    let listener = [listener.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(&listener));
    sendmsg(worker, &[IoSlice::new(&[0])], &mut control, SendFlags::empty())?;
    Ok(())
}

/// `None` in the parent.
pub(super) fn worker_number() -> io::Result<Option<usize>> {
    let Some(number) = std::env::var_os(VARIABLE) else {
        return Ok(None);
    };
    match number.to_str().and_then(|number| number.parse().ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{VARIABLE} is no number: {number:?}"))),
    }
}

/// In a worker: the listener, and the connection to the parent. Standard input is empty from then on.
pub(super) fn take_over() -> io::Result<(TcpListener, UnixStream)> {
    let no_parent = |error: io::Error| {
        let text = format!("{VARIABLE} is set, but this process was not started as a worker: {error}");
        io::Error::new(error.kind(), text)
    };
    let parent = io::stdin().as_fd().try_clone_to_owned()?;
    let listener = TcpListener::from(receive(&parent).map_err(no_parent)?);
    // What this process starts in its turn shall not keep the connection.
    rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
    listener.set_nonblocking(true)?;
    Ok((listener, UnixStream::from(parent)))
}

fn receive(parent: &OwnedFd) -> io::Result<OwnedFd> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    recvmsg(parent, &mut [IoSliceMut::new(&mut byte)], &mut control, RecvFlags::empty())?;
    let mut received = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut sockets) => sockets.next(),
        _ => None,
    });
    let socket = received.next().ok_or(io::ErrorKind::UnexpectedEof)?;
    fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
    Ok(socket)
}

/// In a worker: tells the parent that it serves from now on, and stops the process when the parent ends.
///
/// The signal is what the parent would have sent, so that the program stops in the way that it has chosen.
pub(super) fn ready(mut parent: UnixStream, grace: Duration) -> io::Result<()> {
    parent.write_all(&[0])?;
    let watch = move || {
        // Nothing is ever sent; it returns when the parent has ended.
        while parent.read(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {}
        tracing::warn!("the parent of this worker has ended, and so it stops");
        signal_self(Signal::TERM);
        std::thread::sleep(grace.saturating_add(MARGIN));
        signal_self(Signal::KILL);
    };
    std::thread::Builder::new().name("worker-parent".to_owned()).spawn(watch)?;
    Ok(())
}

fn signal_self(signal: Signal) {
    if let Err(error) = kill_process(getpid(), signal) {
        tracing::error!(%error, ?signal, "a worker cannot stop itself");
    }
}
