//! XML-RPC on Tokio: annotate functions, serve them over hyper, call servers from a typed client.
//!
//! ```no_run
//! use tagwire::{Fault, Server, methods, xmlrpc_method};
//!
//! /// Adds two integers.
//! #[xmlrpc_method]
//! async fn add(a: i32, b: i32) -> i32 {
//!     a + b
//! }
//!
//! /// Divides, rounding down for a positive divisor.
//! #[xmlrpc_method(name = "math.div")]
//! fn div(a: i32, b: i32) -> Result<i32, Fault> {
//!     a.checked_div_euclid(b).ok_or_else(|| Fault::application("division by zero"))
//! }
//!
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     Server::bind("127.0.0.1:8000").await?.serve(methods![add, div]).await
//! }
//! ```
//!
//! That answers `ServerProxy("http://127.0.0.1:8000")` of Python, with `system.listMethods`, `system.methodHelp`,
//! `system.methodSignature` and `system.multicall`. A client of the same crate:
//!
//! ```
//! # use tagwire::{Methods, Server};
//! use tagwire::Client;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = Server::bind("127.0.0.1:0").await?;
//! # let url = format!("http://{}", server.local_addr()?);
//! # let methods = Methods::new().register_fn("add", |a: i32, b: i32| a + b);
//! # tokio::spawn(async move { server.serve(methods).await });
//! let client = Client::new(&url)?;
//! let sum: i32 = client.call("add", (2, 3)).await?;
//! assert_eq!(sum, 5);
//! # Ok(())
//! # }
//! ```
//!
//! # What is where
//!
//! The [`guide`] has a page for each thing that somebody wants to get done, from a first server to one behind a proxy.
//!
//! | for | look at |
//! |---|---|
//! | functions as methods | [`macro@xmlrpc_method`], [`methods!`], [`Methods`], [`Handler`] |
//! | objects and traits | [`macro@xmlrpc_methods`] on an `impl`, [`macro@xmlrpc_api`] on a trait for both ends |
//! | what a function is given | serde types, [`Rest`], [`Params`], [`RequestContext`], [`Extension`], [`FromCall`] for more |
//! | errors of functions | [`Fault`], [`macro@XmlRpcFault`] for error enums |
//! | layers, limits, `system.*` | [`Dispatcher`] |
//! | serving | [`Server`]; [`server`] for Unix sockets, TLS and several processes; [`XmlRpcService`] in any tower stack; `cgi` for CGI |
//! | too many calls, too many bytes | [`XmlRpcService`], [`OverloadPolicy`], [`Stats`] |
//! | calling a server | [`Client`]; [`client`] for multicalls, options of a call, errors, and every kind of transport |
//! | types | any serde type by the tables in [`de`] and [`ser`]; [`Value`], [`Struct`], [`DateTime`], [`Binary`] |
//! | documents without HTTP | [`MethodCall`], [`MethodResponse`] |
//! | peers that need it otherwise | [`Dialect`] |
//! | bounds on what is read | [`Limits`], [`XmlRpcService::max_request_size`], [`client::ClientBuilder`] |
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `server` | yes | [`XmlRpcService`] and [`Server`]; brings `rpc` |
//! | `client` | yes | [`Client`] |
//! | `macros` | yes | [`macro@xmlrpc_method`], [`macro@xmlrpc_methods`], [`macro@xmlrpc_api`], [`macro@XmlRpcFault`], [`methods!`]; brings `rpc` |
//! | `gzip` | yes | requests and responses may be compressed |
//! | `rpc` | with those | [`Methods`], [`Dispatcher`] and their kin: no HTTP server, no sockets |
//! | `tls` | no | HTTPS by rustls: `Server::tls`, and `https://` URLs of [`Client`] |
//! | `systemd` | no | `Server::inherited`: the socket that systemd hands over, on Unix |
//! | `workers` | no | `server::Workers`: several processes at one address, on Unix |
//! | `cookies` | no | `ClientBuilder::cookies` |
//! | `cgi` | no | `cgi::handle`: one request from the environment and standard input |
//! | `chrono`, `jiff`, `time` | no | [`DateTime`] from and to the dates of that crate |
//!
//! With none of them what is left is the codec: values, documents, serde.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "cgi")]
pub mod cgi;
#[cfg(feature = "client")]
pub mod client;
pub mod de;
// Pages to read, and nothing else. Their code needs these features.
#[cfg(all(any(doc, doctest), feature = "client", feature = "macros", feature = "server"))]
pub mod guide;
pub mod ser;
#[cfg(feature = "server")]
pub mod server;

