//! The limits of a connection, each short and alone: what ends by it, and what it leaves in peace.

use std::convert::Infallible;
use std::future::{IntoFuture, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tagwire::server::HttpService;
use tagwire::{IntoService, MethodInfo, Methods, OnDisconnect, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Semaphore, mpsc};

use crate::support::raw::{Connection, call, post, within};

/// Longer than what a test does at once, and short enough to wait for.
const SHORT: Duration = Duration::from_millis(150);

// ── header_read_timeout ──

#[tokio::test]
async fn a_head_that_drips_is_given_up() {
    // A used connection has waited with the longer limit before.
    let long = Duration::from_secs(3600);
    let test = Test::start(|server| only(server).header_read_timeout(SHORT).keep_alive_timeout(long)).await;
    for begin in ["", "P", "\r\n", "POST /RPC2 HTTP/1.1\r\nHost: test\r\nX: "] {
        drip_to_the_end(test.stream().await, begin).await;
        let mut used = test.stream().await;
        used.write_all(&post("", call("ping"))).await.unwrap();
        within("an answer", used.read(&mut [0; 4096])).await.unwrap();
        drip_to_the_end(used, begin).await;
    }
}

/// Sends a byte well within the limit, again and again, until the server has had enough.
async fn drip_to_the_end(stream: TcpStream, begin: &str) {
    let (mut reading, mut writing) = stream.into_split();
    writing.write_all(begin.as_bytes()).await.unwrap();
    let drip = async {
        let mut pace = tokio::time::interval(SHORT / 10);
        while writing.write_all(b"a").await.is_ok() {
            pace.tick().await;
        }
        std::future::pending::<()>().await;
    };
    let mut received = Vec::new();
    tokio::select! {
        () = drip => {}
        // A reset is an end, too.
        _ = within("an end", reading.read_to_end(&mut received)) => {}
    }
    assert_eq!(String::from_utf8_lossy(&received), "", "{begin:?}");
}

#[tokio::test]
async fn a_peer_that_sends_nothing_at_all_is_given_up() {
    let test = Test::start(|server| only(server).header_read_timeout(SHORT)).await;
    test.connect().await.expect_end().await;
}

#[tokio::test]
async fn an_idle_connection_outlives_the_limit_of_the_head() {
    let test = Test::start(|server| only(server).header_read_timeout(SHORT)).await;
    let mut idle = test.used().await;
    for _ in 0..2 {
        // Comes later, and has gone when the limit has passed.
        test.connect().await.expect_end().await;
        idle.expect_pong().await;
    }
}

#[tokio::test]
async fn a_body_may_take_longer_than_the_head() {
    let test = Test::start(|server| only(server).header_read_timeout(SHORT).keep_alive_timeout(SHORT)).await;
    let mut connection = test.used().await;
    let request = post("", call("ping"));
    let (head, body) = request.split_at(request.len() - 5);
    connection.send(head).await;
    test.connect().await.expect_end().await;
    test.used().await.expect_end().await;
    assert_eq!(connection.exchange(body).await.status, 200);
}

// ── keep_alive_timeout ──

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let test = Test::start(|server| only(server).keep_alive_timeout(SHORT)).await;
    // Not idle: it is waited for with the limit of the head.
    let mut fresh = test.connect().await;
    let mut used = test.connect().await;
    for _ in 0..3 {
        used.expect_pong().await;
    }
    used.expect_end().await;
    fresh.expect_pong().await;
    fresh.expect_end().await;
}

/// When a call takes its time, nothing but the answer wakes the connection.
#[tokio::test]
async fn an_idle_connection_is_closed_after_a_long_call() {
    let mut test = Test::start(|server| only(server).keep_alive_timeout(SHORT)).await;
    let mut connection = test.connect().await;
    for _ in 0..2 {
        connection.send(post("", call("wait"))).await;
        test.expect_started().await;
        test.used().await.expect_end().await;
        test.release.add_permits(1);
        assert_eq!(connection.answer().await.status, 200);
    }
    connection.expect_end().await;
}

#[tokio::test]
async fn each_request_begins_the_silence_anew() {
    let test = Test::start(|server| only(server).keep_alive_timeout(SHORT)).await;
    let mut busy = test.used().await;
    let mut pace = tokio::time::interval(SHORT / 5);
    let mut idle = test.used().await;
    let mut end = std::pin::pin!(idle.expect_end());
    loop {
        tokio::select! {
            () = &mut end => break,
            _ = pace.tick() => busy.expect_pong().await,
        }
    }
    busy.expect_pong().await;
}

