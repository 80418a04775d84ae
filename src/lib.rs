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
//! | for | look at |
//! |---|---|
//! | functions as methods | [`macro@xmlrpc_method`], [`methods!`], [`Methods`], [`Handler`], [`FromCall`] |
//! | serving them | [`Server`]; [`XmlRpcService`] in any tower stack; [`Dispatcher`] without HTTP |
//! | calling a server | [`Client`], [`client`] |
//! | errors that travel | [`Fault`] |
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
//! | `macros` | yes | [`macro@xmlrpc_method`] and [`methods!`]; brings `rpc` |
//! | `rpc` | with those | [`Methods`], [`Dispatcher`] and their kin: no HTTP server, no sockets |
//! | `chrono`, `jiff`, `time` | no | [`DateTime`] from and to the dates of that crate |
//!
//! With none of them what is left is the codec: values, documents, serde.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
pub mod client;
pub mod de;
pub mod ser;
#[cfg(feature = "server")]
pub mod server;

mod dialect;
mod fault;
#[cfg(feature = "__fuzzing")]
mod fuzzing;
mod message;
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
    Blocking, DispatchFuture, Dispatcher, DuplicateMethod, Extension, FromCall, Handler, Headers, Method, MethodFuture,
    MethodInfo, MethodName, Methods, OnDisconnect, ParamInfo, ParamType, Params, RemoteAddr, RequestContext, Rest,
    Returns, Route, RpcRequest, RpcResponse, Signature, SystemMethod, blocking,
};
#[cfg(feature = "server")]
pub use crate::server::Server;
#[cfg(feature = "server")]
pub use crate::service::{IntoService, XmlRpcService};
#[cfg(feature = "rpc")]
pub use crate::value::TypeInfo;
pub use crate::value::{Binary, DateTime, DateTimeError, DateTimeParts, Struct, Value, ValueType};
pub use crate::xml::error::Error;
pub use crate::xml::limits::Limits;
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

/// What the macros' code refers to, and the project's own fuzz targets.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "__fuzzing")]
    pub use crate::fuzzing::reader_tokens;
    #[cfg(feature = "macros")]
    pub use crate::rpc::WithRest;
    #[cfg(feature = "rpc")]
    pub use crate::rpc::{
        Annotated, ArgumentFits, Async, ErrorFits, Fallible, FallibleFits, FutureFits, OnPool, Plain, ProbeResult,
        ResultFits, ResultType, Unfit, UnknownResultType, Whole, annotated_as, annotated_blocking, check, check_result,
        hidden,
    };
}
