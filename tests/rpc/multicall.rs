//! `system.multicall`: several calls in one request, each with an answer of its own.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tagwire::{
    Dialect, Dispatcher, Extension, Fault, MethodCall, MethodName, MethodResponse, Methods, RequestContext, Route,
    RpcRequest, Struct, Value,
};
use tower::Service;
use tower::layer::layer_fn;

use crate::support::multicall::{item, multicall};

/// What was called, in order.
type Log = Arc<Mutex<Vec<String>>>;

fn table(log: &Log) -> Methods {
    let (plain, late) = (log.clone(), log.clone());
    Methods::new()
        .register_fn("plain", move |n: i32| {
            plain.lock().unwrap().push(format!("plain {n}"));
            n
        })
        .register_fn("late", move |n: i32| {
            let log = late.clone();
            async move {
                log.lock().unwrap().push(format!("late {n}"));
                for _ in 0..n {
                    tokio::task::yield_now().await;
                }
                log.lock().unwrap().push(format!("late {n} ends"));
                n
            }
        })
        .register_fn("fail", |code: i32| Err::<(), _>(Fault::new(code, "a<b>")))
        .register_fn("nothing", || {})
        .register_fn("array", || vec![1, 2])
        .register_fn("fault struct", || Struct::from([("faultCode", Value::from(1)), ("faultString", "x".into())]))
}

fn code(result: &Result<Value, Fault>) -> i64 {
    result.as_ref().unwrap_err().code()
}

#[tokio::test]
async fn calls_are_carried_out_one_after_another_in_order() {
    let log = Log::default();
    let dispatcher = Dispatcher::new(table(&log));
    let calls =
        [item("late", [3.into()]), item("plain", [1.into()]), item("late", [2.into()]), item("plain", [2.into()])];
    let results = multicall(&dispatcher, calls).await.unwrap();
    assert_eq!(results, [Ok(3.into()), Ok(1.into()), Ok(2.into()), Ok(2.into())]);
    assert_eq!(*log.lock().unwrap(), ["late 3", "late 3 ends", "plain 1", "late 2", "late 2 ends", "plain 2"]);
    assert_eq!(multicall(&dispatcher, []).await.unwrap(), []);
}

#[tokio::test]
async fn each_call_is_answered_with_a_list_of_one_or_a_fault() {
    let dispatcher = Dispatcher::new(table(&Log::default()));
    let calls = vec![
        item("plain", [1.into()]),
        item("fail", [7.into()]),
        item("nope", []),
        item("plain", ["x".into()]),
        item("plain", []),
        item("nothing", []),
        item("array", []),
        item("fault struct", []),
        item("nothing", [1.into()]),
    ];
    let results: Vec<Value> = dispatcher.call("system.multicall", (calls,)).await.unwrap();
    let one = |value: Value| Value::Array(vec![value]);
    assert_eq!(results[0], one(1.into()));
    assert_eq!(results[1], Struct::from([("faultCode", Value::from(7)), ("faultString", "a<b>".into())]).into());
    for (place, code) in [(2, -32601), (3, -32602), (4, -32602), (8, -32602)] {
        assert_eq!(results[place].get("faultCode").and_then(Value::as_i64), Some(code), "{place}");
    }
    assert_eq!(results[5], one(true.into()));
    assert_eq!(results[6], one(vec![1.into(), 2.into()].into()));
    // A result that looks like a fault is told from one.
    assert!(matches!(&results[7], Value::Array(found) if found.len() == 1 && found[0].get("faultCode").is_some()));
}

#[tokio::test]
async fn what_is_no_call_faults_only_itself() {
    let log = Log::default();
    let dispatcher = Dispatcher::new(table(&log)).dialect(Dialect::default().allow_none(true));
    let name = || ("methodName", Value::from("plain"));
    let list = || ("params", Value::Array(vec![5.into()]));
    let odd: Vec<Value> = vec![
        5.into(),
        "plain".into(),
        Value::Nil,
        Value::Array(vec!["plain".into()]),
        Struct::new().into(),
        Struct::from([name()]).into(),
        Struct::from([list()]).into(),
        Struct::from([("methodName", Value::from(5)), list()]).into(),
        Struct::from([("methodName", Value::Nil), list()]).into(),
        Struct::from([name(), ("params", 5.into())]).into(),
        Struct::from([name(), ("params", Value::Nil)]).into(),
        Struct::from([name(), ("params", Struct::from([("a", 1.into())]).into())]).into(),
        Struct::from([("methodname", Value::from("plain")), list()]).into(),
        Struct::from([name(), ("Params", list().1)]).into(),
    ];
    let calls: Vec<Value> = odd.iter().flat_map(|odd| [odd.clone(), item("plain", [1.into()])]).collect();
    let results = multicall(&dispatcher, calls).await.unwrap();
    assert_eq!(results.len(), odd.len() * 2);
    for (pair, odd) in results.chunks(2).zip(&odd) {
        assert_eq!(code(&pair[0]), Fault::INVALID_PARAMS, "{odd:?}");
        assert_eq!(pair[1], Ok(1.into()), "after {odd:?}");
    }
    assert_eq!(log.lock().unwrap().len(), odd.len());
}

