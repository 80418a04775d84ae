//! Calls and their answers, without HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod broken_calls;
mod dispatch;
mod execution;
mod introspection;
mod layers;
mod multicall;
mod results;
mod runtime_ends;
#[path = "../support/mod.rs"]
mod support;
