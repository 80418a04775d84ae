use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::method::MethodFuture;
use super::request::RpcResponse;
use crate::fault::Fault;

/// Has a plain function run on Tokio's pool for blocking work, where it may wait and compute for as long as it likes
/// without holding up others: what it does not hold up is the thread that serves connections.
///
/// What has begun there cannot be cut short. A call beyond its time limit is answered, and the function goes on to its end.
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
            match runtime.spawn_blocking(move || span.in_scope(work)).await {
                Ok(outcome) => outcome,
                // Whoever polls this makes a fault of it, as of any other panic.
                Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
                Err(_) => Err(super::execute::stopping()),
            }
        })
    }
}
