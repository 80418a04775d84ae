use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use tower::BoxError;

use super::secrets;
use super::transport::TransportError;
use crate::fault::Fault;

/// Why a call gave no result.
///
/// Exactly one of these is true of an error, in the order in which things can go wrong:
///
/// | | what happened | the method |
/// |---|---|---|
/// | [`is_request`](Self::is_request) | the URL, a setting or the parameters are of no use | did not run |
/// | [`is_transport`](Self::is_transport) | no connection, a broken one, or a reply that is too large | may have run, unless [`is_connect`](Self::is_connect) |
/// | [`is_timeout`](Self::is_timeout) | a time limit passed | may have run, unless [`is_connect`](Self::is_connect) |
/// | [`is_status`](Self::is_status) | the server answered with an HTTP status other than 200 | as the status says |
/// | [`is_not_xmlrpc`](Self::is_not_xmlrpc) | the reply is not XML-RPC | may have run |
/// | [`is_fault`](Self::is_fault) | the server answered with a [`Fault`] | as the fault says |
/// | [`is_type_mismatch`](Self::is_type_mismatch) | the result is of another type than asked for | did run |
///
/// Its text is one line and says what happened; [`source`](StdError::source) has the reason where there is one
/// beneath it. Neither shows credentials.
///
/// ```
/// use tagwire::{Client, Methods, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = Server::bind("127.0.0.1:0").await?;
/// # let url = format!("http://{}", server.local_addr()?);
/// # tokio::spawn(async move { server.serve(Methods::new()).await });
/// # let client = Client::new(&url)?;
/// match client.call::<_, i32>("add", (2, 3)).await {
///     Ok(sum) => println!("{sum}"),
///     Err(error) if error.is_connect() => println!("not running: {error}"),
///     Err(error) => match error.into_fault() {
///         Ok(fault) => assert_eq!(fault.code(), -32601),
///         Err(error) => return Err(error.into()),
///     },
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    source: Option<BoxError>,
}

#[derive(Debug)]
enum Kind {
    Request { reason: Cow<'static, str> },
    Unsent { url: String, timed_out: bool },
    Exchange { url: String },
    TooLarge { url: String, limit: usize, decoded: bool },
    Timeout { url: String, limit: Option<Duration> },
    Status(ProtocolError),
    NotXmlRpc(ProtocolError),
    Fault(Fault),
    TypeMismatch { method: String },
}

impl Error {
    /// Nothing was sent: the URL or a setting is malformed, or the parameters cannot be written.
    #[must_use]
    pub fn is_request(&self) -> bool {
        matches!(self.kind(), Kind::Request { .. })
    }

    /// Nothing of the call was sent: in most cases since no connection was made. The server never saw it, and sending it
    /// again cannot run it twice. Either [`is_transport`](Self::is_transport) or [`is_timeout`](Self::is_timeout) is true as well.
    ///
    /// ```
    /// use tagwire::Client;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // A port that was free a moment ago.
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let client = Client::new(&format!("http://{}", listener.local_addr()?))?;
    /// drop(listener);
    ///
    /// let error = client.call::<_, ()>("ping", ()).await.unwrap_err();
    /// assert!(error.is_connect() && error.is_transport());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.kind(), Kind::Unsent { .. })
    }

    /// The connection could not be made or broke before the whole reply was there, the peer does not speak
    /// HTTP, or its reply [is too large](Self::is_too_large).
    #[must_use]
    pub fn is_transport(&self) -> bool {
        matches!(self.kind(), Kind::Unsent { timed_out: false, .. } | Kind::Exchange { .. } | Kind::TooLarge { .. })
    }

