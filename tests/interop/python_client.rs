//! Our server as Python's own `xmlrpc.client` sees it. Each test serves the same functions to one script of
//! `python/client_*.py`, which does the checking.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tagwire::{Binary, DateTime, Dialect, Dispatcher, Fault, Methods, Server, Value, methods, xmlrpc_method};
use tokio::sync::{Barrier, Notify, oneshot};

use crate::peers::PYTHON;

#[tokio::test]
async fn types() {
    check("client_types.py", &[]).await;
}

#[tokio::test]
async fn text() {
    check("client_text.py", &[]).await;
}

#[tokio::test]
async fn nil_is_refused_by_default() {
    check("client_nil.py", &["refused"]).await;
}

#[tokio::test]
async fn nil_where_it_is_allowed() {
    let lenient = Dispatcher::new(functions()).dialect(Dialect::default().allow_none(true));
    check_served(lenient, "client_nil.py", &["allowed"]).await;
}

#[tokio::test]
async fn faults() {
    check("client_faults.py", &[]).await;
}

#[tokio::test]
async fn system_methods_and_dotted_names() {
    check("client_system.py", &[]).await;
}

#[tokio::test]
async fn multicall() {
    check("client_multicall.py", &[]).await;
}

#[tokio::test]
async fn http() {
    check("client_http.py", &[]).await;
}

#[tokio::test]
async fn ten_thousand_calls_on_one_connection() {
    check("client_keep_alive.py", &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_threads() {
    check("client_threads.py", &[]).await;
}

async fn check(script: &str, arguments: &[&str]) {
    check_served(Dispatcher::new(functions()), script, arguments).await;
}

/// Serves, lets the script check, and stops: whatever connections the script left behind, the end is a clean one.
async fn check_served(dispatcher: Dispatcher, script: &str, arguments: &[&str]) {
    if !PYTHON.is_here() {
        return;
    }
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel();
    let stopped = async {
        let _ = stopped.await;
    };
    let serving = tokio::spawn(server.serve(dispatcher).with_graceful_shutdown(stopped).into_future());

    PYTHON.run_checks(script, &[&[url.as_str()], arguments].concat()).await;

    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

fn functions() -> Methods {
    let everyone = Arc::new(Barrier::new(16));
    let release = Arc::new(Notify::new());
    let released = Arc::clone(&release);
    methods![
        add,
        div,
        fail,
        nothing,
        greet,
        echo,
        echo_person,
        describe,
        code_points,
        from_code_points,
        count,
        repeat,
        chain,
        umlaut
    ]
    .register_fn("meet", move || {
        let everyone = Arc::clone(&everyone);
        async move {
            everyone.wait().await;
            16
        }
    })
    .register_fn("wait_for_release", move || {
        let released = Arc::clone(&released);
        async move {
            released.notified().await;
            true
        }
    })
    .register_fn("release", move || {
        release.notify_one();
        true
    })
}

/// Adds two integers.
#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

/// Divides, rounding towards zero.
///
/// Fault 42 for a zero: <&>.
#[xmlrpc_method]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_div(b).ok_or_else(|| Fault::new(42, format!("cannot divide {a} by <zero> & co: ∞")))
}

#[xmlrpc_method]
async fn fail(code: i32, string: String) -> Result<(), Fault> {
    Err(Fault::new(code, string))
}

#[xmlrpc_method]
fn nothing() {}

#[xmlrpc_method]
async fn greet(name: String, greeting: Option<String>) -> String {
    format!("{}, {name}", greeting.as_deref().unwrap_or("Hello"))
}

#[xmlrpc_method]
async fn echo(value: Value) -> Value {
    value
}

#[derive(Deserialize, Serialize)]
struct Person {
    name: String,
    age: i32,
    email: Option<String>,
    tags: Vec<String>,
    scores: BTreeMap<String, f64>,
    photo: Binary,
    joined: DateTime,
}

#[xmlrpc_method]
async fn echo_person(person: Person) -> Person {
    person
}

/// Tells what was read, so that a check does not depend on writing it again.
#[xmlrpc_method]
fn describe(value: Value) -> String {
    match value {
        Value::Int(number) => format!("int {number}"),
        Value::I8(number) => format!("i8 {number}"),
        Value::Boolean(flag) => format!("boolean {flag}"),
        Value::String(text) => format!("string {text}"),
        Value::Double(number) => format!("double {number}"),
        Value::DateTime(date) => format!("dateTime.iso8601 {}", date.as_str()),
        Value::Base64(bytes) => {
            let hex: String = bytes.as_slice().iter().map(|byte| format!("{byte:02x}")).collect();
            format!("base64 {hex}")
        }
        Value::Struct(members) => format!("struct of {}", members.len()),
        Value::Array(items) => format!("array of {}", items.len()),
        Value::Nil => "nil".into(),
        other => format!("{other:?}"),
    }
}

#[xmlrpc_method]
fn code_points(text: String) -> String {
    let points: Vec<_> = text.chars().map(|c| format!("{:X}", u32::from(c))).collect();
    points.join(" ")
}

#[xmlrpc_method]
fn from_code_points(points: String) -> Result<String, Fault> {
    let character = |point| u32::from_str_radix(point, 16).ok().and_then(char::from_u32);
    points.split_whitespace().map(character).collect::<Option<_>>().ok_or_else(|| Fault::new(1, "no code point"))
}

/// The number of characters.
#[xmlrpc_method]
fn count(text: String) -> Result<i32, Fault> {
    i32::try_from(text.chars().count()).map_err(|_| Fault::new(2, "too many"))
}

#[xmlrpc_method]
fn repeat(text: String, times: u16) -> String {
    text.repeat(times.into())
}

#[xmlrpc_method(name = "a.b.c.d")]
fn chain() -> &'static str {
    "a.b.c.d"
}

#[xmlrpc_method(name = "Grüße.mehr")]
fn umlaut() -> &'static str {
    "Grüße.mehr"
}
