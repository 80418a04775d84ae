//! Calls that are given up leave nothing behind: no task, no socket, no other file.

#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tagwire::{Client, Dispatcher, Methods, OnDisconnect, Server};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

use crate::support::peer::{Answer, Peer, Protocol};
use crate::support::socket::Folder;

mod support;

/// One after the other, since what is open is counted for the whole process.
#[tokio::test]
async fn ten_thousand_calls_that_are_given_up_leave_nothing() {
    let url = format!("http://{}", serve(Server::bind("127.0.0.1:0").await.unwrap()).await);
    let client = || Client::new(&url).unwrap();
    expect_nothing_left("HTTP", 10_000, client, begun).await;

    let folder = Folder::new("cancelled");
    let unanswered = || (0..2_000).map(|_| Answer::Keep(Vec::new()));
    let scgi = Peer::speaking(Protocol::Scgi, unanswered()).await;
    let client = || Client::new(&format!("scgi://{}", scgi.address)).unwrap();
    expect_nothing_left("SCGI", 2_000, client, || scgi.requests().len()).await;
    let proxy = Peer::start(unanswered()).await;
    let by_proxy = || Client::builder("http://server.example/").proxy(&proxy.url("")).build().unwrap();
    expect_nothing_left("proxy", 2_000, by_proxy, || proxy.requests().len()).await;
    #[cfg(unix)]
    for (scheme, protocol, name) in [("unix", Protocol::Http, "http"), ("scgi+unix", Protocol::Scgi, "scgi")] {
        let path = folder.path(name);
        let peer = Peer::at(&path, protocol, unanswered());
        let client = || Client::new(&format!("{scheme}:{}", path.display())).unwrap();
        expect_nothing_left(scheme, 2_000, client, || peer.requests().len()).await;
    }
    expect_nothing_left("in process", 2_000, || Client::in_process(dispatcher()), begun).await;
    tls::expect_nothing_left_of_handshakes_and_calls().await;
}

/// How many calls a dispatcher has begun.
static BEGUN: AtomicUsize = AtomicUsize::new(0);

fn begun() -> usize {
    BEGUN.load(Ordering::SeqCst)
}

fn dispatcher() -> Dispatcher {
    let forever = async || {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        std::future::pending::<i32>().await
    };
    Dispatcher::new(Methods::new().register_fn("forever", forever)).on_disconnect(OnDisconnect::Cancel)
}

async fn serve(server: Server) -> std::net::SocketAddr {
    let address = server.local_addr().unwrap();
    tokio::spawn(async move { server.serve(dispatcher()).await });
    // It listens for signals and the like from its first poll.
    yield_now().await;
    address
}

/// After so many calls, some of which arrive before they are given up.
async fn expect_nothing_left(way: &str, calls: usize, client: impl Fn() -> Client, arrived: impl Fn() -> usize) {
    let earlier = arrived();
    give_up(way, calls, client).await;
    assert!(arrived() > earlier, "{way}");
}

async fn give_up(way: &str, calls: usize, client: impl Fn() -> Client) {
    const AT_ONCE: usize = 100;
    let before = open();
    let client = client();
    let mut polls = 0;
    for _ in 0..calls / AT_ONCE {
        let mut set = JoinSet::new();
        for _ in 0..AT_ONCE {
            let client = client.clone();
            polls = (polls + 1) % 17;
            set.spawn(async move {
                let call = client.call::<_, i32>("forever", ());
                // Given up sooner or later: before there is a connection, and after the call is sent.
                tokio::select! {
                    biased;
                    result = call => drop(result.unwrap()),
                    () = async { for _ in 0..polls { yield_now().await } } => {}
                }
            });
        }
        set.join_all().await;
    }
    drop(client);

    let gone = async {
        while open().0 > before.0 || open().1 > before.1 {
            yield_now().await;
        }
    };
    let ended = timeout(Duration::from_secs(30), gone).await;
    assert!(ended.is_ok(), "{way}: tasks and files: {:?}, before: {before:?}", open());
}

/// Tasks, and files of this process where the system tells; sockets are among them.
fn open() -> (usize, usize) {
    let files = std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    (Handle::current().metrics().num_alive_tasks(), files)
}

mod tls {
    use tagwire::client::transport::TlsConfig;
    use tagwire::server;
    use tokio::net::TcpListener;

    use super::{Client, Server, begun, expect_nothing_left, give_up, serve};

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls");

    pub(super) async fn expect_nothing_left_of_handshakes_and_calls() {
        let file = |name: &str| format!("{FOLDER}/{name}");
        let client = |port: u16| {
            let tls = TlsConfig::default().authority(file("authority.pem"));
            Client::builder(&format!("https://localhost:{port}")).tls(tls).build().unwrap()
        };
        let config = server::TlsConfig::from_pem_files(file("server.pem"), file("server-key.pem")).unwrap();
        let address = serve(Server::bind("127.0.0.1:0").await.unwrap().tls(config)).await;
        expect_nothing_left("TLS", 1_000, || client(address.port()), begun).await;

        // A server that says nothing, so that no handshake comes to an end.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        give_up("handshake", 1_000, || client(port)).await;
    }
}
