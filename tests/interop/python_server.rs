//! Python's own `xmlrpc.server` as our client sees it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tagwire::{Binary, Client, DateTime, Dialect, Struct, Value};
use tokio::task::JoinSet;

use crate::peers::{PYTHON, Running};

const SIMPLE: &[&str] = &[];
const KEEP_ALIVE: &[&str] = &["--keep-alive"];
const THREADING: &[&str] = &["--threading", "--keep-alive"];
const BUILTIN_TYPES: &[&str] = &["--keep-alive", "--builtin-types"];
/// No introspection, no multicall, no nil.
const PLAIN: &[&str] = &["--keep-alive", "--plain"];

/// Started anew for each test; a test ends early where Python is not wanted.
macro_rules! python_or_return {
    ($options:expr) => {{
        if !PYTHON.is_here() {
            return;
        }
        PYTHON.start_server("server.py", $options).await
    }};
}

#[tokio::test]
async fn numbers() {
    let python = python_or_return!(KEEP_ALIVE);
    let client = client(&python);

    for number in [0, 1, -1, i32::MAX, i32::MIN] {
        assert_eq!(described(&client, number).await, format!("int {number}"));
        assert_eq!(echoed(&client, number).await, number);
    }
    for number in [i64::from(i32::MAX) + 1, i64::from(i32::MIN) - 1, i64::MAX, i64::MIN] {
        assert_eq!(described(&client, number).await, format!("int {number}"));
        let error = client.call::<_, i64>("echo", (number,)).await.unwrap_err();
        let fault = error.fault().expect("Python reads more than it writes");
        assert_eq!(fault.string(), "<class 'OverflowError'>:int exceeds XML-RPC limits");
    }
    assert_eq!(described(&client, 7_i64).await, "int 7");

    for flag in [true, false] {
        assert_eq!(described(&client, flag).await, if flag { "bool True" } else { "bool False" });
        assert_eq!(echoed(&client, flag).await, flag);
    }

    let doubles = [0.0, -0.0, 1.5, -2.25, 0.1, 1.0 / 3.0, 1e22, 1e300, -1e300, 5e-324, f64::MIN_POSITIVE, f64::MAX];
    for number in doubles {
        let echo: f64 = echoed(&client, number).await;
        assert_eq!(echo.to_bits(), number.to_bits(), "{number:e}");
    }
    assert_eq!(described(&client, 0.1).await, "float 0.1");
    assert_eq!(described(&client, 1e300).await, "float 1e+300");
    assert_eq!(described(&client, 5e-324).await, "float 5e-324");
    assert_eq!(described(&client, -0.0).await, "float -0.0");
    assert!(client.call::<_, f64>("echo", (f64::INFINITY,)).await.unwrap_err().is_request());
}

#[tokio::test]
async fn text() {
    let python = python_or_return!(KEEP_ALIVE);
    let client = client(&python);

    let texts = [
        "",
        " ",
        " \t\n ",
        "  padded\t ",
        "one\ntwo\n\nthree\n",
        "a\tb\t\tc",
        r#"<a href="x">&amp; ]]> <![CDATA[ 'quoted' </string></value>"#,
        "Grüße, señor Ærø",
        "漢字かな交じり文 한국어",
        "שלום عليكم",
        "e\u{301} n\u{303} \u{928}\u{93f}",
        "\u{e9}",
        "😀 𝄞 𠜎 \u{10fffd}",
        "👩‍👩‍👧‍👦 🏳️‍🌈",
        "\u{85} \u{a0} \u{2028} \u{2029} \u{200b} \u{feff}",
        "\u{d7ff}\u{e000}\u{fffd}\u{10000}",
    ];
    for text in texts {
        let points = code_points(text);
        assert_eq!(client.call::<_, String>("code_points", (text,)).await.unwrap(), points, "written: {text:?}");
        assert_eq!(client.call::<_, String>("from_code_points", (&points,)).await.unwrap(), text, "read: {text:?}");
        assert_eq!(echoed::<String>(&client, text.to_owned()).await, text);
        let named = BTreeMap::from([(text.to_owned(), 1)]);
        assert_eq!(echoed(&client, named.clone()).await, named);
    }

    // Ours arrive; Python writes carriage returns as they are, and XML reads a newline there.
    assert_eq!(client.call::<_, String>("code_points", ("a\rb\r\nc",)).await.unwrap(), "61 D 62 D A 63");
    assert_eq!(client.call::<_, String>("from_code_points", ("61 D 62 D A 63",)).await.unwrap(), "a\nb\nc");

    // What XML cannot say is not sent, and not believed when Python sends it all the same.
    assert!(client.call::<_, String>("echo", ("\u{1b}[0m",)).await.unwrap_err().is_request());
    assert!(client.call::<_, String>("from_code_points", ("1B",)).await.unwrap_err().is_not_xmlrpc());
}

