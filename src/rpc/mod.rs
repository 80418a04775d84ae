//! The RPC core: names to handlers. No HTTP server and no sockets.

mod blocking;
mod context;
mod dispatcher;
mod execute;
mod extract;
mod extractors;
mod generated;
mod handler;
mod hash;
mod hidden;
mod hold;
mod info;
mod introspection;
mod layer;
mod method;
mod methods;
mod multicall;
mod params;
mod register_error;
mod request;
mod returns;
mod signature;
mod system;

pub use self::blocking::{Blocking, blocking};
pub use self::context::RequestContext;
pub use self::dispatcher::{DispatchFuture, Dispatcher};
pub use self::extract::{FromCall, ParamType};
pub use self::extractors::{Extension, Headers, MethodName, RemoteAddr, Rest};
pub use self::generated::{
    Annotated, ArgumentFits, ErrorFits, FallibleFits, FutureFits, ProbeResult, ResultFits, ResultType, Unfit,
    UnknownResultType, annotated_as, annotated_blocking, check, check_result,
};
#[cfg(feature = "macros")]
pub use self::generated::{
    Cause, FaultCode, FaultText, HasSource, IntoFault, NoSource, WithRest, fault, hidden, transparent,
};
pub use self::handler::{Async, Handler, OnPool, Plain};
#[cfg(feature = "server")]
pub(crate) use self::hold::{Hold, Witness};
pub use self::info::{MethodInfo, OnDisconnect};
pub use self::layer::Route;
pub use self::method::{Method, MethodFuture};
pub use self::methods::Methods;
pub use self::params::Params;
pub use self::register_error::RegisterError;
pub use self::request::{RpcRequest, RpcResponse};
pub use self::returns::{Fallible, Returns, Whole};
pub use self::signature::{ParamInfo, Signature};
pub use self::system::SystemMethod;
