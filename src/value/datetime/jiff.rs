//! `jiff::civil::DateTime` for a text without a zone; `jiff::Zoned` and `jiff::Timestamp` for one with it.

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned, civil};

use super::convert::{by_value, written_year};
use super::{DateTime, DateTimeError, DateTimeParts};

impl TryFrom<&DateTime> for civil::DateTime {
    type Error = DateTimeError;

    fn try_from(date: &DateTime) -> Result<Self, Self::Error> {
        civil_date_time(date.local_parts()?)
    }
}

/// In a zone of the offset that the text names.
impl TryFrom<&DateTime> for Zoned {
    type Error = DateTimeError;

    fn try_from(date: &DateTime) -> Result<Self, Self::Error> {
        let (local, offset) = with_offset(date)?;
        local.to_zoned(TimeZone::fixed(offset)).map_err(DateTimeError::range)
    }
}

impl TryFrom<&DateTime> for Timestamp {
    type Error = DateTimeError;

    fn try_from(date: &DateTime) -> Result<Self, Self::Error> {
        let (local, offset) = with_offset(date)?;
        offset.to_timestamp(local).map_err(DateTimeError::range)
    }
}

impl TryFrom<civil::DateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(local: civil::DateTime) -> Result<Self, Self::Error> {
        Ok(Self::from(parts(local)?))
    }
}

/// Keeps the offset; the name of the zone has no room in the text.
impl TryFrom<&Zoned> for DateTime {
    type Error = DateTimeError;

    fn try_from(zoned: &Zoned) -> Result<Self, Self::Error> {
        Ok(Self::from(parts(zoned.datetime())?.at_offset(zoned.offset().seconds())?))
    }
}

/// As a clock in UTC shows it, with a `Z`.
impl TryFrom<Timestamp> for DateTime {
    type Error = DateTimeError;

    fn try_from(timestamp: Timestamp) -> Result<Self, Self::Error> {
        Ok(Self::from(parts(Offset::UTC.to_datetime(timestamp))?.at_offset(0)?))
    }
}

by_value! {
    DateTime => civil::DateTime,
    DateTime => Zoned,
    DateTime => Timestamp,
    Zoned => DateTime,
}

fn with_offset(date: &DateTime) -> Result<(civil::DateTime, Offset), DateTimeError> {
    let (parts, seconds) = date.zoned_parts()?;
    let offset = Offset::from_seconds(seconds).map_err(DateTimeError::range)?;
    Ok((civil_date_time(parts)?, offset))
}

fn civil_date_time(parts: DateTimeParts) -> Result<civil::DateTime, DateTimeError> {
    civil::DateTime::new(
        i16::try_from(parts.year).map_err(DateTimeError::range)?,
        parts.month.cast_signed(),
        parts.day.cast_signed(),
        parts.hour.cast_signed(),
        parts.minute.cast_signed(),
        parts.second.cast_signed(),
        parts.nanosecond.cast_signed(),
    )
    .map_err(DateTimeError::range)
}

fn parts(local: civil::DateTime) -> Result<DateTimeParts, DateTimeError> {
    Ok(DateTimeParts {
        year: written_year(local.year().into())?,
        month: local.month().cast_unsigned(),
        day: local.day().cast_unsigned(),
        hour: local.hour().cast_unsigned(),
        minute: local.minute().cast_unsigned(),
        second: local.second().cast_unsigned(),
        nanosecond: local.subsec_nanosecond().cast_unsigned(),
        offset: None,
    })
}
