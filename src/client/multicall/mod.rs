//! Several calls in one request.

mod results;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser::{SerializeSeq, SerializeStruct, Serializer};

use super::{Client, Error};
use crate::fault::Fault;
use crate::ser::to_value;
use crate::value::Value;
use crate::xml::error::{Error as XmlError, ErrorKind};

pub use self::results::{MultiCallError, MultiCallResults};

/// Calls that go to the server together, as one call of `system.multicall`: made by [`Client::multicall`].
///
/// They run in the order in which they were added. Each has a result or a fault of its own, which is had by the [`Call`]
/// that adding it gave.
///
/// ```
/// use tagwire::{Client, Dispatcher, Fault, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::client::Error> {
/// # let methods = Methods::new().register_fn("add", |a: i32, b: i32| a + b).register_fn("name", || "Ada");
/// # let client = Client::from_transport(Dispatcher::new(methods));
/// let mut batch = client.multicall();
/// let sum = batch.call::<_, i32>("add", (1, 2));
/// let name = batch.call::<_, String>("name", ());
/// let lost = batch.call::<_, i32>("nothing", ());
///
/// let results = batch.send().await?;
/// assert_eq!(results.get(sum)?, 3);
/// assert_eq!(results.get(name)?, "Ada");
/// let error = results.get(lost).unwrap_err();
/// assert_eq!(error.fault().map(Fault::code), Some(Fault::METHOD_NOT_FOUND));
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until `send` is called"]
pub struct MultiCall {
    client: Client,
    calls: Vec<Entry>,
    /// Which call cannot be written, and why.
    mistake: Option<(usize, Error)>,
    id: u64,
    limit: usize,
    fall_back: bool,
    bare_results: bool,
}

/// One of the calls of a [`MultiCall`], to get its result by from [`MultiCallResults`].
///
/// ```
/// use tagwire::client::Call;
/// use tagwire::{Client, Dispatcher, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::client::Error> {
/// # let methods = Methods::new().register_fn("square", |n: i32| n * n);
/// # let client = Client::from_transport(Dispatcher::new(methods));
/// let mut batch = client.multicall();
/// let calls: Vec<Call<i32>> = (1..=3).map(|n| batch.call("square", (n,))).collect();
///
/// let results = batch.send().await?;
/// let squares = calls.into_iter().map(|call| results.get(call)).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(squares, [1, 4, 9]);
/// # Ok(())
/// # }
/// ```
pub struct Call<R> {
    multicall: u64,
    index: usize,
    result: PhantomData<fn() -> R>,
}

struct Entry {
    method: String,
    params: Value,
}

impl Client {
    /// Begins to collect calls.
    pub fn multicall(&self) -> MultiCall {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        MultiCall {
            client: self.clone(),
            calls: Vec::new(),
            mistake: None,
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            limit: 1000,
            fall_back: false,
            bare_results: false,
        }
    }
}

impl MultiCall {
    /// How many calls to put into one request at most; more are sent in several, one after the other. Default: 1,000, which
    /// is what a server of this crate takes. 0 counts as 1.
    ///
    /// ```
    /// use tagwire::{Client, Dispatcher, Methods};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tagwire::client::Error> {
    /// let methods = Methods::new().register_fn("square", |n: i32| n * n);
    /// let client = Client::from_transport(Dispatcher::new(methods).max_multicall(2));
    /// let mut batch = client.multicall().max_calls(2);
    /// for n in 1..=5 {
    ///     batch.call::<_, i32>("square", (n,));
    /// }
    /// assert_eq!(batch.send().await?.len(), 5); // of three requests
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_calls(mut self, limit: usize) -> Self {
        self.limit = limit.max(1);
        self
    }

