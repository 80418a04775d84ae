//! What a server did not mean to show.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use tower::BoxError;
use tower::load_shed::error::Overloaded;
use tower::timeout::error::Elapsed;

use crate::fault::Fault;

impl Fault {
    /// -32603 for an error that is no business of the caller's: its text goes to the log, under the number that the
    /// caller gets.
    ///
    /// ```
    /// use tagwire::{Fault, Methods};
    ///
    /// let methods = Methods::new().register_fn("motd", || {
    ///     std::fs::read_to_string("/no/such/file").map_err(Fault::hidden)
    /// });
    /// # let _ = methods;
    /// ```
    #[must_use]
    pub fn hidden(error: impl fmt::Display) -> Self {
        logged(&error, "a method failed")
    }
}

/// Logs `what` happened and why under a number, and gives a fault that tells the number alone.
#[cold]
pub(super) fn logged(why: &dyn fmt::Display, what: &str) -> Fault {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    tracing::error!(id, why = %why, "{what}");
    Fault::internal_error(format!("internal error {id}"))
}

/// The fault for an error of a layer. A layer turns a call away with a [`Fault`]; those of tower have errors of their own.
pub(super) fn fault_of(error: BoxError) -> Fault {
    match error.downcast::<Fault>() {
        Ok(fault) => *fault,
        Err(error) if error.is::<Elapsed>() => Fault::system("the call took too long"),
        Err(error) if error.is::<Overloaded>() => Fault::application("server overloaded"),
        Err(error) => logged(&error, "a layer failed"),
    }
}
