//! Bodies that are compressed, both ways: what is decoded and within which bounds, and what is encoded for whom.

use std::io::{Read, Write};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http::Request;
use http_body_util::Full;
use tagwire::{Fault, Methods, Value, XmlRpcService};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::child;
use crate::support::endpoint;
use crate::support::endpoint::{Endpoint, Reply, asked, call_with, document_value, padded};
use crate::support::raw;
use crate::support::raw::{call, post, within};
use peers::PYTHON;

use crate::peers;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

// ── requests ──

#[tokio::test]
async fn each_coding_is_decoded() {
    let document = call_with("length", &format!("<string>{}</string>", "€uro ".repeat(10_000)));
    let document = document.as_bytes();
    for (coding, body) in [
        ("gzip", gzip(document)),
        ("x-gzip", gzip(document)),
        ("GZip", gzip(document)),
        ("deflate", zlib(document)),
        ("deflate", raw_deflate(document)),
        ("Deflate", zlib(document)),
        // In two members and in many, as `cat` joins them.
        ("gzip", [gzip(&document[..100]), gzip(&document[100..])].concat()),
        ("gzip", document.chunks(1000).map(gzip).collect::<Vec<_>>().concat()),
        ("gzip", [gzip(document), gzip(b"")].concat()),
        ("gzip", [gzip(b""), gzip(document)].concat()),
    ] {
        assert!(body.len() < document.len());
        let service = Counted::service(|service| service);
        let reply = encoded(&service.service, coding, body).await;
        assert_eq!(reply.value(), Value::Int(50_000), "{coding}");
    }
}

#[tokio::test]
async fn a_header_of_gzip_may_carry_more() {
    let service = Counted::service(|service| service);
    let mut encoder = flate2::GzBuilder::new()
        .filename("call.xml")
        .comment("a call")
        .extra(vec![7; 100])
        .mtime(1)
        .write(Vec::new(), Compression::best());
    encoder.write_all(call("count").as_bytes()).unwrap();
    assert_eq!(encoded(&service.service, "gzip", encoder.finish().unwrap()).await.value(), Value::Int(1));
}

#[tokio::test]
async fn encoded_bodies_come_over_the_wire_with_a_length_or_in_chunks() {
    let server = Endpoint::of(Counted::service(|service| service).service).await;
    let body = gzip(call("count").as_bytes());
    let answer = server.post("Content-Encoding: gzip\r\n", &body).await;
    assert_eq!(endpoint::value(&answer), Value::Int(1));
    let pieces: Vec<_> = body.chunks(7).collect();
    let head = endpoint::chunked_head().replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n");
    let answer = server.exchange([head.as_bytes(), &endpoint::chunks(&pieces)].concat()).await;
    assert_eq!(endpoint::value(&answer), Value::Int(2));
}

#[tokio::test]
async fn the_charset_is_that_of_what_is_decoded() {
    let document =
        b"<methodCall><methodName>echo</methodName><params><param><value>\xe9</value></param></params></methodCall>";
    let request =
        Request::post("/RPC2").header("content-encoding", "gzip").header("content-type", "text/xml; charset=latin1");
    let request = request.body(Full::new(Bytes::from(gzip(document)))).unwrap();
    let service = Counted::service(|service| service);
    assert_eq!(asked(&service.service, request).await.value(), Value::String("é".to_owned()));
}

