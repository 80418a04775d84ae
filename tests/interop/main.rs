//! Our server and our client against other people's programs.
//!
//! `TAGWIRE_PEERS` says which: unset, those that this machine has; `all`, every one, and a missing one is a failure; a
//! list such as `python,perl`, exactly those. See `peers.rs` for what they are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(clippy::needless_pass_by_value, reason = "arguments of methods are owned")]

mod aria2;
mod compatibility;
mod daemon;
mod dialects;
mod echo;
mod node_client;
mod node_server;
mod peers;
mod perl_client;
mod perl_server;
mod php_client;
mod php_server;
mod python_client;
mod python_documenting_server;
mod python_server;
mod rtorrent;
mod ruby_client;
mod ruby_server;
mod served;
mod supervisor;
mod xmlrpc_c_client;
mod xmlrpc_c_server;
