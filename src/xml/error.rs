use std::borrow::Cow;
use std::fmt;

use serde::{de, ser};

use crate::fault::Fault;

/// Why a document could not be read or written.
///
/// It tells what is wrong, at which byte, and the way there (`params[1].items[3].name`). Of the input it
/// repeats names only, and no more than 64 characters of one; never a value, unless a type of yours puts it in what it
/// says itself (serde's `custom`), of which 192 characters are kept.
///
/// ```
/// use tagwire::MethodCall;
///
/// let xml = b"<methodCall><methodName>add</methodName><params><param><value><int>two</int></value></param></params></methodCall>";
/// let error = MethodCall::<(i32,)>::from_xml(xml).unwrap_err();
/// assert_eq!(error.code(), -32600);
/// assert_eq!(error.to_string(), "<int> is not a decimal integer, at byte 67, in params[0]");
/// ```
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    offset: Option<usize>,
    /// The innermost step first.
    path: Vec<Step>,
}

/// What kind of fault a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    NotWellFormed,
    UnsupportedEncoding,
    InvalidCharacter,
    NotXmlRpc,
    Limit,
    EmptyMethodName,
    TypeMismatch,
    Unwritable,
}

enum Step {
    Root(&'static str),
    Index(usize),
    Member(String),
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { inner: Box::new(Inner { kind, message: message.into(), offset: None, path: Vec::new() }) }
    }

    /// The code of the fault that this error maps to: -32700 not well-formed, -32701 unsupported encoding,
    /// -32702 invalid character, -32600 not XML-RPC or over a limit, -32601 an empty method name,
    /// -32602 a value of another type than asked for, -32603 data that cannot be written.
    #[must_use]
    pub const fn code(&self) -> i64 {
        match self.inner.kind {
            ErrorKind::NotWellFormed => Fault::NOT_WELL_FORMED,
            ErrorKind::UnsupportedEncoding => Fault::UNSUPPORTED_ENCODING,
            ErrorKind::InvalidCharacter => Fault::INVALID_CHARACTER,
            ErrorKind::NotXmlRpc | ErrorKind::Limit => Fault::INVALID_REQUEST,
            ErrorKind::EmptyMethodName => Fault::METHOD_NOT_FOUND,
            ErrorKind::TypeMismatch => Fault::INVALID_PARAMS,
            ErrorKind::Unwritable => Fault::INTERNAL_ERROR,
        }
    }

    /// Whether the document is not XML: not well-formed, in an encoding that is not known, or with bytes or characters that
    /// are not allowed (-32700 to -32702).
    ///
    /// ```
    /// use tagwire::de::from_slice;
    ///
    /// assert!(from_slice::<i32>(b"<value>").unwrap_err().is_not_well_formed());
    /// assert!(from_slice::<i32>(b"<value><int>x</int></value>").unwrap_err().is_not_xmlrpc());
    /// assert!(from_slice::<i32>(b"<value>x</value>").unwrap_err().is_type_mismatch());
    /// ```
    #[must_use]
    pub fn is_not_well_formed(&self) -> bool {
        use ErrorKind::{InvalidCharacter, NotWellFormed, UnsupportedEncoding};
        matches!(self.inner.kind, NotWellFormed | UnsupportedEncoding | InvalidCharacter)
    }

    /// Whether the document is XML but not XML-RPC (-32600, and -32601 for an empty method name).
    #[must_use]
    pub fn is_not_xmlrpc(&self) -> bool {
        matches!(self.inner.kind, ErrorKind::NotXmlRpc | ErrorKind::EmptyMethodName)
    }

    /// Whether the document is sound and holds a value of another type, or another number of values, than
    /// was asked for.
    #[must_use]
    pub fn is_type_mismatch(&self) -> bool {
        self.inner.kind == ErrorKind::TypeMismatch
    }

