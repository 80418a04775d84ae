//! SIGTERM amid calls, many times: no request of which anything was read goes unanswered, and the process ends in time.
//!
//! It is proved by counting at both ends. Each client numbers its calls; the server notes which of them ran, and from each
//! connection how many bytes were read. What a client has sent and got no answer to, the server must not have touched.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::child::Child;
use super::client::{Connection, request};
use super::scale::Scale;
use super::server::Role;
use super::table::{Bound, Table};

const CLIENTS: u64 = 16;
const GRACE: Duration = Duration::from_secs(1);

pub(crate) fn run(scale: Scale, table: &mut Table) {
    let runtime = Runtime::new().unwrap();
    let mut sum = Sum::default();
    for round in 0..scale.pick(20, 100) {
        // In one of ten a call never ends, and has to be cut off.
        runtime.block_on(stop_once(round, round % 10 == 9, &mut sum));
    }
    table.note("stops", sum.stops);
    table.note("clients at each", CLIENTS);
    table.note("calls answered", sum.answered);
    table.hold("calls answered that the server did not count", Bound::exactly(sum.miscounted, 0));
    table.hold("calls that ran without an answer", Bound::exactly(sum.ran_unanswered, 0));
    let unanswered = sum.read_unanswered;
    table.hold("requests of which a part was read, without an answer", Bound::exactly(unanswered, 0));
    table.note("clients that could not connect any more", sum.refused);
    table.note("clients whose request was reset unread", sum.reset);
    table.note("clients whose connection had ended when they called", sum.ended);
    table.note("calls that never end", sum.stuck);
    table.hold("of them not cut off", Bound::exactly(sum.not_cut_off, 0));
    table.note("stopped after, slowest without such a call", sum.slowest);
    let slowest = sum.slowest.max(sum.slowest_stuck);
    let bound = Bound::at_most(slowest, GRACE + Duration::from_secs(1)).delicate();
    table.hold("stopped after, slowest", bound);
}

/// Of all stops.
#[derive(Default)]
struct Sum {
    stops: usize,
    answered: u64,
    miscounted: u64,
    ran_unanswered: u64,
    read_unanswered: u64,
    refused: usize,
    reset: usize,
    ended: usize,
    stuck: usize,
    not_cut_off: u64,
    slowest: Duration,
    slowest_stuck: Duration,
}

async fn stop_once(round: u64, stuck: bool, sum: &mut Sum) {
    let server = Child::start(Role::Tagwire, &[("grace", GRACE.as_millis() as usize), ("tally", 1)]);
    let address = server.address;
    let (answered, mut answers) = mpsc::unbounded_channel();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let manner =
            [Manner::Whole, Manner::Anew, Manner::HeadFirst, Manner::InTheHead][usize::try_from(number).unwrap() % 4];
        clients.spawn(call_until_the_end(address, number, manner, answered.clone()));
    }
    let mut stuck_connection = None;
    if stuck {
        let mut connection = Connection::open(address).await.unwrap();
        connection.send(&request("stuck", &[])).await.unwrap();
        stuck_connection = Some(connection);
    }
    // Anywhere in what they do.
    for _ in 0..20 * CLIENTS + 7 * round {
        answers.recv().await.unwrap();
    }
    let began = Instant::now();
    server.terminate();
    let printed = tokio::task::spawn_blocking(move || server.end()).await.unwrap();
    let took = began.elapsed();
    drop(stuck_connection);

    let trails = clients.join_all().await;
    let seen = Seen::of(&printed);
    sum.stops += 1;
    for trail in &trails {
        sum.answered += trail.answered;
        let (ran, last) = seen.ran.get(&trail.client).copied().unwrap_or_default();
        sum.miscounted += u64::from(ran < trail.answered);
        sum.ran_unanswered += last.max(ran) - trail.answered;
        for (port, bytes) in &trail.bytes {
            let read = seen.read.get(port).copied().unwrap_or_default();
            sum.read_unanswered += u64::from(read > *bytes);
        }
        match trail.end {
            ErrorKind::ConnectionRefused => sum.refused += 1,
            ErrorKind::UnexpectedEof => sum.ended += 1,
            _ => sum.reset += 1,
        }
    }
    let all: u64 = trails.iter().map(|trail| trail.answered).sum();
    sum.miscounted += seen.answered.abs_diff(all);
    sum.not_cut_off += u64::from(stuck).abs_diff(seen.aborted);
    if stuck {
        sum.stuck += 1;
        sum.slowest_stuck = sum.slowest_stuck.max(took);
    } else {
        sum.slowest = sum.slowest.max(took);
    }
}

