//! Tower layers around the methods: what they see, what they turn away, and what becomes of their errors.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tagwire::{
    Dialect, Dispatcher, Extension, Fault, Limits, MethodFuture, MethodInfo, Methods, Route, RpcRequest, RpcResponse,
    SystemMethod, Value,
};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tower::buffer::BufferLayer;
use tower::layer::layer_fn;
use tower::limit::{ConcurrencyLimitLayer, RateLimitLayer};
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::{BoxError, Layer, Service, ServiceBuilder};

use crate::support::log;
use crate::support::multicall::{item, multicall};

const SECOND: Duration = Duration::from_secs(1);

async fn fault(dispatcher: &Dispatcher, name: &str) -> Fault {
    match dispatcher.call::<_, Value>(name, ()).await {
        Ok(value) => panic!("{name} gave {value:?}"),
        Err(fault) => fault,
    }
}

fn table() -> Methods {
    Methods::new()
        .register_fn("one", || 1)
        .register_fn("late", async || {
            tokio::task::yield_now().await;
            2
        })
        .register_fn("forever", async || std::future::pending::<i32>().await)
}

type Log = Arc<Mutex<Vec<String>>>;

/// Writes its name before and after each call.
#[derive(Clone)]
struct Noting {
    name: &'static str,
    log: Log,
    route: Route,
}

fn noting(name: &'static str, log: &Log) -> impl Layer<Route, Service = Noting> + use<> {
    let log = log.clone();
    layer_fn(move |route| Noting { name, log: log.clone(), route })
}

impl Service<RpcRequest> for Noting {
    type Response = RpcResponse;
    type Error = Fault;
    type Future = MethodFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        self.route.poll_ready(cx)
    }

    fn call(&mut self, request: RpcRequest) -> MethodFuture {
        let Self { name, log, mut route } = self.clone();
        Box::pin(async move {
            log.lock().unwrap().push(format!("{name} sees {}", request.method()));
            let outcome = route.call(request).await;
            log.lock().unwrap().push(format!("{name} is through"));
            outcome
        })
    }
}

/// Refuses `one` with an error.
fn refusing<E: Into<BoxError> + 'static>(
    error: impl Fn() -> E + Clone + Send + Sync + 'static,
) -> impl Fn(Route) -> Refusing + Clone {
    move |route| {
        let error = error.clone();
        Refusing { route, error: Arc::new(move || error().into()) }
    }
}

#[derive(Clone)]
struct Refusing {
    route: Route,
    error: Arc<dyn Fn() -> BoxError + Send + Sync>,
}

impl Service<RpcRequest> for Refusing {
    type Response = RpcResponse;
    type Error = BoxError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<RpcResponse, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: RpcRequest) -> Self::Future {
        if request.method() == "one" {
            return Box::pin(std::future::ready(Err((self.error)())));
        }
        let future = self.route.call(request);
        Box::pin(async move { future.await.map_err(BoxError::from) })
    }
}

#[tokio::test]
async fn the_layer_that_is_added_last_is_outermost() {
    let log = Log::default();
    let dispatcher =
        Dispatcher::new(table()).layer(noting("a", &log)).layer(noting("b", &log)).layer(noting("c", &log));
    let through = ["a is through", "b is through", "c is through"];
    for (name, result) in [("one", Some(1)), ("late", Some(2)), ("no such", None)] {
        assert_eq!(dispatcher.call::<_, i32>(name, ()).await.ok(), result);
        let mut expected = ["c", "b", "a"].map(|layer| format!("{layer} sees {name}")).to_vec();
        expected.extend(through.map(str::to_owned));
        assert_eq!(std::mem::take(&mut *log.lock().unwrap()), expected);
    }
    dispatcher.call::<_, Vec<String>>("system.listMethods", ()).await.unwrap();
    assert_eq!(std::mem::take(&mut *log.lock().unwrap())[0], "c sees system.listMethods");
}

