use std::sync::Arc;
use std::time::Duration;

use super::endpoint::Endpoint;
use super::transport::{HttpTransport, TransportConfig};
use super::{Client, Error, Inner};
use crate::dialect::Dialect;

/// Settings of a [`Client`]; made by [`Client::builder`].
///
/// ```
/// use std::time::Duration;
/// use tagwire::{Client, Dialect};
///
/// let client = Client::builder("http://localhost:8000/api")
///     .dialect(Dialect::default().allow_none(true))
///     .connect_timeout(Duration::from_secs(2))
///     .timeout(Duration::from_secs(60))
///     .max_response_size(64 * 1024 * 1024)
///     .user_agent("inventory/2.1")
///     .build()?;
/// # Ok::<(), tagwire::client::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    /// Parsed at once, so that the text with the password in it is not kept.
    endpoint: Result<Endpoint, Error>,
    dialect: Dialect,
    timeout: Duration,
    transport: TransportConfig,
}

impl ClientBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            endpoint: Endpoint::parse(url),
            dialect: Dialect::default(),
            timeout: Duration::from_secs(30),
            transport: TransportConfig::default(),
        }
    }

    /// How calls are written: whether nil may be sent, and the like. Default: [`Dialect::default`].
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// The longest time to wait for a TCP connection, over all addresses of the host together. The lookup of
    /// the host's name counts towards [`timeout`](Self::timeout) only. Default: 10 seconds.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.transport.connect_timeout = limit;
        self
    }

    /// The longest time for one call: name lookup, connection, sending, and the whole reply.
    /// Default: 30 seconds.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// The longest reply that is read, in bytes; a longer one is an error that
    /// [`is_too_large`](Error::is_too_large). Default: 16 MiB.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.transport.max_response_size = bytes;
        self
    }

    /// The `User-Agent` header. Default: `tagwire/` and the version of this crate.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.transport.user_agent = name.into();
        self
    }

    /// The client. Nothing is connected before its first call.
    ///
    /// # Errors
    ///
    /// One that [is a request error](Error::is_request) when the URL is malformed or begins with `https://`, or
    /// when the user agent is no header value.
    ///
    /// ```
    /// use tagwire::Client;
    ///
    /// let error = Client::builder("https://localhost/").build().unwrap_err();
    /// assert!(error.is_request());
    /// assert!(error.to_string().contains("TLS"));
    /// ```
    pub fn build(self) -> Result<Client, Error> {
        let transport = HttpTransport::new(self.endpoint?, &self.transport)?;
        let inner = Inner { dialect: self.dialect, timeout: self.timeout, transport };
        Ok(Client { inner: Arc::new(inner) })
    }
}
