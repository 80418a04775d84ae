//! [`Fault`]: an error that travels.

use std::borrow::Cow;
use std::fmt;

/// An error answer of XML-RPC: a number and a text, on the wire the members `faultCode` and `faultString`.
///
/// A handler returns one to refuse a call, and a client finds one where the server did. There is a
/// constructor for each code of the fault-code interoperability note of 2001; an application is free to
/// use numbers of its own through [`new`](Self::new).
///
/// ```
/// use tagwire::Fault;
///
/// let fault = Fault::new(4, "Too many parameters.");
/// assert_eq!((fault.code(), fault.string()), (4, "Too many parameters."));
/// assert_eq!(Fault::application("no such record").code(), -32500);
/// assert_eq!(Fault::internal_error("a bug").to_string(), "fault -32603: a bug");
///
/// let of_the_note: [(fn(&'static str) -> Fault, i64); 10] = [
///     (Fault::not_well_formed, -32700),
///     (Fault::unsupported_encoding, -32701),
///     (Fault::invalid_character, -32702),
///     (Fault::invalid_request, -32600),
///     (Fault::method_not_found, -32601),
///     (Fault::invalid_params, -32602),
///     (Fault::internal_error, -32603),
///     (Fault::application, -32500),
///     (Fault::system, -32400),
///     (Fault::transport, -32300),
/// ];
/// for (constructor, code) in of_the_note {
///     assert_eq!(constructor("why"), Fault::new(code, "why"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    code: i64,
    string: Cow<'static, str>,
}

impl Fault {
    /// A fault with any code. Codes beyond 32 bits are read from peers that send them; write none.
    #[must_use]
    pub fn new(code: impl Into<i64>, string: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), string: string.into() }
    }

    /// -32700: the document is not well-formed XML.
    #[must_use]
    pub fn not_well_formed(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::NOT_WELL_FORMED, string)
    }

    /// -32701: the document's encoding is not known.
    #[must_use]
    pub fn unsupported_encoding(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::UNSUPPORTED_ENCODING, string)
    }

    /// -32702: a byte or character that the encoding or XML does not allow.
    #[must_use]
    pub fn invalid_character(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::INVALID_CHARACTER, string)
    }

    /// -32600: XML, but not XML-RPC; or a document beyond a limit.
    #[must_use]
    pub fn invalid_request(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::INVALID_REQUEST, string)
    }

    /// -32601: there is no method of that name.
    #[must_use]
    pub fn method_not_found(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::METHOD_NOT_FOUND, string)
    }

    /// -32602: the method does not take these parameters.
    #[must_use]
    pub fn invalid_params(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::INVALID_PARAMS, string)
    }

    /// -32603: an error of the server itself: a panic, a result that cannot be written.
    #[must_use]
    pub fn internal_error(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::INTERNAL_ERROR, string)
    }

    /// -32500: an error of the application, and "server overloaded".
    #[must_use]
    pub fn application(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::APPLICATION, string)
    }

    /// -32400: an error of the system, such as a handler that took too long.
    #[must_use]
    pub fn system(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::SYSTEM, string)
    }

    /// -32300: an error of the transport.
    #[must_use]
    pub fn transport(string: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::TRANSPORT, string)
    }

    /// `faultCode`.
    #[must_use]
    pub const fn code(&self) -> i64 {
        self.code
    }

    /// `faultString`.
    #[must_use]
    pub fn string(&self) -> &str {
        &self.string
    }

    /// The fault with no more than so many bytes of its text.
    #[cfg(feature = "rpc")]
    pub(crate) fn cut(mut self, bytes: usize) -> Self {
        if self.string.len() > bytes {
            let end = (0..=bytes).rev().find(|&end| self.string.is_char_boundary(end)).unwrap_or(0);
            self.string = Cow::Owned(format!("{}…", &self.string[..end]));
        }
        self
    }

    /// Code of [`not_well_formed`](Self::not_well_formed).
    pub const NOT_WELL_FORMED: i64 = -32700;
    /// Code of [`unsupported_encoding`](Self::unsupported_encoding).
    pub const UNSUPPORTED_ENCODING: i64 = -32701;
    /// Code of [`invalid_character`](Self::invalid_character).
    pub const INVALID_CHARACTER: i64 = -32702;
    /// Code of [`invalid_request`](Self::invalid_request).
    pub const INVALID_REQUEST: i64 = -32600;
    /// Code of [`method_not_found`](Self::method_not_found).
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// Code of [`invalid_params`](Self::invalid_params).
    pub const INVALID_PARAMS: i64 = -32602;
    /// Code of [`internal_error`](Self::internal_error).
    pub const INTERNAL_ERROR: i64 = -32603;
    /// Code of [`application`](Self::application).
    pub const APPLICATION: i64 = -32500;
    /// Code of [`system`](Self::system).
    pub const SYSTEM: i64 = -32400;
    /// Code of [`transport`](Self::transport).
    pub const TRANSPORT: i64 = -32300;
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fault {}: {}", self.code, self.string)
    }
}

impl std::error::Error for Fault {}
