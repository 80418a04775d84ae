//! Who listens to spans only is told of calls, too.
#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::Full;
use tagwire::{Methods, XmlRpcService};
use tower::ServiceExt;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Counts the spans of calls, and wants nothing else.
#[derive(Clone, Default)]
struct Spans(Arc<AtomicUsize>);

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.0.fetch_add(usize::from(span.metadata().name() == "call"), Ordering::Relaxed);
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_call_has_a_span_where_only_spans_are_listened_to() {
    let spans = Spans::default();
    let _listening = tracing::subscriber::set_default(spans.clone());
    let body = "<methodCall><methodName>six</methodName></methodCall>";
    let request = http::Request::post("/RPC2").body(Full::new(body.as_bytes())).unwrap();
    let response = XmlRpcService::new(Methods::new().register_fn("six", || 6)).oneshot(request).await.unwrap();
    assert_eq!((response.status().as_u16(), spans.0.load(Ordering::Relaxed)), (200, 1));
}
