//! `time::PrimitiveDateTime` for a text without a zone, `time::OffsetDateTime` for one with it.

use time::error::ComponentRange;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::convert::{by_value, written_year};
use super::{DateTime, DateTimeError, DateTimeParts};

impl TryFrom<&DateTime> for PrimitiveDateTime {
    type Error = DateTimeError;

    fn try_from(date: &DateTime) -> Result<Self, Self::Error> {
        primitive(date.local_parts()?).map_err(DateTimeError::range)
    }
}

impl TryFrom<&DateTime> for OffsetDateTime {
    type Error = DateTimeError;

    fn try_from(date: &DateTime) -> Result<Self, Self::Error> {
        let (parts, seconds) = date.zoned_parts()?;
        let offset = UtcOffset::from_whole_seconds(seconds).map_err(DateTimeError::range)?;
        Ok(primitive(parts).map_err(DateTimeError::range)?.assume_offset(offset))
    }
}

impl TryFrom<PrimitiveDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(local: PrimitiveDateTime) -> Result<Self, Self::Error> {
        Ok(Self::from(parts(local)?))
    }
}

impl TryFrom<OffsetDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(zoned: OffsetDateTime) -> Result<Self, Self::Error> {
        let local = PrimitiveDateTime::new(zoned.date(), zoned.time());
        Ok(Self::from(parts(local)?.at_offset(zoned.offset().whole_seconds())?))
    }
}

by_value! {
    DateTime => PrimitiveDateTime,
    DateTime => OffsetDateTime,
}

fn primitive(parts: DateTimeParts) -> Result<PrimitiveDateTime, ComponentRange> {
    let date = Date::from_calendar_date(parts.year.into(), Month::try_from(parts.month)?, parts.day)?;
    let time = Time::from_hms_nano(parts.hour, parts.minute, parts.second, parts.nanosecond)?;
    Ok(PrimitiveDateTime::new(date, time))
}

fn parts(local: PrimitiveDateTime) -> Result<DateTimeParts, DateTimeError> {
    let (year, month, day) = local.to_calendar_date();
    let (hour, minute, second, nanosecond) = local.as_hms_nano();
    let year = written_year(year)?;
    Ok(DateTimeParts { year, month: month.into(), day, hour, minute, second, nanosecond, offset: None })
}
