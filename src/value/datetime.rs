#[cfg(feature = "chrono")]
mod chrono;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod convert;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A date and time as it stands on the wire.
///
/// The specification leaves the zone open and peers write dates in many forms, so the text is kept as
/// received and nothing is lost; [`parts`](Self::parts) reads it on demand.
///
/// ```
/// use tagwire::DateTime;
///
/// let date = DateTime::new("2024-01-02T03:04:05.5+02:00");
/// let parts = date.parts().unwrap();
/// assert_eq!((parts.year, parts.month, parts.day), (2024, 1, 2));
/// assert_eq!(parts.nanosecond, 500_000_000);
/// assert_eq!(parts.offset, Some(7200));
/// assert_eq!(date.as_str(), "2024-01-02T03:04:05.5+02:00");
/// ```
///
/// # Dates of other crates
///
/// With the features `jiff`, `time` and `chrono`, none of which is on by default, a `DateTime` goes to the
/// types of those crates and back, always by [`TryFrom`]. A zone is neither invented nor dropped:
///
/// | feature | a text without a zone | a text with one |
/// |---|---|---|
/// | `jiff` | `civil::DateTime` | `Zoned` with a fixed offset, `Timestamp` |
/// | `time` | `PrimitiveDateTime` | `OffsetDateTime` |
/// | `chrono` | `NaiveDateTime` | `DateTime<FixedOffset>` |
///
/// The way back writes the specification's form, with the fraction and the offset where there are such. It
/// fails outside the years 1 to 9999, and for an offset with odd seconds or of a day and more. What the text
/// has no room for is left out: the name of a zone, and that a second is a leap second (it is written as 59,
/// as it is read).
#[cfg_attr(
    feature = "jiff",
    doc = r#"
With `jiff`:

```
use tagwire::DateTime;

let local = jiff::civil::DateTime::try_from(DateTime::new("20240102T03:04:05"))?;
assert_eq!(local, jiff::civil::date(2024, 1, 2).at(3, 4, 5, 0));
assert_eq!(DateTime::try_from(local)?.as_str(), "20240102T03:04:05");

let zoned = jiff::Zoned::try_from(DateTime::new("20240102T03:04:05+02:00"))?;
assert_eq!(zoned.offset(), jiff::tz::offset(2));
assert_eq!(DateTime::try_from(&zoned)?.as_str(), "20240102T03:04:05+02:00");
assert_eq!(DateTime::try_from(zoned.timestamp())?.as_str(), "20240102T01:04:05Z");
# Ok::<(), Box<dyn std::error::Error>>(())
```
"#
)]
#[cfg_attr(
    feature = "time",
    doc = r#"
With `time`:

```
use tagwire::DateTime;

let local = time::PrimitiveDateTime::try_from(DateTime::new("20240102T03:04:05"))?;
assert_eq!(local.as_hms(), (3, 4, 5));
assert_eq!(DateTime::try_from(local)?.as_str(), "20240102T03:04:05");

let zoned = time::OffsetDateTime::try_from(DateTime::new("20240102T03:04:05+02:00"))?;
assert_eq!(zoned.offset().whole_hours(), 2);
assert_eq!(DateTime::try_from(zoned)?.as_str(), "20240102T03:04:05+02:00");
# Ok::<(), Box<dyn std::error::Error>>(())
```
"#
)]
#[cfg_attr(
    feature = "chrono",
    doc = r#"
With `chrono`, where the way back takes a `DateTime` of any time zone:

```
use chrono::{DateTime as Zoned, FixedOffset, NaiveDateTime};
use tagwire::DateTime;

let local = NaiveDateTime::try_from(DateTime::new("20240102T03:04:05"))?;
assert_eq!(local.to_string(), "2024-01-02 03:04:05");
assert_eq!(DateTime::try_from(local)?.as_str(), "20240102T03:04:05");

let zoned = Zoned::<FixedOffset>::try_from(DateTime::new("20240102T03:04:05+02:00"))?;
assert_eq!(zoned.offset().local_minus_utc(), 7200);
assert_eq!(DateTime::try_from(zoned)?.as_str(), "20240102T03:04:05+02:00");
assert_eq!(DateTime::try_from(zoned.to_utc())?.as_str(), "20240102T01:04:05Z");
# Ok::<(), Box<dyn std::error::Error>>(())
```
"#
)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime {
    raw: String,
}

/// A date and time taken apart: see [`DateTime::parts`].
///
/// ```
/// use tagwire::{DateTime, DateTimeParts};
///
/// let parts = DateTimeParts::new(2024, 2, 29, 12, 0, 0).unwrap();
/// assert_eq!(DateTime::from(parts).as_str(), "20240229T12:00:00");
/// assert!(DateTimeParts::new(2023, 2, 29, 12, 0, 0).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DateTimeParts {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59; a leap second is read as 59.
    pub second: u8,
    /// 0 to 999,999,999; further digits are dropped.
    pub nanosecond: u32,
    /// Seconds east of UTC, or `None` where the text names no zone.
    pub offset: Option<i32>,
}

