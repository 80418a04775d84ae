//! What the pages of the project say is so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod comparison;
mod features;
mod links;