#[tokio::test]
async fn a_call_may_take_longer_than_every_limit() {
    let short = |server: Server| server.header_read_timeout(SHORT).keep_alive_timeout(SHORT).write_timeout(SHORT);
    let mut test = Test::start(short).await;
    let mut waiting = test.used().await;
    waiting.send(post("", call("wait"))).await;
    test.expect_started().await;
    test.connect().await.expect_end().await;
    test.used().await.expect_end().await;
    test.release.add_permits(1);
    assert_eq!(waiting.answer().await.status, 200);
}

// ── pipelining ──

#[tokio::test]
async fn a_part_of_the_next_head_is_kept() {
    let test = Test::start(only).await;
    for split in [1, 4, 30] {
        let mut connection = test.connect().await;
        let request = post("", call("ping"));
        let (begin, end) = request.split_at(split);
        connection.send([&request, begin].concat()).await;
        assert_eq!(connection.answer().await.status, 200);
        connection.send([end, begin].concat()).await;
        assert_eq!(connection.answer().await.status, 200);
        assert_eq!(connection.exchange(end).await.status, 200);
    }
}

/// The first bytes came with the request before, so that the next read has none of them.
#[tokio::test]
async fn a_part_of_the_next_head_is_a_head_that_was_begun() {
    for request in [post("", call("ping")), chunked()] {
        let test = Test::start(|server| only(server).header_read_timeout(SHORT)).await;
        let mut connection = test.connect().await;
        let answer = connection.exchange([&request[..], b"POST /RP"].concat()).await;
        assert_eq!(answer.status, 200);
        connection.expect_end().await;

        let test = Test::start(|server| only(server).keep_alive_timeout(SHORT)).await;
        let mut connection = test.connect().await;
        let (begin, end) = request.split_at(8);
        assert_eq!(connection.exchange([&request[..], begin].concat()).await.status, 200);
        test.used().await.expect_end().await;
        assert_eq!(connection.exchange(end).await.status, 200);
        connection.expect_end().await;
    }
}

#[tokio::test]
async fn a_refused_body_that_is_still_coming_is_no_silence() {
    let short = |server: Server| only(server).keep_alive_timeout(SHORT).header_read_timeout(SHORT);
    let test = Test::start(short).await;
    let mut connection = test.connect().await;
    let head = "POST /other HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n";
    assert_eq!(connection.exchange(format!("{head}begin")).await.status, 404);
    test.used().await.expect_end().await;
    test.connect().await.expect_end().await;
    connection.send([b' '; 10]).await;
    test.connect().await.expect_end().await;
    connection.send([b' '; 985]).await;
    connection.expect_pong().await;
    connection.expect_end().await;
}

// ── write_timeout ──

#[tokio::test]
async fn a_peer_that_does_not_read_is_given_up() {
    let test = Test::serving(|server| only(server).write_timeout(SHORT).max_connections(1), large()).await;
    let mut stalled = test.greedy().await;
    // There is room for another only when the first is gone.
    let mut next = test.greedy().await;
    let mut first = [0; 12];
    within("an answer", next.read_exact(&mut first)).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let mut received = Vec::new();
    // What was under way, and then an end or a reset.
    within("an end", stalled.read_to_end(&mut received)).await.ok();
    assert!(received.len() < LARGE, "{}", received.len());
}

#[tokio::test]
async fn a_peer_that_reads_slowly_gets_its_answer() {
    let test = Test::serving(|server| only(server).write_timeout(SHORT).max_connections(2), large()).await;
    let mut slow = test.stream().await;
    slow.write_all(GREEDY).await.unwrap();
    let stalled = test.greedy().await;
    let mut third = test.greedy().await;
    let mut pace = tokio::time::interval(SHORT / 10);
    let (mut received, mut piece, mut first) = (0, vec![0; 512 * 1024], [0; 12]);
    loop {
        tokio::select! {
            // The one beside it is given up, a whole limit after it began, and makes room.
            read = third.read_exact(&mut first) => break assert_eq!(read.unwrap(), first.len()),
            _ = pace.tick() => received += within("a piece", slow.read(&mut piece)).await.unwrap(),
        }
    }
    drop((stalled, third));
    while received < LARGE {
        let read = within("the rest", slow.read(&mut piece)).await.unwrap();
        assert!(read > 0, "it ends after {received} bytes");
        received += read;
    }
}

// ── the rest ──

#[tokio::test]
async fn without_limits_nothing_is_timed() {
    let test = Test::start(|server| only(server).max_connections(usize::MAX)).await;
    let mut connection = test.connect().await;
    for _ in 0..100 {
        connection.expect_pong().await;
    }
    // Longer than the clock can count is no limit either.
    let endless = |server: Server| {
        let limit = Duration::MAX;
        server.header_read_timeout(limit).keep_alive_timeout(limit).write_timeout(limit)
    };
    Test::start(endless).await.used().await.expect_pong().await;
}

