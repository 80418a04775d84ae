//! The bytes that all requests and responses hold together: who waits for them, who is refused, and that all are given back.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use tagwire::{Methods, Value, XmlRpcService};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};
use tower::ServiceExt;

use crate::support::endpoint;
use crate::support::endpoint::{Endpoint, Reply, ask, at_rest, call_with, document_value, padded, until, value};
use crate::support::raw::{call, post, within};

const KB: usize = 1000;
const MB: usize = 1_000_000;
/// Such requests are not counted.
const UNCOUNTED: usize = 64 << 10;

fn methods() -> Methods {
    Methods::new()
        .register_fn("six", || 6)
        .register_fn("length", |text: String| text.len() as u64)
        .register_fn("fill", |bytes: usize| "x".repeat(bytes))
        .register_fn("late", async |text: String| {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            text.len() as u64
        })
}

fn text_of(method: &str, bytes: usize) -> String {
    call_with(method, &format!("<string>{}</string>", "x".repeat(bytes)))
}

fn filled(bytes: usize) -> String {
    call_with("fill", &format!("<int>{bytes}</int>"))
}

// ── requests ──

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_large_requests_at_once_wait_and_are_all_answered() {
    let server = Arc::new(Endpoint::of(XmlRpcService::new(methods()).max_buffered(4 * MB)).await);
    let request = Arc::new(post("", text_of("late", 900 * KB)));
    let mut clients = JoinSet::new();
    for _ in 0..60 {
        let (server, request) = (server.clone(), request.clone());
        clients.spawn(async move { value(&server.exchange(&*request).await) });
    }
    for answer in clients.join_all().await {
        assert_eq!(answer, Value::Int(900_000));
    }
    assert_eq!(server.at_rest().await.completed, 60);
}

/// What a service has taken and not yet answered is bounded, whether it knows beforehand how much comes or not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_is_taken_than_there_is_room_for() {
    for declared in [true, false] {
        // On a slow machine the last of them wait for long.
        let service = XmlRpcService::new(methods()).max_buffered(4 * MB).body_idle_timeout(Duration::from_secs(60));
        let document = text_of("late", 900 * KB);
        let meter = Arc::new(Meter::default());
        let mut calls = JoinSet::new();
        for _ in 0..60 {
            let request = Request::post("/RPC2");
            let request = match declared {
                true => request.header("content-length", document.len()),
                false => request.header("transfer-encoding", "chunked"),
            };
            let request = request.body(Metered::new(&document, &meter)).unwrap();
            let (service, meter, length) = (service.clone(), meter.clone(), document.len());
            calls.spawn(async move {
                let response = service.oneshot(request).await.unwrap();
                meter.now.fetch_sub(length, Ordering::SeqCst);
                response.status()
            });
        }
        assert!(calls.join_all().await.iter().all(|status| *status == 200), "declared: {declared}");
        // Each may have a piece in its hand that it has no room for yet, and those not counted.
        let most = meter.most.load(Ordering::SeqCst);
        assert!(most <= 4 * MB + 60 * (Metered::PIECE + UNCOUNTED), "declared: {declared}: {most} bytes at a time");
        assert!(most >= MB, "declared: {declared}: nothing was at the same time: {most}");
        at_rest(&service).await;
    }
}

/// Promises cost a peer nothing, so they must not cost others anything either.
#[tokio::test]
async fn peers_that_promise_much_and_send_little_take_no_room() {
    let server = Endpoint::of(XmlRpcService::new(methods()).max_buffered(2 * MB)).await;
    let mut peers = Vec::new();
    for framing in [
        "Content-Length: 1000000\r\n",
        "Content-Length: 1000000\r\nExpect: 100-continue\r\n",
        "Transfer-Encoding: chunked\r\n",
    ] {
        for _ in 0..10 {
            let mut peer = TcpStream::connect(server.address).await.unwrap();
            peer.write_all(format!("POST /RPC2 HTTP/1.1\r\nHost: test\r\n{framing}\r\n").as_bytes()).await.unwrap();
            peer.write_all(if framing.starts_with('C') { b" " } else { b"1\r\n \r\n" }).await.unwrap();
            peers.push(peer);
        }
    }
    until(&server.service, |stats| stats.requests == 30).await;
    let answer = server.exchange(post("", text_of("length", 900 * KB))).await;
    assert_eq!(value(&answer), Value::Int(900_000));
}

