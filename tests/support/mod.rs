//! What the tests have in common.

#![allow(dead_code, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

pub(crate) mod calls;
pub(crate) mod child;
pub(crate) mod descriptors;
pub(crate) mod endpoint;
pub(crate) mod gate;
pub(crate) mod log;
pub(crate) mod multicall;
pub(crate) mod peer;
pub(crate) mod program;
pub(crate) mod raw;
pub(crate) mod server;
pub(crate) mod session;
pub(crate) mod socket;
pub(crate) mod tunnel;
