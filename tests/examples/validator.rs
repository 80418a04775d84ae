//! The example `validator`, run as a program: every method of both suites, called by CPython's client and by ours.

use std::collections::BTreeMap;

use tagwire::{Binary, Client, DateTime, Fault, Struct, Value};

use crate::support::server::{Program, fault};
use peers::PYTHON;

use crate::peers;

#[tokio::test]
async fn python_calls_every_method() {
    if !PYTHON.is_here() {
        return;
    }
    let validator = Program::start("validator");
    PYTHON.run_checks("example_validator.py", &[&validator.url]).await;
}

#[tokio::test]
async fn our_client_calls_validator1() {
    let validator = Program::start("validator");
    let client = &validator.client();

    let sum: i32 = client.call("validator1.arrayOfStructsTest", (vec![stooges(1), stooges(-20)],)).await.unwrap();
    assert_eq!(sum, 3 - 18);
    let counts: BTreeMap<String, i32> = client.call("validator1.countTheEntities", ("<<>&&&'\"\"",)).await.unwrap();
    let expected = [
        ("ctLeftAngleBrackets", 2),
        ("ctRightAngleBrackets", 1),
        ("ctAmpersands", 3),
        ("ctApostrophes", 1),
        ("ctQuotes", 2),
    ];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)).into());

    let sum: i32 = client.call("validator1.easyStructTest", (stooges(10),)).await.unwrap();
    assert_eq!(sum, 10 + 11 + 12);
    let too_large = fault(client, "validator1.easyStructTest", (stooges(i32::MAX - 2),)).await;
    assert_eq!(too_large, Fault::application("the sum is too large"));

    assert_echo(client, "validator1.echoStructTest", Value::Struct(everything())).await;
    let many: Vec<Value> = vec![
        7.into(),
        true.into(),
        "<text>".into(),
        2.5.into(),
        DateTime::new("19980717T14:08:55").into(),
        Binary::from(vec![0, 255]).into(),
    ];
    assert_eq!(client.call::<_, Vec<Value>>("validator1.manyTypesTest", &many).await.unwrap(), many);
    assert_eq!(fault(client, "validator1.manyTypesTest", &many[..5]).await.code(), Fault::INVALID_PARAMS);

    let texts: Vec<String> = (1..=150).map(|number| format!("<{number}>")).collect();
    let ends: String = client.call("validator1.moderateSizeArrayCheck", (texts,)).await.unwrap();
    assert_eq!(ends, "<1><150>");

    let day = structure([("01", stooges(4)), ("02", Struct::new().into())]);
    let month = structure([("03", Struct::new().into()), ("04", day)]);
    let calendar = structure([("1999", Struct::new().into()), ("2000", month)]);
    assert_eq!(client.call::<_, i32>("validator1.nestedStructTest", (calendar,)).await.unwrap(), 4 + 5 + 6);
    let empty = fault(client, "validator1.nestedStructTest", (Struct::new(),)).await;
    assert_eq!(empty, Fault::invalid_params("the calendar has no 2000, 04, 01"));

    let multiples: BTreeMap<String, i64> = client.call("validator1.simpleStructReturnTest", (i32::MAX,)).await.unwrap();
    let number = i64::from(i32::MAX);
    let expected = [("times10", number * 10), ("times100", number * 100), ("times1000", number * 1000)];
    assert_eq!(multiples, expected.map(|(name, number)| (name.to_owned(), number)).into());
}

#[tokio::test]
async fn our_client_calls_interop_echo_tests() {
    let validator = Program::start("validator");
    let client = &validator.client();

    let toolkit: BTreeMap<String, String> = client.call("interopEchoTests.whichToolkit", ()).await.unwrap();
    let names: Vec<_> = toolkit.keys().map(String::as_str).collect();
    assert_eq!(names, ["toolkitDocsUrl", "toolkitName", "toolkitOperatingSystem", "toolkitVersion"]);
    assert_eq!(
        (toolkit["toolkitName"].as_str(), toolkit["toolkitVersion"].as_str()),
        ("tagwire", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(client.call::<_, i32>("interopEchoTests.noInParams", ()).await.unwrap(), 0);

    let date = DateTime::new("19980717T14:08:55");
    for (name, value) in [
        ("echoString", " <&> ü\u{1f980} ".into()),
        ("echoInteger", i32::MIN.into()),
        ("echoBoolean", false.into()),
        ("echoFloat", (-0.1).into()),
        ("echoStruct", Value::Struct(everything())),
        ("echoDate", date.into()),
        ("echoBase64", Binary::from(vec![0, 255, 10]).into()),
        ("echoStringArray", Value::Array(vec!["a".into(), "".into()])),
        ("echoIntegerArray", Value::Array(vec![1.into(), (-2).into()])),
        ("echoFloatArray", Value::Array(vec![0.5.into(), 1e-7.into()])),
        ("echoStructArray", Value::Array(vec![Struct::new().into(), Value::Struct(everything())])),
    ] {
        assert_echo(client, &format!("interopEchoTests.{name}"), value.clone()).await;
        assert_echo(client, "interopEchoTests.echoValue", value).await;
    }
    assert_eq!(fault(client, "interopEchoTests.echoInteger", ("1",)).await.code(), Fault::INVALID_PARAMS);
    assert_eq!(fault(client, "interopEchoTests.echoNothing", ()).await.code(), Fault::METHOD_NOT_FOUND);
}

#[cfg(unix)]
#[test]
fn it_stops() {
    assert_eq!(Program::start("validator").stop(), "");
}

async fn assert_echo(client: &Client, method: &str, value: Value) {
    let echoed: Value = client.call(method, (&value,)).await.unwrap();
    assert_eq!(echoed, value, "{method}");
}

/// Three numbers from one on.
fn stooges(from: i32) -> Value {
    structure([("moe", from.into()), ("larry", from.wrapping_add(1).into()), ("curly", from.wrapping_add(2).into())])
}

fn everything() -> Struct {
    let mut inner = Struct::new();
    inner.insert("", 1.5);
    let mut all = Struct::new();
    all.insert("int", 1);
    all.insert("<text>", "&");
    all.insert("date", DateTime::new("19980717T14:08:55"));
    all.insert("bytes", Binary::from(vec![1, 2]));
    all.insert("array", Value::Array(vec![true.into(), inner.into()]));
    all
}

fn structure<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Struct(members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
}