    /// Whether the document goes beyond one of the [`Limits`](crate::Limits).
    ///
    /// ```
    /// use tagwire::{Dialect, Limits, de};
    ///
    /// let xml = b"<value><array><data><value>a</value><value>b</value></data></array></value>";
    /// let limits = Limits::default().max_values(2);
    /// let error = de::from_slice_with::<Vec<String>>(xml, &Dialect::default(), limits).unwrap_err();
    /// assert!(error.is_limit());
    /// assert_eq!(error.code(), -32600);
    /// ```
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.inner.kind == ErrorKind::Limit
    }

    /// Whether the error is in data that was to be written, rather than in a document that was read.
    ///
    /// ```
    /// use tagwire::{Dialect, ser};
    ///
    /// let error = ser::to_vec(&f64::NAN, &Dialect::default()).unwrap_err();
    /// assert!(error.is_unwritable());
    /// ```
    #[must_use]
    pub fn is_unwritable(&self) -> bool {
        self.inner.kind == ErrorKind::Unwritable
    }

    /// The byte of the document (as UTF-8) at which the error was noticed, counted from 0.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        self.inner.offset
    }

    /// Sets the offset unless a place further in has set it already.
    pub(crate) fn or_at(mut self, offset: usize) -> Self {
        self.inner.offset.get_or_insert(offset);
        self
    }

    pub(crate) fn in_index(self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    pub(crate) fn in_member(self, name: &str) -> Self {
        self.step(Step::Member(shorten(name).into_owned()))
    }

    pub(crate) fn in_root(self, name: &'static str) -> Self {
        self.step(Step::Root(name))
    }

    fn step(mut self, step: Step) -> Self {
        self.inner.path.push(step);
        self
    }

    /// The way to the place, such as `params[1].items[3].name`. One that is longer than 64 characters lacks its middle.
    fn path(&self) -> String {
        let mut path = String::new();
        for step in self.inner.path.iter().rev() {
            match step {
                Step::Index(index) => path += &format!("[{index}]"),
                Step::Root(name) => path += name,
                Step::Member(name) if path.is_empty() => path += name,
                Step::Member(name) => path += &format!(".{name}"),
            }
        }
        let length = path.chars().count();
        if length <= LONGEST {
            return path;
        }
        let start: String = path.chars().take(LONGEST / 3).collect();
        let end: String = path.chars().skip(length - LONGEST * 2 / 3).collect();
        format!("{start}…{end}")
    }

    /// What is wrong and where, without the way there.
    pub(crate) fn without_path(&self) -> impl fmt::Display {
        struct WithoutPath<'a>(&'a Inner);

        impl fmt::Display for WithoutPath<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0.message)?;
                match self.0.offset {
                    Some(offset) => write!(f, ", at byte {offset}"),
                    None => Ok(()),
                }
            }
        }

        WithoutPath(&self.inner)
    }
}

/// The most characters of a document that an error repeats.
const LONGEST: usize = 64;

/// At most the first 64 characters, for names that come from a document.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    shorten_to(LONGEST, text)
}

fn shorten_to(most: usize, text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.without_path())?;
        match self.path() {
            path if path.is_empty() => Ok(()),
            path => write!(f, ", in {path}"),
        }
    }
}

impl std::error::Error for Error {}

/// Serde's visitors describe what they found; these texts name its type and leave its value out.
impl de::Error for Error {
    /// What a type says of itself may repeat what it was given, so it is kept short.
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        Self::new(ErrorKind::TypeMismatch, shorten_to(3 * LONGEST, &message).into_owned())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("expected {expected}, found {}", type_of(&found)))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = type_of(&found);
        Self::custom(format_args!("expected {expected}, found another {found}"))
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("expected {expected}, found {length}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!("expected one of {}", expected.join(", ")))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let field = shorten(field);
        let expected = expected.join(", ");
        Self::custom(format_args!("unknown member {field}, expected one of {expected}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format_args!("missing member {field}"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::custom(format_args!("duplicate member {field}"))
    }
}

fn type_of(found: &de::Unexpected<'_>) -> &'static str {
    match found {
        de::Unexpected::Bool(_) => "boolean",
        de::Unexpected::Unsigned(_) | de::Unexpected::Signed(_) => "integer",
        de::Unexpected::Float(_) => "double",
        de::Unexpected::Char(_) | de::Unexpected::Str(_) => "string",
        de::Unexpected::Bytes(_) => "base64",
        de::Unexpected::Unit | de::Unexpected::Option => "nil",
        de::Unexpected::Seq => "array",
        de::Unexpected::Map => "struct",
        _ => "value",
    }
}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(ErrorKind::Unwritable, message.to_string())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}: {self})", self.inner.kind)
    }
}
