//! Telling every connection that the server stops.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

#[derive(Debug, Default)]
pub(super) struct Stop {
    begun: AtomicBool,
    notify: Notify,
}

impl Stop {
    pub(super) fn begin(&self) {
        self.begun.store(true, Ordering::Release);
        self.notify.notify_waiters();
    }

    pub(super) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }

    /// Ready once the server stops.
    pub(super) async fn begun(&self) {
        let mut notified = pin!(self.notify.notified());
        // From here on no notice is missed.
        notified.as_mut().enable();
        if !self.has_begun() {
            notified.await;
        }
    }
}
