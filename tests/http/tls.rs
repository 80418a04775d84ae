//! HTTPS, with the certificates in `tests/tls/`.

use std::future::IntoFuture;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tagwire::server::rustls::pki_types::pem::PemObject;
use tagwire::server::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tagwire::server::rustls::server::WebPkiClientVerifier;
use tagwire::server::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tagwire::server::{PeerCertificates, Report, TlsConfig};
use tagwire::{Methods, RemoteAddr, RequestContext, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::log;
use crate::support::raw::{Connection, call, post, within};

const SHORT: Duration = Duration::from_millis(150);

#[tokio::test]
async fn calls_are_answered_over_tls() {
    let test = Test::start(from_files(), |server| server).await;
    for name in ["localhost", "127.0.0.1"] {
        let mut stream = test.connect(name, &trusting("authority.pem")).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        let ours = stream.get_ref().0.local_addr().unwrap();
        for _ in 0..3 {
            assert_eq!(result(&mut stream, "ping").await, "pong");
            assert_eq!(result(&mut stream, "who").await, format!("{ours} unknown"));
        }
    }
}

#[tokio::test]
async fn a_client_that_does_not_know_the_authority_does_not_come_in() {
    let test = Test::start(from_files(), |server| server).await;
    let error = test.connect("localhost", &trusting("stranger.pem")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
    let error = test.connect("example.org", &trusting("authority.pem")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
    test.expect_service().await;
}

#[tokio::test]
async fn only_http_1_1_is_agreed_on() {
    let test = Test::start(from_files(), |server| server).await;
    for (offered, agreed) in [
        (vec!["h2", "http/1.1"], Some(Some("http/1.1"))),
        (vec!["http/1.1"], Some(Some("http/1.1"))),
        (vec![], Some(None)),
        (vec!["h2"], None),
    ] {
        let mut config = trusting("authority.pem");
        config.alpn_protocols = offered.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = test.connect("localhost", &config).await;
        let got = stream.as_ref().map(|stream| stream.get_ref().1.alpn_protocol());
        assert_eq!(got.ok(), agreed.map(|name| name.map(str::as_bytes)), "{offered:?}");
    }
}

// ── clients' certificates ──

#[tokio::test]
async fn a_method_sees_the_certificate_of_the_client() {
    let test = Test::start(mutual(), |server| server).await;
    let mut stream = test.connect("localhost", &known("client")).await.unwrap();
    let who = result(&mut stream, "who").await;
    let certificate = CertificateDer::from_pem_file(file("client.pem")).unwrap();
    assert!(who.ends_with(&format!(" {}", hex(&certificate))), "{who}");
}

#[tokio::test]
async fn a_client_without_a_good_certificate_does_not_come_in() {
    let test = Test::start(mutual(), |server| server).await;
    for config in [trusting("authority.pem"), known("stranger-client")] {
        // The client hears of it only after its own part of the handshake.
        let refused = async {
            let mut stream = test.connect("localhost", &config).await?;
            stream.write_all(&post("", call("ping"))).await?;
            stream.read_u8().await
        };
        assert!(refused.await.is_err());
    }
    let mut stream = test.connect("localhost", &known("client")).await.unwrap();
    assert_eq!(result(&mut stream, "ping").await, "pong");
}

// ── what is no TLS, or too slow ──

#[tokio::test]
async fn plain_http_on_a_tls_port_is_closed() {
    log::keep();
    let test = Test::start(from_files(), |server| server).await;
    let mut plain = TcpStream::connect(test.address).await.unwrap();
    plain.write_all(&post("", call("ping"))).await.unwrap();
    let mut received = Vec::new();
    within("an end", plain.read_to_end(&mut received)).await.ok();
    assert!(!received.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&received));
    test.expect_service().await;
    assert!(!log::lines_with(&["DEBUG", "handshake"]).is_empty());
    assert!(log::lines_with(&["ping"]).is_empty());
}

#[tokio::test]
async fn tls_on_a_plain_port_is_closed() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(methods()).into_future());
    let error = connect(address, "localhost", &trusting("authority.pem")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
    let mut plain = Connection::open(address).await;
    assert_eq!(plain.exchange(post("", call("ping"))).await.status, 200);
}

#[tokio::test]
async fn a_slow_handshake_is_given_up_and_holds_up_nobody() {
    let without = |server: Server| server.header_read_timeout(None).keep_alive_timeout(None).max_connections(3);
    let test = Test::start(from_files().handshake_timeout(SHORT), without).await;
    let mut slow = [Connection::open(test.address).await, Connection::open(test.address).await];
    slow[1].send(b"\x16\x03\x01").await;
    let mut stream = test.connect("localhost", &trusting("authority.pem")).await.unwrap();
    assert_eq!(result(&mut stream, "ping").await, "pong");
    for connection in &mut slow {
        connection.expect_end().await;
    }
    assert_eq!(result(&mut stream, "ping").await, "pong");
}

#[tokio::test]
async fn the_limits_hold_over_tls() {
    let client = trusting("authority.pem");
    let only = |server: Server| server.header_read_timeout(None).keep_alive_timeout(None).write_timeout(None);
    let test = Test::start(from_files(), |server| only(server).header_read_timeout(SHORT)).await;
    let mut idle = test.connect("localhost", &client).await.unwrap();
    assert_eq!(result(&mut idle, "ping").await, "pong");
    let mut slow = test.connect("localhost", &client).await.unwrap();
    slow.write_all(b"POST").await.unwrap();
    within("an end", slow.read_to_end(&mut Vec::new())).await.ok();
    assert_eq!(result(&mut idle, "ping").await, "pong");

    let test = Test::start(from_files(), |server| only(server).keep_alive_timeout(SHORT)).await;
    let mut idle = test.connect("localhost", &client).await.unwrap();
    assert_eq!(result(&mut idle, "ping").await, "pong");
    // A proper end: `close_notify`, without which this is an error.
    assert_eq!(within("an end", idle.read_to_end(&mut Vec::new())).await.unwrap(), 0);
}

#[tokio::test]
async fn it_stops_gracefully() {
    let mut test = Test::start(from_files(), |server| server).await;
    let mut idle = test.connect("localhost", &trusting("authority.pem")).await.unwrap();
    assert_eq!(result(&mut idle, "ping").await, "pong");
    let mut in_handshake = Connection::open(test.address).await;
    test.stop.take().unwrap().send(()).unwrap();
    assert_eq!(within("an end", idle.read_to_end(&mut Vec::new())).await.unwrap(), 0);
    in_handshake.expect_end().await;
    let report = within("the end", &mut test.serving).await.unwrap().unwrap();
    assert_eq!((report.answered(), report.aborted()), (1, 0));
}

// ── files ──

#[test]
fn files_that_are_of_no_use_are_named() {
    for (certificate, key, kind, named) in [
        ("missing.pem", "server-key.pem", ErrorKind::NotFound, "missing.pem"),
        ("server.pem", "missing.pem", ErrorKind::NotFound, "missing.pem"),
        ("server-key.pem", "server-key.pem", ErrorKind::InvalidInput, "server-key.pem"),
        ("server.pem", "client.pem", ErrorKind::InvalidInput, "client.pem"),
        ("README.md", "server-key.pem", ErrorKind::InvalidInput, "README.md"),
        ("server.pem", "client-key.pem", ErrorKind::InvalidInput, ""),
    ] {
        let error = TlsConfig::from_pem_files(file(certificate), file(key)).unwrap_err();
        assert_eq!(error.kind(), kind, "{certificate} {key}: {error}");
        assert!(error.to_string().contains(named), "{error}");
    }
}

// ── both ends ──

struct Test {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<io::Result<Report>>,
}

impl Test {
    async fn start(tls: impl Into<TlsConfig>, set: impl FnOnce(Server) -> Server) -> Self {
        let server = set(Server::bind("127.0.0.1:0").await.unwrap().tls(tls));
        let address = server.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = server.serve(methods()).with_graceful_shutdown(async { stopped.await.unwrap() });
        Self { address, stop: Some(stop), serving: tokio::spawn(serving.into_future()) }
    }

    async fn connect(&self, name: &'static str, config: &ClientConfig) -> io::Result<TlsStream<TcpStream>> {
        connect(self.address, name, config).await
    }

    async fn expect_service(&self) {
        let mut stream = self.connect("localhost", &trusting("authority.pem")).await.unwrap();
        assert_eq!(result(&mut stream, "ping").await, "pong");
    }
}

async fn connect(address: SocketAddr, name: &'static str, config: &ClientConfig) -> io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let connector = TlsConnector::from(Arc::new(config.clone()));
    within("a handshake", connector.connect(ServerName::try_from(name).unwrap(), stream)).await
}

fn methods() -> Methods {
    Methods::new().register_fn("ping", || "pong").register_fn("who", |cx: RequestContext| {
        let RemoteAddr(address) = cx.extension::<RemoteAddr>().copied().unwrap();
        let certificate = cx.extension::<PeerCertificates>().map(|certificates| hex(certificates.own()));
        format!("{address} {}", certificate.as_deref().unwrap_or("unknown"))
    })
}

async fn result(stream: &mut TlsStream<TcpStream>, method: &str) -> String {
    stream.write_all(&post("", call(method))).await.unwrap();
    let mut received = String::new();
    let mut buffer = [0; 4096];
    while !received.ends_with("</methodResponse>") {
        let length = within("an answer", stream.read(&mut buffer)).await.unwrap();
        assert!(length > 0, "no answer but {received:?}");
        received.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    let value = received.split_once("<string>").and_then(|(_, rest)| rest.split_once("</string>"));
    value.unwrap_or_else(|| panic!("no string: {received}")).0.to_owned()
}

fn from_files() -> TlsConfig {
    TlsConfig::from_pem_files(file("server.pem"), file("server-key.pem")).unwrap()
}

/// A server that lets in only clients that the authority knows.
fn mutual() -> Arc<ServerConfig> {
    let verifier = WebPkiClientVerifier::builder(Arc::new(store("authority.pem"))).build().unwrap();
    let config = ServerConfig::builder().with_client_cert_verifier(verifier);
    let (chain, key) = identity("server");
    Arc::new(config.with_single_cert(chain, key).unwrap())
}

/// A client that knows an authority, and that nobody knows.
fn trusting(authority: &str) -> ClientConfig {
    let mut config = ClientConfig::builder().with_root_certificates(store(authority)).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// A client with a certificate of its own.
fn known(name: &str) -> ClientConfig {
    let (chain, key) = identity(name);
    ClientConfig::builder().with_root_certificates(store("authority.pem")).with_client_auth_cert(chain, key).unwrap()
}

fn store(authority: &str) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add(CertificateDer::from_pem_file(file(authority)).unwrap()).unwrap();
    store
}

fn identity(name: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let certificate = CertificateDer::from_pem_file(file(&format!("{name}.pem"))).unwrap();
    (vec![certificate], PrivateKeyDer::from_pem_file(file(&format!("{name}-key.pem"))).unwrap())
}

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "tls", name].iter().collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
