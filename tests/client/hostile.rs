//! Servers that are broken or mean: a typed error within the limits each time, and never a part of a value.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tagwire::client::Error;
use tagwire::{Client, Value};

use crate::support::peer::{Answer, FIVE, Peer, Protocol, ok, reply};

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

// ── half a reply ──

/// Where a reply has no length, it ends with the connection: then only the document tells that something is missing.
#[tokio::test]
async fn no_part_of_a_reply_is_a_value() {
    let (text, list) =
        (response("<string>a string</string>"), response("<array><data><value>a</value></data></array>"));
    for (protocol, head) in [(Protocol::Http, "HTTP/1.0 200 OK\r\n\r\n"), (Protocol::Scgi, "Status: 200 OK\r\n\r\n")] {
        for document in [&text, &list] {
            let parts =
                (0..=document.len()).map(|length| Answer::Last(format!("{head}{}", &document[..length]).into()));
            let peer = Peer::speaking(protocol, parts).await;
            let client = Client::new(&url(protocol, peer.address)).unwrap();
            for length in 0..document.len() {
                let error = client.call::<_, Value>("f", ()).await.expect_err(&document[..length]);
                assert!(error.is_not_xmlrpc(), "{length}: {error:#}");
            }
            client.call::<_, Value>("f", ()).await.unwrap();
        }
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
fn elsewhere(protocol: Protocol, answer: impl FnOnce() -> Answer + Send + 'static) -> SocketAddr {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let peer = Peer::speaking(protocol, [answer()]).await;
            tell.send(peer.address).unwrap();
            std::future::pending::<()>().await;
        });
    });
    told.recv().unwrap()
}

const CAP: usize = 1024 * 1024;

/// The error of a call with limits of 1 MiB, once it is certain that the call took no more than three times that.
fn measured(url: &str) -> Error {
    measured_within(Duration::from_secs(60), url)
}

/// The same of a server that comes to no end: enough time for it to send far more than is allowed.
fn measured_briefly(url: &str) -> Error {
    measured_within(Duration::from_millis(500), url)
}

fn measured_within(limit: Duration, url: &str) -> Error {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut error = None;
    let memory = allocation_counter::measure(|| {
        error = Some(runtime.block_on(async {
            let client = Client::builder(url).max_response_size(CAP).max_decoded_size(CAP).timeout(limit);
            client.build().unwrap().call::<_, Value>("add", (2, 3)).await.unwrap_err()
        }));
    });
    let error = error.unwrap();
    assert!(memory.bytes_max <= 3 * CAP as u64, "{} bytes: {error:#}", memory.bytes_max);
    error
}

const OK: &str = "HTTP/1.1 200 OK\r\n";

fn declared(length: usize, body: &str) -> Vec<u8> {
    format!("{OK}Content-Length: {length}\r\n\r\n{body}").into()
}

