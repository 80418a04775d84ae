//! tagwire and the libraries it is measured against: for each, the calls that its documentation tells a user to make
//! to get from the bytes of a document to typed data or to its own value type, and back.

pub(crate) mod dxr;
pub(crate) mod serde_xmlrpc;
pub(crate) mod tagwire;
pub(crate) mod xmlrpc;