#[tokio::test]
async fn a_multicall_is_seen_as_a_whole_and_each_call_in_it() {
    let log = Log::default();
    let dispatcher = Dispatcher::new(table()).layer(noting("a", &log)).layer(noting("b", &log));
    let results = multicall(&dispatcher, [item("late", []), item("one", [])]).await.unwrap();
    assert_eq!(results, [Ok(2.into()), Ok(1.into())]);
    let expected = [
        "b sees system.multicall",
        "a sees system.multicall",
        "b sees late",
        "a sees late",
        "a is through",
        "b is through",
        "b sees one",
        "a sees one",
        "a is through",
        "b is through",
        "a is through",
        "b is through",
    ];
    assert_eq!(*log.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_dispatchers_clone_keeps_its_layers() {
    let log = Log::default();
    let dispatcher = Dispatcher::new(table()).layer(noting("a", &log));
    let clone = dispatcher.clone();
    let more = clone.clone().layer(noting("b", &log));
    for (dispatcher, seen) in [(&clone, 1), (&more, 2), (&dispatcher, 1)] {
        assert_eq!(dispatcher.call("one", ()).await, Ok(1));
        assert_eq!(std::mem::take(&mut *log.lock().unwrap()).len(), seen * 2);
    }
    // The table is shared, through all layers.
    more.update_methods(|methods| methods.register_fn("new", || 3));
    assert_eq!(dispatcher.call("new", ()).await, Ok(3));
    clone.update_methods(|methods| methods.remove("new"));
    assert_eq!(fault(&more, "new").await.code(), Fault::METHOD_NOT_FOUND);
}

#[tokio::test]
async fn a_layer_may_answer_by_itself() {
    let layer = layer_fn(|_: Route| {
        tower::service_fn(async |_: RpcRequest| {
            RpcResponse::encode("not at home", &Dialect::default()).map_err(Fault::from)
        })
    });
    let dispatcher = Dispatcher::new(table()).layer(layer);
    assert_eq!(dispatcher.call("no such", (1, 2)).await, Ok("not at home".to_owned()));
}

#[tokio::test]
async fn a_fault_of_a_layer_goes_out_as_it_is() {
    log::keep();
    let own = || Fault::new(4711, "my own <words>");
    let plain = Dispatcher::new(table()).layer(layer_fn(refusing(own)));
    // Through a layer that has an error of its own type.
    let wrapped = plain.clone().layer(TimeoutLayer::new(SECOND)).layer(LoadShedLayer::new());
    // In one stack, where nobody sees the fault in between.
    let stacked = ServiceBuilder::new().load_shed().timeout(SECOND).concurrency_limit(5).layer(layer_fn(refusing(own)));
    let stacked = Dispatcher::new(table()).layer(stacked);
    let buffered = ServiceBuilder::new().layer(BufferLayer::<RpcRequest>::new(5)).layer(layer_fn(refusing(own)));
    let buffered = Dispatcher::new(table()).layer(buffered);
    for dispatcher in [plain, wrapped, stacked, buffered] {
        assert_eq!(fault(&dispatcher, "one").await, own());
        assert_eq!(dispatcher.call("late", ()).await, Ok(2));
        // So does a fault from within.
        assert_eq!(fault(&dispatcher, "no such").await.code(), Fault::METHOD_NOT_FOUND);
        let results = multicall(&dispatcher, [item("one", []), item("late", [])]).await.unwrap();
        assert_eq!(results, [Err(own()), Ok(2.into())]);
    }
}

#[tokio::test]
async fn another_error_of_a_layer_is_for_the_log_only() {
    log::keep();
    let dispatcher = Dispatcher::new(table()).layer(layer_fn(refusing(|| std::io::Error::other("the vault is open"))));
    let first = fault(&dispatcher, "one").await;
    log::expect_hidden(&first, "the vault is open");
    let second = fault(&dispatcher, "one").await;
    log::expect_hidden(&second, "the vault is open");
    assert_ne!(first, second);
    assert_eq!(dispatcher.call("late", ()).await, Ok(2));

    let results = multicall(&dispatcher, [item("late", []), item("one", [])]).await.unwrap();
    assert_eq!(results[0], Ok(2.into()));
    log::expect_hidden(results[1].as_ref().unwrap_err(), "the vault is open");

    let text = Dispatcher::new(table()).layer(layer_fn(refusing(|| "the key is under the mat")));
    log::expect_hidden(&fault(&text, "one").await, "the key is under the mat");
}

#[tokio::test(start_paused = true)]
async fn a_time_limit_of_a_layer_is_a_system_fault() {
    let limited = Dispatcher::new(table()).layer(TimeoutLayer::new(SECOND));
    let started = Instant::now();
    assert_eq!(fault(&limited, "forever").await.code(), Fault::SYSTEM);
    assert!(started.elapsed() < SECOND * 2);
    assert_eq!(limited.call("late", ()).await, Ok(2));
    // Beneath others it is still told.
    let outer = limited.layer(LoadShedLayer::new()).layer(ConcurrencyLimitLayer::new(5));
    assert_eq!(fault(&outer, "forever").await.code(), Fault::SYSTEM);
    let in_one = Dispatcher::new(table()).layer(ServiceBuilder::new().load_shed().timeout(SECOND));
    assert_eq!(fault(&in_one, "forever").await.code(), Fault::SYSTEM);
}

/// Begins a call that waits, and gives what lets it end.
async fn begin_waiting(
    layer: impl FnOnce(Dispatcher) -> Dispatcher,
) -> (Dispatcher, oneshot::Sender<()>, tokio::task::JoinHandle<Result<(), Fault>>) {
    let (started, start) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let once = Mutex::new(Some((started, released)));
    let methods = table().register_fn("wait", move || {
        let (started, released) = once.lock().unwrap().take().unwrap();
        async move {
            started.send(()).unwrap();
            released.await.unwrap();
        }
    });
    let dispatcher = layer(Dispatcher::new(methods));
    let waiting = tokio::spawn(dispatcher.call::<_, ()>("wait", ()));
    start.await.unwrap();
    (dispatcher, release, waiting)
}

#[tokio::test]
async fn a_shed_load_is_an_overloaded_server() {
    let stack = || ServiceBuilder::new().load_shed().concurrency_limit(1);
    let (dispatcher, release, waiting) = begin_waiting(|dispatcher| dispatcher.layer(stack())).await;
    for name in ["one", "no such", "system.listMethods"] {
        assert_eq!(fault(&dispatcher, name).await, Fault::new(-32500, "server overloaded"));
    }
    release.send(()).unwrap();
    assert_eq!(waiting.await.unwrap(), Ok(()));
    assert_eq!(dispatcher.call("one", ()).await, Ok(1));
}

#[tokio::test]
async fn no_more_calls_run_at_a_time_than_a_layer_allows() {
    let (running, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (now, top) = (running.clone(), most.clone());
    let methods = Methods::new().register_fn("work", move || {
        let (running, most) = (now.clone(), top.clone());
        async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            for _ in 0..5 {
                tokio::task::yield_now().await;
            }
            running.fetch_sub(1, Ordering::SeqCst);
        }
    });
    let dispatcher = Dispatcher::new(methods).layer(ConcurrencyLimitLayer::new(3));
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(dispatcher.clone().call::<_, ()>("work", ()))).collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
    assert_eq!((running.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_run_in_a_second_than_a_layer_allows() {
    let stack = ServiceBuilder::new().layer(BufferLayer::<RpcRequest>::new(100)).layer(RateLimitLayer::new(2, SECOND));
    let dispatcher = Dispatcher::new(table()).layer(stack);
    let started = Instant::now();
    let calls: Vec<_> = (0..10).map(|_| tokio::spawn(dispatcher.clone().call::<_, i32>("late", ()))).collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(2));
    }
    let seconds = started.elapsed().as_secs();
    assert!((4..=5).contains(&seconds), "{seconds} s for ten calls, two in a second");
}

/// A multicall and the calls in it each take a slot, so that one may wait for itself; its time limit ends that.
#[tokio::test(start_paused = true)]
async fn a_multicall_that_waits_for_its_own_slot_ends_by_its_limit() {
    let dispatcher = Dispatcher::new(table()).handler_timeout(SECOND).layer(ConcurrencyLimitLayer::new(1));
    let fault = multicall(&dispatcher, [item("one", [])]).await.unwrap_err();
    assert_eq!(fault.code(), Fault::SYSTEM);
    assert_eq!(dispatcher.call("one", ()).await, Ok(1), "the slot is lost");
}

/// Never lets a call in.
#[derive(Clone)]
struct NeverReady;

impl Service<RpcRequest> for NeverReady {
    type Response = RpcResponse;
    type Error = Fault;
    type Future = MethodFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Pending
    }

    fn call(&mut self, _: RpcRequest) -> MethodFuture {
        panic!("called before it was ready")
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_never_becomes_ready_holds_up_nobody_else() {
    let free = Dispatcher::new(table());
    let blocked = free.clone().layer(layer_fn(|_: Route| NeverReady));
    let waiting = tokio::spawn(blocked.call::<_, i32>("one", ()));
    for _ in 0..100 {
        assert_eq!(free.call("late", ()).await, Ok(2));
    }
    assert!(!waiting.is_finished());
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());

    let limited = blocked.clone().layer(TimeoutLayer::new(SECOND));
    assert_eq!(fault(&limited, "one").await.code(), Fault::SYSTEM);
    let shed = blocked.layer(TimeoutLayer::new(SECOND)).layer(LoadShedLayer::new());
    assert_eq!(fault(&shed, "one").await.code(), Fault::SYSTEM);
    let in_one =
        Dispatcher::new(table()).layer(ServiceBuilder::new().load_shed().layer(layer_fn(|_: Route| NeverReady)));
    assert_eq!(fault(&in_one, "one").await, Fault::new(-32500, "server overloaded"));
}

/// Fails before it is asked to do anything.
#[derive(Clone)]
struct NotReady(Fault);

impl Service<RpcRequest> for NotReady {
    type Response = RpcResponse;
    type Error = Fault;
    type Future = MethodFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Err(self.0.clone()))
    }

    fn call(&mut self, _: RpcRequest) -> MethodFuture {
        panic!("called though it had failed")
    }
}

