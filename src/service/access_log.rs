//! One line for each request, as CPython's `logRequests`.

use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body::Body;
use http_body_util::Full;

use super::RemoteAddr;

/// What a line of the access log tells of a request.
pub(super) struct AccessLine {
    peer: Option<RemoteAddr>,
    request: String,
}

impl AccessLine {
    pub(super) fn of<B>(request: &Request<B>, connection: Option<&Extensions>) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let peer = request.extensions().get().or_else(|| connection?.get()).copied();
        Self { peer, request: format!("{method} {path} {:?}", request.version()) }
    }

    pub(super) fn log(&self, response: &Response<Full<Bytes>>) {
        let peer = self.peer.map_or_else(|| "-".to_owned(), |RemoteAddr(peer)| peer.ip().to_string());
        let status = response.status().as_u16();
        let bytes = response.body().size_hint().lower();
        tracing::info!(target: "tagwire::access", "{peer} \"{}\" {status} {bytes}", self.request);
    }
}
