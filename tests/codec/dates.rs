//! What the text of a date means: its parts, and the types of other crates that it goes to and comes from.

mod parts {
    use tagwire::DateTime;

    #[test]
    fn every_form_is_read() {
        for (text, clock, offset) in [
            ("20240102T03:04:05", (3, 4, 5, 0), None),
            ("2024-01-02 03:04:05", (3, 4, 5, 0), None),
            ("20240102T030405Z", (3, 4, 5, 0), Some(0)),
            ("20240102T03:04", (3, 4, 0, 0), None),
            ("20240102T03:04:05.000000001", (3, 4, 5, 1), None),
            ("20240102T03:04:05,9999999999", (3, 4, 5, 999_999_999), None),
            ("20240102T03:04:05+02:00", (3, 4, 5, 0), Some(7_200)),
            ("20240102T03:04:05-0330", (3, 4, 5, 0), Some(-12_600)),
            ("20240102T03:04:60", (3, 4, 59, 0), None),
            ("20240101T24:00:00", (0, 0, 0, 0), None),
        ] {
            let parts = DateTime::new(text).try_parts().unwrap();
            assert_eq!((parts.year, parts.month, parts.day), (2024, 1, 2), "{text}");
            assert_eq!((parts.hour, parts.minute, parts.second, parts.nanosecond), clock, "{text}");
            assert_eq!(parts.offset, offset, "{text}");
        }
    }

    #[test]
    fn a_text_without_a_moment_says_so() {
        for text in ["00000000T00:00:00", "20240230T00:00:00", "20231231T24:00:01", "99991231T24:00:00", "now", ""] {
            let date = DateTime::new(text);
            let error = date.try_parts().unwrap_err();
            assert!(error.is_no_moment() && !error.is_zone() && !error.is_no_zone() && !error.is_out_of_range());
            assert_eq!(error.to_string(), "the date names no moment", "{text}");
            assert_eq!(date.parts(), None, "{text}");
        }
    }
}

/// What holds for every type that a date is converted to.
mod conversion {
    use std::fmt::{Debug, Display};

    use tagwire::DateTime;

    pub(super) fn date(text: &str) -> DateTime {
        DateTime::new(text)
    }

    /// To the type, by value and by reference.
    #[track_caller]
    pub(super) fn read<T>(text: &str) -> Result<T, String>
    where
        T: TryFrom<DateTime, Error: Display> + for<'a> TryFrom<&'a DateTime, Error: Display> + PartialEq + Debug,
    {
        let by_value = T::try_from(date(text)).map_err(|error| error.to_string());
        let by_reference = T::try_from(&date(text)).map_err(|error| error.to_string());
        assert_eq!(by_value, by_reference, "{text}");
        by_value
    }

    /// Back from the type.
    pub(super) fn written<T>(value: T) -> Result<String, String>
    where
        DateTime: TryFrom<T, Error: Display>,
    {
        DateTime::try_from(value).map(|date| date.to_string()).map_err(|error| error.to_string())
    }

    /// To the type and back.
    #[track_caller]
    pub(super) fn rewritten<T>(text: &str) -> Result<String, String>
    where
        T: TryFrom<DateTime, Error: Display> + for<'a> TryFrom<&'a DateTime, Error: Display> + PartialEq + Debug,
        DateTime: TryFrom<T, Error: Display>,
    {
        written(read::<T>(text)?)
    }

    /// The type has no zone.
    #[track_caller]
    pub(super) fn assert_local<T>()
    where
        T: TryFrom<DateTime, Error: Display> + for<'a> TryFrom<&'a DateTime, Error: Display> + PartialEq + Debug,
        DateTime: TryFrom<T, Error: Display>,
    {
        for (text, expected) in [
            ("20240102T03:04:05", Ok("20240102T03:04:05")),
            ("2024-01-02 03:04", Ok("20240102T03:04:00")),
            ("20240229T23:59:59.5", Ok("20240229T23:59:59.5")),
            ("20240102T03:04:05.123456789", Ok("20240102T03:04:05.123456789")),
            ("20240102T03:04:05.000000001", Ok("20240102T03:04:05.000000001")),
            ("20231231T24:00:00", Ok("20240101T00:00:00")),
            ("20161231T23:59:60", Ok("20161231T23:59:59")),
            ("00010101T00:00:00", Ok("00010101T00:00:00")),
            ("99991231T23:59:59.999999999", Ok("99991231T23:59:59.999999999")),
            ("20240102T03:04:05Z", Err("the date has a zone")),
            ("20240102T03:04:05+02:00", Err("the date has a zone")),
            ("00000000T00:00:00", Err("the date names no moment")),
            ("20240230T00:00:00", Err("the date names no moment")),
        ] {
            assert_eq!(rewritten::<T>(text).as_deref().map_err(String::as_str), expected, "{text}");
        }
    }

