//! The codec against its peers and its floors.

use std::collections::HashMap;

use crate::contender::Name;
use crate::measure::{self, Pace};
use crate::rows::{self, Key, Row};
use crate::table::{self, Outcome, Table};
use crate::{Failure, allocations, machine};

/// Whose versions matter.
const MEASURED: [&str; 6] = ["dxr", "serde_xmlrpc", "xmlrpc", "quick-xml", "memchr", "serde_json"];

const LEGEND: &str = "\
A cell has nanoseconds / how many times tagwire's time / allocations (a buffer that grows counts each time).
The ratio is the median of the ratios of the single rounds.";

/// Prints the table, row by row, and then which of the ratios that are to hold do.
///
/// # Errors
/// A payload cannot be made, or tagwire reads or writes one wrongly.
pub fn run(pace: &Pace) -> Result<(), Failure> {
    let counts = allocations::count()?;
    println!("{}\n\n{LEGEND}\n", machine::describe(&MEASURED));

    let mut ratios: HashMap<(Key, Name), f64> = HashMap::new();
    let mut table = Table::start();
    rows::each(&mut |row| {
        let outcomes = time(row, pace)?;
        table.row(row, &outcomes, &counts);
        for (name, outcome) in outcomes {
            if let Ok(timing) = outcome {
                ratios.insert((row.key, name), timing.of_first);
            }
        }
        Ok(())
    })?;
    table.finish();

    println!();
    table::goals(|row, name| ratios.get(&(row, name)).copied());
    Ok(())
}

/// Lets all contenders of a row run that can; tagwire is the first.
fn time(row: &Row<'_>, pace: &Pace) -> Result<Vec<Outcome>, Failure> {
    let jobs: Vec<_> = row.contenders.iter().filter_map(|contender| contender.job.as_ref().ok()).collect();
    let mut timings = measure::alternate(&jobs, pace)?.into_iter();
    Ok(row
        .contenders
        .iter()
        .filter_map(|contender| match &contender.job {
            Ok(_) => Some((contender.name, Ok(timings.next()?))),
            Err(cannot) => Some((contender.name, Err(cannot.clone()))),
        })
        .collect())
}
