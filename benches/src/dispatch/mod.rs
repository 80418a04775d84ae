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
use crate::table;
use crate::{Failure, allocations, machine};

/// How many allocations a dispatch may make beyond those of the floor.
const MOST_ALLOCATIONS: u64 = 6;

const LEGEND: &str = "\
The document is `p1_add` of the codec's table. The ratio is the median of the ratios of the single rounds.";

/// Prints the tables.
///
/// # Errors
/// Somebody answers with something else than the sum.
pub fn run(pace: &Pace) -> Result<(), Failure> {
    println!("{}\n\n{LEGEND}\n", machine::describe(&["dxr", "dxr_server"]));
    let mut goals = calls(pace)?;
    println!();
    goals.extend(lookup::run(pace)?);
    println!();
    goals.push(lookup::registration(pace)?);
    println!();
    multicall::run(pace)?;
    println!("\n| to hold | measured | held |\n|---|--:|---|");
    for Goal { words, measured, held } in goals {
        println!("| {words} | {measured} | {} |", table::held(held));
    }
    Ok(())
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
fn calls(pace: &Pace) -> Result<Vec<Goal>, Failure> {
    let counts = counts()?;
    let contenders = contenders::all()?;
    let jobs: Vec<&Job<'_>> = contenders.iter().map(|contender| &contender.job).collect();
    let timings = measure::alternate(&jobs, pace)?;

    println!("| a call of `add` | nanoseconds | times the floor | allocations |\n|---|--:|--:|--:|");
    let mut of_floor: HashMap<&str, (f64, u64)> = HashMap::new();
    for (Contender { name, .. }, Timing { nanoseconds, of_first }) in contenders.iter().zip(timings) {
        let count = counts.get(*name).copied().ok_or_else(|| format!("not counted: {name}"))?;
        println!("| {name} | {} | {of_first:.2} | {count} |", table::nanoseconds(nanoseconds));
        of_floor.insert(name, (of_first, count));
    }

    let of = |name| of_floor.get(name).copied().unwrap_or((f64::NAN, u64::MAX));
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