/// Nobody knows how much is still to come, and all come at the same time, one a little faster than the other. If each had its
/// share of the room and waited for more, none would ever get it.
#[tokio::test(start_paused = true)]
async fn bodies_of_unknown_length_do_not_wait_for_each_other() {
    for clients in [4, 5, 10, 20] {
        // The last has to wait for all others.
        let service = XmlRpcService::new(methods()).max_buffered(4 * MB).body_idle_timeout(Duration::from_secs(60));
        let service = service.body_timeout(Duration::from_secs(600));
        let document = text_of("length", 900 * KB);
        let mut calls = JoinSet::new();
        for client in 0..clients {
            let body = Paced::new(&document, Duration::from_millis(10 + client));
            let request = Request::post("/RPC2").header("transfer-encoding", "chunked");
            calls.spawn(endpoint::asked(&service, request.body(body).unwrap()));
        }
        expect_all_served(calls).await;
    }
}

/// What is compressed has room when it is read, and needs more when it is decoded.
#[tokio::test(start_paused = true)]
async fn compressed_bodies_do_not_wait_for_each_other() {
    let service = XmlRpcService::new(methods()).max_buffered(4 * MB);
    // As good as random, so that it takes room before it is decoded too.
    let mut state = 1_u64;
    let text: String = (0..900 * KB)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + u8::try_from(state >> 60).unwrap())
        })
        .collect();
    let document = call_with("length", &text);
    let body = gzip(document.as_bytes());
    assert!(body.len() > 400 * KB);
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let request = Request::post("/RPC2").header("content-encoding", "gzip").header("content-length", body.len());
        let body = Metered::new(&body, &Arc::default());
        calls.spawn(endpoint::asked(&service, request.body(body).unwrap()));
    }
    expect_all_served(calls).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_large_requests_in_chunks_wait_and_are_all_answered() {
    let server = Arc::new(Endpoint::of(XmlRpcService::new(methods()).max_buffered(4 * MB)).await);
    let document = text_of("late", 900 * KB);
    let pieces: Vec<_> = document.as_bytes().chunks(10 * KB).collect();
    let request = Arc::new([endpoint::chunked_head().as_bytes(), &endpoint::chunks(&pieces)].concat());
    let mut clients = JoinSet::new();
    for _ in 0..60 {
        let (server, request) = (server.clone(), request.clone());
        clients.spawn(async move { server.exchange(&*request).await.status });
    }
    let statuses = clients.join_all().await;
    let served = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(served, 60, "{:?}", server.service.stats());
}

async fn expect_all_served(calls: JoinSet<Reply>) {
    let replies = calls.join_all().await;
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, vec![200; replies.len()]);
}

/// Nor is what it is decoded to.
#[tokio::test]
async fn what_is_decoded_counts() {
    let service = XmlRpcService::new(methods()).max_buffered(5 * MB);
    let held = held(&service, 3 * MB).await;
    let document = padded("six", 3 * MB);
    let body = Bytes::from(gzip(document.as_bytes()));
    assert!(body.len() < UNCOUNTED);
    let request = || Request::post("/").header("content-encoding", "gzip").body(Full::new(body.clone())).unwrap();
    tokio::time::pause();
    assert_eq!(endpoint::asked(&service, request()).await.status, 503);
    drop(held);
    assert_eq!(endpoint::asked(&service, request()).await.value(), Value::Int(6));
}

// ── responses ──

