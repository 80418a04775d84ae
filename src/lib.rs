//! XML-RPC for Rust.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod de;
pub mod ser;

mod dialect;
mod fault;
mod message;
#[cfg(feature = "rpc")]
mod rpc;
mod value;
mod xml;

pub use crate::dialect::Dialect;
pub use crate::fault::Fault;
pub use crate::message::{MethodCall, MethodResponse};
#[cfg(feature = "rpc")]
pub use crate::rpc::{
    DispatchFuture, Dispatcher, FromCall, Handler, Method, MethodFuture, MethodInfo, Methods, ParamType, Params,
    RequestContext, Returns, RpcRequest, RpcResponse,
};
pub use crate::value::{Binary, DateTime, DateTimeParts, Struct, Value, ValueType};
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

/// What the macros' code refers to.
#[cfg(feature = "rpc")]
#[doc(hidden)]
pub mod __private {
    pub use crate::rpc::{
        Annotated, ArgumentFits, Async, ErrorFits, Fallible, FallibleFits, FutureFits, Plain, ProbeResult, ResultFits,
        ResultType, Unfit, UnknownResultType, Whole, annotated, annotated_as, check, check_result,
    };
}
