//! Servers that quote a long token, of which only the beginning is kept: that is not shown either.

use tagwire::{Client, Value};

use crate::support::peer::{Peer, reply};

#[tokio::test]
async fn the_beginning_of_a_token_is_not_shown() {
    let token: String = (0..150).map(|n| format!("t{n:03}")).collect();
    let bodies = [
        token.clone(),
        format!("your token is {token}"),
        format!("{}{token}", "x".repeat(190)),
        // Cut off by the server itself.
        token[..100].to_owned(),
        format!("your token begins with {}", &token[..100]),
    ];
    let peer = Peer::start(bodies.iter().map(|body| reply("401 Unauthorized", body)).collect::<Vec<_>>()).await;
    let url = format!("http://{}", peer.address);
    let client = Client::builder(&url).header("authorization", format!("Bearer {token}")).build().unwrap();
    for body in &bodies {
        let error = client.call::<_, Value>("f", ()).await.unwrap_err();
        let kept = String::from_utf8_lossy(error.protocol_error().unwrap().body()).into_owned();
        for shown in [kept.clone(), error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains("t001"), "{shown} of {body}");
        }
        assert!(kept.contains("(redacted)"), "{kept} of {body}");
    }
}

#[tokio::test]
async fn a_token_that_begins_with_another_is_not_shown() {
    let body = "your key is abcd1234efgh5678, and your token abcd1234";
    let peer = Peer::start([reply("401 Unauthorized", body)]).await;
    let url = format!("http://{}", peer.address);
    let client = Client::builder(&url).header("x-api-token", "abcd1234").header("x-api-key", "abcd1234efgh5678");
    let error = client.build().unwrap().call::<_, Value>("f", ()).await.unwrap_err();
    let kept = String::from_utf8_lossy(error.protocol_error().unwrap().body()).into_owned();
    assert_eq!(kept, "your key is (redacted), and your token (redacted)");
}
