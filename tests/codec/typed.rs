//! Serde types to XML and back, and to `Value` and back.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tagwire::{Binary, DateTime, Dialect, Struct, Value, de, ser};

/// Writes and reads through XML and through a `Value`.
#[track_caller]
#[allow(clippy::needless_pass_by_value, reason = "so that a test can write the value down")]
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
    let dialect = Dialect::default().allow_none(true);
    let xml = ser::to_vec(&value, &dialect).unwrap();
    let text = String::from_utf8(xml).unwrap();
    assert_eq!(de::from_slice::<T>(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}")), value, "{text}");

    let tree = ser::to_value(&value).unwrap();
    assert_eq!(de::from_value::<T>(tree.clone()).unwrap_or_else(|error| panic!("{error}: {tree:?}")), value);
    let from_xml: Value = de::from_slice(text.as_bytes()).unwrap();
    assert_eq!(from_xml, tree, "a Value is the same by either way");
}

fn written<T: Serialize>(value: T) -> String {
    String::from_utf8(ser::to_vec(&value, &Dialect::default()).unwrap()).unwrap()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    id: i64,
    name: String,
    price: f64,
    active: bool,
    when: DateTime,
    blob: Binary,
    triple: (i8, u16, i32),
    tags: Vec<char>,
    sub: Option<Box<Record>>,
    shape: Shape,
    more: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(i32, i32),
    Rectangle { width: u8, height: u8 },
}

fn record(shape: Shape, sub: Option<Box<Record>>) -> Record {
    Record {
        id: 1 << 40,
        name: " Müller & <Söhne>\r\n\t😀 ".to_owned(),
        price: -0.1,
        active: true,
        when: DateTime::new("20240102T03:04:05"),
        blob: Binary::from((0..=255).collect::<Vec<u8>>()),
        triple: (-128, 65535, i32::MIN),
        tags: vec!['a', '€', '&'],
        sub,
        shape,
        more: BTreeMap::from([
            (String::new(), Value::Nil),
            ("i8".to_owned(), Value::I8(5)),
            ("big".to_owned(), Value::BigInteger("98765432109876543210".to_owned())),
            ("date".to_owned(), Value::DateTime(DateTime::new("00000000T00:00:00"))),
            ("array".to_owned(), Value::Array(vec![Value::Array(Vec::new()), Value::Struct(Struct::new())])),
        ]),
    }
}

#[test]
fn every_type_round_trips() {
    let inner = record(Shape::Line(1, -2), None);
    round_trip(record(Shape::Point, Some(Box::new(inner))));
    round_trip(record(Shape::Circle(1e300), None));
    round_trip(record(Shape::Rectangle { width: 1, height: 255 }, None));
    round_trip(vec![f64::MIN_POSITIVE, 5e-324, f64::MAX, -0.0, 0.1]);
    round_trip((i64::MIN, i64::MAX, u32::MAX, i128::from(i64::MIN)));
    round_trip(String::new());
    round_trip(Vec::<String>::new());
    round_trip(Some(Some(5)));
    round_trip(None::<i32>);
}

#[test]
fn bytes_are_base64_by_every_type_that_says_so() {
    let all: Vec<u8> = (0..=255).collect();
    round_trip(serde_bytes::ByteBuf::from(all.clone()));
    round_trip(bytes::Bytes::from(all.clone()));
    round_trip(Binary::from(all.clone()));
    // A vector of numbers is what it is.
    round_trip(all);
    assert_eq!(written(vec![1_u8]), "<value><array><data><value><int>1</int></value></data></array></value>");
}

