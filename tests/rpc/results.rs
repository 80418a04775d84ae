//! What a handler gives, as its caller sees it; and `Dispatcher::call`, which is a caller without a transport.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use tagwire::{Binary, DateTime, Dialect, Dispatcher, Fault, MethodCall, Methods, RequestContext, Struct, Value};

use crate::support::log;

async fn fault(dispatcher: &Dispatcher, name: &str) -> Fault {
    match dispatcher.call::<_, Value>(name, ()).await {
        Ok(value) => panic!("{name} gave {value:?}"),
        Err(fault) => fault,
    }
}

/// The value in the response to a call without parameters.
async fn value(dispatcher: &Dispatcher, name: &str) -> String {
    let document = MethodCall::new(name, ()).to_xml(&Dialect::default()).unwrap();
    let response = String::from_utf8(dispatcher.dispatch(document).await).unwrap();
    let (_, value) = response.split_once("<methodResponse><params><param>").unwrap_or_else(|| panic!("{response}"));
    value.strip_suffix("</param></params></methodResponse>").unwrap_or_else(|| panic!("{response}")).to_owned()
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Point {
    x: i32,
    #[serde(rename = "why")]
    y: Option<f64>,
}

#[derive(Debug)]
enum Refusal {
    NoSuchRecord(u32),
    Busy,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchRecord(id) => Self::new(404, format!("no record <{id}>")),
            Refusal::Busy => Self::application("busy"),
        }
    }
}

#[tokio::test]
async fn a_result_is_written_as_its_type_says() {
    let methods = Methods::new()
        .register_fn("int", || -5)
        .register_fn("i8", || 5_000_000_000_i64)
        .register_fn("double", || 1.5)
        .register_fn("boolean", async || true)
        .register_fn("str", || "a<b>&")
        .register_fn("string", async || String::from("é"))
        .register_fn("base64", || Binary::from(vec![1, 2, 3]))
        .register_fn("date", || DateTime::new("20260102T03:04:05"))
        .register_fn("array", || vec![1, 2])
        .register_fn("tuple", || (1, "x"))
        .register_fn("point", || Point { x: 1, y: Some(0.5) })
        .register_fn("map", || BTreeMap::from([("k", 1)]))
        .register_fn("value", || Value::from(vec![Value::from("x")]))
        .register_fn("some", || Some(3))
        .register_fn("ok", || Ok::<_, Fault>(4))
        .register_fn("blocking", tagwire::blocking(|| 6));
    let dispatcher = Dispatcher::new(methods);
    for (name, expected) in [
        ("int", "<int>-5</int>"),
        ("i8", "<i8>5000000000</i8>"),
        ("double", "<double>1.5</double>"),
        ("boolean", "<boolean>1</boolean>"),
        ("str", "<string>a&lt;b&gt;&amp;</string>"),
        ("string", "<string>é</string>"),
        ("base64", "<base64>AQID</base64>"),
        ("date", "<dateTime.iso8601>20260102T03:04:05</dateTime.iso8601>"),
        ("array", "<array><data><value><int>1</int></value><value><int>2</int></value></data></array>"),
        ("tuple", "<array><data><value><int>1</int></value><value><string>x</string></value></data></array>"),
        (
            "point",
            "<struct><member><name>x</name><value><int>1</int></value></member><member><name>why</name><value>\
             <double>0.5</double></value></member></struct>",
        ),
        ("map", "<struct><member><name>k</name><value><int>1</int></value></member></struct>"),
        ("value", "<array><data><value><string>x</string></value></data></array>"),
        ("some", "<int>3</int>"),
        ("ok", "<int>4</int>"),
        ("blocking", "<int>6</int>"),
    ] {
        assert_eq!(value(&dispatcher, name).await, format!("<value>{expected}</value>"), "{name}");
    }
}

/// XML-RPC has no void.
#[tokio::test]
async fn nothing_is_true_or_nil() {
    let methods = || Methods::new().register_fn("a", || {}).register_fn("b", async || Ok::<(), Fault>(()));
    let (plain, nil) =
        (Dispatcher::new(methods()), Dispatcher::new(methods()).dialect(Dialect::default().allow_none(true)));
    for name in ["a", "b"] {
        assert_eq!(value(&plain, name).await, "<value><boolean>1</boolean></value>");
        assert_eq!(value(&nil, name).await, "<value><nil/></value>");
        assert_eq!(plain.call(name, ()).await, Ok(()));
    }
}

