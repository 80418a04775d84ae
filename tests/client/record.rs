//! `Record` and `Replay`: exchanges written to a file, and answered from it.

use std::fs;
use std::sync::Arc;

use tagwire::Client;
use tagwire::client::transport::{Record, Replay};

use crate::support::peer::{Answer, FAULT, FIVE, Peer, ok, reply};
use crate::support::socket::Folder;

#[tokio::test]
async fn what_was_recorded_is_answered_without_a_server() {
    let folder = Folder::new("record");
    let file = folder.path("exchanges.txt");
    let latin = FIVE.replace("<int>5</int>", "caf\u{e9}").into_bytes();
    let mut head =
        format!("HTTP/1.1 200 OK\r\nSet-Cookie: sesame\r\nContent-Length: {}\r\n\r\n", latin.len()).into_bytes();
    head.extend_from_slice(&latin);
    let answers = [
        ok(FIVE),
        ok(FAULT),
        reply("503 Busy", "a\r\nb"),
        ok(&FIVE.replace('5', "6")),
        Answer::Keep(head),
        Answer::Close,
    ];
    let peer = Peer::start(answers).await;
    let url = peer.url("").replace("http://", "http://ada:sesame@");
    let client = Client::builder(&url).header("x-token", "sesame").wrap(|http| Record::new(http, &file)).unwrap();
    record(&client.build().unwrap()).await;
    assert!(peer.requests().iter().all(|request| request.header("accept-encoding").is_none()));
    assert!(peer.requests().iter().all(|request| request.header("authorization").is_some()));

    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# tagwire recording 1\n"), "{text}");
    assert!(!text.contains("sesame") && !text.contains("YWRh"), "{text}");
    assert!(text.contains("\n< 503\n"), "{text}");

    let replay = Arc::new(Replay::new(&file).unwrap());
    assert_eq!(replay.remaining(), 5);
    let client = Client::from_transport(replay.clone());
    record(&client).await;
    assert_eq!(replay.remaining(), 0);
}

/// The same calls each time.
async fn record(client: &Client) {
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    assert_eq!(client.call::<_, i32>("f", ("<&\n",)).await.unwrap_err().fault().unwrap().code(), 4);
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_eq!(error.protocol_error().unwrap().body(), b"a\r\nb");
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 6);
    assert_eq!(client.call::<_, String>("text", ()).await.unwrap(), "café");
    assert!(client.call::<_, String>("text", ()).await.unwrap_err().is_transport());
}

#[tokio::test]
async fn a_recording_is_added_to() {
    let folder = Folder::new("record-more");
    let file = folder.path("exchanges.txt");
    for _ in 0..2 {
        let peer = Peer::start([ok(FIVE)]).await;
        let client = Client::builder(&peer.url("")).wrap(|http| Record::new(http, &file)).unwrap().build().unwrap();
        client.call::<_, i32>("add", (2, 3)).await.unwrap();
    }
    assert_eq!(Replay::new(&file).unwrap().remaining(), 2);
    assert_eq!(fs::read_to_string(&file).unwrap().matches("# tagwire recording 1").count(), 1);
}

#[tokio::test]
async fn a_call_that_was_not_recorded_is_an_error() {
    let client = Client::from_transport(Replay::from_text("# nothing\n").unwrap());
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert!(error.is_connect() && format!("{error:#}").contains("recording"), "{error:#}");
}

#[test]
fn what_is_no_recording_is_refused_with_its_line() {
    let error = Replay::from_text("# a recording\n\n> | a\nb\n").unwrap_err();
    assert!(error.to_string().starts_with("line 4 "), "{error}");
}

#[test]
fn a_url_of_no_use_is_told_when_the_client_is_built() {
    let folder = Folder::new("record-url");
    let file = folder.path("exchanges.txt");
    let builder = Client::builder("localhost").wrap(|http| Record::new(http, &file)).unwrap();
    assert!(builder.build().unwrap_err().is_request());
    assert!(!file.exists());
    assert!(Client::builder("http://localhost").wrap(|http| Record::new(http, folder.path("no/file"))).is_err());
}
