//! xmlrpc-c's server, Abyss, compiled here, as our client sees it.

use std::process::Command;

use tagwire::{Binary, DateTime, Struct, Value};

use crate::echo::{self, Exception, Outcome, assert_fault, client, echo_tests};
use crate::peers::{Running, XMLRPC_C};

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        values: &["-0.0"],
        reason: "it writes no sign",
        seen: Outcome::Same,
        comes: Outcome::Other(|_| 0.0.into()),
    },
    Exception {
        values: &["1e300", "greatest double", "least double", "1e-7", "least normal double"],
        reason: "it converts numbers by its own arithmetic, whose last digits are not exact",
        seen: Outcome::Near,
        comes: Outcome::Near,
    },
    Exception {
        values: &["5e-324"],
        reason: "its arithmetic ends before",
        seen: Outcome::Other(|_| 0.0.into()),
        comes: Outcome::Other(|_| 0.0.into()),
    },
    Exception {
        values: &["carriage returns"],
        reason: "it makes newlines of them in what it reads",
        seen: Outcome::Other(|_| "a\nb\nc".into()),
        comes: Outcome::Other(|_| "a\nb\nc".into()),
    },
    Exception {
        values: &["second plane", "joined emoji", "other planes", "name in another plane"],
        reason: "it knows the first plane only",
        seen: BEYOND_THE_FIRST_PLANE,
        comes: BEYOND_THE_FIRST_PLANE,
    },
];

const BEYOND_THE_FIRST_PLANE: Outcome = Outcome::Fault(-503, "a character not in the Basic Multilingual Plane");

echo_tests!();

/// Its other dialect has nil and i8 in the namespace of Apache's library.
#[tokio::test]
async fn extensions_of_apache() {
    let Some(server) = start_with(&["--apache"]).await else { return };

    echo::check(&server, &echo::values::nil(), EXCEPTIONS).await;
    echo::check(&server, &echo::values::wide_integers(), EXCEPTIONS).await;
    echo::check_every_type(&server, all_types()).await;
}

#[tokio::test]
async fn every_type() {
    let Some(server) = start().await else { return };

    echo::check_every_type(&server, all_types()).await;
}

#[tokio::test]
async fn faults() {
    let Some(server) = start().await else { return };

    echo::check_faults(&server).await;
    let few = "Format string requests 2 items from array, but array has only 1 items.";
    assert_fault(&server, "add", (1,), -502, few).await;
}

#[tokio::test]
async fn unknown_method() {
    let Some(server) = start().await else { return };

    assert_fault(&server, "no.such", (), -506, "Method 'no.such' not defined").await;
}

#[tokio::test]
async fn introspection() {
    let Some(server) = start().await else { return };
    let system = client(&server).system();

    let methods = system.list_methods().await.unwrap();
    assert!(methods.contains(&"add".to_owned()), "{methods:?}");
    assert!(methods.contains(&"system.multicall".to_owned()), "{methods:?}");
    assert_eq!(system.method_help("add").await.unwrap(), "Adds two numbers.");
    assert_eq!(system.method_help("echo").await.unwrap(), "No help is available for this method.");
    assert_eq!(system.method_signature("add").await.unwrap(), [["int", "int", "int"]]);
    assert!(system.method_signature("echo").await.unwrap().is_empty());
    assert!(system.method_exist("add").await.unwrap());
    assert!(!system.method_exist("no.such").await.unwrap());
    let capabilities = system.capabilities().await.unwrap();
    assert_eq!(capabilities["introspect"].url(), "http://xmlrpc-c.sourceforge.net/xmlrpc-c/introspection.html");
    assert_eq!(capabilities["introspect"].version(), "1");

    assert_fault(&server, "system.methodHelp", ("no.such",), -506, "Method 'no.such' does not exist").await;
}

#[tokio::test]
async fn multicall() {
    let Some(server) = start().await else { return };

    let mut batch = client(&server).multicall();
    let sum = batch.call::<_, i32>("add", (2, 3));
    let lost = batch.call::<_, Value>("fail", (7, "<no>"));
    let unknown = batch.call::<_, Value>("no.such", ());
    let list = batch.call::<_, Vec<String>>("echo", (["one"],));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(sum).unwrap(), 5);
    assert_eq!(results.get(list).unwrap(), ["one"]);
    let faults = [lost, unknown].map(|call| results.get(call).unwrap_err().into_fault().unwrap());
    assert_eq!((faults[0].code(), faults[0].string()), (7, "<no>"));
    assert_eq!((faults[1].code(), faults[1].string()), (-506, "Method 'no.such' not defined"));
}

/// One inside another is a fault of the whole.
#[tokio::test]
async fn multicall_in_a_multicall() {
    let Some(server) = start().await else { return };

    let mut batch = client(&server).multicall();
    batch.call::<_, i32>("add", (2, 3));
    batch.call::<_, Value>("system.multicall", (Vec::<Value>::new(),));
    let error = batch.send().await.unwrap_err();
    let fault = error.error().fault().unwrap();
    assert_eq!((fault.code(), fault.string()), (-507, "Recursive system.multicall forbidden"));
}

fn all_types() -> [(&'static str, Value); 10] {
    [
        ("int", Value::Int(i32::MIN)),
        ("i8", Value::I8(i64::MIN)),
        ("boolean", true.into()),
        ("double", 0.1.into()),
        ("string", " a\tb\n<&> é漢 ".into()),
        ("base64", Binary::from((0..=255).collect::<Vec<u8>>()).into()),
        ("dateTime", DateTime::new("20240229T12:34:56").into()),
        ("array", Value::Array(vec![1.into(), Value::Array(Vec::new()), Value::Array(vec!["two".into()])])),
        ("struct", Struct::from([("b", 1.into()), ("", Struct::new().into())]).into()),
        ("nil", Value::Nil),
    ]
}

async fn start() -> Option<Running> {
    start_with(&[]).await
}

async fn start_with(options: &[&str]) -> Option<Running> {
    if !XMLRPC_C.is_here() {
        return None;
    }
    let mut command = Command::new(XMLRPC_C.compile("server.c", LIBRARIES));
    command.args(options);
    Some(Running::start(command).await)
}

const LIBRARIES: &[&str] =
    &["-lxmlrpc_server_abyss", "-lxmlrpc_server", "-lxmlrpc_abyss", "-lxmlrpc", "-lxmlrpc_util", "-pthread"];
