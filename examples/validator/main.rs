//! The two classic suites that XML-RPC servers are tested with: `validator1`, of the specification's author, and
//! `interopEchoTests`, of the implementers after him.
//!
//! `cargo run --example validator`, then point a suite's client at it.

mod interop_echo;
#[path = "../support/serve.rs"]
mod serve;
mod validator1;

use std::process::ExitCode;

use tagwire::{Dialect, Dispatcher};

#[tokio::main]
async fn main() -> ExitCode {
    let methods = validator1::methods().merge(interop_echo::methods());
    // What is echoed goes back as it came.
    let dialect = Dialect::default().allow_none(true).raw_dates(true).non_finite(true);
    serve::serve(Dispatcher::new(methods).dialect(dialect), PYTHON).await
}

const PYTHON: &str = "s = ServerProxy('http://ADDRESS/'); \
                      print(s.interopEchoTests.whichToolkit(), s.validator1.countTheEntities('<&>'))";
