//! Clients at work over loopback, each in a process of its own, and all with the same server.

mod callers;
mod calling;
mod contenders;
mod host;

use self::calling::Calling;
use self::contenders::{BARE, CPYTHON, DXR, TAGWIRE};
use crate::measure::Pace;
use crate::network::{self, Cores, Results};
use crate::payloads::Payloads;
use crate::report::Findings;
use crate::server::{self, Call, Exchange};
use crate::{Failure, install, machine};

pub use self::host::call;

/// Measures all clients, one call at a time and many, and with a large reply.
///
/// # Errors
/// tagwire or a client that it is held against does not start, or a call fails. Of other peers the findings say so.
pub fn measure(pace: &Pace) -> Result<Findings, Failure> {
    let cores = Cores::choose();
    let rounds = pace.long_rounds();
    let mut findings = Findings::default();
    let mut goals = Vec::new();
    for (plan, times) in [(&Plan::ALONE, [0.9, 1.4, 4.0]), (&Plan::AT_ONCE, [0.9, 2.1, 10.0])] {
        let results = compare(plan, rounds, cores, &mut findings)?;
        results.put(plan.key, &mut findings);
        let goal = |(times, against)| results.goal(plan.title, TAGWIRE, times, against);
        goals.extend(times.into_iter().zip([BARE, DXR, CPYTHON]).map(goal));
    }
    let results = compare(&Plan::STRUCTS, rounds, cores, &mut findings)?;
    results.put(Plan::STRUCTS.key, &mut findings);
    goals.push(results.goal(Plan::STRUCTS.title, TAGWIRE, 8.0, DXR));
    network::put_goals(&goals, &mut findings);
    let versions = machine::versions(&["hyper", "hyper-util", "tokio", "dxr_client", "reqwest"]);
    findings.put("versions", format!("{versions}, {}", install::versions()));
    findings.put("cores", cores.to_string());
    Ok(findings)
}

/// What a client does when it is its turn.
struct Plan {
    title: &'static str,
    /// What its figures begin with.
    key: &'static str,
    call: Call,
    at_once: u32,
}

impl Plan {
    const ALONE: Self = Self { title: "`add`, one at a time", key: "alone", call: Call::Add, at_once: 1 };
    const AT_ONCE: Self = Self { title: "`add`, 64 at once", key: "at once", call: Call::Add, at_once: 64 };
    const STRUCTS: Self =
        Self { title: "a reply of 1 MB of structs, one at a time", key: "structs", call: Call::Echo, at_once: 1 };
}

/// Lets the clients take turns. They all run all the time, and idle when it is not theirs.
fn compare(plan: &Plan, rounds: usize, cores: Cores, findings: &mut Findings) -> Result<Results, Failure> {
    // One call at a time waits for the server half of the time.
    let mut results = Results::new(plan.title, "client", plan.at_once > 1);
    // This leaves the program on the other core, where it starts the clients.
    let server = server::bare(plan.call, cores)?;
    let exchange = Exchange::new(plan.call, &Payloads::prepare()?)?;
    let contenders = contenders::all();
    let mut clients = Vec::new();
    for contender in &contenders {
        eprintln!("   {}: {}", plan.title, contender.name);
        let started = contender.command(&exchange, server.address()).and_then(Calling::start);
        match started.and_then(|calling| calling.calibrated(plan.at_once)) {
            Ok(client) => {
                results.enter(contender.name);
                clients.push((contender, client));
            }
            Err(failure) => results.do_without(contender.name, contender.is_peer(), &failure, findings)?,
        }
    }
    for round in 0..rounds {
        eprintln!("   {}: round {} of {rounds}", plan.title, round + 1);
        clients.rotate_left(1);
        let mut left = Vec::new();
        for (contender, mut client) in clients {
            match client.turn(plan.at_once) {
                Ok(turn) => {
                    results.add(contender.name, &turn, Vec::new());
                    left.push((contender, client));
                }
                Err(failure) => results.do_without(contender.name, contender.is_peer(), &failure, findings)?,
            }
        }
        clients = left;
    }
    Ok(results)
}
