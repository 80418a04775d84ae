//! A service that is asked directly: no peer, a whole URL for a target, and no runtime to compress on.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use tagwire::{Methods, XmlRpcService};
use tower::ServiceExt;

use crate::support::log;

const CALL: &str = "<methodCall><methodName>six</methodName></methodCall>";

fn service() -> XmlRpcService {
    XmlRpcService::new(Methods::new().register_fn("six", || 6))
}

fn post(target: &str, headers: &[(&str, &str)]) -> Request<Full<Bytes>> {
    let request = Request::post(target);
    let request = headers.iter().fold(request, |request, &(name, value)| request.header(name, value));
    request.body(Full::from(CALL)).unwrap()
}

#[tokio::test]
async fn a_peer_that_is_not_known_is_logged_as_a_dash() {
    log::keep();
    let service = service().rpc_paths(["/dashed"]).log_requests(true);
    assert_eq!(service.oneshot(post("/dashed?a=b", &[])).await.unwrap().status(), StatusCode::OK);
    let lines = log::lines_with(&["/dashed"]);
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(line.starts_with("INFO message=- \"POST /dashed HTTP/1.1\" 200 "), "{line}");
}

/// Where the target is a whole URL, its host counts and not that of the header, as RFC 9112 (3.2.2) has it.
#[tokio::test]
async fn the_host_of_a_whole_url_counts_before_the_header() {
    let service = service().hosts(["api.example"]);
    for (target, host, expected) in [
        ("http://api.example/RPC2", "api.example", StatusCode::OK),
        ("http://api.example/RPC2", "other.example", StatusCode::OK),
        ("http://API.example:8000/RPC2", "other.example", StatusCode::OK),
        ("http://other.example/RPC2", "api.example", StatusCode::MISDIRECTED_REQUEST),
        ("/RPC2", "api.example", StatusCode::OK),
        ("/RPC2", "other.example", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let response = service.clone().oneshot(post(target, &[("host", host)])).await.unwrap();
        assert_eq!(response.status(), expected, "{target} {host}");
    }
}

#[tokio::test]
async fn a_page_is_of_the_host_of_a_whole_url() {
    for (origin, expected) in [("http://api.example", StatusCode::OK), ("http://other.example", StatusCode::FORBIDDEN)]
    {
        let headers = [("host", "other.example"), ("origin", origin)];
        let response = service().oneshot(post("http://api.example/RPC2", &headers)).await.unwrap();
        assert_eq!(response.status(), expected, "{origin}");
    }
}

/// What is large is compressed on the pool of the runtime, and there is none any more.
#[test]
fn a_result_that_cannot_be_compressed_any_more_is_a_fault() {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use http_body_util::BodyExt;
    use tagwire::{Fault, MethodResponse};
    use tower::Service;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _inside = handle.enter();
    let mut context = Context::from_waker(Waker::noop());
    let mut service = XmlRpcService::new(Methods::new().register_fn("six", || "6".repeat(300_000)));
    let call = Service::call(&mut service, post("/", &[("accept-encoding", "gzip")]));
    let Poll::Ready(Ok(response)) = pin!(call).poll(&mut context) else { panic!("it waits for ever") };
    assert_eq!(response.status(), StatusCode::OK);
    assert!(!response.headers().contains_key("content-encoding"), "{response:?}");
    let Poll::Ready(Ok(body)) = pin!(response.into_body().collect()).poll(&mut context) else {
        panic!("it waits for ever");
    };
    let document = MethodResponse::<i32>::from_xml(&body.to_bytes()).unwrap();
    assert_eq!(document, MethodResponse::Fault(Fault::system("the server is stopping")));
}
