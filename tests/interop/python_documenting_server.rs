//! Python's `DocXMLRPCServer` as our client sees it. It is the other one with a page for browsers, which comes to a GET.

use std::collections::BTreeMap;

use tagwire::{Binary, Client, DateTime, Struct, Value};

use crate::peers::{PYTHON, Running};

/// Started anew for each test; a test ends early where Python is not wanted.
macro_rules! python_or_return {
    () => {{
        if !PYTHON.is_here() {
            return;
        }
        PYTHON.start_server("server.py", &["--documenting", "--threading", "--keep-alive"]).await
    }};
}

#[tokio::test]
async fn numbers() {
    let python = python_or_return!();

    let numbers = [
        (0.into(), "int 0"),
        (i32::MIN.into(), "int -2147483648"),
        (i32::MAX.into(), "int 2147483647"),
        (true.into(), "bool True"),
        (false.into(), "bool False"),
        (0.1.into(), "float 0.1"),
        (1e300.into(), "float 1e+300"),
        (5e-324.into(), "float 5e-324"),
    ];
    expect_seen_and_returned(&python, numbers).await;
    assert_eq!(described(&client(&python), &Value::I8(i64::MIN)).await, "int -9223372036854775808");
}

#[tokio::test]
async fn text() {
    let python = python_or_return!();

    let texts = [
        ("".into(), "str ''"),
        ("  padded\t\n ".into(), r"str '  padded\t\n '"),
        ("<a href=\"x\">&amp; ]]> </string>".into(), "str '<a href=\"x\">&amp; ]]> </string>'"),
        ("Grüße 漢字 שלום 😀".into(), "str 'Grüße 漢字 שלום 😀'"),
    ];
    expect_seen_and_returned(&python, texts).await;
}

#[tokio::test]
async fn bytes_and_dates() {
    let python = python_or_return!();

    let values = [
        (Binary::from(Vec::new()).into(), "Binary "),
        (Binary::from(*b"\0\xff").into(), "Binary 00ff"),
        (DateTime::new("20240229T12:34:56").into(), "DateTime 20240229T12:34:56"),
    ];
    expect_seen_and_returned(&python, values).await;
}

#[tokio::test]
async fn containers() {
    let python = python_or_return!();

    let nested = Struct::from([("b", 1.into()), ("a <&>", Struct::from([("", "".into())]).into())]);
    let values = [
        (Value::Array(Vec::new()), "list []"),
        (Value::Array(vec![1.into(), "a".into(), Value::Array(Vec::new())]), "list [1, 'a', []]"),
        (Struct::new().into(), "dict {}"),
        (nested.into(), "dict {'b': 1, 'a <&>': {'': ''}}"),
    ];
    expect_seen_and_returned(&python, values).await;
}

#[tokio::test]
async fn nil() {
    let python = python_or_return!();

    assert_eq!(client(&python).call::<_, Option<i32>>("nothing", ()).await.unwrap(), None);
    let all: BTreeMap<String, Value> = client(&python).call("every_type", ()).await.unwrap();
    assert_eq!((all.len(), &all["nil"]), (10, &Value::Nil));
}

#[tokio::test]
async fn fault() {
    let python = python_or_return!();

    for (method, params, code, string) in [
        ("div", vec![1.into(), 0.into()], 1, "<class 'ZeroDivisionError'>:division by zero"),
        ("fail", vec![42.into(), "a <b> & c: ∞\n".into()], 42, "a <b> & c: ∞\n"),
        ("no.such", Vec::<Value>::new(), 1, "<class 'Exception'>:method \"no.such\" is not supported"),
    ] {
        let fault = client(&python).call::<_, Value>(method, params).await.unwrap_err().into_fault().unwrap();
        assert_eq!((fault.code(), fault.string()), (code, string));
    }
}

#[tokio::test]
async fn introspection() {
    let python = python_or_return!();
    let system = client(&python).system();

    let names = system.list_methods().await.unwrap();
    assert!(names.contains(&"add".to_owned()) && names.contains(&"greet".to_owned()), "{names:?}");
    assert_eq!(system.method_help("add").await.unwrap(), "Adds two numbers.");
    assert_eq!(system.method_signature("add").await.unwrap(), [[""; 0]; 0]);
}

#[tokio::test]
async fn dotted_names() {
    let python = python_or_return!();
    let memory = client(&python);

    assert!(memory.call::<_, bool>("memory.store", ("a", 5)).await.unwrap());
    assert_eq!(memory.call::<_, i32>("memory.recall", ("a",)).await.unwrap(), 5);
    assert!(memory.call::<_, Value>("memory._forget", ()).await.unwrap_err().is_fault());
}

#[tokio::test]
async fn multicall() {
    let python = python_or_return!();

    let mut batch = client(&python).multicall();
    let sum = batch.call::<_, i32>("add", (2, 3));
    let zero = batch.call::<_, f64>("div", (1, 0));
    let greeting = batch.call::<_, String>("greet", ("Ada",));
    let results = batch.send().await.unwrap();
    assert_eq!((results.get(sum).unwrap(), results.get(greeting).unwrap()), (5, "Hello, Ada!".to_owned()));
    assert_eq!(results.get(zero).unwrap_err().fault().unwrap().code(), 1);
}

#[tokio::test]
async fn paths() {
    let python = python_or_return!();

    for path in ["", "/", "/RPC2"] {
        let client = Client::new(&python.url(path)).unwrap();
        assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5, "{path:?}");
    }
    let error = Client::new(&python.url("/wrong")).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_eq!(error.protocol_error().unwrap().status(), 404);
}

fn client(python: &Running) -> Client {
    Client::new(&python.url("/RPC2")).unwrap()
}

async fn expect_seen_and_returned<const N: usize>(python: &Running, values: [(Value, &str); N]) {
    let client = client(python);
    for (value, seen) in values {
        assert_eq!(described(&client, &value).await, seen, "{value:?}");
        assert_eq!(client.call::<_, Value>("echo", (&value,)).await.unwrap(), value);
    }
}

async fn described(client: &Client, value: &Value) -> String {
    client.call("describe", (value,)).await.unwrap()
}