#[tokio::test]
async fn what_is_corrupt_runs_nothing() {
    let service = Counted::service(|service| service);
    let document = padded("count", 400);
    let whole = gzip(document.as_bytes());
    let mut wrong_sum = whole.clone();
    let mut wrong_length = whole.clone();
    let (sum, length) = (whole.len() - 8, whole.len() - 4);
    wrong_sum[sum] ^= 1;
    wrong_length[length] ^= 1;
    let mut wrong_zlib_sum = zlib(document.as_bytes());
    *wrong_zlib_sum.last_mut().unwrap() ^= 1;
    let mut bad = vec![
        ("gzip", wrong_sum, "a wrong checksum"),
        ("gzip", wrong_length, "a wrong length"),
        ("deflate", wrong_zlib_sum, "a wrong checksum in zlib"),
        ("gzip", document.clone().into_bytes(), "not encoded at all"),
        ("deflate", document.clone().into_bytes(), "not encoded at all, as deflate"),
        ("gzip", zlib(document.as_bytes()), "zlib as gzip"),
        ("deflate", whole.clone(), "gzip as deflate"),
        ("gzip", [&whole[..], b"garbage"].concat(), "garbage after it"),
        ("gzip", [&whole[..], &whole[..whole.len() - 1]].concat(), "a member that breaks off"),
        ("gzip", [&whole[..], &whole[..5]].concat(), "a member that breaks off in its header"),
        ("deflate", [&zlib(document.as_bytes())[..], b"garbage"].concat(), "garbage after zlib"),
        ("deflate", [&raw_deflate(document.as_bytes())[..], b"garbage"].concat(), "garbage after deflate"),
    ];
    for length in 0..whole.len() {
        bad.push(("gzip", whole[..length].to_vec(), "gzip that breaks off"));
    }
    for body in [zlib(document.as_bytes()), raw_deflate(document.as_bytes())] {
        for length in 0..body.len() {
            bad.push(("deflate", body[..length].to_vec(), "deflate that breaks off"));
        }
    }
    let mut wrong = Vec::new();
    for (coding, body, what) in bad {
        let length = body.len();
        let reply = encoded(&service.service, coding, body).await;
        if reply.status != 400 {
            wrong.push(format!("{what} ({coding}, {length} bytes): {}", reply.status));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!(service.counted(), 0);
}

/// Wherever a bit tips over: it runs only if all that was meant comes out in spite of it.
#[tokio::test]
async fn a_bit_that_tips_over_is_noticed() {
    let service = Counted::service(|service| service);
    let document = padded("count", 400);
    let whole = gzip(document.as_bytes());
    let mut noticed = 0;
    for bit in 0..whole.len() * 8 {
        let mut body = whole.clone();
        body[bit / 8] ^= 1 << (bit % 8);
        let before = service.counted();
        let reply = encoded(&service.service, "gzip", body.clone()).await;
        if reply.status == 400 {
            assert_eq!(service.counted(), before, "bit {bit}");
            noticed += 1;
        } else {
            assert_eq!(reply.value(), count(before + 1), "bit {bit}");
            assert_eq!(gunzip(&body), document.as_bytes(), "bit {bit}");
        }
    }
    // What is left is in the header, or in how the same is said.
    assert!(noticed > (whole.len() - 20) * 8, "{noticed}");
}

// ── limits ──

#[tokio::test]
async fn a_decoded_body_may_be_as_long_as_the_limit_and_no_longer() {
    const LIMIT: usize = 20_000;
    for (length, status) in [(LIMIT - 1, 200), (LIMIT, 200), (LIMIT + 1, 413), (LIMIT * 10, 413)] {
        let document = padded("count", length);
        let halves = document.as_bytes().split_at(length / 2);
        for (coding, body) in [
            ("gzip", gzip(document.as_bytes())),
            ("deflate", zlib(document.as_bytes())),
            ("deflate", raw_deflate(document.as_bytes())),
            ("gzip", [gzip(halves.0), gzip(halves.1)].concat()),
        ] {
            let service = Counted::service(|service| service.max_decoded_size(LIMIT));
            assert_eq!(encoded(&service.service, coding, body).await.status, status, "{length} bytes in {coding}");
            assert_eq!(service.counted(), usize::from(status == 200), "{length} bytes in {coding}");
        }
        // It is no limit for what is not encoded.
        let service = Counted::service(|service| service.max_decoded_size(LIMIT));
        assert_eq!(endpoint::ask(&service.service, document).await.status, 200);
    }
}

#[tokio::test]
async fn four_mebibytes_is_the_limit_unless_set() {
    for (length, status) in [(4 * MIB - 1, 200), (4 * MIB, 200), (4 * MIB + 1, 413)] {
        let service = Counted::service(|service| service);
        let reply = encoded(&service.service, "gzip", gzip(padded("count", length).as_bytes())).await;
        assert_eq!(reply.status, status, "{length}");
    }
}

#[tokio::test]
async fn the_size_on_the_wire_has_its_own_limit() {
    let body = gzip(padded("count", 10_000).as_bytes());
    for (limit, status) in [(body.len() - 1, 413), (body.len(), 200), (body.len() + 1, 200)] {
        let service = Counted::service(|service| service.max_request_size(limit));
        assert_eq!(encoded(&service.service, "gzip", body.clone()).await.status, status, "{limit}");
    }
}

#[test]
fn a_bomb_takes_no_more_than_the_limit() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (what, coding, body) in bombs() {
        let service = Counted::service(|service| service);
        let length = body.len();
        let request = encoded(&service.service, coding, body);
        let mut status = 0;
        let used = allocation_counter::measure(|| status = runtime.block_on(request).status);
        assert_eq!(status, 413, "{what}");
        let bound = (length + 3 * 4 * MIB) as u64;
        assert!(used.bytes_max <= bound, "{what}: {} bytes at a time", used.bytes_max);
        assert_eq!(service.counted(), 0);
    }
}

/// The same from outside: the memory of a process that is bombed again and again.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_is_bombed_stays_small() {
    let child = child::Child::start("closures", &[]);
    let peak = || -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * KIB
    };
    let address = child.address;
    // What it takes to serve at all is not what this is about.
    let mut connection = raw::Connection::open(address).await;
    assert_eq!(connection.exchange(post("", call("system.listMethods"))).await.status, 200);
    let before = peak();
    for (what, coding, body) in bombs() {
        for _ in 0..2 {
            let mut connection = raw::Connection::open(address).await;
            let request = post(&format!("Content-Encoding: {coding}\r\n"), &body);
            assert_eq!(connection.exchange(request).await.status, 413, "{what}");
        }
    }
    let grown = peak() - before;
    assert!(grown < 32 * MIB, "grown by {grown} bytes");
}

