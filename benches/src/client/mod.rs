//! Clients at work over loopback, each in a process of its own, and all with the same server.

mod callers;
mod calling;
mod contenders;
mod host;

use self::calling::Calling;
use self::contenders::{BARE, CPYTHON, Contender, DXR, TAGWIRE};
use crate::measure::Pace;
use crate::network::{self, Cores, Results};
use crate::server::{self, Call};
use crate::{Failure, machine};

pub use self::host::call;

const LEGEND: &str = "\
A closed loop: so many calls are under way at a time, and the next begins when one has its result. In each round every
client makes the same number of calls. CPU time is that of the client's process, user and system together. A ratio is
the median of the ratios of the single rounds.";

/// Prints the tables.
///
/// # Errors
/// A client does not start, or a call fails.
pub fn run(pace: &Pace) -> Result<(), Failure> {
    let cores = Cores::choose();
    println!("{}\n", machine::describe(&["hyper", "hyper-util", "tokio", "dxr_client", "reqwest"]));
    println!("{LEGEND}\n\n{cores}\n");

    let rounds = pace.long_rounds();
    let mut goals = Vec::new();
    for (plan, times) in [(&Plan::ALONE, [0.9, 1.4, 4.0]), (&Plan::AT_ONCE, [0.9, 2.1, 10.0])] {
        let results = compare(&contenders::for_add(), plan, rounds, cores)?;
        results.print();
        println!();
        let goal = |(times, against)| results.goal(plan.title, TAGWIRE, times, against);
        goals.extend(times.into_iter().zip([BARE, DXR, CPYTHON]).map(goal));
    }
    let results = compare(&contenders::for_structs(), &Plan::STRUCTS, rounds, cores)?;
    results.print();
    goals.push(results.goal(Plan::STRUCTS.title, TAGWIRE, 8.0, DXR));
    network::print_goals(&goals);
    Ok(())
}

/// What a client does when it is its turn.
struct Plan {
    title: &'static str,
    call: Call,
    calls: u32,
    at_once: u32,
}

impl Plan {
    const ALONE: Self = Self { title: "`add`, one at a time", call: Call::Add, calls: 5_000, at_once: 1 };
    const AT_ONCE: Self = Self { title: "`add`, 64 at once", call: Call::Add, calls: 12_800, at_once: 64 };
    const STRUCTS: Self =
        Self { title: "a reply of 1 MB of structs, one at a time", call: Call::Echo, calls: 40, at_once: 1 };
}

/// Lets the clients take turns. They all run all the time, and idle when it is not theirs.
fn compare(contenders: &[Contender], plan: &Plan, rounds: usize, cores: Cores) -> Result<Results, Failure> {
    let mut results = Results::new(plan.title, "client");
    // This leaves the program on the other core, where it starts the clients.
    let server = server::bare(plan.call, cores)?;
    let mut clients = Vec::new();
    for contender in contenders {
        let named = |failure: Failure| format!("{}: {failure}", contender.name);
        let command = contender.command(plan.call, server.address()).map_err(named)?;
        clients.push((contender.name, Calling::start(command).map_err(named)?));
    }
    for round in 0..rounds {
        let (last, first) = clients.split_at_mut(round % contenders.len().max(1));
        for (name, client) in first.iter_mut().chain(last) {
            let turn = client.turn(plan.calls, plan.at_once).map_err(|failure| format!("{name}: {failure}"))?;
            results.add(name, &turn, Vec::new());
        }
    }
    Ok(results)
}
