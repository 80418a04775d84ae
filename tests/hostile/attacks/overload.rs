//! Ten times as many calls as a server can carry out, under each policy: it carries out as many as ever, never more at a time
//! than may run, and who is refused is told at once. And one call at a time, for which one slot is enough.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tagwire::OverloadPolicy;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;

use super::child::Child;
use super::client::{Answer, Connection, request};
use super::descriptors::expect_descriptors;
use super::scale::Scale;
use super::server::{POLICIES, Role};
use super::table::{Bound, Percent, Table, percentile};

const SLOTS: usize = 8;
const PLACES: usize = 16;

/// How long a call takes, in milliseconds: long enough that the capacity is that of the slots and not of the processor.
const TAKES: u64 = 20;

/// The clients of ten times the load.
const CROWD: usize = 400;

pub(crate) fn run(scale: Scale, table: &mut Table) {
    let size = scale.pick(1_000, 10_000);
    expect_descriptors(size as u64 + 100);
    table.note("slots", SLOTS);
    table.note("places to wait", PLACES);
    let runtime = Runtime::new().unwrap();
    for (number, policy) in POLICIES.into_iter().enumerate() {
        let settings =
            [("policy", number), ("max_concurrent", SLOTS), ("max_pending", PLACES), ("max_connections", 2 * size)];
        let mut server = Child::start(Role::Tagwire, &settings);
        let name = format!("{policy:?}");
        overload(scale, table, policy, &runtime, &mut server);
        all_at_once(table, &name, &runtime, &mut server, size);
        let most = server.stats()["most"];
        table.hold(&format!("{name}: calls that ever ran at a time"), Bound::at_most(most, SLOTS as u64));
    }
    one_at_a_time(scale.pick(5_000, 100_000), table, &runtime);
}

fn overload(scale: Scale, table: &mut Table, policy: OverloadPolicy, runtime: &Runtime, server: &mut Child) {
    let name = format!("{policy:?}");
    let (watched, throws) = scale.pick((1, 1), (3, 3));
    let watched = Duration::from_secs(watched);
    // As many clients as there are slots and places, one call after another: nobody is refused, and no slot is free.
    let (busy, seen) = watch(runtime, server, SLOTS + PLACES, Duration::ZERO, watched);
    table.note(&format!("{name}: calls a second that it can carry out"), busy.completed);
    table.hold(&format!("{name}: of them refused"), Bound::exactly(seen.refused.len(), 0));
    // Each client of the crowd calls so often that all together call ten times as often.
    let pace = Duration::from_secs_f64(CROWD as f64 / (10.0 * busy.completed));
    // Whatever else the machine does is in these figures, so the best of some throws tells most about the server.
    let throws = (0..throws).map(|_| watch(runtime, server, CROWD, pace, watched));
    let throws = throws.map(|(crowded, mut seen)| (percentile(&mut seen.refused, 99), crowded, seen));
    let (slowest, crowded, mut seen) = throws.min_by_key(|(slowest, ..)| *slowest).unwrap();
    let goodput = Percent(100.0 * crowded.completed / busy.completed);
    let bound = Bound::at_least(goodput, Percent(95.0)).delicate();
    table.hold(&format!("{name}: {CROWD} clients, goodput, of what it can"), bound);
    if policy == OverloadPolicy::Block {
        table.hold(&format!("{name}: calls refused"), Bound::exactly(seen.refused.len(), 0));
        return;
    }
    let times = crowded.requests / busy.completed;
    table.hold(&format!("{name}: calls, times what it can"), Bound::at_least(times, 9.5).delicate());
    table.note(&format!("{name}: calls refused"), seen.refused.len());
    table.note(&format!("{name}: refused after, median"), percentile(&mut seen.refused, 50));
    let bound = Bound::at_most(slowest, Duration::from_millis(5)).delicate();
    table.hold(&format!("{name}: refused after, p99"), bound);
}

/// Calls a second.
struct Rates {
    requests: f64,
    completed: f64,
}

/// What happens while so many clients call, each at its pace, and what all of them see. Nothing may be lost between the two.
fn watch(runtime: &Runtime, server: &mut Child, clients: usize, pace: Duration, watched: Duration) -> (Rates, Seen) {
    let before = server.rest();
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<JoinHandle<Seen>> = (0..clients)
        .map(|number| {
            let offset = pace * u32::try_from(number).unwrap() / u32::try_from(clients).unwrap();
            runtime.spawn(keep_calling(server.address, pace, offset, over.clone()))
        })
        .collect();
    // Until all places are taken.
    std::thread::sleep(Duration::from_millis(300));
    let (first, began) = (server.stats(), Instant::now());
    std::thread::sleep(watched);
    let (last, took) = (server.stats(), began.elapsed().as_secs_f64());
    over.store(true, Ordering::Relaxed);
    let mut seen = Seen::default();
    for client in clients {
        seen.add(runtime.block_on(client).unwrap());
    }
    let after = server.rest();
    let counted = |name: &str| after[name] - before[name];
    assert_eq!((counted("completed"), counted("refused")), (seen.answered, seen.refused.len() as u64));
    assert_eq!(counted("requests"), counted("completed") + counted("refused"));
    #[allow(clippy::cast_precision_loss, reason = "for reading")]
    let rate = |name: &str| (last[name] - first[name]) as f64 / took;
    (Rates { requests: rate("requests"), completed: rate("completed") }, seen)
}

