//! Time against size: whatever a document has much of, twice as much of it takes twice the time.

mod documents;

use self::documents::{SHAPES, Shape};
use crate::contender::Job;
use crate::measure::{self, Pace, Timing};
use crate::report::{Findings, range};
use crate::table::{self, Lines, grouped};
use crate::{Failure, documents::read};

/// Bytes of the smallest document of a shape; the next ones have twice as many each.
const SMALLEST: usize = 128 << 10;
/// What twice the document may take. What is quadratic takes four times; caches that no longer hold it all, and memory
/// that has to be had from the system, are what there is beyond two.
const MOST: f64 = 2.5;

/// Measures all shapes.
///
/// # Errors
/// A document is not read.
pub fn measure(pace: &Pace) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let names = "| shape | bytes | once | twice | four times | growth | | held |";
    let mut lines = Lines::table(names, "|---|--:|--:|--:|--:|--:|--:|---|");
    let mut all = Vec::new();
    for shape in &SHAPES {
        eprintln!("   {}", shape.name);
        all.extend(row(shape, pace, &mut lines, &mut findings)?);
    }
    findings.put("table", lines.finish());
    findings.put("growth", range(&all));
    Ok(findings)
}

/// Adds a shape's row, and gives its growth from size to size.
fn row(shape: &Shape, pace: &Pace, lines: &mut Lines, findings: &mut Findings) -> Result<Vec<f64>, Failure> {
    let sizes = [SMALLEST, 2 * SMALLEST, 4 * SMALLEST];
    let documents = sizes.map(|length| (shape.document)(length).into_bytes());
    let jobs: Vec<Job<'_>> = documents.iter().map(|document| job(document)).collect();
    let timings = measure::alternate(&jobs.iter().collect::<Vec<_>>(), pace)
        .map_err(|error| format!("{}: {error}", shape.name))?;

    let growth: Vec<f64> = timings.windows(2).map(growth).collect();
    let held = growth.iter().all(|growth| *growth <= MOST);
    let bytes = grouped(documents[0].len());
    let times: Vec<_> = timings.iter().map(|timing| table::nanoseconds(timing.nanoseconds)).collect();
    let (name, shown) =
        (shape.name, growth.iter().map(|growth| format!("{growth:.2}")).collect::<Vec<_>>().join(" | "));
    lines.add(format!("| {name} | {bytes} | {} | {shown} | {} |", times.join(" | "), table::held(held)));
    findings.bound(&format!("{name}: growth ≤ {MOST}"), &range(&growth), held);
    Ok(growth)
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
