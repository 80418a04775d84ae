//! Settings at their least and at their most, and headers that nobody sane sends: a service still answers, or refuses in words.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::Full;
use tagwire::{Fault, Methods, OverloadPolicy, Value, XmlRpcService};

use crate::support::endpoint::{ask, asked, at_rest, padded};
use crate::support::gate::Gate;
use crate::support::raw::call;

fn service() -> XmlRpcService {
    XmlRpcService::new(Methods::new().register_fn("six", || 6).register_fn("large", || "x".repeat(100_000)))
}

async fn expect_to_serve(service: XmlRpcService, setting: &str) {
    assert_eq!(ask(&service, call("six")).await.value(), Value::Int(6), "{setting}");
    let large = ask(&service, padded("large", 100_000)).await;
    assert_eq!(large.value(), Value::String("x".repeat(100_000)), "{setting}");
    at_rest(&service).await;
}

#[tokio::test]
async fn any_number_will_do() {
    for number in [usize::MAX, usize::MAX / 2, usize::MAX >> 3, (usize::MAX >> 3) + 1, u32::MAX as usize] {
        expect_to_serve(service().max_concurrent(number), "max_concurrent").await;
        expect_to_serve(service().max_pending(number), "max_pending").await;
        expect_to_serve(service().max_concurrent(number).max_pending(number), "both").await;
        expect_to_serve(service().max_request_size(number), "max_request_size").await;
        expect_to_serve(service().max_decoded_size(number), "max_decoded_size").await;
        expect_to_serve(service().max_buffered(number), "max_buffered").await;
        expect_to_serve(service().encode_threshold(number), "encode_threshold").await;
    }
    for number in [0, 1] {
        expect_to_serve(service().max_concurrent(number), "max_concurrent").await;
        expect_to_serve(service().max_pending(number), "max_pending").await;
        expect_to_serve(service().max_decoded_size(number), "max_decoded_size").await;
        expect_to_serve(service().encode_threshold(number), "encode_threshold").await;
    }
}

#[tokio::test]
async fn any_time_will_do() {
    for limit in [Duration::MAX, Duration::from_secs(u64::from(u32::MAX)), Duration::from_secs(60)] {
        expect_to_serve(service().body_timeout(limit), "body_timeout").await;
        expect_to_serve(service().body_idle_timeout(limit), "body_idle_timeout").await;
        expect_to_serve(service().body_timeout(limit).body_idle_timeout(limit), "both").await;
        expect_to_serve(service().max_wait(limit), "max_wait").await;
    }
    // Who need not wait does not wait too long.
    expect_to_serve(service().max_wait(Duration::ZERO), "max_wait").await;
    expect_to_serve(service().max_wait(None), "max_wait").await;
    // A body that is there takes no time.
    expect_to_serve(service().body_timeout(Duration::ZERO), "body_timeout").await;
    expect_to_serve(service().body_idle_timeout(Duration::ZERO), "body_idle_timeout").await;
}

#[tokio::test]
async fn no_body_at_all_may_be_allowed() {
    let service = service().max_request_size(0);
    assert_eq!(ask(&service, call("six")).await.status, 413);
    assert_eq!(asked(&service, Request::get("/").body(Full::<Bytes>::default()).unwrap()).await.status, 405);
    at_rest(&service).await;
}

/// A body that there is never room for waits, and is then refused.
#[tokio::test(start_paused = true)]
async fn no_room_at_all_is_room_for_small_bodies() {
    let service = service().max_buffered(0);
    assert_eq!(ask(&service, call("six")).await.value(), Value::Int(6));
    assert_eq!(ask(&service, padded("six", 100_000)).await.status, 503);
    at_rest(&service).await;
}

#[tokio::test]
async fn a_fault_that_does_not_fit_on_the_wire_is_a_fault_all_the_same() {
    for (code, text) in [(i64::MIN, "too small a number"), (503, "no \u{0} goes into XML"), (503, "]]>&<\u{fffe}")] {
        let gate = Gate::new();
        let service = XmlRpcService::new(gate.methods()).max_concurrent(1).max_pending(0);
        let service = service.overload_policy(OverloadPolicy::Fault).overload_fault(code, text);
        let held = tokio::spawn(ask(&service, call("hold")));
        gate.expect_started(1).await;
        let fault = ask(&service, call("six")).await.fault();
        assert!([code, Fault::INTERNAL_ERROR].contains(&fault.code()), "{fault}");
        gate.release(1);
        held.await.unwrap();
        at_rest(&service).await;
    }
}

/// No header is read as text before it is known to be one.
#[tokio::test]
async fn headers_of_any_bytes_are_no_harm() {
    let service = service().hosts(["test"]).allow_origins(["https://app.example"]).require_xml(true);
    for name in [
        "accept-encoding",
        "content-encoding",
        "content-type",
        "content-length",
        "origin",
        "host",
        "sec-fetch-site",
        "transfer-encoding",
        "connection",
        "expect",
        "authorization",
    ] {
        for value in [
            &b"\xff\xfe"[..],
            b"",
            b",",
            b";",
            b";;q=,,",
            b"\"",
            b"q=9999999999999999999999",
            b"gzip;q=-1",
            b"[::",
            b":",
            b"://",
        ] {
            let request = Request::post("/RPC2").header("host", "test").header("content-type", "text/xml");
            let mut request = request.body(Full::new(Bytes::from(call("six")))).unwrap();
            request.headers_mut().insert(name, HeaderValue::from_bytes(value).unwrap());
            let status = asked(&service, request).await.status;
            assert!([200, 400, 403, 411, 413, 415, 421].contains(&status), "{name}: {value:?} gives {status}");
        }
    }
    at_rest(&service).await;
}
