//! Serde for the data types.
//!
//! Serde's data model has no date, no 64-bit tag and no big number, so these types name themselves: as a
//! newtype struct with a name from [`token`]. The codec knows those names; any other format sees
//! through the newtype to the text or number inside. Where serde buffers a value of unknown type, the
//! codec presents a date or a big number as a map from such a name to its text.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Binary, DateTime, Struct, Value, ValueType};

/// The newtype names by which the codec recognises the data types.
pub(crate) mod token {
    use super::ValueType;

    /// On reading: asks the codec to present the value as an enum of [`KINDS`].
    pub(crate) const VALUE: &str = "$tagwire::Value";
    /// Text of a `<dateTime.iso8601>`.
    pub(crate) const DATE_TIME: &str = "$tagwire::DateTime";
    /// A number that is written as `<i8>` whatever its size.
    pub(crate) const I8: &str = "$tagwire::I8";
    /// Text of a `<biginteger>`.
    pub(crate) const BIG_INTEGER: &str = "$tagwire::BigInteger";
    /// Text of a `<bigdecimal>`.
    pub(crate) const BIG_DECIMAL: &str = "$tagwire::BigDecimal";
    /// A unit struct: a nil that is meant, and not the `()` of a method without a result.
    pub(crate) const NIL: &str = "$tagwire::Nil";

    /// What the one name in the map that stands for a date or a big number says.
    pub(crate) fn marked(name: &str) -> Option<ValueType> {
        match name {
            DATE_TIME => Some(ValueType::DateTime),
            BIG_INTEGER => Some(ValueType::BigInteger),
            BIG_DECIMAL => Some(ValueType::BigDecimal),
            _ => None,
        }
    }

    /// How the codec names the variants of a value: by their position here, which is that in [`ValueType`].
    pub(crate) const KINDS: [ValueType; 12] = [
        ValueType::Int,
        ValueType::I8,
        ValueType::Boolean,
        ValueType::String,
        ValueType::Double,
        ValueType::DateTime,
        ValueType::Base64,
        ValueType::BigInteger,
        ValueType::BigDecimal,
        ValueType::Struct,
        ValueType::Array,
        ValueType::Nil,
    ];
}

use token::KINDS;

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Int(number) => serializer.serialize_i32(*number),
            Self::I8(number) => serializer.serialize_newtype_struct(token::I8, number),
            Self::Boolean(truth) => serializer.serialize_bool(*truth),
            Self::String(text) => serializer.serialize_str(text),
            Self::Double(number) => serializer.serialize_f64(*number),
            Self::DateTime(date) => date.serialize(serializer),
            Self::Base64(bytes) => bytes.serialize(serializer),
            Self::BigInteger(text) => serializer.serialize_newtype_struct(token::BIG_INTEGER, text),
            Self::BigDecimal(text) => serializer.serialize_newtype_struct(token::BIG_DECIMAL, text),
            Self::Struct(members) => members.serialize(serializer),
            Self::Array(elements) => elements.serialize(serializer),
            Self::Nil => serializer.serialize_unit_struct(token::NIL),
        }
    }
}

impl Serialize for Struct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(token::DATE_TIME, self.as_str())
    }
}

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_slice())
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(token::VALUE, ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any XML-RPC value")
    }

    /// The codec's own form, which keeps every type apart. Arrays and structs, through which reading comes back to
    /// here, are kept off the frame of the rest: each level of a document costs it.
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let (kind, content) = data.variant::<KindOf>()?;
        match kind.0 {
            ValueType::Array => content.tuple_variant(0, Self),
            ValueType::Struct => content.struct_variant(&[], StructVisitor).map(Value::Struct),
            kind => scalar(kind, content),
        }
    }

    /// What another format makes of the newtype.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Value, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Boolean(truth))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        let signed = i64::try_from(number);
        Ok(signed.map_or_else(|_| Value::BigInteger(number.to_string()), Value::from))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Double(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Base64(bytes.into()))
    }

    fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Base64(bytes.into()))
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Value, D::Error> {
        Value::deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    /// A struct, or a scalar that serde has no word for: see [`token`].
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.is_empty()
                && let Some(kind) = token::marked(&name)
            {
                return marked(kind, map);
            }
            members.push((name, map.next_value()?));
        }
        Ok(Value::Struct(members.into_iter().collect()))
    }
}

