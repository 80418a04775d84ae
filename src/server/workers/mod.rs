//! Several processes that serve one address.

mod handover;
mod parent;
mod pause;
mod process;
mod slot;
mod sockets;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use tokio::net::ToSocketAddrs;

use self::sockets::Sockets;
use super::Server;

/// Several processes that serve one address: copies of the running program, and the process that keeps them alive. A crash
/// or an abort takes only one of them along, and what holds up one process, such as a library that is not thread-safe, holds
/// up only that.
///
/// ```no_run
/// use tagwire::server::Workers;
/// use tagwire::{methods, xmlrpc_method};
///
/// /// Adds two integers.
/// #[xmlrpc_method]
/// async fn add(a: i32, b: i32) -> i32 {
///     a + b
/// }
///
/// #[tokio::main]
/// async fn main() -> std::io::Result<()> {
///     let Some(server) = Workers::bind("127.0.0.1:8000").await?.run(4).await? else {
///         return Ok(()); // in the parent, when all workers have ended
///     };
///     server.serve(methods![add]).serve_until_signal().await?;
///     Ok(())
/// }
/// ```
///
/// The program that is started becomes the parent: [`run`](Self::run) starts the workers there, and returns when all is over.
/// They are the same program with the same arguments and `TAGWIRE_WORKER` in their environment; in them `run` returns at
/// once, with the server to serve with. What stands before it in `main` is done in each of the processes.
///
/// | what happens | what the parent does |
/// |---|---|
/// | a worker ends, whyever | starts another; one that did not live for 10 s is replaced after a pause, of 100 ms and then twice as long each time, 5 s at most |
/// | SIGTERM, SIGINT | passes it on to the workers, and waits for them for their [grace](Self::grace) and a second more; then it kills them |
/// | another of these | passes it on, too: [`serve_until_signal`](super::Serve::serve_until_signal) then cuts off what is in flight |
/// | SIGHUP | replaces the workers one after another: starts the program anew, which may be a newer one at the same path, and stops the old worker by SIGTERM once the new one has its server. If the new one does not get that far within 60 s, the old one stays |
///
/// The listening socket is opened once, by the parent, and all workers accept from it. So no connection that waits to be
/// accepted is lost with a worker. Those it has accepted end with it, and their callers see that as a connection that was
/// closed.
///
/// If the parent itself is killed, each worker sends itself SIGTERM, and SIGKILL when it still lives after its grace and a
/// second.
///
/// The path of the program is looked up once, by the parent, with symbolic links resolved. The workers find their socket where standard input would be, and then `/dev/null` in its place. Each has a process group
/// of its own: Ctrl-C reaches the parent only. A program that a worker starts, if it has workers of its own, must not inherit
/// `TAGWIRE_WORKER`. What parent and workers have to tell is logged by `tracing`.
#[derive(Debug)]
pub struct Workers {
    role: Role,
    grace: Duration,
}

#[derive(Debug)]
enum Role {
    Parent(Sockets),
    Worker { number: usize, listener: TcpListener, lifeline: UnixStream },
}

impl Workers {
    /// Listens on a TCP address, as [`Server::bind`] does; in a worker, takes over the parent's socket. Once in a program.
    ///
    /// # Errors
    /// The address cannot be resolved or is not free; in a worker, that it is not the parent who started it.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Self::new(Sockets::shared(address)).await
    }

    /// As [`bind`](Self::bind), with a socket for each worker (`SO_REUSEPORT`): the operating system spreads the connections
    /// over them by their addresses, which is more even where they are many and short. The other side of it: connections
    /// that fall to a worker wait for that one, also while it is busy and others are idle, or is being replaced.
    ///
    /// # Errors
    /// Those of [`bind`](Self::bind), and [`Unsupported`](io::ErrorKind::Unsupported) where the system cannot do it.
    pub async fn bind_reuse_port(address: impl ToSocketAddrs) -> io::Result<Self> {
        Self::new(Sockets::one_each(address)).await
    }

    async fn new(sockets: impl Future<Output = io::Result<Sockets>>) -> io::Result<Self> {
        let role = match handover::worker_number()? {
            Some(number) => {
                let (listener, lifeline) = handover::take_over()?;
                Role::Worker { number, listener, lifeline }
            }
            None => Role::Parent(sockets.await?),
        };
        Ok(Self { role, grace: Duration::from_secs(25) })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.role {
            Role::Parent(sockets) => sockets.local_addr(),
            Role::Worker { listener, .. } => listener.local_addr(),
        }
    }

    /// Which worker this process is, counted from 0; `None` in the parent. One that is replaced has the number of its
    /// predecessor.
    ///
    /// ```no_run
    /// use tagwire::Server;
    /// use tagwire::server::Workers;
    ///
    /// # async fn start() -> std::io::Result<Option<Server>> {
    /// let workers = Workers::bind("127.0.0.1:0").await?;
    /// match workers.worker() {
    ///     None => println!("listening on http://{}/", workers.local_addr()?),
    ///     Some(number) => eprintln!("worker {number}, process {}", std::process::id()),
    /// }
    /// workers.run(4).await
    /// # }
    /// ```
    #[must_use]
    pub fn worker(&self) -> Option<usize> {
        match self.role {
            Role::Parent(_) => None,
            Role::Worker { number, .. } => Some(number),
        }
    }

    /// How long the calls in flight of a worker may take once it is told to stop; 25 s by default. It is
    /// [that of the server](Server::grace), which is set by this; the parent has to know it, too.
    #[must_use]
    pub fn grace(mut self, limit: Duration) -> Self {
        self.grace = limit;
        self
    }

    /// In the parent: keeps so many workers, at least one, until a signal tells it to stop and all have ended, and gives
    /// `None`. In a worker: gives the server.
    ///
    /// If the future is dropped in the parent, the workers stop.
    ///
    /// # Errors
    /// In the parent: the program cannot be started, or the signals cannot be listened to. In a worker: the socket cannot be
    /// used, or the parent has ended.
    pub async fn run(self, count: usize) -> io::Result<Option<Server>> {
        match self.role {
            Role::Parent(sockets) => {
                parent::run(sockets, count.max(1), self.grace).await?;
                Ok(None)
            }
            Role::Worker { listener, lifeline, .. } => {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                handover::ready(lifeline, self.grace)?;
                Ok(Some(Server::from_listener(listener).grace(self.grace)))
            }
        }
    }
}

/// What a worker may take beyond its grace.
const MARGIN: Duration = Duration::from_secs(1);
