//! The values that servers give back.

use tagwire::{Binary, DateTime, Struct, Value};

/// A value with the name that exceptions know it by.
pub(crate) type Named = (&'static str, Value);

pub(crate) fn integers() -> Vec<Named> {
    vec![
        ("zero", 0.into()),
        ("one", 1.into()),
        ("minus one", (-1).into()),
        ("greatest int", i32::MAX.into()),
        ("least int", i32::MIN.into()),
    ]
}

/// What the specification does not have.
pub(crate) fn wide_integers() -> Vec<Named> {
    vec![
        ("greatest int and one", Value::I8(i64::from(i32::MAX) + 1)),
        ("least int less one", Value::I8(i64::from(i32::MIN) - 1)),
        ("2^53 and one", Value::I8((1 << 53) + 1)),
        ("greatest i8", Value::I8(i64::MAX)),
        ("least i8", Value::I8(i64::MIN)),
    ]
}

pub(crate) fn booleans() -> Vec<Named> {
    vec![("true", true.into()), ("false", false.into())]
}

pub(crate) fn doubles() -> Vec<Named> {
    vec![
        ("0.0", 0.0.into()),
        ("-0.0", (-0.0).into()),
        ("1.0", 1.0.into()),
        ("-2.25", (-2.25).into()),
        ("0.1", 0.1.into()),
        ("1/3", (1.0 / 3.0).into()),
        ("123456789.123", 123_456_789.123.into()),
        ("1e22", 1e22.into()),
        ("1e300", 1e300.into()),
        ("greatest double", f64::MAX.into()),
        ("least double", f64::MIN.into()),
        ("1e-7", 1e-7.into()),
        ("least normal double", f64::MIN_POSITIVE.into()),
        ("5e-324", 5e-324.into()),
    ]
}

pub(crate) fn strings() -> Vec<Named> {
    vec![
        ("empty string", "".into()),
        ("blank", " ".into()),
        ("blanks of all kinds", " \t\n ".into()),
        ("padded", "  padded\t ".into()),
        ("lines", "one\ntwo\n\nthree\n".into()),
        ("carriage returns", "a\rb\r\nc".into()),
        ("markup", r#"<a href="x">&amp; 'quoted' </string></value>"#.into()),
        ("end of CDATA", "<![CDATA[ ]]> & ]]>".into()),
        ("less than", "a < b".into()),
        ("long string", "0123456789 <&> ".repeat(10_000).into()),
    ]
}

/// Those that a language without types may take for something else.
pub(crate) fn strings_of_digits() -> Vec<Named> {
    vec![
        ("digits", "12".into()),
        ("digits and zeros", "007".into()),
        ("text of a double", "1.50".into()),
        ("text of a date", "20240229T12:34:56".into()),
        ("text of a boolean", "true".into()),
    ]
}

pub(crate) fn unicode() -> Vec<Named> {
    vec![
        ("Latin", "Grüße, señor Ærø \u{e9}".into()),
        ("combined", "e\u{301} n\u{303} \u{928}\u{93f}".into()),
        ("Greek to Han", "Ωμέγα Жук שלום عليكم 漢字かな 한국어".into()),
        ("odd blanks", "\u{85} \u{a0} \u{2028} \u{2029} \u{200b} \u{feff}".into()),
        ("ends of the first plane", "\u{d7ff}\u{e000}\u{fffd}".into()),
        ("second plane", "😀 𝄞 \u{10000}".into()),
        ("joined emoji", "👩‍👩‍👧‍👦 🏳️‍🌈".into()),
        ("other planes", "𠜎 \u{e0041} \u{f0000} \u{10fffd}".into()),
    ]
}

pub(crate) fn dates() -> Vec<Named> {
    let date = |text| Value::DateTime(DateTime::new(text));
    vec![
        ("leap day", date("20240229T12:34:56")),
        ("end of a century", date("19991231T23:59:59")),
        ("beyond 32 bits", date("20380119T03:14:08")),
    ]
}

pub(crate) fn bytes() -> Vec<Named> {
    let every_byte: Vec<u8> = (0..=255).collect();
    vec![
        ("no bytes", Binary::from(Vec::new()).into()),
        ("nul", Binary::from(*b"\0").into()),
        ("two bytes", Binary::from(*b"\xff\xfe").into()),
        ("bytes of text", Binary::from(*b"plain text").into()),
        ("every byte", Binary::from(every_byte.clone()).into()),
        ("many bytes", Binary::from(every_byte.repeat(100)).into()),
    ]
}

pub(crate) fn arrays() -> Vec<Named> {
    vec![
        ("empty array", Value::Array(Vec::new())),
        ("one element", Value::Array(vec!["one".into()])),
        ("mixed array", Value::Array(vec![1.into(), "two".into(), true.into(), 2.5.into()])),
        (
            "empty arrays in an array",
            Value::Array(vec![Value::Array(Vec::new()), Value::Array(vec![Value::Array(Vec::new())])]),
        ),
        ("long array", Value::Array((0..1000).map(Value::Int).collect())),
        ("deep array", (0..30).fold("bottom".into(), |inner, _| Value::Array(vec![inner]))),
        (
            "structs in an array",
            Value::Array(vec![Struct::from([("a", 1.into())]).into(), Struct::from([("a", 2.into())]).into()]),
        ),
    ]
}

pub(crate) fn structs() -> Vec<Named> {
    let inner = Struct::from([("number", 1.into()), ("list", Value::Array(vec!["a".into(), 2.into()]))]);
    vec![
        ("empty struct", Struct::new().into()),
        ("one member", Struct::from([("name", "Ada".into())]).into()),
        ("members out of order", Struct::from([("b", 1.into()), ("a", "two".into()), ("c", false.into())]).into()),
        (
            "nested structs",
            Struct::from([("inner", inner.into()), ("other", Struct::from([("x", 1.5.into())]).into())]).into(),
        ),
        ("empty struct in a struct", Struct::from([("empty", Struct::new().into())]).into()),
    ]
}

pub(crate) fn member_names() -> Vec<Named> {
    let named = |name: &str| Value::from(Struct::from([(name, 1.into()), ("other", 2.into())]));
    vec![
        ("empty name", named("")),
        ("name with blanks", named(" a b ")),
        ("name with markup", named("<a> & \"b\"")),
        ("name beyond ASCII", named("schlüssel 鍵")),
        ("name in another plane", named("🔑")),
        ("names of digits", Struct::from([("1", "one".into()), ("0", "zero".into())]).into()),
    ]
}

pub(crate) fn nil() -> Vec<Named> {
    vec![
        ("nil", Value::Nil),
        ("nil in an array", Value::Array(vec![1.into(), Value::Nil, 3.into()])),
        ("nil in a struct", Struct::from([("nothing", Value::Nil), ("one", 1.into())]).into()),
    ]
}

/// The names of all of them.
pub(crate) fn every_name() -> Vec<&'static str> {
    let kinds = [
        integers,
        wide_integers,
        booleans,
        doubles,
        strings,
        strings_of_digits,
        unicode,
        dates,
        bytes,
        arrays,
        structs,
        member_names,
        nil,
    ];
    kinds.iter().flat_map(|kind| kind()).map(|(name, _)| name).collect()
}
