//! How a table behaves that has many methods.

use std::cell::Cell;
use std::hint::black_box;

use bytes::Bytes;
use tagwire::{Dialect, Dispatcher, MethodCall, MethodResponse, Methods};

use super::Goal;
use super::now::now;
use crate::Failure;
use crate::contender::Job;
use crate::goals::Bound::AtMost;
use crate::measure::{self, Pace};
use crate::report::Findings;
use crate::table::{self, Lines, grouped};

const SIZES: [usize; 3] = [1, 1_000, 100_000];
/// As many documents as the largest table has methods: each table reads from as much memory.
const DOCUMENTS: usize = 100_000;
/// How far apart the names of two calls are that follow each other: nothing that is fetched ahead is any good.
const STRIDE: usize = 7_919;

/// How many methods are registered, and the milliseconds that they may take.
const REGISTERED: usize = 1_000;
const MOST_MILLISECONDS: f64 = 10.0;

/// Calls from tables of several sizes.
pub(super) fn run(pace: &Pace, findings: &mut Findings) -> Result<Vec<Goal>, Failure> {
    let names: Vec<String> = (0..DOCUMENTS).map(name).collect();
    let dispatchers = SIZES.map(|size| Dispatcher::new(filled(names.iter().take(size).cloned())));
    let one: Vec<Job<'_>> = dispatchers.iter().map(|dispatcher| same(dispatcher)).collect::<Result<_, _>>()?;
    let all: Vec<Job<'_>> =
        dispatchers.iter().map(|dispatcher| spread(dispatcher, &names)).collect::<Result<_, _>>()?;
    let one = measure::alternate(&one.iter().collect::<Vec<_>>(), pace)?;
    let all = measure::alternate(&all.iter().collect::<Vec<_>>(), pace)?;

    let mut lines = Lines::table(
        "| methods in the table | one of them | of a table of one | all in turn | of a table of one |",
        "|--:|--:|--:|--:|--:|",
    );
    let mut goals = Vec::new();
    for (size, (one, all)) in SIZES.into_iter().zip(one.into_iter().zip(all)) {
        lines.add(format!(
            "| {} | {} | {:.2} | {} | {:.2} |",
            grouped(size),
            table::nanoseconds(one.nanoseconds),
            one.of_first,
            table::nanoseconds(all.nanoseconds),
            all.of_first
        ));
        if size > 1 {
            let who = format!("a method of {}", grouped(size));
            goals.push(Goal::ratio(&who, AtMost(1.1), "the only one", one.of_first.recip()));
        }
    }
    findings.put("lookup", lines.finish());
    Ok(goals)
}

/// How long it takes to make a table.
pub(super) fn registration(pace: &Pace, findings: &mut Findings) -> Result<Goal, Failure> {
    let job: Job<'_> = Box::new(|| {
        drop(black_box(filled((0..REGISTERED).map(name))));
        Ok(())
    });
    let timings = measure::alternate(&[&job], pace)?;
    let nanoseconds = timings.first().map_or(f64::NAN, |timing| timing.nanoseconds);
    let milliseconds = nanoseconds / 1e6;
    let methods = grouped(REGISTERED);
    let sentence = format!("To register {methods} methods, names included: {} ns.", table::nanoseconds(nanoseconds));
    findings.put("registration", sentence);
    Ok(Goal {
        words: format!("to register {methods} methods: < {MOST_MILLISECONDS} ms"),
        measured: format!("{milliseconds:.2} ms"),
        held: milliseconds < MOST_MILLISECONDS,
    })
}

/// Calls one method again and again.
fn same(dispatcher: &Dispatcher) -> Result<Job<'_>, Failure> {
    let document = document(&name(0))?;
    check(dispatcher, &document)?;
    Ok(Box::new(move || call(dispatcher, &document)))
}

/// Calls all methods in turn, those of a small table in as many documents.
fn spread<'a>(dispatcher: &'a Dispatcher, names: &[String]) -> Result<Job<'a>, Failure> {
    let methods = dispatcher.methods().len();
    let names = names.iter().take(methods).cycle().take(DOCUMENTS);
    let documents = names.map(|name| document(name)).collect::<Result<Vec<_>, _>>()?;
    for document in documents.iter().step_by(STRIDE) {
        check(dispatcher, document)?;
    }
    let at = Cell::new(0);
    Ok(Box::new(move || {
        let place = at.get();
        at.set((place + STRIDE) % documents.len());
        documents.get(place).map_or(Ok(()), |document| call(dispatcher, document))
    }))
}

/// A table of functions under the given names.
fn filled(names: impl Iterator<Item = String>) -> Methods {
    names.fold(Methods::new(), |methods, name| methods.register_fn(name, async |a: i32, b: i32| a + b))
}

/// Names of the same length, which all take the same time to read.
fn name(number: usize) -> String {
    format!("group{:03}.method{number:06}", number % 100)
}

fn document(name: &str) -> Result<Bytes, Failure> {
    Ok(MethodCall::new(name, (2, 3)).to_xml(&Dialect::default())?.into())
}

fn call(dispatcher: &Dispatcher, document: &Bytes) -> Result<(), Failure> {
    drop(black_box(now(dispatcher.dispatch(document.clone()))?));
    Ok(())
}

fn check(dispatcher: &Dispatcher, document: &Bytes) -> Result<(), Failure> {
    match MethodResponse::from_xml(&now(dispatcher.dispatch(document.clone()))?)? {
        MethodResponse::Value(5) => Ok(()),
        other => Err(format!("the sum of 2 and 3 is {other:?}").into()),
    }
}
