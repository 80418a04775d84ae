//! Running a method: panics become faults, what takes too long is cut off, and what has begun is carried to its end.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::Sleep;
use tracing::Instrument;

use super::info::{MethodInfo, OnDisconnect};
use super::internal::logged;
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
}

enum State {
    Ended(Option<Outcome>),
    Begun(MethodFuture),
    InPlace(Running),
    Spawned(JoinHandle<Outcome>),
}

type Outcome = Result<RpcResponse, Fault>;

impl Execution {
    /// Begins what `start` returns; it may panic.
    pub(super) fn start(terms: Terms, start: impl FnOnce() -> MethodFuture) -> Self {
        let state = match catch_unwind(AssertUnwindSafe(start)) {
            Ok(future) => State::Begun(future),
            Err(panic) => State::Ended(Some(Err(panicked(panic.as_ref())))),
        };
        Self { state, terms }
    }

    /// One that is over before it began.
    pub(super) fn ended(outcome: Outcome) -> Self {
        let terms = Terms { timeout: None, on_disconnect: OnDisconnect::Finish };
        Self { state: State::Ended(Some(outcome)), terms }
    }
}

impl Future for Execution {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        loop {
            let terms = self.terms;
            match &mut self.state {
                State::Ended(outcome) => {
                    let outcome = outcome.take();
                    return Poll::Ready(outcome.unwrap_or_else(|| Err(Fault::internal_error("polled after its end"))));
                }
                State::Begun(future) => {
                    if let Poll::Ready(outcome) = poll_guarded(future, cx) {
                        self.state = State::Ended(Some(outcome));
                        continue;
                    }
                    // Neither tasks nor timers without a runtime.
                    let Ok(runtime) = Handle::try_current() else {
                        return Poll::Pending;
                    };
                    let future = std::mem::replace(future, Box::pin(std::future::pending()));
                    let running = Running::new(future, terms.timeout);
                    self.state = match terms.on_disconnect {
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
    future: MethodFuture,
    limit: Option<(Duration, Pin<Box<Sleep>>)>,
}

impl Running {
    fn new(future: MethodFuture, timeout: Option<Duration>) -> Self {
        Self { future, limit: timeout.map(|limit| (limit, Box::pin(tokio::time::sleep(limit)))) }
    }
}

impl Future for Running {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        if let Poll::Ready(outcome) = poll_guarded(&mut self.future, cx) {
            return Poll::Ready(outcome);
        }
        let Some((limit, sleep)) = &mut self.limit else {
            return Poll::Pending;
        };
        sleep.as_mut().poll(cx).map(|()| Err(Fault::system(format!("the call took longer than {limit:?}"))))
    }
}

pub(super) fn poll_guarded(future: &mut MethodFuture, cx: &mut Context<'_>) -> Poll<Outcome> {
    // The future is not touched again after a panic.
    catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)))
        .unwrap_or_else(|panic| Poll::Ready(Err(panicked(panic.as_ref()))))
}

/// The fault for a panic.
fn panicked(panic: &(dyn Any + Send)) -> Fault {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    logged(&text, "a method panicked")
}
