//! Credentials are shown by nothing: not by what is logged at the lowest level, nor by `Debug`, nor by errors.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::fmt::{Debug, Display, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tagwire::client::transport::{Record, Replay, Request, TransportService};
use tagwire::{Client, Dispatcher, Fault, Methods, Value};
use tower::util::MapRequestLayer;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::{Event, Metadata, Subscriber};

use crate::support::peer::{Answer, FAULT, FIVE, Peer, Protocol, closed_port, ok, reply};
use crate::support::socket::Folder;
use crate::support::tunnel;

mod support;

/// Everything that is logged by anyone, at any level, with its spans.
static LOG: Mutex<String> = Mutex::new(String::new());

struct Keeper;

impl Subscriber for Keeper {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut log = LOG.lock().unwrap();
        write!(log, "\n{}", span.metadata().name()).unwrap();
        span.record(&mut Line(&mut log));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &SpanRecord<'_>) {
        values.record(&mut Line(&mut LOG.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = LOG.lock().unwrap();
        write!(log, "\n{} {}", event.metadata().level(), event.metadata().target()).unwrap();
        event.record(&mut Line(&mut log));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What is logged the other way, as rustls does it.
impl log::Log for Keeper {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        write!(LOG.lock().unwrap(), "\n{} {} {}", record.level(), record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

/// What a user may see.
#[derive(Default)]
struct Shown(String);

impl Shown {
    fn debug(&mut self, what: &impl Debug) {
        write!(self.0, "{what:?}\n{what:#?}\n").unwrap();
    }

    fn all(&mut self, what: &(impl Debug + Display)) {
        self.debug(what);
        write!(self.0, "{what}\n{what:#}\n").unwrap();
    }
}

/// Each way to have credentials, and what must not be seen of them, encoded or not.
const SECRETS: [&str; 7] = ["sesame", "p%40ss", "p@ss", "YWRhOnBAc3M", "c2VzYW1l", "Y29va2ll", "Ym9iOnNlc2FtZQ"];

#[tokio::test]
async fn nothing_shows_credentials() {
    tracing::subscriber::set_global_default(Keeper).unwrap();
    log::set_logger(&Keeper).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let mut shown = Shown::default();
    let folder = Folder::new("secrets");
    every_end_of_a_call(&mut shown, &folder).await;
    a_server_that_quotes_the_request(&mut shown).await;
    servers_that_are_not_there(&mut shown).await;
    urls_of_no_use(&mut shown);
    a_look_at_the_wire(&mut shown).await;
    layers_and_the_same_process(&mut shown).await;
    cookies(&mut shown).await;
    tls(&mut shown).await;

    let log = LOG.lock().unwrap();
    assert!(log.contains("\ncall method=\"add\" url=http://"), "{log}");
    assert!(log.contains(" rustls::"), "{log}");
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
        assert!(!shown.0.contains(secret), "{secret} in\n{}", shown.0);
    }
}

fn answers() -> Vec<Answer> {
    let setting = |status: &str, headers: &str| {
        let head = format!("HTTP/1.1 {status}\r\nSet-Cookie: sid=sesame\r\nX-Auth-Token: sesame\r\n{headers}");
        Answer::Keep(format!("{head}Content-Length: 2\r\n\r\nno").into())
    };
    vec![
        ok(FIVE),
        ok(FAULT),
        ok("<html/>"),
        ok(&FIVE.replace("<int>5</int>", "text")),
        reply("401 Unauthorized", "who are you?"),
        reply("407 Proxy Authentication Required", "who are you?"),
        setting("404 No", ""),
        setting("307 Temporary Redirect", "Location: /elsewhere\r\n"),
        setting("200 OK", ""),
        reply("503 Busy", ""),
        Answer::Last("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<".into()),
        ok(&" ".repeat(2000)),
        Answer::Close,
        Answer::Keep(Vec::new()),
    ]
}

/// Over each way without TLS.
async fn every_end_of_a_call(shown: &mut Shown, folder: &Folder) {
    let mut ways = Vec::new();
    let peer = Peer::start(answers()).await;
    ways.push(("http", format!("http://ada:p%40ss@{}", peer.address), peer, None));
    let peer = Peer::speaking(Protocol::Scgi, answers()).await;
    ways.push(("scgi", format!("scgi://ada:p%40ss@{}", peer.address), peer, None));
    let peer = Peer::start(answers()).await;
    let proxy = format!("http://bob:sesame@{}", peer.address);
    ways.push(("proxy", "http://ada:p%40ss@server.example".to_owned(), peer, Some(proxy)));
    #[cfg(unix)]
    for (scheme, protocol) in [("unix", Protocol::Http), ("scgi+unix", Protocol::Scgi)] {
        let path = folder.path(scheme);
        let url = format!("{scheme}://ada:p%40ss@{}", path.display());
        ways.push((scheme, url, Peer::at(&path, protocol, answers()), None));
    }
    for (way, url, peer, proxy) in ways {
        let mut builder =
            Client::builder(&url).header("x-api-key", "sesame").retry_pause(Duration::ZERO).max_response_size(1000);
        if let Some(proxy) = &proxy {
            builder = builder.proxy(proxy);
        }
        shown.debug(&builder);
        let file = folder.path(&format!("{way}.txt"));
        let builder = builder.wrap(|transport| Record::new(transport, &file)).unwrap();
        shown.debug(&builder);
        let client =
            builder.build().unwrap().with_header("Authorization-Extra", "sesame").with_header("cookie", "sesame");
        shown.debug(&client);
        assert_eq!(client.call::<_, i32>("add", ("sesame",)).await.unwrap(), 5, "{way}");
        for _ in 2..answers().len() {
            shown.all(&client.call::<_, i32>("add", ("sesame",)).await.unwrap_err());
        }
        let impatient = client.with_timeout(Duration::from_millis(100));
        shown.all(&impatient.call::<_, i32>("add", ("sesame",)).await.unwrap_err());
        shown.all(&client.idempotent().call::<_, i32>("add", ("sesame",)).await.unwrap_err());
        let mut batch = client.multicall();
        let call = batch.call::<_, i32>("add", ("sesame",));
        shown.debug(&batch);
        shown.debug(&call);
        shown.all(&batch.send().await.unwrap_err());
        let requests = peer.requests();
        assert!(requests.len() > answers().len(), "{way}");
        assert!(requests.iter().all(|request| request.head.contains("YWRhOnBAc3M")), "{way}");
        assert!(requests.iter().all(|request| request.head.contains("Ym9iOnNlc2FtZQ") == proxy.is_some()), "{way}");
        let recorded = std::fs::read_to_string(&file).unwrap();
        // What a call has among its parameters is recorded, its headers are not.
        let headers: String = recorded.lines().filter(|line| !line.contains(" | ")).collect();
        shown.all(&headers);
        shown.debug(&Replay::new(&file).unwrap());
    }
}

/// Servers that quote what they were sent, as those that are made to be debugged do.
async fn a_server_that_quotes_the_request(shown: &mut Shown) {
    let quoted = "authorization: Basic YWRhOnBAc3M=\r\nx-api-key: sesame\r\nyour password is p@ss";
    let cut_off = format!("{}Basic YWRhOnBAc3M=", "x".repeat(185));
    let redirect = "HTTP/1.1 302 Found\r\nLocation: http://ada:p@ss@h/\r\nContent-Length: 0\r\n\r\n";
    let answers = [reply("400 Bad", quoted), ok(quoted), reply("400 Bad", &cut_off), Answer::Keep(redirect.into())];
    let count = answers.len();
    let peer = Peer::start(answers).await;
    let url = format!("http://ada:p%40ss@{}", peer.address);
    let client = Client::builder(&url).header("x-api-key", "sesame").build().unwrap();
    for _ in 0..count {
        let error = client.call::<_, Value>("f", ()).await.unwrap_err();
        shown.all(&error);
        shown.all(&String::from_utf8_lossy(error.protocol_error().unwrap().body()));
    }
    assert_eq!(peer.requests().len(), count);
}

async fn servers_that_are_not_there(shown: &mut Shown) {
    let nowhere = closed_port();
    let url = format!("http://ada:p%40ss@{nowhere}");
    shown.all(&Client::new(&url).unwrap().call::<_, Value>("f", ()).await.unwrap_err());
    let builder = Client::builder(&url).proxy(&format!("http://bob:sesame@{nowhere}")).credentials("ada", "p@ss");
    shown.debug(&builder);
    shown.all(&builder.build().unwrap().call::<_, Value>("f", ()).await.unwrap_err());
}

fn urls_of_no_use(shown: &mut Shown) {
    for url in ["http://ada:p%40ss@", "http://ada:p%40ss@h:port", "unix://ada:p%40ss@x", "x://ada:p%40ss@h"] {
        shown.all(&Client::new(url).unwrap_err());
        shown.all(&Client::builder("http://h").proxy(url).build().unwrap_err());
    }
}

async fn a_look_at_the_wire(shown: &mut Shown) {
    let peer = Peer::start(answers()).await;
    let seen = Arc::new(Mutex::new(Shown::default()));
    let look = seen.clone();
    let client = Client::builder(&format!("http://ada:p%40ss@{}", peer.address))
        .header("x-api-key", "sesame")
        .verbose(move |message| look.lock().unwrap().all(message))
        .build()
        .unwrap();
    for _ in 0..9 {
        client.call::<_, i32>("add", (2, 3)).await.ok();
    }
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!(seen.0.matches("x-api-key: (redacted)").count(), 2 * 9);
    shown.0 += &seen.0;
}

async fn layers_and_the_same_process(shown: &mut Shown) {
    let methods = Methods::new().register_fn("fail", |_: String| Err::<i32, _>(Fault::new(1, "no")));
    let dispatcher = Dispatcher::new(methods);
    let client = Client::in_process(dispatcher.clone()).with_header("authorization", "Basic c2VzYW1l");
    shown.all(&client.call::<_, i32>("fail", ("sesame",)).await.unwrap_err());

    let seen = Arc::new(Mutex::new(Shown::default()));
    let look = seen.clone();
    let layer = MapRequestLayer::new(move |request: Request| {
        look.lock().unwrap().debug(&request);
        request
    });
    let url = format!("http://ada:p%40ss@{}", closed_port());
    let builder = Client::builder(&url).layer(layer);
    shown.debug(&builder);
    shown.all(&builder.build().unwrap().call::<_, i32>("fail", ("sesame",)).await.unwrap_err());
    shown.debug(&TransportService::new(dispatcher));
    shown.0 += &seen.lock().unwrap().0;
}

async fn cookies(shown: &mut Shown) {
    let head = format!("HTTP/1.1 200 OK\r\nSet-Cookie: sid=sesame\r\nContent-Length: {}\r\n\r\n", FIVE.len());
    let peer = Peer::start([Answer::Keep((head + FIVE).into()), reply("404 No", "")]).await;
    let client = Client::builder(&peer.url("")).cookies(true).build().unwrap();
    assert_eq!(client.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    shown.all(&client.call::<_, i32>("add", (2, 3)).await.unwrap_err());
    assert_eq!(peer.requests()[1].header("cookie"), Some("sid=sesame"));
    shown.debug(&client);
}

/// With the handshake and without, directly and through a tunnel.
async fn tls(shown: &mut Shown) {
    use tagwire::client::transport::TlsConfig;
    use tagwire::{Headers, Server, server};

    let file = |name: &str| format!("{}/tests/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let config = server::TlsConfig::from_pem_files(file("server.pem"), file("server-key.pem")).unwrap();
    let serving = Server::bind("127.0.0.1:0").await.unwrap().tls(config);
    let port = serving.local_addr().unwrap().port();
    let known = |headers: Headers| headers["authorization"] == "Basic YWRhOnBAc3M=" && headers["x-api-key"] == "sesame";
    let methods = Methods::new().register_fn("known", known);
    tokio::spawn(async move { serving.serve(methods).await });

    let trusting = TlsConfig::default()
        .authority(file("authority.pem"))
        .client_certificate(file("client.pem"), file("client-key.pem"));
    let (proxy, asked) = tunnel::tunnel(port, "HTTP/1.1 200 Connection established\r\n\r\n").await;
    let (refusing, _) = tunnel::tunnel(port, "HTTP/1.1 407 Who are you\r\n\r\n").await;
    let plain = Peer::start(answers()).await;
    for (port, tls, proxy, answered) in [
        (port, trusting.clone(), None, true),
        (port, trusting.clone(), Some(proxy), true),
        (port, trusting.clone(), Some(refusing), false),
        (port, TlsConfig::default().pinned("00".repeat(32)), None, false),
        (port, TlsConfig::default(), None, false),
        (plain.address.port(), trusting.clone(), None, false),
        (port, trusting, Some(plain.address), false),
    ] {
        let url = format!("https://ada:p%40ss@localhost:{port}");
        let mut builder = Client::builder(&url).tls(tls).header("x-api-key", "sesame");
        if !answered {
            // Some say nothing.
            builder = builder.connect_timeout(Duration::from_millis(200));
        }
        if let Some(proxy) = proxy {
            builder = builder.proxy(&format!("http://bob:sesame@{proxy}"));
        }
        shown.debug(&builder);
        let client = builder.build().unwrap();
        match client.call::<_, bool>("known", ()).await {
            Ok(known) => assert!(known && answered),
            Err(error) => {
                assert!(!answered, "{error:#}");
                shown.all(&error);
            }
        }
        shown.all(&client.call::<_, i32>("nothing", ("sesame",)).await.unwrap_err());
    }
    assert!(asked.await.unwrap().contains("Basic Ym9iOnNlc2FtZQ=="));
}