#[test]
fn wrappers_and_borders() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(String);
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Pair(i32, char);
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Unit;
    round_trip((Wrapped("x".to_owned()), Pair(1, '😀'), 'é'));
    round_trip((i8::MIN, i16::MAX, u8::MAX, u16::MAX, u32::MAX));
    round_trip((i64::MIN, i128::from(i64::MAX), 1_u64 << 40, f32::MIN_POSITIVE));
    round_trip(Unit);
    assert!(ser::to_vec(&(i128::from(i64::MAX) + 1), &Dialect::default()).is_err());
    for (xml, fits) in [("128", false), ("127", true), ("-128", true), ("-129", false)] {
        let xml = format!("<value><int>{xml}</int></value>");
        assert_eq!(de::from_slice::<i8>(xml.as_bytes()).is_ok(), fits, "{xml}");
    }
    assert!(de::from_slice::<u32>(b"<value><int>-1</int></value>").unwrap_err().is_type_mismatch());
    assert!(de::from_slice::<f32>(b"<value><double>1e39</double></value>").unwrap_err().is_type_mismatch());
    assert!(de::from_slice::<char>(b"<value>ab</value>").unwrap_err().is_type_mismatch());
}

#[test]
fn names_after_values_are_found_whatever_the_values_are() {
    for value in
        ["<value/>", "<value></value>", "<nil/>", "<value><nil/></value>", "<value><string/></value>", "<i4>1</i4>"]
    {
        let inner = format!("<struct><member>{value}<name>in</name></member></struct>");
        let xml = format!("<value><struct><member><value>{inner}</value><name>out</name></member></struct></value>");
        let read: Value = de::from_slice(xml.as_bytes()).unwrap_or_else(|error| panic!("{error}: {xml}"));
        assert!(read.get("out").and_then(|out| out.get("in")).is_some(), "{xml}");
    }
}

#[test]
fn a_member_in_an_unknown_element_overrides_nothing() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Pair {
        a: i32,
        b: Option<i32>,
    }
    let xml = "<value><struct><member><name>a</name><value>x</value></member><member><name>a</name><value><int>1</int>\
               </value></member><member><name>b</name><value><int>2</int></value></member><foo><member><name>b</name>\
               <value><int>3</int></value></member></foo></struct></value>";
    assert_eq!(de::from_slice::<Pair>(xml.as_bytes()).unwrap(), Pair { a: 1, b: Some(2) });
}

#[test]
fn only_blanks_of_xml_are_passed_over() {
    for xml in ["<value><base64>\x0CaGVsbG8=</base64></value>", "<value> <base64>\x0CaGVsbG8=</base64></value>"] {
        assert_eq!(de::from_slice::<Binary>(xml.as_bytes()).unwrap_err().code(), -32702);
    }
}

#[test]
fn a_document_is_no_larger_than_the_dialect_says() {
    use tagwire::MethodCall;
    let call = MethodCall::new("a".repeat(200), ());
    let whole = call.to_xml(&Dialect::default()).unwrap().len();
    assert!(call.to_xml(&Dialect::default().max_size(whole)).is_ok());
    assert!(call.to_xml(&Dialect::default().max_size(whole - 1)).unwrap_err().is_unwritable());
}

#[test]
fn what_is_written_is_boring() {
    assert_eq!(written(5), "<value><int>5</int></value>");
    assert_eq!(written(2_147_483_648_i64), "<value><i8>2147483648</i8></value>");
    assert_eq!(written(1.0), "<value><double>1.0</double></value>");
    assert_eq!(written(1e21), "<value><double>1000000000000000000000.0</double></value>");
    assert_eq!(written(0.1_f32), "<value><double>0.1</double></value>");
    assert_eq!(written(""), "<value><string></string></value>");
    assert_eq!(written("a\r&<>\"'"), "<value><string>a&#13;&amp;&lt;&gt;\"'</string></value>");
    assert_eq!(written([0_i32; 0]), "<value><array><data></data></array></value>");
    assert_eq!(written(Shape::Point), "<value><string>Point</string></value>");
    assert_eq!(
        written(Shape::Circle(0.5)),
        "<value><struct><member><name>Circle</name><value><double>0.5</double></value></member></struct></value>"
    );
    assert_eq!(
        written(BTreeMap::from([(1, true)])),
        "<value><struct><member><name>1</name><value><boolean>1</boolean></value></member></struct></value>"
    );
}

