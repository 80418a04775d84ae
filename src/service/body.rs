//! Reading a request's body under its limit.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http::header;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::budget::{SMALL, Share};
use super::coding::Coding;
use super::refusal::Refusal;

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

/// The whole body, and after it as many bytes of the share as it has and as may come of decoding it. One that arrives in a
/// single piece is not copied.
pub(super) async fn read<B>(
    headers: &HeaderMap,
    body: B,
    coding: Coding,
    bounds: &Bounds,
    share: &mut Share,
) -> Result<Bytes, Refusal>
where
    B: Body<Data: Send> + Send + 'static,
{
    let mut body = Box::pin(body);
    let declared = content_length(headers);
    let decoded = match coding {
        Coding::Identity => 0,
        _ => bounds.max_decoded_size,
    };
    let needs = Needs { share, bytes: declared.unwrap_or(bounds.max_size).saturating_add(decoded) };
    let document = collect(body.as_mut(), declared.unwrap_or(0), decoded > 0, bounds, needs).await;
    if let Ok(document) = &document {
        share.shrink_to(document.len().saturating_add(decoded));
    }
    match document {
        Ok(document) if declared.is_some_and(|declared| declared != document.len()) => Err(Refusal::Incomplete),
        Err(refusal @ (Refusal::TooLarge | Refusal::Timeout)) => {
            discard(body);
            Err(refusal)
        }
        Err(Refusal::NoMemory) => {
            // Perhaps nothing of it has been read yet.
            if !headers.contains_key(header::EXPECT) {
                discard(body);
            }
            Err(Refusal::NoMemory)
        }
        other => other,
    }
}

/// What a body needs of the share if it turns out to be worth counting.
struct Needs<'a> {
    share: &'a mut Share,
    bytes: usize,
}

impl Needs<'_> {
    async fn reserve(&mut self, bounds: &Bounds) -> Result<(), Refusal> {
        match self.share.is_reserved() || self.share.reserve(self.bytes, bounds.idle).await {
            true => Ok(()),
            false => Err(Refusal::NoMemory),
        }
    }
}

async fn collect<B: Body>(
    mut body: Pin<&mut B>,
    declared: usize,
    is_encoded: bool,
    bounds: &Bounds,
    mut needs: Needs<'_>,
) -> Result<Bytes, Refusal> {
    /// More is only set aside once it has arrived.
    const AT_ONCE: usize = 64 * 1024;
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    let mut clock = Clock::default();
    if declared > SMALL {
        needs.reserve(bounds).await?;
    }
    while let Some(frame) = next_frame(body.as_mut(), &mut clock, bounds).await? {
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        let length = first.len() + joined.len();
        if data.remaining() > bounds.max_size.saturating_sub(length) {
            return Err(Refusal::TooLarge);
        }
        if length + data.remaining() > SMALL {
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
    if is_encoded {
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
pub(super) fn drain<B>(headers: &HeaderMap, body: B)
where
    B: Body<Data: Send> + Send + 'static,
{
    if !headers.contains_key(header::EXPECT) && !body.is_end_stream() {
        discard(Box::pin(body));
    }
}

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

pub(super) fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
