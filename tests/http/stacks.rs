//! One service under many roofs: without a socket, over any body, in any tower stack, in plain hyper and in axum.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::{BoxBody, UnsyncBoxBody};
use http_body_util::{BodyExt, BodyStream, Empty, Full, StreamBody};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tagwire::{Dispatcher, Extension, Methods, RpcRequest, Server, Value, XmlRpcService};
use tokio::net::TcpListener;
use tower::timeout::error::Elapsed;
use tower::util::MapRequestLayer;
use tower::{BoxError, ServiceBuilder, ServiceExt, service_fn};
use tower_http::cors::CorsLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::support::calls::Calls;
use crate::support::endpoint::{Endpoint, asked, document_fault, fault, padded, to, value};
use crate::support::raw::{Connection, call, post};

fn service() -> XmlRpcService {
    XmlRpcService::new(Calls::default().methods())
}

// ── without a socket ──

#[tokio::test]
async fn the_service_needs_no_socket() {
    let service = service().max_request_size(1000);
    let requests = [
        ("POST", "/RPC2", call("six"), 200),
        ("POST", "/?query", call("missing"), 200),
        ("POST", "/other", call("six"), 404),
        ("GET", "/RPC2", String::new(), 405),
        ("POST", "/RPC2", padded("six", 1000), 200),
        ("POST", "/RPC2", padded("six", 1001), 413),
    ];
    for (method, uri, body, status) in requests {
        let request = Request::builder().method(method).uri(uri).body(Full::new(Bytes::from(body))).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{method} {uri}");
        assert_eq!(response.headers().get("allow").is_some(), status == 405, "{method} {uri}");
    }
    let empty = Request::post("/").header("content-length", "0").body(Empty::<Bytes>::new()).unwrap();
    assert_eq!(document_fault(&asked(&service, empty).await.body).code(), -32700);
}

#[tokio::test]
async fn any_body_will_do() {
    let service = service();
    let document = || call("six");
    let pieces = || Pieces::of(&document(), 7);
    expect_six(&service, Full::new(Bytes::from(document()))).await;
    expect_six(&service, Full::<&[u8]>::new(document().leak().as_bytes())).await;
    expect_six(&service, document()).await;
    expect_six(&service, axum::body::Body::from(document())).await;
    expect_six(&service, axum::body::Body::new(pieces())).await;
    expect_six(&service, axum::body::Body::from_stream(pieces().into_data_stream())).await;
    expect_six(&service, pieces()).await;
    expect_six(&service, StreamBody::new(BodyStream::new(pieces()))).await;
    expect_six(&service, BoxBody::<Bytes, BoxError>::new(pieces().map_err(Into::into))).await;
    expect_six(&service, UnsyncBoxBody::<Bytes, io::Error>::new(pieces())).await;
    expect_six(&service, Box::pin(pieces())).await;
    expect_six(&service, pieces().map_frame(|frame| frame.map_data(|data| data.slice(..)))).await;
}

async fn expect_six<B>(service: &XmlRpcService, body: B)
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    let request = Request::post("/RPC2").header("transfer-encoding", "chunked").body(body).unwrap();
    assert_eq!(asked(service, request).await.value(), Value::Int(6), "{}", std::any::type_name::<B>());
}

#[tokio::test]
async fn a_body_of_unknown_length_is_read_under_the_limit() {
    let calls = Calls::default();
    let service = XmlRpcService::new(Dispatcher::new(calls.methods())).max_request_size(1000);
    for (length, status) in [(999, 200), (1000, 200), (1001, 413)] {
        let body = Pieces::of(&padded("count", length), 3);
        let request = Request::post("/RPC2").header("transfer-encoding", "chunked").body(body).unwrap();
        assert_eq!(service.clone().oneshot(request).await.unwrap().status(), status, "{length}");
    }
    let broken = Pieces::of(&call("count"), 3).then_broken();
    let request = Request::post("/RPC2").header("transfer-encoding", "chunked").body(broken).unwrap();
    assert_eq!(service.oneshot(request).await.unwrap().status(), 400);
    assert_eq!(calls.counted(), 2);
}