#[tokio::test]
async fn big_text() {
    let python = python_or_return!(SIMPLE);
    let client = client(&python);

    for text in ["0123456789".repeat(90_000), "<&>".repeat(60_000), "😀".repeat(225_000)] {
        assert!(echoed::<String>(&client, text.clone()).await == text, "{:?}... changed", &text[..8]);
    }
    let made: String = client.call("repeat", ("0123456789", 300_000)).await.unwrap();
    assert!(made == "0123456789".repeat(300_000));
}

#[tokio::test]
async fn bytes_and_dates() {
    let python = python_or_return!(KEEP_ALIVE);
    let client = client(&python);

    let every_byte: Vec<u8> = (0..=255).collect();
    for bytes in [Vec::new(), b"abc".to_vec(), every_byte.repeat(1000), every_byte] {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(described(&client, Binary::from(bytes.clone())).await, format!("Binary {hex}"));
        let echo: Binary = echoed(&client, Binary::from(bytes.clone())).await;
        assert_eq!(echo.into_vec(), bytes);
    }

    let date = DateTime::new("20240229T12:34:56");
    assert_eq!(described(&client, date.clone()).await, "DateTime 20240229T12:34:56");
    assert_eq!(echoed::<DateTime>(&client, date).await.as_str(), "20240229T12:34:56");
}