#[tokio::test]
async fn one_connection_too_many_waits_until_another_ends() {
    let test = Test::start(|server| only(server).max_connections(2)).await;
    let mut served = [test.used().await, test.used().await];
    let mut waiting = test.stream().await;
    waiting.write_all(&post("Connection: close\r\n", call("ping"))).await.unwrap();
    for _ in 0..100 {
        for connection in &mut served {
            connection.expect_pong().await;
        }
    }
    let early = waiting.try_read(&mut [0]).unwrap_err();
    assert_eq!(early.kind(), io::ErrorKind::WouldBlock);

    let [mut first, mut second] = served;
    first.finish().await;
    first.expect_end().await;
    let mut answer = String::new();
    within("an answer", waiting.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    second.expect_pong().await;
}

#[tokio::test]
async fn the_head_has_to_fit_the_buffer() {
    for (size, length, status) in
        [(64 << 10, 20_000, 200), (16 << 10, 12_000, 200), (16 << 10, 20_000, 431), (0, 7000, 200), (0, 9000, 431)]
    {
        let test = Test::start(|server| only(server).max_buf_size(size)).await;
        let header = format!("X: {}\r\n", "y".repeat(length));
        let answer = test.connect().await.exchange(post(&header, call("ping"))).await;
        assert_eq!(answer.status, status, "{length} in {size}");
    }
}

#[tokio::test]
async fn a_service_that_panics_takes_only_its_connection_along() {
    let service = tower::service_fn(|request: Request<Incoming>| async move {
        assert_eq!(request.uri().path(), "/", "the test wants a panic");
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("here")))
    });
    let test = Test::serving(|server| only(server).max_connections(2), service).await;
    let mut good = test.connect().await;
    for _ in 0..5 {
        let mut bad = test.connect().await;
        bad.send("GET /panic HTTP/1.1\r\n\r\n").await;
        bad.expect_end().await;
        assert_eq!(good.exchange("GET / HTTP/1.1\r\n\r\n").await.body, "here");
    }
}

/// A socket that is closed over unread bytes is reset, which can take the answer away.
#[tokio::test]
async fn what_a_peer_goes_on_sending_is_taken_before_the_end() {
    let test = Test::start(|server| only(server).max_buf_size(0)).await;
    let head = format!("POST /RPC2 HTTP/1.1\r\nX: {}", "y".repeat(4 << 20));
    for _ in 0..10 {
        let mut connection = test.connect().await;
        assert_eq!(connection.exchange(&head).await.status, 431);
        connection.finish().await;
        connection.expect_end().await;
    }
}

