//! What a client and its single calls can be set to: headers, limits of time, repeats, compression, a look at the wire.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use http::StatusCode;
use tagwire::client::transport::{Reply, Request, Transport, TransportError};
use tagwire::client::{ClientBuilder, Error};
use tagwire::{Client, Limits, Value};

use crate::support::peer::{Answer, FIVE, Peer, ok, reply};

async fn add(client: &Client) -> Result<i32, Error> {
    client.call("add", (2, 3)).await
}

// ── headers ──

#[tokio::test]
async fn headers_are_those_of_the_client_and_of_the_call() {
    let peer = Peer::start([ok(FIVE), ok(FIVE), ok(FIVE)]).await;
    let client = Client::builder(&peer.url(""))
        .header("x-one", "1")
        .header("x-two", "2")
        .credentials("us:er", "p@ss%41")
        .build()
        .unwrap();
    add(&client).await.unwrap();
    add(&client.with_header("X-Two", "b").with_header("x-three", "3").with_header("user-agent", "me")).await.unwrap();
    add(&client).await.unwrap();

    let [first, second, third] = peer.requests().try_into().unwrap_or_else(|_| panic!("three requests"));
    for plain in [first, third] {
        assert_eq!(
            (plain.header("x-one"), plain.header("x-two"), plain.header("x-three")),
            (Some("1"), Some("2"), None)
        );
        assert_eq!(plain.header("authorization"), Some("Basic dXM6ZXI6cEBzcyU0MQ=="));
    }
    assert_eq!((second.header("x-one"), second.header("x-two")), (Some("1"), Some("b")));
    assert_eq!((second.header("x-three"), second.header("user-agent")), (Some("3"), Some("me")));
}

#[tokio::test]
async fn a_header_that_is_none_is_told_by_the_call() {
    let peer = Peer::start([]).await;
    let client = Client::new(&peer.url("")).unwrap();
    for client in [
        client.with_header("a b", "c"),
        client.with_header("a", "b\nc"),
        client.with_header("Content-Length", "5"),
        client.with_header("transfer-encoding", "chunked"),
    ] {
        assert!(add(&client).await.unwrap_err().is_request());
    }
    assert_eq!(peer.accepted(), 0);
}

// ── limits ──

#[tokio::test]
async fn a_call_has_a_time_limit_of_its_own() {
    let peer = Peer::start([Answer::Keep(Vec::new()), ok(FIVE)]).await;
    let client = Client::new(&peer.url("")).unwrap();
    let error = add(&client.with_timeout(Duration::from_millis(30))).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("30ms"), "{error}");
    assert_eq!(add(&client).await.unwrap(), 5);
}

#[tokio::test]
async fn values_of_a_reply_are_counted() {
    let list = FIVE.replace("<int>5</int>", "<array><data><value>a</value><value>b</value></data></array>");
    let peer = Peer::start([ok(&list), ok(&list)]).await;
    let url = peer.url("");
    for (limit, fits) in [(3, true), (2, false)] {
        let client = Client::builder(&url).limits(Limits::default().max_values(limit)).build().unwrap();
        let outcome = client.call::<_, Vec<String>>("list", ()).await;
        assert_eq!(outcome.as_ref().is_ok(), fits, "{outcome:?}");
        assert!(outcome.is_ok() || outcome.is_err_and(|error| error.is_not_xmlrpc()));
    }
}

// ── repeats ──

#[tokio::test]
async fn an_idempotent_call_is_made_again() {
    let busy = || reply("503 Service Unavailable", "busy");
    let half = || Answer::Last("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<?xml".into());
    for (failures, count, answered) in [
        (vec![Answer::Close], 1, true),
        (vec![half()], 1, true),
        (vec![busy(), Answer::Close, half()], 3, true),
        (vec![busy(), Answer::Close, half()], 2, false),
        (vec![Answer::Close], 0, false),
        (vec![reply("500 Oops", "")], 5, false),
        (vec![reply("404 Not Found", "")], 5, false),
    ] {
        let failed = failures.len();
        let peer = Peer::start(failures.into_iter().chain([ok(FIVE)])).await;
        let client =
            Client::builder(&peer.url("")).retries(count).retry_pause(Duration::ZERO).build().unwrap().idempotent();
        assert_eq!(add(&client).await.is_ok(), answered);
        assert_eq!(peer.requests().len(), failed + usize::from(answered));
    }
}

#[tokio::test]
async fn no_other_call_is_made_again() {
    for failure in [Answer::Close, reply("503 Service Unavailable", "busy")] {
        let peer = Peer::start([failure, ok(FIVE)]).await;
        let client = Client::builder(&peer.url("")).retries(5).retry_pause(Duration::ZERO).build().unwrap();
        add(&client).await.unwrap_err();
        assert_eq!(peer.requests().len(), 1);
    }
}

