//! The body of a request: its length, its limits, and what becomes of it when the request is refused.

use std::time::Duration;

use tagwire::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::calls::Test;
use crate::support::endpoint::{chunked_head, chunks, padded, value};
use crate::support::raw::{call, post, within};

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

/// hyper, which takes the bytes apart, drops the length and reads the chunks, as RFC 9112 (6.3) allows, so that no service can
/// refuse the request. It ends the connection after the answer, so that no two readers can disagree where the next request
/// begins: what stands after it is never read as one.
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
            assert_eq!(value(&answer), Value::Int(6), "{lines}");
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
        format!("0x{:x}\r\n{document}\r\n0\r\n\r\n", document.len()),
        format!("+{:x}\r\n{document}\r\n0\r\n\r\n", document.len()),
        format!("{:x}_\r\n{document}\r\n0\r\n\r\n", document.len()),
        format!("\r\n{document}\r\n0\r\n\r\n"),
        format!("{:x}\n{document}\n0\n\n", document.len()),
        format!("{:x}\r\n{document}\r\nx\r\n\r\n", document.len()),
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
async fn what_chunks_may_carry_beside_the_body_is_read_past() {
    let server = Test::start().await;
    let document = call("six");
    let length = document.len();
    let (start, end) = document.split_at(10);
    for body in [
        format!("{length:X}\r\n{document}\r\n0\r\n\r\n"),
        format!("000{length:x}\r\n{document}\r\n000\r\n\r\n"),
        format!("{length:x};name=value\r\n{document}\r\n0;last\r\n\r\n"),
        format!("{length:x}\r\n{document}\r\n0\r\nX-Sum: 1\r\nContent-Length: 3\r\n\r\n"),
        format!("a\r\n{start}\r\n{:x}\r\n{end}\r\n0\r\n\r\n", end.len()),
    ] {
        let mut connection = server.connect().await;
        connection.send(format!("{}{body}", chunked_head())).await;
        assert_eq!(value(&connection.answer().await), Value::Int(6), "{body}");
        // And the next request begins where it should.
        assert_eq!(value(&connection.exchange(post("", &document)).await), Value::Int(6), "{body}");
    }
}

#[tokio::test]
async fn chunks_can_be_refused() {
    let server = Test::serving(|service| service.accept_chunked(false)).await;
    let request = [chunked_head().as_bytes(), &chunks(&[call("count").as_bytes()])].concat();
    assert_eq!(server.exchange(&request).await.status, 501);
    let mut connection = server.connect().await;
    connection.send(chunked_head().replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n")).await;
    assert_eq!(connection.answer().await.status, 501, "before the body comes");
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
async fn a_body_that_stops_coming_is_given_up_in_words() {
    let server = Test::serving(|service| service.body_idle_timeout(Duration::from_millis(50))).await;
    let document = call("count");
    for request in [
        format!("Content-Length: {}\r\n\r\n{document}", document.len() + 1),
        format!("Content-Length: {}\r\n\r\n", document.len()),
        format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{document}\r\n", document.len()),
    ] {
        let mut connection = server.connect().await;
        connection.send(format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\n{request}")).await;
        assert_eq!(connection.answer().await.status, 408, "{request}");
        connection.expect_end().await;
    }
    server.expect_calls(0).await;
}

/// However little at a time comes, and however often.
#[tokio::test]
async fn a_body_that_takes_too_long_is_given_up_in_words() {
    let limit = Duration::from_millis(100);
    let server = Test::serving(|service| service.body_timeout(limit).body_idle_timeout(limit * 100)).await;
    let (mut reading, mut writing) = TcpStream::connect(server.address).await.unwrap().into_split();
    let head = "POST /RPC2 HTTP/1.1\r\nHost: test\r\nContent-Length: 900000\r\n\r\n";
    writing.write_all(format!("{head}{}", call("count")).as_bytes()).await.unwrap();
    // A byte each 10 ms: the rest would take two hours.
    let dripping = tokio::spawn(async move {
        let mut pace = tokio::time::interval(Duration::from_millis(10));
        while writing.write_all(b" ").await.is_ok() {
            pace.tick().await;
        }
    });
    let mut received = [0; 13];
    within("an answer", reading.read_exact(&mut received)).await.unwrap();
    assert_eq!(&received, b"HTTP/1.1 408 ");
    dripping.abort();
    server.expect_calls(0).await;
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
        ("POST /RPC2", "Content-Length: 100\r\nContent-Encoding: br", 415),
        ("POST /RPC2", "Content-Length: 100\r\nSec-Fetch-Site: cross-site", 403),
        // Of several reasons the first of path, method and size counts.
        ("PUT /other", "Content-Length: 1001", 404),
        ("PUT /RPC2", "Content-Length: 1001", 405),
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
