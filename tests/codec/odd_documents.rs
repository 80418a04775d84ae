//! Elements too many or too few, in values and in whole documents: what has no one meaning is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tagwire::{DateTime, Dialect, Error, Fault, Limits, MethodCall, MethodResponse, Struct, Value, de, ser};

const INVALID_REQUEST: i64 = Fault::INVALID_REQUEST;

fn value(content: &str) -> Result<Value, i64> {
    de::from_slice(format!("<value>{content}</value>").as_bytes()).map_err(|error| error.code())
}

fn strict(content: &str) -> Result<Value, i64> {
    let document = format!("<value>{content}</value>");
    de::from_slice_with(document.as_bytes(), &Dialect::strict(), Limits::default()).map_err(|error| error.code())
}

fn call(content: &str) -> Result<MethodCall<Vec<Value>>, i64> {
    MethodCall::from_xml(format!("<methodCall>{content}</methodCall>").as_bytes()).map_err(|error| error.code())
}

fn response(content: &str) -> Result<MethodResponse<Value>, i64> {
    let document = format!("<methodResponse>{content}</methodResponse>");
    MethodResponse::from_xml(document.as_bytes()).map_err(|error| error.code())
}

#[test]
fn a_value_is_one_thing() {
    for content in [
        "<int>1</int><int>2</int>",
        "<int>1</int><x/>",
        "<array><data/></array><int>1</int>",
        "<array><x/></array>",
        "<array><data><x/></data></array>",
        "<array><name>a</name></array>",
        "<struct><member><name>a</name><name>b</name><value>1</value></member></struct>",
        "<struct><member><name>a</name><value>1</value><name>b</name></member></struct>",
        "<struct><member><value>1</value><name>a</name><name>b</name></member></struct>",
        "<struct><member><name>a</name><value>1</value><value>2</value></member></struct>",
    ] {
        assert_eq!((value(content), strict(content)), (Err(INVALID_REQUEST), Err(INVALID_REQUEST)), "{content}");
    }
    for document in ["<array/>", "<x><value>1</value></x>", "<methodCall/>"] {
        let error = de::from_slice::<Value>(document.as_bytes()).unwrap_err();
        assert_eq!(error.code(), INVALID_REQUEST, "{document}: {error}");
    }
}

#[test]
fn a_boolean_is_a_word_in_any_case() {
    for word in ["false", "False", "FALSE", " false\n", "0"] {
        assert_eq!(value(&format!("<boolean>{word}</boolean>")), Ok(Value::Boolean(false)), "{word:?}");
    }
    for word in ["true", "True", "TRUE", "\ttrue ", "1"] {
        assert_eq!(value(&format!("<boolean>{word}</boolean>")), Ok(Value::Boolean(true)), "{word:?}");
    }
    for word in ["", "no", "2", "falsehood", "-1"] {
        assert_eq!(value(&format!("<boolean>{word}</boolean>")), Err(INVALID_REQUEST), "{word:?}");
    }
}

#[test]
fn a_big_number_has_digits() {
    for tag in ["biginteger", "bigdecimal", "ex:biginteger"] {
        for text in ["", "-", "x1", "1 2", "0x1"] {
            assert_eq!(value(&format!("<{tag}>{text}</{tag}>")), Err(INVALID_REQUEST), "{tag} {text:?}");
        }
    }
    let big = "123456789012345678901234567890";
    // References and blanks around it change nothing.
    for text in [big.to_owned(), format!(" {big}\n"), format!("&#32;{big}")] {
        assert_eq!(
            value(&format!("<biginteger>{text}</biginteger>")),
            Ok(Value::BigInteger(big.to_owned())),
            "{text:?}"
        );
    }
}

#[test]
fn a_call_has_one_name_and_one_list_of_parameters() {
    let (name, params) = ("<methodName>m</methodName>", "<params><param><value>1</value></param></params>");
    assert!(call(&format!("{name}{params}")).is_ok());
    assert!(call(&format!("{params}{name}")).is_ok());
    assert!(call(&format!("{name}{params}<x>1</x>")).is_ok());
    for content in [
        format!("{name}{name}{params}"),
        format!("{name}{params}{name}"),
        format!("{params}{params}{name}"),
        format!("{name}{params}{params}"),
        params.to_owned(),
        format!("{name}<params><param><value>1</value><value>2</value></param></params>"),
        format!("{name}<params><param><value>1</value><x/></param></params>"),
        format!("{name}<params><param><x/></param></params>"),
        format!("{name}<params><param/></params>"),
        format!("{name}<params><x/></params>"),
    ] {
        assert_eq!(call(&content), Err(INVALID_REQUEST), "{content}");
    }
}

