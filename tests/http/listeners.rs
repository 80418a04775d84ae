//! Where connections come from.

use std::future::IntoFuture;
use std::io::{self, ErrorKind, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use tagwire::server::{Listener, Peer};
use tagwire::{Extension, Methods, RemoteAddr, Server};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::support::descriptors;
use crate::support::log;
use crate::support::raw::{call, post, within};

// ── TCP ──

#[tokio::test]
async fn handlers_see_the_address_of_the_peer() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    assert_ne!(address.port(), 0);
    assert_eq!(server.listener().describe(), address.to_string());
    let serving = serve(server);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let ours = stream.local_addr().unwrap();
    assert_eq!(result(&mut stream, "who").await, ours.to_string());
    serving.abort();
}

#[tokio::test]
async fn ipv6_is_served() {
    let server = match Server::bind("[::1]:0").await {
        Ok(server) => server,
        Err(error) if [ErrorKind::AddrNotAvailable, ErrorKind::Unsupported].contains(&error.kind()) => {
            // Past the harness, which shows nothing of a test that passes.
            writeln!(io::stderr(), "NOT TESTED: this machine has no IPv6 ({error})").unwrap();
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let address = server.local_addr().unwrap();
    assert!(address.is_ipv6());
    let serving = serve(server);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let ours = stream.local_addr().unwrap();
    assert_eq!(result(&mut stream, "who").await, ours.to_string());
    serving.abort();
}

#[tokio::test]
async fn a_port_in_use_is_refused() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let error = Server::bind(server.local_addr().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

/// A small answer must not wait until the peer has acknowledged the one before.
#[tokio::test]
async fn connections_do_not_hold_back_what_is_small() {
    let mut listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let _theirs = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (ours, _) = Listener::accept(&mut listener).await.unwrap();
    assert!(ours.nodelay().unwrap());
}

/// Who comes while a server is busy with others, or starts, is not turned away: as many as it says wait in the queue of the
/// operating system, if that has one so long.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_thousand_can_wait_to_be_accepted() {
    let longest: usize = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap().trim().parse().unwrap();
    let many = longest.min(1_000);
    descriptors::expect_descriptors(many as u64 + 100);
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let mut waiting = Vec::new();
    // Beyond the queue the system does not answer, and connecting takes for ever while nobody accepts.
    for _ in 0..many {
        waiting.push(within("a place in the queue", TcpStream::connect(address)).await.unwrap());
    }
    let serving = serve(server);
    for stream in &mut waiting {
        assert_eq!(result(stream, "ping").await, "pong");
    }
    serving.abort();
}

#[tokio::test]
async fn listeners_that_exist_can_be_served() {
    let made = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let by_tokio = made.local_addr().unwrap();
    let first = serve(Server::from(made));
    let made = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let by_std = made.local_addr().unwrap();
    let second = serve(Server::try_from(made).unwrap());
    for address in [by_tokio, by_std] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert_eq!(result(&mut stream, "ping").await, "pong");
    }
    first.abort();
    second.abort();
}

// ── one's own ──

#[tokio::test]
async fn a_listener_may_be_anything() {
    let (door, doors) = mpsc::channel(1);
    let serving = serve(Server::from_listener(Doors(doors)));
    for number in [7, 8] {
        let (mut stream, theirs) = tokio::io::duplex(16);
        door.send(Ok((theirs, Peer::default().with_extension(number)))).await.unwrap();
        assert_eq!(result(&mut stream, "number").await, number.to_string());
        assert_eq!(result(&mut stream, "number").await, number.to_string());
        assert_eq!(result(&mut stream, "who").await, "unknown");
    }
    let (mut stream, theirs) = tokio::io::duplex(4096);
    let address: SocketAddr = ([192, 0, 2, 1], 99).into();
    door.send(Ok((theirs, address.into()))).await.unwrap();
    assert_eq!(result(&mut stream, "who").await, address.to_string());

    drop(door);
    let end = within("the end", serving).await.unwrap().unwrap_err();
    assert_eq!(end.kind(), ErrorKind::NotConnected);
}

#[tokio::test]
async fn trouble_with_accepting_is_survived_and_told_once() {
    log::keep();
    let (door, doors) = mpsc::channel(10);
    let serving = serve(Server::from_listener(Doors(doors)));
    for times in [3, 1] {
        // The peer's affair: not worth a word.
        for kind in [ErrorKind::ConnectionAborted, ErrorKind::ConnectionReset, ErrorKind::Interrupted] {
            door.send(Err(kind.into())).await.unwrap();
        }
        for _ in 0..times {
            door.send(Err(io::Error::other("doors are jammed"))).await.unwrap();
        }
        let (mut stream, theirs) = tokio::io::duplex(4096);
        door.send(Ok((theirs, Peer::default()))).await.unwrap();
        assert_eq!(result(&mut stream, "ping").await, "pong");
    }
    assert_eq!(log::lines_with(&["ERROR", "doors are jammed"]).len(), 2);
    assert_eq!(log::lines_with(&["WARN", "accepted again", "these doors"]).len(), 2);
    serving.abort();
}

/// Connections within this process.
struct Doors(mpsc::Receiver<io::Result<(DuplexStream, Peer)>>);

impl Listener for Doors {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        self.0.recv().await.unwrap_or_else(|| Err(ErrorKind::NotConnected.into()))
    }

    fn describe(&self) -> String {
        "these doors".to_owned()
    }
}

