//! When hyper waits for the head of a request.
//!
//! hyper tells nobody, but it keeps a timer for just that time: made when it begins to wait, and dropped when the head is
//! there and the service is called. Its own limit would run while a connection is idle, too, so the timer that it gets here
//! never goes off; that it is asked for is all that matters.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

use super::progress::Progress;

pub(super) struct HeadTimer {
    progress: Arc<Progress>,
    /// hyper asks for the time, to no end: any will do.
    now: Instant,
}

/// What hyper is told to set the timer to.
pub(super) const NEVER: Duration = Duration::from_secs(1);

impl HeadTimer {
    pub(super) fn new(progress: Arc<Progress>) -> Self {
        Self { progress, now: Instant::now() }
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Sleep>> {
        self.progress.head_awaited();
        Box::pin(HeadWait)
    }

    fn sleep_until(&self, _: Instant) -> Pin<Box<dyn Sleep>> {
        self.sleep(NEVER)
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn reset(&self, _: &mut Pin<Box<dyn Sleep>>, _: Instant) {
        self.progress.head_awaited();
    }
}

/// Of no size: to make one takes no memory.
struct HeadWait;

impl Sleep for HeadWait {}

impl Future for HeadWait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}
