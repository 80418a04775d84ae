//! From a request to its response.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode, Version};
use http_body::Body;
use http_body_util::Full;
use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::admission::OverloadPolicy;
use super::body;
use super::budget::Share;
use super::coding::{self, Coding};
use super::refusal::Refusal;
use super::settings::Settings;
use super::stats::Arrival;
use super::{Abort, RemoteAddr};
use crate::fault::Fault;
use crate::rpc::{Dispatcher, RequestContext, RpcRequest};
use crate::xml::encoding::charset_of;
use crate::xml::error::shorten;

pub(super) async fn respond<B>(settings: &Settings, request: Request<B>) -> Response<Full<Bytes>>
where
    B: Body<Data: Send> + Send + 'static,
{
    let line = settings.log_requests.then(|| AccessLine::of(&request));
    let response = answer(settings, request).await;
    if let Some(line) = line {
        line.log(&response);
    }
    response
}

async fn answer<B>(settings: &Settings, request: Request<B>) -> Response<Full<Bytes>>
where
    B: Body<Data: Send> + Send + 'static,
{
    let arrival = Arrival::new(settings.admission.counters());
    let (parts, body) = request.into_parts();
    let coding = Coding::of(&parts.headers);
    let dispatcher = match check(settings, &parts, coding, &body) {
        Ok(dispatcher) => dispatcher,
        Err(refusal) => {
            arrival.not_a_call();
            body::drain(&parts.headers, body);
            return refusal.into();
        }
    };
    let mut share = settings.budget.empty();
    let document = body::read(&parts.headers, body, coding, &settings.body, &mut share).await;
    let document = document.and_then(|document| match coding {
        Coding::Identity => Ok(document),
        coding => coding::decode(document, coding, settings.body.max_decoded_size),
    });
    let document = match document {
        Ok(document) => document,
        Err(refusal) => {
            match refusal {
                Refusal::NoMemory => arrival.rejected(OverloadPolicy::Http503),
                _ => arrival.not_a_call(),
            }
            return refusal.into();
        }
    };
    share.shrink_to(document.len());
    let gzip = settings.encode_threshold.is_some() && coding::accepts_gzip(&parts.headers);
    match read_call(dispatcher, parts, document) {
        Ok(request) => carry_out(settings, dispatcher, request, share, arrival, gzip).await,
        Err(fault) => {
            arrival.invalid();
            settings.complete(dispatcher, dispatcher.document(Err(fault)), gzip).await
        }
    }
}

/// What can be told without the body.
fn check<'a>(
    settings: &'a Settings,
    parts: &Parts,
    coding: Coding,
    body: &impl Body,
) -> Result<&'a Dispatcher, Refusal> {
    let dispatcher = settings.routes.find(parts.uri.path()).ok_or(Refusal::NoSuchPage)?;
    if settings.callers.are_misdirected(parts) {
        return Err(Refusal::Misdirected);
    }
    if parts.method != Method::POST {
        return Err(Refusal::MethodNotAllowed);
    }
    if settings.callers.are_strangers(parts) {
        return Err(Refusal::Stranger);
    }
    let headers = &parts.headers;
    if headers.len() > MAX_HEADERS || headers_size(headers) > MAX_HEADERS_SIZE {
        return Err(Refusal::HeadersTooLarge);
    }
    let chunked = headers.contains_key(header::TRANSFER_ENCODING);
    if chunked && !settings.accept_chunked {
        return Err(Refusal::Chunked);
    }
    // Without a length hyper gives an empty body. One that is made in this process knows its length.
    let framed = headers.contains_key(header::CONTENT_LENGTH) || chunked;
    if !framed && body.is_end_stream() && parts.version >= Version::HTTP_11 {
        return Err(Refusal::LengthRequired);
    }
    if !coding.is_readable() {
        return Err(Refusal::UnsupportedEncoding);
    }
    if settings.require_xml && !is_xml(headers) {
        return Err(Refusal::NotXml);
    }
    let declared = body::content_length(headers).unwrap_or(0);
    match declared > settings.body.max_size || body.size_hint().lower() > settings.body.max_size as u64 {
        true => Err(Refusal::TooLarge),
        false => Ok(dispatcher),
    }
}

/// How many headers a request may have, and how large they may be together.
const MAX_HEADERS: usize = 100;
const MAX_HEADERS_SIZE: usize = 32 * 1024;

/// The size of the headers as they were sent: each with a colon, a blank and a line end.
fn headers_size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

fn is_xml(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    ["text/xml", "application/xml"].iter().any(|xml| media_type.eq_ignore_ascii_case(xml))
}

fn read_call(dispatcher: &Dispatcher, parts: Parts, document: Bytes) -> Result<RpcRequest, Fault> {
    let content_type = parts.headers.get(header::CONTENT_TYPE).cloned();
    let charset = content_type.as_ref().and_then(|value| value.to_str().ok()).and_then(charset_of);
    let cx = RequestContext::new(parts.headers, parts.extensions);
    Ok(dispatcher.read(document, charset, cx)?)
}