#[tokio::test]
async fn an_error_of_readiness_is_an_error_of_the_layer() {
    let own = Fault::new(9, "closed");
    let dispatcher = Dispatcher::new(table()).layer(layer_fn(|_: Route| NotReady(Fault::new(9, "closed"))));
    assert_eq!(fault(&dispatcher, "one").await, own);
    assert_eq!(fault(&dispatcher, "one").await, own);
}

/// Where a layer panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Ready,
    Call,
    FirstPoll,
    LaterPoll,
    AfterTheMethod,
}

/// Panics in one place of each call of `one`.
#[derive(Clone)]
struct Panicking(Route, Place);

impl Service<RpcRequest> for Panicking {
    type Response = RpcResponse;
    type Error = Fault;
    type Future = MethodFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        assert_ne!(self.1, Place::Ready, "boom in Ready");
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: RpcRequest) -> MethodFuture {
        let (mut route, place) = (self.0.clone(), self.1);
        let panics = request.method() == "one";
        assert!(!panics || place != Place::Call, "boom in Call");
        Box::pin(async move {
            assert!(!panics || place != Place::FirstPoll, "boom in FirstPoll");
            if panics && place == Place::LaterPoll {
                tokio::task::yield_now().await;
                panic!("boom in LaterPoll");
            }
            let outcome = route.call(request).await;
            assert!(!panics || place != Place::AfterTheMethod, "boom in AfterTheMethod");
            outcome
        })
    }
}

