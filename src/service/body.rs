//! Reading a request's body under its limit.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::budget::{Budget, Share};
use super::refusal::Refusal;
use crate::coding::Coding;

/// What a body may have and take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) max_size: usize,
    /// How long it may be silent.
    pub(super) idle: Duration,
    /// How long it may take as a whole.
    pub(super) total: Duration,
    /// How many bytes it may have when it is decoded.
    pub(super) max_decoded_size: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            max_size: 1024 * 1024,
            idle: Duration::from_secs(10),
            total: Duration::from_secs(60),
            max_decoded_size: 4 * 1024 * 1024,
        }
    }
}

/// What of a body need not be counted: no more than a connection may read ahead. It is counted when more has arrived, whatever
/// was promised: otherwise peers that promise much and send nothing would take all the room there is.
const UNCOUNTED: usize = 64 * 1024;

/// What the head of a request says of its body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    pub(super) length: Option<usize>,
    pub(super) coding: Coding,
    /// Whether the peer waits for `100 Continue` before it sends any of it.
    pub(super) is_awaited: bool,
}

/// The whole body, and after it as many bytes of the share as it has and as may come of decoding it. One that arrives in a
/// single piece is not copied.
pub(super) async fn read<B>(
    mut body: Pin<Box<B>>,
    expected: Expected,
    bounds: &Bounds,
    budget: &Budget,
    share: &mut Share,
) -> Result<Bytes, Refusal>
where
    B: Body<Data: Send> + Send + 'static,
{
    let mut first = None;
    if expected.is_small() {
        // Most have arrived with their head, as a whole: there is nothing to be counted, joined, or waited for.
        match poll_fn(|task| Poll::Ready(body.as_mut().poll_frame(task))).await {
            Poll::Ready(Some(Ok(frame))) if body.is_end_stream() && frame.is_data() => {
                return expected.length_of(whole(frame));
            }
            Poll::Ready(Some(Ok(frame))) => first = Some(frame),
            Poll::Ready(Some(Err(_))) => return Err(Refusal::Incomplete),
            Poll::Ready(None) => return expected.length_of(Bytes::new()),
            Poll::Pending => {}
        }
    }
    Box::pin(read_on(first, body, expected, bounds, budget, share)).await
}

impl Expected {
    fn is_small(self) -> bool {
        self.coding == Coding::Identity && self.length.is_some_and(|length| length <= UNCOUNTED)
    }

    /// A body that is as long as it was said to be.
    fn length_of(self, body: Bytes) -> Result<Bytes, Refusal> {
        match self.length {
            Some(length) if length != body.len() => Err(Refusal::Incomplete),
            _ => Ok(body),
        }
    }
}

fn whole<D: Buf>(frame: Frame<D>) -> Bytes {
    frame.into_data().map_or_else(|_| Bytes::new(), |mut data| data.copy_to_bytes(data.remaining()))
}

/// A body that comes in pieces, or has to be waited for.
async fn read_on<B>(
    first: Option<Frame<B::Data>>,
    mut body: Pin<Box<B>>,
    expected: Expected,
    bounds: &Bounds,
    budget: &Budget,
    share: &mut Share,
) -> Result<Bytes, Refusal>
where
    B: Body<Data: Send> + Send + 'static,
{
    let decoded = match expected.coding {
        Coding::Identity => 0,
        _ => bounds.max_decoded_size,
    };
    let bytes = expected.length.unwrap_or(bounds.max_size).saturating_add(decoded);
    let needs = Needs { budget, share, bytes };
    match collect(first, body.as_mut(), expected, bounds, needs).await {
        Ok(document) => {
            share.shrink_to(document.len().saturating_add(decoded));
            expected.length_of(document)
        }
        Err(refusal @ (Refusal::TooLarge | Refusal::Timeout | Refusal::NoMemory)) => {
            discard(body);
            Err(refusal)
        }
        refused => refused,
    }
}

/// What a body needs of the share if it turns out to be worth counting.
struct Needs<'a> {
    budget: &'a Budget,
    share: &'a mut Share,
    bytes: usize,
}

