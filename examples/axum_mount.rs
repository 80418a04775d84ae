//! Beside the other routes of an axum application, with leave for the pages of another site to call.
//!
//! `cargo run --example axum_mount`; `--listen ADDR` sets where it listens, port 0 takes a free one.

use std::io;

use axum::Router;
use axum::routing::get;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use tagwire::{Extension, Methods, XmlRpcService, methods, xmlrpc_method};
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::cors::CorsLayer;

/// The site whose pages may call.
const SITE: &str = "https://app.example";

/// Adds two integers.
#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

/// The name of the application.
#[xmlrpc_method]
async fn name(app: Extension<App>) -> &'static str {
    app.0.name
}

/// What the whole application shares.
#[derive(Clone)]
struct App {
    name: &'static str,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    // A page of another site needs both: the service has to let its calls in, and the browser has to be told that the
    // page may read the answers.
    let public = XmlRpcService::new(methods![add, name]).allow_origins([SITE]);
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static(SITE))
        .allow_methods([Method::POST])
        .allow_headers([CONTENT_TYPE]);
    let public = ServiceBuilder::new().layer(cors).service(public);

    // What is nested sees the rest of the path: `/internal/RPC2` is its `/RPC2`.
    let internal = XmlRpcService::new(Methods::new().register_fn("reload", || true));

    let app = Router::new()
        .route("/", get(async || "XML-RPC is at /RPC2\n"))
        .route_service("/RPC2", public)
        .nest_service("/internal", internal)
        // Whatever layers leave in a request, methods find.
        .layer(axum::Extension(App { name: "axum_mount" }));

    let address = std::env::args().skip_while(|argument| argument != "--listen").nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:8000")).await?;
    let address = listener.local_addr()?;
    println!(
        "listening on http://{address}/\n\nCall it from Python:\n\n{}",
        PYTHON.replace("ADDRESS", &address.to_string())
    );
    println!("\nCtrl-C stops the server.");
    axum::serve(listener, app).await
}

const PYTHON: &str = r#"python3 -c "from xmlrpc.client import *; s = ServerProxy('http://ADDRESS/RPC2'); print(s.add(2, 3), s.name(), ServerProxy('http://ADDRESS/internal/RPC2').reload())""#;