#[tokio::test]
async fn bytes_and_dates_as_builtin_types() {
    let python = python_or_return!(BUILTIN_TYPES);
    let client = Client::builder(&python.url("/RPC2")).dialect(Dialect::cpython()).build().unwrap();

    assert_eq!(described(&client, Binary::from(*b"\0\xff")).await, "bytes 00ff");
    assert_eq!(echoed::<Binary>(&client, Binary::from(*b"\0\xff")).await.into_vec(), b"\0\xff");
    let date = DateTime::new("20240229T12:34:56");
    assert_eq!(described(&client, date.clone()).await, "datetime datetime.datetime(2024, 2, 29, 12, 34, 56)");
    assert_eq!(echoed::<DateTime>(&client, date).await.as_str(), "20240229T12:34:56");

    // Anything else is no date to it.
    let error = client.call::<_, Value>("echo", (DateTime::new("2024-02-29T12:34:56Z"),)).await.unwrap_err();
    assert!(error.fault().unwrap().string().starts_with("<class 'ValueError'>:time data "), "{error}");
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Person {
    name: String,
    age: i32,
    email: Option<String>,
    tags: Vec<String>,
    scores: BTreeMap<String, f64>,
}

#[tokio::test]
async fn containers() {
    let python = python_or_return!(KEEP_ALIVE);
    let client = client(&python);

    assert_eq!(described(&client, Vec::<i32>::new()).await, "list []");
    assert_eq!(described(&client, (1, "two", [3.5], [(); 0])).await, "list [1, 'two', [3.5], []]");
    assert_eq!(described(&client, Struct::new()).await, "dict {}");
    let ordered: Struct =
        [("b", 1), ("a", 2), ("", 3)].map(|(name, number)| (name.to_owned(), Value::Int(number))).into_iter().collect();
    assert_eq!(described(&client, ordered.clone()).await, "dict {'b': 1, 'a': 2, '': 3}");
    assert_eq!(echoed::<Struct>(&client, ordered.clone()).await, ordered);

    let mut person = Person {
        name: "Zoë".into(),
        age: 36,
        email: Some("zoe@example.org".into()),
        tags: vec!["a".into(), String::new()],
        scores: BTreeMap::from([("go".into(), 1.5)]),
    };
    assert_eq!(echoed(&client, person.clone()).await, person);
    person.email = None;
    assert_eq!(echoed(&client, person.clone()).await, person);
    let left_out = "dict {'name': 'Zoë', 'age': 36, 'tags': ['a', ''], 'scores': {'go': 1.5}}";
    assert_eq!(described(&client, person).await, left_out);
}

#[tokio::test]
async fn every_type_untyped() {
    let python = python_or_return!(SIMPLE);

    let all: Value = client(&python).call("every_type", ()).await.unwrap();
    let nested = Struct::from_iter([
        ("b".to_owned(), Value::Int(1)),
        ("a".to_owned(), Value::Struct(Struct::from_iter([(String::new(), Value::Nil)]))),
    ]);
    let expected = [
        ("int", Value::Int(i32::MIN)),
        ("boolean", Value::Boolean(true)),
        ("double", Value::Double(5e-324)),
        ("huge", Value::Double(1e300)),
        ("string", Value::String(" a\tb\n<&> ".into())),
        ("base64", Value::Base64(Binary::from((0..=255).collect::<Vec<u8>>()))),
        ("dateTime", Value::DateTime(DateTime::new("20240229T12:34:56"))),
        (
            "array",
            Value::Array(vec![
                Value::Int(1),
                Value::Array(Vec::new()),
                Value::Array(vec![Value::String("two".into())]),
            ]),
        ),
        ("struct", Value::Struct(nested)),
        ("nil", Value::Nil),
    ];
    assert_eq!(all, Value::Struct(expected.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()));
}

#[tokio::test]
async fn nil() {
    // Two clients, two connections: a server without threads would serve the first one only.
    let python = python_or_return!(THREADING);

    let strict = client(&python);
    assert_eq!(strict.call::<_, Option<i32>>("nothing", ()).await.unwrap(), None);
    strict.call::<_, ()>("nothing", ()).await.unwrap();
    assert_eq!(strict.call::<_, Value>("nothing", ()).await.unwrap(), Value::Nil);
    assert!(strict.call::<_, Value>("echo", (Value::Nil,)).await.unwrap_err().is_request());
    assert!(strict.call::<_, Value>("echo", (None::<i32>,)).await.unwrap_err().is_request());

    let lenient = Client::builder(&python.url("/")).dialect(Dialect::default().allow_none(true)).build().unwrap();
    assert_eq!(described(&lenient, None::<i32>).await, "NoneType None");
    assert_eq!(echoed(&lenient, vec![None, Some(1), None]).await, [None, Some(1), None]);
    assert_eq!(described(&lenient, BTreeMap::from([("a", None::<i32>)])).await, "dict {'a': None}");
}

/// The server's default: it reads nil, and has a fault where it would have to write one.
#[tokio::test]
async fn nil_is_not_written_by_default() {
    let python = python_or_return!(PLAIN);
    let lenient = Client::builder(&python.url("/")).dialect(Dialect::default().allow_none(true)).build().unwrap();

    assert_eq!(described(&lenient, None::<i32>).await, "NoneType None");
    let refused = "<class 'TypeError'>:cannot marshal None unless allow_none is enabled";
    assert_fault(&lenient, "echo", (Value::Nil,), 1, refused).await;
    assert_fault(&lenient, "nothing", (), 1, refused).await;
    assert_fault(&lenient, "every_type", (), 1, refused).await;
}

#[tokio::test]
async fn fault() {
    let python = python_or_return!(KEEP_ALIVE);
    let client = client(&python);

    assert_fault(&client, "div", (1, 0), 1, "<class 'ZeroDivisionError'>:division by zero").await;
    assert_fault(&client, "no.such", (), 1, "<class 'Exception'>:method \"no.such\" is not supported").await;
    assert_fault(&client, "fail", (42, "a <b> & c: ∞\n"), 42, "a <b> & c: ∞\n").await;
    assert_fault(&client, "fail", (-7, ""), -7, "").await;
    assert_fault(&client, "raise_error", ("a <b> & c: ∞\n",), 1, "<class 'RuntimeError'>:a <b> & c: ∞\n").await;
    let missing = "<class 'TypeError'>:add() missing 1 required positional argument: 'b'";
    assert_fault(&client, "add", (1,), 1, missing).await;
    let unwritten = "<class 'TypeError'>:cannot marshal <class 'object'> objects";
    assert_fault(&client, "unmarshallable", (), 1, unwritten).await;
    assert_eq!(client.call::<_, f64>("div", (1, 2)).await.unwrap(), 0.5);
}

#[tokio::test]
async fn another_type_than_asked_for() {
    let python = python_or_return!(KEEP_ALIVE);
    let client = client(&python);

    assert!(client.call::<_, i32>("echo", ("text",)).await.unwrap_err().is_type_mismatch());
    assert!(client.call::<_, String>("echo", (5,)).await.unwrap_err().is_type_mismatch());
    assert!(client.call::<_, Person>("echo", (Struct::new(),)).await.unwrap_err().is_type_mismatch());
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
}

#[tokio::test]
async fn paths() {
    let python = python_or_return!(SIMPLE);

    for path in ["", "/", "/RPC2"] {
        let client = Client::new(&python.url(path)).unwrap();
        assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5, "{path:?}");
    }
    let error = Client::new(&python.url("/wrong")).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();
    let reply = error.protocol_error().expect("an HTTP error");
    assert_eq!(reply.status(), 404);
    assert_eq!(reply.url(), python.url("/wrong"));
    assert_eq!(reply.content_type(), Some("text/plain"));
    assert_eq!(reply.body(), b"No such page");
}

