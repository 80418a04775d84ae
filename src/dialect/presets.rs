//! Dialects for the peers that need one.

use super::{Dialect, WideIntegers};

impl Dialect {
    /// The specification and nothing else, both ways: no nil, no integer beyond 32 bits, and
    /// [strict reading](Self::strict_reading).
    ///
    /// ```
    /// use tagwire::{Dialect, ser};
    ///
    /// assert!(ser::to_vec(&(1_i64 << 40), &Dialect::strict()).is_err());
    /// ```
    #[must_use]
    pub fn strict() -> Self {
        Self::default().wide_integers(WideIntegers::Error).big_numbers(false).strict_reading(true)
    }

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

    /// For rtorrent: every integer as `<i8>`, which is how it sends those that it counts. It takes no boolean, double, date
    /// or struct, whatever the dialect.
    #[must_use]
    pub fn rtorrent() -> Self {
        Self::default().only_i8(true)
    }

    /// For the library `XmlRpc++`, which ROS 1 uses: nothing beyond the specification. What it does not know it loses in
    /// silence, the rest of an array with it, so here it is an error.
    ///
    /// It knows no character references either: a CR in a string arrives as `&#13;`, and `&`, `<` and `>` in the name of a
    /// member as they are escaped.
    #[must_use]
    pub fn xmlrpcpp() -> Self {
        Self::default().wide_integers(WideIntegers::Error).big_numbers(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ser::to_vec;
    use crate::value::Value;

    #[test]
    fn rtorrent_gets_no_integer_but_i8() {
        for number in [0_i64, -1, i64::MAX] {
            let xml = String::from_utf8(to_vec(&(number, Value::I8(number)), &Dialect::rtorrent()).unwrap()).unwrap();
            assert_eq!(xml.matches(&format!("<value><i8>{number}</i8></value>")).count(), 2, "{xml}");
        }
    }

    #[test]
    fn what_the_specification_does_not_have_is_an_error_where_nothing_else_is_known() {
        let values = [Value::I8(i64::MAX), Value::Nil, Value::BigInteger("1".into()), Value::BigDecimal("1".into())];
        for dialect in [Dialect::strict(), Dialect::xmlrpcpp()] {
            for value in &values {
                assert!(to_vec(value, &dialect).unwrap_err().is_unwritable(), "{value:?}");
            }
        }
    }
}
