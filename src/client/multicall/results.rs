use std::error::Error as StdError;
use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::{Call, Error, Outcome};
use crate::client::transport::TransportError;
use crate::de::from_value;
use crate::fault::Fault;
use crate::message::fault_from;
use crate::value::Value;

/// What the calls of a [`MultiCall`](super::MultiCall) gave, in their order.
///
/// ```
/// use tagwire::{Client, Dispatcher, Fault, Methods, Value};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::client::Error> {
/// # let methods = Methods::new().register_fn("div", |a: i32, b: i32| {
/// #     a.checked_div(b).ok_or_else(|| Fault::application("division by zero"))
/// # });
/// # let client = Client::from_transport(Dispatcher::new(methods));
/// let mut batch = client.multicall();
/// let third = batch.call::<_, i32>("div", (12, 3));
/// batch.call::<_, i32>("div", (12, 0));
///
/// let results = batch.send().await?;
/// assert_eq!(results.get(third)?, 4);
/// let zero = Fault::application("division by zero");
/// assert_eq!(results.iter().collect::<Vec<_>>(), [Ok(&Value::Int(4)), Err(&zero)]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MultiCallResults {
    id: u64,
    url: String,
    answered: Vec<(String, Outcome)>,
    /// The calls that may have run, but of which nothing is known.
    broken: Range<usize>,
}

impl MultiCallResults {
    pub(super) fn new(id: u64, url: &str) -> Self {
        Self { id, url: url.to_owned(), answered: Vec::new(), broken: 0..0 }
    }

    pub(super) fn add(&mut self, outcomes: impl IntoIterator<Item = (String, Outcome)>) {
        self.answered.extend(outcomes);
    }

    pub(super) fn broken_at(mut self, calls: Range<usize>) -> Self {
        self.broken = calls;
        self
    }

    /// The result of a call. It may be asked for more than once.
    ///
    /// # Errors
    ///
    /// The server answered this call with a fault, or with a value of another type than asked for. A call of another
    /// multicall [`is_request`](Error::is_request). Where a request failed, the calls in it and those after it are errors
    /// that [`is_transport`](Error::is_transport), and those after it [`is_connect`](Error::is_connect).
    pub fn get<R: DeserializeOwned>(&self, call: Call<R>) -> Result<R, Error> {
        if call.multicall != self.id {
            return Err(Error::request("the call is one of another multicall"));
        }
        match self.answered.get(call.index) {
            Some((method, Ok(value))) => from_value(value.clone()).map_err(|error| Error::type_mismatch(method, error)),
            Some((_, Err(fault))) => Err(Error::faulted(fault.clone())),
            None => Err(Error::transport(&self.url, 0, self.lost(call.index))),
        }
    }

    fn lost(&self, index: usize) -> TransportError {
        match self.broken.contains(&index) {
            true => TransportError::broken("the request with this call failed"),
            false => TransportError::unsent("an earlier request of the multicall failed"),
        }
    }

    /// What each call gave, in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Result<&Value, &Fault>> {
        self.answered.iter().map(|(_, outcome)| outcome.as_ref())
    }

    /// How many calls were answered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answered.len()
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answered.is_empty()
    }
}

impl fmt::Debug for MultiCallResults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.answered.iter().map(|(method, outcome)| (method, outcome))).finish()
    }
}

/// Why a [`MultiCall`](super::MultiCall) was not answered as a whole.
///
/// It becomes an [`Error`] by `?`, which says why and no longer what it is about.
///
/// ```
/// use tagwire::{Client, Dispatcher, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::client::Error> {
/// // A server that takes no more than two calls at once is sent three.
/// let methods = Methods::new().register_fn("square", |n: i32| n * n);
/// let client = Client::from_transport(Dispatcher::new(methods).max_multicall(2));
/// let mut batch = client.multicall();
/// for n in 1..=3 {
///     batch.call::<_, i32>("square", (n,));
/// }
///
/// let error = batch.send().await.unwrap_err();
/// assert_eq!(error.to_string(), "calls 1 to 3 of 3 in a multicall failed");
/// assert!(error.error().is_fault());
/// assert_eq!((error.calls(), error.results().len()), (0..3, 0));
/// # Ok(())
/// # }
/// ```
pub struct MultiCallError(Box<Inner>);

struct Inner {
    calls: Range<usize>,
    of: usize,
    error: Error,
    results: MultiCallResults,
}

impl MultiCallError {
    pub(super) fn new(results: MultiCallResults, calls: Range<usize>, of: usize, error: Error) -> Self {
        Self(Box::new(Inner { calls, of, error, results }))
    }

    /// The calls in the request that failed, counted from 0. Those before were answered, those after were not sent.
    #[must_use]
    pub fn calls(&self) -> Range<usize> {
        self.0.calls.clone()
    }

    /// The results of the calls before.
    #[must_use]
    pub fn results(&self) -> &MultiCallResults {
        &self.0.results
    }

    /// What went wrong.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.0.error
    }
}

impl From<MultiCallError> for Error {
    fn from(error: MultiCallError) -> Self {
        error.0.error
    }
}

impl StdError for MultiCallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0.error)
    }
}

/// One line. `{:#}` goes on with the reasons beneath, each after a colon.
impl fmt::Display for MultiCallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { calls, of, error, .. } = &*self.0;
        match calls.len() {
            1 => write!(f, "call {} of {of} in a multicall failed", calls.start + 1),
            _ => write!(f, "calls {} to {} of {of} in a multicall failed", calls.start + 1, calls.end),
        }?;
        match f.alternate() {
            true => write!(f, ": {error:#}"),
            false => Ok(()),
        }
    }
}

impl fmt::Debug for MultiCallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { calls, of, error, results } = &*self.0;
        f.debug_struct("MultiCallError")
            .field("calls", calls)
            .field("of", of)
            .field("error", error)
            .field("results", results)
            .finish()
    }
}

/// What the results of `system.multicall` stand for: an array of one is a result, a struct of a fault is that fault.
/// supervisor sends results as they are, which is known beforehand or by one that is neither.
pub(super) fn outcomes(results: Vec<Value>, bare: bool) -> Vec<Outcome> {
    let wrapped = |result: &Value| matches!(result, Value::Array(one) if one.len() == 1) || is_fault(result);
    let bare = bare || !results.iter().all(wrapped);
    let outcome = |result: Value| match result {
        fault if is_fault(&fault) => Err(fault_from(&fault)),
        Value::Array(mut one) if !bare => Ok(one.pop().unwrap_or(Value::Nil)),
        value => Ok(value),
    };
    results.into_iter().map(outcome).collect()
}

fn is_fault(result: &Value) -> bool {
    result.get("faultCode").is_some() && result.get("faultString").is_some()
}
