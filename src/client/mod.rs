//! Calling an XML-RPC server over HTTP: [`Client`] and what can go wrong with a call.

mod builder;
#[cfg(feature = "macros")]
pub(crate) mod check;
mod endpoint;
mod error;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::transport::{HttpTransport, Reply};
use crate::dialect::Dialect;
use crate::message::{MethodResponse, write_call};
use crate::xml::encoding::charset_of;
use crate::xml::limits::Limits;

pub use self::builder::ClientBuilder;
pub use self::error::{Error, ProtocolError};

/// Calls the methods of one XML-RPC server.
///
/// Arguments and results are serde types; [`Value`](crate::Value) serves where their shape is not known.
/// A clone is cheap and shares the connections, which are kept open for up to 60 seconds after their last
/// call; calls made at the same time use one connection each. Calls need a Tokio runtime with I/O and time
/// enabled.
///
/// A call is sent **at most once**: nothing is repeated after a part of it may have reached the server, and
/// redirects are not followed. To repeat a call that may safely run twice is up to the caller;
/// [`Error::is_connect`] tells when it cannot have run at all.
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
    inner: Arc<Inner>,
}

struct Inner {
    dialect: Dialect,
    timeout: Duration,
    transport: HttpTransport,
}

impl Client {
    /// A client of the server at `url`, with the defaults of [`ClientBuilder`].
    ///
    /// The URL is `http://host[:port][/path][?query]`. As with CPython's `ServerProxy`, a URL without a path
    /// means `/RPC2` (`http://host/` has one: `/`), and `http://user:password@host/` sends basic
    /// credentials, which may be percent-encoded. They appear in no error and no `Debug` output.
    ///
    /// Nothing is connected before the first call.
    ///
    /// # Errors
    ///
    /// One that [is a request error](Error::is_request) when the URL is malformed, or an `https://` URL:
    /// this version has no TLS.
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
        let call = self.encode(method, &params)?;
        let reply = self.exchange(call).await?;
        self.decode(method, reply)
    }

    fn encode<P: Serialize>(&self, method: &str, params: &P) -> Result<Vec<u8>, Error> {
        write_call(method, params, &self.inner.dialect).map_err(|error| Error::encode(method, error))
    }

    async fn exchange(&self, call: Vec<u8>) -> Result<Reply, Error> {
        let Inner { timeout, transport, .. } = &*self.inner;
        tokio::time::timeout(*timeout, transport.exchange(call.into()))
            .await
            .unwrap_or_else(|_| Err(Error::timeout(transport.url(), *timeout)))
    }

    fn decode<R: DeserializeOwned>(&self, method: &str, reply: Reply) -> Result<R, Error> {
        let url = self.inner.transport.url();
        if !reply.is_success() {
            return Err(Error::status(reply.into_protocol_error(url)));
        }
        let charset = reply.content_type().and_then(charset_of);
        match MethodResponse::<R>::from_xml_in(&reply.body, charset, &self.inner.dialect, Limits::default()) {
            Ok(MethodResponse::Value(result)) => Ok(result),
            Ok(MethodResponse::Fault(fault)) => Err(Error::faulted(fault)),
            Err(error) if error.is_type_mismatch() => Err(Error::type_mismatch(method, error)),
            Err(error) => Err(Error::not_xmlrpc(reply.into_protocol_error(url), error)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.inner.transport.url()).finish_non_exhaustive()
    }
}
