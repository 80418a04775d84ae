//! Credentials are shown by nothing: not by what is logged at the lowest level, nor by `Debug`, nor by errors.

#![cfg(all(feature = "client", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::fmt::{Debug, Display, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use tagwire::client::transport::{Record, Replay};
use tagwire::{Client, Dispatcher, Fault, Methods, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::{Event, Metadata, Subscriber};

use peer::{Answer, FAULT, FIVE, Peer, Protocol, closed_port, ok, reply};
use socket::Folder;

#[path = "support/peer.rs"]
mod peer;
#[path = "support/socket.rs"]
mod socket;

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
    let mut shown = Shown::default();
    let folder = Folder::new("secrets");

    // Every way for a call to end.
    let cookie =
        format!("HTTP/1.1 404 No\r\nSet-Cookie: sid=sesame\r\nX-Auth-Token: sesame\r\nContent-Length: {}\r\n\r\nno", 2);
    let answers = || {
        [
            ok(FIVE),
            ok(FAULT),
            ok("<html/>"),
            ok(&FIVE.replace("<int>5</int>", "text")),
            reply("401 Unauthorized", "who are you?"),
            Answer::Keep(cookie.clone().into()),
            reply("503 Busy", ""),
            Answer::Last("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<".into()),
            ok(&" ".repeat(2000)),
            Answer::Close,
            Answer::Keep(Vec::new()),
        ]
    };
    let sockets = |name: &str| folder.path(name);
    let mut peers = vec![
        ("http://ada:p%40ss@", Peer::start(answers()).await, String::new()),
        ("scgi://ada:p%40ss@", Peer::speaking(Protocol::Scgi, answers()).await, String::new()),
    ];
    #[cfg(unix)]
    for (scheme, protocol, name) in
        [("unix://ada:p%40ss@", Protocol::Http, "h"), ("scgi+unix://ada:p%40ss@", Protocol::Scgi, "s")]
    {
        let path = sockets(name);
        peers.push((scheme, Peer::at(&path, protocol, answers()), path.display().to_string()));
    }
    for (scheme, peer, path) in &peers {
        let address = if path.is_empty() { peer.address.to_string() } else { path.clone() };
        let builder = Client::builder(&format!("{scheme}{address}"))
            .header("x-api-key", "sesame")
            .retry_pause(Duration::ZERO)
            .max_response_size(1000);
        shown.debug(&builder);
        let file = folder.path(&format!("{}.txt", scheme.split(':').next().unwrap()));
        let builder = builder.wrap(|transport| Record::new(transport, &file)).unwrap();
        shown.debug(&builder);
        let client =
            builder.build().unwrap().with_header("Authorization-Extra", "sesame").with_header("cookie", "sesame");
        shown.debug(&client);
        assert_eq!(client.call::<_, i32>("add", ("sesame",)).await.unwrap(), 5);
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
        assert!(peer.requests().iter().all(|request| request.head.contains("YWRhOnBAc3M")));
        let recorded = std::fs::read_to_string(&file).unwrap();
        // What a call has among its parameters is recorded, its headers are not.
        let headers: String = recorded.lines().filter(|line| !line.contains(" | ")).collect();
        shown.all(&headers);
        shown.debug(&Replay::new(&file).unwrap());
    }

    // Servers that are not there, by a proxy too.
    let nowhere = closed_port();
    let url = format!("http://ada:p%40ss@{nowhere}");
    shown.all(&Client::new(&url).unwrap().call::<_, Value>("f", ()).await.unwrap_err());
    let builder = Client::builder(&url).proxy(&format!("http://bob:sesame@{nowhere}")).credentials("ada", "p@ss");
    shown.debug(&builder);
    shown.all(&builder.build().unwrap().call::<_, Value>("f", ()).await.unwrap_err());
    #[cfg(feature = "tls")]
    {
        use tagwire::client::transport::TlsConfig;

        let url = format!("https://ada:p%40ss@{}", peers[0].1.address);
        let tls = || TlsConfig::default().pinned("00".repeat(32));
        let builder = || Client::builder(&url).tls(tls()).connect_timeout(Duration::from_millis(200));
        shown.all(&builder().build().unwrap().call::<_, Value>("f", ()).await.unwrap_err());
        let builder = builder().proxy(&format!("http://bob:sesame@{}", peers[0].1.address));
        shown.debug(&builder);
        shown.all(&builder.build().unwrap().call::<_, Value>("f", ()).await.unwrap_err());
    }
    for url in ["http://ada:p%40ss@", "http://ada:p%40ss@h:port", "unix://ada:p%40ss@x", "x://ada:p%40ss@h"] {
        shown.all(&Client::new(url).unwrap_err());
        shown.all(&Client::builder("http://h").proxy(url).build().unwrap_err());
    }

    // The same process.
    let methods = Methods::new().register_fn("fail", |_: String| Err::<i32, _>(Fault::new(1, "no")));
    let client = Client::in_process(Dispatcher::new(methods)).with_header("authorization", "Basic c2VzYW1l");
    shown.all(&client.call::<_, i32>("fail", ("sesame",)).await.unwrap_err());

    let log = LOG.lock().unwrap();
    assert!(log.contains("\ncall method=\"add\" url=http://"), "{log}");
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
        assert!(!shown.0.contains(secret), "{secret} in\n{}", shown.0);
    }
}
