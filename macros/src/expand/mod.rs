//! What the macros generate.

pub(crate) mod api;
pub(crate) mod client;
pub(crate) mod function;
mod handler;
pub(crate) mod methods;
mod registration;
mod returned;
pub(crate) mod types;
