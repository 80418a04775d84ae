//! The service and the server: requests as bytes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod any_body;
mod body;
mod budget;
mod connections;
mod crowds;
mod disconnect;
mod goodput;
mod graceful;
mod gzip;
mod listeners;
mod multipath;
mod origin;
mod overload;
mod panicking_service;
mod protocol;
mod refusals;
mod service;
mod shown;
mod stacks;
mod stats;
mod tls;
mod unread_results;
mod without_a_server;

#[path = "../interop/peers.rs"]
#[allow(dead_code, reason = "only Python is talked to")]
mod peers;
#[path = "../support/mod.rs"]
mod support;