#[test]
fn a_response_has_one_value_or_one_fault() {
    let params = "<params><param><value>1</value></param></params>";
    assert_eq!(response(params), Ok(MethodResponse::Value("1".into())));
    let fault = "<struct><member><name>faultCode</name><value><int>4</int></value></member>\
                 <member><name>faultString</name><value>no</value></member></struct>";
    assert_eq!(
        response(&format!("<fault><value>{fault}</value></fault>")),
        Ok(MethodResponse::Fault(Fault::new(4, "no")))
    );
    for content in [
        format!("{params}{params}"),
        "<params><param><value>1</value></param><param><value>2</value></param></params>".to_owned(),
        format!("<fault><value>{fault}</value><value>{fault}</value></fault>"),
    ] {
        assert_eq!(response(&content), Err(INVALID_REQUEST), "{content}");
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
}

#[test]
fn an_enum_is_a_name_or_a_struct_of_one_member() {
    let circle = "<member><name>Circle</name><value><double>1.5</double></value></member>";
    let read =
        |content: &str| -> Result<Shape, Error> { de::from_slice(format!("<value>{content}</value>").as_bytes()) };
    assert_eq!(read("Point").unwrap(), Shape::Point);
    assert_eq!(read(&format!("<struct>{circle}</struct>")).unwrap(), Shape::Circle(1.5));
    let more = "<member><name>x</name><value>1</value></member>";
    for content in
        ["<struct></struct>", &format!("<struct>{circle}{more}</struct>"), "<int>1</int>", "<array><data/></array>"]
    {
        assert!(read(content).unwrap_err().is_type_mismatch(), "{content}");
        // The same by way of a value.
        let value = value(content).unwrap();
        assert!(de::from_value::<Shape>(value).unwrap_err().is_type_mismatch(), "{content}");
    }
}

#[test]
fn parameters_are_as_many_as_are_asked_for() {
    let xml = |params: usize| MethodCall::new("m", vec![1; params]).to_xml(&Dialect::default()).unwrap();
    let code = |error: Error| error.code();
    assert_eq!(MethodCall::<(i32,)>::from_xml(&xml(1)).map(|call| call.into_parts().1.0).map_err(code), Ok(1));
    for params in [0, 2] {
        let error = MethodCall::<(i32,)>::from_xml(&xml(params)).unwrap_err();
        assert!(error.is_type_mismatch(), "{params}: {error}");
    }
    assert!(MethodCall::<()>::from_xml(&xml(0)).is_ok());
    assert!(MethodCall::<()>::from_xml(&xml(1)).unwrap_err().is_type_mismatch());
}

#[test]
fn what_would_lose_something_is_not_written() {
    for raw in ["2026-01-02T03:04:05.5", "2026-01-02T03:04:05Z", "yesterday", ""] {
        let error = ser::to_vec(&DateTime::new(raw), &Dialect::default()).unwrap_err();
        assert!(error.is_unwritable(), "{raw:?}: {error}");
    }
    let written = ser::to_vec(&DateTime::new("2026-01-02 03:04:05"), &Dialect::default()).unwrap();
    assert_eq!(written, b"<value><dateTime.iso8601>20260102T03:04:05</dateTime.iso8601></value>");
    for (value, member) in [
        (Struct::from([("a", Value::Array(vec![Value::Double(f64::NAN)]))]), "a[0]"),
        (Struct::from([("b", Value::Nil)]), "b"),
    ] {
        let error = ser::to_vec(&value, &Dialect::default()).unwrap_err();
        assert!(error.is_unwritable() && error.to_string().contains(member), "{error}");
    }
    let keys = BTreeMap::from([(vec![1_u8], 1)]);
    assert!(ser::to_vec(&keys, &Dialect::default()).unwrap_err().is_unwritable());
}
