//! Cookies that a server sets are sent back to it.

use tagwire::Client;

use crate::support::peer::{Answer, FIVE, Peer};

fn setting(cookies: &[&str]) -> Answer {
    let cookies: String = cookies.iter().map(|cookie| format!("Set-Cookie: {cookie}\r\n")).collect();
    Answer::Keep(format!("HTTP/1.1 200 OK\r\n{cookies}Content-Length: {}\r\n\r\n{FIVE}", FIVE.len()).into())
}

fn answers() -> [Answer; 4] {
    [
        setting(&["sid=1; Path=/; HttpOnly", "lang=en"]),
        setting(&["sid=2"]),
        setting(&["lang=; Max-Age=0"]),
        setting(&[]),
    ]
}

#[tokio::test]
async fn cookies_go_back_as_they_were_set() {
    let peer = Peer::start(answers()).await;
    let client = Client::builder(&peer.url("")).cookies(true).build().unwrap();
    for _ in 0..4 {
        client.clone().call::<_, i32>("add", (2, 3)).await.unwrap();
    }
    let requests = peer.requests();
    let sent: Vec<_> = requests.iter().map(|request| request.header("cookie")).collect();
    assert_eq!(sent, [None, Some("lang=en; sid=1"), Some("lang=en; sid=2"), Some("sid=2")]);
}

#[tokio::test]
async fn without_the_setting_they_are_forgotten() {
    let peer = Peer::start(answers()).await;
    let client = Client::new(&peer.url("")).unwrap();
    for _ in 0..4 {
        client.call::<_, i32>("add", (2, 3)).await.unwrap();
    }
    assert!(peer.requests().iter().all(|request| request.header("cookie").is_none()));
}

#[tokio::test]
async fn a_cookie_of_the_call_takes_their_place() {
    let peer = Peer::start(answers()).await;
    let client = Client::builder(&peer.url("")).cookies(true).build().unwrap();
    client.call::<_, i32>("add", (2, 3)).await.unwrap();
    client.with_header("cookie", "a=b").call::<_, i32>("add", (2, 3)).await.unwrap();
    assert_eq!(peer.requests()[1].header("cookie"), Some("a=b"));
}
