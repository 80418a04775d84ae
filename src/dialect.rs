//! [`Dialect`]: what may be written, and how.

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dialect {
    allow_none: bool,
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

    pub(crate) const fn allows_none(self) -> bool {
        self.allow_none
    }
}
