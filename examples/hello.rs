//! The smallest server: two functions, one line that serves them.
//!
//! ```sh
//! cargo run --example hello
//! ```
//!
//! Then, from another terminal:
//!
//! ```sh
//! python3 -c "from xmlrpc.client import *; s = ServerProxy('http://127.0.0.1:8000'); print(s.add(2, 3), s.math.div(7, 2))"
//! ```
//!
//! `cargo run --example hello -- --listen ADDR` listens somewhere else; port 0 takes a free one. Ctrl-C ends it.

use tagwire::{Fault, Server, methods, xmlrpc_method};

/// Adds two integers.
#[xmlrpc_method]
async fn add(a: i32, b: i32) -> i32 {
    a + b
}

/// Divides, rounding down for a positive divisor.
#[xmlrpc_method(name = "math.div")]
fn div(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_div_euclid(b).ok_or_else(|| Fault::application("division by zero"))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().skip_while(|argument| argument != "--listen").nth(1);
    let server = Server::bind(address.as_deref().unwrap_or("127.0.0.1:8000")).await?;
    println!("listening on http://{}/", server.local_addr()?);
    server.serve(methods![add, div]).await
}
