//! What is counted: each request in one place, and nothing missing when all is quiet.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tagwire::{Fault, MethodInfo, OverloadPolicy, Stats, XmlRpcService};

use crate::support::endpoint;
use crate::support::endpoint::{Endpoint, ask, asked, at_rest, call_with, until};
use crate::support::gate::Gate;
use crate::support::raw::{call, post};

#[tokio::test]
async fn at_first_there_is_nothing() {
    let service = XmlRpcService::new(Gate::new().methods());
    assert_eq!(shown(&at_rest(&service).await), [0; 14]);
}

#[tokio::test]
async fn calls_end_with_a_result_or_a_fault() {
    let methods = Gate::new()
        .methods()
        .register_fn("fails", || Err::<i32, _>(Fault::new(4, "Too many")))
        .register_fn("panics", || -> i32 { panic!("at work") })
        .register_fn(MethodInfo::new("brief").with_timeout(Some(Duration::from_millis(1))), async || {
            std::future::pending::<i32>().await
        })
        .register_fn("none", || None::<i32>);
    let service = XmlRpcService::new(methods);
    let multicall = call_with("system.multicall", "<array><data><value>x</value></data></array>");
    for (document, completes) in [
        (call("six"), true),
        (call("system.listMethods"), true),
        // The faults are in its result.
        (multicall, true),
        (call("fails"), false),
        (call("panics"), false),
        (call("brief"), false),
        (call("none"), false),
        (call("missing"), false),
        (call_with("six", "x"), false),
    ] {
        let before = at_rest(&service).await;
        ask(&service, document.clone()).await;
        let after = at_rest(&service).await;
        let ends = (after.completed - before.completed, after.errored - before.errored);
        assert_eq!(ends, if completes { (1, 0) } else { (0, 1) }, "{document}");
        assert_eq!((after.requests - before.requests, after.admitted - before.admitted), (1, 1), "{document}");
    }
}

#[tokio::test]
async fn what_is_no_call_is_not_admitted() {
    let service = XmlRpcService::new(Gate::new().methods()).max_request_size(1000).hosts(["test"]).require_xml(true);
    let server = Endpoint::of(service).await;
    let xml = "Content-Type: text/xml\r\n";
    for document in ["", "no XML", "<methodResponse/>", "<methodCall></methodCall>"] {
        assert_eq!(server.post(xml, document).await.status, 200);
    }
    assert_eq!(server.at_rest().await.invalid, 4);
    let body = call("six");
    for (request, status) in [
        (endpoint::to("/other", &body), 404),
        (b"GET / HTTP/1.1\r\nHost: test\r\n\r\n".to_vec(), 405),
        (b"POST / HTTP/1.1\r\nHost: test\r\n\r\n".to_vec(), 411),
        (post(xml, " ".repeat(1001)), 413),
        (post(&format!("{xml}Content-Encoding: br\r\n"), &body), 415),
        (post("Content-Type: text/plain\r\n", &body), 415),
        (post(&format!("{xml}Sec-Fetch-Site: cross-site\r\n"), &body), 403),
        (b"POST / HTTP/1.1\r\nHost: other\r\nContent-Length: 1\r\n\r\nx".to_vec(), 421),
    ] {
        let before = server.at_rest().await;
        assert_eq!(server.exchange(request).await.status, status);
        let after = server.at_rest().await;
        let counted =
            (after.requests - before.requests, after.refused - before.refused, after.not_calls - before.not_calls);
        assert_eq!(counted, (1, 1, 1), "{status}");
    }
    let stats = server.at_rest().await;
    assert_eq!((stats.requests, stats.admitted, stats.aborted), (12, 0, 0), "{stats:?}");
}
#[tokio::test]
async fn what_cannot_be_decoded_is_no_call() {
    let service = XmlRpcService::new(Gate::new().methods());
    let request = Request::post("/").header("content-encoding", "gzip").body(Full::<Bytes>::from("no gzip")).unwrap();
    assert_eq!(asked(&service, request).await.status, 400);
    assert_eq!(at_rest(&service).await.not_calls, 1);
}