#[tokio::test]
async fn an_error_becomes_the_fault_that_it_says() {
    let methods = Methods::new()
        .register_fn("fault", || Err::<i32, _>(Fault::new(i32::MIN, "a<b>&\n é")))
        .register_fn("empty", || Err::<i32, _>(Fault::new(0, "")))
        .register_fn(
            "enum",
            |id: u32| if id == 0 { Err(Refusal::Busy) } else { Err::<(), _>(Refusal::NoSuchRecord(id)) },
        )
        .register_fn("late", async |_cx: RequestContext| {
            tokio::task::yield_now().await;
            Err::<Point, _>(Refusal::Busy)
        })
        .register_fn("blocking", tagwire::blocking(|| Err::<Point, _>(Refusal::Busy)));
    let dispatcher = Dispatcher::new(methods);
    assert_eq!(fault(&dispatcher, "fault").await, Fault::new(i32::MIN, "a<b>&\n é"));
    assert_eq!(fault(&dispatcher, "empty").await, Fault::new(0, ""));
    assert_eq!(dispatcher.call::<_, Value>("enum", (7,)).await, Err(Fault::new(404, "no record <7>")));
    for name in ["late", "blocking"] {
        assert_eq!(fault(&dispatcher, name).await, Fault::new(-32500, "busy"));
    }
    assert_eq!(dispatcher.call::<_, Value>("enum", (0,)).await, Err(Fault::new(-32500, "busy")));
}

#[tokio::test]
async fn a_hidden_error_is_for_the_log_only() {
    log::keep();
    let methods = Methods::new()
        .register_fn("file", || std::fs::read_to_string("/no/such/file/of/ours").map_err(Fault::hidden))
        .register_fn("text", || Err::<(), _>(Fault::hidden("password of the database")));
    let dispatcher = Dispatcher::new(methods);
    let text = fault(&dispatcher, "text").await;
    log::expect_hidden(&text, "password of the database");
    let again = fault(&dispatcher, "text").await;
    log::expect_hidden(&again, "password of the database");
    assert_ne!(text, again, "two errors have one number");
    log::expect_hidden(&fault(&dispatcher, "file").await, "os error 2");
}

/// Fails with a text of its own.
#[derive(Debug)]
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the vault is at 52.1 north"))
    }
}

/// An error in writing after much has been written already.
#[derive(Serialize)]
struct Late {
    first: Vec<i32>,
    last: Unwritable,
}

#[tokio::test]
async fn a_result_that_cannot_be_written_is_a_fault() {
    log::keep();
    let methods = Methods::new()
        .register_fn("nan", || f64::NAN)
        .register_fn("infinity", || vec![1.0, f64::INFINITY])
        .register_fn("none", async || None::<i32>)
        .register_fn("ok none", || Ok::<_, Fault>(None::<i32>))
        .register_fn("nil inside", || Struct::from([("a", Value::Nil)]))
        .register_fn("member", || Point { x: 1, y: Some(f64::NEG_INFINITY) })
        .register_fn("key", || BTreeMap::from([(vec![1], 1)]))
        .register_fn("big", || u64::MAX)
        .register_fn("character", || "\u{1}")
        .register_fn("custom", || Unwritable)
        .register_fn("late", || Late { first: vec![1; 10_000], last: Unwritable })
        .register_fn("blocking", tagwire::blocking(|| f64::NAN))
        .register_fn("fine", || 1);
    let dispatcher = Dispatcher::new(methods);
    for name in [
        "nan",
        "infinity",
        "none",
        "ok none",
        "nil inside",
        "member",
        "key",
        "big",
        "character",
        "custom",
        "late",
        "blocking",
    ] {
        let document = MethodCall::new(name, ()).to_xml(&Dialect::default()).unwrap();
        let response = String::from_utf8(dispatcher.dispatch(document).await).unwrap();
        assert!(response.contains("<fault>") && response.contains("<int>-32603</int>"), "{name}: {response}");
        for hidden in ["vault", "NaN", "inf", "<array>"] {
            assert!(!response.contains(hidden), "{name}: {response}");
        }
    }
    assert!(!log::lines_with(&["the vault is at 52.1 north"]).is_empty(), "the log does not say why");
    assert_eq!(dispatcher.call("fine", ()).await, Ok(1));
}

