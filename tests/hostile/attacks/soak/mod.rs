//! All of it at once for a long time, and that nothing of it stays: good, bad and hostile clients at one server, which
//! is looked at when they have gone, again and again.

mod bad;
mod dice;
mod good;
mod hostile;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::child::Child;
use super::client::Connection;
use super::descriptors::expect_descriptors;
use super::scale::Scale;
use super::server::Role;
use super::table::{Bound, Bytes, Figure, Table};
use dice::Dice;

/// What is given back goes back to the system, as far as glibc can: left to itself it keeps some tens of megabytes of what
/// there was at some time, among which a leak does not show.
const FRUGAL: [(&str, &str); 3] =
    [("MALLOC_ARENA_MAX", "1"), ("MALLOC_MMAP_THRESHOLD_", "65536"), ("MALLOC_TRIM_THRESHOLD_", "65536")];

/// What may be held up by the little that stays.
const SLACK: u64 = 4 << 20;

/// Short ones, so that many clients meet them in a round.
const SETTINGS: [(&str, usize); 4] =
    [("header_read_timeout", 2_000), ("body_timeout", 3_000), ("write_timeout", 2_000), ("keep_alive_timeout", 3_000)];

const CLIENTS: [(Kind, usize); 3] = [(Kind::Good, 8), (Kind::Bad, 4), (Kind::Hostile, 24)];

/// What the command line asks for, if it is this.
pub(crate) fn asked(arguments: &[String]) -> Option<Soak> {
    let place = arguments.iter().position(|argument| argument == "soak")?;
    let mut rest: Vec<_> = arguments[place + 1..].iter().map(String::as_str).collect();
    let usual_memory = rest.pop_if(|last| *last == "usual-memory").is_some();
    let seconds = rest.first().map_or(120, |seconds| seconds.parse().expect("a number of seconds"));
    Some(Soak { length: Duration::from_secs(seconds), usual_memory })
}

#[derive(Clone, Copy)]
pub(crate) struct Soak {
    /// Of all traffic together.
    length: Duration,
    /// Memory is managed as in any program, for a figure; it is not judged then.
    usual_memory: bool,
}