#[tokio::test]
async fn by_default_an_idempotent_call_is_made_again_once() {
    let peer = Peer::start([Answer::Close, Answer::Close, ok(FIVE)]).await;
    let client = Client::builder(&peer.url("")).retry_pause(Duration::ZERO).build().unwrap();
    add(&client.idempotent()).await.unwrap_err();
    assert_eq!(peer.requests().len(), 2);
}

#[tokio::test]
async fn a_repeat_that_is_not_sent_does_not_hide_that_the_call_was() {
    let unsent = || TransportError::unsent("nobody is there");
    let broken = || TransportError::broken("the line is dead");
    let busy = || Ok(Reply::new("busy").with_status(StatusCode::SERVICE_UNAVAILABLE));
    for (outcomes, sent) in [
        (vec![Err(unsent()), Err(unsent()), Err(unsent())], false),
        (vec![Err(broken()), Err(unsent()), Err(unsent())], true),
        (vec![Err(unsent()), Err(broken()), Err(unsent())], true),
        (vec![busy(), Err(unsent()), Err(unsent().timed_out())], true),
        (vec![Err(unsent()), Err(unsent()), Err(unsent().timed_out())], false),
    ] {
        let client = ClientBuilder::from_transport(Outcomes(Mutex::new(outcomes.into())));
        let client = client.retries(2).retry_pause(Duration::ZERO).build().unwrap().idempotent();
        let error = add(&client).await.unwrap_err();
        assert_eq!(error.is_connect(), !sent, "{error:?}");
        assert!(error.is_transport() != error.is_timeout(), "{error:?}");
    }
}

/// What a transport comes to, one time after the other.
struct Outcomes(Mutex<VecDeque<Result<Reply, TransportError>>>);

#[async_trait]
impl Transport for Outcomes {
    async fn send(&self, _: Request) -> Result<Reply, TransportError> {
        self.0.lock().unwrap().pop_front().unwrap()
    }
}

#[tokio::test]
async fn the_time_limit_is_for_all_repeats_together() {
    let peer = Peer::start([Answer::Close, ok(FIVE)]).await;
    let client = Client::builder(&peer.url("")).retry_pause(Duration::MAX).build().unwrap();
    let error = add(&client.idempotent().with_timeout(Duration::from_millis(500))).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(peer.requests().len(), 1);
}

// ── names ──

#[tokio::test]
async fn names_are_put_together() {
    let peer = Peer::start([ok(FIVE), ok(FIVE)]).await;
    let client = Client::new(&peer.url("")).unwrap();
    let math = client.method("math");
    assert_eq!(math.method("add").call::<_, i32>((2, 3)).await.unwrap(), 5);
    assert_eq!(math.call::<_, Value>(Vec::<Value>::new()).await.unwrap(), Value::Int(5));
    let sent: Vec<_> = peer.requests().iter().map(|request| request.text().to_owned()).collect();
    assert!(sent[0].contains("<methodName>math.add</methodName>"), "{}", sent[0]);
    assert!(sent[1].contains("<methodName>math</methodName><params></params>"), "{}", sent[1]);
}

// ── a look at the wire ──

#[tokio::test]
async fn a_look_at_the_wire_shows_everything_but_credentials() {
    let answer = FIVE.len();
    let head = format!("HTTP/1.1 200 OK\r\nSet-Cookie: sid=sesame\r\nX-A: b\r\nContent-Length: {answer}\r\n\r\n{FIVE}");
    let peer = Peer::start([Answer::Keep(head.into()), reply("404 Not Found", "nothing here")]).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let client = Client::builder(&peer.url("").replace("http://", "http://ada:sesame@"))
        .header("x-api-key", "sesame")
        .verbose({
            let seen = seen.clone();
            move |message| seen.lock().unwrap().push((message.status(), message.to_string(), format!("{message:?}")))
        })
        .build()
        .unwrap();
    add(&client).await.unwrap();
    add(&client.with_header("Cookie", "sid=sesame")).await.unwrap_err();

    let seen = seen.lock().unwrap();
    let statuses: Vec<_> = seen.iter().map(|(status, ..)| status.map(|status| status.as_u16())).collect();
    assert_eq!(statuses, [None, Some(200), None, Some(404)]);
    for (_, text, debug) in seen.iter() {
        assert!(!text.contains("sesame") && !text.contains("YWRh"), "{text}");
        assert!(!debug.contains("sesame") && !debug.contains("YWRh"), "{debug}");
    }
    assert!(seen[0].1.contains("authorization: (redacted)\n"), "{}", seen[0].1);
    assert!(seen[0].1.contains("<methodName>add</methodName>"), "{}", seen[0].1);
    assert!(seen[1].1.contains("x-a: b\n") && seen[1].1.contains(FIVE), "{}", seen[1].1);
    assert!(seen[3].1.contains("nothing here"), "{}", seen[3].1);
}

