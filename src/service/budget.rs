//! The bytes that all requests of a service hold together.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;

/// A response that fits the buffers of a connection is not worth counting.
const SMALL: usize = 16 * 1024;

/// Bytes to be had and given back. A request waits until there are some; a response is there already when its size is
/// known, so it goes into debt, and requests wait until that is paid.
#[derive(Clone)]
pub(super) struct Budget(Arc<Inner>);

struct Inner {
    /// All there is.
    whole: usize,
    left: Mutex<Left>,
    freed: Notify,
}

struct Left {
    /// Below zero where responses have taken more than there was.
    all: i64,
    /// What there would be if there were only responses: requests that come slowly are no reason to drop any.
    responses: i64,
}

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        let left = Left { all: signed(bytes), responses: signed(bytes) };
        Self(Arc::new(Inner { whole: bytes, left: Mutex::new(left), freed: Notify::new() }))
    }

    /// What a response of some bytes needs; none while earlier ones have taken all there was. What is small always has room.
    pub(super) fn admit(&self, bytes: usize) -> Option<Share> {
        if bytes <= SMALL {
            return Some(Share::default());
        }
        let mut left = self.left();
        if left.responses <= 0 {
            return None;
        }
        left.all -= signed(bytes);
        left.responses -= signed(bytes);
        Some(Share(Some(Taken { budget: self.clone(), bytes, response: true })))
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_now(&self, bytes: usize) -> bool {
        let mut left = self.left();
        let enough = left.all >= signed(bytes);
        if enough {
            left.all -= signed(bytes);
        }
        enough
    }
}

/// Some of the bytes, given back when it is dropped; by default none.
#[derive(Default)]
pub(super) struct Share(Option<Taken>);

struct Taken {
    budget: Budget,
    bytes: usize,
    /// Whether it is that of a response.
    response: bool,
}

impl Share {
    /// Takes all that a request may come to need, at once: if each took some and waited for more with that in hand, all might
    /// wait for each other. What needs more than there is takes it all. False if it was not to be had in that time.
    pub(super) async fn reserve(&mut self, budget: &Budget, bytes: usize, patience: Duration) -> bool {
        debug_assert!(self.0.is_none(), "a share is taken once");
        let bytes = bytes.min(budget.0.whole).max(1);
        if !budget.take_now(bytes) {
            let taken = async {
                loop {
                    let freed = budget.0.freed.notified();
                    tokio::pin!(freed);
                    // From here on no call of it is missed.
                    freed.as_mut().enable();
                    if budget.take_now(bytes) {
                        return;
                    }
                    freed.await;
                }
            };
            if tokio::time::timeout(patience, taken).await.is_err() {
                return false;
            }
        }
        self.0 = Some(Taken { budget: budget.clone(), bytes, response: false });
        true
    }

    pub(super) fn is_reserved(&self) -> bool {
        self.0.is_some()
    }

    /// Gives back what was reserved beyond `bytes`.
    pub(super) fn shrink_to(&mut self, bytes: usize) {
        if let Some(taken) = &mut self.0 {
            taken.shrink_to(bytes);
        }
    }

    /// The response that it is for, or what that was compressed to; given back when the last of its bytes is sent or dropped.
    pub(super) fn keep(mut self, response: Vec<u8>) -> Bytes {
        self.shrink_to(response.len());
        match response.len() {
            0..=SMALL => response.into(),
            _ => Bytes::from_owner(Charged { response, _share: self }),
        }
    }
}

impl Taken {
    fn shrink_to(&mut self, bytes: usize) {
        if self.bytes > bytes {
            let freed = signed(self.bytes - bytes);
            let mut left = self.budget.left();
            left.all += freed;
            if self.response {
                left.responses += freed;
            }
            drop(left);
            self.bytes = bytes;
            self.budget.0.freed.notify_waiters();
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

/// A response together with its share.
struct Charged {
    response: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Charged {
    fn as_ref(&self) -> &[u8] {
        &self.response
    }
}

fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.left().all)
    }
}
