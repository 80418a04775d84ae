//! [`Dialect`]: what may be written, and how.

use crate::xml::error::{Error, ErrorKind};

/// What may be sent to a peer. The default writes what every XML-RPC library reads.
///
/// Both ends of a wire differ from peer to peer, so a dialect is a value that is set where a server or
/// a client is made, and no Cargo feature.
///
/// ```
/// use tagwire::{Dialect, ser};
///
/// assert!(ser::to_vec(&None::<i32>, &Dialect::default()).is_err());
/// let xml = ser::to_vec(&None::<i32>, &Dialect::default().allow_none(true))?;
/// assert_eq!(xml, b"<value><nil/></value>");
/// # Ok::<(), tagwire::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    allow_none: bool,
    max_size: usize,
}

impl Dialect {
    /// Whether `None` and `()` may be written, as `<nil/>`. Not by default: the specification has no nil,
    /// and CPython's default is the same.
    ///
    /// Without it a struct member that is `None` is left out, a handler's `()` is answered as boolean true,
    /// and any other `None` is an error. `<nil/>` is always read.
    #[must_use]
    pub const fn allow_none(mut self, allow: bool) -> Self {
        self.allow_none = allow;
        self
    }

    /// How many bytes a document may get while it is written; beyond them writing stops with an error. No bound by
    /// default. A single string or block of bytes is looked at when it is written, not before.
    #[must_use]
    pub const fn max_size(mut self, bytes: usize) -> Self {
        self.max_size = bytes;
        self
    }

    pub(crate) const fn allows_none(self) -> bool {
        self.allow_none
    }

    /// Refuses a document that has got too large.
    #[inline]
    pub(crate) fn check_size(self, written: usize) -> Result<(), Error> {
        match written > self.max_size {
            true => Err(too_large(self.max_size)),
            false => Ok(()),
        }
    }

    /// The same with another bound on the size, if that is lower.
    #[cfg(feature = "rpc")]
    pub(crate) fn at_most(self, bytes: usize) -> Self {
        self.max_size(bytes.min(self.max_size))
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self { allow_none: false, max_size: usize::MAX }
    }
}

#[cold]
fn too_large(bytes: usize) -> Error {
    Error::new(ErrorKind::Unwritable, format!("the document would be larger than {bytes} bytes"))
}
