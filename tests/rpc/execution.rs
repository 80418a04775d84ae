//! How a method is run: where it waits and whom it holds up, its time limit, and what a panic does.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tagwire::{
    Dialect, Dispatcher, Fault, FromCall, MethodCall, MethodInfo, MethodResponse, Methods, ParamType, Params,
    RequestContext, Value, blocking,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};

use crate::support::log;
use crate::support::multicall::{item, multicall};

const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);

async fn fault(dispatcher: &Dispatcher, name: &str) -> Fault {
    match dispatcher.call::<_, Value>(name, ()).await {
        Ok(value) => panic!("{name} gave {value:?}"),
        Err(fault) => fault,
    }
}

/// Tells when it is dropped.
struct Guard(Option<oneshot::Sender<()>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.take().unwrap().send(()).ok();
    }
}

/// What a method is given once: the second call finds nothing.
fn once<T>(value: T) -> impl Fn() -> T {
    let value = Mutex::new(Some(value));
    move || value.lock().unwrap().take().unwrap()
}

#[tokio::test(flavor = "current_thread")]
async fn a_method_that_waits_holds_up_nobody() {
    let (started, start) = oneshot::channel();
    let (release, released) = oneshot::channel::<i32>();
    let take = once((started, released));
    let methods = Methods::new()
        .register_fn("wait", move || {
            let (started, released) = take();
            async move {
                started.send(()).unwrap();
                released.await.unwrap()
            }
        })
        .register_fn("plain", |n: i32| n)
        .register_fn("async", async |n: i32| {
            tokio::task::yield_now().await;
            n
        });
    let dispatcher = Dispatcher::new(methods);
    let waiting = tokio::spawn(dispatcher.call::<_, i32>("wait", ()));
    start.await.unwrap();
    for n in 0..5_000 {
        assert_eq!(dispatcher.call("plain", (n,)).await, Ok(n));
        assert_eq!(dispatcher.call("async", (n,)).await, Ok(n));
    }
    assert!(!waiting.is_finished());
    release.send(7).unwrap();
    assert_eq!(waiting.await.unwrap(), Ok(7));
}

#[tokio::test(flavor = "current_thread")]
async fn a_blocking_method_holds_up_nobody() {
    let (started, start) = oneshot::channel();
    let (release, released) = std::sync::mpsc::channel::<i32>();
    let take = once((started, released));
    let wait = move || {
        let (started, released) = take();
        started.send(std::thread::current().id()).unwrap();
        released.recv().unwrap()
    };
    let methods = Methods::new().register_fn("wait", blocking(wait)).register_fn("plain", |n: i32| n);
    let dispatcher = Dispatcher::new(methods);
    let waiting = tokio::spawn(dispatcher.call::<_, i32>("wait", ()));
    assert_ne!(start.await.unwrap(), std::thread::current().id());
    for n in 0..10_000 {
        assert_eq!(dispatcher.call("plain", (n,)).await, Ok(n));
    }
    assert!(!waiting.is_finished());
    release.send(7).unwrap();
    assert_eq!(waiting.await.unwrap(), Ok(7));
}

/// The first of them is answered though the last has not come: they are under way at the same time.
#[tokio::test(flavor = "current_thread")]
async fn methods_that_wait_for_each_other_all_come_to_their_end() {
    let barrier = Arc::new(tokio::sync::Barrier::new(100));
    let methods = Methods::new().register_fn("meet", move || {
        let barrier = barrier.clone();
        async move {
            barrier.wait().await;
        }
    });
    let dispatcher = Dispatcher::new(methods);
    let calls: Vec<_> = (0..100).map(|_| tokio::spawn(dispatcher.call::<_, ()>("meet", ()))).collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
}

/// Its future is `Send` and not `Sync`.
#[tokio::test]
async fn a_method_may_hold_a_cell_while_it_waits() {
    let count = async |n: i32| {
        let cell = Cell::new(n);
        tokio::task::yield_now().await;
        cell.set(cell.get() + 1);
        cell.get()
    };
    let dispatcher = Dispatcher::new(Methods::new().register_fn("count", count));
    assert_eq!(dispatcher.call("count", (1,)).await, Ok(2));
}

/// Sleeps for so many milliseconds.
async fn nap(milliseconds: u64) -> u64 {
    sleep(Duration::from_millis(milliseconds)).await;
    milliseconds
}