    /// Whether to make the calls one by one, in order, if the server has no `system.multicall`. Default: no, it is an error
    /// with the server's fault.
    ///
    /// That fault is -32601, or what servers older than that convention send: -506 (xmlrpc-c), or 1 (CPython, supervisor,
    /// Ruby) or 200 (Perl) with a text that says so.
    ///
    /// ```
    /// use tagwire::{Client, Dispatcher, Methods, SystemMethod};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tagwire::client::Error> {
    /// let methods = Methods::new().register_fn("square", |n: i32| n * n);
    /// let client = Client::from_transport(Dispatcher::new(methods).without([SystemMethod::Multicall]));
    /// let mut batch = client.multicall().fall_back(true);
    /// let square = batch.call::<_, i32>("square", (3,));
    /// assert_eq!(batch.send().await?.get(square)?, 9);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fall_back(mut self, fall_back: bool) -> Self {
        self.fall_back = fall_back;
        self
    }

    /// Whether the server sends each result as it is, as supervisor does, and not in an array of its own as is the convention.
    /// Default: no; then bare results are known by one of them that is neither an array of one nor a fault, and where there
    /// is none, each is taken out of its array.
    ///
    /// ```
    /// use tagwire::{Client, Value};
    ///
    /// # async fn run(client: Client) -> Result<(), tagwire::client::Error> {
    /// let mut batch = client.multicall().bare_results(true);
    /// let programs = batch.call::<_, Vec<Value>>("supervisor.getAllProcessInfo", ());
    /// let results = batch.send().await?;
    /// println!("{}", results.get(programs)?.len()); // also if it is one
    /// # Ok(())
    /// # }
    /// ```
    pub fn bare_results(mut self, bare: bool) -> Self {
        self.bare_results = bare;
        self
    }

    /// Adds a call. Parameters and result are those of [`Client::call`]; parameters that cannot be written are told by
    /// [`send`](Self::send).
    pub fn call<P, R>(&mut self, method: impl Into<String>, params: P) -> Call<R>
    where
        P: Serialize,
        R: DeserializeOwned,
    {
        let (method, index) = (method.into(), self.calls.len());
        let params = match as_array(&params) {
            Ok(params) => params,
            Err(error) => {
                self.mistake.get_or_insert_with(|| (index, Error::encode(&method, error)));
                Value::Array(Vec::new())
            }
        };
        self.calls.push(Entry { method, params });
        Call { multicall: self.id, index, result: PhantomData }
    }

    /// How many calls there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there are none; then nothing is sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Sends them and waits for all results. A time limit of the client is for each request.
    ///
    /// # Errors
    ///
    /// The server did not answer for each call: the error has the calls that it is about, and the results of those before
    /// them. Parameters that cannot be written are found before anything is sent. A fault of a single call is no
    /// error here but one of [`MultiCallResults::get`].
    pub async fn send(self) -> Result<MultiCallResults, MultiCallError> {
        let Self { client, calls, mistake, id, limit, fall_back, bare_results } = self;
        let mut results = MultiCallResults::new(id, &client.shared.url);
        if let Some((index, error)) = mistake {
            return Err(MultiCallError::new(results.broken_at(index..index), index..index + 1, calls.len(), error));
        }
        let mut singly = false;
        for start in (0..calls.len()).step_by(limit) {
            let part = &calls[start..calls.len().min(start + limit)];
            let failed = |results: MultiCallResults, range: Range<usize>, error| {
                Err(MultiCallError::new(results.broken_at(range.clone()), range, calls.len(), error))
            };
            if !singly {
                match together(&client, part, bare_results).await {
                    Ok(outcomes) => {
                        results.add(part.iter().map(|call| call.method.clone()).zip(outcomes));
                        continue;
                    }
                    Err(error) if fall_back && has_no_multicall(&error) => singly = true,
                    Err(error) => return failed(results, start..start + part.len(), error),
                }
            }
            for (index, call) in (start..).zip(part) {
                let outcome = client.call::<_, Value>(&call.method, &call.params).await.map(Ok);
                match outcome.or_else(Error::into_outcome) {
                    Ok(outcome) => results.add([(call.method.clone(), outcome)]),
                    Err(error) => return failed(results, index..index + 1, error),
                }
            }
        }
        Ok(results)
    }
}

impl fmt::Debug for MultiCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Parameters may be secrets.
        f.debug_list().entries(self.calls.iter().map(|call| &call.method)).finish()
    }
}

impl<R> Clone for Call<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Call<R> {}

impl<R> fmt::Debug for Call<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.index).finish()
    }
}

/// A result, or a fault, of a single call.
type Outcome = Result<Value, Fault>;

impl Error {
    fn into_outcome(self) -> Result<Outcome, Self> {
        self.into_fault().map(Err)
    }
}

const NAME: &str = "system.multicall";

async fn together(client: &Client, calls: &[Entry], bare: bool) -> Result<Vec<Outcome>, Error> {
    let results: Vec<Value> = client.call(NAME, (Part(calls),)).await?;
    match results.len() == calls.len() {
        true => Ok(results::outcomes(results, bare)),
        false => {
            let found = format!("{} results for {} calls", results.len(), calls.len());
            Err(Error::type_mismatch(NAME, XmlError::new(ErrorKind::TypeMismatch, found)))
        }
    }
}

/// What servers say that have no such method. A code other than these two is common to many faults.
fn has_no_multicall(error: &Error) -> bool {
    const XMLRPC_C: i64 = -506;
    error.fault().is_some_and(|fault| match fault.code() {
        Fault::METHOD_NOT_FOUND | XMLRPC_C => true,
        // supervisor, CPython and Ruby.
        1 => {
            fault.string().contains("UNKNOWN_METHOD")
                || fault.string().contains("\"system.multicall\" is not supported")
                || fault.string().starts_with("Method system.multicall missing")
        }
        // Perl.
        200 => fault.string().contains("Unknown method: system.multicall"),
        _ => false,
    })
}

fn as_array<P: Serialize>(params: &P) -> Result<Value, XmlError> {
    match to_value(params)? {
        params @ Value::Array(_) => Ok(params),
        Value::Nil => Ok(Value::Array(Vec::new())),
        other => {
            let found = format!("parameters are a tuple or a sequence, not a single {}", other.value_type());
            Err(XmlError::new(ErrorKind::Unwritable, found))
        }
    }
}

struct Part<'a>(&'a [Entry]);

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut calls = serializer.serialize_seq(Some(self.0.len()))?;
        for call in self.0 {
            calls.serialize_element(call)?;
        }
        calls.end()
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // In this order: rtorrent reads it in no other.
        let mut call = serializer.serialize_struct("Call", 2)?;
        call.serialize_field("methodName", &self.method)?;
        call.serialize_field("params", &self.params)?;
        call.end()
    }
}