/// How a client sends its calls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// One after another, each at once.
    Whole,
    /// Each by a connection of its own.
    Anew,
    /// With a pause between head and body.
    HeadFirst,
    /// With a pause in the head.
    InTheHead,
}

/// What a client has seen.
struct Trail {
    client: u64,
    answered: u64,
    /// How long the answered requests of each of its connections were together, by its port.
    bytes: HashMap<u16, u64>,
    end: ErrorKind,
}

async fn call_until_the_end(
    address: SocketAddr,
    client: u64,
    manner: Manner,
    answers: mpsc::UnboundedSender<()>,
) -> Trail {
    let mut trail = Trail { client, answered: 0, bytes: HashMap::new(), end: ErrorKind::Other };
    let mut kept = None;
    loop {
        let opened = match kept.take() {
            Some(connection) => Ok(connection),
            None => Connection::open(address).await,
        };
        let mut connection = match opened {
            Ok(connection) => connection,
            Err(error) => return Trail { end: error.kind(), ..trail },
        };
        let port = connection.stream.local_addr().unwrap().port();
        let bytes = trail.bytes.entry(port).or_default();
        let call = trail.answered + 1;
        let request = request("note", &[client, call]);
        let answer = match send(&mut connection, &request, manner).await {
            Ok(()) => connection.answer().await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => {
                let text = String::from_utf8(answer.body).unwrap();
                assert!(answer.status == 200 && text.contains(&format!(">{call}<")), "{} {text}", answer.status);
                trail.answered = call;
                *bytes += request.len() as u64;
                answers.send(()).ok();
                kept = (manner != Manner::Anew && !answer.closes).then_some(connection);
            }
            Err(error) => return Trail { end: error.kind(), ..trail },
        }
    }
}

async fn send(connection: &mut Connection, request: &[u8], manner: Manner) -> std::io::Result<()> {
    let head = request.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let first = match manner {
        Manner::Whole | Manner::Anew => request.len(),
        Manner::HeadFirst => head,
        Manner::InTheHead => head / 2,
    };
    connection.send(&request[..first]).await?;
    if first < request.len() {
        tokio::time::sleep(Duration::from_millis(2)).await;
        connection.send(&request[first..]).await?;
    }
    Ok(())
}

/// What the server has seen, as it printed it.
#[derive(Default)]
struct Seen {
    answered: u64,
    aborted: u64,
    /// Of each client, how many calls ran, and the number of the last.
    ran: HashMap<u64, (u64, u64)>,
    /// From each port, how many bytes were read.
    read: HashMap<u16, u64>,
}

impl Seen {
    fn of(lines: &[String]) -> Self {
        let mut seen = Self::default();
        for line in lines {
            let mut words = line.split(' ');
            let what = words.next().unwrap();
            let numbers: Vec<u64> = words.map(|word| word.parse().unwrap()).collect();
            match (what, &*numbers) {
                ("report", &[answered, aborted]) => (seen.answered, seen.aborted) = (answered, aborted),
                ("ran", &[client, calls, last]) => drop(seen.ran.insert(client, (calls, last))),
                ("read", &[port, bytes]) => drop(seen.read.insert(u16::try_from(port).unwrap(), bytes)),
                _ => panic!("{line}"),
            }
        }
        seen
    }
}
