//! A running server on the wire: what it answers to requests of every kind, byte for byte.

use std::fmt::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use serde::{Serialize, Serializer};
use tagwire::{Fault, MethodInfo, Methods, Value, XmlRpcService, blocking};

use crate::support::calls::Test;
use crate::support::endpoint::{Endpoint, chunks, fault, to, value};
use crate::support::raw::{Answer, call, post};

// ── calls ──

#[tokio::test]
async fn a_call_is_answered_with_a_length_and_never_in_chunks() {
    let server = Test::start().await;
    for target in ["/", "/RPC2", "/?", "/RPC2?key=1&x=/other", "http://test/RPC2"] {
        let mut connection = server.connect().await;
        let answer = connection.exchange(to(target, call("six"))).await;
        assert_eq!(answer.line, "HTTP/1.1 200 OK", "{target}");
        assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"), "{target}");
        assert_eq!(
            answer.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><methodResponse><params><param><value><int>6</int></value>\
             </param></params></methodResponse>",
            "{target}"
        );
        assert!(!answer.closes(), "{target}");
        connection.finish().await;
        connection.expect_end().await;
    }
}

#[tokio::test]
async fn a_large_answer_has_a_length_too() {
    let server = Test::start().await;
    let answer = server.post("", call("large")).await;
    assert_eq!(value(&answer), Value::String("€".repeat(500_000)));
}

#[tokio::test]
async fn whatever_fails_in_a_call_is_a_fault_with_status_200() {
    let server = Test::start().await;
    let failures = [
        (String::new(), -32700),
        ("no XML".to_owned(), -32700),
        (call("six").replace("</methodCall>", ""), -32700),
        ("<methodResponse></methodResponse>".to_owned(), -32600),
        (call("missing"), -32601),
        (call("one_string"), -32602),
        (call("fails"), 4),
        (call("panics"), -32603),
    ];
    let mut connection = server.connect().await;
    for (document, code) in failures {
        let answer = connection.exchange(post("", &document)).await;
        assert_eq!(answer.line, "HTTP/1.1 200 OK", "{document}");
        assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"), "{document}");
        assert_eq!(fault(&answer).code(), code, "{document}");
    }
}

#[tokio::test]
async fn a_panic_leaves_the_connection_and_shows_nothing() {
    let server = Test::start().await;
    let mut connection = server.connect().await;
    for method in ["panics", "panics_late"] {
        let answer = connection.exchange(post("", call(method))).await;
        assert_eq!(fault(&answer).code(), -32603, "{method}");
        assert!(!answer.body.contains("secret"), "{}", answer.body);
        assert!(!answer.closes(), "{method}");
        assert_eq!(value(&connection.exchange(post("", call("six"))).await), Value::Int(6), "{method}");
    }
}

/// However a method breaks, and wherever it runs, its connection serves the next call.
#[tokio::test]
async fn a_panic_anywhere_in_a_method_is_a_fault() {
    let late = || async {
        tokio::task::yield_now().await;
        Bomb
    };
    let methods = Methods::new()
        .register_fn("six", || 6)
        .register_fn("blocking", blocking(|| -> i32 { panic!("secret") }))
        .register_fn("at_its_end", async || {
            let _bomb = Bomb;
            6
        })
        .register_fn("late_at_its_end", move || async move {
            let _bomb = late().await;
            6
        })
        .register_fn("after_its_end", || BreaksWhenDropped { turns: 0 })
        .register_fn("late_after_its_end", || BreaksWhenDropped { turns: 3 })
        .register_fn("result", || BreaksWhenWritten);
    let server = Endpoint::of(XmlRpcService::new(methods)).await;
    let mut connection = server.connect().await;
    for method in ["blocking", "at_its_end", "late_at_its_end", "after_its_end", "late_after_its_end", "result"] {
        let answer = connection.exchange(post("", call(method))).await;
        assert_eq!(fault(&answer).code(), Fault::INTERNAL_ERROR, "{method}");
        assert!(!answer.body.contains("secret"), "{}", answer.body);
        assert!(!answer.closes(), "{method}");
        assert_eq!(value(&connection.exchange(post("", call("six"))).await), Value::Int(6), "{method}");
    }
    let stats = server.at_rest().await;
    assert_eq!((stats.errored, stats.completed), (6, 6), "{stats:?}");
}