    /// The type has an offset.
    #[track_caller]
    pub(super) fn assert_zoned<T>()
    where
        T: TryFrom<DateTime, Error: Display> + for<'a> TryFrom<&'a DateTime, Error: Display> + PartialEq + Debug,
        DateTime: TryFrom<T, Error: Display>,
    {
        for (text, expected) in [
            ("20240102T03:04:05Z", Ok("20240102T03:04:05Z")),
            ("20240102T03:04:05+00:00", Ok("20240102T03:04:05Z")),
            ("20240102T03:04:05+02", Ok("20240102T03:04:05+02:00")),
            ("2024-01-02T03:04:05-05:00", Ok("20240102T03:04:05-05:00")),
            ("20240102T03:04:05.25+0530", Ok("20240102T03:04:05.25+05:30")),
            ("20240102T03:04:05.000000001-03:30", Ok("20240102T03:04:05.000000001-03:30")),
            ("20240102T03:04:05-00:30", Ok("20240102T03:04:05-00:30")),
            ("20240102T03:04:05+23:59", Ok("20240102T03:04:05+23:59")),
            ("20240102T03:04:05-23:59", Ok("20240102T03:04:05-23:59")),
            ("20231231T24:00:00+01:00", Ok("20240101T00:00:00+01:00")),
            ("20161231T23:59:60Z", Ok("20161231T23:59:59Z")),
            // In UTC that is in the year 0.
            ("00010101T00:00:00+23:59", Ok("00010101T00:00:00+23:59")),
            ("99991229T00:00:00.5-01:00", Ok("99991229T00:00:00.5-01:00")),
            ("20240102T03:04:05", Err("the date has no zone")),
            ("00000000T00:00:00Z", Err("the date names no moment")),
            ("20240102T03:04:05+24:00", Err("the date names no moment")),
        ] {
            assert_eq!(rewritten::<T>(text).as_deref().map_err(String::as_str), expected, "{text}");
        }
    }

    pub(super) const YEAR: &str = "the year is not one of 1 to 9999";
    pub(super) const OFFSET: &str = "the offset is not of whole minutes within a day";
}
mod jiff {
    use jiff::civil::{self, DateTime as Local};
    use jiff::tz::{Offset, TimeZone};
    use jiff::{Timestamp, Zoned};

    use super::conversion::{OFFSET, YEAR, assert_local, assert_zoned, date, read, rewritten, written};

    const RANGE: &str = "the date is beyond the range of the type";

    fn zoned(seconds_east: i32) -> Zoned {
        let offset = Offset::from_seconds(seconds_east).unwrap();
        civil::date(2024, 1, 2).at(3, 4, 5, 0).to_zoned(TimeZone::fixed(offset)).unwrap()
    }

    #[test]
    fn a_text_without_a_zone_is_a_civil_date_and_time() {
        assert_local::<Local>();
        assert_eq!(read("20240102T03:04:05.000000006"), Ok(civil::date(2024, 1, 2).at(3, 4, 5, 6)));
    }

    #[test]
    fn a_text_with_an_offset_is_zoned() {
        assert_zoned::<Zoned>();
        for (text, seconds) in
            [("20240102T03:04:05Z", 0), ("20240102T03:04:05+0530", 19_800), ("20240102T03:04:05-03:30", -12_600)]
        {
            let expected = zoned(seconds);
            let found: Zoned = read(text).unwrap();
            assert_eq!((found.datetime(), found.offset()), (expected.datetime(), expected.offset()), "{text}");
            assert_eq!(written(&found), written(found), "{text}");
        }
    }

