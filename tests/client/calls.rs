//! `Client` against servers that answer what a test tells them to, byte for byte, and against our own.

use std::error::Error as _;
use std::fmt::{Debug, Write as _};
use std::time::Duration;

use tagwire::client::Error;
use tagwire::{Client, Dialect, Fault, Value};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;

use crate::support::peer::{Answer, FAULT, FIVE, Peer, chunked, chunked_reply, closed_port, ok, reply};

// ── success ──

#[tokio::test]
async fn a_call_is_one_plain_post() {
    let peer = Peer::start([ok(FIVE)]).await;
    let client = Client::new(&peer.url("/RPC2")).unwrap();

    assert_eq!(client.call::<_, i32>("add", (2, "<3")).await.unwrap(), 5);

    let request = peer.only_request();
    assert_eq!(request.line(), "POST /RPC2 HTTP/1.1");
    assert_eq!(request.header("host"), Some(peer.address.to_string().as_str()));
    assert_eq!(request.header("content-type"), Some("text/xml; charset=utf-8"));
    assert_eq!(request.header("content-length"), Some(request.body.len().to_string().as_str()));
    assert_eq!(request.header("user-agent"), Some(concat!("tagwire/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(request.header("transfer-encoding"), None);
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        request.text(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><methodCall><methodName>add</methodName><params>\
         <param><value><int>2</int></value></param><param><value><string>&lt;3</string></value></param>\
         </params></methodCall>"
    );
}

#[tokio::test]
async fn the_path_is_as_given_and_rpc2_where_there_is_none() {
    let paths = [
        ("", "/RPC2"),
        ("?key=1", "/RPC2?key=1"),
        ("/", "/"),
        ("/a/b%20c", "/a/b%20c"),
        ("/RPC2?key=1&x=%26", "/RPC2?key=1&x=%26"),
        ("/a#fragment", "/a"),
    ];
    let peer = Peer::start(paths.map(|_| ok(FIVE))).await;
    for (given, _) in paths {
        Client::new(&peer.url(given)).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap();
    }
    for ((given, sent), request) in paths.iter().zip(peer.requests()) {
        assert_eq!(request.line(), format!("POST {sent} HTTP/1.1"), "{given}");
    }
}

#[tokio::test]
async fn settings_reach_the_wire() {
    let peer = Peer::start([ok(FIVE)]).await;
    let client = Client::builder(&peer.url(""))
        .user_agent("inventory/2.1")
        .dialect(Dialect::default().allow_none(true))
        .build()
        .unwrap();

    client.call::<_, i32>("f", (None::<i32>,)).await.unwrap();

    let request = peer.only_request();
    assert_eq!(request.header("user-agent"), Some("inventory/2.1"));
    assert!(request.text().contains("<param><value><nil/></value></param>"), "{}", request.text());
}

#[tokio::test]
async fn replies_of_plain_old_servers_are_read() {
    let until_close = Answer::Last(format!("HTTP/1.0 200 OK\r\nContent-type: text/html\r\n\r\n{FIVE}").into());
    let no_type = Answer::Keep(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{FIVE}", FIVE.len()).into());
    let peer = Peer::start([until_close, chunked(FIVE), no_type]).await;
    let client = Client::new(&peer.url("")).unwrap();
    for _ in 0..3 {
        assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    }
}

// ── credentials ──

#[tokio::test]
async fn credentials_are_sent_and_never_shown() {
    let answers =
        [ok(FIVE), ok("<html>no</html>"), ok(FAULT), reply("401 Unauthorized", "who are you?"), Answer::Close];
    let peer = Peer::start(answers).await;
    let url = peer.url("/x").replace("http://", "http://user:p%40ss@");

    let builder = Client::builder(&url).timeout(Duration::from_secs(5));
    let mut shown = format!("{builder:?} {builder:#?}");
    let client = builder.build().unwrap();
    write!(shown, "{client:?} {client:#?}").unwrap();
    client.call::<_, i32>("add", (2, 3)).await.unwrap();
    for _ in 0..4 {
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        write!(shown, "{error:?} {error:#?} {}", chain(&error)).unwrap();
    }
    let unreachable = Client::new(&url.replace(&peer.address.to_string(), &closed_port().to_string())).unwrap();
    let error = unreachable.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    write!(shown, "{error:?} {error:#?} {}", chain(&error)).unwrap();

    for request in peer.requests() {
        assert_eq!(request.header("authorization"), Some("Basic dXNlcjpwQHNz"), "user:p@ss");
        assert_eq!(request.header("host"), Some(peer.address.to_string().as_str()));
    }
    assert!(shown.contains(&format!("http://{}/x", peer.address)), "{shown}");
    for secret in ["user:", "p%40ss", "p@ss", "dXNlcjpwQHNz"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

// ── errors before anything is sent ──

#[tokio::test]
async fn what_cannot_be_written_is_not_sent() {
    let peer = Peer::start([]).await;
    let client = Client::new(&peer.url("")).unwrap();

    let nil = client.call::<_, Value>("f", (None::<i32>,)).await.unwrap_err();
    let no_tuple = client.call::<_, Value>("line\nbreak", 5).await.unwrap_err();
    for error in [nil, no_tuple] {
        assert_kind(&error, "request");
        assert!(error.source().is_some());
    }
    assert_eq!(peer.accepted(), 0);
}

#[test]
fn settings_of_no_use_are_refused() {
    let proxy = Client::builder("http://localhost/").proxy("localhost:3128").build().unwrap_err();
    let header = Client::builder("http://localhost/").header("a b", "c").build().unwrap_err();
    let agent = Client::builder("http://localhost/").user_agent("line\nbreak").build().unwrap_err();
    for error in [proxy, header, agent, Client::new("localhost:8000").unwrap_err(), Client::new("http://").unwrap_err()]
    {
        assert_kind(&error, "request");
    }
}

// ── transport ──

#[tokio::test]
async fn a_refused_connection_is_a_connect_error() {
    let client = Client::new(&format!("http://{}", closed_port())).unwrap();
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "transport");
    assert!(error.is_connect());
    assert!(chain(&error).contains("refused"), "{}", chain(&error));
}

#[tokio::test]
async fn a_call_is_sent_once_when_the_server_closes_instead_of_answering() {
    let peer = Peer::start([Answer::Close, ok(FIVE)]).await;
    let error = Client::new(&peer.url("")).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "transport");
    assert!(!error.is_connect());
    assert_eq!(peer.requests().len(), 1);
}

#[tokio::test]
async fn a_call_on_a_reused_connection_is_sent_once_too() {
    let peer = Peer::start([ok(FIVE), Answer::Close, ok(FIVE)]).await;
    let client = Client::new(&peer.url("")).unwrap();
    client.call::<_, i32>("add", (2, 3)).await.unwrap();
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "transport");
    assert_eq!((peer.accepted(), peer.requests().len()), (1, 2));
}

#[tokio::test]
async fn half_a_reply_is_a_transport_error() {
    let whole = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{FIVE}", FIVE.len());
    let chunks = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{FIVE}\r\n", FIVE.len());
    let halves = [&whole[..10], &whole[..30], &whole[..whole.len() - 1], &chunks];
    let peer = Peer::start(halves.map(|half| Answer::Last(half.into()))).await;
    let client = Client::new(&peer.url("")).unwrap();
    for half in halves {
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        assert_kind(&error, "transport");
        assert!(error.source().is_some(), "{half}");
    }
}

#[tokio::test]
async fn a_peer_that_does_not_speak_http_is_a_transport_error() {
    let peer = Peer::start([Answer::Last("SSH-2.0-OpenSSH_9.2\r\nProtocol mismatch.\r\n\r\n".into())]).await;
    let error = Client::new(&peer.url("")).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "transport");
}

#[tokio::test]
async fn a_reply_is_read_up_to_the_limit_and_no_further() {
    const LIMIT: usize = 1000;
    for answer in [ok, chunked] {
        for (size, fits) in [(LIMIT - 1, true), (LIMIT, true), (LIMIT + 1, false)] {
            let peer = Peer::start([answer(&format!("{FIVE:size$}"))]).await;
            let client = Client::builder(&peer.url("")).max_response_size(LIMIT).build().unwrap();
            match client.call::<_, i32>("add", (2, 3)).await {
                Ok(sum) => assert!(fits && sum == 5, "{size} bytes"),
                Err(error) => {
                    assert!(!fits, "{size} bytes: {error}");
                    assert_kind(&error, "transport");
                    assert!(error.is_too_large());
                    assert!(error.to_string().contains("1000 bytes"), "{error}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_reply_that_declares_too_much_is_refused_before_it_comes() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n";
    let peer = Peer::start([Answer::Keep(head.into())]).await;
    let error = Client::new(&peer.url("")).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
}

// ── connections ──

#[tokio::test]
async fn connections_are_reused() {
    let refusal = reply("500 Internal Server Error", "no");
    let large = FIVE.to_owned() + &" ".repeat(3_000_000);
    let peer = Peer::start([ok(FIVE), ok(FAULT), refusal, ok("<html/>"), ok(FIVE), ok(&large), ok(FIVE)]).await;
    let client = Client::new(&peer.url("")).unwrap();
    let mut results = Vec::new();
    for _ in 0..7 {
        results.push(client.clone().call::<_, i32>("add", (2, 3)).await.is_ok());
    }
    assert_eq!(results, [true, false, false, false, true, true, true]);
    assert_eq!((peer.accepted(), peer.requests().len()), (1, 7));
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_not_used() {
    let (noticed, client_noticed) = oneshot::channel();
    let body = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{FIVE}", FIVE.len());
    let peer = Peer::start([Answer::HangUp(body.into(), noticed), ok(FIVE)]).await;
    let client = Client::new(&peer.url("")).unwrap();
    client.call::<_, i32>("add", (2, 3)).await.unwrap();
    client_noticed.await.unwrap();
    client.call::<_, i32>("add", (2, 3)).await.unwrap();
    assert_eq!(peer.accepted(), 2);
}

#[tokio::test]
async fn a_call_that_is_given_up_takes_its_connection_along() {
    let (arrived, arrives) = oneshot::channel();
    let (closed, closes) = oneshot::channel();
    let peer = Peer::start([Answer::Wait(arrived, closed), ok(FIVE)]).await;
    let client = Client::new(&peer.url("")).unwrap();
    tokio::select! {
        result = client.call::<_, i32>("add", (2, 3)) => panic!("{result:?}"),
        arrived = arrives => arrived.unwrap(),
    }
    closes.await.unwrap();
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    assert_eq!(peer.accepted(), 2);
}

#[tokio::test]
async fn many_calls_at_once_are_answered() {
    let peer = Peer::start((0..64).map(|_| ok(FIVE))).await;
    let client = Client::new(&peer.url("")).unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..64 {
        let client = client.clone();
        calls.spawn(async move { client.call::<_, i32>("add", (number, 3)).await });
    }
    for result in calls.join_all().await {
        assert_eq!(result.unwrap(), 5);
    }
    assert_eq!(peer.requests().len(), 64);
}

// ── time limits ──

#[tokio::test]
async fn a_server_that_never_answers_is_a_timeout() {
    let peer = Peer::start([Answer::Keep(Vec::new())]).await;
    let client = Client::builder(&peer.url("")).timeout(Duration::from_millis(50)).build().unwrap();
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "timeout");
    assert!(!error.is_connect());
    assert!(error.to_string().contains("50ms"), "{error}");
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_is_a_timeout() {
    let answers = ["HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<?xml"];
    let peer = Peer::start(answers.map(|half| Answer::Keep(half.into()))).await;
    let client = Client::builder(&peer.url("")).timeout(Duration::from_millis(50)).build().unwrap();
    for _ in answers {
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        assert_kind(&error, "timeout");
    }
}

/// Linux leaves connections unanswered that do not fit the queue of a listener.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_does_not_come_about_is_a_timeout() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let _queue = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];

    let url = format!("http://{address}");
    let client = Client::builder(&url).connect_timeout(Duration::from_millis(50)).build().unwrap();
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "timeout");
    assert!(error.is_connect());
}

#[tokio::test]
async fn limits_of_any_length_are_fine() {
    let peer = Peer::start([ok(FIVE)]).await;
    let client = Client::builder(&peer.url(""))
        .timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .max_response_size(usize::MAX)
        .build()
        .unwrap();
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
}

// ── replies that are no result ──

#[tokio::test]
async fn only_status_200_is_success() {
    for status in ["201 Created", "204 No Content", "302 Found", "404 Not Found", "503 Service Unavailable"] {
        let body = if status.starts_with("204") { "" } else { FIVE };
        let head = format!("HTTP/1.1 {status}\r\nLocation: /other\r\nContent-Length: {}\r\n\r\n", body.len());
        let peer = Peer::start([Answer::Keep((head + body).into()), ok(FIVE)]).await;
        let error = Client::new(&peer.url("/x")).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();

        assert_kind(&error, "status");
        let reply = error.protocol_error().unwrap();
        assert_eq!(reply.url(), peer.url("/x"));
        assert_eq!(reply.status().as_str(), &status[..3]);
        assert_eq!(reply.headers()["location"], "/other");
        assert_eq!(reply.body(), body.as_bytes());
        assert!(error.to_string().contains(status), "{error}");
        assert_eq!(peer.requests().len(), 1);
    }
}

#[tokio::test]
async fn of_a_refusal_the_first_200_bytes_are_kept_whatever_follows() {
    let text = "no ".repeat(100);
    let broken_off = format!("HTTP/1.1 500 Oops\r\nContent-Length: 1000\r\n\r\n{text}");
    let answers = [reply("500 Oops", &text), chunked_reply("500 Oops", &text), Answer::Keep(broken_off.into())];
    let peer = Peer::start(answers).await;
    let client = Client::builder(&peer.url("")).max_response_size(10).build().unwrap();
    for _ in 0..3 {
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        assert_kind(&error, "status");
        assert_eq!(error.protocol_error().unwrap().body(), &text.as_bytes()[..200]);
    }
}

#[tokio::test]
async fn a_refusal_that_breaks_off_is_still_that_refusal() {
    let peer = Peer::start([Answer::Last("HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\nno".into())]).await;
    let error = Client::new(&peer.url("")).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "status");
    assert_eq!(error.protocol_error().unwrap().body(), b"no");
}

#[tokio::test]
async fn a_page_with_status_200_is_not_xmlrpc() {
    let page = format!("<!DOCTYPE html>\n<html><body>{}</body></html>", "Log in. ".repeat(100));
    let peer = Peer::start([reply("200 OK", &page)]).await;
    let error = Client::new(&peer.url("")).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();

    assert_kind(&error, "not_xmlrpc");
    let reply = error.protocol_error().unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.content_type(), Some("text/html; charset=utf-8"));
    assert_eq!(reply.body(), &page.as_bytes()[..200]);
    let text = error.to_string();
    for part in ["200 OK", "text/html", "<!DOCTYPE html>\\n<html>"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(error.source().is_some());
}

#[tokio::test]
async fn documents_that_are_no_reply_are_not_xmlrpc() {
    let call = "<methodCall><methodName>add</methodName></methodCall>";
    let documents = ["", "5", call, &FIVE[..FIVE.len() - 5], &FIVE.replace("int", "integer")];
    let peer = Peer::start(documents.map(ok)).await;
    let client = Client::new(&peer.url("")).unwrap();
    for document in documents {
        let error = client.call::<_, Value>("add", (2, 3)).await.expect_err(document);
        assert_kind(&error, "not_xmlrpc");
        assert_eq!(error.protocol_error().unwrap().body(), &document.as_bytes()[..document.len().min(200)]);
    }
}

#[tokio::test]
async fn a_fault_is_an_error_that_has_it() {
    let peer = Peer::start([ok(FAULT), reply("500 Oops", "")]).await;
    let client = Client::new(&peer.url("")).unwrap();

    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "fault");
    assert_eq!(error.to_string(), "fault 4: Too many\\nparameters.");
    assert_eq!(error.fault(), Some(&Fault::new(4, "Too many\nparameters.")));
    assert_eq!(error.into_fault().unwrap(), Fault::new(4, "Too many\nparameters."));

    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert!(error.into_fault().is_err_and(|error| error.is_status()));
}

#[tokio::test]
async fn a_result_of_another_type_is_a_type_mismatch() {
    let peer = Peer::start([ok(FIVE), ok(FIVE)]).await;
    let client = Client::new(&peer.url("")).unwrap();

    let error = client.call::<_, String>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "type_mismatch");
    assert!(error.to_string().contains("\"add\""), "{error}");
    assert!(error.source().is_some());

    let error = client.call::<_, Vec<i32>>("add", (2, 3)).await.unwrap_err();
    assert_kind(&error, "type_mismatch");
}

#[test]
fn a_client_and_its_calls_can_be_sent() {
    fn shared<T: Clone + Send + Sync + Debug + 'static>() {}
    fn sent<T: Send>(_: T) {}
    shared::<Client>();
    let client = Client::new("http://localhost").unwrap();
    // Parameters need not be `Sync`.
    sent(client.call::<_, Value>("f", (std::cell::Cell::new(5),)));
}

// ── our own server ──
mod own_server {
    use tagwire::{Methods, Server};

    use super::*;

    #[tokio::test]
    async fn answers_are_told_apart() {
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let methods = Methods::new()
            .register_fn("add", |a: i32, b: i32| a + b)
            .register_fn("echo", |value: Value| value)
            .register_fn("fail", || Err::<(), _>(Fault::new(4, "Too many parameters.")));
        tokio::spawn(async move { server.serve(methods).await });
        let client = Client::new(&format!("http://{address}")).unwrap();

        assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
        let text = " <&>\"' ü €\r\n\t🦀 ".to_owned();
        assert_eq!(client.call::<_, String>("echo", (&text,)).await.unwrap(), text);
        let names: Vec<String> = client.call("system.listMethods", ()).await.unwrap();
        assert!(names.contains(&"echo".to_owned()), "{names:?}");

        let error = client.call::<_, Value>("fail", ()).await.unwrap_err();
        assert_eq!(error.into_fault().unwrap(), Fault::new(4, "Too many parameters."));
        let error = client.call::<_, Value>("nothing", ()).await.unwrap_err();
        assert_eq!(error.fault().map(Fault::code), Some(Fault::METHOD_NOT_FOUND));
        let error = client.call::<_, Value>("add", (2, "3")).await.unwrap_err();
        assert_eq!(error.fault().map(Fault::code), Some(Fault::INVALID_PARAMS));
        let error = client.call::<_, String>("add", (2, 3)).await.unwrap_err();
        assert_kind(&error, "type_mismatch");

        let client = Client::new(&format!("http://{address}/nowhere")).unwrap();
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        assert_kind(&error, "status");
        assert_eq!(error.protocol_error().unwrap().status(), 404);
    }

    #[tokio::test]
    async fn large_results_come_back_whole() {
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let methods = Methods::new().register_fn("echo", |text: String| text);
        tokio::spawn(async move { server.serve(methods).await });
        let client = Client::new(&format!("http://{address}")).unwrap();

        let text = "<line>\n".repeat(50_000);
        assert_eq!(client.call::<_, String>("echo", (&text,)).await.unwrap(), text);
    }
}

// ── what the tests are made of ──

/// That `error` is of this kind and no other, and that its text is one line that does not repeat its source.
#[track_caller]
fn assert_kind(error: &Error, kind: &str) {
    let kinds = [
        ("request", error.is_request()),
        ("transport", error.is_transport()),
        ("timeout", error.is_timeout()),
        ("status", error.is_status()),
        ("not_xmlrpc", error.is_not_xmlrpc()),
        ("fault", error.is_fault()),
        ("type_mismatch", error.is_type_mismatch()),
    ];
    let is: Vec<_> = kinds.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    assert_eq!(is, [kind], "{error:?}");

    let text = error.to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
    if let Some(source) = error.source() {
        assert!(!text.contains(&source.to_string()), "{text}: {source}");
    }
    assert_eq!(error.protocol_error().is_some(), ["status", "not_xmlrpc"].contains(&kind));
    assert_eq!(error.fault().is_some(), kind == "fault");
}

/// The error and everything beneath it.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        write!(text, ": {cause}").unwrap();
        source = cause.source();
    }
    text
}
