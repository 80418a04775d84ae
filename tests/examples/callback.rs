//! The example `callback`: a peer registers it, calls it back, forgets it, and lets it go.

use std::collections::BTreeMap;
use std::future::pending;
use std::io::{self, ErrorKind, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tagwire::client::Error;
use tagwire::{Client, Methods, Server, Struct, Value};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::support::session::{Running, Session};
use peers::PYTHON;

use crate::peers;

const SOURCE: &str = include_str!("../../examples/callback/main.rs");

// ── a CCU ──

/// A CCU in this process: it keeps who has registered, and tells the test what it was asked.
struct Ccu {
    url: String,
    state: Arc<State>,
    asked: mpsc::UnboundedReceiver<String>,
    serving: JoinHandle<()>,
}

struct State {
    /// Id by URL.
    clients: Mutex<BTreeMap<String, String>>,
    ask: mpsc::UnboundedSender<String>,
    pings: AtomicUsize,
    /// What the next registration waits for before it is kept.
    hold: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Ccu {
    async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn on(listener: TcpListener) -> Self {
        let (ask, asked) = mpsc::unbounded_channel();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state =
            Arc::new(State { clients: Mutex::default(), ask, pings: AtomicUsize::new(0), hold: Mutex::default() });
        let (initiated, pinged) = (state.clone(), state.clone());
        let methods = Methods::new()
            .register_fn("init", move |url: String, id: String| initiated.clone().init(url, id))
            .register_fn("ping", move |caller: String| pinged.clone().ping(caller));
        let serving = tokio::spawn(async move { Server::from_listener(listener).serve(methods).await.unwrap() });
        Self { url, state, asked, serving }
    }

    /// What it was asked next, pings left out.
    async fn next(&mut self) -> String {
        // Only so that a failing test ends.
        timeout(Duration::from_secs(60), self.asked.recv()).await.expect("the CCU is asked").unwrap()
    }

    fn forget(&self) {
        self.state.clients.lock().unwrap().clear();
    }

    fn pings(&self) -> usize {
        self.state.pings.load(Ordering::SeqCst)
    }
}

impl Drop for Ccu {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl State {
    /// It calls back before it answers.
    async fn init(self: Arc<Self>, url: String, id: String) -> &'static str {
        let client = Client::new(&url).unwrap();
        if id.is_empty() {
            let id = self.clients.lock().unwrap().remove(&url);
            let answered = event(&client, id.as_deref().unwrap_or_default(), "LAST").await.is_ok();
            self.tell(format!("end of {id:?}, who {} the last event", if answered { "took" } else { "missed" }));
            return "";
        }
        let hold = self.hold.lock().unwrap().take();
        if let Some(hold) = hold {
            self.tell("init waits".to_owned());
            hold.await.unwrap();
        }
        let methods: Vec<String> = client.call("system.listMethods", (&id,)).await.unwrap();
        let known: Vec<Value> = client.call("listDevices", (&id,)).await.unwrap();
        if known.is_empty() {
            client.call::<_, bool>("newDevices", (&id, vec![device("LEQ1:0"), device("LEQ1:1")])).await.unwrap();
        }
        self.tell(format!("init {id}, event: {}, devices: {}", methods.contains(&"event".to_owned()), known.len()));
        self.clients.lock().unwrap().insert(url, id);
        ""
    }

    async fn ping(self: Arc<Self>, caller: String) -> bool {
        let clients = self.clients.lock().unwrap().clone();
        for (url, id) in clients {
            let pong = (id, "CENTRAL", "PONG", &caller);
            Client::new(&url).unwrap().call::<_, bool>("event", pong).await.unwrap();
        }
        self.pings.fetch_add(1, Ordering::SeqCst);
        true
    }

    fn tell(&self, line: String) {
        // A test that has seen enough listens no more.
        self.ask.send(line).ok();
    }
}

fn device(address: &str) -> Struct {
    let members = [("ADDRESS", address.into()), ("TYPE", "SWITCH".into()), ("VERSION", Value::from(17))];
    members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

async fn event(client: &Client, id: &str, key: &str) -> Result<bool, Error> {
    client.call("event", (id, "LEQ1:1", key, true)).await
}

// ── the example ──

/// At work, and what it says to be told.
fn start(session: &Session, more: &str) -> (Running, String) {
    let mut running = session.start("cargo run", &format!("--listen 127.0.0.1:0 {more}"));
    let line = running.line();
    let told = line.strip_prefix("the peer is told ").unwrap_or_else(|| panic!("{line}")).trim_end().to_owned();
    (running, told)
}

fn lines(running: &mut Running, count: usize) -> Vec<String> {
    (0..count).map(|_| running.line().trim_end().to_owned()).collect()
}

fn client(running: &Running) -> Client {
    Client::new(&running.place).unwrap()
}

const REGISTERED: &str = "init tagwire, event: true, devices: 0";
const REGISTERED_AGAIN: &str = "init tagwire, event: true, devices: 2";
const ENDED: &str = "end of Some(\"tagwire\"), who took the last event";

#[tokio::test(flavor = "multi_thread")]
async fn it_serves_before_it_registers_and_until_it_has_unregistered() {
    let session = Session::new("callback", SOURCE);
    for signal in ["TERM", "INT"] {
        let mut ccu = Ccu::start().await;
        let (mut running, told) = start(&session, &format!("--peer {}", ccu.url));
        assert_eq!(told, running.place);
        assert_eq!(ccu.next().await, REGISTERED);
        assert_eq!(lines(&mut running, 3), ["LEQ1:0 is new", "LEQ1:1 is new", "registered"]);
        assert_eq!(ccu.state.clients.lock().unwrap().keys().collect::<Vec<_>>(), [&told]);

        running.signal(signal);
        assert_eq!(ccu.next().await, ENDED);
        let (code, stdout, stderr) = running.end();
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        let rest: Vec<_> = stdout.lines().collect();
        assert_eq!(rest[..2], ["LEQ1:1 LAST: Boolean(true)", "unregistered"]);
        assert!(rest[2].starts_with("stopped; ") && rest[2].ends_with(" connections cut off: 0"), "{stdout}");
        assert!(ccu.state.clients.lock().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_one_by_one_and_together() {
    let session = Session::new("callback", SOURCE);
    let ccu = Ccu::start().await;
    let (mut running, _) = start(&session, &format!("--peer {}", ccu.url));
    lines(&mut running, 3);
    let client = client(&running);
    assert!(event(&client, "tagwire", "ONE").await.unwrap());
    let refused = event(&client, "nobody", "NONE").await.unwrap_err().into_fault().unwrap();
    assert_eq!(refused.to_string(), "fault -32500: there is no registration with this id");

    let mut events = client.multicall();
    let two = events.call::<_, bool>("event", ("tagwire", "LEQ1:1", "TWO", 21.5));
    let astray = events.call::<_, bool>("event", ("nobody", "LEQ1:1", "NONE", 1));
    let three = events.call::<_, bool>("event", ("tagwire", "LEQ1:1", "THREE", "on"));
    let gone = events.call::<_, bool>("deleteDevices", ("tagwire", ["LEQ1:0"]));
    let results = events.send().await.unwrap();
    assert!(results.get(two).unwrap() && results.get(three).unwrap() && results.get(gone).unwrap());
    assert_eq!(results.get(astray).unwrap_err().into_fault().unwrap(), refused);
    let known: Vec<Value> = client.call("listDevices", ("tagwire",)).await.unwrap();
    assert_eq!(
        (known.len(), known[0].get("ADDRESS"), known[0].get("VERSION")),
        (1, Some(&"LEQ1:1".into()), Some(&17.into()))
    );
    assert_eq!(
        lines(&mut running, 4),
        ["LEQ1:1 ONE: Boolean(true)", "LEQ1:1 TWO: Double(21.5)", "LEQ1:1 THREE: String(\"on\")", "LEQ1:0 is gone"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_has_forgotten_is_told_again_and_no_other() {
    let session = Session::new("callback", SOURCE);
    let mut ccu = Ccu::start().await;
    let (mut running, _) = start(&session, &format!("--peer {} --check 0.01", ccu.url));
    assert_eq!(ccu.next().await, REGISTERED);
    lines(&mut running, 3);
    let enough = ccu.pings() + 30;
    timeout(Duration::from_secs(60), async {
        while ccu.pings() < enough {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert!(ccu.asked.try_recv().is_err(), "it is not told while it answers");
    for _ in 0..2 {
        ccu.forget();
        assert_eq!(ccu.next().await, REGISTERED_AGAIN);
        assert_eq!(lines(&mut running, 1), ["registered again"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_registers_again_at_an_interval_in_any_case() {
    let session = Session::new("callback", SOURCE);
    let mut ccu = Ccu::start().await;
    let (mut running, _) = start(&session, &format!("--peer {} --check 0.01 --renew 0", ccu.url));
    assert_eq!(ccu.next().await, REGISTERED);
    lines(&mut running, 3);
    for _ in 0..3 {
        assert_eq!(ccu.next().await, REGISTERED_AGAIN);
        assert_eq!(lines(&mut running, 1), ["registered"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_comes_later_is_registered_with() {
    let session = Session::new("callback", SOURCE);
    // A port that is ours, and refuses connections until it is listened at.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let (mut running, _) = start(&session, &format!("--peer http://{address} --check 0.01"));
    assert!(event(&client(&running), "tagwire", "EARLY").await.unwrap());
    assert_eq!(lines(&mut running, 1), ["LEQ1:1 EARLY: Boolean(true)"]);
    let mut ccu = Ccu::on(socket.listen(16).unwrap());
    assert_eq!(ccu.next().await, REGISTERED);
    assert_eq!(lines(&mut running, 3)[2], "registered");
    running.signal("TERM");
    assert_eq!(ccu.next().await, ENDED);
    let (code, _, stderr) = running.end();
    assert_eq!(code, Some(0));
    assert!(stderr.lines().all(|line| line.starts_with("not registered: cannot reach ")), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_is_gone_holds_up_no_stop() {
    let session = Session::new("callback", SOURCE);
    let mut ccu = Ccu::start().await;
    let (mut running, _) = start(&session, &format!("--peer {}", ccu.url));
    assert_eq!(ccu.next().await, REGISTERED);
    lines(&mut running, 3);
    // With it, its listener and its connections.
    ccu.serving.abort();
    while !ccu.serving.is_finished() {
        tokio::task::yield_now().await;
    }
    running.signal("TERM");
    let (code, stdout, stderr) = running.end();
    assert_eq!(code, Some(0));
    assert!(stdout.starts_with("stopped; "), "{stdout}");
    // Before it there may be a ping that broke off.
    assert!(stderr.lines().last().unwrap().starts_with("not unregistered: cannot reach "), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_within_a_registration_ends_it_after_that() {
    let session = Session::new("callback", SOURCE);
    let mut ccu = Ccu::start().await;
    let (go_on, goes_on) = oneshot::channel();
    *ccu.state.hold.lock().unwrap() = Some(goes_on);
    let (mut running, _) = start(&session, &format!("--peer {}", ccu.url));
    assert_eq!(ccu.next().await, "init waits");
    running.signal("TERM");
    // It goes on serving meanwhile.
    let client = client(&running);
    for _ in 0..100 {
        assert!(event(&client, "tagwire", "PONG").await.unwrap());
    }
    go_on.send(()).unwrap();
    assert_eq!(ccu.next().await, REGISTERED);
    assert_eq!(ccu.next().await, ENDED);
    let (code, _, stderr) = running.end();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(ccu.state.clients.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_listens_and_what_the_peer_is_told_are_two_things() {
    let session = Session::new("callback", SOURCE);
    for (listen, host, advertise, told) in [
        ("0.0.0.0:0", "127.0.0.1", "", "http://127.0.0.1:PORT/"),
        ("[::]:0", "127.0.0.1", "", "http://127.0.0.1:PORT/"),
        ("[::]:0", "[::1]", "", "http://[::1]:PORT/"),
        ("127.0.0.1:0", "127.0.0.1", "--advertise http://nas.example:81/a/b?c=d", "http://nas.example:81/a/b?c=d"),
    ] {
        if listen.starts_with('[') && !has_ipv6() {
            continue;
        }
        // One that only listens: what it would call may not be there.
        let (tell, mut asked) = mpsc::unbounded_channel();
        let init = move |url: String, id: String| tell.send((url, id)).is_ok();
        let server = Server::bind(format!("{host}:0")).await.unwrap();
        let peer = format!("http://ada:sesame@{}", server.local_addr().unwrap());
        let methods =
            Methods::new().register_fn("init", init).register_fn("ping", async |_: String| pending::<bool>().await);
        tokio::spawn(async move { server.serve(methods).await });

        let (running, says) = start(&session, &format!("--listen {listen} {advertise} --id 'a b' --peer {peer}"));
        let told = told.replace("PORT", running.port());
        let registered = timeout(Duration::from_secs(60), asked.recv()).await.unwrap().unwrap();
        assert_eq!((says, registered), (told.clone(), (told, "a b".to_owned())));
        let here: SocketAddr = ([127, 0, 0, 1], running.port().parse().unwrap()).into();
        for path in ["", "/", "/a/b?c=d"] {
            let client = Client::new(&format!("http://{here}{path}")).unwrap();
            assert!(event(&client, "a b", "PATH").await.unwrap(), "{path}");
        }
    }
}

/// A machine without is told on the terminal itself, past the harness that shows nothing of a test that passes.
fn has_ipv6() -> bool {
    match std::net::TcpListener::bind("[::1]:0") {
        Ok(_) => true,
        Err(error) if [ErrorKind::AddrNotAvailable, ErrorKind::Unsupported].contains(&error.kind()) => {
            let _ = writeln!(io::stderr(), "!!! NOT TESTED: this machine has no IPv6 ({error})");
            false
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn what_is_of_no_use_is_refused() {
    let session = Session::new("callback", SOURCE);
    for (arguments, says) in [
        (&["--nothing"][..], "unknown argument --nothing"),
        (&["--peer"], "--peer needs a value"),
        (&["--check", "-1"], "-1 is no number of seconds"),
        (&["--check", "0"], "--check is 0, and would ask the peer without a pause"),
        (&["--id", ""], "--id is empty"),
    ] {
        let (code, stderr) = session.refusal(arguments);
        assert!(code == 2 && stderr.starts_with(&format!("callback: {says}\nusage: ")), "{code}: {stderr}");
    }
}

// ── with Python ──

#[test]
fn python_may_be_the_one_that_calls_back() {
    if !PYTHON.is_here() {
        return;
    }
    let session = Session::new("callback", SOURCE);
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (mut running, _) = start(&session, &format!("--peer http://{}", socket.local_addr().unwrap()));
    assert_eq!(session.run("MultiCall", &running), "True\n[True, True]\n");
    assert_eq!(
        lines(&mut running, 3),
        [
            "LEQ0123456:1 STATE: Boolean(true)",
            "LEQ0123456:1 WORKING: Boolean(false)",
            "JEQ0654321:1 TEMPERATURE: Double(21.5)"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ccu_in_python_registers_calls_back_forgets_and_lets_go() {
    if !PYTHON.is_here() {
        return;
    }
    let session = Session::new("callback", SOURCE);
    let python = PYTHON.start_server("ccu.py", &[]).await;
    let ccu = Client::builder(&python.url("")).timeout(Duration::from_secs(90)).build().unwrap();
    let log = async |lines: i32| ccu.call::<_, Vec<String>>("test.log", (lines,)).await.unwrap();
    let (mut running, _) = start(&session, &format!("--peer {} --check 0.05", python.url("/")));
    assert_eq!(log(1).await, ["init tagwire: lacks [], knows []"]);
    assert_eq!(lines(&mut running, 4), ["LEQ1:0 is new", "LEQ1:1 is new", "LEQ1:0 is gone", "registered"]);

    let events = json!([["LEQ1:1", "STATE", true], ["LEQ1:1", "LEVEL", 0.5], ["LEQ1:1", "NAME", "ü"]]);
    for together in [false, true] {
        let answers: Vec<bool> = ccu.call("test.push", (&events, together)).await.unwrap();
        assert_eq!(answers, [true; 3]);
        assert_eq!(
            lines(&mut running, 3),
            ["LEQ1:1 STATE: Boolean(true)", "LEQ1:1 LEVEL: Double(0.5)", "LEQ1:1 NAME: String(\"ü\")"]
        );
    }
    let astray: String = ccu.call("test.push_astray", ()).await.unwrap();
    assert_eq!(astray, "-32500 there is no registration with this id");

    assert!(ccu.call::<_, bool>("test.restart", ()).await.unwrap());
    assert_eq!(log(2).await[1], "init tagwire: lacks [], knows ['LEQ1:1']");
    assert_eq!(lines(&mut running, 1), ["registered again"]);

    running.signal("TERM");
    assert_eq!(log(3).await[2], "end tagwire");
    let (code, stdout, _) = running.end();
    assert_eq!(code, Some(0));
    assert!(stdout.starts_with("LEQ1:1 STATE: Boolean(false)\nunregistered\nstopped; "), "{stdout}");
}