// ── responses ──

#[tokio::test]
async fn a_response_is_encoded_for_those_who_take_it() {
    let document = call_with("echo", &format!("<string>{}</string>", "text ".repeat(1000)));
    let service = Counted::service(|service| service);
    for (accept, encodes) in [
        (&["gzip"][..], true),
        (&["GZIP"], true),
        (&["x-gzip"], true),
        (&["gzip;q=1.0"], true),
        (&["gzip;q=0.5"], true),
        (&["gzip;q=0.001"], true),
        (&["gzip ; q=0.5"], true),
        (&["gzip;Q=0.5"], true),
        (&["deflate, gzip"], true),
        (&["deflate,gzip,br"], true),
        (&["br;q=1.0, gzip;q=0.8, *;q=0.1"], true),
        (&["gzip, *;q=0"], true),
        (&["*"], true),
        (&["*;q=0.5"], true),
        (&["br", "gzip"], true),
        (&["gzip", "br"], true),
        (&[" , gzip,,"], true),
        (&[], false),
        (&[""], false),
        (&["identity"], false),
        (&["deflate"], false),
        (&["br, deflate, zstd"], false),
        (&["gzip;q=0"], false),
        (&["gzip;q=0.0"], false),
        (&["gzip;q=0.000"], false),
        (&["gzip; q=0"], false),
        (&["gzip;Q=0"], false),
        (&["*;q=0"], false),
        (&["gzip;q=0, *"], false),
        (&["*, gzip;q=0"], false),
        (&["gzipped"], false),
        (&["not-gzip"], false),
    ] {
        let mut request = Request::post("/RPC2");
        for line in accept {
            request = request.header("accept-encoding", *line);
        }
        let reply = asked(&service.service, request.body(Full::new(Bytes::from(document.clone()))).unwrap()).await;
        assert_eq!(reply.header("content-encoding"), encodes.then_some("gzip"), "{accept:?}");
        let body = match encodes {
            true => {
                assert_eq!(reply.header("vary").map(str::to_ascii_lowercase).as_deref(), Some("accept-encoding"));
                assert!(reply.body.len() < 1000);
                gunzip(&reply.body)
            }
            false => reply.body.to_vec(),
        };
        assert_eq!(document_value(&body), Value::String("text ".repeat(1000)), "{accept:?}");
        assert_eq!(reply.header("content-type"), Some("text/xml; charset=utf-8"), "{accept:?}");
    }
}

