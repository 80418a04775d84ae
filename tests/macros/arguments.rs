//! Where a handler's arguments come from, and what a caller is told of wrong ones.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tagwire::{
    Binary, DateTime, Dialect, Dispatcher, Extension, Fault, FromCall, Headers, MethodName, MethodResponse, Methods,
    ParamType, Params, RemoteAddr, RequestContext, Rest, RpcRequest, Struct, Value, ValueType, methods, xmlrpc_method,
};
use tower::util::MapRequestLayer;

use crate::support::log;
use crate::support::multicall::{item, multicall};

/// What no fault may show.
const SECRET: &str = "hunter2";

/// One that writes nil, so that a call can send it.
fn dispatcher(methods: Methods) -> Dispatcher {
    Dispatcher::new(methods).dialect(Dialect::default().allow_none(true))
}

/// The fault that a call ends with.
async fn fault(dispatcher: &Dispatcher, name: &str, params: impl Serialize) -> Fault {
    match dispatcher.call::<_, Value>(name, params).await {
        Ok(value) => panic!("{name} gave {value:?}"),
        Err(fault) => fault,
    }
}

/// A fault of the arguments that has these texts, and not the secret.
#[track_caller]
fn expect_invalid(fault: &Fault, texts: &[&str]) {
    assert_eq!(fault.code(), Fault::INVALID_PARAMS, "{fault}");
    for text in texts {
        assert!(fault.string().contains(text), "{text:?} in {fault}");
    }
    assert!(!fault.string().contains(SECRET), "{fault}");
}

