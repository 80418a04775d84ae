//! What the compiler takes: the scripts in Python that time it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::measure::Pace;
use crate::payloads::target_folder;
use crate::report::Findings;
use crate::{Failure, install};

/// Annotated methods against those behind a `match` that is written by hand.
///
/// # Errors
/// Something does not compile.
pub fn methods(pace: &Pace) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let table = run(concat!(env!("CARGO_MANIFEST_DIR"), "/compile_time.py"), pace)?;
    for row in rows(&table) {
        let [build, annotated, by_hand, ratio, held] = row.as_slice() else { continue };
        findings.put(format!("{build}.ratio"), ratio);
        let measured = format!("{ratio} ({annotated} for {by_hand})");
        findings.bound(&format!("{build} of 100 annotated methods: ≤ 1.5 of those by hand"), &measured, held == "yes");
        if ratio.parse::<f64>()? > 1.0 {
            findings.better(format!("{build} of 100 methods: by hand it takes {by_hand}, annotated {annotated}."));
        }
    }
    findings.put("table", table);
    Ok(findings)
}

/// The library and its peers with all that they depend on, from nothing.
///
/// # Errors
/// Something does not compile.
pub fn cold_build(pace: &Pace) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let table = run(concat!(env!("CARGO_MANIFEST_DIR"), "/cold_build.py"), pace)?;
    for row in rows(&table) {
        let [what, ours, theirs, ratio] = row.as_slice() else { continue };
        findings.put(what.as_str(), ratio);
        findings.put(format!("{what}.ours"), ours);
        if ratio.parse::<f64>()? > 1.0 {
            findings.better(format!("{what}: dxr has {theirs}, tagwire {ours}."));
        }
    }
    findings.put("table", table);
    Ok(findings)
}

/// What a script prints. Cargo is told to build where this program was built.
fn run(script: &str, pace: &Pace) -> Result<String, Failure> {
    let mut command: Command = install::python(script)?;
    command.env("CARGO_TARGET_DIR", target_folder()?).env("RUSTC_WRAPPER", "").stdout(Stdio::piped());
    if pace.is_quick() {
        command.arg("quick");
    }
    let mut child = command.spawn()?;
    let mut table = String::new();
    for line in BufReader::new(child.stdout.take().ok_or("no output")?).lines() {
        let line = line?;
        eprintln!("   {line}");
        table.push_str(&line);
        table.push('\n');
    }
    match child.wait()? {
        status if status.success() => Ok(table),
        status => Err(format!("{script}: {status}").into()),
    }
}

/// The cells of a table's rows.
fn rows(table: &str) -> Vec<Vec<String>> {
    let rows = table.lines().skip(2).map(|line| line.trim_matches('|'));
    rows.map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        assert_eq!(rows("| a | b |\n|---|--:|\n| x | 1.0 |\n"), [["x", "1.0"]]);
    }
}
