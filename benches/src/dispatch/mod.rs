//! One call without sockets: from the bytes of its document to those of the answer.

mod contenders;
mod lookup;
mod multicall;
mod now;

use std::collections::HashMap;

use self::contenders::{ASYNC, Contender, DXR, FLOOR, LAYERED, PLAIN};
use crate::contender::Job;
use crate::goals::Bound::{self, AtLeast, AtMost};
use crate::measure::{self, Pace, Timing};
use crate::report::{Findings, times};
use crate::table::{self, Lines};
use crate::{Failure, allocations, machine};

/// How many allocations a dispatch may make beyond those of the floor.
const MOST_ALLOCATIONS: u64 = 6;

/// Measures a call by everybody, tables of many methods, and multicalls.
///
/// # Errors
/// Somebody answers with something else than the sum.
pub fn measure(pace: &Pace) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    findings.put("versions", machine::versions(&["dxr", "dxr_server"]));
    let mut goals = calls(pace, &mut findings)?;
    goals.extend(lookup::run(pace, &mut findings)?);
    goals.push(lookup::registration(pace, &mut findings)?);
    multicall::run(pace, &mut findings)?;

    let mut lines = Lines::table("| to hold | measured | held |", "|---|--:|---|");
    for Goal { words, measured, held } in goals {
        lines.add(format!("| {words} | {measured} | {} |", table::held(held)));
        findings.bound(&words, &measured, held);
    }
    findings.put("goals", lines.finish());
    Ok(findings)
}

/// Prints for every contender how often it allocates; `count` runs a job and says it.
///
/// # Errors
/// A payload cannot be made.
pub fn print_allocations(count: fn(&mut dyn FnMut()) -> u64) -> Result<(), Failure> {
    for Contender { name, job } in contenders::all()? {
        // Whatever is set up once is set up now.
        job()?;
        let mut outcome = Ok(());
        let allocations = count(&mut || outcome = job());
        outcome?;
        println!("{name}\t{allocations}");
    }
    Ok(())
}

/// What is to hold, with what was found.
struct Goal {
    words: String,
    measured: String,
    held: bool,
}

impl Goal {
    /// Two times against each other; `times` is how many times the one that the words begin with the other takes.
    fn ratio(who: &str, bound: Bound, against: &str, times: f64) -> Self {
        let (measured, held) = bound.judge(times);
        let relation = match bound {
            AtLeast(_) => "times as fast as",
            AtMost(_) => "of the time of",
        };
        Self { words: format!("{who}: {bound} {relation} {against}"), measured: format!("{measured:.2}"), held }
    }
}

/// A call by everybody.
fn calls(pace: &Pace, findings: &mut Findings) -> Result<Vec<Goal>, Failure> {
    let counts = counts()?;
    let contenders = contenders::all()?;
    let jobs: Vec<&Job<'_>> = contenders.iter().map(|contender| &contender.job).collect();
    let timings = measure::alternate(&jobs, pace)?;

    let mut lines =
        Lines::table("| a call of `add` | nanoseconds | times the floor | allocations |", "|---|--:|--:|--:|");
    let mut of_floor: HashMap<&str, (f64, u64)> = HashMap::new();
    for (Contender { name, .. }, Timing { nanoseconds, of_first }) in contenders.iter().zip(timings) {
        let count = counts.get(*name).copied().ok_or_else(|| format!("not counted: {name}"))?;
        lines.add(format!("| {name} | {} | {of_first:.2} | {count} |", table::nanoseconds(nanoseconds)));
        of_floor.insert(name, (of_first, count));
    }
    findings.put("calls", lines.finish());

    let of = |name| of_floor.get(name).copied().unwrap_or((f64::NAN, u64::MAX));
    let of_async = |name| times(of(name).0 / of(ASYNC).0);
    findings.put("of the floor", times(of(ASYNC).0));
    findings.put("of dxr", of_async(DXR));
    findings.better(format!("{FLOOR} takes {} of the time of {ASYNC}.", of_async(FLOOR)));
    let mut goals = Vec::new();
    // A layer has a future of its own, and is no part of dispatch alone.
    for name in [ASYNC, PLAIN] {
        goals.push(Goal::ratio(name, AtMost(1.8), FLOOR, of(name).0.recip()));
    }
    for name in [ASYNC, PLAIN, LAYERED] {
        let more = of(name).1.saturating_sub(of(FLOOR).1);
        goals.push(Goal {
            words: format!("{name}: ≤ {MOST_ALLOCATIONS} allocations more than {FLOOR}"),
            measured: more.to_string(),
            held: more <= MOST_ALLOCATIONS,
        });
    }
    for name in [ASYNC, PLAIN, LAYERED] {
        goals.push(Goal::ratio(name, AtLeast(4.0), DXR, of(DXR).0 / of(name).0));
    }
    Ok(goals)
}

fn counts() -> Result<HashMap<String, u64>, Failure> {
    let parse = |line: &str| {
        let (name, count) = line.split_once('\t').ok_or_else(|| format!("no count: {line}"))?;
        Ok((name.to_owned(), count.parse()?))
    };
    allocations::table("dispatch")?.lines().map(parse).collect()
}
