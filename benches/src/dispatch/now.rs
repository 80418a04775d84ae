use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::Failure;

/// What a future gives that has nothing to wait for. No runtime has a part in it, nor in what is measured.
pub(super) fn now<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Ok(outcome),
        Poll::Pending => Err("a handler waits that has nothing to wait for".into()),
    }
}
