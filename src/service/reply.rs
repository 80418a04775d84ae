//! The responses of calls.

use bytes::Bytes;
use http::Response;
use http::header::{self, HeaderValue};
use http_body_util::Full;

use super::Abort;
use super::admission::OverloadPolicy;
use super::budget::Share;
use super::refusal::Refusal;
use super::settings::Settings;
#[cfg(feature = "gzip")]
use crate::coding;
use crate::fault::Fault;
use crate::rpc::Dispatcher;

/// A document on its way out.
pub(super) struct Reply {
    document: Vec<u8>,
    share: Share,
    /// Whether it is worth compressing.
    is_long: bool,
    is_encoded: bool,
}

impl Settings {
    /// The response of a call that is one too many.
    #[cold]
    pub(super) fn overloaded(&self, dispatcher: &Dispatcher) -> Response<Full<Bytes>> {
        let admission = &self.admission;
        if admission.policy == OverloadPolicy::Fault {
            let (code, string) = admission.fault.clone();
            return self.reply(dispatcher, dispatcher.document(Err(Fault::new(code, string)))).into();
        }
        let mut response = Response::<Full<Bytes>>::from(Refusal::NoMemory);
        response.headers_mut().insert(header::RETRY_AFTER, admission.retry_after().into());
        if admission.policy == OverloadPolicy::Close {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response.extensions_mut().insert(Abort);
        }
        response
    }

    pub(super) fn reply(&self, dispatcher: &Dispatcher, document: Vec<u8>) -> Reply {
        let (document, share) = match self.budget.admit(document.len()) {
            Some(share) => (document, share),
            // Peers that do not read what they have asked for must not make others pay for it. The call has run: only its
            // result is lost, so this is no 503, after which it might be sent again.
            None => {
                tracing::warn!(bytes = document.len(), "a result is dropped: too many others are not read");
                let fault = Fault::internal_error("the call has run, but there is no room for its result");
                (dispatcher.document(Err(fault)), Share::default())
            }
        };
        let is_long =
            cfg!(feature = "gzip") && self.encode_threshold.is_some_and(|threshold| document.len() > threshold);
        Reply { document, share, is_long, is_encoded: false }
    }
}

impl Reply {
    pub(super) fn is_long(&self) -> bool {
        self.is_long
    }

    /// The same in gzip. On the pool the document keeps its share, whether anybody still waits for it or not.
    #[cfg(feature = "gzip")]
    #[cold]
    pub(super) async fn encode(self, level: u32, dispatcher: &Dispatcher) -> Self {
        /// What takes long enough to hold up other connections.
        const LARGE: usize = 256 * 1024;
        let length = self.document.len();
        let encode = move || Self { document: coding::gzip(&self.document, level), is_encoded: true, ..self };
        let encoded = match tokio::runtime::Handle::try_current() {
            Ok(runtime) if length > LARGE => runtime.spawn_blocking(encode).await,
            _ => return encode(),
        };
        encoded.unwrap_or_else(|_| {
            let document = dispatcher.document(Err(Fault::system("the server is stopping")));
            Self { document, share: Share::default(), is_long: true, is_encoded: false }
        })
    }

    #[cfg(not(feature = "gzip"))]
    #[expect(clippy::unused_async, reason = "with the feature it waits")]
    pub(super) async fn encode(self, _: u32, _: &Dispatcher) -> Self {
        self
    }
}

impl From<Reply> for Response<Full<Bytes>> {
    fn from(reply: Reply) -> Self {
        let mut response = Self::new(Full::from(reply.share.keep(reply.document)));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        if reply.is_encoded {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if reply.is_long {
            headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        response
    }
}
