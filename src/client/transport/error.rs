use std::error::Error as StdError;
use std::{fmt, io};

use tower::BoxError;

/// Why a [`Transport`](super::Transport) has no reply.
///
/// The one thing that matters for what happens next is whether anything of the request may have reached the server: if
/// not, sending it again cannot run the method twice.
///
/// ```
/// use tagwire::client::transport::TransportError;
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// assert!(TransportError::unsent(refused).is_unsent());
/// assert!(!TransportError::broken("the line is dead").is_unsent());
/// ```
pub struct TransportError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    timed_out: bool,
    source: Option<BoxError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unsent,
    Broken,
    TooLarge,
}

impl TransportError {
    /// Nothing of the request was written: there was no connection, say.
    pub fn unsent(reason: impl Into<BoxError>) -> Self {
        Self::new(Kind::Unsent, reason.into())
    }

    /// The exchange broke off after a part of the request may have been written.
    pub fn broken(reason: impl Into<BoxError>) -> Self {
        Self::new(Kind::Broken, reason.into())
    }

    /// The reply is longer than [`max_reply_size`](super::Request::max_reply_size).
    #[must_use]
    pub fn too_large() -> Self {
        Self(Box::new(Inner { kind: Kind::TooLarge, timed_out: false, source: None }))
    }

    /// Marks it as that of a time limit. One whose reason is an [`io::Error`] of kind
    /// [`TimedOut`](io::ErrorKind::TimedOut) is marked already.
    ///
    /// ```
    /// use tagwire::client::transport::TransportError;
    ///
    /// assert!(!TransportError::broken("no sign of life for a minute").is_timeout());
    /// assert!(TransportError::broken("no sign of life for a minute").timed_out().is_timeout());
    /// ```
    #[must_use]
    pub fn timed_out(mut self) -> Self {
        self.0.timed_out = true;
        self
    }

    /// Whether nothing of the request was written.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.0.kind == Kind::Unsent
    }

    /// Whether the reply was too large.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.0.kind == Kind::TooLarge
    }

    /// Whether a time limit passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.timed_out
    }

    /// The same of a request that may have been written before.
    pub(in crate::client) fn after_sent(mut self) -> Self {
        if self.0.kind == Kind::Unsent {
            self.0.kind = Kind::Broken;
        }
        self
    }

    pub(in crate::client) fn into_source(self) -> Option<BoxError> {
        self.0.source
    }

    fn new(kind: Kind, source: BoxError) -> Self {
        let timed_out = is_timed_out(source.as_ref());
        Self(Box::new(Inner { kind, timed_out, source: Some(source) }))
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.0.kind, self.0.timed_out) {
            (Kind::Unsent, false) => "the request was not sent",
            (Kind::Unsent, true) => "the request was not sent in time",
            (Kind::Broken, false) => "the exchange broke off",
            (Kind::Broken, true) => "there was no reply in time",
            (Kind::TooLarge, _) => "the reply is too large",
        })
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, timed_out, source } = &*self.0;
        f.debug_struct("TransportError")
            .field("kind", kind)
            .field("timed_out", timed_out)
            .field("source", source)
            .finish()
    }
}

fn is_timed_out(error: &(dyn StdError + 'static)) -> bool {
    let itself = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut);
    itself || error.source().is_some_and(is_timed_out)
}
