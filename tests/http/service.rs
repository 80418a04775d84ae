//! The HTTP service without sockets: layers, and bodies that do not end.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use serde::Serialize;
use tagwire::{
    Dialect, Dispatcher, Fault, MethodCall, MethodResponse, Methods, Route, RpcRequest, Value, XmlRpcService,
};
use tower::{Service, ServiceExt};

#[derive(Serialize)]
struct Item {
    #[serde(rename = "methodName")]
    method: &'static str,
    params: [i32; 0],
}

#[tokio::test]
async fn a_layer_sees_each_call_of_a_multicall() {
    let methods = Methods::new().register_fn("open", || 1).register_fn("secret", || 2);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let dispatcher = Dispatcher::new(methods).layer(tower::layer::layer_fn(move |route: Route| {
        let log = log.clone();
        tower::service_fn(move |request: RpcRequest| {
            log.lock().unwrap().push(request.method().to_owned());
            let mut route = route.clone();
            async move {
                match request.method() {
                    "secret" => Err(Fault::application("not for you")),
                    _ => route.call(request).await,
                }
            }
        })
    }));
    let calls = ["open", "secret", "open"].map(|method| Item { method, params: [] });
    let call = MethodCall::new("system.multicall", (calls,)).to_xml(&Dialect::default()).unwrap();
    let request = Request::post("/").body(Full::<Bytes>::from(call)).unwrap();
    let response = XmlRpcService::new(dispatcher).oneshot(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let MethodResponse::Value(Value::Array(results)) = MethodResponse::from_xml(&body).unwrap() else {
        panic!("{}", String::from_utf8_lossy(&body));
    };
    assert_eq!(results[0], Value::Array(vec![1.into()]));
    assert_eq!(results[1].get("faultString"), Some(&"not for you".into()));
    assert_eq!(results[2], Value::Array(vec![1.into()]));
    assert_eq!(*seen.lock().unwrap(), ["system.multicall", "open", "secret", "open"]);
}

/// Gives a byte each `pace`, for ever.
struct Drip {
    pace: Duration,
    pause: Pin<Box<tokio::time::Sleep>>,
}

impl Drip {
    fn new(pace: Duration) -> Self {
        Self { pace, pause: Box::pin(tokio::time::sleep(pace)) }
    }
}

impl Body for Drip {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        std::task::ready!(self.pause.as_mut().poll(cx));
        let pace = self.pace;
        self.pause = Box::pin(tokio::time::sleep(pace));
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b" ")))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_or_drips_is_given_up() {
    for (pace, seconds) in [(Duration::from_secs(1000), 10), (Duration::from_secs(1), 60)] {
        let service = XmlRpcService::new(Dispatcher::new(Methods::new()));
        let started = tokio::time::Instant::now();
        let request = Request::post("/").header("content-length", "1000").body(Drip::new(pace)).unwrap();
        let response = service.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(response.headers()["connection"], "close");
        // The clock is the test's own and stands still unless everybody waits.
        assert_eq!(started.elapsed().as_secs(), seconds);
    }
}