    #[test]
    fn a_text_with_an_offset_is_a_timestamp_and_comes_back_in_utc() {
        for (text, expected) in [
            ("20240102T03:04:05Z", Ok("20240102T03:04:05Z")),
            ("20240102T03:04:05.000000006+0530", Ok("20240101T21:34:05.000000006Z")),
            ("20240102T03:04:05-03:30", Ok("20240102T06:34:05Z")),
            ("20231231T24:00:00Z", Ok("20240101T00:00:00Z")),
            ("20161231T23:59:60Z", Ok("20161231T23:59:59Z")),
            ("00010101T00:00:00+00:01", Err(YEAR)),
            ("20240102T03:04:05", Err("the date has no zone")),
            ("20240230T00:00:00Z", Err("the date names no moment")),
        ] {
            assert_eq!(rewritten::<Timestamp>(text).as_deref().map_err(String::as_str), expected, "{text}");
        }
        assert_eq!(read("19700101T02:00:01+02:00"), Ok(Timestamp::new(1, 0).unwrap()));
    }

    /// Its moments end so early that each can be shown in every zone.
    #[test]
    fn the_last_hours_of_9999_are_beyond_jiff_unless_they_are_local() {
        assert_eq!(read::<Timestamp>("99991231T23:59:59Z"), Err(RANGE.to_owned()));
        assert_eq!(read::<Zoned>("99991231T23:59:59Z"), Err(RANGE.to_owned()));
        assert!(Zoned::try_from(date("99991231T23:59:59Z")).unwrap_err().is_out_of_range());
        assert_eq!(read("99991231T23:59:59"), Ok(civil::date(9999, 12, 31).at(23, 59, 59, 0)));
        assert_eq!(written(Timestamp::MAX), Ok("99991230T22:00:00.999999999Z".to_owned()));
    }

    #[test]
    fn years_before_1_are_not_written() {
        assert_eq!(written(civil::date(1, 1, 1).at(0, 0, 0, 0)), Ok("00010101T00:00:00".to_owned()));
        assert_eq!(written(civil::date(0, 12, 31).at(0, 0, 0, 0)), Err(YEAR.to_owned()));
        assert_eq!(written(Local::MIN), Err(YEAR.to_owned()));
        assert_eq!(written(Timestamp::MIN), Err(YEAR.to_owned()));
    }

    #[test]
    fn an_offset_that_the_text_has_no_room_for_is_not_cut() {
        for seconds in [561, -1, 86_400, -90_000] {
            assert_eq!(written(zoned(seconds)), Err(OFFSET.to_owned()), "{seconds}");
        }
    }
}
mod time {
    use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

    use super::conversion::{OFFSET, YEAR, assert_local, assert_zoned, read, rewritten, written};

    fn local(year: i32, nanosecond: u32) -> PrimitiveDateTime {
        let day = Date::from_calendar_date(year, Month::January, 2).unwrap();
        PrimitiveDateTime::new(day, Time::from_hms_nano(3, 4, 5, nanosecond).unwrap())
    }

    fn zoned(seconds_east: i32) -> OffsetDateTime {
        local(2024, 0).assume_offset(UtcOffset::from_whole_seconds(seconds_east).unwrap())
    }

    #[test]
    fn a_text_without_a_zone_is_primitive() {
        assert_local::<PrimitiveDateTime>();
        assert_eq!(read("20240102T03:04:05.000000006"), Ok(local(2024, 6)));
    }