#[tokio::test]
async fn introspection() {
    let python = python_or_return!(KEEP_ALIVE);
    // One connection, since a server without threads serves no other while that is kept open.
    let client = client(&python);
    let system = client.system();

    let names = system.list_methods().await.unwrap();
    assert!(names.is_sorted() && names.iter().any(|name| name == "system.multicall"), "{names:?}");
    assert!(names.contains(&"greet".to_owned()) && !names.contains(&"_secret".to_owned()), "{names:?}");
    assert_eq!(system.method_help("add").await.unwrap(), "Adds two numbers.");
    assert_eq!(system.method_help("greet").await.unwrap(), "Greets somebody.");
    assert_eq!(system.method_help("div").await.unwrap(), "");
    assert_eq!(system.method_help("memory.store").await.unwrap(), "Keeps a value.");

    // It says so in words.
    let signature: String = client.call("system.methodSignature", ("add",)).await.unwrap();
    assert_eq!(signature, "signatures not supported");
    assert_eq!(system.method_signature("add").await.unwrap(), [[""; 0]; 0]);

    for (error, name) in [
        (system.method_exist("add").await.unwrap_err(), "system.methodExist"),
        (system.capabilities().await.unwrap_err(), "system.getCapabilities"),
    ] {
        let string = format!("<class 'Exception'>:method \"{name}\" is not supported");
        assert_eq!(error.fault().unwrap().string(), string);
    }
}