/// What clients are told.
#[derive(Default)]
struct Seen {
    answered: u64,
    /// How long it took to refuse each.
    refused: Vec<Duration>,
}

impl Seen {
    fn note(&mut self, outcome: Outcome, took: Duration) {
        match outcome {
            Outcome::Answered => self.answered += 1,
            Outcome::Refused => self.refused.push(took),
        }
    }

    fn add(&mut self, other: Self) {
        self.answered += other.answered;
        self.refused.extend(other.refused);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Answered,
    Refused,
}

impl Outcome {
    fn of(answer: &io::Result<Answer>) -> Self {
        match answer {
            Ok(answer) if answer.status == 200 && !contains(&answer.body, "<fault>") => Self::Answered,
            Ok(answer) if answer.status == 200 && contains(&answer.body, "server overloaded") => Self::Refused,
            Ok(answer) if answer.status == 503 => Self::Refused,
            Ok(answer) => panic!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Self::Refused,
            Err(error) => panic!("{error}"),
        }
    }
}

fn contains(body: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(body).contains(text)
}

/// One call after another, each at its time; without a pace each as soon as the last is answered.
async fn keep_calling(address: SocketAddr, pace: Duration, offset: Duration, over: Arc<AtomicBool>) -> Seen {
    let mut seen = Seen::default();
    let request = request("work", &[TAKES]);
    let mut connection = Connection::open(address).await.unwrap();
    let mut clock = (!pace.is_zero()).then(|| tokio::time::interval_at(tokio::time::Instant::now() + offset, pace));
    if let Some(clock) = &mut clock {
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    while !over.load(Ordering::Relaxed) {
        if let Some(clock) = &mut clock {
            clock.tick().await;
        }
        let began = Instant::now();
        let answer = connection.exchange(&request).await;
        seen.note(Outcome::of(&answer), began.elapsed());
        if answer.is_err() {
            connection = Connection::open(address).await.unwrap();
        }
    }
    seen
}

/// All are connected before the first of them calls.
fn all_at_once(table: &mut Table, name: &str, runtime: &Runtime, server: &mut Child, size: usize) {
    let before = server.rest();
    let address = server.address;
    let seen = runtime.block_on(async {
        let start = Arc::new(Semaphore::new(0));
        let mut clients = JoinSet::new();
        for _ in 0..size {
            let mut connection = Connection::open(address).await.unwrap();
            let start = start.clone();
            clients.spawn(async move {
                start.acquire().await.unwrap().forget();
                let began = Instant::now();
                let answer = connection.exchange(&request("work", &[1])).await;
                (Outcome::of(&answer), began.elapsed())
            });
        }
        start.add_permits(size);
        let mut seen = Seen::default();
        clients.join_all().await.into_iter().for_each(|(outcome, took)| seen.note(outcome, took));
        seen
    });
    let after = server.rest();
    let counted = |name: &str| after[name] - before[name];
    table.note(&format!("{name}: {size} clients in one moment, served"), seen.answered);
    let miscounted = counted("completed").abs_diff(seen.answered)
        + counted("refused").abs_diff(seen.refused.len() as u64)
        + counted("requests").abs_diff(size as u64);
    table.hold(&format!("{name}: outcomes that the server counts otherwise"), Bound::exactly(miscounted, 0));
}

/// The slot is free when the answer is there.
fn one_at_a_time(calls: usize, table: &mut Table, runtime: &Runtime) {
    let mut server = Child::start(Role::Tagwire, &[("max_concurrent", 1), ("max_pending", 0)]);
    let address = server.address;
    let refused = runtime.block_on(async {
        let mut connection = Connection::open(address).await.unwrap();
        let mut refused = 0;
        for _ in 0..calls {
            let answer = connection.exchange(&request("add", &[1, 2])).await;
            refused += usize::from(Outcome::of(&answer) == Outcome::Refused);
        }
        refused
    });
    table.note("one slot and no place: calls one at a time", server.rest()["completed"]);
    table.hold("one slot and no place: of them refused", Bound::exactly(refused, 0));
}
