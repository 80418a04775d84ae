//! Time against size: whatever a document has much of, twice as much of it takes twice the time.

mod documents;

use self::documents::{SHAPES, Shape};
use crate::contender::Job;
use crate::measure::{self, Pace, Timing};
use crate::table::{self, grouped};
use crate::{Failure, documents::read, machine};

/// Bytes of the smallest document of a shape; the next ones have twice as many each.
const SMALLEST: usize = 128 << 10;
/// What twice the document may take. What is quadratic takes four times; caches that no longer hold it all, and memory
/// that has to be had from the system, are what there is beyond two.
const MOST: f64 = 2.5;

const LEGEND: &str = "\
Nanoseconds for a document, one twice that size, and one twice that; growth is from each to the next and is to stay
at 2.5 or less.";

/// Prints the table.
///
/// # Errors
/// A document is not read.
pub fn run(pace: &Pace) -> Result<(), Failure> {
    println!("{}\n\n{LEGEND}\n", machine::hardware());
    println!("| shape | bytes | once | twice | four times | growth | | held |");
    println!("|---|--:|--:|--:|--:|--:|--:|---|");
    for shape in &SHAPES {
        row(shape, pace)?;
    }
    Ok(())
}

fn row(shape: &Shape, pace: &Pace) -> Result<(), Failure> {
    let sizes = [SMALLEST, 2 * SMALLEST, 4 * SMALLEST];
    let documents = sizes.map(|length| (shape.document)(length).into_bytes());
    let jobs: Vec<Job<'_>> = documents.iter().map(|document| job(document)).collect();
    let timings = measure::alternate(&jobs.iter().collect::<Vec<_>>(), pace)
        .map_err(|error| format!("{}: {error}", shape.name))?;

    let growth: Vec<f64> = timings.windows(2).map(growth).collect();
    let held = growth.iter().all(|growth| *growth <= MOST);
    let bytes = grouped(documents[0].len());
    let times: Vec<_> = timings.iter().map(|timing| table::nanoseconds(timing.nanoseconds)).collect();
    let growth: Vec<_> = growth.iter().map(|growth| format!("{growth:.2}")).collect();
    println!("| {} | {bytes} | {} | {} | {} |", shape.name, times.join(" | "), growth.join(" | "), table::held(held));
    Ok(())
}

fn job(document: &[u8]) -> Job<'_> {
    Box::new(|| Ok(read(document)?))
}

/// From one size to the next, both being known as so many times the first.
fn growth(pair: &[Timing]) -> f64 {
    match pair {
        [smaller, larger] => larger.of_first / smaller.of_first,
        _ => f64::NAN,
    }
}