// ── in our own server ──

#[tokio::test]
async fn a_stack_of_layers_can_be_served() {
    let stack = ServiceBuilder::new()
        .timeout(Duration::from_millis(500))
        .map_response(|mut response: Response<Full<Bytes>>| {
            response.headers_mut().insert("x-layer", HeaderValue::from_static("seen"));
            response
        })
        .map_request(|mut request: Request<hyper::body::Incoming>| {
            request.headers_mut().insert("x-names", HeaderValue::from_static("layer"));
            request
        })
        .service(service());
    let stack = service_fn(move |request| {
        let response = stack.clone().oneshot(request);
        async {
            Ok::<_, Infallible>(response.await.unwrap_or_else(|error| {
                assert!(error.is::<Elapsed>(), "{error}");
                Response::builder().status(504).body(Full::default()).unwrap()
            }))
        }
    });
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(async move { server.serve(stack).await });
    let answer = Connection::open(address).await.exchange(post("X-Names: Ada\r\n", call("names"))).await;
    assert_eq!(answer.header("x-layer"), Some("seen"));
    assert_eq!(value(&answer), Value::String("names: layer".to_owned()));
    assert_eq!(Connection::open(address).await.exchange(post("", call("never"))).await.status, 504);
}

#[tokio::test]
async fn the_layers_of_tower_http_can_stand_around() {
    let stack = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(TimeoutLayer::with_status_code(http::StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(200)))
        .layer(cors())
        .service(service().allow_origins([SITE]));
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(async move { server.serve(stack).await });
    expect_cors(address).await;
    assert_eq!(Connection::open(address).await.exchange(post("", call("never"))).await.status, 504);
}

