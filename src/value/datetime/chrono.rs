//! `chrono::NaiveDateTime` for a text without a zone, `chrono::DateTime<FixedOffset>` for one with it.

use chrono::{DateTime as Zoned, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeZone, Timelike};

use super::convert::{by_value, written_year};
use super::{DateTime, DateTimeError, DateTimeParts};

impl TryFrom<&DateTime> for NaiveDateTime {
    type Error = DateTimeError;

    fn try_from(date: &DateTime) -> Result<Self, Self::Error> {
        naive(date.local_parts()?)
    }
}

impl TryFrom<&DateTime> for Zoned<FixedOffset> {
    type Error = DateTimeError;

    fn try_from(date: &DateTime) -> Result<Self, Self::Error> {
        let (parts, seconds) = date.zoned_parts()?;
        let offset = in_range(FixedOffset::east_opt(seconds))?;
        in_range(naive(parts)?.and_local_timezone(offset).single())
    }
}

impl TryFrom<NaiveDateTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(local: NaiveDateTime) -> Result<Self, Self::Error> {
        Ok(Self::from(parts(local)?))
    }
}

/// Keeps the offset; the name of the zone has no room in the text.
impl<Tz: TimeZone> TryFrom<Zoned<Tz>> for DateTime {
    type Error = DateTimeError;

    fn try_from(zoned: Zoned<Tz>) -> Result<Self, Self::Error> {
        let offset = zoned.offset().fix();
        // Not `naive_local`, which panics at the ends of chrono's calendar.
        let local = in_range(zoned.naive_utc().checked_add_offset(offset))?;
        Ok(Self::from(parts(local)?.at_offset(offset.local_minus_utc())?))
    }
}

by_value! {
    DateTime => NaiveDateTime,
    DateTime => Zoned<FixedOffset>,
}

fn naive(parts: DateTimeParts) -> Result<NaiveDateTime, DateTimeError> {
    let day = NaiveDate::from_ymd_opt(parts.year.into(), parts.month.into(), parts.day.into());
    let (hour, minute, second) = (parts.hour.into(), parts.minute.into(), parts.second.into());
    in_range(day.and_then(|day| day.and_hms_nano_opt(hour, minute, second, parts.nanosecond)))
}

fn parts(local: NaiveDateTime) -> Result<DateTimeParts, DateTimeError> {
    let small = |number: u32| u8::try_from(number).map_err(DateTimeError::range);
    Ok(DateTimeParts {
        year: written_year(local.year())?,
        month: small(local.month())?,
        day: small(local.day())?,
        hour: small(local.hour())?,
        minute: small(local.minute())?,
        second: small(local.second())?,
        // In a leap second chrono counts on beyond 999,999,999.
        nanosecond: local.nanosecond() % 1_000_000_000,
        offset: None,
    })
}

fn in_range<T>(found: Option<T>) -> Result<T, DateTimeError> {
    found.ok_or(()).map_err(DateTimeError::range)
}