/// Why a date could not be converted.
///
/// ```
/// use tagwire::DateTime;
///
/// let error = DateTime::new("20240230T00:00:00").try_parts().unwrap_err();
/// assert!(error.is_no_moment());
/// assert_eq!(error.to_string(), "the date names no moment");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DateTimeError {
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    NoMoment,
    Zone,
    NoZone,
    Year,
    Offset,
    Range,
}

impl DateTime {
    /// Keeps the text; outer white space is taken off.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let mut raw = text.into();
        let trimmed = raw.trim_ascii();
        if trimmed.len() != raw.len() {
            raw = trimmed.to_owned();
        }
        Self { raw }
    }

    /// The text as received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The date in parts, or `None` when the text names no moment (February 30, `00000000T00:00:00`).
    ///
    /// Reads the basic and the extended form, `T`, `t` or a blank before the time, a fraction after `.`
    /// or `,`, a zone as `Z`, `+hh`, `+hhmm` or `+hh:mm`, and a time without seconds. 24:00:00 is
    /// midnight of the next day. A zone is neither invented nor dropped.
    #[must_use]
    pub fn parts(&self) -> Option<DateTimeParts> {
        Scan(self.raw.as_bytes()).date_time()
    }

    /// The [`parts`](Self::parts), for use with `?`.
    ///
    /// # Errors
    ///
    /// When the text names no moment.
    pub fn try_parts(&self) -> Result<DateTimeParts, DateTimeError> {
        self.parts().ok_or(DateTimeError { kind: Kind::NoMoment })
    }
}

impl From<DateTimeParts> for DateTime {
    /// Writes the specification's form, with the fraction and the offset where there are such.
    fn from(parts: DateTimeParts) -> Self {
        Self { raw: parts.to_string() }
    }
}

impl From<SystemTime> for DateTime {
    /// The moment as a clock in UTC shows it, in whole seconds, in the specification's form (which has
    /// no zone). The years 1 to 9999 can be written; a time beyond is held at their ends.
    fn from(time: SystemTime) -> Self {
        let seconds = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                (-whole).saturating_sub(i64::from(before.subsec_nanos() > 0))
            }
        };
        Self::from(DateTimeParts::from_unix(seconds))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({:?})", self.raw)
    }
}

impl DateTimeParts {
    /// A date and time without fraction and zone, or `None` when the calendar or the clock has no such moment.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        let date =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        let time = hour < 24 && minute < 60 && second < 60;
        (date && time).then_some(Self { year, month, day, hour, minute, second, nanosecond: 0, offset: None })
    }

    /// Seconds since 1970-01-01 as a clock in UTC shows them, held within the years 1 to 9999.
    fn from_unix(seconds: i64) -> Self {
        /// 0001-01-01T00:00:00 and 9999-12-31T23:59:59.
        const ENDS: (i64, i64) = (-62_135_596_800, 253_402_300_799);
        let seconds = seconds.clamp(ENDS.0, ENDS.1);
        let mut days = seconds.div_euclid(86_400);
        let clock = seconds.rem_euclid(86_400);
        // Count from the first day of the year 1, in periods of 400 years, which all have 146,097 days.
        days += 719_162;
        let mut year = 1 + 400 * days.div_euclid(146_097);
        days = days.rem_euclid(146_097);
        loop {
            let length = if is_leap(year) { 366 } else { 365 };
            if days < length {
                break;
            }
            days -= length;
            year += 1;
        }
        let year = u16::try_from(year).unwrap_or(9999);
        let mut month = 1;
        while days >= i64::from(days_in_month(year, month)) {
            days -= i64::from(days_in_month(year, month));
            month += 1;
        }
        let small = |number: i64| u8::try_from(number).unwrap_or(u8::MAX);
        Self {
            year,
            month,
            day: small(days + 1),
            hour: small(clock / 3600),
            minute: small(clock / 60 % 60),
            second: small(clock % 60),
            nanosecond: 0,
            offset: None,
        }
    }

    fn next_day(self) -> Option<Self> {
        let mut next = self;
        next.day += 1;
        if next.day > days_in_month(next.year, next.month) {
            next.day = 1;
            next.month += 1;
        }
        if next.month > 12 {
            next.month = 1;
            next.year += 1;
        }
        (next.year <= 9999).then_some(next)
    }
}

/// `YYYYMMDDTHH:MM:SS`, then the fraction if it is not zero, then the offset if there is one.
impl fmt::Display for DateTimeParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, .. } = self;
        write!(f, "{year:04}{month:02}{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.nanosecond != 0 {
            let digits = format!("{:09}", self.nanosecond);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.unsigned_abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

impl DateTimeError {
    /// Whether the text is not a date at all, or one that the calendar or the clock does not have.
    #[must_use]
    pub fn is_no_moment(&self) -> bool {
        self.kind == Kind::NoMoment
    }

    /// Whether the text names a zone, which the type that was asked for would drop.
    #[must_use]
    pub fn is_zone(&self) -> bool {
        self.kind == Kind::Zone
    }

    /// Whether the text names no zone, which the type that was asked for needs.
    #[must_use]
    pub fn is_no_zone(&self) -> bool {
        self.kind == Kind::NoZone
    }

    /// Whether the date is sound and the other side has no room for it: a year outside 1 to 9999, an offset
    /// with odd seconds or of a day and more, or the last hours of 9999 in a type that ends before them.
    #[must_use]
    pub fn is_out_of_range(&self) -> bool {
        [Kind::Year, Kind::Offset, Kind::Range].contains(&self.kind)
    }
}

impl std::error::Error for DateTimeError {}

impl fmt::Display for DateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::NoMoment => "the date names no moment",
            Kind::Zone => "the date has a zone",
            Kind::NoZone => "the date has no zone",
            Kind::Year => "the year is not one of 1 to 9999",
            Kind::Offset => "the offset is not of whole minutes within a day",
            Kind::Range => "the date is beyond the range of the type",
        })
    }
}

