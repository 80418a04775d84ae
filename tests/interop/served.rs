//! What our server offers to other people's clients, and how a script of theirs is let loose on it.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};

use http::Response;
use http::header::CONTENT_ENCODING;
use serde::{Deserialize, Serialize};
use tagwire::{
    Binary, DateTime, Dialect, Dispatcher, Fault, Headers, Methods, RemoteAddr, Server, Value, XmlRpcService, methods,
    xmlrpc_method,
};
use tokio::sync::{Barrier, Notify, oneshot};
use tower::ServiceBuilder;

use crate::peers::{Peer, run_checks};

#[path = "../../examples/validator/interop_echo.rs"]
mod interop_echo;
#[path = "../../examples/validator/validator1.rs"]
mod validator1;

/// A test for each feature: it runs `$command`, which is told the URL and the feature, against the server of the
/// example `validator`, which has the functions of the other tests too.
///
/// The features are the same for every peer, so that the list of tests reads as a table. What a peer cannot do, its
/// script says by checking what it does instead.
macro_rules! features {
    ($peer:ident, $command:ident) => {
        $crate::served::features!(
            $peer, $command:
            validator1 interop_echo_tests numbers text dates bytes containers nil faults unknown_method introspection
            multicall big_string keep_alive compression
        );
    };
    ($peer:ident, $command:ident: $($feature:ident)*) => {
        $(
            #[tokio::test]
            async fn $feature() {
                if $peer.is_here() {
                    $crate::served::check_feature($command, stringify!($feature)).await;
                }
            }
        )*
    };
}
pub(crate) use features;

pub(crate) async fn check_feature(command: impl FnOnce(&[&str]) -> Command, feature: &str) {
    serve(everything(), async |url| run_checks(command(&[url, feature])).await).await;
}

/// Lets a script check what is served.
pub(crate) async fn check(dispatcher: Dispatcher, peer: &Peer, script: &str, arguments: &[&str]) {
    if peer.is_here() {
        serve(dispatcher, async |url| peer.run_checks(script, &[&[url], arguments].concat()).await).await;
    }
}

/// Serves while `client` runs, and stops: whatever connections it left behind, the end is a clean one.
pub(crate) async fn serve(dispatcher: Dispatcher, client: impl AsyncFnOnce(&str)) {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel();
    let stopped = async {
        let _ = stopped.await;
    };
    // A client that decodes the reply hides from its caller that there was something to decode.
    let encoding = Arc::new(Mutex::new(None::<String>));
    let told = Arc::clone(&encoding);
    dispatcher.update_methods(|methods| {
        methods.register_fn("previous_encoding", move || told.lock().unwrap().clone().unwrap_or_default())
    });
    let service = ServiceBuilder::new()
        .map_response(move |response: Response<_>| {
            let sent = response.headers().get(CONTENT_ENCODING);
            *encoding.lock().unwrap() = sent.map(|value| value.to_str().unwrap().to_owned());
            response
        })
        .service(XmlRpcService::new(dispatcher));
    let serving = tokio::spawn(server.serve(service).with_graceful_shutdown(stopped).into_future());

    client(&url).await;

    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

pub(crate) fn everything() -> Dispatcher {
    let methods = functions().merge(validator1::methods()).merge(interop_echo::methods());
    Dispatcher::new(methods).dialect(Dialect::default().allow_none(true).raw_dates(true).non_finite(true))
}

pub(crate) fn functions() -> Methods {
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
        umlaut,
        header,
        port
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

/// A header of this request, empty where there is none.
#[xmlrpc_method]
fn header(headers: Headers, name: String) -> String {
    headers.get(name).map_or_else(String::new, |value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The client's port: another one is another connection.
#[xmlrpc_method]
fn port(address: RemoteAddr) -> u16 {
    address.0.port()
}