// ── the rest of the machine ──

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    use std::path::PathBuf;
    use std::process::Stdio;

    use tokio::io::{AsyncBufReadExt, BufReader};
    use tokio::net::{UnixListener, UnixStream};
    use tokio::process::Command;

    use super::*;

    #[tokio::test]
    async fn only_its_user_can_connect_to_a_unix_socket() {
        let folder = Folder::new();
        let path = folder.0.join("rpc.sock");
        let server = Server::bind_unix(&path).await.unwrap();
        let metadata = fs::symlink_metadata(&path).unwrap();
        assert!(metadata.file_type().is_socket());
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert_eq!(server.listener().describe(), path.display().to_string());
        let serving = serve(server);
        let mut stream = UnixStream::connect(&path).await.unwrap();
        assert_eq!(result(&mut stream, "ping").await, "pong");
        assert_eq!(result(&mut stream, "who").await, "unknown");
        serving.abort();
    }

    #[tokio::test]
    async fn the_file_of_a_unix_socket_goes_with_the_server() {
        let folder = Folder::new();
        let path = folder.0.join("rpc.sock");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = Server::bind_unix(&path).await.unwrap().serve(methods());
        let serving = tokio::spawn(server.with_graceful_shutdown(async { stopped.await.unwrap() }).into_future());
        assert_eq!(result(&mut UnixStream::connect(&path).await.unwrap(), "ping").await, "pong");
        stop.send(()).unwrap();
        assert_eq!(within("the end", serving).await.unwrap().unwrap().answered(), 1);
        assert!(!path.exists());

        drop(Server::bind_unix(&path).await.unwrap());
        assert!(!path.exists());

        // What another has put in its place is not its own.
        let server = Server::bind_unix(&path).await.unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, "mine").unwrap();
        drop(server);
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }

    #[tokio::test]
    async fn a_unix_socket_without_a_server_is_replaced() {
        let folder = Folder::new();
        let path = folder.0.join("rpc.sock");
        // As after a kill: nobody listens, and nobody has removed the file.
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let serving = serve(Server::bind_unix(&path).await.unwrap());
        assert_eq!(result(&mut UnixStream::connect(&path).await.unwrap(), "ping").await, "pong");
        serving.abort();
    }

    #[tokio::test]
    async fn a_unix_socket_with_a_server_is_not_replaced() {
        let folder = Folder::new();
        let path = folder.0.join("rpc.sock");
        let serving = serve(Server::bind_unix(&path).await.unwrap());
        let error = Server::bind_unix(&path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        assert_eq!(result(&mut UnixStream::connect(&path).await.unwrap(), "ping").await, "pong");
        serving.abort();
    }

    #[tokio::test]
    async fn a_file_that_is_no_socket_is_left_alone() {
        let folder = Folder::new();
        let path = folder.0.join("rpc.sock");
        fs::write(&path, "mine").unwrap();
        assert_eq!(Server::bind_unix(&path).await.unwrap_err().kind(), ErrorKind::AddrInUse);
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        let nowhere = folder.0.join("no/rpc.sock");
        assert_eq!(Server::bind_unix(nowhere).await.unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn unix_listeners_that_exist_can_be_served() {
        let folder = Folder::new();
        let paths = ["tokio.sock", "std.sock"].map(|name| folder.0.join(name));
        let by_tokio = serve(Server::from(UnixListener::bind(&paths[0]).unwrap()));
        let by_std = std::os::unix::net::UnixListener::bind(&paths[1]).unwrap();
        let by_std = serve(Server::try_from(by_std).unwrap());
        for path in &paths {
            assert_eq!(result(&mut UnixStream::connect(path).await.unwrap(), "ping").await, "pong");
        }
        for serving in [by_tokio, by_std] {
            serving.abort();
            assert!(within("the end", serving).await.unwrap_err().is_cancelled());
        }
        // Who made the file removes it.
        assert!(paths.iter().all(|path| path.exists()));
    }

    #[tokio::test]
    async fn an_inherited_tcp_socket_is_served() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // Who comes before the server does has to wait, and loses nothing.
        let mut early = TcpStream::connect(address).await.unwrap();
        let mut child = activate(listener.into(), "LISTEN_FDS=1 LISTEN_PID=$$");
        assert_eq!(child.line().await, format!("serving {address}"));
        let ours = early.local_addr().unwrap();
        assert_eq!(result(&mut early, "who").await, ours.to_string());
    }

    #[tokio::test]
    async fn an_inherited_unix_socket_is_served() {
        let folder = Folder::new();
        let path = folder.0.join("rpc.sock");
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let mut early = UnixStream::connect(&path).await.unwrap();
        let mut child = activate(listener.into(), "LISTEN_FDS=1 LISTEN_PID=$$");
        assert_eq!(child.line().await, format!("serving {}", path.display()));
        assert_eq!(result(&mut early, "ping").await, "pong");
    }

    #[tokio::test]
    async fn without_one_inherited_socket_there_is_no_server() {
        for (environment, kind) in [
            ("LISTEN_FDS=0", "NotFound"),
            ("LISTEN_FDS=1 LISTEN_PID=1", "NotFound"),
            ("LISTEN_FDS=2 LISTEN_PID=$$", "InvalidInput"),
        ] {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            assert_eq!(activate(listener.into(), environment).line().await, format!("refused {kind}"), "{environment}");
        }
        let datagrams = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let mut child = activate(datagrams.into(), "LISTEN_FDS=1 LISTEN_PID=$$");
        assert_eq!(child.line().await, "refused InvalidInput");
    }

    /// Only for the tests above, which start it with a socket.
    #[tokio::test]
    #[ignore = "the other side of the tests of inherited sockets, in a process of its own"]
    async fn inherited_side() {
        match Server::inherited() {
            Ok(server) => {
                println!("\nserving {}", server.listener().describe());
                server.serve(methods()).await.unwrap();
            }
            Err(error) => println!("\nrefused {:?}", error.kind()),
        }
    }

    /// This program as a process that was started with a socket as file 3, as systemd does it.
    fn activate(socket: OwnedFd, environment: &str) -> Child {
        let script = format!("exec 3<&0 0</dev/null; export {environment}; exec \"$@\"");
        let mut process = Command::new("sh")
            .args(["-c", &script, "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "--nocapture", "listeners::unix::inherited_side"])
            .stdin(Stdio::from(socket))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Child { _process: process, output }
    }

    struct Child {
        _process: tokio::process::Child,
        output: BufReader<tokio::process::ChildStdout>,
    }

    impl Child {
        /// The line in which it says how it goes, among those of the harness.
        async fn line(&mut self) -> String {
            loop {
                let mut line = String::new();
                let length = within("a line", self.output.read_line(&mut line)).await.unwrap();
                assert!(length > 0, "it ended without a word");
                if line.starts_with("serving ") || line.starts_with("refused ") {
                    return line.trim_end().to_owned();
                }
            }
        }
    }

    /// A folder that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            static COUNT: AtomicUsize = AtomicUsize::new(0);
            let name = format!("tagwire-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            fs::create_dir(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }
}

// ── the server under test ──

fn methods() -> Methods {
    Methods::new()
        .register_fn("ping", || "pong")
        .register_fn("number", |Extension(number): Extension<i32>| number.to_string())
        .register_fn("who", |cx: tagwire::RequestContext| {
            cx.extension::<RemoteAddr>().map_or("unknown".to_owned(), |RemoteAddr(address)| address.to_string())
        })
}

fn serve<L: Listener>(server: Server<L>) -> JoinHandle<io::Result<()>> {
    tokio::spawn(server.serve(methods()).into_future())
}

/// What a method without parameters gives, as text.
async fn result(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), method: &str) -> String {
    stream.write_all(&post("", call(method))).await.unwrap();
    let mut received = String::new();
    let mut buffer = [0; 4096];
    while !received.ends_with("</methodResponse>") {
        let length = within("an answer", stream.read(&mut buffer)).await.unwrap();
        assert!(length > 0, "no answer but {received:?}");
        received.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    assert!(received.starts_with("HTTP/1.1 200 OK\r\n"), "{received}");
    let value = received.split_once("<string>").and_then(|(_, rest)| rest.split_once("</string>"));
    value.unwrap_or_else(|| panic!("no string: {received}")).0.to_owned()
}
