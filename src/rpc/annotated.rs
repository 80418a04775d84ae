//! What the code that the macros make refers to.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::handler::Handler;
use super::method::{FnMethod, Method, MethodInfo};
use crate::de::probe::shape_of;
use crate::value::ValueType;

/// Implemented by `#[xmlrpc_method]` for the struct that bears a function's name.
pub trait Annotated {
    /// The function as a method.
    fn method() -> Arc<dyn Method>;
}

/// An annotated function as a method: what `#[xmlrpc_method]` makes.
#[must_use]
pub fn annotated<M: 'static, H: Handler<M>>(
    name: &'static str,
    help: &'static str,
    arguments: &'static [&'static str],
    handler: H,
    result: ValueType,
) -> Arc<dyn Method> {
    let info = MethodInfo::new(name).with_help(help);
    Arc::new(FnMethod::new(info, arguments, handler, result))
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
    fn value_type(&self) -> ValueType;
}

impl<T: DeserializeOwned> ResultType for ProbeResult<T> {
    fn value_type(&self) -> ValueType {
        match shape_of::<T>().value_type {
            // A method without a result answers true: see `RpcResponse::encode`.
            ValueType::Nil => ValueType::Boolean,
            known => known,
        }
    }
}

/// A result that can only be serialized.
pub trait UnknownResultType {
    /// Nothing is known.
    fn value_type(&self) -> ValueType;
}

impl<T> UnknownResultType for &ProbeResult<T> {
    fn value_type(&self) -> ValueType {
        ValueType::Undef
    }
}