#[tokio::test]
async fn a_call_without_transport_takes_arguments_of_all_kinds() {
    let methods = Methods::new().register_fn("count", |values: tagwire::Rest<Value>| values.0.len());
    let dispatcher = Dispatcher::new(methods);
    let count = async |params: Vec<Value>| dispatcher.call("count", params).await;
    assert_eq!(count(vec![]).await, Ok(0));
    assert_eq!(count(vec![1.into(), "x".into()]).await, Ok(2));
    assert_eq!(dispatcher.call("count", ()).await, Ok(0));
    assert_eq!(dispatcher.call("count", (1,)).await, Ok(1));
    assert_eq!(dispatcher.call("count", (1, "x", Point { x: 1, y: None }.x)).await, Ok(3));
    assert_eq!(dispatcher.call("count", [1; 12]).await, Ok(12));
    assert_eq!(dispatcher.call("count", &["a"][..]).await, Ok(1));
    assert_eq!(dispatcher.call("count", &(1, 2)).await, Ok(2));
    let borrowed = String::from("text");
    assert_eq!(dispatcher.call("count", (borrowed.as_str(), &borrowed)).await, Ok(2));

    #[derive(Serialize)]
    struct Pair(i32, &'static str);
    assert_eq!(dispatcher.call("count", Pair(1, "x")).await, Ok(2));
}

#[tokio::test]
async fn arguments_that_cannot_be_written_are_a_fault() {
    let dispatcher = Dispatcher::new(Methods::new().register_fn("f", |_: Value| -> i32 { panic!("it ran") }));
    async fn code(dispatcher: &Dispatcher, params: impl Serialize) -> i64 {
        dispatcher.call::<_, i32>("f", params).await.unwrap_err().code()
    }
    assert_eq!(code(&dispatcher, (f64::NAN,)).await, Fault::INVALID_PARAMS);
    assert_eq!(code(&dispatcher, (None::<i32>,)).await, Fault::INVALID_PARAMS);
    assert_eq!(code(&dispatcher, (Unwritable,)).await, Fault::INVALID_PARAMS);
    // A list of parameters is a sequence.
    assert_eq!(code(&dispatcher, 5).await, Fault::INVALID_PARAMS);
    assert_eq!(code(&dispatcher, "text").await, Fault::INVALID_PARAMS);
    assert_eq!(code(&dispatcher, BTreeMap::from([("a", 1)])).await, Fault::INVALID_PARAMS);
}

#[tokio::test]
async fn a_call_without_transport_gives_what_a_caller_would_get() {
    let methods = Methods::new()
        .register_fn("point", || Point { x: 1, y: Some(0.5) })
        .register_fn("add", |a: i32, b: i32| a + b)
        .register_fn("fail", || Err::<i32, _>(Fault::new(7, "no")));
    let dispatcher = Dispatcher::new(methods);
    assert_eq!(dispatcher.call("point", ()).await, Ok(Point { x: 1, y: Some(0.5) }));
    let map: BTreeMap<String, f64> = dispatcher.call("point", ()).await.unwrap();
    assert_eq!(map, BTreeMap::from([("x".to_owned(), 1.0), ("why".to_owned(), 0.5)]));
    let value: Value = dispatcher.call("point", ()).await.unwrap();
    assert_eq!(value.get("x"), Some(&Value::Int(1)));
    assert_eq!(dispatcher.call("add", (1, 2)).await, Ok(3_i64));
    assert_eq!(dispatcher.call("add", (1, 2)).await, Ok(Some(3)));
    assert_eq!(dispatcher.call("add", (1, 2)).await, Ok(()));

    assert_eq!(dispatcher.call::<_, String>("add", (1, 2)).await.unwrap_err().code(), Fault::INTERNAL_ERROR);
    assert_eq!(dispatcher.call::<_, u8>("add", (1, 2000)).await.unwrap_err().code(), Fault::INTERNAL_ERROR);
    assert_eq!(dispatcher.call::<_, Vec<i32>>("point", ()).await.unwrap_err().code(), Fault::INTERNAL_ERROR);
    // A fault is a fault, whatever was asked for.
    assert_eq!(dispatcher.call::<_, String>("fail", ()).await, Err(Fault::new(7, "no")));
    assert_eq!(dispatcher.call::<_, ()>("fail", ()).await, Err(Fault::new(7, "no")));
    assert_eq!(dispatcher.call::<_, i32>("nope", ()).await.unwrap_err().code(), Fault::METHOD_NOT_FOUND);
    assert_eq!(dispatcher.call::<_, i32>("add", (1,)).await.unwrap_err().code(), Fault::INVALID_PARAMS);
}

/// The call holds nothing of what it was made from.
#[tokio::test]
async fn a_call_without_transport_can_be_sent_to_another_task() {
    let call = {
        let dispatcher = Dispatcher::new(Methods::new().register_fn("add", async |a: i32, b: i32| {
            tokio::task::yield_now().await;
            a + b
        }));
        let name = String::from("add");
        dispatcher.call::<_, i32>(&name, (1, 2))
    };
    assert_eq!(tokio::spawn(call).await.unwrap(), Ok(3));
}

/// An error that has a `Display` that panics is still hidden.
#[derive(Debug)]
struct Bomb;

impl fmt::Display for Bomb {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no text")
    }
}

#[tokio::test]
async fn an_error_without_a_text_is_a_fault_all_the_same() {
    log::keep();
    let dispatcher = Dispatcher::new(Methods::new().register_fn("bomb", || Err::<i32, _>(Fault::hidden(Bomb))));
    assert_eq!(fault(&dispatcher, "bomb").await.code(), Fault::INTERNAL_ERROR);
    assert_eq!(fault(&dispatcher, "bomb").await.code(), Fault::INTERNAL_ERROR);
}
