//! The element names of XML-RPC.

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
