//! What is told to someone who needs a feature that is off.
#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use tagwire::{Client, Methods, XmlRpcService};
use tower::ServiceExt;

const CALL: &str = "<methodCall><methodName>six</methodName></methodCall>";

fn service() -> XmlRpcService {
    XmlRpcService::new(Methods::new().register_fn("six", || 6))
}

fn request(header: (&str, &str)) -> Request<Full<&'static [u8]>> {
    Request::post("/RPC2").header(header.0, header.1).body(Full::new(CALL.as_bytes())).unwrap()
}

#[test]
fn an_https_url_is_refused_with_the_feature_that_it_needs() {
    let error = Client::new("https://localhost/").unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert!(error.to_string().contains("feature `tls`"), "{error}");
}

#[tokio::test]
async fn a_compressed_request_is_refused_and_not_read() {
    for encoding in ["gzip", "x-gzip", "GZIP", "deflate"] {
        let response = service().oneshot(request(("content-encoding", encoding))).await.unwrap();
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{encoding}");
    }
    let response = service().oneshot(request(("content-encoding", "identity"))).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn no_answer_is_compressed() {
    let long = Methods::new().register_fn("six", || "6".repeat(100_000));
    let response = XmlRpcService::new(long).oneshot(request(("accept-encoding", "gzip"))).await.unwrap();
    assert!(!response.headers().contains_key("content-encoding"));
    assert!(response.into_body().collect().await.unwrap().to_bytes().len() > 100_000);
}

#[tokio::test]
async fn the_client_asks_for_no_compression() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"</methodCall>") {
            let mut some = [0; 1024];
            let length = stream.read(&mut some).unwrap();
            assert_ne!(length, 0, "the request ended early");
            request.extend_from_slice(&some[..length]);
        }
        let body = "<methodResponse><params><param><value><int>6</int></value></param></params></methodResponse>";
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).unwrap();
        String::from_utf8(request).unwrap().to_lowercase()
    });
    assert_eq!(Client::new(&url).unwrap().call::<_, i32>("six", ()).await.unwrap(), 6);
    let request = server.join().unwrap();
    assert!(request.starts_with("post /rpc2 http/1.1\r\n") && !request.contains("accept-encoding"), "{request}");
}
