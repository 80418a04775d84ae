//! Transports of one's own, and tower's services in their place.

use std::future::{Ready, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, StatusCode};
use tagwire::Client;
use tagwire::client::transport::{Reply, Request, Transport, TransportError, TransportService};
use tagwire::client::{ClientBuilder, Error};
use tower::balance::p2c::Balance;
use tower::buffer::Buffer;
use tower::discover::ServiceList;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load::{CompleteOnResponse, PendingRequests};
use tower::timeout::TimeoutLayer;
use tower::util::MapRequestLayer;
use tower::{Service, ServiceBuilder, ServiceExt};

use crate::support::peer::{Answer, FIVE, Peer, ok};

async fn add(client: &Client) -> Result<i32, Error> {
    client.call("add", (2, 3)).await
}

/// Answers with what the test gave it, in that order.
#[derive(Clone, Default)]
struct Canned {
    replies: Arc<Mutex<Vec<Result<Reply, TransportError>>>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Canned {
    fn new(replies: impl IntoIterator<Item = Result<Reply, TransportError>>) -> Self {
        let mut replies: Vec<_> = replies.into_iter().collect();
        replies.reverse();
        Self { replies: Arc::new(Mutex::new(replies)), requests: Arc::default() }
    }

    fn sent(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

#[async_trait]
impl Transport for Canned {
    async fn send(&self, request: Request) -> Result<Reply, TransportError> {
        self.requests.lock().unwrap().push(request);
        self.replies.lock().unwrap().pop().unwrap()
    }
}

#[tokio::test]
async fn a_transport_is_given_a_request_and_what_is_to_be_known_of_it() {
    let canned = Canned::new([Ok(Reply::new(FIVE)), Ok(Reply::new(FIVE))]);
    let client = ClientBuilder::from_transport(canned.clone()).max_response_size(1000).header("x-one", "1");
    let client = client.build().unwrap();
    assert_eq!(add(&client).await.unwrap(), 5);
    assert_eq!(add(&client.idempotent()).await.unwrap(), 5);

    let requests = canned.requests.lock().unwrap();
    assert_eq!(requests[0].headers()["x-one"], "1");
    assert_eq!(requests[0].headers()["content-type"], "text/xml; charset=utf-8");
    assert!(requests[0].body().ends_with(b"</methodCall>"));
    assert_eq!(requests[0].max_reply_size(), 1000);
    assert_eq!((requests[0].is_idempotent(), requests[1].is_idempotent()), (false, true));
}

#[tokio::test]
async fn what_a_transport_fails_with_is_told_apart() {
    let io = |kind: std::io::ErrorKind| std::io::Error::from(kind);
    let canned = Canned::new([
        Err(TransportError::unsent(io(std::io::ErrorKind::ConnectionRefused))),
        Err(TransportError::unsent(io(std::io::ErrorKind::TimedOut))),
        Err(TransportError::broken("the line is dead")),
        Err(TransportError::broken("no answer").timed_out()),
        Err(TransportError::too_large()),
        Ok(Reply::new("x".repeat(1001))),
        Ok(Reply::new("busy").with_status(StatusCode::SERVICE_UNAVAILABLE)),
    ]);
    let client = ClientBuilder::from_transport(canned).max_response_size(1000).build().unwrap();
    let mut kinds = Vec::new();
    for _ in 0..7 {
        let error = add(&client).await.unwrap_err();
        kinds.push((error.is_connect(), error.is_transport(), error.is_timeout(), error.is_too_large()));
    }
    let [t, f] = [true, false];
    assert_eq!(
        kinds,
        [(t, t, f, f), (t, f, t, f), (f, t, f, f), (f, f, t, f), (f, t, f, t), (f, t, f, t), (f, f, f, f),]
    );
}

#[tokio::test]
async fn the_charset_of_a_reply_counts() {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("text/xml; charset=iso-8859-1"));
    let latin =
        FIVE.replace("<int>5</int>", "é").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<_>>();
    let client = Client::from_transport(Canned::new([Ok(Reply::new(latin).with_headers(headers))]));
    assert_eq!(client.call::<_, String>("f", ()).await.unwrap(), "é");
}

// ── tower ──

/// A service that is no transport by itself.
#[derive(Clone)]
struct Five(Arc<AtomicUsize>);

impl Service<Request> for Five {
    type Response = Reply;
    type Error = std::io::Error;
    type Future = Ready<Result<Reply, std::io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        ready(match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(Reply::new(FIVE)),
            _ => Err(std::io::Error::other("only once")),
        })
    }
}