async fn expect_echo<T>(value: T)
where
    T: Serialize + DeserializeOwned + Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static,
{
    let dispatcher =
        dispatcher(Methods::new().register_fn("echo", |value: T| value).register_fn("late", async |value: T| {
            tokio::task::yield_now().await;
            value
        }));
    for name in ["echo", "late"] {
        assert_eq!(dispatcher.call(name, (value.clone(),)).await, Ok(value.clone()));
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Account {
    #[serde(rename = "user name")]
    user: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<u8>,
    tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Nothing,
    Circle(f64),
    Rectangle(f64, f64),
    Named { name: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Meters(f64);

#[tokio::test]
async fn every_serde_type_is_an_argument() {
    expect_echo(i8::MIN).await;
    expect_echo(i16::MIN).await;
    expect_echo(i32::MIN).await;
    expect_echo(i64::MIN).await;
    expect_echo(u8::MAX).await;
    expect_echo(u16::MAX).await;
    expect_echo(u32::MAX).await;
    expect_echo(i64::MAX as u64).await;
    expect_echo(0.1_f32).await;
    expect_echo(f64::MAX).await;
    expect_echo(true).await;
    expect_echo('é').await;
    expect_echo(" a<b>&c ".to_owned()).await;
    expect_echo(Some(5)).await;
    expect_echo(None::<i32>).await;
    expect_echo(vec![vec![1], vec![], vec![2, 3]]).await;
    expect_echo((1, "a".to_owned(), true)).await;
    expect_echo([1, 2, 3]).await;
    expect_echo(BTreeMap::from([("a".to_owned(), 1), (String::new(), 2)])).await;
    expect_echo(Account { user: "x".to_owned(), age: None, tags: vec!["a".to_owned()] }).await;
    expect_echo(Account { user: "x".to_owned(), age: Some(7), tags: vec![] }).await;
    expect_echo(Shape::Nothing).await;
    expect_echo(Shape::Circle(1.5)).await;
    expect_echo(Shape::Rectangle(1.5, 2.5)).await;
    expect_echo(Shape::Named { name: "x".to_owned() }).await;
    expect_echo(Meters(1.5)).await;
    expect_echo(Box::new(5)).await;
    expect_echo(()).await;
    expect_echo(Binary::from(vec![0, 255])).await;
    expect_echo(Bytes::from_static(b"\0\xff")).await;
    expect_echo(serde_bytes::ByteBuf::from(vec![0, 255])).await;
    expect_echo(DateTime::new("20260102T03:04:05")).await;
    expect_echo(Struct::from([("a", Value::from(1))])).await;
    for value in [1.into(), i64::MAX.into(), true.into(), "x".into(), 0.5.into(), Value::Nil, vec![Value::Nil].into()] {
        expect_echo::<Value>(value).await;
    }
}

#[tokio::test]
async fn an_option_at_the_end_may_be_left_out_or_be_nil() {
    let methods = Methods::new()
        .register_fn("f", |a: i32, b: Option<String>, c: Option<i32>| format!("{a} {b:?} {c:?}"))
        .register_fn("with others", |a: Option<i32>, cx: RequestContext, Extension(()): Extension<()>| {
            format!("{a:?} {}", cx.method())
        })
        .register_fn("with rest", |a: Option<i32>, Rest(more): Rest<i32>| format!("{a:?} {more:?}"))
        .register_fn("alone", |a: Option<Option<i32>>| format!("{a:?}"));
    let dispatcher = dispatcher(methods).extension(());
    let call = async |name: &str, params: Vec<Value>| dispatcher.call::<_, String>(name, params).await;
    for (params, answer) in [
        (vec![1.into()], "1 None None"),
        (vec![1.into(), "x".into()], "1 Some(\"x\") None"),
        (vec![1.into(), Value::Nil], "1 None None"),
        (vec![1.into(), Value::Nil, 2.into()], "1 None Some(2)"),
        (vec![1.into(), "x".into(), Value::Nil], "1 Some(\"x\") None"),
        (vec![1.into(), "x".into(), 2.into()], "1 Some(\"x\") Some(2)"),
    ] {
        assert_eq!(call("f", params).await, Ok(answer.to_owned()));
    }
    assert_eq!(call("with others", vec![]).await, Ok("None with others".to_owned()));
    assert_eq!(call("with others", vec![5.into()]).await, Ok("Some(5) with others".to_owned()));
    assert_eq!(call("with rest", vec![]).await, Ok("None []".to_owned()));
    assert_eq!(call("with rest", vec![1.into(), 2.into()]).await, Ok("Some(1) [2]".to_owned()));
    assert_eq!(call("alone", vec![]).await, Ok("None".to_owned()));

    expect_invalid(&fault(&dispatcher, "f", ()).await, &["argument 1"]);
    expect_invalid(&fault(&dispatcher, "f", (1, 2)).await, &["argument 2", "string", "int"]);
    expect_invalid(&fault(&dispatcher, "f", (1, "x", SECRET)).await, &["argument 3", "i32", "string"]);
    expect_invalid(&fault(&dispatcher, "f", (1, "x", 2, SECRET)).await, &["3"]);
}

#[tokio::test]
async fn an_option_in_the_middle_must_be_sent() {
    let dispatcher = dispatcher(Methods::new().register_fn("f", |a: Option<i32>, b: String| format!("{a:?} {b}")));
    assert_eq!(dispatcher.call("f", (1, "x")).await, Ok("Some(1) x".to_owned()));
    assert_eq!(dispatcher.call("f", (None::<i32>, "x")).await, Ok("None x".to_owned()));
    expect_invalid(&fault(&dispatcher, "f", (SECRET,)).await, &["argument 1", "i32", "string"]);
    expect_invalid(&fault(&dispatcher, "f", (1,)).await, &["argument 2"]);
    expect_invalid(&fault(&dispatcher, "f", ()).await, &["argument 1"]);
}

#[tokio::test]
async fn rest_takes_what_is_left() {
    let sum = |first: i32, rest: Rest<i32>, MethodName(_): MethodName| first + rest.into_iter().sum::<i32>();
    let methods = Methods::new()
        .register_fn("sum", sum)
        .register_fn("all", |Rest(values): Rest<Value>| values)
        .register_fn("late", async |Rest(names): Rest<String>| names.join(" "));
    let dispatcher = dispatcher(methods);
    for (params, expected) in [(vec![1], 1), (vec![1, 2], 3), ((1..=100).collect(), 5050)] {
        assert_eq!(dispatcher.call("sum", params).await, Ok(expected));
    }
    assert_eq!(dispatcher.call::<_, Vec<Value>>("all", ()).await, Ok(vec![]));
    assert_eq!(dispatcher.call::<_, Vec<Value>>("all", (Value::Nil, "x")).await, Ok(vec![Value::Nil, "x".into()]));
    assert_eq!(dispatcher.call("late", ["a", "b"]).await, Ok("a b".to_owned()));

    expect_invalid(&fault(&dispatcher, "sum", ()).await, &["argument 1"]);
    expect_invalid(&fault(&dispatcher, "sum", (1, 2, SECRET, 4)).await, &["argument 3", "i32", "string"]);
    expect_invalid(&fault(&dispatcher, "sum", (1, SECRET)).await, &["argument 2", "i32", "string"]);
    expect_invalid(&fault(&dispatcher, "late", ("a", "b", "c", 4)).await, &["argument 4", "string", "int"]);
}

#[tokio::test]
async fn params_are_taken_one_by_one() {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let methods = Methods::new()
        .register_fn("by hand", move |first: i32, mut params: Params| {
            let second: String = params.take()?;
            let third: Option<bool> = params.take_if_any()?;
            params.finish()?;
            counted.fetch_add(1, Ordering::SeqCst);
            Ok::<_, Fault>(format!("{first} {second} {third:?}"))
        })
        .register_fn("late", async |mut params: Params| {
            let mut sum = 0;
            while let Some(n) = params.take_if_any::<i32>()? {
                tokio::task::yield_now().await;
                sum += n;
            }
            // There is nothing more, however often one asks.
            assert_eq!(params.take_if_any::<i32>()?, None);
            params.finish()?;
            Ok::<_, Fault>(sum)
        })
        .register_fn("optional", |mut params: Params| {
            Ok::<_, Fault>((params.take::<Option<i32>>()?, params.take::<Option<i32>>()?))
        });
    let dispatcher = dispatcher(methods);
    assert_eq!(dispatcher.call("by hand", (1, "x")).await, Ok("1 x None".to_owned()));
    assert_eq!(dispatcher.call("by hand", (1, "x", true)).await, Ok("1 x Some(true)".to_owned()));
    assert_eq!(dispatcher.call("late", [1, 2, 3]).await, Ok(6));
    assert_eq!(dispatcher.call("late", ()).await, Ok(0));
    assert_eq!(dispatcher.call("optional", (1,)).await, Ok((Some(1), None::<i32>)));
    assert_eq!(runs.load(Ordering::SeqCst), 2);

    expect_invalid(&fault(&dispatcher, "by hand", (1,)).await, &["argument 2"]);
    expect_invalid(&fault(&dispatcher, "by hand", (1, 2)).await, &["argument 2", "string", "int"]);
    expect_invalid(&fault(&dispatcher, "by hand", (1, "x", SECRET)).await, &["argument 3", "boolean", "string"]);
    expect_invalid(&fault(&dispatcher, "by hand", (1, "x", true, SECRET)).await, &["3"]);
    expect_invalid(&fault(&dispatcher, "late", (1, 2, SECRET)).await, &["argument 3", "i32", "string"]);
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

/// A document that breaks off behind the parameters that are asked for is refused before anything runs.
#[tokio::test]
async fn params_are_not_handed_out_from_a_broken_document() {
    let methods = Methods::new()
        .register_fn("f", |_: Params| -> i32 { panic!("it ran") })
        .register_fn("g", |_: Rest<i32>| -> i32 { panic!("it ran") });
    for method in ["f", "g"] {
        let document = format!(
            "<methodCall><methodName>{method}</methodName><params><param><value><int>1</int></value></param><param>"
        );
        let response = dispatcher(methods.clone()).dispatch(document).await;
        let fault = MethodResponse::<Value>::from_xml(&response).unwrap().into_result().unwrap_err();
        assert_eq!(fault.code(), Fault::NOT_WELL_FORMED, "{fault}");
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tenant(u32);

#[tokio::test]
async fn an_extension_comes_from_the_dispatcher_or_from_a_layer() {
    let methods = Methods::new()
        .register_fn("tenant", |Extension(Tenant(id)): Extension<Tenant>| id)
        .register_fn("late", async |Extension(Tenant(id)): Extension<Tenant>, more: i32| {
            tokio::task::yield_now().await;
            id as i32 + more
        })
        .register_fn("context", |cx: RequestContext| cx.extension::<Tenant>().map_or(0, |tenant| tenant.0));
    let plain = Dispatcher::new(methods.clone()).extension(Tenant(1)).extension("another type");
    assert_eq!(plain.call("tenant", ()).await, Ok(1));
    assert_eq!(plain.call("late", (10,)).await, Ok(11));
    assert_eq!(plain.call("context", ()).await, Ok(1));
    assert_eq!(plain.clone().extension(Tenant(2)).call("tenant", ()).await, Ok(2));
    assert_eq!(plain.call("tenant", ()).await, Ok(1), "a clone has changed the original");

    let layer = MapRequestLayer::new(|mut request: RpcRequest| {
        if request.method() == "tenant" {
            request.context_mut().extensions_mut().insert(Tenant(3));
        }
        request
    });
    let layered = plain.clone().layer(layer.clone());
    assert_eq!(layered.call("tenant", ()).await, Ok(3));
    assert_eq!(layered.call("context", ()).await, Ok(1));
    let results = multicall(&layered, [item("tenant", []), item("context", [])]).await.unwrap();
    assert_eq!(results, [Ok(3.into()), Ok(1.into())]);

    let alone = Dispatcher::new(methods).layer(layer);
    assert_eq!(alone.call("tenant", ()).await, Ok(3));
    assert_eq!(alone.call("context", ()).await, Ok(0));
}

#[tokio::test]
async fn what_the_server_lacks_is_no_business_of_the_caller() {
    log::keep();
    let methods = Methods::new()
        .register_fn("tenant", |_: Extension<Tenant>| -> i32 { panic!("it ran") })
        .register_fn("address", |_: RemoteAddr| -> i32 { panic!("it ran") });
    let dispatcher = Dispatcher::new(methods).extension(5_u8);
    for (name, lacks) in [("tenant", "Tenant"), ("address", "RemoteAddr")] {
        let fault = fault(&dispatcher, name, ()).await;
        assert_eq!(fault.code(), Fault::INTERNAL_ERROR);
        log::expect_hidden(&fault, lacks);
    }
}

#[tokio::test]
async fn a_method_asks_for_the_context_of_its_call() {
    let methods = Methods::new()
        .register_fn("headers", |headers: Headers| {
            headers.get("x-token").map(|token| token.to_str().unwrap().to_owned())
        })
        .register_fn("count", |headers: Headers, cx: RequestContext| headers.len() + cx.headers().len())
        .register_fn("name", |MethodName(name): MethodName, cx: RequestContext| format!("{name} {}", cx.method()))
        .fallback(|MethodName(name): MethodName, cx: RequestContext| format!("{name} {}", cx.method()));
    let dispatcher = dispatcher(methods);
    assert_eq!(dispatcher.call("headers", ()).await, Ok(None::<String>));
    assert_eq!(dispatcher.call("count", ()).await, Ok(0));
    assert_eq!(dispatcher.call("name", ()).await, Ok("name name".to_owned()));
    assert_eq!(dispatcher.call("any.name", ()).await, Ok("any.name any.name".to_owned()));
    let calls = [item("name", []), item("any.name", []), item("name", [SECRET.into()])];
    let results = multicall(&dispatcher, calls).await.unwrap();
    assert_eq!(results[..2], [Ok("name name".into()), Ok("any.name any.name".into())]);
    expect_invalid(results[2].as_ref().unwrap_err(), &["0"]);
}
#[tokio::test]
async fn over_a_socket_there_are_headers_and_an_address() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let methods = Methods::new()
        .register_fn("address", |RemoteAddr(address): RemoteAddr| address.to_string())
        .register_fn("late", async |RemoteAddr(address): RemoteAddr| {
            tokio::task::yield_now().await;
            address.to_string()
        })
        .register_fn("context", |cx: RequestContext| cx.extension::<RemoteAddr>().unwrap().0.to_string())
        .register_fn("token", |headers: Headers| headers["x-token"].to_str().unwrap().to_owned());
    let server = tagwire::Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(async move { server.serve(methods).await });

    for _ in 0..2 {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let own = stream.local_addr().unwrap().to_string();
        for (method, expected) in
            [("address", own.as_str()), ("late", &own), ("context", &own), ("token", "t-1"), ("system.multicall", &own)]
        {
            let params = match method {
                "system.multicall" => {
                    "<params><param><value><array><data><value><struct><member><name>methodName</name><value>address</value>\
                     </member><member><name>params</name><value><array><data></data></array></value></member></struct></value>\
                     </data></array></value></param></params>"
                }
                _ => "",
            };
            let body = format!("<methodCall><methodName>{method}</methodName>{params}</methodCall>");
            let head =
                format!("POST / HTTP/1.1\r\nHost: test\r\nX-Token: t-1\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            let mut received = String::new();
            while !received.contains("</methodResponse>") {
                let mut buffer = [0; 4096];
                let count = stream.read(&mut buffer).await.unwrap();
                assert_ne!(count, 0, "{received}");
                received.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
            }
            assert!(received.contains(&format!("<string>{expected}</string>")), "{method}: {received}");
        }
    }
}

/// Two parameters as one argument.
struct Span(i32, i32);

impl FromCall for Span {
    fn param_type() -> Option<ParamType> {
        Some(ParamType::Rest(ValueType::Undef.into()))
    }

    fn from_call(_: &RequestContext, params: &mut Params) -> Result<Self, Fault> {
        Ok(Self(params.take()?, params.take()?))
    }
}

/// No parameter; refuses who has no right.
struct Admin(String);

impl FromCall for Admin {
    fn param_type() -> Option<ParamType> {
        None
    }

    fn from_call(cx: &RequestContext, _: &mut Params) -> Result<Self, Fault> {
        match cx.extension::<Tenant>() {
            Some(Tenant(id)) => Ok(Self(format!("admin {id} of {}", cx.method()))),
            None => Err(Fault::new(403, "not for you")),
        }
    }
}

#[tokio::test]
async fn a_type_of_ones_own_is_an_argument() {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let methods = Methods::new()
        .register_fn("span", |first: i32, Span(a, b): Span, last: Option<i32>| (first, b - a, last))
        .register_fn("admin", move |a: i32, Admin(text): Admin, b: i32| {
            counted.fetch_add(1, Ordering::SeqCst);
            format!("{text} {a} {b}")
        });
    let plain = dispatcher(methods.clone());
    assert_eq!(plain.call("span", (1, 2, 5)).await, Ok((1, 3, None::<i32>)));
    assert_eq!(plain.call("span", (1, 2, 5, 9)).await, Ok((1, 3, Some(9))));
    expect_invalid(&fault(&plain, "span", (1, 2, SECRET)).await, &["argument 3", "i32", "string"]);
    expect_invalid(&fault(&plain, "span", (1, 2)).await, &["argument 3"]);

    assert_eq!(fault(&plain, "admin", (1, 2)).await, Fault::new(403, "not for you"));
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    let allowed = Dispatcher::new(methods).extension(Tenant(8));
    assert_eq!(allowed.call("admin", (1, 2)).await, Ok("admin 8 of admin 1 2".to_owned()));
    expect_invalid(&fault(&allowed, "admin", (1, 2, 3)).await, &["2"]);
    expect_invalid(&fault(&allowed, "admin", (1,)).await, &["argument 2"]);
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[xmlrpc_method]
fn transfer(_cx: RequestContext, amount: i32, to: Account, note: Option<String>) -> i32 {
    let _ = (to, note);
    amount
}

#[tokio::test]
async fn a_wrong_argument_is_told_by_position_name_and_type() {
    let dispatcher = dispatcher(methods![transfer].register_fn("closure", |_: i32, _: bool| 0));
    let account = || Value::from(Struct::from([("user name", Value::from("x")), ("tags", Vec::<Value>::new().into())]));
    let call = async |params: Vec<Value>| fault(&dispatcher, "transfer", params).await;

    assert_eq!(dispatcher.call("transfer", (5, account())).await, Ok(5));
    expect_invalid(&call(vec![]).await, &["argument 1 (amount)"]);
    expect_invalid(&call(vec![5.into()]).await, &["argument 2 (to)"]);
    expect_invalid(&call(vec![SECRET.into(), account()]).await, &["argument 1 (amount)", "i32", "string"]);
    expect_invalid(&call(vec![5.into(), SECRET.into()]).await, &["argument 2 (to)", "struct", "string"]);
    expect_invalid(&call(vec![5.into(), account(), 7.into()]).await, &["argument 3 (note)", "string", "int"]);
    expect_invalid(&call(vec![5.into(), account(), "x".into(), SECRET.into()]).await, &["3"]);
    let wrong_member = Struct::from([("user name", Value::from("x")), ("tags", Value::from(SECRET))]);
    expect_invalid(
        &call(vec![5.into(), wrong_member.into()]).await,
        &["argument 2 (to)", "sequence", "string", "tags"],
    );
    let without = Struct::from([("tags", Value::from(vec![]))]);
    expect_invalid(&call(vec![5.into(), without.into()]).await, &["argument 2 (to)", "user name"]);

    expect_invalid(&fault(&dispatcher, "closure", (1, SECRET)).await, &["argument 2", "boolean", "string"]);
    expect_invalid(&fault(&dispatcher, "closure", (1,)).await, &["argument 2"]);
    expect_invalid(&fault(&dispatcher, "closure", (1, true, SECRET, SECRET)).await, &["2"]);
    let in_multicall = multicall(&dispatcher, [item("transfer", [SECRET.into()])]).await.unwrap();
    expect_invalid(in_multicall[0].as_ref().unwrap_err(), &["argument 1 (amount)", "i32", "string"]);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    _known: i32,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is never read")]
#[serde(untagged)]
enum Either {
    Number(i32),
    List(Vec<i32>),
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    _A { _n: i32 },
}

#[derive(Debug, Deserialize)]
struct Flattened {
    #[serde(flatten)]
    _inner: BTreeMap<String, i32>,
}

#[tokio::test]
async fn a_missing_argument_is_told_by_its_type_too() {
    let dispatcher = dispatcher(methods![transfer].register_fn("closure", |_: i32, _: bool| 0));
    expect_invalid(&fault(&dispatcher, "transfer", ()).await, &["argument 1 (amount)", "int"]);
    expect_invalid(&fault(&dispatcher, "transfer", (5,)).await, &["argument 2 (to)", "struct"]);
    expect_invalid(&fault(&dispatcher, "closure", ()).await, &["argument 1", "int"]);
    expect_invalid(&fault(&dispatcher, "closure", (1,)).await, &["argument 2", "boolean"]);
}

/// serde's own errors show names and values; none of those comes from the caller in a fault of ours.
#[tokio::test]
async fn what_the_caller_sent_is_never_shown() {
    log::keep();
    let digits = 7_316_253_989_i64;
    let secret = Value::from(SECRET);
    let member = |name: &str, value: Value| Value::from(Struct::from([(name, value)]));
    let long = || member("list", vec![member("deep", secret.clone())].into());

    async fn expect<T: DeserializeOwned + Send + 'static>(value: Value, secret: &str) {
        let dispatcher = dispatcher(Methods::new().register_fn("f", |value: T| drop(value)));
        let fault = fault(&dispatcher, "f", (value.clone(),)).await;
        let kind = std::any::type_name::<T>();
        assert_eq!(fault.code(), Fault::INVALID_PARAMS, "{kind}: {fault}");
        assert!(fault.string().contains("argument 1"), "{kind}: {fault}");
        assert!(!fault.string().contains(secret), "{kind} of {value:?}: {fault}");
        let calls = multicall(&dispatcher, [item("f", [value])]).await.unwrap();
        assert!(!calls[0].as_ref().unwrap_err().string().contains(secret), "{kind}: {calls:?}");
    }

    expect::<i32>(secret.clone(), SECRET).await;
    expect::<i32>(digits.into(), "7316253989").await;
    expect::<u8>(12_345.into(), "12345").await;
    expect::<u64>((-12_345).into(), "12345").await;
    expect::<f32>(secret.clone(), SECRET).await;
    expect::<bool>(secret.clone(), SECRET).await;
    expect::<char>(secret.clone(), SECRET).await;
    expect::<String>(digits.into(), "7316253989").await;
    expect::<String>(12_345.678.into(), "12345").await;
    expect::<DateTime>(12_345.into(), "12345").await;
    expect::<Binary>(12_345.into(), "12345").await;
    expect::<Vec<i32>>(secret.clone(), SECRET).await;
    expect::<Vec<i32>>(vec![1.into(), secret.clone()].into(), SECRET).await;
    expect::<(i32, i32)>(vec![1.into()].into(), SECRET).await;
    expect::<[i32; 1]>(vec![1.into(), secret.clone()].into(), SECRET).await;
    expect::<BTreeMap<String, i32>>(member("a", secret.clone()), SECRET).await;
    expect::<Closed>(member("_known", secret.clone()), SECRET).await;
    expect::<Shape>(secret.clone(), SECRET).await;
    expect::<Shape>(member("Circle", secret.clone()), SECRET).await;
    expect::<Shape>(member("Rectangle", vec![secret.clone()].into()), SECRET).await;
    expect::<Either>(secret.clone(), SECRET).await;
    expect::<Tagged>(member("kind", secret.clone()), SECRET).await;
    expect::<Flattened>(member("a", secret.clone()), SECRET).await;
    expect::<Account>(long(), SECRET).await;
    expect::<Meters>(secret.clone(), SECRET).await;
    expect::<Box<i32>>(secret.clone(), SECRET).await;
    expect::<Option<i32>>(secret.clone(), SECRET).await;
    expect::<std::net::IpAddr>(secret.clone(), SECRET).await;
    expect::<std::num::NonZeroU8>(0.into(), SECRET).await;
}

#[tokio::test]
async fn text_that_is_no_value_of_its_type_is_not_shown_either() {
    let dispatcher =
        dispatcher(methods![transfer].register_fn("any", |_: Value| 0).register_fn("rest", |_: Rest<Value>| 0));
    for content in [
        "<int>hunter2</int>",
        "<i8>hunter2</i8>",
        "<boolean>hunter2</boolean>",
        "<double>hunter2</double>",
        "<nil>hunter2</nil>",
        "<base64>hunter2!</base64>",
        "<array>hunter2</array>",
        "<string><b>hunter2</b></string>",
        "<struct><member><name>hunter2</name></member></struct>",
        "<string>a</string><string>hunter2</string>",
    ] {
        for method in ["transfer", "any", "rest"] {
            let document = format!(
                "<methodCall><methodName>{method}</methodName><params><param><value>{content}</value></param></params></methodCall>"
            );
            let response = dispatcher.dispatch(document).await;
            let response = String::from_utf8(response).unwrap();
            let outcome = MethodResponse::<Value>::from_xml(response.as_bytes()).unwrap().into_result();
            if content != "<array>hunter2</array>" && !content.starts_with("<nil>") {
                let code = outcome.unwrap_err().code();
                assert!(
                    [Fault::INVALID_REQUEST, Fault::INVALID_PARAMS, Fault::NOT_WELL_FORMED].contains(&code),
                    "{response}"
                );
            }
            assert!(!response.contains(SECRET), "{method} {content}: {response}");
        }
    }
}