/// The time limit drops what waits, and dropping it breaks.
#[tokio::test]
async fn a_panic_on_the_way_out_is_no_harm() {
    let brief = MethodInfo::new("brief").with_timeout(Some(Duration::from_millis(5)));
    let methods =
        Methods::new().register_fn("six", || 6).register_fn(brief, || BreaksWhenDropped { turns: usize::MAX });
    let server = Endpoint::of(XmlRpcService::new(methods).max_concurrent(1).max_pending(0)).await;
    let mut connection = server.connect().await;
    for _ in 0..5 {
        let code = fault(&connection.exchange(post("", call("brief"))).await).code();
        assert!([Fault::SYSTEM, Fault::INTERNAL_ERROR].contains(&code), "{code}");
        server.at_rest().await;
        assert_eq!(value(&connection.exchange(post("", call("six"))).await), Value::Int(6));
    }
}

#[tokio::test]
async fn handlers_see_the_headers() {
    let server = Test::start().await;
    let answer = server.post("X-Names: Ada\r\nx-names: Grace\r\n", call("names")).await;
    assert_eq!(value(&answer), Value::String("names: Ada, Grace".to_owned()));
}

// ── paths and methods ──

#[tokio::test]
async fn another_path_is_no_such_page() {
    let server = Test::start().await;
    for target in ["/rpc2", "/RPC2/", "/RPC2/x", "//", "/other?/RPC2", "/%52PC2", "/RPC2%3Fx", "/index.html"] {
        let answer = server.exchange(to(target, call("count"))).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, "No such page"), "{target}");
        assert_eq!(media_type(&answer), "text/plain", "{target}");
    }
    server.expect_calls(0).await;
}

#[tokio::test]
async fn the_paths_can_be_set() {
    let server = Test::serving(|service| service.rpc_paths(["/api", "/a/b"])).await;
    for (target, status) in
        [("/api", 200), ("/a/b", 200), ("/api?x", 200), ("/a", 404), ("/", 404), ("/RPC2", 404), ("/api/", 404)]
    {
        assert_eq!(server.exchange(to(target, call("six"))).await.status, status, "{target}");
    }
}

#[tokio::test]
async fn an_empty_list_of_paths_means_every_path() {
    let server = Test::serving(|service| service.rpc_paths([] as [&str; 0])).await;
    for target in ["/", "/RPC2", "/other", "/a/b/?c"] {
        assert_eq!(server.exchange(to(target, call("six"))).await.status, 200, "{target}");
    }
}

#[tokio::test]
async fn another_http_method_is_not_allowed() {
    let server = Test::start().await;
    for method in ["GET", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH", "TRACE", "PROPFIND", "post"] {
        for rest in [String::from("\r\n"), format!("Content-Length: {}\r\n\r\n{}", call("count").len(), call("count"))]
        {
            let mut connection = server.connect().await;
            connection.send(format!("{method} /RPC2 HTTP/1.1\r\nHost: test\r\n{rest}")).await;
            let answer = match method {
                "HEAD" => connection.answer_without_body().await,
                _ => connection.answer().await,
            };
            assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method} {rest}");
            connection.finish().await;
            connection.expect_end().await;
        }
    }
    server.expect_calls(0).await;
}

// ── what headers say of the body ──

#[tokio::test]
async fn another_content_encoding_is_refused() {
    let server = Test::start().await;
    for encoding in ["br", "compress", "zstd", "unheard-of", "gzip, br", "br, gzip", "gzip;q=1", "x"] {
        let answer = server.post(&format!("Content-Encoding: {encoding}\r\n"), call("count")).await;
        assert_eq!(answer.status, 415, "{encoding}");
    }
    let answer = server.post("Content-Encoding: identity\r\nContent-Encoding: br\r\n", call("count")).await;
    assert_eq!(answer.status, 415, "two lines");
    server.expect_calls(0).await;
    for encoding in ["identity", "Identity"] {
        let answer = server.post(&format!("Content-Encoding: {encoding}\r\n"), call("six")).await;
        assert_eq!(answer.status, 200, "{encoding}");
    }
}