    #[test]
    fn a_text_with_an_offset_keeps_it() {
        assert_zoned::<OffsetDateTime>();
        for (text, seconds) in
            [("20240102T03:04:05Z", 0), ("20240102T03:04:05+0530", 19_800), ("20240102T03:04:05-03:30", -12_600)]
        {
            let found: OffsetDateTime = read(text).unwrap();
            assert_eq!((found, found.offset()), (zoned(seconds), zoned(seconds).offset()), "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_calendar_are_those_of_the_clock_shown() {
        for text in ["00010101T00:00:00+23:59", "99991231T23:59:59.999999999-23:59"] {
            assert_eq!(rewritten::<OffsetDateTime>(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn years_before_1_are_not_written() {
        assert_eq!(written(local(1, 0)), Ok("00010102T03:04:05".to_owned()));
        for year in [0, -1, -9999] {
            assert_eq!(written(local(year, 0)), Err(YEAR.to_owned()), "{year}");
            assert_eq!(written(local(year, 0).assume_utc()), Err(YEAR.to_owned()), "{year}");
        }
    }

    #[test]
    fn an_offset_that_the_text_has_no_room_for_is_not_cut() {
        for seconds in [561, -1, 86_400, -90_000] {
            assert_eq!(written(zoned(seconds)), Err(OFFSET.to_owned()), "{seconds}");
        }
    }
}
mod chrono {
    use chrono::{DateTime as Zoned, FixedOffset, NaiveDate, NaiveDateTime, Utc};

    use super::conversion::{OFFSET, YEAR, assert_local, assert_zoned, read, rewritten, written};

    const RANGE: &str = "the date is beyond the range of the type";

    fn local(year: i32, nanosecond: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(year, 1, 2).unwrap().and_hms_nano_opt(3, 4, 5, nanosecond).unwrap()
    }

    fn zoned(seconds_east: i32) -> Zoned<FixedOffset> {
        local(2024, 0).and_local_timezone(FixedOffset::east_opt(seconds_east).unwrap()).unwrap()
    }

    #[test]
    fn a_text_without_a_zone_is_naive() {
        assert_local::<NaiveDateTime>();
        assert_eq!(read("20240102T03:04:05.000000006"), Ok(local(2024, 6)));
    }

    #[test]
    fn a_text_with_an_offset_keeps_it() {
        assert_zoned::<Zoned<FixedOffset>>();
        for (text, seconds) in
            [("20240102T03:04:05Z", 0), ("20240102T03:04:05+0530", 19_800), ("20240102T03:04:05-03:30", -12_600)]
        {
            let found: Zoned<FixedOffset> = read(text).unwrap();
            assert_eq!((found, found.offset()), (zoned(seconds), zoned(seconds).offset()), "{text}");
        }
    }

    #[test]
    fn any_time_zone_is_written_by_its_offset() {
        assert_eq!(written(zoned(7200).to_utc()), Ok("20240102T01:04:05Z".to_owned()));
    }

    #[test]
    fn a_leap_second_is_written_as_59() {
        let leap = |nanosecond| {
            NaiveDate::from_ymd_opt(2016, 12, 31).unwrap().and_hms_nano_opt(23, 59, 59, nanosecond).unwrap()
        };
        assert_eq!(written(leap(1_000_000_000)), Ok("20161231T23:59:59".to_owned()));
        assert_eq!(written(leap(1_500_000_000)), Ok("20161231T23:59:59.5".to_owned()));
        assert_eq!(written(leap(1_500_000_000).and_utc()), Ok("20161231T23:59:59.5Z".to_owned()));
    }

    #[test]
    fn the_ends_of_the_calendar_are_those_of_the_clock_shown() {
        for text in ["00010101T00:00:00+23:59", "99991231T23:59:59.999999999-23:59"] {
            assert_eq!(rewritten::<Zoned<FixedOffset>>(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn years_outside_1_to_9999_are_not_written() {
        assert_eq!(written(local(9999, 0)), Ok("99990102T03:04:05".to_owned()));
        for year in [0, -1, 10_000, 65_537] {
            assert_eq!(written(local(year, 0)), Err(YEAR.to_owned()), "{year}");
            assert_eq!(written(local(year, 0).and_utc()), Err(YEAR.to_owned()), "{year}");
        }
        for (end, past_it) in [(Zoned::<Utc>::MAX_UTC, 3600), (Zoned::<Utc>::MIN_UTC, -3600)] {
            assert_eq!(written(end), Err(YEAR.to_owned()));
            let shown_beyond = end.with_timezone(&FixedOffset::east_opt(past_it).unwrap());
            assert_eq!(written(shown_beyond), Err(RANGE.to_owned()));
        }
    }

    #[test]
    fn an_offset_that_the_text_has_no_room_for_is_not_cut() {
        for seconds in [561, -1] {
            assert_eq!(written(zoned(seconds)), Err(OFFSET.to_owned()), "{seconds}");
        }
    }
}