#[tokio::test]
async fn who_goes_away_before_all_is_sent_is_aborted() {
    let server = Endpoint::of(XmlRpcService::new(Gate::new().methods())).await;
    let request = post("", call("six"));
    for time in 1..=10 {
        let mut connection = server.connect().await;
        connection.send(&request[..request.len() - 1]).await;
        until(&server.service, |stats| stats.requests == time).await;
        drop(connection);
        let stats = server.at_rest().await;
        assert_eq!((stats.aborted + stats.not_calls, stats.admitted), (time, 0), "{stats:?}");
    }
}

#[tokio::test]
async fn what_goes_on_is_seen() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_concurrent(3);
    let mut calls = Vec::new();
    for number in 1..=7 {
        calls.push(tokio::spawn(ask(&service, call("hold"))));
        until(&service, |stats| stats.active + stats.queued == number).await;
        let stats = service.stats();
        assert_eq!((stats.active, stats.queued), (number.min(3), number.saturating_sub(3)), "{stats:?}");
        assert_eq!((stats.requests, stats.admitted), (number, number.min(3)), "{stats:?}");
    }
    for left in (0..7).rev() {
        gate.release(1);
        until(&service, |stats| stats.active + stats.queued == left).await;
    }
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(at_rest(&service).await.completed, 7);
}

/// It may be looked at as often as one likes, also while calls wait: it takes no memory and no lock, and no slot.
#[tokio::test]
async fn a_look_costs_next_to_nothing() {
    let gate = Gate::new();
    let service = XmlRpcService::new(gate.methods()).max_concurrent(1).max_pending(1);
    let calls = [tokio::spawn(ask(&service, call("hold"))), tokio::spawn(ask(&service, call("hold")))];
    until(&service, |stats| (stats.active, stats.queued) == (1, 1)).await;
    let mut seen = 0;
    let used = allocation_counter::measure(|| seen = (0..100_000).map(|_| service.stats().active).sum());
    assert_eq!((seen, used.count_total), (100_000, 0));
    gate.release(2);
    for call in calls {
        call.await.unwrap();
    }
}

/// Each in its own, whatever else there is.
#[tokio::test]
async fn refusals_are_counted_by_policy() {
    for policy in [OverloadPolicy::Close, OverloadPolicy::Fault, OverloadPolicy::Http503] {
        let gate = Gate::new();
        let service = XmlRpcService::new(gate.methods()).max_concurrent(1).max_pending(0).overload_policy(policy);
        let held = tokio::spawn(ask(&service, call("hold")));
        gate.expect_started(1).await;
        for _ in 0..5 {
            ask(&service, call("six")).await;
        }
        // What is no call needs no slot.
        ask(&service, "no XML").await;
        gate.release(1);
        held.await.unwrap();
        let stats = at_rest(&service).await;
        let rejected = [stats.rejected_close, stats.rejected_fault, stats.rejected_503];
        let expected = match policy {
            OverloadPolicy::Close => [5, 0, 0],
            OverloadPolicy::Fault => [0, 5, 0],
            _ => [0, 0, 5],
        };
        assert_eq!((rejected, stats.invalid, stats.completed), (expected, 1, 1), "{policy:?}");
    }
}

#[tokio::test]
async fn clones_count_together() {
    let service = XmlRpcService::new(Gate::new().methods());
    let other = service.clone();
    ask(&service, call("six")).await;
    ask(&other, call("six")).await;
    assert_eq!(at_rest(&service).await.completed, 2);
    assert_eq!(at_rest(&other).await.completed, 2);
}

/// All that is counted. It has to grow with what is.
fn shown(stats: &Stats) -> [u64; 14] {
    [
        stats.requests,
        stats.admitted,
        stats.refused,
        stats.aborted,
        stats.active,
        stats.queued,
        stats.completed,
        stats.errored,
        stats.cancelled,
        stats.rejected_close,
        stats.rejected_fault,
        stats.rejected_503,
        stats.invalid,
        stats.not_calls,
    ]
}