/// Runs a call as soon as there is a slot for it.
async fn carry_out(
    settings: &Settings,
    dispatcher: &Dispatcher,
    mut request: RpcRequest,
    share: Share,
    arrival: Arrival<'_>,
    gzip: bool,
) -> Response<Full<Bytes>> {
    let span = span(&request);
    let arrived = (!span.is_disabled()).then(Instant::now);
    let Some(slot) = settings.admission.enter(share).await else {
        arrival.rejected(settings.admission.policy);
        tracing::debug!(parent: &span, "refused: overloaded");
        return settings.overloaded(dispatcher).await;
    };
    arrival.admitted();
    let began = arrived.map(|_| Instant::now());
    request.context_mut().set_hold(slot.hold());
    let outcome = match span.is_disabled() {
        true => dispatcher.start(&mut request).await,
        false => {
            let call = span.in_scope(|| dispatcher.start(&mut request));
            call.instrument(span.clone()).await
        }
    };
    slot.answered(outcome.is_ok());
    drop((request, slot));
    let code = outcome.as_ref().err().map(Fault::code);
    let document = dispatcher.document(outcome);
    if let (Some(arrived), Some(began)) = (arrived, began) {
        let (queued, run) = (began - arrived, began.elapsed());
        tracing::debug!(parent: &span, fault = code, bytes = document.len(), ?queued, ?run, "answered");
    }
    settings.complete(dispatcher, document, gzip).await
}

/// Names the call in what is logged about it.
fn span(request: &RpcRequest) -> Span {
    let peer = request.context().extension::<RemoteAddr>().map(|RemoteAddr(peer)| tracing::field::display(peer));
    // A name may be as long as a request.
    tracing::debug_span!("call", peer, method = shorten(request.method()).as_ref())
}

impl Settings {
    /// The response of a call that is one too many.
    async fn overloaded(&self, dispatcher: &Dispatcher) -> Response<Full<Bytes>> {
        let admission = &self.admission;
        if admission.policy == OverloadPolicy::Fault {
            let (code, string) = admission.fault.clone();
            return self.complete(dispatcher, dispatcher.document(Err(Fault::new(code, string))), false).await;
        }
        let mut response = Response::<Full<Bytes>>::from(Refusal::NoMemory);
        response.headers_mut().insert(header::RETRY_AFTER, admission.retry_after().into());
        if admission.policy == OverloadPolicy::Close {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response.extensions_mut().insert(Abort);
        }
        response
    }

    /// The response that carries a document.
    async fn complete(&self, dispatcher: &Dispatcher, document: Vec<u8>, gzip: bool) -> Response<Full<Bytes>> {
        let (share, document) = match self.budget.admit(document.len()) {
            Some(share) => (share, document),
            // Peers that do not read what they have asked for must not make others pay for it. The call has run: only its
            // result is lost, so this is no 503, after which it might be sent again.
            None => {
                tracing::warn!(bytes = document.len(), "a result is dropped: too many others are not read");
                let fault = Fault::internal_error("the call has run, but there is no room for its result");
                (self.budget.empty(), dispatcher.document(Err(fault)))
            }
        };
        let long = cfg!(feature = "gzip") && self.encode_threshold.is_some_and(|threshold| document.len() > threshold);
        let (document, share, encoded) = match gzip && long {
            true => match self.encode(document, share).await {
                Some((document, share)) => (document, share, true),
                None => (dispatcher.document(Err(Fault::system("the server is stopping"))), self.budget.empty(), false),
            },
            false => (document, share, false),
        };
        let mut response = Response::new(Full::from(share.keep(document)));
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        if encoded {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if long {
            headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        response
    }

    /// The document in gzip. On the pool it keeps its share, whether anybody still waits for it or not; none if the runtime
    /// ends before its turn.
    #[cfg(feature = "gzip")]
    async fn encode(&self, document: Vec<u8>, share: Share) -> Option<(Vec<u8>, Share)> {
        /// What takes long enough to hold up other connections.
        const LARGE: usize = 256 * 1024;
        let (level, length) = (self.compression_level, document.len());
        let encode = move || (coding::gzip(&document, level), share);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if length > LARGE => runtime.spawn_blocking(encode).await.ok(),
            _ => Some(encode()),
        }
    }

    #[cfg(not(feature = "gzip"))]
    async fn encode(&self, document: Vec<u8>, share: Share) -> Option<(Vec<u8>, Share)> {
        Some((document, share))
    }
}

/// What a line of the access log tells of a request.
struct AccessLine {
    peer: Option<RemoteAddr>,
    request: String,
}

impl AccessLine {
    fn of<B>(request: &Request<B>) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        Self { peer: request.extensions().get().copied(), request: format!("{method} {path} {:?}", request.version()) }
    }

    fn log(&self, response: &Response<Full<Bytes>>) {
        let peer = self.peer.map_or_else(|| "-".to_owned(), |RemoteAddr(peer)| peer.ip().to_string());
        let status = response.status().as_u16();
        let bytes = response.body().size_hint().lower();
        tracing::info!(target: "tagwire::access", "{peer} \"{}\" {status} {bytes}", self.request);
    }
}
