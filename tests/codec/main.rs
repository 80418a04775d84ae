//! Documents, and the values in them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod broken_markup;
mod complexity;
mod corpus;
mod dates;
mod declared_encoding;
mod depth;
mod differential;
mod extremes;
mod odd_documents;
mod properties;
mod refusing_types;
mod strict;
mod typed;

#[path = "../../examples/inspect/notation.rs"]
mod notation;
#[path = "../interop/peers.rs"]
#[allow(dead_code, reason = "what interop/ uses of it is more")]
mod peers;
#[path = "../support/mod.rs"]
mod support;
