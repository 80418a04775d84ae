//! What the macros make, and how functions are registered.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

// `derive_fault` calls the crate by this name.
extern crate tagwire as renamed;

mod api_trait;
mod arguments;
mod derive_fault;
mod describe;
pub mod function; // so that lints take its public items for such
mod function_results;
mod impl_block;
mod register;
#[path = "../support/mod.rs"]
mod support;
mod unwritable_arguments;
