//! Programs that serve until they are killed, each in a folder of its own.

use std::env;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream, UnixStream};
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use crate::peers::PATIENCE;

/// A program at work, killed on drop. Its command has to see to it that the program ends when this process is killed.
pub(crate) struct Daemon {
    child: Child,
    folder: Folder,
}

impl Daemon {
    /// Starts a program in a folder, and waits until it takes connections in all places.
    pub(crate) async fn start(mut command: Command, folder: Folder, places: &[Place]) -> Self {
        let output = File::create(folder.path("output")).unwrap();
        command.current_dir(&folder.0).stdin(Stdio::null());
        command.stdout(output.try_clone().unwrap()).stderr(output);
        let mut command = tokio::process::Command::from(command);
        let child = command.kill_on_drop(true).spawn().unwrap();
        let mut this = Self { child, folder };
        for place in places {
            until("the program takes connections", async || {
                if let Some(status) = this.child.try_wait().unwrap() {
                    panic!("{command:?}: {status}\n{}", fs::read_to_string(this.folder.path("output")).unwrap());
                }
                place.takes_connections().await.then_some(())
            })
            .await;
        }
        this
    }

    /// A file of its folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path(name)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Before it loses its folder.
        let _ = self.child.start_kill();
        while let Ok(None) = self.child.try_wait() {
            thread::yield_now();
        }
    }
}

/// Where a program listens.
pub(crate) enum Place {
    Port(Port),
    Socket(PathBuf),
}

impl Place {
    async fn takes_connections(&self) -> bool {
        match self {
            Self::Port(port) => TcpStream::connect(("127.0.0.1", port.number())).await.is_ok(),
            Self::Socket(path) => UnixStream::connect(path).await.is_ok(),
        }
    }
}

/// A port for a program that cannot choose one by itself. It is bound here and not listened on, so that nobody else is
/// given it, while one who asks for it by number, and for `SO_REUSEADDR` as these programs do, can listen on it.
pub(crate) struct Port(TcpSocket);

impl Port {
    pub(crate) fn reserve() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    pub(crate) fn number(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }
}

/// A folder that is removed on drop. Its path is short, since that of a local socket has to be.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("tagwire-{name}-{}-{number}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Asks again and again until there is an answer.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let answer = async {
        loop {
            match ask().await {
                Some(answer) => break answer,
                None => sleep(Duration::from_millis(10)).await,
            }
        }
    };
    timeout(PATIENCE, answer).await.unwrap_or_else(|_| panic!("in vain: {what}"))
}
