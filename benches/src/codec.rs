//! The codec against its peers and its floors.

use std::collections::HashMap;

use crate::contender::Name;
use crate::measure::{self, Pace};
use crate::report::{Findings, range};
use crate::rows::{self, Key, Operation, Row};
use crate::table::{self, Outcome, Table};
use crate::{Failure, allocations, machine};

/// Whose versions matter.
const MEASURED: [&str; 6] = ["dxr", "serde_xmlrpc", "xmlrpc", "quick-xml", "memchr", "serde_json"];

/// Measures all rows, and which of the ratios that are to hold do.
///
/// # Errors
/// A payload cannot be made, or tagwire reads or writes one wrongly.
pub fn measure(pace: &Pace) -> Result<Findings, Failure> {
    let counts = allocations::count()?;
    let mut ratios: HashMap<(Key, Name), f64> = HashMap::new();
    let mut table = Table::start();
    rows::each(&mut |row| {
        eprintln!("   {} {}", row.key.payload, row.key.operation);
        let outcomes = time(row, pace)?;
        table.row(row, &outcomes, &counts);
        for (name, outcome) in outcomes {
            if let Ok(timing) = outcome {
                ratios.insert((row.key, name), timing.of_first);
            }
        }
        Ok(())
    })?;

    let mut findings = Findings::default();
    findings.put("versions", machine::versions(&MEASURED));
    findings.put("table", table.finish());
    let goals = table::goals(|row, name| ratios.get(&(row, name)).copied(), &mut findings);
    findings.put("goals", goals);
    for operation in Operation::ALL {
        for name in Name::ALL.into_iter().filter(|name| *name != Name::Tagwire) {
            compare(operation, name, &ratios, &mut findings);
        }
    }
    Ok(findings)
}

/// How a contender does over all payloads, and where it is better.
fn compare(operation: Operation, name: Name, ratios: &HashMap<(Key, Name), f64>, findings: &mut Findings) {
    let rows = ratios.iter().filter(|((key, of), _)| key.operation == operation && *of == name);
    let mut rows: Vec<(&str, f64)> = rows.map(|((key, _), ratio)| (key.payload, *ratio)).collect();
    rows.sort_by_key(|(payload, _)| *payload);
    let all: Vec<f64> = rows.iter().map(|(_, ratio)| *ratio).collect();
    findings.put(format!("{operation}.{}", name.label()), range(&all));

    rows.retain(|(_, ratio)| *ratio < 1.0);
    let (payloads, ratios): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    if !payloads.is_empty() {
        let (who, times, of) = (name.label(), range(&ratios), payloads.join("; "));
        findings.better(format!("{operation}: {who} takes {times} of tagwire's time for {of}."));
    }
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
