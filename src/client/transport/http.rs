use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::Reply;
use crate::client::endpoint::Endpoint;
use crate::client::{Error, ProtocolError};

/// Exchanges calls for replies over HTTP/1.1, on pooled connections.
#[derive(Debug)]
pub(in crate::client) struct HttpTransport {
    client: HyperClient<HttpConnector, Full<Bytes>>,
    uri: Uri,
    /// The URI again, as the text that errors show.
    url: String,
    /// The headers that are the same for every call.
    headers: HeaderMap,
    max_response_size: usize,
}

#[derive(Debug)]
pub(in crate::client) struct TransportConfig {
    pub(in crate::client) connect_timeout: Duration,
    pub(in crate::client) max_response_size: usize,
    pub(in crate::client) user_agent: String,
}

impl HttpTransport {
    pub(in crate::client) fn new(endpoint: Endpoint, config: &TransportConfig) -> Result<Self, Error> {
        let user_agent = HeaderValue::from_str(&config.user_agent)
            .map_err(|error| Error::request("the user agent is no header value").with_source(error))?;
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(USER_AGENT, user_agent);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        headers.extend(endpoint.authorization.map(|credentials| (AUTHORIZATION, credentials)));

        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(config.connect_timeout));

        let client = HyperClient::builder(TokioExecutor::new())
            // Only a call of which nothing was written yet goes to another connection, when the pooled one
            // turns out to be closed at that moment. After its first byte it is never sent again, so it runs
            // at most once either way; without this a server that closes idle connections would fail calls.
            .retry_canceled_requests(true)
            .pool_idle_timeout(Duration::from_secs(60))
            .pool_timer(TokioTimer::new())
            .build(connector);

        let url = endpoint.uri.to_string();
        Ok(Self { client, uri: endpoint.uri, url, headers, max_response_size: config.max_response_size })
    }

    /// Where calls go, without user and password.
    pub(in crate::client) fn url(&self) -> &str {
        &self.url
    }

    pub(in crate::client) async fn exchange(&self, call: Bytes) -> Result<Reply, Error> {
        let mut request = Request::new(Full::new(call));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();

        let response = self.client.request(request).await.map_err(|error| self.failure(error))?;
        let (head, body) = response.into_parts();
        let body = match head.status {
            StatusCode::OK => self.whole(body).await?,
            _ => beginning(body).await,
        };
        Ok(Reply { status: head.status, headers: head.headers, body })
    }

    async fn whole(&self, body: Incoming) -> Result<Bytes, Error> {
        let limit = self.max_response_size;
        let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if declared > limit {
            return Err(Error::too_large(&self.url, limit));
        }
        match Limited::new(body, limit).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(Error::too_large(&self.url, limit)),
            Err(error) => Err(Error::exchange(&self.url, error)),
        }
    }

    fn failure(&self, error: hyper_util::client::legacy::Error) -> Error {
        if error.is_connect() {
            let timed_out = timed_out(&error);
            Error::connect(&self.url, error, timed_out)
        } else {
            Error::exchange(&self.url, error)
        }
    }
}

impl Default for TransportConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            max_response_size: 16 * 1024 * 1024,
            user_agent: concat!("tagwire/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// As much of the body of a refusal as is shown. Its length is no concern, and that it breaks off no news.
async fn beginning(mut body: Incoming) -> Bytes {
    let mut beginning = BytesMut::new();
    while beginning.len() < ProtocolError::EXCERPT
        && let Some(Ok(frame)) = body.frame().await
    {
        if let Some(data) = frame.data_ref() {
            beginning.extend_from_slice(data);
        }
    }
    beginning.freeze()
}

fn timed_out(error: &(dyn StdError + 'static)) -> bool {
    let itself = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut);
    itself || error.source().is_some_and(timed_out)
}