#[tokio::test]
async fn any_content_type_is_accepted() {
    let server = Test::start().await;
    for kind in ["text/xml", "application/xml", "application/x-www-form-urlencoded", "application/json", "", "?;="] {
        let answer = server.post(&format!("Content-Type: {kind}\r\n"), call("six")).await;
        assert_eq!(value(&answer), Value::Int(6), "{kind}");
    }
    assert_eq!(value(&server.post("", call("six")).await), Value::Int(6), "none");
}

#[tokio::test]
async fn only_xml_is_accepted_where_it_is_asked_for() {
    let server = Test::serving(|service| service.require_xml(true)).await;
    for kind in ["text/xml", "application/xml", "Text/XML", "text/xml; charset=utf-8", "application/xml;charset=UTF-8"]
    {
        let answer = server.post(&format!("Content-Type: {kind}\r\n"), call("six")).await;
        assert_eq!(value(&answer), Value::Int(6), "{kind}");
    }
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "application/json", "text/xmlx", "text/plain; text/xml"]
    {
        let answer = server.post(&format!("Content-Type: {kind}\r\n"), call("count")).await;
        assert_eq!(answer.status, 415, "{kind}");
    }
    assert_eq!(server.post("Content-Type: text/xml\r\n", call("count")).await.status, 200);
}

/// The document's own word counts first, then that of the header, then UTF-8.
#[tokio::test]
async fn the_charset_of_the_header_is_honoured() {
    let server = Test::start().await;
    let latin1 = |declaration: &str| document(declaration, b"\xe9\xa4");
    let utf8 = |declaration: &str| document(declaration, "é".as_bytes());
    let utf8_says = "<?xml version='1.0' encoding='utf-8'?>";
    let latin1_says = "<?xml version='1.0' encoding='iso-8859-1'?>";
    let readings = [
        ("text/xml; charset=ISO-8859-1", latin1(""), "é¤"),
        ("text/xml; charset=\"iso-8859-1\"", latin1(""), "é¤"),
        ("text/xml;CHARSET=iso-8859-1", latin1("<?xml version='1.0'?>"), "é¤"),
        ("text/xml; a=b; charset=iso-8859-1 ; c=d", latin1(""), "é¤"),
        ("text/xml; charset=koi8-r", document("", b"\xd6"), "ж"),
        ("text/xml; charset=iso-8859-1", utf8(utf8_says), "é"),
        ("text/xml; charset=utf-8", latin1(latin1_says), "é¤"),
        ("text/xml; charset=us-ascii", utf8(""), "é"),
        ("text/xml", utf8(""), "é"),
        ("text/xml; charset", utf8(""), "é"),
        ("text/xml; charset=iso-8859-1", utf8("\u{feff}"), "é"),
    ];
    for (kind, document, text) in readings {
        let answer = server.post(&format!("Content-Type: {kind}\r\n"), &document).await;
        assert_eq!(value(&answer), Value::String(text.to_owned()), "{kind}, {}", String::from_utf8_lossy(&document));
    }
    for (kind, document, code) in [
        ("text/xml; charset=unheard-of", utf8(""), -32701),
        ("text/xml; charset=utf-8", latin1(""), -32702),
        ("text/xml", latin1(""), -32702),
    ] {
        let answer = server.post(&format!("Content-Type: {kind}\r\n"), document).await;
        assert_eq!(fault(&answer).code(), code, "{kind}");
    }
}

// ── connections ──

