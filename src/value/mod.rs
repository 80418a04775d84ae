//! The data of XML-RPC without XML: values, structs, dates, bytes.

mod binary;
mod datetime;
mod from;
mod kind;
mod serde;
mod structure;
#[cfg(feature = "rpc")]
mod type_info;

pub use self::binary::Binary;
pub use self::datetime::{DateTime, DateTimeError, DateTimeParts};
pub use self::kind::ValueType;
pub use self::structure::Struct;
#[cfg(feature = "rpc")]
pub use self::type_info::TypeInfo;

pub(crate) use self::serde::token;

/// Any XML-RPC value.
///
/// Arguments and results are ordinary serde types, and most programs never meet a `Value`; it is for
/// those whose shape is known only at run time. It is a serde type as well, and may stand anywhere
/// inside another.
///
/// ```
/// use tagwire::{Struct, Value, ValueType};
///
/// let value = Value::from(Struct::from([("answer", Value::from(42))]));
/// assert_eq!(value.get("answer").and_then(Value::as_i64), Some(42));
/// assert_eq!(value.as_struct().map(Struct::len), Some(1));
///
/// let list = Value::from(vec![Value::from("a"), Value::from("b")]);
/// assert_eq!(list.as_array().and_then(|list| list.first()?.as_str()), Some("a"));
/// assert_eq!(list.value_type(), ValueType::Array);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `<int>`, `<i4>` and the narrower `<i1>` and `<i2>`.
    Int(i32),
    /// `<i8>`, and an `<int>` that needs more than 32 bits.
    I8(i64),
    /// `<boolean>`.
    Boolean(bool),
    /// `<string>`, or a `<value>` without a type.
    String(String),
    /// `<double>`.
    Double(f64),
    /// `<dateTime.iso8601>`.
    DateTime(DateTime),
    /// `<base64>`.
    Base64(Binary),
    /// `<biginteger>`: its text.
    BigInteger(String),
    /// `<bigdecimal>`: its text.
    BigDecimal(String),
    /// `<struct>`.
    Struct(Struct),
    /// `<array>`.
    Array(Vec<Value>),
    /// `<nil/>`.
    Nil,
}

impl Value {
    /// The type of this value.
    #[must_use]
    pub const fn value_type(&self) -> ValueType {
        match self {
            Self::Int(_) => ValueType::Int,
            Self::I8(_) => ValueType::I8,
            Self::Boolean(_) => ValueType::Boolean,
            Self::String(_) => ValueType::String,
            Self::Double(_) => ValueType::Double,
            Self::DateTime(_) => ValueType::DateTime,
            Self::Base64(_) => ValueType::Base64,
            Self::BigInteger(_) => ValueType::BigInteger,
            Self::BigDecimal(_) => ValueType::BigDecimal,
            Self::Struct(_) => ValueType::Struct,
            Self::Array(_) => ValueType::Array,
            Self::Nil => ValueType::Nil,
        }
    }

    /// The integer, if this is an `Int` or an `I8`.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(i64::from(*number)),
            Self::I8(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if this is a `String`.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if this is an `Array`.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The struct, if this is one.
    #[must_use]
    pub fn as_struct(&self) -> Option<&Struct> {
        match self {
            Self::Struct(members) => Some(members),
            _ => None,
        }
    }

    /// A member, if this is a struct that has it.
    #[must_use]
    pub fn get(&self, member: &str) -> Option<&Value> {
        self.as_struct()?.get(member)
    }
}
