//! From a request to its response.

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Extensions, HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::Full;

use super::access_log::AccessLine;
use super::admission::OverloadPolicy;
use super::body::{self, Expected};
use super::budget::Share;
use super::call::Call;
use super::head::Head;
use super::refusal::Refusal;
use super::settings::Settings;
use super::stats::Arrival;
use crate::coding::Coding;
use crate::rpc::{Dispatcher, RequestContext};
use crate::xml::encoding::charset_of;

/// What answers a request.
pub(super) type Answer = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

type Connection = Option<Arc<Extensions>>;

/// `connection` is what all requests of a connection have for extensions, beside their own.
pub(super) fn respond<B>(settings: Arc<Settings>, connection: Connection, request: Request<B>) -> Answer
where
    B: Body<Data: Send> + Send + 'static,
{
    if !settings.log_requests {
        return answer(settings, connection, request);
    }
    let line = AccessLine::of(&request, connection.as_deref());
    let answer = answer(settings, connection, request);
    Box::pin(async move {
        let Ok(response) = answer.await;
        line.log(&response);
        Ok(response)
    })
}

/// What can be told without the body is told before there is a future. Whatever goes into that is copied into it and out of
/// it again, and takes room in it until the end: it is made small, as there is one for every call.
fn answer<B>(settings: Arc<Settings>, connection: Connection, request: Request<B>) -> Answer
where
    B: Body<Data: Send> + Send + 'static,
{
    let arrival = Arrival::new(settings.admission.counters().clone());
    let (parts, body) = request.into_parts();
    let head = Head::of(&parts.headers);
    let expected = head.expected(&parts.headers);
    let dispatcher = match head.check(&settings, &parts, expected, &body) {
        Ok(dispatcher) => dispatcher.clone(),
        Err(refusal) => {
            arrival.not_a_call();
            body::drain(body, expected);
            return Box::pin(ready(Ok(refusal.into())));
        }
    };
    let gzip = settings.encode_threshold.is_some() && head.accepts_gzip(&parts.headers);
    let content_type = head.parameters();
    let mut cx = RequestContext::new(parts.headers, parts.extensions);
    cx.set_connection(connection);
    let body = Box::pin(body);
    Box::pin(async move {
        let mut share = Share::default();
        let document = match document(&settings, body, expected, &mut share).await {
            Ok(document) => document,
            Err(refusal) => {
                match refusal {
                    Refusal::NoMemory => arrival.rejected(OverloadPolicy::Http503),
                    _ => arrival.not_a_call(),
                }
                return Ok(refusal.into());
            }
        };
        let call = call(&settings, &dispatcher, (document, content_type, cx), share, arrival);
        let reply = match call {
            Err(fault) => fault,
            Ok(call) => {
                let mut running = match call {
                    Call::Running(running) => running,
                    Call::Waiting(waiting) => match waiting.await {
                        Some(running) => running,
                        None => return Ok(settings.overloaded(&dispatcher)),
                    },
                };
                let outcome = running.outcome().await;
                running.end(outcome, &dispatcher)
            }
        };
        let reply = settings.reply(&dispatcher, reply);
        Ok(match gzip && reply.is_long() {
            true => Box::pin(reply.encode(settings.compression_level, &dispatcher)).await.into(),
            false => reply.into(),
        })
    })
}

/// What the body has to say.
async fn document<B>(
    settings: &Settings,
    body: Pin<Box<B>>,
    expected: Expected,
    share: &mut Share,
) -> Result<Bytes, Refusal>
where
    B: Body<Data: Send> + Send + 'static,
{
    let body = body::read(body, expected, &settings.body, &settings.budget, share).await?;
    if expected.coding == Coding::Identity {
        return Ok(body);
    }
    let document = expected.coding.decode(&body, settings.body.max_decoded_size)?;
    share.shrink_to(document.len());
    Ok(document)
}

/// The call in a document, or the answer to one that is none.
fn call<'a>(
    settings: &'a Settings,
    dispatcher: &'a Dispatcher,
    (document, content_type, cx): (Bytes, Option<HeaderValue>, RequestContext),
    share: Share,
    arrival: Arrival,
) -> Result<Call<'a>, Vec<u8>> {
    let charset = content_type.as_ref().and_then(|value| value.to_str().ok()).and_then(charset_of);
    match dispatcher.read(document, charset, cx) {
        Ok(request) => Ok(Call::begin(settings, dispatcher, request, share, arrival)),
        Err(error) => {
            arrival.invalid();
            Err(dispatcher.document(Err(error.into())))
        }
    }
}