#[tokio::test]
async fn dotted_names() {
    let python = python_or_return!(KEEP_ALIVE);
    let client = client(&python);

    assert_eq!(client.call::<_, Vec<i32>>("a.b.c.d", (1, 2)).await.unwrap(), [1, 2]);

    // Methods of an instance, and of what it has.
    assert_eq!(client.call::<_, String>("greet", ()).await.unwrap(), "Hello, world!");
    assert_eq!(client.call::<_, String>("greet", ("Ada",)).await.unwrap(), "Hello, Ada!");
    assert!(client.method("memory.store").call::<_, bool>(("a <b>", vec![1, 2])).await.unwrap());
    assert_eq!(client.method("memory.recall").call::<_, Vec<i32>>(("a <b>",)).await.unwrap(), [1, 2]);
    assert_fault(&client, "memory.recall", ("b",), 1, "<class 'KeyError'>:'b'").await;
    for hidden in ["_secret", "memory._forget", "memory.cells", "memory.__class__.__name__"] {
        let fault = client.call::<_, Value>(hidden, ()).await.unwrap_err().into_fault().unwrap();
        assert_eq!(fault.code(), 1, "{hidden}: {fault}");
    }
    assert_eq!(client.call::<_, Vec<i32>>("memory.recall", ("a <b>",)).await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn multicall() {
    let python = python_or_return!(KEEP_ALIVE);

    let mut batch = client(&python).multicall();
    let half = batch.call::<_, f64>("div", (1, 2));
    let zero = batch.call::<_, f64>("div", (1, 0));
    let all = batch.call::<_, Struct>("every_type", ());
    let nothing = batch.call::<_, Option<i32>>("nothing", ());
    let one = batch.call::<_, Vec<i32>>("a.b.c.d", (7,));
    let unknown = batch.call::<_, Value>("no.such", ());
    let own = batch.call::<_, Value>("fail", (42, "a <b> & c: ∞\n"));
    let nested = batch.call::<_, Vec<Value>>("system.multicall", (Vec::<Value>::new(),));

    let results = batch.send().await.unwrap();
    assert_eq!(results.get(half).unwrap(), 0.5);
    let fault = results.get(zero).unwrap_err().into_fault().unwrap();
    assert_eq!((fault.code(), fault.string()), (1, "<class 'ZeroDivisionError'>:division by zero"));
    assert_eq!(results.get(all).unwrap().len(), 10);
    assert_eq!(results.get(nothing).unwrap(), None);
    assert_eq!(results.get(one).unwrap(), [7]);
    let fault = results.get(unknown).unwrap_err().into_fault().unwrap();
    assert_eq!(fault.string(), "<class 'Exception'>:method \"no.such\" is not supported");
    let fault = results.get(own).unwrap_err().into_fault().unwrap();
    assert_eq!((fault.code(), fault.string()), (42, "a <b> & c: ∞\n"));
    // One within another is a call as any.
    assert_eq!(results.get(nested).unwrap(), []);
}

#[tokio::test]
async fn multicall_that_the_server_does_not_have() {
    let python = python_or_return!(PLAIN);
    let client = client(&python);

    let error = client.system().list_methods().await.unwrap_err();
    assert_eq!(error.fault().unwrap().string(), "<class 'Exception'>:method \"system.listMethods\" is not supported");

    let batch = || {
        let mut batch = client.multicall();
        let calls = [(1, 2), (1, 0), (3, 2)].map(|numbers| batch.call::<_, f64>("div", numbers));
        (batch, calls)
    };
    let (refused, _) = batch();
    let error = refused.send().await.unwrap_err();
    assert_eq!(
        error.error().fault().unwrap().string(),
        "<class 'Exception'>:method \"system.multicall\" is not supported"
    );

    let (singly, calls) = batch();
    let results = singly.fall_back(true).send().await.unwrap();
    let [half, zero, three_halves] = calls.map(|call| results.get(call));
    assert_eq!((half.unwrap(), three_halves.unwrap()), (0.5, 1.5));
    assert_eq!(zero.unwrap_err().fault().unwrap().string(), "<class 'ZeroDivisionError'>:division by zero");
}

#[tokio::test]
async fn multicall_by_hand() {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Call {
        method_name: &'static str,
        params: Vec<i32>,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(untagged)]
    enum Answer {
        Result([f64; 1]),
        #[serde(rename_all = "camelCase")]
        Fault {
            fault_code: i32,
            fault_string: String,
        },
    }
    let python = python_or_return!(KEEP_ALIVE);

    let calls = vec![
        Call { method_name: "div", params: vec![1, 2] },
        Call { method_name: "div", params: vec![1, 0] },
        Call { method_name: "div", params: vec![3, 2] },
    ];
    let answers: Vec<Answer> = client(&python).call("system.multicall", (calls,)).await.unwrap();
    let zero = "<class 'ZeroDivisionError'>:division by zero".to_owned();
    assert_eq!(
        answers,
        [Answer::Result([0.5]), Answer::Fault { fault_code: 1, fault_string: zero }, Answer::Result([1.5])]
    );
}

#[tokio::test]
async fn sixty_four_calls_at_once() {
    let python = python_or_return!(THREADING);
    let client = client(&python);

    // Python answers none of them before all have come.
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let client = client.clone();
        calls.spawn(async move { client.call::<_, bool>("meet", ()).await });
    }
    for met in calls.join_all().await {
        assert!(met.unwrap());
    }

    let mut calls = JoinSet::new();
    for number in 0..64 {
        let client = client.clone();
        calls.spawn(async move { client.call::<_, i32>("add", (number, 1)).await.unwrap() - number });
    }
    assert!(calls.join_all().await.iter().all(|one| *one == 1));
}

#[tokio::test]
async fn a_connection_is_kept_and_used_again() {
    let python = python_or_return!(KEEP_ALIVE);
    let client = client(&python);

    for number in 0..1000 {
        assert_eq!(client.call::<_, i32>("add", (number, 1)).await.unwrap(), number + 1);
    }
    assert_eq!(client.call::<_, i32>("connections", ()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_server_that_closes_after_each_call() {
    let python = python_or_return!(SIMPLE);
    let client = client(&python);

    for number in 0..200 {
        assert_eq!(client.call::<_, i32>("add", (number, 1)).await.unwrap(), number + 1);
    }
    assert_eq!(client.call::<_, i32>("connections", ()).await.unwrap(), 201);
}

fn client(python: &Running) -> Client {
    Client::new(&python.url("/RPC2")).unwrap()
}

async fn echoed<T: Serialize + for<'de> Deserialize<'de>>(client: &Client, value: T) -> T {
    client.call("echo", (value,)).await.unwrap()
}

/// What Python saw, apart from whether we read our own mistakes back.
async fn described(client: &Client, value: impl Serialize) -> String {
    client.call("describe", (value,)).await.unwrap()
}

async fn assert_fault(client: &Client, method: &str, params: impl Serialize, code: i64, string: &str) {
    let fault = client.call::<_, Value>(method, params).await.unwrap_err().into_fault().unwrap();
    assert_eq!((fault.code(), fault.string()), (code, string));
}

fn code_points(text: &str) -> String {
    let points: Vec<_> = text.chars().map(|c| format!("{:X}", u32::from(c))).collect();
    points.join(" ")
}
