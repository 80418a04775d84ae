//! What is logged of requests, and what never is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, Once};

use tagwire::{Fault, Methods, XmlRpcService};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::endpoint::{Endpoint, ask, call_with, fault, to};
use crate::support::gate::Gate;
use crate::support::raw::call;

mod support;

/// Each test has a path and a method of its own, by which it finds its lines.
async fn start(name: &'static str, set: impl FnOnce(XmlRpcService) -> XmlRpcService) -> (Endpoint, String) {
    keep();
    let methods = Methods::new().register_fn(name, |fails: Option<bool>| match fails {
        Some(true) => Err(Fault::new(4, "Too many")),
        _ => Ok("fine"),
    });
    let path = format!("/{name}");
    (Endpoint::of(set(XmlRpcService::new(methods).rpc_paths([&path]))).await, path)
}

// ── the line of each request ──

#[tokio::test]
async fn every_request_has_a_line_if_asked_for() {
    let (server, path) = start("lined", |service| service.log_requests(true).max_request_size(1000)).await;
    let mut answers = Vec::new();
    for request in [
        to(&path, call("lined")),
        to(&path, call("missing")),
        to(&path, "no XML"),
        to(&format!("{path}?key=query-secret"), call("lined")),
        to(&path, " ".repeat(1001)),
        to(&format!("{path}/other"), call("lined")),
        format!("GET {path} HTTP/1.0\r\nHost: test\r\n\r\n").into_bytes(),
    ] {
        answers.push(server.exchange(request).await);
    }
    server.at_rest().await;
    let lines = lines_with(&["tagwire::access", &path]);
    assert_eq!(lines.len(), answers.len(), "{lines:#?}");
    for (line, answer) in lines.iter().zip(&answers) {
        assert!(line.starts_with("INFO tagwire::access"), "{line}");
        let (status, length) = (answer.status, answer.body.len());
        assert!(line.contains("127.0.0.1") && line.ends_with(&format!(" {status} {length}")), "{line}: {answer:?}");
    }
    assert!(lines[0].contains(&format!("\"POST {path} HTTP/1.1\"")), "{}", lines[0]);
    assert!(lines[6].contains(&format!("\"GET {path} HTTP/1.0\"")), "{}", lines[6]);
}

#[tokio::test]
async fn no_request_has_a_line_unless_asked_for() {
    let (server, path) = start("unlined", |service| service).await;
    assert_eq!(server.exchange(to(&path, call("unlined"))).await.status, 200);
    assert_eq!(server.exchange(to(&format!("{path}/other"), call("unlined"))).await.status, 404);
    server.at_rest().await;
    assert_eq!(lines_with(&["tagwire::access", &path]), [""; 0]);
}

#[tokio::test]
async fn a_refusal_has_a_line_too() {
    keep();
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).rpc_paths(["/busy"]).max_concurrent(1).max_pending(0);
    let server = Endpoint::of(service.log_requests(true)).await;
    let mut held = server.connect().await;
    held.send(to("/busy", call("hold"))).await;
    gate.expect_started(1).await;
    let refused = server.exchange(to("/busy", call("six"))).await;
    assert_eq!(refused.status, 503);
    gate.release(1);
    let answer = held.answer().await;
    server.at_rest().await;
    let lines = lines_with(&["tagwire::access", "/busy"]);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[0].ends_with(&format!(" 503 {}", refused.body.len())), "{}", lines[0]);
    assert!(lines[1].ends_with(&format!(" 200 {}", answer.body.len())), "{}", lines[1]);
}

// ── the span of each call ──

#[tokio::test]
async fn a_call_tells_its_peer_method_outcome_bytes_and_times() {
    let (server, path) = start("spanned", |service| service).await;
    let mut connection = server.connect().await;
    let fine = connection.exchange(to(&path, call("spanned"))).await;
    let failed = connection.exchange(to(&path, call_with("spanned", "<boolean>1</boolean>"))).await;
    assert_eq!(fault(&failed).code(), 4);
    server.at_rest().await;
    let lines = lines_with(&["method=spanned", "answered"]);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for (line, answer) in lines.iter().zip([&fine, &failed]) {
        assert!(line.starts_with("DEBUG tagwire"), "{line}");
        assert!(line.contains("peer=127.0.0.1:"), "{line}");
        assert!(line.contains(&format!(" bytes={}", answer.body.len())), "{line}: {answer:?}");
        assert!(line.contains(" queued=") && line.contains(" run="), "{line}");
    }
    assert!(!lines[0].contains("fault"), "{}", lines[0]);
    assert!(lines[1].contains(" fault=4"), "{}", lines[1]);
}

#[tokio::test]
async fn a_call_that_is_refused_tells_so() {
    keep();
    let gate = Gate::new();
    let methods = gate.methods().register_fn("turned_away", || 6);
    let service = XmlRpcService::new(methods).max_concurrent(1).max_pending(0);
    let held = tokio::spawn(ask(&service, call("hold")));
    gate.expect_started(1).await;
    ask(&service, call("turned_away")).await;
    gate.release(1);
    held.await.unwrap();
    let lines = lines_with(&["method=turned_away", "refused"]);
    assert_eq!(lines.len(), 1, "{lines:#?}");
}

