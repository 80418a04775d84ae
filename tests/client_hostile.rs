//! Servers that are broken or mean: a typed error within the limits each time, and never a part of a value.

#![cfg(feature = "client")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tagwire::client::Error;
use tagwire::{Client, Value};

use peer::{Answer, FIVE, Peer, ok, reply};

#[path = "support/peer.rs"]
mod peer;

async fn call(answer: Answer) -> Error {
    within(Duration::from_secs(30), answer).await
}

/// Of a server that does not come to an end.
async fn impatient(answer: Answer) -> Error {
    within(Duration::from_millis(200), answer).await
}

async fn within(limit: Duration, answer: Answer) -> Error {
    let peer = Peer::start([answer]).await;
    let client = Client::builder(&peer.url("")).timeout(limit).build().unwrap();
    let error = client.call::<_, Value>("add", (2, 3)).await.unwrap_err();
    assert_eq!(peer.requests().len(), 1);
    error
}

fn response(value: &str) -> String {
    FIVE.replace("<int>5</int>", value)
}

// ── lengths ──

#[tokio::test]
async fn a_content_length_that_is_too_short_is_no_reply() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{FIVE}", FIVE.len() - 10);
    let error = call(Answer::Keep(head.into())).await;
    assert!(error.is_not_xmlrpc(), "{error:#}");
}

#[tokio::test]
async fn a_content_length_that_is_too_long_is_waited_for_within_the_limit() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{FIVE}", FIVE.len() + 10);
    let error = impatient(Answer::Keep(head.clone().into())).await;
    assert!(error.is_timeout(), "{error:#}");
    let error = call(Answer::Last(head.into())).await;
    assert!(error.is_transport(), "{error:#}");
}

#[tokio::test]
async fn a_content_length_that_is_none_is_a_transport_error() {
    for length in ["-1", "five", "5, 6", "99999999999999999999999"] {
        let error = call(Answer::Keep(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").into())).await;
        assert!(error.is_transport(), "{length}: {error:#}");
    }
}

// ── time ──

#[tokio::test]
async fn a_byte_at_a_time_is_a_timeout() {
    let head = "HTTP/1.1 200 OK\r\nX-A: b\r\n";
    for text in [head.to_owned(), format!("{head}Content-Length: 100000\r\n\r\n{FIVE}")] {
        let error = impatient(Answer::Trickle(text.into(), Duration::from_millis(5))).await;
        assert!(error.is_timeout(), "{error:#}");
    }
}

// ── size ──

#[tokio::test]
async fn headers_without_end_are_a_transport_error() {
    let error = call(Answer::Endless("HTTP/1.1 200 OK\r\n".into(), b"X-More: of the same\r\n".repeat(100))).await;
    assert!(error.is_transport(), "{error:#}");
}

/// A server on a thread of its own, so that what it takes of memory is not counted.
fn elsewhere(answer: impl FnOnce() -> Answer + Send + 'static) -> String {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let peer = Peer::start([answer()]).await;
            tell.send(peer.url("")).unwrap();
            std::future::pending::<()>().await;
        });
    });
    told.recv().unwrap()
}

/// The error of a call with limits of 1 MiB, and how many bytes were allocated at a time.
fn measured(url: &str) -> (Error, u64) {
    const CAP: usize = 1024 * 1024;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut error = None;
    let memory = allocation_counter::measure(|| {
        error = Some(runtime.block_on(async {
            let client = Client::builder(url).max_response_size(CAP).max_decoded_size(CAP).build().unwrap();
            client.call::<_, Value>("add", (2, 3)).await.unwrap_err()
        }));
    });
    (error.unwrap(), memory.bytes_max)
}

const THREE_CAPS: u64 = 3 * 1024 * 1024;