#[tokio::test]
async fn a_panic_in_a_layer_is_a_fault_with_a_number_and_its_text_is_in_the_log() {
    log::keep();
    let logged = Log::default();
    for place in [Place::Ready, Place::Call, Place::FirstPoll, Place::LaterPoll, Place::AfterTheMethod] {
        let inner = Dispatcher::new(table()).layer(layer_fn(move |route: Route| Panicking(route, place)));
        for dispatcher in [inner.clone(), inner.layer(noting("outer", &logged))] {
            for _ in 0..2 {
                log::expect_hidden(&fault(&dispatcher, "one").await, &format!("boom in {place:?}"));
            }
            if place == Place::Ready {
                continue;
            }
            assert_eq!(dispatcher.call("late", ()).await, Ok(2));
            let results = multicall(&dispatcher, [item("late", []), item("one", []), item("late", [])]).await.unwrap();
            assert_eq!((&results[0], &results[2]), (&Ok(2.into()), &Ok(2.into())));
            log::expect_hidden(results[1].as_ref().unwrap_err(), &format!("boom in {place:?}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_set_after_a_layer_still_counts() {
    let log = Log::default();
    let table = || {
        table()
            .register_fn("none", || None::<i32>)
            .register_fn("extension", |Extension(text): Extension<&'static str>| text)
            .register_fn("deep", |_: Value| 1)
            .register_fn("long", || "x".repeat(5_000))
            .register_fn(MethodInfo::new("limited").with_timeout(SECOND * 5), async || {
                std::future::pending::<i32>().await
            })
    };
    let dispatcher = Dispatcher::new(table())
        .extension("early")
        .layer(noting("a", &log))
        .dialect(Dialect::default().allow_none(true))
        .extension("late")
        .max_multicall(2)
        .limits(Limits::default().max_depth(3))
        .max_response_size(4_000)
        .handler_timeout(SECOND)
        .without([SystemMethod::MethodHelp]);

    assert_eq!(dispatcher.call("none", ()).await, Ok(None::<i32>));
    assert_eq!(dispatcher.call("extension", ()).await, Ok("late".to_owned()));
    let deep = (0..5).fold(Value::from(1), |value, _| vec![value].into());
    assert_eq!(dispatcher.call::<_, i32>("deep", (deep,)).await.unwrap_err().code(), Fault::INVALID_REQUEST);
    assert_eq!(fault(&dispatcher, "long").await.code(), Fault::INTERNAL_ERROR);
    assert_eq!(
        dispatcher.call::<_, i32>("system.methodHelp", ("one",)).await.unwrap_err().code(),
        Fault::METHOD_NOT_FOUND
    );

    let started = Instant::now();
    assert_eq!(fault(&dispatcher, "forever").await.code(), Fault::SYSTEM);
    assert!(started.elapsed() < SECOND * 2);
    let started = Instant::now();
    assert_eq!(fault(&dispatcher, "limited").await.code(), Fault::SYSTEM);
    assert!(started.elapsed() >= SECOND * 5);

    let wide = dispatcher.limits(Limits::default()).max_response_size(1 << 20);
    let two = vec![item("none", []), item("extension", [])];
    assert_eq!(multicall(&wide, two.clone()).await.unwrap(), [Ok(Value::Nil), Ok("late".into())]);
    let three = [two, vec![item("one", [])]].concat();
    assert_eq!(multicall(&wide, three).await.unwrap_err().code(), Fault::INVALID_REQUEST);
    assert!(!log.lock().unwrap().is_empty());
}

#[test]
fn layers_need_no_tokio_where_they_do_not_wait() {
    let log = Log::default();
    let dispatcher = Dispatcher::new(table()).layer(noting("a", &log)).layer(noting("b", &log));
    let mut call = Box::pin(dispatcher.call::<_, i32>("one", ()));
    assert_eq!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(1)));
}

#[tokio::test]
async fn a_request_tells_a_log_nothing_of_its_parameters() {
    let seen = Arc::new(Mutex::new(String::new()));
    let log = seen.clone();
    let dispatcher = Dispatcher::new(Methods::new().register_fn("login", |_: String| true)).layer(
        tower::util::MapRequestLayer::new(move |request: RpcRequest| {
            *log.lock().unwrap() = format!("{request:?} {request:#?}");
            request
        }),
    );
    assert_eq!(dispatcher.call("login", ("s3cret",)).await, Ok(true));
    let seen = seen.lock().unwrap();
    assert!(seen.contains("login") && !seen.contains("s3cret"), "{seen}");
}

#[tokio::test]
async fn a_response_that_a_layer_makes_is_held_to_the_limit() {
    let large = layer_fn(|_: Route| {
        tower::service_fn(|_: RpcRequest| async {
            RpcResponse::encode(&"x".repeat(10_000), &Dialect::default()).map_err(Fault::from)
        })
    });
    let dispatcher = Dispatcher::new(Methods::new()).layer(large).max_response_size(1000);
    assert_eq!(dispatcher.call::<_, String>("any", ()).await.unwrap_err().code(), Fault::INTERNAL_ERROR);
}
