//! How the bytes of a call reach a server, and those of its reply come back: [`Transport`], and those that are there.
//!
//! The scheme of a client's URL chooses one: `http://`, `https://`, `unix:`, `scgi://` and `scgi+unix:` (see
//! [`Client::new`](super::Client::new)). Any other is given to [`Client::from_transport`](super::Client::from_transport).
//!
//! Nothing here knows XML-RPC, and nothing outside knows hyper.

mod error;
mod exchange;
mod http;
mod record;
mod recording;
mod replay;
mod scgi;
mod service;
mod stream;

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::error::TransportError;
pub use self::exchange::{Reply, Request};
#[cfg(feature = "tls")]
pub use self::http::TlsConfig;
pub use self::record::Record;
pub use self::replay::Replay;
pub use self::service::TransportService;
/// The TLS library, for those who make its configuration themselves: see [`TlsConfig`].
#[cfg(feature = "tls")]
pub use tokio_rustls::rustls;

pub(super) use self::exchange::DEFAULT_LIMIT;
pub(super) use self::http::{HttpSettings, HttpTransport, Proxy};
pub(super) use self::scgi::ScgiTransport;

/// Takes the document of a call to a server and brings back that of the reply.
///
/// It knows bytes and headers and nothing of XML-RPC. What the client does around it holds for every transport: time
/// limits, repeats of idempotent calls, `gzip`, and the bounds on replies. A future that is dropped gives the call up, and
/// must leave nothing behind.
///
/// Any `tower::Service` of a [`Request`] that answers with a [`Reply`] is one too, if it can be cloned;
/// [`TransportService`] is the way back.
///
/// ```
/// use async_trait::async_trait;
/// use tagwire::Client;
/// use tagwire::client::transport::{Reply, Request, Transport, TransportError};
///
/// /// Runs a program that reads a call from standard input and writes the reply to standard output.
/// struct Program(&'static str);
///
/// #[async_trait]
/// impl Transport for Program {
///     async fn send(&self, request: Request) -> Result<Reply, TransportError> {
///         use tokio::io::{AsyncReadExt, AsyncWriteExt};
///         let mut command = tokio::process::Command::new(self.0);
///         command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).kill_on_drop(true);
///         let mut program = command.spawn().map_err(TransportError::unsent)?;
///         let (Some(mut input), Some(output)) = (program.stdin.take(), program.stdout.take()) else {
///             return Err(TransportError::unsent("no pipes"));
///         };
///         input.write_all(request.body()).await.map_err(TransportError::broken)?;
///         drop(input);
///         let limit = request.max_reply_size();
///         let mut reply = Vec::new();
///         output.take(limit as u64 + 1).read_to_end(&mut reply).await.map_err(TransportError::broken)?;
///         match reply.len() > limit {
///             true => Err(TransportError::too_large()),
///             false => Ok(Reply::new(reply)),
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let client = Client::from_transport(Program("cat"));
/// let error = client.call::<_, i32>("add", (2, 3)).await.unwrap_err();
/// assert!(error.is_not_xmlrpc()); // `cat` answers with the call
/// # }
/// ```
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and waits for its reply.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] says whether anything of the request may have reached the server. A reply that refuses the
    /// request is none: it has a status other than 200.
    async fn send(&self, request: Request) -> Result<Reply, TransportError>;

    /// Where calls go, for errors and logs. It must not hold credentials.
    fn url(&self) -> Cow<'_, str> {
        Cow::Borrowed("a transport of its own")
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        (**self).send(request).await
    }

    fn url(&self) -> Cow<'_, str> {
        (**self).url()
    }
}
