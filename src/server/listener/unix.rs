//! Unix domain sockets.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::net::{UnixListener, UnixStream};

use super::super::Server;
use super::{Listener, Peer};

/// A Unix socket with a name in the file system, which is removed when the server ends: see [`Server::bind_unix`].
///
/// ```
/// use std::path::Path;
/// use tagwire::Server;
/// use tagwire::server::UnixSocket;
///
/// async fn bind(folder: &Path) -> std::io::Result<Server<UnixSocket>> {
///     Server::bind_unix(folder.join("rpc.sock")).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// # let folder = std::env::temp_dir().join(format!("tagwire-socket-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let server = bind(&folder).await?;
/// assert!(folder.join("rpc.sock").exists());
/// drop(server);
/// assert!(!folder.join("rpc.sock").exists());
/// # std::fs::remove_dir(folder)
/// # }
/// ```
#[derive(Debug)]
pub struct UnixSocket {
    listener: UnixListener,
    // After the listener: the name goes when nobody listens any more.
    file: SocketFile,
}

impl Server<UnixSocket> {
    /// Listens on a Unix socket: a file that only the user whom the process runs as can connect to (mode 0600, before the
    /// first connection is possible). Who wants others to come changes its mode or owner then.
    ///
    /// A file that a server has left behind when it was killed is replaced, and the file is removed when the server ends.
    ///
    /// ```
    /// use tagwire::{Methods, Server};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// # let folder = std::env::temp_dir().join(format!("tagwire-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("rpc.sock");
    /// let server = Server::bind_unix(&path).await?;
    /// let refused = Server::bind_unix(&path).await.unwrap_err();
    /// assert_eq!(refused.kind(), std::io::ErrorKind::AddrInUse);
    /// let serving = server.serve(Methods::new());
    /// drop(serving);
    /// assert!(!path.exists());
    /// # std::fs::remove_dir(folder)
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`AddrInUse`](io::ErrorKind::AddrInUse) if a server listens there, or if there is a file that is no socket; or the
    /// socket cannot be made there.
    pub async fn bind_unix(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        remove_stale(path).await?;
        let socket = tokio::net::UnixSocket::new_stream()?;
        socket.bind(path)?;
        let file = SocketFile::new(path)?;
        // Nobody can connect before `listen`, so nobody has got in by the mode that the umask gave.
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        Ok(Self::from_listener(UnixSocket { listener: socket.listen(BACKLOG)?, file }))
    }
}

impl Listener for UnixSocket {
    type Io = UnixStream;

    async fn accept(&mut self) -> io::Result<(UnixStream, Peer)> {
        Listener::accept(&mut self.listener).await
    }

    fn describe(&self) -> String {
        self.file.path.display().to_string()
    }
}

impl Listener for UnixListener {
    type Io = UnixStream;

    async fn accept(&mut self) -> io::Result<(UnixStream, Peer)> {
        let (stream, _) = Self::accept(self).await?;
        Ok((stream, Peer::default()))
    }

    fn describe(&self) -> String {
        let path =
            self.local_addr().ok().and_then(|address| address.as_pathname().map(|path| path.display().to_string()));
        path.unwrap_or_else(|| "a Unix socket without a name".to_owned())
    }
}

/// The file, if there is one, stays when the server ends.
impl From<UnixListener> for Server<UnixListener> {
    fn from(listener: UnixListener) -> Self {
        Self::from_listener(listener)
    }
}

/// Needs a Tokio runtime with I/O, and fails where the operating system refuses to make the listener one that does not
/// block. The file, if there is one, stays when the server ends.
impl TryFrom<net::UnixListener> for Server<UnixListener> {
    type Error = io::Error;

    fn try_from(listener: net::UnixListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(UnixListener::from_std(listener)?.into())
    }
}

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Makes room where nobody listens any more. A socket that refuses is one whose server is gone.
async fn remove_stale(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.file_type().is_socket() => {}
        // There is nothing, or something that is not ours to remove: `bind` says so.
        _ => return Ok(()),
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
        // It answers, or its queue is full, or it is not ours to look at.
        _ => Ok(()),
    }
}

/// The name of a socket, as long as it is this one.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    identity: Identity,
}

impl SocketFile {
    fn new(path: &Path) -> io::Result<Self> {
        let identity = Identity::of(path)?;
        // The process may go elsewhere before it ends.
        Ok(Self { path: std::path::absolute(path)?, identity })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if Identity::of(&self.path).is_ok_and(|found| found == self.identity)
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "the socket's file cannot be removed");
        }
    }
}

/// Which file it is. The number of one that was removed is soon given to another, so the kind counts, and the time when
/// it was made where the file system knows it.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    is_socket: bool,
    device: u64,
    inode: u64,
    made: Option<SystemTime>,
}

impl Identity {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::symlink_metadata(path)?;
        Ok(Self {
            is_socket: metadata.file_type().is_socket(),
            device: metadata.dev(),
            inode: metadata.ino(),
            made: metadata.created().ok(),
        })
    }
}
