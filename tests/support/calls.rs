//! A server whose methods count, so that a test sees what has run and what has not.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tagwire::{Fault, Methods, RequestContext, Value, XmlRpcService};

use super::endpoint::Endpoint;
use super::raw::call;

/// A server at work with these methods, which ends with the test.
pub(crate) struct Test {
    endpoint: Endpoint,
    calls: Calls,
}

impl Test {
    pub(crate) async fn start() -> Self {
        Self::serving(|service| service).await
    }

    pub(crate) async fn serving(set: impl FnOnce(XmlRpcService) -> XmlRpcService) -> Self {
        let calls = Calls::default();
        Self { endpoint: Endpoint::of(set(XmlRpcService::new(calls.methods()))).await, calls }
    }

    /// How often `count` has run. That it still works shows that the server does.
    pub(crate) async fn expect_calls(&self, times: usize) {
        assert_eq!(self.calls.counted(), times);
        assert_eq!(self.post("", call("count")).await.status, 200);
        assert_eq!(self.calls.counted(), times + 1);
    }
}

impl Deref for Test {
    type Target = Endpoint;

    fn deref(&self) -> &Endpoint {
        &self.endpoint
    }
}

/// The methods served, and what they know of one another.
#[derive(Clone, Default)]
pub(crate) struct Calls {
    counted: Arc<AtomicUsize>,
    late: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
}

impl Calls {
    pub(crate) fn methods(&self) -> Methods {
        let (counting, late) = (self.clone(), self.clone());
        Methods::new()
            .register_fn("six", || 6)
            .register_fn("large", || "€".repeat(500_000))
            .register_fn("echo", |value: Value| value)
            .register_fn("one_string", |text: String| text)
            .register_fn("fails", || Err::<i32, _>(Fault::new(4, "Too many")))
            .register_fn("panics", || -> i32 { panic!("secret") })
            .register_fn("panics_late", async || -> i32 {
                tokio::task::yield_now().await;
                panic!("secret")
            })
            .register_fn("never", async || std::future::pending::<i32>().await)
            .register_fn("names", |cx: RequestContext| {
                let names = cx.headers().get_all("x-names").iter().map(|name| name.to_str().unwrap());
                format!("{}: {}", cx.method(), names.collect::<Vec<_>>().join(", "))
            })
            .register_fn("count", move || i32::try_from(counting.counted.fetch_add(1, Ordering::SeqCst) + 1).unwrap())
            .register_fn("late", move || late.clone().late())
    }

    async fn late(self) -> String {
        let call = self.late.fetch_add(1, Ordering::SeqCst) + 1;
        self.running.fetch_add(1, Ordering::SeqCst);
        let mut most = 0;
        for _ in 0..100 {
            most = most.max(self.running.load(Ordering::SeqCst));
            tokio::task::yield_now().await;
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        format!("call {call}, {most} at a time")
    }

    pub(crate) fn counted(&self) -> usize {
        self.counted.load(Ordering::SeqCst)
    }
}
