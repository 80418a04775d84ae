//! Calls by HTTP over a unix socket.

use tagwire::Client;

use crate::support::peer::{Answer, FIVE, Peer, Protocol, ok};
use crate::support::socket::Folder;

#[tokio::test]
async fn a_url_has_the_path_of_the_socket_and_that_of_the_request() {
    let folder = Folder::new("unix");
    let path = folder.path("s.sock");
    let peer = Peer::at(&path, Protocol::Http, (0..4).map(|_| ok(FIVE)));
    let socket = path.display();
    let urls = [
        (format!("unix:{socket}"), "/RPC2", None),
        (format!("unix://{socket}:/"), "/", None),
        (format!("unix:{socket}:/a/b?c=d"), "/a/b?c=d", None),
        (format!("unix://ada:p%40ss@{socket}:/x"), "/x", Some("Basic YWRhOnBAc3M=")),
    ];
    for (url, ..) in &urls {
        assert_eq!(Client::new(url).unwrap().call::<_, i32>("add", (2, 3)).await.unwrap(), 5, "{url}");
    }
    for ((url, path, authorization), request) in urls.iter().zip(peer.requests()) {
        assert_eq!(request.line(), format!("POST {path} HTTP/1.1"), "{url}");
        assert_eq!(request.header("host"), Some("localhost"));
        assert_eq!(request.header("authorization"), *authorization);
    }
}

#[tokio::test]
async fn connections_are_reused() {
    let folder = Folder::new("unix-reused");
    let path = folder.path("s.sock");
    let peer = Peer::at(&path, Protocol::Http, [ok(FIVE), ok(FIVE), Answer::Close]);
    let client = Client::new(&format!("unix:{}", path.display())).unwrap();
    for _ in 0..2 {
        client.call::<_, i32>("add", (2, 3)).await.unwrap();
    }
    let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
    assert!(error.is_transport() && !error.is_connect());
    assert!(error.to_string().contains(&format!("unix:{}:/RPC2", path.display())), "{error}");
    assert_eq!((peer.accepted(), peer.requests().len()), (1, 3));
}
