//! The client, against peers that say exactly what a test wants.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod calls;
mod cookies;
mod hostile;
mod in_process;
mod multicall;
mod options;
mod pool;
mod proxy;
mod quoted_secrets;
mod record;
mod scgi;
#[path = "../support/mod.rs"]
mod support;
mod system;
mod tls;
mod transport;
mod typed;
#[cfg(unix)]
mod unix;
