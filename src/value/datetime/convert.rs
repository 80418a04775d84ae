//! What the conversions to and from the dates of other crates share.

use super::{DateTime, DateTimeError, DateTimeParts, Kind};

impl DateTime {
    /// The parts of a text without a zone.
    pub(super) fn local_parts(&self) -> Result<DateTimeParts, DateTimeError> {
        let parts = self.try_parts()?;
        match parts.offset {
            None => Ok(parts),
            Some(_) => Err(DateTimeError { kind: Kind::Zone }),
        }
    }

    /// The parts of a text with a zone, and how many seconds it is east of UTC.
    pub(super) fn zoned_parts(&self) -> Result<(DateTimeParts, i32), DateTimeError> {
        let parts = self.try_parts()?;
        let offset = parts.offset.ok_or(DateTimeError { kind: Kind::NoZone })?;
        Ok((parts, offset))
    }
}

impl DateTimeParts {
    /// The same clock reading in a zone. The text holds hours and minutes, and an offset cut to those
    /// would be another moment.
    pub(super) fn at_offset(self, seconds: i32) -> Result<Self, DateTimeError> {
        let written = seconds % 60 == 0 && seconds.unsigned_abs() < 86_400;
        match written {
            true => Ok(Self { offset: Some(seconds), ..self }),
            false => Err(DateTimeError { kind: Kind::Offset }),
        }
    }
}

impl DateTimeError {
    /// For what a type of the other crate refuses although the calendar has it.
    pub(super) fn range<E>(_: E) -> Self {
        Self { kind: Kind::Range }
    }
}

/// A year as the text has room for it.
pub(super) fn written_year(year: i32) -> Result<u16, DateTimeError> {
    match u16::try_from(year) {
        Ok(year @ 1..=9999) => Ok(year),
        _ => Err(DateTimeError { kind: Kind::Year }),
    }
}

/// What is converted by reference is converted by value as well.
macro_rules! by_value {
    ($($from:ty => $to:ty),+ $(,)?) => {$(
        impl TryFrom<$from> for $to {
            type Error = DateTimeError;

            fn try_from(date: $from) -> Result<Self, Self::Error> {
                Self::try_from(&date)
            }
        }
    )+};
}
pub(super) use by_value;
