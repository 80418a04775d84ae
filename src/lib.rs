//! XML-RPC for Rust.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod de;
pub mod ser;

mod dialect;
mod fault;
mod message;
mod value;
mod xml;

pub use crate::dialect::Dialect;
pub use crate::fault::Fault;
pub use crate::message::{MethodCall, MethodResponse};
pub use crate::value::{Binary, DateTime, DateTimeParts, Struct, Value, ValueType};
pub use crate::xml::error::Error;
pub use crate::xml::limits::Limits;