#[test]
fn a_reply_without_end_takes_no_more_than_three_times_its_limit() {
    let heads = ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"];
    let spaces = "x".repeat(4096);
    for (head, piece) in heads.into_iter().zip([spaces.clone(), format!("1000\r\n{spaces}\r\n")]) {
        let url = elsewhere(move || Answer::Endless(head.into(), piece.into()));
        let (error, memory) = measured(&url);
        assert!(error.is_too_large(), "{error:#}");
        assert!(memory <= THREE_CAPS, "{memory} bytes");
    }
}

#[cfg(feature = "gzip")]
#[test]
fn a_bomb_takes_no_more_than_three_times_its_limit() {
    use std::io::Write as _;

    fn bomb() -> Answer {
        let member = |text: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        };
        let value = response("<string>");
        let beginning = member(&value.as_bytes()[..value.find("</value>").unwrap()]);
        // Members of gzip one after the other are one text, of 256 MiB.
        let body = [beginning, member(&[b'x'; 1024 * 1024]).repeat(256)].concat();
        assert!(body.len() < 1024 * 1024);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
        Answer::Keep([head.as_bytes(), &body].concat())
    }
    let (error, memory) = measured(&elsewhere(bomb));
    assert!(error.is_too_large() && error.to_string().contains("decompressed"), "{error:#}");
    assert!(memory <= THREE_CAPS, "{memory} bytes");
}

// ── documents ──

#[tokio::test]
async fn a_thousand_levels_are_no_reply() {
    let value = "<array><data><value>".repeat(1000) + &"</value></data></array>".repeat(1000);
    let error = call(ok(&response(&value))).await;
    assert!(error.is_not_xmlrpc(), "{error:#}");
    let error = call(ok(&response(&"<array><data><value>".repeat(1000)))).await;
    assert!(error.is_not_xmlrpc(), "{error:#}");
}

#[tokio::test]
async fn a_fault_of_wrong_types_is_a_fault() {
    let fault = |members: &str| {
        ok(&format!("<methodResponse><fault><value><struct>{members}</struct></value></fault></methodResponse>"))
    };
    let member = |name: &str, value: &str| format!("<member><name>{name}</name><value>{value}</value></member>");
    for (members, code, string) in [
        (member("faultCode", "<string>12</string>") + &member("faultString", "a"), 12, "a"),
        (member("faultCode", "Server.Bad") + &member("faultString", "a"), 0, "Server.Bad: a"),
        (member("faultCode", "<array><data/></array>") + &member("faultString", "<int>5</int>"), 0, ""),
        (String::new(), 0, ""),
    ] {
        let error = call(fault(&members)).await;
        assert_eq!(error.fault().map(|fault| (fault.code(), fault.string())), Some((code, string)), "{members}");
    }
    for value in ["<fault><value><int>5</int></value></fault>", "<fault><value>no</value></fault>"] {
        let error = call(ok(&format!("<methodResponse>{value}</methodResponse>"))).await;
        assert!(error.is_fault(), "{value}: {error:#}");
    }
    let error = call(ok("<methodResponse><fault></fault></methodResponse>")).await;
    assert!(error.is_not_xmlrpc(), "{error:#}");
}

#[tokio::test]
async fn an_error_tells_where_the_document_is_wrong() {
    let error = call(ok(&response("<int>five</int>"))).await;
    assert_eq!(error.offset(), response("<int>five</int>").find("five"), "{error:?}");
    let text = format!("{error:#}");
    assert!(text.contains("200 OK") && text.contains("integer") && text.contains("byte"), "{text}");
    assert!(!text.contains('\n'), "{text}");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let head = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /RPC2\r\nContent-Length: 0\r\n\r\n";
    let error = call(Answer::Keep(head.into())).await;
    assert!(error.is_status(), "{error:#}");
    assert_eq!(error.protocol_error().unwrap().headers()["location"], "/RPC2");
}

#[tokio::test]
async fn a_page_with_control_characters_stays_on_one_line() {
    let error = call(reply("200 OK", "<html>\r\n\u{1b}[2J</html>")).await;
    assert!(error.is_not_xmlrpc());
    for text in [error.to_string(), format!("{error:#}")] {
        assert!(!text.contains(char::is_control), "{text:?}");
    }
}
