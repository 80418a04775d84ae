//! Equality of values, stricter than `==` where that lets something pass.

use tagwire::{DateTime, Value};

/// When two dates count as the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dates {
    /// Only as the same text.
    ByText,
    /// As the same moment too: the extended form is written in the basic one.
    ByMoment,
}

/// Whether two values are the same, with the bits of their doubles and the order of their members.
#[must_use]
pub fn same(one: &Value, other: &Value, dates: Dates) -> bool {
    match (one, other) {
        (Value::Double(one), Value::Double(other)) => one.to_bits() == other.to_bits(),
        (Value::DateTime(one), Value::DateTime(other)) => {
            one == other || dates == Dates::ByMoment && moment(one, other)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other, dates))
        }
        (Value::Struct(one), Value::Struct(other)) => {
            let mut pairs = one.iter().zip(other.iter());
            one.len() == other.len() && pairs.all(|(one, other)| one.0 == other.0 && same(one.1, other.1, dates))
        }
        _ => one == other,
    }
}

fn moment(one: &DateTime, other: &DateTime) -> bool {
    one.parts().is_some() && one.parts() == other.parts()
}