#[test]
fn a_member_that_is_none_is_left_out_and_any_other_nil_refused() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Options {
        a: Option<i32>,
        b: Option<i32>,
    }
    let xml = written(Options { a: None, b: Some(1) });
    assert_eq!(xml, "<value><struct><member><name>b</name><value><int>1</int></value></member></struct></value>");
    assert_eq!(de::from_slice::<Options>(xml.as_bytes()).unwrap(), Options { a: None, b: Some(1) });

    for (error, place) in [
        (ser::to_vec(&vec![Some(1), None], &Dialect::default()).unwrap_err(), ", in [1]"),
        (ser::to_vec(&None::<i32>, &Dialect::default()).unwrap_err(), ""),
        (ser::to_vec(&Value::from(Struct::from([("x", Value::Nil)])), &Dialect::default()).unwrap_err(), ", in x"),
    ] {
        assert_eq!(error.to_string(), format!("nil may not be written unless allow_none is set{place}"));
        assert!(error.is_unwritable());
    }
}

#[test]
fn what_cannot_be_written_is_an_error_that_says_where() {
    let refused = |value: Value| ser::to_vec(&value, &Dialect::default()).unwrap_err().to_string();
    assert_eq!(refused(f64::NAN.into()), "NaN cannot be written");
    assert_eq!(
        refused(Value::from(vec![Value::from("ok"), Value::from("é\0")])),
        "character U+0000 at position 1 of a string cannot be written in XML, in [1]"
    );
    assert_eq!(refused(DateTime::new("20240102T03:04:05Z").into()), "a date with a zone would lose it");
    assert!(ser::to_vec(&u64::MAX, &Dialect::default()).is_err());
    assert!(ser::to_vec(&BTreeMap::from([((1, 2), 3)]), &Dialect::default()).is_err());
}

#[test]
fn dates_and_doubles_go_as_they_are_where_the_dialect_says_so() {
    let dialect = Dialect::default().raw_dates(true).non_finite(true);
    for text in ["2024-01-02T03:04:05.678+02:00", "hello <&>", "", "20240102T03:04:05"] {
        let date = DateTime::new(text);
        let xml = ser::to_vec(&date, &dialect).unwrap();
        assert_eq!(de::from_slice::<DateTime>(&xml).unwrap(), date);
    }
    for number in [f64::INFINITY, f64::NEG_INFINITY, 0.5] {
        let xml = ser::to_vec(&number, &dialect).unwrap();
        assert_eq!(de::from_slice::<f64>(&xml).unwrap().to_bits(), number.to_bits());
    }
    let nan = ser::to_vec(&f32::NAN, &dialect).unwrap();
    assert_eq!(nan, b"<value><double>nan</double></value>");
    assert!(de::from_slice::<f32>(&nan).unwrap().is_nan());
}

#[test]
fn wide_integers_go_as_the_dialect_says() {
    use tagwire::WideIntegers;
    let text =
        |number: i64, dialect: Dialect| ser::to_vec(&number, &dialect).map(|xml| String::from_utf8(xml).unwrap());
    let wide = |wide| Dialect::default().wide_integers(wide);
    let (large, exact) = (i64::from(i32::MAX) + 1, 1_i64 << 53);
    assert_eq!(text(large, wide(WideIntegers::String)).unwrap(), "<value><string>2147483648</string></value>");
    assert_eq!(text(large, wide(WideIntegers::Double)).unwrap(), "<value><double>2147483648.0</double></value>");
    assert!(text(large, wide(WideIntegers::Error)).unwrap_err().is_unwritable());
    assert!(text(exact, wide(WideIntegers::Double)).is_ok());
    assert!(text(exact + 1, wide(WideIntegers::Double)).unwrap_err().is_unwritable());
    for policy in [WideIntegers::String, WideIntegers::Double, WideIntegers::Error, WideIntegers::I8] {
        assert_eq!(text(-5, wide(policy)).unwrap(), "<value><int>-5</int></value>");
        assert_eq!(text(-5, wide(policy).only_i8(true)).unwrap(), "<value><i8>-5</i8></value>");
    }
    // An `I8` that fits is an int where there is no i8.
    let narrow = ser::to_vec(&Value::I8(5), &Dialect::xmlrpcpp()).unwrap();
    assert_eq!(narrow, b"<value><int>5</int></value>");
}

