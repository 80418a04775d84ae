use std::any::TypeId;

use serde::Serialize;

use super::hidden::logged;
use super::request::RpcResponse;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::value::{Binary, DateTime, Struct, TypeInfo, Value, ValueType};

/// What a handler may return: a value that serde can serialize ([`Whole`]), or a `Result` of one and an error
/// that is `Into<Fault>` ([`Fallible`]).
///
/// ```
/// use tagwire::{Fault, Methods};
///
/// enum Refusal {
///     NoSuchRecord(u32),
/// }
///
/// impl From<Refusal> for Fault {
///     fn from(refusal: Refusal) -> Self {
///         match refusal {
///             Refusal::NoSuchRecord(id) => Fault::new(404, format!("no record {id}")),
///         }
///     }
/// }
///
/// let methods = Methods::new().register_fn("record", |id: u32| match id {
///     0 => Ok("the first"),
///     _ => Err(Refusal::NoSuchRecord(id)),
/// });
/// # let _ = methods;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an XML-RPC method",
    label = "not a result",
    note = "a result implements `serde::Serialize`, or is a `Result` of such a type and an error that is `Into<Fault>`"
)]
pub trait Returns<M> {
    /// The type of the result as far as it is known without a value.
    fn type_info() -> TypeInfo;

    /// Encodes the result.
    ///
    /// # Errors
    /// The handler's own fault, or -32603 for a result that cannot be written.
    fn into_response(self, dialect: &Dialect) -> Result<RpcResponse, Fault>;
}

/// Marks a handler whose result is a value.
#[derive(Debug)]
pub struct Whole;

/// Marks a handler whose result is a `Result`.
#[derive(Debug)]
pub struct Fallible;

impl<T: Serialize + 'static> Returns<Whole> for T {
    fn type_info() -> TypeInfo {
        known_type::<T>()
    }

    fn into_response(self, dialect: &Dialect) -> Result<RpcResponse, Fault> {
        // What is wrong with the server's own data is for its log, not for the caller.
        RpcResponse::encode(&self, dialect).map_err(|error| logged(&error, "a method's result cannot be written"))
    }
}

impl<T: Serialize + 'static, E: Into<Fault>> Returns<Fallible> for Result<T, E> {
    fn type_info() -> TypeInfo {
        known_type::<T>()
    }

    fn into_response(self, dialect: &Dialect) -> Result<RpcResponse, Fault> {
        self.map_err(Into::into)?.into_response(dialect)
    }
}

/// The types that can be told by name alone; a type need not be deserializable to be a result.
fn known_type<T: 'static>() -> TypeInfo {
    let this = TypeId::of::<T>();
    if let Some(known) = scalar(this) {
        return known.into();
    }
    let arrays = [
        (TypeId::of::<Vec<Value>>(), None),
        (TypeId::of::<Vec<String>>(), Some(ValueType::String)),
        (TypeId::of::<Vec<&'static str>>(), Some(ValueType::String)),
        (TypeId::of::<Vec<i32>>(), Some(ValueType::Int)),
        (TypeId::of::<Vec<i64>>(), Some(ValueType::I8)),
        (TypeId::of::<Vec<f64>>(), Some(ValueType::Double)),
        (TypeId::of::<Vec<bool>>(), Some(ValueType::Boolean)),
    ];
    match arrays.into_iter().find(|(id, _)| *id == this) {
        Some((_, element)) => TypeInfo::array_of(element.map(TypeInfo::from)),
        None => ValueType::Undef.into(),
    }
}

fn scalar(this: TypeId) -> Option<ValueType> {
    let known = [
        (TypeId::of::<()>(), ValueType::Boolean),
        (TypeId::of::<bool>(), ValueType::Boolean),
        (TypeId::of::<i8>(), ValueType::Int),
        (TypeId::of::<i16>(), ValueType::Int),
        (TypeId::of::<i32>(), ValueType::Int),
        (TypeId::of::<u8>(), ValueType::Int),
        (TypeId::of::<u16>(), ValueType::Int),
        (TypeId::of::<u32>(), ValueType::I8),
        (TypeId::of::<i64>(), ValueType::I8),
        (TypeId::of::<u64>(), ValueType::I8),
        (TypeId::of::<f32>(), ValueType::Double),
        (TypeId::of::<f64>(), ValueType::Double),
        (TypeId::of::<char>(), ValueType::String),
        (TypeId::of::<String>(), ValueType::String),
        (TypeId::of::<&'static str>(), ValueType::String),
        (TypeId::of::<DateTime>(), ValueType::DateTime),
        (TypeId::of::<Binary>(), ValueType::Base64),
        (TypeId::of::<Struct>(), ValueType::Struct),
    ];
    known.into_iter().find(|(id, _)| *id == this).map(|(_, value_type)| value_type)
}
