//! Connections that send a head or a body one byte a second: each is closed by its limit, none has a slot meanwhile, and
//! other clients hardly notice.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::child::Child;
use super::client::{Connection, request};
use super::descriptors::expect_descriptors;
use super::scale::Scale;
use super::server::Role;
use super::table::{Bound, Table, percentile};

pub(crate) fn run(scale: Scale, table: &mut Table) {
    let size = scale.pick(300, 2000);
    // Those of the full run are the defaults.
    let head_limit = Duration::from_secs(scale.pick(2, 10));
    let body_limit = Duration::from_secs(scale.pick(4, 60));
    let (rounds, calls) = scale.pick((2, 500), (5, 4000));
    expect_descriptors(size as u64 + 100);
    let settings = [
        ("max_connections", 2 * size),
        ("header_read_timeout", head_limit.as_millis() as usize),
        ("body_timeout", body_limit.as_millis() as usize),
    ];
    let mut server = Child::start(Role::Tagwire, &settings);
    let mut client = NormalClient::connect(server.address);
    client.call(calls);
    let idle = server.descriptors();

    let (mut without, mut with) = (Vec::new(), Vec::new());
    let mut most_slots = 0;
    for _ in 0..rounds {
        without.extend(client.call(calls));
        let crowd = Crowd::gather(server.address, size);
        server.wait_for("the crowd", |server| (server.descriptors() >= idle + size).then_some(()));
        with.extend(client.call(calls));
        most_slots = most_slots.max(slots(&mut server));
        crowd.dismiss();
        server.wait_for("the end of the crowd", |server| (server.descriptors() == idle).then_some(()));
    }
    let (median_without, median_with) = (percentile(&mut without, 50), percentile(&mut with, 50));
    table.note("a normal call without them, median", median_without);
    table.note("a normal call with them, median", median_with);
    let (without, with) = (percentile(&mut without, 99), percentile(&mut with, 99));
    table.note("a normal call without them, p99", without);
    table.hold("a normal call with them, p99", Bound::at_most(with, 2 * without).delicate());

    let crowd = Crowd::gather(server.address, size);
    while !crowd.is_over() {
        client.call(10);
        most_slots = most_slots.max(slots(&mut server));
        std::thread::sleep(Duration::from_millis(100));
    }
    let ends = crowd.ends();
    table.hold("slots that they ever had or waited for", Bound::exactly(most_slots, 0));
    let stats = server.rest();
    table.note("normal calls answered", client.answered);
    let others = stats["completed"] - client.answered;
    table.hold("calls carried out that are not normal", Bound::exactly(others, 0));
    for (part, limit, answer) in [(Part::Head, head_limit, None), (Part::Body, body_limit, Some("408"))] {
        let ends: Vec<_> = ends.iter().filter(|end| end.part == part).collect();
        let name = part.name();
        let wrong = ends.iter().filter(|end| end.answer.as_deref() != answer).count();
        let what =
            format!("{name}: other ends than {}", answer.map_or("a silent one".to_owned(), |code| format!("a {code}")));
        table.note(&format!("{name}: connections"), ends.len());
        table.hold(&what, Bound::exactly(wrong, 0));
        let mut after: Vec<_> = ends.iter().map(|end| end.first).collect();
        let early = after.iter().filter(|after| **after < limit).count();
        table.hold(&format!("{name}: ended before the limit"), Bound::exactly(early, 0));
        table.note(&format!("{name}: answered or closed after, median"), percentile(&mut after, 50));
        let latest = percentile(&mut after, 100);
        let bound = Bound::at_most(latest, limit + Duration::from_secs(1)).delicate();
        table.hold(&format!("{name}: answered or closed after, latest"), bound);
        let latest = ends.iter().map(|end| end.closed).max().unwrap();
        let bound = Bound::at_most(latest, limit + LINGER + Duration::from_secs(1)).delicate();
        table.hold(&format!("{name}: closed after, latest"), bound);
    }
    let left = server.descriptors() - idle;
    table.hold("connections left", Bound::exactly(left, 0));
}