#[inline(never)]
fn marked<'de, A: MapAccess<'de>>(kind: ValueType, mut map: A) -> Result<Value, A::Error> {
    let text: String = map.next_value()?;
    Ok(match kind {
        ValueType::DateTime => Value::DateTime(DateTime::new(text)),
        ValueType::BigInteger => Value::BigInteger(text),
        _ => Value::BigDecimal(text),
    })
}

/// A value that has no values inside.
#[inline(never)]
fn scalar<'de, A: VariantAccess<'de>>(kind: ValueType, content: A) -> Result<Value, A::Error> {
    Ok(match kind {
        ValueType::Int => Value::Int(content.newtype_variant()?),
        ValueType::I8 => Value::I8(content.newtype_variant()?),
        ValueType::Boolean => Value::Boolean(content.newtype_variant()?),
        ValueType::String => Value::String(content.newtype_variant()?),
        ValueType::Double => Value::Double(content.newtype_variant()?),
        ValueType::DateTime => Value::DateTime(content.newtype_variant()?),
        ValueType::Base64 => Value::Base64(content.newtype_variant()?),
        ValueType::BigInteger => Value::BigInteger(content.newtype_variant()?),
        ValueType::BigDecimal => Value::BigDecimal(content.newtype_variant()?),
        ValueType::Nil => {
            content.unit_variant()?;
            Value::Nil
        }
        ValueType::Struct | ValueType::Array | ValueType::Undef => {
            return Err(de::Error::custom("not a value without values inside"));
        }
    })
}

/// A variant of a value, named by its position in [`KINDS`].
struct KindOf(ValueType);

impl<'de> Deserialize<'de> for KindOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KindVisitor;

        impl Visitor<'_> for KindVisitor {
            type Value = KindOf;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the position of a type")
            }

            fn visit_u32<E: de::Error>(self, position: u32) -> Result<KindOf, E> {
                let kind = usize::try_from(position).ok().and_then(|n| KINDS.get(n));
                kind.map(|kind| KindOf(*kind)).ok_or_else(|| E::custom("not the position of a type"))
            }
        }

        deserializer.deserialize_u32(KindVisitor)
    }
}

impl<'de> Deserialize<'de> for Struct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StructVisitor)
    }
}

struct StructVisitor;

impl<'de> Visitor<'de> for StructVisitor {
    type Value = Struct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a struct")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Struct, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key()? {
            let value = map.next_value()?;
            members.push((name, value));
        }
        Ok(members.into_iter().collect())
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DateTimeVisitor;

        impl<'de> Visitor<'de> for DateTimeVisitor {
            type Value = DateTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a dateTime.iso8601")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<DateTime, D::Error> {
                // The map that stands for a date in serde's buffer is only found by asking for anything.
                match inner.is_human_readable() {
                    true => inner.deserialize_any(self),
                    false => inner.deserialize_str(self),
                }
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime, E> {
                Ok(DateTime::new(text))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<DateTime, E> {
                Ok(DateTime::new(text))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DateTime, A::Error> {
                match map.next_entry::<String, String>()? {
                    Some((name, text)) if name == token::DATE_TIME => Ok(DateTime::new(text)),
                    _ => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
                }
            }
        }

        deserializer.deserialize_newtype_struct(token::DATE_TIME, DateTimeVisitor)
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BinaryVisitor;

        impl<'de> Visitor<'de> for BinaryVisitor {
            type Value = Binary;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("base64")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Binary, E> {
                Ok(bytes.into())
            }

            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Binary, E> {
                Ok(bytes.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Binary, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                Ok(bytes.into())
            }
        }

        deserializer.deserialize_byte_buf(BinaryVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_at_its_position() {
        for (position, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, position);
        }
    }
}
