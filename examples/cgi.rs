//! XML-RPC without a server of one's own: a CGI program, which a web server starts for each call.
//!
//! Build it, put it into the web server's folder for programs, and call it by its path. With Python's web server:
//!
//! ```text
//! cargo build --release --example cgi
//! mkdir -p site/cgi-bin && cp target/release/examples/cgi site/cgi-bin/sums
//! cd site && python3 -m http.server --cgi --bind 127.0.0.1 8000
//! python3 -c "from xmlrpc.client import *; print(ServerProxy('http://127.0.0.1:8000/cgi-bin/sums').add(2, 3))"
//! ```

use std::process::ExitCode;

use tagwire::{Fault, RemoteAddr, cgi, methods, xmlrpc_method};

/// Adds two integers.
#[xmlrpc_method]
fn add(a: i32, b: i32) -> Result<i32, Fault> {
    a.checked_add(b).ok_or_else(|| Fault::application("the sum is too large"))
}

/// How long a text is, in characters.
#[xmlrpc_method]
async fn length(text: String) -> u64 {
    text.chars().count() as u64
}

/// Who calls: the address, and the user if the web server asked for a password.
#[xmlrpc_method]
fn caller(peer: RemoteAddr) -> String {
    let address = peer.0.ip();
    match std::env::var("REMOTE_USER") {
        Ok(user) if !user.is_empty() => format!("{user} at {address}"),
        _ => address.to_string(),
    }
}

// One request needs no second thread.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match cgi::handle(methods![add, length, caller]).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Into the log of the web server.
            eprintln!("cgi: {error}");
            ExitCode::FAILURE
        }
    }
}
