//! How many calls run and wait at a time, and what becomes of those beyond.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::budget::Share;
use super::stats::Counters;
use crate::fault::Fault;
use crate::rpc::{Hold, Witness};

/// What becomes of a call when [`max_concurrent`](crate::XmlRpcService::max_concurrent) calls run and
/// [`max_pending`](crate::XmlRpcService::max_pending) wait.
///
/// ```
/// use tagwire::{Client, Fault, Methods, OverloadPolicy, Server, XmlRpcService};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let methods = Methods::new().register_fn("wait", std::future::pending::<i32>);
/// let service = XmlRpcService::new(methods).max_concurrent(1).max_pending(0).overload_policy(OverloadPolicy::Fault);
/// let server = Server::bind("127.0.0.1:0").await?;
/// let url = format!("http://{}", server.local_addr()?);
/// tokio::spawn(server.serve(service).into_future());
///
/// // One of two calls has the only slot, and never gives it back.
/// let client = Client::new(&url)?;
/// let refused = tokio::select! {
///     first = client.call::<_, i32>("wait", ()) => first,
///     second = client.call::<_, i32>("wait", ()) => second,
/// };
/// assert_eq!(refused.unwrap_err().fault(), Some(&Fault::application("server overloaded")));
/// # Ok(())
/// # }
/// # use std::future::IntoFuture;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OverloadPolicy {
    /// It waits all the same: nothing is refused, unless there is a [limit to waiting](crate::XmlRpcService::max_wait), beyond
    /// which it is 503. What bounds the number of those that wait is the number of connections.
    Block,
    /// The connection is reset without an answer, the cheapest refusal. Under a server that is not
    /// [`Server`](crate::Server) it is `Http503` with `Connection: close`.
    Close,
    /// Status 200 with a fault, -32500 "server overloaded" unless
    /// [set](crate::XmlRpcService::overload_fault): every client understands it. The connection is kept.
    Fault,
    /// Status 503 with `Retry-After`, which proxies and load balancers understand. The connection is kept.
    #[default]
    Http503,
}

/// The settings, and the slots that are made of them.
#[derive(Clone)]
pub(super) struct Admission {
    pub(super) policy: OverloadPolicy,
    pub(super) fault: (i64, Cow<'static, str>),
    pub(super) max_pending: usize,
    pub(super) max_wait: Option<Duration>,
    max_concurrent: usize,
    slots: Arc<Semaphore>,
    counters: Arc<Counters>,
}

impl Admission {
    pub(super) fn new() -> Self {
        Self {
            policy: OverloadPolicy::default(),
            fault: (Fault::APPLICATION, "server overloaded".into()),
            max_pending: 256,
            max_wait: None,
            max_concurrent: 256,
            slots: Arc::new(Semaphore::new(256)),
            counters: Arc::default(),
        }
    }

    pub(super) fn set_max_concurrent(&mut self, calls: usize) {
        self.max_concurrent = calls.clamp(1, Semaphore::MAX_PERMITS);
        self.slots = Arc::new(Semaphore::new(self.max_concurrent));
    }

    pub(super) fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// A slot, if one is free. The bytes of the request are given back together with it.
    pub(super) fn enter_now(&self, share: &mut Share) -> Option<Slot> {
        let place = self.counters.enter(self.room())?;
        let permit = self.slots.clone().try_acquire_owned().ok()?;
        place.keep();
        Some(self.slot(permit, std::mem::take(share)))
    }

    /// A slot in the order of arrival; none where it is one call too many.
    pub(super) async fn enter(&self, share: Share) -> Option<Slot> {
        let place = self.counters.enter(self.room())?;
        let waiting = self.counters.wait();
        let permit = self.slots.clone().acquire_owned();
        let permit = match self.max_wait {
            Some(limit) => tokio::time::timeout(limit, permit).await.ok()?,
            None => permit.await,
        };
        // It is never closed.
        let permit = permit.ok()?;
        drop(waiting);
        place.keep();
        Some(self.slot(permit, share))
    }

    /// How many calls may run and wait together. Those that wait are not bounded by themselves: one that has been given a slot
    /// waits on until its task has its turn, and somebody else may have its place already.
    fn room(&self) -> u64 {
        match self.policy {
            OverloadPolicy::Block => u64::MAX,
            _ => (self.max_concurrent as u64).saturating_add(self.max_pending as u64),
        }
    }

    /// Whether half of the slots are taken.
    fn is_busy(&self) -> bool {
        self.slots.available_permits() <= self.max_concurrent / 2
    }

    fn slot(&self, permit: OwnedSemaphorePermit, share: Share) -> Slot {
        self.counters.admit();
        Slot(Arc::new(Held {
            counters: self.counters.clone(),
            outcome: AtomicU8::new(UNKNOWN),
            since: self.is_busy().then(Instant::now),
            _permit: permit,
            _share: share,
        }))
    }

    /// In how many seconds there is room again if things go on as they did: what waits, at the pace of what ran lately.
    pub(super) fn retry_after(&self) -> u64 {
        const LONGEST: u64 = 60;
        let waiting = self.counters.queued() + 1;
        let rounds = waiting.div_ceil(self.max_concurrent as u64);
        (rounds.saturating_mul(self.counters.usual_micros()) / 1_000_000).clamp(1, LONGEST)
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admission")
            .field("max_concurrent", &self.max_concurrent)
            .field("max_pending", &self.max_pending)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// A place among the calls that run. It is free again when the call has ended everywhere.
pub(super) struct Slot(Arc<Held>);

impl Slot {
    /// What the call keeps, wherever it goes on.
    pub(super) fn hold(&self) -> Hold {
        Hold::new(self.0.clone())
    }

    /// A call that a layer has answered, so that no method has ended.
    pub(super) fn answered(&self, well: bool) {
        self.0.ended(well);
    }
}

struct Held {
    counters: Arc<Counters>,
    outcome: AtomicU8,
    /// Set where somebody may soon want to know how long calls take.
    since: Option<Instant>,
    _permit: OwnedSemaphorePermit,
    /// A method may read its parameters to its end.
    _share: Share,
}

const UNKNOWN: u8 = 0;
const WELL: u8 = 1;
const BADLY: u8 = 2;

impl Witness for Held {
    fn ended(&self, well: bool) {
        let outcome = if well { WELL } else { BADLY };
        // The first to know is the method.
        let _ = self.outcome.compare_exchange(UNKNOWN, outcome, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let outcome = match *self.outcome.get_mut() {
            WELL => Some(true),
            BADLY => Some(false),
            _ => {
                tracing::debug!("a call was dropped before its end");
                None
            }
        };
        self.counters.end(outcome, self.since.map(|since| since.elapsed()));
    }
}
