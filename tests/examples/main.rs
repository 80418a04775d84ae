//! The examples as they are run: programs that other programs talk to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod api_trait;
mod axum_mount;
mod call;
#[cfg(unix)]
mod callback;
mod cgi;
mod closures;
mod demo;
mod errors_as_faults;
#[cfg(unix)]
mod every;
#[cfg(unix)]
mod graceful;
#[cfg(unix)]
mod hello;
mod inspect;
mod middleware;
mod multicall;
mod own_server;
mod service_struct;
mod state;
#[cfg(unix)]
mod tls;
mod tower_stack;
#[cfg(unix)]
mod unix_socket;
mod validator;
#[cfg(unix)]
mod workers;

#[path = "../interop/peers.rs"]
#[allow(dead_code, reason = "only Python is talked to")]
mod peers;
#[path = "../support/mod.rs"]
mod support;
