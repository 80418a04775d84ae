//! What runs in the other process: the server that is attacked, or one of hyper alone to compare it with.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tagwire::server::Listener;
use tagwire::{Methods, OverloadPolicy, Server, Stats, XmlRpcService};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use super::descriptors::expect_descriptors;

mod tally;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Tagwire,
    /// Reads requests, and answers all of them alike.
    BareHyper,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tagwire => "serve-tagwire",
            Self::BareHyper => "serve-bare-hyper",
        }
    }
}

/// What this process is to be, if it is to be a server.
pub(crate) fn role(arguments: &[String]) -> Option<(Role, &[String])> {
    let (first, rest) = arguments.split_first()?;
    let role = [Role::Tagwire, Role::BareHyper].into_iter().find(|role| role.name() == first)?;
    Some((role, rest))
}

/// Prints its address, and serves until it is told to stop.
#[tokio::main]
pub(crate) async fn play(role: Role, settings: &[String]) {
    let mut settings = Settings::parse(settings);
    match settings.take("nofile") {
        Some(most) => limit_descriptors(most as u64),
        None => expect_descriptors(256),
    }
    match role {
        Role::Tagwire => serve(settings).await,
        Role::BareHyper => serve_bare(settings).await,
    }
}

async fn serve(mut settings: Settings) {
    let ran = Arc::new(Mutex::new(BTreeMap::<u64, Vec<u64>>::new()));
    let work = Arc::new(Work::default());
    let mut service = XmlRpcService::new(methods(&ran, &work));
    if let Some(bytes) = settings.take("max_buffered") {
        service = service.max_buffered(bytes);
    }
    if let Some(limit) = settings.take("body_timeout") {
        service = service.body_timeout(milliseconds(limit));
    }
    if let Some(calls) = settings.take("max_concurrent") {
        service = service.max_concurrent(calls);
    }
    if let Some(calls) = settings.take("max_pending") {
        service = service.max_pending(calls);
    }
    if let Some(number) = settings.take("policy") {
        service = service.overload_policy(POLICIES[number]);
    }
    let counted = service.clone();
    let runtime = Handle::current();
    let answer = move || {
        let (most, tasks) = (work.most.load(Ordering::SeqCst), runtime.metrics().num_alive_tasks());
        format!("{} most={most} tasks={tasks}", line_of(counted.stats()))
    };
    if settings.take("tally").is_none() {
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        introduce(server.local_addr().unwrap(), answer);
        serve_connections(server, service, settings).await;
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    introduce(listener.local_addr().unwrap(), answer);
    let (listener, tally) = tally::Tallied::new(listener);
    serve_connections(Server::from_listener(listener), service, settings).await;
    for (client, calls) in &*ran.lock().unwrap() {
        println!("ran {client} {} {}", calls.len(), calls.iter().max().unwrap());
    }
    for (port, bytes) in tally.read_of_each() {
        println!("read {port} {bytes}");
    }
}

async fn serve_connections<L: Listener>(mut server: Server<L>, service: XmlRpcService, mut settings: Settings) {
    if let Some(limit) = settings.take("header_read_timeout") {
        server = server.header_read_timeout(milliseconds(limit));
    }
    if let Some(limit) = settings.take("keep_alive_timeout") {
        server = server.keep_alive_timeout(milliseconds(limit));
    }
    if let Some(limit) = settings.take("write_timeout") {
        server = server.write_timeout(milliseconds(limit));
    }
    if let Some(most) = settings.take("max_connections") {
        server = server.max_connections(most);
    }
    if let Some(limit) = settings.take("grace") {
        server = server.grace(milliseconds(limit));
    }
    settings.expect_none_left();
    let report = server.serve(service).serve_until_signal().await.unwrap();
    println!("report {} {}", report.answered(), report.aborted());
}

/// By the number that stands for each among the settings.
pub(crate) const POLICIES: [OverloadPolicy; 4] =
    [OverloadPolicy::Block, OverloadPolicy::Close, OverloadPolicy::Fault, OverloadPolicy::Http503];

/// How many calls of `work` run, and how many have run at the same time.
#[derive(Default)]
struct Work {
    running: AtomicU64,
    most: AtomicU64,
}

fn methods(ran: &Arc<Mutex<BTreeMap<u64, Vec<u64>>>>, work: &Arc<Work>) -> Methods {
    let (ran, work) = (ran.clone(), work.clone());
    Methods::new()
        .register_fn("add", |a: u64, b: u64| a + b)
        .register_fn("fill", |bytes: usize| "x".repeat(bytes))
        .register_fn("length", |text: String| text.len())
        .register_fn("stuck", async || tokio::time::sleep(Duration::from_secs(3600)).await)
        .register_fn("work", move |milliseconds: usize| {
            let work = work.clone();
            async move {
                work.most.fetch_max(work.running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(self::milliseconds(milliseconds)).await;
                work.running.fetch_sub(1, Ordering::SeqCst);
                true
            }
        })
        .register_fn("note", move |client: u64, call: u64| {
            ran.lock().unwrap().entry(client).or_default().push(call);
            async move {
                // Some wait and some do not, so that a stop finds calls in any state.
                if !call.is_multiple_of(4) {
                    tokio::time::sleep(Duration::from_millis(call % 4)).await;
                }
                call
            }
        })
}

/// What the other server answers to the same call.
const SUM: &[u8] =
    b"<?xml version=\"1.0\"?>\n<methodResponse><params><param><value><int>3</int></value></param></params>\
    </methodResponse>";

async fn serve_bare(settings: Settings) {
    settings.expect_none_left();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    introduce(listener.local_addr().unwrap(), String::new);
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let exchange = service_fn(async |request: Request<Incoming>| {
            request.into_body().collect().await.map(|body| {
                drop(body.to_bytes());
                let mut response = Response::new(Full::new(Bytes::from_static(SUM)));
                let xml = HeaderValue::from_static("text/xml; charset=utf-8");
                response.headers_mut().insert(header::CONTENT_TYPE, xml);
                response
            })
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), exchange));
    }
}

/// Tells the address. Then every line that comes is a question; when no more can come, nobody needs this process.
fn introduce(address: SocketAddr, answer: impl Fn() -> String + Send + 'static) {
    println!("{address}");
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            assert_eq!(line.unwrap(), "stats");
            println!("{}", answer());
        }
        std::process::exit(2);
    });
}

fn line_of(stats: Stats) -> String {
    let Stats { requests, admitted, refused, aborted, active, queued, completed, errored, cancelled, .. } = stats;
    format!(
        "requests={requests} admitted={admitted} refused={refused} aborted={aborted} active={active} queued={queued} \
         completed={completed} errored={errored} cancelled={cancelled} rejected_503={}",
        stats.rejected_503
    )
}

/// What the process was started with: names and numbers.
struct Settings(HashMap<String, usize>);

impl Settings {
    fn parse(settings: &[String]) -> Self {
        let settings = settings.iter().map(|setting| setting.split_once('=').unwrap());
        Self(settings.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect())
    }

    fn take(&mut self, name: &str) -> Option<usize> {
        self.0.remove(name)
    }

    fn expect_none_left(&self) {
        assert!(self.0.is_empty(), "no such settings: {:?}", self.0.keys());
    }
}

fn milliseconds(number: usize) -> Duration {
    Duration::from_millis(number as u64)
}

fn limit_descriptors(most: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: Some(most) }).unwrap();
}