#[tokio::test]
async fn a_response_is_encoded_from_the_threshold_on() {
    let service = |threshold: Option<usize>| Counted::service(|service| service.encode_threshold(threshold)).service;
    let usual = Counted::service(|service| service).service;
    // What stands around the text in the response.
    let around = accepting(&usual, "identity", &call_with("echo", "")).await.body.len();
    for (service, threshold) in [(usual, 1400), (service(Some(200)), 200), (service(Some(100_000)), 100_000)] {
        for (length, encodes) in [(threshold - 1, false), (threshold, false), (threshold + 1, true)] {
            let document = call_with("echo", &"x".repeat(length - around));
            assert_eq!(accepting(&service, "identity", &document).await.body.len(), length);
            let reply = accepting(&service, "gzip", &document).await;
            assert_eq!(reply.header("content-encoding").is_some(), encodes, "{length} of {threshold}");
        }
    }
    let reply = accepting(&service(Some(0)), "gzip", &call_with("echo", "")).await;
    assert_eq!(document_value(&gunzip(&reply.body)), Value::String(String::new()));
    let reply = accepting(&service(None), "gzip", &call_with("echo", &"x".repeat(MIB / 2))).await;
    assert_eq!(reply.header("content-encoding"), None);
}

#[tokio::test]
async fn a_fault_is_encoded_too() {
    let service = Counted::service(|service| service).service;
    let reply = accepting(&service, "gzip", &call("fails")).await;
    assert_eq!(endpoint::document_fault(&gunzip(&reply.body)), Fault::new(4, "text ".repeat(1000)));
}

#[tokio::test]
async fn each_level_is_read_back() {
    let text: String = (0..20_000).map(|number| format!("{number} ")).collect();
    let document = call_with("echo", &text);
    let mut sizes = Vec::new();
    for level in [0, 1, 5, 9, 10, u32::MAX] {
        let service = Counted::service(|service| service.compression_level(level)).service;
        let reply = accepting(&service, "gzip", &document).await;
        assert_eq!(document_value(&gunzip(&reply.body)), Value::String(text.clone()), "{level}");
        sizes.push(reply.body.len());
    }
    assert!(sizes[0] > sizes[1] && sizes[1] > sizes[3] && sizes[3] == sizes[4] && sizes[4] == sizes[5], "{sizes:?}");
}

/// On the wire, where a length that is wrong spoils the next answer.
#[tokio::test]
async fn an_encoded_response_has_the_length_of_its_encoded_body() {
    let server = Endpoint::of(Counted::service(|service| service).service).await;
    let text = "text ".repeat(10_000);
    let document = call_with("echo", &text);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let stay = post("Accept-Encoding: gzip\r\n", &document);
    let end = post("Accept-Encoding: gzip\r\nConnection: close\r\n", &document);
    stream.write_all(&[stay.clone(), stay, end].concat()).await.unwrap();
    let mut received = Vec::new();
    within("three answers", stream.read_to_end(&mut received)).await.unwrap();
    let mut rest = &received[..];
    for answer in 1..=3 {
        let end = rest.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = std::str::from_utf8(&rest[..end]).unwrap().to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200 ok\r\n") && head.contains("\r\ncontent-encoding: gzip\r\n"), "{head}");
        assert!(!head.contains("transfer-encoding"), "{head}");
        let length = head.split_once("content-length: ").unwrap().1.split_once("\r\n").unwrap().0;
        let (body, next) = rest[end..].split_at(length.parse().unwrap());
        assert_eq!(document_value(&gunzip(body)), Value::String(text.clone()), "answer {answer}");
        rest = next;
    }
    assert_eq!(rest, b"");
}

// ── Python ──

/// Python takes gzip and sends it from a threshold of its own; it also shows what went over the wire.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_talks_gzip_both_ways() {
    if !PYTHON.is_here() {
        return;
    }
    let script = r"
