//! Who answers a call.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use dxr::{TryFromParams, TryToValue};
use dxr_server::{Handler, HandlerFn, HandlerResult};
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, HeaderValue};
use tagwire::{Dialect, Dispatcher, MethodCall, MethodResponse, Methods, RpcRequest};
use tower::util::MapRequestLayer;

use super::now::now;
use crate::Failure;
use crate::contender::Job;
use crate::payloads::Payloads;

pub(super) const FLOOR: &str = "the floor";
pub(super) const ASYNC: &str = "an async fn";
pub(super) const PLAIN: &str = "a plain fn";
pub(super) const LAYERED: &str = "an async fn, one layer";
pub(super) const DXR: &str = "dxr";

pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) job: Job<'static>,
}

/// All of them; the floor is the first. Each begins with a share of the bytes, which is what a server has to give.
pub(super) fn all() -> Result<Vec<Contender>, Failure> {
    let document = Bytes::from(Payloads::prepare()?.load("p1_add")?.call);
    // To take a share of bytes for the first time allocates.
    let _shared = document.clone();
    Ok(vec![
        floor(document.clone())?,
        dispatch(ASYNC, Dispatcher::new(Methods::new().register_fn("add", add)), document.clone())?,
        dispatch(PLAIN, Dispatcher::new(Methods::new().register_fn("add", sum)), document.clone())?,
        dispatch(LAYERED, layered(), document.clone())?,
        dxr(document)?,
    ])
}

/// The two integers from the document and the sum into one: no name is looked up and no function boxed.
fn floor(document: Bytes) -> Result<Contender, Failure> {
    let dialect = Dialect::default();
    checked(FLOOR, move || {
        let document = document.clone();
        let call = MethodCall::<(i32, i32)>::from_xml(&document)?;
        let (a, b) = *call.params();
        Ok(MethodResponse::Value(sum(a, b)).to_xml(&dialect)?)
    })
}

fn dispatch(name: &'static str, dispatcher: Dispatcher, document: Bytes) -> Result<Contender, Failure> {
    checked(name, move || now(dispatcher.dispatch(document.clone())))
}

/// A layer that does next to nothing, so that what it costs is to be a layer.
fn layered() -> Dispatcher {
    let look = |request: RpcRequest| {
        black_box(request.method());
        request
    };
    Dispatcher::new(Methods::new().register_fn("add", add)).layer(MapRequestLayer::new(look))
}

/// `dxr_server::server`, to which its own HTTP server hands a body that is known to be UTF-8, and the headers. Here
/// they are one header, which it insists on; making them is part of the time, as is the check of the body.
fn dxr(document: Bytes) -> Result<Contender, Failure> {
    let mut handlers: HashMap<&'static str, Box<dyn Handler>> = HashMap::new();
    handlers.insert("add", Box::new(dxr_add as HandlerFn));
    let handlers = Arc::new(handlers);
    let length = HeaderValue::from(document.len());
    checked(DXR, move || {
        let document = document.clone();
        let headers = HeaderMap::from_iter([(CONTENT_LENGTH, length.clone())]);
        let (_, _, body) = now(dxr_server::server(handlers.clone(), str::from_utf8(&document)?, headers))?;
        Ok(body.into_bytes())
    })
}

async fn add(a: i32, b: i32) -> i32 {
    a + b
}

fn sum(a: i32, b: i32) -> i32 {
    a + b
}

fn dxr_add(params: &[dxr::Value], _: HeaderMap) -> HandlerResult {
    let (a, b) = <(i32, i32)>::try_from_params(params)?;
    Ok(sum(a, b).try_to_value()?)
}

/// Answers once, which has to be 5.
fn checked(name: &'static str, answer: impl Fn() -> Result<Vec<u8>, Failure> + 'static) -> Result<Contender, Failure> {
    match MethodResponse::from_xml(&answer()?)? {
        MethodResponse::Value(5) => {
            Ok(Contender { name, job: Box::new(move || answer().map(|answer| drop(black_box(answer)))) })
        }
        other => Err(format!("{name}: the sum of 2 and 3 is {other:?}").into()),
    }
}
