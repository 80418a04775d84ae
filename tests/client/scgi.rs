//! Calls over SCGI, by TCP and by unix sockets.

use tagwire::{Client, Dialect};
use tokio::sync::oneshot;

use crate::support::peer::{Answer, FIVE, Peer, Protocol, Request, closed_port};
use crate::support::socket;

async fn start(answers: impl IntoIterator<Item = Answer>) -> (Peer, Client) {
    let peer = Peer::speaking(Protocol::Scgi, answers).await;
    let client = Client::new(&format!("scgi://{}", peer.address)).unwrap();
    (peer, client)
}

fn reply(length: usize) -> String {
    format!("Status: 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n{FIVE}")
}

fn check(request: &Request, path: &str) {
    let names: Vec<_> = request.head.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(names[..2], ["CONTENT_LENGTH", "SCGI"], "{}", request.head);
    assert_eq!(request.header("SCGI"), Some("1"));
    assert_eq!(request.header("CONTENT_LENGTH"), Some(request.body.len().to_string().as_str()));
    assert_eq!((request.header("REQUEST_METHOD"), request.header("REQUEST_URI")), (Some("POST"), Some(path)));
    assert_eq!(request.header("CONTENT_TYPE"), Some("text/xml; charset=utf-8"));
    assert!(request.text().ends_with("</methodCall>"), "{}", request.text());
}

#[tokio::test]
async fn a_call_is_a_netstring_of_headers_and_a_document() {
    let (peer, client) = start([Answer::Keep(reply(FIVE.len()).into())]).await;
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    check(&peer.only_request(), "/RPC2");
}

#[tokio::test]
async fn replies_are_read_in_the_forms_that_there_are() {
    let forms = [
        reply(FIVE.len()),
        reply(FIVE.len()) + "more",
        reply(FIVE.len()).replace("\r\n", "\n"),
        format!("Content-Type: text/xml\r\n\r\n{FIVE}"),
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n{FIVE}"),
        format!("status:200\n\n{FIVE}"),
    ];
    let (peer, client) = start(forms.clone().map(|form| Answer::Last(form.into()))).await;
    for form in &forms {
        assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5, "{form}");
    }
    assert_eq!((peer.accepted(), peer.requests().len()), (forms.len(), forms.len()));
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_does_as_well() {
    let folder = socket::Folder::new("scgi");
    let path = folder.path("rtorrent.sock");
    let peer = Peer::at(&path, Protocol::Scgi, [Answer::Last(reply(FIVE.len()).into())]);
    let url = format!("scgi+unix:{}:/x", path.display());
    let client = Client::builder(&url).dialect(Dialect::rtorrent()).build().unwrap();
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    let request = peer.only_request();
    check(&request, "/x");
    assert!(request.text().contains("<i8>2</i8>"), "{}", request.text());
    assert!(format!("{client:?}").contains(&url));
}

#[tokio::test]
async fn headers_and_credentials_go_along_up_to_what_rtorrent_takes() {
    let (peer, client) = start([Answer::Last(reply(FIVE.len()).into())]).await;
    let url = format!("scgi://ada:sesame@{}", peer.address);
    let own = Client::builder(&url).header("x-one", "1").build().unwrap();
    own.call::<_, i32>("add", (2, 3)).await.unwrap();
    let request = peer.only_request();
    assert_eq!(request.header("HTTP_X_ONE"), Some("1"));
    assert_eq!(request.header("HTTP_AUTHORIZATION"), Some("Basic YWRhOnNlc2FtZQ=="));

    let long = "x".repeat(2000);
    let error = client.with_header("x-long", long).call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert!(error.is_connect() && format!("{error:#}").contains("2000"), "{error:#}");
    assert_eq!(peer.requests().len(), 1);
}

#[tokio::test]
async fn what_is_no_reply_is_told_apart() {
    let answers = [
        "",
        "Status: 200",
        "no headers at all\r\n\r\n",
        "Content-Length: five\r\n\r\n",
        "Status: twenty\r\n\r\n",
        &reply(FIVE.len() + 1),
    ];
    let (peer, client) = start(answers.map(|answer| Answer::Last(answer.into()))).await;
    for answer in answers {
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        assert!(error.is_transport() && !error.is_connect(), "{answer}: {error:#}");
    }
    assert_eq!(peer.requests().len(), answers.len());

    // The length counts, and not that the server closes.
    let (_peer, client) = start([Answer::Keep("Status: 503 Busy\r\nContent-Length: 2\r\n\r\nno".into())]).await;
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_eq!(error.protocol_error().unwrap().body(), b"no");

    let long = "later ".repeat(100);
    let answers = ["later", &long].map(|text| Answer::Last(format!("Status: 503 Busy\r\n\r\n{text}").into()));
    let (_peer, client) = start(answers).await;
    for text in ["later", &long[..200]] {
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        let reply = error.protocol_error().unwrap();
        assert_eq!((reply.status().as_u16(), reply.body()), (503, text.as_bytes()));
    }
}

#[tokio::test]
async fn a_reply_is_read_up_to_the_limit() {
    const LIMIT: usize = 1000;
    for declared in [true, false] {
        for (size, fits) in [(LIMIT - 1, true), (LIMIT, true), (LIMIT + 1, false)] {
            let length = if declared { format!("Content-Length: {size}\r\n") } else { "X-A: b\r\n".to_owned() };
            let answer = Answer::Last(format!("{length}\r\n{FIVE:size$}").into());
            let peer = Peer::speaking(Protocol::Scgi, [answer]).await;
            let client = Client::builder(&format!("scgi://{}", peer.address)).max_response_size(LIMIT);
            let outcome = client.build().unwrap().call::<_, i32>("add", (2, 3)).await;
            assert_eq!(outcome.as_ref().is_ok(), fits, "{size} {declared}: {outcome:?}");
            assert!(outcome.is_ok() || outcome.is_err_and(|error| error.is_too_large()));
        }
    }
    for head in ["\r\n\r\n", "X-A: b\r\n\r\n", "X-A: b\r\n"] {
        let (_peer, client) = start([Answer::Endless(head.into(), b"X-A: b\r\n".repeat(1000))]).await;
        let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
        assert!(error.is_transport(), "{error:#}");
    }
}

#[tokio::test]
async fn a_socket_that_nobody_listens_on_is_a_connect_error() {
    let mut urls = vec![format!("scgi://{}", closed_port())];
    if cfg!(unix) {
        urls.push("scgi+unix:/nowhere/at/all".to_owned());
        urls.push("unix:/nowhere/at/all".to_owned());
    }
    for url in urls {
        let error = Client::new(&url).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();
        assert!(error.is_connect() && error.is_transport(), "{url}: {error:#}");
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_takes_its_connection_along() {
    let (arrived, arrives) = oneshot::channel();
    let (closed, closes) = oneshot::channel();
    let (_peer, client) = start([Answer::Wait(arrived, closed)]).await;
    tokio::select! {
        result = client.call::<_, i32>("add", (2, 3)) => panic!("{result:?}"),
        arrived = arrives => arrived.unwrap(),
    }
    closes.await.unwrap();
}
