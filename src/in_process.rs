//! A [`Client`] of a [`Dispatcher`] in the same process, without HTTP and without sockets.

use std::borrow::Cow;

use async_trait::async_trait;
use http::Extensions;
use tower::Service;

use crate::client::Client;
use crate::client::transport::{Reply, Request, Transport, TransportError};
use crate::coding::Coding;
use crate::rpc::{Dispatcher, RequestContext};

impl Client {
    /// A client that calls a dispatcher, or a table of methods, in the same process: for tests, and for programs that are
    /// their own server. Documents are written and read as for a call from outside; the layers are passed, and a handler
    /// sees the headers of the client.
    ///
    /// ```
    /// use tagwire::{Client, Methods};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tagwire::client::Error> {
    /// let client = Client::in_process(Methods::new().register_fn("add", |a: i32, b: i32| a + b));
    /// assert_eq!(client.call::<_, i32>("add", (2, 3)).await?, 5);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn in_process(dispatcher: impl Into<Dispatcher>) -> Self {
        Self::from_transport(dispatcher.into())
    }
}

#[async_trait]
impl Transport for Dispatcher {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        let limit = request.max_reply_size();
        let (headers, body) = request.into_parts();
        let body = match Coding::of(&headers) {
            Coding::Identity => body,
            Coding::Unknown => return Err(TransportError::unsent(UNDECODABLE)),
            // It is of this process, and has no more bytes than it was made of.
            coding => coding.decode(&body, usize::MAX).map_err(|_| TransportError::unsent(UNDECODABLE))?,
        };
        let context = RequestContext::new(headers, Extensions::new());
        let outcome = match self.read_call(body, None, context) {
            Ok(request) => Service::call(&mut self.clone(), request).await,
            Err(error) => Err(error.into()),
        };
        let document = self.document(outcome);
        match document.len() > limit {
            true => Err(TransportError::too_large()),
            false => Ok(Reply::new(document)),
        }
    }

    fn url(&self) -> Cow<'_, str> {
        Cow::Borrowed("this process")
    }
}

const UNDECODABLE: &str = "the call is not what its Content-Encoding says";
