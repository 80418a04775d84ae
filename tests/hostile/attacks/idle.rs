//! Connections on which nothing happens: what each costs in memory, compared with a server of hyper alone.

use tokio::runtime::Runtime;

use super::child::Child;
use super::client::{Connection, request};
use super::descriptors::expect_descriptors;
use super::scale::Scale;
use super::server::Role;
use super::table::{Bound, Bytes, Table};

pub(crate) fn run(scale: Scale, table: &mut Table) {
    let size = scale.pick(1000, 10_000);
    expect_descriptors(size as u64 + 100);
    table.note("connections", size);
    for (state, calls) in [("fresh", 0), ("after a call", 1)] {
        let each = |role| (0..scale.pick(1, 3)).map(|_| cost(role, size, calls)).min().unwrap();
        let bare = each(Role::BareHyper);
        let ours = each(Role::Tagwire);
        table.note(&format!("{state}: each in a bare hyper server"), Bytes(bare));
        table.note(&format!("{state}: each here"), Bytes(ours));
        #[allow(clippy::cast_precision_loss, reason = "for reading")]
        let ratio = ours as f64 / bare as f64;
        table.hold(&format!("{state}: ratio"), Bound::at_most(ratio, 1.3).delicate());
    }
}

/// How many bytes a connection takes.
fn cost(role: Role, size: usize, calls: usize) -> u64 {
    let settings = [("max_connections", 2 * size)];
    let mut server = Child::start(role, if role == Role::Tagwire { &settings } else { &[] });
    let runtime = Runtime::new().unwrap();
    // One that has called is accepted for sure.
    let first = runtime.block_on(open(&server, 1));
    let idle = server.descriptors();
    let base = server.memory();
    let connections = runtime.block_on(async {
        let mut connections = Vec::new();
        for _ in 0..size {
            connections.push(open(&server, calls).await);
        }
        connections
    });
    server.wait_for("all to be accepted", |server| (server.descriptors() == idle + size).then_some(()));
    let memory = server.memory();
    drop((first, connections));
    memory.0.saturating_sub(base.0) / size as u64
}

async fn open(server: &Child, calls: usize) -> Connection {
    let mut connection = Connection::open(server.address).await.unwrap();
    for _ in 0..calls {
        assert_eq!(connection.exchange(&request("add", &[1, 2])).await.unwrap().status, 200);
    }
    connection
}
