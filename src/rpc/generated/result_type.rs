//! The type of a result, for the macros, which know the type itself.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::de::probe::shape_of;
use crate::value::{TypeInfo, ValueType};

/// Finds the type of a result: what it tells by being deserialized if it can be, `undef` if not. Method resolution
/// prefers what applies without a reference more.
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

/// A `Result` under whatever name: what is sent is the value in it.
impl<T: DeserializeOwned, E> ProbeResult<Result<T, E>> {
    /// Its type.
    #[must_use]
    pub fn __tagwire_type_info(&self) -> TypeInfo {
        result_type::<T>()
    }
}

/// A result that can be deserialized too.
pub trait ResultType {
    /// Its type.
    fn __tagwire_type_info(&self) -> TypeInfo;
}

impl<T: DeserializeOwned> ResultType for ProbeResult<T> {
    fn __tagwire_type_info(&self) -> TypeInfo {
        result_type::<T>()
    }
}

/// A result that can only be serialized.
pub trait UnknownResultType {
    /// Nothing is known.
    fn __tagwire_type_info(&self) -> TypeInfo;
}

impl<T> UnknownResultType for &ProbeResult<T> {
    fn __tagwire_type_info(&self) -> TypeInfo {
        ValueType::Undef.into()
    }
}

fn result_type<T: DeserializeOwned>() -> TypeInfo {
    let info = shape_of::<T>().info;
    match info.value_type() {
        // A method without a result answers true: see `RpcResponse::encode`.
        ValueType::Nil => ValueType::Boolean.into(),
        _ => info,
    }
}