impl fmt::Debug for DateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTimeError({:?})", self.kind)
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(i64::from(year)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What is left of a date's text.
struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn date_time(mut self) -> Option<DateTimeParts> {
        let year = self.digits(4)?;
        let dashes = self.take(b"-").is_some();
        let month = self.two()?;
        if dashes {
            self.take(b"-")?;
        }
        let day = self.two()?;
        self.take(b"Tt ")?;
        let hour = self.two()?;
        let colons = self.take(b":").is_some();
        let minute = self.two()?;
        let mut second = 0;
        if self.0.first().is_some_and(u8::is_ascii_digit) && !colons || self.take(b":").is_some() {
            second = self.two()?;
        }
        let nanosecond = match self.take(b".,") {
            Some(_) => self.fraction()?,
            None => 0,
        };
        let offset = self.offset()?;
        if !self.0.is_empty() || second > 60 {
            return None;
        }
        let year = u16::try_from(year).ok()?;
        let midnight = hour == 24 && minute == 0 && second == 0 && nanosecond == 0;
        let hour = if midnight { 0 } else { hour };
        let mut parts = DateTimeParts::new(year, month, day, hour, minute, second.min(59))?;
        if midnight {
            parts = parts.next_day()?;
        }
        parts.nanosecond = nanosecond;
        parts.offset = offset;
        Some(parts)
    }

    /// The zone: outer `None` is an error, inner `None` is no zone.
    #[allow(clippy::option_option)]
    fn offset(&mut self) -> Option<Option<i32>> {
        match self.take(b"Zz+-") {
            None => Some(None),
            Some(b'Z' | b'z') => Some(Some(0)),
            Some(sign) => {
                let hours = i32::from(self.two()?);
                let colon = self.take(b":").is_some();
                let minutes = match self.0.is_empty() && !colon {
                    true => 0,
                    false => i32::from(self.two()?),
                };
                let seconds = (hours * 60 + minutes) * 60;
                let known = hours < 24 && minutes < 60;
                known.then_some(Some(if sign == b'-' { -seconds } else { seconds }))
            }
        }
    }

    fn fraction(&mut self) -> Option<u32> {
        let mut found = 0;
        let mut nanoseconds = 0;
        let mut place = 100_000_000;
        while let Some(digit) = self.digits(1) {
            nanoseconds += digit * place;
            place /= 10;
            found += 1;
        }
        (found > 0).then_some(nanoseconds)
    }

    fn two(&mut self) -> Option<u8> {
        self.digits(2).and_then(|number| u8::try_from(number).ok())
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let mut number = 0;
        for digit in digits {
            number = number * 10 + u32::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        self.0 = rest;
        Some(number)
    }

    fn take(&mut self, any_of: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        any_of.contains(&first).then(|| {
            self.0 = rest;
            first
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_reading_is_written_in_the_form_of_the_specification() {
        for (seconds, expected) in [
            (0, "19700101T00:00:00"),
            (-1, "19691231T23:59:59"),
            (951_782_400, "20000229T00:00:00"),
            (1_709_251_199, "20240229T23:59:59"),
            (4_107_542_399, "21000228T23:59:59"),
            (253_402_300_799, "99991231T23:59:59"),
            (i64::MAX, "99991231T23:59:59"),
            (i64::MIN, "00010101T00:00:00"),
        ] {
            assert_eq!(DateTimeParts::from_unix(seconds).to_string(), expected);
        }
    }

    #[test]
    fn parts_are_written_and_read_back() {
        for text in
            ["20240102T03:04:05", "20240102T03:04:05.678", "20240102T03:04:05.000000001-03:30", "20240102T03:04:05Z"]
        {
            let parts = DateTime::new(text).parts();
            assert_eq!(parts.map(|parts| parts.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn the_end_of_the_day_is_the_next_midnight_and_a_leap_second_is_59() {
        let parts = |text: &str| DateTime::new(text).parts().map(|parts| parts.to_string());
        assert_eq!(parts("20231231T24:00:00").as_deref(), Some("20240101T00:00:00"));
        assert_eq!(parts("20161231T23:59:60").as_deref(), Some("20161231T23:59:59"));
        for none in ["20231231T24:00:01", "99991231T24:00:00", "20161231T23:59:61", "20240102T03:04:05+"] {
            assert_eq!(parts(none), None, "{none}");
        }
    }
}