#[tokio::test(start_paused = true)]
async fn responses_that_nobody_reads_count() {
    let service = XmlRpcService::new(methods()).max_buffered(4 * MB).body_idle_timeout(Duration::from_secs(3));
    let held = held(&service, 3_500 * KB).await;
    let large = text_of("length", 900 * KB);
    let start = tokio::time::Instant::now();
    let refused = ask(&service, large.clone()).await;
    assert_eq!(refused.status, 503);
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!(seconds > 0);
    // The clock stands still while anything can go on.
    assert!(start.elapsed() >= Duration::from_secs(3) && start.elapsed() < Duration::from_secs(4));
    assert_eq!(service.stats().rejected_503, 1);

    // What is small always has room.
    assert_eq!(ask(&service, call("six")).await.value(), Value::Int(6));
    assert_eq!(ask(&service, padded("six", UNCOUNTED)).await.value(), Value::Int(6));

    let waiting = tokio::spawn(ask(&service, large.clone()));
    sleep(Duration::from_secs(2)).await;
    assert!(!waiting.is_finished());
    drop(held);
    assert_eq!(waiting.await.unwrap().value(), Value::Int(900_000));
    assert_eq!(ask(&service, large).await.value(), Value::Int(900_000));
    at_rest(&service).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_read_or_given_up_is_given_back() {
    let service = XmlRpcService::new(methods()).max_buffered(2 * MB);
    let large = text_of("length", 900 * KB);
    for _ in 0..20 {
        // Read, not read, refused, dropped on the way.
        let response = held(&service, 900 * KB).await;
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(document_value(&body), Value::String("x".repeat(900 * KB)));
        drop(body);
        drop(held(&service, 900 * KB).await);
        assert_eq!(ask(&service, padded("missing", 900 * KB)).await.status, 200);
        assert_eq!(ask(&service, " ".repeat(900 * KB)).await.status, 200);
        assert_eq!(ask(&service, " ".repeat(MB + 100 * KB)).await.status, 413);
        let mut leaving = Box::pin(ask(&service, text_of("late", 900 * KB)));
        tokio::select! {
            biased;
            _ = &mut leaving => panic!("it is late"),
            () = tokio::task::yield_now() => {}
        }
        drop(leaving);
        at_rest(&service).await;
        assert_eq!(ask(&service, large.clone()).await.value(), Value::Int(900_000));
    }
    // There is room for as much as at first.
    let both = [held(&service, 900 * KB).await, held(&service, 900 * KB).await];
    assert!(both.iter().all(|response| response.status() == 200));
}

/// A part of a response may live on while the rest is gone.
#[tokio::test(start_paused = true)]
async fn a_part_that_is_kept_counts_until_it_goes() {
    let service = XmlRpcService::new(methods()).max_buffered(4 * MB);
    let body = held(&service, 3_500 * KB).await.into_body().collect().await.unwrap().to_bytes();
    let part = body.slice(10..20);
    drop(body);
    let large = text_of("length", 900 * KB);
    assert_eq!(ask(&service, large.clone()).await.status, 503);
    drop(part);
    assert_eq!(ask(&service, large).await.value(), Value::Int(900_000));
}

/// On the wire: clients that ask for much and read nothing, until they go away. What the system takes off the server's hands is
/// less than each of them asks for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_never_read_are_waited_for_within_bounds() {
    let service = XmlRpcService::new(methods()).max_buffered(40 * MB).body_idle_timeout(Duration::from_millis(100));
    let server = Endpoint::of(service).await;
    let mut idle = Vec::new();
    for completed in 1..=3 {
        let mut stream = connect_without_room(&server).await;
        stream.write_all(&post("", filled(13 * MB))).await.unwrap();
        until(&server.service, |stats| stats.completed == completed).await;
        idle.push(stream);
    }
    // 39 of 40 MB are on their way to nobody.
    let large = text_of("length", MB);
    for refused in 1..=3 {
        let answer = server.post("", &large).await;
        assert_eq!(answer.status, 503);
        assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
        assert_eq!(server.service.stats().rejected_503, refused);
    }
    assert_eq!(value(&server.post("", call("six")).await), Value::Int(6));
    drop(idle);
    // The server finds out about one after the other.
    within("room", async { while server.post("", &large).await.status != 200 {} }).await;
    let many = (0..30).map(|_| ask(&server.service, large.clone())).collect::<JoinSet<_>>().join_all().await;
    assert!(many.iter().all(|reply| reply.status == 200));
    server.at_rest().await;
}

// ── who asks ──

/// A response that is not yet read.
async fn held(service: &XmlRpcService, bytes: usize) -> Response<Full<Bytes>> {
    let request = Request::post("/").body(Full::new(Bytes::from(filled(bytes)))).unwrap();
    let response = service.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    response
}

/// A client whose side of the connection takes next to nothing that is not read.
async fn connect_without_room(server: &Endpoint) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    within("connecting", socket.connect(server.address)).await.unwrap()
}
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// How much of all bodies has been taken and not been answered.
#[derive(Default)]
struct Meter {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// A body in pieces that are counted as they are taken. After each, others have their turn.
struct Metered {
    rest: Bytes,
    turn: bool,
    meter: Arc<Meter>,
}

impl Metered {
    const PIECE: usize = 8 << 10;

    fn new(document: impl AsRef<[u8]>, meter: &Arc<Meter>) -> Self {
        Self { rest: Bytes::copy_from_slice(document.as_ref()), turn: false, meter: meter.clone() }
    }
}

impl Body for Metered {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.turn = !self.turn;
        if !self.turn {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.rest.len().min(Self::PIECE);
        let now = self.meter.now.fetch_add(length, Ordering::SeqCst) + length;
        self.meter.most.fetch_max(now, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }
}

/// A body in pieces, one after each pause.
struct Paced {
    rest: Bytes,
    pause: Duration,
    paused: Pin<Box<Sleep>>,
}

impl Paced {
    fn new(document: &str, pause: Duration) -> Self {
        Self { rest: Bytes::copy_from_slice(document.as_bytes()), pause, paused: Box::pin(sleep(pause)) }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        std::task::ready!(self.paused.as_mut().poll(cx));
        self.paused = Box::pin(sleep(self.pause));
        let length = self.rest.len().min(10 * KB);
        Poll::Ready((length > 0).then(|| Ok(Frame::data(self.rest.split_to(length)))))
    }
}
