//! What the macros generate.

pub(crate) mod function;
pub(crate) mod types;
