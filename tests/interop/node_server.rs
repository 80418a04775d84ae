//! The server of npm's package `xmlrpc` as our client sees it.

use tagwire::{Binary, DateTime, Struct, Value};

use crate::echo::{self, Exception, Outcome, client, echo_tests};
use crate::peers::{NODE, Running};

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        values: &["greatest int and one", "least int less one", "2^53 and one", "greatest i8", "least i8"],
        reason: "JavaScript has no such integers, and i8 is read as a string of its digits",
        seen: Outcome::Other(digits),
        comes: Outcome::Other(digits),
    },
    Exception {
        values: &["0.0", "-0.0"],
        reason: "a double without a fraction is an integer, which is never negative zero",
        seen: Outcome::Other(|_| 0.into()),
        comes: Outcome::Other(|_| 0.into()),
    },
    Exception {
        values: &["1.0"],
        reason: "a double without a fraction is an integer",
        seen: Outcome::Other(|_| 1.into()),
        comes: Outcome::Other(|_| 1.into()),
    },
    Exception {
        values: &["1e22"],
        reason: "a large double is written as an int with an exponent",
        seen: Outcome::Described(|_| "int 1e+22".to_owned()),
        comes: Outcome::NotXmlRpc,
    },
    Exception {
        values: &["1e300"],
        reason: "a large double is written as an int with an exponent",
        seen: Outcome::Described(|_| "int 1e+300".to_owned()),
        comes: Outcome::NotXmlRpc,
    },
    Exception {
        values: &["greatest double"],
        reason: "a large double is written as an int with an exponent",
        seen: Outcome::Described(|_| "int 1.7976931348623157e+308".to_owned()),
        comes: Outcome::NotXmlRpc,
    },
    Exception {
        values: &["least double"],
        reason: "a large double is written as an int with an exponent",
        seen: Outcome::Described(|_| "int -1.7976931348623157e+308".to_owned()),
        comes: Outcome::NotXmlRpc,
    },
];

echo_tests!();

#[tokio::test]
async fn every_type() {
    let Some(node) = start().await else { return };

    let expected = [
        ("int", Value::Int(i32::MIN)),
        ("boolean", true.into()),
        ("double", 0.1.into()),
        ("string", " a\tb\n<&> é😀 ".into()),
        ("base64", Binary::from((0..=255).collect::<Vec<u8>>()).into()),
        ("dateTime", DateTime::new("20240229T12:34:56").into()),
        ("array", Value::Array(vec![1.into(), Value::Array(Vec::new()), Value::Array(vec!["two".into()])])),
        ("struct", Struct::from([("b", 1.into()), ("", Struct::new().into())]).into()),
        ("nil", Value::Nil),
    ];
    echo::check_every_type(&node, expected).await;
}

/// A sum beyond 32 bits is an `<int>` all the same.
#[tokio::test]
async fn int_beyond_32_bits() {
    let Some(node) = start().await else { return };

    let sum: Value = client(&node).call("add", (i32::MAX, i32::MAX)).await.unwrap();
    assert_eq!(sum, Value::I8(2 * i64::from(i32::MAX)));
}

#[tokio::test]
async fn faults() {
    let Some(node) = start().await else { return };

    echo::check_faults(&node).await;
}

/// It says so by HTTP.
#[tokio::test]
async fn unknown_method() {
    let Some(node) = start().await else { return };

    let error = client(&node).call::<_, Value>("no.such", ()).await.unwrap_err();
    let reply = error.protocol_error().unwrap();
    assert_eq!(reply.status(), 404);
    assert_eq!(reply.body(), b"");
}

#[tokio::test]
async fn there_is_no_introspection() {
    let Some(node) = start().await else { return };

    let system = client(&node).system();
    assert!(system.list_methods().await.unwrap_err().is_status());
    assert!(system.method_help("add").await.unwrap_err().is_status());
}

/// Nor does it say that in a fault, so there is nothing to fall back from.
#[tokio::test]
async fn there_is_no_multicall() {
    let Some(node) = start().await else { return };

    let mut batch = client(&node).multicall().fall_back(true);
    batch.call::<_, i32>("add", (2, 3));
    let error = batch.send().await.unwrap_err();
    assert_eq!(error.error().protocol_error().unwrap().status(), 404);
}

fn digits(number: &Value) -> Value {
    number.as_i64().unwrap().to_string().into()
}

async fn start() -> Option<Running> {
    NODE.start_if_here("server.js", &[]).await
}