#[tokio::test]
async fn a_connection_serves_many_calls() {
    let server = Test::start().await;
    let mut connection = server.connect().await;
    for time in 1..=200 {
        let answer = connection.exchange(post("", call("count"))).await;
        assert_eq!(value(&answer), Value::Int(time));
    }
    let answer = connection.exchange(post("Connection: close\r\n", call("count"))).await;
    assert!(answer.closes(), "{answer:?}");
    connection.expect_end().await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order_one_at_a_time() {
    let server = Test::start().await;
    let mut connection = server.connect().await;
    let requests = [call("late"), call("missing"), call("late"), call("late"), call("six")].map(|body| post("", body));
    connection.send(requests.concat()).await;
    assert_eq!(value(&connection.answer().await), Value::String("call 1, 1 at a time".to_owned()));
    assert_eq!(fault(&connection.answer().await).code(), -32601);
    assert_eq!(value(&connection.answer().await), Value::String("call 2, 1 at a time".to_owned()));
    assert_eq!(value(&connection.answer().await), Value::String("call 3, 1 at a time".to_owned()));
    assert_eq!(value(&connection.answer().await), Value::Int(6));
}

#[tokio::test]
async fn http_1_0_closes_unless_asked_to_stay() {
    let server = Test::start().await;
    let request = |headers: &str| {
        let body = call("six");
        format!("POST /RPC2 HTTP/1.0\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
    };
    let mut connection = server.connect().await;
    assert_eq!(value(&connection.exchange(request("")).await), Value::Int(6));
    connection.expect_end().await;

    let mut connection = server.connect().await;
    for keep_alive in ["keep-alive", "Keep-Alive", "keep-alive"] {
        let answer = connection.exchange(request(&format!("Connection: {keep_alive}\r\n"))).await;
        assert_eq!(value(&answer), Value::Int(6));
        let stays = answer.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("keep-alive"));
        assert!(stays, "the peer is not told: {answer:?}");
    }
    assert_eq!(value(&connection.exchange(request("")).await), Value::Int(6));
    connection.expect_end().await;
}

#[tokio::test]
async fn http_1_0_has_no_chunks_and_needs_a_length() {
    let server = Test::start().await;
    let chunked = String::from_utf8(chunks(&[call("count").as_bytes()])).unwrap();
    for rest in [format!("\r\n{}", call("count")), format!("Transfer-Encoding: chunked\r\n\r\n{chunked}")] {
        let mut connection = server.connect().await;
        connection.send(format!("POST /RPC2 HTTP/1.0\r\n{rest}")).await;
        connection.answer().await;
        connection.finish().await;
        connection.expect_end().await;
    }
    server.expect_calls(0).await;
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let server = Test::start().await;
    for bytes in
        [&b"<?xml version='1.0'?>\r\n\r\n"[..], b"POST /RPC2\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]
    {
        let mut connection = server.connect().await;
        connection.send(bytes).await;
        connection.finish().await;
        let end = connection.rest().await;
        assert!(end.is_empty() || end.starts_with("HTTP/1.1 400"), "{bytes:?}: {end}");
    }
    assert_eq!(server.post("", call("six")).await.status, 200);
}

#[tokio::test]
async fn too_many_or_too_large_headers_are_refused() {
    let server = Test::start().await;
    let many = |count| {
        (0..count).fold(String::new(), |mut lines, at| {
            write!(lines, "X-{at}: y\r\n").unwrap();
            lines
        })
    };
    // Host and Content-Length are two.
    for (headers, status) in [
        (many(98), 200),
        (many(99), 431),
        (many(500), 431),
        (format!("X: {}\r\n", "y".repeat(30 << 10)), 200),
        (format!("X: {}\r\n", "y".repeat(33 << 10)), 431),
    ] {
        let mut connection = server.connect().await;
        let answer = connection.exchange(post(&headers, call("count"))).await;
        assert_eq!(answer.status, status, "{} bytes, {} lines", headers.len(), headers.lines().count());
    }
    server.expect_calls(2).await;
}

// ── what is sent and told ──

/// A call of `echo` with a text that need not be UTF-8.
fn document(declaration: &str, text: &[u8]) -> Vec<u8> {
    let head = "<methodCall><methodName>echo</methodName><params><param><value>";
    [declaration.as_bytes(), head.as_bytes(), text, b"</value></param></params></methodCall>"].concat()
}

fn media_type(answer: &Answer) -> &str {
    answer.header("content-type").unwrap().split(';').next().unwrap()
}

// ── what breaks ──

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("secret");
    }
}

/// Ready after so many turns, and breaks when it is dropped.
struct BreaksWhenDropped {
    turns: usize,
}

impl Future for BreaksWhenDropped {
    type Output = i32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<i32> {
        if self.turns == 0 {
            return Poll::Ready(6);
        }
        self.turns -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for BreaksWhenDropped {
    fn drop(&mut self) {
        panic!("secret");
    }
}

struct BreaksWhenWritten;

impl Serialize for BreaksWhenWritten {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("secret");
    }
}
