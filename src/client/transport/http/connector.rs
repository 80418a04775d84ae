//! Making the connections that requests go over.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tower::{BoxError, Service};

use super::{HttpSettings, Proxy};
use crate::client::Error;
use crate::client::endpoint::Route;
use crate::client::transport::stream::Stream;

#[derive(Clone, Debug)]
pub(super) struct Connector {
    way: Arc<Way>,
    tcp: HttpConnector,
    limit: Duration,
}

#[derive(Debug)]
struct Way {
    route: Route,
    /// The server's.
    uri: Uri,
    proxy: Option<Proxy>,
    #[cfg(feature = "tls")]
    tls: Option<super::tls::Handshake>,
    #[cfg(not(feature = "tls"))]
    tls: Option<std::convert::Infallible>,
}

impl Connector {
    #[cfg_attr(not(feature = "tls"), allow(clippy::unnecessary_wraps, reason = "TLS may be misconfigured"))]
    pub(super) fn new(route: Route, uri: Uri, settings: HttpSettings) -> Result<Self, Error> {
        let plain = uri.scheme_str() != Some("https");
        let limit = settings.connect_timeout;
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        // This one is divided by the addresses that a host has, so that a dead one does not use up the time of all.
        tcp.set_connect_timeout(Some(limit));
        #[cfg(feature = "tls")]
        let tls = match plain {
            true => None,
            false => Some(super::tls::Handshake::new(settings.tls.unwrap_or_default())?),
        };
        #[cfg(not(feature = "tls"))]
        let (tls, _) = (None, plain);
        let way = Way { route, uri, proxy: settings.proxy, tls };
        Ok(Self { way: Arc::new(way), tcp, limit })
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<HttpConnection>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    /// The server is always the same, whatever name hyper has for it.
    fn call(&mut self, _: Uri) -> Self::Future {
        let Self { way, tcp, limit } = self.clone();
        Box::pin(async move {
            match tokio::time::timeout(limit, way.connect(tcp)).await {
                Ok(connection) => connection.map(TokioIo::new),
                Err(_) => {
                    Err(io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {limit:?}")).into())
                }
            }
        })
    }
}

impl Way {
    /// Name lookup, connection, tunnel and handshake.
    async fn connect(&self, tcp: HttpConnector) -> Result<HttpConnection, BoxError> {
        #[cfg(unix)]
        if let Route::Socket(path) = &self.route {
            return Ok(HttpConnection { stream: Stream::unix(path).await?, proxied: false });
        }
        let Some(proxy) = &self.proxy else {
            let stream = dial(tcp, self.uri.clone()).await?;
            return Ok(HttpConnection { stream: self.secure(stream).await?, proxied: false });
        };
        let mut stream = dial(tcp, proxy.uri().clone()).await?;
        if self.tls.is_none() {
            return Ok(HttpConnection { stream: Stream::Tcp(stream), proxied: true });
        }
        proxy.tunnel(&mut stream, &self.uri).await?;
        Ok(HttpConnection { stream: self.secure(stream).await?, proxied: false })
    }

    #[cfg(feature = "tls")]
    async fn secure(&self, stream: TcpStream) -> Result<Stream, BoxError> {
        match &self.tls {
            Some(tls) => tls.run(stream, self.uri.host().unwrap_or_default()).await,
            None => Ok(Stream::Tcp(stream)),
        }
    }

    #[cfg(not(feature = "tls"))]
    #[allow(clippy::unused_async, reason = "a handshake is awaited")]
    async fn secure(&self, stream: TcpStream) -> Result<Stream, BoxError> {
        Ok(Stream::Tcp(stream))
    }
}

async fn dial(mut tcp: HttpConnector, uri: Uri) -> Result<TcpStream, BoxError> {
    // It is always ready.
    Ok(tcp.call(uri).await?.into_inner())
}

/// A stream, and whether the requests on it are read by a proxy.
#[derive(Debug)]
pub(super) struct HttpConnection {
    stream: Stream,
    proxied: bool,
}

impl Connection for HttpConnection {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.proxied)
    }
}

impl AsyncRead for HttpConnection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for HttpConnection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
