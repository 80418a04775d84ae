//! Our server and our client against other people's programs.
//!
//! `TAGWIRE_PEERS` says which: unset, those that this machine has; `all`, every one, and a missing one is a failure; a
//! list such as `python,perl`, exactly those. See `peers.rs` for what they are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(clippy::needless_pass_by_value, reason = "arguments of methods are owned")]

mod dialects;
mod peers;
mod python_client;
mod python_server;