    /// The reply is longer than [`max_response_size`](super::ClientBuilder::max_response_size), or than
    /// [`max_decoded_size`](super::ClientBuilder::max_decoded_size) where it was compressed; the rest of it was not read. [`is_transport`](Self::is_transport) is true as well.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.kind(), Kind::TooLarge { .. })
    }

    /// The limit for [connecting](super::ClientBuilder::connect_timeout) or for the
    /// [whole call](super::ClientBuilder::timeout) passed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tagwire::{Client, Dispatcher, Methods};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tagwire::client::Error> {
    /// let methods = Methods::new().register_fn("wait", std::future::pending::<i32>);
    /// let client = Client::from_transport(Dispatcher::new(methods)).with_timeout(Duration::from_millis(10));
    /// let error = client.call::<_, i32>("wait", ()).await.unwrap_err();
    /// assert!(error.is_timeout() && !error.is_transport());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind(), Kind::Unsent { timed_out: true, .. } | Kind::Timeout { .. })
    }

    /// The server answered with an HTTP status other than 200; [`protocol_error`](Self::protocol_error) has it.
    #[must_use]
    pub fn is_status(&self) -> bool {
        matches!(self.kind(), Kind::Status(_))
    }

    /// The reply has status 200 but is not XML-RPC, or is nested deeper or has more values than is read;
    /// [`protocol_error`](Self::protocol_error) has its beginning and the source says what is wrong where.
    #[must_use]
    pub fn is_not_xmlrpc(&self) -> bool {
        matches!(self.kind(), Kind::NotXmlRpc(_))
    }

    /// The server answered with a fault.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.fault().is_some()
    }

    /// The call succeeded, but its result does not fit the type asked for; the source says why.
    #[must_use]
    pub fn is_type_mismatch(&self) -> bool {
        matches!(self.kind(), Kind::TypeMismatch { .. })
    }

    /// The fault, if the server answered with one.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self.kind() {
            Kind::Fault(fault) => Some(fault),
            _ => None,
        }
    }

    /// The fault, if the server answered with one.
    ///
    /// # Errors
    ///
    /// The error itself, if it is none.
    pub fn into_fault(self) -> Result<Fault, Self> {
        match *self.0 {
            Inner { kind: Kind::Fault(fault), .. } => Ok(fault),
            inner => Err(Self(Box::new(inner))),
        }
    }

    /// The HTTP side of the reply, if it [has the wrong status](Self::is_status) or
    /// [is not XML-RPC](Self::is_not_xmlrpc).
    #[must_use]
    pub fn protocol_error(&self) -> Option<&ProtocolError> {
        match self.kind() {
            Kind::Status(reply) | Kind::NotXmlRpc(reply) => Some(reply),
            _ => None,
        }
    }

    /// The byte of the reply (as UTF-8, and decompressed) at which it turned out to be no XML-RPC or of another type than
    /// asked for, counted from 0.
    ///
    /// ```
    /// use tagwire::Client;
    /// use tagwire::client::transport::Replay;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let recording = "\
    /// > | <?xml version=\"1.0\" encoding=\"UTF-8\"?><methodCall><methodName>now</methodName><params></params></methodCall>
    /// < 200
    /// < | <methodResponse><params><param><value><int>five</int></value></param></params></methodResponse>
    /// ";
    /// let client = Client::from_transport(Replay::from_text(recording)?);
    /// let error = client.call::<_, i32>("now", ()).await.unwrap_err();
    /// assert!(error.is_not_xmlrpc());
    /// assert_eq!(error.offset(), Some(43)); // where `five` stands
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.0.source.as_ref()?.downcast_ref::<crate::xml::error::Error>()?.offset()
    }

    pub(super) fn request(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Request { reason: reason.into() })
    }

    pub(super) fn encode(method: &str, source: impl Into<BoxError>) -> Self {
        Self::request(format!("the call of {} cannot be written", Quoted(method))).with_source(source)
    }

    pub(super) fn transport(url: &str, limit: usize, error: TransportError) -> Self {
        let (url, timed_out) = (url.to_owned(), error.is_timeout());
        let mut this = Self::new(if error.is_unsent() {
            Kind::Unsent { url, timed_out }
        } else if error.is_too_large() {
            Kind::TooLarge { url, limit, decoded: false }
        } else if timed_out {
            Kind::Timeout { url, limit: None }
        } else {
            Kind::Exchange { url }
        });
        this.0.source = error.into_source();
        this
    }

    pub(super) fn too_large_decoded(url: &str, limit: usize) -> Self {
        Self::new(Kind::TooLarge { url: url.to_owned(), limit, decoded: true })
    }

    pub(super) fn timeout(url: &str, limit: Duration) -> Self {
        Self::new(Kind::Timeout { url: url.to_owned(), limit: Some(limit) })
    }

    pub(super) fn status(reply: ProtocolError) -> Self {
        Self::new(Kind::Status(reply))
    }

    pub(super) fn not_xmlrpc(reply: ProtocolError, source: impl Into<BoxError>) -> Self {
        Self::new(Kind::NotXmlRpc(reply)).with_source(source)
    }

    pub(super) fn faulted(fault: Fault) -> Self {
        Self::new(Kind::Fault(fault))
    }

    pub(super) fn type_mismatch(method: &str, source: impl Into<BoxError>) -> Self {
        Self::new(Kind::TypeMismatch { method: method.to_owned() }).with_source(source)
    }

    pub(super) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// For logs.
    pub(super) fn kind_name(&self) -> &'static str {
        match self.kind() {
            Kind::Request { .. } => "request",
            Kind::Unsent { .. } => "not sent",
            Kind::Exchange { .. } => "broken off",
            Kind::TooLarge { .. } => "too large",
            Kind::Timeout { .. } => "timeout",
            Kind::Status(_) => "status",
            Kind::NotXmlRpc(_) => "not XML-RPC",
            Kind::Fault(_) => "fault",
            Kind::TypeMismatch { .. } => "another type",
        }
    }

    fn new(kind: Kind) -> Self {
        Self(Box::new(Inner { kind, source: None }))
    }

    fn kind(&self) -> &Kind {
        &self.0.kind
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// One line. `{:#}` goes on with the reasons beneath, each after a colon.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Kind::Request { reason } => f.write_str(reason),
            Kind::Unsent { url, timed_out: false } => write!(f, "cannot reach {url}"),
            Kind::Unsent { url, timed_out: true } => write!(f, "reaching {url} took too long"),
            Kind::Exchange { url } => write!(f, "the exchange with {url} broke off"),
            Kind::TooLarge { url, limit, decoded: false } => {
                write!(f, "the reply of {url} is larger than {limit} bytes")
            }
            Kind::TooLarge { url, limit, decoded: true } => {
                write!(f, "the reply of {url} is larger than {limit} bytes when it is decompressed")
            }
            Kind::Timeout { url, limit: Some(limit) } => write!(f, "no reply from {url} within {limit:?}"),
            Kind::Timeout { url, limit: None } => write!(f, "no reply from {url} in time"),
            Kind::Status(reply) => write!(f, "{reply}"),
            Kind::NotXmlRpc(reply) => write!(f, "{reply}, but the reply is not XML-RPC"),
            Kind::Fault(fault) => write!(f, "fault {}: {}", fault.code(), OneLine(fault.string())),
            Kind::TypeMismatch { method } => {
                write!(f, "the result of {} is of another type than asked for", Quoted(method))
            }
        }?;
        let mut source = self.source().filter(|_| f.alternate());
        while let Some(cause) = source {
            write!(f, ": {}", OneLine(&cause.to_string()))?;
            source = cause.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, source } = &*self.0;
        f.debug_struct("Error").field("kind", kind).field("source", source).finish()
    }
}