#[tokio::test]
async fn a_service_is_a_transport_and_a_transport_a_service() {
    let client = Client::from_transport(Five(Arc::default()));
    assert_eq!(add(&client).await.unwrap(), 5);
    let error = add(&client).await.unwrap_err();
    assert!(error.is_transport() && !error.is_connect(), "{error:#}");
    assert!(format!("{error:#}").ends_with(": only once"), "{error:#}");

    let service = TransportService::new(Canned::new([Ok(Reply::new(FIVE))]));
    let reply = service.oneshot(Request::new("<methodCall/>")).await.unwrap();
    assert_eq!(reply.body(), FIVE);
}

#[tokio::test]
async fn layers_stand_around_the_transport_of_a_url() {
    let peer = Peer::start([ok(FIVE), Answer::Keep(Vec::new())]).await;
    let mark = MapRequestLayer::new(|mut request: Request| {
        request.headers_mut().insert("x-layer", HeaderValue::from_static("1"));
        request
    });
    let marking = || Client::builder(&peer.url("/x")).layer(mark.clone());
    assert_eq!(add(&marking().build().unwrap()).await.unwrap(), 5);
    let impatient = marking().layer(TimeoutLayer::new(Duration::from_millis(200))).build().unwrap();
    let error = add(&impatient).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_connect(), "{error:#}");
    assert!(error.to_string().contains(&peer.url("/x")), "{error}");
    assert!(peer.requests().iter().all(|request| request.header("x-layer") == Some("1")));
}

#[tokio::test]
async fn a_call_that_a_layer_turns_away_was_not_sent() {
    let peer = Peer::start([Answer::Keep(Vec::new()), ok(FIVE)]).await;
    let client = Client::builder(&peer.url(""))
        .layer(ServiceBuilder::new().load_shed().layer(GlobalConcurrencyLimitLayer::new(1)))
        .build()
        .unwrap();
    let short = client.with_timeout(Duration::from_millis(200));
    let (first, second) = tokio::join!(add(&short), add(&short));
    assert!(first.unwrap_err().is_timeout());
    let error = second.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert_eq!(add(&client).await.unwrap(), 5);
}

/// Another policy than the client's own: again for whatever fails, if the request says that this does no harm.
#[derive(Clone)]
struct Again;

impl<E> tower::retry::Policy<Request, Reply, E> for Again {
    type Future = Ready<()>;

    fn retry(&mut self, request: &mut Request, result: &mut Result<Reply, E>) -> Option<Ready<()>> {
        (result.is_err() && request.is_idempotent()).then(|| ready(()))
    }

    fn clone_request(&mut self, request: &Request) -> Option<Request> {
        Some(request.clone())
    }
}

#[tokio::test]
async fn retries_of_tower_apply() {
    let failures = || (0..4).map(|_| Err(TransportError::broken("no")));
    let canned = Canned::new(failures().chain([Ok(Reply::new(FIVE))]));
    let service = ServiceBuilder::new().retry(Again).service(TransportService::new(canned.clone()));
    let client = ClientBuilder::from_transport(service).retries(0).build().unwrap();
    add(&client).await.unwrap_err();
    assert_eq!(canned.sent(), 1);
    assert_eq!(add(&client.idempotent()).await.unwrap(), 5);
    assert_eq!(canned.sent(), 5);
}

#[tokio::test]
async fn a_rate_limit_holds_calls_back() {
    let canned = Canned::new([Ok(Reply::new(FIVE)), Ok(Reply::new(FIVE))]);
    let service = ServiceBuilder::new()
        .buffer(16)
        .rate_limit(1, Duration::from_secs(1000))
        .service(TransportService::new(canned.clone()));
    let client = Client::from_transport(service);
    assert_eq!(add(&client).await.unwrap(), 5);
    let error = add(&client.with_timeout(Duration::from_millis(30))).await.unwrap_err();
    assert!(error.is_timeout(), "{error:#}");
    assert_eq!(canned.sent(), 1);
}

#[tokio::test]
async fn a_balance_spreads_calls_over_servers() {
    let servers: Vec<_> = (0..2).map(|_| Canned::new((0..100).map(|_| Ok(Reply::new(FIVE))))).collect();
    let counted =
        |server: &Canned| PendingRequests::new(TransportService::new(server.clone()), CompleteOnResponse::default());
    let services: Vec<_> = servers.iter().map(counted).collect();
    let balance = Balance::<_, Request>::new(ServiceList::new(services));
    let client = Client::from_transport(Buffer::new(balance, 16));
    for _ in 0..100 {
        assert_eq!(add(&client).await.unwrap(), 5);
    }
    let sent: Vec<_> = servers.iter().map(Canned::sent).collect();
    assert_eq!(sent.iter().sum::<usize>(), 100);
    assert!(sent.iter().all(|sent| *sent > 0), "{sent:?}");
}
