//! A running server on the wire: what it answers to requests of every kind, byte for byte.

#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use tagwire::server::Serve;
use tagwire::{
    Dispatcher, Fault, IntoService, MethodResponse, Methods, RequestContext, RpcRequest, Server, Value, XmlRpcService,
};
use tower::timeout::error::Elapsed;
use tower::util::MapRequestLayer;
use tower::{ServiceBuilder, ServiceExt, service_fn};

use raw::{Answer, Connection, call, post};

#[path = "support/raw.rs"]
mod raw;

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

// ── length ──

#[tokio::test]
async fn a_body_without_a_length_is_refused() {
    let server = Test::start().await;
    let answer = server.exchange(format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\n\r\n{}", call("count"))).await;
    assert_eq!(answer.status, 411);
    server.expect_calls(0).await;
}

#[tokio::test]
async fn a_length_that_is_none_is_refused_and_the_connection_closed() {
    let server = Test::start().await;
    let body = call("count");
    let length = body.len();
    let lengths = [
        "Content-Length: x".to_owned(),
        "Content-Length:".to_owned(),
        format!("Content-Length: -{length}"),
        format!("Content-Length: +{length}"),
        format!("Content-Length: 0x{length}"),
        format!("Content-Length: {length}.0"),
        format!("Content-Length: {length} 1"),
        "Content-Length: 18446744073709551616".to_owned(),
        format!("Content-Length: {length}, {}", length + 1),
        format!("Content-Length: {length}\r\nContent-Length: {}", length + 1),
        format!("Content-Length: {}\r\nContent-Length: {length}", length + 1),
    ];
    for lines in lengths {
        let mut connection = server.connect().await;
        connection.send(format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\n{lines}\r\n\r\n{body}")).await;
        assert_eq!(connection.answer().await.status, 400, "{lines}");
        connection.finish().await;
        connection.expect_end().await;
    }
    server.expect_calls(0).await;
}

/// `Transfer-Encoding` wins, as RFC 9112 (6.3) says, or the request is refused; either way the connection ends,
/// so that no two readers can disagree where the next request begins.
#[tokio::test]
async fn a_length_beside_chunks_is_never_read_two_ways() {
    let server = Test::start().await;
    let chunked = chunks(&[call("six").as_bytes()]);
    let hidden = String::from_utf8(post("", call("count"))).unwrap();
    for length in [3, chunked.len(), chunked.len() + hidden.len()] {
        for lines in [
            format!("Content-Length: {length}\r\nTransfer-Encoding: chunked"),
            format!("Transfer-Encoding: chunked\r\nContent-Length: {length}"),
        ] {
            let mut connection = server.connect().await;
            let head = format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\n{lines}\r\n\r\n");
            connection.send([head.as_bytes(), &chunked, hidden.as_bytes()].concat()).await;
            let answer = connection.answer().await;
            if answer.status != 400 {
                assert_eq!(value(&answer), Value::Int(6), "{lines}");
            }
            assert!(answer.closes(), "{lines}: {answer:?}");
            connection.expect_end().await;
        }
    }
    server.expect_calls(0).await;
}

#[tokio::test]
async fn another_transfer_encoding_is_refused() {
    let server = Test::start().await;
    let body = chunks(&[call("count").as_bytes()]);
    for lines in ["gzip", "chunked, gzip", "identity", "x", "chunked\r\nTransfer-Encoding: gzip"] {
        let mut connection = server.connect().await;
        let head = format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: {lines}\r\n\r\n");
        connection.send([head.as_bytes(), &body].concat()).await;
        let answer = connection.answer().await;
        assert!([400, 501].contains(&answer.status), "{lines}: {answer:?}");
        connection.finish().await;
        connection.expect_end().await;
    }
    server.expect_calls(0).await;
}

#[tokio::test]
async fn malformed_chunks_run_nothing() {
    let server = Test::start().await;
    let document = call("count");
    for body in [
        format!("x\r\n{document}\r\n0\r\n\r\n"),
        format!("-1\r\n{document}\r\n0\r\n\r\n"),
        format!("{:x}\r\n{document}xx0\r\n\r\n", document.len()),
        format!("fffffffffffffffff\r\n{document}\r\n0\r\n\r\n"),
    ] {
        let mut connection = server.connect().await;
        connection.send(format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n{body}")).await;
        assert_eq!(connection.answer().await.status, 400, "{body}");
        connection.finish().await;
        connection.expect_end().await;
    }
    server.expect_calls(0).await;
}

#[tokio::test]
async fn a_body_that_ends_early_runs_nothing() {
    let server = Test::start().await;
    let document = call("count");
    let length = document.len();
    for request in [
        format!("Content-Length: {}\r\n\r\n{document}", length + 1),
        format!("Content-Length: {length}\r\n\r\n{}", &document[..length - 1]),
        format!("Content-Length: {length}\r\n\r\n"),
        format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{document}\r\n"),
        format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{document}\r\n0\r\n"),
        format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{document}", length + 1),
    ] {
        let mut connection = server.connect().await;
        connection.send(format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\n{request}")).await;
        connection.finish().await;
        let end = connection.rest().await;
        assert!(end.is_empty() || end.starts_with("HTTP/1.1 400"), "{request}: {end}");
    }
    server.expect_calls(0).await;
}

// ── limits ──

#[tokio::test]
async fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
    const LIMIT: usize = 1000;
    let server = Test::serving(|service| service.max_request_size(LIMIT)).await;
    for (length, status) in [(LIMIT - 1, 200), (LIMIT, 200), (LIMIT + 1, 413), (10 * LIMIT, 413)] {
        let document = padded("count", length);
        assert_eq!(server.post("", &document).await.status, status, "{length} bytes declared");
        for size in [1, 7, 500, length] {
            let pieces: Vec<_> = document.as_bytes().chunks(size).collect();
            let request = [chunked_head().as_bytes(), &chunks(&pieces)].concat();
            assert_eq!(server.exchange(request).await.status, status, "{length} bytes in chunks of {size}");
        }
    }
    server.expect_calls(10).await;
}

#[tokio::test]
async fn a_mebibyte_is_the_limit_unless_set() {
    const LIMIT: usize = 1 << 20;
    let server = Test::start().await;
    for (length, status) in [(LIMIT - 1, 200), (LIMIT, 200), (LIMIT + 1, 413)] {
        assert_eq!(server.post("", padded("six", length)).await.status, status, "{length}");
    }
}

#[tokio::test]
async fn a_declared_length_beyond_the_limit_is_refused_before_the_body_comes() {
    let server = Test::serving(|service| service.max_request_size(1000)).await;
    let lengths = ["1001", "4294967296", "9223372036854775807", "18446744073709551613"];
    let mut connections = Vec::new();
    for length in lengths {
        let mut connection = server.connect().await;
        connection.send(format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n")).await;
        connections.push(connection);
    }
    for (connection, length) in connections.iter_mut().zip(lengths) {
        assert_eq!(connection.answer().await.status, 413, "{length}");
    }
}

#[tokio::test]
async fn a_refusal_reaches_a_peer_that_writes_all_before_it_reads() {
    let server = Test::start().await;
    let body = vec![b' '; 8 << 20];
    let pieces: Vec<_> = body.chunks(1 << 16).collect();
    let chunked = [chunked_head().as_bytes(), &chunks(&pieces)].concat();
    let with = |line: &str, headers: &str| {
        let head = format!("{line} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        [head.as_bytes(), &body].concat()
    };
    let refusals = [
        (with("POST /RPC2", ""), 413, 20),
        (with("POST /other", ""), 404, 20),
        (chunked, 413, 20),
        (with("PUT /RPC2", ""), 405, 5),
        (with("POST /RPC2", "Content-Encoding: br\r\n"), 0, 5),
    ];
    for (request, status, times) in refusals {
        for time in 1..=times {
            let answer = server.exchange(&request).await;
            match status {
                // Both the coding and the size are wrong.
                0 => assert!([413, 415].contains(&answer.status), "{time}: {answer:?}"),
                _ => assert_eq!(answer.status, status, "{time} of {times}"),
            }
        }
    }
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

// ── Expect: 100-continue ──

#[tokio::test]
async fn a_refused_request_is_not_asked_for_its_body() {
    let server = Test::serving(|service| service.max_request_size(1000)).await;
    let refusals = [
        ("POST /RPC2", "Content-Length: 1001", 413),
        ("POST /RPC2", "Content-Length: 8388608", 413),
        ("POST /other", "Content-Length: 100", 404),
        ("PUT /RPC2", "Content-Length: 100", 405),
        ("POST /other", "Transfer-Encoding: chunked", 404),
    ];
    for (line, length, status) in refusals {
        let mut connection = server.connect().await;
        connection.send(format!("{line} HTTP/1.1\r\nHost: test\r\n{length}\r\nExpect: 100-continue\r\n\r\n")).await;
        assert_eq!(connection.answer().await.status, status, "{line} {length}");
        connection.finish().await;
        connection.expect_end().await;
    }
}

#[tokio::test]
async fn an_accepted_request_is_asked_for_its_body() {
    let server = Test::start().await;
    let mut connection = server.connect().await;
    let body = call("count");
    for (expect, framing, body) in [
        ("100-continue", format!("Content-Length: {}", body.len()), body.clone().into_bytes()),
        ("100-Continue", format!("Content-Length: {}", body.len()), body.clone().into_bytes()),
        ("100-continue", "Transfer-Encoding: chunked".to_owned(), chunks(&[body.as_bytes()])),
    ] {
        let head = format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\nExpect: {expect}\r\n{framing}\r\n\r\n");
        assert_eq!(connection.exchange(head).await.status, 100, "{framing}");
        assert_eq!(connection.exchange(body).await.status, 200, "{framing}");
    }
    assert_eq!(value(&connection.exchange(post("", body)).await), Value::Int(4));
}

// ── what headers say of the body ──

#[tokio::test]
async fn an_encoded_body_is_refused() {
    let server = Test::start().await;
    for encoding in ["gzip", "x-gzip", "deflate", "br", "GZIP", "zstd", "identity, gzip", "unheard-of"] {
        let answer = server.post(&format!("Content-Encoding: {encoding}\r\n"), call("count")).await;
        assert_eq!(answer.status, 415, "{encoding}");
    }
    let answer = server.post("Content-Encoding: identity\r\nContent-Encoding: gzip\r\n", call("count")).await;
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

// ── without a socket ──

#[tokio::test]
async fn the_service_needs_no_socket() {
    let service = XmlRpcService::new(Dispatcher::new(Calls::default().methods())).max_request_size(1000);
    let requests = [
        ("POST", "/RPC2", call("six"), 200),
        ("POST", "/?query", call("missing"), 200),
        ("POST", "/other", call("six"), 404),
        ("GET", "/RPC2", String::new(), 405),
        ("POST", "/RPC2", padded("six", 1000), 200),
        ("POST", "/RPC2", padded("six", 1001), 413),
    ];
    for (method, uri, body, status) in requests {
        let request = Request::builder().method(method).uri(uri).body(Full::new(Bytes::from(body))).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{method} {uri}");
        assert_eq!(response.headers().get("allow").is_some(), status == 405, "{method} {uri}");
    }
    let empty = Request::post("/").header("content-length", "0").body(Empty::<Bytes>::new()).unwrap();
    assert_eq!(document_fault(&body_of(service.oneshot(empty).await.unwrap()).await).code(), -32700);
}

#[tokio::test]
async fn a_body_of_unknown_length_is_read_under_the_limit() {
    let calls = Calls::default();
    let service = XmlRpcService::new(Dispatcher::new(calls.methods())).max_request_size(1000);
    for (length, status) in [(999, 200), (1000, 200), (1001, 413)] {
        let body = Pieces::of(&padded("count", length), 3);
        let request = Request::post("/RPC2").header("transfer-encoding", "chunked").body(body).unwrap();
        assert_eq!(service.clone().oneshot(request).await.unwrap().status(), status, "{length}");
    }
    let broken = Pieces::of(&call("count"), 3).then_broken();
    let request = Request::post("/RPC2").header("transfer-encoding", "chunked").body(broken).unwrap();
    assert_eq!(service.oneshot(request).await.unwrap().status(), 400);
    assert_eq!(calls.counted(), 2);
}

#[tokio::test]
async fn a_stack_of_layers_can_be_served() {
    let stack = ServiceBuilder::new()
        .timeout(Duration::from_millis(500))
        .map_response(|mut response: Response<Full<Bytes>>| {
            response.headers_mut().insert("x-layer", HeaderValue::from_static("seen"));
            response
        })
        .map_request(|mut request: Request<Incoming>| {
            request.headers_mut().insert("x-names", HeaderValue::from_static("layer"));
            request
        })
        .service(XmlRpcService::new(Dispatcher::new(Calls::default().methods())));
    let stack = service_fn(move |request| {
        let response = stack.clone().oneshot(request);
        async {
            Ok::<_, Infallible>(response.await.unwrap_or_else(|error| {
                assert!(error.is::<Elapsed>(), "{error}");
                Response::builder().status(504).body(Full::default()).unwrap()
            }))
        }
    });
    let server = Test::of(stack).await;
    let answer = server.post("X-Names: Ada\r\n", call("names")).await;
    assert_eq!(answer.header("x-layer"), Some("seen"));
    assert_eq!(value(&answer), Value::String("names: layer".to_owned()));
    assert_eq!(server.post("", call("never")).await.status, 504);
}

#[tokio::test]
async fn layers_can_stand_around_the_dispatcher() {
    let entered = Arc::new(AtomicUsize::new(0));
    let dispatcher = Dispatcher::new(Calls::default().methods()).layer(MapRequestLayer::new({
        let entered = Arc::clone(&entered);
        move |request: RpcRequest| {
            entered.fetch_add(1, Ordering::SeqCst);
            request
        }
    }));
    let server = Test::of(XmlRpcService::new(dispatcher)).await;
    assert_eq!(value(&server.post("", call("six")).await), Value::Int(6));
    assert_eq!(fault(&server.post("", call("missing")).await).code(), -32601);
    assert_eq!(entered.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn methods_and_a_dispatcher_can_be_served_as_they_are() {
    let methods = Test::of(Calls::default().methods()).await;
    assert_eq!(value(&methods.post("", call("six")).await), Value::Int(6));
    let dispatcher = Test::of(Dispatcher::new(Calls::default().methods())).await;
    assert_eq!(value(&dispatcher.post("", call("six")).await), Value::Int(6));
}

// ── the server under test ──

/// A server on a port of its own, which ends with the test.
struct Test {
    address: SocketAddr,
    calls: Calls,
}

impl Test {
    async fn start() -> Self {
        Self::serving(|service| service).await
    }

    async fn serving(set: impl FnOnce(XmlRpcService) -> XmlRpcService) -> Self {
        let calls = Calls::default();
        let service = set(XmlRpcService::new(Dispatcher::new(calls.methods())));
        Self { calls, ..Self::of(service).await }
    }

    async fn of<A>(app: A) -> Self
    where
        A: IntoService<Incoming>,
        Serve<A::Service>: IntoFuture<Output = io::Result<()>, IntoFuture: Send + 'static>,
    {
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(app).into_future());
        Self { address, calls: Calls::default() }
    }

    async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    /// One request on a connection of its own.
    async fn exchange(&self, request: impl AsRef<[u8]>) -> Answer {
        self.connect().await.exchange(request).await
    }

    async fn post(&self, headers: &str, body: impl AsRef<[u8]>) -> Answer {
        self.exchange(post(headers, body)).await
    }

    /// How often `count` has run. That it still works shows that the server does.
    async fn expect_calls(&self, times: usize) {
        assert_eq!(self.calls.counted(), times);
        assert_eq!(self.post("", call("count")).await.status, 200);
        assert_eq!(self.calls.counted(), times + 1);
    }
}

/// The methods served, and what they know of one another.
#[derive(Clone, Default)]
struct Calls {
    counted: Arc<AtomicUsize>,
    late: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
}

impl Calls {
    fn methods(&self) -> Methods {
        let (counting, late) = (self.clone(), self.clone());
        Methods::new()
            .register_fn("six", || 6)
            .register_fn("large", || "€".repeat(500_000))
            .register_fn("echo", |value: Value| value)
            .register_fn("one_string", |text: String| text)
            .register_fn("fails", || Err::<i32, _>(Fault::new(4, "Too many")))
            .register_fn("panics", || -> i32 { panic!("secret") })
            .register_fn("panics_late", async || -> i32 {
                tokio::task::yield_now().await;
                panic!("secret")
            })
            .register_fn("never", async || std::future::pending::<i32>().await)
            .register_fn("names", |cx: RequestContext| {
                let names = cx.headers().get_all("x-names").iter().map(|name| name.to_str().unwrap());
                format!("{}: {}", cx.method(), names.collect::<Vec<_>>().join(", "))
            })
            .register_fn("count", move || i32::try_from(counting.counted.fetch_add(1, Ordering::SeqCst) + 1).unwrap())
            .register_fn("late", move || late.clone().late())
    }

    async fn late(self) -> String {
        let call = self.late.fetch_add(1, Ordering::SeqCst) + 1;
        self.running.fetch_add(1, Ordering::SeqCst);
        let mut most = 0;
        for _ in 0..100 {
            most = most.max(self.running.load(Ordering::SeqCst));
            tokio::task::yield_now().await;
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        format!("call {call}, {most} at a time")
    }

    fn counted(&self) -> usize {
        self.counted.load(Ordering::SeqCst)
    }
}

// ── requests ──

fn to(target: &str, body: String) -> Vec<u8> {
    let request = String::from_utf8(post("", body)).unwrap();
    request.replacen("POST /RPC2 ", &format!("POST {target} "), 1).into_bytes()
}

fn chunked_head() -> &'static str {
    "POST /RPC2 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
}

fn chunks(pieces: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for piece in pieces {
        body.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        body.extend_from_slice(piece);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    body
}

/// A call of exactly so many bytes.
fn padded(method: &str, length: usize) -> String {
    let call = call(method);
    format!("{call}{}", " ".repeat(length - call.len()))
}

/// A call of `echo` with a text that need not be UTF-8.
fn document(declaration: &str, text: &[u8]) -> Vec<u8> {
    let head = "<methodCall><methodName>echo</methodName><params><param><value>";
    [declaration.as_bytes(), head.as_bytes(), text, b"</value></param></params></methodCall>"].concat()
}

/// A body that comes in pieces and does not say how long it is.
struct Pieces {
    pieces: VecDeque<Bytes>,
    broken: bool,
}

impl Pieces {
    fn of(text: &str, size: usize) -> Self {
        Self { pieces: text.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect(), broken: false }
    }

    fn then_broken(self) -> Self {
        Self { broken: true, ..self }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = self.pieces.pop_front().map(|piece| Ok(Frame::data(piece)));
        Poll::Ready(piece.or_else(|| self.broken.then(|| Err(io::ErrorKind::ConnectionReset.into()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

// ── answers ──

fn value(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    match MethodResponse::from_xml(answer.body.as_bytes()).unwrap() {
        MethodResponse::Value(value) => value,
        MethodResponse::Fault(fault) => panic!("{fault}"),
    }
}

fn fault(answer: &Answer) -> Fault {
    assert_eq!(answer.status, 200, "{answer:?}");
    document_fault(answer.body.as_bytes())
}

fn document_fault(document: &[u8]) -> Fault {
    match MethodResponse::<Value>::from_xml(document).unwrap() {
        MethodResponse::Value(value) => panic!("{value:?}"),
        MethodResponse::Fault(fault) => fault,
    }
}

async fn body_of(response: Response<Full<Bytes>>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

fn media_type(answer: &Answer) -> &str {
    answer.header("content-type").unwrap().split(';').next().unwrap()
}