/// The HTTP side of a reply that is no answer to a call: its status is not 200, or it is not XML-RPC.
///
/// The idea, and the name, are those of CPython's `xmlrpc.client.ProtocolError`.
///
/// ```
/// use tagwire::{Client, Methods, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = Server::bind("127.0.0.1:0").await?;
/// # let address = server.local_addr()?;
/// # tokio::spawn(async move { server.serve(Methods::new()).await });
/// let client = Client::new(&format!("http://user:password@{address}/nowhere"))?;
///
/// let error = client.call::<_, ()>("ping", ()).await.unwrap_err();
/// let reply = error.protocol_error().ok_or("not a protocol error")?;
/// assert_eq!(reply.status(), 404);
/// assert_eq!(reply.url(), format!("http://{address}/nowhere"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ProtocolError {
    url: String,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl ProtocolError {
    /// The longest [`body`](Self::body) kept, in bytes.
    pub(super) const EXCERPT: usize = 200;

    pub(super) fn new(url: &str, status: StatusCode, mut headers: HeaderMap, body: &[u8]) -> Self {
        let body = Bytes::copy_from_slice(body.get(..Self::EXCERPT).unwrap_or(body));
        secrets::mark(&mut headers);
        Self { url: url.to_owned(), status, headers, body }
    }

    /// The URL that was called, without user and password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The HTTP status: 200 if the reply is not XML-RPC, any other if it was not looked at.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the reply.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The `Content-Type` of the reply, if it has one that is text.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// The first 200 bytes of the reply, or all of it if it is shorter.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl StdError for ProtocolError {}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered HTTP status {}", self.url, self.status)?;
        if let Some(content_type) = self.content_type() {
            write!(f, ", {}", OneLine(content_type))?;
        }
        if !self.body.is_empty() {
            write!(f, ", {}", Quoted(&String::from_utf8_lossy(&self.body)))?;
        }
        Ok(())
    }
}

/// Text of a peer's in a message of ours: no line breaks, and nothing that a terminal would obey.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.0.split_inclusive(is_obeyed) {
            let text = piece.trim_end_matches(is_obeyed);
            f.write_str(text)?;
            write!(f, "{}", piece[text.len()..].escape_default())?;
        }
        Ok(())
    }
}

/// Control characters, the line breaks of Unicode, and what turns the direction of the text that follows.
fn is_obeyed(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The same, where it would not be clear where the text begins and ends.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", OneLine(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_can_be_sent_and_is_small() {
        fn shared<T: Send + Sync + 'static>() {}
        shared::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn text_of_a_peer_stays_on_one_line() {
        let error = Error::faulted(Fault::new(1, "a\r\n\u{1b}[31m\u{85}b ü\u{2028}\u{202e}\n"));
        assert_eq!(error.to_string(), "fault 1: a\\r\\n\\u{1b}[31m\\u{85}b ü\\u{2028}\\u{202e}\\n");

        let reply = ProtocolError::new("http://h/", StatusCode::OK, HeaderMap::new(), b"<b>\n\xff");
        assert_eq!(reply.to_string(), "http://h/ answered HTTP status 200 OK, \"<b>\\n\u{fffd}\"");
    }

    #[test]
    fn the_first_200_bytes_are_kept() {
        for (sent, kept) in [(0, 0), (199, 199), (200, 200), (201, 200)] {
            let reply = ProtocolError::new("", StatusCode::OK, HeaderMap::new(), &vec![b'x'; sent]);
            assert_eq!(reply.body().len(), kept);
        }
    }
}
