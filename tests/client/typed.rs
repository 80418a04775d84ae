//! One typed client, the same over every transport; and which of its methods are made again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tagwire::client::transport::{Record, Replay, Reply, Request, Transport, TransportError, TransportService};
use tagwire::client::{ClientBuilder, Error};
use tagwire::{Binary, Client, Dispatcher, Fault, Server, xmlrpc_api};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tower::ServiceBuilder;

use crate::support::socket::Folder;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    text: String,
    width: f64,
    picture: Binary,
}

#[xmlrpc_api(namespace = "paper")]
trait Paper {
    async fn draw(&self, line: Line) -> Result<u32, Fault>;

    #[xmlrpc_method(name = "lines", idempotent)]
    async fn all(&self, from: Option<u32>) -> Result<Vec<Line>, Fault>;
}

#[derive(Default)]
struct Sheet(Mutex<Vec<Line>>);

impl Paper for Sheet {
    async fn draw(&self, line: Line) -> Result<u32, Fault> {
        if line.width <= 0.0 {
            return Err(Fault::new(7, "too thin"));
        }
        let mut lines = self.0.lock().unwrap();
        lines.push(line);
        Ok(u32::try_from(lines.len()).unwrap())
    }

    async fn all(&self, from: Option<u32>) -> Result<Vec<Line>, Fault> {
        Ok(self.0.lock().unwrap()[from.unwrap_or(0) as usize..].to_vec())
    }
}

fn dispatcher() -> Dispatcher {
    Sheet::default().into_methods().into()
}

/// What holds wherever the other end is.
async fn check(way: &str, client: Client) {
    let paper = PaperClient::new(client);
    let line = |text: &str, width| Line { text: text.to_owned(), width, picture: vec![0, 255].into() };
    for (number, text) in (1..).zip(["first", "<&> ü 🦀", ""]) {
        assert_eq!(paper.draw(line(text, 0.5)).await.unwrap(), number, "{way}");
    }
    assert_eq!(paper.all(Some(1)).await.unwrap(), [line("<&> ü 🦀", 0.5), line("", 0.5)], "{way}");
    assert_eq!(paper.all(None).await.unwrap().len(), 3, "{way}");
    let fault = paper.draw(line("none", -1.0)).await.unwrap_err().into_fault().unwrap();
    assert_eq!(fault, Fault::new(7, "too thin"), "{way}");
}

async fn serve(server: Server) -> String {
    let address = server.local_addr().unwrap();
    tokio::spawn(async move { server.serve(dispatcher()).await });
    address.to_string()
}

async fn http() -> String {
    serve(Server::bind("127.0.0.1:0").await.unwrap()).await
}

#[tokio::test]
async fn it_is_the_same_in_process_and_over_http() {
    check("in process", Client::in_process(dispatcher())).await;
    check("HTTP", Client::new(&format!("http://{}", http().await)).unwrap()).await;
    // A server takes requests as a proxy is given them.
    let proxy = format!("http://{}", http().await);
    check("proxy", Client::builder("http://server.example/RPC2").proxy(&proxy).build().unwrap()).await;
}

#[cfg(unix)]
#[tokio::test]
async fn it_is_the_same_over_unix_sockets() {
    let folder = Folder::new("typed");
    let path = folder.path("http");
    let server = Server::bind_unix(&path).await.unwrap();
    tokio::spawn(async move { server.serve(dispatcher()).await });
    check("unix", Client::new(&format!("unix:{}", path.display())).unwrap()).await;

    let path = folder.path("scgi");
    let (listener, dispatcher) = (tokio::net::UnixListener::bind(&path).unwrap(), dispatcher());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_scgi(stream, dispatcher.clone()));
        }
    });
    check("scgi+unix", Client::new(&format!("scgi+unix:{}", path.display())).unwrap()).await;
}

#[tokio::test]
async fn it_is_the_same_over_scgi() {
    let (listener, dispatcher) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), dispatcher());
    let url = format!("scgi://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_scgi(stream, dispatcher.clone()));
        }
    });
    check("SCGI", Client::new(&url).unwrap()).await;
}

/// One call, of which only the length of the document is looked at.
async fn answer_scgi(mut stream: impl AsyncRead + AsyncWrite + Unpin, dispatcher: Dispatcher) {
    let mut head = Vec::new();
    while !head.ends_with(b",") || !head.contains(&0) {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.split("CONTENT_LENGTH\0").nth(1).unwrap().split('\0').next().unwrap();
    let mut call = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut call).await.unwrap();
    let reply = dispatcher.dispatch(call).await;
    let head = format!("Status: 200 OK\r\nContent-Length: {}\r\n\r\n", reply.len());
    stream.write_all(&[head.as_bytes(), &reply].concat()).await.unwrap();
}
#[tokio::test]
async fn it_is_the_same_over_tls() {
    use tagwire::client::transport::TlsConfig;
    use tagwire::server;

    let file = |name: &str| format!("{}/tests/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let config = server::TlsConfig::from_pem_files(file("server.pem"), file("server-key.pem")).unwrap();
    let url = format!("https://{}", serve(Server::bind("127.0.0.1:0").await.unwrap().tls(config)).await);
    let tls = TlsConfig::default().authority(file("authority.pem"));
    check("TLS", Client::builder(&url).tls(tls).build().unwrap()).await;
}

#[tokio::test]
async fn it_is_the_same_over_a_service_and_a_recording() {
    let service = ServiceBuilder::new().concurrency_limit(1).service(TransportService::new(dispatcher()));
    check("a service", Client::from_transport(service)).await;

    let folder = Folder::new("typed-record");
    let file = folder.path("exchanges.txt");
    check("recorded", Client::from_transport(Record::new(dispatcher(), &file).unwrap())).await;
    check("replayed", Client::from_transport(Replay::new(&file).unwrap())).await;
}

// ── again ──

/// Never has a reply, and counts how often it is asked for one.
#[derive(Clone, Default)]
struct Dead(Arc<AtomicUsize>);

#[async_trait]
impl Transport for Dead {
    async fn send(&self, _: Request) -> Result<Reply, TransportError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Err(TransportError::broken("the line is dead"))
    }
}

impl Dead {
    fn sent(&self, outcome: Result<(), Error>) -> usize {
        assert!(outcome.unwrap_err().is_transport());
        self.0.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_method_is_made_again_only_where_the_trait_says_so() {
    let dead = Dead::default();
    let client = ClientBuilder::from_transport(dead.clone()).retries(3).retry_pause(Duration::ZERO).build().unwrap();
    let line = Line { text: String::new(), width: 1.0, picture: Vec::new().into() };
    let paper = PaperClient::new(client.clone());
    assert_eq!(dead.sent(paper.draw(line.clone()).await.map(drop)), 1);
    assert_eq!(dead.sent(paper.all(None).await.map(drop)), 4);
    // Unless the caller says that all of them may be.
    let paper = PaperClient::new(client.idempotent());
    assert_eq!(dead.sent(paper.draw(line).await.map(drop)), 4);
    // Several calls in one are made again as that one is.
    for (client, sent) in [(client.clone(), 1), (client.idempotent(), 4)] {
        let mut batch = client.multicall();
        batch.call::<_, u32>("paper.draw", ());
        assert_eq!(dead.sent(batch.send().await.map(drop).map_err(Error::from)), sent);
    }
}
