//! XML: tokens out of bytes, bytes out of values. Knows the element names of XML-RPC and no types of it.

pub(crate) mod encoding;
pub(crate) mod error;
pub(crate) mod limits;
mod name;
pub(crate) mod reader;
pub(crate) mod tag;
pub(crate) mod text;
pub(crate) mod writer;