/// The head of the second is read while the answer to the first still waits to be taken: nobody must forget it then.
#[cfg(unix)]
#[tokio::test]
async fn a_request_that_comes_while_an_answer_waits_is_answered() {
    let hasty = tower::service_fn(async |request: Request<Incoming>| {
        let size = request.uri().path().trim_start_matches('/').parse().unwrap();
        // It answers before the body is there.
        tokio::spawn(request.into_body().collect());
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(vec![b'x'; size])))
    });
    let folder = std::env::temp_dir().join(format!("tagwire-hasty-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let server = Server::bind_unix(folder.join("socket")).await.unwrap();
    let server = server.header_read_timeout(None).keep_alive_timeout(None).write_timeout(None);
    tokio::spawn(server.serve(hasty).into_future());

    for size in (1..12).map(|times| times * 50_000) {
        for body in [1, 5_000, 20_000, 100_000] {
            let mut stream = tokio::net::UnixStream::connect(folder.join("socket")).await.unwrap();
            let head = format!("POST /{size} HTTP/1.1\r\nHost: test\r\nContent-Length: {body}\r\n\r\n");
            let requests = (head + &"b".repeat(body)).repeat(3);
            let (mut reading, mut writing) = stream.split();
            let answers = async {
                let mut received = 0;
                while received < 3 * size {
                    // Not all at once.
                    tokio::task::yield_now().await;
                    received += reading.read(&mut [0; 20_000]).await.unwrap();
                }
            };
            let exchange = async { tokio::join!(writing.write_all(requests.as_bytes()), answers).0.unwrap() };
            within(&format!("three answers of {size} bytes to {body}"), exchange).await;
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

// ── half_close ──

#[tokio::test]
async fn a_peer_that_ends_its_direction_is_answered_if_that_is_set() {
    let mut test = Test::start(|server| only(server).half_close(true)).await;
    let mut connection = test.connect().await;
    connection.send(post("", call("wait"))).await;
    test.expect_started().await;
    connection.finish().await;
    // The server has had every chance to see the end.
    test.connect().await.expect_pong().await;
    test.release.add_permits(1);
    assert_eq!(connection.answer().await.status, 200);
    connection.expect_end().await;
}

// ── waking ──

#[test]
fn a_server_without_limits_needs_no_timer() {
    let without_time = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    without_time.block_on(async {
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let serving = tokio::spawn(only(server).serve(Methods::new().register_fn("ping", || "pong")).into_future());
        let mut stream = TcpStream::connect(address).await.unwrap();
        for _ in 0..3 {
            stream.write_all(&post("", call("ping"))).await.unwrap();
            let mut received = Vec::new();
            while !received.ends_with(b"</methodResponse>") {
                assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0);
            }
        }
        assert!(!serving.is_finished());
    });
}

#[tokio::test]
async fn a_service_may_wake_its_own_task() {
    /// A look at the connection that came only after a moment would be felt.
    const TIMES: usize = 2_000;
    let restless =
        Methods::new().register_fn(MethodInfo::new("ping").with_on_disconnect(OnDisconnect::Cancel), async || {
            for _ in 0..TIMES {
                let mut woken = false;
                poll_fn(|cx| match std::mem::replace(&mut woken, true) {
                    true => Poll::Ready(()),
                    false => {
                        cx.waker().wake_by_ref();
                        Poll::Pending
                    }
                })
                .await;
            }
            "pong"
        });
    let test = Test::serving(only, restless).await;
    let mut connection = test.connect().await;
    for _ in 0..3 {
        connection.send(post("", call("ping"))).await;
        assert_eq!(within("2,000 times", connection.answer()).await.status, 200);
    }
}

#[tokio::test]
async fn a_body_streams_both_ways_at_once() {
    const CHUNKS: usize = 500;
    let mirror =
        tower::service_fn(async |request: Request<Incoming>| Ok::<_, Infallible>(Response::new(request.into_body())));
    let mut stream = Test::serving(only, mirror).await.stream().await;
    for _ in 0..2 {
        stream.write_all(b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n").await.unwrap();
        let mut received = Vec::new();
        let echoes = async {
            for count in 1..=CHUNKS {
                stream.write_all(b"3\r\nabc\r\n").await.unwrap();
                while received.windows(3).filter(|part| part == b"abc").count() < count {
                    assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0);
                }
            }
            stream.write_all(b"0\r\n\r\n").await.unwrap();
            while !received.ends_with(b"\r\n0\r\n\r\n") {
                assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0);
            }
        };
        within("500 chunks", echoes).await;
    }
}

// ── the server under test ──

/// No limit but what is set after.
fn only(server: Server) -> Server {
    server.header_read_timeout(None).keep_alive_timeout(None).write_timeout(None)
}

struct Test {
    address: SocketAddr,
    started: mpsc::UnboundedReceiver<()>,
    release: Arc<Semaphore>,
}

impl Test {
    async fn start(set: impl FnOnce(Server) -> Server) -> Self {
        let (starts, started) = mpsc::unbounded_channel();
        let release = Arc::new(Semaphore::new(0));
        let permits = release.clone();
        let methods = Methods::new().register_fn("ping", || "pong").register_fn("wait", move || {
            starts.send(()).unwrap();
            let permits = permits.clone();
            async move {
                permits.acquire().await.unwrap().forget();
                "waited"
            }
        });
        Self { started, release, ..Self::serving(set, methods).await }
    }

    async fn serving(
        set: impl FnOnce(Server) -> Server,
        app: impl IntoService<Incoming, Service: HttpService>,
    ) -> Self {
        let server = set(Server::bind("127.0.0.1:0").await.unwrap());
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(app).into_future());
        Self { address, started: mpsc::unbounded_channel().1, release: Arc::new(Semaphore::new(0)) }
    }

    async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    async fn stream(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection that has had its first answer.
    async fn used(&self) -> Connection {
        let mut connection = self.connect().await;
        connection.expect_pong().await;
        connection
    }

    /// One that has sent a request and has little room for the answer.
    async fn greedy(&self) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(self.address).await.unwrap();
        stream.write_all(GREEDY).await.unwrap();
        stream
    }

    async fn expect_started(&mut self) {
        within("a call of `wait`", self.started.recv()).await.unwrap();
    }
}

impl Connection {
    async fn expect_pong(&mut self) {
        let answer = self.exchange(post("", call("ping"))).await;
        assert!(answer.status == 200 && answer.body.contains("pong"), "{answer:?}");
    }
}

/// What is answered by a service of large answers.
const GREEDY: &[u8] = b"GET / HTTP/1.1\r\n\r\n";

/// More than the buffers of two sockets hold.
const LARGE: usize = 16 << 20;

/// A service whose answers are large.
fn large() -> impl HttpService<Body = Full<Bytes>> {
    let body = Bytes::from(vec![b'x'; LARGE]);
    tower::service_fn(move |_| {
        let response = Response::new(Full::new(body.clone()));
        async { Ok::<_, Infallible>(response) }
    })
}

/// A call of `ping`, in chunks.
fn chunked() -> Vec<u8> {
    let body = call("ping");
    let head = "POST /RPC2 HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
    format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).into_bytes()
}
