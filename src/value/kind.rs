use std::fmt;

/// The type of a value: what stands between `<value>` and `</value>`, or what a method takes and gives.
///
/// Its text is the specification's name, as `system.methodSignature` gives it.
///
/// ```
/// use tagwire::{Value, ValueType};
///
/// assert_eq!(Value::from(5).value_type(), ValueType::Int);
/// assert_eq!(ValueType::DateTime.to_string(), "dateTime.iso8601");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueType {
    /// `int`: 32 bits, signed.
    Int,
    /// `i8`: 64 bits, signed; an extension.
    I8,
    /// `boolean`.
    Boolean,
    /// `string`.
    String,
    /// `double`: 64-bit floating point.
    Double,
    /// `dateTime.iso8601`.
    DateTime,
    /// `base64`: bytes.
    Base64,
    /// `biginteger`: an integer of any size; Apache's extension.
    BigInteger,
    /// `bigdecimal`: a decimal number of any size; Apache's extension.
    BigDecimal,
    /// `struct`: named members.
    Struct,
    /// `array`.
    Array,
    /// `nil`: no value; an extension.
    Nil,
    /// `undef`: nothing is known, or any type will do. Never the type of a [`Value`](crate::Value).
    Undef,
}

impl ValueType {
    /// The name in the specification, or in the extension that the type comes from.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::I8 => "i8",
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Double => "double",
            Self::DateTime => "dateTime.iso8601",
            Self::Base64 => "base64",
            Self::BigInteger => "biginteger",
            Self::BigDecimal => "bigdecimal",
            Self::Struct => "struct",
            Self::Array => "array",
            Self::Nil => "nil",
            Self::Undef => "undef",
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