/// For so long an answer may be on its way to a peer that goes on sending.
const LINGER: Duration = Duration::from_secs(5);

/// Calls that run or wait, while the normal client does not call.
fn slots(server: &mut Child) -> u64 {
    let stats = server.stats();
    stats["active"] + stats["queued"]
}

/// What is dripped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Body,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Head => "a dripping head",
            Self::Body => "a dripping body",
        }
    }

    /// What is sent at once.
    fn beginning(self) -> &'static [u8] {
        match self {
            Self::Head => b"POST /RPC2 HTTP/1.1\r\nHost: ",
            Self::Body => b"POST /RPC2 HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n",
        }
    }
}

struct Ended {
    part: Part,
    /// Until the first that came back, be it only the end.
    first: Duration,
    closed: Duration,
    /// The status of the answer, if there was one.
    answer: Option<String>,
}

/// Many of them, in a thread of their own.
struct Crowd {
    thread: JoinHandle<Vec<Ended>>,
    dismissed: Arc<Notify>,
}

impl Crowd {
    fn gather(address: SocketAddr, size: usize) -> Self {
        let dismissed = Arc::new(Notify::new());
        let notice = dismissed.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let mut crowd = JoinSet::new();
                for number in 0..size {
                    let part = if number % 2 == 0 { Part::Head } else { Part::Body };
                    let mut connection = Connection::open(address).await.unwrap();
                    let began = Instant::now();
                    connection.send(part.beginning()).await.unwrap();
                    // In a real crowd not all drip in the same moment.
                    let offset = Duration::from_secs(1) * u32::try_from(number).unwrap() / u32::try_from(size).unwrap();
                    crowd.spawn(drip(connection, part, began, offset));
                }
                tokio::select! {
                    () = notice.notified() => Vec::new(),
                    ends = crowd.join_all() => ends,
                }
            })
        });
        Self { thread, dismissed }
    }

    fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    fn ends(self) -> Vec<Ended> {
        self.thread.join().unwrap()
    }

    fn dismiss(self) {
        self.dismissed.notify_one();
        self.ends();
    }
}

async fn drip(connection: Connection, part: Part, began: Instant, offset: Duration) -> Ended {
    let (mut stream, mut writing) = connection.stream.into_split();
    let dripping = tokio::spawn(async move {
        tokio::time::sleep(offset).await;
        while writing.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let mut received = Vec::new();
    stream.readable().await.unwrap();
    let first = began.elapsed();
    // A reset is an end too, and what came before it counts.
    stream.read_to_end(&mut received).await.ok();
    let closed = began.elapsed();
    dripping.abort();
    let answer = String::from_utf8(received).unwrap().split(' ').nth(1).map(str::to_owned);
    Ended { part, first, closed, answer }
}

/// One that keeps its connection and calls again and again, in the thread of its caller.
struct NormalClient {
    stream: TcpStream,
    answered: u64,
}

impl NormalClient {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, answered: 0 }
    }

    /// How long each of some calls takes.
    fn call(&mut self, calls: usize) -> Vec<Duration> {
        let request = request("add", &[1, 2]);
        let mut answer = [0; 4096];
        let each = (0..calls).map(|_| {
            let began = Instant::now();
            self.stream.write_all(&request).unwrap();
            let mut length = 0;
            while !answer[..length].ends_with(b"</methodResponse>")
                && !answer[..length].ends_with(b"</methodResponse>\n")
            {
                let read = self.stream.read(&mut answer[length..]).unwrap();
                assert_ne!(read, 0, "closed: {:?}", String::from_utf8_lossy(&answer[..length]));
                length += read;
            }
            assert!(answer.starts_with(b"HTTP/1.1 200"));
            self.answered += 1;
            began.elapsed()
        });
        each.collect()
    }
}
