//! Running a method: panics become faults, what takes too long is cut off, and what has begun is carried to its end.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::task::JoinHandle;
use tokio::time::Sleep;
use tracing::Instrument;

use super::hidden::logged;
use super::hold::Hold;
use super::info::{MethodInfo, OnDisconnect};
use super::method::MethodFuture;
use super::request::RpcResponse;
use crate::fault::Fault;

/// How a call is carried out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// How long it may take.
    pub(super) timeout: Option<Duration>,
    pub(super) on_disconnect: OnDisconnect,
}

impl Terms {
    /// Those of a method, which may have its own.
    pub(super) fn of(self, method: &MethodInfo) -> Self {
        Self {
            timeout: method.timeout().unwrap_or(self.timeout),
            on_disconnect: method.on_disconnect().unwrap_or(self.on_disconnect),
        }
    }
}

/// A call under way.
///
/// It is polled once in place; if it is not ready then, it moves to a task of its own (where there is a Tokio
/// runtime), so that a caller that goes away does not cut a handler in half.
pub(super) struct Execution {
    state: State,
    terms: Terms,
    hold: Option<Hold>,
}

enum State {
    Ended(Option<Outcome>),
    Begun(Guarded),
    InPlace(Running),
    Spawned(JoinHandle<Outcome>),
}

type Outcome = Result<RpcResponse, Fault>;

impl Execution {
    /// Begins what `start` returns; it may panic.
    pub(super) fn start(terms: Terms, hold: Option<Hold>, start: impl FnOnce() -> MethodFuture) -> Self {
        let state = match guarded(|| Ok(start())) {
            Ok(future) => State::Begun(Guarded::new(future)),
            Err(fault) => State::ended(&hold, Err(fault)),
        };
        Self { state, terms, hold }
    }

    /// One that is over before it began.
    pub(super) fn refused(fault: Fault, hold: Option<Hold>) -> Self {
        let terms = Terms { timeout: None, on_disconnect: OnDisconnect::Finish };
        Self { state: State::ended(&hold, Err(fault)), terms, hold }
    }
}

impl State {
    fn ended(hold: &Option<Hold>, outcome: Outcome) -> Self {
        if let Some(hold) = hold {
            hold.ended(outcome.is_ok());
        }
        Self::Ended(Some(outcome))
    }
}

impl Future for Execution {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        loop {
            let this = &mut *self;
            match &mut this.state {
                State::Ended(outcome) => {
                    let outcome = outcome.take();
                    return Poll::Ready(outcome.unwrap_or_else(|| Err(Fault::internal_error("polled after its end"))));
                }
                State::Begun(future) => {
                    if let Poll::Ready(outcome) = Pin::new(&mut *future).poll(cx) {
                        if let Some(hold) = &this.hold {
                            hold.ended(outcome.is_ok());
                        }
                        this.state = State::Ended(None);
                        return Poll::Ready(outcome);
                    }
                    // Neither tasks nor timers without a runtime.
                    let Ok(runtime) = Handle::try_current() else {
                        return Poll::Pending;
                    };
                    let future = std::mem::take(future);
                    let running = Running::new(&runtime, future, this.terms.timeout, this.hold.take());
                    this.state = match this.terms.on_disconnect {
                        OnDisconnect::Finish => State::Spawned(runtime.spawn(running.in_current_span())),
                        OnDisconnect::Cancel => State::InPlace(running),
                    };
                }
                State::InPlace(running) => return Pin::new(running).poll(cx),
                State::Spawned(task) => {
                    return Pin::new(task).poll(cx).map(|ended| ended.unwrap_or_else(|_| Err(stopping())));
                }
            }
        }
    }
}

/// The fault for what the end of the runtime has cut off.
pub(super) fn stopping() -> Fault {
    Fault::system("the server is stopping")
}

/// A call that has to wait, within its limit.
struct Running {
    future: Guarded,
    limit: Option<(Duration, Pin<Box<Sleep>>)>,
    hold: Option<Hold>,
}

impl Running {
    fn new(runtime: &Handle, future: Guarded, timeout: Option<Duration>, hold: Option<Hold>) -> Self {
        Self { future, limit: timeout.and_then(|limit| Some((limit, sleep(runtime, limit)?))), hold }
    }

    fn poll_within(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        if let Poll::Ready(outcome) = Pin::new(&mut self.future).poll(cx) {
            return Poll::Ready(outcome);
        }
        let Some((limit, sleep)) = &mut self.limit else {
            return Poll::Pending;
        };
        sleep.as_mut().poll(cx).map(|()| Err(Fault::system(format!("the call took longer than {limit:?}"))))
    }
}

/// A timer, where the runtime has such; tokio tells by a panic that it has not, and is not asked again.
fn sleep(runtime: &Handle, limit: Duration) -> Option<Pin<Box<Sleep>>> {
    thread_local! {
        static WITHOUT_TIME: Cell<Option<Id>> = const { Cell::new(None) };
    }

    let runtime = runtime.id();
    if WITHOUT_TIME.get() == Some(runtime) {
        return None;
    }
    let sleep = catch_unwind(|| Box::pin(tokio::time::sleep(limit))).ok();
    if sleep.is_none() {
        WITHOUT_TIME.set(Some(runtime));
        tracing::error!("calls have no time limit: time is not enabled in the runtime");
    }
    sleep
}

impl Future for Running {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let outcome = ready!(self.poll_within(cx));
        if let Some(hold) = &self.hold {
            hold.ended(outcome.is_ok());
        }
        Poll::Ready(outcome)
    }
}

/// A future whose panics, in a poll or when it is dropped, become a fault and go no further.
#[derive(Default)]
pub(super) struct Guarded(Option<MethodFuture>);

impl Guarded {
    pub(super) fn new(future: MethodFuture) -> Self {
        Self(Some(future))
    }
}

impl Future for Guarded {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let Some(future) = self.0.as_mut() else {
                return Some(Err(Fault::internal_error("polled after its end")));
            };
            let outcome = ready_or_none(future.as_mut().poll(cx));
            if outcome.is_some() {
                self.0 = None;
            }
            outcome
        }));
        match polled {
            Ok(Some(outcome)) => Poll::Ready(outcome),
            Ok(None) => Poll::Pending,
            Err(panic) => {
                drop(Self(self.0.take()));
                Poll::Ready(Err(panicked(panic)))
            }
        }
    }
}

fn ready_or_none<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        if let Some(future) = self.0.take()
            && let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(future)))
        {
            panicked(panic);
        }
    }
}

/// Does something that may panic.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(panic)))
}

/// The fault for a panic.
#[cold]
fn panicked(panic: Box<dyn Any + Send>) -> Fault {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    let fault = logged(&text, "a method panicked");
    // What a panic carries may panic in turn.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
    fault
}
