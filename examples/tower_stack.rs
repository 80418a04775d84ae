//! Layers of tower around the service: a header of every answer, a line about it on standard error, a password, a time limit
//! for whole requests. They see HTTP; for layers that see calls look at `middleware`.
//!
//! `cargo run --example tower_stack`; `--listen ADDR` sets where it listens, port 0 takes a free one.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, SERVER, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use tagwire::{Server, XmlRpcService, methods, xmlrpc_method};
use tower::ServiceBuilder;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tower_http::validate_request::{ValidateRequest, ValidateRequestHeaderLayer};
use tracing::Span;

/// Adds two integers.
#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

/// Never answers.
#[xmlrpc_method]
async fn never() -> bool {
    std::future::pending().await
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let service = ServiceBuilder::new()
        // The first is the outermost: whatever is refused further in has its header too.
        .map_response(|mut response: Response<_>| {
            response.headers_mut().insert(SERVER, HeaderValue::from_static("tower_stack"));
            response
        })
        // It also tells whatever subscriber of `tracing` there is.
        .layer(TraceLayer::new_for_http().on_response(|response: &Response<_>, took: Duration, _: &Span| {
            eprintln!("{} after {took:?}", response.status());
        }))
        // Who has no password is refused before a byte of the body is read, and is told all the same.
        .layer(ValidateRequestHeaderLayer::custom(Password))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(1)))
        .service(XmlRpcService::new(methods![add, never]));

    let address = std::env::args().skip_while(|argument| argument != "--listen").nth(1);
    let server = Server::bind(address.as_deref().unwrap_or("127.0.0.1:8000")).await?;
    let address = server.local_addr()?;
    println!(
        "listening on http://{address}/\n\nCall it from Python:\n\n{}",
        PYTHON.replace("ADDRESS", &address.to_string())
    );
    println!("\nCtrl-C stops the server.");
    let report = server.serve(service).serve_until_signal().await?;
    println!("stopped; {report}");
    Ok(())
}

/// That of Ada, who has chosen `secret`.
#[derive(Clone, Copy)]
struct Password;

impl<B> ValidateRequest<B> for Password {
    type ResponseBody = Full<Bytes>;

    fn validate(&mut self, request: &mut Request<B>) -> Result<(), Response<Full<Bytes>>> {
        match request.headers().get(AUTHORIZATION) {
            Some(credentials) if credentials == "Basic YWRhOnNlY3JldA==" => Ok(()),
            _ => {
                let mut refusal = Response::new(Full::from("a password is needed"));
                *refusal.status_mut() = StatusCode::UNAUTHORIZED;
                refusal.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"tower_stack\""));
                Err(refusal)
            }
        }
    }
}

const PYTHON: &str =
    r#"python3 -c "from xmlrpc.client import *; s = ServerProxy('http://ada:secret@ADDRESS/'); print(s.add(2, 3))""#;
