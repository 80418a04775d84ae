//! What the timings of tagwire are made of. Not a library for anybody else.

pub mod allocations;
pub mod codec;
pub mod measure;

mod contender;
mod floors;
mod goals;
mod machine;
mod payloads;
mod peers;
mod plain;
mod rows;
mod shapes;
mod table;

/// Whatever went wrong: a payload that cannot be made, a decoder that reads something else than was written.
pub type Failure = Box<dyn std::error::Error>;
