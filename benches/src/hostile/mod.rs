//! Documents that mean harm: none may take long, nor much memory.

mod documents;

use std::collections::HashMap;
use std::time::Duration;

use self::documents::Document;
use crate::contender::Job;
use crate::measure::{self, Pace};
use crate::report::Findings;
use crate::table::{self, Lines, grouped};
use crate::{Failure, allocations, documents::read};

/// How many times its own size a document may take in memory.
const MOST_MEMORY: f64 = 10.0;

/// Measures all documents.
///
/// # Errors
/// The memory cannot be measured.
pub fn measure(pace: &Pace) -> Result<Findings, Failure> {
    let peaks = peaks()?;
    let mut findings = Findings::default();
    let mut lines = Lines::table(
        "| document | bytes | outcome | nanoseconds | to be under | memory, bytes | times the document | held |",
        "|---|--:|---|--:|--:|--:|--:|---|",
    );
    let documents = documents::all()?;
    let mut holding = 0;
    for document in &documents {
        eprintln!("   {}", document.name);
        let peak = peaks.get(&document.name).copied();
        let peak = peak.ok_or_else(|| format!("no memory: {}", document.name))?;
        holding += usize::from(row(document, peak, pace, &mut lines, &mut findings)?);
    }
    findings.put("table", lines.finish());
    findings.put("held", format!("{holding} of {}", documents.len()));
    Ok(findings)
}

/// Prints for every document how much memory reading it takes; `peak` runs a job and says how many bytes were
/// allocated at one time.
///
/// # Errors
/// A document cannot be made.
pub fn print_peaks(peak: fn(&mut dyn FnMut()) -> u64) -> Result<(), Failure> {
    for document in documents::all()? {
        let bytes = peak(&mut || drop(read(&document.xml)));
        println!("{}\t{bytes}", document.name);
    }
    Ok(())
}

fn peaks() -> Result<HashMap<String, u32>, Failure> {
    let parse = |line: &str| {
        let (name, bytes) = line.split_once('\t').ok_or_else(|| format!("no memory: {line}"))?;
        Ok((name.to_owned(), bytes.parse()?))
    };
    allocations::table("hostile")?.lines().map(parse).collect()
}

/// Adds a document's row, and says whether its bounds hold.
fn row(
    document: &Document,
    peak: u32,
    pace: &Pace,
    lines: &mut Lines,
    findings: &mut Findings,
) -> Result<bool, Failure> {
    let Document { name, xml, within } = document;
    let outcome = read(xml).map_or_else(|error| error.code().to_string(), |()| "ok".to_owned());
    // How it ends is no failure, and an error that is made is part of the time.
    let job: Job<'_> = Box::new(|| {
        drop(read(xml));
        Ok(())
    });
    let timings = measure::alternate(&[&job], pace)?;
    let nanoseconds = timings.first().map_or(f64::NAN, |timing| timing.nanoseconds);
    let length = u32::try_from(xml.len())?;
    let times = f64::from(peak) / f64::from(length);
    let held = nanoseconds < nanoseconds_of(*within) && times < MOST_MEMORY;
    lines.add(format!(
        "| {name} | {} | {outcome} | {} | {} ms | {} | {times:.2} | {} |",
        grouped(xml.len()),
        table::nanoseconds(nanoseconds),
        within.as_millis(),
        grouped(usize::try_from(peak)?),
        table::held(held),
    ));
    let (milliseconds, most) = (nanoseconds / 1e6, within.as_millis());
    let words = format!("{name}: < {most} ms, < {MOST_MEMORY} times the document in memory");
    findings.bound(&words, &format!("{milliseconds:.2} ms, {times:.2} times"), held);
    Ok(held)
}

fn nanoseconds_of(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}
