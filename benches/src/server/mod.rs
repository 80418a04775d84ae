//! Servers under load over loopback, each in a process of its own.

mod call;
mod contenders;
mod host;
mod load;
mod running;

use std::time::Duration;

use self::contenders::{BARE, Contender, TAGWIRE};
use self::load::Load;
use crate::measure::Pace;
use crate::network::{self, Cores, Results};
use crate::payloads::Payloads;
use crate::{Failure, machine};

pub(crate) use self::call::{Call, Exchange, Records};
pub use self::host::serve;
pub(crate) use self::running::Running;

const LEGEND: &str = "\
A closed loop: each connection sends its next call when it has the answer to the last. CPU time is that of the server's
process, user and system together. A ratio is the median of the ratios of the single rounds.";

/// Prints the tables.
///
/// # Errors
/// A server does not start, or answers wrongly.
pub fn run(pace: &Pace) -> Result<(), Failure> {
    let payloads = Payloads::prepare()?;
    let cores = Cores::choose();
    println!("{}\n", machine::describe(&["hyper", "tokio", "dxr", "dxr_server"]));
    println!("{LEGEND}\n\n{cores}\n");
    let load = Load::new()?;

    let rounds = pace.long_rounds();
    let add = Exchange::new(Call::Add, &payloads)?;
    let results = compare(&contenders::for_add(), &add, &Plan::ADD, rounds, &load, cores)?;
    results.print();
    let mut goals = vec![
        results.goal("add", TAGWIRE, 0.92, BARE),
        results.goal("add", TAGWIRE, 2.0, contenders::DXR),
        results.goal("add", TAGWIRE, 25.0, contenders::CPYTHON),
        results.goal("add", TAGWIRE, 25.0, contenders::CPYTHON_THREADING),
    ];
    println!();

    let echo = Exchange::new(Call::Echo, &payloads)?;
    let results = compare(&contenders::for_echo(), &echo, &Plan::ECHO, rounds, &load, cores)?;
    results.print();
    goals.push(results.goal("echo", TAGWIRE, 9.0, contenders::DXR));
    network::print_goals(&goals);
    Ok(())
}

/// The server that costs least, with the reply to a call.
pub(crate) fn bare(call: Call, cores: Cores) -> Result<Running, Failure> {
    contenders::bare().start(call, cores)
}

/// How a call is tried.
struct Plan {
    title: &'static str,
    connections: usize,
    /// How long a turn is.
    window: Duration,
    /// How long one connection alone is watched in each round; not at all if zero.
    alone: Duration,
}

impl Plan {
    const ADD: Self = Self {
        title: "`add`, 64 connections",
        connections: 64,
        window: Duration::from_millis(400),
        alone: Duration::from_millis(100),
    };
    /// Enough connections for the server to be always busy.
    const ECHO: Self = Self {
        title: "`echo` of 1 MB of structs, 4 connections",
        connections: 4,
        window: Duration::from_millis(1000),
        alone: Duration::ZERO,
    };
}

/// Lets the servers take turns. They all run all the time, and idle when it is not theirs.
fn compare(
    contenders: &[Contender],
    exchange: &Exchange,
    plan: &Plan,
    rounds: usize,
    load: &Load,
    cores: Cores,
) -> Result<Results, Failure> {
    let mut results = Results::new(plan.title, "server");
    let mut servers = Vec::new();
    for contender in contenders {
        let named = |failure: Failure| format!("{}: {failure}", contender.name);
        let server = contender.start(exchange.call, cores).map_err(named)?;
        let length = load.check(&server, exchange).map_err(named)?;
        servers.push((contender.name, server, length));
    }
    for round in 0..rounds {
        let (last, first) = servers.split_at(round % servers.len().max(1));
        for (name, server, length) in first.iter().chain(last) {
            let request = exchange.request(server.address());
            let turn = |connections, window| load.turn(server, &request, *length, connections, window);
            let named = |failure: Failure| format!("{name}: {failure}");
            let busy = turn(plan.connections, plan.window).map_err(named)?;
            let alone = match plan.alone {
                Duration::ZERO => Vec::new(),
                window => turn(1, window).map_err(named)?.latencies,
            };
            results.add(name, &busy, alone);
        }
    }
    Ok(results)
}
