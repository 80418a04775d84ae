//! [`Dialect`]: what may be written, and how.

mod presets;

use crate::xml::error::{Error, ErrorKind};

/// What may be sent to a peer, and how much of what it sends is put up with. The default writes what every XML-RPC library
/// reads, and reads everything that has one sensible meaning.
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
    raw_dates: bool,
    non_finite: bool,
    wide_integers: WideIntegers,
    only_i8: bool,
    control_characters: ControlCharacters,
    ascii: bool,
    extensions: bool,
    big_numbers: bool,
    max_size: usize,
    reading: Reading,
    skip_junk: bool,
    missing_result: bool,
}

/// What a reader has to know of a dialect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) strict: bool,
    pub(crate) keep_control_characters: bool,
}

/// What is written for an integer that does not fit 32 bits: see [`Dialect::wide_integers`].
///
/// ```
/// use tagwire::{Dialect, WideIntegers, ser};
///
/// let number = 1_i64 << 40;
/// let write = |wide| ser::to_vec(&number, &Dialect::default().wide_integers(wide));
/// assert_eq!(write(WideIntegers::I8)?, b"<value><i8>1099511627776</i8></value>");
/// assert_eq!(write(WideIntegers::Double)?, b"<value><double>1099511627776.0</double></value>");
/// assert!(write(WideIntegers::Error).unwrap_err().is_unwritable());
/// # Ok::<(), tagwire::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WideIntegers {
    /// `<i8>`, an extension that nearly every library reads.
    #[default]
    I8,
    /// Nothing: it is an error.
    Error,
    /// `<double>`; an error for an integer that a double does not hold exactly.
    Double,
    /// `<string>`, of its digits.
    String,
}