#[test]
fn forbidden_characters_go_as_the_dialect_says() {
    use tagwire::ControlCharacters;
    let text = |control, ascii| {
        let dialect = Dialect::default().control_characters(control).ascii(ascii);
        String::from_utf8(ser::to_vec("a\0<é\u{FFFE}\r", &dialect).unwrap()).unwrap()
    };
    assert_eq!(text(ControlCharacters::Strip, false), "<value><string>a&lt;é&#13;</string></value>");
    assert_eq!(text(ControlCharacters::Replace, false), "<value><string>a\u{FFFD}&lt;é\u{FFFD}&#13;</string></value>");
    assert_eq!(text(ControlCharacters::Strip, true), "<value><string>a&lt;&#233;&#13;</string></value>");
    assert_eq!(
        text(ControlCharacters::Replace, true),
        "<value><string>a&#65533;&lt;&#233;&#65533;&#13;</string></value>"
    );
}

#[test]
fn extensions_have_their_namespace() {
    use tagwire::MethodCall;
    let params = (None::<i32>, 1_i64 << 40, Value::BigDecimal("1.10".to_owned()), 5);
    let xml = MethodCall::new("é", params.clone()).to_xml(&Dialect::apache().ascii(true)).unwrap();
    let text = String::from_utf8(xml.clone()).unwrap();
    assert!(text.starts_with(
        "<?xml version=\"1.0\" encoding=\"US-ASCII\"?><methodCall \
         xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"><methodName>&#233;</methodName>"
    ));
    for element in ["<ex:nil/>", "<ex:i8>1099511627776</ex:i8>", "<ex:bigdecimal>1.10</ex:bigdecimal>", "<int>5</int>"]
    {
        assert!(text.contains(element), "{element}: {text}");
    }
    assert_eq!(MethodCall::from_xml(&xml).unwrap(), MethodCall::new("é", params));
}

#[test]
fn a_wrong_type_is_named_with_its_place_and_never_its_value() {
    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Outer {
        items: Vec<Inner>,
    }
    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Inner {
        name: String,
    }
    let xml = "<value><struct><member><name>items</name><value><array><data><value><struct><member><name>name</name>\
               <value><int>4711</int></value></member></struct></value></data></array></value></member></struct></value>";
    let error = de::from_slice::<Outer>(xml.as_bytes()).unwrap_err();
    assert!(error.is_type_mismatch());
    assert_eq!(error.to_string(), "expected a string, found int, at byte 113, in items[0].name");

    let error = de::from_slice::<i32>(b"<value><i8>5000000000</i8></value>").unwrap_err();
    assert_eq!(error.to_string(), "expected i32, found another integer, at byte 11");
    let error = de::from_slice::<(i32,)>(b"<value><array><data><value>1</value></data></array></value>").unwrap_err();
    assert_eq!(error.to_string(), "expected i32, found string, at byte 28, in [0]");
    let error = de::from_slice::<Inner>(b"<value><struct></struct></value>").unwrap_err();
    assert_eq!(error.to_string(), "missing member name, at byte 15");
}

#[test]
fn tuples_take_exactly_as_many() {
    let three = written((1, 2, 3));
    assert!(de::from_slice::<(i32, i32, i32)>(three.as_bytes()).is_ok());
    assert!(de::from_slice::<(i32, i32)>(three.as_bytes()).unwrap_err().is_type_mismatch());
    assert!(de::from_slice::<(i32, i32, i32, i32)>(three.as_bytes()).unwrap_err().is_type_mismatch());
    let value = ser::to_value(&(1, 2, 3)).unwrap();
    assert!(de::from_value::<(i32, i32)>(value).unwrap_err().is_type_mismatch());
}

