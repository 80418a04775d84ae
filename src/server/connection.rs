//! One connection: HTTP/1.1 by hyper, under the limits.

use std::any::Any;
use std::future::{self, Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use http::{HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use super::BoxError;
use super::alarm::Alarm;
use super::head::{HeadTimer, NEVER};
use super::http_service::HttpService;
use super::io::Watched;
use super::listener::{Listener, Peer};
use super::progress::{Phase, Progress};
use super::settings::Settings;
use super::stop::Stop;
use super::stream::Stream;
#[cfg(feature = "tls")]
use super::tls::TlsConfig;
use super::wakes::{self, Wakes};
use crate::service::{Abort, XmlRpcService};

/// What all connections of a server have in common.
pub(super) struct Terms {
    pub(super) settings: Settings,
    pub(super) stop: Stop,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<TlsConfig>,
}

/// Serves the requests of a connection one after another, until it ends or the server stops.
pub(super) async fn serve<L: Listener, S: HttpService>(
    io: L::Io,
    mut peer: Peer,
    service: S,
    terms: Arc<Terms>,
    progress: Arc<Progress>,
) {
    match begin::<L>(io, &mut peer, &terms).await {
        Ok(Some(stream)) => {
            let stream = Watched::new(stream, progress.clone(), L::set_reset);
            match run(stream, &peer, service, &terms, &progress).await {
                End::Closed | End::Silent => {}
                End::Aborted => tracing::debug!(%peer, "a connection is reset instead of an answer"),
                End::Late(phase) => tracing::debug!(%peer, ?phase, "a connection is closed: it took too long"),
                End::Failed(error) => tracing::debug!(%peer, %error, "a connection ended with an error"),
            }
        }
        Ok(None) => {}
        Err(error) => tracing::debug!(%peer, %error, "a connection ended in its handshake"),
    }
}

/// What comes before HTTP. Nothing if the server stops meanwhile.
#[cfg(feature = "tls")]
async fn begin<L: Listener>(io: L::Io, peer: &mut Peer, terms: &Terms) -> io::Result<Option<Stream<L::Io>>> {
    let Some(tls) = &terms.tls else {
        return Ok(Some(Stream::Plain(io)));
    };
    tokio::select! {
        stream = tls.accept(io, peer) => Ok(Some(Stream::Tls(Box::new(stream?)))),
        () = terms.stop.begun() => Ok(None),
    }
}

#[cfg(not(feature = "tls"))]
async fn begin<L: Listener>(io: L::Io, _: &mut Peer, _: &Terms) -> io::Result<Option<Stream<L::Io>>> {
    Ok(Some(Stream::Plain(io)))
}

/// How a connection ended.
enum End {
    Closed,
    Silent,
    Aborted,
    Late(Phase),
    Failed(hyper::Error),
}

async fn run<I, S>(stream: Watched<I>, peer: &Peer, mut service: S, terms: &Terms, progress: &Arc<Progress>) -> End
where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    S: HttpService,
{
    let extensions = (!hand_over(peer, &mut service)).then(|| peer.extensions().clone());
    let answering = progress.clone();
    let exchange = service_fn(move |mut request: Request<Incoming>| {
        answering.called();
        if let Some(extensions) = &extensions {
            request.extensions_mut().extend(extensions.clone());
        }
        answer(Answer::begin(service.clone(), request), answering.clone())
    });
    let connection = http1::Builder::new()
        .timer(HeadTimer::new(progress.clone()))
        .header_read_timeout(NEVER)
        .max_buf_size(terms.settings.max_buf_size)
        .half_close(terms.settings.half_close)
        .serve_connection(TokioIo::new(stream), exchange);
    let mut connection = pin!(connection);
    let mut watch = Watch::new(&terms.settings, progress);

    let mut stop = pin!(terms.stop.begun());
    let mut listening = false;
    let ended = poll_fn(|cx| {
        if let Poll::Ready(end) = watch.poll(connection.as_mut(), cx) {
            return Poll::Ready(Some(end));
        }
        // The task is always the same: who has its waker once need not be asked again and again.
        if !listening || terms.stop.has_begun() {
            listening = true;
            return stop.as_mut().poll(cx).map(|()| None);
        }
        Poll::Pending
    });
    match ended.await {
        None => {}
        Some(End::Silent) => {
            // An end as the transport wants it: TLS has a word for it.
            progress.closing();
            connection.as_mut().graceful_shutdown();
            return poll_fn(|cx| watch.poll(connection.as_mut(), cx)).await;
        }
        Some(end) => return end,
    }

    progress.stop();
    // A request that has arrived is seen at the next look at the socket, and that comes only when all tasks have had a
    // turn. Without it an idle connection would be closed over an unread request.
    tokio::task::yield_now().await;
    let mut told = false;
    poll_fn(|cx| {
        loop {
            if let Poll::Ready(end) = watch.poll(connection.as_mut(), cx) {
                return Poll::Ready(end);
            }
            // hyper would close the connection over a head of which a part is there.
            if told || progress.is_amid_head() {
                return Poll::Pending;
            }
            told = true;
            connection.as_mut().graceful_shutdown();
        }
    })
    .await
}

/// Hands the extensions of a connection over to a service that can share them, which spares each request a copy: the one
/// that this library brings, with nothing around it. False if it is another.
fn hand_over<S: HttpService>(peer: &Peer, service: &mut S) -> bool {
    let service: &mut dyn Any = service;
    let service = service.downcast_mut::<XmlRpcService>();
    service.map(|service| service.set_connection(peer.shared_extensions().clone())).is_some()
}

type Answered<S> = Result<Response<<S as HttpService>::Body>, BoxError>;

/// What a service makes of a request.
enum Answer<S: HttpService> {
    Begun(S::Future),
    Waiting(Pin<Box<dyn Future<Output = Answered<S>> + Send>>),
}

impl<S: HttpService> Answer<S> {
    /// A service that is ready is called at once, lest the request, which is large, moves into a future and out of it again.
    fn begin(mut service: S, request: Request<Incoming>) -> Self {
        match service.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => Self::Begun(service.call(request)),
            Poll::Ready(Err(error)) => Self::Waiting(Box::pin(future::ready(Err(error.into())))),
            Poll::Pending => Self::Waiting(Box::pin(async move {
                poll_fn(|cx| service.poll_ready(cx)).await.map_err(Into::into)?;
                service.call(request).await.map_err(Into::into)
            })),
        }
    }
}

/// One request and its answer.
async fn answer<S: HttpService>(answer: Answer<S>, progress: Arc<Progress>) -> Answered<S> {
    let mut response = match answer {
        Answer::Begun(future) => {
            let mut future = pin!(future);
            poll_fn(|cx| wakes::serving(|| future.as_mut().poll(cx))).await.map_err(Into::into)?
        }
        Answer::Waiting(mut future) => poll_fn(|cx| wakes::serving(|| future.as_mut().poll(cx))).await?,
    };
    if response.extensions().get::<Abort>().is_some() {
        progress.abort();
        return Err("the service wants no answer to be sent".into());
    }
    if progress.is_stopping() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    progress.answered();
    Ok(response)
}

/// Polls a connection, and keeps the time of what it waits for.
struct Watch<'a> {
    settings: &'a Settings,
    progress: &'a Progress,
    /// What it waits for, and since when.
    wait: (Phase, u64),
    since: Instant,
    alarm: Alarm,
    wakes: Wakes,
}

