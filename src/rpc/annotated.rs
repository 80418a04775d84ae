//! What the code that the macros make refers to.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::method::Method;
use crate::de::probe::shape_of;
use crate::value::{TypeInfo, ValueType};

/// Implemented by `#[xmlrpc_method]` for the struct that bears a function's name.
pub trait Annotated {
    /// The function as a method.
    fn method() -> Arc<dyn Method>;
}

/// Finds the type of a result for the macros, which know the type itself: what it tells by being
/// deserialized if it can be, `undef` if not. Method lookup prefers [`ResultType`] where it applies.
#[derive(Debug)]
pub struct ProbeResult<T>(PhantomData<fn() -> T>);

impl<T> ProbeResult<T> {
    /// A probe.
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// A result that can be deserialized too.
pub trait ResultType {
    /// Its type.
    fn type_info(&self) -> TypeInfo;
}

impl<T: DeserializeOwned> ResultType for ProbeResult<T> {
    fn type_info(&self) -> TypeInfo {
        let info = shape_of::<T>().info;
        match info.value_type() {
            // A method without a result answers true: see `RpcResponse::encode`.
            ValueType::Nil => ValueType::Boolean.into(),
            _ => info,
        }
    }
}

/// A result that can only be serialized.
pub trait UnknownResultType {
    /// Nothing is known.
    fn type_info(&self) -> TypeInfo;
}

impl<T> UnknownResultType for &ProbeResult<T> {
    fn type_info(&self) -> TypeInfo {
        ValueType::Undef.into()
    }
}