fn milliseconds(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap()
}

/// That a nap of this length ends well, and one that is longer by any means at this length.
async fn expect_limit(dispatcher: &Dispatcher, name: &str, limit: Duration) {
    let limit = milliseconds(limit);
    for nap in [limit - 1, limit] {
        let started = Instant::now();
        assert_eq!(dispatcher.call(name, (nap,)).await, Ok(nap), "{name}");
        assert_eq!(milliseconds(started.elapsed()), nap);
    }
    for nap in [limit + 1, limit * 1000] {
        let started = Instant::now();
        let fault = dispatcher.call::<_, u64>(name, (nap,)).await.unwrap_err();
        assert_eq!(fault.code(), Fault::SYSTEM, "{name}: {fault}");
        // The clock of the test stands still unless everybody waits; the timer's own step is a millisecond.
        assert!((limit..=limit + 1).contains(&milliseconds(started.elapsed())), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_has_sixty_seconds_or_what_is_set() {
    let info = |limit: Option<Duration>| MethodInfo::new("own").with_timeout(limit);
    let table = |limit| Methods::new().register_fn("nap", nap).register_fn(info(limit), nap);
    let default = Dispatcher::new(table(Some(SECOND * 5)));
    expect_limit(&default, "nap", SECOND * 60).await;
    expect_limit(&default, "own", SECOND * 5).await;

    let global = Dispatcher::new(table(Some(SECOND * 600))).handler_timeout(SECOND * 2);
    expect_limit(&global, "nap", SECOND * 2).await;
    expect_limit(&global, "own", SECOND * 600).await;

    let year = milliseconds(SECOND * 60 * 60 * 24 * 365);
    let free = Dispatcher::new(table(None)).handler_timeout(MILLISECOND * 10);
    assert_eq!(free.call("own", (year,)).await, Ok(year));
    expect_limit(&free, "nap", MILLISECOND * 10).await;
    let unlimited = Dispatcher::new(table(Some(SECOND))).handler_timeout(None);
    assert_eq!(unlimited.call("nap", (year,)).await, Ok(year));
    expect_limit(&unlimited, "own", SECOND).await;

    // One clone's limit is not the other's.
    let shorter = default.clone().handler_timeout(SECOND);
    expect_limit(&shorter, "nap", SECOND).await;
    expect_limit(&default, "nap", SECOND * 60).await;
}

#[tokio::test(start_paused = true)]
async fn a_limit_may_be_of_any_length() {
    let methods = Methods::new().register_fn("one", || 1).register_fn("nap", nap);
    let longest = Dispatcher::new(methods.clone()).handler_timeout(Duration::MAX);
    assert_eq!(longest.call("nap", (1_000_000,)).await, Ok(1_000_000));
    let none_at_all = Dispatcher::new(methods).handler_timeout(Duration::ZERO);
    assert_eq!(none_at_all.call("one", ()).await, Ok(1));
    assert_eq!(none_at_all.call::<_, u64>("nap", (1000,)).await.unwrap_err().code(), Fault::SYSTEM);
}

#[tokio::test(start_paused = true)]
async fn a_prefix_keeps_the_limit_of_a_method() {
    let methods = Methods::new().register_fn(MethodInfo::new("nap").with_timeout(SECOND), nap).prefix("a").prefix("b");
    expect_limit(&Dispatcher::new(methods), "b.a.nap", SECOND).await;
}

#[tokio::test(start_paused = true)]
async fn a_fallback_has_the_dispatchers_limit() {
    let dispatcher = Dispatcher::new(Methods::new().fallback(nap)).handler_timeout(SECOND);
    expect_limit(&dispatcher, "any", SECOND).await;
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_dropped_where_it_waits() {
    let (sender, dropped) = oneshot::channel();
    let take = once(Guard(Some(sender)));
    let methods = Methods::new().register_fn("forever", move || {
        let guard = take();
        async move {
            let _guard = guard;
            std::future::pending::<i32>().await
        }
    });
    assert_eq!(fault(&Dispatcher::new(methods), "forever").await.code(), Fault::SYSTEM);
    dropped.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_multicall_has_the_limit_as_a_whole_and_in_each_call() {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let counted_nap = move |n: u64| {
        counted.fetch_add(1, Ordering::SeqCst);
        nap(n)
    };
    let methods = Methods::new()
        .register_fn("nap", counted_nap)
        .register_fn(MethodInfo::new("short").with_timeout(SECOND), nap)
        .register_fn(MethodInfo::new("free").with_timeout(None), nap);
    let dispatcher = Dispatcher::new(methods).handler_timeout(SECOND * 10);
    let four = || item("nap", [4_000.into()]);

    let results = multicall(&dispatcher, [four(), four()]).await.unwrap();
    assert_eq!(results, [Ok(4_000.into()), Ok(4_000.into())]);
    assert_eq!(runs.load(Ordering::SeqCst), 2);

    let started = Instant::now();
    let whole = multicall(&dispatcher, [four(), four(), four(), four()]).await.unwrap_err();
    assert_eq!(whole.code(), Fault::SYSTEM);
    assert!((10_000..=10_001).contains(&milliseconds(started.elapsed())));
    assert_eq!(runs.load(Ordering::SeqCst), 5, "one ran behind the limit");

    let results =
        multicall(&dispatcher, [item("short", [1_001.into()]), four(), item("short", [1_000.into()])]).await.unwrap();
    assert_eq!(results[0].as_ref().unwrap_err().code(), Fault::SYSTEM);
    assert_eq!(results[1..], [Ok(4_000.into()), Ok(1_000.into())]);

    // A call without a limit is still in the multicall's.
    let whole = multicall(&dispatcher, [item("free", [11_000.into()])]).await.unwrap_err();
    assert_eq!(whole.code(), Fault::SYSTEM);
    let unlimited = dispatcher.handler_timeout(None);
    let results = multicall(&unlimited, [item("free", [70_000.into()]), item("short", [2_000.into()])]).await.unwrap();
    assert_eq!(results[0], Ok(70_000.into()));
    assert_eq!(results[1].as_ref().unwrap_err().code(), Fault::SYSTEM);
}

#[tokio::test(start_paused = true)]
async fn a_blocking_method_that_takes_too_long_is_answered_and_goes_on_to_its_end() {
    let (started, start) = oneshot::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (ended, end) = oneshot::channel();
    let take = once((started, released, ended));
    let wait = move || {
        let (started, released, ended) = take();
        started.send(()).unwrap();
        released.recv().unwrap();
        ended.send(()).unwrap();
    };
    let dispatcher = Dispatcher::new(Methods::new().register_fn("wait", blocking(wait))).handler_timeout(SECOND);
    let call = tokio::spawn(dispatcher.call::<_, ()>("wait", ()));
    start.await.unwrap();
    // While the pool is busy the clock moves only by hand.
    tokio::time::advance(SECOND * 2).await;
    assert_eq!(call.await.unwrap().unwrap_err().code(), Fault::SYSTEM);
    release.send(()).unwrap();
    end.await.unwrap();
}

/// Panics while it is read.
struct Unreadable;

impl<'de> Deserialize<'de> for Unreadable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?;
        panic!("boom in reading")
    }
}

/// Panics while it is written.
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("boom in writing")
    }
}

/// Panics while it is made.
struct Unmakeable;

impl FromCall for Unmakeable {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(_: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        panic!("boom in making")
    }
}

/// Panics when the method that holds it is over.
struct DropBomb;

impl Drop for DropBomb {
    fn drop(&mut self) {
        panic!("boom in dropping")
    }
}

fn panicking() -> Methods {
    Methods::new()
        .register_fn("plain", || -> i32 { panic!("boom in plain") })
        .register_fn("formatted", |n: Option<i32>| -> i32 { panic!("boom in {}, {n:?}", "formatted") })
        .register_fn("before", || -> std::future::Ready<i32> { panic!("boom in before") })
        .register_fn("first", async || -> i32 { panic!("boom in first") })
        .register_fn("later", async || -> i32 {
            tokio::task::yield_now().await;
            panic!("boom in later")
        })
        .register_fn("much later", async || -> i32 {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            panic!("boom in much later")
        })
        .register_fn("pool", blocking(|| -> i32 { panic!("boom in pool") }))
        .register_fn("making", |_: Unmakeable| 0)
        .register_fn("writing", || Unwritable)
        .register_fn("late writing", async || {
            tokio::task::yield_now().await;
            Unwritable
        })
        .register_fn("dropping", async || {
            let _bomb = DropBomb;
            tokio::task::yield_now().await;
        })
        .register_fn("unwrap", || "x".parse::<i32>().expect("boom in unwrap"))
        .register_fn("fine", || 1)
}

const PLACES: [&str; 12] = [
    "plain",
    "formatted",
    "before",
    "first",
    "later",
    "much later",
    "pool",
    "making",
    "writing",
    "late writing",
    "dropping",
    "unwrap",
];

/// `log::expect_hidden`, for a text that is in the log once for each panic.
fn expect_panic(fault: &Fault, place: &str) {
    let text = if place == "late writing" { "boom in writing".to_owned() } else { format!("boom in {place}") };
    log::expect_hidden(fault, &text);
}

#[tokio::test]
async fn a_panic_is_a_fault_with_a_number_and_its_text_is_in_the_log() {
    log::keep();
    let dispatcher = Dispatcher::new(panicking());
    for place in PLACES {
        let first = fault(&dispatcher, place).await;
        expect_panic(&first, place);
        let second = fault(&dispatcher, place).await;
        expect_panic(&second, place);
        assert_ne!(first, second);
        assert_eq!(dispatcher.call("fine", ()).await, Ok(1), "after {place}");
    }
    let dispatcher = Dispatcher::new(Methods::new().register_fn("reading", |_: Unreadable| 0));
    let fault = dispatcher.call::<_, i32>("reading", ("x",)).await.unwrap_err();
    expect_panic(&fault, "reading");
}

#[tokio::test]
async fn a_panic_in_a_multicall_is_one_calls_affair() {
    log::keep();
    let dispatcher = Dispatcher::new(panicking());
    let calls: Vec<Value> = PLACES.into_iter().flat_map(|place| [item(place, []), item("fine", [])]).collect();
    let results = multicall(&dispatcher, calls).await.unwrap();
    assert_eq!(results.len(), PLACES.len() * 2);
    for (pair, place) in results.chunks(2).zip(PLACES) {
        expect_panic(pair[0].as_ref().unwrap_err(), place);
        assert_eq!(pair[1], Ok(1.into()));
    }
}

/// Some panics carry no text.
#[tokio::test]
async fn a_panic_without_a_text_is_a_fault_too() {
    log::keep();
    let methods = Methods::new()
        .register_fn("at once", || -> i32 { std::panic::panic_any(5) })
        .register_fn("pool", blocking(|| -> i32 { std::panic::panic_any(()) }))
        .register_fn("later", async || -> i32 {
            tokio::task::yield_now().await;
            std::panic::panic_any(vec![1])
        });
    let dispatcher = Dispatcher::new(methods);
    for name in ["at once", "pool", "later"] {
        log::expect_hidden(&fault(&dispatcher, name).await, "no text");
    }
}

/// What a panic carries may panic itself when it is dropped.
#[tokio::test]
async fn a_panic_that_carries_another_is_a_fault_too() {
    let methods = Methods::new()
        .register_fn("at once", || -> i32 { std::panic::panic_any(DropBomb) })
        .register_fn("pool", blocking(|| -> i32 { std::panic::panic_any(DropBomb) }))
        .register_fn("later", async || -> i32 {
            tokio::task::yield_now().await;
            std::panic::panic_any(DropBomb)
        })
        .register_fn("fine", || 1);
    let dispatcher = Dispatcher::new(methods);
    for name in ["at once", "pool", "later"] {
        assert_eq!(fault(&dispatcher, name).await.code(), Fault::INTERNAL_ERROR, "{name}");
        assert_eq!(dispatcher.call("fine", ()).await, Ok(1), "after {name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_panics_leave_the_dispatcher_at_work() {
    let dispatcher = Dispatcher::new(panicking());
    let calls: Vec<_> = (0..1000).map(|n| (n, tokio::spawn(dispatcher.call::<_, i32>(PLACES[n % 3], ())))).collect();
    for (_, call) in calls {
        assert_eq!(call.await.unwrap().unwrap_err().code(), Fault::INTERNAL_ERROR);
    }
    assert_eq!(dispatcher.call("fine", ()).await, Ok(1));
}

/// What a future gives that is ready when it is first asked.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn what_does_not_wait_needs_no_tokio() {
    let here = std::thread::current().id();
    let methods = panicking()
        .register_fn("add", async |a: i32, b: i32| a + b)
        .register_fn("pooled", blocking(move || std::thread::current().id() == here))
        .register_fn(MethodInfo::new("limited").with_timeout(SECOND), async || 3);
    let dispatcher = Dispatcher::new(methods);
    assert_eq!(at_once(dispatcher.call("add", (1, 2))), Ok(3));
    assert_eq!(at_once(dispatcher.call("pooled", ())), Ok(true));
    assert_eq!(at_once(dispatcher.call("limited", ())), Ok(3));
    for place in ["plain", "before", "first", "pool", "writing"] {
        assert_eq!(at_once(fault(&dispatcher, place)).code(), Fault::INTERNAL_ERROR, "{place}");
    }
    let results =
        at_once(multicall(&dispatcher, [item("add", [1.into(), 2.into()]), item("first", []), item("fine", [])]));
    let results = results.unwrap();
    assert_eq!((&results[0], &results[2]), (&Ok(3.into()), &Ok(1.into())));

    let document = MethodCall::new("add", (20, 22)).to_xml(&Dialect::default()).unwrap();
    let response = at_once(dispatcher.dispatch(document));
    assert_eq!(MethodResponse::from_xml(&response).unwrap(), MethodResponse::Value(42));
}

/// A call that waits goes on where there is no runtime to move it to, as long as somebody asks for it.
#[test]
fn what_waits_for_another_than_tokio_needs_no_tokio() {
    let (sender, receiver) = mpsc::channel(1);
    let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
    let methods = Methods::new().register_fn("next", move || {
        let receiver = receiver.clone();
        async move { receiver.lock().await.recv().await.unwrap_or(0) }
    });
    let dispatcher = Dispatcher::new(methods);
    let mut call = Box::pin(dispatcher.call::<_, i32>("next", ()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut context).is_pending());
    sender.try_send(5).unwrap();
    assert_eq!(call.as_mut().poll(&mut context), Poll::Ready(Ok(5)));
}

// ── methods that never wait ──

/// They are polled once, each in its turn, so that nothing but the multicall itself can let others in between.
#[tokio::test(flavor = "current_thread")]
async fn a_multicall_of_calls_that_do_not_wait_has_its_limit_and_lets_others_in() {
    let busy = || std::thread::sleep(5 * MILLISECOND);
    let dispatcher = Dispatcher::new(Methods::new().register_fn("busy", busy)).handler_timeout(200 * MILLISECOND);
    let turns = Arc::new(AtomicU32::new(0));
    let counted = turns.clone();
    let others = tokio::spawn(async move {
        loop {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    let calls: Vec<Value> = (0..100).map(|_| item("busy", [])).collect();
    let fault = dispatcher.call::<_, Value>("system.multicall", (calls,)).await.unwrap_err();
    assert_eq!(fault.code(), Fault::SYSTEM);
    assert!(turns.load(Ordering::Relaxed) > 5, "{turns:?}");
    others.abort();
}

#[test]
fn a_blocking_call_that_has_not_begun_by_its_limit_never_begins() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(1).build().unwrap();
    let begun = Arc::new(AtomicU32::new(0));
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (counter, released) = (begun.clone(), Mutex::new(released));
    let slow = blocking(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        released.lock().unwrap().recv().ok();
    });
    let dispatcher = Dispatcher::new(Methods::new().register_fn("slow", slow)).handler_timeout(20 * MILLISECOND);
    runtime.block_on(async {
        for _ in 0..5 {
            assert_eq!(fault(&dispatcher, "slow").await.code(), Fault::SYSTEM);
        }
    });
    drop(release);
    // Ends when the pool is empty.
    drop(runtime);
    assert_eq!(begun.load(Ordering::SeqCst), 1);
}

#[test]
fn a_runtime_without_time_has_no_time_limits() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let waits = async || {
        tokio::task::yield_now().await;
        1
    };
    let dispatcher = Dispatcher::new(Methods::new().register_fn("waits", waits));
    assert_eq!(runtime.block_on(dispatcher.call("waits", ())), Ok(1));
}

#[tokio::test]
async fn a_call_begins_when_it_is_awaited() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = calls.clone();
    let count = move || counter.fetch_add(1, Ordering::SeqCst);
    let dispatcher = Dispatcher::new(Methods::new().register_fn("count", count));
    drop(dispatcher.call::<_, u32>("count", ()));
    drop(dispatcher.dispatch(MethodCall::new("count", ()).to_xml(&Dialect::default()).unwrap()));
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}
