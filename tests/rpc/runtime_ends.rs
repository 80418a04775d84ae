//! Calls that outlive their runtime, and futures that are asked for more than they have: a fault, never a panic.

use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tagwire::{Dispatcher, Fault, Methods, OnDisconnect, RequestContext, Route, RpcRequest, blocking};
use tokio::runtime::{Builder, Handle};
use tower::Service;
use tower::layer::{layer_fn, util::Identity};

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn request(dispatcher: &Dispatcher, method: &str) -> RpcRequest {
    let document = format!("<methodCall><methodName>{method}</methodName></methodCall>");
    dispatcher.read_call(document.into(), None, RequestContext::default()).unwrap()
}

/// A runtime that takes nothing any more.
fn ended() -> Handle {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    handle
}

#[test]
fn a_call_that_waits_when_its_runtime_ends_is_answered() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let waits = async || pending::<i32>().await;
    let dispatcher = Dispatcher::new(Methods::new().register_fn("waits", waits));
    let mut call = pin!(dispatcher.call::<_, i32>("waits", ()));
    {
        let _inside = runtime.enter();
        assert!(poll(call.as_mut()).is_pending());
    }
    drop(runtime);
    let Poll::Ready(Err(fault)) = poll(call) else { panic!("it waits for ever") };
    assert_eq!(fault, Fault::system("the server is stopping"));
}

#[test]
fn a_call_that_begins_after_the_end_of_the_runtime_is_answered() {
    let handle = ended();
    let _inside = handle.enter();
    let methods = Methods::new()
        .register_fn("waits", async || pending::<i32>().await)
        .register_fn("blocks", blocking(|| 1))
        .register_fn("at once", || 1);
    for on_disconnect in [OnDisconnect::Finish, OnDisconnect::Cancel] {
        let dispatcher = Dispatcher::new(methods.clone()).on_disconnect(on_disconnect).handler_timeout(None);
        let call = |method| poll(pin!(dispatcher.call::<_, i32>(method, ())));
        assert_eq!(call("at once"), Poll::Ready(Ok(1)));
        assert_eq!(call("blocks"), Poll::Ready(Err(Fault::system("the server is stopping"))));
    }
    let dispatcher = Dispatcher::new(methods);
    let waits = poll(pin!(dispatcher.call::<_, i32>("waits", ())));
    assert_eq!(waits, Poll::Ready(Err(Fault::system("the server is stopping"))));
}

/// The limit would be over before the first poll.
#[test]
fn no_call_has_a_limit_in_a_runtime_without_time() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let waits = async || {
        tokio::task::yield_now().await;
        1
    };
    let dispatcher = Dispatcher::new(Methods::new().register_fn("waits", waits)).handler_timeout(Duration::ZERO);
    for call in 0..3 {
        assert_eq!(runtime.block_on(dispatcher.call("waits", ())), Ok(1), "call {call}");
    }
    // That one runtime has no time says nothing of another.
    let other = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let limited = Dispatcher::new(Methods::new().register_fn("waits", async || pending::<i32>().await));
    let fault = other.block_on(limited.call::<_, i32>("waits", ())).unwrap_err();
    assert_eq!(fault.code(), Fault::SYSTEM, "{fault}");
}

#[test]
fn a_call_that_is_polled_after_its_end_gives_a_fault() {
    let methods = Methods::new().register_fn("six", || 6);
    let plain = Dispatcher::new(methods.clone());
    let layered = Dispatcher::new(methods).layer(Identity::new());
    for mut dispatcher in [plain, layered] {
        let request = request(&dispatcher, "six");
        let mut call = pin!(Service::call(&mut dispatcher, request));
        assert!(matches!(poll(call.as_mut()), Poll::Ready(Ok(_))));
        for _ in 0..2 {
            let Poll::Ready(Err(fault)) = poll(call.as_mut()) else { panic!("it gives a second result") };
            assert_eq!(fault.code(), Fault::INTERNAL_ERROR, "{fault}");
        }
    }
}

/// What a layer is put around can be kept, and given a request that came another way.
#[tokio::test]
async fn a_route_without_its_dispatcher_gives_a_fault() {
    let kept = Arc::new(Mutex::new(None));
    let keeper = kept.clone();
    let dispatcher = Dispatcher::new(Methods::new().register_fn("six", || 6)).layer(layer_fn(move |route: Route| {
        *keeper.lock().unwrap() = Some(route.clone());
        route
    }));
    assert_eq!(dispatcher.call("six", ()).await, Ok(6));
    let mut route = kept.lock().unwrap().take().unwrap();
    let fault = route.call(request(&dispatcher, "six")).await.unwrap_err();
    assert_eq!(fault.code(), Fault::INTERNAL_ERROR, "{fault}");
    assert_eq!(dispatcher.call("six", ()).await, Ok(6));
}
