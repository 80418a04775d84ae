//! The element names of XML-RPC.

use crate::value::ValueType;

/// An element name, without its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    MethodCall,
    MethodResponse,
    MethodName,
    Params,
    Param,
    Fault,
    Value,
    Member,
    Name,
    Data,
    Int,
    I4,
    I1,
    I2,
    I8,
    Boolean,
    String,
    Double,
    DateTime,
    Base64,
    BigInteger,
    BigDecimal,
    Struct,
    Array,
    Nil,
    /// Any other name.
    Other,
}

impl Tag {
    /// The tag of a qualified name. Apache's extension types go by their local names, whether their
    /// namespace is declared or not.
    #[inline]
    pub(crate) fn from_name(name: &[u8]) -> Self {
        match Self::from_local_name(name) {
            Self::Other => {
                memchr::memrchr(b':', name).map_or(Self::Other, |colon| Self::from_local_name(&name[colon + 1..]))
            }
            tag => tag,
        }
    }

    #[inline]
    fn from_local_name(name: &[u8]) -> Self {
        match name {
            b"value" => Self::Value,
            b"int" => Self::Int,
            b"i4" => Self::I4,
            b"string" => Self::String,
            b"member" => Self::Member,
            b"name" => Self::Name,
            b"param" => Self::Param,
            b"boolean" => Self::Boolean,
            b"double" | b"float" => Self::Double,
            b"struct" => Self::Struct,
            b"array" => Self::Array,
            b"data" => Self::Data,
            b"base64" => Self::Base64,
            b"dateTime.iso8601" | b"dateTime" => Self::DateTime,
            b"nil" => Self::Nil,
            b"i8" => Self::I8,
            b"i1" => Self::I1,
            b"i2" => Self::I2,
            b"params" => Self::Params,
            b"methodCall" => Self::MethodCall,
            b"methodName" => Self::MethodName,
            b"methodResponse" => Self::MethodResponse,
            b"fault" => Self::Fault,
            b"biginteger" => Self::BigInteger,
            b"bigdecimal" => Self::BigDecimal,
            _ => Self::Other,
        }
    }

    /// The tag whose own name stands here with the end of a plain tag behind it, and the length of that name.
    /// This is the form that all but a few tags have, and the first letter narrows it down to a comparison or two.
    #[inline]
    pub(crate) fn literal(bytes: &[u8]) -> Option<(Self, usize)> {
        macro_rules! first_of {
            ($($text:literal => $tag:ident),*) => {
                $(if bytes.starts_with($text) { Some((Self::$tag, $text.len() - 1)) } else)* { None }
            };
        }
        match bytes.first()? {
            b'v' => first_of!(b"value>" => Value),
            b'm' => first_of!(
                b"member>" => Member,
                b"methodName>" => MethodName,
                b"methodCall>" => MethodCall,
                b"methodResponse>" => MethodResponse
            ),
            b'n' => first_of!(b"name>" => Name),
            b's' => first_of!(b"string>" => String, b"struct>" => Struct),
            b'i' => first_of!(b"int>" => Int, b"i4>" => I4, b"i8>" => I8),
            b'p' => first_of!(b"param>" => Param, b"params>" => Params),
            b'd' => first_of!(b"double>" => Double, b"data>" => Data, b"dateTime.iso8601>" => DateTime),
            b'b' => first_of!(b"boolean>" => Boolean, b"base64>" => Base64),
            b'a' => first_of!(b"array>" => Array),
            _ => None,
        }
    }

    /// The type that the element stands for.
    pub(crate) const fn value_type(self) -> ValueType {
        match self {
            Self::Int | Self::I4 | Self::I1 | Self::I2 => ValueType::Int,
            Self::I8 => ValueType::I8,
            Self::Boolean => ValueType::Boolean,
            Self::String => ValueType::String,
            Self::Double => ValueType::Double,
            Self::DateTime => ValueType::DateTime,
            Self::Base64 => ValueType::Base64,
            Self::BigInteger => ValueType::BigInteger,
            Self::BigDecimal => ValueType::BigDecimal,
            Self::Struct => ValueType::Struct,
            Self::Array => ValueType::Array,
            Self::Nil => ValueType::Nil,
            _ => ValueType::Undef,
        }
    }

    /// Whether the element holds an integer of at most 64 bits.
    pub(crate) const fn is_integer(self) -> bool {
        matches!(self, Self::Int | Self::I4 | Self::I1 | Self::I2 | Self::I8)
    }

    /// Whether the element stands for a type, inside `<value>`.
    pub(crate) const fn is_type(self) -> bool {
        matches!(
            self,
            Self::Int
                | Self::I4
                | Self::I1
                | Self::I2
                | Self::I8
                | Self::Boolean
                | Self::String
                | Self::Double
                | Self::DateTime
                | Self::Base64
                | Self::BigInteger
                | Self::BigDecimal
                | Self::Struct
                | Self::Array
                | Self::Nil
        )
    }
}
