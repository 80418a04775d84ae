//! The RPC core: names to handlers. No HTTP server and no sockets.

mod annotated;
mod blocking;
mod check;
mod context;
#[cfg(feature = "macros")]
mod derived;
mod dispatcher;
mod execute;
mod extract;
mod extractors;
mod handler;
mod hold;
mod info;
mod internal;
mod introspection;
mod layer;
mod method;
mod methods;
mod multicall;
mod params;
mod request;
mod returns;
mod signature;
mod system;
#[cfg(feature = "macros")]
mod with_rest;

pub use self::annotated::{Annotated, ProbeResult, ResultType, UnknownResultType};
pub use self::blocking::{Blocking, blocking};
pub use self::check::{
    ArgumentFits, ErrorFits, FallibleFits, FutureFits, ResultFits, Unfit, annotated_as, annotated_blocking, check,
    check_result,
};
pub use self::context::RequestContext;
#[cfg(feature = "macros")]
pub use self::derived::{Cause, FaultCode, FaultText, HasSource, IntoFault, NoSource, fault, hidden, transparent};
pub use self::dispatcher::{DispatchFuture, Dispatcher};
pub use self::extract::{FromCall, ParamType};
pub use self::extractors::{Extension, Headers, MethodName, RemoteAddr, Rest};
pub use self::handler::{Async, Handler, OnPool, Plain};
#[cfg(feature = "server")]
pub(crate) use self::hold::{Hold, Witness};
pub use self::info::{MethodInfo, OnDisconnect};
#[cfg(feature = "server")]
pub(crate) use self::internal::BoxError;
pub use self::layer::Route;
pub use self::method::{Method, MethodFuture};
pub use self::methods::{Methods, RegisterError};
pub use self::params::Params;
pub use self::request::{RpcRequest, RpcResponse};
pub use self::returns::{Fallible, Returns, Whole};
pub use self::signature::{ParamInfo, Signature};
pub use self::system::SystemMethod;
#[cfg(feature = "macros")]
pub use self::with_rest::WithRest;
