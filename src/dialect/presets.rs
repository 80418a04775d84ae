//! Dialects for the peers that need one.

use super::{Dialect, WideIntegers};

impl Dialect {
    /// For Apache's ws-xmlrpc with its extensions enabled: nil, i8 and big numbers in its namespace. It knows none of
    /// them without the prefix.
    ///
    /// ```
    /// use tagwire::{Dialect, MethodCall};
    ///
    /// let xml = MethodCall::new("echo", (None::<i32>,)).to_xml(&Dialect::apache())?;
    /// assert!(String::from_utf8_lossy(&xml).contains("<value><ex:nil/></value>"));
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub fn apache() -> Self {
        Self::default().extensions(true).allow_none(true)
    }

    /// For CPython's `xmlrpc`: dates as they stand, for it keeps their text; NaN and infinities; and i8, which it reads
    /// though it does not write it. Nil is left to [`allow_none`](Self::allow_none), as it is there.
    #[must_use]
    pub fn cpython() -> Self {
        Self::default().raw_dates(true).non_finite(true)
    }

    /// For rtorrent: every integer as `<i8>`, which is how it sends them.
    #[must_use]
    pub fn rtorrent() -> Self {
        Self::default().only_i8(true)
    }

    /// For the library `XmlRpc++`, which ROS 1 uses: nothing beyond the specification, for what it does not know it refuses.
    #[must_use]
    pub fn xmlrpcpp() -> Self {
        Self::default().wide_integers(WideIntegers::Error)
    }
}