/// Rounds of traffic with a rest after each.
pub(crate) fn run(Soak { length, usual_memory }: Soak) -> ExitCode {
    expect_descriptors(1_000);
    let mut table = Table::new(Scale::Full, "soak");
    let mut server = Child::start_in(if usual_memory { &[] } else { &FRUGAL }, Role::Tagwire, &SETTINGS);
    let runtime = Runtime::new().unwrap();
    let (sums, bombs) = (Arc::new(Sums::default()), Arc::new(hostile::bombs()));

    runtime.block_on(good::visit(server.address, &mut Dice::new(0))).unwrap();
    let before = Sight::at_rest(&mut server, None);
    let rounds = (length.as_secs() / 30).clamp(3, 40);
    table.note("rounds", rounds);
    println!("{}", Sight::heading());
    let began = Instant::now();
    println!("{}", before.line("start", began));
    let mut rests = Vec::new();
    for round in 0..rounds {
        let end = Instant::now() + length / u32::try_from(rounds).unwrap();
        let crowd = runtime.block_on(async { gather(server.address, &bombs, &sums, round, end) });
        while Instant::now() < end {
            std::thread::sleep(Duration::from_millis(100).min(end - Instant::now()));
        }
        println!("{}", Sight::of(&mut server).line("traffic", began));
        runtime.block_on(crowd.join_all());
        let rest = Sight::at_rest(&mut server, Some(&before));
        println!("{}", rest.line("rest", began));
        rests.push(rest);
    }
    let end = rests.last().unwrap();
    judge(&mut table, &sums, &before, end);
    table.note("memory before", before.memory);
    table.note("memory at most", server.peak());
    table.note("memory after the first round", rests[0].memory);
    match usual_memory {
        true => table.note("memory at the end", end.memory),
        false => table.hold("memory at the end", Bound::at_most(end.memory, Bytes(rests[0].memory.0 + SLACK))),
    }
    server.terminate();
    println!("{}", server.end().join("\n"));
    if table.all_held() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn judge(table: &mut Table, sums: &Sums, before: &Sight, end: &Sight) {
    let [good, bad, hostile] = [&sums.good, &sums.bad, &sums.hostile].map(|sum| sum.load(Ordering::Relaxed));
    table.note("good exchanges", good);
    table.note("bad exchanges", bad);
    table.note("hostile connections", hostile);
    let wrong = sums.wrong.lock().unwrap();
    wrong.iter().take(20).for_each(|wrong| println!("  {wrong}"));
    table.hold("of all these, with another end than they should have", Bound::exactly(wrong.len(), 0));

    table.hold("descriptors at the end", Bound::exactly(end.descriptors, before.descriptors));
    table.hold("tasks at the end", Bound::exactly(end.count("tasks"), before.count("tasks")));

    let sum = |names: &[&str]| names.iter().map(|name| end.count(name)).sum::<u64>();
    let known = sum(&["admitted", "refused", "aborted"]);
    table.hold("requests, of which it is known what became", Bound::exactly(known, end.count("requests")));
    let ended = sum(&["completed", "errored", "cancelled"]);
    table.hold("calls that got a slot, and have ended", Bound::exactly(ended, end.count("admitted")));
    table.hold("calls that run or wait", Bound::exactly(sum(&["active", "queued"]), 0));
    table.hold("calls and refusals", Bound::at_least(sum(&["completed", "errored", "refused"]), good));
    // Nobody is refused for want of room, so what the others do takes nothing from the good ones.
    table.hold("refusals for want of room", Bound::exactly(end.count("rejected_503"), 0));
}

/// All clients, each of which makes one visit after another.
fn gather(address: SocketAddr, bombs: &Arc<hostile::Bombs>, sums: &Arc<Sums>, round: u64, end: Instant) -> JoinSet<()> {
    let mut crowd = JoinSet::new();
    let kinds = CLIENTS.iter().flat_map(|(kind, size)| std::iter::repeat_n(*kind, *size));
    for (number, kind) in kinds.enumerate() {
        let (bombs, sums) = (bombs.clone(), sums.clone());
        crowd.spawn(async move {
            let mut dice = Dice::new(1_000 * (round + 1) + number as u64);
            while Instant::now() < end {
                let visit = async {
                    match kind {
                        Kind::Good => good::visit(address, &mut dice).await,
                        Kind::Bad => bad::visit(address, &mut dice).await,
                        Kind::Hostile => hostile::visit(address, &mut dice, &bombs).await,
                    }
                };
                match tokio::time::timeout(PATIENCE, visit).await {
                    Ok(Ok(exchanges)) => drop(sums.of(kind).fetch_add(exchanges, Ordering::Relaxed)),
                    Ok(Err(wrong)) => sums.wrong.lock().unwrap().push(format!("{kind:?}: {wrong}")),
                    Err(_) => sums.wrong.lock().unwrap().push(format!("{kind:?}: no end after {PATIENCE:?}")),
                }
                // The machine has more to do than this.
                tokio::time::sleep(Duration::from_millis(dice.below(40))).await;
            }
        });
    }
    crowd
}

/// No visit takes so long if all limits hold.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
enum Kind {
    Good,
    Bad,
    Hostile,
}

/// What a visit has come to: how many exchanges, or what went wrong.
type Visit = Result<u64, String>;

#[derive(Default)]
struct Sums {
    good: AtomicU64,
    bad: AtomicU64,
    hostile: AtomicU64,
    wrong: Mutex<Vec<String>>,
}

impl Sums {
    fn of(&self, kind: Kind) -> &AtomicU64 {
        match kind {
            Kind::Good => &self.good,
            Kind::Bad => &self.bad,
            Kind::Hostile => &self.hostile,
        }
    }
}

/// The server, as it is seen at some time.
struct Sight {
    memory: Bytes,
    descriptors: usize,
    stats: HashMap<String, u64>,
}

impl Sight {
    const COUNTS: [&str; 6] = ["requests", "completed", "errored", "cancelled", "refused", "aborted"];

    fn of(server: &mut Child) -> Self {
        Self { memory: server.memory(), descriptors: server.descriptors(), stats: server.stats() }
    }

    /// When all calls and connections are over.
    fn at_rest(server: &mut Child, before: Option<&Self>) -> Self {
        server.rest();
        let mut last = None;
        server.wait_for("all connections and tasks to end", |server| {
            let sight = Self::of(server);
            let counts = (sight.descriptors, sight.count("tasks"));
            let settled = match before {
                Some(before) => counts == (before.descriptors, before.count("tasks")),
                // It is seen twice with nothing in between.
                None => last.replace(counts) == Some(counts),
            };
            settled.then_some(sight)
        })
    }

    fn count(&self, name: &str) -> u64 {
        self.stats[name]
    }

    fn heading() -> String {
        let counts = Self::COUNTS.map(|name| format!("{name:>12}")).concat();
        format!("  {:<8}{:>6}{:>11}{:>13}{:>7} {counts}", "", "s", "memory", "descriptors", "tasks")
    }

    fn line(&self, what: &str, began: Instant) -> String {
        let counts = Self::COUNTS.map(|name| format!("{:>12}", self.count(name))).concat();
        let (seconds, memory) = (began.elapsed().as_secs(), Figure::from(self.memory));
        format!("  {what:<8}{seconds:>6}{memory:>11}{:>13}{:>7} {counts}", self.descriptors, self.count("tasks"))
    }
}

async fn open(address: SocketAddr) -> Result<Connection, String> {
    Connection::open(address).await.map_err(|error| format!("connecting: {error}"))
}
