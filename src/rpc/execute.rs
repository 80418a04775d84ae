//! Running a method: panics become faults, and what has begun is carried to its end.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::method::MethodFuture;
use super::request::RpcResponse;
use crate::fault::Fault;

/// A call under way.
///
/// It is polled once in place; if it is not ready then, it moves to a task of its own (where there is a Tokio
/// runtime), so that a caller that goes away does not cut a handler in half.
pub(super) enum Execution {
    Ready(Option<Result<RpcResponse, Fault>>),
    InPlace(MethodFuture),
    Spawned(JoinHandle<Result<RpcResponse, Fault>>),
}

impl Execution {
    /// Begins what `start` returns; it may panic.
    pub(super) fn start(start: impl FnOnce() -> MethodFuture) -> Self {
        match catch_unwind(AssertUnwindSafe(start)) {
            Ok(future) => Self::InPlace(future),
            Err(panic) => Self::Ready(Some(Err(panicked(panic.as_ref())))),
        }
    }

    pub(super) fn ready(outcome: Result<RpcResponse, Fault>) -> Self {
        Self::Ready(Some(outcome))
    }
}

impl Future for Execution {
    type Output = Result<RpcResponse, Fault>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match &mut *self {
                Self::Ready(outcome) => {
                    let outcome = outcome.take();
                    return Poll::Ready(outcome.unwrap_or_else(|| Err(Fault::internal_error("polled after its end"))));
                }
                Self::InPlace(future) => {
                    if let Poll::Ready(outcome) = poll_guarded(future, cx) {
                        *self = Self::Ready(Some(outcome));
                        continue;
                    }
                    let Ok(runtime) = Handle::try_current() else {
                        return Poll::Pending;
                    };
                    let idle: MethodFuture = Box::pin(std::future::pending());
                    let future = Guarded(std::mem::replace(future, idle));
                    *self = Self::Spawned(runtime.spawn(future));
                }
                Self::Spawned(task) => {
                    return Pin::new(task)
                        .poll(cx)
                        .map(|ended| ended.unwrap_or_else(|_| Err(Fault::system("the server is stopping"))));
                }
            }
        }
    }
}

struct Guarded(MethodFuture);

impl Future for Guarded {
    type Output = Result<RpcResponse, Fault>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        poll_guarded(&mut self.0, cx)
    }
}

fn poll_guarded(future: &mut MethodFuture, cx: &mut Context<'_>) -> Poll<Result<RpcResponse, Fault>> {
    // The future is not touched again after a panic.
    catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)))
        .unwrap_or_else(|panic| Poll::Ready(Err(panicked(panic.as_ref()))))
}

/// The fault for a panic; its text goes to the log, under the number that the caller gets.
fn panicked(panic: &(dyn Any + Send)) -> Fault {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    tracing::error!(id, panic = text, "a method panicked");
    Fault::internal_error(format!("internal error {id}"))
}
