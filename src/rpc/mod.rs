//! The RPC core: names to handlers. No HTTP server and no sockets.

mod annotated;
mod check;
mod context;
mod dispatcher;
mod execute;
mod extract;
mod handler;
mod introspection;
mod method;
mod multicall;
mod params;
mod request;
mod returns;

pub use self::annotated::{Annotated, ProbeResult, ResultType, UnknownResultType, annotated};
pub use self::check::{
    ArgumentFits, ErrorFits, FallibleFits, FutureFits, ResultFits, Unfit, annotated_as, check, check_result,
};
pub use self::context::RequestContext;
pub use self::dispatcher::{DispatchFuture, Dispatcher};
pub use self::extract::{FromCall, ParamType};
pub use self::handler::{Async, Handler, Plain};
pub use self::method::{Method, MethodFuture, MethodInfo, Methods};
pub use self::params::Params;
#[cfg(feature = "server")]
pub(crate) use self::request::oneshot;
pub use self::request::{RpcRequest, RpcResponse};
pub use self::returns::{Fallible, Returns, Whole};
