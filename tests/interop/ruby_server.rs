//! Ruby's `XMLRPC::WEBrickServlet` as our client sees it.

use tagwire::{Binary, DateTime, Struct, Value};

use crate::echo::{self, Exception, Outcome, assert_fault, client, describe, echo_tests};
use crate::peers::{RUBY, Running};

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        values: &["carriage returns"],
        reason: "it writes them as they are, and XML reads a newline there",
        seen: Outcome::Same,
        comes: Outcome::Other(|_| "a\nb\nc".into()),
    },
    Exception {
        values: &["no bytes", "bytes of text"],
        reason: "base64 is read as a string",
        seen: Outcome::Described(described_as_string),
        comes: Outcome::Described(described_as_string),
    },
    Exception {
        values: &["nul", "two bytes", "every byte", "many bytes"],
        reason: "base64 is read as a string, and written as one whatever is in it",
        seen: Outcome::Described(described_as_string),
        comes: Outcome::NotXmlRpc,
    },
];

echo_tests!();

#[tokio::test]
async fn every_type() {
    let Some(ruby) = start().await else { return };

    let expected = [
        ("int", Value::Int(i32::MIN)),
        ("boolean", true.into()),
        ("double", 0.1.into()),
        ("string", " a\tb\n<&> é😀 ".into()),
        ("symbol", "name".into()),
        ("base64", Binary::from((0..=255).collect::<Vec<u8>>()).into()),
        ("dateTime", DateTime::new("20240229T12:34:56").into()),
        ("time", DateTime::new("20240229T12:34:56").into()),
        ("array", Value::Array(vec![1.into(), Value::Array(Vec::new()), Value::Array(vec!["two".into()])])),
        ("struct", Struct::from([("b", 1.into()), ("", Struct::new().into())]).into()),
    ];
    echo::check_every_type(&ruby, expected).await;
}

/// Bytes come back where the method says that it means bytes.
#[tokio::test]
async fn bytes_that_are_meant() {
    let Some(ruby) = start().await else { return };

    for (name, bytes) in echo::values::bytes() {
        assert_eq!(client(&ruby).call::<_, Value>("echo_bytes", (&bytes,)).await.unwrap(), bytes, "{name}");
    }
}

/// Until it is told otherwise it neither reads nor writes what the specification does not have, but for reading `i8`; it
/// answers with a status of HTTP and a page.
#[tokio::test]
async fn extensions_are_off_by_default() {
    let Some(ruby) = start_with(&[]).await else { return };
    let client = client(&ruby);

    assert_eq!(client.call::<_, String>("describe", (i64::MAX,)).await.unwrap(), format!("int {}", i64::MAX));
    let errors = [
        client.call::<_, Value>("echo", (i64::MAX,)).await.unwrap_err(),
        client.call::<_, Value>("describe", (Value::Nil,)).await.unwrap_err(),
        client.call::<_, Value>("nothing", ()).await.unwrap_err(),
    ];
    for error in errors {
        let reply = error.protocol_error().unwrap();
        assert_eq!(reply.status(), 500);
        assert!(reply.content_type().unwrap().starts_with("text/html"), "{reply:?}");
    }
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
}

#[tokio::test]
async fn faults() {
    let Some(ruby) = start().await else { return };

    echo::check_faults(&ruby).await;
    assert_fault(&ruby, "crash", (), 2, "Uncaught exception for no reason in method crash").await;
    assert_fault(&ruby, "add", (1,), 1, "Method add missing or wrong number of parameters!").await;
}

#[tokio::test]
async fn unknown_method() {
    let Some(ruby) = start().await else { return };

    assert_fault(&ruby, "no.such", (), 1, "Method no.such missing or wrong number of parameters!").await;
}

#[tokio::test]
async fn introspection() {
    let Some(ruby) = start().await else { return };
    let system = client(&ruby).system();

    // In the order in which they were added.
    let methods = system.list_methods().await.unwrap();
    assert_eq!(methods[..2], ["add", "echo"]);
    assert!(methods.contains(&"system.multicall".to_owned()), "{methods:?}");
    assert_eq!(system.method_help("add").await.unwrap(), "Adds two numbers.");
    let signatures = system.method_signature("add").await.unwrap();
    assert_eq!(signatures, [["int", "int", "int"], ["double", "double", "double"]]);

    // It makes no difference between a method that it knows nothing of and one that there is not.
    for name in ["echo", "no.such"] {
        assert_eq!(system.method_help(name).await.unwrap(), "");
        assert!(system.method_signature(name).await.unwrap().is_empty());
    }
    assert!(system.method_exist("add").await.unwrap_err().is_fault());
    assert!(system.capabilities().await.unwrap_err().is_fault());
}

#[tokio::test]
async fn multicall() {
    let Some(ruby) = start().await else { return };

    let mut batch = client(&ruby).multicall();
    let sum = batch.call::<_, i32>("add", (2, 3));
    let lost = batch.call::<_, Value>("fail", (7, "<no>"));
    let list = batch.call::<_, Vec<String>>("echo", (["one"],));
    let inner = batch.call::<_, Value>("system.multicall", (Vec::<Value>::new(),));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(sum).unwrap(), 5);
    assert_eq!(results.get(list).unwrap(), ["one"]);
    let faults = [lost, inner].map(|call| results.get(call).unwrap_err().into_fault().unwrap());
    assert_eq!((faults[0].code(), faults[0].string()), (7, "<no>"));
    assert_eq!((faults[1].code(), faults[1].string()), (6, "Recursive system.multicall forbidden"));
}

/// It has the methods of `system` only if they are asked for.
#[tokio::test]
async fn multicall_falls_back_where_there_is_none() {
    let Some(ruby) = start_with(&["--no-system"]).await else { return };

    let mut batch = client(&ruby).multicall().fall_back(true);
    let sum = batch.call::<_, i32>("add", (2, 3));
    let lost = batch.call::<_, Value>("fail", (7, "no"));
    let results = batch.send().await.unwrap();
    assert_eq!(results.get(sum).unwrap(), 5);
    assert_eq!(results.get(lost).unwrap_err().fault().unwrap().code(), 7);
}

fn described_as_string(bytes: &Value) -> String {
    describe(bytes).replacen("base64", "string", 1)
}

async fn start() -> Option<Running> {
    start_with(&["--extended"]).await
}

async fn start_with(options: &[&str]) -> Option<Running> {
    RUBY.start_if_here("server.rb", options).await
}
