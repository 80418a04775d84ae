//! What may differ from call to call.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};

use super::{Client, Error, secrets};

#[derive(Clone)]
pub(super) struct Options {
    /// All headers of a request.
    pub(super) headers: Arc<HeaderMap>,
    pub(super) timeout: Duration,
    pub(super) idempotent: bool,
    /// A header that is none, to be told by the call.
    pub(super) mistake: Option<&'static str>,
}

/// Options of single calls: a client that has them is a clone of the one that has not, and cheap. It may be kept, or given
/// to a typed client.
///
/// ```
/// use std::time::Duration;
/// use tagwire::{Client, Methods, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = Server::bind("127.0.0.1:0").await?;
/// # let url = format!("http://{}/RPC2", server.local_addr()?);
/// # let methods = Methods::new().register_fn("add", |a: i32, b: i32| a + b);
/// # tokio::spawn(async move { server.serve(methods).await });
/// let client = Client::new(&url)?;
/// let sum: i32 = client
///     .with_timeout(Duration::from_secs(2))
///     .with_header("x-request-id", "4711")
///     .idempotent()
///     .call("add", (2, 3))
///     .await?;
/// assert_eq!(sum, 5);
/// # Ok(())
/// # }
/// ```
impl Client {
    /// The longest time for one call, repeats included, in the place of [`ClientBuilder::timeout`](super::ClientBuilder::timeout).
    #[must_use]
    pub fn with_timeout(&self, limit: Duration) -> Self {
        let mut this = self.clone();
        this.options.timeout = limit;
        this
    }

    /// Sends a header, in the place of one of the same name. If it is none, the call is an error that
    /// [`is_request`](Error::is_request).
    ///
    /// A value that is a secret is known as such by its header's name (`X-Api-Key`, `Authorization`) or by
    /// [`HeaderValue::set_sensitive`].
    #[must_use]
    pub fn with_header<N, V>(&self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let mut this = self.clone();
        this.options.set_header(name, value);
        this
    }

    /// Says that the methods called may run twice without harm. Then a call is made again when the connection breaks or the
    /// server cannot answer for the moment (status 502, 503 and 504), as often as
    /// [`ClientBuilder::retries`](super::ClientBuilder::retries) says; by default once.
    #[must_use]
    pub fn idempotent(&self) -> Self {
        let mut this = self.clone();
        this.options.idempotent = true;
        this
    }
}

impl Options {
    pub(super) fn set_header<N, V>(&mut self, name: N, value: V)
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        if let Err(mistake) = insert(Arc::make_mut(&mut self.headers), name, value) {
            self.mistake = Some(mistake);
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.mistake.map_or(Ok(()), |mistake| Err(Error::request(mistake)))
    }
}

/// Puts a header into the place of those of its name; one that is a secret is marked as such.
pub(super) fn insert<N, V>(headers: &mut HeaderMap, name: N, value: V) -> Result<(), &'static str>
where
    N: TryInto<HeaderName>,
    V: TryInto<HeaderValue>,
{
    let name = name.try_into().map_err(|_| "the name of a header is none")?;
    let mut value = value.try_into().map_err(|_| "the value of a header is none")?;
    if [CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
        return Err("how long a call is told by the transport, not by a header of yours");
    }
    value.set_sensitive(secrets::is_secret(&name, &value));
    headers.insert(name, value);
    Ok(())
}
