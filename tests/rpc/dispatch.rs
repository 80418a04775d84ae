//! The dispatcher without sockets: documents in, documents out.

use serde::{Deserialize, Serialize};
use tagwire::{
    Dialect, Dispatcher, Fault, FromCall, MethodCall, MethodResponse, Methods, ParamType, Params, RequestContext,
    RpcRequest, RpcResponse, Value, ValueType, methods, xmlrpc_method,
};
use tower::{Service, ServiceExt};

/// Adds two integers.
#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[xmlrpc_method(name = "math.div", help = "Divides.")]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_div(b).ok_or_else(|| Fault::new(7, "division by zero"))
}

#[xmlrpc_method]
async fn greet(cx: RequestContext, name: String, greeting: Option<String>) -> String {
    format!("{}: {}, {name}", cx.method(), greeting.unwrap_or_else(|| "hello".to_owned()))
}

#[xmlrpc_method]
fn nothing() {}

#[xmlrpc_method]
async fn late() -> i32 {
    tokio::task::yield_now().await;
    9
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Point {
    x: i32,
    y: i32,
}

#[xmlrpc_method]
fn mirror(point: Point) -> Point {
    Point { x: point.y, y: point.x }
}

fn dispatcher() -> Dispatcher {
    Dispatcher::new(methods![add, div, greet, nothing, late, mirror].register_fn("têšt /x", |value: Value| value))
}

async fn call<P: Serialize>(name: &str, params: P) -> Result<Value, Fault> {
    call_on(&dispatcher(), name, params).await
}

async fn call_on<P: Serialize>(dispatcher: &Dispatcher, name: &str, params: P) -> Result<Value, Fault> {
    let call = MethodCall::new(name, params).to_xml(&Dialect::default().allow_none(true)).unwrap();
    MethodResponse::from_xml(&dispatcher.dispatch(call).await).unwrap().into_result()
}

#[tokio::test]
async fn calls_reach_functions_of_every_kind() {
    assert_eq!(call("add", (2, 3)).await, Ok(5.into()));
    assert_eq!(call("math.div", (7, 2)).await, Ok(3.into()));
    assert_eq!(call("math.div", (7, 0)).await, Err(Fault::new(7, "division by zero")));
    assert_eq!(call("greet", ("Ann",)).await, Ok("greet: hello, Ann".into()));
    assert_eq!(call("greet", ("Ann", "hi")).await, Ok("greet: hi, Ann".into()));
    assert_eq!(call("greet", ("Ann", None::<i32>)).await, Ok("greet: hello, Ann".into()));
    assert_eq!(call("nothing", ()).await, Ok(true.into()));
    assert_eq!(call("late", ()).await, Ok(9.into()));
    assert_eq!(call("têšt /x", ("&",)).await, Ok("&".into()));
    let mirrored = call("mirror", (Point { x: 1, y: 2 },)).await.unwrap();
    assert_eq!((mirrored.get("x"), mirrored.get("y")), (Some(&2.into()), Some(&1.into())));
}

#[tokio::test]
async fn wrong_arguments_are_named() {
    let fault = |code, string| Err(Fault::new(code, string));
    assert_eq!(call("add", (1,)).await, fault(-32602, "argument 2 (b) is missing: expected int"));
    assert_eq!(call("add", (1, 2, 3)).await, fault(-32602, "expected 2 arguments, found more"));
    assert_eq!(call("nothing", (1,)).await, fault(-32602, "expected 0 arguments, found more"));
    let Err(wrong) = call("add", (1, "secret")).await else { panic!("taken") };
    assert_eq!(wrong.code(), -32602);
    assert!(wrong.string().starts_with("argument 2 (b): expected i32, found string"), "{wrong}");
    assert!(!wrong.string().contains("secret"));
    let Err(wrong) = call("greet", (5,)).await else { panic!("taken") };
    assert!(wrong.string().starts_with("argument 1 (name): expected a string, found int"), "{wrong}");
    let Err(wrong) = call("mirror", (Struct1 { x: "a" },)).await else { panic!("taken") };
    assert!(wrong.string().ends_with(", in x"), "{wrong}");
}

#[derive(Serialize)]
struct Struct1 {
    x: &'static str,
}

#[tokio::test]
async fn a_broken_document_is_a_fault_and_nothing_runs() {
    for (document, code) in [
        ("", -32700),
        ("<methodCall>", -32700),
        ("<methodCall><methodName>add</methodName><params><param><value><int>1</int></value></param>", -32700),
        ("<methodCall><methodName>nothing</methodName><params></params>", -32700),
        ("<methodCall><methodName>nothing</methodName></methodCall>x", -32700),
        ("<methodCall><methodName>no such</methodName><params>", -32700),
        ("<methodCall><methodName>no such</methodName></methodCall>", -32601),
        ("<methodCall><methodName> </methodName></methodCall>", -32601),
        ("<methodResponse/>", -32600),
        ("<methodCall><methodName>nothing</methodName><params/><params/></methodCall>", -32600),
        ("<?xml version='1.0' encoding='x-foo'?><methodCall/>", -32701),
        ("<methodCall><methodName>\u{1}</methodName></methodCall>", -32702),
    ] {
        let response = dispatcher().dispatch(document).await;
        let fault = MethodResponse::<Value>::from_xml(&response).unwrap().into_result().unwrap_err();
        assert_eq!(fault.code(), code, "{document}: {fault}");
    }
}

#[tokio::test]
async fn parameters_may_stand_before_the_name() {
    let document = "<methodCall><params><param><value><int>2</int></value></param><param><value><i4>3</i4></value></param>\
                    </params><methodName>add</methodName></methodCall>";
    let response = dispatcher().dispatch(document).await;
    assert_eq!(MethodResponse::from_xml(&response).unwrap(), MethodResponse::Value(5));
}

#[derive(Serialize)]
struct Item<P> {
    #[serde(rename = "methodName")]
    method: &'static str,
    params: P,
}

#[tokio::test]
async fn an_argument_of_another_type_is_taken_as_a_whole() {
    struct NumberOr(i32);
    struct NumbersOr(usize);

    impl FromCall for NumbersOr {
        fn param_type() -> Option<ParamType> {
            None
        }

        fn from_call(_: &RequestContext, params: &mut Params) -> Result<Self, Fault> {
            Ok(Self(params.take::<Vec<i32>>().map_or(0, |numbers| numbers.len())))
        }
    }

    impl FromCall for NumberOr {
        fn param_type() -> Option<ParamType> {
            Some(ParamType::Required(ValueType::Int.into()))
        }

        fn from_call(_: &RequestContext, params: &mut Params) -> Result<Self, Fault> {
            Ok(Self(params.take().unwrap_or(-1)))
        }
    }

    let methods = Methods::new().register_fn("f", |NumberOr(n): NumberOr, next: String| format!("{n} {next}"));
    let dispatcher = Dispatcher::new(methods);
    let list = vec![Value::from(1), Value::from("a")];
    assert_eq!(call_on(&dispatcher, "f", (list, "x")).await, Ok("-1 x".into()));
    assert_eq!(call_on(&dispatcher, "f", (Point { x: 1, y: 2 }, "x")).await, Ok("-1 x".into()));
    assert_eq!(call_on(&dispatcher, "f", (7, "x")).await, Ok("7 x".into()));

    // After a broken value there is nothing more to take, whatever follows.
    let broken = "<methodCall><methodName>f</methodName><params><param><value><array><data><value><int>x</int></value>\
                  <value>y</value></data></array></value></param><param><value>z</value></param></params></methodCall>";
    let methods = Methods::new().register_fn("f", |NumbersOr(n): NumbersOr, next: String| format!("{n} {next}"));
    let response = Dispatcher::new(methods).dispatch(broken).await;
    let fault = MethodResponse::<Value>::from_xml(&response).unwrap().into_result().unwrap_err();
    assert_eq!(fault.code(), -32600, "{fault}");
}

#[tokio::test]
async fn a_response_beyond_the_limit_is_a_fault() {
    let methods = Methods::new().register_fn("text", |length: usize| "x".repeat(length));
    let whole = Dispatcher::new(methods.clone()).dispatch(call_of_text(100)).await;

    for (limit, fits) in [(whole.len() - 1, false), (whole.len(), true), (whole.len() + 1, true)] {
        let dispatcher = Dispatcher::new(methods.clone()).max_response_size(limit);
        let outcome = call_on(&dispatcher, "text", (100,)).await;
        match fits {
            true => assert!(outcome.is_ok(), "{limit}"),
            false => assert_eq!(outcome.unwrap_err().code(), -32603),
        }
    }

    let long = Methods::new().register_fn("fail", || Err::<(), _>(Fault::application("é".repeat(10_000))));
    let fault = call_on(&Dispatcher::new(long).max_response_size(1000), "fail", ()).await.unwrap_err();
    assert!(fault.string().len() <= 1000 / 16 + "…".len() && fault.string().ends_with('…'), "{fault}");

    let calls: Vec<_> = (0..10).map(|_| Item { method: "text", params: (1000,) }).collect();
    let call = MethodCall::new("system.multicall", (calls,)).to_xml(&Dialect::default()).unwrap();
    let whole = Dispatcher::new(methods.clone()).dispatch(call.clone()).await.len();
    for (limit, fits) in [(whole - 1, false), (whole, true)] {
        let response = Dispatcher::new(methods.clone()).max_response_size(limit).dispatch(call.clone()).await;
        assert_eq!(MethodResponse::<Value>::from_xml(&response).unwrap().into_result().is_ok(), fits, "{limit}");
    }

    let dispatcher = Dispatcher::new(methods).max_response_size(10_000);
    let calls: Vec<_> = (0..1000).map(|_| Item { method: "text", params: (1000,) }).collect();
    assert_eq!(call_on(&dispatcher, "system.multicall", (calls,)).await.unwrap_err().code(), -32603);
}

#[tokio::test]
async fn sixteen_mebibytes_is_the_limit_of_a_response_unless_set() {
    const LIMIT: usize = 16 << 20;
    let methods = Methods::new().register_fn("text", |length: usize| "x".repeat(length));
    let dispatcher = Dispatcher::new(methods);
    // What stands around the text.
    let around = dispatcher.dispatch(call_of_text(0)).await.len();
    for (length, fits) in [(LIMIT - 1, true), (LIMIT, true), (LIMIT + 1, false)] {
        let response = dispatcher.dispatch(call_of_text(length - around)).await;
        match fits {
            true => assert_eq!(response.len(), length),
            false => {
                let response = MethodResponse::<Value>::from_xml(&response).unwrap();
                assert_eq!(response.into_result().unwrap_err().code(), -32603);
            }
        }
    }
}

fn call_of_text(length: usize) -> Vec<u8> {
    MethodCall::new("text", (length,)).to_xml(&Dialect::default()).unwrap()
}

#[tokio::test]
async fn nil_is_sent_only_where_the_dialect_allows_it() {
    let methods = || Methods::new().register_fn("none", || None::<i32>).register_fn("nothing", || {});
    let plain = Dispatcher::new(methods());
    let fault = call_on(&plain, "none", ()).await.unwrap_err();
    assert_eq!(fault.code(), -32603);
    assert!(fault.string().starts_with("internal error "), "{fault}");
    let nil = Dispatcher::new(methods()).dialect(Dialect::default().allow_none(true));
    assert_eq!(call_on(&nil, "none", ()).await, Ok(Value::Nil));
    assert_eq!(call_on(&nil, "nothing", ()).await, Ok(Value::Nil));
}

#[tokio::test]
async fn a_panic_is_a_fault_that_tells_nothing() {
    fn at_once() -> i32 {
        panic!("secret")
    }
    async fn in_the_first_poll() -> i32 {
        panic!("{}", "secret")
    }
    async fn later() -> i32 {
        tokio::task::yield_now().await;
        panic!("secret")
    }
    let methods = Methods::new()
        .register_fn("at_once", at_once)
        .register_fn("in_the_first_poll", in_the_first_poll)
        .register_fn("later", later);
    let dispatcher = Dispatcher::new(methods);
    for name in ["at_once", "in_the_first_poll", "later"] {
        let fault = call_on(&dispatcher, name, ()).await.unwrap_err();
        assert_eq!(fault.code(), -32603, "{name}");
        assert!(!fault.string().contains("secret"), "{name}: {fault}");
    }
}

#[tokio::test]
async fn a_method_that_has_begun_ends_though_its_caller_is_gone() {
    let (started, start) = tokio::sync::oneshot::channel();
    let (go_on, wait) = tokio::sync::oneshot::channel::<()>();
    let (ended, end) = tokio::sync::oneshot::channel();
    let once = std::sync::Mutex::new(Some((started, wait, ended)));
    let methods = Methods::new().register_fn("slow", move || {
        let (started, wait, ended) = once.lock().unwrap().take().unwrap();
        async move {
            started.send(()).unwrap();
            wait.await.unwrap();
            ended.send(()).unwrap();
        }
    });
    let dispatcher = Dispatcher::new(methods);
    let caller = tokio::spawn(async move { call_on(&dispatcher, "slow", ()).await });
    start.await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    go_on.send(()).unwrap();
    end.await.unwrap();
}

#[tokio::test]
async fn the_dispatcher_is_a_tower_service() {
    let dispatcher = dispatcher();
    let reader = dispatcher.clone();
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = seen.clone();
    let mut service = tower::service_fn(move |request: RpcRequest| {
        log.lock().unwrap().push(request.method().to_owned());
        dispatcher.clone().oneshot(request)
    });
    let document = MethodCall::new("add", (20, 22)).to_xml(&Dialect::default()).unwrap();
    let request = reader.read_call(document.into(), None, RequestContext::default());
    let response: RpcResponse = service.ready().await.unwrap().call(request.unwrap()).await.unwrap();
    assert_eq!(response.value(), b"<value><int>42</int></value>");
    assert_eq!(*seen.lock().unwrap(), ["add"]);
}

#[test]
fn a_dispatcher_needs_no_tokio_for_functions_that_do_not() {
    let document = MethodCall::new("add", (20, 22)).to_xml(&Dialect::default()).unwrap();
    let mut future = Box::pin(async move { dispatcher().dispatch(document).await });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(response) = future.as_mut().poll(&mut context) else { panic!("it waits") };
    assert_eq!(MethodResponse::from_xml(&response).unwrap(), MethodResponse::Value(42));
}

#[tokio::test]
async fn a_call_that_is_read_has_the_name_in_its_document() {
    let dispatcher = dispatcher();
    let document = |name: &str| {
        format!(
            "<methodCall><methodName>{name}</methodName><params><param><value><int>1</int></value></param>\
                 <param><value><int>2</int></value></param></params></methodCall>"
        )
    };
    // The context of another call, as a gateway passes it on.
    let outer = dispatcher.read_call(document("greet").into(), None, RequestContext::default()).unwrap();
    for name in ["add", "a&#100;d"] {
        let request = dispatcher.read_call(document(name).into(), None, outer.context().clone()).unwrap();
        assert_eq!((request.method(), request.context().method()), ("add", "add"), "{name}");
        let response = dispatcher.clone().oneshot(request).await.unwrap();
        assert_eq!(response.value(), b"<value><int>3</int></value>");
    }
}

#[tokio::test]
async fn an_option_in_a_newtype_may_be_left_out_as_its_signature_says() {
    #[derive(Deserialize)]
    struct Limit(Option<i32>);

    let dispatcher = Dispatcher::new(Methods::new().register_fn("list", |Limit(limit): Limit| limit.unwrap_or(10)));
    assert_eq!(call_on(&dispatcher, "list", ()).await, Ok(10.into()));
    assert_eq!(call_on(&dispatcher, "list", (3,)).await, Ok(3.into()));
}