#[test]
fn a_reply_without_end_takes_no_more_than_three_times_its_limit() {
    let x = "x".repeat(4096);
    let chunked = format!("{OK}Transfer-Encoding: chunked\r\n\r\n");
    for (protocol, head, piece) in [
        (Protocol::Http, format!("{OK}\r\n"), x.clone()),
        (Protocol::Http, format!("{OK}\r\n{}", beginning()), x.clone()),
        (Protocol::Http, chunked.clone(), format!("1000\r\n{x}\r\n")),
        (Protocol::Http, chunked.clone(), "20\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(100)),
        (Protocol::Scgi, "Status: 200 OK\r\n\r\n".to_owned(), x.clone()),
    ] {
        let url = url(protocol, elsewhere(protocol, move || Answer::Endless(head.into(), piece.into())));
        let error = measured(&url);
        assert!(error.is_too_large(), "{error:#}");
    }
}

#[test]
fn what_has_no_end_around_a_reply_takes_no_more_either() {
    let x = "x".repeat(4096);
    let chunked = format!("{OK}Transfer-Encoding: chunked\r\n\r\n");
    for (protocol, head, piece) in [
        // Headers, and the value of one.
        (Protocol::Http, OK.to_owned(), "X-More: of the same\r\n".repeat(200)),
        (Protocol::Http, format!("{OK}X-More: "), x.clone()),
        (Protocol::Scgi, "Status: 200 OK\r\n".to_owned(), "X-More: of the same\r\n".repeat(200)),
        (Protocol::Scgi, "X-More: ".to_owned(), x.clone()),
        // The line of the status, and replies before the reply.
        (Protocol::Http, "HTTP/1.1 200 ".to_owned(), x.clone()),
        (Protocol::Http, String::new(), "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)),
        // The length of a chunk, what may stand after it, and what may follow the last.
        (Protocol::Http, chunked.clone(), "0".repeat(4096)),
        (Protocol::Http, format!("{chunked}1;"), x.clone()),
        (Protocol::Http, format!("{chunked}5\r\n<?xml\r\n0\r\n"), "X-More: of the same\r\n".repeat(200)),
    ] {
        let named = format!("{head:?}");
        let url = url(protocol, elsewhere(protocol, move || Answer::Endless(head.into(), piece.into())));
        let error = measured_briefly(&url);
        assert!(error.is_transport() || error.is_timeout(), "{named}: {error:#}");
    }
    // A refusal, of which the beginning is enough.
    for head in ["HTTP/1.1 500 Oops\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"] {
        let x = x.clone();
        let address = elsewhere(Protocol::Http, move || Answer::Endless(head.into(), x.into()));
        let error = measured_briefly(&url(Protocol::Http, address));
        assert_eq!(error.protocol_error().unwrap().body(), [b'x'; 200]);
    }
}

#[test]
fn no_other_bad_server_takes_more() {
    let deep = "<array><data><value>".repeat(1000) + &"</value></data></array>".repeat(1000);
    let mut whole = response(&deep);
    whole.push_str(&" ".repeat(CAP - whole.len()));
    let page = format!("<html>{}</html>", "Log in. ".repeat(CAP / 8 - 10));
    let broken = format!("{}{}", beginning(), "x".repeat(CAP - 1000));
    let wrong = format!("<methodResponse><fault><value>{}</value></fault></methodResponse>", "x".repeat(CAP - 1000));
    type Is = fn(&Error) -> bool;
    let answers: [(Answer, Is); 11] = [
        (Answer::Close, Error::is_transport),
        (Answer::Last(declared(CAP, &broken)), Error::is_transport),
        (Answer::Keep(declared(CAP, &broken)), Error::is_timeout),
        (Answer::Keep(declared(CAP - 2000, &broken)), Error::is_not_xmlrpc),
        (Answer::Keep(declared(usize::MAX / 2, &broken)), Error::is_too_large),
        (Answer::Trickle(declared(CAP, &broken), Duration::from_millis(1)), Error::is_timeout),
        (ok(&page), Error::is_not_xmlrpc),
        (ok(&whole), Error::is_not_xmlrpc),
        (ok(&wrong), Error::is_fault),
        (ok(&response(&"<array><data><value>".repeat(CAP / 20 - 20))), Error::is_not_xmlrpc),
        (reply("302 Found", &page), Error::is_status),
    ];
    for (number, (answer, is)) in answers.into_iter().enumerate() {
        let error = measured_briefly(&url(Protocol::Http, elsewhere(Protocol::Http, || answer)));
        assert!(is(&error), "{number}: {error:#}");
    }
}

/// Text in an old encoding becomes up to three times as long in UTF-8.
#[test]
fn an_old_encoding_takes_no_more_either() {
    for (encoding, character) in [("windows-1252", 0x80), ("windows-874", 0xa1), ("iso-8859-1", 0xe9)] {
        let head = format!("<?xml version='1.0' encoding='{encoding}'?><methodResponse><params><param><value>");
        for end in ["", "</value></param></params></methodResponse>"] {
            for length in [CAP, CAP - 1000, CAP * 3 / 4, CAP * 11 / 20] {
                let text = vec![character; length - head.len() - end.len()];
                let body = [head.as_bytes(), &text, end.as_bytes()].concat();
                let answer = [&declared(length, "")[..], &body].concat();
                let error = measured(&url(Protocol::Http, elsewhere(Protocol::Http, || Answer::Keep(answer))));
                assert!(error.is_not_xmlrpc() && format!("{error:#}").contains("as UTF-8"), "{encoding}: {error:#}");
            }
        }
    }
}

fn url(protocol: Protocol, address: SocketAddr) -> String {
    match protocol {
        Protocol::Http => format!("http://{address}"),
        Protocol::Scgi => format!("scgi://{address}"),
    }
}

/// Of a reply that would be fine.
fn beginning() -> String {
    let value = response("<string>");
    value[..value.find("</value>").unwrap()].to_owned()
}
#[test]
fn a_bomb_takes_no_more_than_three_times_its_limit() {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    fn member(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }
    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }
    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }
    let text = [beginning().as_bytes(), &vec![b'x'; 4 * CAP]].concat();
    // Members of gzip one after the other are one text, here of 256 MiB.
    let members = [member(beginning().as_bytes()), member(&vec![b'x'; CAP]).repeat(256)].concat();
    for (coding, body) in
        [("gzip", member(&text)), ("gzip", members), ("deflate", zlib(&text)), ("deflate", deflated(&text))]
    {
        assert!(body.len() < CAP);
        for status in ["200 OK", "500 Oops"] {
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n", body.len());
            let answer = [head.as_bytes(), &body].concat();
            let error = measured(&url(Protocol::Http, elsewhere(Protocol::Http, || Answer::Keep(answer))));
            match error.protocol_error() {
                Some(refusal) => assert_eq!(refusal.body(), &text[..200]),
                None => assert!(error.is_too_large() && error.to_string().contains("decompressed"), "{error:#}"),
            }
            assert_eq!(error.is_status(), status == "500 Oops");
        }
    }
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
