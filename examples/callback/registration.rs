//! Being called back: from the first registration to the end of it.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tagwire::client::Error;
use tagwire::{Client, Value};

use crate::callbacks::Callbacks;

/// Has the peer call a URL of ours, for as long as we want it to.
pub(crate) struct Registration {
    peer: Client,
    /// What the peer is told.
    url: String,
    id: String,
    /// They know whether the peer has been heard.
    callbacks: Arc<Callbacks>,
    check: Duration,
    renew: Duration,
}

impl Registration {
    /// Nothing is sent before [`keep`](Self::keep).
    pub(crate) fn new(peer: &str, url: String, id: String, callbacks: Arc<Callbacks>) -> Result<Self, Error> {
        // A stop waits for the call under way, and a peer that hangs should not hold it up for long.
        let peer = Client::builder(peer).timeout(Duration::from_secs(5)).build()?;
        Ok(Self { peer, url, id, callbacks, check: Duration::from_secs(10), renew: Duration::from_secs(300) })
    }

    /// How often to look whether the peer still knows us. Default: every 10 seconds.
    pub(crate) fn checked_every(mut self, interval: Duration) -> Self {
        self.check = interval;
        self
    }

    /// How often to register again whatever is heard. Default: every 300 seconds.
    pub(crate) fn renewed_every(mut self, interval: Duration) -> Self {
        self.renew = interval;
        self
    }

    /// Registers, and again when the peer has forgotten us, was not there, or the time has come; until `stop` is ready.
    ///
    /// It stops between two calls and never within one: a registration that is given up halfway may reach the peer after the
    /// end of it did, and would then stay for good.
    pub(crate) async fn keep(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut registered = None;
        loop {
            registered = self.check(registered).await;
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(self.check) => {}
            }
        }
    }

    /// Tells the peer to call no more.
    pub(crate) async fn end(&self) {
        // An empty id is what tells the two apart.
        match self.init("").await {
            Ok(()) => println!("unregistered"),
            Err(error) => eprintln!("not unregistered: {error:#}"),
        }
    }

    /// Does what is due, given since when we are registered and giving that back.
    async fn check(&self, registered: Option<Instant>) -> Option<Instant> {
        // A peer that has restarted answers a ping as ever, but it knows nobody to send the PONG to.
        let heard = self.callbacks.was_heard();
        let registered = match registered {
            Some(since) if heard && since.elapsed() < self.renew => since,
            _ => match self.init(&self.id).await {
                Ok(()) => {
                    println!("{}", if registered.is_some() && !heard { "registered again" } else { "registered" });
                    Instant::now()
                }
                Err(error) => {
                    eprintln!("not registered: {error:#}");
                    return None;
                }
            },
        };
        // That it has no such method, or no time for us, is told by the silence that follows.
        if let Err(error) = self.peer.call::<_, Value>("ping", (&self.id,)).await {
            eprintln!("no ping: {error:#}");
        }
        Some(registered)
    }

    async fn init(&self, id: &str) -> Result<(), Error> {
        // To register twice is to register, so this may be sent again when a connection breaks.
        self.peer.idempotent().call::<_, Value>("init", (&self.url, id)).await.map(drop)
    }
}