#[test]
fn serde_buffering_keeps_dates_and_big_numbers() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Date(DateTime),
        Number(i32),
        Any(Value),
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Flat {
        id: i32,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    let date = DateTime::new("20240102T03:04:05");
    round_trip(vec![Either::Date(date.clone()), Either::Number(1), Either::Any(Value::Boolean(true))]);
    round_trip(Flat {
        id: 1,
        rest: BTreeMap::from([
            ("when".to_owned(), Value::DateTime(date)),
            ("big".to_owned(), Value::BigDecimal("1.10".to_owned())),
            ("blob".to_owned(), Value::Base64(Binary::from(*b"\0\xFF"))),
        ]),
    });
}

#[test]
fn keys_of_a_map_are_read_as_they_are_written() {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    enum Side {
        Left,
        Right,
    }
    round_trip(BTreeMap::from([(-7_i64, "a".to_owned()), (8, "b".to_owned())]));
    round_trip(BTreeMap::from([(true, 1), (false, 0)]));
    round_trip(BTreeMap::from([('€', 1)]));
    round_trip(BTreeMap::from([(Side::Left, 1), (Side::Right, 2)]));
    let names = written(BTreeMap::from([("seven", 7)]));
    assert!(de::from_slice::<BTreeMap<u8, i32>>(names.as_bytes()).unwrap_err().is_type_mismatch());
}

#[test]
fn other_formats_see_plain_data() {
    let value = Value::from(Struct::from([
        ("date", Value::DateTime(DateTime::new("20240102T03:04:05"))),
        ("wide", Value::I8(5)),
        ("nil", Value::Nil),
    ]));
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(json, r#"{"date":"20240102T03:04:05","wide":5,"nil":null}"#);
    let back: Value = serde_json::from_str(r#"{"a":[1,5000000000,1.5,"x",null,true]}"#).unwrap();
    let expected = [1.into(), Value::I8(5_000_000_000), 1.5.into(), "x".into(), Value::Nil, true.into()];
    assert_eq!(back.get("a").and_then(Value::as_array), Some(&expected[..]));
}

#[test]
fn void_reads_anything() {
    for xml in ["<value><nil/></value>", "<value><boolean>1</boolean></value>", "<value/>", "<value><array/></value>"] {
        assert!(de::from_slice::<()>(xml.as_bytes()).is_ok(), "{xml}");
    }
}

#[test]
fn the_last_of_equal_members_wins_in_types_too() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct Outer {
        x: i32,
        inner: Inner,
    }
    #[derive(Deserialize, PartialEq, Debug)]
    struct Inner {
        y: String,
        shape: Shape,
    }
    let member = |name: &str, value: &str| format!("<member><name>{name}</name><value>{value}</value></member>");
    let first = |name: &str, value: &str| format!("<member><value>{value}</value><name>{name}</name></member>");
    let structure = |members: &[String]| format!("<struct>{}</struct>", members.concat());
    let shape = |n: i32| structure(&[member("Circle", "<int>9</int>"), member("Circle", &format!("<int>{n}</int>"))]);
    let inner = structure(&[member("y", "a"), first("shape", &shape(1)), first("y", "b"), member("shape", &shape(2))]);
    let outer = structure(&[
        first("x", "<int>1</int>"),
        member("inner", "<nil/>"),
        first("inner", &inner),
        member("x", "<int>2</int>"),
    ]);
    let xml = format!("<value>{outer}</value>");
    let expected = Outer { x: 2, inner: Inner { y: "b".to_owned(), shape: Shape::Circle(2.0) } };
    assert_eq!(de::from_slice::<Outer>(xml.as_bytes()).unwrap(), expected);
    let value: Value = de::from_slice(xml.as_bytes()).unwrap();
    assert_eq!(de::from_value::<Outer>(value).unwrap(), expected);
}
