//! What `Debug` and error texts show of a service and its parts: names and numbers, and nothing that came with a call.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::{Extensions, HeaderMap};
use tagwire::{
    Dispatcher, Fault, Method, MethodFuture, MethodInfo, Methods, OverloadPolicy, Params, RequestContext, Rest, Route,
    RpcResponse, Signature, ValueType, XmlRpcService,
};
use tower::Service;
use tower::layer::layer_fn;

#[test]
fn a_service_shows_its_methods_and_its_bounds() {
    let methods = Methods::new().register_fn("b", || 1).register_fn("a", || 2);
    assert_eq!(format!("{methods:?}"), r#"Methods(["a", "b"])"#);
    let dispatcher = Dispatcher::new(methods);
    assert_eq!(format!("{dispatcher:?}"), r#"Dispatcher(Methods(["a", "b"]))"#);
    let service = XmlRpcService::new(dispatcher)
        .max_concurrent(11)
        .max_pending(13)
        .overload_policy(OverloadPolicy::Fault)
        .max_buffered(17_000_000);
    let text = format!("{service:?}");
    for shown in [
        r#"Dispatcher(Methods(["a", "b"]))"#,
        "max_concurrent: 11",
        "max_pending: 13",
        "policy: Fault",
        "17000000 bytes",
    ] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
}

#[test]
fn what_came_with_a_call_is_not_shown() {
    let secret = "geheim";
    let headers = HeaderMap::from_iter([(http::header::AUTHORIZATION, secret.parse().unwrap())]);
    let document = format!(
        "<methodCall><methodName>login</methodName><params><param><value>{secret}</value></param></params></methodCall>"
    );
    let mut dispatcher = Dispatcher::new(Methods::new().register_fn("login", |password: String| password))
        .extension(secret.to_owned())
        .layer(layer_fn(|route: Route| {
            assert_eq!(format!("{route:?}"), "Route");
            route
        }));
    let context = RequestContext::new(headers, Extensions::new());
    let request = dispatcher.read_call(document.into(), None, context).unwrap();
    let shown = format!("{request:?}");
    assert!(shown.contains("login") && !shown.contains(secret), "{shown}");
    let call = Service::call(&mut dispatcher, request);
    assert_eq!(format!("{call:?}"), "DispatchFuture");
    let Poll::Ready(Ok(response)) = pin!(call).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("no result");
    };
    let length = "<value><string>geheim</string></value>".len();
    assert_eq!(format!("{response:?}"), format!("RpcResponse({length} bytes)"));
}

/// A method that was named without saying where.
struct Nowhere(MethodInfo);

impl Method for Nowhere {
    fn info(&self) -> &MethodInfo {
        &self.0
    }

    fn call(&self, cx: RequestContext, params: &mut Params) -> MethodFuture {
        let outcome = params.finish().and_then(|()| RpcResponse::encode(&1, &cx.dialect()).map_err(Fault::from));
        Box::pin(std::future::ready(outcome))
    }
}

#[test]
fn a_name_registered_twice_is_told_where_its_place_is_not_known() {
    let methods = Methods::new().register(Arc::new(Nowhere(MethodInfo::from("one"))));
    let error = methods.try_register(Arc::new(Nowhere(MethodInfo::from("one".to_owned())))).unwrap_err();
    let text = "method `one` is registered twice: at an unknown place and at an unknown place";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_method_can_be_named_and_described_by_what_a_program_has() {
    let forms = vec![ValueType::Int, ValueType::String];
    let info = MethodInfo::from(Cow::Borrowed("length")).with_signature(forms.clone());
    let methods = Methods::new().register_fn(info, |text: String| text.len() as u64);
    let [length] = methods.describe().try_into().unwrap();
    assert_eq!(length.name(), "length");
    assert_eq!(length.signatures(), [Signature::from(forms.as_slice())]);
    assert_eq!(length.signatures()[0].forms(), [forms]);
}

#[test]
fn a_rest_is_a_vector_by_another_name() {
    let rest = Rest::from(vec![1, 2]);
    assert_eq!(rest, Rest(vec![1, 2]));
    assert_eq!(rest.into_iter().collect::<Vec<_>>(), [1, 2]);
}
