//! Clients that ask for much and read nothing: closed by the limit on writing, and memory stays within its budget.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::child::Child;
use super::client::{Connection, document, request};
use super::descriptors::expect_descriptors;
use super::raw::post;
use super::scale::Scale;
use super::server::Role;
use super::table::{Bound, Bytes, Table};

const MEBIBYTE: usize = 1 << 20;

pub(crate) fn run(scale: Scale, table: &mut Table) {
    ask_for_much(scale, table, "");
    // What is compressed fits the buffers of the operating system, but it has to be there before.
    ask_for_much(scale, table, "Accept-Encoding: gzip\r\n");
}

fn ask_for_much(scale: Scale, table: &mut Table, header: &str) {
    let case = if header.is_empty() { "plain" } else { "in gzip" };
    let size = scale.pick(25, 500);
    let asked = 8 * MEBIBYTE;
    let budget = scale.pick(48, 256) * MEBIBYTE;
    // That of the full run is the default.
    let limit = Duration::from_secs(scale.pick(1, 30));
    expect_descriptors(size as u64 + 100);
    let settings = [
        ("max_connections", 2 * size),
        ("max_buffered", budget),
        ("write_timeout", limit.as_millis() as usize),
        // Of those that get a short refusal: the operating system has taken all of it.
        ("keep_alive_timeout", limit.as_millis() as usize),
    ];
    let mut server = Child::start(Role::Tagwire, &settings);
    let runtime = Runtime::new().unwrap();
    runtime.block_on(call(&server));
    let idle = server.descriptors();
    let base = server.memory();
    server.forget_peak();

    let address = server.address;
    let ask = post(header, document("fill", &[asked as u64]));
    let silent = runtime.block_on(async {
        let mut silent = Vec::new();
        for _ in 0..size {
            let mut connection = Connection::open_narrow(address).await.unwrap();
            connection.send(&ask).await.unwrap();
            silent.push(connection);
        }
        silent
    });
    let asked_at = Instant::now();
    server.wait_for("the calls to be taken", |server| {
        let stats = server.stats();
        // One more is that at the beginning.
        (stats["requests"] == size as u64 + 1).then_some(())
    });
    let mut slowest = Duration::ZERO;
    let closed = server.wait_for("all to be closed", |server| {
        let began = Instant::now();
        runtime.block_on(call(server));
        slowest = slowest.max(began.elapsed());
        (server.descriptors() == idle).then(|| asked_at.elapsed())
    });
    let peak = server.peak();
    let stats = server.rest();
    let result = format!("{case}: clients, {} MiB each", asked / MEBIBYTE);
    table.note(&result, silent.len());
    table.note(&format!("{case}: requests refused for want of memory"), stats["rejected_503"]);
    table.hold(&format!("{case}: all closed after"), Bound::at_most(closed, limit + Duration::from_secs(5)).delicate());
    table.note(&format!("{case}: memory before"), base);
    let bound = Bytes(base.0 + 3 * budget as u64 + size as u64 * 64 * 1024);
    table.hold(&format!("{case}: memory at most"), Bound::at_most(peak, bound));
    table.note(&format!("{case}: memory after"), server.memory());
    table.note(&format!("{case}: a small call meanwhile, slowest"), slowest);
}

/// A small call always gets its answer.
async fn call(server: &Child) {
    let mut connection = Connection::open(server.address).await.unwrap();
    let answer = connection.exchange(&request("add", &[1, 2])).await.unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}
