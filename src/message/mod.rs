//! Whole documents, without HTTP: calls and responses.

mod call;
pub(crate) mod envelope;
pub(crate) mod params;
mod response;

pub use self::call::MethodCall;
#[cfg(any(feature = "client", feature = "rpc"))]
pub(crate) use self::call::write_call;
pub use self::response::MethodResponse;
#[cfg(feature = "client")]
pub(crate) use self::response::fault_from;
#[cfg(feature = "rpc")]
pub(crate) use self::response::{RESPONSE_END, start_response, write_fault, write_fault_value};