/// Neither the order of the members nor more of them matter.
#[tokio::test]
async fn the_members_of_a_call_may_stand_in_any_order() {
    let dispatcher = Dispatcher::new(table(&Log::default()));
    let params = || Value::Array(vec![5.into()]);
    let turned = Struct::from([("params", params()), ("methodName", "plain".into())]);
    let results = multicall(&dispatcher, [turned.into()]).await.unwrap();
    assert_eq!(results, [Ok(5.into())]);
}

#[tokio::test]
async fn a_multicall_in_a_multicall_is_refused_alone() {
    let log = Log::default();
    let dispatcher = Dispatcher::new(table(&log));
    let inner = Value::Array(vec![item("plain", [9.into()])]);
    let calls = [
        item("plain", [1.into()]),
        item("system.multicall", [inner]),
        item("system.multicall", []),
        item("plain", [2.into()]),
    ];
    let results = multicall(&dispatcher, calls).await.unwrap();
    assert_eq!((&results[0], &results[3]), (&Ok(1.into()), &Ok(2.into())));
    assert!(results[1].is_err() && results[2].is_err());
    assert_eq!(*log.lock().unwrap(), ["plain 1", "plain 2"]);
}

#[tokio::test]
async fn more_calls_than_the_limit_fault_the_whole_before_any_runs() {
    let log = Log::default();
    for (dispatcher, limit) in
        [(Dispatcher::new(table(&log)), 1000), (Dispatcher::new(table(&log)).max_multicall(2), 2)]
    {
        for (count, fits) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
            let outcome = multicall(&dispatcher, vec![item("plain", [1.into()]); count]).await;
            match fits {
                true => assert_eq!(outcome.unwrap().len(), count),
                false => assert_eq!(outcome.unwrap_err().code(), Fault::INVALID_REQUEST),
            }
            assert_eq!(std::mem::take(&mut *log.lock().unwrap()).len(), if fits { count } else { 0 });
        }
    }
    let none = Dispatcher::new(table(&log)).max_multicall(0);
    assert_eq!(multicall(&none, []).await.unwrap(), []);
    assert_eq!(multicall(&none, [item("plain", [1.into()])]).await.unwrap_err().code(), Fault::INVALID_REQUEST);
    // Those that are no calls count too.
    let two = Dispatcher::new(table(&log)).max_multicall(2);
    assert_eq!(multicall(&two, vec![Value::from(5); 3]).await.unwrap_err().code(), Fault::INVALID_REQUEST);
}

#[tokio::test]
async fn the_parameter_is_one_array() {
    let dispatcher = Dispatcher::new(table(&Log::default()));
    let calls = || Value::Array(vec![item("plain", [1.into()])]);
    for params in [
        vec![],
        vec![5.into()],
        vec!["x".into()],
        vec![item("plain", [])],
        vec![calls(), calls()],
        vec![calls(), 1.into()],
    ] {
        let fault = dispatcher.call::<_, Value>("system.multicall", &params).await.unwrap_err();
        assert_eq!(fault.code(), Fault::INVALID_PARAMS, "{params:?}");
    }
}

#[tokio::test]
async fn a_document_that_breaks_off_runs_nothing() {
    let log = Log::default();
    let dispatcher = Dispatcher::new(table(&log));
    let calls = vec![item("plain", [1.into()]), item("plain", [2.into()])];
    let document = MethodCall::new("system.multicall", (calls,)).to_xml(&Dialect::default()).unwrap();
    for end in (1..document.len()).step_by(7) {
        let response = dispatcher.dispatch(document[..end].to_vec()).await;
        let fault = MethodResponse::<Value>::from_xml(&response).unwrap().into_result().unwrap_err();
        assert_eq!(fault.code(), Fault::NOT_WELL_FORMED, "{end} bytes: {fault}");
    }
    assert!(log.lock().unwrap().is_empty(), "something ran");
}

