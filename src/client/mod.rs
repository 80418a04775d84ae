//! Calling an XML-RPC server: [`Client`] and what can go wrong with a call.

mod builder;
#[cfg(feature = "macros")]
pub(crate) mod check;
#[cfg(feature = "cookies")]
mod cookies;
mod endpoint;
mod error;
mod exchange;
mod method;
mod multicall;
mod observe;
mod options;
mod secrets;
mod system;
pub mod transport;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::exchange::Retries;
use self::observe::Observer;
use self::options::Options;
use self::transport::{Reply, Transport};
use crate::dialect::Dialect;
use crate::message::{MethodResponse, write_call};
use crate::xml::encoding::charset_of;
use crate::xml::limits::Limits;

pub use self::builder::ClientBuilder;
pub use self::error::{Error, ProtocolError};
pub use self::method::Method;
pub use self::multicall::{Call, MultiCall, MultiCallError, MultiCallResults};
pub use self::observe::Message;
pub use self::system::{Capability, System};

/// Calls the methods of one XML-RPC server.
///
/// Arguments and results are serde types; [`Value`](crate::Value) serves where their shape is not known.
/// A clone is cheap and shares the connections, which are kept open for up to 60 seconds after their last
/// call; calls made at the same time use one connection each. Calls need a Tokio runtime with I/O and time
/// enabled.
///
/// A call is sent **at most once**, unless it is marked as [`idempotent`](Self::idempotent): nothing is repeated after a
/// part of it may have reached the server. Redirects are not followed. [`Error::is_connect`] tells when a call cannot have
/// run at all.
///
/// ```
/// use tagwire::{Client, Methods, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::bind("127.0.0.1:0").await?;
/// let url = format!("http://{}/RPC2", server.local_addr()?);
/// let methods = Methods::new().register_fn("add", |a: i32, b: i32| a + b);
/// tokio::spawn(async move { server.serve(methods).await });
///
/// let client = Client::new(&url)?;
/// let sum: i32 = client.call("add", (2, 3)).await?;
/// assert_eq!(sum, 5);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    options: Options,
}

/// What all clones of a client have in common.
struct Shared {
    transport: Arc<dyn Transport>,
    /// For errors and logs.
    url: String,
    dialect: Dialect,
    limits: Limits,
    max_response_size: usize,
    max_decoded_size: usize,
    #[cfg(feature = "gzip")]
    encode_threshold: Option<usize>,
    retries: Retries,
    observer: Option<Observer>,
    #[cfg(feature = "cookies")]
    cookies: Option<cookies::Jar>,
}

