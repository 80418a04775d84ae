//! The servers that are written in Rust: each is this program, started once more.

use std::hint::black_box;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::process;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use axum::serve::ListenerExt;
use bytes::Bytes;
use dxr::{TryFromParams, TryToValue};
use dxr_server::{HandlerFn, HandlerResult, RouteBuilder};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tagwire::{Dialect, MethodCall, MethodResponse, Methods, Server, XmlRpcService};
use tokio::net::TcpListener;

use super::call::{Call, Records};
use crate::Failure;
use crate::payloads::Payloads;
use crate::types::Record;

/// Serves, on one thread, until the standard input ends; the address is the first line of the output.
///
/// # Errors
/// There is no such server, or it cannot listen.
pub fn serve(name: &str, call: &str) -> Result<(), Failure> {
    let call = Call::named(call).ok_or_else(|| format!("no call: {call}"))?;
    thread::spawn(end_with_stdin);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        match name {
            "hyper" => {
                let reply = Bytes::from(call.reply(&Payloads::prepare()?)?);
                hyper(listener, address, move |_| Ok(reply.clone())).await
            }
            "codec" => match call {
                Call::Add => hyper(listener, address, |call| coded(&call, |(a, b): (i32, i32)| a + b)).await,
                Call::Echo => hyper(listener, address, |call| coded(&call, |(records,): (Records,)| records)).await,
            },
            "tagwire" => tagwire(listener, address).await,
            "axum" => {
                let reply = Bytes::from(call.reply(&Payloads::prepare()?)?);
                let fixed = async move |body: Bytes| {
                    drop(black_box(body));
                    ([(CONTENT_TYPE, "text/xml; charset=utf-8")], reply.clone())
                };
                axum(listener, address, Router::new().route("/", post(fixed))).await
            }
            "tagwire_in_axum" => {
                axum(listener, address, Router::new().route_service("/", XmlRpcService::new(methods()))).await
            }
            "dxr" => dxr(listener, address).await,
            _ => Err(format!("no server: {name}").into()),
        }
    })
}

fn end_with_stdin() {
    // However it ends.
    let _ = io::stdin().read_to_end(&mut Vec::new());
    process::exit(0);
}

/// What any server over hyper does at least: reads the body and answers. It limits the time for a head and sets what
/// tagwire's server sets.
async fn hyper<F>(listener: TcpListener, address: SocketAddr, answer: F) -> Result<(), Failure>
where
    F: Fn(Bytes) -> Result<Bytes, tagwire::Error> + Clone + Send + 'static,
{
    println!("{address}");
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answer = answer.clone();
        let exchange = service_fn(move |request: Request<Incoming>| {
            let answer = answer.clone();
            async move {
                let body = request.into_body().collect().await?.to_bytes();
                let mut response = Response::new(Full::new(answer(black_box(body))?));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
                Ok::<_, Failing>(response)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(LONGEST_PAUSE)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), exchange);
        tokio::spawn(connection);
    }
}

/// How long a connection is kept that asks for nothing: longer than any client has to wait for its turn. Some do not see
/// that a connection has been closed before they have written to it.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// An error that may leave its thread.
type Failing = Box<dyn std::error::Error + Send + Sync>;

/// The document of the answer to that of a call.
fn coded<P: DeserializeOwned, R: Serialize>(call: &[u8], method: impl Fn(P) -> R) -> Result<Bytes, tagwire::Error> {
    let (_, params) = MethodCall::from_xml(call)?.into_parts();
    Ok(MethodResponse::Value(method(params)).to_xml(&Dialect::default())?.into())
}

async fn tagwire(listener: TcpListener, address: SocketAddr) -> Result<(), Failure> {
    println!("{address}");
    Ok(Server::from_listener(listener).serve(methods()).await?)
}

fn methods() -> Methods {
    Methods::new()
        .register_fn("add", async |a: i32, b: i32| a + b)
        .register_fn("echo", async |records: Records| records)
}

async fn axum(listener: TcpListener, address: SocketAddr, routes: Router) -> Result<(), Failure> {
    println!("{address}");
    // TCP_NODELAY as with the others, which axum leaves to the user.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, routes).await?)
}

async fn dxr(listener: TcpListener, address: SocketAddr) -> Result<(), Failure> {
    println!("{address}");
    let route = RouteBuilder::new()
        .add_method("add", Box::new(dxr_add as HandlerFn))
        .add_method("echo", Box::new(dxr_echo as HandlerFn))
        .build();
    Ok(dxr_server::Server::from_route(route).serve_listener(listener).await?)
}

fn dxr_add(params: &[dxr::Value], _: HeaderMap) -> HandlerResult {
    let (a, b) = <(i32, i32)>::try_from_params(params)?;
    Ok((a + b).try_to_value()?)
}

fn dxr_echo(params: &[dxr::Value], _: HeaderMap) -> HandlerResult {
    let (records,) = <(Vec<Record<dxr::DateTime, Vec<u8>>>,)>::try_from_params(params)?;
    Ok(records.try_to_value()?)
}