#[tokio::test]
async fn each_call_has_its_own_name_and_context() {
    let seen = Log::default();
    let log = seen.clone();
    let layer = layer_fn(move |route: Route| {
        let log = log.clone();
        tower::service_fn(move |mut request: RpcRequest| {
            let name = request.method().to_owned();
            let numbered = request.context().extension::<String>().cloned();
            log.lock().unwrap().push(format!("{name} {numbered:?}"));
            request.context_mut().extensions_mut().insert(format!("from {name}"));
            route.clone().call(request)
        })
    });
    let methods = Methods::new()
        .register_fn("a", |cx: RequestContext, Extension(text): Extension<String>| format!("{} {text}", cx.method()))
        .register_fn("b", |MethodName(name): MethodName, Extension(text): Extension<String>| format!("{name} {text}"));
    let dispatcher = Dispatcher::new(methods).layer(layer);
    let results = multicall(&dispatcher, [item("a", []), item("b", []), item("a", [])]).await.unwrap();
    assert_eq!(results, [Ok("a from a".into()), Ok("b from b".into()), Ok("a from a".into())]);
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0], "system.multicall None");
    let names: Vec<&str> = seen.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["system.multicall", "a", "b", "a"]);
    // What one call was given is not the next one's.
    assert!(seen[1..].iter().all(|line| !line.contains("from a") && !line.contains("from b")), "{seen:?}");
}

#[tokio::test]
async fn a_layer_that_refuses_a_call_refuses_only_that() {
    let log = Log::default();
    let layer = layer_fn(|route: Route| {
        tower::service_fn(move |request: RpcRequest| {
            let mut route = route.clone();
            async move {
                match request.method() {
                    "late" => Err(Fault::new(403, "not for you")),
                    _ => route.call(request).await,
                }
            }
        })
    });
    let dispatcher = Dispatcher::new(table(&log)).layer(layer);
    let results =
        multicall(&dispatcher, [item("plain", [1.into()]), item("late", [2.into()]), item("plain", [3.into()])]).await;
    assert_eq!(results.unwrap(), [Ok(1.into()), Err(Fault::new(403, "not for you")), Ok(3.into())]);
    assert_eq!(*log.lock().unwrap(), ["plain 1", "plain 3"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_call_of_a_multicall_stays_with_it() {
    let dispatcher = Dispatcher::new(Methods::new().register_fn("late", async || {
        tokio::task::yield_now().await;
        9
    }));
    for name in ["<array><data><value>a</value></data></array>", "<struct></struct>", "<int>x</int>", "<nil/>"] {
        let item = |name: &str| {
            format!(
                "<value><struct><member><name>methodName</name><value>{name}</value></member><member><name>params</name>\
                 <value><array><data></data></array></value></member></struct></value>"
            )
        };
        let document = format!(
            "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{}{}{}</data>\
             </array></value></param></params></methodCall>",
            item("late"),
            item(name),
            item("<string>late</string>"),
        );
        let response = dispatcher.dispatch(document).await;
        let MethodResponse::Value(Value::Array(results)) = MethodResponse::from_xml(&response).unwrap() else {
            panic!("{name}: {}", String::from_utf8_lossy(&response));
        };
        assert_eq!(results.len(), 3);
        assert_eq!(results[0], Value::Array(vec![9.into()]), "{name}");
        assert_eq!(results[1].get("faultCode"), Some(&Value::Int(-32602)), "{name}");
        assert_eq!(results[2], Value::Array(vec![9.into()]), "{name}");
    }
}

/// What is wrong with a call is looked for in that call and no further: the work does not grow with the square of their
/// number, which memory shows without a clock.
#[test]
fn a_thousand_wrong_calls_are_no_more_work_than_a_thousand_times_one() {
    #[derive(Serialize, Deserialize)]
    struct Point {
        x: i32,
        y: i32,
    }
    let bytes = |calls: usize| {
        let wrong = Value::from(Struct::from([("x", "not a number".into())]));
        let items = vec![item("mirror", [wrong]); calls];
        let call = MethodCall::new("system.multicall", (items,)).to_xml(&Dialect::default()).unwrap();
        let dispatcher = Dispatcher::new(Methods::new().register_fn("mirror", |point: Point| point));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let counted = allocation_counter::measure(|| {
            let response = runtime.block_on(dispatcher.dispatch(call));
            let response = MethodResponse::<Value>::from_xml(&response).unwrap().into_result().unwrap();
            assert_eq!(response.as_array().map(<[_]>::len), Some(calls));
        });
        counted.bytes_total
    };
    let (some, many) = (bytes(100), bytes(1000));
    assert!(many < some * 15, "{some} bytes for a hundred, {many} for a thousand");
}