// ── compression ──
mod gzip {
    use std::io::{Read, Write};

    use flate2::Compression;
    use flate2::read::GzDecoder;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    pub(super) fn encoded(coding: &str, body: &[u8]) -> Answer {
        let mut answer =
            format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n", body.len())
                .into_bytes();
        answer.extend_from_slice(body);
        Answer::Keep(answer)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[tokio::test]
    async fn replies_may_be_compressed() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(FIVE.as_bytes()).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(FIVE.as_bytes()).unwrap();
        let gzip = gzip(FIVE.as_bytes());
        let answers = [
            encoded("gzip", &gzip),
            encoded("X-GZIP", &gzip),
            encoded("deflate", &zlib.finish().unwrap()),
            encoded("deflate", &raw.finish().unwrap()),
            encoded("identity", FIVE.as_bytes()),
        ];
        let peer = Peer::start(answers).await;
        let client = Client::new(&peer.url("")).unwrap();
        for _ in 0..5 {
            assert_eq!(add(&client).await.unwrap(), 5);
        }
    }

    #[tokio::test]
    async fn what_cannot_be_decompressed_is_no_reply() {
        let whole = gzip(FIVE.as_bytes());
        let answers = [
            encoded("gzip", FIVE.as_bytes()),
            encoded("gzip", &whole[..whole.len() - 4]),
            encoded("gzip", &[&whole[..], b"more"].concat()),
            encoded("br", &whole),
            encoded("gzip, gzip", &whole),
        ];
        let peer = Peer::start(answers).await;
        let client = Client::new(&peer.url("")).unwrap();
        for _ in 0..5 {
            let error = add(&client).await.unwrap_err();
            assert!(error.is_not_xmlrpc(), "{error:#}");
        }
    }

    #[tokio::test]
    async fn the_beginning_of_a_compressed_refusal_is_shown() {
        let page = gzip("Sorry. ".repeat(1000).as_bytes());
        let head = format!("HTTP/1.1 500 Oops\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", page.len());
        let peer = Peer::start([Answer::Keep([head.as_bytes(), &page].concat())]).await;
        let error = add(&Client::new(&peer.url("")).unwrap()).await.unwrap_err();
        assert_eq!(error.protocol_error().unwrap().body(), &"Sorry. ".repeat(1000).as_bytes()[..200]);
    }

    #[tokio::test]
    async fn long_calls_are_compressed_where_that_is_asked_for() {
        let peer = Peer::start([ok(FIVE), ok(FIVE), ok(FIVE)]).await;
        let plain = Client::new(&peer.url("")).unwrap();
        let text = "x".repeat(10_000);
        assert_eq!(plain.call::<_, i32>("f", (&text,)).await.unwrap(), 5);
        let length = peer.requests()[0].body.len();
        for threshold in [length, length - 1] {
            let client = Client::builder(&peer.url("")).encode_threshold(threshold).build().unwrap();
            assert_eq!(client.call::<_, i32>("f", (&text,)).await.unwrap(), 5);
        }
        let [plain, at, above] = peer.requests().try_into().unwrap_or_else(|_| panic!("three requests"));
        assert_eq!((plain.header("content-encoding"), at.header("content-encoding")), (None, None));
        assert_eq!(above.header("content-encoding"), Some("gzip"));
        assert!(above.body.len() < 1000);
        let mut document = Vec::new();
        GzDecoder::new(above.body.as_slice()).read_to_end(&mut document).unwrap();
        assert_eq!(document, plain.body);
    }

    #[tokio::test]
    async fn a_compressed_reply_has_two_limits() {
        let long = format!("{FIVE:5000}");
        let compressed = gzip(long.as_bytes());
        let wire = compressed.len();
        for (sizes, fits) in [((wire, 5000), true), ((wire - 1, 5000), false), ((wire, 4999), false)] {
            let peer = Peer::start([encoded("gzip", &compressed)]).await;
            let client = Client::builder(&peer.url("")).max_response_size(sizes.0).max_decoded_size(sizes.1);
            let outcome = add(&client.build().unwrap()).await;
            assert_eq!(outcome.as_ref().is_ok(), fits, "{outcome:?}");
            assert!(outcome.is_ok() || outcome.is_err_and(|error| error.is_too_large() && error.is_transport()));
        }
    }
}
