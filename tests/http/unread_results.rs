//! Results that nobody takes off our hands: when they hold all the bytes there are, further ones are dropped, and the calls
//! of them answered all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tagwire::{Fault, MethodResponse, Methods, Value, XmlRpcService};
use tower::ServiceExt;

use crate::support::log;

/// Up to here a response is not counted.
const UNCOUNTED: usize = 16 * 1024;

async fn fill(service: &XmlRpcService, bytes: usize) -> Response<Full<Bytes>> {
    let document = format!(
        "<methodCall><methodName>fill</methodName><params><param><value><int>{bytes}</int></value></param></params></methodCall>"
    );
    let response =
        service.clone().oneshot(Request::post("/").body(Full::<Bytes>::from(document)).unwrap()).await.unwrap();
    // The call has run, so this is no status after which somebody would send it again.
    assert_eq!(response.status(), StatusCode::OK);
    response
}

async fn length(response: Response<Full<Bytes>>) -> Result<usize, Fault> {
    let document = response.into_body().collect().await.unwrap().to_bytes();
    match MethodResponse::from_xml(&document).unwrap() {
        MethodResponse::Value(Value::String(text)) => Ok(text.len()),
        MethodResponse::Value(other) => panic!("{other:?}"),
        MethodResponse::Fault(fault) => Err(fault),
    }
}

#[tokio::test]
async fn a_result_is_dropped_while_others_have_taken_all_there_was() {
    log::keep();
    let runs = Arc::new(AtomicU32::new(0));
    let counter = runs.clone();
    let methods = Methods::new().register_fn("fill", move |bytes: usize| {
        counter.fetch_add(1, Ordering::SeqCst);
        "x".repeat(bytes)
    });
    let service = XmlRpcService::new(methods).max_buffered(50_000);

    // While anything is left a response takes what it needs, more than there is if need be.
    let first = fill(&service, 40_000).await;
    let second = fill(&service, 100_000).await;

    let Err(fault) = length(fill(&service, 20_000).await).await else { panic!("there is room for it") };
    assert_eq!((fault.code(), runs.load(Ordering::SeqCst)), (Fault::INTERNAL_ERROR, 3), "{fault}");
    assert_eq!(log::lines_with(&["WARN", "a result is dropped", "bytes=20"]).len(), 1);
    // What fits the buffers of a connection is not counted.
    assert_eq!(length(fill(&service, UNCOUNTED / 2).await).await, Ok(UNCOUNTED / 2));

    // One of the two is not enough: the other alone takes more than there is.
    drop(first);
    assert!(length(fill(&service, 20_000).await).await.is_err());
    assert_eq!(length(second).await, Ok(100_000));
    assert_eq!(length(fill(&service, 20_000).await).await, Ok(20_000));

    let stats = service.stats();
    assert_eq!((stats.requests, stats.completed, stats.rejected_503), (6, 6, 0), "{stats:?}");
}
