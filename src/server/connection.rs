//! One connection: HTTP/1.1 by hyper, under the limits.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::answer::{Answer, answer, hand_over};
use super::head::{HeadTimer, NEVER};
use super::http_service::HttpService;
use super::io::Watched;
use super::listener::{Listener, Peer};
use super::progress::Progress;
use super::settings::Settings;
use super::stop::Stop;
use super::stream::Stream;
#[cfg(feature = "tls")]
use super::tls::TlsConfig;
use super::watch::{End, Watch};

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
