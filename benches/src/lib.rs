//! What the timings of tagwire are made of. Not a library for anybody else.

pub mod allocations;
pub mod client;
pub mod codec;
pub mod compiler;
pub mod dispatch;
pub mod hostile;
pub mod measure;
pub mod report;
pub mod server;
pub mod shapes;

mod contender;
mod documents;
mod floors;
mod goals;
mod install;
mod machine;
mod network;
mod payloads;
mod peers;
mod plain;
mod rows;
mod table;
mod types;

/// Whatever went wrong: a payload that cannot be made, a decoder that reads something else than was written.
pub type Failure = Box<dyn std::error::Error>;
