//! From the document of a call to that of its reply: limits, repeats, compression, and what is logged.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use tracing::Instrument;

use super::transport::{Reply, Request, TransportError};
use super::{Client, Error, ProtocolError, secrets};
#[cfg(feature = "gzip")]
use crate::coding::gzip;
use crate::coding::{Coding, Undecodable};

/// That of gzip: the fastest that compresses.
#[cfg(feature = "gzip")]
const LEVEL: u32 = 1;

/// How often an idempotent call is made again, and after what time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retries {
    pub(super) count: u32,
    pub(super) pause: Duration,
}

impl Client {
    /// The reply has status 200, and its body is no longer compressed.
    pub(super) async fn exchange(&self, method: &str, call: Vec<u8>) -> Result<Reply, Error> {
        self.options.check()?;
        let span = tracing::debug_span!("call", method, url = %self.shared.url);
        let exchange = async {
            let limit = self.options.timeout;
            let outcome = match tokio::time::timeout(limit, self.repeat(self.request(call))).await {
                Ok(Ok(reply)) => self.accept(reply),
                Ok(Err(error)) => Err(Error::transport(&self.shared.url, self.shared.max_response_size, error)),
                Err(_) => Err(Error::timeout(&self.shared.url, limit)),
            };
            match &outcome {
                Ok(reply) => tracing::debug!(bytes = reply.body().len(), "answered"),
                // What a server sent may be on its way to its user only.
                Err(error) => tracing::debug!(kind = error.kind_name(), "failed"),
            }
            outcome
        };
        exchange.instrument(span).await
    }

    fn request(&self, call: Vec<u8>) -> Request {
        #[cfg(feature = "gzip")]
        if self.shared.encode_threshold.is_some_and(|threshold| call.len() > threshold) {
            let mut headers = (*self.options.headers).clone();
            headers.insert(http::header::CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
            return self.with_terms(Request::with_headers(headers, gzip(&call, LEVEL).into()));
        }
        self.with_terms(Request::with_headers((*self.options.headers).clone(), call.into()))
    }

    fn with_terms(&self, request: Request) -> Request {
        request.limited_to(self.shared.max_response_size).marked_idempotent(self.options.idempotent)
    }

    /// Sends the request once, or again if that does no harm and may help.
    async fn repeat(&self, request: Request) -> Result<Reply, TransportError> {
        let Retries { count, pause } = self.shared.retries;
        if !self.options.idempotent {
            return self.attempt(request).await;
        }
        let mut sent = false;
        for attempt in 1..=count {
            let outcome = self.attempt(request.clone()).await;
            if !may_pass(&outcome) {
                return told_of_all(outcome, sent);
            }
            sent |= !outcome.is_err_and(|error| error.is_unsent());
            tracing::debug!(attempt, "failed, and made again");
            tokio::time::sleep(pause).await;
        }
        told_of_all(self.attempt(request).await, sent)
    }

    async fn attempt(&self, request: Request) -> Result<Reply, TransportError> {
        #[cfg(feature = "cookies")]
        let request = self.with_cookies(request);
        if let Some(observer) = &self.shared.observer {
            observer.request(&request);
        }
        let reply = self.shared.transport.send(request).await?;
        if let Some(observer) = &self.shared.observer {
            observer.reply(&reply);
        }
        #[cfg(feature = "cookies")]
        self.keep_cookies(&reply);
        // A transport from elsewhere may not have looked.
        match reply.is_success() && reply.body().len() > self.shared.max_response_size {
            true => Err(TransportError::too_large()),
            false => Ok(reply),
        }
    }

    fn accept(&self, mut reply: Reply) -> Result<Reply, Error> {
        let url = &self.shared.url;
        if !reply.is_success() {
            match Coding::of(reply.headers()) {
                Coding::Identity | Coding::Unknown => {}
                coding => reply.set_body(coding.beginning(reply.body(), ProtocolError::EXCERPT)),
            }
            return Err(Error::status(self.protocol_error(reply)));
        }
        let limit = self.shared.max_decoded_size;
        let decoded = match Coding::of(reply.headers()) {
            Coding::Identity => return Ok(reply),
            Coding::Unknown => Err(Undecodable::Corrupt("its Content-Encoding is not known")),
            coding => coding.decode(reply.body(), limit),
        };
        match decoded {
            Ok(document) => {
                reply.set_body(document);
                Ok(reply)
            }
            Err(Undecodable::TooLarge) => Err(Error::too_large_decoded(url, limit)),
            Err(Undecodable::Corrupt(reason)) => Err(Error::not_xmlrpc(self.protocol_error(reply), reason)),
        }
    }

    pub(super) fn protocol_error(&self, reply: Reply) -> ProtocolError {
        let (status, mut headers, body): (_, _, Bytes) = reply.into_parts();
        let sent = &self.options.headers;
        secrets::mark_quoted(&mut headers, sent);
        // A little more than is kept, so that what is cut off is cut off here.
        let beginning = body.get(..2 * ProtocolError::EXCERPT).unwrap_or(&body);
        ProtocolError::new(&self.shared.url, status, headers, &secrets::without(beginning, sent))
    }
}

/// That nothing was sent is true of a call only if it is of every time that it was made.
fn told_of_all(last: Result<Reply, TransportError>, sent_before: bool) -> Result<Reply, TransportError> {
    last.map_err(|error| if sent_before { error.after_sent() } else { error })
}

/// Whether it may go better the next time.
fn may_pass(outcome: &Result<Reply, TransportError>) -> bool {
    match outcome {
        Ok(reply) => matches!(
            reply.status(),
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
        ),
        Err(error) => !error.is_too_large(),
    }
}
