//! An HTTP proxy between client and server. Tunnels to `https://` are in `client_tls.rs`.

use tagwire::Client;

use crate::support::peer::{FIVE, Peer, closed_port, ok, reply};
use crate::support::program;

#[tokio::test]
async fn a_proxy_is_given_the_whole_url_and_its_own_credentials() {
    let proxy = Peer::start([ok(FIVE), ok(FIVE)]).await;
    let client = Client::builder("http://ada:sesame@server.example:8000/x?y=z")
        .proxy(&proxy.url("").replace("http://", "http://bob:open@"))
        .build()
        .unwrap();
    for _ in 0..2 {
        assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    }
    assert_eq!(proxy.accepted(), 1);
    let request = &proxy.requests()[1];
    assert_eq!(request.line(), "POST http://server.example:8000/x?y=z HTTP/1.1");
    assert_eq!(request.header("host"), Some("server.example:8000"));
    assert_eq!(request.header("authorization"), Some("Basic YWRhOnNlc2FtZQ=="));
    assert_eq!(request.header("proxy-authorization"), Some("Basic Ym9iOm9wZW4="));
    assert!(!format!("{client:?}").contains("open"));
}

#[tokio::test]
async fn what_a_proxy_refuses_is_a_status() {
    let proxy = Peer::start([reply("407 Proxy Authentication Required", "who are you?")]).await;
    let client = Client::builder("http://server.example").proxy(&proxy.url("")).build().unwrap();
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert_eq!(error.protocol_error().unwrap().status(), 407);
    assert_eq!(proxy.only_request().header("proxy-authorization"), None);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_a_connect_error() {
    let builder = Client::builder("http://server.example").proxy(&format!("http://bob:open@{}", closed_port()));
    let shown = format!("{builder:?}");
    let error = builder.build().unwrap().call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert!(error.is_connect() && error.is_transport(), "{error:#}");
    assert!(!format!("{shown} {error:?} {error:#}").contains("open"), "{shown}");
}

#[test]
fn a_proxy_of_no_use_is_told_when_the_client_is_built() {
    for proxy in ["localhost:3128", "socks5://bob:open@h", "unix:/proxy.sock", "scgi://localhost:1", "http://bob:open@"]
    {
        let error = Client::builder("http://server.example").proxy(proxy).build().unwrap_err();
        assert!(error.is_request() && !format!("{error:?}").contains("open"), "{error:?}");
        assert!(proxy.starts_with("http://") || error.to_string().contains("the proxy"), "{error}");
    }
}

/// Under CGI a caller sets `HTTP_PROXY` by a header.
#[tokio::test]
async fn the_environment_names_no_proxy() {
    let peer = Peer::start([ok(FIVE)]).await;
    let nowhere = format!("http://{}", closed_port());
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let mut call = tokio::process::Command::from(program::example("call"));
    call.envs(names.map(|name| (name, &nowhere))).env("REQUEST_METHOD", "POST").env_remove("NO_PROXY");
    let output = call.args([&peer.url(""), "add", "2", "3"]).kill_on_drop(true).output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "5\n", "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(peer.only_request().line(), "POST /RPC2 HTTP/1.1");
}
