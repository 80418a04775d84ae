//! Ten times as many calls as a server can carry out: it carries out as many as ever, and refuses the others in no time.
//!
//! The clock of these tests goes on only when nothing else can, so that what they count is the same on every machine. The whole
//! server takes part, over connections within this process.

use std::future::IntoFuture;
use std::io::{self, ErrorKind};
use std::time::Duration;

use tagwire::server::{Listener, Peer};
use tagwire::{Methods, OverloadPolicy, Server, Stats, XmlRpcService};
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use crate::support::raw::{Connection, call, post};

const SLOTS: usize = 8;
const PLACES: usize = 16;

/// What each call takes, and how often that passes while the calls are counted.
const ROUND: Duration = Duration::from_millis(10);
const ROUNDS: u32 = 100;

/// So many that call once in three rounds, the longest that a call may wait and run, are a little more than ten times the load.
const CROWD: usize = 300;
const PACE: Duration = ROUND.saturating_mul(3);

#[tokio::test(start_paused = true)]
async fn as_much_is_done_as_ever() {
    for policy in [OverloadPolicy::Close, OverloadPolicy::Fault, OverloadPolicy::Http503] {
        let busy = count(policy, SLOTS + PLACES, Duration::ZERO).await;
        assert_eq!(busy.refused, 0, "{policy:?}: {busy:?}");
        // A timer takes up to a millisecond longer than it was told.
        let most = u64::from(ROUNDS) * SLOTS as u64;
        assert!(busy.completed <= most && busy.completed * 100 >= most * 90, "{policy:?}: {busy:?}");

        let crowded = count(policy, CROWD, PACE).await;
        assert!(crowded.requests >= 10 * busy.completed, "{policy:?}: {crowded:?}, {busy:?}");
        assert!(crowded.completed * 100 >= busy.completed * 95, "{policy:?}: {crowded:?}, {busy:?}");
        // No slot is ever free, so at any moment as many run and wait as may.
        assert_eq!((crowded.active, crowded.queued), (SLOTS as u64, PLACES as u64), "{policy:?}: {crowded:?}");
    }
}

/// Where all wait, none is refused, and the slots are as busy.
#[tokio::test(start_paused = true)]
async fn as_much_is_done_where_all_wait() {
    let busy = count(OverloadPolicy::Block, SLOTS + PLACES, Duration::ZERO).await;
    let crowded = count(OverloadPolicy::Block, CROWD, Duration::ZERO).await;
    assert_eq!((crowded.refused, crowded.queued), (0, (CROWD - SLOTS) as u64), "{crowded:?}");
    assert!(crowded.completed * 100 >= busy.completed * 95, "{crowded:?}, {busy:?}");
}

/// What the service counts in all rounds while so many clients call, each at its pace.
async fn count(policy: OverloadPolicy, clients: usize, pace: Duration) -> Stats {
    let methods = Methods::new().register_fn("work", async || {
        sleep(ROUND).await;
        true
    });
    let service = XmlRpcService::new(methods).max_concurrent(SLOTS).max_pending(PLACES).overload_policy(policy);
    let (door, doors) = mpsc::unbounded_channel();
    let serving = tokio::spawn(Server::from_listener(Doors(doors)).serve(service.clone()).into_future());
    let mut calling = JoinSet::new();
    for number in 0..clients {
        let offset = pace * u32::try_from(number).unwrap() / u32::try_from(clients).unwrap();
        calling.spawn(keep_calling(door.clone(), policy, offset, pace));
    }
    sleep(ROUND * ROUNDS).await;
    let stats = service.stats();
    // One that has failed has ended.
    assert!(calling.try_join_next().is_none(), "{policy:?}");
    calling.shutdown().await;
    serving.abort();
    stats
}

/// One call after another, each at its time; without a pace each as soon as the last is answered.
async fn keep_calling(
    door: mpsc::UnboundedSender<DuplexStream>,
    policy: OverloadPolicy,
    offset: Duration,
    pace: Duration,
) {
    let mut clock = (!pace.is_zero()).then(|| interval_at(Instant::now() + offset, pace));
    if let Some(clock) = &mut clock {
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    let mut connection = connect(&door);
    loop {
        if let Some(clock) = &mut clock {
            clock.tick().await;
        }
        let began = Instant::now();
        let refused = match policy {
            // The end is the answer, so a connection is for one call.
            OverloadPolicy::Close => {
                connection.send(post("Connection: close\r\n", call("work"))).await;
                let received = connection.rest().await;
                connection = connect(&door);
                assert!(received.is_empty() || received.starts_with("HTTP/1.1 200 OK\r\n"), "{received}");
                received.is_empty()
            }
            _ => {
                let answer = connection.exchange(post("", call("work"))).await;
                answer.status == 503 || answer.body.contains("server overloaded")
            }
        };
        if refused {
            assert_eq!(began.elapsed(), Duration::ZERO, "a refusal had to wait");
        } else {
            assert!(began.elapsed() >= ROUND);
        }
    }
}

fn connect(door: &mpsc::UnboundedSender<DuplexStream>) -> Connection<DuplexStream> {
    let (ours, theirs) = tokio::io::duplex(4096);
    door.send(theirs).unwrap();
    Connection::over(ours)
}

/// Connections within this process.
struct Doors(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Doors {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        self.0.recv().await.map(|stream| (stream, Peer::default())).ok_or_else(|| ErrorKind::NotConnected.into())
    }

    fn describe(&self) -> String {
        "this process".to_owned()
    }
}
