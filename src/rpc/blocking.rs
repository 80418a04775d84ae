use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

use super::execute::guarded;
use super::method::MethodFuture;
use super::request::RpcResponse;
use crate::fault::Fault;

/// Has a plain function run on Tokio's pool for blocking work, where it may wait and compute for as long as it likes
/// without holding up others: what it does not hold up is the thread that serves connections.
///
/// What has begun there cannot be cut short: a call beyond its time limit is answered, and the function goes on to its end. One
/// that was still waiting for a thread then does not run at all.
/// Without a Tokio runtime it runs where it is called.
///
/// ```
/// use tagwire::{Methods, blocking};
///
/// let lines = |path: String| std::fs::read_to_string(path).map(|text| text.lines().count() as u64).unwrap_or(0);
/// let methods = Methods::new().register_fn("lines", blocking(lines));
/// # let _ = methods;
/// ```
#[must_use]
pub fn blocking<F>(function: F) -> Blocking<F> {
    Blocking(Arc::new(function))
}

/// A function for the blocking pool: what [`blocking`] makes.
///
/// ```
/// use tagwire::{Blocking, Dispatcher, Methods, blocking};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::Fault> {
/// let square: Blocking<fn(i32) -> i32> = blocking(|n| n * n);
/// let dispatcher = Dispatcher::new(Methods::new().register_fn("square", square));
/// assert_eq!(dispatcher.call::<_, i32>("square", (3,)).await?, 9);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Blocking<F>(Arc<F>);

impl<F> Blocking<F> {
    pub(super) fn function(&self) -> Arc<F> {
        self.0.clone()
    }

    pub(super) fn run<W>(&self, work: W) -> MethodFuture
    where
        W: FnOnce() -> Result<RpcResponse, Fault> + Send + 'static,
    {
        let span = tracing::Span::current();
        Box::pin(async move {
            let Ok(runtime) = Handle::try_current() else {
                return work();
            };
            let task = runtime.spawn_blocking(move || span.in_scope(|| guarded(work)));
            let ended = NotBegun(task).await;
            ended.unwrap_or_else(|_| Err(super::execute::stopping()))
        })
    }
}

/// A task of the pool that is taken back where nobody waits for it any more before it has begun.
struct NotBegun(JoinHandle<Result<RpcResponse, Fault>>);

impl Future for NotBegun {
    type Output = Result<Result<RpcResponse, Fault>, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl Drop for NotBegun {
    fn drop(&mut self) {
        self.0.abort();
    }
}