impl<'a> Watch<'a> {
    fn new(settings: &'a Settings, progress: &'a Progress) -> Self {
        // The first head is waited for from now on, not from its first byte.
        Self {
            settings,
            progress,
            wait: (Phase::Head, 1),
            since: Instant::now(),
            alarm: Alarm::default(),
            wakes: Wakes::of(Waker::noop()),
        }
    }

    fn poll<C>(&mut self, mut connection: Pin<&mut C>, cx: &mut Context<'_>) -> Poll<End>
    where
        C: Future<Output = hyper::Result<()>>,
    {
        loop {
            match self.wakes.poll(cx, |cx| connection.as_mut().poll(cx)) {
                Poll::Pending => {}
                Poll::Ready(_) if self.progress.is_aborted() => return Poll::Ready(End::Aborted),
                Poll::Ready(Ok(())) => return Poll::Ready(End::Closed),
                Poll::Ready(Err(error)) => return Poll::Ready(End::Failed(error)),
            }
            if self.wakes.take_noted() {
                match self.progress.has_looked_for_more() {
                    true => self.progress.rest(),
                    false => cx.waker().wake_by_ref(),
                }
            }
            match ready!(self.poll_limit(cx)) {
                Phase::Resting => self.progress.wake_up(),
                Phase::Silence => return Poll::Ready(End::Silent),
                Phase::Closing => return Poll::Ready(End::Closed),
                phase @ (Phase::Head | Phase::Stalled | Phase::Busy) => return Poll::Ready(End::Late(phase)),
            }
        }
    }

    /// What the connection has waited for as long as it may.
    fn poll_limit(&mut self, cx: &mut Context<'_>) -> Poll<Phase> {
        let (phase, step) = self.progress.phase();
        let Some(limit) = self.limit(phase) else {
            return Poll::Pending;
        };
        if self.wait != (phase, step) {
            self.wait = (phase, step);
            self.since = Instant::now();
        }
        // A limit beyond the end of time is none.
        let Some(end) = self.since.checked_add(limit) else {
            return Poll::Pending;
        };
        self.alarm.poll(end, cx).map(|()| phase)
    }

    fn limit(&self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Head => self.settings.header_read_timeout,
            Phase::Silence => self.settings.keep_alive_timeout,
            Phase::Stalled => self.settings.write_timeout,
            Phase::Resting => Some(LONGEST_REST),
            Phase::Closing => Some(LONGEST_LINGER),
            Phase::Busy => None,
        }
    }
}

/// How long after an answer hyper is asked whether it waits for the next request, unless that is there sooner.
const LONGEST_REST: Duration = Duration::from_millis(100);

/// How long a peer may go on sending after our end.
const LONGEST_LINGER: Duration = Duration::from_secs(5);