// ── what is never logged ──

#[tokio::test]
async fn parameters_results_credentials_and_headers_are_never_logged() {
    keep();
    let methods = Methods::new()
        .register_fn("discreet", |text: String| format!("result-{text}"))
        .register_fn("refuses", |text: String| Err::<i32, _>(Fault::new(4, format!("fault-{text}"))))
        .register_fn("takes_int", |number: i32| number);
    let server = Endpoint::of(XmlRpcService::new(methods).rpc_paths(["/discreet"]).log_requests(true)).await;
    let document = |method: &str| call_with(method, "<string>hush</string>");
    let always = "Authorization: Basic aHVzaDpodXNo\r\nCookie: session=hush\r\nX-Token: hush\r\nReferer: http://hush/\r\n\
        User-Agent: hush\r\nContent-Type: text/hush\r\n";
    for (headers, document, status) in [
        ("", document("discreet"), 200),
        ("", document("refuses"), 200),
        ("", document("takes_int"), 200),
        ("", document("missing"), 200),
        ("", "<hush>".to_owned(), 200),
        ("", document("discreet").replace("</methodCall>", "hush"), 200),
        ("Content-Encoding: hush\r\n", document("discreet"), 415),
        ("Origin: http://hush.example\r\n", document("discreet"), 403),
        ("Expect: hush\r\n", document("discreet"), 200),
    ] {
        let request = String::from_utf8(to("/discreet", &document)).unwrap();
        let request = request.replacen("Host: test\r\n", &format!("Host: test\r\n{always}{headers}"), 1);
        assert_eq!(server.exchange(request).await.status, status, "{headers}");
    }
    server.at_rest().await;
    assert!(lines_with(&["/discreet"]).len() >= 9);
    assert_eq!(lines_with(&["hush"]), [""; 0]);
    assert_eq!(lines_with(&["aHVzaDpodXNo"]), [""; 0]);
}

/// A name comes from whoever calls. It must not end a line, nor colour a terminal.
#[tokio::test]
async fn a_name_is_no_way_into_the_log() {
    let (server, path) = start("forged", |service| service).await;
    let names = ["forged\nINFO tagwire::access forgery", "forged\u{85}forgery", "forged\u{9b}31mforgery"];
    for name in names {
        assert_eq!(fault(&server.exchange(to(&path, call(name))).await).code(), Fault::METHOD_NOT_FOUND);
    }
    server.at_rest().await;
    let lines = lines_with(&["method=forged"]);
    assert_eq!(lines.len(), names.len(), "{lines:#?}");
    for line in lines {
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}

/// Nor fill a disk.
#[tokio::test]
async fn no_more_of_a_name_is_logged_than_anybody_reads() {
    let (server, path) = start("endless", |service| service).await;
    let name = format!("endless{}", "x".repeat(100_000));
    assert_eq!(fault(&server.exchange(to(&path, call(&name))).await).code(), Fault::METHOD_NOT_FOUND);
    server.at_rest().await;
    let lines = lines_with(&["method=endless"]);
    assert!(!lines.is_empty());
    for line in lines {
        assert!(line.len() < 1000, "a line of {} bytes", line.len());
    }
}

// ── the log ──

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// What each span said; its id is its place.
static SPANS: Mutex<Vec<String>> = Mutex::new(Vec::new());

thread_local! {
    /// The spans that this thread is in.
    static INSIDE: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what is logged from now on, by any thread.
fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Keeper).unwrap());
}

/// The lines that hold all of these texts.
fn lines_with(texts: &[&str]) -> Vec<String> {
    let lines = LINES.lock().unwrap();
    lines.iter().filter(|line| texts.iter().all(|text| line.contains(text))).cloned().collect()
}

/// Writes each event as a line: its level, its target, what the spans around it say, then what it says itself.
struct Keeper;

impl Subscriber for Keeper {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("tagwire")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line::default();
        span.record(&mut line);
        let mut spans = SPANS.lock().unwrap();
        spans.push(line.0);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut line = Line::default();
        values.record(&mut line);
        SPANS.lock().unwrap()[place(span)] += &line.0;
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} {}", event.metadata().level(), event.metadata().target()));
        let spans = SPANS.lock().unwrap();
        match event.parent() {
            Some(span) => line.0 += &spans[place(span)],
            None => INSIDE.with_borrow(|inside| inside.iter().for_each(|span| line.0 += &spans[place(span)])),
        }
        event.record(&mut line);
        LINES.lock().unwrap().push(line.0);
    }

    fn enter(&self, span: &Id) {
        INSIDE.with_borrow_mut(|inside| inside.push(span.clone()));
    }

    fn exit(&self, span: &Id) {
        INSIDE.with_borrow_mut(|inside| assert_eq!(inside.pop().as_ref(), Some(span)));
    }
}

fn place(span: &Id) -> usize {
    usize::try_from(span.into_u64()).unwrap() - 1
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    /// As the usual subscribers write it.
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={}", value.escape_debug()).unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}