import sys, xmlrpc.client
class Transport(xmlrpc.client.Transport):
    encode_threshold = 100
    def send_content(self, connection, body):
        put = connection.putheader
        def putheader(name, *values):
            if name == 'Content-Encoding':
                self.sent = values[0]
            put(name, *values)
        connection.putheader, self.sent = putheader, None
        super().send_content(connection, body)
        del connection.putheader
    def parse_response(self, response):
        self.coding = response.getheader('Content-Encoding')
        return super().parse_response(response)
transport = Transport()
server = xmlrpc.client.ServerProxy(sys.argv[1], transport=transport)
text = 'text ' * 10000
assert server.echo(text) == text
print(transport.sent, transport.coding)
assert server.echo('x') == 'x'
print(transport.sent, transport.coding)
";
    for (threshold, prints) in [(Some(1400), "gzip gzip\ngzip None\n"), (None, "gzip None\ngzip None\n")] {
        let server = Endpoint::of(Counted::service(|service| service.encode_threshold(threshold)).service).await;
        let url = format!("http://{}/", server.address);
        let python = tokio::task::spawn_blocking(move || Command::new("python3").args(["-c", script, &url]).output());
        let output = python.await.unwrap().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!((stdout.as_ref(), stderr.as_ref()), (prints, ""));
    }
}

// ── the service under test ──

/// A service, and how often `count` has run.
struct Counted {
    service: XmlRpcService,
    counted: Arc<AtomicUsize>,
}

impl Counted {
    fn service(set: impl FnOnce(XmlRpcService) -> XmlRpcService) -> Self {
        let counted = Arc::new(AtomicUsize::new(0));
        let counting = counted.clone();
        let methods = Methods::new()
            .register_fn("count", move || i32::try_from(counting.fetch_add(1, Ordering::SeqCst) + 1).unwrap())
            .register_fn("echo", |value: Value| value)
            .register_fn("fails", || Err::<i32, _>(Fault::new(4, "text ".repeat(1000))))
            .register_fn("length", |text: String| text.chars().count() as u64);
        Self { service: set(XmlRpcService::new(methods)), counted }
    }

    fn counted(&self) -> usize {
        self.counted.load(Ordering::SeqCst)
    }
}

fn count(times: usize) -> Value {
    Value::Int(i32::try_from(times).unwrap())
}

async fn encoded(service: &XmlRpcService, coding: &str, body: Vec<u8>) -> Reply {
    let request = Request::post("/RPC2").header("content-encoding", coding).header("content-length", body.len());
    asked(service, request.body(Full::new(Bytes::from(body))).unwrap()).await
}

async fn accepting(service: &XmlRpcService, accept: &str, document: &str) -> Reply {
    let request = Request::post("/RPC2").header("accept-encoding", accept);
    asked(service, request.body(Full::new(Bytes::from(document.to_owned()))).unwrap()).await
}

// ── codings ──

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = GzDecoder::new(bytes);
    let mut decoded = Vec::new();
    decoder.read_to_end(&mut decoded).unwrap();
    assert_eq!(decoder.into_inner(), b"", "something stands after it");
    decoded
}

/// Bodies of about 100 KB that decode to 100 MB, and of a little less than 1 MiB that decode to 1 GB.
fn bombs() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let zeros = vec![0; 1_000_000];
    // A whole number of bytes that may be repeated: compressed without what went before, and flushed.
    let block = |start: &[u8]| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(start).unwrap();
        encoder.flush().unwrap();
        encoder.get_ref().clone()
    };
    let block = block(&zeros);
    let head = gzip(b"")[..10].to_vec();
    let repeated = |head: &[u8], times: usize| [head, &block.repeat(times)].concat();
    let member = gzip(&zeros);
    let bombs = vec![
        ("100 MB of gzip", "gzip", repeated(&head, 100)),
        ("1 GB of gzip", "gzip", repeated(&head, 1000)),
        ("100 MB of zlib", "deflate", repeated(&[0x78, 0xda], 100)),
        ("1 GB of deflate", "deflate", repeated(&[], 1000)),
        ("1 GB in 1,000 members", "gzip", member.repeat(1000)),
    ];
    for (what, _, body) in &bombs {
        assert!((50_000..MIB).contains(&body.len()), "{what}: {} bytes", body.len());
    }
    bombs
}
