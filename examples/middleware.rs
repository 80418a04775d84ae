//! Layers around calls: who may call what, how long it takes, and how many calls there may be. Each call of a multicall
//! passes them too.
//!
//! `cargo run --example middleware`

use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tagwire::{Dispatcher, Fault, RequestContext, Route, RpcRequest, RpcResponse, methods, xmlrpc_method};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

#[path = "support/serve.rs"]
mod serve;

/// Gives a text back.
#[xmlrpc_method]
fn echo(text: String) -> String {
    text
}

/// Something that not everybody may do.
#[xmlrpc_method(name = "admin.reload")]
async fn reload() -> &'static str {
    "reloaded"
}

/// The layer that is added last is the outermost: a call is timed, then authorised, then counted.
fn dispatcher() -> Dispatcher {
    // A rate limit counts in one place, and the buffer shares that between calls. Those beyond the limit would wait;
    // `load_shed` turns them away.
    let rate_limit = ServiceBuilder::new().buffer(64).load_shed().rate_limit(100, Duration::from_secs(10));
    Dispatcher::new(methods![echo, reload])
        .layer(rate_limit)
        .layer(tower::layer::layer_fn(authorised))
        .layer(TimingLayer)
}

// ── a layer from a function: enough where nothing is kept between calls ──

fn authorised(route: Route) -> impl Service<RpcRequest, Response = RpcResponse, Error = Fault, Future: Send> + Clone {
    service_fn(move |request: RpcRequest| {
        let route = route.clone();
        async move {
            if request.method().starts_with("admin.") && !is_admin(request.context()) {
                // An error that is a fault goes out as it is.
                return Err(Fault::new(401, format!("{} is not for everybody", request.method())));
            }
            route.oneshot(request).await
        }
    })
}

/// Whether the caller sent the token, which clients make of `http://admin:secret@…`.
fn is_admin(cx: &RequestContext) -> bool {
    let token = format!("Basic {}", STANDARD.encode("admin:secret"));
    cx.headers().get("authorization").is_some_and(|header| header.as_bytes() == token.as_bytes())
}

// ── a layer in full, as tower has them ──

#[derive(Clone, Copy)]
struct TimingLayer;

impl<S> Layer<S> for TimingLayer {
    type Service = Timing<S>;

    fn layer(&self, inner: S) -> Timing<S> {
        Timing { inner }
    }
}

#[derive(Clone)]
struct Timing<S> {
    inner: S,
}

impl<S> Service<RpcRequest> for Timing<S>
where
    S: Service<RpcRequest, Response = RpcResponse, Future: Send + 'static>,
{
    type Response = RpcResponse;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<RpcResponse, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: RpcRequest) -> Self::Future {
        let method = request.method().to_owned();
        let started = Instant::now();
        let outcome = self.inner.call(request);
        Box::pin(async move {
            let outcome = outcome.await;
            let how = if outcome.is_ok() { "done" } else { "refused" };
            println!("{method}: {how} after {:?}", started.elapsed());
            outcome
        })
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    serve::serve(dispatcher(), PYTHON).await
}

const PYTHON: &str = "s = ServerProxy('http://admin:secret@ADDRESS/'); print(s.admin.reload()); \
                      s = MultiCall(ServerProxy('http://ADDRESS/')); \
                      s.echo('hello'); s.admin.reload(); print(*s().results, sep='\\n')";