/// What is written for a character that XML forbids: see [`Dialect::control_characters`].
///
/// ```
/// use tagwire::{ControlCharacters, Dialect, ser};
///
/// let write = |control| ser::to_vec("a\x1bb", &Dialect::default().control_characters(control));
/// assert!(write(ControlCharacters::Error).unwrap_err().is_unwritable());
/// assert_eq!(write(ControlCharacters::Strip)?, b"<value><string>ab</string></value>");
/// assert_eq!(write(ControlCharacters::Replace)?, "<value><string>a\u{fffd}b</string></value>".as_bytes());
/// # Ok::<(), tagwire::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ControlCharacters {
    /// Nothing: it is an error, which says where the character stands.
    #[default]
    Error,
    /// Nothing: it is left out.
    Strip,
    /// U+FFFD, the replacement character.
    Replace,
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

    /// Whether a date is written as its text stands, whatever it is. Not by default: the specification's form
    /// `YYYYMMDDTHH:MM:SS` is what every library reads, it has no place for a fraction of a second or a zone, and a date
    /// that would lose one of them, or that cannot be read, is an error.
    ///
    /// ```
    /// use tagwire::{DateTime, Dialect, ser};
    ///
    /// let date = DateTime::new("2024-01-02T03:04:05Z");
    /// assert!(ser::to_vec(&date, &Dialect::default()).is_err());
    /// let xml = ser::to_vec(&date, &Dialect::default().raw_dates(true))?;
    /// assert_eq!(xml, b"<value><dateTime.iso8601>2024-01-02T03:04:05Z</dateTime.iso8601></value>");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn raw_dates(mut self, raw: bool) -> Self {
        self.raw_dates = raw;
        self
    }

    /// Whether NaN and the infinities may be written, as `nan`, `inf` and `-inf`, which is what CPython writes and reads.
    /// Not by default: the specification has no text for them. They are always read.
    ///
    /// ```
    /// use tagwire::{Dialect, ser};
    ///
    /// assert!(ser::to_vec(&f64::NAN, &Dialect::default()).is_err());
    /// let xml = ser::to_vec(&f64::NEG_INFINITY, &Dialect::default().non_finite(true))?;
    /// assert_eq!(xml, b"<value><double>-inf</double></value>");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn non_finite(mut self, allow: bool) -> Self {
        self.non_finite = allow;
        self
    }

    /// What is written for an integer beyond 32 bits; `<i8>` by default.
    ///
    /// ```
    /// use tagwire::{Dialect, WideIntegers, ser};
    ///
    /// let dialect = Dialect::default().wide_integers(WideIntegers::String);
    /// assert_eq!(ser::to_vec(&(1_i64 << 40), &dialect)?, b"<value><string>1099511627776</string></value>");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn wide_integers(mut self, wide: WideIntegers) -> Self {
        self.wide_integers = wide;
        self
    }

    /// Whether every integer is written as `<i8>`, whatever its size. Not by default.
    ///
    /// ```
    /// use tagwire::{Dialect, ser};
    ///
    /// assert_eq!(ser::to_vec(&5, &Dialect::default().only_i8(true))?, b"<value><i8>5</i8></value>");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn only_i8(mut self, only: bool) -> Self {
        self.only_i8 = only;
        self
    }

    /// What is written for a character that XML forbids: the control characters but tab, LF and CR, U+FFFE and U+FFFF.
    /// An error by default.
    #[must_use]
    pub const fn control_characters(mut self, control: ControlCharacters) -> Self {
        self.control_characters = control;
        self
    }

    /// Whether documents are written in US-ASCII, with character references for all other characters. Not by default.
    ///
    /// ```
    /// use tagwire::{Dialect, ser};
    ///
    /// let xml = ser::to_vec("é😀", &Dialect::default().ascii(true))?;
    /// assert_eq!(xml, b"<value><string>&#233;&#128512;</string></value>");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn ascii(mut self, ascii: bool) -> Self {
        self.ascii = ascii;
        self
    }

    /// Whether what the specification does not have (nil, i8, big numbers) is written in Apache's namespace, as `<ex:nil/>`,
    /// with the prefix declared on the root of each document. Not by default.
    ///
    /// ```
    /// use tagwire::{Dialect, ser};
    ///
    /// let xml = ser::to_vec(&None::<i32>, &Dialect::default().allow_none(true).extensions(true))?;
    /// assert_eq!(xml, b"<value><ex:nil/></value>"); // as a part of a document that declares it
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn extensions(mut self, extensions: bool) -> Self {
        self.extensions = extensions;
        self
    }

    /// Whether `biginteger` and `bigdecimal`, which the specification does not have, may be written. They are by default,
    /// where a [`Value`](crate::Value) holds one.
    ///
    /// ```
    /// use tagwire::{Dialect, Value, ser};
    ///
    /// let number = Value::BigInteger("123456789012345678901234567890".to_owned());
    /// let xml = ser::to_vec(&number, &Dialect::default())?;
    /// assert_eq!(xml, b"<value><biginteger>123456789012345678901234567890</biginteger></value>");
    /// assert!(ser::to_vec(&number, &Dialect::default().big_numbers(false)).is_err());
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn big_numbers(mut self, allow: bool) -> Self {
        self.big_numbers = allow;
        self
    }

    /// How many bytes a document may get while it is written; beyond them writing stops with an error. No bound by
    /// default. A single string or block of bytes is looked at when it is written, not before.
    ///
    /// ```
    /// use tagwire::{Dialect, ser};
    ///
    /// let dialect = Dialect::default().max_size(100);
    /// assert!(ser::to_vec(&[1], &dialect).is_ok());
    /// assert!(ser::to_vec(&vec![1; 100], &dialect).unwrap_err().is_unwritable());
    /// ```
    #[must_use]
    pub const fn max_size(mut self, bytes: usize) -> Self {
        self.max_size = bytes;
        self
    }

    /// Whether a document is read by the letter of the specification. Not by default.
    ///
    /// It is an error (-32600) then: a type that the specification does not have (`nil`, `i8`, `float`, anything with a
    /// prefix); an `int` beyond 32 bits; a `boolean` other than `0` and `1`; a `double` with an exponent, NaN or infinite;
    /// text beside a type element; a type element, or in `params` a value, without what should stand around it; a member
    /// whose value stands before its name or whose name another one has; unknown elements; `params` before `methodName`.
    /// What a type asks for is looked at: a member that a struct has no field for is passed over.
    ///
    /// ```
    /// use tagwire::{Dialect, Limits, de};
    ///
    /// let xml = b"<value>some text <int>5</int></value>";
    /// assert_eq!(de::from_slice::<i32>(xml)?, 5);
    /// let error = de::from_slice_with::<i32>(xml, &Dialect::default().strict_reading(true), Limits::default());
    /// assert_eq!(error.unwrap_err().code(), -32600);
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn strict_reading(mut self, strict: bool) -> Self {
        self.reading.strict = strict;
        self
    }

    /// Whether characters that XML forbids are read as they stand, raw or as references. Not by default, when they are an
    /// error (-32702). Supervisor sends the ESC of what its processes print.
    ///
    /// ```
    /// use tagwire::{Dialect, Limits, de};
    ///
    /// let xml = b"<value>\x1b[31m&#7;</value>";
    /// assert!(de::from_slice::<String>(xml).is_err());
    /// let dialect = Dialect::default().keep_control_characters(true);
    /// assert_eq!(de::from_slice_with::<String>(xml, &dialect, Limits::default())?, "\x1b[31m\x07");
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn keep_control_characters(mut self, keep: bool) -> Self {
        self.reading.keep_control_characters = keep;
        self
    }

    /// Whether what stands before a response is passed over, such as a warning that PHP prints. Not by default, when it is
    /// an error (-32700).
    ///
    /// ```
    /// use tagwire::{Dialect, Limits, MethodResponse};
    ///
    /// let xml = b"PHP Notice\n<methodResponse><params><param><value>ok</value></param></params></methodResponse>";
    /// assert_eq!(MethodResponse::<String>::from_xml(xml).unwrap_err().code(), -32700);
    /// let dialect = Dialect::default().skip_junk(true);
    /// let response = MethodResponse::from_xml_with(xml, &dialect, Limits::default())?;
    /// assert_eq!(response, MethodResponse::Value("ok".to_owned()));
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn skip_junk(mut self, skip: bool) -> Self {
        self.skip_junk = skip;
        self
    }

    /// Whether a response without a result is read as one with nil. Not by default, when it is an error (-32600).
    ///
    /// ```
    /// use tagwire::{Dialect, Limits, MethodResponse};
    ///
    /// let xml = b"<methodResponse><params></params></methodResponse>";
    /// assert!(MethodResponse::<Option<i32>>::from_xml(xml).is_err());
    /// let dialect = Dialect::default().missing_result(true);
    /// let response = MethodResponse::<Option<i32>>::from_xml_with(xml, &dialect, Limits::default())?;
    /// assert_eq!(response, MethodResponse::Value(None));
    /// # Ok::<(), tagwire::Error>(())
    /// ```
    #[must_use]
    pub const fn missing_result(mut self, allow: bool) -> Self {
        self.missing_result = allow;
        self
    }

    pub(crate) const fn reading(self) -> Reading {
        self.reading
    }

    pub(crate) const fn skips_junk(self) -> bool {
        self.skip_junk
    }

    pub(crate) const fn allows_missing_result(self) -> bool {
        self.missing_result
    }

    pub(crate) const fn allows_none(self) -> bool {
        self.allow_none
    }

    pub(crate) const fn wide(self) -> WideIntegers {
        self.wide_integers
    }

    pub(crate) const fn writes_only_i8(self) -> bool {
        self.only_i8
    }

    pub(crate) const fn control(self) -> ControlCharacters {
        self.control_characters
    }

    pub(crate) const fn is_ascii(self) -> bool {
        self.ascii
    }

    pub(crate) const fn allows_big_numbers(self) -> bool {
        self.big_numbers
    }

    pub(crate) const fn has_extensions(self) -> bool {
        self.extensions
    }

    pub(crate) const fn keeps_dates(self) -> bool {
        self.raw_dates
    }

    pub(crate) const fn allows_non_finite(self) -> bool {
        self.non_finite
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
        Self {
            allow_none: false,
            raw_dates: false,
            non_finite: false,
            wide_integers: WideIntegers::I8,
            only_i8: false,
            control_characters: ControlCharacters::Error,
            ascii: false,
            extensions: false,
            big_numbers: true,
            max_size: usize::MAX,
            reading: Reading { strict: false, keep_control_characters: false },
            skip_junk: false,
            missing_result: false,
        }
    }
}

#[cold]
fn too_large(bytes: usize) -> Error {
    Error::new(ErrorKind::Unwritable, format!("the document would be larger than {bytes} bytes"))
}
