//! Looking at what goes over the wire.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use super::secrets;
use super::transport::{Reply, Request};

/// What a client sends or gets, for [`ClientBuilder::verbose`](super::ClientBuilder::verbose). Credentials among the headers
/// are shown as `(redacted)`; bodies are as they are on the wire.
///
/// `Display` writes it as HTTP would have it.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use tagwire::{Client, Methods, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = Server::bind("127.0.0.1:0").await?;
/// # let address = server.local_addr()?;
/// # let methods = Methods::new().register_fn("add", |a: i32, b: i32| a + b);
/// # tokio::spawn(async move { server.serve(methods).await });
/// let seen = Arc::new(Mutex::new(String::new()));
/// let into = seen.clone();
/// let client = Client::builder(&format!("http://user:password@{address}"))
///     .verbose(move |message| into.lock().unwrap().push_str(&message.to_string()))
///     .build()?;
/// client.call::<_, i32>("add", (2, 3)).await?;
///
/// let seen = seen.lock().unwrap();
/// assert!(seen.contains("authorization: (redacted)"));
/// assert!(seen.contains("<methodName>add</methodName>"));
/// assert!(seen.contains("<value><int>5</int></value>"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Message<'a> {
    status: Option<StatusCode>,
    headers: HeaderMap,
    body: &'a [u8],
}

impl<'a> Message<'a> {
    fn request(request: &'a Request) -> Self {
        Self { status: None, headers: secrets::redacted(request.headers()), body: request.body() }
    }

    fn reply(reply: &'a Reply) -> Self {
        Self { status: Some(reply.status()), headers: secrets::redacted(reply.headers()), body: reply.body() }
    }

    /// The status of a reply; none is that of a request.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The headers, without credentials.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body; of a reply whose status is not 200, its beginning.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.body
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            None => writeln!(f, "POST")?,
            Some(status) => writeln!(f, "{status}")?,
        }
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        writeln!(f, "\n{}", String::from_utf8_lossy(self.body))
    }
}

/// What a user has given to be called.
#[derive(Clone)]
pub(super) struct Observer(Arc<dyn Fn(&Message<'_>) + Send + Sync>);

impl Observer {
    pub(super) fn new(look: impl Fn(&Message<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(look))
    }

    pub(super) fn request(&self, request: &Request) {
        (self.0)(&Message::request(request));
    }

    pub(super) fn reply(&self, reply: &Reply) {
        (self.0)(&Message::reply(reply));
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
