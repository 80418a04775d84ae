//! PHP's xmlrpc extension, under PHP's built-in server, as our client sees it.

use tagwire::{Binary, Client, DateTime, Dialect, Struct, Value};

use crate::echo::{self, Exception, Outcome, assert_fault, client, echo_tests};
use crate::peers::{PHP, Running};

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        values: &["greatest int and one", "least int less one", "2^53 and one", "greatest i8", "least i8"],
        reason: "a type that it does not know is read as nil",
        seen: Outcome::Other(|_| Value::Nil),
        comes: Outcome::Other(|_| "".into()),
    },
    Exception {
        values: &["1/3", "1e-7", "least normal double", "5e-324"],
        reason: "it writes six decimals",
        seen: Outcome::Same,
        comes: Outcome::Other(to_six_decimals),
    },
    Exception {
        values: &["carriage returns"],
        reason: "it writes them as they are, and XML reads a newline there",
        seen: Outcome::Same,
        comes: Outcome::Other(|_| "a\nb\nc".into()),
    },
    Exception {
        values: &["empty struct"],
        reason: "PHP has one type for both",
        seen: Outcome::Other(|_| Value::Array(Vec::new())),
        comes: Outcome::Other(|_| Value::Array(Vec::new())),
    },
    Exception {
        values: &["empty struct in a struct"],
        reason: "PHP has one type for both",
        seen: Outcome::Other(|_| Struct::from([("empty", Value::Array(Vec::new()))]).into()),
        comes: Outcome::Other(|_| Struct::from([("empty", Value::Array(Vec::new()))]).into()),
    },
    Exception {
        values: &["empty name"],
        reason: "a member without a name gets a number",
        seen: Outcome::Other(|_| Struct::from([("0", 1.into()), ("other", 2.into())]).into()),
        comes: Outcome::Other(|_| Struct::from([("0", 1.into()), ("other", 2.into())]).into()),
    },
    Exception {
        values: &["nil"],
        reason: "it reads nil, and writes an empty string for it",
        seen: Outcome::Same,
        comes: Outcome::Other(|_| "".into()),
    },
    Exception {
        values: &["nil in an array"],
        reason: "it reads nil, and writes an empty string for it",
        seen: Outcome::Same,
        comes: Outcome::Other(|_| Value::Array(vec![1.into(), "".into(), 3.into()])),
    },
    Exception {
        values: &["nil in a struct"],
        reason: "it reads nil, and writes an empty string for it",
        seen: Outcome::Same,
        comes: Outcome::Other(|_| Struct::from([("nothing", "".into()), ("one", 1.into())]).into()),
    },
];

echo_tests!();

#[tokio::test]
async fn every_type() {
    let Some(php) = start().await else { return };

    let expected = [
        ("int", Value::Int(i32::MIN)),
        ("boolean", true.into()),
        ("double", 0.5.into()),
        ("string", " a\tb\n<&> é😀 ".into()),
        ("base64", Binary::from((0..=255).collect::<Vec<u8>>()).into()),
        ("dateTime", DateTime::new("20240229T12:34:56").into()),
        ("array", Value::Array(vec![1.into(), Value::Array(Vec::new()), Value::Array(vec!["two".into()])])),
        ("struct", Struct::from([("b", 1.into()), ("c", Struct::from([("d", 2.into())]).into())]).into()),
    ];
    echo::check_every_type(&php, expected).await;
}

#[tokio::test]
async fn faults() {
    let Some(php) = start().await else { return };

    echo::check_faults(&php).await;
}

/// It is no fault, and says nothing.
#[tokio::test]
async fn an_error_of_the_script() {
    let Some(php) = start().await else { return };

    let error = client(&php).call::<_, Value>("add", (1,)).await.unwrap_err();
    let reply = error.protocol_error().unwrap();
    assert_eq!(reply.status(), 500);
    assert_eq!(reply.body(), b"");
}

#[tokio::test]
async fn unknown_method() {
    let Some(php) = start().await else { return };

    assert_fault(&php, "no.such", (), -32601, "server error. method not found.\n\nno.such").await;
}

#[tokio::test]
async fn introspection() {
    let Some(php) = start().await else { return };
    let system = client(&php).system();

    let methods = system.list_methods().await.unwrap();
    assert!(methods.contains(&"add".to_owned()), "{methods:?}");
    assert!(methods.contains(&"system.multiCall".to_owned()), "{methods:?}");
    assert_eq!(system.method_help("add").await.unwrap(), "Adds two numbers.");
    assert_eq!(system.method_signature("add").await.unwrap(), [["int", "int", "int"]]);
    let capabilities = system.capabilities().await.unwrap();
    let introspection = &capabilities["introspection"];
    assert_eq!(introspection.url(), "http://xmlrpc-epi.sourceforge.net/specs/rfc.introspection.php");
    assert_eq!(introspection.version(), "20010516");
    assert!(system.method_exist("add").await.unwrap_err().is_fault());
}

/// It answers without a result, which is none of the forms of an answer.
#[tokio::test]
async fn introspection_of_what_is_not_described() {
    let Some(php) = start().await else { return };

    let system = client(&php).system();
    assert!(system.method_help("echo").await.unwrap_err().is_not_xmlrpc());

    let lenient = Client::builder(&php.url("/")).dialect(Dialect::default().missing_result(true)).build().unwrap();
    assert_eq!(lenient.system().method_help("echo").await.unwrap(), "");
    assert!(lenient.system().method_signature("no.such").await.unwrap().is_empty());
}

/// It has one by a name of its own, where a fault is wrapped as a result is.
#[tokio::test]
async fn multicall_falls_back_where_it_has_another_name() {
    let Some(php) = start().await else { return };

    let mut batch = client(&php).multicall();
    batch.call::<_, i32>("add", (2, 3));
    assert_eq!(batch.send().await.unwrap_err().error().fault().unwrap().code(), -32601);

    let mut batch = client(&php).multicall().fall_back(true);
    let sum = batch.call::<_, i32>("add", (2, 3));
    let lost = batch.call::<_, Value>("fail", (7, "no"));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(sum).unwrap(), 5);
    assert_eq!(results.get(lost).unwrap_err().fault().unwrap().code(), 7);

    let call =
        |name: &str| Struct::from([("methodName", name.into()), ("params", Value::Array(vec![7.into(), "no".into()]))]);
    let results: Vec<[Struct; 1]> =
        client(&php).call("system.multiCall", ([call("no.such"), call("fail")],)).await.unwrap();
    let codes: Vec<_> = results.iter().map(|[fault]| fault.get("faultCode").cloned()).collect();
    assert_eq!(codes, [Some((-32601).into()), Some(7.into())]);
}

fn to_six_decimals(number: &Value) -> Value {
    let Value::Double(number) = number else { panic!("{number:?}") };
    format!("{number:.6}").parse::<f64>().unwrap().into()
}

async fn start() -> Option<Running> {
    PHP.start_if_here("server.php", &[]).await
}
