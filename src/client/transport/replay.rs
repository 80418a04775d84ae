use std::borrow::Cow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use async_trait::async_trait;

use super::recording::{self, Exchange};
use super::{Reply, Request, Transport, TransportError};

/// A [`Transport`] that answers from what [`Record`](super::Record) has written, or you by hand.
///
/// A call gets the first reply that has not been given yet to a request of exactly the same body; headers are not
/// compared. A call that was not recorded, or not so often, is an error.
///
/// ```
/// use std::sync::Arc;
/// use tagwire::Client;
/// use tagwire::client::transport::Replay;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let recording = "\
/// > | <?xml version=\"1.0\" encoding=\"UTF-8\"?><methodCall><methodName>now</methodName><params></params></methodCall>
/// < 200
/// < | <methodResponse>
/// < |   <params><param><value><int>5</int></value></param></params>
/// < | </methodResponse>
/// ";
/// let replay = Arc::new(Replay::from_text(recording)?);
/// let client = Client::from_transport(replay.clone());
/// assert_eq!(client.call::<_, i32>("now", ()).await?, 5);
/// assert_eq!(replay.remaining(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Replay {
    exchanges: Mutex<Vec<Option<Exchange>>>,
}

impl Replay {
    /// Reads a file. It is not changed.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no recording ([`InvalidData`](io::ErrorKind::InvalidData)): the error says in which
    /// line.
    pub fn new(file: impl AsRef<Path>) -> io::Result<Self> {
        Self::from_text(&fs::read_to_string(file)?)
    }

    /// The same, from text that is at hand, such as that of `include_str!`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_text(text: &str) -> io::Result<Self> {
        let exchanges = recording::read(text).map_err(|(line, mistake)| {
            io::Error::new(io::ErrorKind::InvalidData, format!("line {line} of the recording: {mistake}"))
        })?;
        Ok(Self { exchanges: Mutex::new(exchanges.into_iter().map(Some).collect()) })
    }

    /// How many replies have not been given: 0 when all that was recorded has been called.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).iter().flatten().count()
    }
}

#[async_trait]
impl Transport for Replay {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |exchange: &&mut Option<Exchange>| {
            exchange.as_ref().is_some_and(|exchange| exchange.request.body() == request.body())
        };
        match exchanges.iter_mut().find(same).and_then(Option::take) {
            Some(exchange) if exchange.reply.body().len() > request.max_reply_size() => {
                Err(TransportError::too_large())
            }
            Some(exchange) => Ok(exchange.reply),
            None => Err(TransportError::unsent("the recording has no reply left for this call")),
        }
    }

    fn url(&self) -> Cow<'_, str> {
        Cow::Borrowed("a recording")
    }
}
