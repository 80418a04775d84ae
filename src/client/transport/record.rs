use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use http::header::ACCEPT_ENCODING;

use super::{Reply, Request, Transport, TransportError, recording};

/// A [`Transport`] that writes down what goes through another one, for [`Replay`](super::Replay) to answer from: so that
/// tests need the real server once.
///
/// The file is text, made to be read, compared and edited. Headers that carry credentials are not written; what a call
/// has among its parameters is. The server is asked not to compress. An exchange that fails is not written.
///
/// ```
/// use tagwire::client::transport::{Record, Replay};
/// use tagwire::{Client, Dispatcher, Methods};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("tagwire-record-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let file = folder.join("add.txt");
/// let server = Dispatcher::new(Methods::new().register_fn("add", |a: i32, b: i32| a + b));
/// let client = Client::from_transport(Record::new(server, &file)?);
/// assert_eq!(client.call::<_, i32>("add", (2, 3)).await?, 5);
///
/// let client = Client::from_transport(Replay::new(&file)?); // no server
/// assert_eq!(client.call::<_, i32>("add", (2, 3)).await?, 5);
/// assert!(client.call::<_, i32>("add", (2, 4)).await.is_err());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
///
/// Around the transport of a URL:
///
/// ```no_run
/// use tagwire::Client;
/// use tagwire::client::transport::Record;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder("http://user:password@localhost/").wrap(|http| Record::new(http, "exchanges.txt"))?.build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Record<T> {
    transport: T,
    file: Mutex<File>,
}

impl<T: Transport> Record<T> {
    /// Adds the exchanges of `transport` to the end of a file, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// The file cannot be made or written.
    pub fn new(transport: T, file: impl AsRef<Path>) -> io::Result<Self> {
        let mut file = OpenOptions::new().append(true).create(true).open(file)?;
        if file.metadata()?.len() == 0 {
            file.write_all(recording::BEGINNING.as_bytes())?;
        }
        Ok(Self { transport, file: Mutex::new(file) })
    }
}

#[async_trait]
impl<T: Transport> Transport for Record<T> {
    async fn send(&self, mut request: Request) -> Result<Reply, TransportError> {
        request.headers_mut().remove(ACCEPT_ENCODING);
        let (headers, body) = (request.headers().clone(), request.body().clone());
        let reply = self.transport.send(request).await?;
        let text = recording::write(&headers, &body, &reply);
        // In one piece, so that it is not in the midst of another.
        let written = self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes());
        written.map_err(|error| TransportError::broken(format!("the exchange was not recorded: {error}")))?;
        Ok(reply)
    }

    fn url(&self) -> Cow<'_, str> {
        self.transport.url()
    }
}