impl Client {
    /// A client of the server at `url`, with the defaults of [`ClientBuilder`].
    ///
    /// | URL | what is spoken |
    /// |---|---|
    /// | `http://host[:port][/path][?query]` | HTTP/1.1 |
    /// | `https://…` | the same over TLS: feature `tls` |
    /// | `unix:/path/of/socket[:/path]` | HTTP/1.1 over a unix socket |
    /// | `scgi://host:port[/path]` | SCGI, for rtorrent |
    /// | `scgi+unix:/path/of/socket[:/path]` | SCGI over a unix socket |
    ///
    /// As with CPython's `ServerProxy`, a URL without a path means `/RPC2` (`http://host/` has one: `/`), and
    /// `http://user:password@host/` sends basic credentials, which may be percent-encoded. They appear in no error, no log
    /// and no `Debug` output. For a unix socket they are written `unix://user:password@/path/of/socket`. The path of a
    /// socket is taken as it is, up to `:/`, where that of the request begins: supervisor's is
    /// `unix:///run/supervisor.sock:/RPC2`, or without `:/RPC2`.
    ///
    /// Nothing is connected before the first call.
    ///
    /// # Errors
    ///
    /// One that [is a request error](Error::is_request) when the URL is malformed, or `https://` without the feature `tls`.
    ///
    /// ```
    /// use tagwire::Client;
    ///
    /// assert!(Client::new("http://user:p%40ss@localhost:8000").is_ok());
    /// assert!(Client::new("localhost:8000").is_err_and(|error| error.is_request()));
    /// ```
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::builder(url).build()
    }

    /// A client over a transport of your own, with the defaults of [`ClientBuilder`]; other settings by
    /// [`ClientBuilder::from_transport`].
    ///
    /// ```
    /// use tagwire::{Client, Dispatcher, Methods};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tagwire::client::Error> {
    /// let dispatcher = Dispatcher::new(Methods::new().register_fn("add", |a: i32, b: i32| a + b));
    /// let client = Client::from_transport(dispatcher); // the same process
    /// assert_eq!(client.call::<_, i32>("add", (2, 3)).await?, 5);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn from_transport(transport: impl Transport) -> Self {
        ClientBuilder::defaults_over(Arc::new(transport))
    }

    /// A client with settings of its own. A URL that does not parse is reported by
    /// [`build`](ClientBuilder::build).
    ///
    /// ```
    /// use std::time::Duration;
    /// use tagwire::Client;
    ///
    /// let client = Client::builder("http://localhost:8000").timeout(Duration::from_secs(5)).build()?;
    /// # Ok::<(), tagwire::client::Error>(())
    /// ```
    pub fn builder(url: &str) -> ClientBuilder {
        ClientBuilder::new(url)
    }

    /// Calls `method` and waits for its result.
    ///
    /// `params` is a tuple or a sequence: `()`, `(1,)`, `(1, "x")` or a `Vec<Value>`. The result may be of any
    /// type that its value fits; ask for a [`Value`](crate::Value) to take whatever comes.
    ///
    /// Dropping the future gives the call up and closes its connection; the server may run it nonetheless.
    ///
    /// # Errors
    ///
    /// [`Error`] keeps these apart: parameters that cannot be written (nothing was sent), no connection or
    /// a broken one, a time limit, an HTTP status other than 200, a reply that is not XML-RPC, a fault, and
    /// a result of another type than asked for.
    ///
    /// ```
    /// use tagwire::{Client, Fault, Methods, Server, Value};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = Server::bind("127.0.0.1:0").await?;
    /// # let url = format!("http://{}/RPC2", server.local_addr()?);
    /// # let div = |a: i32, b: i32| a.checked_div(b).ok_or_else(|| Fault::application("division by zero"));
    /// # let methods = Methods::new().register_fn("div", div);
    /// # tokio::spawn(async move { server.serve(methods).await });
    /// # let client = Client::new(&url)?;
    /// assert_eq!(client.call::<_, i32>("div", (7, 2)).await?, 3);
    ///
    /// let error = client.call::<_, Value>("div", (7, 0)).await.unwrap_err();
    /// assert_eq!(error.fault().map(Fault::string), Some("division by zero"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn call<P, R>(&self, method: &str, params: P) -> Result<R, Error>
    where
        P: Serialize,
        R: DeserializeOwned,
    {
        // Given away, so that they are not kept while the call is under way.
        let call = self.encode(method, params)?;
        let reply = self.exchange(method, call).await?;
        self.decode(method, reply)
    }

    #[allow(clippy::needless_pass_by_value, reason = "they end here")]
    fn encode<P: Serialize>(&self, method: &str, params: P) -> Result<Vec<u8>, Error> {
        write_call(method, &params, &self.shared.dialect).map_err(|error| Error::encode(method, error))
    }

    fn decode<R: DeserializeOwned>(&self, method: &str, reply: Reply) -> Result<R, Error> {
        let Shared { dialect, limits, max_decoded_size, .. } = &*self.shared;
        let charset = reply.content_type().and_then(charset_of);
        match MethodResponse::<R>::from_xml_in(reply.body(), charset, *max_decoded_size, dialect, *limits) {
            Ok(MethodResponse::Value(result)) => Ok(result),
            Ok(MethodResponse::Fault(fault)) => Err(Error::faulted(fault)),
            Err(error) if error.is_type_mismatch() => Err(Error::type_mismatch(method, error)),
            Err(error) => Err(Error::not_xmlrpc(self.protocol_error(reply), error)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.shared.url).finish_non_exhaustive()
    }
}
