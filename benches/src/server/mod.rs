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
use crate::network::{self, Cores, Results, Turn};
use crate::payloads::Payloads;
use crate::report::Findings;
use crate::{Failure, install, machine};

pub(crate) use self::call::{Call, Exchange, Records};
pub use self::host::serve;
pub(crate) use self::running::Running;

/// How many connections are open when a server's memory is looked at.
const OPEN: usize = 256;

/// Measures all servers with a small call, and those that are fast enough with a large one.
///
/// # Errors
/// tagwire or a server that it is held against does not start, or answers wrongly. Of other peers the findings say so.
pub fn measure(pace: &Pace) -> Result<Findings, Failure> {
    let payloads = Payloads::prepare()?;
    let cores = Cores::choose();
    let load = Load::new()?;
    let mut findings = Findings::default();

    let rounds = pace.long_rounds();
    let add = Exchange::new(Call::Add, &payloads)?;
    let add = compare(&contenders::for_add(), &add, &Plan::ADD, rounds, &load, cores, &mut findings)?;
    add.put("add", &mut findings);
    let echo = Exchange::new(Call::Echo, &payloads)?;
    let echo = compare(&contenders::for_echo(), &echo, &Plan::ECHO, (rounds / 2) | 1, &load, cores, &mut findings)?;
    echo.put("echo", &mut findings);
    let goals = [
        add.goal("add", TAGWIRE, 0.92, BARE),
        add.goal("add", TAGWIRE, 2.0, contenders::DXR),
        add.goal("add", TAGWIRE, 25.0, contenders::CPYTHON),
        add.goal("add", TAGWIRE, 25.0, contenders::CPYTHON_THREADING),
        echo.goal("echo", TAGWIRE, 9.0, contenders::DXR),
    ];
    network::put_goals(&goals, &mut findings);
    let versions = machine::versions(&["hyper", "tokio", "axum", "dxr", "dxr_server"]);
    findings.put("versions", format!("{versions}, {}", install::versions()));
    findings.put("cores", cores.to_string());
    Ok(findings)
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
    /// Whether to look at the memory that many connections take.
    memory: bool,
}

impl Plan {
    const ADD: Self = Self {
        title: "`add`, 64 connections",
        connections: 64,
        window: Duration::from_millis(400),
        alone: Duration::from_millis(100),
        memory: true,
    };
    /// Enough connections for the server to be always busy.
    const ECHO: Self = Self {
        title: "`echo` of 1 MB of structs, 4 connections",
        connections: 4,
        window: Duration::from_millis(800),
        alone: Duration::ZERO,
        memory: false,
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
    findings: &mut Findings,
) -> Result<Results, Failure> {
    let mut results = Results::new(plan.title, "server", true);
    let mut servers = Vec::new();
    for contender in contenders {
        eprintln!("   {}: {}", plan.title, contender.name);
        match Contestant::start(contender, exchange, load, cores) {
            Ok(server) => {
                results.enter(contender.name);
                servers.push(server);
            }
            Err(failure) => results.do_without(contender.name, contender.is_peer, &failure, findings)?,
        }
    }
    if plan.memory {
        for server in &servers {
            let memory = load.memory(&server.running, exchange, OPEN).map_err(|failure| failure.to_string());
            results.remember(server.contender.name, memory);
        }
    }
    for round in 0..rounds {
        eprintln!("   {}: round {} of {rounds}", plan.title, round + 1);
        servers.rotate_left(1);
        let mut left = Vec::new();
        for server in servers {
            match server.turn(exchange, plan, load) {
                Ok((busy, alone)) => {
                    results.add(server.contender.name, &busy, alone);
                    left.push(server);
                }
                Err(failure) => {
                    let Contender { name, is_peer, .. } = server.contender;
                    results.do_without(name, *is_peer, &failure, findings)?;
                }
            }
        }
        servers = left;
    }
    Ok(results)
}

/// A contender whose server runs.
struct Contestant<'a> {
    contender: &'a Contender,
    running: Running,
    /// Of each answer.
    length: usize,
}

impl<'a> Contestant<'a> {
    fn start(contender: &'a Contender, exchange: &Exchange, load: &Load, cores: Cores) -> Result<Self, Failure> {
        let running = contender.start(exchange.call, cores)?;
        let length = load.check(&running, exchange)?;
        Ok(Self { contender, running, length })
    }

    /// With many connections, and the latencies of one.
    fn turn(&self, exchange: &Exchange, plan: &Plan, load: &Load) -> Result<(Turn, Vec<f64>), Failure> {
        let request = exchange.request(self.running.address());
        let turn = |connections, window| load.turn(&self.running, &request, self.length, connections, window);
        let busy = turn(plan.connections, plan.window)?;
        let alone = match plan.alone {
            Duration::ZERO => Vec::new(),
            window => turn(1, window)?.latencies,
        };
        Ok((busy, alone))
    }
}
