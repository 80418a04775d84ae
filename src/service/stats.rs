//! Counting what became of requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::admission::OverloadPolicy;

/// What became of the requests of an [`XmlRpcService`](crate::XmlRpcService) so far, and what is going on.
///
/// Every request ends up in exactly one of `admitted`, `refused` and `aborted`, and every admitted one in `completed`,
/// `errored` or `cancelled`, so that at rest `requests = admitted + refused + aborted`.
///
/// ```
/// use tagwire::{Methods, XmlRpcService};
///
/// let service = XmlRpcService::new(Methods::new());
/// let stats = service.stats();
/// assert_eq!((stats.requests, stats.active), (0, 0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stats {
    /// Requests that have come in.
    pub requests: u64,
    /// Calls that got a slot to run in.
    pub admitted: u64,
    /// Requests that were answered without one: `rejected_close`, `rejected_fault`, `rejected_503`, `invalid` and `not_calls`
    /// together.
    pub refused: u64,
    /// Requests whose client went away before they got a slot or an answer.
    pub aborted: u64,
    /// Calls that run now.
    pub active: u64,
    /// Calls that wait for a slot now.
    pub queued: u64,
    /// Calls that ended with a result.
    pub completed: u64,
    /// Calls that ended with a fault.
    pub errored: u64,
    /// Calls that were dropped before their end.
    pub cancelled: u64,
    /// Calls beyond the limits under [`OverloadPolicy::Close`].
    pub rejected_close: u64,
    /// Calls beyond the limits under [`OverloadPolicy::Fault`].
    pub rejected_fault: u64,
    /// Calls beyond the limits under [`OverloadPolicy::Http503`], and requests for which there was no memory left.
    pub rejected_503: u64,
    /// Documents that are no method call, which are answered with a fault.
    pub invalid: u64,
    /// Requests that are answered with another HTTP status than 200 and 503: another path, another method, too large.
    pub not_calls: u64,
}

/// The counters behind [`Stats`]. Each is exact; a snapshot of all is taken while they go on.
#[derive(Debug, Default)]
pub(super) struct Counters {
    requests: AtomicU64,
    admitted: AtomicU64,
    aborted: AtomicU64,
    /// Calls that run or wait.
    inside: AtomicU64,
    queued: AtomicU64,
    completed: AtomicU64,
    errored: AtomicU64,
    cancelled: AtomicU64,
    rejected_close: AtomicU64,
    rejected_fault: AtomicU64,
    rejected_503: AtomicU64,
    invalid: AtomicU64,
    not_calls: AtomicU64,
    /// How long calls have taken lately, in microseconds.
    usual: AtomicU64,
}

impl Counters {
    pub(super) fn snapshot(&self) -> Stats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        // What has begun is looked at first, so that no call is taken for one that runs besides its successor.
        let admitted = self.admitted.load(Ordering::Acquire);
        let (completed, errored, cancelled) = (get(&self.completed), get(&self.errored), get(&self.cancelled));
        let rejected = get(&self.rejected_close) + get(&self.rejected_fault) + get(&self.rejected_503);
        Stats {
            requests: get(&self.requests),
            admitted,
            refused: rejected + get(&self.invalid) + get(&self.not_calls),
            aborted: get(&self.aborted),
            active: admitted.saturating_sub(completed + errored + cancelled),
            queued: get(&self.queued),
            completed,
            errored,
            cancelled,
            rejected_close: get(&self.rejected_close),
            rejected_fault: get(&self.rejected_fault),
            rejected_503: get(&self.rejected_503),
            invalid: get(&self.invalid),
            not_calls: get(&self.not_calls),
        }
    }

    /// A place among the calls that run and wait, if there is one.
    pub(super) fn enter(&self, room: u64) -> Option<Place<'_>> {
        let one_more = |inside| (inside < room).then_some(inside + 1);
        self.inside.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(Place(self))
    }

    /// One call has a slot.
    pub(super) fn admit(&self) {
        self.admitted.fetch_add(1, Ordering::Release);
    }

    /// A call with a slot is over; how long it took is known where that matters.
    pub(super) fn end(&self, outcome: Option<bool>, took: Option<Duration>) {
        increase(match outcome {
            Some(true) => &self.completed,
            Some(false) => &self.errored,
            None => &self.cancelled,
        });
        decrease(&self.inside);
        let Some(took) = took else {
            return;
        };
        // Of several at the same time one may get lost, which does not matter to an average.
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let usual = self.usual.load(Ordering::Relaxed);
        self.usual.store(usual - usual / 8 + took / 8, Ordering::Relaxed);
    }

    pub(super) fn wait(&self) -> Waiting<'_> {
        increase(&self.queued);
        Waiting(self)
    }

    pub(super) fn queued(&self) -> u64 {
        self.queued.load(Ordering::Relaxed)
    }

    pub(super) fn usual_micros(&self) -> u64 {
        self.usual.load(Ordering::Relaxed)
    }
}

/// That of a call without a slot.
pub(super) struct Place<'a>(&'a Counters);

impl Place<'_> {
    /// The call has a slot, and leaves with it: see [`Counters::end`].
    pub(super) fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        decrease(&self.0.inside);
    }
}

/// A call that waits for a slot.
pub(super) struct Waiting<'a>(&'a Counters);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        decrease(&self.0.queued);
    }
}

/// A request from its arrival until it is known what becomes of it.
pub(super) struct Arrival {
    counters: Arc<Counters>,
    settled: bool,
}

impl Arrival {
    pub(super) fn new(counters: Arc<Counters>) -> Self {
        increase(&counters.requests);
        Self { counters, settled: false }
    }

    /// It has a slot, which counts it from now on.
    pub(super) fn admitted(mut self) {
        self.settled = true;
    }

    pub(super) fn not_a_call(self) {
        self.count(|counters| &counters.not_calls);
    }

    pub(super) fn invalid(self) {
        self.count(|counters| &counters.invalid);
    }

    pub(super) fn rejected(self, policy: OverloadPolicy) {
        self.count(|counters| match policy {
            OverloadPolicy::Close => &counters.rejected_close,
            OverloadPolicy::Fault => &counters.rejected_fault,
            // Where all may wait, what is refused has waited for too long.
            OverloadPolicy::Http503 | OverloadPolicy::Block => &counters.rejected_503,
        });
    }

    fn count(mut self, counter: impl FnOnce(&Counters) -> &AtomicU64) {
        self.settled = true;
        increase(counter(&self.counters));
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if !self.settled {
            increase(&self.counters.aborted);
        }
    }
}

fn increase(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn decrease(counter: &AtomicU64) {
    counter.fetch_sub(1, Ordering::Relaxed);
}
