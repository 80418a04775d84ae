//! More clients than descriptors: while it is full the server takes its rest, and when there is room it serves at once.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::child::Child;
use super::client::{Connection, request};
use super::scale::Scale;
use super::server::Role;
use super::table::{Bound, Percent, Table};

const DESCRIPTORS: usize = 80;

pub(crate) fn run(scale: Scale, table: &mut Table) {
    // All of them have room in the queue of the operating system.
    let size = 200;
    let watched = Duration::from_secs(scale.pick(2, 10));
    table.note("descriptors of the server", DESCRIPTORS);
    table.note("clients", size);
    let by_default = Child::start(Role::Tagwire, &[("nofile", DESCRIPTORS)]);
    fill(table, &by_default, "connections limited", size, watched);
    let unlimited = Child::start(Role::Tagwire, &[("nofile", DESCRIPTORS), ("max_connections", 1000)]);
    fill(table, &unlimited, "descriptors used up", size, watched);
}

fn fill(table: &mut Table, server: &Child, case: &str, size: usize, watched: Duration) {
    let runtime = Runtime::new().unwrap();
    let served = Arc::new(AtomicUsize::new(0));
    let (told, mut newly) = mpsc::unbounded_channel();
    for _ in 0..size {
        runtime.spawn(visit(server.address, served.clone(), told.clone()));
    }
    // Those for whom there is room are served at once; then nothing more happens.
    let mut stable = (0, Instant::now());
    let mut guests = VecDeque::new();
    while stable.0 == 0 || stable.1.elapsed() < Duration::from_millis(500) {
        while let Ok(guest) = newly.try_recv() {
            guests.push_back(guest);
            stable = (guests.len(), Instant::now());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    table.note(&format!("{case}: clients that find room"), guests.len());

    let (before, began) = (server.processor_time(), Instant::now());
    std::thread::sleep(watched);
    let share = (server.processor_time() - before).as_secs_f64() / began.elapsed().as_secs_f64();
    let share = Percent(100.0 * share);
    table.hold(&format!("{case}: processor time while full"), Bound::at_most(share, Percent(5.0)));

    let mut slowest = Duration::ZERO;
    while served.load(Ordering::Relaxed) < size {
        let leaves: Connection = guests.pop_front().unwrap();
        let began = Instant::now();
        drop(leaves);
        let next = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), newly.recv()).await });
        guests.push_back(next.expect("room that nobody gets").unwrap());
        slowest = slowest.max(began.elapsed());
    }
    let served = served.load(Ordering::Relaxed);
    table.hold(&format!("{case}: clients served in the end"), Bound::exactly(served, size));
    let bound = Bound::at_most(slowest, Duration::from_secs(1));
    table.hold(&format!("{case}: from room to an answer, slowest"), bound.delicate());
}

/// Calls once, and stays.
async fn visit(address: SocketAddr, served: Arc<AtomicUsize>, told: mpsc::UnboundedSender<Connection>) {
    let mut connection = Connection::open(address).await.unwrap();
    let answer = connection.exchange(&request("add", &[1, 2])).await.unwrap();
    assert_eq!(answer.status, 200);
    served.fetch_add(1, Ordering::Relaxed);
    told.send(connection).ok();
}
