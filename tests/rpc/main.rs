//! Calls and their answers, without HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod dispatch;
mod execution;
mod introspection;
mod layers;
mod multicall;
mod results;
#[path = "../support/mod.rs"]
mod support;