#[tokio::test]
async fn layers_can_stand_around_the_dispatcher() {
    let entered = Arc::new(AtomicUsize::new(0));
    let dispatcher = Dispatcher::new(Calls::default().methods()).layer(MapRequestLayer::new({
        let entered = Arc::clone(&entered);
        move |request: RpcRequest| {
            entered.fetch_add(1, Ordering::SeqCst);
            request
        }
    }));
    let server = Endpoint::of(XmlRpcService::new(dispatcher)).await;
    assert_eq!(value(&server.post("", call("six")).await), Value::Int(6));
    assert_eq!(fault(&server.post("", call("missing")).await).code(), -32601);
    assert_eq!(entered.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn methods_and_a_dispatcher_can_be_served_as_they_are() {
    let methods = Server::bind("127.0.0.1:0").await.unwrap();
    let dispatcher = Server::bind("127.0.0.1:0").await.unwrap();
    let addresses = [methods.local_addr().unwrap(), dispatcher.local_addr().unwrap()];
    tokio::spawn(async move { methods.serve(Calls::default().methods()).await });
    tokio::spawn(async move { dispatcher.serve(Dispatcher::new(Calls::default().methods())).await });
    for address in addresses {
        assert_eq!(value(&Connection::open(address).await.exchange(post("", call("six"))).await), Value::Int(6));
    }
}

// ── in others ──

#[tokio::test]
async fn hyper_alone_can_serve_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(service());
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    let mut connection = Connection::open(address).await;
    for _ in 0..3 {
        assert_eq!(value(&connection.exchange(post("", call("six"))).await), Value::Int(6));
        assert_eq!(fault(&connection.exchange(post("", call("panics_late"))).await).code(), -32603);
    }
    assert_eq!(connection.exchange(to("/other", call("six"))).await.status, 404);
}

#[tokio::test]
async fn axum_can_serve_it_on_a_route() {
    let app = Router::new().route("/health", get(async || "fine")).route_service("/RPC2", service());
    let address = serve(app).await;
    let mut connection = Connection::open(address).await;
    assert_eq!(value(&connection.exchange(post("", call("six"))).await), Value::Int(6));
    assert_eq!(connection.exchange("GET /health HTTP/1.1\r\nHost: test\r\n\r\n").await.body, "fine");
    let answer = connection.exchange("GET /RPC2 HTTP/1.1\r\nHost: test\r\n\r\n").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    assert_eq!(connection.exchange(post("", "x".repeat((1 << 20) + 1))).await.status, 413);
}

/// What is nested sees the rest of the path.
#[tokio::test]
async fn axum_can_nest_it() {
    let service = service().add_dispatcher("/admin", Methods::new().register_fn("who", || "admin"));
    let address = serve(Router::new().nest_service("/api", service)).await;
    for (target, method, expected) in [
        ("/api/RPC2", "six", Value::Int(6)),
        ("/api", "six", Value::Int(6)),
        ("/api/", "six", Value::Int(6)),
        ("/api/RPC2?x", "six", Value::Int(6)),
        ("/api/admin", "who", "admin".into()),
    ] {
        let answer = Connection::open(address).await.exchange(to(target, call(method))).await;
        assert_eq!(value(&answer), expected, "{target}");
    }
    for target in ["/RPC2", "/api/other"] {
        assert_eq!(Connection::open(address).await.exchange(to(target, call("six"))).await.status, 404, "{target}");
    }
}

/// What layers of axum leave in a request is there for methods.
#[tokio::test]
async fn a_method_sees_the_extensions_of_axum() {
    #[derive(Clone)]
    struct User(&'static str);
    let service = XmlRpcService::new(Methods::new().register_fn("user", |user: Extension<User>| user.0.0));
    let app = Router::new().route_service("/RPC2", service).layer(axum::Extension(User("ada")));
    let answer = Connection::open(serve(app).await).await.exchange(post("", call("user"))).await;
    assert_eq!(value(&answer), Value::from("ada"));
}

#[tokio::test]
async fn pages_of_another_site_can_call_through_cors() {
    let service = ServiceBuilder::new().layer(cors()).service(service().allow_origins([SITE]));
    expect_cors(serve(Router::new().route_service("/RPC2", service)).await).await;
}

const SITE: &str = "https://app.example";

fn cors() -> CorsLayer {
    let origin: HeaderValue = SITE.parse().unwrap();
    CorsLayer::new().allow_origin(origin).allow_methods([Method::POST]).allow_headers([CONTENT_TYPE])
}

/// What a browser asks before, then the call, then the same for a site that nobody has allowed.
async fn expect_cors(address: SocketAddr) {
    let allowed = ACCESS_CONTROL_ALLOW_ORIGIN.as_str();
    let fetch = |origin: &str| format!("Origin: {origin}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n");
    let mut connection = Connection::open(address).await;
    let asks = format!(
        "OPTIONS /RPC2 HTTP/1.1\r\nHost: test\r\n{}Access-Control-Request-Method: POST\r\n\
         Access-Control-Request-Headers: content-type\r\n\r\n",
        fetch(SITE)
    );
    let answer = connection.exchange(asks).await;
    assert_eq!((answer.status, answer.header(allowed)), (200, Some(SITE)));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    let answer = connection.exchange(post(&fetch(SITE), call("six"))).await;
    assert_eq!((value(&answer), answer.header(allowed)), (Value::Int(6), Some(SITE)));
    let answer = connection.exchange(post(&fetch("https://evil.example"), call("six"))).await;
    assert_eq!(answer.status, 403);
    assert_ne!(answer.header(allowed), Some("https://evil.example"));
}

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// A body that comes in pieces and does not say how long it is.
struct Pieces {
    pieces: VecDeque<Bytes>,
    broken: bool,
}

impl Pieces {
    fn of(text: &str, size: usize) -> Self {
        Self { pieces: text.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect(), broken: false }
    }

    fn then_broken(self) -> Self {
        Self { broken: true, ..self }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = self.pieces.pop_front().map(|piece| Ok(Frame::data(piece)));
        Poll::Ready(piece.or_else(|| self.broken.then(|| Err(io::ErrorKind::ConnectionReset.into()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}
