//! Conversions into [`Value`].

use super::{Binary, DateTime, Struct, Value};

macro_rules! from {
    ($($source:ty => $variant:ident),* $(,)?) => {$(
        impl From<$source> for Value {
            fn from(source: $source) -> Self {
                Self::$variant(source.into())
            }
        }
    )*};
}

from! {
    i8 => Int, i16 => Int, i32 => Int, u8 => Int, u16 => Int,
    bool => Boolean,
    f32 => Double, f64 => Double,
    &str => String, String => String,
    DateTime => DateTime, Binary => Base64, Struct => Struct, Vec<Value> => Array,
}

/// `Int` where the number fits 32 bits, otherwise `I8`.
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        i32::try_from(number).map_or(Self::I8(number), Self::Int)
    }
}

/// `Int` where the number fits 32 bits, otherwise `I8`.
impl From<u32> for Value {
    fn from(number: u32) -> Self {
        i64::from(number).into()
    }
}

/// `Nil` for `None`.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(source: Option<T>) -> Self {
        source.map_or(Self::Nil, Into::into)
    }
}