#[cfg(any(feature = "server", feature = "client"))]
mod coding;
mod dialect;
mod fault;
#[cfg(feature = "__fuzzing")]
mod fuzzing;
#[cfg(all(feature = "client", feature = "rpc"))]
mod in_process;
mod message;
// The README's code compiles, or the tests of documentation fail.
#[cfg(all(doctest, unix, feature = "client", feature = "macros", feature = "server"))]
#[doc = include_str!("../README.md")]
mod readme {}
#[cfg(feature = "rpc")]
mod rpc;
#[cfg(feature = "server")]
mod service;
mod value;
mod xml;

#[cfg(feature = "client")]
pub use crate::client::Client;
pub use crate::dialect::{ControlCharacters, Dialect, WideIntegers};
pub use crate::fault::Fault;
pub use crate::message::{MethodCall, MethodResponse};
#[cfg(feature = "rpc")]
pub use crate::rpc::{
    Blocking, DispatchFuture, Dispatcher, Extension, FromCall, Handler, Headers, Method, MethodFuture, MethodInfo,
    MethodName, Methods, OnDisconnect, ParamInfo, ParamType, Params, RegisterError, RemoteAddr, RequestContext, Rest,
    Returns, Route, RpcRequest, RpcResponse, Signature, SystemMethod, blocking,
};
#[cfg(feature = "server")]
pub use crate::server::Server;
#[cfg(feature = "server")]
pub use crate::service::{IntoService, OverloadPolicy, Stats, XmlRpcService};
#[cfg(feature = "rpc")]
pub use crate::value::TypeInfo;
pub use crate::value::{Binary, DateTime, DateTimeError, DateTimeParts, Struct, Value, ValueType};
pub use crate::xml::error::Error;
pub use crate::xml::limits::Limits;
/// Makes an error a [`Fault`]: `#[fault(…)]` says which.
///
/// ```
/// use tagwire::{Fault, Methods, XmlRpcFault};
///
/// mod codes {
///     pub const NOT_FOUND: i32 = 404;
/// }
///
/// #[derive(Debug, thiserror::Error, XmlRpcFault)]
/// enum BankError {
///     #[error("no account {0}")]
///     #[fault(code = codes::NOT_FOUND)]
///     NoAccount(u32),
///     #[error("database")]
///     #[fault(hidden)]
///     Database(#[from] std::io::Error),
///     #[error(transparent)]
///     #[fault(transparent)]
///     Limit(#[from] LimitError),
///     #[error("closed")]
///     Closed,
/// }
///
/// #[derive(Debug, thiserror::Error, XmlRpcFault)]
/// #[error("no more than {limit} a day")]
/// #[fault(code = 12)]
/// struct LimitError {
///     limit: u32,
/// }
///
/// let methods = Methods::new().register_fn("balance", |account: u32| match account {
///     0 => Err(BankError::NoAccount(account)),
///     _ => Ok(100),
/// });
/// # let _ = methods;
///
/// assert_eq!(Fault::from(BankError::NoAccount(7)), Fault::new(404, "no account 7"));
/// assert_eq!(Fault::from(BankError::Limit(LimitError { limit: 500 })), Fault::new(12, "no more than 500 a day"));
/// assert_eq!(Fault::from(BankError::Closed), Fault::application("closed"));
///
/// let hidden = Fault::from(BankError::Database(std::io::Error::other("no table: accounts")));
/// assert_eq!(hidden.code(), Fault::INTERNAL_ERROR);
/// assert!(hidden.string().starts_with("internal error ")); // the table is named in the log
/// ```
#[cfg(feature = "macros")]
pub use tagwire_macros::XmlRpcFault;
/// Makes a trait the definition of both ends: whoever implements it is served, and a typed client calls it.
///
/// ```
/// use tagwire::{Fault, RequestContext, xmlrpc_api};
///
/// /// What both ends know.
/// #[xmlrpc_api(namespace = "calc")]
/// trait Calc {
///     /// Adds two integers.
///     async fn add(&self, a: i32, b: i32) -> Result<i32, Fault>;
///
///     /// Divides, rounding down; by two if no divisor is given.
///     #[xmlrpc_method(name = "div", idempotent)]
///     fn divide(&self, a: i32, b: Option<i32>) -> Result<i32, Fault> {
///         a.checked_div_euclid(b.unwrap_or(2)).ok_or_else(|| Fault::application("division by zero"))
///     }
///
///     /// The name of the method that is called: a client sends no context.
///     async fn name(&self, cx: RequestContext) -> Result<String, Fault> {
///         Ok(cx.method().to_owned())
///     }
/// }
///
/// // One end implements it ...
/// struct Plain;
///
/// impl Calc for Plain {
///     async fn add(&self, a: i32, b: i32) -> Result<i32, Fault> {
///         a.checked_add(b).ok_or_else(|| Fault::application("out of range"))
///     }
/// }
///
/// # #[cfg(all(feature = "client", feature = "server"))]
/// # {
/// use tagwire::{Client, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::bind("127.0.0.1:0").await?;
/// let url = format!("http://{}", server.local_addr()?);
/// tokio::spawn(async move { server.serve(Plain.into_methods()).await });
///
/// // ... and the other calls it.
/// let calc = CalcClient::new(Client::new(&url)?);
/// assert_eq!(calc.add(2, 3).await?, 5);
/// assert_eq!(calc.divide(7, None).await?, 3);
/// assert_eq!(calc.name().await?, "calc.name");
/// let error = calc.divide(1, Some(0)).await.unwrap_err();
/// assert_eq!(error.fault().map(Fault::string), Some("division by zero"));
/// # Ok(())
/// # }
/// # main().unwrap();
/// # }
/// ```
#[cfg(feature = "macros")]
pub use tagwire_macros::xmlrpc_api;
/// Makes a function a method, to be collected by [`methods!`].
///
/// ```
/// use tagwire::{Fault, methods, xmlrpc_method};
///
/// /// Adds two integers.
/// #[xmlrpc_method]
/// async fn add(a: i32, b: i32) -> i32 {
///     a + b
/// }
///
/// #[xmlrpc_method(name = "math.div", help = "Divides.")]
/// fn div(a: i32, b: i32) -> Result<i32, Fault> {
///     a.checked_div(b).ok_or_else(|| Fault::application("division by zero"))
/// }
///
/// let methods = methods![add, div];
/// assert!(methods.get("add").is_some_and(|add| add.info().help() == "Adds two integers."));
/// assert!(methods.get("math.div").is_some());
/// assert_eq!(div(7, 2), Ok(3)); // still a function
/// ```
#[cfg(feature = "macros")]
pub use tagwire_macros::xmlrpc_method;
/// Makes the marked functions of an `impl` methods, with the object as their state.
///
/// ```
/// use std::sync::Mutex;
/// use tagwire::{Dispatcher, xmlrpc_methods};
///
/// struct Account {
///     balance: Mutex<i64>,
/// }
///
/// #[xmlrpc_methods(namespace = "account")]
/// impl Account {
///     /// The balance, in cents.
///     #[xmlrpc_method]
///     fn balance(&self) -> i64 {
///         self.current()
///     }
///
///     /// Pays in, and tells the new balance.
///     #[xmlrpc_method(name = "payIn")]
///     async fn pay_in(&self, amount: u32) -> i64 {
///         let mut balance = self.balance.lock().unwrap();
///         *balance += i64::from(amount);
///         *balance
///     }
///
///     // Without a mark, so no caller reaches it.
///     fn current(&self) -> i64 {
///         *self.balance.lock().unwrap()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tagwire::Fault> {
/// let methods = Account { balance: Mutex::new(100) }.into_methods();
/// assert_eq!(methods.len(), 2);
///
/// let dispatcher = Dispatcher::new(methods);
/// assert_eq!(dispatcher.call::<_, i64>("account.payIn", (20,)).await?, 120);
/// assert!(dispatcher.call::<_, i64>("account.current", ()).await.is_err());
/// # Ok(())
/// # }
/// ```
///
/// State that something else needs too is shared: `Account::methods_of(&account)` makes a table of an `Arc<Account>`.
#[cfg(feature = "macros")]
pub use tagwire_macros::xmlrpc_methods;

/// What the macros' code refers to, and the project's own fuzz targets.
#[doc(hidden)]
pub mod __private {
    #[cfg(all(feature = "client", feature = "macros"))]
    pub use crate::client::check::{NotTyped, Received, Sent, Typed, typed};
    #[cfg(feature = "__fuzzing")]
    pub use crate::fuzzing::reader_tokens;
    #[cfg(feature = "rpc")]
    pub use crate::rpc::{
        Annotated, ArgumentFits, Async, ErrorFits, Fallible, FallibleFits, FutureFits, OnPool, Plain, ProbeResult,
        ResultFits, ResultType, Unfit, UnknownResultType, Whole, annotated_as, annotated_blocking, check, check_result,
    };
    #[cfg(feature = "macros")]
    pub use crate::rpc::{
        Cause, FaultCode, FaultText, HasSource, IntoFault, NoSource, WithRest, fault, hidden, transparent,
    };
}
