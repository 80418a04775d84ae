//! Bodies that are too large, or become so when they are decoded, many at once: all are refused, soon, and take no more memory
//! than there is for them.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use tokio::runtime::Runtime;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::child::Child;
use super::client::{Connection, request};
use super::scale::Scale;
use super::server::Role;
use super::table::{Bound, Bytes, Table, percentile};

const MB: usize = 1_000_000;

/// An answer within it is soon.
const SOON: Duration = Duration::from_millis(200);

pub(crate) fn run(scale: Scale, table: &mut Table) {
    let (size, throws): (usize, usize) = scale.pick((10, 1), (100, 3));
    let runtime = Runtime::new().unwrap();
    table.note("clients at once", size);
    // Whatever else the machine does is in these times, so the best of some throws tells most about the server.
    table.note("throws of each bomb, of which the times are those of the best", throws);
    for bomb in Bomb::all(scale.pick(10, 100)) {
        // Each has a server of its own, so that the memory is that of this bomb.
        let mut server = Child::start(Role::Tagwire, &[]);
        runtime.block_on(call(server.address));
        let base = server.memory();
        server.forget_peak();
        let request = Arc::new(bomb.request);
        let throws = (0..throws).map(|_| runtime.block_on(throw(server.address, request.clone(), size)));
        let throws: Vec<_> = throws.collect();
        let peak = server.peak();

        let name = bomb.name;
        let others = throws.iter().flatten().filter(|(status, _)| *status != Some(413)).count();
        table.hold(&format!("{name}: other ends than a 413"), Bound::exactly(others, 0));
        let took = throws.into_iter().map(|ends| ends.into_iter().map(|(_, took)| took).collect::<Vec<_>>());
        let mut best = took.min_by_key(|took| took.iter().max().copied()).unwrap();
        table.note(&format!("{name}: answered after, median"), percentile(&mut best, 50));
        let latest = percentile(&mut best, 100);
        table.hold(&format!("{name}: answered after, latest"), Bound::at_most(latest, SOON).delicate());
        let bound = Bytes(base.0 + 3 * (256 << 20) + size as u64 * 64 * 1024);
        table.hold(&format!("{name}: memory at most"), Bound::at_most(peak, bound));
        runtime.block_on(call(server.address));
        let ran = server.rest()["completed"];
        table.hold(&format!("{name}: calls carried out"), Bound::exactly(ran - 2, 0));
    }
    let inflating = inflating_alone(size);
    table.note("for comparison: 4 MiB inflated as often, one processor", inflating);
}

pub(super) struct Bomb {
    pub(super) name: String,
    pub(super) request: Request,
}

/// A beginning, and what is repeated until it is as long as it says, or for ever.
pub(super) struct Request {
    beginning: Vec<u8>,
    piece: Vec<u8>,
    times: usize,
}

impl Bomb {
    pub(super) fn all(megabytes: usize) -> Vec<Self> {
        let length = megabytes * MB;
        let gzip = |length| encoded("gzip", GzEncoder::new(Vec::new(), Compression::best()), length);
        let zlib = |length| encoded("deflate", ZlibEncoder::new(Vec::new(), Compression::best()), length);
        let bare = |length| encoded("deflate", DeflateEncoder::new(Vec::new(), Compression::best()), length);
        let head = "POST /RPC2 HTTP/1.1\r\nHost: test\r\n";
        let declared = format!("{head}Content-Length: {length}\r\n\r\n");
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
        let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x1_0000], b"\r\n".to_vec()].concat();
        vec![
            Self { name: "5 MB in gzip".to_owned(), request: gzip(5 * MB) },
            Self { name: format!("{megabytes} MB in a thousandth in gzip"), request: gzip(length) },
            Self { name: format!("{megabytes} MB in a thousandth in zlib"), request: zlib(length) },
            Self { name: format!("{megabytes} MB in a thousandth in deflate"), request: bare(length) },
            Self {
                name: format!("{megabytes} MB, and said so"),
                request: Request { beginning: declared.into(), piece: vec![b' '; 0x1_0000], times: length / 0x1_0000 },
            },
            Self {
                name: format!("{megabytes} MB in chunks"),
                request: Request { beginning: chunked.into(), piece: chunk, times: length / 0x1_0000 },
            },
        ]
    }
}

/// A call in whose only argument there are so many blanks.
fn encoded<W: Write + Finish>(coding: &str, mut encoder: W, length: usize) -> Request {
    encoder.write_all(b"<methodCall><methodName>add</methodName><params><param><value><string>").unwrap();
    let piece = vec![b' '; 100_000];
    for _ in 0..length / piece.len() {
        encoder.write_all(&piece).unwrap();
    }
    encoder.write_all(b"</string></value></param></params></methodCall>").unwrap();
    let body = encoder.finish();
    let beginning = super::raw::post(&format!("Content-Encoding: {coding}\r\n"), body);
    Request { beginning, piece: Vec::new(), times: 0 }
}

/// What all three encoders have, each as its own.
trait Finish {
    fn finish(self) -> Vec<u8>;
}

impl Finish for GzEncoder<Vec<u8>> {
    fn finish(self) -> Vec<u8> {
        Self::finish(self).unwrap()
    }
}

impl Finish for ZlibEncoder<Vec<u8>> {
    fn finish(self) -> Vec<u8> {
        Self::finish(self).unwrap()
    }
}

impl Finish for DeflateEncoder<Vec<u8>> {
    fn finish(self) -> Vec<u8> {
        Self::finish(self).unwrap()
    }
}

/// The status that each client gets, if it gets any, and how long after its first byte.
async fn throw(address: SocketAddr, request: Arc<Request>, size: usize) -> Vec<(Option<u16>, Duration)> {
    let ready = Arc::new(Barrier::new(size));
    let mut clients = JoinSet::new();
    for _ in 0..size {
        let (request, ready) = (request.clone(), ready.clone());
        clients.spawn(async move {
            let mut connection = Connection::open(address).await.unwrap();
            ready.wait().await;
            let began = Instant::now();
            let status = end_of(&mut connection, &request).await.ok();
            (status, began.elapsed())
        });
    }
    clients.join_all().await
}

/// Reads while it writes, as a client that knows of refusals does.
pub(super) async fn end_of(connection: &mut Connection, request: &Request) -> io::Result<u16> {
    connection.send(&request.beginning).await?;
    for _ in 0..request.times {
        let (mut reading, mut writing) = connection.stream.split();
        let mut first = [0; 12];
        tokio::select! {
            biased;
            peeked = reading.peek(&mut first) => {
                peeked?;
                break;
            }
            // An answer is told from an end by reading.
            written = tokio::io::AsyncWriteExt::write_all(&mut writing, &request.piece) => if written.is_err() { break },
        }
    }
    connection.answer().await.map(|answer| answer.status)
}

async fn call(address: SocketAddr) {
    let mut connection = Connection::open(address).await.unwrap();
    let answer = connection.exchange(&request("add", &[1, 2])).await.unwrap();
    assert_eq!(answer.status, 200);
}

/// How long one thread takes for what all of them make the server inflate before it refuses them.
fn inflating_alone(times: usize) -> Duration {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 4 << 20]).unwrap();
    let compressed = encoder.finish().unwrap();
    let mut piece = vec![0; 0x1_0000];
    let began = Instant::now();
    for _ in 0..times {
        let mut decoder = flate2::read::GzDecoder::new(&*compressed);
        while decoder.read(&mut piece).unwrap() > 0 {}
    }
    began.elapsed()
}