impl Needs<'_> {
    async fn reserve(&mut self, bounds: &Bounds) -> Result<(), Refusal> {
        match self.share.is_reserved() || self.share.reserve(self.budget, self.bytes, bounds.idle).await {
            true => Ok(()),
            false => Err(Refusal::NoMemory),
        }
    }
}

async fn collect<B: Body>(
    mut early: Option<Frame<B::Data>>,
    mut body: Pin<&mut B>,
    expected: Expected,
    bounds: &Bounds,
    mut needs: Needs<'_>,
) -> Result<Bytes, Refusal> {
    /// More is only set aside once it has arrived.
    const AT_ONCE: usize = 64 * 1024;
    let declared = expected.length.unwrap_or(0);
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    let mut clock = Clock::default();
    loop {
        let frame = match early.take() {
            Some(frame) => frame,
            None => match next_frame(body.as_mut(), &mut clock, bounds).await? {
                Some(frame) => frame,
                None => break,
            },
        };
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        let length = first.len() + joined.len();
        if data.remaining() > bounds.max_size.saturating_sub(length) {
            return Err(Refusal::TooLarge);
        }
        if length + data.remaining() > UNCOUNTED {
            needs.reserve(bounds).await?;
        }
        let data = data.copy_to_bytes(data.remaining());
        if length == 0 {
            first = data;
            continue;
        }
        if joined.is_empty() {
            joined.reserve(declared.min(AT_ONCE).max(length + data.len()));
            joined.extend_from_slice(&std::mem::take(&mut first));
        }
        joined.extend_from_slice(&data);
    }
    // A small body may become a large document.
    if expected.coding != Coding::Identity {
        needs.reserve(bounds).await?;
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

/// Looked at for the first time when there is something to wait for, which most bodies have not.
#[derive(Default)]
struct Clock(Option<Instant>);

impl Clock {
    fn elapsed(&mut self) -> Duration {
        self.0.get_or_insert_with(Instant::now).elapsed()
    }
}

/// The next frame, within the limits in time.
async fn next_frame<B: Body>(
    mut body: Pin<&mut B>,
    clock: &mut Clock,
    bounds: &Bounds,
) -> Result<Option<Frame<B::Data>>, Refusal> {
    let mut frame = body.frame();
    // What is there already needs no clock, nor does a body that was made in this process.
    let at_once = poll_fn(|task| Poll::Ready(complete(Pin::new(&mut frame).poll(task)))).await;
    match at_once {
        Poll::Ready(frame) => frame,
        Poll::Pending if tokio::runtime::Handle::try_current().is_err() => {
            poll_fn(|task| complete(Pin::new(&mut frame).poll(task))).await
        }
        Poll::Pending => {
            let left = bounds.total.saturating_sub(clock.elapsed()).min(bounds.idle);
            let frame = poll_fn(|task| complete(Pin::new(&mut frame).poll(task)));
            tokio::time::timeout(left, frame).await.unwrap_or(Err(Refusal::Timeout))
        }
    }
}

fn complete<D, E>(frame: Poll<Option<Result<Frame<D>, E>>>) -> Poll<Result<Option<Frame<D>>, Refusal>> {
    frame.map(|frame| frame.transpose().map_err(|_| Refusal::Incomplete))
}

/// Goes on reading the body of a refused request, within bounds, while the refusal is on its way: it reaches a peer
/// that writes first and reads after, and the connection lives on. One that waits for `100 Continue` is not asked to
/// write at all.
#[cold]
pub(super) fn drain<B>(body: B, expected: Expected)
where
    B: Body<Data: Send> + Send + 'static,
{
    if !expected.is_awaited && !body.is_end_stream() {
        discard(Box::pin(body));
    }
}

#[cold]
fn discard<B>(mut body: Pin<Box<B>>)
where
    B: Body<Data: Send> + Send + 'static,
{
    const MOST_BYTES: usize = 16 * 1024 * 1024;
    const LONGEST: Duration = Duration::from_secs(5);
    let discard = async move {
        let mut length = 0_usize;
        while let Some(Some(frame)) = body.frame().await.map(Result::ok) {
            length = length.saturating_add(frame.data_ref().map_or(0, Buf::remaining));
            if length > MOST_BYTES {
                break;
            }
        }
    };
    // Without a runtime there is no connection either.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(tokio::time::timeout(LONGEST, discard));
    }
}
